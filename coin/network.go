package coin

// network says what a version byte, a prefix or a human-readable part stands
// for. form is "" where the payload decides it.
type network struct {
	name    string // for people
	chains  []Chain
	form    Form
	testnet bool
}

// short58 gives the meaning of the version byte of a base58check text of one
// version byte and a hash of 20 bytes, in Bitcoin's alphabet. Sources: the
// base58Prefixes of each chain's src/chainparams.cpp (Bitcoin Core, Bitcoin Cash
// Node, Bitcoin SV, BTCGPU, Litecoin Core, Dash Core, Dogecoin Core, DigiByte Core, Verge) and
// TRON's protocol document, "Address Format".
//
// Bitcoin Cash and Bitcoin SV kept Bitcoin's versions when they forked, and
// Litecoin's first pay-to-script-hash version was Bitcoin's.
var short58 = [256]network{
	0:   {"Bitcoin P2PKH", []Chain{Bitcoin, BitcoinCash, BitcoinSV}, P2PKH, false},
	5:   {"Bitcoin P2SH", []Chain{Bitcoin, BitcoinCash, BitcoinSV, Litecoin}, P2SH, false},
	16:  {"Dash P2SH", []Chain{Dash}, P2SH, false},
	19:  {"Dash test P2SH", []Chain{Dash}, P2SH, true},
	22:  {"Dogecoin P2SH", []Chain{Dogecoin}, P2SH, false},
	23:  {"Bitcoin Gold P2SH", []Chain{BitcoinGold}, P2SH, false},
	30:  {"Verge P2PKH", []Chain{Verge, Dogecoin, DigiByte}, P2PKH, false},
	33:  {"Verge P2SH", []Chain{Verge}, P2SH, false},
	38:  {"Bitcoin Gold P2PKH", []Chain{BitcoinGold}, P2PKH, false},
	48:  {"Litecoin P2PKH", []Chain{Litecoin}, P2PKH, false},
	50:  {"Litecoin P2SH", []Chain{Litecoin}, P2SH, false},
	58:  {"Litecoin test P2SH", []Chain{Litecoin}, P2SH, true},
	63:  {"DigiByte P2SH", []Chain{DigiByte}, P2SH, false},
	65:  {"TRON", []Chain{Tron}, TronAccount, false},
	76:  {"Dash P2PKH", []Chain{Dash}, P2PKH, false},
	111: {"Bitcoin test P2PKH", []Chain{Bitcoin, BitcoinCash, BitcoinSV, BitcoinGold, Litecoin, Verge}, P2PKH, true},
	113: {"Dogecoin test P2PKH", []Chain{Dogecoin}, P2PKH, true},
	140: {"Dash test P2PKH", []Chain{Dash}, P2PKH, true},
	196: {"Bitcoin test P2SH", []Chain{Bitcoin, BitcoinCash, BitcoinSV, BitcoinGold, Litecoin, Verge, Dogecoin}, P2SH, true},
}

// Zcash's transparent addresses have two version bytes so that they begin with
// t1, t3, tm and t2; Sprout's with zc and zt (Zcash protocol specification,
// sections 5.6.1.1 and 5.6.3).
const (
	zcashP2PKH      = 0x1cb8
	zcashP2SH       = 0x1cbd
	zcashTestP2PKH  = 0x1d25
	zcashTestP2SH   = 0x1cba
	zcashSprout     = 0x169a
	zcashTestSprout = 0x16b6
)

var (
	zcashNet           = network{"Zcash transparent", []Chain{Zcash}, ZcashTransparent, false}
	zcashTestNet       = network{"Zcash test transparent", []Chain{Zcash}, ZcashTransparent, true}
	zcashSproutNet     = network{"Zcash Sprout", []Chain{Zcash}, ZcashSprout, false}
	zcashTestSproutNet = network{"Zcash test Sprout", []Chain{Zcash}, ZcashSprout, true}
	rippleNet          = network{"XRP Ledger classic", []Chain{Ripple}, XRPClassic, false}
	rippleXNet         = network{"XRP Ledger X-address", []Chain{Ripple}, XRPX, false}
	rippleTestXNet     = network{"XRP Ledger test X-address", []Chain{Ripple}, XRPX, true}
	solanaNet          = network{"Solana", []Chain{Solana}, SolanaAccount, false}
	tronHexNet         = network{"TRON in hexadecimal", []Chain{Tron}, TronHex, false}
	evmNet             = network{"EVM", []Chain{
		EVM, Ethereum, EthereumClassic, Arbitrum, BNBSmartChain, Polygon, Optimism, Base, Avalanche,
	}, EVMAccount, false}
)

// moneroNet gives the meaning of a Monero network byte (monero,
// src/cryptonote_config.h).
func moneroNet(b byte) *network {
	switch b {
	case 18:
		return &moneroNets[0]
	case 19:
		return &moneroNets[1]
	case 42:
		return &moneroNets[2]
	case 53, 24:
		return &moneroNets[3]
	case 54, 25:
		return &moneroNets[4]
	case 63, 36:
		return &moneroNets[5]
	}
	return nil
}

var moneroNets = [6]network{
	{"Monero", []Chain{Monero}, MoneroStandard, false},
	{"Monero integrated", []Chain{Monero}, MoneroIntegrated, false},
	{"Monero subaddress", []Chain{Monero}, MoneroSubaddress, false},
	{"Monero test", []Chain{Monero}, MoneroStandard, true},
	{"Monero test integrated", []Chain{Monero}, MoneroIntegrated, true},
	{"Monero test subaddress", []Chain{Monero}, MoneroSubaddress, true},
}

// hrp is a human-readable part of bech32 and what follows it.
type hrp struct {
	text string
	net  network
}

// hrps are the human-readable parts known here. Sources: BIP-173 (bc, tb), the
// bech32_hrp and mweb_hrp of each chain's src/chainparams.cpp, the Zcash protocol specification 5.6.3.1 (zs, ztestsapling),
// ZIP-316 (u, utest), ZIP-320 (tex, textest).
var hrps = [...]hrp{
	{"bc", network{"Bitcoin SegWit", []Chain{Bitcoin}, "", false}},
	{"tb", network{"Bitcoin test SegWit", []Chain{Bitcoin}, "", true}},
	{"bcrt", network{"Bitcoin regression test SegWit", []Chain{Bitcoin}, "", true}},
	{"ltc", network{"Litecoin SegWit", []Chain{Litecoin}, "", false}},
	{"tltc", network{"Litecoin test SegWit", []Chain{Litecoin}, "", true}},
	{"rltc", network{"Litecoin regression test SegWit", []Chain{Litecoin}, "", true}},
	{"ltcmweb", network{"Litecoin MWEB", []Chain{Litecoin}, MWEB, false}},
	{"tmweb", network{"Litecoin test MWEB", []Chain{Litecoin}, MWEB, true}},
	{"btg", network{"Bitcoin Gold SegWit", []Chain{BitcoinGold}, "", false}},
	{"tbtg", network{"Bitcoin Gold test SegWit", []Chain{BitcoinGold}, "", true}},
	{"dgb", network{"DigiByte SegWit", []Chain{DigiByte}, "", false}},
	{"vg", network{"Verge SegWit", []Chain{Verge}, "", false}},
	{"zs", network{"Zcash Sapling", []Chain{Zcash}, ZcashSapling, false}},
	{"ztestsapling", network{"Zcash test Sapling", []Chain{Zcash}, ZcashSapling, true}},
	{"u", network{"Zcash unified", []Chain{Zcash}, ZcashUnified, false}},
	{"utest", network{"Zcash test unified", []Chain{Zcash}, ZcashUnified, true}},
	{"tex", network{"Zcash TEX", []Chain{Zcash}, ZcashTEX, false}},
	{"textest", network{"Zcash test TEX", []Chain{Zcash}, ZcashTEX, true}},
}

// cashPrefix is a prefix of cashaddr (Bitcoin Cash specification, "CashAddr").
type cashPrefix struct {
	text string
	net  network
}

var cashPrefixes = [...]cashPrefix{
	{"bitcoincash", network{"Bitcoin Cash cashaddr", []Chain{BitcoinCash}, CashAddr, false}},
	{"bchtest", network{"Bitcoin Cash test cashaddr", []Chain{BitcoinCash}, CashAddr, true}},
	{"bchreg", network{"Bitcoin Cash regression test cashaddr", []Chain{BitcoinCash}, CashAddr, true}},
}
