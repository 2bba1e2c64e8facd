package indicator

import (
	"bytes"
	"strconv"
	"strings"
)

// words finds what is one run of letters and digits: hashes, transaction ids,
// CVE and ATT&CK ids, AS numbers.
func (s *scanner) words() {
	b := s.c.b
	for i := 0; i < len(b); {
		if !alnum[b[i]] {
			i++
			continue
		}
		j := i + 1
		for j < len(b) && alnum[b[j]] {
			j++
		}
		s.word(i, j)
		i = j
	}
}

func (s *scanner) word(i, j int) {
	w := s.c.b[i:j]
	switch len(w) {
	case 3:
		if bytes.EqualFold(w, []byte("CVE")) {
			s.cve(i, j)
		} else if bytes.EqualFold(w, []byte("ASN")) {
			s.asnAfter(i, j)
		}
	case 32, 40, 64, 128:
		s.hash(i, j)
	case 66:
		if w[0] == '0' && (w[1] == 'x' || w[1] == 'X') && allHex(w[2:]) {
			s.emit(TxID, "0x"+strings.ToLower(string(w[2:])), i, j, Detail{Chain: "ethereum"},
				"any chain with Ethereum's transaction form uses it, and other 32-byte values do too")
		}
	}
	if len(w) >= 5 && len(w) <= 6 {
		s.attack(i, j)
	}
	if len(w) >= 6 && len(w) <= 12 && w[0] == 'A' && w[1] == 'S' {
		s.asn(i, i+2, j)
	}
}

var algorithms = map[int]string{32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}

// hash takes a whole run of hexadecimal digits of a hash's length that has both
// letters and digits and is not a piece of Base64.
func (s *scanner) hash(i, j int) {
	w := s.c.b[i:j]
	letters, digits := 0, 0
	for _, c := range w {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case isHex(c):
			letters++
		default:
			return
		}
	}
	if letters == 0 || digits == 0 || s.at(i-1) == '+' || s.at(j) == '+' || s.at(j) == '=' && s.at(j+1) != '"' && !alnum[s.at(j+1)] {
		return
	}
	low := strings.ToLower(string(w))
	if len(w) == 64 && s.speaksOfTransaction(i) {
		s.emit(TxID, low, i, j, Detail{}, "it has the form of a SHA-256 hash too; the words before it speak of a transaction")
		return
	}
	doubt := ""
	if len(w) == 64 && s.mask[i] == urlClaim {
		doubt = "a transaction id of Bitcoin has the same form"
	}
	s.emit(Hash, low, i, j, Detail{Algorithm: algorithms[len(w)]}, doubt)
}

// speaksOfTransaction reports whether the 24 bytes before i name a transaction.
func (s *scanner) speaksOfTransaction(i int) bool {
	before := strings.ToLower(string(s.c.b[max(0, i-24):i]))
	for _, w := range []string{"txid", "tx id", "tx hash", "txhash", "tx:", "/tx/", "transaction", "트랜잭션", "トランザクション"} {
		if strings.Contains(before, w) {
			return true
		}
	}
	return false
}

func allHex(b []byte) bool {
	for _, c := range b {
		if !isHex(c) {
			return false
		}
	}
	return true
}

func (s *scanner) digitsAt(i int) (end int) {
	for i < len(s.c.b) && s.c.b[i] >= '0' && s.c.b[i] <= '9' {
		i++
	}
	return i
}

// cve reads CVE-YYYY-N with four to nineteen digits (CVE Record Format 5.1).
func (s *scanner) cve(i, j int) {
	if !dash(s.at(j)) && s.at(j) != ' ' {
		return
	}
	y := s.digitsAt(j + 1)
	if y != j+5 || !dash(s.at(y)) {
		return
	}
	end := s.digitsAt(y + 1)
	year, _ := strconv.Atoi(string(s.c.b[j+1 : y]))
	if n := end - y - 1; n < 4 || n > 19 || year < 1999 || year > 2099 || alnum[s.at(end)] {
		return
	}
	s.emit(CVE, "CVE-"+string(s.c.b[j+1:y])+"-"+string(s.c.b[y+1:end]), i, end, Detail{Year: year}, "")
}

func dash(c byte) bool { return c == '-' || c == '_' }

// attackRange is one block of ids that MITRE has given out, rounded up.
type attackRange struct {
	prefix   string
	from, to int
	kind     string
	doubt    bool // short forms that products and papers use too
}

var attackRanges = []attackRange{
	{"TA", 1, 199, "tactic", false},
	{"T", 800, 899, "technique", false},
	{"T", 1001, 1799, "technique", false},
	{"G", 1, 199, "group", true},
	{"G", 1001, 1099, "group", true},
	{"S", 1, 699, "software", true},
	{"S", 1000, 1399, "software", true},
	{"M", 800, 999, "mitigation", true},
	{"M", 1001, 1099, "mitigation", true},
	{"C", 1, 99, "campaign", true},
}

// attack reads an id of MITRE ATT&CK: a capital, four digits, for techniques
// also a sub-technique. Ids outside the blocks that are in use are model
// numbers more often than not and are left.
func (s *scanner) attack(i, j int) {
	b := s.c.b
	digits := i + 1
	if b[i] == 'T' && b[i+1] == 'A' {
		digits = i + 2
	}
	if j-digits != 4 || s.digitsAt(digits) != j {
		return
	}
	if c := s.at(i - 1); c == '-' || c == '_' || c == '.' || c == '#' || (c == '/' || c == '=') && s.mask[i] != urlClaim {
		return
	}
	n, _ := strconv.Atoi(string(b[digits:j]))
	for _, r := range attackRanges {
		if r.prefix == string(b[i:digits]) && n >= r.from && n <= r.to {
			s.emitAttack(r, i, j)
			return
		}
	}
}

func (s *scanner) emitAttack(r attackRange, i, j int) {
	value, end, kind := string(s.c.b[i:j]), j, r.kind
	sub := s.at(j) == '.' || s.at(j) == '/' && s.mask[i] == urlClaim
	if r.prefix == "T" && sub && s.digitsAt(j+1) == j+4 && !alnum[s.at(j+4)] {
		end, kind = j+4, "sub-technique"
		value += "." + string(s.c.b[j+1:end])
	}
	if c := s.at(end); c == '-' || c == '_' || c == '.' && alnum[s.at(end+1)] {
		return
	}
	doubt := ""
	if r.doubt && !s.mitre {
		doubt = "the text does not speak of ATT&CK, and other things are numbered so"
	}
	s.emit(Attack, value, i, end, Detail{Attack: kind}, doubt)
}

// asn reads AS numbers of at least four digits: shorter ones are product names
// more often (AS400).
func (s *scanner) asn(i, digits, j int) {
	if s.digitsAt(digits) != j || s.mask[i] == urlClaim || s.at(i-1) == '-' || s.at(j) == '-' {
		return
	}
	n, err := strconv.ParseUint(string(s.c.b[digits:j]), 10, 32)
	if err != nil || n == 0 {
		return
	}
	s.emit(ASN, "AS"+strconv.FormatUint(n, 10), i, j, Detail{}, "")
}

// asnAfter reads "ASN 64500" and "ASN: 64500".
func (s *scanner) asnAfter(i, j int) {
	k := j
	for k < j+3 && (s.at(k) == ' ' || s.at(k) == ':' || s.at(k) == '#') && k < len(s.c.b) {
		k++
	}
	end := s.digitsAt(k)
	if k == j || end == k || alnum[s.at(end)] || s.at(end) == '.' && alnum[s.at(end+1)] {
		return
	}
	n, err := strconv.ParseUint(string(s.c.b[k:end]), 10, 32)
	if err != nil || n == 0 {
		return
	}
	s.emit(ASN, "AS"+strconv.FormatUint(n, 10), i, end, Detail{}, "")
}
