"""What a model says around the text that it copies from a picture, as data: patterns by language, an ISO 639 code.

Adding a language touches this file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["LEADS", "REMARKS"]

LEADS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"the (?:image|picture|photo) (?:contains|includes|has|shows) the following (?:text|words)"
        r"|(?:(?:here(?:['’]s| is| are)|this is) )?(?:(?:the|all|all the|all of the) )?(?:visible |written "
        r"|transcribed "
        r"|extracted |exact |full |readable )?(?:text|words|wording|writing|transcription|transcript|ocr)"
        r"(?: (?:visible|shown|written|found|present|that is visible|that appears|extracted))?"
        r"(?: (?:in|on|from|of|within) (?:(?:the|this|your) )?(?:\w{1,12} )?\w{1,12})?"
        r"(?: (?:reads?|says?|states?|is|are|contains?))?(?: (?:the following(?: text)?|as follows|word for word))?"
        r"|(?:(?:it|this)|(?:the|this|a) (?:\w{1,12} )?(?:sign|label|poster|banner|inscription|image|picture|photo"
        r"|note|board"
        r"|screen|plaque|shirt|text on the sign)) (?:reads?|says?|states?|contains? the (?:text|words)"
        r"|shows? the (?:text|words))"
        r"(?: the following| as follows)?",
        "de": r"das (?:bild|foto) enthält (?:den )?folgenden text|(?:hier ist |hier steht |das ist )?(?:der "
        r"|die )?(?:sichtbare |lesbare )?(?:text|schriftzug"
        r"|aufschrift|inschrift"
        r"|beschriftung|transkription|abschrift)(?: (?:im|auf dem|auf der|in dem|des"
        r"|aus dem) \w{1,20})?(?: (?:lautet|ist|sagt))?"
        r"(?: wie folgt)?|(?:auf|in) (?:dem|der|diesem) \w{1,20} steht|im bild steht|das schild sagt"
        r"|auf dem schild steht",
        "fr": r"l['’]image contient le texte suivant|(?:voici )?(?:le )?texte(?: visible| lisible)?(?: (?:dans"
        r"|de|sur|du) (?:l['’]|la |le "
        r"|cette )?\w{1,20})?"
        r"(?: (?:est|dit|indique|se lit comme suit))?(?: le suivant)?|transcription|on (?:peut )?(?:y )?li[rt](?:e)?"
        r"|(?:le|la|l['’]) ?(?:panneau|pancarte|affiche|image|enseigne) (?:dit|indique|affiche|porte)",
        "es": r"la imagen contiene el siguiente texto|(?:aquí (?:está|tienes) "
        r"|este es )?(?:el )?texto(?: visible| legible)?(?: (?:en|de) (?:la|el"
        r"|esta) \w{1,20})?"
        r"(?: (?:dice|es|pone))?(?: lo siguiente)?|transcripción|(?:el|la) (?:cartel|letrero|señal|imagen"
        r"|rótulo) (?:dice|pone)",
        "it": r"l['’]immagine contiene il seguente testo|(?:ecco "
        r"|questo è )?(?:il )?testo(?: visibile)?(?: (?:nell['’]|nella |nel |dell['’]|sul "
        r"|sulla )\w{1,20})?"
        r"(?: (?:è|dice|recita))?(?: il seguente)?|trascrizione|(?:il cartello|l['’]insegna|l['’]immagine) (?:dice"
        r"|recita)",
        "pt": r"a imagem contém o seguinte texto|(?:aqui está |este é )?(?:o )?texto(?: visível)?(?: (?:na|no"
        r"|da|do) \w{1,20})?(?: (?:diz"
        r"|é))?(?: o seguinte)?"
        r"|transcrição|(?:a|o) (?:placa|cartaz|imagem|letreiro) diz",
        "nl": r"de afbeelding bevat de volgende tekst|(?:hier is "
        r"|dit is )?(?:de )?(?:zichtbare )?tekst(?: (?:in|op|van) (?:de"
        r"|het) \w{1,20})?(?: (?:luidt|is|zegt))?"
        r"(?: als volgt)?|transcriptie|het bord zegt|op het \w{1,20} staat",
        "sv": r"bilden innehåller följande text|(?:här är )?text(?:en)?(?: (?:i|på) \w{1,20})?(?: (?:lyder"
        r"|är))?|(?:skylten|texten) säger"
        r"|på skylten står(?: det)?",
        "da": r"(?:her er )?tekst(?:en)?(?: (?:i|på) \w{1,20})?(?: (?:lyder|er))?|(?:skiltet|teksten) siger"
        r"|på skiltet står(?: der)?",
        "nb": r"(?:her er )?tekst(?:en)?(?: (?:i|på) \w{1,20})?(?: (?:lyder|er))?|(?:skiltet|teksten) sier"
        r"|på skiltet står(?: det)?",
        "pl": r"(?:oto )?tekst(?: (?:na|z) \w{1,20})?(?: (?:brzmi|to))?(?: następująco)?"
        r"|napis(?: na \w{1,20})?(?: (?:głosi|brzmi))?"
        r"|transkrypcja|na \w{1,20} jest napisane",
        "cs": r"(?:zde je )?text(?: na \w{1,20})?(?: (?:zní|je))?(?: takto)?|nápis(?: na \w{1,20})?(?: (?:zní"
        r"|hlásá))?|přepis"
        r"|na \w{1,20} je napsáno",
        "fi": r"(?:tässä on )?(?:kuvan )?teksti(?: kuvassa)?(?: (?:kuuluu|on))?|(?:kyltissä|kuvassa) lukee",
        "hu": r"(?:íme )?(?:a )?(?:képen látható )?(?:szöveg|felirat)(?: a képen)?(?: így szól)?"
        r"|a táblán (?:ez )?áll",
        "ro": r"(?:iată )?text(?:ul)?(?: (?:din|de pe) \w{1,20})?(?: (?:este|spune))?(?: următorul)?"
        r"|pe \w{1,20} scrie",
        "id": r"(?:berikut (?:adalah )?)?teks(?:nya)?(?: (?:di|dalam|pada) \w{1,20})?(?: (?:adalah|berbunyi))?"
        r"|tulisan(?:nya)?",
        "tr": r"görsel şu metni içeriyor|(?:işte )?(?:görseldeki |resimdeki )?(?:metin|yazı)(?: şu(?:dur)?| şöyle)?"
        r"|tabelada (?:şu )?yaz(?:ıyor|an)",
        "ru": r"на изображении следующий текст|(?:вот )?текст(?: (?:на|с) \w{1,20})?(?: (?:гласит|следующий))?"
        r"|надпись(?: на \w{1,20})?(?: гласит)?"
        r"|на \w{1,20} написано|транскрипция",
        "uk": r"(?:ось )?текст(?: (?:на|з) \w{1,20})?(?: (?:такий|наступний))?|напис(?: на \w{1,20})?"
        r"|на \w{1,20} написано",
        "ja": r"画像には次の(?:テキスト|文字)が含まれています"
        r"|(?:画像|写真)?(?:内|の中|中)?の?"
        r"(?:テキスト|文字)(?:は(?:次の(?:とおり|通り)|以下の(?:とおり"
        r"|通り))です|は)?|看板には?",
        "zh": r"[图圖][片像]中?包含以下(?:文字|文本)"
        r"|(?:[图圖][片像])?[中上]?的?(?:文字|文本)(?:内容)?(?:是|为|為|如下)?|(?:以下"
        r"|[这這])是[^:：\n]{0,12}(?:文字|文本)(?:内容)?"
        r"|(?:标志|標誌|牌子|上面|招牌)上?[写寫][着著]",
        "ko": r"이미지에는 다음 텍스트가 포함되어 있습니다"
        r"|(?:이미지(?:의|에 있는| 속| 속의)? )?(?:텍스트|글자|문구)(?:는 다음과 같습니다|는|은)?|(?:표지판"
        r"|간판)에는?",
        "ar": r"(?:إليك )?النص(?: (?:الموجود )?في الصورة)?(?: هو)?|تقول اللافتة|مكتوب على اللافتة",
        "fa": r"متن(?: (?:در|داخل) تصویر)?|روی تابلو نوشته شده(?: است)?",
        "hi": r"(?:चित्र|छवि) में (?:लिखा|पाठ) है|पाठ",
        "vi": r"(?:đây là )?văn bản(?: trong (?:hình|ảnh|hình ảnh))?(?: là)?|biển báo ghi",
    }
)
"""What comes before a copy, up to its colon."""

REMARKS: Mapping[str, str] = MappingProxyType(
    {
        "en": "letters|lettering|font|handwritten|handwriting|illegible|unreadable|background|typeface|partially"
        "|obscured",
        "de": "buchstaben|schrift|hintergrund|handschriftlich|unleserlich|lettern",
        "fr": "lettres|fond|illisible|manuscrit|caractères",
        "es": "letras|fondo|ilegible|manuscrito",
        "it": "lettere|sfondo|illeggibile|scritto a mano",
        "pt": "letras|fundo|ilegível|manuscrito",
        "nl": "letters|achtergrond|onleesbaar|handgeschreven",
        "sv": "bokstäver|bakgrund|oläslig",
        "da": "bogstaver|baggrund|ulæselig",
        "nb": "bokstaver|bakgrunn|uleselig",
        "pl": "litery|literami|tle|nieczytelne",
        "cs": "písmena|pozadí|nečitelné",
        "ru": "буквы|буквами|фоне|неразборчиво",
        "uk": "літери|літерами|тлі|нерозбірливо",
        "ja": "文字|背景",
        "zh": "字母|背景|红字|白字|无法辨认",
        "ko": "글자|배경",
    }
)
"""Words of a remark in brackets about how the writing looks."""
