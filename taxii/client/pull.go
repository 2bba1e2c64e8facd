package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/stix"
)

// Position is how far a collection has been read. The zero value is its beginning.
// It is a few texts that are kept between pulls as JSON.
type Position struct {
	// AddedAfter is the time of the last object that was taken when the server had
	// no more.
	AddedAfter string `json:"added_after,omitempty"`
	// Next is where the server said to go on, of a pull that ended before.
	Next string `json:"next,omitempty"`
	// Last is the time of the last object of the pages before Next.
	Last string `json:"last,omitempty"`
}

// Page is one page of objects.
type Page struct {
	Objects []stix.Object
	Refused []Refused // what could not be read, in its place
	After   Position  // where the pull is once this page is taken
}

// Refused is an object that could not be read.
type Refused struct {
	Page, Index int // from 1, and from 0
	Err         error
}

// Report says what a pull did, also when it failed.
type Report struct {
	Pages, Objects int
	Refused        []Refused
	Position       Position // to go on from
	Whole          bool     // the server had no more
}

// Filter selects objects of a collection (section 3.4).
type Filter struct {
	Types, IDs, Versions []string
}

// Pull reads a collection, given by its address, from a position on and gives each
// page to take. The report is valid with an error too: what it counts was taken, and
// its position leads to the rest. An error of take ends the pull before that page.
func (c *Client) Pull(ctx context.Context, collection string, from Position, f Filter, take func(context.Context, Page) error) (r Report, err error) {
	defer errs.Wrap(&err, "client.Pull(%.200s)", collection)
	r.Position = from
	seen := map[string]bool{}
	empty, restarted := 0, false
	for r.Pages < c.l.Pages {
		p, more, err := c.page(ctx, collection, r.Position, f, r.Pages+1)
		if err != nil {
			if stale(err) && r.Position.Next != "" && r.Pages == 0 && !restarted {
				// A position of the last pull that the server does not know any more.
				restarted = true
				r.Position = Position{AddedAfter: from.AddedAfter}
				continue
			}
			return r, err
		}
		if err := take(ctx, p); err != nil {
			return r, err
		}
		r.Pages++
		r.Objects += len(p.Objects)
		r.Refused = append(r.Refused, p.Refused...)
		r.Position = p.After
		if !more {
			r.Whole = true
			return r, nil
		}
		if empty++; len(p.Objects)+len(p.Refused) > 0 {
			empty = 0
		}
		if key := p.After.Next + "\x00" + p.After.AddedAfter; seen[key] || empty >= c.l.Empty {
			return r, errs.New(errs.Invalid, "the server goes round in circles: it gave the same position again, or nothing, %d pages long", r.Pages).
				WithHint("Tell its operator. What came is kept.")
		} else {
			seen[key] = true
		}
	}
	return r, errs.New(errs.Invalid, "the server has more than %d pages", c.l.Pages).WithHint("Pull again to go on.")
}

// stale reports whether an error says that a position is not known.
func stale(err error) bool {
	var a *answer
	return errors.As(err, &a) && (a.status == http.StatusBadRequest || a.status == http.StatusNotFound || a.status == http.StatusGone || a.status == http.StatusUnprocessableEntity)
}

// page asks for one page.
func (c *Client) page(ctx context.Context, collection string, at Position, f Filter, n int) (p Page, more bool, err error) {
	q := url.Values{"limit": {strconv.Itoa(c.l.PageSize)}}
	for name, list := range map[string][]string{"match[type]": f.Types, "match[id]": f.IDs, "match[version]": f.Versions} {
		for i, v := range list {
			if i == 0 {
				q.Set(name, v)
			} else {
				q.Set(name, q.Get(name)+","+v)
			}
		}
	}
	if at.AddedAfter != "" {
		q.Set("added_after", at.AddedAfter)
	}
	if at.Next != "" {
		q.Set("next", at.Next)
	}
	var e struct {
		More    bool              `json:"more"`
		Next    string            `json:"next"`
		Objects []json.RawMessage `json:"objects"`
	}
	h, err := c.get(ctx, slashed(collection)+"objects/?"+q.Encode(), &e)
	if err != nil {
		return p, false, err
	}
	for i, raw := range e.Objects {
		o, err := stix.Parse(raw)
		if err != nil {
			p.Refused = append(p.Refused, Refused{n, i, err})
			continue
		}
		p.Objects = append(p.Objects, o)
	}
	p.After, err = after(at, e.More, e.Next, h.Get("X-TAXII-Date-Added-Last"))
	return p, e.More, err
}

// after is the position after a page. With more, the server says where to go on, or
// else the time of the last object does (section 3.5); at the end it is that time.
func after(at Position, more bool, next, last string) (Position, error) {
	if len(next) > 4096 {
		return at, errs.New(errs.Invalid, "the server gives a position of %d bytes", len(next))
	}
	if last != "" {
		if _, err := time.Parse(time.RFC3339Nano, last); err != nil {
			return at, errs.New(errs.Invalid, "the server gives a time that is none")
		}
	} else {
		last = at.Last
	}
	switch {
	case more && next != "":
		return Position{AddedAfter: at.AddedAfter, Next: next, Last: last}, nil
	case last != "":
		return Position{AddedAfter: last}, nil
	case more:
		return at, errs.New(errs.Invalid, "the server has more and does not say where")
	}
	return Position{AddedAfter: at.AddedAfter}, nil
}
