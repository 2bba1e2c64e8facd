package uk

import (
	"context"
	"slices"

	"github.com/cordon-project/cordon/lists/element"
	"github.com/cordon-project/cordon/lists/listing"
	"github.com/cordon-project/cordon/record"
)

// ways are the elements below a designation that are values of a column.
var ways = map[string][]string{
	colOFSI: {"OFSIGroupID"}, colUN: {"UNReferenceNumber"}, colTitle: {"Titles", "Title"}, colRegime: {"RegimeName"},
	colSource: {"DesignationSource"}, colSanctions: {"SanctionsImposed"}, colOther: {"OtherInformation"},
	colReasons: {"UKStatementofReasons"}, colPhone: {"PhoneNumbers", "PhoneNumber"}, colWebsite: {"Websites", "Website"},
	colEmail:        {"EmailAddresses", "EmailAddress"},
	colBorn:         {"IndividualDetails", "Individual", "DOBs", "DOB"},
	colNation:       {"IndividualDetails", "Individual", "Nationalities", "Nationality"},
	colPosition:     {"IndividualDetails", "Individual", "Positions", "Position"},
	colGender:       {"IndividualDetails", "Individual", "Genders", "Gender"},
	colEntity:       {"EntityDetails", "Entity", "TypeOfEntities", "TypeOfEntity"},
	colSubsidiary:   {"EntityDetails", "Entity", "Subsidiaries", "Subsidiary"},
	colParent:       {"EntityDetails", "Entity", "ParentCompanies", "ParentCompany"},
	colRegistration: {"EntityDetails", "Entity", "BusinessRegistrationNumbers", "BusinessRegistrationNumber"},
	colIMO:          {"ShipDetails", "Ship", "IMONumbers", "IMONumber"},
	colOwner:        {"ShipDetails", "Ship", "CurrentOwnerOperators", "CurrentOwnerOperator"},
	colOwners:       {"ShipDetails", "Ship", "PreviousOwnerOperators", "PreviousOwnerOperator"},
	colFlag:         {"ShipDetails", "Ship", "CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip"},
	colFlags:        {"ShipDetails", "Ship", "PreviousFlags", "PreviousFlag"},
	colShip:         {"ShipDetails", "Ship", "TypeOfShipDetails", "TypeOfShip"},
	colTonnage:      {"ShipDetails", "Ship", "TonnageOfShipDetails", "TonnageOfShip"},
	colLength:       {"ShipDetails", "Ship", "LengthOfShipDetails", "LengthOfShip"},
	colBuilt:        {"ShipDetails", "Ship", "YearsBuilt", "YearBuilt"},
	colHull:         {"ShipDetails", "Ship", "HullIdentificationNumbers", "HullIdentificationNumber"},
}

// pairs are the elements below a designation that are a value with something
// beside it: the way, the value's element, the other's elements.
var pairs = map[string]struct {
	way  []string
	text string
	note []string
}{
	colPassport: {[]string{"IndividualDetails", "Individual", "PassportDetails", "Passport"}, "PassportNumber", []string{"PassportAdditionalInformation"}},
	colNational: {[]string{"IndividualDetails", "Individual", "NationalIdentifierDetails", "NationalIdentifier"}, "NationalIdentifierNumber", []string{"NationalIdentifierAdditionalInformation"}},
	colTown:     {[]string{"IndividualDetails", "Individual", "BirthDetails", "Location"}, "TownOfBirth", []string{"CountryOfBirth"}},
	colScript:   {[]string{"NonLatinNames", "NonLatinName"}, "NameNonLatinScript", []string{"NonLatinScriptType", "NonLatinScriptLanguage"}},
}

var indicators = []string{
	"AssetFreeze", "ArmsEmbargo", "TargetedArmsEmbargo", "CharteringOfShips", "ClosureOfRepresentativeOffices",
	"CrewServicingOfShipsAndAircraft", "Deflag", "PreventionOfBusinessArrangements", "ProhibitionOfPortEntry", "TravelBan",
	"PreventionOfCharteringOfShips", "PreventionOfCharteringOfShipsAndAircraft", "TechnicalAssistanceRelatedToAircraft",
	"TrustServicesSanctions", "DirectorDisqualificationSanction",
}

var (
	nameElements    = []string{"Name1", "Name2", "Name3", "Name4", "Name5", "Name6"}
	addressElements = []string{"AddressLine1", "AddressLine2", "AddressLine3", "AddressLine4", "AddressLine5", "AddressLine6"}
	elements        = form()
)

// elementOf is the element of a column, for refusals.
var elementOf = map[string]string{
	colID: "UniqueID", colKind: "IndividualEntityShip", colUpdated: "LastUpdated", colDesignated: "DateDesignated",
	colName6: "Names", colNameType: "Names/Name/NameType", colStrength: "Names/Name/AliasStrength", colRegime: "RegimeName",
}

// form makes the closed form of the file from the ways that the reader goes.
func form() map[string]element.Kind {
	out := map[string]element.Kind{}
	add := func(parent string, kids ...string) {
		k := out[parent]
		for _, kid := range kids {
			if !slices.Contains(k.Kids, kid) {
				k.Kids = append(k.Kids, kid)
			}
		}
		out[parent] = k
	}
	add("Designations", "DateGenerated", "Designation")
	add("Designation", "LastUpdated", "DateDesignated", "UniqueID", "IndividualEntityShip", "Names", "Addresses", "SanctionsImposedIndicators")
	add("Names", "Name")
	add("Name", append([]string{"NameType", "AliasStrength"}, nameElements...)...)
	add("Addresses", "Address")
	add("Address", append([]string{"AddressPostalCode", "AddressCountry"}, addressElements...)...)
	add("SanctionsImposedIndicators", indicators...)
	along := func(way []string) {
		parent := "Designation"
		for _, name := range way {
			add(parent, name)
			parent = name
		}
	}
	for _, way := range ways {
		along(way)
	}
	for _, p := range pairs {
		along(p.way)
		add(p.way[len(p.way)-1], append([]string{p.text}, p.note...)...)
	}
	return out
}

// xml reads the list as XML.
func (r *reading) xml(ctx context.Context, f listing.File) (int, error) {
	var x *element.File
	dated := false
	x = element.New(f, element.Form{
		List: r.v.List.Name, File: xmlName, Root: "Designations", Kinds: elements,
		Entries: []string{"DateGenerated", "Designation"},
		Each: func(n *element.Node, path string) error {
			if n.Name != "DateGenerated" {
				return r.designation(x, n, path)
			}
			if dated || !r.generated(n.Text) {
				return x.Drift(path, n.Start, "one date of the list such as 05/01/2026", listing.Quote(n.Text))
			}
			dated = true
			return nil
		},
	})
	if err := x.Read(ctx); err != nil {
		return 0, err
	}
	if !dated {
		return 0, x.Drift("Designations/DateGenerated", 0, "the date of the list", "none")
	}
	return len(r.items), nil
}

// designation takes one element.
func (r *reading) designation(x *element.File, n *element.Node, path string) error {
	it := &item{wheres: []record.Where{x.Where(n, path)}, values: map[string][]cell{}}
	it.drift = func(column, expected, found string) error {
		return x.Drift(path+"/"+elementOf[column], n.Start, expected, found)
	}
	if err := once(x, n, path); err != nil {
		return err
	}
	if err := it.head(n.Value("UniqueID"), n.Value("IndividualEntityShip"), n.Value("LastUpdated"), n.Value("DateDesignated")); err != nil {
		return err
	}
	if have, twice := r.byID[it.id]; twice {
		return it.drift(colID, "each number once", it.id+" again, first in "+have.wheres[0].Element)
	}
	if err := it.namesOf(x, n, path); err != nil {
		return err
	}
	for _, k := range n.Under("SanctionsImposedIndicators") {
		for _, flag := range k.Kids {
			if flag.Text != "true" && flag.Text != "false" && flag.Text != "" {
				return x.Drift(path+"/SanctionsImposedIndicators/"+flag.Name, flag.Start, "true or false", listing.Quote(flag.Text))
			}
		}
	}
	it.valuesOf(x, n, path)
	r.take(it)
	return nil
}

// records are the elements in which each other element stands once: a second one
// would be passed over.
var records = map[string]bool{
	"Designation": true, "Name": true, "Address": true, "NonLatinName": true, "Passport": true, "NationalIdentifier": true, "Location": true,
}

// once refuses what stands twice in a record.
func once(x *element.File, n *element.Node, path string) error {
	for _, k := range n.Kids {
		if records[n.Name] && n.Kid(k.Name) != k {
			return x.Drift(path+"/"+k.Name, k.Start, "the element once", "twice")
		}
		if err := once(x, k, path+"/"+k.Name); err != nil {
			return err
		}
	}
	return nil
}

// namesOf takes the names and addresses of an element.
func (it *item) namesOf(x *element.File, n *element.Node, path string) error {
	for _, k := range n.Under("Names", "Name") {
		nm := name{kind: k.Value("NameType"), strength: k.Value("AliasStrength"), where: x.Where(k, path+"/Names/Name")}
		for i, part := range nameElements {
			nm.parts[i] = k.Value(part)
		}
		if nm.parts == [6]string{} {
			continue
		}
		nm, err := it.named(nm)
		if err != nil {
			return err
		}
		it.names = append(it.names, nm)
	}
	for _, k := range n.Under("Addresses", "Address") {
		a := address{code: k.Value("AddressPostalCode"), country: k.Value("AddressCountry"), where: x.Where(k, path+"/Addresses/Address")}
		for i, line := range addressElements {
			a.lines[i] = k.Value(line)
		}
		it.addresses = append(it.addresses, a)
	}
	return nil
}

// valuesOf takes the other values of an element.
func (it *item) valuesOf(x *element.File, n *element.Node, path string) {
	for column, way := range ways {
		for _, k := range n.Under(way...) {
			it.add(column, cell{text: k.Text, where: x.Where(k, path+"/"+listing.Join("/", way...))})
		}
	}
	for column, p := range pairs {
		for _, k := range n.Under(p.way...) {
			var notes []string
			for _, name := range p.note {
				notes = append(notes, k.Value(name))
			}
			it.add(column, cell{text: k.Value(p.text), note: listing.Join(", ", notes...), where: x.Where(k, path+"/"+listing.Join("/", p.way...))})
		}
	}
}
