"""Columns that texts take, and tables of names in any script."""

import pytest

from localalt.cli.layout import print_table
from localalt.console.width import columns_of


@pytest.mark.parametrize(
    ("text", "columns", "at_most"),
    [("abc", 3, 3), ("日本", 4, 4), ("e\u0301é", 2, 3), ("“–”", 3, 6), ("☎\ufe0f", 1, 3), ("", 0, 0)],
)
def test_columns_as_most_terminals_draw_them_and_at_most(text, columns, at_most):
    assert (columns_of(text), columns_of(text, at_most=True)) == (columns, at_most)


def test_a_table_stays_straight_whatever_the_names(capsys):
    print_table([("NAME", "N", "LAST"), ("日本", "1", "x"), ("a\x1b[31m", "10", "y")], right=(1,))
    assert capsys.readouterr().out == "NAME        N  LAST\n日本        1  x\na\\x1b[31m  10  y\n"
