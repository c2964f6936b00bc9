"""What models say before a description, as data: patterns by language, an ISO 639 code.

Adding a language touches this file alone. `openers` says what each list is evidence of.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["AGREEMENTS", "GREETINGS", "PRESENTING"]

PRESENTING: Mapping[str, str] = MappingProxyType(
    {
        "en": r"here(?:['’]?s| is| are| you| it| goes)\b|this is\b|below is\b|the following\b|based on\b|i(?:['’]d"
        r"| would) (?:suggest|recommend)\b|you (?:can|could|might|may) use\b|i recommend\b|try this\b"
        r"|i suggest\b|i(?:['’]ve| have) (?:written|created|drafted|prepared)\b",
        "de": r"(?:sie können|du kannst) (?:\w{1,10} )?(?:folgend|dies)"
        r"|ich würde (?:\w{1,12} ){0,3}(?:vorschlagen|empfehlen)"
        r"|hier(?: ist| sind| kommt| wäre| habe| folgt|,|\b)|das ist\b|dies ist\b|nachfolgend|im folgenden"
        r"|anbei|unten",
        "fr": r"vous pouvez utiliser\b|je suggère\b|je recommande\b|voici\b|voilà\b|ci-dessous|ceci est\b"
        r"|je (?:vous |te )?propose\b",
        "es": r"(?:puedes?|podrías?) usar\b|(?:te|le) (?:sugiero|recomiendo)\b|aquí\b|he aquí\b|este es\b"
        r"|esta es\b|a continuación|te (?:dejo|propongo)\b",
        "it": r"(?:puoi|può|potresti) usare\b|(?:ti )?(?:suggerisco|consiglio)\b|ecco\b|questo è\b|questa è\b"
        r"|di seguito|qui di seguito",
        "pt": r"(?:você )?pode usar\b|(?:eu )?(?:sugiro|recomendo)\b|aqui\b|eis\b|segue\b|este é\b|esta é\b|abaixo",
        "nl": r"(?:je|u) kunt (?:deze|dit|de volgende)\b|hier(?: is| zijn| volgt| heb|\b)|dit is\b|hieronder"
        r"|de volgende\b",
        "sv": r"här (?:är|kommer|följer)\b|detta är\b|nedan|följande",
        "da": r"her (?:er|kommer|følger)\b|dette er\b|nedenfor|følgende",
        "nb": r"her (?:er|kommer|følger)\b|dette er\b|nedenfor|følgende",
        "pl": r"oto\b|poniżej|to jest\b|proponuję\b",
        "cs": r"zde\b|tady\b|toto je\b|níže|následuje|navrhuji\b",
        "fi": r"tässä\b|alla\b|seuraavassa|ohessa|tämä on\b",
        "hu": r"íme\b|itt\b|ez (?:az?|egy)\b|az alábbi|alább",
        "ro": r"iată\b|aici\b|acesta este\b|mai jos",
        "id": r"berikut|ini\b|di bawah ini|inilah",
        "tr": r"işte\b|aşağıda|bu\b",
        "ru": r"вот\b|ниже\b|это\b|предлагаю\b",
        "uk": r"ось\b|нижче\b|це\b|пропоную\b",
        "ja": r"こちら|以下|これ[はが]|この画像|画像の|次の",
        "zh": r"以下|[这這]是|下面|[这這]里?裡?是|[为為][您你]|根据|根據",
        "ko": r"다음|아래|여기|이 이미지|이것은",
        "ar": r"إليك|هذا|هذه|فيما يلي|هنا|تفضل",
        "fa": r"در اینجا|این|در زیر|اینجا|بفرمایید",
        "hi": r"यहाँ|यहां|यह|नीचे|निम्नलिखित",
        "th": r"นี่คือ|ต่อไปนี้|ด้านล่าง",
        "vi": r"đây là|dưới đây|sau đây",
        "el": r"ορίστε|εδώ|ακολουθεί|αυτό είναι|παρακάτω",
        "he": r"הנה|להלן|זהו?\b",
        "ca": r"aquí\b|heus aquí|aquest és\b|a continuació",
    }
)
"""How an answer presents what comes next."""

AGREEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"sure(?: thing)?|certainly|of course|absolutely|got it|understood|no problem|gladly|happy to help",
        "de": r"(?:na )?klar|natürlich|(?:aber )?gerne?|selbstverständlich|alles klar|kein problem",
        "fr": r"bien s[ûu]r|certainement|avec plaisir|volontiers|absolument|entendu",
        "es": r"¡?\s?(?:claro(?: que sí)?|por supuesto|desde luego|con (?:mucho )?gusto|entendido)",
        "it": r"certo|certamente|ovviamente|volentieri|naturalmente",
        "pt": r"claro|com certeza|certamente|com prazer|entendido",
        "nl": r"natuurlijk|zeker|uiteraard|graag",
        "sv": r"självklart|visst|naturligtvis|givetvis|javisst",
        "da": r"selvfølgelig|naturligvis|gerne|selvklart",
        "nb": r"selvfølgelig|naturligvis|gjerne|så klart",
        "pl": r"oczywiście|jasne|pewnie|z przyjemnością",
        "cs": r"samozřejmě|jistě|jasně|určitě",
        "fi": r"toki|totta kai|tietysti|mielelläni",
        "hu": r"természetesen|persze|hogyne|szívesen",
        "ro": r"sigur|desigur|bineînțeles|cu plăcere",
        "id": r"tentu(?: saja)?|baik(?:lah)?",
        "tr": r"tabii(?: ki)?|elbette|memnuniyetle",
        "ru": r"конечно|разумеется|хорошо|безусловно|с удовольствием",
        "uk": r"звичайно|звісно|добре|безумовно|авжеж",
        "ja": r"はい|もちろん(?:です)?|承知(?:いた)?しました|かしこまりました|[わ分]かりました|了解(?:です|しました)?",
        "zh": r"[当當]然(?:可以)?|好的|[没沒][问問][题題]|明白了?",
        "ko": r"물론(?:입니다|이죠|이에요)?|네|알겠습니다",
        "ar": r"بالتأكيد|بالطبع|حسنًا|حسنا|طبعًا|طبعا|بكل سرور",
        "fa": r"البته|حتماً?|بله|با کمال میل",
        "hi": r"ज़रूर|जरूर|बिल्कुल|बेशक|ठीक है",
        "th": r"ได้เลย(?:ค่ะ|ครับ)?|แน่นอน(?:ค่ะ|ครับ)?",
        "vi": r"chắc chắn(?: rồi)?|dĩ nhiên|tất nhiên|vâng",
        "el": r"βέβαια|φυσικά|ασφαλώς|βεβαίως",
        "he": r"בטח|בוודאי|כמובן|בשמחה",
        "ca": r"és clar|per descomptat|i tant",
    }
)
"""What an answer begins with, alone before a sentence of its own."""

GREETINGS: Mapping[str, str] = MappingProxyType(
    {
        "en": "okay|ok|alright|great|yes|hi|hello|thanks|thank you|good|perfect|i can|i['’]?ll|i will|i['’]d be"
        r"|let me",
        "de": "okay|ok|ja|gut|hallo|absolut|sicher|danke|vielen dank|ich helfe",
        "fr": "d['’]accord|oui|bonjour|parfait|merci|je vais",
        "es": "¡?(?:hola|sí|vale|bien|perfecto|de acuerdo|seguro|gracias)",
        "it": "ciao|sì|va bene|perfetto|grazie|d['’]accordo",
        "pt": "olá|sim|ok|certo|perfeito|obrigad[oa]",
        "nl": "oké|ja|prima|hallo|bedankt|dank je",
        "sv": "okej|ja|absolut|hej",
        "da": "okay|ja|klart|hej|absolut",
        "nb": "ok|ja|klart|hei|absolutt",
        "pl": "dobrze|tak|cześć",
        "cs": "dobře|ano|dobrý den",
        "fi": "selvä|kyllä|hei",
        "hu": "rendben|igen|szia",
        "ro": "bine|da|bună",
        "id": "oke|siap|ya|halo",
        "tr": "tamam|evet|merhaba",
        "ru": "да|спасибо|привет|здравствуйте|понял",
        "uk": "так|привіт",
        "zh": "谢谢|謝謝|感谢|感謝|好|可以|您好|你好|收到",
        "ko": "예|좋습니다|안녕하세요",
        "ar": "نعم|مرحبا|أكيد",
        "fa": "باشه|سلام",
        "hi": "हाँ|नमस्ते",
        "vi": "được|xin chào|ok",
        "ca": "hola|d['’]acord",
    }
)
"""What it may begin with where a preamble follows."""
