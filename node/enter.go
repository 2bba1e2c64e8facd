package node

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy"
)

// linkLife is how long a one-time link can be used.
const linkLife = 15 * time.Minute

// links are the one-time tokens that are out. They live in memory: a restart
// makes all of them void.
type links struct {
	mu  sync.Mutex
	out map[[32]byte]time.Time // hash of the token, until when
	now func() time.Time
}

// issue makes a token that opens the pages once.
func (l *links) issue() (string, error) {
	t, err := secret()
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for h, until := range l.out {
		if l.now().After(until) {
			delete(l.out, h)
		}
	}
	l.out[sha256.Sum256([]byte(t))] = l.now().Add(linkLife)
	return t, nil
}

// redeem uses a token up.
func (l *links) redeem(t string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := sha256.Sum256([]byte(t))
	until, ok := l.out[h]
	delete(l.out, h)
	return ok && !l.now().After(until)
}

// Enter turns a one-time token into the viewer of a session.
func (n *Node) Enter(_ context.Context, token string) (policy.Viewer, error) {
	if !n.links.redeem(token) {
		return policy.Viewer{}, errs.New(errs.Denied, "this link was used already, is too old or is not from this node").
			WithHint("Run cordon link for a new one.")
	}
	return n.owner, nil
}
