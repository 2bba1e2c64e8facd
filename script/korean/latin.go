package korean

// jamo is one sound for which a spelling of an onset, a vowel or a coda stands.
type jamo struct {
	index  int
	weight float32
	rules  Rules
}

// spelling is one way to write an onset, a vowel or a coda, and its sounds.
type spelling struct {
	text   string
	sounds []jamo
}

const (
	every  = Revised | McCune | DPRK | Custom | French
	marked = McCune | DPRK // systems whose plain and aspirated, or round and unround, letters differ by marks that are often lost
)

// latinOnsets: the Revised Romanisation writes ㄱ g, ㅋ k, ㄲ kk; McCune–Reischauer
// k or g by the sound, k', kk, and loses the apostrophe as often as not; the
// DPRK's rules k, kh, kk.
var latinOnsets = []spelling{
	{"", []jamo{{onO, 1, every}}},
	{"g", []jamo{{onG, 1, every}}},
	{"k", []jamo{{onG, 1, marked | Custom | French}, {onK, 0.6, Revised | McCune | Custom}, {onGG, 0.15, Custom}}},
	{"kh", []jamo{{onK, 1, DPRK}}},
	{"kk", []jamo{{onGG, 1, Revised | marked}, {onG, 0.2, Custom}}},
	{"gh", []jamo{{onG, 1, Custom}}},
	{"gg", []jamo{{onGG, 1, Custom}, {onG, 0.2, Custom}}},
	{"n", []jamo{{onN, 1, every}}},
	{"n*", []jamo{{onN, 1, every}, {onR, 0.7, McCune | Liaison}}}, // after a nasal: Kŭng-nyŏl is 극렬
	{"d", []jamo{{onD, 1, every}}},
	{"t", []jamo{{onD, 1, marked | French}, {onT, 0.8, Revised | McCune | Custom}, {onDD, 0.15, Custom}}},
	{"th", []jamo{{onT, 1, DPRK | Custom}}},
	{"tt", []jamo{{onDD, 1, Revised | marked}}},
	{"dd", []jamo{{onDD, 1, Custom}}},
	{"r", []jamo{{onR, 1, every}}},
	{"l", []jamo{{onR, 1, every}}},
	{"rh", []jamo{{onR, 1, Custom}}},
	{"m", []jamo{{onM, 1, every}}},
	{"b", []jamo{{onB, 1, every}}},
	{"p", []jamo{{onB, 1, marked | Custom | French}, {onP, 0.7, Revised | McCune | Custom}, {onBB, 0.15, Custom}}},
	{"ph", []jamo{{onP, 1, DPRK}}},
	{"pp", []jamo{{onBB, 1, Revised | marked}}},
	{"bb", []jamo{{onBB, 1, Custom}}},
	{"s", []jamo{{onS, 1, every}, {onSS, 0.25, Custom}}},
	{"sh", []jamo{{onS, 1, McCune | Custom}}},
	{"ss", []jamo{{onSS, 1, Revised | marked}, {onS, 0.3, Custom}}},
	{"j", []jamo{{onJ, 1, Revised | marked | Custom}}},
	{"jh", []jamo{{onJ, 1, Custom}}},
	{"jj", []jamo{{onJJ, 1, Revised}}},
	{"ch", []jamo{{onCH, 1, Revised | marked | Custom}, {onJ, 1, McCune | Custom}, {onJJ, 0.1, Custom}}},
	{"tch", []jamo{{onCH, 1, French}, {onJJ, 0.5, marked}, {onJ, 0.4, French}}},
	{"dj", []jamo{{onJ, 1, French}}},
	{"h", []jamo{{onH, 1, every}}},
	{"-", []jamo{{onO, 1, every}, {onH, 0.45, Liaison}}}, // nothing written after a sounded coda: weak h
}

// latinVowels: ŏ is eo, o or u; ŭ is eu or u. The DPRK's rules write both ㅓ and
// ㅗ as o once the mark is lost, and both ㅡ and ㅜ as u; South Korean custom
// writes ㅓ as u before a coda (Chul, Sung, Jung).
var latinVowels = []spelling{
	{"a", []jamo{{vA, 1, every}}},
	{"ah", []jamo{{vA, 1, Custom}}},
	{"ar", []jamo{{vA, 1, Custom}}}, // Park
	{"aa", []jamo{{vA, 1, Custom}}},
	{"ae", []jamo{{vAE, 1, every}, {vE, 0.5, Custom}, {vYE, 0.4, Custom}}}, // ㅐ, ㅔ and, behind consonants, ㅖ sound alike today
	{"ai", []jamo{{vAE, 1, Custom}}},
	{"ay", []jamo{{vAE, 1, Custom}}},
	{"ya", []jamo{{vYA, 1, every}}},
	{"yah", []jamo{{vYA, 1, Custom}}},
	{"ia", []jamo{{vYA, 0.6, Custom}}},
	{"yae", []jamo{{vYAE, 1, every}}},
	{"e", []jamo{{vE, 1, every}, {vAE, 0.35, Custom}, {vYE, 0.3, marked | Custom}}},
	{"eh", []jamo{{vE, 1, Custom}, {vYE, 0.6, Custom}}},
	{"ye", []jamo{{vYE, 1, every}, {vE, 0.5, Custom}, {vYEO, 0.4, Custom | French}}},
	{"yeh", []jamo{{vYE, 1, Custom}}},
	{"eo", []jamo{{vEO, 1, Revised}}},
	{"eou", []jamo{{vEO, 1, Custom}, {vEU, 0.6, Custom}}},
	{"yeo", []jamo{{vYEO, 1, Revised}}},
	{"yea", []jamo{{vYEO, 1, Custom}, {vYE, 0.6, Custom}}},
	{"yeou", []jamo{{vYEO, 1, Custom}}},
	{"o", []jamo{{vO, 1, every}, {vEO, 0.95, marked | Custom}}},
	{"oh", []jamo{{vO, 1, Custom}, {vEO, 0.5, Custom}}},
	{"yo", []jamo{{vYEO, 1, marked}, {vYO, 0.95, every}}},
	{"u", []jamo{{vU, 1, every}, {vEU, 0.85, marked}, {vEO, 0.35, Custom}}},
	{"u+", []jamo{{vU, 1, every}, {vEU, 0.85, marked}, {vEO, 0.85, Custom}}}, // before a coda
	{"uh", []jamo{{vEO, 1, Custom}, {vU, 0.4, Custom}}},
	{"ur", []jamo{{vEO, 1, Custom}}},
	{"oo", []jamo{{vU, 1, Custom}, {vEU, 0.15, Custom}}},
	{"ou", []jamo{{vU, 1, French | Custom}, {vEO, 0.7, Custom}, {vO, 0.2, Custom}}},
	{"eu", []jamo{{vEU, 1, Revised}, {vEO, 0.7, French}, {vYEO, 0.2, Custom}}},
	{"yu", []jamo{{vYU, 1, every}}},
	{"yu+", []jamo{{vYEO, 1, Custom}, {vYU, 0.8, every}}},
	{"yuh", []jamo{{vYEO, 1, Custom}}},
	{"yoo", []jamo{{vYU, 1, Custom}}},
	{"you", []jamo{{vYEO, 1, Custom}, {vYU, 0.7, Custom | French}, {vYO, 0.35, Custom}}},
	{"iou", []jamo{{vYEO, 0.6, Custom}, {vYU, 0.6, French}}},
	{"i", []jamo{{vI, 1, every}, {vUI, 0.1, Custom}}},
	{"ih", []jamo{{vI, 1, Custom}}},
	{"ee", []jamo{{vI, 1, Custom}, {vUI, 0.1, Custom}}},
	{"ie", []jamo{{vI, 1, Custom}}},
	{"yee", []jamo{{vI, 1, Custom}, {vUI, 0.4, Custom}}},
	{"yi", []jamo{{vI, 1, Custom}, {vUI, 0.3, Custom}}},
	{"y", []jamo{{vI, 1, French}, {vUI, 0.8, French}}},
	{"ui", []jamo{{vUI, 1, every}, {vWI, 0.3, Custom}}},
	{"eui", []jamo{{vUI, 1, Custom}}},
	{"wi", []jamo{{vWI, 1, every}}},
	{"wee", []jamo{{vWI, 1, Custom}}},
	{"whi", []jamo{{vWI, 0.8, Custom}}},
	{"wa", []jamo{{vWA, 1, every}}},
	{"oa", []jamo{{vWA, 1, Custom}}},
	{"wae", []jamo{{vWAE, 1, every}}},
	{"oe", []jamo{{vOE, 1, Revised | marked}, {vO, 0.4, Custom}}}, // Choe; Joe for 조
	{"oi", []jamo{{vOE, 1, Custom}}},
	{"we", []jamo{{vWE, 1, every}, {vOE, 0.6, Custom}}},
	{"wo", []jamo{{vWO, 1, every}}},
	{"weo", []jamo{{vWO, 1, Revised | Custom}}},
	{"wu", []jamo{{vU, 1, Custom}, {vWO, 0.3, Custom}}},
	{"woo", []jamo{{vU, 1, Custom}}},
}

var latinCodas = []spelling{
	{"", []jamo{{cNone, 1, every}}},
	{"k", []jamo{{cG, 1, every}}},
	{"g", []jamo{{cG, 1, Custom}}},
	{"ck", []jamo{{cG, 1, Custom}}},
	{"c", []jamo{{cG, 1, Custom}}},
	{"n", []jamo{{cN, 1, every}}},
	{"nn", []jamo{{cN, 0.8, Custom}}},
	{"ne", []jamo{{cN, 0.6, Custom}}}, // June
	{"t", []jamo{{cS, 1, every}, {cD, 0.8, every}}},
	{"l", []jamo{{cL, 1, every}}},
	{"l*", []jamo{{cL, 1, every}, {cN, 0.5, McCune | Liaison}}}, // before r: 순룡 is Sul-lyong
	{"ll", []jamo{{cL, 1, Custom}}},
	{"r", []jamo{{cL, 1, marked}}},
	{"m", []jamo{{cM, 1, every}}},
	{"mm", []jamo{{cM, 0.8, Custom}}},
	{"m*", []jamo{{cM, 1, every}, {cB, 0.3, McCune | Liaison}}}, // before n, m: assimilation
	{"p", []jamo{{cB, 1, every}}},
	{"b", []jamo{{cB, 1, Custom}}},
	{"ng", []jamo{{cNG, 1, every}}},
	{"nng", []jamo{{cNG, 0.8, Custom}}},
	{"ng*", []jamo{{cNG, 1, every}, {cG, 0.5, McCune | Liaison}}}, // before n, m: 극렬 is Kŭng-nyŏl
}

// Kontsevich (2001), after Fold: ё is е, й is и.
var cyrillicOnsets = []spelling{
	{"", []jamo{{onO, 1, Cyrillic}}},
	{"к", []jamo{{onG, 1, Cyrillic}, {onK, 0.2, Cyrillic}}},
	{"г", []jamo{{onG, 1, Cyrillic}}},
	{"кх", []jamo{{onK, 1, Cyrillic}}},
	{"кк", []jamo{{onGG, 1, Cyrillic}}},
	{"н", []jamo{{onN, 1, Cyrillic}}},
	{"н*", []jamo{{onN, 1, Cyrillic}, {onR, 0.6, Cyrillic | Liaison}}},
	{"т", []jamo{{onD, 1, Cyrillic}, {onT, 0.2, Cyrillic}}},
	{"д", []jamo{{onD, 1, Cyrillic}}},
	{"тх", []jamo{{onT, 1, Cyrillic}}},
	{"тт", []jamo{{onDD, 1, Cyrillic}}},
	{"р", []jamo{{onR, 1, Cyrillic}}},
	{"л", []jamo{{onR, 1, Cyrillic}}},
	{"м", []jamo{{onM, 1, Cyrillic}}},
	{"п", []jamo{{onB, 1, Cyrillic}, {onP, 0.2, Cyrillic}}},
	{"б", []jamo{{onB, 1, Cyrillic}}},
	{"пх", []jamo{{onP, 1, Cyrillic}}},
	{"пп", []jamo{{onBB, 1, Cyrillic}}},
	{"с", []jamo{{onS, 1, Cyrillic}}},
	{"сс", []jamo{{onSS, 1, Cyrillic}}},
	{"ш", []jamo{{onS, 1, Cyrillic}}},
	{"ч", []jamo{{onJ, 1, Cyrillic}, {onCH, 0.5, Cyrillic}}},
	{"дж", []jamo{{onJ, 1, Cyrillic}}},
	{"чж", []jamo{{onJ, 1, Cyrillic}}},
	{"чх", []jamo{{onCH, 1, Cyrillic}}},
	{"ц", []jamo{{onJ, 0.8, Cyrillic}, {onCH, 0.4, Cyrillic}}},
	{"цх", []jamo{{onCH, 1, Cyrillic}}},
	{"чч", []jamo{{onJJ, 1, Cyrillic}}},
	{"х", []jamo{{onH, 1, Cyrillic}}},
	{"-", []jamo{{onO, 1, Cyrillic}, {onH, 0.3, Cyrillic | Liaison}}},
}

var cyrillicVowels = []spelling{
	{"а", []jamo{{vA, 1, Cyrillic}}},
	{"я", []jamo{{vYA, 1, Cyrillic}}},
	{"о", []jamo{{vO, 1, Cyrillic}, {vEO, 1, Cyrillic}}},
	{"е", []jamo{{vYEO, 1, Cyrillic}, {vYO, 0.9, Cyrillic}, {vE, 0.8, Cyrillic}, {vYE, 0.6, Cyrillic}, {vEO, 0.5, Cyrillic}}},
	{"ио", []jamo{{vYO, 1, Cyrillic}, {vYEO, 0.6, Cyrillic}}},
	{"у", []jamo{{vU, 1, Cyrillic}}},
	{"ю", []jamo{{vYU, 1, Cyrillic}}},
	{"ы", []jamo{{vEU, 1, Cyrillic}}},
	{"и", []jamo{{vI, 1, Cyrillic}, {vUI, 0.1, Cyrillic}}},
	{"э", []jamo{{vAE, 1, Cyrillic}, {vE, 1, Cyrillic}}},
	{"ве", []jamo{{vOE, 1, Cyrillic}, {vWE, 0.8, Cyrillic}, {vWAE, 0.5, Cyrillic}}},
	{"вэ", []jamo{{vWAE, 1, Cyrillic}, {vOE, 0.6, Cyrillic}, {vWE, 0.6, Cyrillic}}},
	{"ва", []jamo{{vWA, 1, Cyrillic}}},
	{"ви", []jamo{{vWI, 1, Cyrillic}}},
	{"во", []jamo{{vWO, 1, Cyrillic}}},
	{"ыи", []jamo{{vUI, 1, Cyrillic}}},
	{"уи", []jamo{{vWI, 1, Cyrillic}}},
}

var cyrillicCodas = []spelling{
	{"", []jamo{{cNone, 1, Cyrillic}}},
	{"к", []jamo{{cG, 1, Cyrillic}}},
	{"г", []jamo{{cG, 1, Cyrillic}}},
	{"н", []jamo{{cNG, 1, Cyrillic}, {cN, 0.9, Cyrillic}}},
	{"нъ", []jamo{{cNG, 1, Cyrillic}, {cN, 0.4, Cyrillic}}},
	{"нг", []jamo{{cNG, 1, Cyrillic}}},
	{"ль", []jamo{{cL, 1, Cyrillic}}},
	{"л", []jamo{{cL, 1, Cyrillic}}},
	{"р", []jamo{{cL, 1, Cyrillic}}},
	{"м", []jamo{{cM, 1, Cyrillic}}},
	{"м*", []jamo{{cM, 1, Cyrillic}, {cB, 0.3, Cyrillic | Liaison}}},
	{"п", []jamo{{cB, 1, Cyrillic}}},
	{"т", []jamo{{cS, 1, Cyrillic}, {cD, 0.8, Cyrillic}}},
}
