package policy

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
	"github.com/cordon-project/cordon/policy/nation"
)

// ParseViewer reads a viewer as people write one: fields with commas, of which
// those that are lists may come again.
//
//	clearance=amber,nation=JPN,org=identity--…,group=identity--…,holds=marking-definition--…
//	class=S,organization=USA.DOJ.FBI,entity=GOV,shares=LE,access=LES,encrypted,name=desk
//
// The empty text is the public. It fails with errs.Invalid for a field that there
// is not, or a value that its field cannot have.
func ParseViewer(text string) (Viewer, error) {
	v := Viewer{Name: "viewer"}
	if strings.TrimSpace(text) == "" {
		return Public, nil
	}
	for _, field := range strings.Split(text, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if !v.set(key, value) {
			return Viewer{}, errs.New(errs.Invalid, "%q is no field of a viewer, or not one of its values", strings.TrimSpace(field)).
				WithHint("write for example clearance=amber,nation=JPN,org=identity--…")
		}
	}
	return v, nil
}

func (v *Viewer) set(key, value string) bool {
	switch key {
	case "name":
		v.Name = value
		return value != ""
	case "clearance":
		t, err := ParseTLP(value)
		v.Clearance = t
		return err == nil
	case "nation":
		var ok bool
		v.Nation, ok = nation.Canonical(value)
		return ok
	case "org":
		v.Org = value
		return isID("identity", value)
	case "group":
		v.Groups = append(v.Groups, value)
		return isID("identity", value)
	case "holds":
		if v.Holds == nil {
			v.Holds = map[string]bool{}
		}
		v.Holds[value] = true
		return isID("marking-definition", value)
	case "encrypted":
		v.Encrypted = true
		return value == ""
	}
	return v.ACS.set(key, value)
}

func (a *Attributes) set(key, value string) bool {
	word := value != "" && strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
	switch key {
	case "class":
		a.Classification = value
		return slices.Contains([]string{"U", "C", "S", "TS"}, value)
	case "organization":
		a.Organizations = append(a.Organizations, value)
	case "entity":
		a.Entities = append(a.Entities, value)
	case "shares":
		a.Shareability = append(a.Shareability, value)
	case "access":
		a.Accesses = append(a.Accesses, value)
	default:
		return false
	}
	return word
}
