package korean

// family is a Korean family name: its Hangul (the form without the initial-sound
// law), the Han characters with which it is written, and how many of ten
// thousand people bear it.
type family struct {
	hangul string
	hanja  string
	share  float32
}

// families are the family names of Korea by the census of 2015 (Statistics
// Korea, KOSIS table DT_1IN15SD) with shares rounded; the DPRK publishes none.
// The names themselves are common to both. Below 1 in 10,000 a share is 1.
var families = []family{
	{"김", "金", 2150},
	{"리", "李", 1470},
	{"박", "朴", 840},
	{"최", "崔", 470},
	{"정", "鄭丁程", 480},
	{"강", "姜康强", 240},
	{"조", "趙曺", 290},
	{"윤", "尹", 205},
	{"장", "張章蔣莊", 200},
	{"림", "林任", 200},
	{"임", "任", 40},
	{"한", "韓漢", 155},
	{"오", "吳", 153},
	{"서", "徐西", 150},
	{"신", "申辛愼", 195},
	{"권", "權", 142},
	{"황", "黃", 140},
	{"안", "安", 137},
	{"송", "宋松", 137},
	{"전", "全田錢", 155},
	{"홍", "洪", 112},
	{"류", "柳劉", 129},
	{"유", "兪庾", 36},
	{"고", "高", 95},
	{"문", "文", 93},
	{"량", "梁", 93},
	{"양", "楊襄", 10},
	{"손", "孫", 92},
	{"배", "裵裴", 80},
	{"백", "白", 77},
	{"허", "許", 65},
	{"남", "南", 55},
	{"심", "沈", 54},
	{"로", "盧魯", 67},
	{"하", "河夏", 46},
	{"곽", "郭", 41},
	{"성", "成星", 40},
	{"차", "車", 39},
	{"주", "朱周", 47},
	{"우", "禹", 39},
	{"구", "具丘", 41},
	{"민", "閔", 34},
	{"진", "陳秦晉眞", 36},
	{"지", "池智", 32},
	{"엄", "嚴", 29},
	{"채", "蔡菜", 26},
	{"원", "元", 26},
	{"천", "千天", 24},
	{"방", "方房龐", 25},
	{"공", "孔公", 19},
	{"현", "玄", 18},
	{"함", "咸", 16},
	{"변", "卞邊", 30},
	{"렴", "廉", 14},
	{"려", "呂", 12},
	{"여", "余汝", 4},
	{"추", "秋鄒", 12},
	{"도", "都道", 11},
	{"소", "蘇邵", 11},
	{"석", "石昔", 11},
	{"선", "宣", 8},
	{"설", "薛偰", 8},
	{"마", "馬麻", 8},
	{"길", "吉", 8},
	{"연", "延燕", 8},
	{"련", "連", 1},
	{"위", "魏韋", 7},
	{"표", "表", 6},
	{"명", "明", 6},
	{"기", "奇箕", 6},
	{"반", "潘班", 6},
	{"라", "羅", 32},
	{"왕", "王", 5},
	{"금", "琴", 5},
	{"옥", "玉", 5},
	{"륙", "陸", 5},
	{"인", "印", 5},
	{"맹", "孟", 5},
	{"제", "諸", 5},
	{"모", "牟毛", 5},
	{"탁", "卓", 5},
	{"국", "鞠國菊", 5},
	{"어", "魚", 4},
	{"은", "殷", 4},
	{"편", "片", 3},
	{"룡", "龍", 3},
	{"예", "芮乂", 3},
	{"경", "慶景", 3},
	{"봉", "奉鳳", 3},
	{"사", "史謝", 3},
	{"부", "夫", 2},
	{"가", "賈", 2},
	{"복", "卜", 2},
	{"태", "太", 2},
	{"목", "睦", 2},
	{"형", "邢", 2},
	{"계", "桂", 2},
	{"피", "皮", 1},
	{"두", "杜", 1},
	{"감", "甘", 1},
	{"음", "陰", 1},
	{"온", "溫", 1},
	{"호", "扈胡鎬", 1},
	{"팽", "彭", 1},
	{"승", "承昇", 1},
	{"빈", "賓彬", 1},
	{"간", "簡", 1},
	{"갈", "葛", 1},
	{"견", "甄堅", 1},
	{"궁", "弓", 1},
	{"궉", "鴌", 1},
	{"단", "段單", 1},
	{"당", "唐", 1},
	{"대", "大", 1},
	{"동", "董", 1},
	{"만", "萬", 1},
	{"매", "梅", 1},
	{"묘", "苗", 1},
	{"묵", "墨", 1},
	{"범", "范", 1},
	{"빙", "氷", 1},
	{"상", "尙", 1},
	{"순", "荀淳", 1},
	{"시", "施柴", 1},
	{"아", "阿", 1},
	{"애", "艾", 1},
	{"야", "夜", 1},
	{"염", "廉", 1},
	{"옹", "邕雍", 1},
	{"운", "雲", 1},
	{"이", "異伊", 1},
	{"자", "慈", 1},
	{"점", "占", 1},
	{"종", "宗鍾", 1},
	{"좌", "左", 1},
	{"준", "俊", 1},
	{"창", "昌倉", 1},
	{"초", "楚", 1},
	{"춘", "椿", 1},
	{"탄", "彈", 1},
	{"판", "判", 1},
	{"평", "平", 1},
	{"포", "包", 1},
	{"필", "弼", 1},
	{"해", "海", 1},
	{"화", "化", 1},
	{"후", "后", 1},
	{"엽", "葉", 1},
	{"로", "路", 1},
	{"뢰", "雷", 1},
	{"리", "異", 1},
	{"림", "臨", 1},
	{"백", "栢", 1},
	{"강", "剛", 1},
	{"망", "網", 1},
	{"곡", "曲", 1},
	{"내", "乃奈", 1},
	{"용", "龍", 1},
	{"도", "陶", 1},
	{"순", "順", 1},
}

// compounds are the family names of two syllables.
var compounds = []string{"남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방", "망절", "어금", "장곡", "강전"}

// familyWeight turns a share into a weight between 0.5 and 1: a rare family name
// is still one.
func familyWeight(share float32) float32 {
	switch {
	case share <= 0:
		return 0
	case share >= 100:
		return 1
	case share >= 20:
		return 0.9
	case share >= 5:
		return 0.8
	}
	return 0.6
}

func buildFamilies() map[rune]float32 {
	out := map[rune]float32{}
	for _, f := range families {
		r := []rune(f.hangul)[0]
		out[r] = max(out[r], f.share)
		for _, l := range lawful(r) {
			if _, own := out[l]; !own && l != compose(onN, vI, cNone) {
				out[l] = f.share
			}
		}
	}
	return out
}

// Expect returns how many people in Korea, North and South, can be expected to
// bear a name, from the share of its family name and of its given name's
// syllables (population 77 million; United Nations, World Population Prospects
// 2024). It is an order of magnitude: it says that a name alone names nobody.
func Expect(name string) float64 {
	runes := []rune(name)
	if len(runes) < 2 {
		return 0
	}
	n := 77e6 * float64(tablesOf().families[runes[0]]) / 10000
	for _, r := range runes[1:] {
		n *= givenShare(r)
	}
	return n
}

// mostGiven is the share of a common syllable.
const mostGiven = 0.02

// givenShare is how common a syllable is in given names: the syllables that lead
// the Supreme Court of Korea's statistics of registered names stand for one in
// fifty in their place, others for one in three hundred.
func givenShare(r rune) float64 {
	for _, c := range "영철성정일호경현수진명남희순용광국훈혁춘길인민동석학금옥선화종준태윤은지미숙룡재상원" {
		if c == r {
			return mostGiven
		}
	}
	return 0.0033
}
