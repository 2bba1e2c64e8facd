package sqlite

import (
	"context"
	"database/sql"
	"sync"

	"github.com/cordon-project/cordon/stix"
)

// definitions holds the marking definitions of the journal, which are few.
type definitions struct {
	mu sync.RWMutex
	m  map[string]stix.Object
}

// find implements policy.Definitions.
func (d *definitions) find(id string) (stix.Object, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	o, ok := d.m[id]
	return o, ok
}

func (d *definitions) add(os []stix.Object) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, o := range os {
		d.m[o.ID()] = o
	}
}

func (d *definitions) load(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT body FROM entries WHERE type = 'marking-definition' AND body IS NOT NULL AND flags & ? = 0", flagErasure)
	if err != nil {
		return err
	}
	defer rows.Close()
	m := map[string]stix.Object{}
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return err
		}
		// One that cannot be read is one that is not known, which denies;
		// verification reports it.
		if o, err := stix.Parse(body); err == nil {
			m[o.ID()] = o
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.m = m
	return nil
}
