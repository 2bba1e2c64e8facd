package coin

import "encoding/binary"

// decoded is what a text says, before it is spelled out as addresses.
type decoded struct {
	payload
	net      *network // nil: no address
	form     Form
	version  byte // witness version, or type bits of cashaddr
	unified  []byte
	checksum bool
}

// fault says why a text is no address. looks names what the text looks like, ""
// when like nothing.
type fault struct {
	looks string
	wrong string
}

func (f fault) some() bool { return f.wrong != "" }

// The longest text that is read: a unified address of many receivers.
const maxText = 1024

// decode reads s, which has no spaces around it. It allocates nothing but for
// unified addresses.
func (d *decoded) decode(s string) fault {
	switch {
	case len(s) < 14:
		return fault{"", "it is too short: was it cut?"}
	case len(s) > maxText:
		return fault{"", "it is too long"}
	}
	if s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		return d.evm(s)
	}
	best := d.structured(s)
	if d.net != nil || best.some() {
		return best
	}
	return d.base58(s)
}

// structured reads the forms that show what they are by a prefix: bech32,
// cashaddr, hexadecimal. No fault and no network means that s is none of them.
func (d *decoded) structured(s string) fault {
	if i := separator(s); i > 0 {
		if h := findHRP(s[:i]); h != nil && plausible(s[i+1:]) {
			return d.bech32(s, h)
		}
	}
	if prefix, rest, ok := cashPrefixed(s); ok {
		return d.cashaddr(prefix, rest)
	}
	if len(s) == 42 && s[0] == '4' && s[1] == '1' && isHex(s) {
		return d.tronHex(s)
	}
	return fault{}
}

// base58 reads the forms that are a number in base 58; its length tells them
// apart.
func (d *decoded) base58(s string) fault {
	if len(s) >= 95 {
		return d.long58(s)
	}
	f := fault{"", "it is in no form that is known here"}
	if bitcoin58.decode(&d.payload, s) {
		switch d.n {
		case 25:
			f = d.short()
		case 26:
			f = d.zcash()
		case 32:
			return d.solana()
		}
	}
	if d.net == nil && ripple58.decode(&d.payload, s) {
		if g := d.ripple(s); d.net != nil || (g.some() && f.looks == "") {
			return g
		}
	}
	return f
}

const checksumWrong = "its checksum is wrong: at least one character is not the one that was meant"

// short reads one version byte, 20 bytes of hash, 4 of checksum.
func (d *decoded) short() fault {
	n := &short58[d.b[0]]
	switch {
	case !d.checked() && n.form == "":
		return fault{"", "it is in no form that is known here"}
	case !d.checked():
		return fault{n.name, checksumWrong}
	case n.form == "":
		return fault{"base58check", "its version byte is of no chain that is known here"}
	}
	d.net, d.form, d.checksum = n, n.form, true
	return fault{}
}

// zcash reads two version bytes, 20 bytes of hash, 4 of checksum.
func (d *decoded) zcash() fault {
	var n *network
	switch binary.BigEndian.Uint16(d.b[:2]) {
	case zcashP2PKH, zcashP2SH:
		n = &zcashNet
	case zcashTestP2PKH, zcashTestP2SH:
		n = &zcashTestNet
	default:
		return fault{"", "it is in no form that is known here"}
	}
	if !d.checked() {
		return fault{n.name, checksumWrong}
	}
	d.net, d.form, d.checksum = n, n.form, true
	return fault{}
}

// ripple reads classic addresses and X-addresses, in the XRP Ledger's alphabet
// (xrpl.org, "Addresses"; XLS-5d for X-addresses).
func (d *decoded) ripple(s string) fault {
	var n *network
	switch {
	case d.n == 25 && d.b[0] == 0:
		n = &rippleNet
	case d.n == 35 && d.b[0] == 0x05 && d.b[1] == 0x44:
		n = &rippleXNet
	case d.n == 35 && d.b[0] == 0x04 && d.b[1] == 0x93:
		n = &rippleTestXNet
	default:
		return fault{}
	}
	if !d.checked() {
		return fault{n.name, checksumWrong}
	}
	if d.n == 35 && !d.tagged() {
		return fault{n.name, "its tag field breaks the rules of XLS-5d"}
	}
	d.net, d.form, d.checksum = n, n.form, true
	return fault{}
}

// tagged checks an X-address's flag and tag: flag 0 has no tag, flag 1 a tag of
// 32 bits, the upper 32 bits are reserved.
func (d *decoded) tagged() bool {
	flag, tag := d.b[22], binary.LittleEndian.Uint64(d.b[23:31])
	return flag == 0 && tag == 0 || flag == 1 && tag>>32 == 0
}

// long58 reads the long base58 forms: Monero by its blocks, Zcash Sprout by its
// version.
func (d *decoded) long58(s string) fault {
	if f := d.monero(s); d.net != nil || f.some() {
		return f
	}
	if len(s) > 96 || !bitcoin58.decode(&d.payload, s) || d.n != 70 {
		return fault{"", "it is in no form that is known here"}
	}
	var n *network
	switch binary.BigEndian.Uint16(d.b[:2]) {
	case zcashSprout:
		n = &zcashSproutNet
	case zcashTestSprout:
		n = &zcashTestSproutNet
	default:
		return fault{"", "it is in no form that is known here"}
	}
	if !d.checked() {
		return fault{n.name, checksumWrong}
	}
	d.net, d.form, d.checksum = n, n.form, true
	return fault{}
}

// solana takes any 32 bytes: the form has no checksum. Whether they are a point
// of the curve costs more than all else and is asked when it is needed, see
// settle.
func (d *decoded) solana() fault {
	d.net, d.form = &solanaNet, SolanaAccount
	return fault{}
}

// settle decides between the two forms of Solana.
func (d *decoded) settle() {
	if d.form == SolanaAccount && !onCurve(d.b[:32]) {
		d.form = SolanaOffCurve
	}
}
