package eval

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// Daily is a folder of successive versions of one file: base.csv is the first,
// diffs/NNN.diff leads from each to the next (diff -U0), and INDEX.tsv has for each
// its number, the moment of its publication and, in the fifth column, its sha256.
type Daily struct {
	dir  string
	rows []indexed
}

// indexed is one row of the index.
type indexed struct {
	at  time.Time
	sum string
}

// Published is one version of the file.
type Published struct {
	N      int // from 0
	At     time.Time
	SHA256 string
	Data   []byte
}

// Limits of a folder.
const (
	maxVersions = 100_000
	maxIndex    = 64 << 20
)

// Open reads the index of a folder: errs.Invalid for one of another form.
func Open(dir string) (_ *Daily, err error) {
	defer errs.Wrap(&err, "eval.Open")
	b, err := readFile(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		return nil, err
	}
	d := &Daily{dir: dir}
	for n, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if n == 0 {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 5 || len(d.rows) == maxVersions {
			return nil, errs.New(errs.Invalid, "row %d of INDEX.tsv has %d columns, or the index has too many rows", n+1, len(f)).
				WithHint("the columns are number, time, commit, records, sha256")
		}
		at, err := time.Parse(time.RFC3339, f[1])
		if err != nil {
			return nil, errs.New(errs.Invalid, "row %d of INDEX.tsv has no time", n+1).Because(err)
		}
		d.rows = append(d.rows, indexed{at.UTC(), f[4]})
	}
	if len(d.rows) == 0 {
		return nil, errs.New(errs.Invalid, "INDEX.tsv names no version")
	}
	return d, nil
}

func readFile(name string) ([]byte, error) {
	i, err := os.Stat(name)
	if err == nil && i.Size() > maxIndex {
		return nil, errs.New(errs.Invalid, "%s is larger than %d bytes", filepath.Base(name), maxIndex)
	}
	var b []byte
	if err == nil {
		b, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, errs.New(errs.Invalid, "%s cannot be read", filepath.Base(name)).Because(err).
			WithHint("the folder holds INDEX.tsv, base.csv and diffs/NNN.diff")
	}
	return b, nil
}

// First returns the folder with its first n versions only.
func (d *Daily) First(n int) *Daily { return &Daily{d.dir, d.rows[:min(n, len(d.rows))]} }

// Len is how many versions there are.
func (d *Daily) Len() int { return len(d.rows) }

// All yields the versions in their order, each with the hash of the index. An
// error is the last thing it gives.
func (d *Daily) All() iter.Seq2[Published, error] {
	return func(yield func(Published, error) bool) {
		base, err := readFile(filepath.Join(d.dir, "base.csv"))
		lines := bytes.SplitAfter(base, []byte("\n"))
		for i, row := range d.rows {
			if i > 0 && err == nil {
				var diff []byte
				if diff, err = readFile(filepath.Join(d.dir, "diffs", fmt.Sprintf("%03d.diff", i))); err == nil {
					lines, err = patch(lines, diff)
				}
			}
			p := Published{N: i, At: row.at, SHA256: row.sum, Data: bytes.Join(lines, nil)}
			if sum := sha256.Sum256(p.Data); err == nil && hex.EncodeToString(sum[:]) != row.sum {
				err = errs.New(errs.Invalid, "version %d does not have the sha256 of the index", i)
			}
			if err != nil {
				yield(Published{}, err)
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// patch applies a difference without context.
func patch(lines [][]byte, diff []byte) (out [][]byte, err error) {
	at := 0
	d := bytes.SplitAfter(diff, []byte("\n"))
	for i := 0; i < len(d); i++ {
		if !bytes.HasPrefix(d[i], []byte("@@ -")) {
			continue
		}
		from, n, ok := hunk(d[i])
		if !ok || from < at || n > len(lines)-from {
			return nil, errs.New(errs.Invalid, "a difference does not fit the version before it: %.60q", d[i])
		}
		out = append(out, lines[at:from]...)
		at = from + n
		for i++; i < len(d) && !bytes.HasPrefix(d[i], []byte("@@ ")); i++ {
			switch {
			case bytes.HasPrefix(d[i], []byte("+")):
				out = append(out, d[i][1:])
			case bytes.HasPrefix(d[i], []byte(`\ No newline`)) && bytes.HasPrefix(d[i-1], []byte("+")):
				out[len(out)-1] = bytes.TrimSuffix(out[len(out)-1], []byte("\n"))
			}
		}
		i--
	}
	return append(out, lines[at:]...), nil
}

// hunk reads at which line, from 0, how many lines are taken out.
func hunk(line []byte) (from, n int, ok bool) {
	f := strings.Fields(string(line))
	if len(f) < 2 || len(f[1]) < 2 {
		return 0, 0, false
	}
	head, size, ranged := strings.Cut(f[1][1:], ",")
	from, err := strconv.Atoi(head)
	if n = 1; ranged && err == nil {
		n, err = strconv.Atoi(size)
	}
	if n > 0 {
		from--
	}
	return from, n, err == nil && from >= 0 && n >= 0
}
