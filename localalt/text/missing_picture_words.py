"""What a model says that sees no picture, as data: by language, as `refusal_words` has its own.

A sentence asks for the picture where it has what `ASKING` and `GIVING` look for, and a picture; it says that there is
none where it has one of `ABSENT`, or one of `BLURRED` and a task.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ABSENT", "ASKING", "BLURRED", "GIVING", "PICTURES", "TALK"]

ASKING: Mapping[str, str] = MappingProxyType(
    {
        "en": r"^(?:\S{1,12} ){0,3}(?:please|kindly)|(?<=[,;:] )please|(?:could|can|would|will) you"
        r"|if you (?:can|could|would)",
        "de": r"bitte|könn(?:en|ten) sie|kannst du|wenn (?:sie|du)|falls (?:sie|du)|sie (?:können|müssen)",
        "fr": r"(?:s'il (?:vous|te) plaît|veuillez|merci de|pou(?:vez|rriez)-vous|peux-tu|si vous|vous pouvez"
        r"|n'hésitez)",
        "es": r"por favor|puede[sn]?|podrías?|si (?:me )?(?:puede|quiere|desea|tiene)|comparte|proporciona|sube"
        r"|necesito que",
        "it": r"(?:per favore|per cortesia|ti prego|la prego|puoi|può|potrebbe|potresti|se (?:mi )?(?:puoi|può|vuoi"
        r"|vuole|desidera))",
        "pt": r"por favor|pode(?:ria|s)?|poderia|se (?:você|puder|quiser|desejar|me)|envie|forneça|você",
        "nl": r"alstublieft|alsjeblieft|graag|gelieve|k[ua]n(?:t|nen)? (?:u|je)|als (?:u|je)|zou (?:u|je)|upload",
        "sv": r"vänligen|snälla|var god|kan du|skulle du|om du|ladda|tack",
        "da": r"venligst|vær venlig|vær så|kan du|kunne du|hvis du|upload",
        "nb": r"vennligst|ver(?:t|re) snill|vær så|kan du|kunne du|hvis du|last",
        "pl": r"proszę|prosiłbym|czy (?:możesz|mógłbyś|mogłabyś|może)|jeśli|prześlij|udostępnij",
        "cs": r"prosím|mohl(?:a)? byste|můžete|mohl bys|pokud|nahrajte|nahraj",
        "sk": r"prosím|mohli by ste|môžete|mohol by|ak (?:mi )?|nahrajte",
        "fi": r"ole hyvä|olkaa hyvä|voisit|voitko|voisitte|jos|lataa|lähetä|pyydän",
        "hu": r"kérem|kérlek|kérjük|légy szíves|legyen szíves|ha |tölts",
        "ro": r"vă rog|te rog|ați putea|ai putea|dacă|puteți|încărcați|rog",
        "id": r"silakan|tolong|mohon|harap|bisakah|dapatkah|jika anda|apakah anda",
        "tr": r"lütfen|(?:misiniz|mısınız|misin|mısın)|eğer|\w+ (?:misiniz|mısınız|musunuz)",
        "ru": r"пожалуйста|прошу|не могли бы|можете|если вы|загрузите|прикрепите|пришлите",
        "uk": r"будь ласка|прошу|чи не могли б|можете|якщо ви|завантажте|надішліть",
        "bg": r"моля|бихте ли|можете ли|ако |качете|изпратете",
        "hr": r"molim|možete li|biste li|ako |učitajte|pošaljite",
        "ja": r"ください|下さい|お願い|いただけ|頂け|もらえ",
        "zh": r"请|請|麻烦|麻煩|能否|可否|您可以|如果您|如果你",
        "ko": r"주세요|주십시오|주시|바랍니다|부탁|해 ?주",
        "ar": r"(?:من فضلك|يرجى|رجاء|الرجاء|أرجو|هل يمكنك|هل بإمكانك|إذا كنت|يمكنك)",
        "fa": r"لطفا|لطفاً|خواهش|می\W?توانید|اگر",
        "he": r"בבקשה|אנא|נא |האם תוכל|אם תוכל|אם יש|תוכל",
        "el": r"παρακαλώ|μπορείτε|θα μπορούσατε|αν |εάν|ανεβάστε",
        "hi": r"कृपया|क्या आप|यदि आप|अगर आप",
        "th": r"กรุณา|โปรด|ช่วย|หากคุณ|ถ้าคุณ|รบกวน",
        "vi": r"vui lòng|xin hãy|làm ơn|bạn có thể|nếu bạn|hãy",
        "ca": r"si us plau|sisplau|podeu|pots|podries|si (?:em )?(?:pots|voleu|vols)",
    }
)
"""Words of asking."""

GIVING: Mapping[str, str] = MappingProxyType(
    {
        "en": r"provid|upload|attach|shar(?:e|ing)(?!\w)|send|sent|resend|re-upload|supply|submit|insert (?:the|an"
        r"|your)|paste",
        "de": r"hochlad|hochgelad|lad(?:en|e) (?:\w{1,12} ){0,4}hoch|bereit|beifüg|beigefüg|füg|anhäng|angehäng"
        r"|schick|send|teil"
        r"|übermittel|zur verfügung|stell|einfüg|lade\w*|mitgeschickt|geteilt",
        "fr": r"fourni|télécharg|télévers|joindre|joign|joint|envo|partag|transmet|insér|import|ajout",
        "es": r"proporcion|sub(?:e|ir|a|as|ido)|carg|adjunt|env[ií]|compart|facilit|brind|insert",
        "it": r"forni|caric|alleg|invi|condivid|condivis|inseri|mand",
        "pt": r"fornec|forneç|envi|anex|carreg|compartilh|partilh|upload|mand|disponibiliz",
        "nl": r"upload|geüpload|geupload|bijvoeg|bijgevoegd|voeg|stuur|sturen|deel|delen|verstrek|aanlever|geef",
        "sv": r"ladda|lad(?:dats|dat)|bifog|skick|del|tillhandah|infog|ange",
        "da": r"upload|vedhæft|send|del|angiv|giv|indsæt|leverer",
        "nb": r"last|vedlegg|legg|send|del|oppgi|gi|lever|sett inn",
        "pl": r"przesł|prześ|załącz|wgra|udostęp|dostarcz|dołącz|wyśl|poda|dodaj|wstaw",
        "cs": r"nahr|přilož|připoj|pošl|poskyt|sdíl|vlož|zašl|dod",
        "sk": r"nahr|prilož|pripoj|pošl|poskyt|zdieľ|vlož|zašl|dod",
        "fi": r"lata|lähet|liit|jaa|jakaa|toimit|anna|antaa|lisä",
        "hu": r"tölts|feltölt|csatol|küld|megad|oszd|oszt|bocsás|adj|adna|mellékel",
        "ro": r"furniz|încăr|incar|atașa|atasa|trimite|partaj|oferi|distribui|adăuga",
        "id": r"unggah|mengunggah|lampir|melampir|kirim|bagikan|berikan|sediakan|sertakan|menyediakan|mengirim",
        "tr": r"yükle|ekle|gönder|paylaş|sağla|ilet|sun",
        "ru": r"загруз|загруж|прикреп|приклад|прилож|отправ|пришли|предостав|подел|вставь|присла|добав",
        "uk": r"завантаж|прикріп|додай|надіш|надісла|надай|надат|поділ|встав|дод",
        "bg": r"кач|прикач|изпрат|предостав|сподел|постав|приложи",
        "hr": r"učita|prenes|prilož|pošalj|pruž|podijel|podel|dostav|dosta|dodaj",
        "ja": r"提供|アップロード|添付|送|共有|貼|ご用意",
        "zh": r"提供|上传|上傳|附上|发送|發送|分享|发给|發給|传|重新",
        "ko": r"제공|업로드|첨부|보내|공유|올려|전송",
        "ar": r"\w{0,2}(?:تقديم|توفير|تحميل|رفع|إرفاق|ارفاق|إرسال|ارسال|مشاركة|تزويد|ترفق|ترسل|أرسل|أرفق)",
        "fa": r"ارائه|بارگذاری|آپلود|پیوست|ارسال|بفرست|به اشتراک|قرار ده|ضمیمه",
        "he": r"ל?(?:ספק|העל|העלות|צרף|צרפ|שלח|שתף|לשתף|לשלוח|לצרף|לספק|העלה|העלו)",
        "el": r"παρ[έα]|ανεβ|επισυν|στείλ|μοιρα|κοινοποι|δώσ|αποστ",
        "hi": r"प्रदान|अपलोड|संलग्न|भेज|साझा|दें|शेयर",
        "th": r"อัปโหลด|อัพโหลด|แนบ|ส่ง|แชร์|ให้",
        "vi": r"cung cấp|tải|đính kèm|gửi|chia sẻ",
        "ca": r"proporcion|puj|carreg|adjunt|envi|compart|facilit",
    }
)
"""To hand over a file."""

PICTURES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:images?|pictures?|photos?|photographs?|screenshots?|attachments?|files?)(?!\w)",
        "de": r"bild(?:er|es|datei|datei\w*)?(?!\w)|fotos?|datei|anhang|grafik",
        "fr": r"(?:l'|d'|une |cette |votre )?(?:image|photo|fichier|pièce jointe)",
        "es": r"imagen|imágenes|foto|archivo|adjunto",
        "it": r"(?:l'|un'|dell'|d')?(?:immagin|foto|file|allegat)",
        "pt": r"image(?:m|ns)|foto|arquivo|ficheiro|anexo",
        "nl": r"afbeelding|foto|plaatje|bestand|bijlage",
        "sv": r"bild|foto|fil\b|filen|bilaga",
        "da": r"billed|foto|fil\b|filen|vedhæft",
        "nb": r"bild|bilet|foto|fil\b|filen|vedlegg",
        "pl": r"obraz|zdjęci|plik|załącznik|grafik",
        "cs": r"obráz|fotk|fotografi|soubor|příloh|snímek",
        "sk": r"obráz|fotk|fotografi|súbor|príloh|snímk",
        "fi": r"kuva|kuvaa|kuvan|valokuva|tiedosto|liite",
        "hu": r"kép|fotó|fénykép|fájl|mellékl",
        "ro": r"imagin|poz[aăe]|fotografi|fișier|atașament",
        "id": r"gambar|foto|berkas|lampiran|file",
        "tr": r"görsel|resim|resm|fotoğraf|görüntü|dosya",
        "ru": r"изображени|картинк|фото|снимок|файл|вложени",
        "uk": r"зображен|картинк|фото|знімок|файл|вкладен",
        "bg": r"изображени|картинк|снимк|файл|фото",
        "hr": r"slik|fotografij|datotek|fajl|prilog",
        "ja": r"画像|写真|ファイル|添付",
        "zh": r"图|圖|照片|相片|影像|文件|附件",
        "ko": r"이미지|사진|그림|파일|첨부",
        "ar": r"(?:و|ب|ل|ال|وال|بال|لل)?(?:صور|ملف|مرفق)",
        "fa": r"تصویر|تصاویر|عکس|فایل|پیوست",
        "he": r"ה?(?:תמונה|תמונת|תמונות|קובץ|צילום)",
        "el": r"εικόν|φωτογραφ|αρχεί|συνημμ",
        "hi": r"छवि|चित्र|तस्वीर|फोटो|फ़ोटो|फ़ाइल|इमेज",
        "th": r"ภาพ|รูป|ไฟล์",
        "vi": r"hình|ảnh|tệp",
        "ca": r"imatge|foto|fitxer|adjunt",
    }
)
"""What is handed over."""

ABSENT: Mapping[str, str] = MappingProxyType(
    {
        "en": r"no (?:\w{1,10} )?(?:image|picture|photo|photograph|attachment|visual)s? (?:\w{1,8} ){0,3}(?:provided"
        r"|attached|uploaded"
        r"|shared|supplied|given|received|sent|to describe|for me|in your (?:message|request))"
        r"|(?:image|picture|photo|attachment)s? (?:\w{1,8} ){0,2}(?:isn't|wasn't|not|didn't|hasn't|doesn't"
        r"|failed) (?:\w{1,8} ){0,2}"
        r"(?:provided|attached|uploaded|come through|shared|visible to me|accessible to me)"
        r"|(?:you|user) (?:\w{1,8} ){0,2}(?:haven't|not|didn't|forgot|hasn't) (?:\w{1,8} ){0,3}(?:provid|upload"
        r"|attach|includ|shar"
        r"|sen[dt])\w* (?:\w{1,8} ){0,2}(?:image|picture|photo)",
        "de": r"kein(?:e|en)? (?:\w{1,12} )?(?:bild|foto|datei|anhang|grafik)\w* (?:\w{1,12} ){0,3}(?:hochgeladen"
        r"|angehängt|bereit"
        r"|beigefügt|übermittelt|zur verfügung|mitgeschickt|angegeben|geteilt|gesendet)",
        "fr": r"(?:aucune? |pas d')(?:image|photo|pièce jointe)[^.]{0,25}(?:fourni|joint|télécharg|télévers|partag"
        r"|transmis|envoy|reçu)",
        "es": r"no [^.]{0,25}(?:imagen|foto)[^.]{0,20}(?:proporcion|adjunt|carg|subi|compart|envi|recib)"
        r"|no (?:se )?(?:me )?ha[sn]?"
        r" (?:proporcion|adjunt|carg|sub|compart|envi|recib)\w* (?:\w{1,8} )?(?:imagen|foto)|ninguna (?:imagen"
        r"|foto)[^.]{0,20}"
        r"(?:proporcion|adjunt|carg|subi|compart)",
        "it": r"(?:nessuna |non )[^.]{0,25}(?:immagine|foto)[^.]{0,20}(?:fornit|alleg|caric|condivis|inviat)"
        r"|non (?:è stata|hai|ha) (?:fornit|alleg|caric|condivis|inviat)\w* (?:\w{1,9} |alcun')?(?:immagine|foto)",
        "pt": r"(?:nenhuma|não) [^.]{0,25}(?:imagem|foto)[^.]{0,20}(?:fornec|anex|carreg|envi|compartilh|partilh"
        r"|recebi)"
        r"|não (?:foi|me) (?:fornec|anex|envi|compartilh)\w* (?:\w{1,8} )?(?:imagem|foto)",
        "nl": r"geen (?:\w{1,10} )?(?:afbeelding|foto|bestand|bijlage)\w* (?:\w{1,12} ){0,3}(?:geüpload|geupload"
        r"|bijgevoegd|verstrekt"
        r"|meegestuurd|gedeeld|aangeleverd|ontvangen|toegevoegd|gestuurd|gegeven)",
        "sv": r"ingen (?:bild|fil|foto)\w* (?:\w{1,12} ){0,3}(?:bifog|ladda|uppladda|tillhandah|skicka|dela)",
        "da": r"(?:intet|ingen|ikke) (?:\w{1,10} ){0,3}(?:billed|foto|fil)\w* (?:\w{1,12} ){0,3}(?:vedhæft|upload"
        r"|angivet|leveret"
        r"|sendt|delt)|ikke (?:\w{1,10} )?(?:vedhæftet|uploadet|angivet) (?:\w{1,8} )?(?:billed|foto)",
        "nb": r"(?:ingen|ikke|ikkje) (?:\w{1,10} ){0,3}(?:bild|bilet|foto|fil)\w* (?:\w{1,12} ){0,3}(?:vedlagt"
        r"|lastet|oppgitt|levert"
        r"|sendt|delt|lagt)|ikke (?:\w{1,10} )?(?:vedlagt|lastet opp|lagt ved) (?:\w{1,8} )?(?:bild|foto)",
        "pl": r"(?:żadn\w+|nie) (?:\w{1,14} ){0,4}(?:przesł\w+|załącz\w+|dołącz\w+|dostarcz\w+"
        r"|udostępni\w+) (?:\w{1,9} )?(?:obraz|zdjęci|plik)"
        r"|(?:obraz|zdjęci)\w* nie został\w? (?:\w{1,8} )?(?:przesł|załącz|dołącz|dostarcz|udostępni|wgran)"
        r"|brak (?:przesłan|załącz|dołącz)\w*"
        r"|nie został\w? (?:\w{1,8} )?(?:przesłan|załącz|dołącz|dostarcz|udostępni)\w* (?:żaden |żadne )?(?:obraz"
        r"|zdjęci)",
        "cs": r"(?:žádný|žádná|nebyl[ao]?|nevidím) (?:\w{1,12} ){0,3}(?:nahrán|přilož|poskytnut|připojen|dodán)\w*"
        r"|(?:obrázek|fotografie)"
        r" (?:\w{1,8} )?nebyl[ao]? (?:nahrán|přilož|poskytnut|připojen)",
        "sk": r"(?:žiadny|žiadna|nebol[ao]?) (?:\w{1,12} ){0,3}(?:nahran|prilož|poskytnut|pripojen|dodan)\w*",
        "fi": r"(?:kuvaa|valokuvaa|tiedostoa) ei (?:\w{1,8} )?(?:ole|ladattu|liitetty|annettu"
        r"|toimitettu)(?: \w{1,12})?(?: liitet| ladat"
        r"| annet| toimit)?|ei (?:\w{1,10} )?(?:kuvaa|liitettyä|ladattua)[^.]{0,15}(?:liite|ladat|annet|toimit|jaet)",
        "hu": r"(?:nem|nincs) (?:\w{1,14} ){0,2}(?:csatol|feltöl|mellékel|megad|küld)\w*(?: \w{1,10})? (?:kép|fotó"
        r"|fájl)|nem (?:töltött fel|csatolt"
        r"|mellékelt) (?:\w{1,8} )?(?:kép|fotó)|(?:kép|képet) nem (?:lett|került|töltött|csatolt)",
        "ro": r"(?:nu|nicio) [^.]{0,25}(?:imagin|fotografi)\w*[^.]{0,20}(?:furniz|încăr|atașa|trimis|partaj)"
        r"|nu (?:a fost|ați|ai) (?:furniz"
        r"|încăr|atașa|trimis)\w* (?:\w{1,8} )?(?:imagin|fotografi)",
        "id": r"tidak (?:\w{1,10} ){0,2}(?:gambar|foto|berkas)\w* (?:\w{1,12} ){0,3}(?:diunggah|dilampirkan"
        r"|disediakan|diberikan"
        r"|dikirim|disertakan|terlampir)|(?:gambar|foto)\w* (?:\w{1,8} )?(?:tidak|belum) (?:diunggah|dilampirkan"
        r"|disertakan)",
        "tr": r"(?:herhangi|hiçbir) bir (?:görsel|resim|fotoğraf|görüntü)\w* (?:\w{1,14} ){0,2}(?:yüklenme|eklenme"
        r"|sağlanma|paylaşılma"
        r"|gönderilm|sunulm|verilme|görmüyorum|göremiyorum)|(?:görsel|resim|fotoğraf"
        r"|görüntü)\w* (?:\w{1,10} )?(?:yüklenmedi|eklenmedi"
        r"|yüklenmemiş|eklenmemiş|sağlanmadı|paylaşılmadı|gönderilmedi|sağlanmamış)",
        "ru": r"(?:изображени|картинк|фото)\w* (?:\w{1,10} )?не (?:был\w? )?(?:загруж|предостав|прикреп|прилож"
        r"|отправ|получ)"
        r"|не (?:получил\w*|прикреп\w+|предостав\w+|загру\w+|прилож\w+) (?:\w{1,12} ){0,3}(?:изображени|картинк|фото)"
        r"|нет (?:\w{1,12} )?(?:прикрепл|прилож|загруж)",
        "uk": r"(?:зображен|картинк|фото)\w* (?:\w{1,10} )?не (?:бул\w )?(?:завантаж|надан|прикріп|додан|отрим)"
        r"|не (?:\w{1,10} )?"
        r"(?:прикріп|завантаж|додал|надал|надіс|надан|додан)\w* (?:\w{1,10} )?(?:зображен|картинк|фото)",
        "bg": r"(?:не е|няма) (?:\w{1,10} )?(?:предостав|качен|прикачен|приложен)\w*|не сте (?:предостав|качил"
        r"|прикач|прилож)",
        "hr": r"(?:nema|nije|niste|nijedna) (?:\w{1,12} ){0,3}(?:učita|prilož|dostav|postav|pruž)\w*",
        "ja": r"(?:画像|写真|ファイル)[がは]?(?:まだ|正しく)?(?:提供|添付|アップロード|送信|共有|読み込|見当たり"
        r"|届い)[^。]{0,12}(?:いません|ません|いない"
        r"|ない|ようです)|(?:画像|写真)がありません",
        "zh": r"(?:没有|沒有|未|尚未|并未|並未|没|沒)(?:看到|提供|上传|上傳|附上|收到|附带|发现|检测到|任何|您|你"
        r"|成功|能){0,4}(?:任何)?(?:图片|圖片|图像|圖像|照片"
        r"|影像|附件)|(?:图片|圖片|照片|图像|圖像)(?:并未|並未|没有|沒有|未能?|尚未)(?:被)?(?:提供|上传|上傳|附上"
        r"|显示|顯示|加载|成功)",
        "ko": r"(?:이미지|사진|그림|파일)[가이은는를을]? ?(?:제공|첨부|업로드|전달|공유)[^.]{0,10}(?:않|없|못)"
        r"|(?:첨부|제공|업로드)된"
        r" (?:이미지|사진|그림|파일)[^.]{0,6}(?:없|보이지)",
        "ar": r"(?:لم|لا)(?: \w{1,10}){0,2} (?:إرفاق|تقديم|تحميل|رفع|توفير|إرسال|ترفق|ترسل|توجد|يوجد"
        r"|تقم)(?: \w{1,8}){0,2} (?:ال)?صور",
        "fa": r"(?:تصویر|عکس|فایل)\w*[^.]{0,12}(?:ارائه|بارگذاری|پیوست|ارسال|آپلود|ضمیمه)[^.]{0,6}(?:نشد|نشده|نکرد"
        r"|نیست)",
        "he": r"לא (?:\w{1,10} ){0,2}(?:צורפה|סופקה|הועלתה|צירפת|העלית|צורף)|(?:תמונה|התמונה) לא (?:צורפה|סופקה"
        r"|הועלתה)",
        "el": r"δεν (?:\w{1,10} ){0,3}(?:παρασχ|ανέβ|ανεβ|επισυν|παρέχ|δοθεί|στείλ)\w*(?: \w{1,8})? ?(?:εικόν"
        r"|φωτογραφ)?",
        "hi": r"(?:छवि|चित्र|तस्वीर|फोटो|फ़ोटो|इमेज) (?:\S{1,10} ){0,3}(?:प्रदान|अपलोड|संलग्न|साझा)[^।]{0,8}नहीं",
        "th": r"(?:ไม่ได้|ยังไม่|ไม่มีการ|ยังไม่ได้)(?:แนบ|อัปโหลด|อัพโหลด|ส่ง)[^ ]{0,4}(?:ภาพ|รูป|ไฟล์)"
        r"|ไม่มี(?:รูป)?ภาพ[^ ]{0,4}(?:แนบ|อัปโหลด)",
        "vi": r"(?:không|chưa) (?:\S{1,6} ){0,4}(?:hình ảnh|ảnh|tệp)[^.]{0,8}(?:được )?(?:cung cấp|tải|đính kèm|gửi)"
        r"|(?:chưa|không) (?:cung cấp"
        r"|tải lên|đính kèm|gửi) (?:\S{1,6} )?(?:hình|ảnh)",
        "ca": r"(?:cap|no) [^.]{0,20}(?:imatge|foto)[^.]{0,20}(?:proporcion|adjunt|pujat|compart)",
    }
)
"""That there is no picture, or none that arrived."""

BLURRED: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:image|picture|photo)(?: \w{1,12}){0,3} (?:is|appears|seems|looks|isn't|is not|does not|doesn't)"
        r"(?: \w{1,12}){0,3} (?:too|clear enough|(?:enough|sufficient))(?: \w{1,14}){0,5} (?:for me"
        r"|to (?:be )?\w{0,12} ?"
        r"(?:describ|provid|identif|determin|analy|interpret|recogn|generat|make any))",
        "de": r"(?:bild|foto|aufnahme)(?: \w{1,12}){0,3} (?:ist|scheint)(?: \w{1,12}){0,2} (?:zu(?! \w{1,20}en(?!\w))"
        r"|nicht \w{1,12} genug)",
        "fr": r"(?:image|photo)(?: \w{1,12}){0,3} est(?: \w{1,12}){0,2} trop",
        "es": r"(?:imagen|foto)(?: \w{1,12}){0,3} (?:es|está)(?: \w{1,12}){0,2} demasiado",
        "it": r"(?:immagine|foto)(?: \w{1,12}){0,3} è(?: \w{1,12}){0,2} troppo",
        "pt": r"(?:imagem|foto)(?: \w{1,12}){0,3} (?:é|está)(?: \w{1,12}){0,2} (?:muito|demasiado)",
        "nl": r"(?:afbeelding|foto)(?: \w{1,12}){0,3} is(?: \w{1,12}){0,2} te(?! \w{0,20}(?:en|ien)(?!\w))",
        "sv": r"bilden är(?: \w{1,12}){0,2} för",
        "da": r"billedet er(?: \w{1,12}){0,2} for",
        "nb": r"bildet er(?: \w{1,12}){0,2} for",
        "pl": r"(?:obraz|zdjęcie) jest(?: \w{1,12}){0,2} (?:zbyt|za)",
        "cs": r"(?:obrázek|fotografie) je(?: \w{1,12}){0,2} příliš",
        "fi": r"kuva on(?: \w{1,12}){0,2} liian",
        "hu": r"(?:a )?kép(?: \w{1,12}){0,2} túl",
        "ro": r"(?:imaginea|fotografia) este(?: \w{1,12}){0,2} prea",
        "id": r"(?:gambar|foto)(?: \w{1,12}){0,3} terlalu",
        "tr": r"(?:görsel|resim|fotoğraf|görüntü)(?: \w{1,12}){0,2} (?:çok|fazla)(?: \w{1,12}){0,3} (?:için"
        r"|olduğundan|olduğu)",
        "ru": r"(?:изображение|фото\w*|картинка)(?: \w{1,12}){0,2} слишком",
        "uk": r"(?:зображення|фото\w*|картинка)(?: \w{1,12}){0,2} (?:занадто|надто)",
        "ja": r"(?:画像|写真)(?:が|は)[^。]{0,10}(?:すぎ|過ぎ|不鮮明|不明瞭)",
        "zh": r"(?:图片|圖片|图像|照片|影像)(?:太|过于|過於|不够|不夠|不)[^。，]{0,6}",
        "ko": r"(?:이미지|사진)[가이은는] ?(?:너무|흐|불분명)",
        "ar": r"(?:الصورة)(?: \w{1,10}){0,3} (?:جدا|جدًا|للغاية|غير واضحة)",
        "fa": r"(?:تصویر|عکس)(?: \w{1,10}){0,2} (?:بیش از حد|خیلی|بسیار)",
    }
)
"""That it is not clear enough: for a task, that is, which stands in the same sentence."""

TALK: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:i|i'm|i'd|i'll|i've|you|your|you'd|you're|me|my|please|feel free|let me|let's)(?!\w)",
        "de": r"(?:ich|mir|mich|mein\w*|bitte|sie k|wenn sie|falls sie|ihnen|ihr(?:e|en)? (?:bild|anfrage|frage)|du"
        r"|dir|dein\w*)(?!\w)",
        "fr": r"(?:je|j'\w*|me|moi|mon|vous|votre|vos|tu|n'hésitez)(?!\w)",
        "es": r"(?:puedo|puedes?|por favor|si (?:quiere|desea|necesita|tiene)s?|tu|tus|usted|me|mi|estoy|yo|te"
        r"|necesito)(?!\w)",
        "it": r"(?:posso|puoi|può|per favore|se (?:vuoi|desideri|hai)|tuo|tua|sono|mi|io|ti)(?!\w)",
        "pt": r"(?:posso|por favor|se (?:você|quiser|precisar|desejar|puder)|seu|sua|você|me|eu|estou)(?!\w)",
        "nl": r"(?:ik|mij|mijn|u|uw|je|jouw|jij|alstublieft|alsjeblieft|graag)(?!\w)",
        "sv": r"(?:jag|mig|min|mina|du|dig|din|vänligen|gärna)(?!\w)",
        "da": r"(?:jeg|mig|min|mine|du|dig|din|venligst|gerne)(?!\w)",
        "nb": r"(?:jeg|eg|meg|min|mine|du|deg|din|vennligst|gjerne)(?!\w)",
        "pl": r"(?:mogę|mi|mnie|moj\w*|proszę|jeśli|twój|twoje|możesz|chętnie|jestem|ci)(?!\w)",
        "cs": r"(?:mohu|můžu|mi|mě|prosím|pokud|můžete|rád|ráda|vám|vás|váš|jsem)(?!\w)",
        "sk": r"(?:môžem|mi|ma|prosím|ak|môžete|rád|rada|vám|vás|váš|som)(?!\w)",
        "fi": r"(?:voin|minä|minun|minulle|jos|sinä|sinun|voit|olen|autan|mielelläni|haluat|pyydän)(?!\w)",
        "hu": r"(?:tudok|nekem|kérem|kérlek|ha|ön|önnek|szívesen|segítek|vagyok|te)(?!\w)",
        "ro": r"(?:pot|eu|mă|îmi|vă|te|dacă|dumneavoastră|rog|sunt)(?!\w)",
        "id": r"(?:saya|anda|kamu|silakan|tolong|mohon|jika)(?!\w)",
        "tr": r"(?:ben|bana|benim|size|sizin|siz|lütfen|eğer|isterseniz|yardımcı|\w*(?:abilirim|ebilirim|ırım|erim"
        r"|arım))(?!\w)",
        "ru": r"(?:я|мне|меня|мой|мои|вы|вам|вас|ваш\w*|пожалуйста|если|могу)(?!\w)",
        "uk": r"(?:я|мені|мене|мої|ви|вам|вас|ваш\w*|будь ласка|якщо|можу)(?!\w)",
        "bg": r"(?:аз|ми|мен|вие|ви|вас|ваш\w*|моля|ако|мога)(?!\w)",
        "hr": r"(?:ja|mi|meni|vi|vam|vas|vaš\w*|molim|ako|mogu|sam)(?!\w)",
        "ja": r"私|あなた|ください|下さい|お願い|もし|いたします|いただけ|お手伝い|お気軽",
        "zh": r"我|您|你|请|請|如果",
        "ko": r"저는|제가|저에게|주세요|주시|원하시|드릴|도와|만약|도움",
        "ar": r"(?:و|ف|ل)?(?:أنا|يمكنني|إذا|من فضلك|يرجى|لديك|أستطيع|مساعدتك|تريد|تود|بإمكاني|لك|يسعدني)(?!\w)",
        "fa": r"(?:من|مرا|شما|لطفا|لطفاً|اگر|می\W?توانم|خوشحال)(?!\w)",
        "he": r"(?:אני|לי|אותי|אתה|אתם|לך|לכם|אם|אנא|בבקשה|אוכל|אשמח)(?!\w)",
        "el": r"(?:μπορώ|εγώ|μου|εσείς|σας|αν|εάν|παρακαλώ|θα χαρώ|είμαι)(?!\w)",
        "hi": r"(?:मैं|मुझे|मेरा|मेरे|आप|आपकी|आपका|आपके|कृपया|यदि|अगर)(?!\w)",
        "th": r"ฉัน|ผม|ดิฉัน|คุณ|กรุณา|โปรด|หาก",
        "vi": r"(?:tôi|mình|bạn|vui lòng|nếu|hãy)(?!\w)",
        "ca": r"(?:puc|em|jo|et|us|si|podeu|pots|estic)(?!\w)",
    }
)
"""Who speaks to somebody: no sentence of a description."""
