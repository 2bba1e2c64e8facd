package match

// Compare holds two names against each other, as [Index.Search] would: the
// result's How is "" when they have too little in common.
func Compare(p Params, query, listed string) Result {
	b := newBuilder(p)
	b.put("", []Name{{Text: listed}})
	g := b.done()
	if len(g.names) == 0 {
		return Result{}
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.prepare(query)
	if len(s.q.form.Parts) == 0 {
		return Result{}
	}
	s.segment(&p, g, nil)
	if len(s.hits) == 0 {
		return Result{}
	}
	r := s.hits[0].result
	if r.How == Folded && query == listed {
		r.How = Exact
	}
	return r
}
