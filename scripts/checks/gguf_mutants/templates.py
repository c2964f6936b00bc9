"""What can be wrong with a chat template: it is missing, no text, broken, huge, or a program that harms."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from .file import ARRAY, SCALARS, STRING, File, Key, cast
from .header import one_key

__all__ = ["KINDS"]

_NAME = "tokenizer.chat_template"
_TURNS = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% endfor %}"
_BROKEN = (
    "{{",
    "{%",
    "{#",
    "{% if %}",
    "{% endfor %}",
    "{{ messages[0]['content'] ",
    "{% for m in messages %}{{ m.content }}",
    "{{ undefined.field }}",
    "{{ 1 / 0 }}",
    "{{ messages[99].content }}",
    "{{ raise_exception('no') }}",
    "{% include 'x' %}",
    "{% import 'os' as os %}",
    "{{ messages | nosuchfilter }}",
    "",
    " \n",
    "no user turn",
    "{{ messages[0].content }}{{ messages[0].content }}",
    "\0",
    "{% generation %}{{ messages[0].content }}",
)
_HOSTILE = (
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for i in range(10**5) %}{% for j in range(10**5) %}{% endfor %}{% endfor %}",
    "{{ 'x' * 10**9 }}",
    "{{ ('x' * 10**6) | replace('x', 'y' * 1000) }}",
    "{{ 10 ** (10 ** 8) }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ [0] * 10**9 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ messages.__class__.__mro__ }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.system('true') }}",
    "{% set ns = namespace(x='x') %}{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% for m in messages recursive %}{{ loop([m]) }}{% endfor %}",
    "{{ range(10**9) | list }}",
    "{{ range(10**8) | join(',') }}",
    "{{ ('a' * 50000) | wordwrap(1) }}",
    "{{ ('(' * 40000) | urlize }}",
    "{{ lipsum(n=10**7) }}",
    "{{ messages | tojson(indent=10**8) }}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "{{ " + "-" * 20000 + "1 }}",
    "{% if 1 %}" * 300 + "{% endif %}" * 300,
    "{{ messages[0].content" + " | trim" * 3000 + " }}",
    "{{ messages[0].content" + " ~ 'x'" * 5000 + " }}",
)


def _set(file: File, text: str) -> None:
    file.keys = [key for key in file.keys if key.name != _NAME]
    file.keys.append(Key(_NAME, STRING, text))


def _stored(file: File, rng: random.Random) -> Key | None:
    return one_key(file, rng, lambda key: key.name == _NAME and key.kind == STRING)


def _missing(file: File, rng: random.Random) -> str | None:
    key = _stored(file, rng)
    if key is None:
        return None
    file.keys.remove(key)
    return "gone"


def _broken(file: File, rng: random.Random) -> str:
    text = rng.choice(_BROKEN)
    _set(file, text)
    return repr(text)


def _hostile(file: File, rng: random.Random) -> str:
    text = rng.choice(_HOSTILE)
    _set(file, rng.choice([text, _TURNS + text, text + _TURNS]))
    return f"{text:.80}"


def _huge(file: File, rng: random.Random) -> str:
    size = rng.choice([100_000, 5_000_000])
    piece = rng.choice(["x", "{# x #}", "{{ '' }}", "{% if 0 %}x{% endif %}", "{%- set a = 1 %}", "\n"])
    _set(file, (piece * (size // len(piece))) + _TURNS)
    return f"{size:,} characters of {piece!r}"


def _type(file: File, rng: random.Random) -> str:
    kind = rng.choice([*SCALARS, ARRAY])
    element = rng.choice([*SCALARS, STRING]) if kind == ARRAY else 0
    value = [cast(1, element)] * 3 if kind == ARRAY else cast(1, kind)
    file.keys = [key for key in file.keys if key.name != _NAME]
    file.keys.append(Key(_NAME, kind, value, element))
    return f"type {kind} {element}"


def _cut(file: File, rng: random.Random) -> str | None:
    """The model's own template, of which a part is missing or damaged."""
    key = _stored(file, rng)
    if key is None or len(key.value) < 8:
        return None
    at = rng.randrange(1, len(key.value) - 1)
    change = rng.choice(["end", "start", "middle", "byte", "twice"])
    if change == "end":
        key.value = key.value[:at]
    elif change == "start":
        key.value = key.value[at:]
    elif change == "middle":
        key.value = key.value[:at] + key.value[at + 20 :]
    elif change == "byte":
        key.value = (
            key.value[:at]
            + rng.choice(["\udcff", "\0", "}", "{", "%", "'", "\u202e", "\U0001f600"])
            + key.value[at + 1 :]
        )
    else:
        key.value += key.value
    return f"{change} {at}"


def _named(file: File, rng: random.Random) -> str:
    """Further templates under names of their own, as some files have them."""
    name = rng.choice(["default", "tool_use", "rag", "x" * 300, ""])
    file.keys.append(Key(f"{_NAME}.{name}", STRING, rng.choice([*_BROKEN, *_HOSTILE])))
    names = rng.choice([[name], [], ["\udcff"], [name] * 1000])
    file.keys.append(Key("tokenizer.chat_templates", ARRAY, names, STRING))
    return f"{name[:20]}, {len(names)} names"


KINDS: Mapping[str, Callable[[File, random.Random], str | None]] = {
    "template-missing": _missing,
    "template-broken": _broken,
    "template-hostile": _hostile,
    "template-huge": _huge,
    "template-type": _type,
    "template-cut": _cut,
    "template-named": _named,
}
"""By name; see `gguf_mutants.KINDS`."""
