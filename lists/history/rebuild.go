package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/journal/archive"
	"github.com/cordon-project/cordon/lists"
	"github.com/cordon-project/cordon/policy"
	"github.com/cordon-project/cordon/record"
)

// Rebuild returns the files of a version byte for byte, out of the archive, each
// rehashed. Errors: errs.Unavailable when the archive lacks one, or has one that
// does not have its hash any more.
func Rebuild(ctx context.Context, a *archive.Archive, v policy.Viewer, of record.ListVersion) (files []lists.File, err error) {
	defer errs.Wrap(&err, "history.Rebuild(%s)", of.ID)
	for _, f := range of.Files {
		data, err := rebuilt(ctx, a, v, f)
		if err != nil {
			return nil, err
		}
		files = append(files, lists.File{Name: f.Name, SHA256: f.SHA256, Data: data, URL: f.URL})
	}
	return files, nil
}

func rebuilt(ctx context.Context, a *archive.Archive, v policy.Viewer, f record.ListFile) ([]byte, error) {
	in, _, err := a.Open(ctx, v, policy.Reading, f.SHA256)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "the archive does not have %s of that version", f.Name).Because(err).
			WithHint("restore the archive from a backup: its sha256 is %s", f.SHA256)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, lists.MaxFile+1))
	if err != nil {
		return nil, errs.New(errs.Unavailable, "%s of that version cannot be read", f.Name).Because(err).WithHint("check the disk")
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.SHA256 {
		return nil, errs.New(errs.Unavailable, "%s of that version is not what came in: its sha256 is another", f.Name).
			WithHint("restore the archive from a backup: its sha256 is %s", f.SHA256)
	}
	return data, nil
}

// Reread reads the entries of a version anew from the archive.
func Reread(ctx context.Context, a *archive.Archive, v policy.Viewer, of record.ListVersion) (_ *lists.Version, err error) {
	defer errs.Wrap(&err, "history.Reread(%s)", of.ID)
	files, err := Rebuild(ctx, a, v, of)
	if err != nil {
		return nil, err
	}
	r, err := lists.Read(ctx, of.List, files)
	if err != nil || of.Date == "" {
		return r, err
	}
	return r.WithDate(of.Date)
}
