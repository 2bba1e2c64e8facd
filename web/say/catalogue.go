// Package say says sentences in the reader's language, and shows text from
// outside so that it can do nothing.
//
// In comes a file of messages for each language ([Load]); out goes a [Catalogue]
// that says a message with its arguments as HTML or as plain text, with dates,
// numbers, plurals and Korean particles as the language has them. A message that
// is missing is shown as its key, framed, and logged.
//
// Guarantees: what came from outside and is no word of the language is escaped and
// isolated; control characters, bidirectional controls and bytes that are not
// UTF-8 are shown as their code points.
package say

import (
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// Languages are those of the pages, in the order in which they are offered. The
// first is taken when a browser asks for none of them.
var Languages = []string{"en", "ja", "ko"}

// A Catalogue holds every sentence of one language. A message is a text with
// places {0}, {1} … for arguments, or a table with the forms "one" and "other",
// chosen by the first whole number among the arguments.
//
// A place may say how its argument is shown, with words after a colon, applied
// from left to right:
//
//	{0:date}       a date in the form of the language's sentences
//	{0:@script}    the word for a value: the message script.<value>, else the value
//	{0:?date.none}  an argument that may be empty: then this other message
//	{0:은/는}       Korean: the argument and the particle that its last sound asks for
//
// Strings are isolated in <bdi>, because they come from outside.
type Catalogue struct {
	lang string
	text map[string]message
	log  *slog.Logger
}

type message struct {
	one, other string // one is "" when the language has one form only
}

// Load reads the messages of every language: en.toml and so on, in one folder.
func Load(messages fs.FS, log *slog.Logger) (map[string]*Catalogue, error) {
	all := make(map[string]*Catalogue, len(Languages))
	for _, lang := range Languages {
		b, err := fs.ReadFile(messages, lang+".toml")
		if err != nil {
			return nil, err
		}
		c, err := parseCatalogue(lang, b, log)
		if err != nil {
			return nil, fmt.Errorf("%s.toml: %w", lang, err)
		}
		all[lang] = c
	}
	return all, nil
}

func parseCatalogue(lang string, b []byte, log *slog.Logger) (*Catalogue, error) {
	var raw map[string]any
	if err := toml.Unmarshal(b, &raw); err != nil {
		return nil, err
	}
	c := &Catalogue{lang: lang, text: make(map[string]message, len(raw)), log: log}
	for key, v := range raw {
		switch v := v.(type) {
		case string:
			c.text[key] = message{other: v}
		case map[string]any:
			one, _ := v["one"].(string)
			other, _ := v["other"].(string)
			if other == "" || len(v) > 2 {
				return nil, fmt.Errorf("%s has no form %q, or has forms that are not known", key, "other")
			}
			c.text[key] = message{one: one, other: other}
		default:
			return nil, fmt.Errorf("%s is neither a text nor a table of forms", key)
		}
	}
	return c, nil
}

// Lang is the language: "en", "ja" or "ko".
func (c *Catalogue) Lang() string { return c.lang }

// Forms returns the forms of a message, one empty where the language has one form
// only; false for no such message.
func (c *Catalogue) Forms(key string) (one, other string, ok bool) {
	m, ok := c.text[key]
	return m.one, m.other, ok
}

// Keys returns the keys in order.
func (c *Catalogue) Keys() []string {
	out := make([]string, 0, len(c.text))
	for k := range c.text {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// HTML says a message with its arguments as HTML. A key that is missing is
// shown as itself, so that it is seen, and logged.
func (c *Catalogue) HTML(key string, args ...any) template.HTML {
	m, ok := c.text[key]
	if !ok {
		c.log.Warn("message is missing", "lang", c.lang, "key", key)
		return template.HTML(`<span class="missing">` + template.HTMLEscapeString(key) + `</span>`)
	}
	var b strings.Builder
	c.expand(m.form(args), func(lit string) { b.WriteString(template.HTMLEscapeString(lit)) }, func(i int, formats []string) {
		b.WriteString(string(c.arg(args, i, formats)))
	})
	return template.HTML(b.String())
}

// Plain says a message as text, for titles and attributes.
func (c *Catalogue) Plain(key string, args ...any) string {
	m, ok := c.text[key]
	if !ok {
		c.log.Warn("message is missing", "lang", c.lang, "key", key)
		return key
	}
	var b strings.Builder
	c.expand(m.form(args), func(lit string) { b.WriteString(lit) }, func(i int, formats []string) {
		b.WriteString(c.plainArg(args, i, formats))
	})
	return b.String()
}

// Text says a sentence of an answer.
func (c *Catalogue) Text(t screen.Text) template.HTML { return c.HTML(t.Key, t.Args...) }

// Word is the word for a value of a family ("state", "likely"), or the value as
// it stands when there is no word for it: lists and reports bring their own. A list
// that is one of a sort ("eu-oj-32017R1509") has the word of its sort, and which it is.
func (c *Catalogue) Word(family, value string) string {
	if m, ok := c.text[family+"."+value]; ok {
		return m.other
	}
	if i := strings.LastIndexByte(value, '-'); family == "list" && i > 0 {
		if m, ok := c.text[family+"."+value[:i]]; ok {
			return m.other + " " + value[i+1:]
		}
	}
	return value
}

func (m message) form(args []any) string {
	if m.one == "" {
		return m.other
	}
	for _, a := range args {
		if n, ok := Whole(a); ok {
			if n == 1 {
				return m.one
			}
			return m.other
		}
	}
	return m.other
}

// expand runs over a message: literal text, and places with their formats.
func (c *Catalogue) expand(s string, lit func(string), place func(i int, formats []string)) {
	for s != "" {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			lit(s)
			return
		}
		shut := strings.IndexByte(s[open:], '}')
		if shut < 0 {
			lit(s)
			return
		}
		number, formats, _ := strings.Cut(s[open+1:open+shut], ":")
		i, err := strconv.Atoi(number)
		if err != nil {
			lit(s[:open+shut+1])
		} else {
			lit(s[:open])
			place(i, strings.Fields(formats))
		}
		s = s[open+shut+1:]
	}
}

// arg shows an argument as HTML. What came from outside and was not turned into
// the language's own words is isolated.
func (c *Catalogue) arg(args []any, i int, formats []string) template.HTML {
	if i < 0 || i >= len(args) {
		return Visible(c.plainArg(args, i, formats))
	}
	switch a := args[i].(type) {
	case template.HTML:
		return a
	case screen.Text:
		return c.Text(a)
	}
	tail := ""
	if n := len(formats); n > 0 && strings.Contains(formats[n-1], "/") {
		formats, tail = formats[:n-1], particle(c.plainArg(args, i, formats[:n-1]), formats[n-1])
	}
	s := c.plainArg(args, i, formats)
	if outside, ok := args[i].(string); ok && outside == s {
		return c.Name(s) + template.HTML(template.HTMLEscapeString(tail))
	}
	return Visible(s + tail)
}

// plainArg shows an argument as text. An argument that was not given shows as
// its place, so that the mistake is seen.
func (c *Catalogue) plainArg(args []any, i int, formats []string) string {
	if i < 0 || i >= len(args) {
		c.log.Warn("message has no such argument", "lang", c.lang, "argument", i)
		return "{" + strconv.Itoa(i) + "}"
	}
	s := c.bare(args[i])
	for _, f := range formats {
		switch {
		case f == "date":
			s = c.Date(record.Date(s))
		case strings.HasPrefix(f, "@"):
			s = c.Word(f[1:], s)
		case strings.HasPrefix(f, "?"):
			if s == "" {
				s = c.text[f[1:]].other
			}
		case strings.Contains(f, "/"):
			s += particle(s, f)
		}
	}
	return s
}

func (c *Catalogue) bare(a any) string {
	if n, ok := Whole(a); ok {
		return Number(n)
	}
	switch a := a.(type) {
	case string:
		return a
	case record.Date:
		return c.Date(a)
	case time.Time:
		return c.Date(record.Date(a.UTC().Format(time.DateOnly)))
	case float64:
		return strconv.FormatFloat(a, 'f', 2, 64)
	case []string:
		return strings.Join(a, c.text["list.comma"].other)
	case template.HTML:
		return string(a)
	case screen.Text:
		return c.Plain(a.Key, a.Args...)
	}
	return fmt.Sprint(a)
}

// Date is a date in the form of the language's sentences, in the precision that
// it has: 23 May 2023, 2023年5月23日, 2023년 5월 23일.
func (c *Catalogue) Date(d record.Date) string {
	part := strings.Split(string(d), "-")
	key, args := "", []any{}
	for i, p := range part {
		n, err := strconv.Atoi(p)
		if err != nil || i > 2 {
			return string(d)
		}
		args = append(args, n)
	}
	switch len(part) {
	case 3:
		key = "date.day"
	case 2:
		key = "date.month"
	default:
		key = "date.year"
	}
	if len(args) > 1 {
		m := args[1].(int)
		if m < 1 || m > 12 {
			return string(d)
		}
		args[1] = c.Word("month", strconv.Itoa(m))
	}
	for i, a := range args { // years have no thousands separator
		if n, ok := a.(int); ok {
			args[i] = strconv.Itoa(n)
		}
	}
	return c.Plain(key, args...)
}

// Whole returns an argument that is a whole number. After a way through JSON
// they are float64; a probability is never whole in that sense, because
// intervals are not given as arguments.
func Whole(a any) (int64, bool) {
	switch n := a.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case float64:
		return int64(n), n == float64(int64(n))
	}
	return 0, false
}

// Number groups the digits by thousands, which all three languages do alike.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "−" + s
	}
	return s
}

// particle chooses between two Korean particles ("은/는", "을/를", "으로/로", the
// form after a consonant first) by the last sound of the word before. Where the
// sound of a foreign word is not known, both are given, as an official text
// does: 은(는).
func particle(word, pair string) string {
	after, bare, _ := strings.Cut(pair, "/")
	runes := []rune(strings.TrimRight(word, " .,)”\"'"))
	if len(runes) == 0 {
		return bare
	}
	const rieul = 8 // the final consonant ㄹ, after which 로 is said
	final := -1     // unknown
	switch r := runes[len(runes)-1]; {
	case r >= 0xAC00 && r <= 0xD7A3:
		final = int(r-0xAC00) % 28
	case r >= '0' && r <= '9': // 영 일 이 삼 사 오 육 칠 팔 구
		final = []int{21, rieul, 0, 16, 0, 0, 1, rieul, rieul, 0}[r-'0']
	case strings.ContainsRune("aeiouyAEIOUY", r): // romanised Korean and most other names are said as written
		final = 0
	case strings.ContainsRune("nmgNMG", r):
		final = 4
	case r == 'l' || r == 'L':
		final = rieul
	}
	switch {
	case final < 0:
		return after + "(" + bare + ")"
	case final == 0, final == rieul && bare == "로":
		return bare
	}
	return after
}

// Size says how many bytes there are: exactly, and from 100,000 on also in a
// unit that people can hold in mind (SI, powers of 1000).
func (c *Catalogue) Size(n int64) string {
	if n < 100_000 {
		return c.Plain("size.bytes", n)
	}
	f, unit := float64(n)/1e3, "kB"
	for _, u := range []string{"MB", "GB", "TB"} {
		if f < 1000 {
			break
		}
		f, unit = f/1e3, u
	}
	return c.Plain("size.large", n, strconv.FormatFloat(f, 'f', 1, 64), unit)
}

// Place says where in an input something stands: "row 12,044, column 2".
func (c *Catalogue) Place(w record.Where) template.HTML {
	switch {
	case w.Row > 0 && w.Column > 0:
		return c.HTML("place.cell", w.Row, w.Column)
	case w.Row > 0:
		return c.HTML("place.row", w.Row)
	case w.Element != "":
		return c.HTML("place.element", w.Element)
	case w.End > 0:
		return c.HTML("place.span", w.Start, w.End)
	}
	return c.HTML("place.whole")
}

// Authority names an authority with its country: "United States, OFAC".
func (c *Catalogue) Authority(nation, short string) template.HTML {
	if m, ok := c.text["authority."+short]; ok {
		return Visible(m.other)
	}
	switch {
	case short == "":
		return Visible(c.Word("nation", nation))
	case nation == "":
		return c.Name(short)
	}
	return c.HTML("authority", template.HTML(Visible(c.Word("nation", nation))), short)
}
