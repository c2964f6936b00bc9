"""Runs one chat template, a program by a stranger, with nothing to harm and little to spend.

Every template is rewritten before it runs, and only what chat templates use is there at all. Knows nothing of models,
pictures or prompts. Imports jinja2, so import this module where it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping

import jinja2

from localalt.errors import TemplateError
from localalt.prompting.sandbox.budget import WorkBudget
from localalt.prompting.sandbox.environment import Environment
from localalt.prompting.sandbox.rewriting import Meter, check

__all__ = ["SandboxedTemplate"]

_MAX_SOURCE = 65_536
"""Characters: the largest of the 68 templates in llama.cpp of November 2026 has 17,000, the largest seen elsewhere
34,000."""


class SandboxedTemplate:
    """A compiled chat template.

    Args:
        source: the template's text.
        budget: what all of its renderings may spend together.

    Raises:
        TemplateError: the template is too large or has what chat templates do not; and jinja's or Python's own
            errors where it is not a template.
    """

    def __init__(self, source: str, budget: WorkBudget | None = None) -> None:
        if len(source) > _MAX_SOURCE:
            raise TemplateError(f"has {len(source)} characters, where chat templates have a few thousand")
        environment = Environment(budget or WorkBudget())
        tree = environment.parse(source)
        check(tree)
        Meter().visit(tree)
        environment.stub_unknown(tree)
        tree.set_environment(environment)
        code = environment.compile(tree)
        self._template = jinja2.Template.from_code(environment, code, dict(environment.globals))

    def render(self, variables: Mapping[str, object]) -> str:
        """The template's text. Raises `BudgetError`, `TemplateError`, or whatever it provokes."""
        return self._template.render(variables)
