package un

import (
	"time"

	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

const root = "CONSOLIDATED_LIST"

// schema says which elements may stand where; an element that is not a key has text
// only. The root alone has an attribute.
var schema = func() map[string]element.Kind {
	out := map[string]element.Kind{root: {Kids: []string{"INDIVIDUALS", "ENTITIES"}, Attrs: []string{"dateGenerated"}}}
	for name, kids := range below {
		out[name] = element.Kind{Kids: kids}
	}
	return out
}()

// below are the children of each element below the root.
var below = map[string][]string{
	"INDIVIDUALS": {"INDIVIDUAL"},
	"ENTITIES":    {"ENTITY"},
	"INDIVIDUAL": {
		"DATAID", "VERSIONNUM", "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME", "UN_LIST_TYPE",
		"REFERENCE_NUMBER", "LISTED_ON", "GENDER", "SUBMITTED_BY", "NAME_ORIGINAL_SCRIPT", "COMMENTS1",
		"NATIONALITY2", "TITLE", "DESIGNATION", "NATIONALITY", "LIST_TYPE", "LAST_DAY_UPDATED", "INDIVIDUAL_ALIAS",
		"INDIVIDUAL_ADDRESS", "INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_PLACE_OF_BIRTH", "INDIVIDUAL_DOCUMENT",
		"SORT_KEY", "SORT_KEY_LAST_MOD", "DELISTED_ON",
	},
	"ENTITY": {
		"DATAID", "VERSIONNUM", "FIRST_NAME", "UN_LIST_TYPE", "REFERENCE_NUMBER", "LISTED_ON", "SUBMITTED_ON",
		"NAME_ORIGINAL_SCRIPT", "COMMENTS1", "LIST_TYPE", "LAST_DAY_UPDATED", "ENTITY_ALIAS", "ENTITY_ADDRESS",
		"SORT_KEY", "SORT_KEY_LAST_MOD", "DELISTED_ON",
	},
	"TITLE": {"VALUE"}, "DESIGNATION": {"VALUE"}, "NATIONALITY": {"VALUE"}, "LIST_TYPE": {"VALUE"}, "LAST_DAY_UPDATED": {"VALUE"},
	"INDIVIDUAL_ALIAS": {"QUALITY", "ALIAS_NAME", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "NOTE"},
	"ENTITY_ALIAS":     {"QUALITY", "ALIAS_NAME", "NOTE"},
	"INDIVIDUAL_ADDRESS": {
		"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE",
	},
	"ENTITY_ADDRESS":            {"STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE"},
	"INDIVIDUAL_DATE_OF_BIRTH":  {"TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"},
	"INDIVIDUAL_PLACE_OF_BIRTH": {"STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "NOTE"},
	"INDIVIDUAL_DOCUMENT": {
		"TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "ISSUING_COUNTRY", "DATE_OF_ISSUE", "CITY_OF_ISSUE",
		"COUNTRY_OF_ISSUE", "NOTE",
	},
}

// open takes the date of the list from its root, and that each group stands once.
func (r *reading) open(n *element.Node, path string) error {
	if n.Name == root {
		return r.generated(n, path)
	}
	if r.groups[n.Name] {
		return r.x.Drift(path, n.Start, "INDIVIDUALS and ENTITIES, once each", n.Name)
	}
	r.groups[n.Name] = true
	return nil
}

func (r *reading) generated(n *element.Node, path string) error {
	s := n.Attr("dateGenerated")
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		t, err := time.Parse(form, s)
		if err != nil {
			continue
		}
		r.v.Date, r.v.DateFrom = record.Date(s[:10]), listing.DateFromFile
		if form != time.DateOnly {
			r.v.Time = t.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return nil
	}
	return r.x.Drift(path+"@dateGenerated", n.Start, "a date with time", listing.Quote(s))
}
