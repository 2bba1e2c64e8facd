package coin

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cordon-project/cordon/errs"
)

// Parse returns all readings of a text as an address, the most likely chain
// first: one for each chain on which the text is valid, except that 0x... has
// one reading with chain [EVM]. Spaces around it, a payment link
// ("bitcoin:1...?amount=1") and a chain prefix ("eip155:1:0x...", "eth:0x...")
// are taken off; what they say of the chain puts that reading first.
//
// The error is errs.Invalid and says what the text looks like and what is wrong
// with it.
func Parse(s string) ([]Address, error) {
	text, hint := unwrap(s)
	var d decoded
	if f := d.decode(text); d.net == nil {
		return nil, f.err(s, text)
	}
	out := d.addresses(s, text)
	prefer(out, hint)
	return out, nil
}

// Valid reports whether Parse would give at least one reading. It allocates
// nothing but for unified addresses. Solana's form has no checksum, so there any 32
// bytes in base58 will do.
func Valid(s string) bool {
	text, _ := unwrap(s)
	var d decoded
	d.decode(text)
	return d.net != nil
}

// Key returns the text under which indexes compare an address: one for all
// spellings of one address. Upper and lower case of 0x... and bech32, cashaddr
// and legacy of Bitcoin Cash, both of Litecoin's pay-to-script-hash versions, an
// X-address and its classic address whatever the tag, an integrated address and
// its standard address, a TEX address and its t1 have one key. So has one hash on
// Bitcoin, Bitcoin Cash and Bitcoin SV: the same private key or script owns it.
// ok is false when s is no address.
func Key(s string) (key string, ok bool) {
	text, _ := unwrap(s)
	var d decoded
	if d.decode(text); d.net == nil {
		return "", false
	}
	return d.key(text), true
}

// Recased returns the address that a refused text would be if nothing but its
// upper and lower case were wrong: 0x... in mixed case that is not EIP-55, bech32
// or cashaddr in mixed case. Base58 does not survive a lost case. A screening
// desk asks with it, so that a listed address in odd capitals is not missed; its
// checksum counts as verified only where the form has one without case.
func Recased(s string) (Address, bool) {
	if Valid(s) {
		return Address{}, false
	}
	as, err := Parse(strings.ToLower(s))
	if err != nil || !caseless(as[0].Form) {
		return Address{}, false
	}
	as[0].Input = s
	return as[0], true
}

// caseless reports whether a form means the same in upper and lower case.
func caseless(f Form) bool {
	switch f {
	case EVMAccount, P2WPKH, P2WSH, P2TR, Witness, CashAddr, MWEB, ZcashSapling, ZcashUnified, ZcashTEX:
		return true
	}
	return false
}

// Looks reports cheaply whether s has the length and alphabet of some address,
// without checking a checksum: a filter before Parse. It is true for everything
// that Parse accepts without a link or chain prefix.
func Looks(s string) bool {
	if i := strings.IndexByte(s, ':'); i >= 0 {
		_, _, ok := cashPrefixed(s)
		return ok && len(s)-i > 10
	}
	if len(s) < 14 || len(s) > maxText {
		return false
	}
	if s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		return len(s) == 42 && isHex(s[2:])
	}
	for i := range len(s) {
		if !isAlnum(s[i]) {
			return false
		}
	}
	if i := separator(s); i > 0 && findHRP(s[:i]) != nil {
		return true
	}
	return plainLength(len(s))
}

// plainLength reports whether an address without a prefix may have n characters:
// base58check of 25 to 36, Solana up to 44, cashaddr 42 and 61, X-addresses 46 to
// 48, Sprout and Monero 95, 96 and 106.
func plainLength(n int) bool {
	return n >= 25 && n <= 48 || n == 61 || n == 95 || n == 96 || n == 106
}

func isAlnum(c byte) bool { return alnum[c] }

// alnum marks the ASCII letters and digits.
var alnum = func() (t [256]bool) {
	for c := range t {
		t[c] = '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	return t
}()

// schemeChain knows the prefixes of payment links and of chain-qualified addresses and
// the chain that each
// names: BIP-21, EIP-681, Solana Pay, Monero, ZIP-321 and
// other wallets' links; CAIP-2 namespaces; the short names of ERC-3770.
func schemeChain(scheme string) (Chain, bool) {
	switch strings.ToLower(scheme) {
	case "bitcoin":
		return Bitcoin, true
	case "litecoin":
		return Litecoin, true
	case "dash":
		return Dash, true
	case "dogecoin":
		return Dogecoin, true
	case "zcash":
		return Zcash, true
	case "verge":
		return Verge, true
	case "bitcoingold":
		return BitcoinGold, true
	case "bitcoinsv":
		return BitcoinSV, true
	case "monero":
		return Monero, true
	case "ripple", "xrpl":
		return Ripple, true
	case "solana":
		return Solana, true
	case "tron":
		return Tron, true
	case "ethereum", "eip155", "eth", "arb1", "bnb", "etc", "oeth", "matic", "base", "avax":
		return EVM, true
	case "bip122": // any chain of Bitcoin's kind
		return "", true
	}
	return "", false
}

// unwrap takes off spaces, a link's scheme and its query, and says which chain
// the scheme named.
func unwrap(s string) (text string, hint Chain) {
	text = strings.TrimSpace(s)
	i := strings.IndexByte(text, ':')
	if i < 0 {
		return text, ""
	}
	if chain, ok := schemeChain(text[:i]); ok {
		hint = chain
		text = strings.TrimPrefix(text[i+1:], "//")
		if chain == EVM {
			text = strings.TrimPrefix(text, "pay-")
		}
		// CAIP-10 has the chain's reference before the address.
		if j := strings.IndexByte(text, ':'); j >= 0 {
			text = text[j+1:]
		}
		if j := strings.IndexAny(text, "?@/"); j >= 0 {
			text = text[:j]
		}
		return text, hint
	}
	if j := strings.IndexByte(text, '?'); j >= 0 { // bitcoincash:q...?amount=1
		text = text[:j]
	}
	return text, ""
}

// prefer moves the reading on the chain that the text itself named to the front.
func prefer(as []Address, chain Chain) {
	for i, a := range as {
		if a.Chain == chain {
			copy(as[1:i+1], as[:i])
			as[0] = a
			return
		}
	}
}

// addresses spells out what was decoded.
func (d *decoded) addresses(input, text string) []Address {
	d.settle()
	chains := d.net.chains
	readings := chains
	if chains[0] == EVM {
		readings = chains[:1]
	}
	key := d.key(text)
	out := make([]Address, 0, len(readings))
	for _, c := range readings {
		canonical := d.canonical(c, text)
		a := Address{
			Input: input, Canonical: canonical, Display: canonical, Key: key,
			Chain: c, Chains: append([]Chain(nil), chains...), Form: d.form,
			Tag: d.tag(), Checksummed: d.checksum, Testnet: d.net.testnet,
		}
		switch d.form {
		case EVMAccount:
			sum := eip55(d.b[:20])
			a.Display = "0x" + string(sum[:])
		case XRPX, MoneroIntegrated:
			a.Display = text
		case ZcashUnified:
			a.Receivers = d.receivers()
		}
		out = append(out, a)
	}
	return out
}

// err makes the sentence for people.
func (f fault) err(input, text string) error {
	shown := abbreviate(input)
	if r, ok := foreign(text); ok {
		return errs.New(errs.Invalid, "%q is no wallet address: it holds %q (U+%04X), which no address can hold", shown, r, r).
			WithHint("An exotic character among plain ones may imitate another address. Compare it with the source, character by character.")
	}
	if what := identify(text); what != "" {
		return errs.New(errs.Invalid, "%q is no wallet address: %s", shown, what).
			WithHint("Give the address itself; a hash can be looked up as a hash.")
	}
	if f.looks == "" {
		return errs.New(errs.Invalid, "%q is no wallet address: %s", shown, f.wrong).
			WithHint("Give the whole address, as the list, wallet or explorer prints it.")
	}
	return errs.New(errs.Invalid, "%q looks like an address of the form %q, but %s", shown, f.looks, f.wrong).
		WithHint("Copy it again from its source; do not type it.")
}

// abbreviate keeps a hostile or endless text out of messages.
func abbreviate(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d bytes)", s[:cut], len(s))
}

// foreign returns the first character that is not printable ASCII.
func foreign(s string) (rune, bool) {
	for _, r := range s {
		if r > unicode.MaxASCII || r < ' ' || r == 0x7f {
			return r, true
		}
	}
	return 0, false
}
