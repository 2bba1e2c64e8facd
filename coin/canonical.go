package coin

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// canonical returns the one text of the address on a chain. Base58check has one
// spelling per chain; bech32 and cashaddr are written in lower case, cashaddr
// with its prefix; 0x... in lower case; TRON in base58; X-addresses as their
// classic address and integrated ones as their standard address, since the rest
// is a note to the payee; TEX as its t1.
func (d *decoded) canonical(c Chain, text string) string {
	switch d.form {
	case P2PKH, P2SH:
		return d.legacyCanonical(c, text)
	case CashAddr:
		return encodeCash(d.cashPrefix(), d.version&^(2<<3), d.b[1:d.n])
	case EVMAccount:
		return "0x" + hex.EncodeToString(d.b[:20])
	case TronHex:
		return bitcoin58.encodeCheck(nil, d.b[:21])
	case XRPX:
		return ripple58.encodeCheck([]byte{0}, d.b[2:22])
	case MoneroIntegrated:
		return encodeMonero(append([]byte{d.b[0] - 1}, d.b[1:65]...))
	case ZcashTEX:
		version := uint16(zcashP2PKH)
		if d.net.testnet {
			version = zcashTestP2PKH
		}
		return bitcoin58.encodeCheck(binary.BigEndian.AppendUint16(nil, version), d.b[:20])
	case P2WPKH, P2WSH, P2TR, Witness, MWEB, ZcashSapling, ZcashUnified:
		return strings.ToLower(text)
	}
	return text
}

// legacyCanonical writes a version byte and a hash as the chain writes it today:
// Bitcoin Cash in cashaddr, Litecoin's scripts with M.
func (d *decoded) legacyCanonical(c Chain, text string) string {
	hash := d.b[1:21]
	switch {
	case c == BitcoinCash && d.form == P2PKH:
		return encodeCash(d.cashPrefix(), 0, hash)
	case c == BitcoinCash:
		return encodeCash(d.cashPrefix(), 1<<3, hash)
	case c == Litecoin && d.b[0] == 5:
		return bitcoin58.encodeCheck([]byte{50}, hash)
	case c == Litecoin && d.b[0] == 196:
		return bitcoin58.encodeCheck([]byte{58}, hash)
	}
	return text
}

// cashPrefix returns the network's prefix. Regression test addresses keep theirs.
func (d *decoded) cashPrefix() string {
	for i := range cashPrefixes {
		if d.net == &cashPrefixes[i].net {
			return cashPrefixes[i].text
		}
	}
	if d.net.testnet {
		return "bchtest"
	}
	return "bitcoincash"
}

// key returns the index key of a text: its canonical text, but for hashes that
// several texts stand for, which are brought back to Bitcoin's version.
func (d *decoded) key(text string) string {
	switch {
	case d.form == CashAddr && d.n == 21:
		version := byte(0)
		if d.version>>3&1 == 1 {
			version = 5
		}
		if d.net.testnet {
			version = map[byte]byte{0: 111, 5: 196}[version]
		}
		return bitcoin58.encodeCheck([]byte{version}, d.b[1:21])
	case d.form == P2SH && d.b[0] == 50:
		return bitcoin58.encodeCheck([]byte{5}, d.b[1:21])
	case d.form == P2SH && d.b[0] == 58:
		return bitcoin58.encodeCheck([]byte{196}, d.b[1:21])
	}
	return d.canonical(d.net.chains[0], text)
}

// tag returns what the text carries beyond the account.
func (d *decoded) tag() string {
	switch {
	case d.form == XRPX && d.b[22] == 1:
		return strconv.FormatUint(uint64(binary.LittleEndian.Uint32(d.b[23:])), 10)
	case d.form == MoneroIntegrated:
		return hex.EncodeToString(d.b[65:73])
	}
	return ""
}

// receivers writes the receivers of a unified address that have a form of their
// own. Orchard has none.
func (d *decoded) receivers() []string {
	rs, _ := receivers(d.unified)
	p2pkh, p2sh, sapling := uint16(zcashP2PKH), uint16(zcashP2SH), "zs"
	if d.net.testnet {
		p2pkh, p2sh, sapling = zcashTestP2PKH, zcashTestP2SH, "ztestsapling"
	}
	var out []string
	for _, r := range rs {
		switch r.kind {
		case receiverP2PKH:
			out = append(out, bitcoin58.encodeCheck(binary.BigEndian.AppendUint16(nil, p2pkh), r.bytes))
		case receiverP2SH:
			out = append(out, bitcoin58.encodeCheck(binary.BigEndian.AppendUint16(nil, p2sh), r.bytes))
		case receiverSapling:
			out = append(out, encodeBech32(sapling, spread(r.bytes), bech32Const))
		}
	}
	return out
}
