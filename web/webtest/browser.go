package webtest

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
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var Shots = flag.String("shots", "", "folder for pictures of every page, in every language, size and ground")

// A browser is one window of Chromium with everything that it complained of and
// every address that it asked for.
type Browser struct {
	t      testing.TB
	ctx    context.Context
	origin string

	mu       sync.Mutex
	asked    []string
	problems []string
}

// FindChromium returns the path of a Chromium; without one the test is skipped, or
// fails when the environment asks for one.
func FindChromium(t testing.TB) string {
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

// OpenBrowser starts Chromium on pages of origin, which is on 127.0.0.1.
func OpenBrowser(t testing.TB, origin string) *Browser {
	t.Helper()
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	opts = append(opts,
		chromedp.ExecPath(FindChromium(t)), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.NoFirstRun,
		// Nothing but this machine can be reached, so a page that tries is seen.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"),
	)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, shut := chromedp.NewContext(alloc)
	t.Cleanup(func() { shut(); stop() })
	b := &Browser{t: t, ctx: ctx, origin: origin}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("browser: %v", err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, chromedp.Void{})
	return b
}

func (b *Browser) hear(ev any) {
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

// Do takes steps in the browser.
func (b *Browser) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// Get takes a step that returns something.
func Get[T any](b *Browser, a chromedp.Action[T]) T {
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
func call[P, R any](b *Browser, cmd cdp.Command[P, R], params P) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, cmd, params); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// See waits until an element can be seen.
func See(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.WaitVisible(chromedp.CSS(selector))
}

// Click clicks on what a selector finds, once it is there.
func Click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// Open goes to a page of the origin.
func (b *Browser) Open(path string) {
	b.t.Helper()
	b.Do(chromedp.Navigate(b.origin + path))
}

// Enter opens a session with a one-time token, as a person does who clicks the
// printed link.
func (b *Browser) Enter(token string) {
	b.t.Helper()
	b.Open("/enter?token=" + url.QueryEscape(token))
	b.Do(See("html.scripted #ask"))
}

// Text is the text of the first element that the selector finds.
func (b *Browser) Text(selector string) string {
	b.t.Helper()
	return strings.TrimSpace(Get(b, chromedp.Text(chromedp.CSS(selector))))
}

// Eval runs a script and reads its result.
func Eval[T any](b *Browser, script string) T {
	b.t.Helper()
	return Get(b, chromedp.Evaluate[T](script))
}

// Quiet fails the test when the browser complained of anything, a breach of the
// content security policy among them, or asked for anything outside the origin.
func (b *Browser) Quiet() {
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

// Accessible holds a page against the rules of docs/ui.md that only a browser
// can judge: what is named, what is reached, what is wide.
func (b *Browser) Accessible(where string) {
	b.t.Helper()
	for _, p := range Eval[[]string](b, auditScript) {
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

// Size sets the window; dark the ground that the device asks for.
func (b *Browser) Size(width int, dark bool) {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	b.Do(chromedp.EmulateViewport(int64(width), 900))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// Language sets the language that the reader has chosen.
func (b *Browser) Language(lang string) {
	call(b, network.SetCookie, network.SetCookieParams{Name: "cordon_language", Value: lang, URL: b.origin})
}

// Picture keeps what the window shows, when -shots names a folder.
func (b *Browser) Picture(name string) {
	b.t.Helper()
	if *Shots == "" {
		return
	}
	png := Get(b, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(*Shots, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// Press presses a key as a keyboard does: what the page keeps for itself is not
// typed.
func (b *Browser) Press(key string) {
	b.t.Helper()
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Text: key})
	call(b, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: key})
}

// InWindows opens pages in every language, wide on light and narrow on dark, and in
// all four when pictures are taken; each has to be accessible, and no page may have
// broken the content security policy.
func (b *Browser) InWindows(prefix string, pages map[string]string) {
	b.t.Helper()
	for _, lang := range []string{"en", "ja", "ko"} {
		b.Language(lang)
		for _, width := range []int{1280, 320} {
			for _, dark := range []bool{false, true} {
				if *Shots == "" && dark != (width == 320) {
					continue
				}
				b.Size(width, dark)
				for name, path := range pages {
					b.Open(path)
					where := fmt.Sprintf("%s-%s-%s-%d-%s", prefix, name, lang, width, map[bool]string{true: "dark", false: "light"}[dark])
					b.Accessible(where)
					b.Picture(where)
				}
			}
		}
	}
	b.Quiet()
}
