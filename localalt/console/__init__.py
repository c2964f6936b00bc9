"""What people and programs see of localalt: the one way to print, and how strangers' words are shown in it.

Names of files, hubs' strings, licences, options and other libraries' messages are hostile until `visible` has shown
what hides in them. Everything that goes to standard output or standard error goes through `output`; a test holds it.
The command uses all of it, the library only the bar of a download. Knows nothing of models, pictures or commands.
Doors: the names below.
"""

from localalt.console.bars import CountBar, DownloadBar, above_bars, counting_bar, loading_bar
from localalt.console.forecast import Forecast
from localalt.console.markup import html_escaped, markdown_escaped
from localalt.console.output import (
    OutputError,
    check_output,
    is_terminal,
    json_text,
    print_bytes,
    print_document,
    print_draft,
    print_json,
    print_line,
    print_lines,
    say,
)
from localalt.console.visible import visible

__all__ = [
    "CountBar",
    "DownloadBar",
    "Forecast",
    "OutputError",
    "above_bars",
    "check_output",
    "counting_bar",
    "html_escaped",
    "is_terminal",
    "json_text",
    "loading_bar",
    "markdown_escaped",
    "print_bytes",
    "print_document",
    "print_draft",
    "print_json",
    "print_line",
    "print_lines",
    "say",
    "visible",
]
