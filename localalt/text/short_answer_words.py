"""Words of short answers, as data: that a picture has no text, and that nothing is wrong with a description.

By language, an ISO 639 code. A star ends the start of a word: "visib*" is "visible" and "visibly". Adding a language
touches this file alone; `short_answers` says how they are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["SIGNS", "VOCABULARIES", "Vocabulary"]


class Vocabulary(NamedTuple):
    """A language's words of such answers."""

    no: str
    """Negations."""
    text: str
    """What is looked for in a picture."""
    right: str
    """What a description is that says what can be seen."""
    wrong: str
    """What it may be otherwise, and its faults."""
    other: str
    """All else that such an answer has: the picture, the description, verbs, articles."""
    are_doubled: bool = True
    """Whether several negations of a sentence are one, as in "nie ma żadnych"."""


VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "en": Vocabulary(
            "no not none nothing cannot can't can’t couldn't couldn’t doesn't doesn’t isn't isn’t don't don’t "
            "aren't aren’t "
            "without n/a unable neither nor never zero wasn't",
            "text texts words word writing lettering letters characters",
            "correct correctly accurate accurately right fine good true visible seen see supported support* match* "
            "present "
            "shown confirm* consistent clear* appear* verified verifiable ok okay plausible agree* depicted",
            "wrong incorrect* inaccura* error* mistake* object objection* issue* problem* contradict* missing "
            "unsupported "
            "discrepanc* disagree* concern* correction* change* doubt* invisible questionable invented false conflict* "
            "inconsisten* fault* add remarks list",
            "the a an is are was were be been there here i in on of to this that it its any some and or as with "
            "from at for "
            "which what all everything every each entire whole picture* image* photo* photograph* screenshot scene "
            "description* alt claim* detail* statement* sentence* part* element* thing* content* "
            "readable legible visible contain* have has had show* include* display* detect* found find identif* read "
            "reading make made out transcribe recogni* discernible available provided given sorry unfortunately so "
            "written printed appear* present see seen can could do does did my me your you we mentioned described said "
            "name about s yes else be by m very completely fully entirely well based only english "
            "apologi* but",
            are_doubled=False,
        ),
        "de": Vocabulary(
            "kein keine keinen keinerlei keinem nicht nichts ohne nie",
            "text texte text* schrift* wort wörter beschriftung* buchstaben",
            "richtig* korrekt* zutreffend* sichtbar* erkennbar* sehen gesehen stimm* passt belegt* gut wahr zu "
            "überein* genau gedeckt",
            "falsch* fehler* einwand einwände widersprüch* widerspr* unstimmig* beanstand* problem* fehlt fehlende "
            "abweichung* auszusetzen einzuwenden ungenau* anmerkung*",
            "es ist sind im in auf dem den der die das ein eine einen bild* foto* zu und gibt gab vorhanden enthält "
            "enthalten lesbar* sichtbar* erkennbar* erkannt erkennen finden gefunden ich kann konnte sehe sehen lesen "
            "alles alle aussagen angaben beschreibung* alternativtext hier von was davon am an leider dieses diesem "
            "dieser habe zeigt nennen",
            are_doubled=False,
        ),
        "fr": Vocabulary(
            "aucun aucune pas ne n rien sans ni",
            "texte textes mot mots écriture inscription* lettres",
            "correct* exact* juste* vrai* visible* vu voir conforme* correspond* bon bien confirmé* vérifiable* "
            "précis*",
            "erreur* faux fausse* incorrect* inexact* objection* contradiction* contredi* problème* manque* redire "
            "signaler",
            "il y a est sont dans sur de du des le la les l d un une cette cet image* photo* description* ce que qui "
            "contient visible* lisible* présent* je peux vois lire trouvé détecté tout toute* tous éléments détails et "
            "en à être peut peuvent affirmation* s désolé figure comporte montre oui affiche",
        ),
        "es": Vocabulary(
            "no ningún ninguna ninguno nada sin ni tampoco",
            "texto textos palabra palabras letras escritura inscripci*",
            "correct* exact* cierto cierta visible* ve ver verse bien coincid* correspond* preciso precisa confirma*",
            "error* incorrect* inexact* objeción objeciones contradicc* contradi* problema* falta equivocad* falso "
            "falsa "
            "señalar objetar",
            "hay en la el los las un una de del que imagen foto* fotografía descripción contiene visible* legible* "
            "presente puedo veo leer encontró encuentra se es está todo toda todos todas lo y a esta este aparece "
            "detalles elementos puede pueden con lo siento sí observa observan muestra aprecia",
        ),
        "it": Vocabulary(
            "nessun nessuna nessuno non niente nulla senza né",
            "testo testi parole parola scritta scritte lettere",
            "corrett* esatt* giust* ver* visibil* vede vedere vedono bene corrispond* accurat* precis* conferma*",
            "error* sbagliat* scorrett* inesatt* obiezion* contraddi* problem* manca errat* segnalare obiettare fals*",
            "c è l ci sono nell nella nel nell’immagine immagine foto* fotografia descrizione contiene visibil* "
            "leggibil* "
            "presente presenti di del della dell il la lo i gli le un una posso vedo leggere trovato si può tutto "
            "tutti "
            "tutte tutta e questa questo in a da è dettagli elementi ciò che essere alcun alcuna",
        ),
        "pt": Vocabulary(
            "não nenhum nenhuma nada sem nem",
            "texto textos palavra palavras letras escrita",
            "corret* correct* exat* certo certa visível visíveis vê ver vista visto bem correspond* precis* confirma*",
            "erro* incorret* inexat* objeção objeções contradi* problema* falta errad* falso falsa apontar",
            "há existe na no em a o os as um uma de da do imagem foto* fotografia descrição contém visível visíveis "
            "legível presente posso vejo ler encontrado é está tudo todos todas toda e que esta este aparece se "
            "detalhes elementos pode podem ser qualquer tem",
        ),
        "nl": Vocabulary(
            "geen niet niets zonder nooit",
            "tekst teksten woorden woord letters opschrift",
            "juist* correct* klopt kloppen goed zichtbaar zien gezien waar accura* overeen* nauwkeurig",
            "fout* onjuist* bezwa* tegen* probleem problemen ontbreekt verkeerd* opmerking* mis aanmerking*",
            "er is zijn staat in op de het een afbeelding foto* beeld plaatje beschrijving bevat aanwezig leesbare "
            "leesbaar zichtbare zichtbaar ik kan zie lezen zien gevonden alles alle van deze dit wat te en met aan "
            "mee details kan worden",
            are_doubled=False,
        ),
        "sv": Vocabulary(
            "ingen inga inget inte ingenting utan varken",
            "text texter ord bokstäver skrift",
            "rätt korrekt* stämmer synlig* ses ser syns riktig* sant bra överens*",
            "fel felaktig* invändning* motsäg* problem saknas anmärkning* brister",
            "det finns är i på bilden bild foto* beskrivningen beskrivning en ett den som kan jag ser se läsa läsbar* "
            "synlig* hittades innehåller allt alla av och att att med någon något några texten",
            are_doubled=False,
        ),
        "da": Vocabulary(
            "ingen intet ikke uden hverken",
            "tekst tekster ord bogstaver skrift",
            "rigtig* korrekt* stemmer synlig* ses ser passer sand* godt overens*",
            "fejl forkert* indvending* modsig* problem* mangler bemærkning*",
            "der er i på billedet billede foto* beskrivelsen beskrivelse en et den det som kan jeg se læse læselig* "
            "synlig* fundet indeholder alt alle af og at med nogen noget teksten findes",
            are_doubled=False,
        ),
        "nb": Vocabulary(
            "ingen ikke intet ikkje uten verken ingenting",
            "tekst tekster ord bokstaver skrift",
            "riktig* korrekt* stemmer synlig* ses ser passer sann* bra overens* rett",
            "feil* gale innvending* motsi* problem* mangler merknad*",
            "det er finnes i på bildet bilde foto* beskrivelsen beskrivelse en et den som kan jeg ser se lese lesbar* "
            "leselig* synlig* funnet inneholder alt alle av og at med noen noe teksten der",
            are_doubled=False,
        ),
        "pl": Vocabulary(
            "brak nie nic żadnego żadnych żaden bez",
            "tekst* słów słowa napis* liter",
            "popraw* prawidłow* zgadza* widoczn* widać zgodn* dobrze prawd* dokładn* potwierdz*",
            "błęd* zastrzeże* sprzeczn* problem* niezgodn* niepopraw* brakuje uwag nieprawdziw*",
            "na w jest są ma tym obrazie obrazku obraz zdjęciu zdjęcie opis* zawiera widocznego widoczn* czytelnego "
            "czytelny mogę widzę odczytać znaleziono wszystko wszystkie wszystkiego co z do ze żadnego się",
        ),
        "cs": Vocabulary(
            "žádný žádné žádná žádného není nejsou nic bez ne nevidím nemohu neobsahuje nenalezen nemám nemá",
            "text* slova slov nápis* písmen*",
            "správn* viditeln* vidět odpovíd* přesn* souhlas* pravd* dobře",
            "chyb* námit* rozpor* nesprávn* problém* nepřesn* výhrad*",
            "na v je jsou obrázku obrázek obraz* fotografii popis* obsahuje čitelný viditeln* vše všechno se to tomto "
            "s proti k mohu přečíst",
        ),
        "fi": Vocabulary(
            "ei eikä ole en mitään ilman",
            "teksti* sanoja kirjoitusta kirjaimia",
            "oikein oikea* näkyv* näkyy paikkansa tarkka* vastaa totta",
            "virhe* väärin ristiriit* huomautettav* vastaväit* ongelm* puuttuu",
            "kuva* on siinä tässä näkyvää luettav* voi nähdä näe kaikki kuvaus* pitää havaittu löytynyt sisällä "
            "sisältää "
            "lainkaan näy kyllä",
        ),
        "hu": Vocabulary(
            "nincs nincsen nem semmi sem nélkül",
            "szöveg* felirat* szavak szó betű*",
            "helyes* pontos* látható* látszik igaz megfelel* rendben stimmel jó",
            "hiba hibá* kifogás* ellentmond* téves* probléma* pontatlan*",
            "a az képen kép* fotón van található tartalmaz olvasható látok leírás* minden ezen a szerint egy benne "
            "látható",
        ),
        "ro": Vocabulary(
            "niciun nici nu nicio nimic fără",
            "text* cuvinte litere scris",
            "corect* vizibil* exact* adevărat* vede văzut corespunde bine precis*",
            "greșeal* greșit* eror* eroare obiecți* contrazic* problem* incorect* inexact* lipsește",
            "există este sunt totul în pe imagine* imaginea fotografi* descriere* conține vizibil* lizibil pot "
            "vedea citi găsit "
            "tot toate ce se poate și de din un o a din",
        ),
        "id": Vocabulary(
            "tidak tiada tanpa bukan nihil",
            "teks tulisan kata huruf",
            "benar sesuai terlihat tepat akurat dapat dilihat cocok tampak",
            "salah kesalahan keberatan masalah keliru bertentangan kekurangan",
            "ada di dalam pada gambar foto ini yang terlihat terbaca dapat bisa saya dibaca ditemukan mengandung "
            "berisi semua "
            "semuanya deskripsi apa pun apapun sama sekali terdapat ya dengan melihat membaca",
        ),
        "tr": Vocabulary(
            "yok yoktur değil hiçbir içermiyor bulunmuyor bulunmamaktadır bulunmamakta yoktur görünmüyor göremiyorum "
            "bulunamadı içermemektedir görmüyorum",
            "metin yazı metni yazılar kelime harf herhangi",
            "doğru* görülebil* görünüyor uygun* isabetli tutarlı görünür",
            "hata* yanlış* itiraz* sorun* çelişki* eksik*",
            "bir görselde görüntüde resimde fotoğrafta görsel* resim* görünen okunabilir bu hiç her şey hepsi "
            "açıklama* "
            "tümü görülür var ve",
        ),
        "ru": Vocabulary(
            "нет не отсутствует отсутствуют без ничего никаких никакого ни",
            "текст* надпис* слов слова букв",
            "верн* правильн* точн* видно видим* виден соответств* корректн* правд* подтвержда* видны",
            "ошиб* возражен* неверн* неправильн* неточн* противореч* проблем* замечан* несоответств*",
            "на в изображении изображение картинке картинка фото* рисунке содержит видимого видимый читаемого я "
            "могу вижу "
            "прочитать обнаружен найден найдено есть все всё описани* это этом что и с данном имеется",
        ),
        "uk": Vocabulary(
            "немає нема не відсутній відсутні без нічого жодного жодних",
            "текст* напис* слів слова літер",
            "правильн* точн* видно видим* відповіда* вірн* коректн*",
            "помил* заперечен* неправильн* неточн* супереч* проблем* зауважен*",
            "на у в зображенні зображення картинці фото* містить видимого читабельного я можу бачу прочитати "
            "знайдено є "
            "все усе опис* це цьому і з",
        ),
        "bg": Vocabulary(
            "няма не без нищо никакъв",
            "текст* надпис* думи букви",
            "вярно правилн* точн* видим* вижда отговаря",
            "грешк* възражени* неточн* противореч* проблем*",
            "на в изображението снимката картината съдържа видим четим аз мога виждам всичко описанието е се",
        ),
        "el": Vocabulary(
            "δεν κανένα καμία χωρίς τίποτα όχι",
            "κείμενο κειμένου λέξεις γράμματα",
            "σωστ* ακριβ* ορατ* φαίν* αντιστοιχ*",
            "λάθ* σφάλμα* αντίρρη* αντιρρή* πρόβλημα*",
            "υπάρχει στην εικόνα η το περιέχει ορατό όλα περιγραφή είναι φωτογραφία ευανάγνωστο",
        ),
        "ca": Vocabulary(
            "no cap res sense",
            "text textos paraules lletres",
            "correct* exact* visible* veu bé",
            "error* incorrect* objecció objeccions problema*",
            "hi ha a la el en imatge foto* descripció conté llegible tot és es pot veure que l d",
        ),
        "ar": Vocabulary(
            "لا ليس ليست لم بدون بلا",
            "نص نصوص كلمات كتابة أحرف",
            "صحيح صحيحة دقيق دقيقة مرئي مرئية واضح واضحة مطابق مطابقة",
            "خطأ أخطاء اعتراض اعتراضات مشكلة مشاكل تناقض",
            "يوجد توجد أي يحتوي تحتوي في على الصورة صورة هذه هناك من مقروء أرى أستطيع يمكنني رؤية قراءة كل شيء "
            "الوصف ما ظاهر جميع",
        ),
        "fa": Vocabulary(
            "هیچ نیست ندارد بدون نمی نمی‌بینم",
            "متن متنی نوشته نوشته‌ای کلمه",
            "درست صحیح دقیق قابل مشاهده دیده می‌شود",
            "خطا خطایی اشتباه اشتباهی ایراد ایرادی مشکل مشکلی اعتراض اعتراضی",
            "وجود در تصویر این عکس قابل خواندن مشاهده همه چیز توضیح است را به",
        ),
        "he": Vocabulary(
            "אין לא ללא שום",
            "טקסט מילים כיתוב כתב",
            "נכון נכונה מדויק מדויקת נראה תקין",
            "שגיאה שגיאות טעות טעויות התנגדות התנגדויות בעיה בעיות",
            "בתמונה תמונה זו קריא נראה הכול הכל התיאור יש את גלוי",
        ),
        "hi": Vocabulary(
            "नहीं कोई बिना",
            "पाठ टेक्स्ट शब्द लिखावट",
            "सही सटीक दिखाई",
            "गलत गलती त्रुटि आपत्ति समस्या",
            "है में चित्र छवि तस्वीर इस दे रहा दिख पठनीय सब कुछ विवरण का की",
        ),
        "vi": Vocabulary(
            "không chẳng",
            "văn bản chữ từ",
            "đúng chính xác thấy phù hợp",
            "sai lỗi phản đối vấn đề",
            "có trong hình ảnh bức này nào đọc được tôi nhìn thấy tất cả mô tả mọi thứ đều gì trên hiển thị",
        ),
    }
)
"""Of languages with spaces between words."""

SIGNS: Mapping[str, Vocabulary] = MappingProxyType(
    {
        "zh": Vocabulary(
            "没有 沒有 没 沒 无 無 不 未 并无 並無 无法 無法",
            "文字 文本 字样 字樣 字母 内容",
            "正确 正確 准确 準確 属实 屬實 看到 看见 看見 可见 可見 一致 符合 对 對 真实 真實",
            "错误 錯誤 异议 異議 问题 問題 不符 矛盾 遗漏 遺漏",
            "图片 圖片 图像 圖像 图 圖 照片 画面 畫面 这张 這張 该 該 此 中 里 裡 上 的 任何 可读 可讀 可识别 包含 "
            "含有 含 有 显示 顯示 "
            "发现 發現 检测到 我 能 看到 读取 讀取 识别 出 所有 全部 都 描述 说明 說明 了 是 与 與 和 可以 均 完全 到",
            are_doubled=False,
        ),
        "ja": Vocabulary(
            "ありません ない なし 無し 見当たりません いません ません",
            "テキスト 文字 文章 文 言葉",
            "正しい 正確 確認できます 見えます 見える 一致し 問題 合っ",
            "誤り 間違い 異議 矛盾 誤",
            "画像 写真 絵 この に は が も の 中 内 には 含ま れて い て ます です 読み取れる 読める 可能な 見える "
            "何も すべて 全て 説明 "
            "まったく 特に 存在し 表示さ 映っ 写っ 確認でき と で を 内容",
            are_doubled=False,
        ),
        "ko": Vocabulary(
            "없습니다 없음 없어요 없다 않습니다 않음 아닙니다 없는",
            "텍스트 글자 글 문자 글씨 문구",
            "정확 맞습니다 맞음 맞아요 올바 일치 보입니다 확인",
            "오류 틀린 이의 문제 잘못",
            "이미지 사진 그림 이 에 에는 에서 의 는 은 가 를 을 도 포함 되어 있지 있는 어떤 어떠한 읽을 수 보이는 "
            "볼 모든 모두 설명 내용 "
            "합니다 됩니다 한 할 점 것 부분 전부 다 있습니다",
            are_doubled=False,
        ),
        "th": Vocabulary(
            "ไม่ ไม่มี",
            "ข้อความ ตัวอักษร ตัวหนังสือ",
            "ถูกต้อง แม่นยำ เห็น",
            "ผิด ข้อผิดพลาด ปัญหา ข้อโต้แย้ง",
            "ใน ภาพ รูป รูปภาพ นี้ มี ปรากฏ ใดๆ ใด ๆ ที่ อ่าน ได้ ทั้งหมด ทุกอย่าง คำอธิบาย พบ",
            are_doubled=False,
        ),
    }
)
"""Of languages without: each of these may stand anywhere."""
