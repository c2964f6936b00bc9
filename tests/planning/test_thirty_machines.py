"""Plans on machines that are made up are those that were reviewed."""

from tests.planning.thirty_machines import FILE, MACHINES, rendered


def test_plans_are_those_that_were_reviewed():
    assert len(MACHINES) >= 30
    assert rendered() + "\n" == FILE.read_text(encoding="utf-8"), (
        "Plans changed: run python -m tests.planning.thirty_machines, and read what did."
    )
