"""Words at the root of trees of tags, as programs and people name them, with their case folded.

digiKam's own tags are below `_Digikam_Internal_Tags_`, and its faces without a name are "Unknown", "Unconfirmed" and
"Ignored"; "Imported Keywords" and "Other Keywords" are Lightroom's and Bridge's. Other languages have translations.
"""

from __future__ import annotations

import re

__all__ = ["EVENTS", "GROUPS", "INTERNAL", "PEOPLE", "PLACES", "TRANSPARENT", "UNNAMED", "WORKFLOW"]


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for line in lines for word in line.split(","))


PEOPLE = _words(
    "people, person, persons, who, faces, names, family and friends, family & friends",
    "personen, person, leute, menschen, gesichter, personnes, gens, visages, personas, gente, caras, persone, volti",
    "pessoas, mensen, gezichten, personer, människor, ihmiset, henkilöt, osoby, ludzie, lidé, emberek, люди, 人物, 人",
)
PLACES = _words(
    "places, place, locations, location, where, countries, geography",
    "orte, ort, länder, lieux, lieu, endroits, pays, lugares, lugar, países, luoghi, luogo, paesi, locais",
    "plaatsen, plaats, landen, platser, steder, paikat, miejsca, místa, helyek, места, 場所, 地点",
)
EVENTS = _words(
    "events, event, occasions, occasion, ereignisse, ereignis, anlässe, anlass, événements, évènements, événement",
    "eventos, evento, eventi, gebeurtenissen, händelser, begivenheder, tapahtumat, wydarzenia, события, イベント",
)
TRANSPARENT = _words(
    "imported keywords, imported tags, other keywords, keywords, keyword, tags, tag",
    "importierte stichwörter, stichwörter, mots-clés, mots clés, palabras clave, parole chiave",
)
"""Roots that say nothing about the tags below them."""
INTERNAL = _words(
    "_digikam_internal_tags_, _digikam_root_tag_, color label, color labels, colour labels, pick label, pick labels",
    "picks, rating, ratings, status, workflow, to do, todo, darktable, digikam, lightroom, capture one, camera raw",
    "camera, cameras, lens, lenses, publish, published, published collections, export, exported, exports, import",
    "upload, uploaded, copyright, licence, license, arbeitsablauf, kamera, kameras, objektiv, objektive",
)
"""Roots below which programs and people file how they work, and with what."""
UNNAMED = _words(
    "unknown, unconfirmed, ignored, unnamed, unnamed person, unknown person, unknown face, not a face, nobody",
    "unbekannt, unbestätigt, ignoriert, inconnu, inconnue, non confirmé, desconocido, desconocida, sconosciuto",
    "desconhecido, onbekend, okänd, ukjent, ukendt, tuntematon, nieznany, neznámý, неизвестный, ?, ??, -",
)
"""What stands in a name's place where a program found a face that nobody named."""
GROUPS = _words(
    "family, friends, colleagues, coworkers, relatives, children, kids, adults, men, women, babies, group, groups",
    "crowd, portrait, portraits, me, other, others, misc, famille, amis, familie, freunde, kollegen, kinder, familia",
    "amigos, famiglia, amici, família, vrienden",
)
"""Leaves below people that name nobody."""

WORKFLOW = re.compile(
    r"""
    to[ -]?do | needs?\ (?:edit(?:ing)?|work|review|keywords?) | to\ (?:edit|export|print|delete|review|tag|sort)
    | (?:already\ )?(?:edited|exported|uploaded|published|retouched|keyworded|geotagged|imported|processed|culled)
    | rejects? | rejected | keepers? | favou?rites? | select(?:s|ed) | untagged | virtual\ copy | hdr\ merge
    | (?:\d|one|two|three|four|five)[ -]?stars? | [★☆*]{1,5} | (?:pick|colou?r)\ label\b.* | darktable[|/].*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Flat keywords about the work on a picture; all of a keyword is matched."""
