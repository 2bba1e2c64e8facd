package coin

import (
	"bytes"
	"encoding/binary"
)

// A unified address holds receivers as (type, length, bytes), then its
// human-readable part padded to 16 bytes, all of it through F4Jumble and bech32m
// (ZIP-316).
const (
	unifiedPadding = 16
	unifiedMin     = 48
)

// The receiver types of ZIP-316 and their lengths in bytes.
const (
	receiverP2PKH   = 0
	receiverP2SH    = 1
	receiverSapling = 2
	receiverOrchard = 3
)

// receiver is one way to pay the holder of a unified address.
type receiver struct {
	kind  uint64
	bytes []byte
}

// readUnified reads the data of u1... It refuses what ZIP-316 refuses: types out
// of order or twice, both transparent types, no shielded receiver.
func (d *decoded) readUnified(h *hrp, data string, chk uint32) fault {
	name := h.net.name
	if chk != bech32mConst {
		return fault{name, "it must be bech32m, and its checksum is that of bech32"}
	}
	b, ok := regroupAll(data)
	if !ok || len(b) < unifiedMin {
		return fault{name, "its data has a wrong length"}
	}
	unjumble(b)
	var padding [unifiedPadding]byte
	copy(padding[:], h.text)
	body := b[:len(b)-unifiedPadding]
	if !bytes.Equal(b[len(b)-unifiedPadding:], padding[:]) {
		return fault{name, "its padding is wrong: it was changed or cut"}
	}
	rs, ok := receivers(body)
	if !ok {
		return fault{name, "its receivers break the rules of ZIP-316"}
	}
	for _, r := range rs {
		if metadata := r.kind >= 0xc0 && r.kind <= 0xfc; r.kind >= receiverSapling && !metadata {
			d.net, d.form, d.checksum, d.unified = &h.net, ZcashUnified, true, body
			return fault{}
		}
	}
	return fault{name, "it has no shielded receiver"}
}

func regroupAll(data string) ([]byte, bool) {
	out := make([]byte, 0, len(data)*5/8)
	var acc uint32
	var have uint
	for i := range len(data) {
		acc = acc<<5 | uint32(bech32Value[data[i]])
		have += 5
		if have >= 8 {
			have -= 8
			out = append(out, byte(acc>>have))
		}
	}
	return out, have < 5 && acc&(1<<have-1) == 0
}

// receivers reads the items of a unified address.
func receivers(b []byte) ([]receiver, bool) {
	var out []receiver
	for len(b) > 0 {
		kind, n, ok := compactSize(b)
		if !ok {
			return nil, false
		}
		size, m, ok := compactSize(b[n:])
		if !ok || size > uint64(len(b)-n-m) {
			return nil, false
		}
		r := receiver{kind, b[n+m : n+m+int(size)]}
		if !r.fits() || len(out) > 0 && !r.follows(out[len(out)-1]) {
			return nil, false
		}
		out = append(out, r)
		b = b[n+m+int(size):]
	}
	return out, true
}

func (r receiver) fits() bool {
	switch r.kind {
	case receiverP2PKH, receiverP2SH:
		return len(r.bytes) == 20
	case receiverSapling, receiverOrchard:
		return len(r.bytes) == 43
	}
	// Revision 0 of the form may not hold metadata that a reader must understand.
	return r.kind <= 0x02000000 && (r.kind < 0xe0 || r.kind > 0xfc)
}

// follows reports whether r may come after q: types ascend, and only one of the
// two transparent types may be there.
func (r receiver) follows(q receiver) bool {
	return r.kind > q.kind && !(q.kind == receiverP2PKH && r.kind == receiverP2SH)
}

// compactSize reads Bitcoin's variable-length integer in its shortest form.
func compactSize(b []byte) (v uint64, n int, ok bool) {
	if len(b) == 0 {
		return 0, 0, false
	}
	switch c := b[0]; {
	case c < 0xfd:
		return uint64(c), 1, true
	case c == 0xfd && len(b) >= 3:
		v = uint64(binary.LittleEndian.Uint16(b[1:]))
		return v, 3, v >= 0xfd
	case c == 0xfe && len(b) >= 5:
		v = uint64(binary.LittleEndian.Uint32(b[1:]))
		return v, 5, v > 0xffff
	}
	return 0, 0, false
}

// unjumble is the inverse of F4Jumble, in place (ZIP-316, "Jumbling"): an
// unkeyed Feistel network of four rounds over BLAKE2b, which makes every byte
// depend on every other.
func unjumble(b []byte) {
	left := min(64, len(b)/2)
	l, r := b[:left], b[left:]
	jumbleH(1, l, r)
	jumbleG(1, r, l)
	jumbleH(0, l, r)
	jumbleG(0, r, l)
}

// jumbleH adds to l the hash H of round i over r.
func jumbleH(i byte, l, r []byte) {
	h := blake2b(len(l), jumblePersonal("UA_F4Jumble_H", i, 0), r)
	xor(l, h[:len(l)])
}

// jumbleG adds to r the hash G of round i over l, in blocks of 64 bytes.
func jumbleG(i byte, r, l []byte) {
	for j := 0; j*64 < len(r); j++ {
		h := blake2b(64, jumblePersonal("UA_F4Jumble_G", i, uint16(j)), l)
		xor(r[j*64:min(len(r), j*64+64)], h[:])
	}
}

func jumblePersonal(name string, i byte, j uint16) (p [16]byte) {
	copy(p[:], name)
	p[13] = i
	binary.LittleEndian.PutUint16(p[14:], j)
	return p
}

func xor(dst, src []byte) {
	for i := range dst {
		dst[i] ^= src[i]
	}
}
