package intake_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/intake"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/lists/held"
	"github.com/cordon-project/cordon/record"
)

func holding(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	return newDesk(t, dir, func(c *intake.Config) {
		s, err := held.Open(filepath.Join(dir, held.FileName), noon)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		c.Held = s
	})
}

// TestAReleaseThatWasCutOffComesInWithTheSameFiles: two persons had released it
// and the node ended before it was in.
func TestAReleaseThatWasCutOffComesInWithTheSameFiles(t *testing.T) {
	var store *held.Store
	dir := t.TempDir()
	d := newDesk(t, dir, func(c *intake.Config) {
		var err error
		if store, err = held.Open(filepath.Join(dir, held.FileName), noon); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		c.Held = store
	})
	done(t, d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-01-10"}, kofiu(1, 60)))
	d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-02-01"}, kofiu(1, 20))
	id := d.Held(false)[0].ID
	if _, err := store.Propose(t.Context(), id, "A", "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Release(t.Context(), id, "B", "x"); err != nil {
		t.Fatal(err)
	}
	done(t, d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-02-01"}, kofiu(1, 20)))
	if d.inForce(t) != "2026-02-01" {
		t.Errorf("in force is %s", d.inForce(t))
	}
}

func kofiu(from, to int) file {
	rows := "kf_no|type|hangul|latin|note\n"
	for i := from; i <= to; i++ {
		rows += fmt.Sprintf("%d|person|예시|EXAMPLE, Number %d|\n", i, i)
	}
	return text("rows.psv", rows)
}

func (d *desk) inForce(t *testing.T) record.Date {
	t.Helper()
	l, _ := lists.Find("kr-kofiu")
	v, _, err := lists.InForce(t.Context(), d.store, l)
	if err != nil {
		t.Fatal(err)
	}
	return v.Date
}

func TestAHeldListComesInByTwoPersons(t *testing.T) {
	d := holding(t)
	done(t, d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-01-10"}, kofiu(1, 60)))
	for range 2 { // it arrives again and again
		j := d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-02-01"}, kofiu(1, 20))
		if _, waits := lists.HoldOf(j.Err); j.State != intake.Failed || !waits {
			t.Fatalf("it is %s: %v", j.State, j.Err)
		}
	}
	waiting := d.Held(false)
	if len(waiting) != 1 || waiting[0].State != held.Waiting || d.inForce(t) != "2026-01-10" {
		t.Fatalf("held are %+v", waiting)
	}
	id := waiting[0].ID
	if i, job, err := d.Release(t.Context(), owner, id, "A. Analyst", "the page names 20"); err != nil || job != "" || i.State != held.Proposed {
		t.Fatalf("%+v, %s, %v", i, job, err)
	}
	if _, _, err := d.Release(t.Context(), owner, id, "a. analyst", "the page names 20"); !errs.Is(err, errs.Denied) {
		t.Errorf("one person released it: %v", err)
	}
	_, job, err := d.Release(t.Context(), owner, id, "B. Officer", "counted")
	if err != nil {
		t.Fatal(err)
	}
	j, err := d.Wait(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	if r := done(t, j); r.Removed != 40 || d.inForce(t) != "2026-02-01" || len(d.Held(false)) != 0 {
		t.Errorf("%+v, in force %s, held %v", r, d.inForce(t), d.Held(false))
	}
}

func TestShrinkIsTheFirstWordOfAPersonOnly(t *testing.T) {
	d := holding(t)
	done(t, d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-01-10"}, kofiu(1, 60)))
	if _, err := d.Import(t.Context(), owner, intake.Upload{Kind: "kr-kofiu", Shrink: true, Person: " "}); !errs.Is(err, errs.Invalid) {
		t.Errorf("nobody's word: %v", err)
	}
	d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-02-01", Shrink: true, Person: "A. Analyst"}, kofiu(1, 20))
	all := d.Held(false)
	if len(all) != 1 || all[0].State != held.Proposed || all[0].First.By != "A. Analyst" || d.inForce(t) != "2026-01-10" {
		t.Errorf("held are %+v", all)
	}
}

// TestAReleaseOfWhatIsOutOfDateWaitsAgain: another version came into force after
// the difference was looked at.
func TestAReleaseOfWhatIsOutOfDateWaitsAgain(t *testing.T) {
	d := holding(t)
	done(t, d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-01-10"}, kofiu(1, 60)))
	d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-02-01"}, kofiu(1, 20))
	id := d.Held(false)[0].ID
	done(t, d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-01-20"}, kofiu(1, 61)))
	if _, _, err := d.Release(t.Context(), owner, id, "A", "x"); err != nil {
		t.Fatal(err)
	}
	_, job, err := d.Release(t.Context(), owner, id, "B", "x")
	if err != nil {
		t.Fatal(err)
	}
	j, err := d.Wait(t.Context(), job)
	if err != nil || !errs.Is(j.Err, errs.Conflict) || d.inForce(t) != "2026-01-20" {
		t.Errorf("the job is %s, %v, in force %s", j.State, j.Err, d.inForce(t))
	}
	if all := d.Held(false); len(all) != 1 || all[0].State != held.Waiting || all[0].Failure == "" {
		t.Errorf("held are %+v", all)
	}
}

func TestAMirrorWithAnotherHashIsHeld(t *testing.T) {
	d := holding(t)
	done(t, d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-01-10"}, kofiu(1, 60)))
	j := d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-02-01", Stated: []string{"00ff"}}, kofiu(1, 61))
	if h, waits := lists.HoldOf(j.Err); !waits || h.Reasons[0] != lists.OtherHash || d.inForce(t) != "2026-01-10" {
		t.Fatalf("it is %s: %v", j.State, j.Err)
	}
	if _, err := d.Reject(t.Context(), d.Held(false)[0].ID, "A", "the authority states another"); err != nil {
		t.Fatal(err)
	}
	j = d.take(t, intake.Upload{Kind: "kr-kofiu", Date: "2026-02-01", Stated: []string{"00ff"}}, kofiu(1, 61))
	if _, hint := errs.Message(j.Err); hint != "A has rejected this version: the authority states another" || len(d.Held(false)) != 0 {
		t.Errorf("it came again: %v, %s", j.Err, hint)
	}
}
