package record

// Designation is one authority's listing of one party under one instrument on
// one date: the object type cordon-designation.
type Designation struct {
	ID          string   `json:"id,omitempty"`        // cordon-designation--UUIDv5 over (authority, list, entry)
	Party       string   `json:"party,omitempty"`     // party_ref
	Authority   string   `json:"authority,omitempty"` // short name: OFAC, UNSC, JP-MOF, KR-KOFIU …
	Nation      string   `json:"nation,omitempty"`    // ISO 3166-1 alpha-2 of the authority, "UN" for the Security Council
	List        string   `json:"list,omitempty"`      // the list's short name: ofac-sdn, un-consolidated …
	Entry       string   `json:"entry,omitempty"`     // the list's own key: entry number, reference number
	Programmes  []string `json:"programmes,omitempty"`
	Instruments []string `json:"instruments,omitempty"`
	Basis       string   `json:"basis,omitempty"` // the source's words on why
	ListedOn    Date     `json:"listed_on,omitempty"`
	AmendedOn   Date     `json:"amended_on,omitempty"`
	Status      string   `json:"status,omitempty"` // in-force, removed
	Press       bool     `json:"press,omitempty"`  // reported by press only, not read from the list itself
	Remarks     string   `json:"remarks,omitempty"`
	Wheres      []Where  `json:"wheres,omitempty"`
	URL         string   `json:"url,omitempty"`     // public address of the source, when it is not an archived file
	Created     string   `json:"created,omitempty"` // RFC 3339 with milliseconds, the list's own time
	Modified    string   `json:"modified,omitempty"`
}

// ListVersion is one version of one list as the node read it: the object type
// cordon-list-version. It says which files, with which hashes, and how many.
type ListVersion struct {
	ID        string     `json:"id,omitempty"`
	List      string     `json:"list,omitempty"`
	Authority string     `json:"authority,omitempty"`
	Nation    string     `json:"nation,omitempty"`
	Date      Date       `json:"date,omitempty"`      // the list's own date
	DateFrom  string     `json:"date_from,omitempty"` // where the date came from: file, header, name, option, none
	Files     []ListFile `json:"files,omitempty"`
	Entries   int        `json:"entries,omitempty"` // entries in this version
	Added     int        `json:"added"`
	Changed   int        `json:"changed"`
	Removed   int        `json:"removed"`
	Created   string     `json:"created,omitempty"`
	Modified  string     `json:"modified,omitempty"`
}

// ListFile is one file of a list version.
type ListFile struct {
	Name   string `json:"name,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	Rows   int    `json:"rows,omitempty"`
	URL    string `json:"url,omitempty"`
}
