package script

// Permuted reports whether two folded names have the same parts in another order;
// not for names of more than most parts, and not for initials: C.B.A. is no A.B.C.
func Permuted(a, b []string, most int) bool {
	if len(a) != len(b) || len(a) > min(most, maxOrdered) {
		return false
	}
	for _, s := range a {
		if len(s) == 1 {
			return false
		}
	}
	var used [maxOrdered]bool
next:
	for i := range a {
		for j := range b {
			if !used[j] && a[i] == b[j] {
				used[j] = true
				continue next
			}
		}
		return false
	}
	return true
}

// Rotated reports whether two folded names are alike when joined, in one of the
// first most cyclic orders of the parts of a.
func Rotated(a, b []string, most int) bool {
	na, nb := 0, 0
	for _, s := range a {
		na += len(s)
	}
	for _, s := range b {
		nb += len(s)
	}
	if na != nb || len(a) == 0 {
		return false
	}
	for r := range min(len(a), most) {
		if joinedEqual(a, r, b) {
			return true
		}
	}
	return false
}

func joinedEqual(a []string, r int, b []string) bool {
	i, j, pi, pj := 0, 0, 0, 0
	for i < len(a) && j < len(b) {
		x, y := a[(i+r)%len(a)], b[j]
		n := min(len(x)-pi, len(y)-pj)
		if x[pi:pi+n] != y[pj:pj+n] {
			return false
		}
		if pi += n; pi == len(x) {
			i, pi = i+1, 0
		}
		if pj += n; pj == len(y) {
			j, pj = j+1, 0
		}
	}
	return i == len(a) && j == len(b)
}

// maxOrdered is how many parts of a name are put in order.
const maxOrdered = 32
