package translog_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/translog"
)

// memory is a store of hashes in memory, as a journal would be.
type memory struct{ hashes [][32]byte }

func (m *memory) ReadHashes(indexes []int64) ([][32]byte, error) {
	out := make([][32]byte, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("no hash %d", x)
		}
		out[i] = m.hashes[x]
	}
	return out, nil
}

// grow builds a log of leaves with an Appender.
func grow(t testing.TB, leaves ...[32]byte) (*memory, *translog.Appender) {
	t.Helper()
	m := &memory{}
	a, err := translog.NewAppender(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range leaves {
		index, hs := a.Append(l)
		if index != int64(len(m.hashes)) {
			t.Fatalf("Append gave the index %d, the store has %d hashes", index, len(m.hashes))
		}
		m.hashes = append(m.hashes, hs...)
	}
	return m, a
}

func numbered(n int) [][32]byte {
	out := make([][32]byte, n)
	for i := range out {
		out[i] = translog.LeafHash(sha256.Sum256(fmt.Append(nil, i)))
	}
	return out
}

// The inputs and roots are those of the Certificate Transparency project's
// reference tests for RFC 6962 section 2.1.
func TestRootsAreThoseOfRFC6962(t *testing.T) {
	inputs := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var leaves [][32]byte
	for _, in := range inputs {
		data, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, tlog.RecordHash(data))
	}
	for n, want := range roots {
		m, a := grow(t, leaves[:n]...)
		got := a.Root()
		if hex.EncodeToString(got[:]) != want {
			t.Errorf("Appender.Root of %d leaves is %x, want %s", n, got, want)
		}
		got, err := translog.Root(int64(n), m)
		if err != nil || hex.EncodeToString(got[:]) != want {
			t.Errorf("Root(%d) is %x, %v, want %s", n, got, err, want)
		}
	}
}

func TestCommitmentIsFixedAndSalted(t *testing.T) {
	// The on-disk form: a change here breaks every log that there is.
	const want = "cordon translog commitment v1\x00"
	var salt [32]byte
	for i := range salt {
		salt[i] = byte(i)
	}
	got := translog.Commitment(salt, []byte("{}"))
	if expect := sha256.Sum256(append(append([]byte(want), salt[:]...), "{}"...)); got != expect {
		t.Errorf("commitment %x, want %x", got, expect)
	}
	if got == translog.Commitment([32]byte{}, []byte("{}")) {
		t.Error("two salts give one commitment")
	}
	if got == translog.Commitment(salt, []byte("{} ")) {
		t.Error("two contents give one commitment")
	}
	if leaf := translog.LeafHash(got); leaf != sha256.Sum256(append([]byte{0}, got[:]...)) {
		t.Errorf("leaf hash %x is not that of RFC 6962", leaf)
	}
}

func TestAppenderEqualsAppendingOneAtATime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 600).Draw(t, "leaves")
		restart := rapid.IntRange(0, n).Draw(t, "restart")
		leaves := numbered(n)
		one := &memory{}
		for i, l := range leaves {
			hs, err := translog.HashesForAppend(int64(i), l, one)
			if err != nil {
				t.Fatal(err)
			}
			one.hashes = append(one.hashes, hs...)
		}
		batch := &memory{}
		a, err := translog.NewAppender(0, batch)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range leaves {
			if i == restart {
				if a, err = translog.NewAppender(int64(i), batch); err != nil {
					t.Fatal(err)
				}
			}
			index, hs := a.Append(l)
			if index != int64(len(batch.hashes)) || index != translog.StoredIndex(0, int64(i)) {
				t.Fatalf("leaf %d has the index %d", i, index)
			}
			batch.hashes = append(batch.hashes, hs...)
		}
		if d := cmp.Diff(one.hashes, batch.hashes); d != "" {
			t.Fatal(d)
		}
		if translog.StoredCount(int64(n)) != int64(len(one.hashes)) || a.Size() != int64(n) {
			t.Fatalf("StoredCount(%d) = %d, stored %d, size %d", n, translog.StoredCount(int64(n)), len(one.hashes), a.Size())
		}
		root, err := translog.Root(int64(n), one)
		if err != nil || root != a.Root() {
			t.Fatalf("roots differ: %x, %v and %x", root, err, a.Root())
		}
	})
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	_, a := grow(t, numbered(7)...)
	before := a.Root()
	c := a.Clone()
	for _, l := range numbered(9) {
		c.Append(l)
	}
	if a.Root() != before || a.Size() != 7 {
		t.Error("appending to a clone changed the original")
	}
	a.Append(numbered(1)[0])
	if c.Size() != 16 || c.Root() == a.Root() {
		t.Error("the clone and the original are not apart")
	}
}

func TestProofsHoldAndAnyChangeBreaksThem(t *testing.T) {
	leaves := numbered(300)
	m, _ := grow(t, leaves...)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 300).Draw(t, "size")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		old := rapid.Int64Range(0, size).Draw(t, "old")
		root, err := translog.Root(size, m)
		if err != nil {
			t.Fatal(err)
		}
		oldRoot, err := translog.Root(old, m)
		if err != nil {
			t.Fatal(err)
		}
		inc, err := translog.ProveInclusion(size, index, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := translog.CheckInclusion(inc, size, root, index, leaves[index]); err != nil {
			t.Fatal(err)
		}
		con, err := translog.ProveConsistency(size, old, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := translog.CheckConsistency(con, size, root, old, oldRoot); err != nil {
			t.Fatal(err)
		}

		wrong := root
		wrong[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		if err := translog.CheckInclusion(inc, size, wrong, index, leaves[index]); !errs.Is(err, errs.Invalid) {
			t.Fatalf("a proof for another root holds: %v", err)
		}
		if err := translog.CheckInclusion(inc, size, root, index, wrong); !errs.Is(err, errs.Invalid) {
			t.Fatalf("a proof for another leaf holds: %v", err)
		}
		if err := translog.CheckInclusion(append(inc, wrong), size, root, index, leaves[index]); !errs.Is(err, errs.Invalid) {
			t.Fatalf("a proof that is too long holds: %v", err)
		}
		wrongOld := oldRoot
		wrongOld[0] ^= 1
		if err := translog.CheckConsistency(con, size, root, old, wrongOld); !errs.Is(err, errs.Invalid) {
			t.Fatalf("a proof for another earlier root holds: %v", err)
		}
		if old > 0 {
			if err := translog.CheckConsistency(con, size, wrong, old, oldRoot); !errs.Is(err, errs.Invalid) {
				t.Fatalf("a proof for another root holds: %v", err)
			}
		}
	})
}

func TestImpossibleSizesAreRefused(t *testing.T) {
	m, _ := grow(t, numbered(4)...)
	empty := sha256.Sum256(nil)
	for name, err := range map[string]error{
		"root":               second(translog.Root(-1, m)),
		"appender":           second(translog.NewAppender(-1, m)),
		"append":             second(translog.HashesForAppend(-1, empty, m)),
		"inclusion at end":   second(translog.ProveInclusion(4, 4, m)),
		"inclusion below":    second(translog.ProveInclusion(4, -1, m)),
		"check inclusion":    translog.CheckInclusion(nil, 0, empty, 0, empty),
		"consistency":        second(translog.ProveConsistency(4, 5, m)),
		"check consistency":  translog.CheckConsistency(nil, 4, empty, 5, empty),
		"check below":        translog.CheckConsistency(nil, 4, empty, -1, empty),
		"empty, other root":  translog.CheckConsistency(nil, 4, empty, 0, [32]byte{1}),
		"both, other root":   translog.CheckConsistency(nil, 0, [32]byte{1}, 0, empty),
		"empty, with proof":  translog.CheckConsistency([][32]byte{empty}, 4, empty, 0, empty),
		"tile of entries":    second(translog.TileData(translog.Tile{Level: translog.Entries, Width: 1}, m)),
		"tile without width": second(translog.TileData(translog.Tile{}, m)),
		"tile above":         second(translog.TileData(translog.Tile{Level: 9, Width: 1}, m)),
	} {
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v is not an invalid input", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// failing gives the error, or as many hashes as it has whatever was asked.
type failing struct {
	err    error
	hashes [][32]byte
}

func (f failing) ReadHashes([]int64) ([][32]byte, error) { return f.hashes, f.err }

func TestAStoreThatFailsIsToldAndKeepsItsKind(t *testing.T) {
	gone := errs.New(errs.Unavailable, "the disk is gone")
	if _, err := translog.Root(3, failing{err: gone}); !errs.Is(err, errs.Unavailable) || !errors.Is(err, gone) {
		t.Errorf("got %v, want the store's error", err)
	}
	plain := errors.New("plain")
	if _, err := translog.NewAppender(3, failing{err: plain}); !errs.Is(err, errs.Internal) || !errors.Is(err, plain) {
		t.Errorf("got %v, want an internal error that holds the store's", err)
	}
	if _, err := translog.Root(3, failing{hashes: make([][32]byte, 1)}); err == nil {
		t.Error("a store that gave too few hashes was believed")
	}
	if _, err := translog.NewAppender(3, nil); err == nil {
		t.Error("a log with leaves was opened without a store")
	}
}

func TestCheckpointRoundTrip(t *testing.T) {
	skey, vkey, err := translog.NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), "example.org/log")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := translog.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := translog.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		want := translog.Checkpoint{
			Origin:     rapid.StringMatching(`[a-z][a-z./ é-]{0,30}`).Draw(t, "origin"),
			Size:       rapid.Int64Min(0).Draw(t, "size"),
			Root:       [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "root")),
			Extensions: rapid.SliceOfN(rapid.StringMatching(`[a-z ]{1,20}`), 0, 3).Draw(t, "extensions"),
		}
		body, err := want.Body()
		if err != nil {
			t.Fatal(err)
		}
		msg, err := translog.SignCheckpoint(body, signer)
		if err != nil {
			t.Fatal(err)
		}
		got, err := translog.OpenCheckpoint(msg, verifier)
		if err != nil {
			t.Fatal(err)
		}
		want.Signers = []string{"example.org/log"}
		if len(want.Extensions) == 0 {
			want.Extensions = nil
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
		unsigned, err := translog.ReadCheckpoint(msg)
		want.Signers = nil
		if d := cmp.Diff(want, unsigned); err != nil || d != "" {
			t.Fatal(err, d)
		}
		msg[rapid.IntRange(0, len(body)-1).Draw(t, "changed")] ^= 1
		if _, err := translog.OpenCheckpoint(msg, verifier); !errs.Is(err, errs.Invalid) {
			t.Fatalf("a changed checkpoint opened: %v", err)
		}
	})
	body, err := translog.CheckpointBody("example.org/log", 1, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	msg, err := translog.SignCheckpoint(body, signer)
	if err != nil {
		t.Fatal(err)
	}
	for name, vs := range map[string][]translog.Verifier{"none": nil, "missing": {nil}} {
		if _, err := translog.OpenCheckpoint(msg, vs...); !errs.Is(err, errs.Invalid) {
			t.Errorf("verifiers %s: the checkpoint opened: %v", name, err)
		}
	}
}

func TestWhatIsNotACheckpointIsNotSigned(t *testing.T) {
	skey, _, err := translog.NewKey(bytes.NewReader(make([]byte, 64)), "k")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := translog.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	root := "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	for _, body := range []string{
		"", "\n", "o\n1\n", "o\n1\n" + root, "\n1\n" + root + "\n", "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n",
		"o\n+1\n" + root + "\n", "o\n1\n" + root[:40] + "\n", "o\n1\n" + root + "\n\n", "o\n1\n" + root + "\nx\n\ny\n",
		"o\n9223372036854775808\n" + root + "\n", "o\r\n1\n" + root + "\n", "pay everything to E\n",
		"o\n1\n" + strings.Replace(root, "FU=", "FV=", 1) + "\n", "o\xff\n1\n" + root + "\n",
	} {
		if _, err := translog.SignCheckpoint(body, signer); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q was signed: %v", body, err)
		}
	}
	if _, err := translog.SignCheckpoint("o\n1\n"+root+"\n", nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("signed without a key: %v", err)
	}
	for _, origin := range []string{"", "a\nb", "a\x00", "\xff"} {
		if _, err := translog.CheckpointBody(origin, 1, [32]byte{}); !errs.Is(err, errs.Invalid) {
			t.Errorf("origin %q was taken: %v", origin, err)
		}
	}
	if _, err := translog.CheckpointBody("o", -1, [32]byte{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("a size below zero was taken: %v", err)
	}
}

func TestKeysAreReadOrRefusedWithoutBeingRepeated(t *testing.T) {
	for _, name := range []string{"", "a b", "a+b", "a\tb", "a\nb", "a\u2003b", "\xff", "a\u0085b"} {
		if _, _, err := translog.NewKey(bytes.NewReader(make([]byte, 64)), name); !errs.Is(err, errs.Invalid) {
			t.Errorf("name %q was taken: %v", name, err)
		}
	}
	if _, _, err := translog.NewKey(bytes.NewReader(nil), "k"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a key without random bytes: %v", err)
	}
	skey, _, err := translog.NewKey(bytes.NewReader(make([]byte, 64)), "k")
	if err != nil {
		t.Fatal(err)
	}
	broken := skey[:len(skey)-4]
	if _, err := translog.NewSigner(broken); !errs.Is(err, errs.Invalid) || strings.Contains(err.Error(), broken[14:]) {
		t.Errorf("a broken signer key: %v", err)
	}
	if _, err := translog.NewVerifier("k+00000000+AAAA"); !errs.Is(err, errs.Invalid) {
		t.Errorf("a broken verifier key: %v", err)
	}
}
