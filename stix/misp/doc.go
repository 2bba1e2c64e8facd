// Package misp turns what MISP exchanges into STIX 2.1 and back.
//
// In come the JSON of an event ([ReadEvent]) or of a galaxy's clusters
// ([ReadGalaxy]), by the MISP core format (draft-dulaunoy-misp-core-format) and the
// MISP galaxy format (draft-dulaunoy-misp-galaxy-format). Out come STIX objects in
// an order in which each stands behind what it refers to, and sentences on what was
// left out. The other way, [WriteEvents] makes events of objects and [WriteFeed] the
// files of a feed: manifest.json, hashes.csv and one file for each event.
//
// An event is a report (a grouping while it is not published). An attribute with
// to_ids is an indicator and its observables, one without is observed data; rules
// (yara, sigma, snort) are indicators in their own language. A cluster is an
// intrusion set, a threat actor, malware, a tool, a technique, a course of action, a
// place or a sector. A uuid of MISP stays the uuid of its object; see [ClusterID].
//
// Guarantees: the output depends on the input and [Options] alone. From MISP to STIX
// and back an event keeps uuid, type, category, value, to_ids, comment, tags,
// timestamps, distribution and whatever else it had, in Cordon's extension
// ([ExtensionID]). Nothing is dropped in silence: attributes of a type that has no
// form in STIX stay in the report's extension, and are named. Two clusters are never
// one because they share a name. Nothing becomes easier to see: tags of TLP and the
// distribution are joined, and a sharing group, whose members a node cannot know,
// stays inside the organisation (TLP:AMBER+STRICT).
//
// Left out, and said: proposals (ShadowAttribute), which their event's owner has not
// accepted, and what an instance computes (RelatedEvent, warning list hits).
// Refused: JSON that stix.ParseValue refuses, events without an info or a uuid, and
// more than [MaxAttributes].
package misp
