"""`localalt lint` as people run it, on files of strangers: what it reads, what it refuses, and which bytes it changes."""

import codecs
import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

GOOD = "A brown dog sleeps on a red sofa next to a window."


def lint(*arguments, data=None):
    command = [sys.executable, "-m", "localalt", "lint", *map(str, arguments)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def test_every_file_of_a_folder_is_fixed_in_the_right_place_or_left_alone(tmp_path):
    before = {
        "a.html": '<img data-alt="Image of x" alt="Image of a bird"><img title="alt=\'Image of a\'" alt="Image of a dog">\r\n',
        "b.html": '<img src="{{ x }}" alt="Image of a dog">',
        "c.md": "`![Image of a dog](x)` ![Image of a dog](x) and ![Image of a cat]\n\n[image of a cat]: c.png\n",
        "d.jsx": '<img alt="Image of a dog" />;\n',
        "e.vue": '<template><img alt="Image of a dog"></template>\n',
        "f.html": '<img alt="A page of https://example.org">',
    }
    after = {
        **before,
        "a.html": '<img data-alt="Image of x" alt="A bird"><img title="alt=\'Image of a\'" alt="A dog">\r\n',
        "c.md": "`![Image of a dog](x)` ![A dog](x) and ![A cat][Image of a cat]\n\n[image of a cat]: c.png\n",
    }
    for name, content in before.items():
        (tmp_path / name).write_bytes(content.encode())
    status, out, _ = lint(tmp_path, "--fix", "--profile", "web", "--json")
    assert {name: (tmp_path / name).read_bytes().decode() for name in before} == after
    assert status == 1
    left = [json.loads(line) for line in out.splitlines()]
    assert {line["rule"] for line in left if line["path"].endswith(("b.html", "d.jsx", "e.vue"))} == {
        "redundant-opening"
    }
    assert [line["rule"] for line in left if line["path"].endswith(("a.html", "f.html"))] == ["url"]


@pytest.mark.parametrize("name", ["a.css", "a.py", "a.csv", "Makefile"])
def test_a_file_without_a_reader_is_refused_and_the_others_go_on(name, tmp_path):
    path, other = tmp_path / name, tmp_path / "b.txt"
    path.write_bytes(b"Image of a dog on a sofa\n")
    other.write_bytes(b"Image of a brown dog on a red sofa by a window\n")
    status, _, err = lint(path, other, "--fix")
    assert status == 2
    assert "--form text" in err
    assert path.read_bytes() == b"Image of a dog on a sofa\n"
    assert other.read_bytes() == b"A brown dog on a red sofa by a window.\n"
    assert lint(path, "--fix", "--form", "text")[0] in (0, 1)
    assert path.read_bytes() == b"A dog on a sofa.\n"


@pytest.mark.parametrize("option", ["--jsonl", "--json"])
def test_localalts_own_drafts_are_fixed(option, tmp_path):
    record = {
        "source": "a.png",
        "text": "Image of a brown dog on a red sofa",
        "raw": "Image of a brown dog on a red sofa",
    }
    path = tmp_path / "drafts.json"
    lines = [json.dumps(record), json.dumps({**record, "source": "b.png"})]
    content = "\n".join(lines) + "\n" if option == "--jsonl" else "[\n" + ",\n".join(lines) + "\n]\n"
    path.write_bytes(content.encode())
    _, _, err = lint(path, "--fix")
    assert "2 texts fixed" in err
    fixed = content.replace('"text": "Image of a brown dog on a red sofa"', '"text": "A brown dog on a red sofa."')
    assert path.read_bytes().decode() == fixed


def test_one_file_that_cannot_be_decoded_is_said_with_its_place_and_the_others_go_on(tmp_path):
    broken, declared, good = tmp_path / "a.html", tmp_path / "b.html", tmp_path / "c.html"
    broken.write_bytes(b'<p>\n<img alt="caf\xe9">')
    declared.write_bytes('<meta charset="iso-8859-1"><p>é</p><img alt="Image of a café">'.encode("cp1252"))
    good.write_bytes(b"<img alt='Image of a dog'>")
    status, _, err = lint(tmp_path, "--fix", "--profile", "web")
    assert status == 2
    assert f"{broken} cannot be read as text: byte 0xE9 at offset 17 (line 2) is not UTF-8" in err
    assert broken.read_bytes() == b'<p>\n<img alt="caf\xe9">'
    assert declared.read_bytes() == '<meta charset="iso-8859-1"><p>é</p><img alt="A café">'.encode("cp1252")
    assert good.read_bytes() == b"<img alt='A dog'>"


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (codecs.BOM_UTF8, "utf-8"),
    ],
)
def test_what_windows_shells_write_is_read_and_stays_in_its_encoding(mark, codec, tmp_path):
    forms = {"a.txt": "{}", "a.jsonl": '{{"text": "{}"}}', "a.html": '<img alt="{}">', "a.md": "![{}](x.png)"}
    before, after = (
        {name: mark + f"{form.format(text)}\r\n".encode(codec) for name, form in forms.items()}
        for text in (f"Image of {GOOD}", GOOD)
    )
    for name, data in before.items():
        (tmp_path / name).write_bytes(data)
    status, _, _ = lint(*(tmp_path / name for name in forms), "--fix")
    assert status == 0
    assert {name: (tmp_path / name).read_bytes() for name in forms} == after
    assert lint("-", "--fix", data=before["a.txt"])[1] == after["a.txt"]


def test_an_image_that_is_named_computed_or_hidden_is_not_missing(tmp_path):
    path = tmp_path / "a.html"
    path.write_bytes(
        b'<img aria-label="A dog"><img title="A dog"><img :alt="x"><img alt="{{ x }}"><div hidden><img></div><template><img></template>'
    )
    assert lint(path)[:2] == (0, b"")
    path.write_bytes(b'<svg role="img"></svg><input type="image"><area href="/"><embed src="a.svg"><img>')
    assert lint(path)[1].count(b"missing") == 5
