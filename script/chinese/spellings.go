package chinese

// A spelling is one way to write a syllable, and how much it costs: 1 for the
// regular way, less where a mark was lost or the way is less usual. The figures
// order readings of one name; they are choices, not measurements.
type spelling struct {
	text   string
	weight float32
}

// What a lost mark costs. Both are lost far more often than they are kept.
const (
	lostApostrophe = 0.9
	lostUmlaut     = 0.95
	lessUsual      = 0.8
)

// pinyinSpellings returns how a syllable is written in Hanyu Pinyin once
// diacritics are lost: ü as u, as v, and as yu in passports (National
// Immigration Administration of China, 2012).
func pinyinSpellings(s syllable) []spelling {
	switch s.final {
	case "v":
		return []spelling{{s.spelling, 1}, {s.initial + "yu", 1}, {s.initial + "u", lessUsual}}
	case "ve":
		return []spelling{{s.spelling, 1}, {s.initial + "ue", 1}, {s.initial + "yue", 1}}
	}
	return []spelling{{s.spelling, 1}}
}

// wadeInitials are the initials of Wade–Giles, those with an apostrophe lost
// marked. Source, with wadeFinals: Library of Congress, Pinyin conversion
// project, table of Wade–Giles and Hanyu Pinyin (ALA-LC rules before 1997).
var wadeInitials = map[string]struct {
	text       string
	apostrophe bool
}{
	"b": {"p", false}, "p": {"p", true}, "m": {"m", false}, "f": {"f", false},
	"d": {"t", false}, "t": {"t", true}, "n": {"n", false}, "l": {"l", false},
	"g": {"k", false}, "k": {"k", true}, "h": {"h", false},
	"j": {"ch", false}, "q": {"ch", true}, "x": {"hs", false},
	"zh": {"ch", false}, "ch": {"ch", true}, "sh": {"sh", false}, "r": {"j", false},
	"z": {"ts", false}, "c": {"ts", true}, "s": {"s", false},
	"": {"", false}, "y": {"y", false}, "w": {"w", false},
}

// wadeFinals are the finals that are not as in Pinyin, by what stands before
// them where that matters ("uo" after g is "uo", elsewhere "o").
var wadeFinals = map[string][]spelling{
	"ian": {{"ien", 1}}, "ie": {{"ieh", 1}}, "iong": {{"iung", 1}}, "ong": {{"ung", 1}}, "er": {{"erh", 1}},
	"v": {{"u", lostUmlaut}}, "ve": {{"ueh", lostUmlaut}, {"ue", lessUsual}},
	"uo": {{"o", 1}, {"uo", lessUsual}}, "guo": {{"uo", 1}}, "kuo": {{"uo", 1}}, "huo": {{"uo", 1}}, "shuo": {{"uo", 1}},
	"gui": {{"uei", 1}, {"ui", lessUsual}}, "kui": {{"uei", 1}, {"ui", lessUsual}},
	"e": {{"e", 1}}, "ge": {{"o", 1}, {"e", lessUsual}}, "ke": {{"o", 1}, {"e", lessUsual}}, "he": {{"o", 1}, {"e", lessUsual}},
	"zhi": {{"ih", 1}}, "chi": {{"ih", 1}}, "shi": {{"ih", 1}}, "ri": {{"ih", 1}},
	"ju": {{"u", lostUmlaut}}, "qu": {{"u", lostUmlaut}}, "xu": {{"u", lostUmlaut}},
	"jue": {{"ueh", lostUmlaut}}, "que": {{"ueh", lostUmlaut}}, "xue": {{"ueh", lostUmlaut}},
	"juan": {{"uan", lostUmlaut}}, "quan": {{"uan", lostUmlaut}}, "xuan": {{"uan", lostUmlaut}},
	"jun": {{"un", lostUmlaut}}, "qun": {{"un", lostUmlaut}}, "xun": {{"un", lostUmlaut}},
	"yan": {{"en", 1}}, "ye": {{"eh", 1}}, "yong": {{"ung", 1}}, "you": {{"u", 1}}, "yu": {{"u", lostUmlaut}},
	"yuan": {{"uan", lostUmlaut}}, "yue": {{"ueh", lostUmlaut}}, "yun": {{"un", lostUmlaut}},
}

// wadeWhole are the syllables that initial and final do not make.
var wadeWhole = map[string][]spelling{
	"yi": {{"i", 1}, {"yi", lessUsual}},
	"e":  {{"o", 1}, {"e", 1}},
	// Taiwan's customary Lee (李) and Ing (英).
	"li": {{"li", 1}, {"lee", lessUsual}}, "ying": {{"ying", 1}, {"ing", lessUsual}},
	"zi": {{"tzu", 1}}, "ci": {{"tzu", lostApostrophe}}, "si": {{"ssu", 1}, {"szu", 1}},
}

// wadeSpellings returns how a syllable is written in Wade–Giles without
// apostrophes and umlauts.
func wadeSpellings(s syllable) []spelling {
	if whole := wadeWhole[s.spelling]; whole != nil {
		return whole
	}
	initial := wadeInitials[s.initial]
	finals := wadeFinals[s.spelling]
	if finals == nil {
		finals = wadeFinals[s.final]
	}
	if finals == nil {
		finals = []spelling{{s.final, 1}}
	}
	out := make([]spelling, 0, len(finals))
	for _, f := range finals {
		if initial.apostrophe {
			f.weight *= lostApostrophe
		}
		out = append(out, spelling{initial.text + f.text, f.weight})
	}
	return out
}

// hongKongInitials and hongKongFinals are the customary spelling of Cantonese
// names. There is no official table: they are derived from Jyutping by what the
// spellings of the Hong Kong Government have in common (Hong Kong Gazetteer
// place names; Eitel 1877, Dyer Ball 1883 and Meyer–Wempe 1935, from which the
// practice comes) and by Yale (Huang and Kok, 1960) without tone marks.
var hongKongInitials = map[string][]spelling{
	"":  {{"", 1}, {"ng", lessUsual}},
	"b": {{"p", 1}, {"b", 0.9}}, "p": {{"p", 1}}, "m": {{"m", 1}}, "f": {{"f", 1}},
	"d": {{"t", 1}, {"d", 0.9}}, "t": {{"t", 1}}, "n": {{"n", 1}}, "l": {{"l", 1}},
	"g": {{"k", 1}, {"g", 0.9}}, "k": {{"k", 1}}, "ng": {{"ng", 1}, {"", lessUsual}}, "h": {{"h", 1}},
	"gw": {{"kw", 1}, {"gw", 0.9}}, "kw": {{"kw", 1}}, "w": {{"w", 1}},
	"z": {{"ch", 1}, {"ts", 0.95}, {"j", lessUsual}}, "c": {{"ch", 1}, {"ts", 0.95}}, "s": {{"s", 1}, {"sh", 1}},
	"j": {{"y", 1}},
}

var hongKongFinals = map[string][]spelling{
	"aa": {{"a", 1}, {"ah", 1}, {"aa", lessUsual}}, "aai": {{"ai", 1}, {"aai", lessUsual}}, "aau": {{"au", 1}, {"aau", lessUsual}},
	"aam": {{"am", 1}, {"aam", lessUsual}}, "aan": {{"an", 1}, {"aan", lessUsual}}, "aang": {{"ang", 1}, {"aang", lessUsual}},
	"aap": {{"ap", 1}, {"aap", lessUsual}}, "aat": {{"at", 1}, {"aat", lessUsual}}, "aak": {{"ak", 1}, {"aak", lessUsual}},
	"am": {{"am", 1}, {"um", 0.95}}, "an": {{"an", 1}, {"un", 0.85}}, "ap": {{"ap", 1}, {"up", lessUsual}}, "at": {{"at", 1}, {"ut", lessUsual}},
	"e": {{"e", 1}, {"eh", lessUsual}}, "ei": {{"ei", 1}, {"i", 0.95}, {"ee", 0.9}, {"ay", 0.7}},
	"i": {{"i", 1}, {"ee", 0.9}},
	"o": {{"o", 1}, {"oh", lessUsual}, {"or", lessUsual}}, "oi": {{"oi", 1}, {"oy", lessUsual}}, "ok": {{"ok", 1}, {"ock", lessUsual}},
	"ou": {{"o", 1}, {"ou", 0.9}, {"ow", lessUsual}},
	"u":  {{"u", 1}, {"oo", 0.9}}, "un": {{"un", 1}, {"oon", 0.9}}, "ui": {{"ui", 1}, {"ooi", lessUsual}}, "ut": {{"ut", 1}, {"oot", lessUsual}},
	"eoi": {{"ui", 1}, {"eui", lessUsual}}, "eon": {{"un", 1}, {"eun", lessUsual}}, "eot": {{"ut", 1}, {"eut", lessUsual}},
	"oe": {{"eu", 1}, {"oe", lessUsual}}, "oeng": {{"eung", 1}, {"eong", 0.9}}, "oek": {{"euk", 1}, {"eok", lessUsual}},
	"yu": {{"u", 1}, {"ue", 0.9}, {"yu", lessUsual}}, "yun": {{"uen", 1}, {"un", 0.95}, {"yun", lessUsual}}, "yut": {{"uet", 1}, {"ut", 0.85}, {"yut", lessUsual}},
}

// hongKongWhole are the syllables that initial and final do not make alone.
var hongKongWhole = map[string][]spelling{
	"zi": {{"chi", 1}, {"tsz", 1}, {"tze", 0.9}, {"chee", 0.9}, {"tsi", lessUsual}, {"ji", lessUsual}},
	"ci": {{"chi", 1}, {"tsz", 1}, {"tze", 0.9}, {"chee", 0.9}, {"tsi", lessUsual}},
	"si": {{"si", 1}, {"sze", 1}, {"sz", 1}, {"shi", 1}, {"see", 0.9}},
	// The initial is not written twice.
	"jyu": {{"yu", 1}, {"yue", 0.9}}, "jyun": {{"yuen", 1}, {"yun", 0.9}}, "jyut": {{"yuet", 1}, {"yut", 0.9}},
	"jip": {{"yip", 1}, {"ip", lessUsual}}, "jiu": {{"yiu", 1}, {"iu", lessUsual}},
}

// hongKongSpellings returns how a Cantonese syllable is customarily written.
func hongKongSpellings(s syllable) []spelling {
	if whole := hongKongWhole[s.spelling]; whole != nil {
		return whole
	}
	finals := hongKongFinals[s.final]
	if finals == nil {
		finals = []spelling{{s.final, 1}}
	}
	var out []spelling
	for _, i := range hongKongInitials[s.initial] {
		for _, f := range finals {
			out = append(out, spelling{i.text + f.text, i.weight * f.weight})
		}
	}
	return out
}
