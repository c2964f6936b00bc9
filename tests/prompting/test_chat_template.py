# ruff: noqa: E501 -- templates are easier to read whole
import contextlib
import threading
import tracemalloc

import pytest

from localalt.errors import ModelError, TemplateError
from localalt.prompting.chat_template import fit_preset, preset_from_template
from localalt.prompting.presets import PRESETS, Preset
from localalt.prompting.sandbox.budget import BUDGET_UNITS, WorkBudget
from localalt.prompting.sandbox.template import SandboxedTemplate
from localalt.types import SpecialTokens

GENERIC = PRESETS["generic"]


def complete(template: str, **tokens: object) -> Preset:
    return preset_from_template(template, SpecialTokens(**{"bos": "<s>", "eos": "</s>", **tokens}), base=GENERIC)


# Each way of writing a turn that real templates use -> opening, closing.
USABLE = {
    "text in a string": (
        "{% for m in messages %}[{{ m.role }}]{{ m.content }}[end]{% endfor %}[assistant]",
        "[user]",
        "[end][assistant]",
    ),
    "text as an item": (
        "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] | trim }}{% endfor %}",
        "<user>",
        "",
    ),
    "leading BOS dropped": ("{{ bos_token }}U: {{ messages[0].content }} A:", "U: ", " A:"),
    "EOS kept": ("U: {{ messages[0].content }}{{ eos_token }}A:", "U: ", "</s>A:"),
    "generation prompt": (
        "{{ messages[0].content }}{% if add_generation_prompt %}|model|{% endif %}",
        "",
        "|model|",
    ),
    "parts only, with an image marker": (
        "{% for m in messages %}u\n{% for p in m.content %}{% if p.type == 'image' %}<img><pad></img>"
        "{% elif p.type == 'text' %}{{ p.text }}{% endif %}{% endfor %}{% endfor %}|",
        "u\n",
        "|",
    ),
    # SmolVLM writes the space only where the turn begins with text.
    "parts only, with the header chosen by the first part": (
        "{% for m in messages %}{{ m.role | capitalize }}{% if m.content[0].type == 'image' %}:{% else %}: {% endif %}"
        "{% for p in m.content %}{% if p.type == 'image' %}<image>{% else %}{{ p.text }}{% endif %}{% endfor %}"
        "<end>\n{% endfor %}Assistant:",
        "User:",
        "<end>\nAssistant:",
    ),
    "text refused": (
        "{% if messages[0].content is string %}{{ raise_exception('parts, please') }}{% endif %}"
        "U{% for p in messages[0].content %}{{ p.text if p.type == 'text' else '<i>' }}{% endfor %}A",
        "U",
        "A",
    ),
    "thinking switched off": (
        "{{ messages[0].content }}|{% if enable_thinking is defined and enable_thinking is false %}<think></think>"
        "{% else %}<think>\n{% endif %}",
        "",
        "|<think></think>",
    ),
    "thinking opened all the same": ("{{ messages[0].content }}A:<think>\n", "", "A:<think>\n\n</think>\n\n"),
    "no tools": ("{% if tools %}T{% endif %}{{ messages[0].content }}", "", ""),
    "macros, namespaces, loops": (
        "{% macro turn(m) %}<{{ m.role }}>{{ m.content }}{% endmacro %}"
        "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{{ turn(m) }}{% endfor %}"
        "{{ ns.n }}{% for i in range(9) %}{% if i > 2 %}{% break %}{% endif %}{{ loop.index0 }}{% endfor %}",
        "<user>",
        "1012",
    ),
    "text methods": (
        "{{ messages[0].content.strip().replace('never', '') }}{{ 'a b'.split(' ')[1:] | join('-') ~ 1 }}"
        "{{ '{} of {}'.format(1, 2) }}{{ messages[0].get('name', 'x') }}{{ 'ab'.upper() if 'ab'.startswith('a') }}",
        "",
        "b11 of 2xAB",
    ),
    "JSON as transformers writes it": ("{{ messages[0].content }}{{ {'a': '<ü>'} | tojson }}", "", '{"a": "<ü>"}'),
    "slices, filters, tests": (
        "{% for m in messages[::-1] %}{{ m.content }}{% endfor %}{{ [3, 1] | sort | first }}"
        "{{ messages | selectattr('role', 'equalto', 'user') | list | length }}{{ {'b': 1} | dictsort | length }}"
        "{{ none | default('d', true) }}{{ (1, 2) | map('string') | join }}",
        "",
        "111d12",
    ),
    "generation tag": ("{{ messages[0].content }}{% generation %}A{% endgeneration %}", "", "A"),
    "a block set": ("{% set x %}A{{ 1 }}{% endset %}{{ messages[0].content }}{{ x }}", "", "A1"),
    "unknown filter in a branch not taken": (
        "{% if tools %}{{ tools | xml }}{% endif %}{{ messages[0].content }}",
        "",
        "",
    ),
    "date": ("{{ strftime_now('%%') }}{{ messages[0].content }}", "%", ""),
}


@pytest.mark.parametrize("case", USABLE)
def test_opening_and_closing_are_what_the_template_writes_around_a_turn(case):
    template, opening, closing = USABLE[case]
    preset = complete(template)
    assert (preset.opening, preset.closing) == (opening, closing)


def test_everything_but_the_template_comes_from_the_base():
    preset = complete("U{{ messages[0].content }}A")
    assert (preset.identity, preset.max_tokens, preset.sampling) == (
        "generic/3",
        GENERIC.max_tokens,
        GENERIC.sampling,
    )
    assert preset.stop == ("</s>",)


def test_bos_stays_where_the_vocabulary_adds_none():
    assert complete("{{ bos_token }}{{ messages[0].content }}", adds_bos=False).opening == "<s>"


def test_the_same_template_gives_the_same_preset():
    template = USABLE["macros, namespaces, loops"][0]
    assert complete(template) == complete(template)


NAMES_THE_NEXT_STEP = "Use a model of a family that needs no template (gemma3, "

UNUSABLE = {
    "missing": ("", "is missing"),
    "blank": (" \n", "is missing"),
    "syntax": ("{% for m in messages %}", "is broken (TemplateSyntaxError"),
    "words left out": ("hello", "leaves out what the user says"),
    "words repeated": ("{{ messages[0].content }}{{ messages[0].content }}", "repeats what the user says"),
    "refused": ("{{ raise_exception('no users') }}", "refuses a user's turn (no users)"),
    "refused at length": ("{{ raise_exception('x' * 9000) }}", "refuses a user's turn (xxx"),
    "undefined": ("{{ nothing.at.all }}", "is broken (UndefinedError: 'nothing' is undefined)"),
    "parts printed": (
        "{% if messages[0].content is string %}{{ raise_exception('') }}{% endif %}{{ messages[0].content }}",
        "prints the parts of a message",
    ),
    "parts printed as JSON": (
        "{% if messages[0].content is string %}{{ raise_exception('') }}{% endif %}{{ messages[0].content | tojson }}",
        "prints the parts of a message",
    ),
    "macros too deep": ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "calls its macros deeper than"),
    "a sum too deep": ("{{ " + "1 + " * 100 + "1 }}", "is nested too deeply"),
    "a method of the loop": ("{% for i in [1] %}{{ loop.cycle(1) }}{% endfor %}", "calls a method, which"),
    "too much work": ("{% for i in range(30000) %}{{ i }}{% endfor %}", "asks for far more work"),
    "division": ("{{ 1 // 0 }}", "is broken (ZeroDivisionError"),
}

# Time and memory, Python's objects, and the compiler. All of them run to the end of the test
# or to the limit of the machine in a plain sandbox.
HOSTILE = {
    "nested loops": "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
    "many loops": "{% set r = range(900) %}" + "{% for a in r %}" * 9 + "{% endfor %}" * 9,
    "loop whose condition is always false": "{% set r = range(900) %}{% for i in r %}{% for j in r if false %}{% endfor %}{% endfor %}",
    "loop over text": "{% set s = 'x' * 5000 %}{% for i in s %}{% for j in s %}{% endfor %}{% endfor %}",
    "recursive loop": "{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
    "text doubled": "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "text doubled by +": "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "number squared": "{% set ns = namespace(x=99) %}{% for i in range(99) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
    "list of itself twice": "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "tuple of itself twice": "{% set ns = namespace(x=(1,)) %}{% for i in range(99) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ ns.x }}",
    "mapping of itself twice": "{% set ns = namespace(x={}) %}{% for i in range(99) %}{% set ns.x = {1: ns.x, 2: ns.x} %}{% endfor %}{{ ns.x }}",
    "arguments twice": "{% macro m() %}{% if varargs == 1 %}{% endif %}{{ m(varargs, varargs) }}{% endmacro %}{{ m(1, 1) }}",
    "text times number": "{{ 'a' * 1000000000 }}",
    "number times text": "{{ 1000000000 * 'a' }}",
    "list times": "{{ [1] * 1000000000 }}",
    "empty list times": "{{ [[]] * 1000000000 }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "centred": "{{ 'x' | center(1000000000) }}",
    "centred by method": "{{ 'x'.center(1000000000) }}",
    "padded": "{{ 'x'.ljust(1000000000) }}{{ 'x'.zfill(1000000000) }}",
    "tabs expanded": "{{ '\t'.expandtabs(1000000000) }}",
    "printf width": "{{ '%1000000000d' | format(1) }}",
    "printf width by operator": "{{ '%1000000000d' % 1 }}",
    "format width": "{{ '{:1000000000}'.format(1) }}",
    "format attribute": "{{ '{0.__class__.__mro__}'.format(1) }}",
    "format nested width": "{{ '{:{}}'.format(1, 1000000000) }}",
    "format many times": "{% set s = 'a' * 9999 %}{{ ('{0}' * 9999).format(s) }}",
    "replace explosion": "{% set s = 'a' * 9999 %}{{ s.replace('a', s) }}",
    "replace explosion by filter": "{% set s = 'a' * 9999 %}{{ s | replace('a', s) }}",
    "replace of nothing": "{% set s = 'a' * 9999 %}{{ s.replace('', s) }}",
    "join explosion": "{% set s = 'a' * 9999 %}{{ range(9999) | join(s) }}",
    "join explosion by method": "{% set s = 'a' * 9999 %}{{ s.join(s.split('')) }}{{ s.join(['a'] * 9999) }}",
    "wide range": "{{ range(10 ** 15) | list }}",
    "wide range in figures": "{{ range(999999999999999) | list }}",
    "wider than a machine word": "{{ range(99999999999999999999999999) | list }}",
    "split": "{% set s = 'ab' * 400000 %}{{ s.split('a') }}",
    "batch": "{{ [1] | batch(1000000000, 'x') | list }}",
    "slice filter": "{{ [1] | slice(1000000000) | list }}",
    "indent": "{{ 'a\nb' | indent(1000000000) }}",
    "JSON indent": "{{ [1] | tojson(indent=1000000000) }}",
    "wordwrap": "{{ 'a b' | wordwrap(1, wrapstring='x' * 1000000) }}",
    "lorem ipsum": "{{ lipsum(1000000) }}",
    "long number read": "{{ ('9' * 500000) | int }}",
    "long number written out": "{{ " + "9" * 60_000 + " }}",
    "copies by slicing": "{% set a = 'a' * 40000 %}" + "{% set b = a[1:] %}" * 900,
    "search in long text": "{% set a = 'a' * 600000 %}{% for i in range(3000) %}{% if 'b' in a %}{% endif %}{% endfor %}",
    "compare long lists": "{% set a = [0] * 20000 %}{% for i in range(3000) %}{% if a == a[:] %}{% endif %}{% endfor %}",
    "gigabytes of output": "{% for i in range(9999) %}" + "x" * 60_000 + "{% endfor %}",
    "gigabytes in a block": "{% set b %}{% for i in range(9999) %}" + "x" * 60_000 + "{% endfor %}{% endset %}{{ b }}",
    "gigabytes in a macro": "{% macro m() %}" + "x" * 60_000 + "{% endmacro %}{% for i in range(999) %}{{ m() }}{% endfor %}",
    "gigabytes in a filter block": "{% filter upper %}{% for i in range(9999) %}" + "x" * 60_000 + "{% endfor %}{% endfilter %}",
    "too long an output": "{{ messages[0].content }}" + "x" * 65_000 + "{{ 'x' * 9999 }}",
    "macro calling itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "macro calling itself twice": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(39) }}",
    "call block": "{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}" + "{% call m() %}" * 30 + "x" + "{% endcall %}" * 30,
    "huge source": "{# " + "x" * 10_000_000 + " #}{{ messages[0].content }}",
    "many nodes": "{{ 1 }}" * 9_000 + "{{ x.y.z }}",
    "deep parentheses": "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "deep lists": "{{ " + "[" * 5_000 + "]" * 5_000 + " }}",
    "deep negation": "{{ " + "not " * 15_000 + "1 }}",
    "long sum": "{{ " + "1 + " * 9_000 + "1 }}",
    "deep conditions": "{% if 1 %}" * 3_000 + "{% endif %}" * 3_000,
    "long chain of conditions": "{% if 0 %}" + "{% elif 0 %}" * 5_200 + "{% endif %}",
    "unclosed comments": "{#" * 30_000,
    "unclosed braces": "{{" * 30_000,
    "dashes": "{%-" * 20_000,
    "line breaks": "\n" * 65_000 + "{{",
    "method by item": "{{ 'x'['center'](1000000000) }}",
    "method stored": "{% set f = 'x'.center %}{{ f(1000000000) }}",
    "namespace in itself": "{% set ns = namespace() %}{% set ns.x = [ns] %}{{ ns.x }}",
    "namespace printed": "{{ namespace(a=1) }}",
    "loop printed": "{% for i in [1] %}{{ loop }}{% endfor %}",
    "file included": "{% include '/etc/passwd' %}",
    "file imported": "{% import 'os' as os %}{{ os }}",
    "template extended": "{% extends 'x' %}",
    "date width": "{{ strftime_now('%1000000d' * 100) }}",
}  # fmt: skip


# Ways out of the sandbox. Jinja prints what it does not show as nothing at all.
ESCAPES = {
    "class of text": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class by item": "{{ ''['__class__']['__mro__'] }}",
    "class by filter": "{{ '' | attr('__class__') }}",
    "class by map": "{{ [''] | map(attribute='__class__.__mro__') | list }}",
    "globals of a function": "{{ raise_exception.__globals__ }}{{ range.function.__globals__ }}",
    "environment of a macro": "{% macro m() %}{% endmacro %}{{ m._environment }}{{ m.name.__class__ }}{{ m() .x.y }}",
    "template reference": "{{ self.__init__.__globals__ }}",
    "functions of the sandbox": "{{ range._bound }}{{ range._function }}{{ range.left }}{{ namespace.mro }}",
    "budget": "{{ range.bound[0].spend(-1000000) }}",
    "context": "{{ self._TemplateReference__context }}{{ messages.append }}{{ messages[0].pop }}",
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_an_unusable_template_is_one_error_with_its_cause_and_the_next_step(case):
    template, cause = UNUSABLE[case]
    with pytest.raises(TemplateError) as caught:
        complete(template)
    message = str(caught.value)
    assert message.startswith("The model's chat template ")
    assert cause in message
    assert NAMES_THE_NEXT_STEP in message
    assert len(message) < 500
    assert message.isprintable()
    assert isinstance(caught.value, ModelError)


@pytest.mark.slow
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_template_is_one_error_and_leaves_no_thread(case):
    threads = threading.active_count()
    with pytest.raises(TemplateError, match="Use a model of a family"):
        complete("{{ messages[0].content }}" + HOSTILE[case])
    assert threading.active_count() == threads


@pytest.mark.slow
def test_nesting_that_only_some_compilers_stand_does_no_harm():
    # Python 3.11 gives up on this one, 3.13 does not.
    chain = "{% if 0 %}" + "{% elif 0 %}" * 4_900 + "{% endif %}"
    with contextlib.suppress(TemplateError):
        assert complete("{{ messages[0].content }}" + chain).closing == ""


# Those that are about memory: measuring it slows Python down.
GREEDY = (
    *("text doubled", "text doubled by +", "number squared", "list of itself twice", "text times number", "list times"),
    *("empty list times", "format nested width", "format many times", "replace explosion", "replace of nothing"),
    *(
        "printf width by operator",
        "join explosion",
        "join explosion by method",
        "wide range in figures",
        "split",
        "indent",
        "copies by slicing",
    ),
    *("gigabytes of output", "gigabytes in a block", "gigabytes in a macro", "gigabytes in a filter block"),
)


@pytest.mark.slow
@pytest.mark.parametrize("case", GREEDY)
def test_a_hostile_template_stays_within_tens_of_megabytes(case):
    tracemalloc.start()
    try:
        with pytest.raises(TemplateError):
            complete(HOSTILE[case])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


@pytest.mark.parametrize("case", ESCAPES)
def test_pythons_objects_are_out_of_reach(case):
    try:
        shown = complete("{{ messages[0].content }}" + ESCAPES[case]).closing
    except TemplateError:
        shown = ""
    assert shown == ""


# What costs time or memory -> the units that it must cost at least; 5,000 numbers cost 5,001.
PAID = {
    "comparing": ("{% if 1 in a %}{% endif %}", 5_000),
    "comparing the other side": ("{% if a == 1 %}{% endif %}", 5_000),
    "slicing": ("{% set b = a[:] %}", 10_000),
    "listing": ("{% set b = [a] %}", 5_000),
    "pairing": ("{% set b = (a, 1) %}", 5_000),
    "mapping": ("{% set b = {1: a} %}", 5_000),
    "adding": ("{% set b = a + a %}", 20_000),
    "joining": ("{% set b = a ~ 1 %}", 5_000),
    "filtering": ("{% set b = a | first %}", 5_000),
    "testing": ("{% if a is string %}{% endif %}", 5_000),
    "printing": ("{{ a }}", 5_000),
    "looping": ("{% for i in a %}{% break %}{% endfor %}", 5_000),
    "a condition": ("{% for i in a if not i %}{% endfor %}", 15_000),
    "each round": ("{% for i in a %}{{ i }}{% endfor %}", 15_000),
    "each call": ("{% macro m() %}" + "x" * 32_000 + "{% endmacro %}{{ m() }}", 2_000),
}


@pytest.mark.parametrize("case", PAID)
def test_what_costs_time_or_memory_is_paid_for(case):
    def spent(template):
        budget = WorkBudget()
        SandboxedTemplate(template, budget).render({})
        return BUDGET_UNITS - budget.left

    template, least = PAID[case]
    numbers = "{% set a = range(5000) %}"
    assert spent(numbers + template) - spent(numbers) >= least


GEMMA4_BIG = "{{ bos_token }}<|turn>user\n{{ messages[0].content }}<turn|>\n<|turn>model\n{% if not enable_thinking %}<|channel>thought\n<channel|>{% endif %}"
GEMMA4_SMALL = "{{ bos_token }}<|turn>user\n{{ messages[0].content }}<turn|>\n<|turn>model\n{{ '' }}"


@pytest.mark.parametrize(
    ("template", "family"),
    [
        (GEMMA4_BIG, "gemma4"),
        (GEMMA4_SMALL, "gemma4-e"),
        ("", "gemma4"),
        ("{% broken", "gemma4"),
        ("Q: {{ messages[0].content }} A:", "gemma4"),
        (HOSTILE["nested loops"], "gemma4"),
    ],
)
def test_the_files_own_template_chooses_between_a_familys_variants(template, family):
    assert fit_preset(PRESETS["gemma4"], template, SpecialTokens("<bos>", "<eos>")) == PRESETS[family]


def test_a_family_without_variants_never_runs_the_template(monkeypatch):
    monkeypatch.setattr("localalt.prompting.chat_template.preset_from_template", None)
    assert fit_preset(PRESETS["gemma3"], "anything", SpecialTokens("", "")) is PRESETS["gemma3"]
