"""The progress bars, all on standard error: of a download, of a model that loads, of things that are counted.

The command uses all of them, the library only that of a download: fetching gigabytes without a word would look like
hanging, so it shows them as huggingface_hub does. HF_HUB_DISABLE_PROGRESS_BARS turns that off.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from localalt.console.output import is_terminal, say
from localalt.console.visible import visible
from localalt.first_imports import importing

if TYPE_CHECKING:
    from typing_extensions import Self

    from localalt.types import DownloadProgress

__all__ = ["CountBar", "DownloadBar", "above_bars", "counting_bar", "loading_bar"]

_TRUE = {"1", "ON", "YES", "TRUE"}


def _is_notebook() -> bool:
    """Whether a kernel of Jupyter's runs this, whose standard error is shown below a cell and is not a terminal."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return "IPKernelApp" in getattr(shell, "config", ())


def _tqdm() -> Any:  # noqa: ANN401 (tqdm has no types)
    """tqdm's bar for where this runs: in a notebook a widget, or text where widgets are not installed."""
    if not _is_notebook():
        with importing():
            from tqdm import tqdm

        return tqdm
    with importing(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that ipywidgets would look better has nothing to do with the download
        from tqdm.auto import tqdm as for_notebooks

    return for_notebooks


class DownloadBar:
    """A bar with size, rate and time left on a terminal and in a notebook; elsewhere only a sentence at the start."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet or os.environ.get("HF_HUB_DISABLE_PROGRESS_BARS", "").upper() in _TRUE
        self._bar: Any = None

    def announce(self, message: str) -> None:
        """Say what is about to be downloaded."""
        if not self._quiet:
            say(message)

    def __call__(self, progress: DownloadProgress) -> None:
        """Show how far the download is."""
        if self._quiet or not (is_terminal("stderr") or _is_notebook()):
            return
        name = visible(progress.file.rpartition("/")[2][-40:])
        if self._bar is None:
            self._bar = _tqdm()(
                desc=name,
                total=progress.total_bytes,
                initial=progress.done_bytes,
                unit="B",
                unit_scale=True,
                leave=False,
                dynamic_ncols=True,
            )
        self._bar.set_description_str(name, refresh=False)
        self._bar.update(progress.done_bytes - self._bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()


@contextlib.contextmanager
def loading_bar() -> Iterator[Callable[[float], None]]:
    """A bar for a model that loads: takes the share that is done, 0 to 1."""
    form = "{desc} {percentage:3.0f}% |{bar:30}|"
    # A small model loads in no time: the bar appears only where there is something to wait for.
    with _tqdm()(total=1.0, desc="Loading the model", bar_format=form, leave=False, delay=0.5) as bar:
        yield lambda share: bar.update(share - bar.n) and None


class CountBar:
    """A bar for things that are counted as they are done: see `counting_bar`."""

    def __init__(self, bar: Any) -> None:  # noqa: ANN401 (tqdm has no types)
        self._bar = bar

    def advance(self) -> None:
        """One more is done."""
        self._bar.update()

    def above(self) -> contextlib.AbstractContextManager[object]:
        """For a block that prints: the bar stands below what it prints."""
        aside: contextlib.AbstractContextManager[object] = self._bar.external_write_mode()
        return aside


@contextlib.contextmanager
def above_bars() -> Iterator[None]:
    """For a block that prints while there may be bars, from whatever thread: they stand below what it prints."""
    tqdm = sys.modules.get("tqdm")
    if tqdm is None:  # there is no bar
        yield
        return
    with tqdm.tqdm.external_write_mode():
        yield


@contextlib.contextmanager
def counting_bar(n_all: int, unit: str) -> Iterator[CountBar]:
    """A bar for `n_all` things, each called `unit`: "picture"."""
    with _tqdm()(total=n_all, unit=unit, leave=False, dynamic_ncols=True) as bar:
        yield CountBar(bar)
