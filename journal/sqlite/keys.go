package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/cordon-project/cordon/translog"
	"github.com/cordon-project/cordon/whole"
)

// loadKeys reads the folder's key, or makes one for a new journal, and the origin
// from the journal. The key file is made before the journal names it, so a crash
// between the two leaves a key that the next start takes.
func loadKeys(ctx context.Context, db *sql.DB, file string, o Options) (k keys, err error) {
	named, err := readMeta(ctx, db)
	if err != nil {
		return k, err
	}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && named["verifier"] != "":
		return k, errNoKey(err)
	case errors.Is(err, fs.ErrNotExist):
		if text, err = makeKey(file, o); err != nil {
			return k, err
		}
	case err != nil:
		return k, err
	}
	signer, verifier, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if k.signer, err = translog.NewSigner(signer); err != nil {
		return k, errNoKey(err)
	}
	if k.verifier, err = translog.NewVerifier(verifier); err != nil {
		return k, errNoKey(err)
	}
	k.verifierText = verifier
	switch named["verifier"] {
	case verifier:
		k.origin = named["origin"]
		return k, nil
	case "":
	default:
		return k, errNoKey(errOtherKey)
	}
	k.origin = o.Origin
	_, err = db.ExecContext(ctx, "INSERT INTO meta VALUES ('origin', ?), ('verifier', ?), ('epoch', '0')", o.Origin, verifier)
	return k, err
}

func readMeta(ctx context.Context, db *sql.DB) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT key, value FROM meta")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	m := map[string]string{}
	for rows.Next() {
		var k, v string
		if err := rows.Scan(&k, &v); err != nil {
			return nil, err
		}
		m[k] = v
	}
	return m, rows.Err()
}

// makeKey writes a new key to the file: the secret line, then the public one.
func makeKey(file string, o Options) ([]byte, error) {
	name := strings.Map(func(r rune) rune {
		if r == '+' || r == ' ' {
			return '-'
		}
		return r
	}, o.Origin)
	signer, verifier, err := translog.NewKey(o.Rand, name)
	if err != nil {
		return nil, err
	}
	text := fmt.Appendf(nil, "%s\n%s\n", signer, verifier)
	return text, whole.Write(file, text)
}

// Origin is the name of the log in its checkpoints.
func (s *Store) Origin() string { return s.keys.origin }

// VerifierKey is the public key of the checkpoints, in the text form of
// golang.org/x/mod/sumdb/note.
func (s *Store) VerifierKey() string { return s.keys.verifierText }
