"""The pages of the two experiments, followed to the letter: every command, with known answers in place of real weights.

The event stream, the server of pictures and the hub are on loopback, and the hub has the known-answer models under the
names that the pages name. What a person does between two commands is done here: a step is a function of the folder.
"""

import csv
import hashlib
import io
import json
import re
import runpy
import shlex
import sys

import PIL.Image
import pytest

from localalt import cli, selftest
from localalt.evaluation.cases import read_cases
from localalt.evaluation.judging import judge as judging
from localalt.evaluation.judging.criteria import LETTERS, SETS
from localalt.evaluation.judging.validation import MAX_CONTROLS
from localalt.evaluation.records import read_records
from localalt.models.catalog import CATALOG
from scripts.collect_alt_text import command as collecting, pictures as fetching
from tests.support.docs_pages import text_of
from tests.support.evaluation import Scripted, knowing
from tests.support.hub import use_hub
from tests.support.jetstream import Jetstream, delete, post, serving
from tests.support.picture_server import PictureServer

pytestmark = pytest.mark.slow

N_POSTS = 150
N_BAD = 60
"""Pictures that a person throws away, as many as in the published experiment."""


def commands_of(page):
    """The commands of a page, in its order, without the installations."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if not line.startswith("pip ")]


class Evening:
    """A folder in which the commands of a page run."""

    def __init__(self, folder, capfd):
        self.folder, self._capfd = folder, capfd
        self.more = {}
        """Options for modules, such as where the event stream is."""

    def run(self, line):
        """One command; what it printed goes where the line says."""
        words = shlex.split(line)
        words, out = (words[:-2], words[-1]) if ">" in words else (words, None)
        self._capfd.readouterr()
        if words[0] == "localalt":
            status = cli.main(words[1:])
        else:
            assert words[:2] == ["python", "-m"]
            status = self._module(words[2], [*words[3:], *self.more[words[2]]])
        printed = self._capfd.readouterr()
        assert status == 0, printed.err
        if out is not None:
            (self.folder / out).write_text(printed.out, encoding="utf-8")
        return printed

    def _module(self, name, arguments):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", [name, *arguments])
            main = {"scripts.collect_alt_text": collecting.main, "scripts.collect_alt_text.pictures": fetching.main}
            if name in main:
                return main[name]()
            patch.delitem(sys.modules, name, raising=False)  # another test may have imported it
            with pytest.raises(SystemExit) as ended:
                runpy.run_module(name, run_name="__main__")
            return ended.value.code

    def lines(self, name):
        return [json.loads(line) for line in (self.folder / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def evening(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(collecting, "QUIET_S", 0.5)
    monkeypatch.setattr(fetching, "PAUSE_S", 0)
    return Evening(tmp_path, capfd)


@pytest.fixture
def models(hub, monkeypatch, tmp_path_factory):
    """The hub has a known-answer model under each of these names."""

    def serve(**names):
        use_hub(monkeypatch, hub.url, tmp_path_factory.mktemp("home"))
        for name, known in names.items():
            entry = CATALOG[name.replace("_", "-").replace("--", ".")]
            weights, mmproj = selftest.MODELS[known]
            files = {f"Model-{quant}.gguf": weights for quant in entry.weights_bytes}
            hub.add(entry.repository, files | {"mmproj-F16.gguf": mmproj})

    return serve


def pictures_with_texts():
    """Pictures of the known-answer models, each with the text that a person wrote: its CID, file and text."""
    found = {}
    for each in selftest.held_out():
        if each.kind != selftest.UNSEEN and len(each.text) > 20:
            found.setdefault(each.text, each)
    for number, (text, each) in enumerate(list(found.items())[:N_POSTS]):
        file = io.BytesIO()
        PIL.Image.open(io.BytesIO(each.picture)).save(file, "PNG")
        cid = "bafkrei" + hashlib.sha256(str(number).encode()).hexdigest().translate(str.maketrans("0189", "wxyz"))[:52]
        yield cid, file.getvalue(), text


def letters_of(number):
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:024d}")


def test_an_evening_with_public_posts(evening, models, monkeypatch):
    pictures = list(pictures_with_texts())
    assert len(pictures) == N_POSTS
    events = [
        post(number, f"did:plc:{letters_of(number)}", f"r{number}", text, image_cids=[cid])
        for number, (cid, _, text) in enumerate(pictures)
    ]
    bad = [post(-1, f"did:plc:{letters_of(999)}", "x", "short", image_cids=[pictures[0][0]])]
    gone = [delete(N_POSTS + 1, f"did:plc:{letters_of(number)}", f"r{number}") for number in (3, 4)]
    models(qwen3__5_9b="selftest", qwen3__5_27b="selftest-qwen3vl")
    asked = []

    def judge_of(weights, **_):
        asked.append(Scripted(knowing, name=weights.stem))
        return asked[-1]

    monkeypatch.setattr(judging, "TextJudge", judge_of)
    commands = commands_of("experiment-posts.md")
    assert len(commands) == 7
    with (
        serving(Jetstream([*bad, *events, *gone])) as endpoint,
        PictureServer({cid: data for cid, data, _ in pictures}) as server,
    ):
        evening.more = {
            "scripts.collect_alt_text": ["--endpoint", endpoint],
            "scripts.collect_alt_text.pictures": ["--server", server.url],
            "scripts.collect_alt_text.cases": [],
        }
        collected = evening.run(commands[0])
        assert len(evening.lines("posts.jsonl")) >= 140
        assert "too-short" in collected.out
        evening.run(commands[1])
        evening.run(commands[2])
    here = sorted(evening.folder.glob("pictures/*.jpg"))
    assert len(here) == len(evening.lines("posts.jsonl")) == 138
    assert (evening.folder / "pictures" / "review.html").read_text().count("<img ") == 138
    for picture in here[:N_BAD]:
        picture.unlink()
    evening.run(commands[3])
    cases = read_cases(evening.folder / "cases.jsonl")
    assert len(cases) == 68
    assert len(json.loads((evening.folder / "cases.jsonl.picks.json").read_text())["ids"]) == 68
    said = evening.run(commands[4])
    assert "The recipe social-posts has" not in said.err
    outputs = [each for each in evening.lines("outputs.jsonl") if each["text"]]
    assert len(outputs) == 68 * 2
    evening.run(commands[5])
    (judge,) = asked
    about_texts = [(question, grammar) for question, grammar in judge.asked if '"better"' not in question]
    assert {grammar for _, grammar in about_texts} == {SETS["four"].grammar}
    assert len(about_texts) <= 68 * 2 + 3 * MAX_CONTROLS, "all four are one question"
    evening.run(commands[6])
    page = (evening.folder / "report.html").read_text(encoding="utf-8")
    assert "Judge: <bdi>judge (all criteria in one question)</bdi>" in page
    table = re.sub("</?bdi>", "", page.split("Four criteria, 1 to 5")[1].split("</table>")[0])
    rows = {
        name: re.findall(r"<td>([^<]+)</td>", cells)
        for name, cells in re.findall(r'<tr><th scope="row">([^<]+)</th>(.*)', table)
    }
    published = rows.pop("Qwen3.5-122B-A10B (published)")
    assert published == ["4.03", "3.99", "4.18", "3.99", "4.04", "68"]
    assert list(rows) == ["qwen3.5-9b plain/5", "qwen3.5-27b plain/5"]
    for cells in rows.values():
        # What the known-answer models answer is what the people wrote: a judge that knows gives them all there is.
        assert [cell.split()[0] for cell in cells[:5]] == ["5.00"] * 5
        assert cells[5] == "68"


def test_an_evening_with_five_photographs(evening, models, expected):
    (evening.folder / "photos").mkdir()
    for path in list(expected)[:5]:
        (evening.folder / "photos" / path.name).write_bytes(path.read_bytes())
    known = {"mistral_small_3__1_24b": "selftest", "gemma_3_27b": "selftest-gemma4"}
    models(**known, qwen2__5_vl_32b="selftest-qwen3vl", qwen3__5_27b="selftest")
    commands = commands_of("experiment-photos.md")
    assert len(commands) == 5
    evening.run(commands[0])
    lines = evening.lines("cases.jsonl")
    assert len(lines) == 5
    texts = {path.name: text for path, text in expected.items()}
    for line in lines:
        line["references"] = [texts[line["picture"].removeprefix("photos/")]]
    (evening.folder / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    evening.run(commands[1])
    assert len([each for each in evening.lines("outputs.jsonl") if each["text"]]) == 15
    evening.run(commands[2])
    grades = evening.folder / "grades.csv"
    rows = list(csv.reader(grades.read_text(encoding="utf-8-sig").splitlines()))
    for number, row in enumerate(rows[1:]):
        row[3:] = ["B", "4,5", "A"] if number else ["", "", ""]
    with grades.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    evening.run(commands[3])
    verdicts = list(read_records(evening.folder / "verdicts.jsonl"))
    assert {each["criterion"] for each in verdicts if "arm" in each and "control" not in each["arm"]} == set(LETTERS)
    said = evening.run(commands[4])
    assert "3 of 45 grades are empty" in said.err
    page = (evening.folder / "report.html").read_text(encoding="utf-8")
    assert "Graded <bdi>by hand: grades</bdi>" in page
    published = re.findall(r"<tr>.*\(published\).*</tr>", page)
    assert [re.findall(r"<td>([^<]+)</td>", re.sub("</?bdi>", "", row))[3:] for row in published][:5] == [
        ["3.4", "C", "5"],
        ["4.2", "B", "5"],
        ["4.4", "B", "5"],
        ["4.8", "A", "5"],
        ["5", "A", "5"],
    ]
    found = json.loads(evening.run(commands[4].replace("--format html > report.html", "--format json")).out)
    by_hand = found["judges"][0]
    assert [(row["letter"], row["overall"]["estimate"]) for row in by_hand["letters"]] == [("A", 4.5)] * 3
    assert len(by_hand["grades"]) == 14
    assert not found["judges"][1]["validated"]
