package coin

import "strings"

// cashGenerators are the coefficients of cashaddr's BCH code over 40 bits
// (Bitcoin Cash specification, "CashAddr", section "Checksum").
var cashGenerators = [5]uint64{0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8, 0x1e4f43e470}

func cashStep(chk uint64, v byte) uint64 {
	top := chk >> 35
	chk = (chk&0x07ffffffff)<<5 ^ uint64(v)
	for i, g := range cashGenerators {
		if top>>i&1 == 1 {
			chk ^= g
		}
	}
	return chk
}

func cashStart(prefix string) uint64 {
	chk := uint64(1)
	for i := range len(prefix) {
		chk = cashStep(chk, prefix[i]&31)
	}
	return cashStep(chk, 0)
}

// cashPrefixed splits a cashaddr text. The prefix may be left out, as the
// specification allows; then it is that of the main network, and the text must
// have the length of a hash of 20 bytes (42) or 32 bytes (61).
func cashPrefixed(s string) (*cashPrefix, string, bool) {
	if i := strings.IndexByte(s, ':'); i >= 0 {
		for j := range cashPrefixes {
			if strings.EqualFold(cashPrefixes[j].text, s[:i]) {
				return &cashPrefixes[j], s, true
			}
		}
		return nil, "", false
	}
	if len(s) != 42 && len(s) != 61 || strings.IndexByte("qprzQPRZ", s[0]) < 0 {
		return nil, "", false
	}
	for i := range len(s) {
		if bech32Value[s[i]] == 0xff {
			return nil, "", false
		}
	}
	return &cashPrefixes[0], s, plausible(s)
}

// cashaddr reads a text with or without its prefix. Type bits 0 and 1 are hashes
// of keys and scripts, 2 and 3 the same for wallets that know CashTokens
// (CHIP-2022-02).
func (d *decoded) cashaddr(p *cashPrefix, s string) fault {
	name := p.net.name
	if mixedCase(s) {
		return fault{name, "it mixes upper and lower case"}
	}
	data := s[strings.IndexByte(s, ':')+1:]
	if len(data) < 8+2 {
		return fault{name, "it is too short"}
	}
	chk := cashStart(p.text)
	for i := range len(data) {
		v := bech32Value[data[i]]
		if v == 0xff {
			return fault{name, "it holds a character that is not in the alphabet of cashaddr"}
		}
		chk = cashStep(chk, v)
	}
	if chk != 1 {
		return fault{name, checksumWrong}
	}
	if !regroup(&d.payload, data[:len(data)-8]) || d.n < 2 {
		return fault{name, "its data does not end on a byte"}
	}
	d.version = d.b[0]
	kind, size := d.version>>3, d.n-1
	switch {
	case kind > 3 || d.version&0x80 != 0:
		return fault{name, "its type is not known"}
	case d.version&7 == 0 && size == 20, d.version&7 == 3 && size == 32 && kind&1 == 1:
	default:
		return fault{name, "its hash has a wrong length"}
	}
	d.net, d.form, d.checksum = &p.net, CashAddr, true
	return fault{}
}

// encodeCash writes a version byte and a hash with the prefix.
func encodeCash(prefix string, version byte, hash []byte) string {
	values := spread(append([]byte{version}, hash...))
	chk := cashStart(prefix)
	for _, v := range values {
		chk = cashStep(chk, v)
	}
	for range 8 {
		chk = cashStep(chk, 0)
	}
	chk ^= 1
	var b strings.Builder
	b.WriteString(prefix)
	b.WriteByte(':')
	for _, v := range values {
		b.WriteByte(bech32Digits[v])
	}
	for i := range 8 {
		b.WriteByte(bech32Digits[chk>>(5*(7-i))&31])
	}
	return b.String()
}
