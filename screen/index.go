package screen

import "github.com/cordon-project/cordon/match"

// Index returns the index over all names that the node holds, as it is now. It
// asks the viewer's permission on each search, as match says.
func (s *Screener) Index() *match.Index { return s.names.Load() }
