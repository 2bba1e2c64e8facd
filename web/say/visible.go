package say

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible escapes text from outside and shows what would otherwise act or hide:
// control characters, bidirectional controls (Unicode UAX #9), zero-width and
// tag characters, and bytes that are not UTF-8 each become a small box with
// their code point. Line breaks and tabs stay.
func Visible(s string) template.HTML {
	var b strings.Builder
	start := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		label := ""
		switch {
		case r == utf8.RuneError && n == 1:
			label = fmt.Sprintf("0x%02X", s[i])
		case hidden(r):
			label = fmt.Sprintf("U+%04X", r)
		}
		if label != "" {
			b.WriteString(template.HTMLEscapeString(s[start:i]))
			b.WriteString(`<span class="ctl">` + label + `</span>`)
			start = i + n
		}
		i += n
	}
	b.WriteString(template.HTMLEscapeString(s[start:]))
	return template.HTML(b.String())
}

// hidden reports whether a rune acts on text or cannot be seen in it.
func hidden(r rune) bool {
	switch {
	case r == '\n', r == '\t', r == ' ':
		return false
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return false // variation selectors belong to the character before
	case r == 0x3164, r == 0xFFA0, r == 0x115F, r == 0x1160, r == 0x2800:
		return true // fillers and the empty braille pattern look like nothing
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) ||
		unicode.Is(unicode.Zp, r) || unicode.Is(unicode.Co, r) || unicode.Is(unicode.Zs, r) && r != 0x3000 && r != 0xA0
}

// Name isolates a name or value from outside and says in which language or
// script it is, for fonts and for voices.
func (c *Catalogue) Name(s string) template.HTML {
	return c.NameIn(s, "")
}

// NameIn is Name with the script that the source gives (ISO 15924).
func (c *Catalogue) NameIn(s, script string) template.HTML {
	tag := c.langTag(s, script)
	if tag == "" {
		return `<bdi>` + Visible(s) + `</bdi>`
	}
	return template.HTML(`<bdi lang="`+template.HTMLEscapeString(tag)+`">`) + Visible(s) + `</bdi>`
}

// tags gives the language tag (BCP 47) for a script where the page's own
// language would be wrong. Han alone does not tell a language: und-Hani.
var tags = map[string]string{
	"Hang": "ko", "Kore": "ko", "Jpan": "ja", "Kana": "ja", "Hira": "ja", "Hani": "und-Hani",
	"Hans": "zh-Hans", "Hant": "zh-Hant", "Cyrl": "und-Cyrl", "Arab": "und-Arab", "Latn": "und-Latn",
}

func (c *Catalogue) langTag(s, script string) string {
	if script == "" {
		script = ScriptOf(s)
	}
	switch {
	case script == "Latn" && c.lang == "en", script == "Hang" && c.lang == "ko", tags[script] == c.lang:
		return ""
	}
	return tags[script]
}

// ScriptOf returns the script that tells how to read a text: kana before Han,
// because a name with both is Japanese; "" if there are no letters of one that
// needs a tag.
func ScriptOf(s string) string {
	var han, latin, other string
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Hangul, r):
			return "Hang"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "Jpan"
		case unicode.Is(unicode.Han, r):
			han = "Hani"
		case unicode.Is(unicode.Cyrillic, r):
			other = "Cyrl"
		case unicode.Is(unicode.Arabic, r):
			other = "Arab"
		case unicode.Is(unicode.Latin, r):
			latin = "Latn"
		}
	}
	for _, s := range []string{han, other, latin} {
		if s != "" {
			return s
		}
	}
	return ""
}
