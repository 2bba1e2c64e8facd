package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/cordon-project/cordon/journal/sqlite/database"
)

// statements are those that run once for each object; the others are prepared
// where they stand.
type statements struct {
	// Of the writer.
	versions, body, insert, insertVersion, chunk *sql.Stmt
	// Of the readers.
	lookup, hashes *sql.Stmt
	all            []*sql.Stmt
}

func prepare(ctx context.Context, db *database.Database) (*statements, error) {
	s := &statements{}
	for _, p := range []struct {
		stmt **sql.Stmt
		db   *sql.DB
		text string
	}{
		{&s.versions, db.Write, "SELECT key, seq FROM versions WHERE id = ?"},
		{&s.body, db.Write, "SELECT body FROM entries WHERE seq = ?"},
		{&s.insert, db.Write, `INSERT INTO entries
			(seq, id, type, version, label, gov, until, flags, target, at, commitment, salt, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&s.insertVersion, db.Write, "INSERT INTO versions (id, key, seq) VALUES (?, ?, ?)"},
		{&s.chunk, db.Write, "INSERT INTO hashes (chunk, data) VALUES (?, ?) ON CONFLICT (chunk) DO UPDATE SET data = excluded.data"},
		{&s.lookup, db.Read, "SELECT e.body FROM versions v JOIN entries e ON e.seq = v.seq WHERE v.id = ?"},
		{&s.hashes, db.Read, "SELECT data FROM hashes WHERE chunk = ?"},
	} {
		stmt, err := p.db.PrepareContext(ctx, p.text)
		if err != nil {
			s.close()
			return nil, err
		}
		*p.stmt = stmt
		s.all = append(s.all, stmt)
	}
	return s, nil
}

func (s *statements) close() error {
	var es []error
	for _, stmt := range s.all {
		es = append(es, stmt.Close())
	}
	return errors.Join(es...)
}

// txStatements are the writer's statements inside its transaction, under a
// context that does not end: the driver would otherwise start a goroutine for
// each statement.
type txStatements struct {
	ctx                                          context.Context
	tx                                           *sql.Tx
	versions, body, insert, insertVersion, chunk *sql.Stmt
}

func (s *statements) within(ctx context.Context, tx *sql.Tx) txStatements {
	return txStatements{
		ctx: ctx, tx: tx,
		versions:      tx.StmtContext(ctx, s.versions),
		body:          tx.StmtContext(ctx, s.body),
		insert:        tx.StmtContext(ctx, s.insert),
		insertVersion: tx.StmtContext(ctx, s.insertVersion),
		chunk:         tx.StmtContext(ctx, s.chunk),
	}
}

func (t txStatements) query(s *sql.Stmt, args ...any) (*sql.Rows, error) {
	return s.QueryContext(t.ctx, args...)
}

func (t txStatements) row(s *sql.Stmt, args ...any) *sql.Row {
	return s.QueryRowContext(t.ctx, args...)
}

func (t txStatements) run(s *sql.Stmt, args ...any) error {
	_, err := s.ExecContext(t.ctx, args...)
	return err
}

// exec runs a statement that is not prepared.
func (t txStatements) exec(text string, args ...any) error {
	_, err := t.tx.ExecContext(t.ctx, text, args...)
	return err
}
