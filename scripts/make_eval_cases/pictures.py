"""The painters of the evaluation's cases, by name.

Each draws a picture from a few words and numbers that the cases' data give, so that what is true of a picture stands
beside it. Knows no texts about pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import Image

from .art import art, brushwork, logo
from .charts import chart, cycle, flow, venn
from .maps import floor_plan, island, street_map, transit
from .papers import page, receipt, sign, slide, square_code, table
from .scenes import comic, meme, meme_photograph, photograph, scene
from .screens import calendar, chat, editor, launcher, player, terminal, weather, window

__all__ = ["PAINTERS", "PHOTOGRAPHS"]

PAINTERS: Mapping[str, Callable[..., Image.Image | None]] = {
    painter.__name__: painter
    for painter in (
        art,
        brushwork,
        calendar,
        chart,
        chat,
        comic,
        cycle,
        editor,
        floor_plan,
        flow,
        island,
        launcher,
        logo,
        meme,
        meme_photograph,
        page,
        photograph,
        player,
        receipt,
        scene,
        sign,
        slide,
        square_code,
        street_map,
        table,
        terminal,
        transit,
        venn,
        weather,
        window,
    )
}
"""None from one of them: what it needs is not installed."""

PHOTOGRAPHS = ("photograph", "meme_photograph")
"""Those that begin with a photograph of scikit-image, their `name`."""
