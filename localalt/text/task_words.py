"""What a model is asked to do, and about what, as data: by language, as `refusal_words` has its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["OBJECTS", "TASKS"]

TASKS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"identif|recogni[sz]|describ|descri|provid|assist|help (?:you|with)|fulfil|comply|determin|analy[sz]"
        r"|generat"
        r"|creat|confirm|process|interpret|comment|discuss|view|access|open (?:the|this|your|an)|display|discern"
        r"|make out"
        r"|see (?:an?|any|the|this|your|that|what|or|images|pictures|photos|visual|who)|have (?:the )?(?:abil|acc"
        r"|enough)"
        r"|tell (?:who|what|you who|you what)|say who|name (?:the|this|any|real|people)|know who|sure who|speculat"
        r"|guess"
        r"|infer|reveal|verify|answer|complete|engage|produce|write|offer|caption|share|disclos|do (?:that|this)"
        r"|give you"
        r"|give (?:a|an|any) |look at|look up|read the image|perform|decline|continue|proceed|support|carry out"
        r"|make an",
        "de": r"tun|mach|beschreib|beschrieb|bearbeit|durchführ|ausführ|leist|eingeh|weitermach|entgegenkomm"
        r"|identifiz|erkenn"
        r"|bereit|helf|hilf|weiterhelf|behilflich|unterstütz|erfüll|nachkomm"
        r"|bestimm|analys|generier|erstell|bestätig|verarbeit|interpretier|seh|gesehen|anzeig|anseh|öffn|zugreif"
        r"|zugriff"
        r"|benenn|nenn|sag|liefer|geb|beantwort|kommentier|fähig|in der lage|beurteil|feststell|formulier|verfass"
        r"|schreib"
        r"|machen|anbiet|lehn|äußern|zuordn|ermittel|entsprech|deut|auswert|betracht|abrufen|einschätz|ausgeb|darstell"
        r"|wiedergeb|gestattet|erlaubt",
        "fr": r"faire|décri|identifi|reconna|fourni|aide|assist|répon|satisfai|détermin|analys|génér|cré|confirm|trait"
        r"|interprét"
        r"|voi[rs]|ouvr|accéd|accès|afficher|visualis|consult|nomm|dire|donne|propos|rédig|comment|capable|mesure"
        r"|donner"
        r"|exécut|accomplir|effectuer|produi|révél|légend|écri|distingu|examin|regard|discern|apport|savoir|lire",
        "es": r"veo|describ|identific|tramit|gestion|procesa|continu|reconoc|proporcion|ayud|asist|cumpl|complac"
        r"|determin|analiz|gener|cre|confirm|proces"
        r"|interpret|ver|abri|acced|acceso|mostr|visualiz|nombr|deci|dar|ofrec|redact|coment|capa|respond|atend"
        r"|facilit"
        r"|realiz|complet|suministr|distingu|examin|observ|revel|brind|escrib|hacer|llevar|aport",
        "it": r"descri|identific|gesti|process|continu|riconosc|forni|aiut|assist|soddisf|determin|analizz|gener|cre"
        r"|conferm|elabor"
        r"|interpret"
        r"|ved|apri|acced|accesso|mostr|visualizz|nomin|dir|dar|offri|redig|comment|grado|capac|rispond|esegui|produr"
        r"|complet|distingu|esamin|osserv|rivel|scriv|far|proced|evad|dispost|autorizz",
        "pt": r"vejo|descrev|descri|identific|reconhec|fornec|ajud|assist|auxili|atend|cumpri|determin|analis|ger|cri"
        r"|confirm"
        r"|process|interpret|ver|visualiz|abri|acess|mostr|nome|dizer|dar|oferec|redig|coment|respond|realiz|prest"
        r"|complet"
        r"|distingu|examin|observ|revel|escrev|faz|disponibiliz|capaz",
        "nl": r"doen|behandel|doorgaan|beschrij|beschrev|identific|herken|gev|geef|help|hulp|assist|voldoe|bepa|analys"
        r"|gener|mak|maak"
        r"|bevestig"
        r"|verwerk|interpret|zien|zie|bekijk|open|toegang|tonen|noem|noem|vertel|lever|beantwoord|staat|verstrek"
        r"|aanbied"
        r"|schrij|uitvoer|vaststel|in te gaan|ingaan|bied|bieden|achterhal|opstell|omschrij|uitleg",
        "sv": r"göra|gör|hanter|behandl|beskriv|identifier|känn|igenkänn|tillhandahåll|hjälp|assister|uppfyll|avgör"
        r"|analyser"
        r"|skap|generer"
        r"|bekräft"
        r"|bearbet|tolk|se|ser|visa|öppna|komma åt|åtkomst|nämn|säg|ge|svar|leverer|fastställ|skriv|utför|besvar|bistå"
        r"|kommenter|möjlighet|förmåga|titta|peka",
        "da": r"gøre|beskriv|identific|genkend|lever|giv|hjælp|assister|opfyld|afgør|analyser|skab|generer|bekræft"
        r"|behandl|fortolk"
        r"|se|ser|vis|åbn|adgang|nævn|sig|svar|bestem|skriv|udfør|imødekom|besvar|tilbyd|stand|kommenter|bistå|oplys"
        r"|fastslå|efterkom",
        "nb": r"gjøre|gjere|beskriv|identifis|gjenkjen|lever|gi|hjelp|assister|bistå|oppfyll|avgjør|analyser|skap"
        r"|generer|bekreft"
        r"|behandl|tolk|se|ser|vis|åpn|tilgang|nevn|si|svar|bestem|skriv|utfør|imøtekom|etterkom|stand|kommenter|kjenn"
        r"|opplys|fastslå|ser",
        "pl": r"zrobi|obsłuż|przetworz|opis|zidentyfik|identyfik|rozpozn|dostarcz|pomóc|pomoc|pomag|spełni|określ"
        r"|analiz"
        r"|przeanaliz|wygener"
        r"|generow"
        r"|stworz|tworz|utworz|potwierdz|przetw|zinterpr|interpret|zobacz|widz|otwor|dostęp|pokaz|wyświetl|nazw"
        r"|powiedz"
        r"|poda|udziel|zrealiz|realiz|ustal|odpowie|napisa|wykona|stanie|obejrz|komentow|wskaz|odczyt|zapewni|ujawni",
        "cs": r"nevid|uděla|vyřídit|popsat|popis|identifik|rozpozn|poskyt|pomo[ct]|pomáh|splnit|vyhov|určit|určov"
        r"|analyz|vytvo"
        r"|gener"
        r"|potvrd|zprac"
        r"|interpret|vid|zobraz|otevř|přístup|pojmen|říci|říct|dát|odpov|provést|schop|stavu|vyhotov|komentov|napsat"
        r"|zjist"
        r"|sdělit|uvést|prohlíž|prohlé|asist|jmenov",
        "sk": r"nevid|urobi|uveď|opís|popís|popis|identifik|rozpozn|poskyt|pom[ôo]|pomáh|splni|vyhov|urči|analyz"
        r"|vytvor|gener|potvrd"
        r"|sprac"
        r"|interpret|vid|zobraz|otvor|prístup|pomen|poveda|dať|odpov|vykona|schop|komentov|napísa|zisti|uvies|menov",
        "fi": r"tehdä|tee|lähett|kuvail|kuvaa|tunnist|antaa|anna|auttaa|auta|avust|täyttää|täytä|määrit|analys|luoda"
        r"|luo|vahvist"
        r"|käsit|tulki"
        r"|nähdä|näe|avata|avaa|pääsy|pääse|näyttää|nimetä|nimeä|sanoa|sano|vasta|tuottaa|tuota|pysty|voi|kykene|tarjo"
        r"|kirjoit|toteut|kerto|kerro|suorit|katso|selvit|arvio|komment|lupa",
        "hu": r"tenn|megtenn|kezel|leír|azonosít|felismer|nyújt|ad|segít|teljesít|meghatároz|elemez|elemz|létrehoz"
        r"|készít|gener"
        r"|megerősít"
        r"|feldolgoz|értelmez|lát|megnéz|megnyit|hozzáfér|megjelenít|nevez|megmond|válaszol|mond|képes|ír|megállap"
        r"|kommentál"
        r"|eleget|megtekint|módomban|áll",
        "ro": r"face|gestion|procesa|descri|identific|recuno|furniz|ofer|ajut|asist|îndeplin|indeplin|determin|analiz"
        r"|gener|cre|confirm"
        r"|proces"
        r"|interpret|vedea|văd|vizualiz|deschid|acces|afiș|afis|numi|numesc|spune|da|răspun|raspun|capabil|măsur|scri"
        r"|realiz|comenta|onor|preciza|pune la",
        "id": r"kenal|mendeskripsi|menangani|melanjutkan|deskripsi|menggambar|jelaskan|mengidentif|identif|mengenali"
        r"|kenali|berikan"
        r"|memberi|membantu|bantu"
        r"|memenuhi"
        r"|menentukan|menganal|analis|membuat|menghasilkan|konfirmasi|memproses|menafsir|melihat|lihat|membuka"
        r"|mengakses"
        r"|akses|menampilkan|menyebut|mengatakan|menjawab|menyediakan|memiliki kemampuan|memiliki akses|menulis"
        r"|melakukan"
        r"|melayani|mengetahui|menerjemah|mampu",
        "tr": r"gerçekleştir|tanımla|açıkla|betimle|tasvir|teşhis|tespit|belirle|sağla|yardım|yerine getir|analiz"
        r"|oluştur|üret"
        r"|onayla"
        r"|doğrula|işle|yorumla|gör|aç|eriş|göster|adlandır|söyle|ver|yanıtla|cevapla|sun|yaz|yap|tanı|karşıla|bil"
        r"|incele|değerlendir|anla|bak|paylaş",
        "ru": r"виж|опис|идентифи|опозна|распозна|предостав|помо[чгщ]|выполн|определ|анализ|проанализ|созда|сгенер"
        r"|генерир"
        r"|подтверд|обработ|интерпрет|увид|вид[еиж]|откры|доступ|показ|отобраз|назва|сказа|дать|ответ|состоян"
        r"|возможн|способ"
        r"|написа|просм|посмотр|рассмотр|комментир|узна|установ|удовлетвор|делать|сделать|разгляд|знаю",
        "uk": r"опис|ідентиф|розпізна|упізна|надат|нада|допом|викон|визнач|аналіз|проаналіз|створ|згенер|генер"
        r"|підтверд"
        r"|оброб|інтерпрет|побач|бач|відкри|доступ|показ|відобраз|назва|сказа|дати|відпов|змоз|можлив|здат|напис"
        r"|перегля"
        r"|коментув|впізна|встанов|задовольн|зробити|знаю",
        "bg": r"виж|направ|опи[шс]|идентифиц|разпозна|предостав|помог|помага|изпълн|определ|анализ|създ|генер"
        r"|потвърд|обраб"
        r"|тълкув"
        r"|интерпрет|вид|отвор|достъп|покаж|назов|кажа|дам|отгов|състоян|възможн|способ|напиш|разглед|коментир"
        r"|съдейств",
        "hr": r"opis|identific|prepozna|pruž|dati|pomo[ćc]|pomag|ispuni|odredi|analiz|stvori|gener|potvrdi|obradi"
        r"|tumač"
        r"|interpret|vid|otvori|pristup|prikaz|imenova|reći|odgovor|stanju|moguć|sposob|napisa|pregled|koment|udovolj"
        r"|utvrdi|kreira|napravi|pružim|opišem|pomognem|identifik",
        "ja": r"説明|特定|識別|認識|提供|お手伝い|手伝|お答え|答え|回答|分析|解析|生成|作成|表示|確認|見る|見え|閲覧"
        r"|アクセス"
        r"|描写|記述|対応|判断|応じ|お応え|判別|処理|解釈|見ること|見られ|お伝え|開く|わか|分か|支援|サポート"
        r"|コメント|読み込",
        "zh": r"看不到|看不见|看不見|没看|沒看|看图|看圖|识图|做|描述|识别|識別|辨认|辨認|提供|帮助|幫助|协助|協助"
        r"|满足|滿足|确定|確定|分析|生成|创建|創建|建立|确认"
        r"|確認"
        r"|处理|處理|解释|解釋|查看|看到|看见|看見|打开|打開|访问|存取|显示|顯示|说出|說出|告诉|告訴|回答|完成|判断"
        r"|判斷"
        r"|解读|解讀|撰写|撰寫|讨论|討論|执行|執行|直接看|观看|觀看|评论|評論|为您|為您|指出|透露|编写|透過|做到"
        r"|继续|读取",
        "ko": r"할 수|설명|식별|알아|제공|도와|도움|도울|돕|충족|확인|분석|생성|만들|처리|해석|볼 수|보이|보여|볼"
        r"|열 ?수"
        r"|접근|액세스"
        r"|표시|말씀|말할|답변|답할|대답|묘사|작성|판단|응할|응해|이행|수행|지원|파악|인식|특정|언급|알 수|알려|드릴"
        r"|표현|드리",
        "ar": r"\w{0,3}(?:وصف|تحديد|تعرف|التعرف|تقديم|توفير|مساعد|تلبية|تحليل|إنشاء|توليد|تأكيد|معالجة|تفسير|رؤية"
        r"|عرض|فتح"
        r"|وصول|تسمية|إعطاء|إجابة|الإجابة|قول|كتابة|مشاهدة|الاطلاع|اطلاع|تنفيذ|القدرة|إكمال|أصف|أحدد|أساعد|أقدم|أرى"
        r"|ارى"
        r"|التعليق|الكشف|معرفة|أعرف|إنتاج|استجابة|الوصول|أجيب)",
        "fa": r"توصیف|شناسایی|تشخیص|ارائه|کمک|انجام|تعیین|تحلیل|تولید|ایجاد|تأیید|تایید|پردازش|تفسیر|ببین|بین|دید"
        r"|مشاهده"
        r"|باز کن|دسترسی|نمایش|نام ببر|بگو|پاسخ|توضیح|شرح|بنویس|نوشتن|برآورده|قادر|توانایی|شناس|مشخص|بررسی|همکاری"
        r"|اجاب",
        "he": r"ל?(?:תאר|זהות|ספק|עזור|סייע|מלא|קבוע|נתח|יצור|אשר|עבד|פרש|ראות|פתוח|גשת|הציג|נקוב|ומר|תת|ענות|כתוב"
        r"|צפות"
        r"|תיאור|זיהוי|סיוע|עזרה|גישה|רואה|מזהה|מסוגל|לתאר|לזהות|לספק|לעזור|לסייע|לראות|לנתח|לתת|לענות|להציג|להתייחס)",
        "el": r"περιγρ|ταυτοποι|αναγνωρ|παρ[έα]χ|παράσχω|βοηθ|εκπληρ|ικανοποι|προσδιορ|αναλύ|αναλυ|δημιουργ|επιβεβαι"
        r"|επεξεργ"
        r"|ερμηνε|δω|βλέπω|ανοίξ|πρόσβαση|προβάλ|εμφαν|κατονομ|πω|δώσω|απαντ|θέση|ικαν|γράψ|διακρίν|σχολιάσ|εντοπ"
        r"|εξυπηρετ",
        "hi": r"वर्णन|पहचान|प्रदान|मदद|सहायता|पूरा|निर्धारित|विश्लेषण|उत्पन्न|बना|पुष्टि|संसाधित|व्याख्या|देख|खोल"
        r"|पहुँच|पहुंच"
        r"|दिखा|नाम|बता|दे सकत|उत्तर|जवाब|विवरण|लिख|कर सकत|सक्षम|जानकारी|दिख",
        "th": r"อธิบาย|บรรยาย|ระบุ|ให้|ช่วย|ทำตาม|วิเคราะห์|สร้าง|ยืนยัน|ประมวลผล|ตีความ|ดู|เห็น|เปิด|เข้าถึง|แสดง"
        r"|บอก|ตอบ"
        r"|เขียน|ดำเนินการ|จำแนก|แนบ|อ่าน",
        "vi": r"mô tả|nhận dạng|nhận diện|xác định|cung cấp|giúp|hỗ trợ|đáp ứng|phân tích|tạo|xác nhận|xử lý"
        r"|giải thích|xem"
        r"|nhìn|thấy|mở|truy cập|hiển thị|nêu|nói|trả lời|viết|thực hiện|bình luận|khả năng|đưa ra|biết|tiết lộ",
        "ca": r"descri|identific|recon|proporcion|ajud|assist|compl|determin|analitz|gener|cre|confirm|process"
        r"|interpret"
        r"|veu|veig|obr|acced|accés|mostr|visualitz|anomen|dir|donar|oferi|redact|coment|respon|atend|realitz"
        r"|facilit|fer",
    }
)
"""What is asked of the one who speaks: stems of verbs."""

OBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:images?|pictures?|photos?|photographs?|pics?|requests?|persons?|people|individuals?|faces?"
        r"|identit(?:y|ies)"
        r"|celebrit\w+|content|captions?|alt[ -]?text|descriptions?|attachments?|files?|visual\w*|screenshots?"
        r"|anyone|who"
        r"|figures?|material|scenes?)(?!\w)",
        "de": r"bild|foto|aufnahme|anfrage|person|mensch|gesicht|identität|wer\b|inhalt|alternativ|alt-text"
        r"|beschreibung"
        r"|abgebildet|datei|anhang|grafik|bitte|szene|darauf|aufgabe|wunsch",
        "fr": r"(?:l'|d'|cette |une |les |des |sur )?(?:image|photo|demande|personne|individu|visage|identité"
        r"|contenu|légende"
        r"|texte alternatif|description|fichier|pièce jointe|requête|gens|figur|scène|qui )",
        "es": r"imagen|imágenes|foto|solicitud|petición|persona|individuo|rostro|cara|identidad|contenido|leyenda"
        r"|texto alt"
        r"|descripción|archivo|adjunt|quién|gente|figura|escena|eso|ello|esa",
        "it": r"(?:l'|un'|dell'|quest'|nell'|sull'|all'|un )?(?:immagin|foto|richiest|person|individu|volt|identità"
        r"|contenut"
        r"|didascali|testo alt|descrizion|file|allegat|chi |figur|scena)",
        "pt": r"imagem|imagens|foto|solicitaç|pedido|pessoa|indivídu|rosto|identidade|conteúdo|legenda|texto alt"
        r"|descrição"
        r"|arquivo|ficheiro|anexo|quem|gente|figura|cena|isso",
        "nl": r"afbeelding|foto|plaatje|verzoek|perso(?:on|nen)|mens|gezicht|identiteit|wie |inhoud|bijschrift"
        r"|alt-?tekst"
        r"|alternatieve|beschrijving|bestand|bijlage|beeld|vraag|hiermee|daarmee|dat|hierbij|scène|aanvraag",
        "sv": r"bild|foto|begäran|person|människ|ansikt|identitet|vem|innehåll|bildtext|alt-?text|beskrivning|fil"
        r"|bilaga"
        r"|förfrågan|det|uppgift|scen",
        "da": r"billed|foto|anmodning|person|mennesk|ansigt|identitet|hvem|indhold|billedtekst|alt-?tekst|alternativ"
        r"|beskrivelse|fil|vedhæft|forespørgsel|det|opgave|scene",
        "nb": r"bild|bilet|foto|forespørs|person|mennesk|ansikt|identitet|hvem|kven|innhold|innhald|bildetekst"
        r"|alt-?tekst"
        r"|alternativ|beskrivelse|fil|vedlegg|det|oppgave|scene",
        "pl": r"obraz|zdjęci|fotograf|prośb|żądan|polecen|osob|osób|ludzi|twarz|tożsamoś|kto|treś|podpis|tekst alt"
        r"|opis|plik"
        r"|załącz|grafik|scen|zadan|zapytan|ilustrac",
        "cs": r"obráz|obraz|fotk|fotograf|žádost|požadav|osob|lid[ié]|tvář|obličej|totožnost|identit|kdo|obsah|popis"
        r"|alternat"
        r"|soubor|příloh|snímk|snímek|scén|prosb|úkol|dotaz",
        "sk": r"obráz|obraz|fotk|fotograf|žiados|požiadav|osob|osôb|ľud|tvár|totožnos|identit|kto|obsah|popis"
        r"|alternat|súbor"
        r"|príloh|snímk|scén|prosb|úloh|otázk",
        "fi": r"kuv|valokuv|pyyn|henkilö|ihmi|kasvo|henkilöllisyy|kuka|keitä|ketkä|sisäl|kuvate|vaihtoehto"
        r"|alt-teksti|tiedosto"
        r"|liite|tehtäv|siinä|tässä|näky",
        "hu": r"kép|fotó|fénykép|kérés|személy|ember|arc|személyazonosság|ki |kik |tartalm|felirat|alternatív|leírás"
        r"|fájl"
        r"|mellékl|csatol|feladat|ebben|jelenet",
        "ro": r"imagin|poz|foto|solicit|cerer|persoan|individ|oamen|feț|fet|identit|cine|conținut|continut|legend"
        r"|text alt"
        r"|descrier|fișier|fisier|atașa|atasa|scen|sarcin",
        "id": r"gambar|foto|permintaan|orang|individu|wajah|identitas|siapa|konten|keterangan|teks alt|deskripsi"
        r"|berkas|file"
        r"|lampiran|seseorang|hal itu|adegan|itu",
        "tr": r"görsel|resim|resm|fotoğraf|görüntü|isteğ|istek|talep|taleb|kişi|insan|birey|yüz|kimlik|kim|içeriğ"
        r"|içerik"
        r"|altyazı|alternatif|açıklama|dosya|ek\b|konuda|sahne|bunu",
        "ru": r"изображени|картин|фото|снимк|снимок|запрос|просьб|человек|люд|лиц|личност|кто|содерж|подпис"
        r"|альтернатив"
        r"|описани|файл|вложени|рисун|этим|задани|сцен|персон",
        "uk": r"зображен|картин|фото|знімк|знімок|запит|прохан|людин|люд|осіб|особ|облич|особист|хто|вміст|зміст"
        r"|підпис"
        r"|альтернатив|опис|файл|вкладен|малюн|цим|завдан|сцен",
        "bg": r"изображени|картин|снимк|фото|заявк|молба|искан|човек|хор|лиц|самоличност|кой|съдърж|надпис"
        r"|алтернатив|описани"
        r"|файл|прикачен|сцен",
        "hr": r"slik|slic|fotografij|foto|zahtjev|zahtev|osob|ljud|lic|identitet|tko|ko |sadržaj|opis|alternativ"
        r"|datotek|fajl"
        r"|prilog|privit|scen|zadat",
        "ja": r"画像|写真|図|イメージ|リクエスト|ご要望|要求|人物|個人|顔|身元|誰|内容|代替テキスト|キャプション"
        r"|ファイル|添付"
        r"|依頼|ご質問|コンテンツ|その|この",
        "zh": r"图|圖|照片|相片|影像|请求|請求|要求|人物|的人|此人|个人|個人|身份|面部|人脸|是谁|是誰|内容|內容"
        r"|替代文本|替代文字"
        r"|描述|文件|附件|画面|畫面|需求|问题|問題|服务|幫助|帮助|视觉|視覺|协助|協助",
        "ko": r"이미지|사진|그림|요청|사람|인물|개인|얼굴|신원|누구|내용|대체 ?텍스트|캡션|파일|첨부|화면|질문"
        r"|콘텐츠|장면|시각",
        "ar": r"(?:و|ب|ل|ف|ال|لل|وال|بال|هذه ال)?(?:صور|طلب|شخص|أشخاص|اشخاص|فرد|أفراد|افراد|وجه|وجوه|هوي|من هو|محتو"
        r"|نص|وصف"
        r"|ملف|مرفق|مشهد|ذلك|هذا|مساعد|ناس)",
        "fa": r"تصویر|تصاویر|عکس|درخواست|شخص|اشخاص|افراد|فرد|چهره|هویت|کسی|محتوا|متن جایگزین|توضیح|فایل|پیوست|این"
        r"|صحنه|مورد",
        "he": r"(?:ה|ב|ל|מה|את ה|בת|שב|לת)?(?:תמונה|תמונות|צילום|בקשה|בקשת|אדם|אנשים|פנים|זהות|מי |תוכן|כיתוב"
        r"|טקסט חלופי|תיאור"
        r"|קובץ|צרופה|כך|זה|זאת|איש|סצנה)",
        "el": r"εικόν|φωτογραφ|αίτημ|άτομ|πρόσωπ|ανθρώπ|ταυτότητ|ποιο[ςι]|περιεχ|λεζάντ|εναλλακτικ|περιγραφ|αρχεί"
        r"|συνημμ|αυτ[όή]",
        "hi": r"छवि|चित्र|तस्वीर|फोटो|फ़ोटो|अनुरोध|व्यक्ति|लोग|चेहर|पहचान|कौन|सामग्री|कैप्शन|विवरण|फ़ाइल|फाइल|इमेज"
        r"|इसमें",
        "th": r"ภาพ|รูป|คำขอ|บุคคล|คน|ใบหน้า|ตัวตน|ใคร|เนื้อหา|คำบรรยาย|ข้อความ|ไฟล์|เรื่องนี้|นี้",
        "vi": r"hình|ảnh|yêu cầu|người|cá nhân|khuôn mặt|danh tính|ai |nội dung|chú thích|văn bản|tệp|đính kèm|bức"
        r"|điều này",
        "ca": r"(?:l'|d'|aquesta |una )?(?:imatge|foto|petició|sol·licitud|person|individu|cara|ros|identitat"
        r"|conting|text alt"
        r"|descripció|fitxer|adjunt|qui |gent|escena)",
    }
)
"""What it is asked about: pictures, people, the request itself."""
