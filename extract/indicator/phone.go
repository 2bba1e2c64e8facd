package indicator

import (
	"strings"
)

// maxPhone is the length of the longest written telephone number.
const maxPhone = 32

// phones finds telephone numbers that their form gives away: "+" and a country
// code (ITU-T E.164), the North American 3-3-4 form, the national forms of Japan
// and Korea (a leading 0, three groups), and a local number of seven digits that
// stands alone on its line or after a word for telephone.
func (s *scanner) phones() {
	b := s.c.b
	for i := 0; i < len(b); {
		c := b[i]
		if c != '+' && c != '(' && (c < '0' || c > '9') {
			i++
			continue
		}
		if alnum[s.at(i-1)] || s.mask[i] != 0 || s.at(i-1) >= 0x80 && c != '+' && s.partOfWord(i) {
			i = s.skipNumber(i)
			continue
		}
		end := s.phone(i)
		if end == 0 {
			i = s.skipNumber(i)
			continue
		}
		i = end
	}
}

// partOfWord is for numbers glued to a word outside ASCII: Korean and Japanese
// write "번호010-…" so it is not a reason to skip.
func (s *scanner) partOfWord(i int) bool { return s.at(i-1) == 0xC2 }

func (s *scanner) skipNumber(i int) int {
	i++
	for i < len(s.c.b) && alnum[s.c.b[i]] {
		i++
	}
	return i
}

// phone reads a number at i and returns its end, 0 if there is none.
func (s *scanner) phone(i int) int {
	groups, end := s.phoneGroups(i)
	for end > i && len(groups) > 0 {
		if s.takePhone(i, end, groups) {
			return end
		}
		if s.c.b[i] != '+' || len(groups) < 3 {
			return 0
		}
		groups = groups[:len(groups)-1] // a "+" number may be followed by another number
		end = groups[len(groups)-1].to
	}
	return 0
}

type group struct{ from, to int }

// phoneGroups splits digits at single separators.
func (s *scanner) phoneGroups(i int) (groups []group, end int) {
	b := s.c.b
	j, total := i, 0
	if b[j] == '+' {
		j++
	}
	for j < len(b) && j < i+maxPhone && len(groups) < 7 {
		if b[j] == '(' {
			j++
		}
		d := s.digitsAt(j)
		if d == j {
			break
		}
		groups = append(groups, group{j, d})
		end = d
		total += d - j
		j = d
		if s.at(j) == ')' {
			j++
			end = j
		}
		if c := s.at(j); c == '-' || c == '.' || c == ' ' {
			if c == ' ' && total >= 10 {
				break // the next number of a list
			}
			j++
			if s.at(j) == '(' && c != ' ' {
				break
			}
		} else if c != '(' && s.at(j-1) != ')' {
			break
		}
	}
	if end > 0 && (alnum[s.at(end)] || s.mask[end-1] != 0) {
		return nil, 0
	}
	return groups, end
}

func (s *scanner) takePhone(i, end int, groups []group) bool {
	b := s.c.b
	var digits strings.Builder
	lens := make([]int, len(groups))
	for k, g := range groups {
		digits.Write(b[g.from:g.to])
		lens[k] = g.to - g.from
	}
	d := digits.String()
	switch {
	case b[i] == '+':
		if len(d) < 8 || len(d) > 15 || d[0] == '0' {
			return false
		}
		s.emit(Phone, "+"+d, i, end, Detail{}, "")
	case shape(lens, 3, 3, 4) && d[3] >= '2' || shape(lens, 1, 3, 3, 4) && d[0] == '1' && d[4] >= '2':
		value, doubt := "+1"+d[len(d)-10:], "the form is North American; the text states no country"
		if d[len(d)-10] < '2' { // no area code begins with 0 or 1
			value, doubt = d, "the form is North American, but there is no such area code"
		}
		s.emit(Phone, value, i, end, Detail{}, doubt)
		local := groups[len(groups)-2].from
		s.emit(Phone, d[len(d)-7:], local, end, Detail{Within: Phone}, "the local part of the number before it")
	case (b[i] == '0' || b[i] == '(' && s.at(i+1) == '0') && len(lens) == 3 && lens[0] >= 2 && lens[0] <= 5 && lens[1] >= 1 && lens[1] <= 4 && lens[2] == 4 && (len(d) == 9 || len(d) == 10 || len(d) == 11):
		s.emit(Phone, d, i, end, Detail{}, "a national number; the text states no country")
	case shape(lens, 3, 4) && d[0] >= '2' && s.localPhone(i, end):
		s.emit(Phone, d, i, end, Detail{}, "a local number without area or country")
	default:
		return false
	}
	s.claim(Phone, i, end)
	return true
}

func shape(lens []int, want ...int) bool {
	if len(lens) != len(want) {
		return false
	}
	for i := range lens {
		if lens[i] != want[i] {
			return false
		}
	}
	return true
}

// localPhone reports whether [i,end) is alone on its line or follows a word for
// telephone.
func (s *scanner) localPhone(i, end int) bool {
	b := s.c.b
	from := i
	for from > 0 && i-from < 24 && b[from-1] != '\n' {
		from--
	}
	to := end
	for to < len(b) && to-end < 4 && b[to] != '\n' {
		to++
	}
	before := strings.ToLower(string(b[from:i]))
	if strings.TrimSpace(before) == "" && strings.TrimSpace(string(b[end:to])) == "" && (from == 0 || b[from-1] == '\n') {
		return true
	}
	for _, w := range []string{"tel", "phone", "call", "fax", "mobile", "전화", "휴대", "電話", "携帯", "携帯"} {
		if strings.Contains(before, w) {
			return true
		}
	}
	return false
}
