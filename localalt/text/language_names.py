"""What people write in place of a language's tag, as data: its name in English or its own, and other codes.

Names are those of the registry of subtags, CLDR's for the languages themselves, and ones in common use.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CODES", "TAGS_BY_NAME"]

_ENGLISH = (
    "aa=Afar ab=Abkhazian af=Afrikaans ak=Akan am=Amharic an=Aragonese ar=Arabic as=Assamese ay=Aymara "
    "az=Azerbaijani ba=Bashkir be=Belarusian bg=Bulgarian bi=Bislama bm=Bambara bn=Bengali,Bangla bo=Tibetan "
    "br=Breton bs=Bosnian ca=Catalan,Valencian ce=Chechen ch=Chamorro co=Corsican cr=Cree cs=Czech cv=Chuvash "
    "cy=Welsh da=Danish de=German dv=Dhivehi dz=Dzongkha ee=Ewe el=Greek en=English eo=Esperanto "
    "es=Spanish,Castilian et=Estonian eu=Basque fa=Persian,Farsi ff=Fulah fi=Finnish fj=Fijian fo=Faroese "
    "fr=French fy=Frisian ga=Irish gd=Gaelic gl=Galician gn=Guarani gu=Gujarati gv=Manx ha=Hausa he=Hebrew "
    "hi=Hindi hr=Croatian ht=Haitian hu=Hungarian hy=Armenian ia=Interlingua id=Indonesian ig=Igbo is=Icelandic "
    "it=Italian iu=Inuktitut ja=Japanese jv=Javanese ka=Georgian ki=Kikuyu kk=Kazakh kl=Greenlandic km=Khmer "
    "kn=Kannada ko=Korean ks=Kashmiri ku=Kurdish kw=Cornish ky=Kyrgyz la=Latin lb=Luxembourgish lg=Luganda "
    "li=Limburgish ln=Lingala lo=Lao lt=Lithuanian lv=Latvian mg=Malagasy mi=Maori mk=Macedonian ml=Malayalam "
    "mn=Mongolian mr=Marathi ms=Malay mt=Maltese my=Burmese nb=Bokmål ne=Nepali nl=Dutch,Flemish nn=Nynorsk "
    "no=Norwegian nv=Navajo ny=Chichewa oc=Occitan om=Oromo or=Oriya,Odia os=Ossetian pa=Punjabi,Panjabi "
    "pl=Polish ps=Pashto pt=Portuguese qu=Quechua rm=Romansh rn=Rundi ro=Romanian,Moldovan ru=Russian "
    "rw=Kinyarwanda sa=Sanskrit sc=Sardinian sd=Sindhi se=Sami si=Sinhala sk=Slovak sl=Slovenian,Slovene "
    "sm=Samoan sn=Shona so=Somali sq=Albanian sr=Serbian st=Sotho su=Sundanese sv=Swedish sw=Swahili ta=Tamil "
    "te=Telugu tg=Tajik th=Thai ti=Tigrinya tk=Turkmen tl=Tagalog tn=Tswana to=Tongan tr=Turkish ts=Tsonga "
    "tt=Tatar ty=Tahitian ug=Uyghur uk=Ukrainian ur=Urdu uz=Uzbek vi=Vietnamese vo=Volapük wa=Walloon wo=Wolof "
    "xh=Xhosa yi=Yiddish yo=Yoruba za=Zhuang zh=Chinese,Mandarin zu=Zulu ase=ASL ast=Asturian ceb=Cebuano "
    "chr=Cherokee ckb=Sorani fil=Filipino grc=Ancient-Greek gsw=Swiss-German haw=Hawaiian hmn=Hmong hsb=Sorbian "
    "jbo=Lojban nds=Low-German qya=Quenya scn=Sicilian sco=Scots sjn=Sindarin,Elvish szl=Silesian tlh=Klingon "
    "tok=Toki-Pona tpi=Tok-Pisin yue=Cantonese "
)
_OWN = (
    "ar=العربية bg=български bn=বাংলা ca=català cs=čeština,cesky cy=Cymraeg da=dansk de=Deutsch el=ελληνικά "
    "es=español,espanol,castellano et=eesti eu=euskara fa=فارسی fi=suomi fr=français,francais ga=Gaeilge "
    "gl=galego he=עברית hi=हिन्दी hr=hrvatski hu=magyar hy=հայերեն id=Bahasa-Indonesia is=íslenska it=italiano "
    "ja=日本語,nihongo ka=ქართული ko=한국어 lt=lietuvių lv=latviešu mk=македонски ms=Bahasa-Melayu nb=norsk "
    "nl=Nederlands,Vlaams pl=polski pt=português,portugues,brasileiro ro=română,romana ru=русский sk=slovenčina "
    "sl=slovenščina sq=shqip sr=српски,srpski sv=svenska sw=Kiswahili ta=தமிழ் th=ไทย tr=Türkçe,turkce "
    "uk=українська ur=اردو vi=Tiếng-Việt zh=中文,汉语,漢語 "
)

TAGS_BY_NAME: Mapping[str, str] = MappingProxyType(
    {
        name.replace("-", " ").casefold(): tag
        for tag, _, names in (entry.partition("=") for entry in (_ENGLISH + _OWN).split())
        for name in names.split(",")
    }
)
"""Tags by name, in folded case; of several names in English the usual one comes first."""

_ISO_639_2 = (
    "aar:aa abk:ab afr:af aka:ak alb:sq amh:am ara:ar arg:an arm:hy asm:as ava:av ave:ae aym:ay aze:az bak:ba "
    "bam:bm baq:eu bel:be ben:bn bis:bi bod:bo bos:bs bre:br bul:bg bur:my cat:ca ces:cs cha:ch che:ce chi:zh "
    "chu:cu chv:cv cor:kw cos:co cre:cr cym:cy cze:cs dan:da deu:de div:dv dut:nl dzo:dz ell:el eng:en epo:eo "
    "est:et eus:eu ewe:ee fao:fo fas:fa fij:fj fin:fi fra:fr fre:fr fry:fy ful:ff geo:ka ger:de gla:gd gle:ga "
    "glg:gl glv:gv gre:el grn:gn guj:gu hat:ht hau:ha hbs:sh heb:he her:hz hin:hi hmo:ho hrv:hr hun:hu hye:hy "
    "ibo:ig ice:is ido:io iii:ii iku:iu ile:ie ina:ia ind:id ipk:ik isl:is ita:it jav:jv jpn:ja kal:kl kan:kn "
    "kas:ks kat:ka kau:kr kaz:kk khm:km kik:ki kin:rw kir:ky kom:kv kon:kg kor:ko kua:kj kur:ku lao:lo lat:la "
    "lav:lv lim:li lin:ln lit:lt ltz:lb lub:lu lug:lg mac:mk mah:mh mal:ml mao:mi mar:mr may:ms mkd:mk mlg:mg "
    "mlt:mt mon:mn mri:mi msa:ms mya:my nau:na nav:nv nbl:nr nde:nd ndo:ng nep:ne nld:nl nno:nn nob:nb nor:no "
    "nya:ny oci:oc oji:oj ori:or orm:om oss:os pan:pa per:fa pli:pi pol:pl por:pt pus:ps que:qu roh:rm ron:ro "
    "rum:ro run:rn rus:ru sag:sg san:sa sin:si slk:sk slo:sk slv:sl sme:se smo:sm sna:sn snd:sd som:so sot:st "
    "spa:es sqi:sq srd:sc srp:sr ssw:ss sun:su swa:sw swe:sv tah:ty tam:ta tat:tt tel:te tgk:tg tgl:tl tha:th "
    "tib:bo tir:ti ton:to tsn:tn tso:ts tuk:tk tur:tr twi:tw uig:ug ukr:uk urd:ur uzb:uz ven:ve vie:vi vol:vo "
    "wel:cy wln:wa wol:wo xho:xh yid:yi yor:yo zha:za zho:zh zul:zu "
)
_COUNTRIES = "us:en gb:en cn:zh jp:ja cz:cs dk:da gr:el ua:uk at:de"

CODES: Mapping[str, str] = MappingProxyType(dict(entry.split(":", 1) for entry in f"{_ISO_639_2} {_COUNTRIES}".split()))
"""Tags by codes that are not registered: those of three letters where there is one of two (ISO 639-2), and codes of
countries that are taken for their languages."""
