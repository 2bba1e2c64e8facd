package sqlite

import (
	"context"
	"strings"
)

// Settings returns pragmas of the writing connection.
func Settings(ctx context.Context, s *Store, names ...string) (string, error) {
	var out []string
	for _, n := range names {
		var v string
		if err := s.db.Write.QueryRowContext(ctx, "PRAGMA "+n).Scan(&v); err != nil {
			return "", err
		}
		out = append(out, v)
	}
	return strings.Join(out, " "), nil
}
