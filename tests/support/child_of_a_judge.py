"""The child that answers a judge's questions, and ends at those that begin with "abort".

Tests run it as a module in place of `localalt.worker`. The rest is the real child. Nothing in the package knows of it.
"""

from __future__ import annotations

import os
import sys
from typing import Any, cast

VARIABLE = "LOCALALT_TESTS_JUDGE"
"""With "load", it ends while it loads."""


def _main() -> int:
    from localalt.describer import text_model
    from localalt.worker.__main__ import main

    class Misbehaving(text_model.TextModel):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            if os.environ.get(VARIABLE) == "load":
                os.abort()
            super().__init__(*arguments, **options)

        def ask(self, question: str, grammar: str) -> str:
            if question.startswith("abort"):
                os.abort()
            return super().ask(question, grammar)

    cast("Any", text_model).TextModel = Misbehaving
    return main()


if __name__ == "__main__":
    code = _main()
    sys.stderr.flush()
    os._exit(code)
