"""How texts do not end, by language, an ISO 639 code: last words after which something is missing.

Many of them may end a text in one place and not in another: "a lamp that is turned on" and "where we are" are whole,
"a cat sitting on" and "the house is" are not. Languages with one line of words are in `ending_words_more`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from localalt.lint.ending_words_more import MORE_ENDINGS
from localalt.lint.endings import Ending
from localalt.text.word_lists import words

__all__ = ["ENDINGS"]

_WH = words("what where how when why whom whatever wherever")
_SUBJECTS = words("i he she we they you it")
_MENTIONS = words(
    "letter letters word words vowel article note type class plan vitamin group side sides angle variable point line",
    "node edge vector constant coefficient key operator conjunction preposition called named",
)
_EN = (
    Ending(
        words("a"),
        not_after=_MENTIONS | words("b c d x y option"),
        unless=words("sides angles variables letters vowels"),
    ),
    Ending(words("an the its my your whose than nor onto"), not_after=_MENTIONS | words("more less")),
    Ending(words("their"), not_after=_MENTIONS),
    Ending(words("and or but"), not_after=_MENTIONS | words("logical boolean and")),
    Ending(words("his"), not_after=words("is are was were be of than and or like as to"), unless=_WH),
    Ending(
        words("with at from of into to"),
        not_after=_MENTIONS
        | words("association partnership collaboration looked stared whatever looking")
        | words("want wants wanted used back how forward"),
        unless=_WH | words("nothing something anything nobody somebody somewhere nowhere everything all"),
        unless_within=_SUBJECTS,
        not_second_after=words("to"),
        may_label=True,
    ),
    Ending(words("beside among amongst upon toward towards beneath"), unless=_WH, unless_within=_SUBJECTS),
    Ending(words("of"), after=words("front top because instead consisting lots full plenty number lot row group")),
    Ending(words("to"), after=words("next close adjacent")),
    Ending(
        words("on in at by near behind under over against between above below for inside"),
        after=words(
            "sits sit sitting stands stand standing lies lie lying rests resting perched perches placed parked parks",
            "seated leans leaning sleeps sleeping kneels kneeling hangs",
        ),
        unless=_WH | words("that which"),
        unless_within=_SUBJECTS,
        not_second_after=words("to"),
    ),
    # "The hill that the castle stands on": what stands before the clause is what it needs.
    Ending(
        words("is are was were"),
        unless=_WH | words("who which as than that there all this these so"),
        unless_within=_SUBJECTS,
        not_after=_SUBJECTS | words("here there"),
    ),
    Ending(words("who which"), not_after=words("the a guess guesses know knows so")),
    Ending(words("is are was were"), after=words("who which that")),
    Ending(
        words("her"),
        after=words(
            "walks walking holds holding raises raising brushes opens opening reads reading plays rides riding lifts",
            "lifting wears wearing carries carrying pushes pushing rests resting uses using washes washing eats eating",
            "drinks combs ties adjusts adjusting crosses crossing closes closing drives parks types clasps folds",
        ),
        unless=words("man men boy dog horse child girl's someone person people him he his who as while"),
    ),
)

_DE_IN = words(
    "steigt steigen fährt fahren tritt treten kauft kaufen lädt laden richtet richten schenkt schenken gießt gießen",
    "stellt stellen packt packen wickelt wickeln bricht brechen schlägt schlagen schläft schlafen stimmt stimmen trägt",
    "tragen reicht reichen räumt räumen setzt setzen schaltet schalten zieht ziehen fängt fangen nimmt nehmen sammelt",
    "sammeln fügt fügen leitet leiten löst lösen weiht weihen läuft laufen ordnet ordnen schließt schließen sperrt",
    "klemmt gibt geben steckt stecken friert dringt legt legen parkt parken checkt loggt bindet cremt hüllt",
)
_DE_MIT = words(
    "läuft laufen macht machen mach macht's spielt spielen kommt kommen komm bringt bringen nimmt nehmen fährt fahren",
    "singt singen hilft helfen liest lesen schreibt schreiben geht gehen tanzt tanzen reist reisen fliegt fliegen",
    "feiert feiern schaut schauen zählt zählen denkt denken arbeitet arbeiten zieht ziehen rennt hüpft klatscht",
    "wandert wandern backt kocht teilt teilen hört hören fiebert redet mischt",
)
_DE_WH = words("was wer wie wo warum woher wofür womit worauf woran wovon so ich wir")
_DE = (
    Ending(words("der die den dem des"), not_after=words("artikel wort ist sind", "kasus")),
    Ending(
        words("das"), after=words("in an auf für durch um gegen ohne über unter vor hinter neben zwischen und oder")
    ),
    Ending(
        words("eine einer einem einen eines"),
        not_after=words("nur noch bloß ist war so kein nicht als wie für irgend gibt's"),
    ),
    Ending(words("ein"), unless=_DE_IN),
    Ending(words("mit"), unless=_DE_MIT | _DE_WH),
    Ending(words("und"), not_after=words("na logisches wort")),
    Ending(words("oder"), not_after=words("schön nicht gut logisches wort hier")),
    Ending(
        words("von vom für"),
        not_after=words("unterstützung unterstützt präsentiert gefördert film projekt werk buch roman dank teil"),
        unless=_DE_WH,
    ),
    Ending(words("zum zur im am beim ins ans deren dessen dass sowie ihrem seinem ihren seinen zwischen neben als")),
    Ending(words("in"), not_after=words("ist sind log out", "und")),
    Ending(
        words("auf in an neben vor hinter unter bei"),
        after=words("sitzt sitzen sitzend"),
        unless=_DE_WH | words("der die das dem den") - words("der die das dem den"),
    ),
    Ending(words("auf in neben hinter unter"), after=words("liegt liegen liegend"), unless=_DE_WH),
)

_FR_ONE = words(
    "numéro chapitre chambre tome acte saison chiffres partie niveau étape jour zone salle quai page contre sur plus",
    "l' reste comme pas volume lot groupe ligne est par chacun chacune qu' en la",
)
_FR = (
    Ending(
        words("le les du des aux au d' l' qu' cette cet ses leurs ces mes nos ma mon d'un d'une qu'une"),
        not_after=words("la le les"),
    ),
    Ending(words("la"), not_after=words("sol fa là mi")),
    Ending(words("un une"), not_after=_FR_ONE, unless=words("en vingt trente quarante cinquante soixante cent")),
    Ending(words("de"), not_after=words("partenariat soutien")),
    Ending(words("et ou dans chez dont puis que"), not_after=words("n'importe bon")),
    Ending(
        words("avec par sur"),
        not_after=words(
            "va vont aller vas vais fait faire font partenariat collaboration",
            "joue jouer jouent produit réalisé présenté financé dessus passe passer",
        ),
        unless=words("qui"),
        may_label=True,
    ),
    Ending(
        words("est sont"),
        unless=words(
            "où que qui ce comme quel quelle tel telle c'est ce qu'il qu'elle qu'on ce qu'ils qu'elles là nord sud"
        ),
        not_after=words("il elle on ils elles tout nord sud"),
    ),
)

_ES_ONE = words("queda quedan número a la solo sólo por otra letra cada ni")
_ES = (
    Ending(words("el los las un del al sus mi tu"), not_after=words("número")),
    Ending(words("la"), not_after=words("sol fa nota")),
    Ending(words("una"), not_after=_ES_ONE, not_second_after=words("una"), unless=words("ella él ellos ellas yo cada")),
    Ending(words("unos unas su muy cuyo cuya hacia desde"), not_after=words("es")),
    Ending(words("de con en por"), not_after=words("apoyo colaboración patrocinio parte")),
    Ending(words("y e o u que a"), not_after=words("letra letras vocal vitamina grupo ya al bien")),
    Ending(words("sobre"), not_after=words("un el del al este ese su cada")),
)

_IT_ONE = words("resta rimane numero c'è n'è a solo solo ancora nessuna ognuna")
_IT = (
    Ending(
        words("il lo gli un del dello della dei degli delle dell' al allo alla ai agli alle all' nel nello nella nei"),
        not_after=words("fa", "articolo"),
    ),
    Ending(
        words(
            "negli nelle nell' sul sullo sulla sui sugli sulle sull' dal dallo dalla dai dagli dalle un' l' d' che ed"
        )
    ),
    Ending(words("la le"), not_after=words("sol fa nota", "re")),
    Ending(words("una"), not_after=_IT_ONE),
    Ending(words("e o"), not_after=words("lettera lettere vitamina gruppo vocale")),
    Ending(
        words("di con in da per tra fra"),
        not_after=words("patrocinio collaborazione sostegno prima parte", "contributo"),
    ),
)

_PT_ONE = words("resta restam número por a só mais nem ela ele tem cada há")
_PT = (
    Ending(
        words("o os as do da dos das no na nos nas ao aos à às pelo pela pelos pelas dum duma num numa"),
        not_after=words("letra vitamina grupo vogal"),
    ),
    Ending(words("um uma"), not_after=_PT_ONE, unless=words("ela ele")),
    Ending(words("e ou que"), not_after=words("letra vitamina grupo vogal")),
    Ending(words("de com em por"), not_after=words("apoio colaboração patrocínio parte", "parceria")),
    Ending(words("seu sua seus suas"), not_after=words("é são ao o a à os as com do da")),
)

_NL_WH = words("wat waar wie hoe waarom er daar hier")
_NL = (
    Ending(words("de en"), not_after=words("letter woord")),
    Ending(words("het"), unless=words("wat hoe zo dit dat ik wij we waarom"), not_after=words("is doet werkt")),
    Ending(words("een"), not_after=words("nummer nog maar is op van voor tegen per plaats"), unless=words("er")),
    Ending(words("of"), not_after=words("logische", "al")),
    Ending(
        words("met van"), not_after=words("samenwerking steun film deel houden houdt"), unless=_NL_WH, may_label=True
    ),
    Ending(
        words("op in aan naast onder achter tussen bij"),
        after=words("zit zitten zittend ligt liggen liggend"),
        unless=_NL_WH | words("die"),
    ),
    Ending(words("in naast achter tussen bij"), after=words("staat staan"), unless=_NL_WH | words("die")),
    Ending(words("tussen wiens zoals terwijl"), unless=_NL_WH),
)

ENDINGS: Mapping[str, tuple[Ending, ...]] = MappingProxyType(
    {"en": _EN, "de": _DE, "fr": _FR, "es": _ES, "it": _IT, "pt": _PT, "nl": _NL, **MORE_ENDINGS}
)
