"""Words that say that a text is about code, so that what looks like code in it is in the picture."""

from __future__ import annotations

import re

from localalt.text.word_lists import words

__all__ = ["mentions_code"]


_WORDS = words(
    "code codes coding source html xml css latex tex regex regexp json yaml javascript python terminal "
    "console shell bash command commands script editor entity entities escape escaped escapes backslash "
    "markup syntax snippet string strings quelltext quellcode befehl editeur éditeur commande código "
    "codigo comando consola codice sorgente broncode opdracht källkod kode kildekode kod kódu kód "
    "zdrojový koodi lähdekoodi cod sursă kaynak kodu код кода коде редактор редакторе терминал терминале "
    "консоль редактора κώδικας קוד كود شيفرة کد कोड 코드 터미널"
)
_PARTS = ("コード", "代码", "代碼", "程式碼", "终端", "終端", "โค้ด", "mã nguồn", "正则", "正規表現")
_WORD = re.compile(r"[^\W\d_]+")


def mentions_code(text: str) -> bool:
    """Whether a text speaks of code, an editor, a terminal and the like."""
    folded = text.casefold()
    return any(word in _WORDS for word in _WORD.findall(folded)) or any(part in folded for part in _PARTS)
