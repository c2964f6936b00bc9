"""Words that models put after a description, as data: patterns by language, an ISO 639 code.

Adding a language touches this file alone. `closers` says what each list is evidence of.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from localalt.text.word_lists import words

__all__ = ["ABOUT_COUNTS", "CHARACTERS", "HOPES", "NOTES", "OFFERS", "REMARKING", "THIS", "WORDS"]


OFFERS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"let me know|please (?:let|tell) me|would you like|do you (?:want|need)|feel free|i hope (?:this"
        r"|that|it)"
        r"|hope (?:this|that|it) helps|if you(?:['’]d| would)? (?:like|want|need|have|prefer)|is there (?:anything|any)"
        r"|shall i|should i|want me to|can i help|i can (?:also|make|provide|adjust|shorten|write|revise|change)"
        r"|i(?:['’]d| would) be happy|(?:i['’]m )?happy to|you(?:['’]re| are) welcome|anything else|(?:best|kind"
        r"|warm) regards|cheers|thank you",
        "de": r"(?:ich )?hoffe|lass(?:en sie)? (?:es )?mich wissen|sag(?:en sie)? mir|möchtest du|möchten sie|soll ich"
        r"|(?:wenn|falls) (?:du|sie)|gerne? (?:kann|passe)|kann ich|brauchst du|benötigen sie",
        "fr": r"j['’]espère|n['’]hésite[zs]|souhaitez-vous|souhaites-tu|voulez-vous|veux-tu|si (?:vous|tu) "
        r"|faites-moi savoir|dites-moi|dis-moi|puis-je|je peux|y a-t-il",
        "es": r"¡?espero que|avísame|avíseme|házmelo saber|hágamelo saber|déjame saber|¿?(?:te|le) gustaría"
        r"|¿?(?:quieres|desea|deseas|necesitas)|si (?:quieres|necesitas|deseas|desea|necesita|prefieres)|no dude|dime"
        r"|¿(?:puedo|hay)",
        "it": r"spero|fammi sapere|mi faccia sapere|vuoi|desidera|vorresti|se (?:vuoi|desideri|hai|preferisci|vorrest)"
        r"|non esitare|posso|dimmi|c['’]è altro",
        "pt": r"espero que|avise-me|me avise|diga-me|me diga|gostaria|deseja|quer que|se (?:quiser|precisar|desejar"
        r"|preferir)|fique à vontade|posso|há mais",
        "nl": r"ik hoop|laat (?:het )?(?:me|mij)|wil(?:t)? (?:je|u)|als (?:je|u)|zal ik|kan ik|voel je vrij|ik kan",
        "sv": r"(?:jag )?hoppas|säg till|låt mig veta|vill du|ska jag|om du|hör av dig|jag kan",
        "da": r"(?:jeg )?håber|lad mig vide|sig til|vil du|ønsker du|skal jeg|hvis du|jeg kan|er der andet",
        "nb": r"(?:jeg )?håper|la meg vite|gi meg beskjed|si (?:i )?fra|vil du|ønsker du|skal jeg|hvis du|jeg kan"
        r"|er det noe",
        "pl": r"mam nadzieję|daj (?:mi )?znać|proszę o informację|czy (?:chcesz|chciał|mam|mogę|życz)"
        r"|jeśli (?:chcesz|potrzebujesz|masz)|mogę|chętnie",
        "cs": r"doufám|dejte (?:mi )?vědět|dej (?:mi )?vědět|chcete|přejete si|chceš|mám|pokud|mohu|rád",
        "fi": r"toivottavasti|toivon|kerro|haluatko|haluaisitko|jos (?:haluat|tarvitset|sinulla)|voin|onko",
        "hu": r"remélem|szólj|szóljon|jelezd|szeretnéd?|kívánja|ha (?:szeretné|kell|további|szükség)|segíthetek|tudok",
        "ro": r"sper că|spune-mi|spuneți-mi|anunță-mă|doriți|dorești|vrei|dacă (?:vrei|doriți|dorești|ai|aveți)"
        r"|nu ezita|pot|mai este",
        "id": r"semoga|beri tahu|beritahu|apakah (?:anda|kamu)|jika (?:anda|kamu)|jangan ragu|saya (?:bisa|dapat)"
        r"|ada lagi",
        "tr": r"umarım|bana bildir|haber ver|ister mi|istersen|eğer|başka bir|lütfen|yardımcı ol",
        "ru": r"надеюсь|дайте (?:мне )?знать|дай знать|сообщите|хотите|хотели бы|если (?:вам|вы|нужно|хотите|тебе)"
        r"|могу|обращайтесь|нужно ли|чем ещ[её]",
        "uk": r"сподіваю|дайте (?:мені )?знати|дай знати|повідомте|хочете|бажаєте|чи (?:хочете|потрібно|бажаєте)"
        r"|якщо (?:вам|ви|потрібно|хочете)|можу|звертайтеся",
        "ja": r"お役に立|ご参考に|必要(?:であれば|でしたら|に応じて)|ご要望|修正が|[他ほ]か?に|何か|もし|ご希望"
        r"|お気軽に",
        "zh": r"希望[这這对對能]|如果[您你]?(?:需要|还|還|想|有)|如需|如有|需要我|[您你](?:还|還|需要|想)"
        r"|[请請](?:告诉|告訴|告知|随时|隨時)"
        r"|[还還]有(?:什么|什麼|其他)|是否需要",
        "ko": r"도움이 되|필요하(?:시면|면)|더 (?:필요|짧|자세)|원하시|수정이|다른 (?:도움|요청)|언제든|혹시|추가",
        "ar": r"آمل أن|أتمنى أن|أخبرني|يرجى إعلامي|هل (?:تريد|ترغب|تود|هناك)|إذا (?:كنت|أردت|كان|احتجت)|لا تتردد"
        r"|يمكنني",
        "fa": r"امیدوارم|به من (?:بگو|اطلاع)|آیا (?:می|مایل|دوست)|اگر (?:می|نیاز|مایل|سوال)|لطف|می‌توانم|خوشحال می",
        "hi": r"आशा है|मुझे बता|क्या (?:आप|मैं)|यदि आप|अगर आप|उम्मीद है|कृपया",
        "th": r"หวังว่า|หาก(?:คุณ|ต้องการ)|ถ้า(?:คุณ|ต้องการ)|แจ้งให้|ต้องการให้|คุณต้องการ",
        "vi": r"hy vọng|hãy cho (?:tôi|mình)|bạn có (?:muốn|cần)|nếu bạn|cho tôi biết|tôi có thể|vui lòng",
        "el": r"ελπίζω|πείτε μου|πες μου|θα θέλατε|θέλετε|αν (?:θέλ|χρειά)|ενημερώστε|μπορώ",
        "he": r"אני מקווה|מקווה ש|הודיעו|האם (?:תרצ|אתה)|אם (?:תרצ|יש)|אשמח",
        "ca": r"espero que|fes-m['’]ho saber|vols que|si (?:vols|necessites)",
    }
)
"""What a paragraph after a description begins with that offers to go on."""

HOPES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:i )?hope (?:this|that|it) (?:helps|is|works|meets)|(?:please )?let me know if"
        r"|feel free to (?:ask|let|reach)"
        r"|would you like me to|is there anything else|if you(?:['’]d| would)? (?:like|need|want) (?:me|any"
        r"|a (?:longer|short))"
        r"|i can also (?:make|provide|shorten|write)|do you want me to|shall i ",
        "de": r"hoffentlich hilft|(?:ich )?hoffe,? (?:das|dies|es) (?:hilft|ist hilfreich)"
        r"|lass(?:en sie)? (?:es )?mich wissen|sag mir bescheid",
        "fr": r"j['’]espère que (?:cela|ça|ce)|n['’]hésite[zs] pas à (?:me|demander)|faites-moi savoir",
        "es": r"¡?espero que (?:esto|te|le|sea)|avísame si|házmelo saber|hágamelo saber",
        "it": r"spero (?:che|sia)|fammi sapere|mi faccia sapere",
        "pt": r"espero que (?:isso|isto|ajude)|avise-me se|me avise se",
        "nl": r"(?:ik )?hoop(?: dat)? (?:dit|het)|laat (?:het )?(?:me|mij) weten",
        "sv": r"(?:jag )?hoppas (?:att )?det(?:ta|ta här)? hjälper|säg till om|låt mig veta",
        "da": r"(?:jeg )?håber,? (?:at )?det(?:te)? hjælper|lad mig vide",
        "nb": r"(?:jeg )?håper (?:at )?det(?:te)? hjelper|la meg vite|gi meg beskjed",
        "pl": r"mam nadzieję, że|daj (?:mi )?znać, (?:jeśli|czy)",
        "cs": r"doufám, že|dejte (?:mi )?vědět, |dej (?:mi )?vědět, ",
        "fi": r"toivottavasti (?:tästä|tämä)|toivon, että|kerro minulle, jos",
        "hu": r"remélem, (?:hogy )?(?:ez|segít)|szólj, ha|szóljon, ha",
        "ro": r"sper că (?:acest|te|vă|ajut)|spune-mi dacă|spuneți-mi dacă",
        "id": r"semoga (?:ini|bermanfaat|membantu)|beri tahu saya",
        "tr": r"umarım (?:bu|yardımcı|iş)|bana bildir",
        "ru": r"надеюсь, (?:это|что)|дайте (?:мне )?знать, ",
        "uk": r"сподіваю(?:сь|ся), (?:це|що)|дайте (?:мені )?знати, ",
        "ja": r"お役に立て|お役に立ち|ご参考になれば",
        "zh": r"希望(?:这|這|对您|對您|能)|如果[您你]需要|[请請](?:告诉|告訴|告知)我",
        "ko": r"도움이 되(?:길|기를|었으면|셨)|필요하시면",
        "ar": r"آمل أن|أتمنى أن (?:يساعد|يكون)|أخبرني إذا",
        "fa": r"امیدوارم",
        "hi": r"आशा है|मुझे बता",
        "th": r"หวังว่า",
        "vi": r"hy vọng|hãy cho tôi biết",
        "el": r"ελπίζω (?:να|ότι)",
        "he": r"(?:אני )?מקווה ש",
        "ca": r"espero que (?:això|t)|fes-m['’]ho saber",
    }
)
"""The same where no line break comes before it, so that it must say more."""

NOTES: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:please )?notes?|(?:additional|important|side) notes?|explanation|rationale|reasoning|disclaimer"
        r"|justification|why this works|key (?:elements|details|considerations)",
        "de": r"(?:hinweis|anmerkung|erklärung|begründung|erläuterung)(?:en)?",
        "fr": r"remarques?|notes?|explications?|justification",
        "es": r"notas?|observaci(?:ón|ones)|explicación|aclaración",
        "it": r"not[ae]|spiegazione|osservazioni",
        "pt": r"notas?|observaç(?:ão|ões)|obs|explicação",
        "nl": r"opmerking(?:en)?|let op|toelichting|uitleg|noot",
        "sv": r"obs|notera|anmärkning|förklaring",
        "da": r"bemærk(?:ning)?|note|forklaring|obs",
        "nb": r"merk(?:nad)?|merknad|forklaring|obs",
        "pl": r"uwag[ai]|wyjaśnienie|notatka|uzasadnienie",
        "cs": r"poznámk[ay]|vysvětlení|upozornění",
        "fi": r"huom(?:autus|io)?|selitys|perustelu",
        "hu": r"megjegyzés|magyarázat|indoklás",
        "ro": r"not[ăa]|observații|explicație",
        "id": r"catatan|penjelasan",
        "tr": r"not|açıklama|uyarı",
        "ru": r"примечани[ея]|пояснение|замечание|объяснение",
        "uk": r"примітка|пояснення|зауваження",
        "ja": r"注|注意|備考|補足|説明|※",
        "zh": r"注|注意|[说說]明|[备備]注|[备備]註|解[释釋]",
        "ko": r"참고|주의|설명|비고",
        "ar": r"ملاحظات?|توضيح|شرح",
        "fa": r"توجه|نکته|یادداشت|توضیح",
        "hi": r"नोट|ध्यान दें|टिप्पणी|स्पष्टीकरण",
        "th": r"หมายเหตุ|คำอธิบาย",
        "vi": r"lưu ý|ghi chú|giải thích",
        "el": r"σημείωση|επεξήγηση",
        "he": r"הערה|הסבר",
        "ca": r"nota|observació|explicació",
    }
)
"""What a paragraph begins with, before a colon, that explains the description."""

REMARKING: Mapping[str, str] = MappingProxyType(
    {
        "en": r"(?:please )?note that",
        "de": r"bitte beachte|beachten? sie|zu beachten",
        "fr": r"veuillez noter|notez que|à noter",
        "es": r"ten en cuenta|tenga en cuenta|nótese|cabe señalar",
        "it": r"si noti|nota che|si prega di notare",
        "pt": r"observe que|note que|vale notar",
        "nl": r"let op dat|merk op|houd er rekening",
        "sv": r"observera att|notera att",
        "da": r"bemærk,? at",
        "nb": r"merk,? at|vær oppmerksom",
        "pl": r"należy pamiętać|proszę zauważyć|warto zauważyć",
        "cs": r"upozorňuji|všimněte si",
        "fi": r"huomaa,? että|huomioi",
        "hu": r"kérjük, vegye|megjegyzem",
        "ro": r"rețineți|vă rugăm să rețineți",
        "id": r"perlu diingat|harap dicatat",
        "tr": r"unutmayın|lütfen dikkat",
        "ru": r"обратите внимание|имейте в виду",
        "uk": r"зверніть увагу|майте на увазі",
        "ja": r"なお、|ご注意ください",
        "zh": r"[请請]注意|需要注意",
        "ko": r"참고로|유의",
        "ar": r"يرجى ملاحظة|لاحظ أن",
        "fa": r"توجه داشته|لطفا توجه",
    }
)
"""The same without a colon."""

THIS: Mapping[str, str] = MappingProxyType(
    {
        "en": "this|the above|the",
        "de": "dieser?|dieses|der|die",
        "fr": "ce|cette|le|la",
        "es": "este|esta|el|la",
        "it": "questo|questa|il|la",
        "pt": "este|esta|o|a",
        "nl": "deze|dit|de",
        "sv": "denna|den här|den",
        "da": "denne|dette",
        "nb": "denne|dette",
        "pl": "ten|ta|powyższy",
        "cs": "tento|toto|tato",
        "fi": "tämä",
        "hu": "ez az?|a fenti",
        "ro": "acest|această",
        "id": "ini",
        "tr": "bu|yukarıdaki",
        "ru": "этот|это|данный|данное",
        "uk": "цей|це|даний",
        "ja": "この|上記の",
        "zh": "[这這]个?個?|[这這]段|此|[该該]|以上",
        "ko": "이|위의?",
        "ar": "هذا",
        "fa": "این",
        "hi": "यह|इस",
        "ca": "aquest|aquesta",
    }
)
"""Which description is spoken of: the one before."""

CHARACTERS = words(
    "characters character zeichenanzahl zeichenlänge teckenantal tekenaantal merkkimäärä chars char zeichen "
    "caractères caractère caracteres carácter caractere "
    "caratteri tekens teken tecken tegn znaków znaki znaků znaky merkkiä merkki karakter karaktert "
    "karakters aksara huruf ký tự символов символа символы знаков символів символи знаків حرفا حرف "
    "حرفًا أحرف کاراکتر نویسه अक्षर वर्ण ตัวอักษร 文字 字 字符 字元 個字 个字 자 글자 χαρακτήρες תווים caràcters"
)
WORDS = words(
    "words word wortanzahl wörter worte wort mots mot palabras palabra parole parola palavras palavra woorden "
    "woord ord słów słowa slov slova sanaa szó szavak cuvinte kelime kata từ слов слова слово слів "
    "كلمة كلمات کلمه शब्द คำ 词 詞 語 단어 λέξεις מילים paraules"
)
ABOUT_COUNTS = words(
    "approximately approx about around roughly circa ca count counts length total long in including "
    "incl spaces space with of under less than max maximum only exactly limit the is this "
    "description text alt ungefähr etwa rund zeichenzahl zeichenanzahl wortzahl länge insgesamt "
    "inklusive leerzeichen mit environ nombre de longueur espaces compris aproximadamente unos "
    "recuento número longitud con espacios cerca contagem comprimento espaços numero lunghezza "
    "conteggio spazi ongeveer aantal lengte spaties ungefär antal längd omkring cirka antall lengde "
    "længde około liczba długość přibližně počet délka noin määrä pituus körülbelül száma hossza "
    "aproximativ număr numărul lungime sekitar jumlah panjang yaklaşık sayısı uzunluk примерно около "
    "количество длина всего приблизно близько кількість довжина "
    "約 约 共 字数 字數 文字数 字符数 字符數 总 約计 長度 长度 약 "
    "총 글자수 글자 수 تقريبًا حوالي عدد طول حدود تعداد लगभग ประมาณ khoảng số"
)
"""What else stands beside a number of characters or words."""
