package lists

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/cordon-project/cordon/record"
)

// print is the hash of what an object says, without when and where it was read.
type print [sha256.Size]byte

// digest writes lengths and texts, so that no two contents write alike.
type digest struct {
	h   hash.Hash
	buf [8]byte
}

func (d *digest) n(n int) {
	binary.BigEndian.PutUint64(d.buf[:], uint64(n))
	d.h.Write(d.buf[:])
}

func (d *digest) s(texts ...string) {
	for _, s := range texts {
		d.n(len(s))
		d.h.Write([]byte(s))
	}
}

func (d *digest) list(texts []string) {
	d.n(len(texts))
	d.s(texts...)
}

func (d *digest) sum() print {
	var p print
	d.h.Sum(p[:0])
	return p
}

// partyPrint hashes a party's content.
func partyPrint(p *record.Party) print {
	d := &digest{h: sha256.New()}
	d.s(p.ID, string(p.Kind), p.Gender, p.Remarks)
	d.n(len(p.Names))
	for _, n := range p.Names {
		d.s(n.Text, string(n.Kind), string(n.Quality), n.Script, n.Given, n.Family, n.Entry)
	}
	d.n(len(p.Births))
	for _, b := range p.Births {
		d.s(string(b.Date), string(b.To), b.Text)
		if b.Circa {
			d.n(1)
		}
	}
	d.n(len(p.Places))
	for _, x := range p.Places {
		d.s(x.Text, x.City, x.Country)
	}
	d.n(len(p.Documents))
	for _, x := range p.Documents {
		d.s(x.Kind, x.Number, x.Country, x.Text)
	}
	d.n(len(p.Addresses))
	for _, x := range p.Addresses {
		d.s(x.Text, x.City, x.Country, x.Entry)
	}
	d.n(len(p.Wallets))
	for _, x := range p.Wallets {
		d.s(x.Asset, x.Address, x.Canonical, x.Chain, x.Note)
	}
	for _, l := range [][]string{p.Nations, p.Titles, p.Websites, p.Emails, p.Phones} {
		d.list(l)
	}
	d.n(len(p.Links))
	for _, x := range p.Links {
		d.s(x.Kind, x.Name, x.Text)
	}
	d.n(len(p.OtherFacts))
	for _, x := range p.OtherFacts {
		d.s(x.Label, x.Text)
	}
	return d.sum()
}

// designationPrint hashes a designation's content.
func designationPrint(x *record.Designation) print {
	d := &digest{h: sha256.New()}
	d.s(x.ID, x.Party, x.Authority, x.Nation, x.List, x.Entry, x.Basis, string(x.ListedOn), string(x.AmendedOn),
		x.Status, x.Remarks, x.URL)
	d.list(x.Programmes)
	d.list(x.Instruments)
	if x.Press {
		d.n(1)
	}
	return d.sum()
}
