package batch

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/cordon-project/cordon/coin"
	"github.com/cordon-project/cordon/errs"
)

// Field says what a column holds.
type Field string

// The fields. Only identifiers may stand in several columns.
const (
	Reference  Field = "reference" // the customer's own id, given back as it is
	Name       Field = "name"      // the whole name; where it is empty, the parts below
	Given      Field = "given"
	Middle     Field = "middle"
	Family     Field = "family"
	Birth      Field = "birth" // date of birth
	Place      Field = "place" // of birth
	Country    Field = "country"
	Identifier Field = "identifier" // of any kind; what kind is found out
	Document   Field = "document"   // an identifier: passport, identity card, registration
	Wallet     Field = "wallet"     // an identifier
	Kind       Field = "kind"       // what the row asks for: see screen.Kind
	Ignore     Field = "ignore"
)

var fields = []Field{Reference, Name, Given, Middle, Family, Birth, Place, Country, Identifier, Document, Wallet, Kind, Ignore}

func (f Field) identifies() bool { return f == Identifier || f == Document || f == Wallet }

// other names of fields in ParseMapping.
var alias = map[string]Field{
	"id": Reference, "ref": Reference, "full_name": Name, "first": Given, "last": Family, "surname": Family, "dob": Birth,
	"nationality": Country, "passport": Document, "imo": Identifier, "swift": Identifier, "bic": Identifier, "address": Wallet,
}

// Column names a column by its header or, in digits and from 1, by its place; a
// header that is alike goes first.
type Column string

// Mapping says which columns hold what. Columns that it does not name are not
// read.
type Mapping map[Column]Field

// ParseMapping reads "name=full_name,birth=dob,reference=id": a field, "=" and
// its column, parted by commas. A column with a comma or a quote in its name is
// put in double quotes, with quotes inside doubled. Errors: errs.Invalid for a
// field that there is not, a column given twice, and a field given twice that
// can be in one column only.
func ParseMapping(s string) (Mapping, error) {
	m := Mapping{}
	for rest := s; strings.TrimSpace(rest) != ""; {
		word, after, ok := strings.Cut(rest, "=")
		if !ok {
			return nil, badMapping("%q has no column", strings.TrimSpace(rest))
		}
		field, ok := fieldNamed(word)
		if !ok {
			return nil, badMapping("there is no field called %q", strings.TrimSpace(word))
		}
		column, next, err := cutColumn(after)
		if err != nil {
			return nil, err
		}
		if _, twice := m[column]; twice {
			return nil, badMapping("the column %q is given twice", column)
		}
		if field != Ignore && !field.identifies() && m.has(field) {
			return nil, badMapping("the field %s is given twice", field)
		}
		m[column], rest = field, next
	}
	return m, nil
}

func badMapping(format string, args ...any) error {
	return errs.New(errs.Invalid, "the mapping of columns cannot be read: "+format, args...).
		WithHint("Write for instance --map name=full_name,birth=dob,reference=id. The fields are %s.", fieldList())
}

func fieldList() string {
	var out []string
	for _, f := range fields {
		out = append(out, string(f))
	}
	return strings.Join(out, ", ")
}

func fieldNamed(s string) (Field, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if slices.Contains(fields, Field(s)) {
		return Field(s), true
	}
	f, ok := alias[s]
	return f, ok
}

// cutColumn cuts a column, quoted or not, and the comma behind it.
func cutColumn(s string) (_ Column, rest string, err error) {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	if !strings.HasPrefix(s, `"`) {
		name, rest, _ := strings.Cut(s, ",")
		name = strings.TrimSpace(name)
		if name == "" || strings.Contains(name, `"`) {
			return "", "", badMapping("%q is no column", name)
		}
		return Column(name), rest, nil
	}
	s = s[1:]
	for i := 0; ; i++ {
		j := strings.IndexByte(s[i:], '"')
		if j < 0 {
			return "", "", badMapping("a quote is not closed")
		}
		i += j
		if strings.HasPrefix(s[i+1:], `"`) {
			i++
			continue
		}
		name := strings.TrimSpace(strings.ReplaceAll(s[:i], `""`, `"`))
		rest = strings.TrimLeftFunc(s[i+1:], unicode.IsSpace)
		if name == "" || rest != "" && rest[0] != ',' {
			return "", "", badMapping("a column is empty, or something stands behind its quotes")
		}
		return Column(name), strings.TrimPrefix(rest, ","), nil
	}
}

func (m Mapping) has(f Field) bool {
	return slices.Contains(slices.Collect(maps.Values(m)), f)
}

// asks reports whether a row can ask for anything by this mapping.
func (m Mapping) asks() bool {
	for _, f := range m {
		if f.identifies() || f == Name || f == Given || f == Family {
			return true
		}
	}
	return false
}

// String writes the mapping as ParseMapping reads it, sorted.
func (m Mapping) String() string {
	var out []string
	for c, f := range m {
		name := string(c)
		if strings.ContainsAny(name, "\",") || name != strings.TrimSpace(name) {
			name = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
		out = append(out, string(f)+"="+name)
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// spellings of headers, by what they mean. In Latin letters, Japanese and Korean.
var spellings = map[Field]string{
	Reference: `id|ref|reference|customer id|client id|user id|account id|account|account no|account number|customer no|customer number|member id|uid|key|no|
		顧客番号|顧客id|会員番号|口座番号|番号|管理番号|고객번호|고객id|회원번호|계좌번호|번호|아이디`,
	Name: `name|full name|customer|customer name|client|client name|legal name|entity name|company|company name|party|party name|beneficiary|account name|account holder|person|
		name in full|subject|vessel|vessel name|氏名|名前|姓名|お名前|顧客名|会社名|法人名|名称|口座名義|성명|이름|고객명|고객 이름|회사명|법인명|상호|예금주|명칭`,
	Given:   `given|given name|given names|first name|firstname|forename|forenames|first|名|이름 (名)`,
	Middle:  `middle|middle name|middle names|patronymic`,
	Family:  `family|family name|last name|lastname|surname|last|姓|名字|성`,
	Birth:   `birth|dob|date of birth|birth date|birthdate|birthday|born|date of birth dob|生年月日|誕生日|生年|생년월일|생일|출생일|생년`,
	Place:   `place|place of birth|birth place|birthplace|pob|city of birth|出生地|출생지`,
	Country: `country|nationality|citizenship|citizen|country of citizenship|nation|country code|国籍|国|국적|국가`,
	Document: `document|document no|document number|passport|passport no|passport number|passport id|id number|identity card|national id|tax id|registration number|registration no|
		旅券番号|パスポート|パスポート番号|登録番号|法人番号|여권|여권번호|등록번호|사업자등록번호|법인등록번호`,
	Identifier: `identifier|identifiers|imo|imo number|imo no|swift|swift code|bic|bic code|email|e mail|mail|domain|website|lei|メール|メールアドレス|이메일`,
	Wallet:     `wallet|wallet address|address crypto|crypto address|blockchain address|deposit address|withdrawal address|btc address|eth address|btc|eth|ウォレット|ウォレットアドレス|지갑|지갑주소|지갑 주소`,
	Kind:       `kind|type|query kind|種別|種類|유형|종류`,
	Ignore:     `notes|note|comment|comments|remarks|created|created at|updated|updated at|備考|비고`,
}

// headers is spellings by the folded spelling.
var headers = sync.OnceValue(func() map[string]Field {
	out := map[string]Field{}
	for f, all := range spellings {
		for one := range strings.SplitSeq(all, "|") {
			out[headerKey(one)] = f
		}
	}
	return out
})

// headerKey folds a header: letters and digits only, compatibility forms made
// one, in small letters.
func headerKey(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// headerField says what a header means.
func headerField(s string) (Field, bool) {
	for _, form := range []string{s, before(s, "(（[")} {
		if f, ok := headers()[headerKey(form)]; ok {
			return f, true
		}
	}
	return "", false
}

func before(s, any string) string {
	if i := strings.IndexAny(s, any); i >= 0 {
		return s[:i]
	}
	return s
}

// Guess maps columns by their headers, in English, Japanese and Korean, and by
// what a sample of rows has in them: a column of dates of birth in which no date
// can be read is not taken for one, and a column without a known header is taken
// for wallets when all that it holds are addresses. What it did not understand,
// or found twice, comes back in a sentence a column.
func Guess(header []string, sample [][]string) (Mapping, []string) {
	m, unclear := Mapping{}, []string{}
	for i, h := range header {
		column := columnAt(header, i)
		field, known := headerField(h)
		values := valuesOf(sample, i)
		switch {
		case !known && allWallets(values):
			m[column] = Wallet
		case !known:
			unclear = append(unclear, fmt.Sprintf("column %s: not known, not read", shown(header, i)))
		case field == Birth && len(values) > 0 && !anyDate(values):
			unclear = append(unclear, fmt.Sprintf("column %s: named like a date of birth, and no date can be read there; not read", shown(header, i)))
		case field == Name && len(values) > 0 && !anyLetters(values) && otherName(header[i+1:]):
			unclear = append(unclear, fmt.Sprintf("column %s: named like a name, and there are no letters in it; not read", shown(header, i)))
		case field != Ignore && !field.identifies() && m.has(field):
			unclear = append(unclear, fmt.Sprintf("column %s: a second one for %s; not read", shown(header, i), field))
		default:
			m[column] = field
		}
	}
	return m, unclear
}

// columnAt names a column by its header if that is its own, else by its place.
func columnAt(header []string, i int) Column {
	h := strings.TrimSpace(header[i])
	if _, err := strconv.Atoi(h); h == "" || err == nil || slices.Index(trimmed(header), h) != i {
		return Column(strconv.Itoa(i + 1))
	}
	return Column(h)
}

func trimmed(header []string) []string {
	out := make([]string, len(header))
	for i, h := range header {
		out[i] = strings.TrimSpace(h)
	}
	return out
}

func shown(header []string, i int) string {
	h := []rune(strings.TrimSpace(header[i]))
	if len(h) > 60 {
		h = append(h[:60], '…')
	}
	return fmt.Sprintf("%d %q", i+1, string(h))
}

func valuesOf(sample [][]string, column int) (out []string) {
	for _, row := range sample {
		if column < len(row) && strings.TrimSpace(row[column]) != "" {
			out = append(out, strings.TrimSpace(row[column]))
		}
	}
	return out
}

func allWallets(values []string) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(s string) bool {
		a, err := coin.Parse(s)
		return err != nil || len(a) == 0
	})
}

func anyDate(values []string) bool {
	return slices.ContainsFunc(values, func(s string) bool {
		d, _ := ParseBirth(s, "")
		return d != "" || unknownDate(s)
	})
}

func otherName(header []string) bool {
	return slices.ContainsFunc(header, func(h string) bool { f, _ := headerField(h); return f == Name })
}

func anyLetters(values []string) bool {
	return slices.ContainsFunc(values, func(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) })
}

// plan is a mapping by places.
type plan struct {
	at  map[Field]int // of the fields that stand in one column
	ids []idColumn
}

type idColumn struct {
	column int
	field  Field
}

// resolve finds the columns of a mapping. header is nil when there is none.
func (m Mapping) resolve(header []string, width int) (plan, error) {
	p := plan{at: map[Field]int{}}
	for _, c := range slices.Sorted(maps.Keys(m)) {
		i, err := c.find(header, width)
		if err != nil {
			return plan{}, err
		}
		f := m[c]
		if f.identifies() {
			p.ids = append(p.ids, idColumn{i, f})
		} else if f != Ignore {
			p.at[f] = i
		}
	}
	slices.SortFunc(p.ids, func(a, b idColumn) int { return a.column - b.column })
	return p, nil
}

func (c Column) find(header []string, width int) (int, error) {
	if i := slices.Index(trimmed(header), string(c)); i >= 0 {
		return i, nil
	}
	if i := slices.IndexFunc(header, func(h string) bool { return headerKey(h) != "" && headerKey(h) == headerKey(string(c)) }); i >= 0 {
		return i, nil
	}
	if n, err := strconv.Atoi(string(c)); err == nil && n >= 1 && n <= width {
		return n - 1, nil
	}
	return 0, errs.New(errs.Invalid, "the input has no column %q", string(c)).WithHint("%s", columnsHint(header, width))
}

func columnsHint(header []string, width int) string {
	if header == nil {
		return fmt.Sprintf("It has no header and %d columns; name them by their number, from 1.", width)
	}
	all := make([]string, len(header))
	for i := range header {
		all[i] = shown(header, i)
	}
	return "Its columns are " + strings.Join(all[:min(len(all), 50)], ", ") + "."
}

// noName is the refusal of an input that asks for nothing.
func noName(header []string, width int) error {
	return errs.New(errs.Invalid, "no column of names or identifiers was found").
		WithHint("%s Say which it is: --map name=COLUMN", columnsHint(header, width))
}
