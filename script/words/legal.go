package words

// legalForms are the forms of companies and other bodies, by family: two
// companies that differ in the family alone may be two companies. Companies,
// corporations and 회사 are one family, because lists print one for the other.
// Sources: ISO 20275 (GLEIF), and the company laws it cites: Korea's 상법, Japan's
// 会社法, China's 公司法, Russia's Civil Code chapter 4, Germany's GmbHG and AktG,
// France's Code de commerce, Spain's Ley de Sociedades de Capital.
var legalForms = []row{
	{
		"limited company",
		"ltd, limited, llc, lc, wll, gmbh, mbh, sarl, sarlu, srl, srls, bv, bvba, ooo, tov, too, oy, kft, doo, dooel, eood, ood, sia, uab, zoo, spzoo, sro, lda, ltda, limitada, aps, ehf, yk, godo, pllc, sdn bhd, eurl, ou, osauhing, smllc, " +
			"co ltd, co limited, coltd, company ltd, company limited, corp ltd, corporation ltd, corporation limited, co llc, company llc, coy ltd, " +
			"limited liability company, limited liability co, limited liability corporation, private limited company, private company limited by shares, company with limited liability, company of limited liability, " +
			"pte ltd, pte limited, pvt ltd, pvt limited, private ltd, private limited, pty ltd, pty limited, proprietary limited, proprietary ltd, pte co ltd, sdn berhad, sendirian berhad, " +
			"gesellschaft mit beschrankter haftung, gesellschaft mbh, ges mbh, societe a responsabilite limitee, societe responsabilite limitee, societa a responsabilita limitata, sociedad de responsabilidad limitada, sociedad limitada, responsabilidad limitada, " +
			"societatea cu raspundere limitata, societate cu raspundere limitata, sociedade limitada, sociedade por quotas, besloten vennootschap, besloten vennootschap met beperkte aansprakelijkheid, limited sirketi, limited sti, ltd sti, ltd sirketi, " +
			"spolka z ograniczona odpowiedzialnoscia, sp z o o, sp z oo, sp zoo, spol s r o, spolecnost s rucenim omezenym, korlatolt felelossegu tarsasag, drustvo s ogranicenom odgovornoscu, drustvo sa ogranicenom odgovornoscu, " +
			"obshchestvo s ogranichennoy otvetstvennostyu, obschestvo s ogranichennoi otvetstvennostyu, obshchestvo s ogranichennoi otvetstvennostu, druzhestvo s ogranichena otgovornost, tovarystvo z obmezhenoyu vidpovidalnistyu, s ogranichennoy otvetstvennostyu, " +
			"yuhan hoesa, yuhanhoesa, yuhan chaegim hoesa, yuhan chaegimhoesa, yugen kaisha, yugen gaisha, godo kaisha, godo gaisha, youxian gongsi, youxian zeren gongsi, sharikat mahdudah, sherkat ba masouliat mahdood, sharikat dhat masuliyah mahdudah",
		"общество с ограниченной ответственностью, с ограниченной ответственностью, ооо, товарищество с ограниченной ответственностью, тоо",
		"유한회사 유한책임회사 유한공사 有限会社 有限會社 合同会社 合同會社 有限公司 有限责任公司 有限責任公司 有限責任会社 ㈲ 有限 リミテッド リミテド カンパニーリミテッド ユウゲンガイシャ 리미티드 엘엘씨 有",
	},
	{
		"joint stock company",
		"jsc, plc, ag, sa, spa, nv, ab, asa, oyj, as, ao, oao, pao, zao, nao, ojsc, pjsc, cjsc, psc, qsc, saoc, saog, bsc, bhd, berhad, tbk, kk, se, sas, sasu, sab, saa, aktiengesellschaft, aktiebolag, aktieselskab, aksjeselskap, osakeyhtio, naamloze, ad, ead, rt, nyrt, zrt, " +
			"joint stock company, joint stock co, joint stock, open joint stock company, closed joint stock company, public joint stock company, private joint stock company, public limited company, public company, stock company, stock corporation, share company, " +
			"societe anonyme, sociedad anonima, sociedade anonima, societate pe actiuni, societa per azioni, societe par actions simplifiee, sociedad por acciones, sociedad anonima cerrada, sociedad anonima abierta, sa de cv, sociedad anonima de capital variable, spolka akcyjna, akciova spolecnost, " +
			"naamloze vennootschap, anonim sirketi, anonim sirket, anonim ortakligi, dionicko drustvo, akcionarsko drustvo, perseroan terbatas, aktsionerno druzhestvo, " +
			"aktsionernoye obshchestvo, aktsionernoe obshchestvo, aktsionernoe obschestvo, otkrytoe aktsionernoe obschestvo, zakrytoe aktsionernoe obschestvo, publichnoe aktsionernoe obschestvo, " +
			"jusik hoesa, chusik hoesa, jusikhoesa, chusikhoesa, kabushiki kaisha, kabushiki gaisha, kabushikikaisha, kabushikigaisha, gufen youxian gongsi, sherkat sahami, sahami khas, sharikat musahamah",
		"акционерное общество, открытое акционерное общество, закрытое акционерное общество, публичное акционерное общество, непубличное акционерное общество, ао, оао, пао, зао, нао",
		"주식회사 ㈜ 株式会社 株式會社 ㈱ ㍿ 股份有限公司 股份公司 股份 カブシキガイシャ カブシキカイシャ 株",
	},
	{
		"company",
		"co, company, companies, coy, corp, corporation, corporations, corpn, inc, incorporated, incorporation, gesellschaft, compagnie, compania, companhia, compagnia, cia, cie, maatschappij, sirketi, sirket, sti, societe, sociedad, sociedade, societa, societatea, corporacion, korporation, " +
			"hoesa, hoisa, hweisa, kaisha, gaisha, gongsi, kongsi, sharikat, sharika, shirkat, sherkat, shirka, sharikah, cong ty, druzhestvo, spolka, spolecnost, drustvo, tarsasag",
		"общество, компания, компании, корпорация, корпорации, фирма",
		"회사 会社 會社 公司 콤퍼니 컴퍼니 코퍼레이션 カンパニー カンパニーズ コンパニー コーポレーション コーポレイション コーポレーシヨン コープ インコーポレイテッド インコーポレーテッド インク フェサ ホェサ ホエサ",
	},
	{"general corporation", "chonghoesa, chonghoisa, chong hoesa, general corporation, general company, zonggongsi", "", "총회사 総会社 總會社 总公司 總公司"},
	{"public corporation", "kongsa, gongsa, public corporation", "", "공사 公社"},
	{
		"partnership",
		"lp, llp, lllp, kg, kgaa, ohg, gbr, snc, scs, sca, cv, vof, ks, kda, partnership, limited partnership, limited liability partnership, general partnership, kommanditgesellschaft, gmbh co kg, ag co kg, offene handelsgesellschaft, societe en nom collectif, societe en commandite simple, societa in nome collettivo, goshi kaisha, gomei kaisha, komanditni spolecnost, sociedad en comandita",
		"товарищество, полное товарищество",
		"합자회사 합명회사 合資会社 合資會社 合名会社 合名會社 合伙企业 合伙企業",
	},
	{
		"autonomous non-commercial organization",
		"ano, autonomous non commercial organization, autonomous non profit organization, autonomous nonprofit organization, autonomous noncommercial organization, npo, nko, ngo, nonprofit, non profit organization, non commercial organization, non governmental organization",
		"автономная некоммерческая организация, некоммерческая организация, некоммерческое партнерство, ано",
		"비영리법인 npo法人 特定非営利活動法人",
	},
	{
		"registered association",
		"ev, eingetragener verein, verein, registered association, incorporated association, association declaree, vereinigung",
		"",
		"사단법인 社団法人 一般社団法人 公益社団法人 社團法人",
	},
	{"incorporated foundation", "stichting, stiftung, incorporated foundation, waqf, vakfi, vakif", "", "재단법인 財団法人 一般財団法人 公益財団法人 財團法人"},
	{
		"state enterprise",
		"fgup, fgu, gup, fsue, sue, fgbu, fku, federal state unitary enterprise, federal unitary enterprise, state unitary enterprise, state enterprise, state owned enterprise, unitary enterprise, public enterprise, republican unitary enterprise, state corporation, " +
			"federalnoe gosudarstvennoe unitarnoe predpriyatie, epe, kukyong kiop",
		"федеральное государственное унитарное предприятие, государственное унитарное предприятие, унитарное предприятие, государственное предприятие, государственная корпорация, фгуп, гуп",
		"국영기업 国有企业 國有企業 国営企業",
	},
	{"budgetary institution", "budgetary institution, federal state budgetary institution, federal state budgetary institution of science, state budgetary institution, federal budgetary institution, epic, incorporated administrative agency, fgbuz, fgbun, fbu", "федеральное государственное бюджетное учреждение, государственное бюджетное учреждение, бюджетное учреждение", "独立行政法人 国立研究開発法人"},
	{"cooperative", "coop, cooperative, cooperatives, cooperativa, genossenschaft, kooperativ, kooperatifi, hyopdong, hyopdongjohap, hyeopdongjohap, scrl", "кооператив, производственный кооператив", "협동조합 協同組合 合作總社 組合 조합"},
	{"sole proprietor", "sole proprietor, sole proprietorship, individual entrepreneur, eirl, ek, einzelunternehmen", "индивидуальный предприниматель", "개인사업자 個人事業主 个体工商户"},
	{"free zone company", "fze, fzco, fzc, fzllc, dmcc, fz llc, free zone establishment, free zone company, free zone co, free zone", "", ""},
	{"national association", "na, national association", "", ""},
	{"private", "pte, pvt, pty, private, proprietary, privat, privee, privada", "", "プライベート プライベイト"},
	{"legal person", "", "", "법인 法人"},
	{"establishment", "est, establishment, establishments, muassasat, muassasa, muassasah, mouassasat, moassasat, bonyad, bonyade, anstalt, etablissement, etablissements, ets", "", ""},
}
