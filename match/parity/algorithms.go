package parity

// jaroWinkler returns the Jaro–Winkler similarity of two texts, 0 to 1 (Winkler,
// "String comparator metrics and enhanced decision rules in the Fellegi–Sunter
// model of record linkage", 1990). As in OFAC's search the bonus of a tenth for
// each of up to prefix common first characters is given to all texts, not only
// to those that are already alike.
func jaroWinkler(a, b []rune, prefix int) float64 {
	j := jaro(a, b)
	n := 0
	for n < min(prefix, len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return j + float64(n)*0.1*(1-j)
}

// jaro returns the Jaro similarity of two texts, 0 to 1: of characters that both
// have no farther apart than half the longer text, less half of those that
// stand in another order.
func jaro(a, b []rune) float64 {
	window := max(max(len(a), len(b))/2-1, 0)
	taken := make([]bool, len(b))
	var common []rune // of a, in its order
	for i, r := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !taken[j] && b[j] == r {
				taken[j] = true
				common = append(common, r)
				break
			}
		}
	}
	if len(common) == 0 {
		return 0
	}
	k, displaced := 0, 0
	for j, r := range b {
		if taken[j] {
			if common[k] != r {
				displaced++
			}
			k++
		}
	}
	m := float64(len(common))
	return (m/float64(len(a)) + m/float64(len(b)) + (m-float64(displaced)/2)/m) / 3
}

// soundex returns the code of a folded word, its first character and three
// digits, by the rules of the United States National Archives: letters of one
// code side by side, or parted by h or w only, count once, and so do the first
// letter and those after it.
func soundex(word []rune) string {
	if len(word) == 0 {
		return ""
	}
	code := []rune{word[0], '0', '0', '0'}
	last, n := digit(word[0]), 1
	for _, r := range word[1:] {
		if r == 'h' || r == 'w' {
			continue
		}
		d := digit(r)
		if d != 0 && d != last {
			code[n] = d
			if n++; n == len(code) {
				break
			}
		}
		last = d
	}
	return string(code)
}

// digit returns the Soundex digit of a letter, 0 for one that has none.
func digit(r rune) rune {
	switch r {
	case 'b', 'f', 'p', 'v':
		return '1'
	case 'c', 'g', 'j', 'k', 'q', 's', 'x', 'z':
		return '2'
	case 'd', 't':
		return '3'
	case 'l':
		return '4'
	case 'm', 'n':
		return '5'
	case 'r':
		return '6'
	}
	return 0
}

// distance returns the least number of characters to insert, drop or exchange
// that makes one text the other (Levenshtein 1966).
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		left, corner := i+1, i
		for j, s := range b {
			cost := corner
			if r != s {
				cost++
			}
			corner = row[j+1]
			cost = min(cost, corner+1, left+1)
			row[j], left = left, cost
		}
		row[len(b)] = left
	}
	return row[len(b)]
}
