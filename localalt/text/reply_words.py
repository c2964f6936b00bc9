"""What an answer says to whoever asked and not of the picture, as data: patterns in lower case, by language.

An offer to help is matched at the beginning of a sentence, the other two are the whole text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["BEGINNINGS", "HELP", "YES_OR_NO"]

HELP: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:how|what) (?:can|may|could) i (?:\w{1,10} ){0,2}(?:help|assist|do for) ?(?:you)?"
        r"|i(?:'m| am) (?:here|ready) to (?:help|assist)|what would you like (?:me )?to|how are you",
        "de": r"(?:wie|womit|wobei) kann ich (?:ihnen|dir|euch)?[^.]{0,24}(?:helfen|behilflich|weiterhelfen)"
        r"|was kann ich für (?:sie|dich)",
        "fr": r"(?:comment|en quoi) puis-je (?:vous|t'|te )?[^.]{0,12}aider|que puis-je faire pour (?:vous|toi)",
        "es": r"¿?(?:en qué|cómo) (?:te |le |os |les )?(?:puedo|puedo) (?:ayudar|servir)\w*|¿?qué puedo hacer por",
        "it": r"come posso (?:aiutar|esserti|esserle)\w*|in cosa posso|cosa posso fare per",
        "pt": r"(?:como|em que|no que) (?:eu )?posso (?:te |lhe |o )?(?:ajud|auxili)\w*|o que posso fazer por",
        "nl": r"(?:hoe|waarmee|waar) kan ik (?:je|u)(?: \w{1,10}){0,3} (?:helpen|mee helpen|van dienst)"
        r"|wat kan ik voor",
        "sv": r"(?:hur|vad) kan jag (?:hjälpa|göra)",
        "da": r"(?:hvordan|hvad) kan jeg (?:hjælpe|gøre)",
        "nb": r"(?:hvordan|hva) kan (?:jeg|eg) (?:hjelpe|hjelpa|gjøre)",
        "pl": r"(?:w czym|jak) mog[ęe] (?:ci |panu |pani )?(?:pomóc|pomagać)",
        "cs": r"(?:s čím|jak|čím) (?:vám |ti )?mohu (?:\w{1,4} )?pomoc",
        "sk": r"(?:s čím|ako|čím) (?:vám |ti )?môžem (?:\w{1,4} )?pomôcť",
        "fi": r"(?:miten|kuinka|millä tavalla) voin (?:olla|auttaa)",
        "hu": r"(?:miben|hogyan|miként) (?:segíthetek|lehetek)",
        "ro": r"cu ce (?:te|vă) pot ajuta|cum (?:te|vă) pot ajuta",
        "id": r"ada yang (?:bisa|dapat) saya bantu|apa yang (?:bisa|dapat) saya bantu|bagaimana saya (?:bisa|dapat)",
        "tr": r"(?:size |sana )?nasıl yardımcı olabilirim|(?:size |sana )?nasıl yardım edebilirim",
        "ru": r"(?:чем|как) (?:я )?(?:могу|смогу) (?:я )?(?:вам |тебе )?(?:помочь|быть полез)",
        "uk": r"(?:чим|як) (?:я )?можу (?:вам |тобі )?(?:допомогти|бути корис)",
        "bg": r"(?:с какво|как) мога да (?:ви |ти )?помогна",
        "hr": r"kako (?:vam|ti) mogu pomoći",
        "ja": r"(?:何か|どのよう|なに|どう)[^。]{0,16}(?:お手伝い|お役に立|お力に)",
        "zh": r"(?:有什么|有什麼|请问|請問|我能|我可以|我可以怎样)[^。]{0,12}(?:帮|幫|效劳)[^。]{0,10}",
        "ko": r"(?:무엇을|어떻게|무엇이든) (?:도와 ?드릴|도움)",
        "ar": r"كيف (?:يمكنني|أستطيع|بإمكاني) (?:مساعدت|أن أساعد|خدمت)",
        "fa": r"چ(?:طور|گونه) می\W?توانم (?:به شما |به )?(?:\w{1,8} )?کمک",
        "he": r"(?:איך|במה|כיצד) (?:אני )?(?:אוכל|יכול\w?) לעזור",
        "el": r"πώς μπορώ να (?:σας |σε )?βοηθήσω|σε τι μπορώ",
        "hi": r"(?:मैं )?(?:आज )?(?:आपकी|आपकी आज) (?:क्या|कैसे|किस)[^।]{0,16}(?:मदद|सहायता)",
        "th": r"(?:มีอะไร|ต้องการ)ให้(?:ฉัน|ผม|ดิฉัน)?ช่วย",
        "vi": r"(?:tôi|mình) có thể giúp (?:gì|bạn|được)",
    }
)
"""An offer to help somebody."""

YES_OR_NO: Mapping[str, str] = MappingProxyType(
    {
        "en": "yes|no|true|false|yeah|nope",
        "de": "ja|nein|doch",
        "fr": "oui|non",
        "es": "sí|si|no",
        "it": "sì|no",
        "pt": "sim|não",
        "nl": "ja|nee",
        "sv": "ja|nej",
        "nb": "ja|nei",
        "pl": "tak|nie",
        "cs": "ano|ne",
        "sk": "áno|nie",
        "fi": "kyllä|ei",
        "hu": "igen|nem",
        "ro": "da|nu",
        "id": "ya|tidak",
        "tr": "evet|hayır",
        "ru": "да|нет",
        "uk": "так|ні",
        "ja": "はい|いいえ",
        "zh": "是|否|是的|不是|不",
        "ko": "네|예|아니요|아니오",
        "ar": "نعم|لا",
        "fa": "بله|خیر",
        "he": "כן|לא",
        "hi": "हाँ|हां|नहीं",
        "th": "ใช่|ไม่",
        "vi": "có|không|vâng",
    }
)
"""Of a question that nobody put; on a button it may be right."""

BEGINNINGS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:the|this|an?) (?:\w{1,12} )?(?:image|picture|photo(?:graph)?)(?: (?:shows?|depicts?|displays"
        r"|features"
        r"|captures|is(?: of)?|of|contains|portrays|illustrates|showing))?(?: (?:an?|the|two|some))?"
        r"|(?:this|here|it) is (?:(?:an?|the) )?(?:\w{1,12} )?(?:image|picture|photo(?:graph)?)(?: (?:of|that|showing"
        r"|which shows))?(?: (?:an?|the|two|some))?"
        r"|in (?:the|this) (?:image|picture|photo),?(?: (?:we|you|i|there)(?: can)?(?: see| is| are)?)?(?: (?:an?"
        r"|the))?",
        "de": r"(?:das|dieses|ein|auf (?:dem|diesem)|im) (?:bild|foto)(?: (?:zeigt|ist|sind|stellt|von|sieht man"
        r"|(?:ist|sind) zu sehen))?(?: (?:eine?[nrms]?|der|die|das|zwei))?"
        r"|dies ist ein (?:bild|foto)(?: von)?(?: eine[rms])?",
        "fr": r"(?:l'image|la photo|cette (?:image|photo)|sur (?:l'image|la photo|cette (?:image|photo)))(?: (?:montre"
        r"|représente|présente|est|illustre|on voit|on peut voir))?(?: (?:une?|le|la|les|des|deux))?"
        r"|c'est une (?:image|photo)(?: (?:de|d'))?(?: ?une?)?",
        "es": r"(?:en )?(?:la|esta) (?:imagen|foto)(?: (?:muestra|representa|es|contiene|se ve|se observa|aparece))?"
        r"(?: (?:una?|el|la|los|las|dos))?|(?:esta )?es una (?:imagen|foto)(?: de)?(?: una?)?",
        "it": r"(?:l'immagine|la foto|questa (?:immagine|foto)|nell'immagine|nella foto)(?: (?:mostra|raffigura"
        r"|rappresenta|è|si vede))?(?: (?:una?|il|la|lo|due))?",
        "pt": r"(?:n?a|n?esta) (?:imagem|foto)(?: (?:mostra|apresenta|retrata|é|vemos|vê-se))?(?: (?:uma?|o|a|dois"
        r"|duas))?",
        "nl": r"(?:op )?(?:de|deze) (?:afbeelding|foto)(?: (?:toont|is|laat|zien we|zie je|staat))?(?: (?:een|de"
        r"|het))?",
        "sv": r"(?:på )?(?:bilden|fotot)(?: (?:visar|föreställer|är|ser vi|syns))?(?: (?:en|ett))?",
        "da": r"(?:på )?(?:billedet|fotoet)(?: (?:viser|forestiller|er|ses|ser vi))?(?: (?:en|et))?",
        "nb": r"(?:på )?(?:bildet|fotoet)(?: (?:viser|forestiller|er|ser vi|vises))?(?: (?:en|et|ei))?",
        "pl": r"(?:obraz|zdjęcie|grafika)(?: (?:przedstawia|pokazuje|ukazuje))?|na (?:zdjęciu|obrazie)(?: (?:widać"
        r"|znajduje się))?",
        "cs": r"(?:obrázek|fotografie)(?: (?:ukazuje|zobrazuje))?|na (?:obrázku|fotografii)(?: (?:je|jsou|vidíme))?",
        "fi": r"kuva(?:ssa)?(?: (?:on|näkyy|esittää|näyttää))?",
        "hu": r"a kép(?:en)?(?: (?:egy|mutat|ábrázol|látható))?",
        "ro": r"(?:imaginea|fotografia)(?: (?:arată|prezintă))?(?: (?:un|o))?|în imagine(?: (?:se vede|este))?",
        "id": r"(?:gambar|foto)(?: (?:ini|tersebut))?(?: (?:menunjukkan|menampilkan|memperlihatkan))?(?: (?:seorang"
        r"|sebuah|seekor))?",
        "tr": r"(?:bu )?(?:görsel|resim|fotoğraf)(?:de|da|te|ta)?(?: bir)?",
        "ru": r"(?:на )?(?:изображени[еи]|фото(?:графи[ия])?|картинк[ае])(?: (?:показывает|изображает|изображен\w?"
        r"|показан\w?))?",
        "uk": r"(?:на )?(?:зображенн[яі]|фото(?:графі[їя])?)(?: (?:показує|зображує|зображен\w|показано))?",
        "ja": r"(?:この)?(?:画像|写真)(?:は|には|では)?",
        "zh": r"(?:这|這|该|該)?(?:是)?(?:一)?(?:张|張|幅)?(?:图片|图像|照片|圖片|圖像)(?:显示|顯示|展示|描绘"
        r"|中|中有|里|是)?(?:了)?",
        "ko": r"(?:이 )?(?:이미지|사진)(?:은|는|에는|이|가)?",
        "ar": r"(?:تظهر|توضح|تعرض) (?:هذه )?الصورة|(?:في )?(?:هذه )?الصورة(?: تظهر)?",
        "fa": r"(?:در )?(?:این )?(?:تصویر|عکس)(?: نشان می\W?دهد)?",
        "he": r"(?:ב)?(?:ה)?תמונה(?: מציגה| מראה)?",
        "hi": r"(?:इस|यह) (?:चित्र|छवि|तस्वीर)(?: में)?",
        "th": r"(?:ใน)?(?:รูป)?ภาพ(?:นี้)?(?:แสดง)?",
        "vi": r"(?:trong )?(?:bức |hình )?ảnh(?: này)?(?: cho thấy| có)?",
    }
)
"""How a description begins that goes on with the thing itself, and here does not."""
