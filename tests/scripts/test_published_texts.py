"""Alt texts are taken from documents, and what nobody wrote with care is left out by its form."""

import json

import published_texts
import pytest

REST = """\
.. figure:: harbour.png
   :width: 300
   :alt: Three fishing boats lie
         in a small harbour.

   A caption, which is not an alternative.
"""


@pytest.fixture
def folder(tmp_path):
    pages = {
        "guide/index.html": '<html lang="de"><img src="a.png" alt="Zwei Hunde am Strand."><img src="b.png" alt="">',
        "guide/page.md": "![A ferry leaves the harbour.](c.png)\n\n![build status](d.svg)\n\n![Two dogs](e.png)\n",
        "guide/again.md": "![a ferry leaves the harbour.](c.png)\n",
        "manual/figure.rst": REST,
        "manual/cells.ipynb": json.dumps(
            {
                "cells": [
                    {"cell_type": "code", "source": ["![Code is not read here.](f.png)"]},
                    {"cell_type": "markdown", "source": ["![A curve that\n", "rises steeply.](g.png)"]},
                ]
            }
        ),
        "manual/old.ipynb": "{}",
    }
    for name, content in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def printed(capsys, *arguments):
    assert published_texts.main([str(argument) for argument in arguments]) == 0
    output = capsys.readouterr()
    return [json.loads(line) for line in output.out.splitlines()], output.err


def test_each_text_comes_once_with_its_source_and_language(folder, capsys):
    found, _ = printed(capsys, folder, "--language", "en")
    assert sorted((line["text"], line["source"], line["language"]) for line in found) == [
        ("A curve that rises steeply.", "manual", "en"),
        ("Three fishing boats lie in a small harbour.", "manual", "en"),
        ("Zwei Hunde am Strand.", "guide", "de"),
        ("a ferry leaves the harbour.", "guide", "en"),
    ]


def test_what_is_left_out_is_counted_and_short_texts_come_on_demand(folder, capsys):
    found, counts = printed(capsys, folder, "--short")
    assert "Two dogs" in [line["text"] for line in found]
    assert "badge: 1" in counts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("IMG_2034.jpg", "file name"),
        ("team-photo-2019-final", "file name"),
        ("640 x 480 harbour view at dawn", "file name"),
        ("Picture of {{ item.title }} in a shop", "template or address"),
        ("https://example.org/a", "template or address"),
        ("Coverage of main", "badge"),
        ("A dog", "short"),
        ("A dog on a beach.", None),
        ("浜辺を走る茶色い犬", None),
    ],
)
def test_a_text_is_left_out_by_its_form(text, reason):
    assert published_texts.left_out(text) == reason


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_printed(folder, capsys):
    (folder / "guide" / "broken.md").write_bytes(b"\xff\xfe\x00")
    found, errors = printed(capsys, folder)
    assert found
    assert "broken.md" in errors


def test_without_folders_the_command_says_what_to_name(capsys):
    with pytest.raises(SystemExit):
        published_texts.main([])
    assert "--installed" in capsys.readouterr().err
