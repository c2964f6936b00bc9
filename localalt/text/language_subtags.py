"""Subtags of languages, scripts, regions and variants that are registered (BCP 47), as data.

IANA's Language Subtag Registry of 2025-08-25; written by scripts/language_registry.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["GRANDFATHERED", "LANGUAGES", "REGIONS", "SCRIPTS", "THREE_LETTERS", "VARIANTS"]

_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el "
    "en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it "
    "iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo "
    "mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh "
    "si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh "
    "yi yo za zh zu "
)
LANGUAGES = frozenset(_LANGUAGES.split())
"""Those of two letters."""

THREE_LETTERS = (
    "|NZ^`@BhEs`~Uv>_a8i0Z<llU|NsARzXSjO&jp2Y>HqzI|NsAY|NsC0|NsBv>Hq)#O}q+vzW@LK{{Q#?|NsBrEA;X3UFV+^2O!_=pFhbV_`mM|"
    "|NsC0|9}7g|Nnpe|NsB@fB*mg|NsBzzyJUL|L_0*|Np=L|NsBr|Nry<`+xuc|Nj5~`~Uy<|Ns5}|NnpA|NsB~|Nr0r|KI!n|Nj5~|NsB@f4}|J"
    "t$#rOoWVmZ2qi%PP(%QLyZ`c^v_eJJn>2{`d*>HdRecT|H-Gc*pZ{GrWe5Ney#K%d|NnnCKF7!3{{evjumyksAOHXZKmY)eA<+MQ|K9#y1ONhL"
    "jTyn;dm;b;0N-uiCgs`l{{Q{YpA<n1h5*q3@W*Fg)|p<n?e7Bs0ssI2z<1hLl5GJl)_e5-e}4b~009hE0{{T96em#@3IG8B01y#L003YR0000G"
    "002Y;01$u$7ytkT0Dve2002<cEf8ciBvbX(zv9gU0Du5M0000000b8~0o_-bA(*EK00BUP00004000020YCsm006N5t2qDy000040000003ZNB"
    "1ONa40ssI25QC@%000001Rw;a2m}BKflvSd2r-6000000KmY^v0}u!V0002sJF^o2fB+Ey000000000000030|NsC0-_L`h!2jPT?;qs@5FoO}"
    "rbQ*21K;`I1Jp>60S<xVlT_O{^MC(s`Tzfa1PA~DArd@a{SSptL_h!p|NZ~g=o|DmqYVH6AbWWN2ZR9d|9}1f7zBX;004jxlpFy7000005I_I~"
    "2(<pC3_t(?kt76c0ATR{`+xQv1)tw;0{{^K002M*wYGvN1ONn4;{W|W1qlcRKmY&$01yBG3;+NC0HFeG=SUQYAizg}2LJ#7%uqlig-3)yAP@i`"
    "0#Jw%0NL#BP&XYBX%1QIGY9}61war0002-#mPyuKr-MhA`v4FC2mpWpKt%un0ssL(fB;4a`0MvM#GMuZ01N~HARyhM0RR915<~z11Q76@l@kPj"
    "00GbzKmZW%kYY^I0s%?@Mg#x|0stVu0DuMn2mk;80PxuF6#@tV00961000mH01yBG0RPwH{r~^}|Nnpg|Nj5~|NsC0|NsBr|NH;{+x`Fl|Nj5~"
    "|NsC0|NsC0{r}(p-2eao|NsC0|Ni^`|NsC0|Ns8~{r~^}|NsC0@Bjb*|NsC0|NsAc{oUXHyqE<n{|E5@|9=1o0K<JB2Ig|`|9pQ$A~2tO9{vAU"
    "^8Y{o@*b7<|NlpT0RjLZKvkcL-}!D4hf&b`|93zG1<_bs06+i`1Ofmc3V?gJ{r>*{|NsC0|L_0*|9}7g|NsC0|NsB@|Nq~A|Nnpg|Nrm*z5oCF"
    "|NsBrfBpaW|Nr;@|Nr~{@Bjb*|NnpA|G)3||NsC0|NsC0{{R1f|NsC0|NQ^`fB*lVzW@IJfA@a^f&~Bn|NqzT|Nr;@;-2UK_y1P?&Hw-Z|Nrm*"
    "{r`Orr%?vPm(X3WrvLr_V_jSS|NlQA6aZII!e#YM;{X5OLWRWz1R?-*X%GknK>z^;0000008wBC1OWg51`!|t7y**;{by?il?GSs`%RsDg9Ktg"
    "02M+2002~j`Ckx@$wuGz6EOfF0001x00000016NQ0YCuo-~GRRzR&-^LKK8yu>W0p1Ofm_EfgpJ?eV|wKL7v%$KW3PyZ`<B_x<<(|NQmsNA!OX"
    "0RhB+|M%VbUj>Hm^>@8J0000(aY6t<0003)86*e*0000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000Pnr$SMC#C3Bf=i`WFF!00000@c#e503!e(000O805G-V5C8xG5hNA>0Rk|CqXAF=0fP}p0002+-~ay-st|wJQUHJ;00000KokN3"
    "JwOmb5Mf`OF#rGn0bBwg00031LIEHE0Keb=|Ns9#-`>x?|F8f5e@j3R@%``p_y7O<-~WH{d+~q&fB)|H@4x@s|KI=pe!o}$Z-I87-1q(e|Nr~`"
    "|6f;M?_W?DV*dZ16`vIkea3yElJ)m~|NsC0|NY(n|NZt~|35&O0{`Rx^Y;GV|KESmJ{5bs|GxkK_y7O*fB*mf-}l%3?=OJA#sB~R|DXT=|Ns5J"
    "-+x9QcmMd?UC(_Mx$1kM9v}cP0t6&T1ONa))CL3q00aO805Ay#Pyh%3001Na1OO1+Sl3MtR8R31WYtOvKmq_j00;m80NnrUA6Q61B%lNUFcLr_"
    "01yBG000000RR91fDjPBZ<7E4000000002MfGq$3000003IG5Az=pyC00962{}=)Q67c_dKL8~F000UA0000006+i`0{|%?000310D}Mk00031"
    "000000000000030|NqZ^z7Y@r0FnVl&GB9U0RS)*1XU0L1ol6A1q1-FfFM<Mmwn%H%y`v9^;c&U0RR91001oa+aFY5gJ=a1i#WOg001xmBt!rJ"
    "5Cbs+0RRB-_5at`yl~cddKFLwq=e}~0001MIZ|{$=rE9Kk^le#|L^~Qg;VtJ|Nrvc$4vD?{Qv(S0D!<&%od;fH+}E_y`--JL>K{GPD%(+C@|oF"
    "5FjJ~|NsAQ{s9JvDnJ$i0TnAg0RR9HkZDB%0s-N_zXJdO5ZtHHRGviN{f}<5RUp*E*f2eS0000?^by5`Z%_atP=CMM2LK=tgtA2t21Eb=5&{tb"
    "@c;dP1p*d{0000801ylV00000gD?Upga9+ZBP0L-0L$b$M#xn0|Nnm$0Re<i2mJs44*>u`5I6w=91=j`b`}T&5C8xG0RR91001H+3P6AW00"
)
"""One bit for each code from "aaa" to "zzz", the lowest of a byte first, in base 85."""

_SCRIPTS = (
    "Adlm Afak Aghb Ahom Arab Aran Armi Armn Avst Bali Bamu Bass Batk Beng Berf Bhks Blis Bopo Brah Brai Bugi Buhd "
    "Cakm Cans Cari Cham Cher Chis Chrs Cirt Copt Cpmn Cprt Cyrl Cyrs Deva Diak Dogr Dsrt Dupl Egyd Egyh Egyp Elba "
    "Elym Ethi Gara Geok Geor Glag Gong Gonm Goth Gran Grek Gujr Gukh Guru Hanb Hang Hani Hano Hans Hant Hatr Hebr "
    "Hira Hluw Hmng Hmnp Hntl Hrkt Hung Inds Ital Jamo Java Jpan Jurc Kali Kana Kawi Khar Khmr Khoj Kitl Kits Knda "
    "Kore Kpel Krai Kthi Lana Laoo Latf Latg Latn Leke Lepc Limb Lina Linb Lisu Loma Lyci Lydi Mahj Maka Mand Mani "
    "Marc Maya Medf Mend Merc Mero Mlym Modi Mong Moon Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkdb Nkgb Nkoo "
    "Nshu Ogam Olck Onao Orkh Orya Osge Osma Ougr Palm Pauc Pcun Pelm Perm Phag Phli Phlp Phlv Phnx Piqd Plrd Prti "
    "Psin Ranj Rjng Rohg Roro Runr Samr Sara Sarb Saur Seal Sgnw Shaw Shrd Shui Sidd Sidt Sind Sinh Sogd Sogo Sora "
    "Soyo Sund Sunu Sylo Syrc Syre Syrj Syrn Tagb Takr Tale Talu Taml Tang Tavt Tayo Telu Teng Tfng Tglg Thaa Thai "
    "Tibt Tirh Tnsa Todr Tols Toto Tutg Ugar Vaii Visp Vith Wara Wcho Wole Xpeo Xsux Yezi Yiii Zanb Zinh Zmth Zsye "
    "Zsym Zxxx Zyyy Zzzz "
)
SCRIPTS = frozenset(_SCRIPTS.split())

_REGIONS = (
    "AA AC AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BU "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CS CU CV CW CX CY CZ DD DE DG DJ DK DM DO DZ EA EC EE "
    "EG EH ER ES ET EU EZ FI FJ FK FM FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR "
    "HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU "
    "LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NT NU "
    "NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR "
    "SS ST SU SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TP TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI "
    "VN VU WF WS YD YE YT YU ZA ZM ZR ZW ZZ 001 002 003 005 009 011 013 014 015 017 018 019 021 029 030 034 035 039 "
    "053 054 057 061 142 143 145 150 151 154 155 202 419 "
)
REGIONS = frozenset(_REGIONS.split())

_VARIANTS = (
    "1606nict 1694acad 1901 1959acad 1994 1996 abl1943 akhmimic akuapem alalc97 aluku anpezo ao1990 aranes arevela "
    "arevmda arkaika asante auvern baku1926 balanka barla basiceng bauddha bciav bcizbl biscayan biske blasl "
    "bohairic bohoric boont bornholm cisaup colb1945 cornu creiss dajnko ekavsk emodeng fascia fayyumic fodom "
    "fonipa fonkirsh fonnapa fonupa fonxsamp gallo gascon gherd grclass grital grmistr hanoi hepburn heploc "
    "hognorsk hsistemo huett ijekavsk itihasa ivanchov jauer jyutping kkcor kleinsch kociewie kscor laukika "
    "leidentr lemosin lengadoc lipaw ltg1929 ltg2007 luna1918 lycopol mdcegyp mdctrans mesokem metelko monoton "
    "ndyuka nedis newfound nicard njiva nulik osojs oxendict pahawh2 pahawh3 pahawh4 pamaka peano pehoeji petr1708 "
    "pinyin polyton provenc puter rigik rozaj rumgr sahidic saigon scotland scouse simple solba sotav spanglis "
    "surmiran sursilv sutsilv synnejyl tailo tarask tongyong tunumiit uccor ucrcor ulster unifon vaidika valbadia "
    "valencia vallader vecdruka viennese vivaraup wadegile xsistemo "
)
VARIANTS = frozenset(_VARIANTS.split())

GRANDFATHERED: Mapping[str, str] = MappingProxyType(
    {
        "art-lojban": "jbo",
        "cel-gaulish": "",
        "en-gb-oed": "en-GB-oxendict",
        "i-ami": "ami",
        "i-bnn": "bnn",
        "i-default": "",
        "i-enochian": "",
        "i-hak": "hak",
        "i-klingon": "tlh",
        "i-lux": "lb",
        "i-mingo": "",
        "i-navajo": "nv",
        "i-pwn": "pwn",
        "i-tao": "tao",
        "i-tay": "tay",
        "i-tsu": "tsu",
        "no-bok": "nb",
        "no-nyn": "nn",
        "sgn-be-fr": "sfb",
        "sgn-be-nl": "vgt",
        "sgn-ch-de": "sgg",
        "zh-guoyu": "cmn",
        "zh-hakka": "hak",
        "zh-min": "",
        "zh-min-nan": "nan",
        "zh-xiang": "hsn",
    }
)
"""Whole tags from before the registry, in lower case, and those to use instead, where there are any."""
