package chinese

import (
	"slices"
	"strings"
	"sync"
)

// mandarin is the table of Mandarin syllables: an initial, then the finals that
// stand with it, in the spelling of Hanyu Pinyin with v for ü. Source: ISO
// 7098:2015, annex A, without interjections (hm, ng, ê).
const mandarin = `
-: a ai an ang ao e ei en eng er o ou
y: a an ang ao e i in ing o ong ou u uan ue un
w: a ai an ang ei en eng o u
b: a ai an ang ao ei en eng i ian iao ie in ing o u
p: a ai an ang ao ei en eng i ian iao ie in ing o ou u
m: a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f: a an ang ei en eng o ou u
d: a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo
t: a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo
n: a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve
l: a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve
g: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
h: a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j: i ia ian iang iao ie in ing iong iu u uan ue un
q: i ia ian iang iao ie in ing iong iu u uan ue un
x: i ia ian iang iao ie in ing iong iu u uan ue un
zh: a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo
ch: a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
sh: a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r: an ang ao e en eng i ong ou u ua uan ui un uo
z: a ai an ang ao e ei en eng i ong ou u uan ui un uo
c: a ai an ang ao e en eng i ong ou u uan ui un uo
s: a ai an ang ao e en eng i ong ou u uan ui un uo
`

// cantonese is the table of Cantonese syllables in Jyutping, likewise. Source:
// Linguistic Society of Hong Kong, Jyutping (1993), as far as characters are read so
// (Unihan, kCantonese) or names are (青 ceng, 平 peng), without interjections.
const cantonese = `
-: aa aai aak aan aang aap aat aau ai ak am ang ap au o oi ok on ong ou uk ung m ng
b: aa aai aak aan aat aau ai ak am an ang at au e ei eng ik in ing it iu o ok ong ou ui uk un ung ut
p: aa aai aak aan aang aat aau ai an ang at au ei eng ik in ing it iu o ok ong ou ui un ung ut
m: aa aai aak aan aang aat aau ai ak an ang at au e ei eng ik in ing it iu o ok ong ou ui uk un ung ut
f: aa aai aak aan aat ai an ang at au e ei o ok ong u ui uk un ung ut
d: aa aai aam aan aap aat ai ak am an ang at au e ei ek eng eoi eon eot eu ik im in ing ip it iu o oe oek oi ok ong ou uk ung yun yut
t: aa aai aam aan aap aat ai am an ang at au ek eng eoi eon eot ik im in ing ip it iu o oi ok ong ou uk ung yun yut
n: aa aai aam aan aap aat aau ai am an ang ap au ei eoi eot ik im in ing ip iu o oeng oi ok ong ou uk ung yun
l: aa aai aam aan aang aap aat aau ai ak am ap at au e ei ek eng eoi eon eot eu i ik im in ing ip it iu o oek oeng oi ok ong ou uk ung yun yut
g: aa aai aak aam aan aang aap aat aau ai ak am an ang ap at au e ei eng eoi ik im in ing ip it iu o oek oeng oi ok on ong ot ou u ui uk un ung yun
k: aa aai aak aau ai am an ang ap at au e ei ek eng eoi ik im in ing ip it iu o oek oeng oi ok ong u ui uk ung ut yun yut
ng: aa aai aak aam aan aang aat aau ai am an ap at au it o oi ok on ong ou
h: aa aai aak aam aan aang aap aau ai ak am an ang ap at au ei ek eoi ik im in ing ip it iu o oe oeng oi ok on ong ot ou uk ung yun yut
gw: aa aai aak aan aang aat ai an ang at ik ing o ok ong
kw: aa aang ai an ik ing ok ong
w: aa aai aak aan aang aat ai an ang at ik ing o ok ong u ui un ut
z: aa aai aak aam aan aang aap aat aau ai ak am an ang ap at au e ek eng eoi eon eot i ik im in ing ip it iu o oek oeng oi ok ong ou uk ung yu yun yut
c: aa aai aak aam aan aang aap aat aau ai ak am an ang ap at au e ek eng eoi eon eot i ik im in ing ip it iu o oek oeng oi ok ong ou uk ung yu yun yut
s: aa aai aak aam aan aang aap aat aau ai ak am an ang ap at au e ei ek eng eoi eon eot i ik im in ing ip it iu o oek oeng oi ok ong ou uk ung yu yun yut
j: aa aap ai am an ang ap at au e eng eoi eon i ik im in ing ip it iu o oek oeng uk ung yu yun yut
`

// syllable is a spelling of the table and its parts.
type syllable struct {
	spelling, initial, final string
}

// inventory is all syllables of a space by the alphabet; a Unit counts in it.
type inventory []syllable

var inventories = sync.OnceValue(func() [spaces]inventory {
	return [spaces]inventory{Mandarin: readInventory(mandarin), Cantonese: readInventory(cantonese)}
})

func readInventory(text string) inventory {
	var out inventory
	for line := range strings.Lines(text) {
		initial, finals, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		initial = strings.TrimPrefix(initial, "-")
		for final := range strings.FieldsSeq(finals) {
			out = append(out, syllable{initial + final, initial, final})
		}
	}
	slices.SortFunc(out, func(a, b syllable) int { return strings.Compare(a.spelling, b.spelling) })
	return out
}

// Spell returns a unit in the standard spelling of its space, Hanyu Pinyin with
// v for ü or Jyutping, without tone; the empty string for no unit. The units of
// a space are those from 0 on that have a spelling.
func Spell(space Space, u Unit) string {
	if space >= spaces {
		return ""
	}
	if list := inventories()[space]; int(u) < len(list) {
		return list[u].spelling
	}
	return ""
}

// Find returns the unit of a spelling that [Spell] would return.
func Find(space Space, spelling string) (Unit, bool) {
	if space >= spaces {
		return 0, false
	}
	i, ok := slices.BinarySearchFunc(inventories()[space], spelling, func(s syllable, want string) int {
		return strings.Compare(s.spelling, want)
	})
	return Unit(i), ok
}
