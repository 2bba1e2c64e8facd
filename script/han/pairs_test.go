package han_test

// Pairs of characters that are one in names and that Unihan's simplified and
// traditional variants either lack or give together with other characters.
// Facts retyped from the sources named; all forms of a group stand together.

// joyo: the forms of the Jōyō kanji table (Agency for Cultural Affairs, Cabinet
// notice of 30 November 2010) with the older forms that it prints in brackets.
// Left out are those whose new form is another character in other languages'
// names: 弁 (辨 瓣 辯), 芸 (藝), 予 (豫), 余 (餘), 欠 (缺), 缶 (罐), 糸 (絲), 岳 (嶽).
const joyo = `
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆 桜櫻 奥奧
横橫 温溫 穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 概槪 拡擴 殻殼 覚覺 学學 楽樂 渇渴 勧勸 巻卷 陥陷 寛寬
関關 歓歡 観觀 顔顏 気氣 帰歸 既旣 亀龜 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾 狭狹 郷鄕 暁曉 区區
駆驅 勲勳 薫薰 径徑 茎莖 恵惠 掲揭 渓溪 経經 蛍螢 軽輕 継繼 鶏鷄 撃擊 研硏 県縣 倹儉 剣劍 険險 圏圈 検檢 献獻
権權 顕顯 験驗 厳嚴 広廣 効效 恒恆 黄黃 鉱鑛 号號 国國 黒黑 砕碎 済濟 斎齋 剤劑 雑雜 参參 桟棧 蚕蠶 惨慘
賛贊 残殘 歯齒 児兒 辞辭 湿濕 実實 写寫 釈釋 寿壽 収收 従從 渋澁 獣獸 縦縱 粛肅 処處 緒緖 叙敍 尚尙 将將 称稱
渉涉 焼燒 証證 奨奬 条條 状狀 乗乘 浄淨 剰剩 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖
粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 斉齊 静靜 窃竊 摂攝 専專 浅淺 戦戰 践踐 銭錢 潜潛 繊纖 禅禪
双雙 壮壯 争爭 荘莊 捜搜 挿插 巣巢 曽曾 装裝 総總 騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 対對 体體 帯帶 滞滯
台臺 滝瀧 択擇 沢澤 担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 聴聽 徴徵 勅敕 鎮鎭 逓遞 鉄鐵
点點 転轉 伝傳 灯燈 当當 党黨 盗盜 稲稻 闘鬪 徳德 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發
髪髮 抜拔 蛮蠻 秘祕 浜濱 瓶甁 払拂 仏佛 並竝 併倂 餅餠 辺邊邉 変變 舗舖 歩步 宝寶 豊豐 褒襃 毎每 万萬
満滿 黙默 訳譯 薬藥 与與 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 涙淚 塁壘 礼禮 励勵 戻戾
霊靈 齢齡 隷隸 暦曆 歴歷 恋戀 練鍊 炉爐 労勞 楼樓 録錄 湾灣 晩晚 頬頰 剥剝 麺麵
`

// jinmei: new and old forms side by side in the kanji allowed for personal names
// (Enforcement Regulation of the Japanese Family Register Act, appended table 2)
// and forms that differ in print only (Character Information Infrastructure of
// the Information-technology Promotion Agency): 高 and 髙 are one surname.
const jinmei = `
亘亙 尭堯 巌巖 晃晄 桧檜 槙槇 萌萠 遥遙 穣穰 弥彌 祢禰 祷禱 禄祿 凜凛 瑶瑤 蝉蟬 醤醬 讃讚 高髙 濱濵 島嶋嶌 崎﨑
徳德 呉吳吴 戸戶户 峰峯 略畧 群羣 舘館 柏栢 晋晉 侠俠 倶俱 麹麴 鴎鷗 涜瀆 填塡 蔣蒋 繋繫 莱萊 頚頸 焔焰 尽盡
青靑 清淸 静靜 黄黃 姫姬 教敎 産產 説說 税稅 脱脫 悦悅 鋭銳 閲閱 内內 温溫 彦彥 顔顏 吉𠮷 富冨
桑桒 増增 寧寍 兎兔 喜㐂 恵惠 淵渊 強强 凉涼 冴冱 穎頴 逹達 鉄鐵銕
`

// korean: forms that the Supreme Court of Korea allows beside each other in its
// list of characters for personal names, or that are one surname in print.
const korean = `
敎教 眞真 裵裴 兪俞 鷄雞鶏 晉晋 昞昺 煕熙 珎珍 衆眾 館舘 彦彥 恆恒 秊年 栢柏 艶艷
`

// general: what the Table of General Standard Chinese Characters (State Council
// of the People's Republic of China, 2013, appendix 1) pairs and the general
// rule leaves apart, because the short form is an old character of its own
// (rarely met in names) or stands for several; then the one that names have.
const general = `
万萬 丰豐 亏虧 体體 儿兒 党黨 凉涼 凛凜 几幾 凭憑 却卻 厦廈 厮廝 叶葉 听聽 咏詠 坏壞 宁寧 尔爾 岭嶺 广廣 庄莊 弃棄
弥彌 强強 彝彞 彦彥 恒恆 担擔 抛拋 挂掛 携攜 撑撐 无無 晋晉 杆桿 杰傑 栖棲 毁毀 洒灑 洼窪 渗滲 潜潛 灯燈 灾災 点點
烟煙 猪豬 猫貓 画畫 痒癢 盖蓋 确確 碍礙 禀稟 离離 窃竊 胆膽 胜勝 脉脈 脚腳 荐薦 莅蒞 葱蔥 蚕蠶 衮袞 装裝 赶趕 踊踴
踪蹤 迹跡 适適 韵韻 隶隸 粤粵 粮糧 怜憐 机機 据據 虫蟲 虬虯 冲沖 历歷 发發 台臺 复復 尽盡 当當 汇匯 荡蕩 获獲 钟鍾
钩鉤 闲閑 须須 鳄鱷 锈鏽 伪偽僞 为為爲 温溫 宫宮 吕呂 黄黃 陈陳 苏蘇 罗羅 团團
`
