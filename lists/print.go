package lists

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"runtime"
	"sync"

	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// print is the hash of what an object says, without when and where it was read.
type print [sha256.Size]byte

// digest writes lengths and texts, so that no two contents write alike. It
// gathers first and hashes once: a list has hundreds of thousands of short texts.
type digest struct{ b []byte }

func (d *digest) n(n int) { d.b = binary.BigEndian.AppendUint64(d.b, uint64(n)) }

func (d *digest) s(texts ...string) {
	for _, s := range texts {
		d.n(len(s))
		d.b = append(d.b, s...)
	}
}

func (d *digest) list(texts []string) {
	d.n(len(texts))
	d.s(texts...)
}

func (d *digest) flag(set bool) {
	if set {
		d.n(1)
	} else {
		d.n(0)
	}
}

// sum returns the hash of what was written and begins anew.
func (d *digest) sum() print {
	p := print(sha256.Sum256(d.b))
	d.b = d.b[:0]
	return p
}

// party hashes a party's content.
func (d *digest) party(p *record.Party) print {
	d.s(p.ID, string(p.Kind), p.Gender, p.Remarks)
	d.n(len(p.Names))
	for i := range p.Names {
		n := &p.Names[i]
		d.s(n.Text, string(n.Kind), string(n.Quality), n.Script, n.Given, n.Family, n.Entry)
	}
	d.n(len(p.Births))
	for i := range p.Births {
		b := &p.Births[i]
		d.s(string(b.Date), string(b.To), b.Text)
		d.flag(b.Circa)
	}
	d.n(len(p.Places))
	for i := range p.Places {
		x := &p.Places[i]
		d.s(x.Text, x.City, x.Country)
	}
	d.n(len(p.Documents))
	for i := range p.Documents {
		x := &p.Documents[i]
		d.s(x.Kind, x.Number, x.Country, x.Text)
	}
	d.n(len(p.Addresses))
	for i := range p.Addresses {
		x := &p.Addresses[i]
		d.s(x.Text, x.City, x.Country, x.Entry)
	}
	d.n(len(p.Wallets))
	for i := range p.Wallets {
		x := &p.Wallets[i]
		d.s(x.Asset, x.Address, x.Canonical, x.Chain, x.Note)
	}
	for _, l := range [][]string{p.Nations, p.Titles, p.Websites, p.Emails, p.Phones} {
		d.list(l)
	}
	d.n(len(p.Links))
	for i := range p.Links {
		x := &p.Links[i]
		d.s(x.Kind, x.Name, x.Text)
	}
	d.n(len(p.OtherFacts))
	for i := range p.OtherFacts {
		x := &p.OtherFacts[i]
		d.s(x.Label, x.Text)
	}
	return d.sum()
}

// designation hashes a designation's content.
func (d *digest) designation(x *record.Designation) print {
	d.s(x.ID, x.Party, x.Authority, x.Nation, x.List, x.Entry, x.Basis, string(x.ListedOn), string(x.AmendedOn),
		x.Status, x.Remarks, x.URL)
	d.list(x.Programmes)
	d.list(x.Instruments)
	d.flag(x.Press)
	return d.sum()
}

// printed is what the two objects of an entry say.
type printed struct{ party, designation print }

// prints hashes all entries of a version, in their order, on all cores.
func prints(v *Version) []printed {
	out := make([]printed, len(v.Entries))
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 1+len(out)/1000)
	for k := range workers {
		wg.Go(func() {
			var d digest
			for i := len(out) * k / workers; i < len(out)*(k+1)/workers; i++ {
				e := &v.Entries[i]
				out[i] = printed{d.party(&e.Party), d.designation(&e.Designation)}
			}
		})
	}
	wg.Wait()
	return out
}

// Prepared is a version with the hashes of what its entries say, by which an
// import compares it. Many versions can be prepared beside each other and ahead
// of their import.
type Prepared struct {
	*Version
	prints []printed
}

// Prepare hashes the entries of a version; nil is a version of nothing.
func Prepare(v *Version) *Prepared {
	if v == nil {
		v = &Version{}
	}
	return &Prepared{v, prints(v)}
}

// Content hashes what is in force of a list in a journal: what each designation
// and its party say, by id, without when and where it was read. Two journals of one
// content have the same list in force, whatever came before.
func Content(ctx context.Context, j journal.Journal, l List) (map[string][sha256.Size]byte, error) {
	out, parties := map[string][sha256.Size]byte{}, map[string]bool{}
	var dg digest
	q := journal.Query{Types: []string{record.DesignationType}, Latest: true, Purpose: policy.Reading}
	for e, err := range j.Scan(ctx, policy.Public, q) {
		if err != nil {
			return nil, err
		}
		o, err := e.Object()
		if err != nil || o.Str("list") != l.Name || o.Str("authority") != l.Authority {
			continue // erased, or another list's
		}
		d, err := record.DesignationOf(o)
		if err != nil {
			return nil, err
		}
		if d.Status != record.Removed && !d.Press {
			out[d.ID], parties[d.Party] = dg.designation(&d), true
		}
	}
	q.Types = []string{"identity"}
	for e, err := range j.Scan(ctx, policy.Public, q) {
		if err != nil {
			return nil, err
		}
		if !parties[e.ID] || e.Erased {
			continue
		}
		o, err := e.Object()
		if err != nil {
			return nil, err
		}
		p, err := record.PartyOf(o)
		if err != nil {
			return nil, err
		}
		out[p.ID] = dg.party(&p)
	}
	return out, nil
}
