package japanese

// nanori are readings that characters have in given names and that Unihan, which
// lists those of school and dictionary, mostly lacks. They are common knowledge,
// chosen by hand from the most usual given names; the IPA dictionary has whole
// names.
var nanori = map[rune]string{
	'一': "kazu", '二': "ji", '三': "zou", '次': "ji", '治': "ji haru", '司': "ji tsukasa", '郎': "rou", '朗': "rou", '男': "o", '雄': "o",
	'夫': "o", '生': "o", '之': "yuki", '行': "yuki", '幸': "yuki", '人': "to", '斗': "to", '仁': "hito", '和': "kazu", '正': "masa",
	'政': "masa", '雅': "masa", '昌': "masa", '将': "masa", '真': "ma", '信': "nobu", '伸': "nobu", '宣': "nobu", '弘': "hiro", '博': "hiro",
	'浩': "hiro", '広': "hiro", '裕': "hiro yuu", '洋': "hiro", '孝': "taka", '隆': "taka", '貴': "taka", '敬': "taka", '義': "yoshi",
	'良': "yoshi", '吉': "yoshi", '嘉': "yoshi", '美': "mi", '子': "ko", '江': "e", '恵': "e megumi", '枝': "e", '代': "yo", '世': "yo",
	'香': "ka", '奈': "na", '菜': "na", '愛': "ai", '明': "aki", '昭': "aki", '秋': "aki", '晃': "aki", '彰': "aki", '章': "aki",
	'樹': "ki", '輝': "ki teru", '紀': "nori", '典': "nori", '則': "nori", '憲': "nori", '徳': "nori", '介': "suke", '助': "suke", '輔': "suke",
	'彦': "hiko", '平': "hei", '太': "ta", '也': "ya", '哉': "ya", '弥': "ya", '勝': "katsu", '克': "katsu", '康': "yasu", '泰': "yasu",
	'利': "toshi", '俊': "toshi", '敏': "toshi", '年': "toshi", '智': "tomo", '知': "tomo", '友': "tomo", '茂': "shige", '重': "shige",
	'成': "nari", '光': "mitsu", '満': "mitsu", '道': "michi", '通': "michi", '清': "kiyo", '武': "take", '健': "take", '英': "hide",
	'秀': "hide", '直': "nao", '尚': "nao", '純': "jun", '史': "fumi", '文': "fumi", '哲': "tetsu", '晋': "shin", '翔': "shou",
}
