"""Sheets that a person grades: blind, harmless, and read back with what spreadsheets do to them."""

import csv
import dataclasses

import pytest

import localalt
from localalt.evaluation.judging.criteria import LETTERS
from localalt.evaluation.judging.sheets import is_by_hand, read_sheet, write_sheet
from localalt.evaluation.judging.validation import JudgeValidation
from localalt.evaluation.outputs import Output
from localalt.evaluation.reporting.content import NOT_VALIDATED
from localalt.evaluation.reporting.markdown import markdown
from localalt.evaluation.reporting.tables import results_of
from tests.support.evaluation import DOG, SIGN, output

OUTPUTS = [output("A dog.", arm="one"), output("A cat.", arm="two"), output("No parking.", case="sign", arm="one")]


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "grades.csv"
    assert write_sheet(path, [DOG, SIGN], OUTPUTS, LETTERS) == 3
    return path


def rows_of(path):
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def fill(path, *grades, delimiter=",", encoding="utf-8-sig"):
    rows = rows_of(path)
    for row, given in zip(rows[1:], grades, strict=False):
        row[3:] = given
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def test_a_sheet_does_not_name_who_wrote_a_text(sheet):
    head, *rows = rows_of(sheet)
    assert head == ["id", "picture", "text", *LETTERS]
    assert sorted(row[2] for row in rows) == ["A cat.", "A dog.", "No parking."]
    assert [row[3:] for row in rows] == [[""] * 3] * 3
    assert all(row[0].startswith("t") for row in rows), "a spreadsheet makes 12e4 of 120000"
    assert not {"one", "two"} & {cell for row in rows for cell in row}


def test_the_order_of_the_texts_about_a_picture_is_drawn_and_the_same_for_a_seed(tmp_path):
    outputs = [output(f"Dog {n}.", arm=str(n)) for n in range(8)]
    orders = []
    for number, seed in enumerate((0, 0, 1)):
        write_sheet(tmp_path / f"{number}.csv", [DOG], outputs, LETTERS, seed=seed)
        orders.append([row[2] for row in rows_of(tmp_path / f"{number}.csv")[1:]])
    assert orders[0] == orders[1]
    assert orders[0] not in ([each.text for each in outputs], orders[2])


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@name", "\tx"])
def test_a_text_is_not_a_formula(tmp_path, text):
    write_sheet(tmp_path / "grades.csv", [DOG], [output(text)], LETTERS)
    assert rows_of(tmp_path / "grades.csv")[1][2] == f"'{text}"


def test_grades_are_letters_and_numbers_of_those_who_wrote_the_texts(sheet):
    texts = [row[2] for row in rows_of(sheet)[1:]]
    fill(sheet, ("A", "b", "4,5"), (" F ", "0", "3"), ("", "", ""))
    grades = read_sheet(sheet, OUTPUTS)
    assert (grades.judge, grades.n_empty) == ("by hand: grades", 3)
    assert is_by_hand(grades.judge)
    arms = {each.text: each.arm for each in OUTPUTS}
    values = {(each.arm, each.criterion): each.value for each in grades.verdicts}
    first, second = arms[texts[0]], arms[texts[1]]
    assert [values[first, name] for name in LETTERS] == [5, 4, 4.5]
    assert [values[second, name] for name in LETTERS] == [0, 0, 3]


def test_of_a_row_that_is_there_twice_the_last_one_counts(sheet):
    fill(sheet, ("A", "A", "A"))
    again = sheet.read_text(encoding="utf-8-sig").splitlines()[1].replace("A,A,A", "B,B,B")
    with sheet.open("a", encoding="utf-8", newline="") as file:
        file.write(f"{again}\r\n")
    assert [each.value for each in read_sheet(sheet, OUTPUTS).verdicts] == [4, 4, 4]


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), (",", "utf-8-sig")])
def test_a_sheet_is_read_as_spreadsheets_save_it(sheet, delimiter, encoding):
    fill(sheet, ("A", "3,5", "4"), delimiter=delimiter, encoding=encoding)
    assert [each.value for each in read_sheet(sheet, OUTPUTS).verdicts] == [5, 3.5, 4]


@pytest.mark.parametrize("wrong", ["A-", "B+", "AB", "G", "6", "-1", "nan", "4/5", "good"])
def test_what_is_no_grade_is_named_with_its_row_and_what_can_be_written(sheet, wrong):
    fill(sheet, ("A", "A", "A"), ("A", wrong, "A"))
    with pytest.raises(
        localalt.OptionError, match=r"grades.csv, row 3, has '.+' as mood: write a number from 0 to 5.*A to F"
    ):
        read_sheet(sheet, OUTPUTS)


def test_letters_are_for_criteria_that_begin_at_0(tmp_path):
    write_sheet(tmp_path / "four.csv", [DOG], OUTPUTS, ("accuracy",))
    fill(tmp_path / "four.csv", ("A",))
    with pytest.raises(localalt.OptionError, match=r"has 'A' as accuracy: write a number from 1 to 5, such as 4.5\."):
        read_sheet(tmp_path / "four.csv", OUTPUTS)


def test_a_sheet_that_cannot_be_used_says_why(sheet, tmp_path):
    with pytest.raises(localalt.OptionError, match="has no grades yet: fill in elements, mood, care"):
        read_sheet(sheet, OUTPUTS)
    with pytest.raises(localalt.OptionError, match="may have grades in it"):
        write_sheet(sheet, [DOG], OUTPUTS, LETTERS)
    with pytest.raises(localalt.OptionError, match="no text to be graded"):
        write_sheet(tmp_path / "new.csv", [DOG], [dataclasses.replace(OUTPUTS[0], text="")], LETTERS)
    fill(sheet, ("A", "A", "A"))
    with pytest.raises(localalt.OptionError, match=r"row 2, has the id .* of no text"):
        read_sheet(sheet, [output("Another text.")])
    for content, message in (
        (b"", "is empty"),
        (b"a,b\n1,2\n", "not a sheet"),
        (b'id,mood\n"', "not CSV"),
        (b"\xff", "UTF-8"),
    ):
        sheet.write_bytes(content)
        with pytest.raises(localalt.OptionError, match=message):
            read_sheet(sheet, OUTPUTS)


def test_a_report_says_that_a_person_graded_and_does_not_call_it_a_judge(sheet):
    outputs = [Output(case.id, arm, f"{arm} {case.id}.") for case in (DOG, SIGN) for arm in ("one", "two")]
    path = sheet.with_name("mine.csv")
    write_sheet(path, [DOG, SIGN], outputs, LETTERS)
    fill(path, *[("A", "B", "C")] * 4)
    grades = read_sheet(path, outputs)
    results = results_of([DOG, SIGN], outputs, grades.verdicts, [JudgeValidation(grades.judge, ())], n_resamples=100)
    text = markdown(results)
    assert "## Graded by hand: mine" in text
    assert "A person graded the texts (by hand: mine), and no judge was examined." in text
    assert "udge validated" not in text.split("## How to read")[0]
    assert NOT_VALIDATED not in text.split("## How to read")[0]
    assert results.judges[0].letters[0].letter == "B"
    assert [each.letter for each in results.judges[0].grades] == ["B"] * 4
    assert "| dog | one | B |" in text
