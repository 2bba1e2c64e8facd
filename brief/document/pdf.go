package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// PDFOptions says with what a PDF is made. The zero value is usable.
type PDFOptions struct {
	Browser string        // path of a Chromium; "" to look for one in PATH
	Timeout time.Duration // 0 for [PDFTimeout]
}

// Limits of a PDF.
const (
	PDFTimeout = 2 * time.Minute
	MaxPDF     = 256 << 20 // bytes
)

// browsers are the names under which Chromium and its kin are installed.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell", "msedge"}

// FindBrowser returns the path of a Chromium in PATH: errs.Unavailable if there is
// none.
func FindBrowser() (string, error) {
	for _, name := range browsers {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", errs.New(errs.Unavailable, "a PDF needs Chromium, and none is in PATH").
		WithHint("Install Chromium, or use --format docx or html.")
}

// PDF writes the document as the Chromium of this machine prints its HTML. The
// browser runs as a process of its own in a new folder that only this user can
// read and that is removed afterwards; it is given one file and can reach no
// network. Its dates are the document's, so that one Chromium gives the same bytes
// again.
func (d *Document) PDF(ctx context.Context, w io.Writer, o PDFOptions) (err error) {
	defer errs.Wrap(&err, "document.PDF")
	if o.Browser == "" {
		if o.Browser, err = FindBrowser(); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "cordon-pdf-") // of mode 0700
	if err != nil {
		return errs.New(errs.Unavailable, "there is no place for temporary files").Because(err)
	}
	defer func() {
		if e := os.RemoveAll(dir); e != nil && err == nil {
			err = errs.New(errs.Unavailable, "the temporary folder %s cannot be removed", dir).Because(e).WithHint("It holds the document: remove it by hand.")
		}
	}()
	in, out := filepath.Join(dir, "document.html"), filepath.Join(dir, "document.pdf")
	if err := d.writeHTML(in); err != nil {
		return err
	}
	if err := o.print(ctx, dir, in, out); err != nil {
		return err
	}
	b, err := readPDF(out)
	if err != nil {
		return err
	}
	if _, err := w.Write(d.dated(b)); err != nil {
		return errs.New(errs.Unavailable, "the PDF cannot be written").Because(err)
	}
	return nil
}

func (d *Document) writeHTML(name string) error {
	var b bytes.Buffer
	if err := d.HTML(&b); err != nil {
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		return errs.New(errs.Unavailable, "the temporary file cannot be written").Because(err)
	}
	return nil
}

// print runs the browser.
func (o PDFOptions) print(ctx context.Context, dir, in, out string) error {
	if o.Timeout == 0 {
		o.Timeout = PDFTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(in)}
	if !strings.HasPrefix(address.Path, "/") {
		address.Path = "/" + address.Path // C:/…
	}
	args := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--disable-domain-reliability", "--disable-quic",
		"--disable-dev-shm-usage", "--disable-breakpad",
		// Nothing can be reached: no name resolves and the one proxy is a closed port.
		"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
		"--user-data-dir=" + filepath.Join(dir, "profile"), "--disk-cache-dir=" + filepath.Join(dir, "cache"),
		"--no-pdf-header-footer", "--generate-pdf-document-outline", "--print-to-pdf=" + out,
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses to run as root with it
	}
	cmd := exec.CommandContext(ctx, o.Browser, append(args, address.String())...)
	cmd.Dir = dir
	cmd.Env = environment(dir)
	cmd.WaitDelay = 5 * time.Second
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	err := cmd.Run()
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return errs.New(errs.Unavailable, "Chromium did not print within %s", o.Timeout).WithHint("Use --format docx or html.")
	case ctx.Err() != nil:
		return ctx.Err()
	case !exists(out): // a complaint on the way out loses nothing
		return errs.New(errs.Unavailable, "Chromium (%s) did not print", o.Browser).Because(fmt.Errorf("%w: %s", err, said.last())).
			WithHint("Use --format docx or html.")
	}
	return nil
}

// environment is what the browser needs of this process's: where programs, fonts
// and the user's settings for them are, and nothing else.
func environment(dir string) []string {
	out := []string{"HOME=" + dir, "TMPDIR=" + dir, "XDG_CONFIG_HOME=" + dir, "XDG_CACHE_HOME=" + dir}
	for _, k := range []string{"PATH", "LANG", "LC_ALL", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "SYSTEMROOT", "WINDIR", "LD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(k); ok {
			out = append(out, k+"="+v)
		}
	}
	if runtime.GOOS == "windows" {
		out = append(out, "TEMP="+dir, "TMP="+dir, "LOCALAPPDATA="+dir, "APPDATA="+dir)
	}
	return out
}

func exists(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Size() > 0
}

func readPDF(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "Chromium left no PDF").Because(err).WithHint("Use --format docx or html.")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxPDF+1))
	if err != nil {
		return nil, errs.New(errs.Unavailable, "the PDF cannot be read").Because(err)
	}
	if len(b) > MaxPDF || !bytes.HasPrefix(b, []byte("%PDF-")) {
		return nil, errs.New(errs.Unavailable, "what Chromium left is no PDF of at most %d bytes", MaxPDF).WithHint("Use --format docx or html.")
	}
	return b, nil
}

// pdfDates are the dates of the file (ISO 32000-2, section 7.9.4).
var pdfDates = regexp.MustCompile(`/(?:CreationDate|ModDate) \(D:\d{14}\+00'00'\)`)

// dated puts the document's date in the place of the moment of printing. Both
// have one length, so that every offset in the file stays right.
func (d *Document) dated(b []byte) []byte {
	stamp := []byte(d.Date.UTC().Format("20060102150405"))
	return pdfDates.ReplaceAllFunc(b, func(m []byte) []byte {
		i := bytes.Index(m, []byte("D:")) + 2
		out := bytes.Clone(m)
		copy(out[i:i+14], stamp)
		return out
	})
}

// tail keeps the end of what a program says.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 4 << 10
	t.b = append(t.b, p...)
	if len(t.b) > most {
		t.b = bytes.Clone(t.b[len(t.b)-most:])
	}
	return len(p), nil
}

// last is the last line.
func (t *tail) last() string {
	lines := strings.Split(strings.TrimSpace(string(t.b)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
