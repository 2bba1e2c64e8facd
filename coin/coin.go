package coin

// Asset is a list's asset code. [Assets] gives the 18 that OFAC uses in
// "Digital Currency Address - XBT ..." of its SDN list. An asset is not a chain:
// see [ParseAs].
type Asset string

// The asset codes of OFAC's SDN list.
const (
	XBT  Asset = "XBT" // ISO 4217 style code of bitcoin
	ETH  Asset = "ETH"
	USDT Asset = "USDT" // a token, on many chains
	LTC  Asset = "LTC"
	BCH  Asset = "BCH"
	TRX  Asset = "TRX"
	DASH Asset = "DASH"
	XMR  Asset = "XMR"
	ZEC  Asset = "ZEC"
	USDC Asset = "USDC" // a token, on many chains
	ARB  Asset = "ARB"  // OFAC uses the code for addresses on Arbitrum
	BSC  Asset = "BSC"  // BNB Smart Chain
	BSV  Asset = "BSV"
	BTG  Asset = "BTG"
	ETC  Asset = "ETC"
	XRP  Asset = "XRP"
	XVG  Asset = "XVG"
	SOL  Asset = "SOL"
)

// Chain is the ledger on which an address lives.
type Chain string

// The chains. EVM stands for every chain whose accounts are those of Ethereum:
// one key has one address on all of them, and the text does not say which.
const (
	Bitcoin         Chain = "bitcoin"
	BitcoinCash     Chain = "bitcoin-cash"
	BitcoinSV       Chain = "bitcoin-sv"
	BitcoinGold     Chain = "bitcoin-gold"
	Litecoin        Chain = "litecoin"
	Dash            Chain = "dash"
	Zcash           Chain = "zcash"
	Verge           Chain = "verge"
	Dogecoin        Chain = "dogecoin" // shares version byte 30 with Verge
	DigiByte        Chain = "digibyte" // shares it too
	EVM             Chain = "evm"
	Ethereum        Chain = "ethereum"
	EthereumClassic Chain = "ethereum-classic"
	Arbitrum        Chain = "arbitrum"
	BNBSmartChain   Chain = "bnb-smart-chain"
	Polygon         Chain = "polygon"
	Optimism        Chain = "optimism"
	Base            Chain = "base"
	Avalanche       Chain = "avalanche-c"
	Tron            Chain = "tron"
	Ripple          Chain = "ripple"
	Monero          Chain = "monero"
	Solana          Chain = "solana"
)

// Form is how an address is written, and with it what it commits to.
type Form string

// The forms.
const (
	P2PKH            Form = "p2pkh"             // base58check over a public key's hash
	P2SH             Form = "p2sh"              // base58check over a script's hash
	P2WPKH           Form = "p2wpkh"            // bech32, witness version 0, 20 bytes
	P2WSH            Form = "p2wsh"             // bech32, witness version 0, 32 bytes
	P2TR             Form = "p2tr"              // bech32m, witness version 1, 32 bytes
	Witness          Form = "witness"           // bech32m, any other witness program of version 1 to 16
	CashAddr         Form = "cashaddr"          // Bitcoin Cash, public key's or script's hash
	MWEB             Form = "mweb"              // Litecoin's extension block: stealth address
	EVMAccount       Form = "evm"               // 0x and 40 hexadecimal digits: account or contract
	TronAccount      Form = "tron"              // base58check, version 0x41
	TronHex          Form = "tron-hex"          // 41 and 40 hexadecimal digits, as nodes answer
	XRPClassic       Form = "xrp-classic"       // r...
	XRPX             Form = "xrp-x"             // X..., a classic address with an optional tag
	MoneroStandard   Form = "monero-standard"   // 4...
	MoneroSubaddress Form = "monero-subaddress" // 8...
	MoneroIntegrated Form = "monero-integrated" // 4..., 106 characters: a standard address with a payment id
	ZcashTransparent Form = "zcash-t"           // t1, t3
	ZcashSprout      Form = "zcash-sprout"      // zc
	ZcashSapling     Form = "zcash-sapling"     // zs1
	ZcashUnified     Form = "zcash-unified"     // u1
	ZcashTEX         Form = "zcash-tex"         // tex1: a t1 that takes transparent money only
	SolanaAccount    Form = "solana"            // a point of the curve: a key pair may own it
	SolanaOffCurve   Form = "solana-off-curve"  // no key pair: program-derived, or no address at all
)

// Address is one reading of a text.
type Address struct {
	Input     string  // the text as given
	Canonical string  // one text per address and chain; Parse(Canonical) gives it again
	Display   string  // for people: EIP-55, cashaddr with its prefix, the X-address with its tag
	Key       string  // what indexes compare: one for all spellings of one key or script hash, see [Key]
	Chain     Chain   // the chain of this reading
	Chains    []Chain // every known chain on which this very text is a valid address, Chain among them
	Form      Form
	// Tag is what the text carries beyond the account: an X-address's
	// destination tag (decimal), an integrated address's payment id (hex).
	Tag string
	// Receivers are the canonical texts of the addresses inside a Zcash unified
	// address that can also stand alone (t1, t3, zs1). Each may be listed.
	Receivers   []string
	Checksummed bool // the text carried a checksum and it was verified
	Testnet     bool // a test network's address: worth nothing
}

// assetInfo says what a code stands for.
type assetInfo struct {
	asset  Asset
	name   string
	chain  Chain   // the chain that the code names; "" for a token
	chains []Chain // where addresses filed under the code may live, as in Address.Chain
}

// assets is OFAC's list of codes, in the order of their first use there.
// Chains of the tokens: Tether's and Circle's own lists of supported chains, as
// far as this package knows the chain (Omni on Bitcoin is one of Tether's).
func assets() [18]assetInfo {
	return [18]assetInfo{
		{XBT, "Bitcoin", Bitcoin, []Chain{Bitcoin}},
		{ETH, "Ether", Ethereum, []Chain{EVM}},
		{USDT, "Tether USD", "", []Chain{EVM, Tron, Bitcoin, Solana}},
		{LTC, "Litecoin", Litecoin, []Chain{Litecoin}},
		{BCH, "Bitcoin Cash", BitcoinCash, []Chain{BitcoinCash}},
		{TRX, "TRON", Tron, []Chain{Tron}},
		{DASH, "Dash", Dash, []Chain{Dash}},
		{XMR, "Monero", Monero, []Chain{Monero}},
		{ZEC, "Zcash", Zcash, []Chain{Zcash}},
		{USDC, "USD Coin", "", []Chain{EVM, Solana, Tron, Ripple}},
		{ARB, "Arbitrum", Arbitrum, []Chain{EVM}},
		{BSC, "BNB Smart Chain", BNBSmartChain, []Chain{EVM}},
		{BSV, "Bitcoin SV", BitcoinSV, []Chain{BitcoinSV}},
		{BTG, "Bitcoin Gold", BitcoinGold, []Chain{BitcoinGold}},
		{ETC, "Ethereum Classic", EthereumClassic, []Chain{EVM}},
		{XRP, "XRP", Ripple, []Chain{Ripple}},
		{XVG, "Verge", Verge, []Chain{Verge}},
		{SOL, "Solana", Solana, []Chain{Solana}},
	}
}

// Assets returns the asset codes that OFAC uses.
func Assets() []Asset {
	out := make([]Asset, 0, len(assets()))
	for _, a := range assets() {
		out = append(out, a.asset)
	}
	return out
}

// Name returns what the code stands for, in English, or "" for an unknown code.
func (a Asset) Name() string {
	info, _ := a.info()
	return info.name
}

func (a Asset) info() (assetInfo, bool) {
	for _, i := range assets() {
		if i.asset == a {
			return i, true
		}
	}
	return assetInfo{}, false
}

// Name returns the chain's name for people.
func (c Chain) Name() string {
	switch c {
	case Bitcoin:
		return "Bitcoin"
	case BitcoinCash:
		return "Bitcoin Cash"
	case BitcoinSV:
		return "Bitcoin SV"
	case BitcoinGold:
		return "Bitcoin Gold"
	case Litecoin:
		return "Litecoin"
	case Dash:
		return "Dash"
	case Zcash:
		return "Zcash"
	case Verge:
		return "Verge"
	case Dogecoin:
		return "Dogecoin"
	case DigiByte:
		return "DigiByte"
	case EVM:
		return "Ethereum-like chains"
	case Ethereum:
		return "Ethereum"
	case EthereumClassic:
		return "Ethereum Classic"
	case Arbitrum:
		return "Arbitrum"
	case BNBSmartChain:
		return "BNB Smart Chain"
	case Polygon:
		return "Polygon"
	case Optimism:
		return "Optimism"
	case Base:
		return "Base"
	case Avalanche:
		return "Avalanche C-Chain"
	case Tron:
		return "TRON"
	case Ripple:
		return "XRP Ledger"
	case Monero:
		return "Monero"
	case Solana:
		return "Solana"
	}
	return string(c)
}
