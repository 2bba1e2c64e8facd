package view

import (
	"net/url"
	"strconv"

	"github.com/cordon-project/cordon/record"
	"github.com/cordon-project/cordon/screen"
)

// PartyURL is the address of a party.
func PartyURL(id string) string { return "/party/" + url.PathEscape(id) }

// GroupURL is the address of the entries that are held to be a party.
func GroupURL(id string) string { return "/identity/" + url.PathEscape(id) }

// HistoryURL is the address of a party in the matrix.
func HistoryURL(id string) string { return "/matrix/party/" + url.PathEscape(id) }

// PacketURL is the address of a party's listing packet for the desk of a column of
// the matrix, "" for none yet.
func PacketURL(party, code string) string {
	q := url.Values{"party": {party}}
	if code != "" {
		q.Set("for", NationOf(code))
	}
	return "/packet?" + q.Encode()
}

// ObjectURL is the address of an object.
func ObjectURL(id string) string { return "/object/" + url.PathEscape(id) }

// AskURL is the address of a question.
func AskURL(text string, kind screen.Kind) string {
	q := url.Values{"q": {text}}
	if kind != screen.Auto {
		q.Set("kind", string(kind))
	}
	return "/ask?" + q.Encode()
}

// SourceURL is the address of a place in an archived input, "" for none.
func SourceURL(w record.Where) string {
	if w.SHA256 == "" {
		return ""
	}
	q := url.Values{}
	for key, n := range map[string]int{"row": w.Row, "column": w.Column, "start": w.Start, "end": w.End} {
		if n != 0 {
			q.Set(key, strconv.Itoa(n))
		}
	}
	if w.Element != "" {
		q.Set("element", w.Element)
	}
	if w.Part != "" {
		q.Set("part", w.Part)
	}
	u := "/source/" + url.PathEscape(w.SHA256)
	if len(q) > 0 {
		u += "?" + q.Encode()
	}
	return u
}

// A Door leads to a place in an archived input, with the text to be marked there.
type Door struct {
	record.Where
	Find string
}

// At is the door to a place.
func At(w record.Where, find string) Door { return Door{w, find} }

// DoorURL is the address of a door, "" for none.
func DoorURL(d Door) string {
	u := SourceURL(d.Where)
	if u == "" || d.Find == "" || d.Row == 0 {
		return u
	}
	return u + "&find=" + url.QueryEscape(d.Find)
}

// RowAt is the address of a row of an input.
func RowAt(sha256 string, n int) string {
	return SourceURL(record.Where{SHA256: sha256, Row: n})
}
