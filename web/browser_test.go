package web_test

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/cordon-project/cordon/record"
)

// The browser tests need Chromium. They skip where there is none, and fail
// instead when CORDON_REQUIRE_BROWSER is set, as the continuous integration
// sets it.

var shots = flag.String("shots", "", "folder for pictures of every page, in every language, size and ground")

// A browser is one window of Chromium with everything that it complained of and
// every address that it asked for.
type browser struct {
	t      testing.TB
	ctx    context.Context
	origin string

	mu       sync.Mutex
	asked    []string
	problems []string
}

func findChromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome", "headless-shell"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	if os.Getenv("CORDON_REQUIRE_BROWSER") != "" {
		t.Fatal("CORDON_REQUIRE_BROWSER is set and no Chromium is in PATH")
	}
	t.Skip("no Chromium is in PATH")
	return ""
}

// openBrowser starts Chromium on pages of origin, which is on 127.0.0.1.
func openBrowser(t testing.TB, origin string) *browser {
	t.Helper()
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts,
		chromedp.ExecPath(findChromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.NoFirstRun,
		// Nothing but this machine can be reached, so a page that tries is seen.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
	)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, shut := chromedp.NewContext(alloc)
	t.Cleanup(func() { shut(); stop() })
	b := &browser{t: t, ctx: ctx, origin: origin}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("browser: %v", err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, chromedp.Void{})
	return b
}

func (b *browser) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, ev.Request.URL)
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, "exception: "+ev.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if ev.Entry.Level == "error" && ev.Entry.Source != "network" {
			b.problems = append(b.problems, string(ev.Entry.Source)+": "+ev.Entry.Text)
		}
	}
}

// patience is how long one step of a browser may take.
const patience = 30 * time.Second

// do takes steps in the browser.
func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// get takes a step that returns something.
func get[T any](b *browser, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Fatalf("browser: %v", err)
	}
	return v
}

// call sends a command of the browser's protocol.
func call[P, R any](b *browser, cmd cdp.Command[P, R], params P) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, cmd, params); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// see waits until an element can be seen.
func see(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.WaitVisible(chromedp.CSS(selector))
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// open goes to a page of the origin.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.origin + path))
}

// enter opens a session with a one-time token, as a person does who clicks the
// printed link.
func (b *browser) enter(token string) {
	b.t.Helper()
	b.open("/enter?token=" + url.QueryEscape(token))
	b.do(see("html.scripted #ask"))
}

// text is the text of the first element that the selector finds.
func (b *browser) text(selector string) string {
	b.t.Helper()
	return strings.TrimSpace(get(b, chromedp.Text(chromedp.CSS(selector))))
}

// eval runs a script and reads its result.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	return get(b, chromedp.Evaluate[T](script))
}

// quiet fails the test when the browser complained of anything, a breach of the
// content security policy among them, or asked for anything outside the origin.
func (b *browser) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.t.Errorf("the browser complained: %s", p)
	}
	for _, u := range b.asked {
		if !strings.HasPrefix(u, b.origin+"/") && !strings.HasPrefix(u, "data:") && u != "about:blank" {
			b.t.Errorf("a page asked for %s, outside %s", u, b.origin)
		}
	}
}

// accessible holds a page against the rules of docs/ui.md that only a browser
// can judge: what is named, what is reached, what is wide.
func (b *browser) accessible(where string) {
	b.t.Helper()
	for _, p := range eval[[]string](b, auditScript) {
		b.t.Errorf("%s: %s", where, p)
	}
}

// auditScript returns what is wrong with a page: the contrast of every text with
// the ground that it really stands on, names of controls, order of headings,
// scrolling of the page, focus that cannot be seen.
const auditScript = `(() => {
  const out = [];
  const rgb = (c) => { const m = c.match(/[\d.]+/g); return m ? m.map(Number) : [0,0,0,0]; };
  const lin = (v) => { v /= 255; return v <= 0.03928 ? v/12.92 : ((v+0.055)/1.055) ** 2.4; };
  const lum = (c) => 0.2126*lin(c[0]) + 0.7152*lin(c[1]) + 0.0722*lin(c[2]);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255,255,255]; };
  const shown = (e) => e.checkVisibility({checkOpacity:true, checkVisibilityCSS:true}) && !e.closest('.unseen') && !e.closest('.skip');
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n; (n = walk.nextNode());) {
    const e = n.parentElement;
    if (!n.textContent.trim() || !e || /^(SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(e.tagName) || !shown(e)) continue;
    const a = lum(rgb(getComputedStyle(e).color)), g = lum(ground(e));
    const ratio = (Math.max(a,g)+0.05)/(Math.min(a,g)+0.05);
    const least = e.closest('.tlp') ? 4.5 : 7;
    if (ratio < least) out.push('contrast ' + ratio.toFixed(2) + ' of "' + n.textContent.trim().slice(0,40) + '" in ' + e.tagName + '.' + e.className);
  }
  for (const e of document.querySelectorAll('input:not([type=hidden]),select,textarea,button,a[href]')) {
    const label = e.labels?.length ? [...e.labels].map(l => l.textContent).join('') : '';
    if (!(label || e.getAttribute('aria-label') || e.textContent).trim()) out.push('no name: ' + e.outerHTML.slice(0,80));
  }
  let last = 0;
  for (const h of document.querySelectorAll('h1,h2,h3,h4')) {
    const level = +h.tagName[1];
    if (level > last + 1) out.push('heading ' + h.tagName + ' after h' + last + ': ' + h.textContent.trim());
    last = level;
  }
  if (document.querySelectorAll('h1').length !== 1) out.push('not exactly one h1');
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of new Set(ids)) if (ids.filter(i => i === id).length > 1) out.push('id twice: ' + id);
  for (const e of document.querySelectorAll('[aria-labelledby],[aria-describedby]'))
    for (const id of (e.getAttribute('aria-labelledby') ?? e.getAttribute('aria-describedby')).split(' '))
      if (!document.getElementById(id)) out.push('names an id that is not there: ' + id);
  if (!document.documentElement.lang) out.push('no language');
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll,pre,.unseen,.skip'));
    out.push('the page is wider than the window: ' + document.documentElement.scrollWidth + ' > ' + innerWidth + ' ' + wide.slice(0,3).map(e => e.tagName + '.' + e.className).join(' '));
  }
  for (const e of document.querySelectorAll('main a[href], main button')) {
    if (!shown(e)) continue;
    const r = e.getBoundingClientRect();
    if (r.height > 0 && r.height < 12) out.push('too small to hit: ' + e.textContent.trim());
  }
  return out;
})()`

// size sets the window; dark the ground that the device asks for.
func (b *browser) size(width int, dark bool) {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.do(chromedp.EmulateViewport(int64(width), 900))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

func (b *browser) language(lang string) {
	call(b, network.SetCookie, network.SetCookieParams{Name: "cordon_language", Value: lang, URL: b.origin})
}

// picture keeps what the window shows, when -shots names a folder.
func (b *browser) picture(name string) {
	b.t.Helper()
	if *shots == "" {
		return
	}
	png := get(b, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// everyPage is one address for each kind of page, over the example desk.
func everyPage(d *desk) map[string]string {
	alpha := record.PartyID("OFAC", "ofac-sdn", "101")
	at := strings.Index(reportText, "EXAMPLE, Alpha")
	return map[string]string{
		"ask": "/", "answer": "/ask?q=%EB%B3%B4%EA%B8%B0+%EC%95%8C%ED%8C%8C", "wallet": "/ask?q=0x000000000000000000000000000000000000dEaD",
		"none": "/ask?q=nobody", "cleared": "/ask?q=cleared&dob=1980&country=Example&profile=recall", "evil": "/ask?q=evil", "invalid": "/ask?q=%21", "party": "/party/" + alpha, "object": "/object/" + alpha,
		"evilparty": "/party/" + record.PartyID("OFAC", "ofac-sdn", "104"),
		"report":    "/object/" + d.reportID, "source": "/source/" + d.list + "?row=2&column=2",
		"text": fmt.Sprintf("/source/%s?start=%d&end=%d", d.report, at, at+len("EXAMPLE, Alpha")), "imports": "/imports", "running": "/imports/1", "done": "/imports/2",
		"failed": "/imports/3", "lists": "/lists", "clearances": "/clearances", "journal": "/journal", "quarantine": "/journal/quarantine", "help": "/help",
		"matrix": "/matrix", "history": "/matrix/party/" + alpha, "alignment": "/matrix/alignment", "questions": "/identity", "group": "/identity/" + alpha,
		"missing": "/object/identity--00000000-0000-4000-8000-000000000000", "enter": "/enter",
	}
}

func TestEveryPageInABrowser(t *testing.T) {
	d := newDesk(t)
	srv := serve(t, d)
	d.threeJobs(t)
	d.twoClearances(t)
	b := openBrowser(t, srv.URL)
	b.enter(goodToken)
	all := *shots != ""
	for _, lang := range []string{"en", "ja", "ko"} {
		b.language(lang)
		for _, width := range []int{1280, 320} {
			for _, dark := range []bool{false, true} {
				if !all && dark != (width == 320) {
					continue
				}
				b.size(width, dark)
				for name, path := range everyPage(d) {
					b.open(path)
					where := fmt.Sprintf("%s-%s-%d-%s", name, lang, width, map[bool]string{true: "dark", false: "light"}[dark])
					b.accessible(where)
					b.picture(where)
				}
			}
		}
	}
	b.quiet()
}

func TestFromTheBoxToTheSourceRow(t *testing.T) {
	d := newDesk(t)
	b := openBrowser(t, serve(t, d).URL)
	b.enter(goodToken)
	b.do(
		chromedp.KeyEvent("/"), chromedp.SendKeys(chromedp.CSS("#ask:focus"), "보기 알파\r"), see(".verdict"),
		click(".verdict a"), see("#names"),
		click("#who ~ .scroll a[href^='/source/']"), see("tr.asked"),
	)
	if got := b.text("tr.asked th"); got != "2" {
		t.Errorf("the row asked for is %q, want 2", got)
	}
	if got := b.text("aside dd"); got != d.list {
		t.Errorf("the hash is %q, want %q", got, d.list)
	}
	b.do(chromedp.KeyEvent("?"), see("#keys"))
	b.quiet()
}

func TestArrowsGoThroughRowsAndEnterOpens(t *testing.T) {
	d := newDesk(t)
	b := openBrowser(t, serve(t, d).URL)
	b.enter(goodToken)
	b.open("/journal")
	first := eval[string](b, `document.querySelector("[data-row]").getAttribute("href")`)
	b.do(chromedp.KeyEvent(kb.ArrowDown))
	if got := eval[string](b, `document.activeElement.getAttribute("href")`); got != first {
		t.Errorf("the first arrow goes to %q, want %q", got, first)
	}
	b.do(chromedp.KeyEvent(kb.ArrowDown))
	second := eval[string](b, `document.activeElement.getAttribute("href")`)
	if second == first {
		t.Error("the second arrow stays where it was")
	}
	b.do(chromedp.KeyEvent(kb.Enter), see("#fields"))
	if got := eval[string](b, `location.pathname + location.search`); got != second {
		t.Errorf("Enter opened %q, want %q", got, second)
	}
	b.quiet()
}

func TestARunningImportShowsItsEndWithoutReload(t *testing.T) {
	d := newDesk(t)
	srv := serve(t, d)
	d.threeJobs(t)
	b := openBrowser(t, srv.URL)
	b.enter(goodToken)
	b.open("/imports/1")
	b.do(chromedp.Evaluate[chromedp.Void](`window.stayed = true`), see("progress"))
	d.finish(t, "1")
	b.do(see("#result"))
	if !eval[bool](b, `window.stayed === true`) {
		t.Error("the page was loaded anew")
	}
	b.quiet()
}

func TestPrintingPutsTheMarkingOnEverySheet(t *testing.T) {
	d := newDesk(t)
	b := openBrowser(t, serve(t, d).URL)
	b.enter(goodToken)
	b.open("/party/" + record.PartyID("OFAC", "ofac-sdn", "101"))
	pdf := get(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if *shots != "" {
		if err := os.WriteFile(filepath.Join(*shots, "party.pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasPrefix(string(pdf), "%PDF") {
		t.Fatal("printing gave no PDF")
	}
	marking := eval[string](b, `document.documentElement.dataset.marking`)
	if marking != "tlp-green" {
		t.Errorf("the page is marked %q, want tlp-green: it shows a report of that level", marking)
	}
}
