package translog_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/translog"
)

func TestTilePaths(t *testing.T) {
	for _, c := range []struct {
		path string
		tile translog.Tile
	}{
		{"tile/0/000", translog.Tile{Level: 0, Index: 0, Width: 256}},
		{"tile/0/000.p/1", translog.Tile{Level: 0, Index: 0, Width: 1}},
		{"tile/2/x001/x234/067.p/255", translog.Tile{Level: 2, Index: 1234067, Width: 255}},
		{"tile/63/x001/000", translog.Tile{Level: 63, Index: 1000, Width: 256}},
		{"tile/entries/x001/234.p/8", translog.Tile{Level: translog.Entries, Index: 1234, Width: 8}},
		{"tile/entries/999", translog.Tile{Level: translog.Entries, Index: 999, Width: 256}},
	} {
		if got := translog.TilePath(c.tile); got != c.path {
			t.Errorf("TilePath(%+v) = %q, want %q", c.tile, got, c.path)
		}
		if got, err := translog.ParseTilePath(c.path); err != nil || got != c.tile {
			t.Errorf("ParseTilePath(%q) = %+v, %v, want %+v", c.path, got, err, c.tile)
		}
	}
	for _, p := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
		"tile/00/000", "tile/64/000", "tile/-1/000", "tile/data/000", "tile/8/0/000", "tile/0/x000/000", "tile/0/x001", "/tile/0/000",
		"tile/0/000/", "tile/0/../000", "tile/entries/-01", "tile/0/000.p", "tile/0/001/000", "tile/+1/000", "tile/entries/entries/000",
		"tile/0/" + strings.Repeat("x999/", 30) + "000", "tile/0/x036/x028/x797/x018/x963/968",
	} {
		if got, err := translog.ParseTilePath(p); !errs.Is(err, errs.Invalid) {
			t.Errorf("ParseTilePath(%q) = %+v, %v, want it refused", p, got, err)
		}
	}
	for _, tile := range []translog.Tile{{}, {Level: -2, Width: 1}, {Level: 64, Width: 1}, {Index: -1, Width: 1}, {Width: 257}} {
		if got := translog.TilePath(tile); got != "" {
			t.Errorf("TilePath(%+v) = %q, want none", tile, got)
		}
	}
}

func FuzzParseTilePath(f *testing.F) {
	for _, p := range []string{"tile/0/000", "tile/entries/x001/234.p/8", "tile/63/x001/000.p/255", "tile/data/000", "tile/0/x000/000"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		tile, err := translog.ParseTilePath(p)
		if err == nil && translog.TilePath(tile) != p {
			t.Errorf("%q is read as %+v, which is written %q", p, tile, translog.TilePath(tile))
		}
	})
}

func FuzzOpenCheckpoint(f *testing.F) {
	const key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
	v, err := translog.NewVerifier(key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— example.com/log/testdata M9e0lg==\n"))
	f.Add([]byte("\n\n— "))
	f.Fuzz(func(t *testing.T, msg []byte) {
		if _, err := translog.OpenCheckpoint(msg, v); err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("refused with the kind %s: %v", errs.KindOf(err), err)
		}
		if c, err := translog.ReadCheckpoint(msg); err == nil {
			body, err := c.Body()
			if err != nil || !bytes.HasPrefix(msg, []byte(body)) {
				t.Errorf("%q is read as %+v, which is written %q, %v", msg, c, body, err)
			}
		}
	})
}

func FuzzParseEntryBundle(f *testing.F) {
	f.Add([]byte{0, 0}, 1)
	f.Add([]byte{0, 1, 'a', 0, 2, 'b', 'c'}, 2)
	f.Add([]byte{255, 255, 0}, 1)
	f.Fuzz(func(t *testing.T, data []byte, width int) {
		es, err := translog.ParseEntryBundle(data, width)
		if err != nil {
			return
		}
		if again, err := translog.EntryBundle(es); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%x is read as %d entries, which are written %x, %v", data, len(es), again, err)
		}
	})
}

func TestEntryBundlesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		es := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 300), 1, translog.TileWidth).Draw(t, "entries")
		data, err := translog.EntryBundle(es)
		if err != nil {
			t.Fatal(err)
		}
		got, err := translog.ParseEntryBundle(data, len(es))
		if err != nil || len(got) != len(es) {
			t.Fatal(err, len(got))
		}
		for i := range es {
			if !bytes.Equal(es[i], got[i]) {
				t.Fatalf("entry %d is %x, want %x", i, got[i], es[i])
			}
		}
		for _, wrong := range [][]byte{data[:len(data)-1], append(bytes.Clone(data), 0)} {
			if _, err := translog.ParseEntryBundle(wrong, len(es)); !errs.Is(err, errs.Invalid) {
				t.Fatalf("a bundle of another length was read: %v", err)
			}
		}
	})
	for name, es := range map[string][][]byte{"none": nil, "too many": make([][]byte, 257), "too long": {make([]byte, 1<<16)}} {
		if _, err := translog.EntryBundle(es); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := translog.EntryBundle([][]byte{make([]byte, 1<<16-1)}); err != nil {
		t.Errorf("the longest entry: %v", err)
	}
}

func TestTilesAreExactlyThoseOfTheTree(t *testing.T) {
	// C2SP tlog-tiles gives these two trees as examples.
	for _, c := range []struct {
		size int64
		want map[string]bool // of the widest tiles
	}{
		{256, map[string]bool{"tile/0/000": true, "tile/1/000.p/1": true, "tile/1/000": false, "tile/entries/000": true}},
		{70000, map[string]bool{
			"tile/0/272": true, "tile/0/273.p/112": true, "tile/0/273.p/113": false, "tile/0/273": false, "tile/1/000": true,
			"tile/1/001.p/17": true, "tile/1/001.p/18": false, "tile/2/000.p/1": true, "tile/2/000.p/2": false, "tile/3/000.p/1": false,
			"tile/entries/273.p/112": true, "tile/entries/273.p/113": false, "tile/63/000.p/1": false,
		}},
	} {
		for p, want := range c.want {
			tile, err := translog.ParseTilePath(p)
			if err != nil {
				t.Fatal(err)
			}
			if got := tile.InTree(c.size); got != want {
				t.Errorf("%s in a tree of %d: %v, want %v", p, c.size, got, want)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 200_000).Draw(t, "size")
		var full int64
		for _, tile := range translog.NewTiles(0, size) {
			if !tile.InTree(size) {
				t.Fatalf("%+v is to be published and not in the tree of %d", tile, size)
			}
			if tile.Level == translog.Entries {
				full += int64(tile.Width)
			}
		}
		if full != size {
			t.Fatalf("the bundles of a tree of %d hold %d entries", size, full)
		}
	})
	if got := translog.NewTiles(5, 5); got != nil {
		t.Errorf("nothing new is to be published and NewTiles gives %v", got)
	}
}

func TestATreeIsReadBackFromItsTilesAndNoOther(t *testing.T) {
	leaves := numbered(70_000)
	m, a := grow(t, leaves...)
	tiles := map[translog.Tile][]byte{}
	for _, tile := range translog.NewTiles(0, a.Size()) {
		if tile.Level == translog.Entries {
			continue
		}
		data, err := translog.TileData(tile, m)
		if err != nil {
			t.Fatal(err)
		}
		tiles[tile] = data
	}
	read := func(tile translog.Tile) ([]byte, error) {
		data, ok := tiles[tile]
		if !ok {
			return nil, errs.New(errs.NotFound, "no tile %s", translog.TilePath(tile))
		}
		return data, nil
	}
	remote := translog.VerifiedTiles(a.Size(), a.Root(), read)
	for _, index := range []int64{0, 255, 256, 65535, 65536, 69999} {
		proof, err := translog.ProveInclusion(a.Size(), index, remote)
		if err != nil {
			t.Fatal(err)
		}
		if err := translog.CheckInclusion(proof, a.Size(), a.Root(), index, leaves[index]); err != nil {
			t.Error(err)
		}
	}

	wrong := a.Root()
	wrong[31] ^= 1
	if _, err := translog.ProveInclusion(a.Size(), 3, translog.VerifiedTiles(a.Size(), wrong, read)); !errs.Is(err, errs.Invalid) {
		t.Errorf("tiles were taken for another root: %v", err)
	}
	first := translog.Tile{Level: 0, Index: 0, Width: 256}
	good := tiles[first]
	tiles[first] = append(bytes.Clone(good[:32*255]), make([]byte, 32)...)
	if _, err := translog.ProveInclusion(a.Size(), 3, remote); !errs.Is(err, errs.Invalid) {
		t.Errorf("a changed tile was taken: %v", err)
	}
	tiles[first] = good[:100]
	if _, err := translog.ProveInclusion(a.Size(), 3, remote); !errs.Is(err, errs.Invalid) {
		t.Errorf("a cut tile was taken: %v", err)
	}
	delete(tiles, first)
	if _, err := translog.ProveInclusion(a.Size(), 3, remote); !errs.Is(err, errs.NotFound) {
		t.Errorf("a missing tile is not told as missing: %v", err)
	}
}

// goldenKey is the public key of the golden log of the Tessera project
// (transparency-dev/tessera, Apache-2.0).
const goldenKey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

func TestGoldenLogOfTessera(t *testing.T) {
	files := untar(t, shareddata.Path(t, "cti/tlog/tessera-testdata-log.tar.gz"))
	v, err := translog.NewVerifier(goldenKey)
	if err != nil {
		t.Fatal(err)
	}
	m, a := &memory{}, newAppender(t)
	roots := map[int64][32]byte{}
	var last translog.Checkpoint
	for size := int64(0); size <= 15; size++ {
		c, err := translog.OpenCheckpoint(files[fmt.Sprintf("checkpoint.%d", size)], v)
		if err != nil {
			t.Fatalf("checkpoint %d: %v", size, err)
		}
		if size > 0 {
			entry := goldenEntry(t, files, size)
			_, hs := a.Append(tlog.RecordHash(entry))
			m.hashes = append(m.hashes, hs...)
			tile := translog.Tile{Level: 0, Width: int(size)}
			data, err := translog.TileData(tile, m)
			if err != nil || !bytes.Equal(data, files[translog.TilePath(tile)]) {
				t.Errorf("%s differs: %v", translog.TilePath(tile), err)
			}
		}
		if c.Size != size || c.Root != a.Root() || c.Origin != "example.com/log/testdata" {
			t.Errorf("checkpoint %d says %d %x of %q, the entries give %x", size, c.Size, c.Root, c.Origin, a.Root())
		}
		for old, root := range roots {
			proof, err := translog.ProveConsistency(size, old, m)
			if err != nil {
				t.Fatal(err)
			}
			if err := translog.CheckConsistency(proof, size, c.Root, old, root); err != nil {
				t.Error(err)
			}
		}
		roots[size], last = c.Root, c
	}
	newest, err := translog.OpenCheckpoint(files["checkpoint"], v)
	if d := cmp.Diff(last, newest); err != nil || d != "" {
		t.Errorf("the newest checkpoint is not that of 15 leaves: %v %s", err, d)
	}
	remote := translog.VerifiedTiles(last.Size, last.Root, func(tile translog.Tile) ([]byte, error) {
		return files[translog.TilePath(tile)], nil
	})
	root, err := translog.Root(last.Size, remote)
	if err != nil || root != last.Root {
		t.Errorf("the published tiles give the root %x, %v", root, err)
	}
}

func newAppender(t *testing.T) *translog.Appender {
	t.Helper()
	a, err := translog.NewAppender(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// goldenEntry returns the last entry of the bundle of the given width.
func goldenEntry(t *testing.T, files map[string][]byte, width int64) []byte {
	t.Helper()
	p := translog.TilePath(translog.Tile{Level: translog.Entries, Width: int(width)})
	es, err := translog.ParseEntryBundle(files[p], int(width))
	if err != nil {
		t.Fatalf("%s: %v", p, err)
	}
	again, err := translog.EntryBundle(es)
	if err != nil || !bytes.Equal(again, files[p]) {
		t.Errorf("%s is not written as it was read: %v", p, err)
	}
	return es[width-1]
}

func untar(t *testing.T, name string) map[string][]byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(path.Clean(h.Name), "testdata/log/")] = data
	}
}
