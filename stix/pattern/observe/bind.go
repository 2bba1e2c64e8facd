package observe

import "slices"

// Binding. A pattern matches if each of its slots can be given observations of its own
// so that what FOLLOWEDBY and WITHIN ask of their times holds. Of times only two
// things matter: that a FOLLOWEDBY b asks for a moment T so that all of a can have
// happened by T and all of b from T on, and that WITHIN d asks for an L so that all can
// have happened from L to L+d. Once the moments are chosen, and the branches of OR, every
// slot says by itself which observations it takes, and whether there are enough of
// them is a flow through a network. So the search tries moments and branches, and the
// flow cuts off what cannot succeed any more.

// seat is a slot in the pattern with its repetitions written out.
type seat struct {
	*slot
	floor, ceiling *instant // some moment of the observation is in between
	under          []under  // branches that it is on
}

// turn is something that the search must try: a moment, or a branch.
type turn struct {
	kind   part    // *after, *near or *either
	bounds []int   // the seats of its operands are those from bounds[i] to bounds[i+1]
	twin   int     // an earlier turn that it need not come before: repetitions are alike; -1
	under  []under // branches that it is on
}

type under struct{ turn, branch int }

// maxSeats and maxTurns bound the pattern with its repetitions written out.
const maxSeats, maxTurns = 4096, 4096

type search struct {
	*run
	observations []seen
	seats        []seat
	turns        []turn
	picked       []int // of each turn: index of its moment, or branch
	fits         func(c choice, o int) bool
	allowed      [][]bool // of each seat and observation, apart from moments
	tried        map[part][]instant
	result       [][2]int // of the flow that succeeded: seat and observation
}

// seen is what the search knows of an observation.
type seen struct {
	first, last instant
	number      int64
}

// bind finds observations for the pattern; nil if there are none. least is the verdict
// that counts as true.
func (p *Pattern) bind(r *run, observations []Observation, verdicts [][]verdict, least verdict) ([]int, error) {
	s := &search{run: r, tried: map[part][]instant{}}
	var total int64
	for _, o := range observations {
		s.observations = append(s.observations, seen{first: at(o.First), last: at(o.Last), number: o.Number})
		total = added(total, o.Number)
	}
	if p.root.size() > total {
		return nil, nil
	}
	if !s.lay(p.root, nil) {
		return nil, ErrBudget
	}
	s.fits = func(c choice, o int) bool {
		if verdicts[c.expr][o] < least {
			return false
		}
		for _, w := range c.windows {
			if !w.overlaps(s.observations[o].first, s.observations[o].last) {
				return false
			}
		}
		return true
	}
	s.allow()
	s.picked = make([]int, len(s.turns))
	found := s.try(0)
	if s.spent() {
		return nil, ErrBudget
	}
	if !found {
		return nil, nil
	}
	out := []int{}
	for _, b := range s.result {
		out = append(out, b[1])
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// lay writes out the seats and turns of a part; false if there are too many.
func (s *search) lay(p part, on []under) bool {
	if len(s.seats) > maxSeats || len(s.turns) > maxTurns {
		return false
	}
	switch p := p.(type) {
	case *slot:
		s.seats = append(s.seats, seat{slot: p, under: on})
	case *both:
		for _, q := range p.parts {
			if !s.lay(q, on) {
				return false
			}
		}
	case *either:
		return s.layTurn(p, p.parts, on)
	case *after:
		return s.layTurn(p, []part{p.left, p.right}, on)
	case *near:
		return s.layTurn(p, []part{p.inner}, on)
	case *again:
		return s.layCopies(p, on)
	}
	return true
}

func (s *search) layTurn(p part, operands []part, on []under) bool {
	i := len(s.turns)
	s.turns = append(s.turns, turn{kind: p, twin: -1, under: on})
	bounds := []int{len(s.seats)}
	_, branches := p.(*either)
	for b, q := range operands {
		below := on
		if branches {
			below = append(slices.Clone(on), under{turn: i, branch: b})
		}
		if !s.lay(q, below) {
			return false
		}
		bounds = append(bounds, len(s.seats))
	}
	s.turns[i].bounds = bounds
	return true
}

// layCopies writes out repetitions. They are alike, so that the first turn of each need
// not come before that of the one before.
func (s *search) layCopies(p *again, on []under) bool {
	before := -1
	for n := range p.times {
		if n > maxSeats {
			return false
		}
		first := len(s.turns)
		if !s.lay(p.inner, on) {
			return false
		}
		if first < len(s.turns) {
			if before >= 0 {
				s.turns[first].twin = before
			}
			before = first
		}
	}
	return true
}

// allow settles which observations each seat can take, whatever the moments.
func (s *search) allow() {
	known := map[*slot][]bool{}
	s.allowed = make([][]bool, len(s.seats))
	for i, seat := range s.seats {
		row := known[seat.slot]
		if row == nil {
			row = make([]bool, len(s.observations))
			for o := range row {
				row[o] = slices.ContainsFunc(seat.choices, func(c choice) bool { return s.fits(c, o) })
			}
			s.pay(len(row) * len(seat.choices))
			known[seat.slot] = row
		}
		s.allowed[i] = row
	}
}

// try decides the turns from i on.
func (s *search) try(i int) bool {
	if s.spent() || !s.flow(i) {
		return false
	}
	for i < len(s.turns) && s.skipped(i) {
		i++
	}
	if i == len(s.turns) {
		return true
	}
	t := s.turns[i]
	from := 0
	if t.twin >= 0 && !s.skipped(t.twin) {
		from = s.picked[t.twin]
	}
	lo, hi := t.bounds[0], t.bounds[len(t.bounds)-1]
	saved := slices.Clone(s.seats[lo:hi])
	s.pay(hi - lo)
	for k, n := from, s.options(t); k < n; k++ {
		s.picked[i] = k
		s.apply(i, k)
		if s.try(i + 1) {
			return true
		}
		copy(s.seats[lo:hi], saved)
		if s.pay(hi - lo); s.spent() {
			return false
		}
	}
	return false
}

// skipped reports whether the turn is on a branch that is not taken.
func (s *search) skipped(i int) bool { return !s.taken(s.turns[i].under, i) }

// taken reports whether all of the branches are taken by the turns before i.
func (s *search) taken(branches []under, i int) bool {
	for _, u := range branches {
		if u.turn >= i || s.picked[u.turn] != u.branch {
			return false
		}
	}
	return true
}

// options is how many moments or branches a turn has to try.
func (s *search) options(t turn) int {
	if _, ok := t.kind.(*either); ok {
		return len(t.bounds) - 1
	}
	return len(s.moments(t))
}

// moments are those that a turn has to try: for FOLLOWEDBY the beginnings of the
// observations that its left side can take, for WITHIN the ends of those that it can
// take. Another moment admits no more than one of these does.
func (s *search) moments(t turn) []instant {
	if known, ok := s.tried[t.kind]; ok {
		return known
	}
	lo, hi := t.bounds[0], t.bounds[1]
	seenRows := map[*bool]bool{}
	var out []instant
	for i := lo; i < hi; i++ {
		row := s.allowed[i]
		if len(row) == 0 || seenRows[&row[0]] {
			continue
		}
		seenRows[&row[0]] = true
		s.pay(len(row))
		for o, ok := range row {
			if !ok {
				continue
			}
			if _, near := t.kind.(*near); near {
				out = append(out, s.observations[o].last)
			} else {
				out = append(out, s.observations[o].first)
			}
		}
	}
	slices.SortFunc(out, instant.compare)
	s.tried[t.kind] = slices.Compact(out)
	return s.tried[t.kind]
}

// apply restricts the seats below turn i to its k-th option. What a branch admits is
// told from picked.
func (s *search) apply(i, k int) {
	t := s.turns[i]
	switch kind := t.kind.(type) {
	case *after:
		m := &s.moments(t)[k]
		s.restrict(t.bounds[0], t.bounds[1], nil, m)
		s.restrict(t.bounds[1], t.bounds[2], m, nil)
	case *near:
		m := &s.moments(t)[k]
		end := m.add(kind.span)
		s.restrict(t.bounds[0], t.bounds[1], m, &end)
	}
}

func (s *search) restrict(lo, hi int, floor, ceiling *instant) {
	for i := lo; i < hi; i++ {
		if floor != nil && (s.seats[i].floor == nil || s.seats[i].floor.before(*floor)) {
			s.seats[i].floor = floor
		}
		if ceiling != nil && (s.seats[i].ceiling == nil || ceiling.before(*s.seats[i].ceiling)) {
			s.seats[i].ceiling = ceiling
		}
	}
}

// takes reports whether a seat can take an observation.
func (s *search) takes(i, o int) bool {
	seat, obs := &s.seats[i], &s.observations[o]
	return s.allowed[i][o] &&
		(seat.floor == nil || !obs.last.before(*seat.floor)) &&
		(seat.ceiling == nil || !seat.ceiling.before(obs.first))
}

// flow reports whether the seats on branches that are taken can all be given
// observations of their own, with the turns before decided. Observations that the same
// seats take are one node of the network.
func (s *search) flow(decided int) bool {
	var on []int
	for i := range s.seats {
		if s.taken(s.seats[i].under, decided) {
			on = append(on, i)
		}
	}
	s.pay(len(s.seats) + len(on)*len(s.observations))
	if s.spent() {
		return false
	}
	net := network{run: s.run, classOf: map[string]int{}}
	bits := make([]byte, len(on))
	for o := range s.observations {
		any := false
		for k, i := range on {
			bits[k] = 0
			if s.takes(i, o) {
				bits[k], any = 1, true
			}
		}
		if any {
			net.add(bits, o, s.observations[o].number)
		}
	}
	for _, i := range on {
		net.demand = append(net.demand, s.seats[i].times)
	}
	if !net.fill() {
		return false
	}
	s.result = s.result[:0]
	for k, i := range on {
		for c, n := range net.given[k] {
			s.take(&net, i, c, n)
		}
	}
	return true
}

// take notes which observations of a class a seat has been given.
func (s *search) take(net *network, seat, class int, n int64) {
	c := &net.classes[class]
	for n > 0 && c.next < len(c.members) {
		o := c.members[c.next]
		left := s.observations[o].number - c.used
		s.result = append(s.result, [2]int{seat, o})
		if left > n {
			c.used += n
			return
		}
		n -= left
		c.next, c.used = c.next+1, 0
	}
}

// network is a flow from seats with demands to classes of observations with numbers.
type network struct {
	*run
	classOf map[string]int
	classes []class
	demand  []int64
	given   []map[int]int64 // of each seat: how much of each class
}

type class struct {
	takers  []byte // of each seat: 1 if it takes the class
	members []int
	left    int64
	next    int // member that is to be given next, and how much of it is given
	used    int64
}

func (n *network) add(bits []byte, o int, number int64) {
	i, ok := n.classOf[string(bits)]
	if !ok {
		i = len(n.classes)
		n.classOf[string(bits)] = i
		n.classes = append(n.classes, class{takers: slices.Clone(bits)})
	}
	n.classes[i].members = append(n.classes[i].members, o)
	n.classes[i].left = added(n.classes[i].left, number)
}

// fill meets every demand, or reports that it cannot: seat by seat, along a shortest
// path on which others give up what they can replace.
func (n *network) fill() bool {
	n.given = make([]map[int]int64, len(n.demand))
	for i := range n.given {
		n.given[i] = map[int]int64{}
	}
	for i := range n.demand {
		for left := n.demand[i]; left > 0; {
			got := n.augment(i, left)
			if got == 0 || n.spent() {
				return false
			}
			left -= got
		}
	}
	return true
}

// augment gives seat i up to want more and returns how much it got.
func (n *network) augment(i int, want int64) int64 {
	cameFrom := make([]int, len(n.classes)) // of each class: the seat that reached it, -1
	reached := make([]int, len(n.demand))   // of each seat: the class that it gives up, -1
	for c := range cameFrom {
		cameFrom[c] = -1
	}
	for k := range reached {
		reached[k] = -2
	}
	reached[i] = -1
	queue := []int{i}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
		if n.pay(len(n.classes)); n.spent() {
			return 0
		}
		for c := range n.classes {
			if n.classes[c].takers[k] == 0 || cameFrom[c] >= 0 {
				continue
			}
			cameFrom[c] = k
			if n.classes[c].left > 0 {
				return n.push(c, want, cameFrom, reached)
			}
			n.pay(len(n.demand))
			for other := range n.demand {
				if reached[other] == -2 && n.given[other][c] > 0 {
					reached[other] = c
					queue = append(queue, other)
				}
			}
		}
	}
	return 0
}

// push moves as much as the path that ended at class c allows.
func (n *network) push(c int, want int64, cameFrom, reached []int) int64 {
	amount := min(want, n.classes[c].left)
	for k := cameFrom[c]; reached[k] >= 0; k = cameFrom[reached[k]] {
		amount = min(amount, n.given[k][reached[k]])
	}
	n.classes[c].left -= amount
	for at := c; ; {
		k := cameFrom[at]
		n.given[k][at] += amount
		if reached[k] < 0 {
			return amount
		}
		at = reached[k]
		if n.given[k][at] -= amount; n.given[k][at] == 0 {
			delete(n.given[k], at)
		}
	}
}
