"""Languages and scripts as data: names, which script writes which, and the words that hold a language together.

Adding a language touches this file alone; `language` makes sense of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "CHINESE_ALONE",
    "CLOSE",
    "FUNCTION_WORDS",
    "LANGUAGES_BY_SCRIPT",
    "NAMES",
    "PREFERRED",
    "SAME",
    "SCRIPTS_BY_CODE",
    "SCRIPTS_BY_PREFIX",
    "SIMPLIFIED_REGIONS",
    "SIMPLIFIED_TRADITIONAL",
    "TRADITIONAL_REGIONS",
]

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ar": "Arabic",
        "bg": "Bulgarian",
        "bn": "Bengali",
        "ca": "Catalan",
        "cs": "Czech",
        "cy": "Welsh",
        "da": "Danish",
        "de": "German",
        "el": "Greek",
        "en": "English",
        "en-gb": "British English",
        "en-us": "American English",
        "es": "Spanish",
        "et": "Estonian",
        "eu": "Basque",
        "fa": "Persian",
        "fi": "Finnish",
        "fr": "French",
        "ga": "Irish",
        "gl": "Galician",
        "he": "Hebrew",
        "hi": "Hindi",
        "hr": "Croatian",
        "hu": "Hungarian",
        "id": "Indonesian",
        "is": "Icelandic",
        "it": "Italian",
        "ja": "Japanese",
        "ko": "Korean",
        "lt": "Lithuanian",
        "lv": "Latvian",
        "nb": "Norwegian Bokmål",
        "nl": "Dutch",
        "nn": "Norwegian Nynorsk",
        "no": "Norwegian",
        "pl": "Polish",
        "pt": "Portuguese",
        "pt-br": "Brazilian Portuguese",
        "pt-pt": "European Portuguese",
        "ro": "Romanian",
        "ru": "Russian",
        "sk": "Slovak",
        "sl": "Slovenian",
        "sr": "Serbian",
        "sv": "Swedish",
        "ta": "Tamil",
        "th": "Thai",
        "tr": "Turkish",
        "uk": "Ukrainian",
        "ur": "Urdu",
        "vi": "Vietnamese",
        "zh": "Chinese",
        "zh-cn": "Simplified Chinese",
        "zh-hans": "Simplified Chinese",
        "zh-hant": "Traditional Chinese",
        "zh-tw": "Traditional Chinese",
    }
)
"""English names by BCP 47 tag, in lower case. Models know names better than tags."""

# The registry of language subtags, Preferred-Value.
PREFERRED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "tl": "fil"}

# CLDR, languageData: the scripts that languages are written in today, by the scripts' names in Unicode.
LANGUAGES_BY_SCRIPT: Mapping[str, str] = MappingProxyType(
    {
        "Latin": "af az bs ca cs cy da de en eo es et eu fi fil fo fr fy ga gd gl ha hr ht hu id ig is it jv ku la "
        "lb lt lv mg mi ms mt nb nl nn no oc om pl pt qu rm ro sh sk sl sn so sq sr st sv sw tk tr uz vi wa "
        "wo xh yo zu",
        "Cyrillic": "ab av az ba be bg bs ce cv kk ky mk mn os ru sh sr tg tt uk uz",
        "Arabic": "ar az ckb fa ks ku pa ps sd ug ur",
        "Hebrew": "he yi",
        "Greek": "el",
        "Armenian": "hy",
        "Georgian": "ka",
        "Devanagari": "bho hi kok ks mai mr ne sa sd",
        "Bengali": "as bn",
        "Gurmukhi": "pa",
        "Gujarati": "gu",
        "Oriya": "or",
        "Tamil": "ta",
        "Telugu": "te",
        "Kannada": "kn",
        "Malayalam": "ml",
        "Sinhala": "si",
        "Thai": "th",
        "Lao": "lo",
        "Tibetan": "bo dz",
        "Myanmar": "my",
        "Khmer": "km",
        "Ethiopic": "am ti",
        "Han": "ja ko yue zh",
        "Hiragana": "ja",
        "Katakana": "ja",
        "Hangul": "ko",
    }
)
# ISO 15924, the codes of those scripts and of their mixtures.
SCRIPTS_BY_CODE: Mapping[str, str] = MappingProxyType(
    {
        "Latn": "Latin",
        "Cyrl": "Cyrillic",
        "Arab": "Arabic",
        "Hebr": "Hebrew",
        "Grek": "Greek",
        "Armn": "Armenian",
        "Geor": "Georgian",
        "Deva": "Devanagari",
        "Beng": "Bengali",
        "Guru": "Gurmukhi",
        "Gujr": "Gujarati",
        "Orya": "Oriya",
        "Taml": "Tamil",
        "Telu": "Telugu",
        "Knda": "Kannada",
        "Mlym": "Malayalam",
        "Sinh": "Sinhala",
        "Thai": "Thai",
        "Laoo": "Lao",
        "Tibt": "Tibetan",
        "Mymr": "Myanmar",
        "Khmr": "Khmer",
        "Ethi": "Ethiopic",
        "Hani": "Han",
        "Hans": "Han",
        "Hant": "Han",
        "Jpan": "Han Hiragana Katakana",
        "Hrkt": "Hiragana Katakana",
        "Hira": "Hiragana",
        "Kana": "Katakana",
        "Kore": "Hangul Han",
        "Hang": "Hangul",
    }
)
# How `unicodedata` begins the names of letters, where that is not the script's own name.
SCRIPTS_BY_PREFIX = {"CJK": "Han", "IDEOGRAPHIC": "Han", "KATAKANA-HIRAGANA": "", "MODIFIER": "", "COMBINING": ""}

# Languages that count as one, by the code that is used for them.
SAME: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("nb", "nn"), "no"),
        **dict.fromkeys(("bs", "cnr", "sh", "sr"), "hr"),
        **dict.fromkeys(("cmn", "hak", "nan", "wuu", "yue"), "zh"),
        **dict.fromkeys(("apc", "arb", "ary", "arz"), "ar"),
        **dict.fromkeys(("pes", "prs"), "fa"),
        **dict.fromkeys(("ms", "zsm"), "id"),
    }
)
# Short texts in one of these are taken for another too often (measured with py3langid 0.4.0).
CLOSE = (
    frozenset({"da", "no", "sv"}),
    frozenset({"cs", "sk"}),
    frozenset({"hr", "sl"}),
    frozenset({"ca", "es", "gl", "pt"}),
    frozenset({"bg", "hr", "ru", "uk"}),
)

# Articles, prepositions, conjunctions, pronouns and the like, as they occur in descriptions.
FUNCTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "en": "the a an of on in at with and or is are for from to by over under between behind while its his her "
        "their who which this that into near through against across beside as up down out it",
        "de": "der die das den dem des ein eine einen einem einer und oder mit auf in im an am von vom vor zu zum "
        "zur bei über unter neben hinter zwischen aus für nach ist sind während sich es er sie ihr sein als "
        "wie nicht durch um ihm",
        "fr": "le la les l un une des du de d et ou où avec sur dans en au aux à par pour sous devant derrière "
        "entre près qui que qu est sont sa son ses leur se s il elle",
        "es": "el la los las un una unos unas de del y o con en sobre por para al a bajo junto entre detrás "
        "delante que es son su sus se está están mientras lo",
        "it": "a il lo la i gli le l un uno una di del della dello dei degli delle dell e ed o con su sul sulla sui "
        "nel nella nei in da dal dalla al alla ai per tra fra sotto davanti dietro accanto che è sono si "
        "suo mentre dall nell all sull",
        "pt": "o a os as um uma uns umas de do da dos das e ou com em no na nos nas num numa por pelo pela para "
        "ao à sob sobre entre atrás que é são se seu sua enquanto está estão diante",
        "nl": "de het een en of met op in aan van voor naar bij over onder naast achter tussen uit door is zijn "
        "die dat er zich hij ze haar hun terwijl te om waarop langs",
        "sv": "en ett och eller med på i av för till från vid över under bredvid bakom framför mellan är som det "
        "den de sig sin han hon medan där om längs",
        "da": "en et og eller med på i af for til fra ved over under bag foran mellem er som der det den de sig "
        "sin han hun mens hvor om mod langs",
        "nb": "en et ei og eller med på i av for til fra ved over under bak foran mellom er som det den de seg "
        "sin han hun mens hvor om mot langs",
        "nn": "ein eit og eller med på i av for til frå ved over under bak framfor mellom er som det den dei seg "
        "sin han ho medan der ikkje",
        "is": "og eða með á í af fyrir til frá við yfir undir hjá er sem það sér hann hún að um úr meðan",
        "pl": "i oraz lub z ze na w we do od przed przy nad pod obok za między przez dla jest są się który która "
        "które to jego jej ich a podczas o po",
        "cs": "a i nebo s se na v ve do od před při nad pod vedle za mezi přes pro je jsou který která které jeho "
        "její jejich u z ze po že",
        "sk": "a i alebo s so na v vo do od pred pri nad pod vedľa za medzi cez pre je sú ktorý ktorá ktoré jeho "
        "jej ich u z zo po že sa",
        "sl": "in ali s z na v do od pred pri nad pod ob za med skozi je so ki njegov njen se iz po da",
        "hr": "i ili s sa na u do od ispred pri iznad ispod pored pokraj iza između kroz za je su koji koja koje "
        "njegov se iz po dok",
        "fi": "ja tai on ovat joka jotka sekä kanssa vieressä edessä takana alla päällä ei se hän hänen että kun "
        "mutta myös ympärillä keskellä jossa",
        "et": "ja või on mis kes ning koos kõrval ees taga all peal ei see tema et kui ka ümber keskel juures",
        "hu": "a az egy és vagy van vannak amely aki mellett előtt mögött alatt fölött felett között nem is hogy "
        "meg közben",
        "tr": "bir ve veya ile de da için bu üzerinde altında yanında yanındaki önünde arkasında arasında olan "
        "olarak içinde gibi kadar göre üzerindeki",
        "ro": "un o și sau cu pe în la de din pentru lângă sub peste între este sunt care al ale lui se timp "
        "printre spre",
        "id": "yang di dan atau dengan dari ke pada untuk sebuah seorang seekor ini itu sedang adalah dalam oleh "
        "bawah atas depan belakang samping antara",
        "vi": "một của và trên trong với có là ở cho được đang những các bên dưới cạnh trước sau từ không này hoặc",
        "ca": "el la els les un una uns unes de del dels i o amb en sobre per a al als sota entre darrere davant "
        "que és són seva seu es està mentre d l",
        "gl": "o a os as un unha uns unhas de do da dos das e ou con en no na nos nas por polo pola para ao sobre "
        "baixo entre diante detrás que é son se seu súa mentres",
        "eu": "eta edo bat da dira dago daude duen gainean azpian ondoan aurrean atzean artean ere ez du dute hau hori",
        "ga": "an na agus nó le ar i in as do de ó faoi os idir atá tá is a bhfuil ina lena sa san",
        "cy": "y yr a ac neu gyda ar yn o i gan dan dros rhwng wrth mae sydd yw ei eu mewn oddi drwy",
        "lt": "ir ar su ant į iš nuo prie po virš šalia už tarp per yra kuris kuri kurie jo jos jų savo o bei kad "
        "prieš",
        "lv": "un vai ar uz no pie zem virs blakus aiz starp caur ir kas kurš viņa viņas to tā pirms kurā līdz",
        "ru": "и или с со на в во к ко от из у над под за перед между рядом через для по о об что который которая "
        "которые его её их это как не а",
        "uk": "і й та або з зі із на в у до від над під за перед між поруч через для по про що який яка які його "
        "її їх це як не",
        "bg": "и или с със на в във към от до над под зад пред между през за по че който която които е са се си "
        "го той тя това като не",
        "sr": "и или с са на у до од испред при изнад испод поред иза између кроз за је су који која које се из по док",
        "ar": "في من على إلى مع و أو هو هي التي الذي أمام تحت فوق بجانب خلف بين عن هذا هذه حول بينما",
        "fa": "و در از به با که را این آن بر یک است هستند روی زیر کنار جلوی پشت بین برای تا یا خود",
        "ur": "اور کے کی کا میں سے پر کو ہے ہیں ایک نے یہ وہ ساتھ نیچے اوپر سامنے پیچھے جو یا",
    }
)

# Unihan, kTraditionalVariant: everyday pairs of which neither is written in the other orthography.
SIMPLIFIED_TRADITIONAL = (
    "这這个個们們国國来來时時会會对對说說过過样樣种種开開关關门門问問间間见見现現观觀车車东東马馬鸟鳥鱼魚风風飞飛龙龍"
    "红紅绿綠蓝藍头頭发發电電视視书書学學张張长長给給线線边邊条條两兩画畫图圖写寫机機树樹岛島楼樓阳陽动動运運员員语語"
    "话話读讀请請谢謝让讓认認识識亚亞业業乐樂义義兴興农農净淨标標桥橋欢歡气氣汉漢湾灣满滿热熱爱愛猫貓环環经經网網罗羅"
    "联聯艺藝节節药藥虽雖装裝规規计計设設词詞试試该該谁誰调調贝貝财財质質购購赛賽轮輪软軟辆輛达達远遠还還进進连連选選"
    "钟鐘钱錢铁鐵银銀镜鏡闪閃难難顶頂项項须須页頁颜顏饭飯馆館验驗鸡雞麦麥齐齊龟龜"
)
# Each of them is in nearly every Chinese sentence and in no Japanese one.
CHINESE_ALONE = frozenset("的在了这這们們是个個")
SIMPLIFIED_REGIONS = frozenset(("CN", "SG", "MY"))
TRADITIONAL_REGIONS = frozenset(("TW", "HK", "MO"))
