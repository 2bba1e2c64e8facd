package korean

// MaxKeys is how many keys a sequence has at most.
const MaxKeys = 64

// AppendKeys adds the keys of a sequence to dst. Two sequences of which Compare
// says more than 0 share one, unless cut says that a sequence has more than
// MaxKeys.
func AppendKeys(dst []uint64, s *Sequence) (_ []uint64, cut bool) {
	t := tablesOf()
	from := len(dst)
	dst = append(dst, uint64(s.N))
	for _, set := range s.Syllables() {
		e := t.entry(set)
		if e == nil {
			return dst[:from], false
		}
		cs := e.classes
		have := len(dst) - from
		if have*len(cs) > MaxKeys {
			cs, cut = cs[:max(1, MaxKeys/have)], true
		}
		for i := range have {
			before := dst[from+i]
			for k, c := range cs {
				key := before*281 + uint64(c) + 1
				if k == 0 {
					dst[from+i] = key
				} else {
					dst = append(dst, key)
				}
			}
		}
	}
	return dst, cut
}
