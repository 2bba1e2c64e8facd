// Package nation knows the trigraphs that releasability is written in: the codes
// of ISO 3166-1 alpha-3 and of GENC, the United States' profile of it, and the few
// tetragraphs whose members never change.
//
// In comes a code or a list as it stands after "REL TO"; out come trigraphs in one
// spelling ([Canonical], [List]), sorted and each once. Upper case only, as the
// marking manuals write them.
//
// Guarantees: a code that is in neither standard is refused, and with it the whole
// list, so that a slip of the pen denies. Tetragraphs are read as their members;
// one whose membership changes with time (NATO, ISAF) is refused too: what was
// released to it would otherwise reach others later.
package nation

import (
	"slices"
	"strings"

	"github.com/cordon-project/cordon/errs"
)

// iso are the officially assigned codes of ISO 3166-1 alpha-3, November 2025.
const iso = "" +
	"ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR " +
	"BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG " +
	"COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH " +
	"FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY " +
	"HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM " +
	"KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL " +
	"MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR " +
	"NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU " +
	"SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA " +
	"TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB " +
	"VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE " +
	""

// genc are the codes that GENC (edition 3) has for what ISO 3166-1 does not code
// on its own: Kosovo, Gaza Strip, West Bank, Svalbard, Jan Mayen. Each is a place
// of its own here. The Gaza Strip is not PSE, nor the other way about: who is
// released to one is not released to the other.
const genc = "XKS XGZ XWB XSV XJM "

// same are codes of one place in another spelling: XKX is what the European
// Union, the World Bank and CLDR write for Kosovo, in the range that ISO 3166-1
// leaves to its users.
var same = map[string]string{"XKX": "XKS"}

// groups are the tetragraphs that name their members.
var groups = map[string][]string{
	"ACGU": {"AUS", "CAN", "GBR", "USA"},
	"FVEY": {"AUS", "CAN", "GBR", "NZL", "USA"},
}

// maxCodes bounds a list: there are no more places than this.
const maxCodes = 300

// Canonical returns the trigraph in Cordon's spelling; false for a code that
// neither ISO 3166-1 nor GENC has.
func Canonical(code string) (string, bool) {
	if len(code) != 3 || strings.ContainsRune(code, ' ') {
		return "", false
	}
	if c, ok := same[code]; ok {
		return c, true
	}
	if strings.Contains(iso, code+" ") || strings.Contains(genc, code+" ") {
		return code, true
	}
	return "", false
}

// Members returns the trigraphs that a code stands for: itself, or the members of
// a tetragraph. It is false for any other.
func Members(code string) ([]string, bool) {
	if g, ok := groups[code]; ok {
		return slices.Clone(g), true
	}
	c, ok := Canonical(code)
	return []string{c}, ok
}

// List reads the list after "REL TO": codes with commas, the last perhaps after
// "and". It fails with errs.Invalid, naming the first code that is none.
func List(text string) ([]string, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " AND ", ", ")
	var out []string
	for _, code := range strings.Split(text, ",") {
		m, ok := Members(strings.TrimSpace(code))
		if !ok {
			return nil, errs.New(errs.Invalid, "%q in a list of nations is no trigraph", strings.TrimSpace(code)).
				WithHint("use codes of ISO 3166-1 alpha-3 or GENC with commas: USA, JPN, KOR")
		}
		if out = append(out, m...); len(out) > maxCodes {
			return nil, errs.New(errs.Invalid, "a list of nations has more than %d codes", maxCodes)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
