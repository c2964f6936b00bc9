"""What an answer says about itself and not about the picture: an announcement, the question again, how it was writte"
"n."""

from __future__ import annotations

import re

from localalt.text.reply_words import BEGINNINGS, HELP, YES_OR_NO
from localalt.text.sentences import sentences
from localalt.text.thinking_words import ALT_TEXT, BASED, INSTRUCTIONS
from localalt.text.word_lists import any_of

__all__ = [
    "is_announcement",
    "is_beginning",
    "is_instruction",
    "is_reply",
    "is_yes_or_no",
    "remarks",
    "without_remarks",
]

_LONGEST_ANNOUNCEMENT = 160
_INTRODUCES = (
    r"(?:sure|certainly|of course|okay|ok|absolutely)?[!,.]* ?(?:here(?:'s| is| are)|this is|below is|below are"
    r"|the following is)"
    r"|hier (?:ist|sind|is)|voici|aquí (?:está|tienes?|hay)|ecco|aqui (?:está|vai)|här är|her er|oto|zde je|tu je"
    r"|tässä on|íme|itt (?:van|a)"
    r"|iată|berikut|işte|вот|ось|ето|evo|إليك|إليكم|در اینجا|הנה|ορίστε|यहाँ|यहां|dưới đây|นี่คือ|以下(?:是|为|為|が"
    r"|は)?|这是|這是|다음은|아래는"
)
_ANNOUNCEMENT = re.compile(rf"(?:{_INTRODUCES})[^:：.。!]{{0,60}}?(?:{ALT_TEXT})[^:：.。!]{{0,60}}[:：.。!]?\W{{0,4}}")
_LABEL = re.compile(
    rf"\W{{0,4}}(?:(?:the|your|image|suggested|le|la|der|die|das|el|il|o"
    rf"|a) )?(?:{ALT_TEXT})[^:：.。]{{0,40}}[:：]\W{{0,4}}"
)
_INSTRUCTION = re.compile(INSTRUCTIONS)
_REPLY = re.compile(
    r"sure(?: thing)?|certainly|of course|absolutely|got it|understood|unanswerable|unsuitable(?: image)?"
    r"|i(?: do not|'m not| don't) "
    r"(?:know|sure)|(?:das )?weiß ich nicht|ich weiß (?:es )?nicht|je ne sais pas|no (?:lo )?sé|non (?:lo )?so"
    r"|(?:eu )?não sei"
    r"|ik weet het niet|jag vet inte|jeg ved det ikke|jeg vet ikke|nie wiem|nevím|en tiedä|nem tudom|nu știu"
    r"|saya tidak tahu"
    r"|bilmiyorum|(?:я )?не знаю|分かりません|わかりません|我?不知道|모르겠습니다|모르겠어요|لا أعرف|نمی\W?دانم"
)
_LONGEST_REPLY = 160
_BREAK = re.compile(r"[,!?.，！？、،]")
_HELP = re.compile(rf"(?:{any_of(HELP)})")
_YES_OR_NO = re.compile(any_of(YES_OR_NO))
_BEGINNING = re.compile(any_of(BEGINNINGS))
_AROUND = " \n.,:;!?…。、，：！？।\"'“”"
_REMARK = re.compile(rf"(?<![a-zà-ÿа-я])(?:{BASED})")


def is_announcement(text: str) -> bool:
    """Whether a text announces an alt text and has none: "Here is the alt text:"."""
    if len(text) > _LONGEST_ANNOUNCEMENT:
        return False
    said = " ".join(text.lower().replace("’", "'").split())
    is_sure = said.rstrip("\"'*”» ").endswith((":", "：")) or "alt" in said
    return bool(is_sure and (_ANNOUNCEMENT.fullmatch(said) or _LABEL.fullmatch(said)))


def is_instruction(text: str) -> bool:
    """Whether a text begins by asking for what was asked of it: "Describe this image"."""
    first = next(sentences(text[:2_000]), None)
    return first is not None and _INSTRUCTION.match(first.plain) is not None


def is_reply(text: str) -> bool:
    """Whether a text only replies to whoever asked: "Sure!", "I don't know.", "Hello! How can I help you?"."""
    if _REPLY.fullmatch(_bare(text)):
        return True
    if len(text) > _LONGEST_REPLY:
        return False
    parts = (part for each in sentences(text) for part in _BREAK.split(each.plain))
    return any(_HELP.match(part.lstrip("¡¿ ")) for part in parts)


def is_yes_or_no(text: str) -> bool:
    """Whether a text is "Yes" or "No" alone."""
    return _YES_OR_NO.fullmatch(_bare(text)) is not None


def is_beginning(text: str) -> bool:
    """Whether a text begins a description, and nothing follows: "The image shows"."""
    return _BEGINNING.fullmatch(_bare(text)) is not None


def _bare(text: str) -> str:
    return " ".join(text[: 2 * _LONGEST_REPLY].lower().replace("’", "'").strip(_AROUND).split())


def remarks(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences about the description itself, as (start, end)."""
    return tuple((each.start, each.end) for each in sentences(text) if _REMARK.search(each.plain))


def without_remarks(text: str) -> str:
    """The other sentences."""
    out = set(remarks(text))
    return " ".join(
        text[each.start : each.end].strip() for each in sentences(text) if (each.start, each.end) not in out
    )
