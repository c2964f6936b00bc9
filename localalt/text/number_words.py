"""Words that say a number or stand beside one, as data: months, multipliers, units, counters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["COUNTERS", "FRACTIONS", "HOMONYMS", "MONTHS", "MULTIPLIERS", "NUMBERED", "SMALL", "UNITS"]


def _values(lines: str) -> Mapping[str, str]:
    """Lines of words, the first for 1, the second for 2 and so on."""
    return MappingProxyType({w: str(n) for n, line in enumerate(lines.strip().splitlines(), 1) for w in line.split()})


MONTHS: Mapping[str, str] = _values(
    """
    january jan januar jänner janvier enero gennaio janeiro januari styczeń stycznia leden ledna январь января ocak
    february feb februar février febrero febbraio fevereiro februari luty lutego únor února февраль февраля şubat
    march mar märz mars marzo março maart marzec marca březen března март марта mart
    april apr avril abril aprile kwiecień kwietnia duben dubna апрель апреля nisan
    may mai mayo maggio maio mei maj maja květen května май мая mayıs
    june jun juni juin junio giugno junho czerwiec czerwca červen června июнь июня haziran
    july jul juli juillet julio luglio julho lipiec lipca červenec července июль июля temmuz
    august aug août agosto augustus augusti sierpień sierpnia srpen srpna август августа ağustos
    september sep sept septembre septiembre settembre setembro wrzesień września září сентябрь сентября eylül
    october oct oktober okt octobre octubre ottobre outubro październik października říjen října октябрь октября ekim
    november nov novembre noviembre novembro listopad listopada listopadu ноябрь ноября kasım
    december dec dezember dez décembre diciembre dicembre dezembro grudzień grudnia prosinec prosince декабрь aralık
    """
)
"""The number of a month by its name or its abbreviation."""
SMALL: Mapping[str, str] = _values(
    """
    one eins één uno один bir
    two zwei zwo deux dos dois duas twee dwa dva два две iki
    three drei trois tres tre três drie trzy tři три üç
    four vier quatre cuatro quattro quatro cztery čtyři четыре dört
    five fünf cinq cinco cinque vijf pięć pět пять beş
    six sechs seis zes sześć šest шесть altı
    seven sieben sept siete sette sete zeven siedem sedm семь yedi
    eight acht huit ocho otto oito osiem osm восемь sekiz
    nine neun neuf nueve nove negen dziewięć devět девять dokuz
    ten zehn dix diez dieci dez tien dziesięć deset десять
    eleven elf onze once undici jedenaście jedenáct одиннадцать
    twelve zwölf douze doce dodici doze twaalf dwanaście dvanáct двенадцать
    """
)
HOMONYMS: Mapping[str, str] = MappingProxyType(
    {"elf": "de", "once": "es", "dos": "es", "neuf": "fr", "otto": "it", "tres": "es", "dix": "fr", "dez": "pt"}
)
"""Number words that mean something else in another language, and the language that a text must have."""
MULTIPLIERS: Mapping[str, int] = MappingProxyType(
    {
        word: zeros
        for zeros, words in {
            3: "thousand k K tausend tsd mille mil mila tysiące tysięcy tys тысяч тысячи тыс bin tusen tuhatta 千 천",
            4: "万 萬 만",
            5: "lakh लाख",
            6: "million millions M mio mln mill millionen millón millones milione milioni milhão milhões miljoen "
            "miljoner miljoona miljoonaa milion miliony milionów milionů миллион миллиона миллионов млн milyon "
            "מיליון مليون ล้าน",
            7: "crore करोड़",
            8: "亿 億 억",
            9: "billion billions B bn mrd milliarde milliarden milliard milliards miliardo miliardi miljard miljarder "
            "miliard miliardy miliardów миллиард миллиарда миллиардов млрд milyar מיליארד مليار",
            12: "trillion trillions billionen billones biliony 兆 조",
        }.items()
        for word in words.split()
    }
)
"""How many zeros a word adds. One letter counts as it is written: 5M is a number of things, 5m a length."""
UNITS = frozenset(
    """
    kg g mg t lb lbs oz km m cm mm µm nm mi ft in yd ha l ml cl dl kmh mph kn s sec min h hr hrs d am pm a p
    st nd rd th er ère e º ª w kw kwh mw v mv kv ma mah hz khz mhz ghz kb mb gb tb kbit mbit gbit c f k eur usd gbp chf
    pt px dpi ppm pct bpm percent per prozent procent pour por cento uhr heures hours hour horas ore minutes minute
    minuten seconds second sekunden days day tage jours días years year jahre jahren ans años anni months weeks
    degrees degree grad degrés grados gradi celsius fahrenheit euro euros dollar dollars cent cents pounds francs
    miles mile metres meters meter mètres metros kilometres kilometers kilometer kilogram kilograms gram grams litres
    liters tonnes tons inches inch feet foot points point punkte units unit o'clock times percentage rubles рублей
    рубля лет год года года часов минут процентов градусов złotych zł kč kr sek nok dkk yen won yuan lat godzin
    """.split()  # noqa: SIM905
)
"""After a number they say what is measured, and that nothing was counted."""
NUMBERED = frozenset(
    """
    from at number no nr num page level floor step version model route highway line platform gate room track chapter
    figure fig table season episode day item question since until till bis von um seit nummer seite gleis linie stufe
    kapitel tag numéro page ligne étage número página línea piso numero pagina linea
    номер дом رقم الرقم شماره số nummer numer č nro sayı top channel size
    """.split()  # noqa: SIM905
)
"""Before a number they say that it counts nothing."""
COUNTERS = frozenset("匹人つ個本枚台羽頭冊軒隻着足皿杯只个條条张張位辆輛朵棵把件头名명마리개권대그잔채송")
"""Signs that follow the number of things in Japanese, Chinese and Korean."""
FRACTIONS: Mapping[str, str] = MappingProxyType(
    {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5"}
    | {"⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅐": "1/7", "⅑": "1/9", "⅒": "1/10"}
)
