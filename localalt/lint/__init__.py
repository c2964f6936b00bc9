"""Rules for alt text, each with a name, a level, and a fix where one is safe.

    from localalt import lint

    for finding in lint.check("Image of a dog", profile="web"):
        print(finding)
    lint.fix("Image of a dog")  # "A dog."

For drafts and for what people wrote alike. Rules are in `RULES`, which of them count in `PROFILES`; `settings` and
`comments` are for linters of files. Knows words. Must not know pictures, models, or files: whether a text is true is
not its business.
"""

from localalt.lint.check import Kind, check, fix
from localalt.lint.profiles import PROFILES, Profile
from localalt.lint.rules import RULES, Finding, Level, Rule

__all__ = ["PROFILES", "RULES", "Finding", "Kind", "Level", "Profile", "Rule", "check", "fix"]
