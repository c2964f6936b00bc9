"""What keeps a model from describing, as data: by language, as `refusal_words` has its own.

A picture that did not arrive whole, rules that forbid it, the need to see it first. Each stands at the beginning of a
sentence, since a picture may show a browser in which another one did not load.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["HINDRANCES"]

_EN_LEAD = (
    r"^(?:(?:unfortunately|sorry|oops|hmm),? )?(?:(?:it|this) (?:seems|appears|looks)(?: like| as if)?(?: that)? "
    r"|i'm (?:sorry|afraid),? (?:but )?)?"
)
_EN_PICTURE = (
    r"(?:the|your|this) (?:\w{1,12} )?(?:images?|pictures?|photos?|photograph|file|attachment)(?: file| link)?"
    r"(?: that)?(?: you(?:'ve| have)?(?: \w{3,10})?)?"
)
_EN_YOURS = (
    r"(?:your|(?:the|this) (?:\w{1,12} )?(?:provided|uploaded|attached|supplied)) (?:image|picture|photo|file)"
    r"|(?:the|this) (?:\w{1,12} )?(?:image|picture|photo|file)(?: that)? you(?:'ve| have)? \w{3,10}"
)
_EN_BROKEN = r"(?:\w{1,12} ){0,2}(?:blank|empty|corrupt\w*|broken|invalid|unavailable|inaccessible|missing|damaged)"

HINDRANCES: Mapping[str, str] = MappingProxyType(
    {
        "en": rf"{_EN_LEAD}{_EN_PICTURE} (?:did not|didn't|does not|doesn't|has not|hasn't|have not|failed to"
        r"|fails to|is not|isn't|was not|wasn't|won't|will not|could not|couldn't|cannot|can't|can not)"
        r"(?: be)?(?: \w{1,12}ly)? (?:load|display(?:ing|ed)? (?:on my|for me|correctly|properly)|open|render|upload"
        r"|process|viewed|access|retriev|download|decod|attach|come through|available)"
        rf"|{_EN_LEAD}{_EN_PICTURE} (?:is not|isn't|does not|doesn't) display(?:ing)?[.!]?$"
        rf"|{_EN_LEAD}{_EN_PICTURE} (?:appears?|seems?|looks?)(?: to (?:be|have)| like)? {_EN_BROKEN}"
        r"(?=[.!,;:]| or| and| file|$)"
        rf"|{_EN_LEAD}(?:{_EN_YOURS}) (?:is|was|contains) {_EN_BROKEN}"
        r"|^(?:(?:this|the|your|requested) )?(?:content|image|request|response) (?:(?:is|was"
        r"|has been) )?(?:currently )?"
        r"(?:not available|unavailable|removed|blocked|withheld|rejected|filtered)"
        r"(?: (?:because|due to|as|since|for|by)[^.]{0,80})?[.!]?$"
        r"|^(?:\w{1,14},? ){0,6}(?:content|image|request|picture|photo|it)(?: (?:may|might|could|appears to|seems to"
        r"|would))? violat\w{1,4} (?:\w{1,12} ){0,4}(?:polic|guideline|terms)"
        r"|(?:i|i'd|i'll|i would|i will) (?:first )?(?:need|have) to (?:be able to )?(?:see|view|look at|have access)"
        r" (?:the|your|an?|it|this)(?: \w{1,12}){0,2}"
        r"|^(?:\w{1,14},? )?(?:it(?:'s| is| would be| isn't)|it is) (?:\w{1,10} )?(?:not |im)?(?:possible|feasible)"
        r" (?:for me )?to (?:\w{1,12}ly )?(?:write|describe|provide|create|generate|give|identify|determine|say)"
        r"[^.]{0,60}(?:image|picture|photo|alt text|description|caption|accurate|without)"
        r"|i(?:'ve| have| do not have| don't have)? (?:no|any|got no) (?:\w{1,10} )?(?:way|means|possibility|method)"
        r" (?:of|to|for) (?:see|view|access|open|look|process|know|perceiv)\w*"
        r"|^(?:\w{1,14},? ){0,2}(?:my|our|the|company|safety|content|usage)(?: \w{1,12})? (?:guidelines?|polic\w{1,3}"
        r"|programming|rules|instructions|restrictions|training)(?: \w{1,8})?(?: not|n't)? ?(?:allow|permit|let|prevent"
        r"|prohibit|forbid|enable|restrict)\w{0,3} (?:me|us|this|the descri|descri|identif|it)(?:\w*)",
        "de": r"^(?:leider )?(?:das|dein|ihr|dieses)(?: \w{1,20}){0,4} (?:bild|foto|datei)(?: \w{1,14}){0,4}"
        r" (?:nicht|leider nicht) (?:\w{1,14} )?(?:geladen|laden|angezeigt|geöffnet|verarbeitet|übertragen|abgerufen"
        r"|verfügbar|hochgeladen)"
        r"|^(?:leider )?(?:das|dein|ihr|dieses)(?: \w{1,20}){0,4} (?:bild|foto|datei)(?:, das [^,]{1,40},)?"
        r" (?:scheint|ist) (?:\w{1,12} )?(?:leer|beschädigt|defekt|fehlerhaft|ungültig)"
        r"|^(?:leider )?das bild lädt nicht"
        r"|^(?:um|ohne) [^.]{0,80}(?:müsste|muss|bräuchte|benötige|brauche) ich [^.]{0,20}bild"
        r"|^(?:leider )?(?:ist es|es ist|ohne [^.]{1,40} ist es) (?:\w{1,10} )?(?:nicht möglich|unmöglich)[^.]{0,60}"
        r"(?:beschreib|alternativtext|bild|foto)"
        r"|(?:meine|unsere|die) (?:\w{1,12} )?(?:richtlinien|regeln|vorgaben|programmierung) (?:erlaub|gestatt|lass"
        r"|verbiet|untersag)\w{1,3}(?: es)? (?:mir|nicht)"
        r"|^(?:dieser |der )?inhalt (?:ist )?(?:nicht verfügbar|wurde entfernt)",
        "fr": r"^(?:malheureusement,? )?(?:l'image|la photo|le fichier|votre image)(?: que vous \w{2,6} \w{4,12}"
        r"| \w{4,12})? (?:n'a (?:pas|malheureusement pas)(?: pu)?|ne (?:peut|s'est|s'affiche) pas|ne (?:peut pas être))"
        r"(?: \w{1,14}){0,3}? ?(?:charg|affich|ouv|téléch|trait|sur mon|disponible|lue|$|\.)"
        r"|^(?:malheureusement,? )?(?:l'image|la photo|le fichier|votre image)(?: que vous \w{2,6} \w{4,12}"
        r"| \w{4,12})? (?:semble|paraît|est)(?: être)? (?:vide|corrompue?|vierge|endommagée?)"
        r"|^il (?:n'est pas|est im)(?: \w{1,12})? ?possible[^.]{0,12} (?:décrire|rédiger|fournir|écrire)"
        r"|^pour (?:rédiger|écrire|décrire|créer)[^.]{0,60}(?:besoin|dois|devrais|faudrait)[^.]{0,16}(?:voir|image)"
        r"|(?:mes|nos|les) (?:directives|règles|consignes|politiques) (?:ne )?(?:m'\w+|me|n'autoris|interdis)"
        r"|^(?:ce )?contenu (?:n'est pas disponible|non disponible|supprimé)",
        "es": r"^(?:lamentablemente,? )?(?:la|tu|su|esta) (?:imagen|foto)(?: que (?:\w{1,6} )?\w{4,14}| \w{4,14})?"
        r" (?:no (?:se )?(?:ha |pudo |puede |pude )?(?:podido )?(?:carg|abr|mostr|visualiz|proces|sub|está disponible)"
        r"|(?:parece|está)(?: estar)? (?:vacía|en blanco|dañada|corrupta))"
        r"|^no es posible (?:describir|escribir|redactar|proporcionar|crear)[^.]{0,60}(?:imagen|foto|texto alt)"
        r"|^para (?:escribir|redactar|describir|crear)[^.]{0,50}(?:necesit|tendría que|debo)[^.]{0,12}(?:ver|la imagen)"
        r"|(?:mis|nuestras|las) (?:directrices|políticas|normas|pautas) no (?:me )?permiten"
        r"|^(?:este )?contenido (?:no (?:está )?disponible|eliminado)",
        "it": r"^(?:purtroppo,? )?(?:l'immagine|la foto)(?: che (?:\w{1,5} )?\w{4,12}| \w{4,12})? (?:non (?:si )?(?:è "
        r"|può essere |viene )?(?:stata )?(?:caric|apr|visualizz|mostrat|disponib|elabor)"
        r"|(?:sembra|appare|risulta)(?: essere)? (?:vuota|danneggiata|corrotta|bianca))"
        r"|^non è possibile (?:descrivere|scrivere|fornire|creare)[^.]{0,60}(?:immagine|foto|testo alt)"
        r"|^per (?:scrivere|descrivere|creare)[^.]{0,50}(?:avrei bisogno|dovrei|devo|ho bisogno)[^.]{0,12}(?:veder"
        r"|immagine)"
        r"|le mie (?:linee guida|regole|politiche) non mi|^contenuto non disponibile",
        "pt": r"^(?:infelizmente,? )?(?:a|sua|esta) (?:imagem|foto)(?: que (?:\w{1,5} )?\w{4,12}| \w{4,12})? (?:não "
        r"(?:foi |pôde ser |pode ser |está )?(?:carreg|abr|exib|mostrad|disponív|process)|(?:parece|está)(?: estar)? "
        r"(?:vazia|em branco|corrompida|danificada))"
        r"|^não é possível (?:descrever|escrever|fornecer|criar)[^.]{0,60}(?:imagem|foto|texto alt)"
        r"|^para (?:escrever|descrever|criar)[^.]{0,50}(?:preciso|precisaria|teria)[^.]{0,12}(?:ver|imagem)"
        r"|(?:minhas|nossas|as) (?:diretrizes|políticas|regras) não (?:me )?permitem"
        r"|^(?:este )?conteúdo (?:não (?:está )?disponível|indisponível|removido)",
        "nl": r"^(?:helaas )?(?:de|je|uw|deze) (?:afbeelding|foto)(?: die (?:je|u) \w{3,6} \w{4,14})? (?:kon|kan|is"
        r"|wordt"
        r"|werd) niet (?:\w{1,8} )?(?:geladen|laden|geopend|weergegeven|getoond|beschikbaar|verwerkt)"
        r"|^(?:helaas )?(?:de|je|uw|deze) (?:afbeelding|foto)(?: die (?:je|u) \w{3,6} \w{4,14})? (?:lijkt|is) (?:leeg"
        r"|beschadigd)"
        r"|^om [^.]{0,60}(?:moet|zou) ik [^.]{0,16}(?:afbeelding|foto)[^.]{0,10}zien"
        r"|(?:mijn|onze) (?:richtlijnen|regels|beleid) (?:staan|laten|staat) (?:het |mij |me )*niet",
        "sv": r"^(?:tyvärr )?(?:bilden|fotot|filen)(?: som du \w{3,12})? (?:kunde inte|kan inte|har inte|gick inte"
        r"|laddades"
        r" inte|visas inte)(?: \w{1,8})? ?(?:ladda|öppna|visa|lästa|läsa|$|\.|att)"
        r"|^(?:tyvärr )?(?:bilden|fotot|filen)(?: som du \w{3,12}(?: \w{1,4})?)? (?:verkar|tycks|är) (?:vara )?(?:tom"
        r"|skadad|trasig)|mina riktlinjer tillåter",
        "da": r"^(?:desværre )?(?:billedet|fotoet|filen)(?: du \w{3,12})? (?:kunne ikke|kan ikke|blev ikke|er ikke)"
        r" (?:\w{1,8} )?(?:indlæs|åbn|vis|hent|tilgængelig)"
        r"|^(?:desværre )?(?:billedet|fotoet|filen)(?:,? (?:som )?du \w{3,12}(?: \w{4,12})?,?)? (?:ser ud til at være"
        r"|synes at være|er) (?:tomt?|beskadiget)|mine retningslinjer (?:tillader|forbyder)",
        "nb": r"^(?:dessverre )?(?:bildet|bilete|fotoet|filen)(?: du \w{3,12})? (?:kunne ikke|kan ikke|ble ikke"
        r"|er ikke)"
        r" (?:\w{1,8} )?(?:last|åpn|vis|hent|tilgjengelig)"
        r"|^(?:dessverre )?(?:bildet|fotoet|filen)(?: (?:som )?du \w{3,12}(?: \w{4,12})?)? (?:ser ut til å være"
        r"|virker|er) (?:tomt?|skadet)|mine retningslinjer (?:tillater|forbyr)",
        "pl": r"^(?:niestety,? )?(?:nie udało się (?:\w{1,12} )?(?:załadować|wczytać|otworzyć|wyświetlić|pobrać)"
        r"(?: \w{1,12})? (?:obraz|zdjęci|plik)|(?:obraz|zdjęcie|plik)\w* (?:nie (?:\w{1,8} )?(?:załadował|wczytał"
        r"|otworzył|może zosta|jest dostępn)|(?:wydaje się|jest) (?:\w{1,8} )?(?:pust|uszkodz)))"
        r"|moje (?:wytyczne|zasady) nie pozwalają",
        "cs": r"^(?:bohužel,? )?(?:obrázek|fotografii|fotografie|obrázku)(?: se)? (?:nepodařilo(?: se)?|nelze"
        r"|nebylo možné"
        r"|nenačetl|nebyl) ?(?:načíst|zobrazit|otevřít|načten|se|\.|$)|^nepodařilo se (?:načíst|otevřít|zobrazit)"
        r" (?:obráz|fotogr)|^obrázek (?:se zdá být|je) (?:prázdný|poškozený)",
        "sk": r"^(?:bohužiaľ,? )?(?:obrázok|fotografiu)(?: sa)? (?:nepodarilo|nemožno|nenačítal|nebol)"
        r"|^nepodarilo sa (?:načítať|otvoriť|zobraziť) (?:obráz|fotogr)",
        "fi": r"^(?:valitettavasti )?(?:kuvaa|tiedostoa|valokuvaa) ei (?:voitu|voi|pystytty|saatu|voida) ?(?:ladata"
        r"|avata"
        r"|näyttää|lukea|ladattua)|^kuva (?:ei (?:latautunut|avautunut|näy)|näyttää olevan tyhjä|on tyhjä)",
        "hu": r"^(?:sajnos )?a (?:kép|fájl|fotó)(?:et)? (?:nem (?:\w{1,6} )?(?:töltőd|tölthet|sikerült|nyitható|nyílt"
        r"|jelenít|jelenik|érhető)|üresnek tűnik|sérült)|^(?:sajnos )?nem sikerült (?:betölteni|megnyitni) a? ?(?:kép"
        r"|fájl)",
        "ro": r"^(?:din păcate,? )?(?:imaginea|fotografia|poza) (?:nu (?:s-a|a putut|a|poate|se|este)(?: fi)?"
        r" ?(?:încărc|deschi|afiș|disponib)|pare(?: a fi| să fie)? (?:goală|deteriorată|coruptă))",
        "id": r"^(?:maaf,? |mohon maaf,? |sayangnya,? )?(?:gambar|foto|berkas)(?:nya)?(?: (?:ini|tersebut"
        r"|yang anda \w{3,12}))?"
        r" (?:tidak (?:dapat|bisa|berhasil)? ?(?:dimuat|dibuka|ditampilkan|diakses|tersedia)|gagal dimuat"
        r"|(?:tampaknya|sepertinya) (?:kosong|rusak))",
        "tr": r"^(?:maalesef,? )?(?:görsel|resim|fotoğraf|görüntü)(?: \w{1,10})? (?:yüklenemedi|açılamadı"
        r"|görüntülenemiyor"
        r"|yüklenmedi|açılmıyor|boş görünüyor|bozuk)|^(?:sağladığınız|yüklediğiniz|gönderdiğiniz) (?:görsel|resim"
        r"|fotoğraf) (?:\w{1,10} )?(?:boş|bozuk|yüklen)",
        "ru": r"^(?:к сожалению, )?(?:\w{1,16} )?(?:изображение|картинка|фото\w*|файл)(?:,? (?:похоже|кажется"
        r"|видимо),?)?"
        r" (?:не (?:загруз|откры|отобра|удалось|доступ|может быть)\w*|(?:пуст|повреж)\w*)"
        r"|^(?:к сожалению, )?не (?:удалось|удаётся|удается) (?:загрузить|открыть|отобразить) (?:изображен|картинк|фото"
        r"|файл)|(?:мои|наши) (?:правила|инструкции|политики) не (?:позволяют|разрешают)",
        "uk": r"^(?:на жаль, )?(?:\w{1,16} )?(?:зображення|картинка|фото\w*|файл)(?:,? (?:схоже|здається),?)?"
        r" (?:не (?:завантаж|відкри|відобра|вдалося|доступ)\w*|(?:порожн|пошкодж)\w*)"
        r"|^(?:на жаль, )?не (?:вдалося|вдається) (?:завантажити|відкрити) (?:зображ|картин|фото)",
        "bg": r"^(?:за съжаление,? )?(?:изображението|снимката|файлът) (?:не (?:се|може|беше|е) ?(?:зареди|отвор|да се"
        r"|налич|показва)|изглежда (?:празн|повред))\w*",
        "hr": r"^(?:nažalost,? )?(?:slika|fotografija|datoteka) (?:se )?(?:nije|ne može|ne)(?: se)? ?(?:učita|otvori"
        r"|prikaz"
        r"|dostup)\w*|^nije (?:uspjelo|moguće) (?:učita|otvori)\w* (?:slik|fotog)",
        "ja": r"^(?:申し訳[^、。]{1,12}、)?(?:この|ご提供の|提供された|アップロードされた)?(?:画像|写真|ファイル)"
        r"(?:が|を|は)(?:正しく|うまく)?(?:読み込め|読み込む(?:ことが)?でき|読み込まれ|開け|表示でき|表示され)(?:ません|ない|なか)"
        r"|^(?:ご提供の|提供された|アップロードされた)?(?:画像|写真)[はが](?:空白|空|真っ白|破損)[^。]{0,10}(?:よう|みたい|可能性)",
        "zh": r"^(?:很?抱歉[,，])?(?:[您你](?:提供|上传|上傳|发送)的|这张|這張|该|該)?(?:图片|圖片|图像|圖像|照片|文件)"
        r"(?:无法|無法|未能|没有|沒有|不能|未)(?:正常|成功|正确)?(?:加载|載入|加載|显示|顯示|打开|打開|读取|上传)"
        r"|^(?:[您你](?:提供|上传|上傳|发送)的)(?:图片|圖片|图像|照片)(?:似乎|好像|看起来|看起來)?(?:是|为)?(?:空白|空的|损坏)"
        r"|^(?:该|此)?(?:内容|圖片|图片)(?:不可用|已被?删除|可能违反)",
        "ko": r"^(?:죄송합니다만?,? )?(?:제공(?:하신|된) |업로드(?:하신|된) )?(?:이미지|사진|파일)[가이은는를을]? ?"
        r"(?:불러올 수 없|불러오지 못|로드되지|로드할 수 없|열 수 없|열리지|표시되지|표시할 수 없"
        r"|비어 ?있는 것|손상된 것)",
        "ar": r"^(?:للأسف،? ?|عذرا[ً،]* ?)?(?:لم يتم (?:تحميل|فتح|عرض)|تعذر (?:تحميل|فتح|عرض)|لا يمكن (?:تحميل|فتح|عرض)"
        r"|فشل تحميل) (?:ال)?صور|^(?:ال)?صورة (?:التي \w{3,10} )?(?:تبدو|يبدو أنها) (?:فارغة|تالفة)",
        "fa": r"^(?:متأسفانه،? ?|متاسفانه،? ?)?(?:تصویر|عکس|فایل)(?: \w{1,12})? (?:بارگذاری نشد|بارگیری نشد|باز نشد|باز"
        r" نمی|نمایش داده نم|خالی به نظر)",
        "he": r"^(?:לצערי,? ?|מצטערת?,? ?)?(?:התמונה|הקובץ) (?:לא (?:נטענה|נפתחה|הועלתה|זמינה|מוצגת|ניתנת)|נראית ריקה)"
        r"|^לא ניתן (?:לטעון|לפתוח|להציג) את (?:התמונה|הקובץ)",
        "el": r"^(?:δυστυχώς,? )?(?:η εικόνα|η φωτογραφία|το αρχείο) (?:δεν (?:\w{1,8} )?(?:φορτώ|άνοιξ|εμφαν|μπορεί"
        r"|μπόρεσε"
        r"|είναι διαθ)|φαίνεται (?:να είναι )?(?:κεν|κατεστρ))\w*",
        "hi": r"^(?:क्षमा करें,? |दुर्भाग्य से,? )?(?:यह )?(?:छवि|चित्र|तस्वीर|इमेज|फोटो|फ़ोटो) (?:लोड|खुल"
        r"|प्रदर्शित)[^।]{0,16}नहीं"
        r"|^(?:छवि|चित्र|तस्वीर|इमेज|फोटो|फ़ोटो) (?:लोड|खुल) नहीं",
        "th": r"^(?:ขออภัย ?)?(?:(?:รูป)?ภาพ(?:นี้)?)?ไม่สามารถ(?:โหลด|เปิด|แสดง)(?:รูป)?ภาพ"
        r"|^(?:รูป)?ภาพ(?:นี้)?(?:โหลดไม่|เปิดไม่|ไม่โหลด"
        r"|ไม่สามารถ(?:โหลด|เปิด|แสดง))",
        "vi": r"^(?:rất tiếc,? |xin lỗi,? )?(?:hình ảnh|ảnh|hình|tệp)(?: (?:này"
        r"|bạn \S{2,8}(?: \S{2,6})?))? (?:không (?:thể )?(?:được )?"
        r"(?:tải|mở|hiển thị)|chưa tải|(?:có vẻ|dường như) (?:trống|bị hỏng))",
        "ca": r"^(?:malauradament,? )?(?:la|aquesta) (?:imatge|foto) (?:no (?:s'ha|es pot|s'ha pogut)? ?(?:carreg|obri"
        r"|mostr)|sembla (?:buida|estar buida|malmesa))",
    }
)
"""At the beginning of a sentence, which they make a refusal alone."""
