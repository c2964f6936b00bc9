"""MDX: Markdown with components in it. Both are read, and never written."""

from __future__ import annotations

import dataclasses

from localalt.documents.components import read_markup
from localalt.documents.markdown import images_alone
from localalt.documents.references import Reading

__all__ = ["read_mdx"]


def read_mdx(content: str) -> Reading:
    """The images of Markdown and the image elements, in the order of their lines.

    Raises:
        OptionError: markdown-it-py is not installed.
    """
    images, blanked = images_alone(content)
    found = [*images.references, *read_markup(blanked).references]
    fixed = (dataclasses.replace(each, span=None) for each in sorted(found, key=lambda each: each.line))
    return Reading(tuple(fixed))
