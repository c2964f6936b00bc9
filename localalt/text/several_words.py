"""What announces one of several answers, as data: words of all languages together, in lower case."""

from __future__ import annotations

__all__ = ["ANNOUNCING", "LENGTHS", "NUMBERED", "OR", "WORDING"]

NUMBERED = (
    r"options?|alternatives?|versions?|variants?|choices?|suggestions?|alt[ -]?texts?|captions?|descriptions?"
    r"|alternativ\w*|variante?n?|vorschlag|vorschläge|möglichkeit|fassung|beschreibung|proposition|légende"
    r"|opci[óo]n|versi[óo]n|propuesta|alternativa|opzione|versione|proposta|opção|versão|optie|versie|voorstel|förslag"
    r"|mulighed|forslag|opcja|wersja|propozycja|wariant|možnost|varianta|verze|možnosť|verzia|vaihtoehto|versio"
    r"|ehdotus|lehetőség|változat|javaslat|opțiunea|opțiune|varianta|versiunea|opsi|pilihan|versi|seçenek|sürüm|öneri"
    r"|вариант|версия|опция|варіант|версія|варіанта|опция|opcija|verzija|επιλογή|εκδοχή|אפשרות|גרסה|विकल्प|संस्करण"
    r"|tùy chọn|phương án|lựa chọn|phiên bản|الخيار|خيار|البديل|النسخة|گزینه|نسخه|選択肢|オプション|バージョン|案|候補"
    r"|选项|選項|方案|版本|选择|選擇|옵션|버전|대안|선택지|ตัวเลือก(?:ที่)?|แบบที่"
)
"""Before a number or a letter: "Option 1"."""

LENGTHS = (
    r"(?:very |more |extra |slightly )?(?:short(?:er)?|brief|concise|medium|long(?:er)?|detailed|simple|descriptive"
    r"|minimal"
    r"|standard|extended|basic|succinct|informative|creative|formal|neutral)"
    r"|kurz\w*|lang\w*|ausführlich\w*|knapp\w*|mittel\w*|detaillier\w*|prägnant\w*"
    r"|court\w*|long(?:ue)?|détaillée?|brève|bref|concise?|moyen\w*|cort[oa]|larg[oa]|detallad[oa]|breve|concis[oa]"
    r"|lung[oa]"
    r"|dettagliat[oa]|sintetic[oa]|curt[oa]|long[oa]|detalhad[oa]|kort\w*|uitgebreid\w*|beknopt\w*|gedetailleerd\w*"
    r"|lång\w*"
    r"|utförlig\w*|detaljer\w*|udførlig\w*|utfyllende|krótk\w*|długi?\w*|szczegółow\w*|zwięzł\w*|krátk\w*|dlouh\w*"
    r"|podrobn\w*"
    r"|stručn\w*|dlh\w*|lyhyt|lyhyempi|pitkä|pidempi|tarkempi|yksityiskohtainen|rövid\w*|hosszú|hosszabb|részletes\w*"
    r"|scurt\w*|detaliat\w*|lungă|singkat|pendek|panjang|rinci|detail|kısa|uzun|ayrıntılı|detaylı|коротк\w*|кратк\w*"
    r"|длинн\w*"
    r"|подробн\w*|развёрнут\w*|детальн\w*|довг\w*|стисл\w*|kratk\w*|dug\w*|detaljn\w*|σύντομ\w*|αναλυτικ\w*|קצר\w*"
    r"|ארוך|מפורט\w*"
    r"|قصير\w*|مختصر\w*|طويل\w*|مفصل\w*|کوتاه|بلند|مفصل|संक्षिप्त|विस्तृत|छोटा|लंबा|短い?|簡潔|詳細|長い|短文|長文|简短"
    r"|简洁|详细"
    r"|簡短|詳細|较长|精简|完整|짧은|간단한|긴|자세한|상세한?|간결한|ngắn(?: gọn)?|chi tiết|dài|สั้น|ละเอียด|ยาว"
)
"""How long one of them is: two such labels, each before a text of its own."""

WORDING = (
    r"version\w*|description\w*|alt[ -]?text\w*|alternativ\w*|text\w*|caption\w*|option\w*|fassung|beschreibung"
    r"|variante|légende"
    r"|versión|descripción|versione|descrizione|versão|descrição|versie|beschrijving|beskrivning|beskrivelse|versjon"
    r"|wersja|opis"
    r"|verze|popis|verzia|kuvaus|versio|leírás|változat|versiune|descriere|versi|deskripsi|sürüm|açıklama|версия"
    r"|описание|вариант"
    r"|версія|опис|说明|描述|版本?|文本|説明|バージョン|버전|설명|وصف|نسخة|النسخة"
)
"""What such a label may say besides: "Short version:"."""

ANNOUNCING = (
    r"depending on (?:the|your|how)|(?:here (?:are|'re)|these are|below are|you (?:could|can|might) use|i(?:'ve"
    r"| have) (?:written|prepared"
    r"|created)|i can offer|consider)"
    r"[^:\n]{0,40}(?:options|alternatives|versions|suggestions|variations|choices|alt[ -]?texts|descriptions|captions)"
    r"|hier (?:sind|sind)[^:\n]{0,40}(?:optionen|varianten|vorschläge|möglichkeiten|versionen|alternativtexte"
    r"|alternativen)"
    r"|voici[^:\n]{0,40}(?:options|propositions|suggestions|versions|alternatives|variantes)"
    r"|aquí (?:tienes?|hay|están)[^:\n]{0,40}(?:opciones|alternativas|versiones|sugerencias|propuestas)"
    r"|ecco[^:\n]{0,40}(?:opzioni|alternative|versioni|proposte|suggerimenti)"
    r"|aqui (?:estão|vão|tem)[^:\n]{0,40}(?:opções|alternativas|versões|sugestões)"
    r"|hier (?:zijn|volgen)[^:\n]{0,40}(?:opties|versies|suggesties|alternatieven)"
    r"|här är[^:\n]{0,30}(?:alternativ|förslag|versioner)|her er[^:\n]{0,30}(?:muligheder|forslag|alternativer"
    r"|versioner|versjoner)"
    r"|oto[^:\n]{0,40}(?:opcj|propozycj|wersj|wariant)|zde (?:je|jsou)[^:\n]{0,40}(?:možnost|verz|variant|návrh)"
    r"|(?:вот|ниже)[^:\n]{0,40}(?:вариант|верси)|ось[^:\n]{0,40}(?:варіант|верс)|以下(?:是|为"
    r"|為)[^：:\n]{0,12}(?:选项|選項|版本|方案|种|種)"
    r"|以下[^：:\n]{0,14}(?:案|候補|バージョン|オプション)|다음은[^:\n]{0,20}(?:옵션|버전|가지)"
    r"|işte[^:\n]{0,40}(?:seçenek|öneri|sürüm)"
    r"|berikut[^:\n]{0,40}(?:opsi|pilihan|versi)|إليك[^:\n]{0,30}(?:خيارات|نسخ|بدائل)"
    r"|dưới đây là[^:\n]{0,30}(?:lựa chọn|phương án)"
)
"""That several are coming."""

OR = (
    r"or|alternatively|alternative(?: \w{1,12}){0,2}|another (?:option|version|alternative|possibility|way)|oder"
    r"|alternativ"
    r"|an? (?:even |slightly |more )?(?:shorter|longer|briefer|concise|detailed) (?:version|option|alternative)"
    r"|(?:eine )?(?:weitere|andere|kürzere|längere) (?:option|variante|möglichkeit|version|fassung)"
    r"|(?:une )?autre (?:option|proposition|version|possibilité)|(?:ou )?(?:une )?version plus (?:courte|longue)"
    r"|otra (?:opción|versión|alternativa|posibilidad)|(?:una )?versión más (?:corta|larga|breve)"
    r"|un'altra (?:opzione|versione|possibilità)|(?:una )?versione più (?:breve|corta|lunga)"
    r"|outra (?:opção|versão|alternativa)|(?:een )?andere (?:optie|versie|mogelijkheid)|(?:een )?kortere versie"
    r"|ett annat (?:alternativ|förslag)|en anden mulighed|et annet (?:alternativ|forslag)|inna (?:opcja|wersja)"
    r"|jiná (?:možnost|verze)|toinen vaihtoehto|másik (?:lehetőség|változat)|altă (?:opțiune|variantă)"
    r"|(?:opsi|pilihan|versi) lain|başka bir (?:seçenek|öneri)|другой вариант|ещё (?:один )?вариант|інший варіант"
    r"|друг вариант|另一(?:个|種|种)(?:选择|选项|版本)|別の(?:案|選択肢)|다른 (?:옵션|버전)|خيار آخر|گزینه(?:‌ی)? دیگر"
    r"|अन्य विकल्प|lựa chọn khác|อีกทางเลือก|אפשרות אחרת|άλλη επιλογή"
    r"|ou(?: alors| bien| então)?|alternativement|sinon|o(?: bien)?|alternativamente"
    r"|como alternativa"
    r"|oppure|in alternativa|of(?:tewel)?|eller|lub|albo|alternatywnie|nebo|případně|alebo|tai|vaihtoehtoisesti|vagy"
    r"|sau|atau|veya|ya da"
    r"|или|альтернативно|або|или|ili|ή|או|أو|یا|या|または|もしくは|あるいは|或者?|또는|혹은|hoặc|หรือ"
)
"""Before another one, at the beginning of a sentence."""
