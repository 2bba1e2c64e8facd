package chinese

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/cordon-project/cordon/script/han"
)

// What a reading loses in weight when a character has a likelier one.
const (
	otherReading = 0.7
	maxReadings  = 6 // of one character in one space
)

// surnames holds characters that are read otherwise as a surname, with the
// readings in order, and surnames of two characters as a whole. Source: the
// readings marked 姓 (surname) in Xiandai Hanyu Cidian, 7th edition.
const surnames = `
单 shan
曾 zeng
任 ren
解 xie
仇 qiu
查 zha
区 ou
朴 piao pu
盖 ge gai
翟 zhai di
覃 qin tan
缪 miao
冼 xian
洗 xian
种 chong
折 she
秘 bi
黑 he
员 yun
繁 po
乐 yue le
召 shao
祭 zhai
呙 guo
佴 nai
隗 wei kui
逄 pang
句 gou
宓 mi fu
牟 mu mou
郇 xun huan
郗 xi chi
谌 chen shen
沈 shen
万 wan
俞 yu
余 yu
郝 hao
那 na
宁 ning
纪 ji
尉 wei
车 che
石 shi
葛 ge
华 hua
燕 yan
应 ying
过 guo
哈 ha
粘 nian
乜 nie
朝 chao
晁 chao
柏 bai
卜 bu
令 ling
阚 kan
臧 zang
贾 jia
尉迟 yu-chi
万俟 mo-qi
长孙 zhang-sun
单于 chan-yu
澹台 tan-tai
鲜于 xian-yu
令狐 ling-hu
夏侯 xia-hou
皇甫 huang-fu
`

// heteronyms holds further Mandarin readings that occur in given names and that
// kMandarin, the one or two most usual readings, does not have. Source: Xiandai
// Hanyu Cidian, 7th edition.
const heteronyms = `
长 chang zhang
乐 le yue
行 xing hang heng
重 zhong chong
朝 chao zhao
盛 sheng cheng
晟 sheng cheng
茜 qian xi
娜 na nuo
传 chuan zhuan
奇 qi ji
参 can shen cen
调 tiao diao
藏 cang zang
还 huan hai
谷 gu yu
弹 dan tan
称 cheng chen
曾 zeng ceng
隽 jun juan
筠 yun jun
六 liu lu
都 du dou
大 da dai
露 lu lou
薄 bo bao
殷 yin yan
伯 bo bai
柏 bai bo
佛 fo fu
蕃 fan bo
琢 zhuo zuo
莎 sha suo
强 qiang jiang
仔 zi zai
朴 pu piao
单 dan shan
解 jie xie
区 qu ou
任 ren
`

// cantoneseHeteronyms holds Cantonese readings of characters for which
// kCantonese has one of several in use; as a surname the first comes first.
// Source: Linguistic Society of Hong Kong, Jyutping character list.
const cantoneseHeteronyms = `
任 jam
曾 zang cang
查 zaa caa
仇 kau sau
区 au keoi
单 sin daan
朴 pok piu
盖 goi koi gap
翟 zaak dik
车 ce geoi
乐 lok ngok
行 hang hong
重 zung cung
朝 ciu ziu
长 coeng zoeng
解 gaai haai
员 wan jyun
传 cyun zyun
生 sang saang
声 sing seng
郑 zeng zing
彭 paang pang
孟 maang mang
洗 sin sai
青 cing ceng
平 ping peng
名 ming meng
成 sing seng
灵 ling leng
耕 gaang gang
争 zang zaang
庞 pong
邓 dang
令 ling
尉迟 wai-ci
万俟 mak-kei
`

// commonSurnames only orders readings of ambiguous spellings: chan is sooner 陳
// than 讚. Source: the Hundred Family Surnames (百家姓, 11th century), those still
// common, and the most frequent ones of the censuses of China since 1982.
const commonSurnames = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳" +
	"鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜" +
	"阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀" +
	"羊惠曲家封储靳段富巫乌焦巴牧山谷车侯全班仰秋仲伊宫宁仇栾祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲邰赖卓屠蒙池乔闻党翟谭劳申冉雍桑桂牛边燕冀" +
	"尚农温庄晏柴瞿阎连习艾鱼容向古易廖终居衡步都耿满匡国文寇广东欧利师巩聂晁敖冷辛阚那简饶曾沙丰关查游权盖岳帅况亢肖付区麦甘丘代覃仝邸苑佟"

// readings of single characters, by canonical character, and of surnames of two.
type readings struct {
	one map[rune][]Unit
	two map[[2]rune][2]Unit
}

// extra is what is added to Unihan.
type extra struct {
	surname, given [spaces]readings
}

var extras = sync.OnceValue(func() *extra {
	return &extra{
		surname: [spaces]readings{Mandarin: readReadings(Mandarin, surnames), Cantonese: readReadings(Cantonese, cantoneseHeteronyms)},
		given:   [spaces]readings{Mandarin: readReadings(Mandarin, heteronyms), Cantonese: readReadings(Cantonese, cantoneseHeteronyms)},
	}
})

// surnameUnits tells of each unit whether a common surname is read so.
func surnameUnits() (out [spaces][]bool) {
	x := extras()
	for space := range spaces {
		out[space] = make([]bool, len(inventories()[space]))
		for _, r := range commonSurnames {
			units := x.surname[space].one[han.Canonical(r)]
			if len(units) == 0 {
				var c cell
				unihan(&c, space, r)
				units = c.units[:c.n]
			}
			for _, u := range units {
				out[space][u] = true
			}
		}
	}
	return out
}

func readReadings(space Space, text string) readings {
	out := readings{one: map[rune][]Unit{}, two: map[[2]rune][2]Unit{}}
	for line := range strings.Lines(text) {
		chars, spelled, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		first, size := utf8.DecodeRuneInString(chars)
		first = han.Canonical(first)
		if a, b, ok := strings.Cut(spelled, "-"); ok {
			second, _ := utf8.DecodeRuneInString(chars[size:])
			ua, _ := Find(space, a)
			ub, _ := Find(space, b)
			out.two[[2]rune{first, han.Canonical(second)}] = [2]Unit{ua, ub}
			continue
		}
		for s := range strings.FieldsSeq(spelled) {
			if u, ok := Find(space, s); ok {
				out.one[first] = append(out.one[first], u)
			}
		}
	}
	return out
}

// AppendHan appends every reading of a name in Han characters to dst, the best
// weight first, and reports whether some were cut. The first character, or the
// first two, are read as a surname where that makes a difference; other readings
// follow with less weight. A name of fewer than two or more than six characters,
// or with a character without reading, has no reading.
func AppendHan(dst []Sequence, chars []rune) (_ []Sequence, cut bool) {
	if len(chars) < minSyllables || len(chars) > maxSyllables {
		return dst, false
	}
	s := spell{n: len(chars), found: found{dst: dst, start: len(dst)}}
	for space := range spaces {
		if s.read(space, chars) {
			s.seq = Sequence{Space: space}
			s.rule = UnihanMandarin << space
			s.step(1)
		}
	}
	return s.dst, s.cut
}

// cell is what one character can be, the likeliest first.
type cell struct {
	units [maxReadings]Unit
	n     int
}

func (c *cell) put(u Unit) {
	for _, have := range c.units[:c.n] {
		if have == u {
			return
		}
	}
	if c.n < len(c.units) {
		c.units[c.n] = u
		c.n++
	}
}

// spell is the search for the readings of one name.
type spell struct {
	found
	cells [maxSyllables]cell
	n     int
	rule  Rules
}

// read fills the cells; it reports whether every character has a reading.
func (s *spell) read(space Space, chars []rune) bool {
	s.cells = [maxSyllables]cell{}
	x := extras()
	first := han.Canonical(chars[0])
	if u, ok := x.surname[space].two[[2]rune{first, han.Canonical(chars[1])}]; ok {
		s.cells[0].put(u[0])
		s.cells[1].put(u[1])
	}
	for _, u := range x.surname[space].one[first] {
		s.cells[0].put(u)
	}
	for i, r := range chars {
		c := &s.cells[i]
		canonical := han.Canonical(r)
		for _, u := range x.given[space].one[canonical] {
			c.put(u)
		}
		unihan(c, space, r)
		// A variant may carry the reading that names use: 豊 is read like 豐.
		unihan(c, space, canonical)
		if c.n == 0 {
			return false
		}
	}
	return true
}

func unihan(c *cell, space Space, r rune) {
	list := han.Pinyin(r)
	if space == Cantonese {
		list = han.Jyutping(r)
	}
	for _, text := range list {
		if u, ok := Find(space, text); ok {
			c.put(u)
		}
	}
}

// step reads the next character in each of its ways.
func (s *spell) step(weight float32) {
	if s.hopeless(weight) {
		return
	}
	n := s.seq.N
	if int(n) == s.n {
		s.add(weight, s.rule)
		return
	}
	c := &s.cells[n]
	for i, u := range c.units[:c.n] {
		w := weight
		if i > 0 {
			w *= otherReading
		}
		s.seq.Units[n] = u
		s.seq.N = n + 1
		s.step(w)
	}
	s.seq.Units[n] = 0
	s.seq.N = n
}
