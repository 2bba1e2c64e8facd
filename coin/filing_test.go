package coin_test

import (
	"strings"
	"testing"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/errs"
)

func TestFilingsSayWhatTheCodeAndTheTextSay(t *testing.T) {
	const evm, legacy = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"
	for _, c := range []struct {
		asset    coin.Asset
		text     string
		chain    coin.Chain // of the filing
		first    coin.Chain // of the first reading
		misfiled bool
		token    bool
		shared   bool
		why      string
	}{
		{"XBT", legacy, coin.Bitcoin, coin.Bitcoin, false, false, true, "Bitcoin Cash and Bitcoin SV"},
		{"BCH", legacy, coin.BitcoinCash, coin.BitcoinCash, false, false, true, "valid on Bitcoin and Bitcoin SV"},
		{"BSV", legacy, coin.BitcoinSV, coin.BitcoinSV, false, false, true, "valid on Bitcoin and Bitcoin Cash"},
		{"LTC", "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", coin.Litecoin, coin.Litecoin, false, false, true, "valid on Bitcoin,"},
		{"XBT", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", coin.Bitcoin, coin.Bitcoin, false, false, false, "An address of Bitcoin."},
		{"BCH", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", coin.Bitcoin, coin.Bitcoin, true, false, false, "Filed under BCH (Bitcoin Cash), but the text is an address of Bitcoin."},
		{"XRP", legacy, coin.Bitcoin, coin.Bitcoin, true, false, false, "Filed under XRP (XRP), but the text is an address of Bitcoin, Bitcoin Cash and Bitcoin SV."},
		{"XBT", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", coin.BitcoinCash, coin.BitcoinCash, true, false, false, "address of Bitcoin Cash"},
		{"ETH", evm, coin.Ethereum, coin.EVM, false, false, true, "every chain of Ethereum's kind"},
		{"ETC", evm, coin.EthereumClassic, coin.EVM, false, false, true, "An address of Ethereum Classic."},
		{"ARB", evm, coin.Arbitrum, coin.EVM, false, false, true, "An address of Arbitrum."},
		{"BSC", strings.ToLower(evm), coin.BNBSmartChain, coin.EVM, false, false, true, "no checksum"},
		{"USDT", evm, coin.EVM, coin.EVM, false, true, true, "is a token"},
		{"USDT", "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", coin.Tron, coin.Tron, false, true, false, "the address shows TRON"},
		{"USDT", legacy, coin.Bitcoin, coin.Bitcoin, false, true, true, "the address shows Bitcoin"},
		{"USDC", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", coin.Solana, coin.Solana, false, true, false, "no checksum"},
		{"USDC", legacy, coin.Bitcoin, coin.Bitcoin, true, true, false, "Filed under USDC"},
		{"SOL", "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", coin.Solana, coin.Solana, false, false, false, "no checksum"},
		{"XMR", strings.Repeat("5b", 32), "", "", true, false, false, "Not an address: 64 hexadecimal digits"},
		{"XMR", "5b5b5b5b5b5b5b5b", "", "", true, false, false, "short Monero payment id"},
		{"XBT", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", coin.Bitcoin, coin.Bitcoin, false, false, false, "test network"},
	} {
		f, err := coin.ParseAs(c.asset, c.text)
		if err != nil {
			t.Errorf("%s %s: %v", c.asset, c.text, err)
			continue
		}
		var first coin.Chain
		if len(f.Addresses) > 0 {
			first = f.Addresses[0].Chain
		}
		if f.Asset != c.asset || f.Text != c.text || f.Chain != c.chain || first != c.first ||
			f.Misfiled != c.misfiled || f.Token != c.token || f.Shared != c.shared || !strings.Contains(f.Why, c.why) {
			t.Errorf("%s %s: %+v", c.asset, c.text, f)
		}
	}
}

func TestFilingsThatCannotBeReadAreKeptWithTheirReason(t *testing.T) {
	for _, c := range []struct{ asset, text, says string }{
		{"DOGE", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "not an asset code"},
		{"", "", "not an asset code"},
		{"XBT", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggV", "checksum is wrong"},
		{"ETH", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae", "40 hexadecimal digits"},
		{"XBT", "1BpEi6", "too short"},
	} {
		f, err := coin.ParseAs(coin.Asset(c.asset), c.text)
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s: %v", c.asset, c.text, err)
		}
		if f.Text != c.text || f.Why == "" || len(f.Addresses) != 0 {
			t.Errorf("%s %s: filing %+v", c.asset, c.text, f)
		}
	}
}
