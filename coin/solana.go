package coin

import "math/big"

// The field and the curve constant of Ed25519 (RFC 8032, section 5.1).
var (
	edPrime, _ = new(big.Int).SetString("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed", 16)
	edD, _     = new(big.Int).SetString("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", 16)
)

// onCurve reports whether 32 bytes are the y of a point of Ed25519, so that a key
// pair may stand behind them: about half of all values. x exists when
// (y²-1)/(dy²+1) is a square modulo the prime, which is when their product is.
func onCurve(b []byte) bool {
	var reversed [32]byte
	for i, c := range b {
		reversed[31-i] = c
	}
	reversed[0] &= 0x7f // the sign of x
	y := new(big.Int).SetBytes(reversed[:])
	yy := y.Mul(y, y)
	yy.Mod(yy, edPrime)
	one := big.NewInt(1)
	u := new(big.Int).Sub(yy, one)
	v := new(big.Int).Mul(yy, edD)
	v.Add(v, one)
	u.Mul(u, v)
	u.Mod(u, edPrime)
	return big.Jacobi(u, edPrime) >= 0
}
