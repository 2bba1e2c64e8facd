package translog

import (
	"encoding/base64"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"github.com/cordon-project/cordon/errs"
)

// Checkpoint is what a log says of itself at one size (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin     string // identity of the log, one line, by custom a URL without its scheme
	Size       int64  // number of leaves
	Root       Hash
	Extensions []string // further lines, as they are; Cordon writes none
	Signers    []string // key names whose signatures held, set by [OpenCheckpoint]
}

// Signer signs checkpoints; see [NewSigner].
type Signer = note.Signer

// Verifier checks signatures of checkpoints; see [NewVerifier].
type Verifier = note.Verifier

// NewKey makes an Ed25519 key for signing checkpoints, in the text forms of
// golang.org/x/mod/sumdb/note. The signer key is secret. The name says whose
// key it is; it has no spaces and no plus sign, and should be the log's origin.
func NewKey(rand io.Reader, name string) (signerKey, verifierKey string, err error) {
	if !validKeyName(name) {
		return "", "", errs.New(errs.Invalid, "%q cannot be the name of a signing key", name).
			WithHint("use a name like example.org/cordon, without spaces and without plus signs")
	}
	signerKey, verifierKey, err = note.GenerateKey(rand, name)
	if err != nil {
		return "", "", errs.New(errs.Unavailable, "no random bytes could be had for a signing key").Because(err)
	}
	return signerKey, verifierKey, nil
}

func validKeyName(name string) bool {
	return name != "" && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return r == '+' || r <= ' ' || r == 0x7f || isUnicodeSpace(r)
	})
}

func isUnicodeSpace(r rune) bool { return len(strings.Fields("a"+string(r)+"a")) != 1 }

// NewSigner reads a signer key made by [NewKey]. The error never repeats it.
func NewSigner(signerKey string) (Signer, error) {
	s, err := note.NewSigner(signerKey)
	if err != nil {
		return nil, errs.New(errs.Invalid, "the log's signing key cannot be read").
			WithHint("restore the key file of the node from its backup; its text begins with PRIVATE+KEY+")
	}
	return s, nil
}

// NewVerifier reads a verifier key made by [NewKey].
func NewVerifier(verifierKey string) (Verifier, error) {
	v, err := note.NewVerifier(verifierKey)
	if err != nil {
		return nil, errs.New(errs.Invalid, "%q is not a key for checking checkpoints", verifierKey).
			WithHint("ask the partner for the line name+hash+key that its node prints").Because(err)
	}
	return v, nil
}

// CheckpointBody returns the text of a checkpoint: origin, size in decimal and
// root in base64, each on a line. It fails when the origin is empty, has more
// than one line, or is not clean text, or the size is below zero.
func CheckpointBody(origin string, size int64, root [32]byte) (string, error) {
	return Checkpoint{Origin: origin, Size: size, Root: root}.Body()
}

// Body returns the text of c that is signed.
func (c Checkpoint) Body() (string, error) {
	if !cleanLine(c.Origin) {
		return "", errs.New(errs.Invalid, "%q cannot be the origin of a log: it must be one line of text", c.Origin)
	}
	if c.Size < 0 {
		return "", errs.New(errs.Invalid, "a log cannot have %d leaves", c.Size)
	}
	var b strings.Builder
	b.WriteString(c.Origin + "\n")
	b.WriteString(strconv.FormatInt(c.Size, 10) + "\n")
	b.WriteString(base64.StdEncoding.EncodeToString(c.Root[:]) + "\n")
	for _, x := range c.Extensions {
		if !cleanLine(x) {
			return "", errs.New(errs.Invalid, "%q cannot be an extension line of a checkpoint", x)
		}
		b.WriteString(x + "\n")
	}
	return b.String(), nil
}

// cleanLine reports whether s can be a line of a note: UTF-8, not empty, no
// control characters.
func cleanLine(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
}

// SignCheckpoint signs the text of a checkpoint and returns the signed note. A
// text that is not a checkpoint is refused: the log's key signs nothing else.
func SignCheckpoint(body string, signer Signer) ([]byte, error) {
	if signer == nil {
		return nil, errs.New(errs.Invalid, "no key was given to sign the checkpoint with")
	}
	if _, err := parseBody(body); err != nil {
		return nil, err
	}
	msg, err := note.Sign(&note.Note{Text: body}, signer)
	if err != nil {
		return nil, errs.New(errs.Internal, "the checkpoint could not be signed").Because(err)
	}
	return msg, nil
}

// OpenCheckpoint checks that at least one of the verifiers has signed msg, that
// no signature in a known key's name is false, and reads the checkpoint.
// Signatures by unknown keys are ignored, as C2SP signed-note asks.
func OpenCheckpoint(msg []byte, verifiers ...Verifier) (Checkpoint, error) {
	for i, v := range verifiers {
		if v == nil {
			return Checkpoint{}, errs.New(errs.Invalid, "verifier %d of the checkpoint is missing", i+1)
		}
	}
	n, err := note.Open(msg, note.VerifierList(verifiers...))
	if err != nil {
		return Checkpoint{}, errs.New(errs.Invalid, "the checkpoint is not signed by a known key, or its signature is false").
			WithHint("check the log's verifier key with its owner before trusting anything from it").Because(err)
	}
	c, err := parseBody(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	for _, s := range n.Sigs {
		c.Signers = append(c.Signers, s.Name)
	}
	return c, nil
}

// ReadCheckpoint reads a signed checkpoint without checking any signature, for
// showing it; it must not be relied on.
func ReadCheckpoint(msg []byte) (Checkpoint, error) {
	text, _, ok := strings.Cut(string(msg), "\n\n")
	if !ok {
		return Checkpoint{}, errs.New(errs.Invalid, "the checkpoint has no signature part")
	}
	return parseBody(text + "\n")
}

func parseBody(body string) (Checkpoint, error) {
	bad := func(what string) (Checkpoint, error) {
		return Checkpoint{}, errs.New(errs.Invalid, "this is not a checkpoint: %s", what)
	}
	lines := strings.Split(body, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return bad("it has fewer than three lines")
	}
	lines = lines[:len(lines)-1]
	for _, l := range lines {
		if !cleanLine(l) {
			return bad("a line is empty or has control characters")
		}
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return bad("its second line is not a tree size")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(Hash{}) {
		return bad("its third line is not a SHA-256 hash in base64")
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: Hash(root)}
	if len(lines) > 3 {
		c.Extensions = lines[3:]
	}
	return c, nil
}
