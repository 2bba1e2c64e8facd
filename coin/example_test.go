package coin_test

import (
	"fmt"

	"github.com/cordon-project/cordon/coin"
)

func ExampleParse() {
	readings, err := coin.Parse("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range readings {
		fmt.Println(a.Chain, a.Form, a.Canonical)
	}
	// Output:
	// bitcoin p2pkh 1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu
	// bitcoin-cash p2pkh bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a
	// bitcoin-sv p2pkh 1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu
}

func ExampleParse_refused() {
	_, err := coin.Parse("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")
	fmt.Println(err)
	// Output:
	// "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5" looks like an address of the form "Bitcoin SegWit", but its checksum is wrong: at least one character is not the one that was meant
}

func ExampleParseAs() {
	f, err := coin.ParseAs(coin.BCH, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
	fmt.Println(f.Misfiled, f.Chain, err)
	fmt.Println(f.Why)
	// Output:
	// true bitcoin <nil>
	// Filed under BCH (Bitcoin Cash), but the text is an address of Bitcoin.
}

func ExampleFind() {
	text := "자금은 bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4로 옮겨졌다."
	for _, f := range coin.Find(text) {
		fmt.Println(f.Start, f.End, f.Address.Chain, text[f.Start:f.End])
	}
	// Output:
	// 10 52 bitcoin bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4
}
