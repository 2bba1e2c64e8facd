package node

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/cordon-project/cordon/api"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal"
	"github.com/cordon-project/cordon/policy"
)

// Verify recomputes everything that the node holds.
func (n *Node) Verify(ctx context.Context, progress journal.Progress) (journal.Report, error) {
	return n.store.Verify(ctx, progress)
}

// Rebuild builds every projection anew and compares it with what stood.
func (n *Node) Rebuild(ctx context.Context, progress journal.Progress) (_ []api.Rebuilt, err error) {
	defer errs.Wrap(&err, "node.Rebuild")
	if err := n.projector.CatchUp(ctx); err != nil {
		return nil, err
	}
	var out []api.Rebuilt
	for _, p := range n.projections {
		before, _, err := n.projector.Digest(ctx, p.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, api.Rebuilt{Projection: p.Name(), Before: hex.EncodeToString(before[:])})
	}
	if err := n.projector.Rebuild(ctx, progress); err != nil {
		return nil, err
	}
	for i := range out {
		after, rows, err := n.projector.Digest(ctx, out[i].Projection)
		if err != nil {
			return nil, err
		}
		out[i].Rows, out[i].After = rows, hex.EncodeToString(after[:])
		out[i].Same = out[i].Before == out[i].After
	}
	return out, nil
}

// Checkpoint returns the newest signed checkpoint.
func (n *Node) Checkpoint(ctx context.Context) ([]byte, error) { return n.store.Checkpoint(ctx) }

// Tile returns a tile of the log.
func (n *Node) Tile(ctx context.Context, path string) ([]byte, error) { return n.store.Tile(ctx, path) }

// Quarantine returns refused objects, newest first, and how many there are.
func (n *Node) Quarantine(ctx context.Context, v policy.Viewer, limit int) (out []journal.Quarantined, total int64, err error) {
	defer errs.Wrap(&err, "node.Quarantine")
	out, _, err = n.store.Refused(ctx, v, policy.Reading, journal.Page{Limit: limit, Newest: true})
	if err != nil {
		return nil, 0, err
	}
	total, err = n.store.CountRefused(ctx, v, policy.Reading)
	return out, total, err
}

// staleAfter is when a list in force is old enough to be looked at: every
// authority here publishes at least monthly.
const staleAfter = 31 * 24 * time.Hour

// Doctor looks the node over: what a person should know before trusting it.
func (n *Node) Doctor(ctx context.Context) (_ []api.Check, err error) {
	defer errs.Wrap(&err, "node.Doctor")
	checks := []api.Check{n.folderCheck()}
	head, err := n.store.Head(ctx)
	if err != nil {
		return nil, err
	}
	applied := n.projector.Applied()
	checks = append(checks,
		api.Check{Name: "journal", OK: true, Text: fmt.Sprintf("%d entries", head)},
		api.Check{
			Name: "projections", OK: applied == head, Text: fmt.Sprintf("at entry %d of %d, %d names in the index", applied, head, n.screen.Names()),
			Hint: "They follow by themselves; if they stay behind, run cordon rebuild.",
		})
	more, err := n.listChecks(ctx)
	if err != nil {
		return nil, err
	}
	checks = append(checks, more...)
	_, refused, err := n.Quarantine(ctx, n.owner, 1)
	if err != nil {
		return nil, err
	}
	checks = append(checks, api.Check{Name: "quarantine", OK: true, Text: fmt.Sprintf("%d refused objects", refused)})
	return append(append(checks, n.heldChecks()...), n.failedJobs()...), nil
}

func (n *Node) folderCheck() api.Check {
	c := api.Check{Name: "folder", OK: true, Text: n.c.Home}
	if runtime.GOOS == "windows" {
		return c // permissions are not in the mode there
	}
	for _, f := range []string{"", tokenFile, "checkpoint.key"} {
		st, err := os.Stat(filepath.Join(n.c.Home, f))
		if err == nil && st.Mode().Perm()&0o077 != 0 {
			c.OK, c.Text = false, filepath.Join(n.c.Home, f)+" can be read by others on this machine"
			c.Hint = "chmod 700 for the folder, 600 for the files in it."
		}
	}
	return c
}

func (n *Node) listChecks(ctx context.Context) ([]api.Check, error) {
	lists, err := n.screen.Lists(ctx, n.owner)
	if err != nil {
		return nil, err
	}
	if len(lists) == 0 {
		return []api.Check{{Name: "lists", Text: "no official list is loaded", Hint: "cordon sync fetches them; cordon import takes files."}}, nil
	}
	var out []api.Check
	for _, l := range lists {
		c := api.Check{Name: "list", OK: true, Text: fmt.Sprintf("%s of %s, %d entries", l.List, l.Date, l.Entries)}
		switch day, ok := l.Date.Time(); {
		case l.Date == "":
			c.OK, c.Text = false, l.List+" states no date"
			c.Hint = "Import the same files again with --date YYYY-MM-DD --supersede, so that later versions can be told from earlier ones."
		case ok && n.o.Clock().Sub(day) > staleAfter:
			c.OK, c.Hint = false, "It is more than a month old: cordon sync "+l.List+"."
		}
		out = append(out, c)
	}
	return out, nil
}

func (n *Node) failedJobs() []api.Check {
	var out []api.Check
	for _, j := range n.intake.Jobs() {
		if j.Err != nil && !slices.ContainsFunc(out, func(c api.Check) bool { return c.Name == "import" }) {
			m, hint := errs.Message(j.Err)
			out = append(out, api.Check{Name: "import", Text: j.ID + " failed: " + m, Hint: hint})
		}
	}
	return out
}
