"""The control groups that this process is in, versions 1 and 2: the folders whose files may limit it.

Reads /proc/self/cgroup and /proc/self/mountinfo below a root folder, which tests put elsewhere; knows no controller's
files. Sources: cgroups(7), proc_pid_mountinfo(5), Linux' Documentation/admin-guide/cgroup-v2.rst.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

__all__ = ["Mount", "folders", "memberships", "mounts", "read"]


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a hierarchy of control groups is mounted."""

    version: int
    controllers: frozenset[str]
    """Of version 1; version 2 has all that are enabled in one hierarchy."""
    root: PurePosixPath
    """The group that the mount point shows: not "/" in a container whose groups are bind-mounted."""
    point: PurePosixPath


def folders(controller: str, root: Path = Path("/")) -> Iterator[tuple[int, Path]]:
    """(version, folder) of every group that may limit what `controller` counts: the process's own, then its parents.

    In a hybrid both versions are given; the one that has no such controller lacks its files.
    """
    own = memberships(read(root / "proc/self/cgroup"))
    for mount in mounts(read(root / "proc/self/mountinfo")) or _usual(controller):
        key = "" if mount.version == 2 else controller
        if key in own and (mount.version == 2 or controller in mount.controllers):
            top = _below(root, mount.point)
            for below in _path(mount, own[key]):
                yield mount.version, top / below


def _usual(controller: str) -> list[Mount]:
    """Where hierarchies are by custom, where /proc does not say."""
    top, only = PurePosixPath("/sys/fs/cgroup"), frozenset((controller,))
    names = (controller, "cpu,cpuacct") if controller == "cpu" else (controller,)
    return [Mount(2, frozenset(), PurePosixPath("/"), point) for point in (top, top / "unified")] + [
        Mount(1, only, PurePosixPath("/"), top / name) for name in names
    ]


def _path(mount: Mount, group: PurePosixPath) -> Iterator[PurePosixPath]:
    """The group and its parents, as paths below the mount point."""
    try:
        own = group.relative_to(mount.root)
    except ValueError:
        # Of a container without a cgroup namespace /proc has the host's path, and the mount may show another part
        # of the tree: what is at the mount point limits it in any case.
        own = PurePosixPath()
    if ".." in own.parts:  # outside of this namespace's own tree
        own = PurePosixPath()
    yield own
    yield from own.parents


def memberships(text: str) -> dict[str, PurePosixPath]:
    """The group by controller, "" for version 2, from /proc/self/cgroup: lines such as "4:cpu,cpuacct:/docker/abc"."""
    found: dict[str, PurePosixPath] = {}
    for line in text.splitlines():
        parts = line.split(":", 2)
        if len(parts) == 3 and parts[2].startswith("/"):
            for controller in parts[1].split(","):
                found.setdefault(controller, PurePosixPath(parts[2]))
    return found


def mounts(text: str) -> list[Mount]:
    """The hierarchies from /proc/self/mountinfo, each once."""
    found: dict[PurePosixPath, Mount] = {}
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.split(" ")
        if len(fields) < 6 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):
            continue
        root, point = (PurePosixPath(_unescaped(field)) for field in fields[3:5])
        version = 2 if kind[0] == "cgroup2" else 1
        found[point] = Mount(version, frozenset(kind[2].split(",")) if version == 1 else frozenset(), root, point)
    return list(found.values())


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _below(root: Path, path: PurePosixPath) -> Path:
    return root / path.relative_to("/") if path.is_absolute() else root / path


def read(path: Path) -> str:
    """A small file of the kernel's, "" where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(1 << 20)
    except (OSError, ValueError):
        return ""
