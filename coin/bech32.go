package coin

import "strings"

// bech32Digits is the alphabet of bech32 and cashaddr (BIP-173).
const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32Value gives a character's value, in either case, or 0xff.
var bech32Value = func() (v [256]byte) {
	for i := range v {
		v[i] = 0xff
	}
	for i := range len(bech32Digits) {
		c := bech32Digits[i]
		v[c] = byte(i)
		if c >= 'a' {
			v[c-32] = byte(i)
		}
	}
	return v
}()

// bech32Steps is what the five generator coefficients of BIP-173 add for each
// value of the five bits that are shifted out.
var bech32Steps = func() (t [32]uint32) {
	gen := [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	for top := range t {
		for i, g := range gen {
			if top>>i&1 == 1 {
				t[top] ^= g
			}
		}
	}
	return t
}()

// The constants that the checksum must come to (BIP-173, BIP-350).
const (
	bech32Const  = 1
	bech32mConst = 0x2bc830a3
)

func bech32Step(chk uint32, v byte) uint32 {
	return (chk&0x1ffffff)<<5 ^ uint32(v) ^ bech32Steps[chk>>25]
}

func bech32HRP(lower string) uint32 {
	chk := uint32(1)
	for i := range len(lower) {
		chk = bech32Step(chk, lower[i]>>5)
	}
	chk = bech32Step(chk, 0)
	for i := range len(lower) {
		chk = bech32Step(chk, lower[i]&31)
	}
	return chk
}

// separator returns the place of the first 1 within the reach of the longest
// human-readable part, or -1. Data cannot hold a 1.
func separator(s string) int {
	const longest = len("ztestsapling")
	for i := 1; i < len(s) && i <= longest; i++ {
		if s[i] == '1' {
			return i
		}
	}
	return -1
}

// findHRP returns what is known of a human-readable part in either case.
func findHRP(part string) *hrp {
	for i := range hrps {
		if len(hrps[i].text) == len(part) && strings.EqualFold(hrps[i].text, part) {
			return &hrps[i]
		}
	}
	return nil
}

// plausible reports whether rest can be the data of a mistyped bech32 text and
// not a base58 text that begins like one: all of it letters and digits, in one
// case but for one or two characters.
func plausible(rest string) bool {
	lower, upper := 0, 0
	for i := range len(rest) {
		switch c := rest[i]; {
		case 'a' <= c && c <= 'z':
			lower++
		case 'A' <= c && c <= 'Z':
			upper++
		case '0' <= c && c <= '9':
		default:
			return false
		}
	}
	return min(lower, upper) <= 2
}

// bech32 reads a text with a known human-readable part. Mixed case, a wrong
// checksum, the wrong one of the two checksums, a program of a wrong length and
// padding that is not zero are refused (BIP-173, BIP-350).
func (d *decoded) bech32(s string, h *hrp) fault {
	name, data := h.net.name, s[len(h.text)+1:]
	if len(data) < 7 {
		return fault{name, "it is too short"}
	}
	if mixedCase(s) {
		return fault{name, "it mixes upper and lower case"}
	}
	chk := bech32HRP(h.text)
	for i := range len(data) {
		v := bech32Value[data[i]]
		if v == 0xff {
			return fault{name, "it holds a character that is not in the alphabet of bech32"}
		}
		chk = bech32Step(chk, v)
	}
	if chk != bech32Const && chk != bech32mConst {
		return fault{name, checksumWrong}
	}
	data = data[:len(data)-6]
	switch h.net.form {
	case "":
		return d.segwit(h, data, chk)
	case ZcashUnified:
		return d.readUnified(h, data, chk)
	}
	return d.fixed(h, data, chk)
}

func mixedCase(s string) bool {
	var lower, upper bool
	for i := range len(s) {
		c := s[i]
		lower = lower || 'a' <= c && c <= 'z'
		upper = upper || 'A' <= c && c <= 'Z'
	}
	return lower && upper
}

// segwit reads a witness version and program (BIP-141, BIP-173, BIP-350).
func (d *decoded) segwit(h *hrp, data string, chk uint32) fault {
	name, version := h.net.name, bech32Value[data[0]]
	switch {
	case version > 16:
		return fault{name, "its witness version is above 16"}
	case version == 0 && chk != bech32Const:
		return fault{name, "witness version 0 must be bech32, and its checksum is that of bech32m"}
	case version > 0 && chk != bech32mConst:
		return fault{name, "a witness version above 0 must be bech32m, and its checksum is that of bech32"}
	case !regroup(&d.payload, data[1:]):
		return fault{name, "its data does not end on a byte"}
	case d.n < 2 || d.n > 40 || version == 0 && d.n != 20 && d.n != 32:
		return fault{name, "its witness program has a wrong length"}
	}
	d.net, d.version, d.checksum = &h.net, version, true
	switch {
	case version == 0 && d.n == 20:
		d.form = P2WPKH
	case version == 0:
		d.form = P2WSH
	case version == 1 && d.n == 32:
		d.form = P2TR
	default:
		d.form = Witness
	}
	return fault{}
}

// fixed reads the forms of one length: Sapling 43 bytes (diversifier and key) in
// bech32, TEX 20 bytes in bech32m, MWEB a version and two keys of 33 bytes in
// bech32.
func (d *decoded) fixed(h *hrp, data string, chk uint32) fault {
	want, size := uint32(bech32Const), 43
	switch h.net.form {
	case ZcashTEX:
		want, size = bech32mConst, 20
	case MWEB:
		size = 66
		if bech32Value[data[0]] != 0 {
			return fault{h.net.name, "its version is not 0"}
		}
		data = data[1:]
	}
	if chk != want {
		return fault{h.net.name, "its checksum is that of the other one of bech32 and bech32m"}
	}
	if !regroup(&d.payload, data) || d.n != size {
		return fault{h.net.name, "its data has a wrong length"}
	}
	d.net, d.form, d.checksum = &h.net, h.net.form, true
	return fault{}
}

// regroup turns characters of five bits into bytes. It refuses more than four
// bits of padding and padding that is not zero.
func regroup(p *payload, data string) bool {
	if len(data)*5/8 > len(p.b) {
		return false
	}
	p.n = 0
	var acc uint32
	var have uint
	for i := range len(data) {
		acc = acc<<5 | uint32(bech32Value[data[i]])
		have += 5
		if have >= 8 {
			have -= 8
			p.b[p.n] = byte(acc >> have)
			p.n++
		}
	}
	return have < 5 && acc&(1<<have-1) == 0
}

// spread turns bytes into values of five bits, padded with zeros.
func spread(b []byte) []byte {
	out := make([]byte, 0, (len(b)*8+4)/5)
	var acc uint32
	var have uint
	for _, c := range b {
		acc = acc<<8 | uint32(c)
		have += 8
		for have >= 5 {
			have -= 5
			out = append(out, byte(acc>>have)&31)
		}
	}
	if have > 0 {
		out = append(out, byte(acc<<(5-have))&31)
	}
	return out
}

// encodeBech32 writes values of five bits under a human-readable part.
func encodeBech32(part string, values []byte, final uint32) string {
	chk := bech32HRP(part)
	for _, v := range values {
		chk = bech32Step(chk, v)
	}
	for range 6 {
		chk = bech32Step(chk, 0)
	}
	chk ^= final
	var b strings.Builder
	b.WriteString(part)
	b.WriteByte('1')
	for _, v := range values {
		b.WriteByte(bech32Digits[v])
	}
	for i := range 6 {
		b.WriteByte(bech32Digits[chk>>(5*(5-i))&31])
	}
	return b.String()
}
