package main

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"github.com/cordon-project/cordon/cmd/cordon/run"
	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/match"
	"github.com/cordon-project/cordon/node"
	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
	"github.com/cordon-project/cordon/screen/batch"
	"github.com/cordon-project/cordon/web"
)

type screenCmd struct {
	Queries []string `arg:"" optional:"" name:"what" help:"Names, wallets, domains, e-mails, IPs, hashes, document numbers, ids; - reads them from standard input, one a line."`
	Kind    string   `help:"What to take it for: name, wallet, domain, url, email, ip, hash, document, id." enum:"name,wallet,domain,url,email,ip,hash,document,id," default:""`
	Limit   int      `help:"Candidates at most for each question." placeholder:"N"`

	Profile    string   `help:"From which score on a name is an alert: ${profiles}. Default balanced." enum:"recall,balanced,precision," default:"" placeholder:"NAME"`
	DOB        string   `name:"dob" help:"Date of birth, as far as it is known: 1966-12-05, 1966-12 or 1966." placeholder:"DATE"`
	Place      string   `help:"Place of birth."`
	Country    string   `help:"Nationality."`
	ID         []string `name:"id" help:"A document number, IMO, SWIFT or wallet of the same party; may be given several times." placeholder:"NUMBER" sep:"none"`
	Reference  string   `help:"Your own id of whom it is about; a clearance may hold for it alone." placeholder:"ID"`
	AlertsOnly *bool    `help:"Leave out names that are near, below the threshold." negatable:""`
	OFACParity int      `name:"ofac-parity" help:"Ask as OFAC's own search does: names with a score of N there or more, 50 to 100." placeholder:"N"`

	AsOf   string `name:"as-of" help:"Answer with the lists of a day, or of a moment as 2023-06-01T14:00:00Z." placeholder:"DATE"`
	Record bool   `help:"Keep the question and what its answer stands on, and print the id of the run for cordon replay."`

	Batch   string `help:"Ask a whole file, one question a row: CSV with a header, or lines of JSON; - reads standard input." placeholder:"FILE"`
	Out     string `help:"With --batch: where the results go; without it to standard output." placeholder:"FILE" type:"path"`
	Map     string `help:"With --batch: which column holds what, such as name=full_name,birth=dob,reference=id." placeholder:"FIELD=COLUMN,…"`
	Format  string `help:"With --batch: csv or ndjson; by default as the output is called, or csv." enum:"csv,ndjson," default:""`
	All     bool   `help:"With --batch: every row, also those in which nothing was found."`
	Restart bool   `help:"With --batch: begin anew and lose what is in the output."`
	Dates   string `help:"With --batch: how 05/12/1966 is meant, dmy or mdy; unsaid, only its year is used." enum:"dmy,mdy," default:""`
}

// profileHelp names the profiles with their threshold and how many clean names
// become alerts.
func profileHelp() string {
	var out []string
	for _, p := range match.DefaultParams.Profiles {
		out = append(out, fmt.Sprintf("%s (score %.2f; %s %% of names of people on no list)", p.Name, p.Threshold, percent(p.CleanRate)))
	}
	return strings.Join(out, ", ")
}

func percent(share float64) string { return strconv.FormatFloat(share*100, 'f', 2, 64) }

// question is what every question asks besides its text.
func (s *screenCmd) question() (screen.Query, error) {
	q := screen.Query{
		Kind: screen.Kind(s.Kind), Limit: s.Limit, Profile: s.Profile, Place: s.Place, Country: s.Country, Identifiers: s.ID,
		AlertsOnly: s.AlertsOnly != nil && *s.AlertsOnly, OFACMin: s.OFACParity, Reference: s.Reference, AsOf: s.AsOf,
	}
	if s.DOB != "" {
		d, note := batch.ParseBirth(s.DOB, batch.AnyOrder)
		if d == "" || note != "" {
			return q, errs.New(errs.Invalid, "the date of birth %q cannot be read for sure", s.DOB).WithHint("Write it as 1966-12-05, 1966-12 or 1966.")
		}
		q.Birth = d
	}
	if n := s.OFACParity; n != 0 && (n < 50 || n > 100) {
		return q, errs.New(errs.Invalid, "OFAC's search has scores from 50 to 100, not %d", n).WithHint("For instance --ofac-parity 85.")
	}
	return q, nil
}

// Exit codes of screen when it has an answer.
var stateCodes = map[screen.State]int{screen.Hit: 10, screen.Likely: 11, screen.Open: 12}

// askAtOnce is how many questions go in one request.
const askAtOnce = 100

func (s *screenCmd) Run(a *run.App) error {
	if s.Batch != "" && s.Record {
		return errs.New(errs.Invalid, "--record keeps single questions, not a file of them").WithHint("Leave --record out: the output of --batch says what it stands on.")
	}
	if s.Batch != "" {
		return s.batch(a)
	}
	if s.Out != "" || s.Map != "" || s.Format != "" || s.All || s.Restart || s.Dates != "" {
		return errs.New(errs.Invalid, "--out, --map, --format, --all, --restart and --dates go with --batch").WithHint("For instance: cordon screen --batch customers.csv --out alerts.csv")
	}
	question, err := s.question()
	if err != nil {
		return err
	}
	texts, err := s.queries(a)
	if err != nil {
		return err
	}
	queries := make([]screen.Query, len(texts))
	for i, t := range texts {
		queries[i] = question
		queries[i].Text = t
	}
	say, err := a.Say()
	if err != nil {
		return err
	}
	return a.With(func(c *node.Connection) error {
		var answers []screen.Answer
		if s.Record {
			var err error
			if answers, err = s.record(a, c, queries); err != nil {
				return err
			}
			queries = nil
		}
		for len(queries) > 0 {
			n := min(len(queries), askAtOnce)
			some, err := c.AskAll(a.Ctx, queries[:n])
			if err != nil {
				return err
			}
			answers, queries = append(answers, some...), queries[n:]
		}
		a.Code = worst(answers)
		var v any = answers
		if len(answers) == 1 {
			v = answers[0]
		}
		return a.Out(v, func(w writer) {
			for i, ans := range answers {
				if i > 0 {
					fmt.Fprintln(w)
				}
				answerText(w, ans, say)
			}
		})
	})
}

func (s *screenCmd) queries(a *run.App) ([]string, error) {
	var out []string
	for _, q := range s.Queries {
		if q != "-" {
			out = append(out, q)
			continue
		}
		lines := bufio.NewScanner(a.Streams.In)
		lines.Buffer(nil, screen.MaxQuery+1)
		for lines.Scan() {
			if l := strings.TrimSpace(lines.Text()); l != "" {
				out = append(out, l)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, errs.New(errs.Invalid, "standard input cannot be read to its end").Because(err).WithHint("One question a line, at most %d bytes each.", screen.MaxQuery)
		}
	}
	if len(out) == 0 {
		return nil, errs.New(errs.Invalid, "nothing was asked").WithHint(`For instance: cordon screen "Kim Sang Man"`)
	}
	return out, nil
}

// worst is the exit code of the answer that a person has to look at first.
func worst(answers []screen.Answer) int {
	code := 0
	for _, a := range answers {
		if c := stateCodes[a.State]; c > 0 && (code == 0 || c < code) {
			code = c
		}
	}
	return code
}

func answerText(w writer, a screen.Answer, say *web.Speaker) {
	t := func(m screen.Text) string { return run.Plain(say.Say(m)) }
	fmt.Fprintf(w, "%s\n  %s\n", run.Plain(a.Query), t(a.Reading.Note))
	fmt.Fprintf(w, "%s: %s\n", strings.ToUpper(say.State(a.State)), t(a.Say))
	for _, m := range a.More {
		fmt.Fprintf(w, "  %s\n", t(m))
	}
	for _, c := range a.Candidates {
		run.CandidateText(w, c, t)
	}
	if a.Cut > 0 {
		fmt.Fprintf(w, "  … %s\n", t(screen.Text{Key: "cli.cut", Args: []any{a.Cut}}))
	}
	for _, l := range a.Checked {
		key, n := "cli.checked.none", 0
		switch {
		case l.Found > 0:
			key, n = "cli.checked.found", l.Found
		case l.Near > 0:
			key, n = "cli.checked.near", l.Near
		}
		fmt.Fprintf(w, "  %s\n", t(screen.Text{Key: key, Args: []any{l.Authority, l.List, dateOr(l.Date, say), l.Entries, n}}))
	}
	for _, m := range a.NotChecked {
		fmt.Fprintf(w, "  ○ %s\n", t(m))
	}
	fmt.Fprintf(w, "  %s\n", t(screen.Text{Key: "cli.stands", Args: []any{a.Stands.Seq, a.Stands.Rules, a.Stands.Software}}))
	for _, l := range a.Stands.Lists {
		fmt.Fprintf(w, "  %s  %s %s  sha256 %s\n", run.Plain(a.Stands.AsOf), run.Plain(l.List), run.FirstOf(string(l.Date), "–"), run.FirstOf(strings.Join(l.SHA256, ", "), "–"))
	}
	if p := a.Stands.Profile; p.Name != "" {
		fmt.Fprintf(w, "  %s\n", t(screen.Text{Key: "stands.profile", Args: []any{say.Profile(p.Name), run.TwoDigits(p.Threshold), percent(p.CleanRate)}}))
	}
}

func dateOr(d record.Date, say *web.Speaker) string {
	if d == "" {
		return say.Say(screen.Text{Key: "cli.undated"})
	}
	return string(d)
}
