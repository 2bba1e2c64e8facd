// Package coin recognises cryptocurrency addresses, checks them and gives each
// one canonical text.
//
// In comes a text: an address alone ([Parse], [Valid], [Key]), an address that a
// list files under an asset code ([ParseAs]), or running text ([Find]). Out come
// readings: chain, form, canonical text, display text, index key, and whether a
// checksum was verified.
//
// A text may be an address of several chains. Forks kept Bitcoin's versions, so
// 1... is an address of Bitcoin, Bitcoin Cash and Bitcoin SV, and 0x... is one on
// every chain of Ethereum's kind. Parse returns every reading; it never picks one
// for its reader. The asset code of a list is not the chain: USDT is a token on
// many chains, so ParseAs reports both and says when they cannot go together.
//
// It guarantees that Parse of a canonical text gives that text again, that all
// spellings of one key or script hash have one [Key], that checking base58check
// and SegWit addresses allocates nothing, and that no input makes it panic.
//
// It refuses wrong checksums, mixed case in bech32 and cashaddr, mixed case that
// is not EIP-55, bech32 where bech32m is due and the other way round, wrong
// lengths and unknown versions. It says what a text looked like and what is wrong
// with it. Forms without a checksum (0x... in one case, TRON in hexadecimal,
// Solana) are read and marked Checksummed=false: a mistyped one is still a valid
// one. It does not say whether an address was ever used, nor by whom.
//
// It does no I/O. The sources of versions and rules stand beside the tables.
package coin
