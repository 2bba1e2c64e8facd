package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cordon": main})
}

// Scenarios: each file under testdata/script is one, and reads as documentation.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("CORDON_HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("LANG", "C")
			env.Setenv("SOON", time.Now().AddDate(0, 1, 0).UTC().Format(time.DateOnly)) // a day on which a clearance can end
			env.Values[nodeKey{}] = new(*exec.Cmd)
			shared := os.Getenv("CORDON_SHARED")
			if shared == "" {
				wd, err := os.Getwd()
				if err != nil {
					return err
				}
				shared = filepath.Join(wd, "..", "..", "..", "shared")
			}
			env.Setenv("SHARED", filepath.Join(shared, "data"))
			env.Setenv("SEEDS", filepath.Join(shared, "seeds"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond != "shared" {
				return false, nil
			}
			if os.Getenv("CORDON_REQUIRE_SHARED") != "" {
				return true, nil
			}
			wd, err := os.Getwd()
			if err != nil {
				return false, err
			}
			_, err = os.Stat(filepath.Join(wd, "..", "..", "..", "shared", "data"))
			return err == nil, nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"node":      runNode,
			"interrupt": interruptNode,
			"status":    exitStatus,
			"json":      isJSON,
			"idof":      idOf,
			"keyof":     keyOf,
			"bearer":    bearer,
			"member":    memberOf,
			// Makers of bad input, which no file of the scenario can hold.
			"cut":     cutFile,
			"line":    longLine,
			"bytes":   rawBytes,
			"zipbomb": zipBomb,
			"taken":   takenPort,
		},
	})
}

// runNode starts a node of the scenario's folder in the background and waits
// until it answers: node [flags]. It ends with the scenario.
func runNode(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("node does not fail in a scenario: use exec cordon up")
	}
	home := ts.Getenv("CORDON_HOME")
	cmd := exec.Command("cordon", append([]string{"up", "--listen", "127.0.0.1:0", "--json"}, args...)...)
	cmd.Env = append(os.Environ(), "CORDON_HOME="+home, "PATH="+ts.Getenv("PATH"), "LANG=C")
	path, err := exec.LookPath(filepath.Join(strings.SplitN(ts.Getenv("PATH"), string(os.PathListSeparator), 2)[0], "cordon"))
	ts.Check(err)
	cmd.Path = path
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	cmd.Stderr = os.Stderr
	ts.Check(cmd.Start())
	*ts.Value(nodeKey{}).(**exec.Cmd) = cmd
	ts.Defer(func() {
		_ = cmd.Process.Signal(stopSignal())
		_ = cmd.Wait()
	})
	var s started
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		ts.Fatalf("the node did not start: %v", err)
	}
	ts.Setenv("NODE", s.Address)
	ts.Setenv("LINK", s.Link)
}

type nodeKey struct{} // of the node that a scenario has started

// interruptNode does to the node what Ctrl-C does, and demands that it ends well.
func interruptNode(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "interrupt")
	if runtime.GOOS == "windows" {
		return // no process can send another one Ctrl-C there
	}
	cmd := *ts.Value(nodeKey{}).(**exec.Cmd)
	ts.Check(cmd.Process.Signal(os.Interrupt))
	ts.Check(cmd.Wait())
}

// memberOf sets a variable to a text of a JSON object: member FILE NAME VARIABLE.
func memberOf(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "member FILE NAME VARIABLE")
	var m map[string]string
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &m))
	ts.Setenv(args[2], m[args[1]])
}

// idOf sets a variable to the id of the one object in an output: idof FILE NAME.
func idOf(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "idof FILE NAME")
	var all []struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &all); err != nil || len(all) != 1 {
		ts.Fatalf("%d objects, %v", len(all), err)
	}
	ts.Setenv(args[1], all[0].ID)
}

// keyOf sets variables to an API key in an output and to its id: keyof FILE KEY ID.
func keyOf(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "keyof FILE KEY ID")
	var made struct {
		Secret string `json:"secret"`
		Key    struct {
			ID string `json:"id"`
		} `json:"key"`
	}
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &made); err != nil || made.Secret == "" {
		ts.Fatalf("no key: %v", err)
	}
	ts.Setenv(args[1], made.Secret)
	ts.Setenv(args[2], made.Key.ID)
}

// bearer asks the node of the scenario with a key and demands a status: bearer STATUS
// METHOD PATH KEY.
func bearer(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "bearer STATUS METHOD PATH KEY")
	r, err := http.NewRequest(args[1], ts.Getenv("NODE")+"/api/v1"+args[2], nil)
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+args[3])
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	ts.Check(resp.Body.Close())
	if want := number(ts, args[0]); resp.StatusCode != want {
		ts.Fatalf("%s %s answers %d, want %d", args[1], args[2], resp.StatusCode, want)
	}
}

// isJSON demands that an output is one or more values of JSON: json stdout.
func isJSON(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "json FILE")
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	n := 0
	for ; ; n++ {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			ts.Fatalf("%s is no JSON: %v", args[0], err)
		}
	}
	if n == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
}

func stopSignal() os.Signal {
	if runtime.GOOS == "windows" {
		return os.Kill
	}
	return syscall.SIGTERM
}

// exitStatus runs cordon and demands an exit code: status CODE args….
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE args…")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := ts.Exec("cordon", args[1:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if ctx.Err() != nil || code != args[0] {
		ts.Fatalf("exit %s, want %s", code, args[0])
	}
}

func arguments(ts *testscript.TestScript, neg bool, args []string, usage string) {
	if neg || len(args) != len(strings.Fields(usage))-1 {
		ts.Fatalf("usage: %s", usage)
	}
}

func number(ts *testscript.TestScript, s string) int {
	n, err := strconv.Atoi(s)
	ts.Check(err)
	return n
}

// cutFile writes the first bytes of a file: a download that broke off.
func cutFile(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "cut FROM BYTES TO")
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(ts.ReadFile(args[0])[:number(ts, args[1])]), 0o600))
}

// longLine writes one line: a beginning, one letter for as long as asked, an end.
func longLine(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "line TO BEGINNING BYTES END")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(args[1]+strings.Repeat("A", number(ts, args[2]))+args[3]), 0o600))
}

// rawBytes writes a file with each occurrence of a word made into bytes that
// are given as in a Go string.
func rawBytes(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "bytes TO FROM OLD NEW")
	raw, err := strconv.Unquote(`"` + args[3] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(ts.ReadFile(args[1]), args[2], raw)), 0o600))
}

// zipBomb writes a DOCX that unpacks to so many bytes.
func zipBomb(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "zipbomb TO BYTES")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("word/document.xml")
	ts.Check(err)
	chunk := bytes.Repeat([]byte("A"), 1<<20)
	for left := number(ts, args[1]); left > 0; left -= len(chunk) {
		_, err := w.Write(chunk[:min(left, len(chunk))])
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// takenPort listens on a port of its own until the scenario ends; $TAKEN is its
// address.
func takenPort(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, "taken")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv("TAKEN", l.Addr().String())
}
