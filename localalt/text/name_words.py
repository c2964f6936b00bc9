"""Words in names, and words with a capital that name nobody, as data."""

from __future__ import annotations

from localalt.text.word_lists import words

__all__ = ["COMMON", "COMMON_PAIRS", "GIVEN", "MASS", "OPENERS", "PARTICLES", "PLACES", "STYLES", "TITLES", "VERBS"]


PARTICLES = words("of de da do dos du des del della di von van den der the la le el y e and af av zu ter bin al ibn")
"""Inside a name, never at its ends."""
COMMON = words(
    """
    i i'm i'd i'll i've ok monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    mondays tuesdays wednesdays thursdays fridays saturdays sundays monday's sunday's
    english french german spanish italian portuguese dutch chinese japanese korean arabic latin greek
    african american asian european australian british scottish irish welsh indian russian turkish polish swedish
    danish norwegian finnish swiss austrian belgian canadian mexican brazilian cuban egyptian ethiopian moroccan
    vietnamese thai hebrew hindi persian iranian iraqi israeli ukrainian czech hungarian romanian bulgarian croatian
    serbian icelandic hawaiian californian texan parisian venetian sicilian neapolitan tibetan nepalese mongolian
    peruvian colombian argentinian chilean jamaican caribbean mediterranean scandinavian nordic celtic alpine western
    eastern southern northern oriental
    christian muslim jewish buddhist hindu catholic protestant orthodox islamic
    christmas easter halloween thanksgiving hanukkah ramadan diwali valentine pride santa
    roman gothic victorian baroque romanesque renaissance rococo georgian edwardian tudor bauhaus doric ionic
    corinthian byzantine neoclassical neo-gothic moorish colonial medieval art-deco impressionist cubist
    braille earth internet web sun moon
    tv led lcd cd dvd pc usb qr diy suv atm gps wi-fi id faq url html css api gui ui pdf am pm bc ad ce vr ar ai dj vip
    dna rna uv wc rv ufo hdmi cctv bmx bbq jpeg png svg gif json xml sql cpu gpu ram ssd rgb cmyk ph it hr ceo cta
    x-axis y-axis z-axis x-ray t-shirt t-shirts u-shaped v-shaped l-shaped s-shaped a-frame v-neck y-shaped
    lunes martes lundi mardi
    """
)
"""The calendar, languages and peoples, faiths and styles, abbreviations of things."""
STYLES = words(
    """
    labrador labradors dachshund dachshunds poodle poodles beagle beagles collie collies dalmatian dalmatians husky
    huskies rottweiler rottweilers chihuahua chihuahuas pug pugs corgi corgis spaniel spaniels setter setters pointer
    shiba akita terrier terriers greyhound greyhounds bulldog bulldogs boxer mastiff malamute samoyed pomeranian
    pekingese maltese weimaraner whippet doberman dobermans schnauzer newfoundland bernese pyrenees retriever
    retrievers shepherd shepherds siamese burmese birman ragdoll angora abyssinian holstein holsteins hereford herefords
    angus jersey guernsey friesian shetland appaloosa clydesdale lipizzaner haflinger arabian andalusian merino suffolk
    ferris bunsen petri celsius fahrenheit wellington wellingtons panama hawaii bermuda capri oxford oxfords chelsea
    brussels frisbee jacuzzi velcro rubik jell-o champagne burgundy bordeaux cognac cheddar gouda brie camembert
    parmesan edam dijon bloody manhattan caesar waldorf wellington berliner frankfurter wiener bologna hamburger
    windsor chesterfield adirondack tiffany persian venus polaroid
    """
)
"""Breeds, dishes, clothes and things that are called after a place or a person."""
COMMON_PAIRS = frozenset(
    {
        "union jack", "art deco", "art nouveau", "great dane", "great danes", "border collie", "border collies",
        "cocker spaniel", "jack russell", "jack russells", "basset hound", "saint bernard", "st. bernard", "st bernard",
        "cavalier king", "king charles", "maine coon", "yorkshire terrier", "boston terrier", "bull terrier",
        "great pyrenees", "old english", "shih tzu", "shiba inu", "akita inu", "bernese mountain", "rhode island",
        "panama hat", "ferris wheel", "star of david", "arts and crafts", "mid-century", "father christmas",
        "santa claus", "jack-o'-lantern", "stars and stripes", "big bang", "new year", "new year's eve", "mother's day",
        "valentine's day", "middle ages", "middle age", "milky way", "venn diagram", "gantt chart", "sankey diagram",
        "petri dish", "rubik's cube", "caesar salad", "eggs benedict", "baked alaska", "black forest",
    }
)  # fmt: skip
"""Breeds, styles, flags and feasts of more than one word."""
OPENERS = words(
    """
    a an the this that these those his her its their my our your one two three four five six seven eight
    nine ten many several some all both each every another no in on at by with from under over behind near
    between inside outside above below and but or as while when where after before for to of into
    un une le la les des du el los las una unos unas il lo gli i uno een de het o os um uma en ett ei
    across beside beneath along around against through there here next front only dozens hundreds rows
    """
)
"""May begin a sentence before a name, and are not part of it."""
TITLES = words(
    "dr dr. mr mr. mrs mrs. ms ms. prof prof. president queen king prince princess sir lady pope saint st st."
)
"""Before a name."""
VERBS = {
    "en": words(
        """
        stands sits smiles holds looks walks runs waves speaks sings plays writes reads wears laughs jumps rides poses
        leans kneels dances talks points paints climbs swims drives eats drinks cooks works teaches signs shakes hugs
        kisses throws catches kicks celebrates accepts gives greets performs is has sleeps lies rests barks
        """
    ),
    "fr": words("sourit tient pose chante marche court joue parle regarde porte lit rit danse saute est dort"),
    "es": words(
        "sonríe sostiene posa canta camina corre juega habla mira lleva lee ríe baila salta está celebra duerme"
    ),
    "it": words("sorride tiene posa canta cammina corre gioca parla guarda porta legge ride balla salta è dorme"),
    "pt": words("sorri segura posa canta caminha corre joga fala olha veste lê ri dança salta está dorme"),
    "de": words("steht sitzt lächelt hält schaut geht läuft winkt spricht singt spielt schreibt liest trägt lacht"),
    "nl": words("staat zit lacht houdt kijkt loopt rent zwaait spreekt zingt speelt schrijft leest draagt is"),
}
"""What somebody does: after one word that begins a sentence, that word is a name."""
MASS = words(
    """
    snow water smoke steam fog mist rain light sunlight moonlight traffic text writing handwriting everyone everybody
    someone somebody nobody nothing something everything anyone she he it who what each this that there here another
    one neither either none grass ivy moss sand dust fire ice wind food bread cheese milk coffee tea wine beer music
    art graffiti furniture laundry hair fur skin lightning thunder everything foliage vegetation rust paint concrete
    wood metal glass steel gold silver paper plastic code data information news half part most much all money luggage
    mom dad mum grandma grandpa mother father baby man woman person girl boy lady child dog cat bird king queen
    sunset sunrise night day morning evening winter summer spring autumn fall dawn dusk lava blood oil soil mud
    nadie alguien todo nada ella él personne quelqu'un tout rien elle il chacun cela ceci nessuno qualcuno tutto lei
    lui egli niemand jemand alles nichts er sie es wasser schnee nebel rauch licht regen wer was das dies ninguém
    alguém ela ele tudo gente iedereen iemand hij zij sneeuw water logo only now still below above beyond
    photo picture image photograph screenshot illustration drawing painting diagram chart map graph icon
    """
)
"""May begin a sentence without an article before what it does."""
GIVEN = words(
    """
    anna maria peter thomas michael andreas angela barack donald joe john paul george ringo emma mia sophie marie lena
    lukas leon felix max paula laura julia sarah lisa jan jonas tim tom martin stefan christian markus daniel david
    alexander sebastian klaus hans karl heinrich friedrich wilhelm otto johann johannes ludwig wolfgang franz josef
    joseph albert albrecht adolf konrad helmut gerhard olaf willy ursula katharina elisabeth margarete charlotte
    clara sophia hannah heidi ingrid monika petra sabine susanne claudia nicole stephanie vincent pablo salvador frida
    leonardo marcel claude edgar auguste victor jean jacques pierre louis antoine napoleon albert marie isaac galileo
    nikola thomas alan ada grace charles elizabeth william harry kate meghan diana nelson martin malcolm mahatma greta
    taylor beyoncé michael elvis bob freddie david cristiano lionel serena roger rafael steffi boris jürgen manuel
    robert richard walter werner fritz ernst erich kurt rudolf hermann georg philipp moritz simon tobias florian
    """
)
"""First names that are well known."""
PLACES = words(
    """
    berlin hamburg münchen köln frankfurt stuttgart düsseldorf leipzig dresden bremen hannover nürnberg bonn potsdam
    heidelberg freiburg mainz wien salzburg graz innsbruck zürich bern basel genf luzern paris london rom mailand
    venedig florenz neapel madrid barcelona lissabon athen brüssel amsterdam kopenhagen stockholm oslo helsinki
    warschau krakau prag budapest moskau kiew istanbul jerusalem kairo tokio peking shanghai new-york chicago
    deutschland österreich schweiz frankreich italien spanien portugal griechenland türkei polen tschechien ungarn
    russland ukraine norwegen schweden finnland dänemark niederlande belgien england schottland irland großbritannien
    europa afrika asien amerika australien kanada mexiko brasilien argentinien indien china japan korea ägypten israel
    bayern sachsen hessen thüringen brandenburg tirol rhein donau elbe themse seine alpen ostsee nordsee
    reichstag kreml vatikan kolosseum matterhorn zugspitze eiffelturm petersdom louvre akropolis
    """
)
"""Places by their German names: German begins every noun with a capital, so that only known names are found."""
