"""Cases, texts and scripted judges for tests of the evaluation."""

import dataclasses
import hashlib
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from localalt.evaluation.cases import Case, MultipleChoice
from localalt.evaluation.judging.criteria import FOUR
from localalt.evaluation.outputs import Output

NO_PICTURE = Path("nobody-opens-it.png")

DOG = Case(
    "dog",
    NO_PICTURE,
    "0" * 64,
    references=("A brown dog sleeps on a red sofa.", "A dog, brown, asleep on a sofa that is red."),
    must_mention=(("dog",), ("sofa", "couch")),
    must_not=("cat", "image of"),
    questions=(
        MultipleChoice("Which animal?", ("a cat", "a dog"), 1),
        MultipleChoice("What colour is the sofa?", ("red", "blue"), 0),
    ),
    type="photo",
)


SIGN = dataclasses.replace(DOG, id="sign", sha256="1" * 64, text="No parking\nat any time", type="text")


def output(text: str, case: str = "dog", arm: str = "a", **changes: Any) -> Output:
    """A text about a case."""
    return Output(case, arm, text, **changes)


class Scripted:
    """A judge that answers as a function of the question says."""

    family, sees = "scripted", False

    def __init__(self, answer: Callable[[str, Case], str], name: str = "scripted", sees: bool = False) -> None:
        self._answer, self.name, self.digest, self.sees = answer, name, name, sees
        self.asked: list[tuple[str, str]] = []
        """Questions with their grammars."""

    def ask(self, question: str, grammar: str, case: Case) -> str:
        """See `Judge`."""
        self.asked.append((question, grammar))
        return self._answer(question, case)

    def close(self) -> None:
        """See `Judge`."""


def digits(text: str) -> int:
    """A number that a text decides and nothing else does, unlike `hash`."""
    return zlib.crc32(text.encode())


def knowing(question: str, case: Case) -> str:
    """What a good judge would say, by words that both texts have."""
    right = set(" ".join(case.references).lower().replace(".", " ").replace(",", " ").split())

    def share(text: str) -> float:
        words = set(text.lower().replace(".", " ").replace(",", " ").split())
        return len(words & right) / max(1, len(words | right))

    blocks = question.split("---\n")[1::2]
    if '"better"' in question:
        first, second = (share(block.rstrip("\n-")) for block in blocks[-2:])
        better = "tie" if first == second else "first" if first > second else "second"
        return json.dumps({"better": better})
    if '"verdict"' in question:
        return json.dumps({"verdict": "supported" if share(blocks[-1].rstrip("\n-")) > 0.3 else "contradicted"})
    if '"answer"' in question:
        letters = {option: letter for letter, option in re.findall(r"^([A-Z]): (.*)$", question, re.MULTILINE)}
        return json.dumps({"answer": letters["a dog" if "a dog" in letters else "blue"]})
    score = 1 + round(4 * share(blocks[-1].rstrip("\n-")), 2)
    if '"completeness"' in question:
        return json.dumps({**dict.fromkeys(FOUR, score), "reason": "So."})
    return json.dumps({"reason": "So.", "score": score})


def many_cases(n: int = 40) -> Iterator[Case]:
    """Cases whose references differ in many words, the same each time."""
    rng = random.Random(1)
    things = ["dog", "cat", "car", "tree", "boat", "house", "bridge", "child", "bird", "clock"]
    colours = ["red", "green", "black", "white", "blue", "yellow"]
    for number in range(n):
        a, b = rng.sample(things, 2)
        c, d = rng.sample(colours, 2)
        text = f"A {c} {a} number {number} on the left of a {d} {b}, seen at night."
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        yield Case(f"case{number}", NO_PICTURE, digest, references=(text,), type=rng.choice(["photo", "chart"]))


def cases_folder(tmp_path: Path, expected: Mapping[Path, str]) -> Path:
    """The folder, with a file of cases about the example pictures, and the pictures."""
    lines = []
    for path, text in expected.items():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        kind = "chart" if "chart" in path.name else "text" if '"' in text else "photo"
        word = text.split('"')[1] if '"' in text else None
        questions = [{"question": "What is it?", "options": ["a cat", text], "answer": 1}]
        lines.append(
            {
                "id": path.stem + path.suffix[1:],
                "picture": path.name,
                "type": kind,
                "references": [text],
                "must_mention": [[text.split()[1].strip(".,")]],
                "must_not": ["elephant"],
                "text": word,
                "questions": questions,
            }
        )
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return tmp_path
