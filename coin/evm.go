package coin

import (
	"encoding/hex"

	"golang.org/x/crypto/sha3"
)

func isHex(s string) bool {
	for i := range len(s) {
		if _, ok := nibble(s[i]); !ok {
			return false
		}
	}
	return true
}

func nibble(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// unhex reads hexadecimal digits, an even number of them, into p.
func (p *payload) unhex(s string) bool {
	for i := 0; i+1 < len(s); i += 2 {
		hi, ok := nibble(s[i])
		lo, also := nibble(s[i+1])
		if !ok || !also {
			return false
		}
		p.b[i/2] = hi<<4 | lo
	}
	p.n = len(s) / 2
	return true
}

// evm reads 0x and 40 hexadecimal digits. Digits in one case carry no checksum;
// in mixed case they must be those of EIP-55.
func (d *decoded) evm(s string) fault {
	digits := s[2:]
	if len(digits) != 40 {
		return fault{evmNet.name, "it must have 40 hexadecimal digits after 0x"}
	}
	if !d.unhex(digits) {
		return fault{evmNet.name, "it holds a character that is no hexadecimal digit"}
	}
	if mixedCase(digits) {
		sum := eip55(d.b[:20])
		if string(sum[:]) != digits {
			return fault{evmNet.name, "its mixed case is not the checksum of EIP-55: a character or its case is not the one that was meant"}
		}
		d.checksum = true
	}
	d.net, d.form = &evmNet, EVMAccount
	return fault{}
}

// eip55 writes 20 bytes in hexadecimal with the checksum of EIP-55: a letter is
// upper case where the Keccak-256 of the lower-case digits has a nibble of 8 or
// more.
func eip55(b []byte) [40]byte {
	var text [40]byte
	hex.Encode(text[:], b)
	h := keccak(text[:])
	for i, c := range text {
		if c >= 'a' && h[i/2]>>(4*(1-i%2))&15 >= 8 {
			text[i] = c - 32
		}
	}
	return text
}

// keccak is Keccak-256 with the padding of before FIPS 202, as Ethereum and
// Monero use it.
func keccak(b []byte) [32]byte {
	h := sha3.NewLegacyKeccak256()
	h.Write(b)
	var out [32]byte
	h.Sum(out[:0])
	return out
}

// tronHex reads 41 and 40 hexadecimal digits, the form of TRON's node API.
func (d *decoded) tronHex(s string) fault {
	if !d.unhex(s) {
		return fault{tronHexNet.name, "it holds a character that is no hexadecimal digit"}
	}
	d.net, d.form = &tronHexNet, TronHex
	return fault{}
}
