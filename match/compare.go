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
	var r Result
	if s.prepare(query); len(s.q.form.Parts) > 0 {
		if s.segment(&p, g, nil); len(s.hits) > 0 {
			r = s.hits[0].result
		}
	}
	scratches.Put(s)
	if r.How == Folded && query == listed {
		r.How = Exact
	}
	return r
}
