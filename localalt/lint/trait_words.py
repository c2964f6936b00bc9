"""What is guessed about people from how they look, by language, an ISO 639 code.

Never guessed, only ever supplied: Cooper Hewitt's Guidelines for Image Description
(cooperhewitt.org/cooper-hewitt-guidelines-for-image-description). Dogs, whisky, icons and charts have no such traits:
a word counts with a person beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["AGES", "NO_TRAITS", "TRAITS"]

_ONE = (
    r"(?:m[ae]n|wom[ae]n|boy|girl|person|child|kid|lady|gentlem[ae]n|guy|couple|family|teenager|student|adult"
    r"|individual"
    r"|male|female|baby|actor|actress|model|youth|nurse|doctor|teacher|chef|toddler|bride|groom|worker|athlete)"
)
_MANY = (
    r"(?:people|persons|boys|girls|children|kids|ladies|guys|couples|families|teenagers|students|adults|individuals"
    r"|males"
    r"|females|babies|actors|actresses|models|youths|nurses|doctors|teachers|workers|athletes)"
)
# A noun after "person" makes it a thing: "a white person icon", "a black baby grand", "white guy wires". What may
# follow a person is a verb, a preposition or a sign.
_NO_THING_ONE = (
    r"(?![-’'\w])(?! (?:wires?|lines?|ropes?|icons?|signs?|symbols?|of)\b)"
    r"(?= ?(?:$|[^\w\s])| (?:and|or|with|without|in|on|at|is|was|has|who|whose|that|by|from|near|behind|beside|to"
    r"|as|under"
    r"|between|next|while|wearing|sat|stood|whom|against|outside|inside|over|across|about|for|are|were|have|dressed"
    r"|reading"
    r"|\w{1,20}ing|\w{2,20}ed|\w{1,20}[^\Ws]s)\b)"
)
_NO_THING_MANY = (
    r"(?![-’'\w])(?! (?:carriers?|movers?|icons?|signs?|symbols?|toilets?|restrooms?|cloth(?:es|ing)|shoes|jackets?"
    r"|shirts?"
    r"|teams?|shelters?|of (?:the )?(?:temple|ship|train)s?)\b)(?! (?-i:[A-Z]))"
)
_PEOPLE = rf"(?:{_ONE}{_NO_THING_ONE}|{_MANY}{_NO_THING_MANY})"
_BETWEEN = (
    r"(?:(?:young|old|older|elderly|adult|teenage|middle-aged|little|tall|short|smiling|pregnant|american|male"
    r"|female"
    r"|business|british|bearded)\s+){0,2}"
)
_GROUND = (
    r"asian|african|caucasian|hispanic|latin[oax]|arab(?:ic)?|indian|middle[- ]eastern|native american|european"
    r"|chinese|japanese"
    r"|korean|vietnamese|mexican|indigenous"
)

TRAITS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "en": (
            (
                "ethnicity",
                rf"(?:white|black|brown|african[- ]american|mixed[- ]race|biracial|{_GROUND})(?:[- ]looking)?\s+"
                rf"{_BETWEEN}{_PEOPLE}",
            ),
            ("ethnicity", r"caucasian(?! (?:shepherd|ovcharka|dog|rug|war))|hispanic|mixed[- ]race|biracial"),
            (
                "ethnicity",
                r"(?:dark|light|fair|pale|brown)[- ]skinned|(?:people|person|m[ae]n"
                r"|wom[ae]n) of colou?r",
            ),
            ("ethnicity", rf"of (?:{_GROUND}|black) (?:descent|origin|heritage|ethnicity|ancestry)"),
            ("religion", rf"(?:muslim|christian|jewish|hindu|sikh|buddhist|catholic)\s+{_BETWEEN}{_PEOPLE}"),
            (
                "health",
                r"(?:disabled|handicapped|autistic|obese|overweight|anorexic|mentally ill|sick|diabetic|blind|deaf"
                r"|pregnant)"
                rf"\s+{_BETWEEN}{_PEOPLE}|wheelchair-bound",
            ),
            (
                "health",
                rf"(?:{_ONE}|{_MANY}|she)(?:,? (?:who|that))? (?:is|are|looks?|,) (?:\w{{1,20}} )?(?:pregnant"
                rf"|autistic|obese)",
            ),
            ("health", rf"(?:{_ONE}|{_MANY}) (?:who )?(?:suffering|suffers?) from"),
            ("health", rf"(?:{_ONE}|{_MANY}) with (?:autism|dementia|dyslexia|down(?:'s)? syndrome|alzheimer's)"),
            ("gender or orientation", rf"(?:transgender|trans|gay|lesbian|queer|bisexual)\s+{_BETWEEN}{_PEOPLE}"),
            ("a social position", rf"(?:homeless|poor|rich|wealthy)\s+{_BETWEEN}{_PEOPLE}"),
        ),
        "de": (
            (
                "ethnicity",
                r"(?:asiatische|afrikanische|dunkelhäutige|hellhäutige|arabische|weiße"
                r"|schwarze)[rnms]? (?:jungen?[rn]? |alte[rn]? )?"
                r"(?:frau(?:en)?|mann|männer|kind(?:er)?|person(?:en)?|mädchen|junge)(?!-)",
            ),
            (
                "religion",
                r"(?:muslimische|jüdische|christliche)[rn]? (?:frau|mann|kind|familie|person)(?:en)?(?!-)|muslimin",
            ),
            (
                "health",
                r"(?:behinderte|schwangere|übergewichtige|kranke|blinde|autistische)[rnms]? "
                r"(?:frau(?:en)?|mann|männer|kind(?:er)?|person(?:en)?|mädchen|junge)(?!-)"
                r"|(?:eine|die|einer|der) (?-i:Schwangere)n?|(?:frau|sie) ist (?:hoch)?schwanger",
            ),
        ),
        "fr": (
            (
                "ethnicity",
                r"(?:homme|femme|enfant|personne|fille|garçon)s? (?:noire?|blanche?|blanc|asiatique|arabe"
                r"|africaine?|métisse?)s?",
            ),
            ("religion", r"(?:homme|femme|famille)s? (?:musulmane?|juif|juive|chrétienne?|hindoue?)s?"),
            (
                "health",
                r"(?:homme|femme|enfant|personne|fille|garçon|dame)s? (?:\w{1,15} )?(?:handicapée?|enceinte|obèse"
                r"|en surpoids|aveugle)s?",
            ),
        ),
        "es": (
            (
                "ethnicity",
                r"(?:hombre|mujer|niñ[oa]|persona|chic[oa])(?:s|es)? (?:negr[oa]|blanc[oa]|asiátic[oa]|árabe"
                r"|african[oa]"
                r"|latin[oa]|mestiz[oa])s?",
            ),
            ("religion", r"(?:hombre|mujer|familia)(?:s|es)? (?:musulman[oa]?|judí[oa]|cristian[oa]|hindú)s?"),
            (
                "health",
                r"(?:hombre|mujer|niñ[oa]|persona|chic[oa])(?:s|es)? (?:discapacitad[oa]|embarazada|obes[oa]"
                r"|con sobrepeso|cieg[oa])s?",
            ),
        ),
        "it": (
            (
                "ethnicity",
                r"(?:uomo|uomini|donn[ae]|bambin[oaie]|person[ae]|ragazz[oaie]) (?:ner[oaie]|bianc(?:o|a|hi|he)"
                r"|asiatic(?:o|a|i|he)"
                r"|arab[oaie]|african[oaie]|di colore)",
            ),
            ("religion", r"(?:uomo|donna|famiglia) (?:musulman[oa]|ebre[oa]|cristian[oa])"),
            (
                "health",
                r"(?:uomo|donna|donne|person[ae]|ragazz[oaie]) (?:disabil[ei]|incinta|incinte|obes[oaie]|ciec[oa])",
            ),
        ),
        "pt": (
            (
                "ethnicity",
                r"(?:homem|homens|mulher(?:es)?|menin[oa]s?|crianças?|pessoas?|rapaz|moça) (?:negr[oa]|branc[oa]"
                r"|pret[oa]|pard[oa]"
                r"|asiátic[oa]|árabe|african[oa])s?",
            ),
            ("religion", r"(?:homem|mulher|família) (?:muçulman[oa]|judi[oa]|judeu|judia|cristã?o?)"),
            (
                "health",
                r"(?:homem|mulher|mulheres|pessoas?|menin[oa]) (?:deficientes?|grávidas?|obes[oa]s?"
                r"|ceg[oa]s?)",
            ),
        ),
        "nl": (
            (
                "ethnicity",
                r"(?:zwarte|witte|blanke|aziatische|afrikaanse|arabische|donkere|getinte) (?:jonge |oude )?"
                r"(?:man|mannen|vrouw(?:en)?|kind(?:eren)?|jongens?|meisjes?|mensen|persoon)(?!-)",
            ),
            (
                "religion",
                r"(?:joodse|christelijke|islamitische) (?:man|vrouw|familie|mensen)|moslim(?:a|vrouw"
                r"|man)",
            ),
            (
                "health",
                r"(?:gehandicapte|zwangere|blinde|autistische) (?:man|mannen|vrouw(?:en)?|kind(?:eren)?|jongens?"
                r"|meisjes?|mensen|persoon)",
            ),
        ),
    }
)
"""What is guessed about people: (what it is, pattern)."""

NO_TRAITS: Mapping[str, str] = MappingProxyType(
    {
        "en": r"\b(?:charts?|graphs?|diagrams?|plots?|histogram|pyramid|infographic|survey|statistics"
        r"|percentage)\b[^.!?]{0,200}"
        r"|\b(?:stick figure|icon|emoji|silhouette|pictogram) (?:of an? )?(?:\w{1,20} ){0,2}(?:person|people|man"
        r"|woman)\b"
        r"|\b(?:white|black|brown) (?:m[ae]n|person|lady|people)\b(?= [^.!?]{0,30}\b(?:chess|icon|checkers"
        r"|draughts))",
        "de": r"\b\w{0,20}(?:diagramm|grafik|statistik|umfrage|pyramide)\b[^.!?]{0,200}",
        "fr": r"\b(?:graphique|diagramme|pyramide|sondage|statistiques?)\b[^.!?]{0,200}",
        "es": r"\b(?:gráfic[oa]|diagrama|pirámide|encuesta|estadísticas?)\b[^.!?]{0,200}",
        "it": r"\b(?:grafico|diagramma|piramide|sondaggio)\b[^.!?]{0,200}",
        "pt": r"\b(?:gráfico|diagrama|pirâmide|pesquisa)\b[^.!?]{0,200}",
        "nl": r"\b\w{0,20}(?:grafiek|diagram|enquête|piramide)\b[^.!?]{0,200}",
    }
)
"""Wording in which such words are about figures, icons and pieces of a game."""

_TEENS = r"twent|thirt|fort|fift|sixt|sevent|eight|ninet"
_SMALL = r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
r"|eighteen|nineteen"
_YEARS = rf"(?:\d{{1,3}}|{_SMALL}|(?:{_TEENS})y(?:-\w{{3,5}})?)"
AGES: Mapping[str, str] = MappingProxyType(
    {
        "en": rf"{_YEARS}[- ]years?[- ]olds\b|{_YEARS}[- ]years?[- ]old (?:\w{{1,15}} )?{_PEOPLE}"
        rf"|{_YEARS}[- ]years?[- ]old(?= ?(?:$|[,.;])| (?:is|at|in|with|on|and|who|\w{{1,20}}ing)\b)"
        rf"|(?:{_ONE}|{_MANY})(?:,| who is| is)? aged? {_YEARS}(?! ?(?:to|and over|and under|and older|or|[-–]))"
        rf"|(?:{_ONE}|{_MANY}) (?:of|who is|is) (?:about |around |maybe )?{_YEARS}(?: years?)?(?: old)?"
        rf"|in (?:his|her|their) (?:(?:early|mid|late)[- ])?(?:\d0s|(?:{_TEENS})ies|teens)|middle[- ]aged",
        "de": r"(?:\d{1,3}[- ]?jährige[rnms]?) (?:\w{1,15}e[rnms]? )?(?:frau|mann|kind|mädchen|junge|person|student"
        r"|studentin|schüler"
        r"|schülerin|patient|patientin)(?:en|n|in)?(?!-)|\d{1,3}[- ]?(?-i:Jährige)[rn]?|im alter von \d{1,3}"
        r"|mittleren alters",
        "fr": r"(?:homme|femme|enfant|personne|fille|garçon|fillette|bébé|dame"
        r"|étudiante?)s? (?:\w{1,15} )?(?:âgée?s? )?de \d{1,3} ans"
        r"|âgée?s? de \d{1,3} ans|d['’]âge moyen|(?:vingt|trent|quarant|cinquant|soixant)aine d['’]années",
        "es": r"(?:hombre|mujer|niñ[oa]|persona|chic[oa]|bebé|joven|estudiante)(?:s"
        r"|es)? (?:\w{1,15} )?de (?:unos )?\d{1,3} años"
        r"|de mediana edad",
        "it": r"(?:uomo|donna|bambin[oa]|persona|ragazz[oa]"
        r"|studente(?:ssa)?) (?:\w{1,15} )?di (?:circa )?\d{1,3} anni|di mezza età",
        "pt": r"(?:homem|mulher|menin[oa]|criança|pessoa|rapaz|moça"
        r"|bebê) (?:\w{1,15} )?de (?:cerca de )?\d{1,3} anos|de meia[- ]idade",
        "nl": r"\d{1,3}[- ]?jarige? (?:\w{1,15}e )?(?:man|vrouw|kind|jongen|meisje|persoon|student)"
        r"|van middelbare leeftijd",
    }
)
