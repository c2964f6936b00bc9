import dataclasses
import json

import pytest

import localalt
from localalt.prompting.builtin import PROMPTS
from localalt.prompting.prompt_file import chosen_prompt, named_prompts, prompt_to_json


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", named_prompts())
def test_a_prompt_of_the_packages_is_taken_by_its_name(name):
    assert chosen_prompt(name) is PROMPTS[name]


def test_the_known_answer_models_prompt_is_not_for_others():
    with pytest.raises(localalt.OptionError, match="There is no prompt 'selftest'"):
        chosen_prompt("selftest")


def test_a_text_file_is_the_instruction(tmp_path):
    path = write(tmp_path, "mine.txt", "\ufeffDescribe {this} picture\nfor a museum.\n")
    prompt = chosen_prompt(path)
    assert prompt.instruction == "Describe {this} picture\nfor a museum."
    assert prompt.identity.startswith("mine/")
    assert prompt == chosen_prompt(str(path))
    assert (prompt.also, prompt.purposes) == (PROMPTS["plain"].also, {}), "its words are for every purpose"


def test_a_change_of_the_file_is_another_version(tmp_path):
    first = chosen_prompt(write(tmp_path, "mine.txt", "Describe it.")).identity
    assert chosen_prompt(write(tmp_path, "mine.txt", "Describe it!")).identity != first


def test_a_json_file_may_set_all_that_a_prompt_has(tmp_path):
    value = {
        "name": "museum",
        "version": 3,
        "instruction": ["Describe it.", "Name the medium."],
        "purposes": {"logo": "Name it."},
        "also": {"long": "Tell all."},
        "sampling": {"temperature": 0.7, "top_k": 20},
        "max_tokens": 100,
    }
    prompt = chosen_prompt(write(tmp_path, "mine.json", json.dumps(value)))
    assert prompt.identity.startswith("museum/3-")
    assert prompt.instruction == "Describe it.\nName the medium."
    assert prompt.purposes == {"logo": "Name it."}
    assert prompt.also["long"].instruction == "Tell all."
    assert prompt.also["text"] == PROMPTS["plain"].also["text"]
    assert (prompt.sampling.temperature, prompt.sampling.top_k, prompt.sampling.top_p) == (0.7, 20, 1.0)
    assert prompt.max_tokens == 100


@pytest.mark.parametrize("name", named_prompts())
def test_a_prompt_that_is_written_out_reads_back_as_it_was(tmp_path, name):
    prompt = chosen_prompt(write(tmp_path, "own.json", prompt_to_json(PROMPTS[name])))
    assert (prompt.instruction, prompt.purposes) == (PROMPTS[name].instruction, PROMPTS[name].purposes)
    assert prompt.also == PROMPTS[name].also
    assert prompt.sampling == dataclasses.replace(prompt.sampling, temperature=0.0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 60_000, "is not JSON"),
        ('{"instruction": ""}', "no words in instruction"),
        ('{"instruction": 7}', "no words in instruction"),
        ('{"instruktion": "x"}', 'did you mean "instruction"'),
        ('{"purposes": {"lnik": "x"}}', 'did you mean "purposes.link"'),
        ('{"purposes": []}', "purposes \\[\\]: write a JSON object"),
        ('{"also": {"long": ""}}', "no words in also.long"),
        ('{"sampling": {"temperature": "hot"}}', "temperature 'hot': write a number"),
        ('{"sampling": {"temperature": NaN}}', "temperature nan"),
        ('{"sampling": {"top_k": 1.5}}', "top_k 1.5"),
        ('{"sampling": {"top_p": true}}', "top_p True"),
        ('{"sampling": {"top_p": 1.1}}', "from 0.0 to 1.0"),
        ('{"max_tokens": 513}', "from 1 to 512"),
        ('{"max_tokens": true}', "from 1 to 512"),
    ],
)
def test_a_file_that_is_not_a_prompt_is_refused_by_name_with_the_next_step(tmp_path, content, message):
    path = write(tmp_path, "mine.json", content)
    with pytest.raises(localalt.OptionError, match=message) as caught:
        chosen_prompt(path)
    assert "mine.json" in str(caught.value)


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("plane", 'did you mean "plain"'),
        ("", 'use "plain", "typed"'),
        (7, "There is no prompt 7"),
        (None, "There is no prompt None"),
        ("missing.txt", "cannot be read"),
        ("no/such/file", "cannot be read"),
        ("a\x00.txt", "cannot be read"),
    ],
)
def test_a_prompt_that_there_is_not_is_refused_with_the_next_step(prompt, message):
    with pytest.raises(localalt.OptionError, match=message):
        chosen_prompt(prompt)


def test_files_of_the_wrong_kind_or_size_are_refused(tmp_path):
    with pytest.raises(localalt.OptionError, match="is not text"):
        chosen_prompt(write(tmp_path, "a.txt", b"caf\xe9"))
    with pytest.raises(localalt.OptionError, match=r"more than 65,536 bytes"):
        chosen_prompt(write(tmp_path, "b.txt", "x" * 70_000))
    with pytest.raises(localalt.OptionError, match="cannot be read"):
        chosen_prompt(tmp_path)
    with pytest.raises(localalt.OptionError, match="no words in instruction"):
        chosen_prompt(write(tmp_path, "c.txt", " \n"))
