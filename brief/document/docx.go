package document

import (
	"archive/zip"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cordon-project/cordon/errs"
)

// DOCX writes the document as Office Open XML, for Word, LibreOffice and what
// reads them: styles, headings with bookmarks, tables with a head that is repeated,
// head and foot with markings and page numbers, language and East Asian font of
// every run.
func (d *Document) DOCX(w io.Writer) (err error) {
	defer errs.Wrap(&err, "document.DOCX")
	if err := d.Check(); err != nil {
		return err
	}
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRelations},
		{"docProps/core.xml", d.core()},
		{"docProps/app.xml", appProperties},
		{"word/document.xml", d.body()},
		{"word/styles.xml", d.styles()},
		{"word/numbering.xml", numbering},
		{"word/settings.xml", d.settings()},
		{"word/header1.xml", d.edge("hdr", d.Running.Head, false)},
		{"word/footer1.xml", d.edge("ftr", d.Running.Foot, true)},
		{"word/_rels/document.xml.rels", documentRelations},
	}
	z := zip.NewWriter(w)
	for _, p := range parts {
		// One time for every part: the file says its date in its properties.
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = io.WriteString(f, p.text)
		}
		if err != nil {
			return errs.New(errs.Unavailable, "the document cannot be written").Because(err)
		}
	}
	if err := z.Close(); err != nil {
		return errs.New(errs.Unavailable, "the document cannot be written").Because(err)
	}
	return nil
}

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordNS  = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

	officeNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml."

	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + wordType + `document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="` + wordType + `styles+xml"/>` +
		`<Override PartName="/word/numbering.xml" ContentType="` + wordType + `numbering+xml"/>` +
		`<Override PartName="/word/settings.xml" ContentType="` + wordType + `settings+xml"/>` +
		`<Override PartName="/word/header1.xml" ContentType="` + wordType + `header+xml"/>` +
		`<Override PartName="/word/footer1.xml" ContentType="` + wordType + `footer+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>`

	packageRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + officeNS + `/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
		`<Relationship Id="rId3" Type="` + officeNS + `/extended-properties" Target="docProps/app.xml"/></Relationships>`

	documentRelations = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + officeNS + `/styles" Target="styles.xml"/>` +
		`<Relationship Id="rId2" Type="` + officeNS + `/numbering" Target="numbering.xml"/>` +
		`<Relationship Id="rId3" Type="` + officeNS + `/settings" Target="settings.xml"/>` +
		`<Relationship Id="rId4" Type="` + officeNS + `/header" Target="header1.xml"/>` +
		`<Relationship Id="rId5" Type="` + officeNS + `/footer" Target="footer1.xml"/></Relationships>`

	appProperties = xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Cordon</Application></Properties>`

	numbering = xmlHead + `<w:numbering ` + wordNS + `><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>` +
		`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>` +
		`<w:pPr><w:ind w:left="340" w:hanging="227"/></w:pPr></w:lvl></w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
)

func (d *Document) core() string {
	stamp := d.Date.UTC().Format(time.RFC3339)
	return xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + attr(plain(d.Title)) + `</dc:title><dc:creator>` + attr(plain(d.Author)) + `</dc:creator>` +
		`<cp:keywords>` + attr(plain(strings.Join(append([]string{d.Running.TLP}, d.Running.Markings...), "; "))) + `</cp:keywords>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:modified>` +
		`<dc:language>` + attr(d.Lang) + `</dc:language></cp:coreProperties>`
}

func (d *Document) settings() string {
	return xmlHead + `<w:settings ` + wordNS + `><w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang ` + tongueOf(d.Lang).attributes(d.Lang) + `/></w:settings>`
}

// tongue is how Word names a language, and its East Asian font.
type tongue struct{ western, eastern, font string }

var tongues = map[string]tongue{
	"en": {"en-GB", "", ""},
	"ja": {"", "ja-JP", "Yu Gothic"},
	"ko": {"", "ko-KR", "Malgun Gothic"},
	"zh": {"", "zh-CN", "Microsoft YaHei"},
	// Han alone tells no language: Word still wants a font that has it.
	"und-Hani": {"", "", "Yu Gothic"},
	"und-Cyrl": {"ru-RU", "", ""},
}

func tongueOf(lang string) tongue {
	if t, ok := tongues[lang]; ok {
		return t
	}
	base, _, _ := strings.Cut(lang, "-")
	return tongues[base]
}

// latinFont is the font of what is not East Asian; monoFont that of identifiers.
const (
	latinFont = "Arial"
	monoFont  = "Courier New"

	monoFonts = ` w:ascii="` + monoFont + `" w:hAnsi="` + monoFont + `" w:cs="` + monoFont + `"`
	monoSize  = "14" // half points: a SHA-256 fits on a line of the table of exhibits
)

// attributes gives the attributes of w:lang; a language that only one of the
// scripts has leaves the other to the default.
func (t tongue) attributes(lang string) string {
	western, eastern := t.western, t.eastern
	if western == "" {
		western = "en-GB"
	}
	if eastern == "" {
		eastern = "ja-JP"
	}
	return `w:val="` + western + `" w:eastAsia="` + eastern + `" w:bidi="ar-SA"`
}

type wordWriter struct {
	b     strings.Builder
	lang  string
	marks int
	width int // of the line, in twentieths of a point
}

func (x *wordWriter) raw(s string) { x.b.WriteString(s) }

// Paper in twentieths of a point, with margins.
const (
	a4Width, a4Height         = 11906, 16838
	letterWidth, letterHeight = 12240, 15840
	margin                    = 1077 // 19 mm
)

func (d *Document) paper() (w, h int) {
	if d.Letter {
		return letterWidth, letterHeight
	}
	return a4Width, a4Height
}

func (d *Document) writer() *wordWriter {
	w, _ := d.paper()
	return &wordWriter{lang: d.Lang, width: w - 2*margin}
}

func (d *Document) body() string {
	x := d.writer()
	x.raw(xmlHead + `<w:document ` + wordNS + "><w:body>\n")
	for i, b := range d.Blocks {
		switch b := b.(type) {
		case Heading:
			x.heading(b)
		case Paragraph:
			x.paragraph(paragraphStyle(b.Style), b.Runs)
		case Quote:
			x.quote(b)
		case Table:
			x.table(b)
			// Two tables in a row would become one, and a body may not end in one.
			if i+1 == len(d.Blocks) || isTable(d.Blocks[i+1]) {
				x.paragraph("Gap", nil)
			}
		}
	}
	w, h := d.paper()
	x.raw(`<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>` +
		`<w:pgSz w:w="` + strconv.Itoa(w) + `" w:h="` + strconv.Itoa(h) + `"/><w:pgMar w:top="1304" w:right="1077" w:bottom="1191" w:left="1077" w:header="567" w:footer="510" w:gutter="0"/></w:sectPr>`)
	x.raw("</w:body></w:document>")
	return x.b.String()
}

func isTable(b Block) bool { _, ok := b.(Table); return ok }

func paragraphStyle(s Style) string {
	switch s {
	case Lead:
		return "Lead"
	case Small:
		return "Small"
	case Bullet:
		return "ListBullet"
	case Notice:
		return "Notice"
	case Kicker:
		return "Kicker"
	}
	return ""
}

func (x *wordWriter) start(style string) {
	x.raw("<w:p>")
	if style != "" {
		x.raw(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
}

func (x *wordWriter) paragraph(style string, runs []Run) {
	x.start(style)
	x.runs(runs)
	x.raw("</w:p>\n")
}

func (x *wordWriter) heading(h Heading) {
	x.start([]string{"Title", "Heading1", "Heading2"}[min(max(h.Level, 1), 3)-1])
	x.mark(h.ID)
	x.run(Run{Text: h.Text})
	x.raw("</w:p>\n")
}

// mark sets a bookmark; names begin with a letter and have no hyphens.
func (x *wordWriter) mark(id string) {
	if id == "" {
		return
	}
	x.marks++
	n := strconv.Itoa(x.marks)
	x.raw(`<w:bookmarkStart w:id="` + n + `" w:name="` + bookmark(id) + `"/><w:bookmarkEnd w:id="` + n + `"/>`)
}

func bookmark(id string) string {
	name := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, id)
	return "b_" + name[:min(len(name), 36)] // 40 characters at most
}

func (x *wordWriter) quote(q Quote) {
	for _, line := range strings.Split(strings.ReplaceAll(q.Text, "\r\n", "\n"), "\n") {
		x.paragraph("Quote", []Run{{Text: line, Lang: q.Lang}})
	}
	x.paragraph("QuoteSource", q.Below)
}

func (x *wordWriter) table(t Table) {
	x.raw(`<w:tbl><w:tblPr><w:tblStyle w:val="Plain"/><w:tblW w:w="` + strconv.Itoa(x.width) + `" w:type="dxa"/><w:tblLayout w:type="fixed"/>`)
	first := `w:firstRow="1" w:firstColumn="0"`
	if t.Terms {
		first = `w:firstRow="0" w:firstColumn="1"`
	}
	x.raw(`<w:tblLook w:val="0000" ` + first + ` w:lastRow="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="` + attr(plain(t.Caption)) + `"/></w:tblPr><w:tblGrid>`)
	widths := make([]string, len(t.Widths))
	for i, w := range t.Widths {
		widths[i] = strconv.Itoa(w * x.width / 100)
		x.raw(`<w:gridCol w:w="` + widths[i] + `"/>`)
	}
	x.raw("</w:tblGrid>\n")
	if !t.Terms {
		x.raw(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
		for i, s := range t.Head {
			x.cell(widths[i], "TableHead", Cell{{{Text: s}}}, "")
		}
		x.raw("</w:tr>\n")
	}
	for _, r := range t.Rows {
		x.raw("<w:tr>")
		if r.short() {
			x.raw("<w:trPr><w:cantSplit/></w:trPr>")
		}
		id := r.ID
		for i, c := range r.Cells {
			style := "TableText"
			if t.Terms && i == 0 {
				style = "TableTerm"
			}
			x.cell(widths[i], style, c, id)
			id = ""
		}
		x.raw("</w:tr>\n")
	}
	x.raw("</w:tbl>\n")
}

// short reports whether a row fits on a page with room to spare; others may break
// across pages.
func (r Row) short() bool {
	n := 0
	for _, c := range r.Cells {
		for _, runs := range c {
			n += 40 + size(runs)
		}
	}
	return n < 1500
}

func (x *wordWriter) cell(width, style string, c Cell, id string) {
	x.raw(`<w:tc><w:tcPr><w:tcW w:w="` + width + `" w:type="dxa"/></w:tcPr>`)
	if len(c) == 0 {
		c = Cell{nil} // a cell has a paragraph
	}
	for i, runs := range c {
		x.start(style)
		if i == 0 {
			x.mark(id)
		}
		x.runs(runs)
		x.raw("</w:p>")
	}
	x.raw("</w:tc>")
}

func (x *wordWriter) runs(runs []Run) {
	for _, r := range runs {
		x.run(r)
	}
}

func (x *wordWriter) run(r Run) {
	if r.Link != "" {
		x.raw(`<w:hyperlink w:anchor="` + bookmark(r.Link) + `" w:history="1">`)
		defer x.raw(`</w:hyperlink>`)
	}
	manner := x.manner(r)
	for i, line := range strings.Split(strings.ReplaceAll(r.Text, "\r\n", "\n"), "\n") {
		if i > 0 {
			x.raw(`<w:r><w:br/></w:r>`)
		}
		for _, p := range pieces(strings.ReplaceAll(line, "\t", " ")) {
			m := manner
			if p.code {
				m = `<w:rPr><w:rStyle w:val="CodePoint"/><w:rFonts` + monoFonts + `/></w:rPr>`
			}
			x.raw(`<w:r>` + m + `<w:t xml:space="preserve">` + attr(p.text) + `</w:t></w:r>`)
		}
	}
}

// manner gives the properties of a run, in the order of the schema. Fonts and colours
// stand beside the style that has them: LibreOffice lets the defaults of a table go
// before a run's style.
func (x *wordWriter) manner(r Run) string {
	style, fonts, colour, size := "", "", "", ""
	switch {
	case r.Mono:
		style, fonts, size = "Identifier", monoFonts, monoSize
	case r.Link != "":
		style, colour = "Reference", "0B4F6C"
	case r.Quiet:
		style, colour = "Quiet", "4A5058"
	}
	t, foreign := tongueOf(r.Lang), r.Lang != "" && r.Lang != x.lang
	if foreign && t.font != "" {
		fonts += ` w:eastAsia="` + t.font + `" w:hint="eastAsia"`
	}
	var b strings.Builder
	put := func(s string, when bool) {
		if when {
			b.WriteString(s)
		}
	}
	put(`<w:rStyle w:val="`+style+`"/>`, style != "")
	put(`<w:rFonts`+fonts+`/>`, fonts != "")
	put(`<w:b/><w:bCs/>`, r.Bold)
	put(`<w:noProof/>`, r.Mono)
	put(`<w:color w:val="`+colour+`"/>`, colour != "")
	put(`<w:sz w:val="`+size+`"/><w:szCs w:val="`+size+`"/>`, size != "")
	put(`<w:rtl/>`, rightToLeft(r.Lang))
	switch {
	case !foreign:
	case t.eastern != "":
		put(`<w:lang w:eastAsia="`+t.eastern+`"/>`, true)
	default:
		put(`<w:lang w:val="`+t.western+`"/>`, t.western != "")
	}
	if b.Len() == 0 {
		return ""
	}
	return "<w:rPr>" + b.String() + "</w:rPr>"
}

func rightToLeft(lang string) bool {
	return slices.Contains([]string{"ar", "fa", "he", "ur", "und-Arab", "und-Hebr"}, lang)
}

// edge is the head or foot of every page.
func (d *Document) edge(kind, right string, pages bool) string {
	x := d.writer()
	style := map[string]string{"hdr": "Header", "ftr": "Footer"}[kind]
	x.raw(xmlHead + `<w:` + kind + ` ` + wordNS + `>`)
	x.start(style)
	x.raw(`<w:r><w:rPr><w:b/><w:color w:val="` + strings.ToUpper(strings.TrimPrefix(tlpColour(d.Running.TLP), "#")) + `"/><w:shd w:val="clear" w:color="auto" w:fill="000000"/></w:rPr>` +
		`<w:t xml:space="preserve"> ` + attr(plain(d.Running.TLP)) + ` </w:t></w:r>`)
	if len(d.Running.Markings) > 0 {
		x.run(Run{Text: "  " + strings.Join(d.Running.Markings, " · ")})
	}
	x.raw(`<w:r><w:tab/></w:r>`)
	x.run(Run{Text: right})
	if pages {
		x.page(d.Running.Page, right != "")
	}
	x.raw(`</w:p></w:` + kind + `>`)
	return x.b.String()
}

func (x *wordWriter) page(form string, after bool) {
	if after {
		x.run(Run{Text: "  ·  "})
	}
	before, rest, _ := strings.Cut(form, "{page}")
	between, end, _ := strings.Cut(rest, "{pages}")
	field := func(name string) {
		x.raw(`<w:fldSimple w:instr=" ` + name + ` "><w:r><w:t>1</w:t></w:r></w:fldSimple>`)
	}
	x.run(Run{Text: before})
	field("PAGE")
	x.run(Run{Text: between})
	field("NUMPAGES")
	x.run(Run{Text: end})
}

// styles is the sheet of styles: the order and the measures of the HTML.
func (d *Document) styles() string {
	t := tongueOf(d.Lang)
	east := t.font
	if east == "" {
		east = "Yu Gothic"
	}
	w, _ := d.paper()
	var b strings.Builder
	b.WriteString(xmlHead + `<w:styles ` + wordNS + `><w:docDefaults><w:rPrDefault><w:rPr>` +
		`<w:rFonts w:ascii="` + latinFont + `" w:hAnsi="` + latinFont + `" w:cs="` + latinFont + `" w:eastAsia="` + east + `"/>` +
		`<w:color w:val="1A1D21"/><w:sz w:val="20"/><w:szCs w:val="20"/><w:lang ` + t.attributes(d.Lang) + `/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:before="0" w:after="100" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` + "\n")
	style := func(id, name, based, ppr, rpr string) {
		b.WriteString(`<w:style w:type="paragraph" w:styleId="` + id + `"`)
		if id == "Normal" {
			b.WriteString(` w:default="1"`)
		}
		b.WriteString(`><w:name w:val="` + name + `"/>`)
		if based != "" {
			b.WriteString(`<w:basedOn w:val="` + based + `"/>`)
		}
		b.WriteString(`<w:qFormat/><w:pPr>` + ppr + `</w:pPr><w:rPr>` + rpr + "</w:rPr></w:style>\n")
	}
	size := func(half string) string { return `<w:sz w:val="` + half + `"/><w:szCs w:val="` + half + `"/>` }
	const bold, quiet, rule = `<w:b/><w:bCs/>`, `<w:color w:val="4A5058"/>`, `w:val="single" w:sz="4" w:space="`
	style("Normal", "Normal", "", "", "")
	style("Kicker", "Kicker", "Normal", `<w:keepNext/><w:spacing w:before="0" w:after="20"/>`, quiet)
	style("Title", "Title", "Normal", `<w:keepNext/><w:spacing w:before="0" w:after="120" w:line="252" w:lineRule="auto"/>`, bold+size("36"))
	style("Heading1", "heading 1", "Normal", `<w:keepNext/><w:keepLines/><w:pBdr><w:top `+rule+`6" w:color="CFC9BB"/></w:pBdr><w:spacing w:before="360" w:after="100"/><w:outlineLvl w:val="0"/>`, bold+size("26"))
	style("Heading2", "heading 2", "Normal", `<w:keepNext/><w:keepLines/><w:spacing w:before="220" w:after="60"/><w:outlineLvl w:val="1"/>`, bold+size("20"))
	style("Lead", "Lead", "Normal", `<w:spacing w:before="60" w:after="180"/>`, size("24"))
	style("Small", "Small", "Normal", `<w:keepNext/><w:spacing w:after="80"/>`, quiet+size("17"))
	style("Notice", "Notice", "Normal", `<w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="6B4200"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FDF3DF"/><w:spacing w:before="80" w:after="120"/><w:ind w:left="227"/>`, "")
	style("ListBullet", "List Bullet", "Normal", `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:spacing w:after="50"/>`, "")
	style("Quote", "Quote", "Normal", `<w:pBdr><w:left w:val="single" w:sz="12" w:space="10" w:color="CFC9BB"/></w:pBdr><w:spacing w:after="0"/><w:ind w:left="284"/>`, "")
	style("QuoteSource", "Quote Source", "Quote", `<w:spacing w:before="40" w:after="200"/>`, quiet+size("17"))
	style("TableText", "Table Text", "Normal", `<w:spacing w:before="30" w:after="30" w:line="259" w:lineRule="auto"/>`, size("17"))
	style("TableHead", "Table Head", "TableText", `<w:keepNext/>`, bold+quiet)
	style("TableTerm", "Table Term", "TableText", "", quiet)
	style("Gap", "Gap", "Normal", `<w:spacing w:after="0"/>`, size("10"))
	tab := `<w:tabs><w:tab w:val="right" w:pos="` + strconv.Itoa(w-2*margin) + `"/></w:tabs><w:spacing w:after="0"/>`
	style("Header", "header", "Normal", tab, quiet+size("15"))
	style("Footer", "footer", "Normal", tab, quiet+size("15"))
	character := func(id, name, rpr string) {
		b.WriteString(`<w:style w:type="character" w:styleId="` + id + `"><w:name w:val="` + name + `"/><w:rPr>` + rpr + "</w:rPr></w:style>\n")
	}
	character("Identifier", "Identifier", `<w:rFonts`+monoFonts+`/><w:noProof/>`+size(monoSize))
	character("Reference", "Reference", `<w:color w:val="0B4F6C"/>`)
	character("Quiet", "Quiet", quiet)
	character("CodePoint", "Code Point", `<w:rFonts`+monoFonts+`/><w:noProof/>`+size(monoSize)+`<w:bdr w:val="single" w:sz="4" w:space="0" w:color="7D776A"/>`)
	b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>` +
		`<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="113" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>` + "\n" +
		`<w:style w:type="table" w:styleId="Plain"><w:name w:val="Plain"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>` +
		`<w:bottom ` + rule + `0" w:color="E2DED4"/><w:insideH ` + rule + `0" w:color="E2DED4"/></w:tblBorders></w:tblPr></w:style></w:styles>`)
	return b.String()
}
