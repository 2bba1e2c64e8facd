package extract_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/extract"
	"github.com/cordon-project/cordon/extract/extracttest"
	"github.com/cordon-project/cordon/extract/gazetteer"
	"github.com/cordon-project/cordon/extract/indicator"
	"github.com/cordon-project/cordon/extract/page"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/stix"
	"github.com/cordon-project/cordon/stix/check"
)

const allKinds = sentence + ` Also user@example.org, 2001:db8::1, AS64500, T1059.001 of MITRE, +82 10-1234-5678,
0x098B716B8Aaf21512996dC57EB0615e2383E2f96 and Example Alpha Bravo; again cdn.example[.]com.`

func objectsOf(t *testing.T, d *extract.Document, m record.Meta) []stix.Object {
	t.Helper()
	objects, err := d.Objects(m)
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

func TestObjectsAreValidAndLeadToTheirSpans(t *testing.T) {
	party := record.PartyID("TEST", "test-list", "1")
	g := gazetteer.New([]gazetteer.Entry{{ID: party, Name: "Example Alpha Bravo"}})
	d := mustRead(t, "a.txt", []byte(allKinds), extract.Options{Known: g.Find})
	m := record.Meta{Created: "2024-01-02T03:04:05.000Z", Markings: []string{"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"}}
	objects := objectsOf(t, d, m)
	known := map[string]bool{party: true}
	types := map[string]int{}
	claims := map[string]record.Claim{}
	for _, o := range objects {
		types[o.Type()]++
		if known[o.ID()] {
			t.Errorf("%s is there twice", o.ID())
		}
		known[o.ID()] = true
		for _, f := range check.Object(o, check.Strict) {
			if f.Must {
				t.Errorf("%s: %s %s %s", o.ID(), f.Rule, f.Path, f.Message)
			}
		}
		if o.Type() == record.ClaimType {
			c, err := record.ClaimOf(o)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Validate(); err != nil {
				t.Error(err)
			}
			claims[c.Predicate+" "+c.Subject] = c
			for _, w := range c.Wheres {
				if w.SHA256 != d.SHA256 || w.Part != "text" || d.Text[w.Start:w.End] == "" {
					t.Errorf("%s: place %+v", c.Subject, w)
				}
			}
			if d.Text[c.Wheres[0].Start:c.Wheres[0].End] != c.Quote {
				t.Errorf("%s: %q is not %q", c.Subject, c.Quote, d.Text[c.Wheres[0].Start:c.Wheres[0].End])
			}
			if c.SubjectRef != "" && !known[c.SubjectRef] {
				t.Errorf("%s refers to %s, which does not come before it", c.Subject, c.SubjectRef)
			}
		}
	}
	for typ, n := range map[string]int{
		"report": 1, "file": 2, "domain-name": 1, "url": 1, "ipv4-addr": 1, "ipv6-addr": 1, "email-addr": 1, "autonomous-system": 1, "vulnerability": 1,
		record.ClaimType: 12,
	} {
		if types[typ] != n {
			t.Errorf("%d objects of type %s, want %d", types[typ], typ, n)
		}
	}
	if c := claims["mentions-domain cdn.example.com"]; len(c.Wheres) != 2 {
		t.Errorf("the domain has %d places, want 2: %+v", len(c.Wheres), c)
	}
	if c := claims["mentions-wallet 0x098b716b8aaf21512996dc57eb0615e2383e2f96"]; c.Value == "" || c.Quote != "0x098B716B8Aaf21512996dC57EB0615e2383E2f96" {
		t.Errorf("wallet claim %+v", c)
	}
	for _, s := range d.Spans {
		if s.Detail.Within != "" && s.Kind == indicator.Phone {
			continue
		}
		found := false
		for _, c := range claims {
			found = found || slices.ContainsFunc(c.Wheres, func(w record.Where) bool { return w.Start == s.Start.Byte && w.End == s.End.Byte })
		}
		if !found {
			t.Errorf("no claim leads to %s %q", s.Kind, s.Raw)
		}
	}
	report := objects[slices.IndexFunc(objects, func(o stix.Object) bool { return o.Type() == "report" })]
	for _, ref := range report.Strs("object_refs") {
		if !known[ref] {
			t.Errorf("the report refers to %s, which is not there", ref)
		}
	}
	if !slices.Contains(report.Strs("object_refs"), party) {
		t.Error("the report does not refer to the known party")
	}
}

func TestObjectsAreTheSameBytesEveryTime(t *testing.T) {
	write := func() []byte {
		d := mustRead(t, "a.txt", []byte("date 2024-03-31 "+allKinds), extract.Options{})
		var out []byte
		for _, o := range objectsOf(t, d, record.Meta{}) {
			var err error
			if out, err = stix.AppendCanonical(out, o); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	if a, b := write(), write(); !bytes.Equal(a, b) || !bytes.Contains(a, []byte("2024-03-31T00:00:00")) {
		t.Error("two readings differ")
	}
}

func TestObjectsNeedATime(t *testing.T) {
	d := mustRead(t, "a.txt", []byte("no date"), extract.Options{})
	if _, err := d.Objects(record.Meta{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("%v", err)
	}
}

func TestAttachmentsAreReportsOfTheirOwn(t *testing.T) {
	msg := extracttest.EML("From: a@example.net\nSubject: s\nDate: Mon, 06 May 2024 12:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
		"--b\nContent-Type: text/plain\n\nsee attached evil[.]example[.]org\n--b\nContent-Type: text/plain; name=a.txt\n\nevil[.]example[.]org\n--b--")
	d := mustRead(t, "m.eml", msg, extract.Options{})
	reports := map[string]stix.Object{}
	domains := 0
	for _, o := range objectsOf(t, d, record.Meta{}) {
		if o.Type() == "report" {
			reports[o.ID()] = o
		}
		if o.Str("value") == "evil.example.org" && o.Type() == "domain-name" {
			domains++
		}
	}
	if len(reports) != 2 || domains != 1 || !slices.Contains(reports[d.ReportID()].Strs("object_refs"), d.Parts[0].Document.ReportID()) {
		t.Errorf("%d reports, %d domains", len(reports), domains)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a.txt", []byte(sentence))
	f.Add("a.txt", []byte("\xb6\xf3\xc0\xda\xb7\xe7\xbd\xba evil[.]example[.]com"))
	f.Add("a.html", []byte("<html lang=ko><title>t</title><p hidden>x<p>"+sentence+"<a href=http://example.net/>l</a><table><tr><td>1<td>2</table>"))
	f.Add("a.pdf", extracttest.PDF(extracttest.HangulMap, "BT /F2 12 Tf 72 700 Td <000100020003> Tj /F1 9 Tf T* [(a) -300 (b)] TJ /F3 9 Tf (\xb0\xa1) ' ET"))
	f.Add("a.pdf", extracttest.PDF("", "q 1 0 0 1 2 2 cm BT ET Q"))
	f.Add("a.docx", extracttest.DOCX(f, extracttest.Para(sentence)+"<w:tbl><w:tr><w:tc>"+extracttest.Para("a")+"</w:tc></w:tr></w:tbl>"))
	f.Add("a.eml", extracttest.EML("From: a@example.net\nSubject: =?EUC-KR?B?sKE=?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b",
		"--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<b>x=3D</b>\n--b\nContent-Type: message/rfc822\n\nFrom: b@example.net\nSubject: i\nMessage-Id: <x>\n\nbody\n--b--"))
	o := extract.Options{MaxBytes: 1 << 20, Limits: page.Limits{MaxText: 1 << 18, MaxUnpack: 1 << 22}, PDFToText: "-"}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		d, err := extract.Read(t.Context(), name, data, o)
		if err != nil {
			if message, _ := errs.Message(err); !errs.Is(err, errs.Invalid) || strings.TrimSpace(message) == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		checkDocument(t, d)
	})
}

func checkDocument(t *testing.T, d *extract.Document) {
	extracttest.CheckSpans(t, d.Text, d.Spans)
	for _, r := range d.Text {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0x7F || r >= 0x202A && r <= 0x202E {
			t.Fatalf("control character %U in the text", r)
		}
	}
	for _, s := range d.Sections {
		if s.Start < 0 || s.End < s.Start || s.End > len(d.Text) {
			t.Fatalf("section %+v of %d bytes", s, len(d.Text))
		}
	}
	for _, p := range d.Parts {
		if p.Document != nil {
			checkDocument(t, p.Document)
		}
	}
}
