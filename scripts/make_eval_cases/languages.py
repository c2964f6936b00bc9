# ruff: noqa: E501
"""The evaluation's cases in other languages than English, as `texts` has those in English.

References, questions and what must be mentioned are in the language of the case; German, French, Spanish and so on have
marks of quotation of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .entry import any_of, ask

__all__ = ["OTHER_LANGUAGES"]

OTHER_LANGUAGES: Sequence[dict[str, Any]] = (
    {
        "id": "poster-konzert",
        "type": "text",
        "language": "de",
        "draw": (
            "sign",
            {
                "text": "SOMMERKONZERT\nSamstag, 14. Juni\n19 Uhr im Stadtpark\nEintritt frei",
                "ground": "#7a1f3d",
                "size": 38,
            },
        ),
        "references": [
            "Ein dunkelrotes Plakat mit weißer Schrift: „SOMMERKONZERT, Samstag, 14. Juni, 19 Uhr im Stadtpark, Eintritt frei“.",
            "Plakat für ein Sommerkonzert am Samstag, dem 14. Juni, um 19 Uhr im Stadtpark; der Eintritt ist frei.",
        ],
        "must_mention": any_of("sommerkonzert|konzert", "14. juni", "19 uhr", "stadtpark", "frei"),
        "must_not": ["winter", "sonntag"],
        "text": "SOMMERKONZERT\nSamstag, 14. Juni\n19 Uhr im Stadtpark\nEintritt frei",
        "questions": [
            ask("Was kostet der Eintritt?", "nichts", "14 Euro", "19 Euro"),
            ask("Wo ist das Konzert?", "im Stadtpark", "im Rathaus", "in der Kirche"),
        ],
    },
    {
        "id": "affiche-marche",
        "type": "text",
        "language": "fr",
        "draw": (
            "sign",
            {"text": "MARCHÉ BIO\nchaque mercredi\nplace de l'Église\nde 8 h à 13 h", "ground": "#2f6b3a", "size": 38},
        ),
        "references": [
            "Une affiche verte en lettres blanches : « MARCHÉ BIO, chaque mercredi, place de l'Église, de 8 h à 13 h ».",
            "Affiche d'un marché bio, chaque mercredi de 8 h à 13 h sur la place de l'Église.",
        ],
        "must_mention": any_of("marché", "mercredi", "église", "8 h"),
        "must_not": ["samedi", "concert"],
        "text": "MARCHÉ BIO\nchaque mercredi\nplace de l'Église\nde 8 h à 13 h",
        "questions": [
            ask("Quel jour a lieu le marché ?", "le mercredi", "le samedi", "le lundi"),
            ask("Où se tient le marché ?", "place de l'Église", "à la gare", "dans le parc"),
        ],
    },
    {
        "id": "letrero-museo",
        "type": "text",
        "language": "es",
        "draw": ("sign", {"text": "MUSEO CERRADO\nlos lunes", "ground": "#444444", "size": 44}),
        "references": [
            "Un letrero gris con letras blancas en una pared: «MUSEO CERRADO los lunes».",
            "Letrero gris que dice «MUSEO CERRADO los lunes».",
        ],
        "must_mention": any_of("letrero|cartel|aviso", "museo", "cerrado", "lunes"),
        "must_not": ["abierto", "domingo"],
        "text": "MUSEO CERRADO\nlos lunes",
        "questions": [
            ask("¿Cuándo está cerrado el museo?", "los lunes", "los domingos", "siempre"),
            ask("¿De qué color son las letras?", "blancas", "rojas", "negras"),
        ],
    },
    {
        "id": "diagramm-freibad",
        "type": "chart",
        "language": "de",
        "draw": (
            "chart",
            {
                "kind": "grouped",
                "title": "Gäste im Freibad",
                "labels": ["Mai", "Juni", "Juli", "August"],
                "values": [[900, 2100, 3400, 3000], [600, 1800, 2200, 3100]],
                "series": ["2023", "2024"],
                "ticks": [0, 1000, 2000, 3000],
            },
        ),
        "references": [
            "Balkendiagramm der Gäste im Freibad von Mai bis August: 2023 liegt der Höchststand mit etwa 3400 im Juli, 2024 mit etwa 3100 im August; bis Juli kamen 2023 mehr Gäste.",
            "Balkendiagramm „Gäste im Freibad“: 2023 steigt die Zahl bis Juli auf etwa 3400 und fällt dann, 2024 steigt sie bis August auf etwa 3100.",
        ],
        "must_mention": any_of(
            "balkendiagramm|säulendiagramm|diagramm|balken|säulen", "freibad", "juli", "august", "2023", "2024"
        ),
        "must_not": ["liniendiagramm", "september", "hallenbad", "2022"],
        "text": "Gäste im Freibad\n2023\n2024\n3000\n2000\n1000\n0\nMai\nJuni\nJuli\nAugust",
        "questions": [
            ask("In welchem Monat kamen 2023 die meisten Gäste?", "Juli", "Mai", "August"),
            ask("In welchem Monat kamen 2024 die meisten Gäste?", "August", "Juli", "Juni"),
            ask("In welchem Jahr kamen im August mehr Gäste?", "2024", "2023", "in beiden Jahren gleich viele"),
        ],
    },
    {
        "id": "dialogue-suppression",
        "type": "screenshot",
        "language": "fr",
        "draw": (
            "window",
            {
                "title": "Supprimer l'album ?",
                "dark": True,
                "rows": [("Les 48 photos de « Vacances » seront", None), ("supprimées pour toujours.", None)],
                "buttons": ["Supprimer", "Garder"],
            },
        ),
        "references": [
            "Capture d'écran d'un message sombre, « Supprimer l'album ? » : les 48 photos de l'album Vacances seront supprimées pour toujours. Boutons « Supprimer » et « Garder », ce dernier en bleu.",
            "Boîte de dialogue « Supprimer l'album ? » qui prévient que les 48 photos de l'album Vacances seront supprimées pour toujours, avec les boutons « Supprimer » et « Garder ».",
        ],
        "must_mention": any_of(
            "supprimer", "48", "vacances", "garder", "message|dialogue|fenêtre|avertissement|capture"
        ),
        "must_not": ["annuler", "mot de passe", "84", "enregistrer"],
        "text": "Supprimer l'album ?\nLes 48 photos de « Vacances » seront\nsupprimées pour toujours.\nSupprimer\nGarder",
        "questions": [
            ask("Combien de photos seront supprimées ?", "48", "84", "4"),
            ask("Quel bouton est en bleu ?", "« Garder »", "« Supprimer »", "« Annuler »"),
            ask("Comment s'appelle l'album ?", "Vacances", "Famille", "Voyages"),
        ],
    },
    {
        "id": "menu-trattoria",
        "type": "text",
        "language": "it",
        "draw": (
            "receipt",
            {
                "heading": "Trattoria Pineta",
                "rows": [
                    ("Zuppa di farro", "8 €"),
                    ("Pasta al pesto", "11 €"),
                    ("Torta di mele", "5 €"),
                    ("Menù", "22 €"),
                ],
                "end": "Chiuso il martedì",
                "paper": "#fbf3df",
            },
        ),
        "references": [
            "Menù della «Trattoria Pineta»: zuppa di farro 8 €, pasta al pesto 11 €, torta di mele 5 €, menù 22 €; «Chiuso il martedì».",
            "Un foglio color crema con il menù della Trattoria Pineta: zuppa di farro 8 €, pasta al pesto 11 €, torta di mele 5 € e menù a 22 €. Chiuso il martedì.",
        ],
        "must_mention": any_of("trattoria pineta", "zuppa", "pesto", "torta di mele", "22", "martedì"),
        "must_not": ["pizza", "lunedì", "vino"],
        "text": "Trattoria Pineta\nZuppa di farro 8 €\nPasta al pesto 11 €\nTorta di mele 5 €\nMenù 22 €\nChiuso il martedì",
        "questions": [
            ask("Quanto costa la pasta al pesto?", "11 €", "8 €", "22 €"),
            ask("Quando è chiusa la trattoria?", "il martedì", "il lunedì", "la domenica"),
            ask("Che dolce c'è?", "torta di mele", "gelato", "tiramisù"),
        ],
    },
    {
        "id": "lafitat-maktaba",
        "type": "text",
        "language": "ar",
        "draw": (
            "sign",
            {
                "text": "المكتبة مغلقة\nيوم الجمعة",
                "ground": "#17693c",
                "size": 56,
                "right_to_left": True,
            },
        ),
        "references": [
            "لافتة خضراء بحروف بيضاء على جدار رمادي، مكتوب عليها: «المكتبة مغلقة يوم الجمعة».",
            "لافتة بحروف بيضاء تقول إن المكتبة مغلقة يوم الجمعة.",
        ],
        "must_mention": any_of("لافتة|لوحة", "المكتبة", "مغلقة", "الجمعة"),
        "must_not": ["مفتوحة", "السبت", "الأحد"],
        "text": "المكتبة مغلقة\nيوم الجمعة",
        "questions": [
            ask("متى تكون المكتبة مغلقة؟", "يوم الجمعة", "يوم السبت", "كل يوم"),
            ask("ما المكان المغلق؟", "المكتبة", "المتحف", "المدرسة"),
        ],
    },
)
