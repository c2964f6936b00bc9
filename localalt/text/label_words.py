"""Names that models write before a description, and a colon, as data: patterns by language, an ISO 639 code.

Adding a language touches this file alone. `openers` says what each list is evidence of.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "AFTER",
    "ALT_TEXT",
    "ANSWERS",
    "DESCRIPTIONS",
    "LEADS",
    "PHOTOGRAPHS",
]

ALT_TEXT: Mapping[str, str] = MappingProxyType(
    {
        "en": r"alt(?:ernat(?:iv)?e)?[ _-]?texts?|alt[ _-]?(?:tag|description|attribute)s?|final answer"
        r"|(?:image|picture|photo|visual)[ _-]?(?:alt(?:ernative)?(?:[ _-]?texts?)?|descriptions?|captions?)",
        "de": r"alternativ-? ?texte?s?|alternativer text|alt-?texte?s?|textalternative|bildbeschreibung(?:en)?",
        "fr": r"textes? alternatifs?|textes? de remplacement|textes? alt|description de l['’]image",
        "es": r"textos? alternativos?|textos? alt|descripción (?:de (?:la )?imagen|alternativa)",
        "it": r"test[oi] alternativ[oi]|testo alt|descrizione (?:dell['’] ?)?immagine|descrizione alternativa",
        "pt": r"textos? alternativos?|textos? alt|descrição (?:da|de) imagem|descrição alternativa",
        "nl": r"alternatieve tekst(?:en)?|alt-? ?tekst(?:en)?|afbeeldingsbeschrijving|beschrijving van de afbeelding",
        "sv": r"alternativ(?:a|t)?[ -]?text(?:en|er)?|alt-? ?text(?:en|er)?|bildbeskrivning(?:en)?",
        "da": r"alternativ(?:e)?[ -]?tekst(?:en|er)?|alt-? ?tekst(?:en|er)?|billedbeskrivelse(?:n)?",
        "nb": r"alternativ(?:e)?[ -]?tekst(?:en|er)?|alt-? ?tekst(?:en|er)?|bildebeskrivelse(?:n)?",
        "pl": r"tekst(?:u|em)? alternatywn(?:y|ego|ym)|tekst alt|opis (?:alternatywny|obrazu|obrazka|zdjęcia)",
        "cs": r"alternativní(?:ho|m)? text(?:u|em)?|textová alternativa|popis(?:ek)? obrázku",
        "fi": r"vaihtoehtoi(?:nen|sen|sta) teksti(?:n|ä)?|alt-? ?teksti(?:n|ä)?|vaihtoehtoteksti|tekstivastine"
        r"|kuvan kuvaus",
        "hu": r"alternatív szöveg(?:e|et)?|helyettesítő szöveg(?:e|et)?|alt[ -]?szöveg(?:e|et)?|képleírás"
        r"|a kép leírása",
        "ro": r"text(?:ul)? alternativ|text(?:ul)? alt|descrierea imaginii",
        "id": r"teks alternatif|teks alt|deskripsi gambar",
        "tr": r"alternatif metin|alternatif metni|alt met(?:in|ni)|görsel açıklaması|resim açıklaması",
        "ru": r"альтернативн(?:ый|ого|ым|ому) текст(?:а|ом|у)?|(?:alt|альт)-? ?текст|описание изображения",
        "uk": r"альтернативн(?:ий|ого|им|ому) текст(?:у|ом)?|(?:alt|альт)-? ?текст|опис зображення",
        "ja": r"代替テキスト|代替文|代替説明|alt ?テキスト|alt ?属性|画像の説明文?",
        "zh": r"(?:替代|替换|替換|代替|备用|備用)(?:文本|文字)|alt ?(?:文本|文字)|[图圖][片像]的?(?:描述|说明|說明)",
        "ko": r"대체 ?(?:텍스트|문구)|alt ?텍스트|이미지 ?설명|사진 ?설명",
        "ar": r"(?:ال)?نص (?:ال)?بديل|وصف الصورة",
        "fa": r"متن جایگزین|توضیح تصویر|شرح تصویر",
        "hi": r"वैकल्पिक (?:पाठ|टेक्स्ट)|ऑल्ट टेक्स्ट|(?:चित्र|छवि) का विवरण",
        "th": r"ข้อความ(?:แสดง)?แทน(?:รูป)?(?:ภาพ)?|ข้อความทางเลือก|คำอธิบายภาพ",
        "vi": r"văn bản thay thế|văn bản alt|mô tả (?:hình )?ảnh",
        "el": r"εναλλακτικ(?:ό|ού) κε(?:ί|ι)μ(?:ε|έ)νου?|περιγραφή εικόνας",
        "he": r"ה?טקסט ה?חלופי|תיאור ה?תמונה",
        "ca": r"text alternatiu|descripció de la imatge",
    }
)
"""What only a label says: no picture shows "alt text" but a page about it."""

DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"descriptions?|captions?",
        "de": r"(?:kurz)?beschreibung(?:en)?|bildunterschrift(?:en)?",
        "fr": r"descriptions?|légendes?",
        "es": r"descripci(?:ón|ones)|leyenda|pie de foto",
        "it": r"descrizion[ei]|didascali[ae]",
        "pt": r"descriç(?:ão|ões)|legendas?",
        "nl": r"(?:beschrijving|omschrijving)(?:en)?|bijschrift(?:en)?",
        "sv": r"beskrivning(?:en|ar)?|bildtext(?:en)?",
        "da": r"beskrivelse[nr]?|billedtekst(?:en)?",
        "nb": r"beskrivelse[nr]?|bildetekst(?:en)?",
        "pl": r"opisu?|podpis",
        "cs": r"popis(?:ek|u)?",
        "fi": r"kuvau(?:s|ksen|sta)|kuvateksti",
        "hu": r"leírás(?:a|át|t)?|képaláírás",
        "ro": r"descrier(?:e|ea|i)|legenda",
        "id": r"deskripsi(?:nya)?|keterangan",
        "tr": r"açıklama(?:sı)?|betimleme(?:si)?",
        "ru": r"описани[ея]|подпись",
        "uk": r"опису?|підпис",
        "ja": r"説明文?|描写|キャプション",
        "zh": r"描述|说明|說明",
        "ko": r"설명|캡션|묘사",
        "ar": r"(?:ال)?وصف|التعليق",
        "fa": r"توضیح(?:ات)?|شرح|توصیف",
        "hi": r"विवरण|वर्णन",
        "th": r"คำอธิบาย|คำบรรยาย",
        "vi": r"mô tả|chú thích",
        "el": r"περιγραφή|λεζάντα",
        "he": r"תיאור|כיתוב",
        "ca": r"descripció|peu de foto",
    }
)
"""What a label may say, and a picture, too."""

ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"output|response|answer|result|reply|assistant|(?:chat)?bot|ai|suggestion|proposal|draft"
        r"|summary|id|text",
        "de": r"text|antwort|ausgabe|ergebnis|assistent|vorschlag",
        "fr": r"texte|réponse|sortie|résultat|assistant|proposition|suggestion",
        "es": r"texto|respuesta|salida|resultado|asistente|sugerencia|propuesta",
        "it": r"testo|risposta|risultato|assistente|proposta|suggerimento",
        "pt": r"texto|resposta|saída|resultado|assistente|sugestão|proposta",
        "nl": r"tekst|antwoord|uitvoer|resultaat|assistent|voorstel|suggestie",
        "sv": r"svar|resultat|assistent|förslag|utdata",
        "da": r"svar|resultat|assistent|forslag",
        "nb": r"svar|resultat|assistent|forslag",
        "pl": r"odpowiedź|wynik|asystent|propozycja",
        "cs": r"odpověď|výstup|výsledek|asistent|návrh",
        "fi": r"vastaus|tulos|avustaja|ehdotus",
        "hu": r"válasz|eredmény|asszisztens|javaslat",
        "ro": r"răspuns|rezultat|asistent|propunere|sugestie",
        "id": r"jawaban|hasil|asisten|saran|keluaran",
        "tr": r"cevap|yanıt|çıktı|sonuç|asistan|öneri",
        "ru": r"ответ|результат|ассистент|предложение",
        "uk": r"відповідь|результат|асистент|пропозиція",
        "ja": r"回答|答え|出力|結果|アシスタント",
        "zh": r"回答|答案|输出|輸出|结果|結果|助手|回复|回覆",
        "ko": r"답변|답|출력|결과|응답",
        "ar": r"(?:ال)?إجابة|الجواب|الناتج|الرد|المساعد",
        "fa": r"پاسخ|جواب|خروجی|نتیجه|دستیار",
        "hi": r"उत्तर|जवाब|आउटपुट|परिणाम|सुझाव",
        "th": r"คำตอบ|ผลลัพธ์",
        "vi": r"câu trả lời|trả lời|kết quả|đầu ra|đề xuất",
        "el": r"απάντηση|αποτέλεσμα|πρόταση",
        "he": r"תשובה|תוצאה|הצעה",
        "ca": r"resposta|resultat|proposta",
    }
)
"""Who answers, and that it is an answer."""

PHOTOGRAPHS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"photo(?:graph)?|picture|image|pic",
        "de": r"foto(?:grafie)?|bild|abbildung",
        "fr": r"photo(?:graphie)?|image",
        "es": r"foto(?:grafía)?|imagen",
        "it": r"foto(?:grafia)?|immagine",
        "pt": r"foto(?:grafia)?|imagem",
        "nl": r"foto|afbeelding",
        "sv": r"foto(?:grafi)?|bild",
        "da": r"foto|billede",
        "nb": r"foto|bilde",
        "pl": r"zdjęcie|fotografia|obraz(?:ek)?",
        "cs": r"fotografie|fotka|obrázek",
        "fi": r"kuva|valokuva",
        "hu": r"kép|fotó|fénykép",
        "ro": r"fotografie|imagine(?:a)?",
        "id": r"foto|gambar",
        "tr": r"fotoğraf|görsel|resim",
        "ru": r"фото(?:графия)?|изображение|картинка",
        "uk": r"фото(?:графія)?|зображення|світлина",
        "ja": r"写真|画像",
        "zh": r"照片|图片|圖片|图像|圖像",
        "ko": r"사진|이미지",
        "ar": r"(?:ال)?صورة",
        "fa": r"تصویر|عکس",
        "hi": r"चित्र|छवि|तस्वीर",
        "th": r"(?:รูป)?ภาพ",
        "vi": r"(?:hình )?ảnh",
        "el": r"εικόνα|φωτογραφία",
        "he": r"תמונה",
        "ca": r"foto(?:grafia)?|imatge",
    }
)
"""That it is a photograph. A name after it is its author's."""

LEADS: Mapping[str, str] = MappingProxyType(
    {
        "en": "the|my|an?|one|this|your|best|most|ideal|accurate|correct|simple|following|suggested|proposed"
        "|possible|suitable|good|appropriate|concise|short|brief|long"
        "|detailed|accessible|new|revised|recommended|improved|final|updated|english|full|visual|image|picture|photo",
        "de": "der|die|das|ein|eine|mein|meine|passender?|passende|möglicher?|mögliche|kurzer?|kurze|knapper?"
        "|vorgeschlagener?|geeigneter?|neuer|deutscher?",
        "fr": "le|la|un|une|mon|ma|court|courte|possible|suggéré",
        "es": "el|la|un|una|mi|breve|posible|buen",
        "it": "il|la|un|una|mio|mia|breve|possibile|buon",
        "pt": "o|a|um|uma|meu|minha|breve|possível|bom",
        "nl": "de|het|een|mijn|mogelijke|korte|geschikte|passende|voorgestelde",
        "sv": "den|det|en|ett|min|mitt|kort|möjlig|lämplig|föreslagen",
        "da": "den|det|en|et|min|kort|mulig|passende|foreslået",
        "nb": "den|det|en|et|min|kort|mulig|passende|foreslått",
        "pl": "mój|moja|krótki|możliwy|proponowany|sugerowany",
        "cs": "můj|moje|krátký|možný|navrhovaný|vhodný",
        "fi": "ehdotettu|lyhyt|mahdollinen|sopiva|kuvan",
        "hu": "az?|egy|javasolt|rövid|lehetséges|kép",
        "ro": "un|o|scurt|posibil|sugerat",
        "id": "usulan|saran|contoh",
        "tr": "önerilen|kısa|olası|uygun|bir|görselin|görsel için|bu görselin|bu görsel için",
        "ru": "краткий|краткое|возможный|предлагаемый|подходящий|мой|моё|мое",
        "uk": "короткий|можливий|запропонований|мій|відповідний",
        "ja": "画像の|この画像の|写真の",
        "zh": "图片的?|圖片的?|图像的?|圖像的?|这张图片的|這張圖片的|该图片的|建议的|简短",
        "ko": "(?:이미지|사진|그림)에 대한|이미지의?|사진의?|이 이미지의|제안하는|짧은",
        "ar": "مقترح|قصير",
        "fa": "یک",
        "vi": "một",
        "ca": "el|la|un|una|meu",
    }
)
"""Articles and adjectives before one of these names."""

AFTER: Mapping[str, str] = MappingProxyType(
    {
        "en": "for|of|is|would|could|might|can|reads?|option|suggestion|as follows|in english|version",
        "de": "für|des|der|zum|zu|lautet|ist|wäre|könnte|auf deutsch",
        "fr": "pour|de|du|est|serait|pourrait|proposé|possible|suggéré|en français",
        "es": "para|de|es|sería|podría|propuesto|sugerido|en español",
        "it": "per|di|dell|è|sarebbe|potrebbe|proposto|suggerito|in italiano",
        "pt": "para|de|da|do|é|seria|poderia|sugerido|proposto|em português",
        "nl": "voor|van|is|zou|luidt|bij|kan",
        "sv": "för|av|är|skulle|kan|till|lyder",
        "da": "for|til|er|kunne|kan|lyder",
        "nb": "for|til|er|kunne|kan|lyder",
        "pl": "dla|do|to|brzmi|może|mógłby|obrazu|zdjęcia|tego",
        "cs": "pro|k|je|zní|by|může|obrázku|tohoto",
        "fi": "on|voisi|voi|kuvalle|kuvaan|tälle",
        "hu": "lehet|lehetne|ehhez|a képhez|így",
        "ro": "pentru|este|ar|al|poate",
        "id": "untuk|adalah|dari|bisa|dapat|yang",
        "tr": "şu|şöyle|olabilir|önerisi|olarak",
        "ru": "для|к|может|мог|этого|таков|изображения",
        "uk": "для|до|може|міг|цього|такий",
        "ja": "は|として|案|です|の|:",
        "zh": "是|为|為|如下|可以|建议|建議|可|应",
        "ko": "는|은|입니다|로는|로|다음",
        "ar": "لهذه|للصورة|هو|المقترح|يمكن",
        "fa": "برای|این|تصویر|است",
        "hi": "है|के|इस|हो",
        "th": "สำหรับ|คือ|ของ",
        "vi": "cho|là|của|có thể",
        "el": "για|είναι|της",
        "he": "של|הוא|עבור",
        "ca": "per|de|és|seria",
    }
)
"""How such a name goes on before its colon."""
