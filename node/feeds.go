package node

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"io"
	"path/filepath"

	"github.com/cordon-project/cordon/feed/warning"
	"github.com/cordon-project/cordon/policy"
)

// warn opens what says which warning lists are in force; they themselves are read out
// of the archive when a feed is first asked for.
func (n *Node) warn() (err error) {
	open := func(ctx context.Context, sha256 string) (io.ReadCloser, error) {
		f, _, err := n.archive.Open(ctx, n.owner, policy.Reading, sha256)
		return f, err
	}
	n.warnings, err = warning.OpenStore(filepath.Join(n.c.Home, warning.StateFile), open, n.o.Clock)
	return err
}

// eventKey is the secret of the ids of events. It follows from the node's token, so
// that a subscriber resumes after the node was started again.
func (n *Node) eventKey() []byte {
	mac := hmac.New(sha256.New, []byte(n.token))
	mac.Write([]byte("cordon events"))
	return mac.Sum(nil)
}
