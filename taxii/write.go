package taxii

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/taxii/store"
)

// detail is one object in a status (section 4.3.1).
type detail struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Message string `json:"message,omitempty"`
}

// statusResource is that of section 4.3.1.
type statusResource struct {
	ID        string   `json:"id"`
	Status    string   `json:"status"`
	Requested string   `json:"request_timestamp"`
	Total     int      `json:"total_count"`
	Success   int      `json:"success_count"`
	Successes []detail `json:"successes,omitempty"`
	Failure   int      `json:"failure_count"`
	Failures  []detail `json:"failures,omitempty"`
	Pending   int      `json:"pending_count"`
}

// maxDetails is how many objects a status lists: more are counted and not listed,
// which the specification leaves open for those that went well. Of those that did
// not, the first are listed.
const maxDetails = 1000

// add answers section 5.5. The answer is given when the objects and the status are
// on the disk; so there is nothing pending.
func (q *request) add(at int) {
	c := &q.s.c.Collections[at]
	switch {
	case !q.client.may(c.Write):
		q.fail(http.StatusForbidden, "This client may not write to the collection", "It may read it.")
		return
	case !ours(q.r.Header.Get("Content-Type")):
		q.fail(http.StatusUnsupportedMediaType, "The media type of the body is not taken", "Send Content-Type: "+MediaType)
		return
	case q.r.ContentLength > q.s.l.Body:
		q.tooLarge()
		return
	}
	if _, err := readFilters(q.r.URL.RawQuery, nil); err != nil {
		q.error(err)
		return
	}
	// A body whose size is not known, or not known unpacked, is taken to be as large
	// as it may be: nothing of it is read before there is room for all of it.
	need := q.s.l.Body
	if q.r.ContentLength >= 0 && q.r.Header.Get("Content-Encoding") == "" {
		need = max(q.r.ContentLength, 1)
	}
	release, err := q.s.quotas.hold(need)
	if err != nil {
		q.busy("too many objects are on their way in")
		return
	}
	defer release()
	body, err := q.s.readBody(q.r)
	if err != nil {
		q.unreadable(err)
		return
	}
	done, err := q.s.quotas.turn(q.r.Context())
	if err != nil {
		return // the client has gone
	}
	defer done()
	objects, err := q.envelope(body)
	if err != nil {
		q.unreadable(err)
		return
	}
	st, err := q.append(c, at, objects)
	if err != nil {
		q.error(err)
		return
	}
	q.body(http.StatusAccepted, st)
}

func (q *request) tooLarge() {
	q.fail(http.StatusRequestEntityTooLarge, "The body is too large", fmt.Sprintf("It may have %d bytes and %d objects: send it in parts.", q.s.l.Body, q.s.l.Objects))
}

// unreadable answers a body that could not be read.
func (q *request) unreadable(err error) {
	switch {
	case errors.Is(err, errTooLarge):
		q.tooLarge()
	case errors.Is(err, errEncoding):
		q.w.Header().Set("Accept-Encoding", "gzip")
		q.fail(http.StatusUnsupportedMediaType, "The content encoding is not taken", "Send gzip or none.")
	case errs.Is(err, errs.Invalid):
		message, hint := errs.Message(err)
		q.fail(http.StatusUnprocessableEntity, "The envelope cannot be processed", message+". "+hint)
	case errors.Is(err, errNotGzip):
		q.fail(http.StatusBadRequest, "The body cannot be unpacked", "Its Content-Encoding says gzip.")
	default:
		q.fail(http.StatusBadRequest, "The body did not come in whole", "Send it again.")
	}
}

// envelope reads section 3.7: an object with a list of objects, and nothing else
// that means anything here.
func (q *request) envelope(body []byte) ([]stix.Object, error) {
	v, err := stix.Parse(body)
	if err != nil {
		return nil, err
	}
	list, ok := v["objects"].([]any)
	if !ok || len(list) == 0 {
		return nil, errs.New(errs.Invalid, "there is no list of objects in it").WithHint("Section 3.7 of TAXII 2.1 gives its form.")
	}
	if len(list) > q.s.l.Objects {
		return nil, errTooLarge
	}
	out := make([]stix.Object, len(list))
	for i, e := range list {
		o, ok := e.(map[string]any)
		if !ok {
			return nil, errs.New(errs.Invalid, "element %d of objects is no object", i)
		}
		out[i] = o
	}
	return out, nil
}

// verdict is what becomes of one object.
type verdict struct {
	detail
	failed bool
	hold   string // why a person should look at it
}

// append puts objects into the journal and keeps the status.
func (q *request) append(c *Collection, at int, objects []stix.Object) ([]byte, error) {
	now := q.s.c.Clock().UTC()
	verdicts := make([]verdict, len(objects))
	var good []stix.Object
	var index []int
	x := q.s.index.get()
	see := q.sight(x)
	for i, o := range objects {
		verdicts[i] = q.judge(x, see, at, o)
		if v := &verdicts[i]; v.Version == "" {
			v.Version = stamp(now.UnixMicro())
		}
		if !verdicts[i].failed && verdicts[i].hold == "" {
			good, index = append(good, o), append(index, i)
		}
	}
	if len(good) > 0 {
		// What has begun ends, whether the client waits for it or not.
		r, err := q.s.c.Journal.Append(context.WithoutCancel(q.r.Context()), journal.Batch{Objects: good, By: "taxii " + q.client.Name})
		if err != nil {
			return nil, err
		}
		for _, f := range r.Refused {
			q.refused(&verdicts[index[f.Index]], f)
		}
	}
	for i, v := range verdicts {
		if v.hold != "" {
			if err := q.hold(c, objects[i], v); err != nil {
				return nil, err
			}
		}
	}
	return q.keep(now, verdicts)
}

// judge decides by the rules of the server; the rest is the journal's. First come
// the rules that need nothing but the object, then those that look at what is here:
// where that is something the client may not know of, the object is held for a
// person and the client is told what it would have been told otherwise.
func (q *request) judge(x *index, see *sight, at int, o stix.Object) verdict {
	v := verdict{detail: detail{ID: o.ID(), Version: o.Version()}}
	fail := func(format string, args ...any) verdict {
		v.failed, v.Message = true, fmt.Sprintf(format, args...)
		return v
	}
	if !stix.ValidID(o.ID()) || stix.IDType(o.ID()) != o.Type() {
		if len(v.ID) > 300 {
			v.ID = ""
		}
		if len(v.Version) > 64 {
			v.Version = ""
		}
		return fail("its id and type do not make an object of STIX 2.1 (section 2.9)")
	}
	if spec, ok := o["spec_version"]; ok && spec != "2.1" {
		return fail("it is not of STIX 2.1, and the collection takes nothing else")
	}
	r := recordOf(o)
	label, err := policy.LabelOf(o, q.s.c.Default, nil)
	if err != nil {
		return fail("its markings cannot be read (STIX 2.1 section 7.2.2)")
	}
	r.label = label
	if !x.views[at].has(o.Type(), r) {
		return fail("it is not of what this collection takes")
	}
	if r.creator != "" && !q.client.Relay && r.creator != q.client.Viewer.Org {
		return fail("it names another author than this client's organisation, which may not relay (STIX 2.1 section 3.2)")
	}
	return q.beside(x, see, at, o, r, v)
}

// beside looks at what is here under the id.
func (q *request) beside(x *index, see *sight, at int, o stix.Object, r record, v verdict) verdict {
	is := x.standing(see, r.id)
	why := ""
	switch version := instant(o.Version()); {
	case !is.here:
	case is.creator != r.creator && version != noVersion:
		why = "another author made what is here under this id, and only its author makes new versions (STIX 2.1 section 3.6.2)"
	case version != noVersion && x.gone(at, r.id, version):
		why = "this version was deleted from the collection; a new version may be added"
	}
	switch {
	case why == "":
	case is.visible:
		v.failed, v.Message = true, why
	default:
		v.hold = why
	}
	return v
}

// instant is a version as the index compares it.
func instant(version string) int64 {
	t, err := stix.ParseTime(version)
	if err != nil {
		return noVersion
	}
	return t.UnixNano()
}

// refused turns a refusal of the journal into a failure, unless it would tell of
// something that the client may not know of: the journal's quarantine has it.
func (q *request) refused(v *verdict, f journal.Refusal) {
	x := q.s.index.get()
	tells := f.Rule == journal.RuleErased || f.Rule == journal.RuleConflicting
	if tells && (f.Rule == journal.RuleErased || !x.standing(q.sight(x), v.ID).visible) {
		q.s.c.Log.InfoContext(q.r.Context(), "an object of a TAXII client is in the quarantine, which it was not told", "client", q.client.Name, "id", v.ID, "rule", f.Rule)
		return
	}
	v.failed, v.Message = true, fmt.Sprintf("%s (%s, %s)", f.Message, f.Rule, f.Section)
}

// hold keeps an object for a person.
func (q *request) hold(c *Collection, o stix.Object, v verdict) error {
	b, err := o.Canonical()
	if err != nil {
		return err
	}
	q.s.c.Log.InfoContext(q.r.Context(), "an object of a TAXII client waits for a person", "client", q.client.Name, "id", v.ID, "why", v.hold)
	return q.s.c.Store.Hold(q.r.Context(), store.Held{Client: q.client.Name, Collection: c.ID, ID: v.ID, Why: v.hold, Body: b})
}

// keep makes the status and keeps it.
func (q *request) keep(now time.Time, verdicts []verdict) ([]byte, error) {
	id, err := newUUID(q.s.c.Rand)
	if err != nil {
		return nil, err
	}
	st := statusResource{ID: id, Status: "complete", Requested: stamp(now.UnixMicro()), Total: len(verdicts)}
	for _, v := range verdicts {
		if !v.failed {
			st.Success++
			st.Successes = append(st.Successes, v.detail)
			continue
		}
		st.Failure++
		if len(st.Failures) < maxDetails {
			st.Failures = append(st.Failures, v.detail)
		}
	}
	if st.Success > maxDetails {
		st.Successes = nil
	}
	b, err := json.Marshal(st)
	if err != nil {
		return nil, err
	}
	return b, q.s.c.Store.PutStatus(q.r.Context(), store.Status{ID: id, Client: q.client.Name, Root: q.root.Name, At: now, Body: b})
}

// newUUID returns a random UUID (RFC 4122, version 4).
func newUUID(r io.Reader) (string, error) {
	id, err := stix.RandomID("status", r)
	if err != nil {
		return "", errs.New(errs.Unavailable, "no randomness for an id").Because(err)
	}
	_, id, _ = strings.Cut(id, "--")
	return id, nil
}

// delete answers section 5.7: it takes versions out of this collection, for all its
// readers. The journal is append-only and keeps them, so that everything that was
// said with them can still be checked; docs/taxii.md says what to do when an object
// is wrong.
func (q *request) delete(at int, id string) {
	c := &q.s.c.Collections[at]
	f, err := readFilters(q.r.URL.RawQuery, paramsDelete)
	if err != nil {
		q.error(err)
		return
	}
	x, head, err := q.settled()
	if err != nil {
		q.error(err)
		return
	}
	if !q.client.may(c.Read) || !stix.ValidID(id) || !q.has(x, at, id, head) {
		q.notFound()
		return
	}
	creator := x.standing(q.sight(x), id).creator
	if !q.client.may(c.Delete) || !q.client.Relay && creator != q.client.Viewer.Org {
		q.fail(http.StatusForbidden, "This client may not delete the object", "Only its author may, in a collection where it may delete.")
		return
	}
	f.ids = []string{id}
	s, any := f.search(at, head, versions{all: true})
	if any {
		err = q.unlist(x, s, c.ID)
	}
	if err != nil {
		q.error(err)
		return
	}
	q.body(http.StatusOK, nil)
}

// unlist takes all that a search finds out of a collection.
func (q *request) unlist(x *index, s search, collection string) error {
	const step = 1000
	var seqs []int64
	for {
		hits := x.find(q.sight(x), s, step)
		for _, h := range hits {
			seqs = append(seqs, h.seq)
		}
		if len(hits) < step {
			break
		}
		s.after = hits[len(hits)-1].seq
	}
	if err := q.s.c.Store.Unlist(q.r.Context(), collection, seqs, q.client.Name); err != nil {
		return err
	}
	q.s.index.get().unlist(s.view, seqs)
	return nil
}
