"""A small model on a stand-in for the hub, and what its download leaves in the cache."""

import random
from pathlib import Path
from typing import Any

from localalt.hub import client, download, store
from localalt.hub.selection import select
from localalt.hub.store import LocalModel

NAME = "owner/Seeing-2B-GGUF"
WEIGHTS, MMPROJ = "Seeing-2B-Q4_K_M.gguf", "mmproj-F16.gguf"


def content(name: str, n_bytes: int) -> bytes:
    """Random bytes, the same every time."""
    return random.Random(f"{name} {n_bytes}").randbytes(n_bytes)


FILES = {WEIGHTS: content("weights", 300_000), MMPROJ: content("mmproj", 50_000), "README.md": b"# A card\n"}


def pull(name: str = NAME, *, quant: str | None = None, progress: Any = None) -> LocalModel:
    """Download a model of the hub that huggingface-hub is set to."""
    return download.download(select(client.fetch_repository(name), quant=quant), progress=progress)


def find(key: str) -> LocalModel | None:
    """The pinned model `key` ("owner/name:QUANT", in any case), if all its files are here with their sizes."""
    return next((model for model in store.downloaded() if model.key.casefold() == key.casefold()), None)


def blobs(home: Path, name: str = NAME) -> Path:
    """The folder in the cache that holds a repository's contents."""
    return home / "hub" / f"models--{name.replace('/', '--')}" / "blobs"
