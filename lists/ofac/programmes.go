package ofac

import "slices"

// programmeTags leads from a programme tag to the instruments that it stands
// for. The source is OFAC's page "Program Tag Definitions for OFAC Sanctions
// Lists" (ofac.treasury.gov) and the orders themselves; a tag whose instrument
// is a regulation names its part of Title 31, Code of Federal Regulations. A tag
// that is not here is kept as a programme and gives a warning.
var programmeTags = map[string][]string{
	"561-Related":           {"31 CFR 561"},
	"BALKANS":               {"EO 13219", "EO 13304", "31 CFR 588"},
	"BALKANS-EO14033":       {"EO 14033"},
	"BELARUS":               {"EO 13405", "31 CFR 548"},
	"BELARUS-EO14038":       {"EO 14038"},
	"BPI-PA":                {"Patriot Act"},
	"BPI-RUSSIA-EO14024":    {"EO 14024"},
	"BPI-SDNTK":             {"Foreign Narcotics Kingpin Designation Act"},
	"BURMA-EO14014":         {"EO 14014"},
	"CAATSA - IRAN":         {"CAATSA"},
	"CAATSA - RUSSIA":       {"CAATSA"},
	"CAR":                   {"EO 13667", "31 CFR 553"},
	"CMIC-EO13959":          {"EO 13959", "EO 14032", "31 CFR 586"},
	"COTED":                 {"EO 13219"},
	"CUBA":                  {"31 CFR 515"},
	"CYBER":                 {"EO 13694"},
	"CYBER2":                {"EO 13694", "EO 13757"},
	"CYBER3":                {"EO 13694", "EO 14144"},
	"DARFUR":                {"EO 13400", "31 CFR 546"},
	"DPRK":                  {"EO 13551", "31 CFR 510"},
	"DPRK2":                 {"EO 13687"},
	"DPRK3":                 {"EO 13722"},
	"DPRK4":                 {"EO 13810"},
	"DPRK-NKSPEA":           {"North Korea Sanctions and Policy Enhancement Act of 2016"},
	"DRCONGO":               {"EO 13413", "31 CFR 547"},
	"ELECTION-EO13848":      {"EO 13848"},
	"ETHIOPIA-EO14046":      {"EO 14046"},
	"FSE-IR":                {"EO 13608"},
	"FSE-SY":                {"EO 13608"},
	"FTO":                   {"31 CFR 597", "Antiterrorism and Effective Death Penalty Act of 1996"},
	"GLOMAG":                {"EO 13818"},
	"HIFPAA":                {"Hizballah International Financing Prevention Amendments Act of 2018"},
	"HK-EO13936":            {"EO 13936"},
	"HOSTAGES-EO14078":      {"EO 14078"},
	"HRIT-IR":               {"EO 13606"},
	"HRIT-SY":               {"EO 13606"},
	"ICC-EO14203":           {"EO 14203"},
	"IFCA":                  {"Iran Freedom and Counter-Proliferation Act of 2012", "EO 13645"},
	"IFSR":                  {"31 CFR 561"},
	"ILLICIT-DRUGS-EO14059": {"EO 14059"},
	"IRAN":                  {"31 CFR 560"},
	"IRAN-CON-ARMS-EO":      {"EO 13949"},
	"IRAN-EO13846":          {"EO 13846"},
	"IRAN-EO13871":          {"EO 13871"},
	"IRAN-EO13876":          {"EO 13876"},
	"IRAN-EO13902":          {"EO 13902"},
	"IRAN-HR":               {"EO 13553", "31 CFR 562"},
	"IRAN-TRA":              {"Iran Threat Reduction and Syria Human Rights Act of 2012", "EO 13628"},
	"IRAQ2":                 {"EO 13315", "EO 13350", "31 CFR 576"},
	"IRAQ3":                 {"EO 13438", "31 CFR 576"},
	"IRGC":                  {"31 CFR 561"},
	"ISA":                   {"Iran Sanctions Act of 1996", "EO 13574"},
	"LEBANON":               {"EO 13441", "31 CFR 549"},
	"LIBYA2":                {"EO 13566", "31 CFR 570"},
	"LIBYA3":                {"EO 13726"},
	"MAGNIT":                {"Sergei Magnitsky Rule of Law Accountability Act of 2012", "31 CFR 584"},
	"MALI-EO13882":          {"EO 13882"},
	"NICARAGUA":             {"EO 13851"},
	"NICARAGUA-NHRAA":       {"Nicaragua Human Rights and Anticorruption Act of 2018"},
	"NPWMD":                 {"EO 13382", "31 CFR 544"},
	"NS-PLC":                {"31 CFR 594", "31 CFR 595", "31 CFR 597"},
	"PAARSSR-EO13894":       {"EO 13894"},
	"PEESA":                 {"Protecting Europe's Energy Security Act of 2019"},
	"PEESA-EO14039":         {"EO 14039", "Protecting Europe's Energy Security Act of 2019"},
	"RUSSIA-EO14024":        {"EO 14024"},
	"RUSSIA-EO14065":        {"EO 14065"},
	"SDGT":                  {"EO 13224", "31 CFR 594"},
	"SDNT":                  {"EO 12978", "31 CFR 536"},
	"SDNTK":                 {"Foreign Narcotics Kingpin Designation Act", "31 CFR 598"},
	"SDT":                   {"EO 12947", "31 CFR 595"},
	"SOMALIA":               {"EO 13536", "31 CFR 551"},
	"SOUTH SUDAN":           {"EO 13664", "31 CFR 558"},
	"SSIDES":                {"Support for the Sovereignty, Integrity, Democracy, and Economic Stability of Ukraine Act of 2014"},
	"SUDAN":                 {"EO 13067", "EO 13412", "31 CFR 538"},
	"SUDAN-EO14098":         {"EO 14098"},
	"SYRIA":                 {"EO 13338", "EO 13399", "EO 13460", "EO 13572", "EO 13573", "EO 13582", "31 CFR 542"},
	"SYRIA-CAESAR":          {"Caesar Syria Civilian Protection Act of 2019"},
	"SYRIA-EO13894":         {"EO 13894"},
	"TCO":                   {"EO 13581", "31 CFR 590"},
	"UHRPA":                 {"Uyghur Human Rights Policy Act of 2020"},
	"UKRAINE-EO13660":       {"EO 13660", "31 CFR 589"},
	"UKRAINE-EO13661":       {"EO 13661", "31 CFR 589"},
	"UKRAINE-EO13662":       {"EO 13662", "31 CFR 589"},
	"UKRAINE-EO13685":       {"EO 13685", "31 CFR 589"},
	"VENEZUELA":             {"EO 13692", "31 CFR 591"},
	"VENEZUELA-EO13850":     {"EO 13850"},
	"VENEZUELA-EO13884":     {"EO 13884"},
	"WEST-BANK-EO14115":     {"EO 14115"},
	"YEMEN":                 {"EO 13611", "31 CFR 552"},
	"ZIMBABWE":              {"EO 13288", "EO 13391", "EO 13469", "31 CFR 541"},
}

// Instruments returns the instruments of some of OFAC's programme tags, each once,
// in the order of the tags; a tag that the table does not have gives none.
func Instruments(tags []string) []string {
	var out []string
	for _, tag := range tags {
		for _, in := range programmeTags[tag] {
			if !slices.Contains(out, in) {
				out = append(out, in)
			}
		}
	}
	return out
}
