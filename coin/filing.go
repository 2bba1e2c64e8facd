package coin

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
)

// Filing is an address as a list files it: under an asset code.
type Filing struct {
	Asset Asset  // the code of the list
	Text  string // the address as the list prints it
	// Addresses are the readings, those on the asset's own chains first; all
	// readings when the filing is misfiled; none when the text is no address.
	Addresses []Address
	// Chain is the ledger that the filing means: the asset's own, or for a token
	// (USDT, USDC) and for a misfiled address the one that the text shows. It is
	// [EVM] when a token's text does not tell which of the EVM chains, and "" when
	// the text is no address.
	Chain    Chain
	Token    bool   // the code names a token, which does not tell the chain
	Misfiled bool   // the text is no address on any chain of this asset
	Shared   bool   // the same text is an address of other chains too: see Why
	Why      string // one or two sentences for people, never empty
}

// ParseAs reads an address that a list files under an asset code. A text that is
// an address of other chains, or a known identifier that is no address (a hash,
// a key), comes back misfiled and explained, without an error, so that the list's
// row is kept as it stands.
//
// The error is errs.Invalid: the code is not one of [Assets], or the text is
// neither an address nor anything known. The Filing is filled in that case too.
func ParseAs(asset Asset, s string) (Filing, error) {
	f := Filing{Asset: asset, Text: s}
	info, ok := asset.info()
	if !ok {
		f.Why = "The asset code is not one that OFAC uses."
		return f, errs.New(errs.Invalid, "%q is not an asset code that is known here", abbreviate(string(asset))).
			WithHint("The codes are those of OFAC's SDN list, in capitals: XBT, ETH, USDT and so on.")
	}
	f.Token = info.chain == ""
	as, err := Parse(s)
	if err != nil {
		f.Misfiled = true
		if what := identify(strings.TrimSpace(s)); what != "" {
			f.Why = "Not an address: " + what + "."
			return f, nil
		}
		f.Why, _ = errs.Message(err)
		return f, err
	}
	f.place(info, as)
	return f, nil
}

// place sorts the readings and says how they fit the asset.
func (f *Filing) place(info assetInfo, as []Address) {
	var own, other []Address
	for _, a := range as {
		if slices.Contains(info.chains, a.Chain) {
			own = append(own, a)
		} else {
			other = append(other, a)
		}
	}
	f.Addresses = slices.Concat(own, other)
	first := f.Addresses[0]
	f.Chain = first.Chain
	if len(own) == 0 {
		f.Misfiled = true
		f.Why = "Filed under " + f.Asset.label() + ", but the text is an address of " + chainNames(other) + "."
		return
	}
	if !f.Token {
		f.Chain = info.chain
	}
	f.Shared = len(first.Chains) > 1
	f.Why = f.explain(first, other)
}

// explain says what a filing that fits leaves open.
func (f *Filing) explain(first Address, other []Address) string {
	var why []string
	switch {
	case f.Token:
		why = append(why, f.Asset.label()+" is a token: the address shows "+first.Chain.Name()+", the code does not.")
	case first.Chain == EVM:
		why = append(why, "An address of "+f.Chain.Name()+".")
	default:
		why = append(why, "An address of "+first.Chain.Name()+".")
	}
	switch {
	case first.Chain == EVM:
		why = append(why, "The same text is one account on every chain of Ethereum's kind.")
	case len(other) > 0:
		why = append(why, "The same text is valid on "+chainNames(other)+", for the holder of the same key or script.")
	}
	if !first.Checksummed {
		why = append(why, "It carries no checksum.")
	}
	if first.Testnet {
		why = append(why, "It is of a test network.")
	}
	return strings.Join(why, " ")
}

func (a Asset) label() string { return string(a) + " (" + a.Name() + ")" }

func chainNames(as []Address) string {
	var names []string
	for _, a := range as {
		names = append(names, a.Chain.Name())
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return names[0]
}

// identify names identifiers of blockchains that are not addresses, or "".
func identify(s string) string {
	bare := strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	switch {
	case len(bare) == 64 && isHex(bare):
		return "64 hexadecimal digits are a transaction's or block's hash, a key, or a long Monero payment id"
	case len(s) == 16 && isHex(s):
		return "16 hexadecimal digits are a short Monero payment id"
	case (len(bare) == 66 || len(bare) == 130) && bare[0] == '0' && isHex(bare):
		return "66 or 130 hexadecimal digits that begin with 0 are a public key"
	case len(s) >= 86 && len(s) <= 88 && signature58(s):
		return "64 bytes in base58 are a Solana transaction's signature"
	}
	return ""
}

func signature58(s string) bool {
	var p payload
	return bitcoin58.decode(&p, s) && p.n == 64
}
