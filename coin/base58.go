package coin

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// An alphabet of base58: digit value by character, and back. The value of a
// character that is no digit is 0xff.
type alphabet struct {
	value [256]byte
	digit string
}

// The alphabets. Bitcoin's leaves out 0, O, I and l; the XRP Ledger permutes it
// so that accounts begin with r (xrpl.org, "base58 Encodings").
var (
	bitcoin58 = newAlphabet("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
	ripple58  = newAlphabet("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz")
)

func newAlphabet(digits string) *alphabet {
	a := &alphabet{digit: digits}
	for i := range a.value {
		a.value[i] = 0xff
	}
	for i := range len(digits) {
		a.value[digits[i]] = byte(i)
	}
	return a
}

// payload is what a text decodes to. It has a fixed size so that checking an
// address allocates nothing. The longest is a Monero integrated address, 77 bytes.
type payload struct {
	b [80]byte
	n int
}

// chunk is the number of base58 digits whose value fits a 64-bit limb.
const chunk = 10

// powers holds 58 to the power of its index.
var powers = [chunk + 1]uint64{
	1, 58, 58 * 58, 58 * 58 * 58, 58 * 58 * 58 * 58, 58 * 58 * 58 * 58 * 58,
	38068692544, 2207984167552, 128063081718016, 7427658739644928, 430804206899405824,
}

// decode reads s, ten digits at a time, into little-endian 64-bit limbs and
// writes the number big-endian into p, one zero byte for each leading zero
// digit. It reports whether s has only digits and the number fits.
func (a *alphabet) decode(p *payload, s string) bool {
	zeros := 0
	for zeros < len(s) && s[zeros] == a.digit[0] {
		zeros++
	}
	var limbs [len(p.b) / 8]uint64
	used := 0
	for i := zeros; i < len(s); i += chunk {
		part := s[i:min(i+chunk, len(s))]
		var carry uint64
		for j := range len(part) {
			v := a.value[part[j]]
			if v == 0xff {
				return false
			}
			carry = carry*58 + uint64(v)
		}
		scale := powers[len(part)]
		for j := range used {
			hi, lo := bits.Mul64(limbs[j], scale)
			lo, c := bits.Add64(lo, carry, 0)
			limbs[j], carry = lo, hi+c
		}
		if carry != 0 {
			if used == len(limbs) {
				return false
			}
			limbs[used] = carry
			used++
		}
	}
	return p.fill(zeros, limbs[:used])
}

// fill writes zeros zero bytes and then the limbs without their leading zeros.
func (p *payload) fill(zeros int, limbs []uint64) bool {
	var number [len(p.b)]byte
	start := len(number)
	for _, l := range limbs {
		start -= 8
		binary.BigEndian.PutUint64(number[start:], l)
	}
	for start < len(number) && number[start] == 0 {
		start++
	}
	p.n = zeros + len(number) - start
	if p.n > len(p.b) {
		return false
	}
	clear(p.b[:zeros])
	copy(p.b[zeros:], number[start:])
	return true
}

// encode writes b in base58.
func (a *alphabet) encode(b []byte) string {
	zeros := 0
	for zeros < len(b) && b[zeros] == 0 {
		zeros++
	}
	// log(256)/log(58) < 1.366
	digits := make([]byte, 0, len(b)*1366/1000+1)
	for _, c := range b[zeros:] {
		carry := int(c)
		for i, d := range digits {
			carry += int(d) << 8
			digits[i] = byte(carry % 58)
			carry /= 58
		}
		for carry > 0 {
			digits = append(digits, byte(carry%58))
			carry /= 58
		}
	}
	out := make([]byte, zeros+len(digits))
	for i := range zeros {
		out[i] = a.digit[0]
	}
	for i, d := range digits {
		out[len(out)-1-i] = a.digit[d]
	}
	return string(out)
}

// sum4 returns the first four bytes of the double SHA-256 of b: the checksum of
// base58check.
func sum4(b []byte) uint32 {
	h := sha256.Sum256(b)
	h = sha256.Sum256(h[:])
	return binary.BigEndian.Uint32(h[:4])
}

// checked reports whether the last four bytes of p are the checksum of the rest.
func (p *payload) checked() bool {
	if p.n < 5 {
		return false
	}
	return sum4(p.b[:p.n-4]) == binary.BigEndian.Uint32(p.b[p.n-4:p.n])
}

// encodeCheck writes version and data in base58check.
func (a *alphabet) encodeCheck(version, data []byte) string {
	b := make([]byte, 0, len(version)+len(data)+4)
	b = append(append(b, version...), data...)
	return a.encode(binary.BigEndian.AppendUint32(b, sum4(b)))
}
