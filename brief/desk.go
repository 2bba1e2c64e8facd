package brief

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/cordon-project/cordon/brief/wording"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/identity"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Objects is the journal as far as the desk reads it: the node's own, or one
// reached through its API.
type Objects interface {
	Get(ctx context.Context, v policy.Viewer, p policy.Purpose, id string) (journal.Entry, error)
	Scan(ctx context.Context, v policy.Viewer, q journal.Query) iter.Seq2[journal.Entry, error]
}

// Archive is the archive as far as the desk asks it.
type Archive interface {
	Stat(ctx context.Context, v policy.Viewer, p policy.Purpose, sha string) (archive.Stored, error)
}

// Config is what a desk stands on.
type Config struct {
	Journal Objects
	// Archive says how many bytes an input has that is no list's file; nil: it is
	// not said.
	Archive Archive
	Lists   []ListName       // that Cordon reads, to say which are not loaded
	Clock   func() time.Time // nil: time.Now
}

// Desk makes packets.
type Desk struct{ c Config }

// New returns a desk.
func New(c Config) *Desk {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Desk{c}
}

// Options say for whom a packet is and when it is made.
type Options struct {
	For  string // nation (ISO 3166-1 alpha-2, UN, EU) or the short name of an authority
	Lang string // en, ja or ko; "" for the recipient's
	Date time.Time
	Node string // name of the node
	// Recipient is what the desk may have. Its Org is set to the authority's
	// identity when it is empty. The zero value may have TLP:CLEAR.
	Recipient policy.Viewer
	Software  string
}

// desks leads from a nation to the authority whose list fills the gap.
var desks = map[string]string{
	"US": "OFAC", "JP": "JP-MOF", "KR": "KR-KOFIU", "GB": "UK-OFSI", "EU": "EU", "AU": "AU-DFAT", "CH": "CH-SECO", "CA": "CA-GAC", "UN": "UNSC",
}

// DeskOf returns the authority for which a nation or short name stands: errs.Invalid
// for one that Cordon does not know.
func DeskOf(name string) (Recipient, error) {
	code := strings.ToUpper(strings.TrimSpace(name))
	if a, ok := desks[code]; ok {
		code = a
	}
	a, ok := record.LookupAuthority(code)
	if !ok {
		return Recipient{}, errs.New(errs.Invalid, "%q is no desk that a packet can be for", name).
			WithHint("Give a nation (%s) or the short name of an authority, such as JP-MOF.", strings.Join(nations(), ", "))
	}
	return Recipient{a.Nation, a.Code, a.Name}, nil
}

func nations() []string {
	out := make([]string, 0, len(desks))
	for n := range desks {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// LanguageOf is the language of a nation's desk.
func LanguageOf(nation string) string {
	switch nation {
	case "JP":
		return "ja"
	case "KR":
		return "ko"
	}
	return "en"
}

// Packet makes the packet of a group for a desk. Nothing is in it that the viewer
// may not read or the recipient may not be given.
//
// Errors: errs.Invalid for a desk or language that is not known, or no date;
// errs.Denied when the recipient may have none of the group's parties.
func (d *Desk) Packet(ctx context.Context, v policy.Viewer, g identity.Group, o Options) (_ Packet, err error) {
	defer errs.Wrap(&err, "brief.Packet(%s for %s)", g.ID, o.For)
	to, err := DeskOf(o.For)
	if err != nil {
		return Packet{}, err
	}
	if o.Date.IsZero() {
		return Packet{}, errs.New(errs.Invalid, "a packet needs a date")
	}
	lang := cmp.Or(o.Lang, LanguageOf(to.Nation))
	if _, ok := wording.Of(lang); !ok {
		return Packet{}, errs.New(errs.Invalid, "a packet cannot be written in %q", lang).WithHint("Use en, ja or ko.")
	}
	if o.Recipient.Org == "" {
		o.Recipient.Org = record.AuthorityID(to.Authority)
	}
	if o.Recipient.Name == "" {
		o.Recipient.Name = to.Authority
	}
	m := &maker{ctx: ctx, d: d, viewer: v, o: o, release: newRelease(d.c.Journal, v, o.Recipient, d.c.Clock())}
	m.p = Packet{
		Form: Form, Lang: lang, Date: record.Date(o.Date.UTC().Format(time.DateOnly)), By: o.Node, Software: o.Software, For: to,
	}
	if err := m.make(g); err != nil {
		return Packet{}, err
	}
	return m.p, nil
}

// maker makes one packet.
type maker struct {
	ctx     context.Context
	d       *Desk
	viewer  policy.Viewer
	o       Options
	release *release
	p       Packet

	members  []member
	links    []record.SameParty
	open     []record.SameParty
	outside  map[string][]record.Designation // of parties that open questions name
	versions versions
	claims   []record.Claim
	losses   []record.Loss
	reports  []reported
	exhibits exhibits
}

// member is one entry of the group as the recipient may have it.
type member struct {
	party        record.Party
	lang         string
	designations []record.Designation
}

func (m *maker) make(g identity.Group) error {
	for _, step := range []func() error{
		func() error { return m.gatherMembers(g) },
		func() error { return m.gatherDecisions(g) },
		m.gatherVersions,
		m.gatherMentions,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	m.party()
	m.listed()
	m.statements()
	m.identity()
	m.contradictions()
	m.mentions()
	if err := m.finishExhibits(); err != nil {
		return err
	}
	m.p.LeftOut = m.release.leftOut()
	return m.bundle()
}
