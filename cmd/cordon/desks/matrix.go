package desks

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/matrix"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/record"
)

// columnFlags name the authorities that must, and must not, list a party.
type columnFlags struct {
	US    bool `name:"us" help:"On a list of the United States now." group:"Authorities"`
	JP    bool `name:"jp" help:"… of Japan." group:"Authorities"`
	KR    bool `name:"kr" help:"… of the Republic of Korea." group:"Authorities"`
	UN    bool `name:"un" help:"… of the Security Council." group:"Authorities"`
	EU    bool `name:"eu" help:"… of the European Union." group:"Authorities"`
	UK    bool `name:"uk" help:"… of the United Kingdom." group:"Authorities"`
	AU    bool `name:"au" help:"… of Australia." group:"Authorities"`
	CH    bool `name:"ch" help:"… of Switzerland." group:"Authorities"`
	NotUS bool `name:"not-us" help:"Not found in the lists of the United States that are loaded." group:"Authorities"`
	NotJP bool `name:"not-jp" help:"… of Japan." group:"Authorities"`
	NotKR bool `name:"not-kr" help:"… of the Republic of Korea." group:"Authorities"`
	NotUN bool `name:"not-un" help:"… of the Security Council." group:"Authorities"`
	NotEU bool `name:"not-eu" help:"… of the European Union." group:"Authorities"`
	NotUK bool `name:"not-uk" help:"… of the United Kingdom." group:"Authorities"`
	NotAU bool `name:"not-au" help:"… of Australia." group:"Authorities"`
	NotCH bool `name:"not-ch" help:"… of Switzerland." group:"Authorities"`
}

// codes returns the columns that are asked for, by the order of the matrix.
func (c *columnFlags) codes() (on, not []string) {
	for i, set := range []bool{c.US, c.JP, c.KR, c.UN, c.EU, c.UK, c.AU, c.CH} {
		if set {
			on = append(on, matrix.Codes()[i])
		}
	}
	for i, set := range []bool{c.NotUS, c.NotJP, c.NotKR, c.NotUN, c.NotEU, c.NotUK, c.NotAU, c.NotCH} {
		if set {
			not = append(not, matrix.Codes()[i])
		}
	}
	return on, not
}

// matrixFlags select rows.
type matrixFlags struct {
	columnFlags
	Programme  []string `help:"Classes of programmes, any of them: cyber, it-workers, crypto, wmd, finance, shipping, government." placeholder:"CLASS"`
	FirstMover string   `help:"That authority alone came first, for certain." placeholder:"CODE"`
	LagOver    *int     `help:"More than so many days from the first to the second of --between." placeholder:"DAYS"`
	Between    string   `help:"Two authorities, the earlier one first." placeholder:"UN,JP"`
	Kind       string   `help:"person, organisation, group, vessel, aircraft." placeholder:"KIND"`
	Since      string   `help:"First listed by anybody on or after this date." placeholder:"DATE"`
	Until      string   `help:"First listed by anybody on or before this date." placeholder:"DATE"`
	Press      string   `help:"What the press alone reports: include, exclude, only." default:"include" enum:"include,exclude,only"`
	Sort       string   `help:"first, lag, name, missing." default:"first" enum:"first,lag,name,missing"`
	Limit      int      `help:"Show so many rows; 0 shows all."`
	All        bool     `help:"Parties of every programme, not the DPRK's alone."`
	Export     string   `help:"Write csv, xlsx, stix or json instead of text." enum:"csv,xlsx,stix,json," default:"" placeholder:"FORM"`
	Out        string   `short:"o" help:"Write to this file." type:"path" placeholder:"FILE"`
}

func (f *matrixFlags) filter() (matrix.Filter, error) {
	on, not := f.codes()
	out := matrix.Filter{
		On: on, Not: not, Programmes: f.Programme, FirstMover: f.FirstMover, LagOver: f.LagOver, Kind: record.PartyKind(f.Kind),
		Since: record.Date(f.Since), Until: record.Date(f.Until), Press: f.Press, Sort: f.Sort, Limit: f.Limit, All: f.All,
	}
	if f.Limit < 0 {
		return out, errs.New(errs.Invalid, "%d is no number of rows", f.Limit)
	}
	if f.Between != "" {
		from, to, ok := strings.Cut(f.Between, ",")
		if !ok {
			return out, errs.New(errs.Invalid, "%q is not two authorities", f.Between).WithHint("For instance: --between UN,JP")
		}
		out.Between = [2]string{strings.TrimSpace(from), strings.TrimSpace(to)}
	}
	return out, out.Validate()
}

// Gaps is cordon gaps: who is on one list and not on another.
type Gaps struct{ matrixFlags }

// Run answers who is on one list and not on another. Without conditions on
// authorities: whom one of US, JP and KR lists and the lists of another of them
// do not have.
func (c *Gaps) Run(a *run.App) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	f.Gap = len(f.On)+len(f.Not) == 0
	return c.show(a, f, true)
}

// Matrix is cordon matrix.
type Matrix struct {
	Table     matrixTableCmd     `cmd:"" default:"withargs" help:"Parties by authorities."`
	Party     matrixPartyCmd     `cmd:"" help:"The time line of one party, by the id of any of its entries."`
	Lags      matrixLagsCmd      `cmd:"" help:"How many days one authority comes after another."`
	Alignment matrixAlignmentCmd `cmd:"" help:"What US, JP and KR share, over time."`
}

type matrixTableCmd struct{ matrixFlags }

func (c *matrixTableCmd) Run(a *run.App) error {
	f, err := c.filter()
	if err != nil {
		return err
	}
	return c.show(a, f, false)
}

// show answers a filter in the form asked for: rows alone as JSON when they are
// asked for, the whole table otherwise.
func (f *matrixFlags) show(a *run.App, filter matrix.Filter, rows bool) error {
	return a.With(func(n *node.Connection) error {
		t, err := n.Matrix(a.Ctx, filter)
		if err != nil {
			return err
		}
		if f.Export != "" || f.Out != "" {
			return f.export(a, n, filter, t)
		}
		if a.JSON && rows {
			if len(t.Rows) < t.Total {
				fmt.Fprintf(a.Streams.Err, "cordon: %d of %d parties; --limit cut the others off\n", len(t.Rows), t.Total)
			}
			return a.Out(t.Rows, nil)
		}
		return a.Out(t, func(w io.Writer) { matrixText(w, t) })
	})
}

func (f *matrixFlags) export(a *run.App, n *node.Connection, filter matrix.Filter, t matrix.Table) (err error) {
	form := f.Export
	if form == "" {
		form = strings.TrimPrefix(strings.ToLower(f.Out[strings.LastIndexByte(f.Out, '.')+1:]), ".")
	}
	write, ok := map[string]func(io.Writer) error{
		"csv":  func(w io.Writer) error { return matrix.WriteCSV(w, t) },
		"xlsx": func(w io.Writer) error { return matrix.WriteXLSX(w, t) },
		"stix": func(w io.Writer) error { return n.MatrixSTIX(a.Ctx, w, filter) },
		"json": func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			return e.Encode(t)
		},
	}[form]
	switch {
	case !ok:
		return errs.New(errs.Invalid, "%q is no form to write in", form).WithHint("Say --export csv, xlsx, stix or json.")
	case f.Out != "":
		return run.ToFile(f.Out, write)
	case form == "xlsx" && run.Terminal(a.Streams.Out):
		return errs.New(errs.Invalid, "a workbook is no text for a terminal").WithHint("Give a file: -o FILE.xlsx")
	}
	return write(a.Streams.Out)
}

// matrixText prints a table: what was found, the cells, and on what they stand.
func matrixText(w io.Writer, t matrix.Table) {
	fmt.Fprintf(w, "%d of %d parties", t.Total, t.Parties)
	if len(t.Rows) < t.Total {
		fmt.Fprintf(w, "; the first %d are shown", len(t.Rows))
	}
	fmt.Fprintln(w)
	for _, why := range slices.Sorted(keys(t.Unsure)) {
		fmt.Fprintf(w, "%d more cannot be decided on: %s is not known well enough\n", t.Unsure[why], why)
	}
	if len(t.Rows) > 0 {
		fmt.Fprintln(w)
		rows := [][]string{append([]string{"party", "kind", "programmes"}, matrix.Codes()...)}
		for i := range t.Rows {
			r := &t.Rows[i]
			row := []string{run.Clip(r.Primary, 48), string(r.Kind), classes(r)}
			for j := range r.Cells {
				row = append(row, cellText(&r.Cells[j]))
			}
			rows = append(rows, append(row, r.ID))
		}
		run.Columns(w, rows)
	}
	standsText(w, t.Columns, t.Stands)
	fmt.Fprintf(w, "%s. \"not found\" means: not in these versions. ? an open question of identity could fill the cell.\n", t.Marking)
}

func keys(m map[string]int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func classes(r *matrix.Row) string {
	var out []string
	for _, c := range r.Programmes {
		out = append(out, c.Class)
	}
	return strings.Join(out, ",")
}

// cellText is a cell in a few characters.
func cellText(c *matrix.Cell) string {
	out := ""
	switch c.Status {
	case matrix.NotLoaded:
		return "no list"
	case matrix.NotFound:
		out = "not found"
	case matrix.Removed:
		out = "removed " + whenText(c.First)
	case matrix.Press:
		out = "press " + string(c.First.Date)
	default:
		out = whenText(c.First)
	}
	if len(c.Doubts) > 0 {
		out += " ?"
	}
	return strings.TrimSpace(out)
}

// whenText is a date with the sign of what it is: by, when a version shows it.
func whenText(w matrix.When) string {
	switch w.Kind {
	case matrix.Between, matrix.NotLater:
		return "by " + string(w.Date)
	case matrix.Unknown:
		return "listed"
	}
	return string(w.Date)
}

func standsText(w io.Writer, columns []matrix.Column, s matrix.Stands) {
	fmt.Fprintln(w)
	for _, c := range columns {
		if !c.Loaded {
			fmt.Fprintf(w, "%s  no list is loaded: not looked at\n", c.Code)
		}
		for _, l := range c.Lists {
			fmt.Fprintf(w, "%s  %s of %s, %d entries, %d versions read\n", c.Code, run.Plain(l.List), orNone(string(l.Date)), l.Entries, l.Versions)
		}
	}
	fmt.Fprintf(w, "journal %d; rules %s; press: %s\n", s.Seq, strings.Join(s.Rules, ", "), s.Press)
}

func orNone(s string) string {
	if s == "" {
		return "no date"
	}
	return s
}

type matrixPartyCmd struct {
	ID string `arg:"" help:"The id of a party, as cordon screen and cordon gaps show it."`
}

func (c *matrixPartyCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		t, err := n.Timeline(a.Ctx, c.ID)
		if err != nil {
			return err
		}
		return a.Out(t, func(w io.Writer) {
			fmt.Fprintf(w, "%s (%s)\n", run.Plain(t.Row.Primary), t.Row.Kind)
			for _, n := range t.Row.Names {
				fmt.Fprintf(w, "  %s\n", run.Plain(n.Text))
			}
			for _, p := range t.Row.Programmes {
				fmt.Fprintf(w, "%s: %s %q (%s)\n", p.Class, p.By, run.Plain(p.Text), run.Plain(p.Rule))
			}
			fmt.Fprintln(w)
			var rows [][]string
			for _, e := range t.Events {
				date := whenText(e.When)
				if e.When.Kind == matrix.Between {
					date += ", after " + string(e.When.After)
				}
				rows = append(rows, []string{date, e.Code, e.What, e.Authority, e.List + " " + e.Entry, e.Name, strings.Join(append(e.Instruments, e.Programmes...), ", "), e.URL})
			}
			run.Columns(w, rows)
			standsText(w, t.Columns, t.Stands)
		})
	})
}

type matrixLagsCmd struct {
	Programme []string `help:"Classes of programmes, any of them." placeholder:"CLASS"`
	Kind      string   `help:"person, organisation, group, vessel, aircraft." placeholder:"KIND"`
	Press     string   `help:"Dates of the press where lists have no day: include, exclude." default:"include" enum:"include,exclude"`
	All       bool     `help:"Parties of every programme, not the DPRK's alone."`
}

func (c *matrixLagsCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		l, err := n.Lags(a.Ctx, matrix.Filter{Programmes: c.Programme, Kind: record.PartyKind(c.Kind), Press: c.Press, All: c.All})
		if err != nil {
			return err
		}
		return a.Out(l, func(w io.Writer) {
			lagText(w, "days between the lists' own dates", l.Lists)
			if len(l.Press) > 0 {
				fmt.Fprintln(w)
				lagText(w, "with the press's dates where a list has no day", l.Press)
			}
			standsText(w, l.Columns, l.Stands)
		})
	})
}

func lagText(w io.Writer, title string, stats []matrix.LagStat) {
	fmt.Fprintln(w, title)
	rows := [][]string{{"from", "to", "both", "dated", "min", "q1", "median", "q3", "max"}}
	for _, s := range stats {
		row := []string{s.From, s.To, strconv.Itoa(s.Both), strconv.Itoa(s.N)}
		if s.N > 0 {
			row = append(row, strconv.Itoa(s.Min), number1(s.Q1), number1(s.Median), number1(s.Q3), strconv.Itoa(s.Max))
		}
		rows = append(rows, row)
	}
	run.Columns(w, rows)
}

func number1(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

type matrixAlignmentCmd struct {
	Programme []string `help:"Classes of programmes; cyber and it-workers if none is given." placeholder:"CLASS"`
	Step      string   `help:"year or month." default:"year" enum:"year,month"`
	Since     string   `help:"From this date." placeholder:"DATE"`
	Until     string   `help:"Up to this date." placeholder:"DATE"`
	Press     string   `help:"Dates of the press where lists have no day: include, exclude." default:"include" enum:"include,exclude"`
	SVG       bool     `name:"svg" help:"Draw the chart." xor:"form"`
	Out       string   `short:"o" help:"Write the chart to this file." type:"path" placeholder:"FILE"`
}

func (c *matrixAlignmentCmd) Run(a *run.App) error {
	return a.With(func(n *node.Connection) error {
		al, err := n.Alignment(a.Ctx, matrix.AlignmentQuery{
			Programmes: c.Programme, Step: c.Step, From: record.Date(c.Since), To: record.Date(c.Until), Press: c.Press,
		})
		if err != nil {
			return err
		}
		if c.SVG || c.Out != "" {
			lang := a.Lang
			if lang == "" {
				lang = "en"
			}
			svg := matrix.Chart(al, chartText(lang, al))
			write := func(w io.Writer) error { _, err := w.Write(svg); return err }
			if c.Out != "" {
				return run.ToFile(c.Out, write)
			}
			return write(a.Streams.Out)
		}
		return a.Out(al, func(w io.Writer) { alignmentText(w, al) })
	})
}

func alignmentText(w io.Writer, al matrix.Alignment) {
	fmt.Fprintf(w, "parties of the classes %s that US, JP or KR had listed by the end of each %s: %d in all, %d of them with a date that nothing bounds, %d with an open question of identity\n\n",
		strings.Join(al.Programmes, ", "), al.Step, al.Parties, al.Undated, al.Open)
	rows := [][]string{{"by", "any", "two", "all three", "share", "median lag", "dated", "US", "JP", "KR", "unsure"}}
	for _, p := range al.Points {
		share, median := "–", "–"
		if p.Share != nil {
			share = fmt.Sprintf("%.3f", *p.Share)
		}
		if p.Median != nil {
			median = number1(*p.Median)
		}
		row := []string{p.Period, strconv.Itoa(p.Any), strconv.Itoa(p.Two), strconv.Itoa(p.Three), share, median, strconv.Itoa(p.Dated)}
		for _, n := range p.By {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, append(row, strconv.Itoa(p.Unsure)))
	}
	run.Columns(w, rows)
	standsText(w, al.Columns, al.Stands)
}

// chartText are the words of the chart. They are facts of a drawing and not
// messages of an answer, so they stand here in the three languages.
func chartText(lang string, al matrix.Alignment) matrix.ChartText {
	last := matrix.Point{}
	if n := len(al.Points); n > 0 {
		last = al.Points[n-1]
	}
	switch lang {
	case "ja":
		return matrix.ChartText{
			Lang: "ja", Title: "北朝鮮のサイバー関連指定の一致状況（日本・米国・韓国）",
			Description: fmt.Sprintf("各期末までに三か国のいずれかが指定した者の数と、そのうち三か国すべてが指定した割合。%sの末：%d者中%d者。", last.Period, last.Any, last.Three),
			One:         "一か国が指定", Two: "二か国が指定", Three: "三か国すべてが指定",
			Share: "棒の上：三か国すべてが指定した割合。下：その数と全体の数。", Empty: "日付のある指定がありません。",
		}
	case "ko":
		return matrix.ChartText{
			Lang: "ko", Title: "북한 사이버 관련 지정의 일치 현황 (한국·미국·일본)",
			Description: fmt.Sprintf("각 기간 말까지 세 나라 중 하나라도 지정한 대상의 수와 세 나라가 모두 지정한 비율. %s 말: %d 중 %d.", last.Period, last.Any, last.Three),
			One:         "한 나라가 지정", Two: "두 나라가 지정", Three: "세 나라 모두 지정",
			Share: "막대 위: 세 나라가 모두 지정한 비율. 아래: 그 수와 전체 수.", Empty: "날짜가 있는 지정이 없습니다.",
		}
	}
	return matrix.ChartText{
		Lang: "en", Title: "Alignment of DPRK cyber designations: United States, Japan, Republic of Korea",
		Description: fmt.Sprintf("By the end of each period, how many parties any of the three had listed, and the share that all three had. End of %s: %d of %d.", last.Period, last.Three, last.Any),
		One:         "listed by one", Two: "listed by two", Three: "listed by all three",
		Share: "Above the bars: share listed by all three. Below: their number, and that of all.", Empty: "No designation has a date.",
	}
}
