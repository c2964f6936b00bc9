"""What is guessed about people from how they look, by language, an ISO 639 code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["AGES", "TRAITS"]

_PEOPLE_EN = (
    r"(?:m[ae]n|wom[ae]n|boys?|girls?|person|people|persons|child(?:ren)?|kids?|lady|ladies|gentlem[ae]n|guys?|couple"
    r"|famil(?:y|ies)|teenagers?|students?|adults?|individuals?|males?|females?|baby|babies|actors?|actress(?:es)?"
    r"|models?|youths?)"
)
TRAITS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "en": (
            (
                "ethnicity",
                rf"(?:white|black|brown|asian|african|african[- ]american|caucasian|hispanic|latin[oax]|arab(?:ic)?"
                rf"|indian|middle[- ]eastern|native american|indigenous|mixed[- ]race|biracial|european|chinese"
                rf"|japanese)(?:[- ]looking)?\s+(?:\w+\s+)?{_PEOPLE_EN}",
            ),
            ("ethnicity", r"caucasian|hispanic|mixed[- ]race|biracial|(?:dark|light|fair|pale|brown)[- ]skinned"),
            ("religion", rf"(?:muslim|christian|jewish|hindu|sikh|buddhist|catholic)\s+{_PEOPLE_EN}"),
            (
                "health",
                rf"(?:disabled|handicapped|autistic|obese|overweight|anorexic|mentally ill|sick|diabetic)"
                rf"\s+{_PEOPLE_EN}|wheelchair-bound|pregnant|suffering from|suffers from|transgender"
                rf"|{_PEOPLE_EN} with autism",
            ),
        ),
        "de": (
            (
                "ethnicity",
                r"(?:asiatische|afrikanische|dunkelhäutige|hellhäutige|arabische|weiße|schwarze)[rnms]? "
                r"(?:frau(?:en)?|mann|männer|kind(?:er)?|person(?:en)?|mädchen|junge)",
            ),
            ("religion", r"muslimische[rn]?|jüdische[rn]? (?:frau|mann|kind|familie)|muslimin"),
            ("health", r"behinderte[rn]?|schwangere?n?|übergewichtige[rn]?|krank(?:e[rn]?)? (?:frau|mann|kind)"),
        ),
        "fr": (
            (
                "ethnicity",
                r"(?:homme|femme|enfant|personne|fille|garçon)s? (?:noire?|blanche?|blanc|asiatique|arabe"
                r"|africaine?|métisse?)s?",
            ),
            ("religion", r"(?:homme|femme|famille)s? (?:musulmane?|juif|juive|chrétienne?|hindoue?)s?"),
            ("health", r"handicapée?s?|enceintes?|obèses?|en surpoids"),
        ),
        "es": (
            (
                "ethnicity",
                r"(?:hombre|mujer|niñ[oa]|persona|chic[oa])(?:s|es)? (?:negr[oa]|blanc[oa]|asiátic[oa]|árabe"
                r"|african[oa]|latin[oa]|mestiz[oa])s?",
            ),
            ("religion", r"(?:hombre|mujer|familia)(?:s|es)? (?:musulman[oa]?|judí[oa]|cristian[oa]|hindú)s?"),
            ("health", r"discapacitad[oa]s?|embarazadas?|obes[oa]s?|con sobrepeso"),
        ),
    }
)
"""What is guessed about people from how they look: (what it is, pattern). Never guessed, only ever supplied:
Cooper Hewitt's Guidelines for Image Description (cooperhewitt.org/cooper-hewitt-guidelines-for-image-description)."""

_TEENS = r"twent|thirt|fort|fift|sixt|sevent|eight|ninet"
AGES: Mapping[str, str] = MappingProxyType(
    {
        "en": rf"\d{{1,3}}[- ]years?[- ]olds?|aged? \d{{1,3}}|in (?:his|her|their) (?:(?:early|mid|late)[- ])?"
        rf"(?:\d0s|(?:{_TEENS})ies|teens)|(?:{_TEENS})y?-?\w*[- ]year[- ]old|middle[- ]aged",
        "de": r"\d{1,3}[- ]?jährige[rnms]?|im alter von \d{1,3}|mittleren alters",
        "fr": r"(?:âgée?s? )?de \d{1,3} ans|d['’]âge moyen|(?:vingt|trent|quarant|cinquant|soixant)aine d['’]années",
        "es": r"de \d{1,3} años|de mediana edad",
    }
)
