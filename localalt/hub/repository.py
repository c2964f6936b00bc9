"""A model repository on the hub as a list of files, and the selection of those that make one model. Data alone."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["RemoteFile", "Repository", "Selection"]


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file of a repository as the hub lists it."""

    name: str
    """Path inside the repository, parts separated by "/"."""
    n_bytes: int
    sha256: str | None
    """Of the content, in lower-case hex; None where the hub publishes none."""


@dataclass(frozen=True, slots=True)
class Repository:
    """What the hub says about a repository at one commit."""

    name: str
    """"owner/name"."""
    commit: str
    files: tuple[RemoteFile, ...]
    licence: str
    """The hub's short name, such as "apache-2.0"; "" where it names none."""
    gated: bool
    """Whether its terms must be accepted before it can be downloaded."""
    moved_to: str = ""
    """What the hub calls it now, "" where that is `name`: old names lead to the new one."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The files that make one model: all parts of its weights, and its projector."""

    repository: str
    commit: str
    quant: str
    """Such as "Q4_K_M", or the weights' file name where that was asked for or names no quantization."""
    weights: tuple[RemoteFile, ...]
    """In the order of their parts; the first is loaded."""
    mmproj: RemoteFile

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """Weights, then mmproj."""
        return (*self.weights, self.mmproj)

    @property
    def n_bytes(self) -> int:
        """Of all files together."""
        return sum(file.n_bytes for file in self.files)

    @property
    def key(self) -> str:
        """What the lock file calls it: "owner/name:QUANT"."""
        return f"{self.repository}:{self.quant}"
