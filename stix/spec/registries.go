package spec

import (
	"encoding/base64"
	"strings"
	"sync"
)

// charsetNames are the character sets of the IANA registry, each by its
// preferred MIME name or, where there is none, its name (section 3.9.1). Source:
// https://www.iana.org/assignments/character-sets, as compiled in
// golang.org/x/text v0.43.0.
const charsetNames = `
US-ASCII ISO-8859-1 ISO-8859-2 ISO-8859-3 ISO-8859-4 ISO-8859-5 ISO-8859-6 ISO-8859-7 ISO-8859-8 ISO-8859-9
ISO-8859-10 ISO_6937-2-add JIS_X0201 JIS_Encoding Shift_JIS EUC-JP Extended_UNIX_Code_Fixed_Width_for_Japanese
BS_4730 SEN_850200_C IT ES DIN_66003 NS_4551-1 NF_Z_62-010 ISO-10646-UTF-1 ISO_646.basic:1983 INVARIANT
ISO_646.irv:1983 NATS-SEFI NATS-SEFI-ADD NATS-DANO NATS-DANO-ADD SEN_850200_B KS_C_5601-1987 ISO-2022-KR
EUC-KR ISO-2022-JP ISO-2022-JP-2 JIS_C6220-1969-jp JIS_C6220-1969-ro PT greek7-old latin-greek
NF_Z_62-010_(1973) Latin-greek-1 ISO_5427 JIS_C6226-1978 BS_viewdata INIS INIS-8 INIS-cyrillic ISO_5427:1981
ISO_5428:1980 GB_1988-80 GB_2312-80 NS_4551-2 videotex-suppl PT2 ES2 MSZ_7795.3 JIS_C6226-1983 greek7 ASMO_449
iso-ir-90 JIS_C6229-1984-a JIS_C6229-1984-b JIS_C6229-1984-b-add JIS_C6229-1984-hand JIS_C6229-1984-hand-add
JIS_C6229-1984-kana ISO_2033-1983 ANSI_X3.110-1983 T.61-7bit T.61-8bit ECMA-cyrillic CSA_Z243.4-1985-1
CSA_Z243.4-1985-2 CSA_Z243.4-1985-gr ISO-8859-6-E ISO-8859-6-I T.101-G2 ISO-8859-8-E ISO-8859-8-I CSN_369103
JUS_I.B1.002 IEC_P27-1 JUS_I.B1.003-serb JUS_I.B1.003-mac greek-ccitt NC_NC00-10:81 ISO_6937-2-25
GOST_19768-74 ISO_8859-supp ISO_10367-box latin-lap JIS_X0212-1990 DS_2089 us-dk dk-us KSC5636
UNICODE-1-1-UTF-7 ISO-2022-CN ISO-2022-CN-EXT UTF-8 ISO-8859-13 ISO-8859-14 ISO-8859-15 ISO-8859-16 GBK
GB18030 OSD_EBCDIC_DF04_15 OSD_EBCDIC_DF03_IRV OSD_EBCDIC_DF04_1 ISO-11548-1 KZ-1048 ISO-10646-UCS-2
ISO-10646-UCS-4 ISO-10646-UCS-Basic ISO-10646-Unicode-Latin1 ISO-10646-J-1 ISO-Unicode-IBM-1261
ISO-Unicode-IBM-1268 ISO-Unicode-IBM-1276 ISO-Unicode-IBM-1264 ISO-Unicode-IBM-1265 UNICODE-1-1 SCSU UTF-7
UTF-16BE UTF-16LE UTF-16 CESU-8 UTF-32 UTF-32BE UTF-32LE BOCU-1 UTF-7-IMAP ISO-8859-1-Windows-3.0-Latin-1
ISO-8859-1-Windows-3.1-Latin-1 ISO-8859-2-Windows-Latin-2 ISO-8859-9-Windows-Latin-5 hp-roman8
Adobe-Standard-Encoding Ventura-US Ventura-International DEC-MCS IBM850 PC8-Danish-Norwegian IBM862
PC8-Turkish IBM-Symbols IBM-Thai HP-Legal HP-Pi-font HP-Math8 Adobe-Symbol-Encoding HP-DeskTop Ventura-Math
Microsoft-Publishing Windows-31J GB2312 Big5 macintosh IBM037 IBM038 IBM273 IBM274 IBM275 IBM277 IBM278 IBM280
IBM281 IBM284 IBM285 IBM290 IBM297 IBM420 IBM423 IBM424 IBM437 IBM500 IBM851 IBM852 IBM855 IBM857 IBM860
IBM861 IBM863 IBM864 IBM865 IBM868 IBM869 IBM870 IBM871 IBM880 IBM891 IBM903 IBM904 IBM905 IBM918 IBM1026
EBCDIC-AT-DE EBCDIC-AT-DE-A EBCDIC-CA-FR EBCDIC-DK-NO EBCDIC-DK-NO-A EBCDIC-FI-SE EBCDIC-FI-SE-A EBCDIC-FR
EBCDIC-IT EBCDIC-PT EBCDIC-ES EBCDIC-ES-A EBCDIC-ES-S EBCDIC-UK EBCDIC-US UNKNOWN-8BIT MNEMONIC MNEM VISCII
VIQR KOI8-R HZ-GB-2312 IBM866 IBM775 KOI8-U IBM00858 IBM00924 IBM01140 IBM01141 IBM01142 IBM01143 IBM01144
IBM01145 IBM01146 IBM01147 IBM01148 IBM01149 Big5-HKSCS IBM1047 PTCP154 Amiga-1251 KOI7-switched BRF TSCII
CP51932 windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256
windows-1257 windows-1258 TIS-620 CP50220
`

// languages2 and languages3 are the primary language subtags of the IANA
// language subtag registry, which RFC 5646 makes the measure of a language code.
// The three-letter ones are a bit set over aaa…zzz (bit (a*26+b)*26+c). Source:
// https://www.iana.org/assignments/language-subtag-registry, as compiled in
// golang.org/x/text v0.43.0.
const languages2 = `
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it
iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo
mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh
si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh
yi yo za zh zu
`

const languages3 = `
//3//v//v9v7//769x88V2+Xe/j///9wvwP//88FhXL5//3/////9//////////j6f///028Cn7////////3/////99v9PHwXeefFAcg3/2ff8
kh+P//////////f/////////////d/////////7///////7/////+//////9////v//3/////+///////3///9///////////+///f///f+///
/v///////3+//dWtf0D/nMFDLAwlQQBQRADA///+n7RCRdabNIj3e+cXVlV9Dhw3f/Pv//9dOGUIABD8/7////9/Nz7Hx9//AYEAsAWAACAAAA
NQAECSIdD/f//e/l4EAAJkjRnB33sjAAAA323eJuXZ8/7//8+fFEEMhgDRAPDHZ1/WmV637e8DAAIAAADAd9pXkm0BLtZ79P//fwAAAAEMVgMA
ALAUJ1EWGgABAAAQEUkAAGAQAAAAEAAARAQAEIAFGAAABQCAKAQAAFDVLRBkNyRT9dW/480DAIAAQBAAAAAABBc5Ad3XmSGYpwgABUCCAAABBA
AAAAIBQABEAACw/u85AAIAAAAEAAAAAAAgAEAEAAAAAgAAABCjqgUAAAAABCAEpggEAAiBUAAACDGGQAAAAABAQAf1QxAIBAAAAOC7sxMAgAAR
AAAAAAAAAAAAAAAA///////fz4OiwP/fJ+9f5wMQILLFpkUlmwPf+d8D1EiQAQ7B95Nc2zjzf/9t+f//fwQIAAEhEnzf/Q+FT0RAAAT////W6B
v0N6MNAAAge3kCB4QA8P///wAYBYEAAACAELQcIQAAAAAAEEAABAi0/qcMQAAAkSQEbABg8P//f/YYBZ/fbgMAEQAAAEAFtb6CKAQABFHi//8/
BQkIBUAAAAAAEAEADAAAAAChAmznSRSJIMBHkAcAAADMUEAkhUeEQCAQACECUIgRANns71Q3HRFpDn3rMwgAIAVAEQAAAFBElknW3afBR5f7AB
AACACAAEBFAAECAAFAgABGCPjr9zvEnRYAAAwEASAg3aIBAAAAEkQAAAQQ8J2VEwSAAAHQFkAAEPCQYkzSAgFKAEYEgAgCACDAAIAGAAgAAAAA
8NjvFQIIAAABAAAAABABABAAAAD///////////9////+////////////3/////////////7//////////////f/f//////////////77//////
/////////////////v////////////////3d//vJgFLP8H8P//fwAIAMN9HwbmcvD//39EIjCfex79/1fy/z//8h6V9///R4ABAgAgQFWfit/5
bhGHUfj3/3dAAwXRWFwAQAAQBAIAIAqA//////7////////v////f/////////////f//99///////////+////7////3/////f///f///////
///////3/f/7/v9///////////////f///////////f///n/7///9//38CggT/////1+////f/4p7n//f/dv3N////////////fw+nUQbEl9Bd
r6b//f9jXVv///8/IBQAV1HCZfVN8v//30KFxQUAIgB0aRAYBUEAAQYAAAAAAFFgBQQBAAAGESAAGAWS8f1nawaVBlft+02de4MEYkAAFUIAAA
BUx/lfEM7JRt/3EzEAIAAAAJAAAAAAAAoQAAFAAPDf/799vs//v0IUhGGw/316BAIASS0UJ//t8b/vPwAAAsfgHvy///379/33///8/e9H9H8Q
AQHEf//33flfBYbv9Xf9PQAAAENxQgBAAAABQxkkCAD///////////////////////////////////////////////////////////////////
////////////////////+951fuE10JwUAh+hcBgAAAAADw/v+/ACMAIAAACAAAMLXjEAAAABEkFgABAjCDowFQAAGDEUgAAADw3///EqoQ//hS
AIAgAAAAAEAQAgI9QBBCEGFf3zEAAAABXAIgAAABAEIBIAAA////////P9/ez73/r///f0tAEPH97/33///7//9v8Xvxf/9////////////f//
3//1f/b4F3n/z3///////+/19Xf+9fUBhy//+fFZ8VD33GfaGS9f/////////93f///fbf/z9AmAL/7//39v7///9/0D4Ve7z/vv//9///93//
//7/99f97y+Av8X////////////9//9/Rh93//nbXc99Frnqe6AeIAAwAgQkSAQAAEDUBgQAAAQABAAwCQZQAAgAQAAkAAQAENx4100PVE/xFm
TVSgpAAgBAAAgAAAD8/+sfWEhBJKAEADASQCIAEAAAAAAAAAEAAAiAEBC/b5MAAQAAAAAAAADAgC8AAAAAAAAKAAAAwIfCAgABAAH/GAIAEvD/
eT8AJQAACAoAAAAAAABAABADAAkgAAABAACDAAAAAAEAAAAAAAAAAAAAAAD////Pfr4REAAAkgFGzfleAAEAMBQEVRABBPY/egUEALCAIFV1n3
3fccx41UP112cUAQAAAAAALPfbH1Rgg2gFEIs4ugEAADAAJEQAABADMQIBAADw9f/X17xw1nh6FVAFpITpQQAAAGs5UnRA6TCQapIAAAL/7/9/
hVP07///8t3HTPVC/P//HwCAwFbMFp/7N33v/72krwFEGAFdTkoIUCgw4IAQICQA////b/4BBogqQBYBARUrPgEAABCQaUUCAgHpv78DAAAQ3K
fRVJ5E3/2PZrNVINTj2DA9gAAAAEz0EcWEb1AAIlB/v9sHACAQhLJFEAZEAAASAhEA8P/9fwUCFokAAAAIABAMAwAAAACDMAIshAEzwCMkAAAA
y+Q6RshU8f//fxYBAYRQB/z//w8BAEAQOAEBHBJA4XYWiAMQAAAAAQAAAAAAIiQKQIAAAA==
`

type registries struct {
	charsets  map[string]bool // lower case
	twoLetter map[string]bool
	letters   []byte
}

var ianaRegistries = sync.OnceValue(func() *registries {
	r := &registries{charsets: map[string]bool{}, twoLetter: map[string]bool{}}
	for _, n := range strings.Fields(charsetNames) {
		r.charsets[strings.ToLower(n)] = true
	}
	for _, n := range strings.Fields(languages2) {
		r.twoLetter[n] = true
	}
	bits, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(languages3), ""))
	if err != nil {
		panic("spec: the language table is damaged: " + err.Error())
	}
	r.letters = bits
	return r
})

// IsCharset reports whether s names an IANA character set by its preferred
// name. Names of character sets ignore case (RFC 2978).
func IsCharset(s string) bool { return ianaRegistries().charsets[strings.ToLower(s)] }

// IsLanguage reports whether s is a language code as RFC 5646 has them: well
// formed (section 2.1) with a registered primary subtag. Later subtags are
// checked for form only.
func IsLanguage(s string) bool {
	parts := strings.Split(strings.ToLower(s), "-")
	if parts[0] == "x" {
		return len(parts) > 1 && allSubtags(parts[1:])
	}
	if parts[0] == "i" || !knownLanguage(parts[0]) {
		return grandfathered[strings.ToLower(s)]
	}
	stage := extlang
	for i := 1; i < len(parts); i++ {
		p := parts[i]
		if len(p) == 1 {
			return i+1 < len(parts) && allSubtags(parts[i+1:])
		}
		next, ok := subtagStage(p, stage)
		if !ok {
			return false
		}
		stage = next
	}
	return true
}

// The stages of a language tag, in the order of RFC 5646 section 2.1.
const (
	extlang = iota
	script
	region
	variant
)

// subtagStage returns the stage that may follow subtag p, which comes at stage
// at or later.
func subtagStage(p string, at int) (next int, ok bool) {
	if !alphanumeric(p) {
		return 0, false
	}
	digit := p[0] >= '0' && p[0] <= '9'
	switch {
	case len(p) == 3 && !digit && at == extlang:
		return extlang, true
	case len(p) == 4 && !digit && at <= script:
		return region, true
	case (len(p) == 2 && !digit || len(p) == 3 && digit) && at <= region:
		return variant, true
	case len(p) >= 5 && len(p) <= 8 || len(p) == 4 && digit:
		return variant, true
	}
	return 0, false
}

// allSubtags checks the subtags of extensions and private use.
func allSubtags(parts []string) bool {
	for _, p := range parts {
		if len(p) > 8 || !alphanumeric(p) {
			return false
		}
	}
	return parts[len(parts)-1] != ""
}

func alphanumeric(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func knownLanguage(s string) bool {
	r := ianaRegistries()
	if len(s) == 2 {
		return r.twoLetter[s]
	}
	if len(s) != 3 {
		return false
	}
	n := 0
	for i := range 3 {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
		n = n*26 + int(s[i]-'a')
	}
	return r.letters[n/8]&(1<<(n%8)) != 0
}

// grandfathered are the irregular tags that RFC 5646 section 2.2.8 keeps valid.
var grandfathered = map[string]bool{
	"en-gb-oed": true, "i-ami": true, "i-bnn": true, "i-default": true, "i-enochian": true, "i-hak": true,
	"i-klingon": true, "i-lux": true, "i-mingo": true, "i-navajo": true, "i-pwn": true, "i-tao": true,
	"i-tay": true, "i-tsu": true, "sgn-be-fr": true, "sgn-be-nl": true, "sgn-ch-de": true,
}
