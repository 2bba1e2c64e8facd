package database

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/cordon-project/cordon/policy"
)

// Labels holds the interned labels of one database and, for each viewer and
// purpose, which of them are permitted.
type Labels struct {
	mu        sync.RWMutex
	ids       map[policy.Label]int64
	texts     map[int64]policy.Label
	permitted map[string]string // by viewer, purpose and turn: a JSON list of label ids
	turns     []time.Time       // when time alone changes what somebody may see, in order
	clock     func() time.Time
	// next is the next id. It only grows while the process lives: an id whose
	// transaction failed is never given to another label, so no list of permitted
	// ids that a reader still holds can come to mean something else.
	next int64
}

// maxViewers bounds how many viewers' permissions are remembered.
const maxViewers = 512

// NewLabels returns an empty table; Load fills it. Clock gives the time of
// decisions.
func NewLabels(clock func() time.Time) *Labels {
	return &Labels{next: 1, ids: map[policy.Label]int64{}, texts: map[int64]policy.Label{}, permitted: map[string]string{}, clock: clock}
}

// Load reads the table again.
func (t *Labels) Load(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT label, text FROM labels")
	if err != nil {
		return err
	}
	defer rows.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.ids)
	clear(t.texts)
	clear(t.permitted)
	t.turns = nil
	for rows.Next() {
		var id int64
		var text policy.Label
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		t.ids[text], t.texts[id] = id, text
		t.learn(text)
		t.next = max(t.next, id+1)
	}
	return rows.Err()
}

// Size is the number of labels known.
func (t *Labels) Size() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.ids)
}

// Intern returns the id of a label inside the writer's transaction. A label that
// is new is known to others at once; if the transaction then fails nothing refers
// to it and the owner reloads the table.
func (t *Labels) Intern(ctx context.Context, tx *sql.Tx, l policy.Label) (int64, error) {
	t.mu.RLock()
	id, ok := t.ids[l]
	t.mu.RUnlock()
	if ok {
		return id, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	id = t.next
	t.next++
	if _, err := tx.ExecContext(ctx, "INSERT INTO labels (label, text) VALUES (?, ?)", id, string(l)); err != nil {
		return 0, err
	}
	t.ids[l], t.texts[id] = id, l
	t.learn(l)
	clear(t.permitted)
	return id, nil
}

// Text returns the label with the id; policy.Nobody for one that is not known.
func (t *Labels) Text(id int64) policy.Label {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if l, ok := t.texts[id]; ok {
		return l
	}
	return policy.Nobody
}

// Known reports whether there is a label with the id.
func (t *Labels) Known(id int64) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	_, ok := t.texts[id]
	return ok
}

// Allowed returns the ids of the labels that the viewer may see now for the
// purpose, as a JSON list for json_each. A label that is interned later is not in
// it.
func (t *Labels) Allowed(v policy.Viewer, p policy.Purpose) string {
	now := t.clock()
	key := string(p) + "\x00" + v.Key()
	t.mu.RLock()
	turn := t.turn(now)
	list, ok := t.permitted[turn+key]
	t.mu.RUnlock()
	if ok {
		return list
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	ids := make([]int64, 0, len(t.ids))
	for l, id := range t.ids {
		if policy.May(v, l, p, now).Allow {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	b := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	list = string(append(b, ']'))
	if len(t.permitted) >= maxViewers {
		clear(t.permitted)
	}
	t.permitted[t.turn(now)+key] = list
	return list
}

// Turn names the stretch of time in which now lies: within it, time alone changes
// nothing of what anybody may see. What is remembered of answers is of one turn.
func (t *Labels) Turn() string {
	now := t.clock()
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.turn(now)
}

func (t *Labels) turn(now time.Time) string {
	n, found := slices.BinarySearchFunc(t.turns, now, time.Time.Compare)
	if found {
		n++
	}
	if n == 0 {
		return ""
	}
	return t.turns[n-1].Format(time.RFC3339Nano)
}

// learn notes when a label changes by itself.
func (t *Labels) learn(l policy.Label) {
	for _, at := range policy.Instants(l) {
		if n, found := slices.BinarySearchFunc(t.turns, at, time.Time.Compare); !found {
			t.turns = slices.Insert(t.turns, n, at)
		}
	}
}
