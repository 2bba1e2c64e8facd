package translog

import (
	"encoding/binary"
	"math"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/cordon-project/cordon/errs"
)

const (
	// TileHeight is the height of a tile in levels of the tree.
	TileHeight = 8
	// TileWidth is the number of hashes in a full tile, and of entries in a
	// full bundle.
	TileWidth = 1 << TileHeight
	// MaxLevel is the highest level that C2SP tlog-tiles allows in a path.
	MaxLevel = 63
	// Entries as a [Tile]'s level names an entry bundle instead of hashes.
	Entries = -1
	// CheckpointPath is where a log serves its newest checkpoint.
	CheckpointPath = "checkpoint"
)

// Tile names one immutable piece of a published log: Width hashes of the tree
// at height TileHeight*Level, beginning with number Index*TileWidth; or, at
// Level [Entries], the entries beneath the level 0 tile of that index.
type Tile struct {
	Level int   // 0 to MaxLevel, or Entries
	Index int64 // within the level, from 0
	Width int   // 1 to TileWidth
}

func (t Tile) valid() bool {
	return t.Level >= Entries && t.Level <= MaxLevel && t.Index >= 0 &&
		t.Index <= math.MaxInt64>>TileHeight && t.Width >= 1 && t.Width <= TileWidth
}

func (t Tile) tlog() tlog.Tile {
	return tlog.Tile{H: TileHeight, L: t.Level, N: t.Index, W: t.Width}
}

// TilePath returns where a log serves t, below its prefix: tile/<L>/<N>[.p/<W>]
// or tile/entries/<N>[.p/<W>]. It is "" for a tile that cannot be.
func TilePath(t Tile) string {
	if !t.valid() {
		return ""
	}
	p := strings.TrimPrefix(t.tlog().Path(), "tile/8/")
	if rest, ok := strings.CutPrefix(p, "data/"); ok {
		p = "entries/" + rest
	}
	return "tile/" + p
}

// ParseTilePath is the inverse of [TilePath]. It accepts the one spelling that
// TilePath gives and nothing else, so a path from outside is safe afterwards.
func ParseTilePath(path string) (Tile, error) {
	bad := errs.New(errs.Invalid, "%q is not the path of a tile", path).
		WithHint("tiles are at tile/<level>/<number> and tile/entries/<number>, see C2SP tlog-tiles")
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok || len(path) > 100 {
		return Tile{}, bad
	}
	if r, ok := strings.CutPrefix(rest, "entries/"); ok {
		rest = "data/" + r
	}
	tt, err := tlog.ParseTilePath("tile/8/" + rest)
	if err != nil {
		return Tile{}, bad
	}
	t := Tile{Level: tt.L, Index: tt.N, Width: tt.W}
	if TilePath(t) != path {
		return Tile{}, bad
	}
	return t, nil
}

// NewTiles lists the tiles and entry bundles to publish when the log grows from
// oldSize to newSize leaves, level by level from the entries upwards.
func NewTiles(oldSize, newSize int64) []Tile {
	if oldSize < 0 || newSize <= oldSize {
		return nil
	}
	var entries, hashes []Tile
	for _, t := range tlog.NewTiles(TileHeight, oldSize, newSize) {
		hashes = append(hashes, Tile{Level: t.L, Index: t.N, Width: t.W})
		if t.L == 0 {
			entries = append(entries, Tile{Level: Entries, Index: t.N, Width: t.W})
		}
	}
	return append(entries, hashes...)
}

// InTree reports whether a log of size leaves has the tile, in full or in part.
func (t Tile) InTree(size int64) bool {
	if !t.valid() || size <= 0 {
		return false
	}
	shift := TileHeight * max(t.Level, 0)
	if shift > 62 {
		return false
	}
	return t.Index*TileWidth+int64(t.Width) <= size>>shift
}

// TileData returns the bytes of a tile of hashes: Width hashes one after the
// other. A tile that the store does not hold gives the store's error.
func TileData(t Tile, r HashStore) ([]byte, error) {
	if !t.valid() || t.Level == Entries || TileHeight*t.Level > 62 {
		return nil, errs.New(errs.Invalid, "%+v is not a tile of hashes", t)
	}
	indexes := make([]int64, t.Width)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(TileHeight*t.Level, t.Index*TileWidth+int64(i))
	}
	hs, err := reader{r}.ReadHashes(indexes)
	if err != nil {
		return nil, readFailed(err)
	}
	out := make([]byte, 0, len(hs)*tlog.HashSize)
	for _, h := range hs {
		out = append(out, h[:]...)
	}
	return out, nil
}

// VerifiedTiles returns the hashes of the tree of the given size and root out of
// its tiles, as read gives them for each [Tile]. Every hash that it hands on has
// been proved to be in that tree; tiles that do not fit are an errs.Invalid
// error. This is how a node checks a partner's log.
func VerifiedTiles(size int64, root [32]byte, read func(Tile) ([]byte, error)) HashStore {
	return verified{tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tileReader(read))}
}

type verified struct{ r tlog.HashReader }

func (v verified) ReadHashes(indexes []int64) ([][32]byte, error) {
	hs, err := v.r.ReadHashes(indexes)
	if err != nil {
		if errs.KindOf(err) != errs.Internal {
			return nil, err
		}
		return nil, errs.New(errs.Invalid, "the tiles of the log do not fit its checkpoint").Because(err)
	}
	return plain(hs), nil
}

type tileReader func(Tile) ([]byte, error)

func (tileReader) Height() int { return TileHeight }

func (tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func (read tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := read(Tile{Level: t.L, Index: t.N, Width: t.W})
		if err != nil {
			return nil, err
		}
		if len(data) != t.W*tlog.HashSize {
			return nil, errs.New(errs.Invalid, "the tile %s has %d bytes, not %d",
				TilePath(Tile{t.L, t.N, t.W}), len(data), t.W*tlog.HashSize)
		}
		out[i] = data
	}
	return out, nil
}

// EntryBundle joins 1 to TileWidth entries, each after its length in two bytes,
// high byte first. An entry has at most 65,535 bytes.
func EntryBundle(entries [][]byte) ([]byte, error) {
	if len(entries) == 0 || len(entries) > TileWidth {
		return nil, errs.New(errs.Invalid, "a bundle holds 1 to %d entries, not %d", TileWidth, len(entries))
	}
	var out []byte
	for i, e := range entries {
		if len(e) > math.MaxUint16 {
			return nil, errs.New(errs.Invalid, "entry %d of the bundle has %d bytes; at most %d fit", i, len(e), math.MaxUint16)
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(e)))
		out = append(out, e...)
	}
	return out, nil
}

// ParseEntryBundle is the inverse of [EntryBundle]: exactly width entries and
// nothing after them. The entries share the memory of data.
func ParseEntryBundle(data []byte, width int) ([][]byte, error) {
	if width < 1 || width > TileWidth {
		return nil, errs.New(errs.Invalid, "a bundle holds 1 to %d entries, not %d", TileWidth, width)
	}
	out := make([][]byte, 0, width)
	for i := range width {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errs.New(errs.Invalid, "the bundle ends inside entry %d of %d", i, width)
		}
		n := 2 + int(binary.BigEndian.Uint16(data))
		out = append(out, data[2:n:n])
		data = data[n:]
	}
	if len(data) != 0 {
		return nil, errs.New(errs.Invalid, "%d bytes follow the last of %d entries of the bundle", len(data), width)
	}
	return out, nil
}
