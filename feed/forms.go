package feed

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/feed/warning"
)

// rpz writes a response policy zone: CNAME . answers that the name does not exist.
type rpz struct{ zone string }

func (*rpz) kinds() []Kind { return []Kind{Domain, IP} }

// Times of the zone's SOA: secondaries ask each quarter of an hour, and a zone that is
// not renewed for a day is no longer used.
const soaTimes = "900 300 86400 300"

func (x *rpz) begin(w io.Writer, o Options, serial uint32) error {
	x.zone = DefaultZone
	if o.Zone != "" {
		zone, err := warning.ParseDomain(o.Zone)
		if err != nil {
			return errs.New(errs.Invalid, "%q is no name of a zone", o.Zone).Because(err)
		}
		x.zone = zone
	}
	_, err := fmt.Fprintf(w, "$TTL 300\n$ORIGIN %s.\n@ SOA localhost. hostmaster.localhost. %d %s\n@ NS localhost.\n", x.zone, serial, soaTimes)
	return err
}

// maxOwner is the longest owner name, as RFC 1035 section 2.3.4 counts it in text.
const maxOwner = 253

func (x *rpz) write(w io.Writer, e entry) (rule, why string, err error) {
	owner := e.text
	if e.kind == IP {
		owner = trigger(e.net)
	}
	if len("*.")+len(owner)+len(".")+len(x.zone) > maxOwner {
		return RuleLong, "with the zone's name it is longer than a name may be", nil
	}
	if _, err = fmt.Fprintf(w, "%s CNAME .\n", owner); err == nil && e.wide {
		_, err = fmt.Fprintf(w, "*.%s CNAME .\n", owner)
	}
	return "", "", err
}

func (*rpz) end(io.Writer) error { return nil }

// trigger writes a network as a zone's owner name: prefix length, then the parts of
// the address from the last to the first; zz stands for the longest run of zeros.
func trigger(p netip.Prefix) string {
	parts := strings.Split(p.Addr().String(), ".")
	if p.Addr().Is6() {
		text := strings.ReplaceAll(p.Addr().String(), "::", ":zz:")
		parts = strings.Split(strings.Trim(text, ":"), ":")
	}
	out := []string{strconv.Itoa(p.Bits())}
	for i := len(parts) - 1; i >= 0; i-- {
		out = append(out, parts[i])
	}
	return strings.Join(append(out, "rpz-ip"), ".")
}

// hosts writes a hosts file, which names single hosts.
type hosts struct{}

func (hosts) kinds() []Kind { return []Kind{Domain} }

func (hosts) begin(w io.Writer, _ Options, _ uint32) error {
	_, err := io.WriteString(w, "# Cordon: hosts to block\n")
	return err
}

func (hosts) write(w io.Writer, e entry) (rule, why string, err error) {
	_, err = fmt.Fprintf(w, "0.0.0.0 %s\n", e.text)
	return "", "", err
}

func (hosts) end(io.Writer) error { return nil }

// plain writes one value a line. Who reads a plain list of domains may block what is
// below them too.
type plain struct{ of Kind }

func (p plain) kinds() []Kind { return []Kind{p.of} }

func (plain) begin(io.Writer, Options, uint32) error { return nil }

func (plain) write(w io.Writer, e entry) (rule, why string, err error) {
	if e.kind == Domain && !e.wide {
		return RuleBelow, "a warning list has a name below it, and readers of plain lists block what is below", nil
	}
	_, err = io.WriteString(w, e.text+"\n")
	return "", "", err
}

func (plain) end(io.Writer) error { return nil }

// table writes CSV (RFC 4180).
type table struct{ w *csv.Writer }

func (*table) kinds() []Kind { return []Kind{Domain, IP, URL, Hash} }

func (x *table) begin(w io.Writer, _ Options, _ uint32) error {
	x.w = csv.NewWriter(w)
	x.w.UseCRLF = true
	return x.w.Write([]string{"kind", "value", "covers", "algorithm", "valid_from", "valid_until", "tlp", "object", "name"})
}

func (x *table) write(_ io.Writer, e entry) (rule, why string, err error) {
	covers := "itself"
	if e.wide {
		covers = "itself and below"
	}
	row := []string{string(e.kind), e.text, covers, e.algorithm, e.from, e.until, e.tlp, e.id, e.name}
	for i := range row {
		row[i] = cell(row[i])
	}
	return "", "", x.w.Write(row)
}

func (x *table) end(io.Writer) error {
	x.w.Flush()
	return x.w.Error()
}

// cell keeps a text from being a formula where a spreadsheet opens the file, and from
// steering a terminal: what begins as one gets an apostrophe before it.
func cell(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
	if t := strings.TrimLeft(s, " \u00a0\ufeff"); t != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(t)[0]) {
		return "'" + s
	}
	return s
}
