package match

// CompareExhaustively compares two names without the keys by which a search
// prunes: every word of the name is held against every token of the query that
// shares a token key, and no token is passed over.
func CompareExhaustively(p Params, query, listed string) Result {
	b := newBuilder(p)
	b.put("", []Name{{Text: listed}})
	g := b.done()
	if len(g.names) == 0 {
		return Result{}
	}
	s := &scratch{}
	s.prepare(query)
	if len(s.q.form.Parts) == 0 {
		return Result{}
	}
	s.begin(g)
	s.lookUp(g)
	r := s.score(&p, g, 0, true)
	if r.How == Folded && query == listed {
		r.How = Exact
	}
	return r
}
