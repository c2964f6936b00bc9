"""Words of refusals as data: by language, an ISO 639 code, as patterns over text in lower case with straight apostro"
"phes.

Adding a language touches this module, `task_words` and `missing_picture_words`; `refusals` makes sense of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["APOLOGIES", "IMPERSONAL", "SELVES", "UNABLE"]

APOLOGIES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:i'm|i am|we're) (?:so |very |really |truly )?(?:sorry|afraid)|sorry|i apologi[sz]e"
        r"|(?:my )?apologies"
        r"|unfortunately|regrettably|i regret",
        "de": r"(?:es )?tut mir (?:sehr |wirklich )?leid|entschuldig|verzeih|leider|ich bed[au]|bedauerlicherweise"
        r"|sorry",
        "fr": r"(?:je suis |je m'en )?(?:vraiment |sincèrement )?(?:désolée?|navrée?|excuse)|malheureusement"
        r"|je regrette"
        r"|toutes mes excuses|je vous prie de m'excuser|pardon",
        "es": r"(?:lo )?(?:siento|lamento)|perdón|perdona|disculp|lamentablemente|desafortunadamente|mis disculpas",
        "it": r"mi (?:dispiace|spiace|scuso)|spiacente|scusa|purtroppo|sono spiacente|sfortunatamente|chiedo scusa",
        "pt": r"desculp|lamento|sinto muito|infelizmente|peço (?:desculpa|perdão)|perdão",
        "nl": r"(?:het )?spijt me|sorry|helaas|excus|mijn excuses|jammer genoeg",
        "sv": r"(?:jag är )?ledsen|(?:jag )?beklagar|tyvärr|förlåt|ursäkta|det var tråkigt",
        "da": r"(?:jeg )?beklager|(?:jeg er )?ked af|det gør mig ondt|desværre|undskyld",
        "nb": r"(?:jeg )?beklager|(?:jeg er )?lei meg|dessverre|unnskyld|diverre|eg orsakar",
        "pl": r"przepraszam|przykro mi|niestety|wybacz",
        "cs": r"(?:je mi (?:to )?(?:velmi )?)?líto|omlouv|promi[ňn]|bohužel|lituji|lituju|mrzí mě",
        "sk": r"(?:je mi (?:to )?(?:veľmi )?)?ľúto|ospravedlň|prepáč|bohužiaľ|žiaľ|mrzí ma",
        "fi": r"(?:olen )?pahoillani|anteeksi|valitettavasti|valitan|pahoittelen|ikävä kyllä",
        "hu": r"sajnál|sajnos|elnézést|bocsán|ne haragudj",
        "ro": r"(?:îmi|imi) (?:pare|cer)|scuze|ne pare|din păcate|din pacate|regret|mă scuzați",
        "id": r"maaf|mohon maaf|sayangnya|saya (?:minta|mohon) maaf",
        "tr": r"üzgünüm|özür|maalesef|ne yazık|kusura|affedersin",
        "ru": r"извини|простите|прости|к сожалению|прошу прощения|сожалею|мне (?:очень )?жаль|приношу извинения",
        "uk": r"вибач|пробач|на жаль|перепрошу|мені (?:дуже )?(?:шкода|прикро)|прошу вибачення",
        "bg": r"съжалявам|извин|за съжаление|простете",
        "hr": r"žao mi|nažalost|ispričavam|oprosti|isprič|izvini|izvinite",
        "ja": r"申し訳|すみません|すいません|恐れ入り|ごめん|残念ながら|恐縮",
        "zh": r"很?抱歉|对不起|對不起|不好意思|很?遗憾|很?遺憾|非常抱歉|十分抱歉",
        "ko": r"죄송|미안|유감|안타깝|아쉽",
        "ar": r"(?:أنا )?(?:آسفة?|اسف|متأسف)|عذر|أعتذر|اعتذر|للأسف|معذرة|المعذرة|يؤسفني",
        "fa": r"متأسف|متاسف|ببخشید|عذر|با عرض پوزش|پوزش|معذرت",
        "he": r"מצטער|אני מתנצל|סליחה|לצערי|מתנצלת|צר לי",
        "el": r"λυπάμαι|συγγνώμη|συγνώμη|δυστυχώς|ζητώ συγ|με συγχωρ",
        "hi": r"क्षमा|माफ|माफ़|मुझे खेद|खेद है|दुर्भाग्य",
        "th": r"ขอโทษ|ขออภัย|เสียใจ|น่าเสียดาย",
        "vi": r"(?:tôi )?(?:rất )?(?:xin lỗi|tiếc)|rất tiếc|thật đáng tiếc",
        "ca": r"ho (?:sento|lamento)|perdó|disculp|malauradament|em sap greu",
    }
)
"""At the beginning of a sentence. An apology alone refuses nothing: "Sorry, we are closed" may be on a sign."""

UNABLE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": (
            r"i(?: am|'m)? (?:\w{1,14} )?(?:can't|cannot|can not|cant|couldn't|could not|won't|will not|wouldn't|don't"
            r"|do not|unable|incapable|not (?:able|allowed|permitted|comfortable|designed|programmed|equipped|capable"
            r"|authori[sz]ed|going|in a position|sure who|sure what)|must|have to|need to|shouldn't|should not|refuse"
            r"|decline|prefer not)"
            r"|^(?:\w{1,14},? ){0,2}(?:unable to|not able to|cannot|can't|can not|couldn't|could not|declining to)",
            r"not|\w{2,6}n't|cant|cannot|unable|incapable|declin\w*|refuse",
        ),
        "de": (
            r"ich|mir|^(?:leider )?(?:nicht möglich|unmöglich)",
            r"nicht|keine?[nrsm]?|außerstande|unmöglich|ablehnen|lehne|verweiger\w*",
        ),
        "fr": (
            r"je|j'\w*|m'est|^impossible|^dans l'incapacité|^incapable",
            r"(?:ne|n'\w+)|impossible|incapable|pas|refuse|décline|incapacité",
        ),
        "es": (
            r"no (?:puedo|podría|podré|me (?:es|siento|está)|soy capaz|estoy|tengo|veo|sé|dispongo|consigo|logro"
            r"|se me permite|reconozco|identifico)|me (?:es|resulta) imposible|me niego|debo (?:rechazar|declinar)"
            r"|soy incapaz|^(?:no es posible|imposible|incapaz)",
        ),
        "it": (
            r"non (?:posso|potrei|potrò|mi (?:è|sento)|riesco|ho|vedo|so|dispongo|riconosco|sarei|intendo"
            r"|sono (?:in grado"
            r"|autorizzat\w|capace|programmat\w|sicur\w|progettat\w|abilitat\w))|devo (?:rifiutare|declinare)|sono"
            r" (?:impossibilitat\w|incapace)|mi è impossibile|^(?:impossibile|non è possibile)",
        ),
        "pt": (
            r"não (?:posso|consigo|poderei|sou capaz|estou|tenho|me (?:é|sinto)|vejo|sei|vou|disponho|fui|reconheço)"
            r"|me é impossível|devo recusar|me recuso|sou incapaz|^(?:não é possível|impossível|incapaz)",
        ),
        "nl": (r"ik|mij|^(?:helaas )?niet mogelijk", r"niet|geen|onmogelijk|weiger"),
        "sv": (
            r"jag|mig|^(?:tyvärr )?(?:inte möjligt|omöjligt)",
            r"inte|ingen|inget|inga|omöjligt|oförmögen|avböj\w*|ej",
        ),
        "da": (r"jeg|mig|^(?:desværre )?(?:ikke muligt|umuligt)", r"ikke|ingen|intet|umuligt|afvise|afslå|nægter"),
        "nb": (r"jeg|meg|eg|^(?:dessverre )?(?:ikke mulig|umulig)", r"ikke|ingen|ikkje|umulig|avslå|nekter"),
        "pl": (
            r"nie (?:\w{1,10} )?(?:mogę|jestem w|potrafię|mam|widzę|umiem|będę|wolno mi|rozpoznaję|czuję|jestem)"
            r"|muszę odmówić|odmawiam|^(?:niestety,? )?nie (?:można|da się|jest możliwe)",
        ),
        "cs": (
            r"nemohu|nemůžu|nejsem|nedokážu|neumím|nemám|nevidím|nebudu|nesmím|nerozpoznávám|necítím|nevím"
            r"|musím odmítnout|odmítám|není mi možné|^(?:bohužel )?(?:nelze|není možné)",
        ),
        "sk": (
            r"nemôžem|nie som|nedokážem|neviem|nemám|nevidím|nebudem|nesmiem|nie je mi|necítim|musím odmietnuť"
            r"|odmietam"
            r"|^(?:bohužiaľ,? )?nie je možné",
        ),
        "fi": (
            r"en (?:\w{1,14} )?(?:voi|pysty|kykene|näe|saa|osaa|ole|pääse|tunnista|halua|tiedä|pystynyt|voinut|aio"
            r"|löydä)"
            r"|minulla ei ole|minun ei|minun on kieltäydyttävä|kieltäydyn",
        ),
        "hu": (
            r"nem (?:\w{1,10} )?(?:tudom|tudok|vagyok|áll módomban|tudtam|látok|látom|segíthetek|rendelkezem|szabad"
            r"|ismerem|tehetem|teljesíthetem|adhatok|azonosíthatok|azonosíthatom|válaszolhatok|szeretnék|szeretném"
            r"|írhatom le|nyújthatok)|képtelen vagyok|vissza kell utasítanom|^(?:sajnos )?nem (?:lehet|lehetséges)",
        ),
        "ro": (
            r"nu (?:\w{1,8} )?(?:pot|am|îmi|imi|văd|vad|știu|stiu|voi|reușesc|recunosc|mi se|sunt (?:capabil\w*|în"
            r"|in|sigur\w*"
            r"|autorizat\w*|programat\w*|conceput\w*))|îmi este imposibil|trebuie să refuz|^(?:imposibil"
            r"|nu este posibil)",
        ),
        "id": (r"saya|kami", r"tidak|belum|tak|menolak"),
        "tr": (
            r"\w*(?:am[ıi]yorum|em[ıi]yorum|amam|emem|amayacağım|emeyeceğim|amadım|emedim)|bilmiyorum|görmüyorum"
            r"|(?:yetkim|iznim|erişimim|yeteneğim|imkanım) yok|(?:mümkün|uygun) değil|\w+ (?:değilim|istemiyorum)",
        ),
        "ru": (
            r"не (?:\w{1,10} )?(?:могу|смогу|мог|способ\w*|умею|вижу|имею|буду|в состоянии|готов\w*|хотел\w*|вправе"
            r"|распознаю|узнаю|знаю)|вынужден\w* отказ\w*|у меня нет|не в силах|мне не (?:удалось|удаётся|удается)"
            r"|^(?:к сожалению, )?(?:невозможно|не удалось|не удаётся|не удается)",
        ),
        "uk": (
            r"не (?:\w{1,10} )?(?:можу|зможу|здат\w*|вмію|бачу|маю|буду|в змозі|готов\w*|розпізнаю|знаю)"
            r"|змушен\w* відмов\w*|у мене немає|мені не (?:вдалося|вдається)|^(?:на жаль, )?(?:неможливо|не вдалося)",
        ),
        "bg": (
            r"не (?:\w{1,10} )?(?:мога|съм|виждам|разполагам|успях|умея|знам|ми е|бих|разпознавам)|нямам"
            r"|^(?:за съжаление )?(?:невъзможно|не е възможно)",
        ),
        "hr": (
            r"ne (?:\w{1,10} )?(?:mogu|vidim|znam|umem|prepoznajem|smijem|smem|želim)|nisam|nije mi|nemam|neću"
            r"|moram odbiti|^(?:nažalost,? )?nije moguće",
        ),
        "ja": (
            r"(?:画像|写真|図)(?:[がをはに]|の内容|内の)|リクエスト|ご要望|ご依頼|ご質問|人物を|個人を|身元|誰(?:か"
            r"|である|なの)|お手伝い"
            r"|お答え|お応え|代替テキスト|説明(?:を|は)|私",
            r"(?:でき|出来|見え|見られ|見れ|答えられ|応じられ|わかり|分かり|わから|分から)(?:ません|ない)|かねます"
            r"|かねる|不可能|困難"
            r"|控え|お断り|難しい|持って(?:いません|おりません)",
        ),
        "zh": (
            r"我[^，。,.]{0,10}?(?:无法|無法|不能|没有办法|沒有辦法|没法|沒法|未能|不可以|不便|不会|不會|没有能力"
            r"|沒有能力|拒绝|拒絕"
            r"|看不到|看不见|看不見|没有看到|沒有看到|没看到|没有收到|沒有收到|不具备|不具備|不知道|不认识)|^(?:目前"
            r"|暂时|暫時|这里|由于隐私)?"
            r"(?:无法|無法|不能|未能|看不到)",
        ),
        "ko": (
            r"저는|제가|저로서|도와 ?드릴|드릴 수|(?:이미지|사진|그림|화면)[을를]? ?(?:\S{1,8} )?(?:설명|분석|식별"
            r"|확인|볼|인식|표시|처리"
            r"|묘사)|요청|(?:인물|사람|개인|신원)\S{0,2} (?:식별|특정|알려|누구)|대체 ?텍스트",
            r"수 ?(?:가 ?|는 ?)?없|못 ?[하합했해드]|어렵|불가|않|없습니다|거절",
        ),
        "ar": (
            r"(?:و|ف|ل)?(?:لا|لن|لم|ليس|ليست|لست|غير)",
            r"(?:و|ف)?(?:أستطيع|استطيع|يمكنني|أقدر|أتمكن|اتمكن|بإمكاني|بوسعي|قادر[اةً]*|أرى|ارى|لدي|أملك|باستطاعتي"
            r"|يسعني"
            r"|أعرف|مسموح لي|أستطع|مصمم[اةً]*)",
        ),
        "fa": (
            r"\w*(?:نمی\W?توانم|نمی\W?تونم|نیستم|نمی\W?بینم|ندارم|نخواهم|نمی\W?شناسم|نتوانستم|نمی\W?دانم"
            r"|برایم ممکن نیست)",
        ),
        "he": (r"איני|אינני|אני לא|לא אוכל|אני מנוע\w?|אין לי|אין באפשרותי|אין ביכולתי|אני נאלצ?ת?",),
        "el": (
            r"δεν (?:\w{1,10} )?(?:μπορώ|είμαι|έχω|βλέπω|δύναμαι|μπόρεσα|γνωρίζω|αναγνωρίζω|μου (?:είναι|επιτρέπεται)"
            r"|θα (?:μπορέσω|ήθελα|μπορούσα))|αδυνατώ|αρνούμαι|αρνηθώ",
        ),
        "hi": (r"मैं|मुझे|मेरे|हम", r"नहीं|असमर्थ|असंभव|मना|अक्षम"),
        "th": (r"ฉัน|ผม|ดิฉัน|^ไม่สามารถ", r"ไม่สามารถ|ไม่ได้|ไม่อาจ|ไม่เห็น|ไม่พบ|ไม่อนุญาต|ปฏิเสธ|ไม่มี|ไม่สะดวก"),
        "vi": (r"tôi|mình|chúng tôi|^không thể", r"không|chưa|từ chối"),
        "ca": (
            r"no (?:\w{1,8} )?(?:puc|podria|podré|sóc capaç|soc capaç|estic|tinc|veig|sé|em (?:és|sento)|reconec)"
            r"|m'és impossible|^(?:no és possible|impossible)",
        ),
    }
)
"""That the one who speaks cannot or will not: all patterns of a language are in the sentence. "^" is its beginning."""

IMPERSONAL: Mapping[str, str] = MappingProxyType(
    {
        "en": r"can't|cannot|cant|not|no|\w{2,6}n't|unable|impossible|inappropriate|incapable|against|declin\w*"
        r"|refuse|violates?"
        r"|without",
        "de": r"nicht|unmöglich|keine?[nrsm]?|außerstande|ablehnen|lehne|verweiger\w*",
        "fr": r"pas|impossible|ne|n'\w+|aucune?|refuse|décline|incapable",
        "es": r"no|imposible|ninguna?|niego|incapaz|rechazar|declinar",
        "it": r"non|impossibile|nessun\w?|incapace|impossibilitat\w|rifiutare|declinare",
        "pt": r"não|impossível|nenhuma?|incapaz|recus\w+",
        "nl": r"niet|geen|onmogelijk|weiger",
        "sv": r"inte|omöjligt|ingen|inget|inga|oförmögen|avböj\w*|ej",
        "da": r"ikke|umuligt|ingen|intet|afvise|afslå|nægter",
        "nb": r"ikke|ikkje|umulig|ingen|avslå|nekter",
        "pl": r"nie|niemożliwe|brak|żad\w+|odm[oó]\w+",
        "cs": r"nelze|není|ne\w+|žádn\w+|odmít\w+",
        "sk": r"nie|ne\w+|žiadn\w+|odmiet\w+",
        "fi": r"ei|mahdotonta|en|kieltäyd\w+",
        "hu": r"nem|lehetetlen|nincs|képtelen|utasítan\w*",
        "ro": r"nu|imposibil|nicio|refuz|incapabil",
        "id": r"tidak|belum|tak|menolak",
        "tr": r"\w*(?:amıyor|emiyor|ama[mz]|eme[mz])\w*|değil\w*|yok|\w+[lnmye][ae]m[aeıi](?:dı|di|mış|miş|yor)\w*"
        r"|\w+[ae]mem|\w+[ae]mam|\w+(?:miyorum|mıyorum|müyorum|muyorum)|\w+(?:maz|mez|medi|madı|memiş|mamış)",
        "ru": r"не|невозможно|нельзя|нет|отказ\w+",
        "uk": r"не|неможливо|немає|відмов\w+",
        "bg": r"не|невъзможно|няма\w*",
        "hr": r"ne|ni\w+|nem\w+|neću|odbiti",
        "ja": r"ません|ない|かね|不可能|困難|控え|難し",
        "zh": r"没有|沒有|没|沒|未|不|无法|無法|不能|没有办法|沒有辦法|未能|不便|没法|沒法|不可以|看不到|不会|拒绝",
        "ko": r"없|못|어렵|불가|않|거절",
        "ar": r"(?:و|ف|ل)?(?:لا|لن|لم|ليس|ليست|لست|لسنا|غير|يتعذر|تعذر)",
        "fa": r"\w*(?:نیست|نمی\W?توان|نشد|ندارد|نمی\W?شود|نمی\W?توانم)\w*",
        "he": r"לא|אין|אי אפשר",
        "el": r"δεν|αδύνατο|αδυνατώ|αρν\w+|καμία",
        "hi": r"नहीं|असंभव|असमर्थ",
        "th": r"ไม่",
        "vi": r"không|chưa",
        "ca": r"no|impossible",
    }
)
"""That something cannot be, whoever speaks: behind an apology it is a refusal, elsewhere it may describe."""

SELVES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"as an? (?:[\w-]{1,16} ){0,4}(?:ai|assistant|model|chatbot|llm)\b[^.]{0,40}\bi\b"
        r"|i(?:'m| am) (?:just |only |merely )?an? (?:[\w-]{1,16} ){0,4}(?:ai|language model|chatbot|llm|assistant)\b"
        r"|(?:against|violates?|within|beyond|outside|per|under|due to|by|following) my (?:\w{1,12} )?(?:guidelines"
        r"|polic|program"
        r"|capabilit|training|safety|instruct)"
        r"|i (?:was|am|have been) (?:not )?(?:designed|programmed|trained) "
        r"|(?:not|n't|cannot|unable to) (?:be able to )?(?:assist|help) (?:you )?with (?:that|this|identif|such|your"
        r"|the r)"
        r"|identity (?:of [\w ]{1,40} )?(?:cannot|can't|can not|could not|is not) (?:be )?(?:determin|confirm|verif"
        r"|identif|known)"
        r"|against (?:my|openai's|our usage) (?:\w{1,10} )?(?:polic|guideline)",
        "de": r"als (?:[\w-]{1,16} ){0,3}(?:ki|sprachmodell|ki-\w+)\b|ich bin (?:[\w-]{1,12} ){0,2}(?:ki|sprachmodell"
        r"|ki-\w+)\b|meine[rn]? (?:richtlinien|programmierung|fähigkeiten)|ich bin (?:nur "
        r"|lediglich )?ein\w* (?:text|sprach)",
        "fr": r"en tant qu(?:e |')(?:[\w-]{1,16} ){0,4}(?:ia|intelligence artificielle|langage)\b|je suis (?:une ia"
        r"|un modèle de|une intelligence art|un assistant)|mes (?:directives|consignes|capacités|règles)",
        "es": r"como (?:[\w-]{1,16} ){0,4}(?:ia|inteligencia artificial|lenguaje)\b|soy (?:solo )?(?:una ia|un modelo"
        r" de|una inteligencia art|un asistente)|mis (?:directrices|políticas|capacidades|pautas|normas)",
        "it": r"(?:come|in quanto|essendo) (?:[\w'-]{1,16} ){0,4}(?:ia|intelligenza artificiale|linguistico)\b|sono "
        r"(?:solo )?(?:un'ia|un modello|un'intelligenza art|un assistente)|le mie (?:linee|politiche|capacità)",
        "pt": r"como (?:[\w-]{1,16} ){0,4}(?:ia|inteligência artificial|linguagem)\b|(?:eu )?sou (?:apenas )?(?:uma"
        r" ia|um modelo de|uma inteligência art|um assistente)|minhas (?:diretrizes|políticas|capacidades)",
        "nl": r"als (?:[\w-]{1,16} ){0,3}(?:ai|taalmodel|ai-\w+)\b[^.]{0,40}\bik\b"
        r"|ik ben (?:slechts )?een (?:\w{1,12} )?"
        r"(?:ai|taalmodel)|mijn (?:richtlijnen|beleid|programmering|mogelijkheden)",
        "sv": r"som (?:[\w-]{1,16} ){0,3}(?:ai|språkmodell|ai-\w+)\b[^.]{0,40}\bjag\b"
        r"|jag är (?:bara )?en (?:\w{1,12} )?(?:ai"
        r"|språkmodell)|mina (?:riktlinjer|policyer)",
        "da": r"som (?:[\w-]{1,16} ){0,3}(?:ai|sprogmodel|ai-\w+)\b[^.]{0,40}\bjeg\b|jeg er (?:kun "
        r"|bare )?en (?:\w{1,12} )?(?:ai"
        r"|sprogmodel)|mine (?:retningslinjer|politikker)",
        "nb": r"som (?:[\w-]{1,16} ){0,3}(?:ai|ki|språkmodell|ki-\w+|ai-\w+)\b[^.]{0,40}\bjeg\b"
        r"|jeg er (?:bare )?en (?:\w{1,12} )?"
        r"(?:ai|ki|språkmodell)|mine retningslinjer",
        "pl": r"jako (?:[\w-]{1,16} ){0,3}(?:ai|si|sztuczna inteligencja|językowy)\b|jestem (?:tylko )?(?:\w{1,12} )?"
        r"(?:ai|sztuczną inteligencją|modelem|asystentem)|moj(?:e|ich|imi) (?:wytyczn|zasad)",
        "cs": r"jako (?:[\w-]{1,16} ){0,3}(?:ai|umělá inteligence|jazykový)\b|jsem (?:pouze |jen )?(?:\w{1,12} )?(?:ai"
        r"|umělá int|jazykový|asistent)|m(?:é|ými|ých) (?:zásad|pokyn|pravid)",
        "sk": r"ako (?:[\w-]{1,16} ){0,3}(?:ai|umelá inteligencia|jazykový)\b|som (?:len |iba )?(?:\w{1,12} )?(?:ai"
        r"|umelá int|jazykový|asistent)",
        "fi": r"(?:tekoäly|kielimalli)n\w* (?:\w{1,12} )?en\b|olen (?:vain )?(?:\w{1,14} )?(?:tekoäly|kielimalli)",
        "hu": r"(?:mesterséges intelligencia|nyelvi modell|ai)(?:ként|-ként|-asszisztensként)"
        r"|(?:én )?egy (?:\w{1,12} )?(?:nyelvi"
        r" modell|mesterséges intelligencia) vagyok",
        "ro": r"(?:ca|fiind un) (?:[\w-]{1,16} ){0,4}(?:ai|ia|inteligență artificială|lingvistic|limbaj)\b"
        r"|sunt (?:doar )?"
        r"(?:un model de|o inteligență|un asistent|o ia)",
        "id": r"sebagai (?:[\w-]{1,16} ){0,3}(?:ai|kecerdasan buatan|model bahasa)\b|saya (?:hanya(?:lah)? "
        r"|adalah )(?:\w{1,12}"
        r" ){0,2}(?:ai|model bahasa|kecerdasan buatan|asisten)",
        "tr": r"(?:yapay zek[aâ]|dil modeli)\w* (?:\w{1,14} ){0,3}olarak|ben (?:sadece )?bir (?:yapay zek|dil model)",
        "ru": r"(?:как|являясь|будучи|я(?: —| -)?|я всего лишь) (?:[\w-]{1,16} ){0,3}(?:ии|искусственный интеллект"
        r"|языков\w+"
        r"|ии-\w+)\b",
        "uk": r"(?:як|я(?: —| -)?|я лише|будучи) (?:[\w-]{1,16} ){0,3}(?:ші|штучний інтелект|мовна модель|ші-\w+)\b",
        "bg": r"като (?:[\w-]{1,16} ){0,3}(?:изкуствен интелект|ии|езиков модел)\b"
        r"|аз съм (?:\w{1,12} )?(?:изкуствен интелект"
        r"|езиков)",
        "hr": r"kao (?:[\w-]{1,16} ){0,3}(?:ai|umjetna inteligencija|veštačka inteligencija|jezični|jezički)\b"
        r"|ja sam (?:samo )?"
        r"(?:\w{1,12} )?(?:ai|umjetna|jezični|jezički)",
        "ja": r"(?:ai|人工知能|言語モデル)(?:\w{0,8})?(?:として|である(?:ため|私)|ですので|なので|のため)|私はai"
        r"|私は(?:大規模)?言語",
        "zh": r"(?:作为|作為|身为|我(?:只)?是)(?:一(?:个|個|名|款))?[^，。]{0,10}(?:ai|人工智能|人工智慧|语言模型"
        r"|語言模型)",
        "ko": r"(?:ai|인공지능|언어 ?모델)(?: ?\w{0,6})?(?:로서|이므로|이기 때문|로써|라서)|저는 (?:\w{0,8} )?(?:ai"
        r"|인공지능|언어 ?모델)",
        "ar": r"(?:ك|بصفتي |باعتباري |كوني |أنا )(?:مجرد )?(?:\w{1,10} ){0,2}(?:ذكاء اصطناعي|نموذج لغ|مساعد ذك)",
        "fa": r"به ?عنوان (?:یک )?(?:\w{1,12} ){0,2}(?:هوش مصنوعی|مدل زبانی)"
        r"|من (?:فقط )?(?:یک )?(?:\w{1,10} )?(?:هوش مصنوعی|مدل"
        r" زبان)",
        "he": r"(?:כ|בתור |אני )(?:רק )?(?:\w{1,10} ){0,2}(?:בינה מלאכותית|מודל שפה)",
        "el": r"ως (?:\w{1,12} ){0,2}(?:τεχνητή νοημοσύνη|γλωσσικό|ai)|είμαι (?:απλώς )?(?:ένα"
        r"|μια) (?:\w{1,12} )?(?:γλωσσικό"
        r"|τεχνητή)",
        "hi": r"(?:एआई|ai|कृत्रिम बुद्धिमत्ता|भाषा मॉडल)(?: \w{1,12}){0,2} (?:के रूप|होने के|हूँ|हूं)",
        "th": r"(?:ในฐานะ|ฉันเป็น|ผมเป็น)[^.]{0,12}(?:ai|ปัญญาประดิษฐ์|โมเดลภาษา|เอไอ)",
        "vi": r"(?:là|với tư cách là) (?:một )?(?:\w{1,8} ){0,3}(?:ai|trí tuệ nhân tạo|mô hình ngôn ngữ"
        r"|trợ lý ai)[^.]{0,30}(?:tôi|không)",
        "ca": r"com a (?:[\w-]{1,16} ){0,3}(?:ia|intel·ligència artificial|llenguatge)\b|sóc (?:una ia|un model)",
    }
)
"""What says alone that a machine speaks of itself."""
