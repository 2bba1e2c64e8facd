package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/sqlite/database"
	"github.com/cordon-project/cordon/translog"
)

// chunkHashes is how many stored hashes one row holds: 126 × 32 bytes fill a page
// of 4096 bytes with its headers. It is part of the on-disk form.
const (
	hashSize    = 32
	chunkHashes = 126
)

// tail is the growing end of the tree: the right edge, and the row of hashes that
// is not full yet.
type tail struct {
	edge  *translog.Appender
	chunk int64  // number of the row under way
	data  []byte // its hashes so far
}

func (t tail) clone() tail {
	return tail{edge: t.edge.Clone(), chunk: t.chunk, data: append([]byte(nil), t.data...)}
}

// add appends a leaf. full is called with each row that has become full.
func (t *tail) add(leaf [32]byte, full func(chunk int64, data []byte) error) error {
	_, hashes := t.edge.Append(leaf)
	for _, h := range hashes {
		t.data = append(t.data, h[:]...)
		if len(t.data) == chunkHashes*hashSize {
			if err := full(t.chunk, t.data); err != nil {
				return err
			}
			t.chunk++
			t.data = t.data[:0]
		}
	}
	return nil
}

// loadTail reads the end of the tree of size leaves.
func loadTail(ctx context.Context, db *sql.DB, size int64) (t tail, err error) {
	h := hashReader{ctx: ctx, query: func(chunk int64) *sql.Row {
		return db.QueryRowContext(ctx, "SELECT data FROM hashes WHERE chunk = ?", chunk)
	}}
	if t.edge, err = translog.NewAppender(size, &h); err != nil {
		return t, err
	}
	stored := translog.StoredCount(size)
	t.chunk = stored / chunkHashes
	if n := int(stored % chunkHashes); n > 0 {
		data, err := h.row(t.chunk)
		if err != nil {
			return t, err
		}
		if len(data) < n*hashSize {
			return t, errTreeShort
		}
		t.data = append(make([]byte, 0, chunkHashes*hashSize), data[:n*hashSize]...)
	}
	return t, nil
}

var errTreeShort = errs.New(errs.Unavailable, "the tree of the journal has fewer hashes than its entries need; nothing was written").
	WithHint("keep a copy of the folder, then restore it from a backup")

// hashReader reads stored hashes. It is for one call or one task: it remembers
// the last rows read.
type hashReader struct {
	ctx   context.Context
	query func(chunk int64) *sql.Row
	rows  map[int64][]byte
}

// keptRows bounds what a hashReader remembers: 256 kB.
const keptRows = 64

// ReadHashes implements translog.HashStore.
func (h *hashReader) ReadHashes(indexes []int64) ([][32]byte, error) {
	out := make([][32]byte, len(indexes))
	for i, x := range indexes {
		data, err := h.row(x / chunkHashes)
		if err != nil {
			return nil, err
		}
		at := int(x%chunkHashes) * hashSize
		if at+hashSize > len(data) {
			return nil, errTreeShort
		}
		copy(out[i][:], data[at:])
	}
	return out, nil
}

func (h *hashReader) row(chunk int64) ([]byte, error) {
	if data, ok := h.rows[chunk]; ok {
		return data, nil
	}
	var data []byte
	err := h.query(chunk).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errTreeShort
	}
	if err != nil {
		return nil, err
	}
	if h.rows == nil || len(h.rows) >= keptRows {
		h.rows = make(map[int64][]byte, keptRows)
	}
	h.rows[chunk] = data
	return data, nil
}

// Hashes returns the stored hashes of the tree, for proofs with
// translog.ProveInclusion and translog.ProveConsistency: entry seq is leaf
// seq-1. It is good for one goroutine and as long as ctx is.
func (s *Store) Hashes(ctx context.Context) translog.HashStore {
	return &hashReader{ctx: ctx, query: func(chunk int64) *sql.Row {
		return s.sql.hashes.QueryRowContext(ctx, chunk)
	}}
}

// Checkpoint returns the signed checkpoint over all entries, as it was signed in
// the transaction of the last of them; for an empty journal one over nothing.
func (s *Store) Checkpoint(ctx context.Context) (note []byte, err error) {
	defer errs.Wrap(&err, "journal.Checkpoint")
	defer func() { err = s.db.Explain(err) }()
	if s.closed.Load() {
		return nil, database.ErrClosed
	}
	err = s.db.Read.QueryRowContext(ctx, "SELECT checkpoint FROM appends WHERE checkpoint IS NOT NULL ORDER BY n DESC LIMIT 1").Scan(&note)
	if errors.Is(err, sql.ErrNoRows) {
		return s.sign(0, emptyEdge().Root())
	}
	return note, err
}

func emptyEdge() *translog.Appender {
	edge, err := translog.NewAppender(0, nil)
	if err != nil {
		panic(err) // an empty log reads nothing that could fail
	}
	return edge
}

func (s *Store) sign(size int64, root [32]byte) ([]byte, error) {
	body, err := translog.CheckpointBody(s.keys.origin, size, root)
	if err != nil {
		return nil, err
	}
	return translog.SignCheckpoint(body, s.keys.signer)
}

// Tile returns a piece of the published tree by its C2SP tlog-tiles path
// (tile/<level>/<index>[.p/<width>], or tile/entries/… for the commitments). It
// tells nothing of any object: commitments are salted. A path that names no tile
// of the tree as it is now is errs.NotFound.
func (s *Store) Tile(ctx context.Context, path string) (data []byte, err error) {
	defer errs.Wrap(&err, "journal.Tile(%.80q)", path)
	defer func() { err = s.db.Explain(err) }()
	if s.closed.Load() {
		return nil, database.ErrClosed
	}
	t, err := translog.ParseTilePath(path)
	if err != nil {
		return nil, errs.New(errs.NotFound, "not found").Because(err)
	}
	if !t.InTree(s.head.Load()) {
		return nil, errs.New(errs.NotFound, "not found")
	}
	if t.Level != translog.Entries {
		return translog.TileData(t, s.Hashes(ctx))
	}
	first := t.Index*translog.TileWidth + 1
	rows, err := s.db.Read.QueryContext(ctx, "SELECT commitment FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq", first, first+int64(t.Width)-1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	commitments := make([][]byte, 0, t.Width)
	for rows.Next() {
		var c []byte
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		commitments = append(commitments, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(commitments) != t.Width {
		return nil, errTreeShort
	}
	return translog.EntryBundle(commitments)
}
