"""How texts open, or end, that only say that there is a picture: patterns by language, an ISO 639 code.

A screen reader has already said "image" (W3C WAI, Images Tutorial, tips). Words for a medium that says something, such
as "screenshot", "drawing" or "aerial photo", are in none of the lists. A pattern is matched from where a text begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "ADJECTIVES",
    "COMPOUNDS",
    "DETERMINERS",
    "ENDINGS",
    "KINDS",
    "LABELLED",
    "LINKS",
    "MILD",
    "PICTURES",
    "PORTRAYING",
    "SAYINGS",
    "THIS_IS",
]

PICTURES: Mapping[str, str] = MappingProxyType(
    {
        "ca": r"imat(?:ge|ges)|foto(?:grafia)?s?",
        "cs": r"obr[áa]z(?:ek|ky)|fotografie|fotka|foto|sn[íi]mek",
        "da": r"billede[rt]?|foto(?:et|grafi)?",
        "de": r"bild(?:er)?|fotos?|fotografien?|abbildung|aufnahme(?= (?:eine[rs]|zeigt) )",
        "el": r"εικ[όο]να|φωτογραφ[ίι]α",
        "en": r"images?|pictures?|photo(?:graph)?s?|pics?|img|snapshots?",
        "es": r"im[áa]gen(?:es)?|fotos?|fotograf[íi]as?",
        "fi": r"kuvat?|valokuva",
        "fr": r"images?|photos?|photographies?|clich[ée]s?|visuel",
        "hr": r"slika|fotografija",
        "hu": r"kép|fotó|fénykép",
        "id": r"gambar|foto|citra",
        "it": r"immagin[ei]|foto(?:grafi[ae])?",
        "nb": r"bilde[rt]?|foto(?:et|grafi)?",
        "nl": r"afbeelding(?:en)?|foto(?:['’]s)?|plaatje",
        "pl": r"zdj[ęe]ci[ea]|fotografia",
        "pt": r"image(?:m|ns)|fotos?|fotografias?",
        "ro": r"imagine(?! a )|imaginea|fotografi[ea]|poz[ăa]",
        "ru": r"фото(?:графия|графии)?|изображени[ея]|картинка|снимок",
        "sv": r"bild(?:en|er)?|foto(?:t|n)?|fotografi(?:et)?",
        "uk": r"фото(?:графія)?|зображення|картинка|світлина|знімок",
        "vi": r"(?:bức |tấm )?(?:hình )?ảnh|hình",
    }
)
"""What a picture is called where that says nothing of it."""

DETERMINERS: Mapping[str, str] = MappingProxyType(
    {
        "ca": r"una?|la|aquesta",
        "cs": r"tento|tato|toto",
        "da": r"et|en|dette|det",
        "de": r"ein|eine|das|die|dieses|diese",
        "el": r"μια|μία|η|αυτή η",
        "en": r"an?|the|this|these|that|one|some|my|our",
        "es": r"una?|unas|la|las|el|esta",
        "fi": r"tämä",
        "fr": r"une?|la|le|les|des|cette|l['’]",
        "hr": r"ova",
        "hu": r"a|ez a|egy",
        "it": r"un['’]|una?|la|le|questa|l['’]",
        "nb": r"et|dette|det",
        "nl": r"een|de|het|deze|dit",
        "pl": r"to|ten|ta",
        "pt": r"uma?|umas|a|o|as|esta|essa",
        "ro": r"o|această",
        "ru": r"это|эта",
        "sv": r"en|ett|den här|det här",
        "uk": r"це|ця",
    }
)

THIS_IS: Mapping[str, str] = MappingProxyType(
    {
        "de": r"(?:das|dies|hier|es) (?:ist|sind)|hier (?:sehen (?:sie|wir)|sieht man)",
        "en": r"(?:this|here|that|it|these)(?:['’]s| is| are)(?: just| also)?",
        "es": r"(?:esta|esto|aquí|este) es|se trata de",
        "fr": r"c['’]est|voici|voilà|il s['’]agit d['’]",
        "it": r"questa è|ecco",
        "nl": r"(?:dit|hier) is",
        "pt": r"(?:esta|isto|aqui) é|trata-se de",
        "sv": r"(?:det|detta) (?:här )?är",
    }
)
"""Before the article."""

LINKS: Mapping[str, str] = MappingProxyType(
    {
        "ca": r"de|del|amb|que mostra",
        "cs": r"zobrazující|znázorňující|s|se",
        "da": r"af|med|fra|der viser|som viser|hvor",
        "de": r"von|vom|mit|eines|einer|eine[ms]|des|der|zweier|auf (?:dem|der)|, (?:das|die|auf d(?:em|er))",
        "el": r"του|της|των|με|που δείχνει|από|ενός|μιας",
        "en": r"of|showing|depicting|featuring|displaying|portraying|representing|illustrating|containing|including"
        r"|capturing|with|(?:that|which) (?:shows?|depicts?|displays?|features?|contains?)|where|in which",
        "es": r"de|del|con|mostrando|que (?:muestra|representa|contiene)|donde (?:se (?:ve|ven|aprecia)|aparecen?)"
        r"|en (?:la|el) que|conteniendo|representando",
        "fi": r", (?:jossa|joka)|jossa|joka",
        "fr": r"de|du|des|montrant|représentant|illustrant|contenant|avec|où l['’]on voit|qui montre|sur laquelle",
        "hr": r"koja prikazuje|na kojoj|s",
        "hu": r", amely(?:en)?",
        "id": r"dari|seekor|seorang|sebuah|yang menunjukkan|dengan",
        "it": r"di|del|dello|della|dei|degli|delle|con|raffigurante|contenente|che (?:mostra|raffigura|ritrae|contiene)"
        r"|in cui|dove",
        "nb": r"av|med|fra|som viser|der",
        "nl": r"van|met|waarop|die|dat",
        "pl": r"przedstawiając[ea]|pokazując[ea]|z|ze|, na którym",
        "pt": r"de|do|da|dos|das|com|mostrando|contendo|representando|que (?:mostra|representa)|onde|em que",
        "ro": r"cu|a|al|ale|care (?:arată|prezintă)",
        "ru": r"с|со|, на котором|, на которой",
        "sv": r"av|på|med|från|föreställande|som (?:visar|föreställer)|där",
        "uk": r"з|із|, на якому|, на якій",
        "vi": r"của|về|một|chụp",
    }
)
"""What follows the word where the thing itself comes next."""

ADJECTIVES: Mapping[str, str] = MappingProxyType(
    {
        "de": r"schöne[srn]?|tolle[srn]?|großes?|kleines?|neues?|eindrucksvolles?|wunderschöne[srn]?"
        r"|detaillierte[srn]?",
        "en": r"stock|header|hero|banner|cover|featured?|main|thumbnail|preview|sample|cropped|zoomed(?:[- ]in)?|framed"
        r"|full[- ]size|(?:very )?(?:large|small|big|high[- ](?:quality|resolution|res)|hi-?res|low[- ](?:quality"
        r"|resolution|res)|hd|4k|sharp|clear|simple|detailed|stunning|beautiful|gorgeous|lovely|nice|pretty|cute|cool"
        r"|great|amazing|striking|vivid|vibrant|colou?rful|captivating|breathtaking|professional|realistic|single|quick"
        r"|random|following|above|accompanying|given|provided|attached)|close-?ups?|close up|static|web|png|jpe?g",
        "es": r"hermosas?|bonitas?|bellas?|gran|preciosas?|impresionantes?",
        "fr": r"belles?|jolies?|superbes?|magnifiques?|grandes?|petites?",
        "it": r"bell[ae]|splendid[ae]|grande|stupend[ae]",
        "nl": r"mooie|prachtige|grote|kleine",
        "pt": r"belas?|lindas?|bonitas?|grande",
    }
)
"""Before the word: what says nothing of the picture, or only praises it. A close-up is one after a fix, too."""

PORTRAYING: Mapping[str, str] = MappingProxyType(
    {
        "ca": r"mostra|representa",
        "cs": r"zobrazuje|ukazuje|znázorňuje",
        "da": r"viser|forestiller",
        "de": r"zeigt|zeigen|ist|stellt|enthält",
        "el": r"δείχνει|απεικονίζει",
        "en": r"shows?|depicts?|features?|displays?|portrays?|presents?|captures?|illustrates?|contains?|represents?"
        r"|consists of|is of|is|(?:appears|seems) to (?:be|show|depict)",
        "es": r"muestran?|representan?|presenta|contiene|captura|retrata|ilustra|es",
        "fi": r"näyttää|esittää|kuvaa",
        "fr": r"montre(?:nt)?|représente|présente|est|illustre|contient|capture",
        "hr": r"prikazuje",
        "hu": r"(?:azt )?(?:mutatja|ábrázolja)",
        "id": r"(?:ini )?(?:menunjukkan|menampilkan|memperlihatkan)",
        "it": r"mostra(?:no)?|raffigura|rappresenta|ritrae|contiene|illustra|è",
        "nb": r"viser|forestiller",
        "nl": r"toont|tonen|laat|laten|is|bevat",
        "pl": r"przedstawiają?|pokazuj[eą]|ukazuje|zawiera",
        "pt": r"mostram?|apresenta|retrata|representa|exibe|contém|é",
        "ro": r"arată|prezintă|înfățișează",
        "ru": r"показывает|изображает|демонстрирует",
        "sv": r"visar|föreställer|är",
        "uk": r"показує|зображує|демонструє",
        "vi": r"(?:này )?(?:cho thấy|thể hiện|mô tả)",
    }
)

LABELLED: Mapping[str, str] = MappingProxyType(
    {
        "ar": r"صورة",
        "ja": r"画像|写真|イメージ|図",
        "ko": r"사진|이미지",
        "zh": r"图片|图像|照片|圖片|圖像|相片",
    }
)
"""Before a colon, as the words of `PICTURES`."""

COMPOUNDS: Mapping[str, str] = MappingProxyType(
    {
        "ca": r"perfil|portada|fons|grup|família",
        "da": r"(?:dagen|ugen|året)s?\b",
        "de": r"(?:woche|tages|monats|jahres|wissenschaft)\b|freunden und",
        "en": r"(?:the )?(?:day|week|month|year)\b|health\b|innocence|misery|dorian gray|interest\b|record\b",
        "es": r"perfil|portada|fondo|cabecera|carn[ée]t?|archivo|familia\b|grupo\b|estudio|boda|marca|"
        r"(?:la semana|el d[íi]a|d[íi]a|a[ñn]o)\b",
        "fr": r"profil|couverture|famille\b|groupe\b|classe\b|identit[ée]|marque\b|synth[èe]se|presse\b|mariage"
        r"|(?:la semaine|jour|mois|ann[ée]e)\b",
        "it": r"profilo|copertina|sfondo|gruppo|famiglia|classe|repertorio|(?:giorno|settimana|mese|anno)\b",
        "nb": r"(?:dagen|uken|året)s?\b",
        "nl": r"(?:de (?:dag|week|maand)|het jaar)\b",
        "pt": r"perfil|capa\b|fundo|fam[íi]lia|grupo|formatura|casamento|arquivo|(?:dia|semana|m[êe]s|ano)\b",
        "sv": r"(?:dagen|veckan|året)s?\b",
    }
)
"""What makes one thing of the word and its link: "photo of the week", "foto de perfil"."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "ca": r"(?:foto|imatge) de (?:perfil|fons|portada|grup)",
        "en": r"(?:photo|image|picture|graphic) content|(?:image|photo|picture) of (?:the )?(?:day|week|month|year)",
        "es": r"(?:foto|fotograf[íi]a|imagen) de (?:perfil|portada|fondo|cabecera|archivo|grupo|familia|stock)",
        "fr": r"(?:photo|image) de (?:profil|couverture|groupe|famille|classe|presse|présentation)",
        "it": r"(?:foto|immagine) (?:di )?(?:profilo|copertina|gruppo|repertorio|presentazione)",
        "pt": r"(?:foto|fotografia|imagem) d[eo] (?:perfil|capa|fundo|grupo|fam[íi]lia|arquivo|banco)",
    }
)
"""Compounds that are the whole text: they name a place for pictures, or a kind of them."""

SAYINGS: Mapping[str, str] = MappingProxyType(
    {
        "ar": r"(?:ت[ُ]?ظهر|ت[ُ]?وضح|تعرض|ت[ُ]?بين|تصور) (?:هذه )?الصورة|الصورة (?:ت[ُ]?ظهر|ت[ُ]?وضح|تعرض|تبين)"
        r"|(?:هذه )?صورة (?:ت[ُ]?ظهر|ت[ُ]?وضح|تعرض|تبين|تحتوي|لـ?(?=\w{2})|عن |من )|في (?:هذه )?الصورة|نرى في",
        "bg": r"на (?:снимката|изображението|картинката)|(?:снимка|изображение) на|(?:снимката|изображението) показва",
        "bn": r"(?:এই )?(?:ছবিতে|ছবিটিতে|চিত্রে)",
        "ca": r"(?:a|en) (?:la|aquesta) (?:imatge|foto(?:grafia)?)|es veu|podem veure",
        "cs": r"na (?:tomto |této )?(?:obrázku|fotografii|fotce|snímku)|(?:je|jsou) zde vid[ěe]t"
        r"|(?:obrázek|fotka) (?!obrazovky|[zv]e? |od |do |na |pro )\w{1,20}(?:a|u|y|i|ů|ého|í|ky|ého)\b"
        r"|snímek (?!obrazovky)\w{2,20}(?:a|u|y|ů|ého)\b",
        "da": r"på (?:dette )?(?:billedet|fotoet|billede|foto)|her (?:ses|ser (?:vi|man))",
        "de": r"(?:auf|in) (?:dem|diesem|der|dieser) (?:bild|foto|fotografie|aufnahme|abbildung)"
        r"|im (?:bild|foto)(?=:| (?:ist|sind|sieht|sehen|zu))|zu sehen (?:ist|sind)|(?:hier|man|wir) (?:sieht"
        r"|sehen)(?: man"
        r"| wir)?(?= (?:ein|zwei|drei|mehrere|der|die|das|den)\w*)|(?:dargestellt|abgebildet) (?:ist|sind)",
        "el": r"(?:στην|σε αυτή την?) (?:εικόνα|φωτογραφία)|(?:βλέπουμε|διακρίνεται)",
        "en": r"in (?:this|the|the above) (?:image|picture|photo(?:graph)?|pic)(?=\s*[,:]| (?:we|you|one|i|there|an?"
        r"|the"
        r"|two|three|some|several|is|are)\b)(?:\s*[,:])?(?:\s+(?:(?:we|you|one|i)(?: can)?(?: clearly| also)? (?:see"
        r"|observe|notice)|there (?:is|are)))?"
        r"|(?:here[, ]+)?(?:we|you|one|i) can (?:clearly |also )?see(?= (?:an?|the|two|three|some|several|many"
        r"|people)\b)"
        r"|here,? (?:we|you) (?:see|have|can see)|(?:we|i) see(?= (?:an?|two|three|some|several)\b)",
        "es": r"(?:en|sobre) (?:la|esta|una) (?:imagen|foto(?:graf[íi]a)?)(?! del? )|se (?:ve|observa|aprecia)n?"
        r"(?= (?:a |una?|dos|tres|el|la|los|las|varios|varias)\b)|(?:aquí )?(?:vemos|podemos ver)"
        r"(?= (?:a |una?|dos|tres|el|la|los|las|varios|varias)\b)",
        "fa": r"در (?:این )?(?:تصویر|عکس)|(?:تصویر|عکس)ی? از|(?:این )?(?:تصویر|عکس) (?:نشان|یک)",
        "fi": r"(?:tässä )?(?:valo)?kuvassa|(?:valo)?kuva \w{2,30}st[aä]\b",
        "fr": r"(?:sur|dans|à) (?:la|cette|l['’]) ?(?:image|photo(?:graphie)?)(?! (?:de|du|des)\b)"
        r"|on (?:peut )?(?:voi[tr]"
        r"|aper[çc]oi[tr])(?= (?:une?|des|deux|trois|le|la|les|plusieurs)\b)|(?:ici, )?nous voyons",
        "he": r"בתמונה|(?:תמונה|צילום|תמונת)(?:ה)? של|התמונה מציגה|(?:תמונה|צילום) (?:ש|ה)?(?:מראה|מציגה)",
        "hi": r"(?:इस )?(?:तस्वीर|चित्र|छवि|फोटो|फ़ोटो) (?:में|दिखाती|दिखाता)"
        r"|यह (?:तस्वीर|चित्र|छवि)(?= .{1,80}(?:दिखा|दर्शा))",
        "hr": r"na (?:ovoj )?(?:slici|fotografiji)|(?:slika|fotografija) (?:psa|\w{2,20}(?:og|ih|a|e))\b",
        "hu": r"a(?:z)? (?:képen|fotón|fényképen|ábrán)|ezen a (?:képen|fotón)",
        "id": r"(?:di |pada |dalam )(?:gambar|foto)(?: ini)?",
        "it": r"(?:nella|in questa|nell['’]) ?(?:foto(?:grafia)?|immagine)(?! (?:di|del\w*)\b)|si ved(?:e|ono)"
        r"(?= (?:una?|due|tre|il|la|lo|i|gli|le|alcun[ei])\b)|(?:qui )?(?:vediamo|possiamo vedere)"
        r"|la foto(?:grafia)? ritrae",
        "nb": r"på (?:dette )?(?:bildet|fotoet)|her (?:ser (?:vi|man|du)|vises)",
        "nl": r"op (?:de|deze|het|dit|een) (?:foto|afbeelding|plaatje)|in (?:de|deze) (?:foto|afbeelding)"
        r"|(?:je|we|u) (?:ziet|zien)(?= (?:een|twee|drie|de|het|hier)\b)|te zien (?:is|zijn)|hier (?:zie je|zien we)",
        "pl": r"na (?:tym )?(?:zdjęciu|obrazku|fotografii|obrazie|grafice)|widać tu|(?:obraz(?:ek)?"
        r"|grafika) (?:przedstawia|pokazuje|ukazuje)"
        r"|zdjęcie (?!\w{1,30}[ea]?e\b|(?:z|ze|w|we|na|do|od|po|dla|nad|pod|przed|jest)\b)\w{2,30}"
        r"(?:a|u|y|i|ów|ego|ej|ich|ych)\b",
        "pt": r"(?:na|nesta|nessa|em uma) (?:imagem|foto(?:grafia)?)(?! d[eoa]s? )|(?:pode-se ver|vê-se|vemos"
        r"|podemos ver)"
        r"|observa-se|descrição da imagem",
        "ro": r"în (?:această )?(?:imagine|fotografie|poză)|se vede|putem vedea",
        "ru": r"на (?:этом |этой |данном )?(?:изображении|фото(?:графии)?|картинке|снимке|рисунке)(?! экрана)"
        r"|(?:фото|фотография|изображение|картинка) (?!дня|профиля|автора|товара|экрана|предоставлен|не |из |с |со "
        r"|от |в "
        r"|для |на |до |по )[а-яё]{2,30}(?:а|я|ы|и|у|ю|ей|ов|ого|его|ой|ых|их)\b",
        "sv": r"(?:på|i) (?:denna )?(?:bilden|bild|fotot|fotografiet)|här (?:syns|ser (?:vi|man))",
        "th": r"(?:ใน|จาก)(?:รูป)?ภาพ|(?:รูป)?ภาพ(?:นี้)?(?:ของ|แสดง|ถ่าย(?:ของ)?)|รูป(?:ของ|ถ่ายของ)",
        "tr": r"(?:bu )?(?:görselde|fotoğrafta|resimde|görüntüde)"
        r"|(?:bu )?(?:görsel|fotoğraf|resim)(?=,? .{1,80}göster)",
        "uk": r"на (?:цьому |цій )?(?:зображенні|фото(?:графії)?|світлині|картинці|знімку)(?! екрана)"
        r"|(?:фото|фотографія|зображення|світлина) (?!дня|профілю|автора|товару|екрана|не |із |з |від |в |для |на "
        r"|до |по )"
        r"[а-яєіїґ]{2,30}(?:а|я|и|і|у|ю|ей|ів|ого|ої|их)\b",
        "vi": r"trong (?:bức )?(?:ảnh|hình)(?: ảnh)?(?: này)?",
    }
)
"""Openings as wholes."""

MILD: Mapping[str, str] = MappingProxyType(
    {
        "ar": r"صورة (?!شخصية|جوية|ملونة|فوتوغرافية|الغلاف|الملف|الخلفية)\w{2,30}(?<!ية)",
        "en": r"(?:an?|the|this)?\s*(?:graphic|visual)s?(?: image)? (?:of|showing|depicting|illustrating|featuring)"
        r"|(?:an?|the|this)?\s*(?:blurry|blurred|grainy|dark|black[- ]and[- ]white|b&w|colou?r|digital|sepia)"
        r" (?:image|picture|photo(?:graph)?)s? (?:of|showing|depicting|featuring|with)"
        r"|(?:an? )?close[- ]?up of an? (?:photo(?:graph)?|picture|image) of"
        r"|(?:depicted|pictured|shown|seen)(?: here)?(?:\s*:| (?:is|are))",
        "de": r"(?:eine? )?grafik (?:von|mit|eine[rs]|zeigt)",
        "ja": r"(?:この|本|こちらの)?(?:画像|写真|イメージ)(?:は|に(?:は)?|では|の中)|写真中",
        "ko": r"(?:이|해당|위) (?:사진|이미지)(?:은|는|에는|에서는|에)|(?:사진|이미지)(?: 속)?(?:은|는|에는|에서는|에) "
        r"|(?:사진|이미지) 속",
        "zh": r"(?:这|這|该|該|此|本)?(?:一)?(?:张|張|幅)?(?:图片|图像|照片|画面|圖片|圖像|相片|畫面|图|圖)"
        r"(?:显示|顯示|展示|展现|展現|描绘|描繪|呈现|呈現|为|為|中|上|里|裡|是)|(?:这|這)是(?:一)?(?:张|張|幅)"
        r"|在(?:这|這|该)?(?:张|張)?(?:图片|照片|图|圖片|圖)中|一(?:张|張|幅)[^。，]{1,40}的(?:图片|照片|图像|圖片"
        r"|相片)",
    }
)
"""The same, where the words may say something after all, or where texts are commonly written so: warnings."""

ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "hi": r"की (?:तस्वीर|फोटो|फ़ोटो|छवि)|का (?:चित्र|फोटो)",
        "ja": r"(?:の|した|する|ている|いる|てる|す|る|た)(?:写真|画像|イメージ)(?:です)?",
        "ko": r"[^\s.] ?(?<!프로필 )(?<!배경 )(?:사진|이미지)(?:입니다)?",
        "tr": r"(?<!ekran )(?:fotoğrafı|görseli)|[ıiuü]n resmi",
        "zh": r"的(?:照片|图片|图像|圖片|相片|圖像)",
    }
)
"""The same at the end of a text, in languages that name the picture there: warnings."""
