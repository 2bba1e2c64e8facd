"""Drives a TAXII 2.1 server with taxii2-client: reference.py ADDRESS USER PASSWORD."""

import sys
from datetime import datetime, timezone

from taxii2client.exceptions import AccessError
from taxii2client.v21 import Server, as_pages

address, user, password = sys.argv[1:]
server = Server(address, user=user, password=password)
assert server.title, "no title"
root = server.default
assert root.max_content_length > 0 and "application/taxii+json;version=2.1" in root.versions
collections = {c.title: c for c in root.collections}
everything, inbox = collections["All"], collections["Inbox"]
assert everything.can_read and everything.can_write and "Secret" not in collections

pages = list(as_pages(everything.get_objects, per_request=3))
ids = [o["id"] for p in pages for o in p["objects"]]
assert len(ids) == len(set(ids)) == 7, ids
assert [len(p["objects"]) for p in pages] == [3, 3, 1]

manifest = everything.get_manifest()["objects"]
assert [m["id"] for m in manifest] == ids
assert everything.get_object(ids[0])["objects"][0]["id"] == ids[0]
assert len(everything.object_versions(ids[0])["versions"]) == 1
assert everything.get_objects(type="indicator", version="all", limit=2)["more"]
assert everything.get_objects(added_after=datetime(2100, 1, 1, tzinfo=timezone.utc)) == {}

new = {
    "type": "domain-name", "spec_version": "2.1",
    "id": "domain-name--3c10e93f-798e-5a26-a0c1-08156efab7f5", "value": "example.com",
}
status = everything.add_objects({"objects": [new]})
assert status.status == "complete" and status.success_count == 1 and status.failure_count == 0
assert root.get_status(status.id).success_count == 1
bad = everything.add_objects({"objects": [dict(new, type="nonsense")]})
assert bad.failure_count == 1 and bad.failures[0]["message"]

everything.delete_object(ids[0])
assert ids[0] not in [o["id"] for o in everything.get_objects()["objects"]]
try:
    inbox.get_objects()
    raise SystemExit("the inbox can be read")
except AccessError:
    pass
print("all went well")
