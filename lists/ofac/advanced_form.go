package ofac

import "github.com/cordon-project/cordon/lists/element"

// valueSets are the tables at the head of the advanced form, by the name of their
// elements: each has the container NameValues.
var valueSets = []string{
	"AliasType", "AreaCode", "AreaCodeType", "CalendarType", "Country", "CountryRelevance", "DecisionMakingBody",
	"DetailReference", "DetailType", "DocNameStatus", "EntryEventType", "EntryLinkType", "ExRefType", "FeatureType",
	"FeatureTypeGroup", "IDRegDocDateType", "IDRegDocType", "IdentityFeatureLinkType", "LegalBasis", "LegalBasisType",
	"List", "LocPartType", "LocPartValueStatus", "LocPartValueType", "NamePartType", "Organisation", "PartySubType",
	"PartyType", "RelationQuality", "RelationType", "Reliability", "SanctionsProgram", "SanctionsType", "Script",
	"ScriptStatus", "SubsidiaryBody", "SupInfoType", "TargetType", "Validity",
}

// valueAttrs are the attributes of the tables' elements, of all tables together.
var valueAttrs = []string{
	"ID", "AreaCodeTypeID", "Comment", "CountryID", "DecisionMakingBodyID", "Description", "DetailCode", "FeatureTypeGroupID",
	"IS03166-3Code", "ISO2", "ISO3", "LegalBasisShortRef", "LegalBasisTypeID", "Notional", "OrganisationID", "PartyTypeID",
	"SanctionsProgramID", "ScriptCode", "SubsidiaryBodyID", "Symmetrical",
}

// advancedKinds are the elements and attributes of the advanced form after OFAC's
// schema sdn_advanced.xsd. The attributes of a delta file (DeltaAction,
// DeltaBaseVersion, EntryDeltaFlag) are not among them: such a file holds changes,
// not the list.
var advancedKinds = func() map[string]element.Kind {
	kinds := map[string]element.Kind{
		"Sanctions": {Attrs: []string{"Version"}, Kids: []string{
			"DateOfIssue", "ReferenceValueSets", "Locations", "IDRegDocuments", "DistinctParties", "ProfileRelationships",
			"SanctionsEntries", "SanctionsEntryLinks",
		}},
		"DateOfIssue": {Attrs: []string{"CalendarTypeID"}, Kids: []string{"Year", "Month", "Day"}},
		"Date":        {Attrs: []string{"CalendarTypeID"}, Kids: []string{"Year", "Month", "Day"}},
		"From":        {Kids: []string{"Year", "Month", "Day"}},
		"To":          {Kids: []string{"Year", "Month", "Day"}},
		"Start":       {Attrs: []string{"Approximate", "YearFixed", "MonthFixed", "DayFixed"}, Kids: []string{"From", "To"}},
		"End":         {Attrs: []string{"Approximate", "YearFixed", "MonthFixed", "DayFixed"}, Kids: []string{"From", "To"}},
		"DatePeriod": {
			Attrs: []string{"CalendarTypeID", "YearFixed", "MonthFixed", "DayFixed"},
			Kids:  []string{"Comment", "Start", "End", "DurationMinimum", "DurationMaximum"},
		},
		"DurationMinimum": {Attrs: []string{"Approximate"}, Kids: []string{"Years", "Months", "Days"}},
		"DurationMaximum": {Attrs: []string{"Approximate"}, Kids: []string{"Years", "Months", "Days"}},

		"Locations": {Kids: []string{"Location"}},
		"Location": {Attrs: []string{"ID"}, Kids: []string{
			"Comment", "LocationAreaCode", "LocationCountry", "LocationPart", "FeatureVersionReference", "IDRegDocumentReference",
		}},
		"LocationAreaCode":  {Attrs: []string{"AreaCodeID"}},
		"LocationCountry":   {Attrs: []string{"CountryID", "CountryRelevanceID"}},
		"LocationPart":      {Attrs: []string{"LocPartTypeID"}, Kids: []string{"LocationPartValue"}},
		"LocationPartValue": {Attrs: []string{"Primary", "LocPartValueTypeID", "LocPartValueStatusID"}, Kids: []string{"Comment", "Value"}},

		"IDRegDocuments": {Kids: []string{"IDRegDocument"}},
		"IDRegDocument": {
			Attrs: []string{"ID", "IDRegDocTypeID", "IdentityID", "IssuedBy-CountryID", "IssuedIn-LocationID", "ValidityID"},
			Kids: []string{
				"Comment", "IDRegistrationNo", "IssuingAuthority", "DocumentDate", "IDRegDocumentMention", "FeatureVersionReference",
				"DocumentedNameReference", "ProfileRelationshipReference",
			},
		},
		"DocumentDate":                 {Attrs: []string{"IDRegDocDateTypeID"}, Kids: []string{"DatePeriod"}},
		"IDRegDocumentMention":         {Attrs: []string{"IDRegDocumentID", "ReferenceType"}},
		"FeatureVersionReference":      {Attrs: []string{"FeatureVersionID"}},
		"IDRegDocumentReference":       {Attrs: []string{"IDRegDocumentID"}},
		"DocumentedNameReference":      {Attrs: []string{"DocumentedNameID"}},
		"ProfileRelationshipReference": {Attrs: []string{"ProfileRelationshipID"}},

		"DistinctParties": {Kids: []string{"DistinctParty"}},
		"DistinctParty":   {Attrs: []string{"FixedRef"}, Kids: []string{"Comment", "Profile"}},
		"Profile": {Attrs: []string{"ID", "PartySubTypeID"}, Kids: []string{
			"Comment", "Identity", "Feature", "SanctionsEntryReference", "ExternalReference",
		}},
		"SanctionsEntryReference": {Attrs: []string{"SanctionsEntryID"}},
		"ExternalReference":       {Attrs: []string{"ExRefTypeID"}, Kids: []string{"Comment", "ExRefValue", "DirectURL", "SubLink"}},
		"SubLink":                 {Attrs: []string{"TargetTypeID"}, Kids: []string{"Description", "DirectURL"}},
		"Identity": {
			Attrs: []string{"ID", "FixedRef", "Primary", "False"},
			Kids:  []string{"Comment", "Alias", "NamePartGroups", "IDRegDocumentReference"},
		},
		"Alias": {
			Attrs: []string{"FixedRef", "AliasTypeID", "Primary", "LowQuality"},
			Kids:  []string{"Comment", "DatePeriod", "DocumentedName"},
		},
		"DocumentedName": {
			Attrs: []string{"ID", "FixedRef", "DocNameStatusID"},
			Kids:  []string{"Comment", "DocumentedNamePart", "DocumentedNameCountry", "IDRegDocumentReference"},
		},
		"DocumentedNamePart":    {Attrs: []string{"LeadingChars", "TrailingChars"}, Kids: []string{"NamePartValue"}},
		"DocumentedNameCountry": {Attrs: []string{"CountryID"}, Kids: []string{"Comment"}},
		"NamePartValue":         {Attrs: []string{"NamePartGroupID", "ScriptID", "ScriptStatusID", "Acronym"}},
		"NamePartGroups":        {Kids: []string{"MasterNamePartGroup"}},
		"MasterNamePartGroup":   {Kids: []string{"NamePartGroup"}},
		"NamePartGroup":         {Attrs: []string{"ID", "NamePartTypeID"}},
		"Feature":               {Attrs: []string{"ID", "FeatureTypeID"}, Kids: []string{"FeatureVersion", "IdentityReference"}},
		"FeatureVersion": {
			Attrs: []string{"ID", "ReliabilityID"},
			Kids:  []string{"Comment", "DatePeriod", "VersionDetail", "VersionLocation", "IDRegDocumentReference"},
		},
		"VersionDetail":     {Attrs: []string{"DetailTypeID", "DetailReferenceID"}},
		"VersionLocation":   {Attrs: []string{"LocationID"}},
		"IdentityReference": {Attrs: []string{"IdentityID", "IdentityFeatureLinkTypeID"}},

		"ProfileRelationships": {Kids: []string{"ProfileRelationship"}},
		"ProfileRelationship": {
			Attrs: []string{"ID", "From-ProfileID", "To-ProfileID", "RelationTypeID", "RelationQualityID", "Former", "SanctionsEntryID"},
			Kids:  []string{"Comment", "DatePeriod", "IDRegDocumentReference"},
		},
		"SanctionsEntries": {Kids: []string{"SanctionsEntry"}},
		"SanctionsEntry": {
			Attrs: []string{"ID", "ProfileID", "ListID", "EntryProfileRef"},
			Kids:  []string{"Comment", "LimitationsToListing", "EntryEvent", "SanctionsMeasure", "SupportingInfo", "ProfileRelationshipReference"},
		},
		"EntryEvent":          {Attrs: []string{"ID", "EntryEventTypeID", "LegalBasisID"}, Kids: []string{"Comment", "Date"}},
		"SanctionsMeasure":    {Attrs: []string{"ID", "SanctionsTypeID"}, Kids: []string{"Comment", "DatePeriod"}},
		"SupportingInfo":      {Attrs: []string{"ID", "SupInfoTypeID"}, Kids: []string{"Text", "DirectURL"}},
		"SanctionsEntryLinks": {Kids: []string{"SanctionsEntryLink"}},
		"SanctionsEntryLink": {
			Attrs: []string{"ID", "EntryA-SanctionsEntryID", "EntryB-SanctionsEntryID", "EntryLinkTypeID"},
			Kids:  []string{"Comment", "Date"},
		},
	}
	var containers []string
	for _, name := range valueSets {
		containers = append(containers, name+"Values")
		kinds[name+"Values"] = element.Kind{Kids: []string{name}}
		kinds[name] = element.Kind{Attrs: valueAttrs}
	}
	kinds["ReferenceValueSets"] = element.Kind{Kids: containers}
	return kinds
}()
