package coin

import "encoding/binary"

// Monero's base58 writes blocks of 8 bytes as 11 digits, and a last block of
// fewer bytes as fewer digits (monero, src/common/base58.cpp). This is the size
// in digits by the size in bytes.
var moneroBlocks = [9]int{0, 2, 3, 5, 6, 7, 9, 10, 11}

// monero reads a network byte, two keys of 32 bytes, for an integrated address a
// payment id of 8 bytes, and 4 bytes of Keccak-256. No fault and no network
// means that s is not of this form.
func (d *decoded) monero(s string) fault {
	if len(s) != 95 && len(s) != 106 {
		return fault{}
	}
	if !d.moneroBytes(s) {
		return fault{}
	}
	n := moneroNet(d.b[0])
	if n == nil || (n.form == MoneroIntegrated) != (d.n == 77) {
		return fault{}
	}
	sum := keccak(d.b[:d.n-4])
	if [4]byte(sum[:4]) != [4]byte(d.b[d.n-4:d.n]) {
		return fault{n.name, checksumWrong}
	}
	d.net, d.form, d.checksum = n, n.form, true
	return fault{}
}

func (d *decoded) moneroBytes(s string) bool {
	d.n = 0
	for len(s) > 0 {
		digits := min(len(s), 11)
		size := 8
		for moneroBlocks[size] != digits {
			size--
		}
		var block payload
		if !bitcoin58.decodeBlock(&block, s[:digits], size) {
			return false
		}
		d.n += copy(d.b[d.n:], block.b[:size])
		s = s[digits:]
	}
	return true
}

// decodeBlock reads at most 11 digits into exactly size bytes.
func (a *alphabet) decodeBlock(p *payload, s string, size int) bool {
	if !a.decode(p, s) {
		return false
	}
	// decode counts leading zero digits as bytes; here they are only digits.
	number := p.b[:p.n]
	for len(number) > 0 && number[0] == 0 {
		number = number[1:]
	}
	if len(number) > size {
		return false
	}
	var b [8]byte
	copy(b[size-len(number):], number)
	copy(p.b[:], b[:])
	p.n = size
	return true
}

// encodeMonero writes bytes and their checksum in blocks.
func encodeMonero(b []byte) string {
	sum := keccak(b)
	b = append(append([]byte{}, b...), sum[:4]...)
	out := make([]byte, 0, 106)
	for len(b) > 0 {
		size := min(len(b), 8)
		var word [8]byte
		copy(word[8-size:], b[:size])
		v := binary.BigEndian.Uint64(word[:])
		digits := moneroBlocks[size]
		start := len(out)
		out = append(out, "11111111111"[:digits]...)
		for i := start + digits - 1; i >= start; i-- {
			out[i] = bitcoin58.digit[v%58]
			v /= 58
		}
		b = b[size:]
	}
	return string(out)
}
