package web_test

import (
	"log/slog"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/chromedp/chromedp"

	"github.com/cordon-project/cordon/internal/nodetest"
	"github.com/cordon-project/cordon/internal/shareddata"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/web/webtest"
)

// startNode serves a new node on 127.0.0.1 and returns its one-time link.
func startNode(t testing.TB) string {
	t.Helper()
	c := nodetest.Config(t)
	c.Name = "Example-1"
	n := nodetest.Serve(t, c, node.Options{Log: slog.New(slog.DiscardHandler)})
	link, err := n.Link()
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// firstHangul returns the first name in Hangul of a list file with one row for
// each entry, and the number of its row.
func firstHangul(t testing.TB, file string) (name, row string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	other := func(r rune) bool { return !unicode.Is(unicode.Hangul, r) }
	for i, line := range strings.Split(string(b), "\n") {
		for cell := range strings.SplitSeq(line, "|") {
			if cell != "" && strings.IndexFunc(cell, other) < 0 {
				return cell, strconv.Itoa(i + 1)
			}
		}
	}
	t.Fatalf("no name in Hangul in %s", file)
	return "", ""
}

// TestANodeFromItsLinkToTheSourceRow is the walk of a new user: the printed link,
// a list given to the import page, a question, the party, the row in the file.
func TestANodeFromItsLinkToTheSourceRow(t *testing.T) {
	file := shareddata.Path(t, "lists/kr_kofiu_dprk_2026-01-14/kofiu_dprk_hangul.psv")
	name, row := firstHangul(t, file)
	webtest.FindChromium(t)
	link := startNode(t)
	origin, token, _ := strings.Cut(link, "/enter?token=")
	b := webtest.OpenBrowser(t, origin)
	b.Language("en")
	b.Enter(token)

	b.Open("/imports")
	b.Do(
		chromedp.SetValue(chromedp.CSS("#kind"), "kr-kofiu"), webtest.Click("#upload summary"),
		chromedp.SendKeys(chromedp.CSS("#date"), "2026-01-14"),
		chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}), webtest.Click("#upload button"), webtest.See("#result"),
	)
	if got := b.Text(".counts dd"); got != "96" {
		t.Errorf("%s entries were added, the file has 96", got)
	}
	b.Picture("node-import")

	b.Open("/")
	b.Do(chromedp.SendKeys(chromedp.CSS("html.scripted #ask"), name+"\r"), webtest.See(".verdict.is-likely"))
	b.Accessible("answer")
	b.Picture("node-answer")
	if who := b.Text("#who ~ .scroll tbody"); !strings.Contains(who, "KoFIU") {
		t.Errorf("who lists it: %s", who)
	}
	b.Do(webtest.Click(".verdict a"), webtest.See("#names"))
	b.Accessible("party")
	b.Picture("node-party")
	b.Do(webtest.Click("#names ~ .scroll a[href^='/source/']"), webtest.See("tr.asked"))
	b.Accessible("source")
	b.Picture("node-source")
	if got := b.Text("tr.asked th"); got != row {
		t.Errorf("the row asked for is %s, want %s", got, row)
	}
	if got := b.Text("dl.cells mark"); got != name {
		t.Errorf("%q is marked, want %q", got, name)
	}
	b.Quiet()
}
