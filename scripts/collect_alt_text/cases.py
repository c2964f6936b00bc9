"""Chooses pictures among those that a person left, and writes them as cases of `localalt eval`.

    python -m scripts.collect_alt_text.cases posts.jsonl --pictures pictures --count 68 --seed 1 --out cases.jsonl

The seed decides alone which are chosen: each picture has a place that follows from the seed and its post's address, and
the first ones are taken. So the choice is the same on every machine, and a picture that leaves makes room for the next
and moves no other. Beside the cases, OUT.picks.json has the seed and the addresses; --picks takes exactly those.

Exit status: 0; 2 for what has to be fixed here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .posts import Collected, read_posts
from .store import CollectError

__all__ = ["chosen", "main"]

LICENCE = "its author's; not to be published"


def chosen(posts: Iterable[Collected], folder: Path, count: int, seed: int) -> list[Collected]:
    """The pictures that `seed` puts first among those that are in the folder, each once.

    Raises:
        CollectError: there are too few.
    """
    here = {post.image_cid: post for post in posts if (folder / post.file_name).is_file()}
    if len(here) < count:
        raise CollectError(
            f"{folder} has {len(here)} pictures of collected posts, and {count} are wanted: collect and fetch more, or "
            f"pass --count {max(1, len(here))}."
        )
    return sorted(here.values(), key=lambda post: _place(seed, post))[:count]


def main(argv: Sequence[str] | None = None) -> int:
    """Choose, and write the cases; the exit status."""
    arguments = _arguments(argv)
    try:
        posts = read_posts(arguments.posts)
        if arguments.picks is None:
            taken = chosen(posts, arguments.pictures, arguments.count, arguments.seed)
        else:
            taken = _picked(posts, arguments.pictures, arguments.picks)
        _write(arguments, taken)
    except CollectError as error:
        print(error, file=sys.stderr)
        return error.status
    except OSError as error:
        print(f"{error.filename} cannot be read or written ({error.strerror}): check the path.", file=sys.stderr)
        return CollectError.status
    print(f"{len(taken)} cases are in {arguments.out}, their addresses in {_picks_of(arguments.out)}.")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.collect_alt_text.cases",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("posts", type=Path, metavar="FILE", help="what the collector wrote")
    parser.add_argument("--pictures", type=Path, required=True, metavar="FOLDER", help="where the pictures are")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="file of cases, which is replaced")
    parser.add_argument("--count", type=int, default=68, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--picks", type=Path, metavar="FILE", help="take what another run has chosen")
    arguments = parser.parse_args(argv)
    if arguments.count < 1:
        parser.error("--count has to be 1 or more")
    return arguments


def _place(seed: int, post: Collected) -> bytes:
    return hashlib.sha256(f"{seed} {post.id}".encode()).digest()


def _picked(posts: Iterable[Collected], folder: Path, path: Path) -> list[Collected]:
    """Those that a file of picks names.

    Raises:
        CollectError: the file is none, or one of its pictures is not here.
    """
    by_id = {post.id: post for post in posts if (folder / post.file_name).is_file()}
    try:
        ids = [str(each) for each in json.loads(path.read_text(encoding="utf-8"))["ids"]]
    except (ValueError, KeyError, TypeError) as error:
        raise CollectError(f"{path} is not a file of picks: name one that this command wrote.") from error
    missing = [each for each in ids if each not in by_id]
    if missing:
        raise CollectError(
            f"{len(missing)} of the {len(ids)} picks are not in {folder}, such as {missing[0]}: their posts are gone, "
            "or they were deleted. Choose anew with --seed."
        )
    return [by_id[each] for each in ids]


def _write(arguments: argparse.Namespace, taken: Sequence[Collected]) -> None:
    """The cases, and beside them what was chosen."""
    out: Path = arguments.out
    lines = [json.dumps(_case(post, arguments.pictures, out.parent), ensure_ascii=False) for post in taken]
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    picks: dict[str, Any] = {"ids": [post.id for post in taken]}
    if arguments.picks is None:
        picks = {"seed": arguments.seed, "count": arguments.count, **picks}
    _picks_of(out).write_text(json.dumps(picks, indent=1) + "\n", encoding="utf-8")


def _case(post: Collected, pictures: Path, folder: Path) -> Mapping[str, Any]:
    picture = pictures / post.file_name
    return {
        "id": post.id,
        "picture": Path(os.path.relpath(picture, folder)).as_posix(),
        "sha256": hashlib.sha256(picture.read_bytes()).hexdigest(),
        "source": post.uri,
        "licence": LICENCE,
        "language": post.language,
        "type": "other",
        "context": post.text or None,
        "references": [post.alt],
    }


def _picks_of(out: Path) -> Path:
    return out.with_name(f"{out.name}.picks.json")


if __name__ == "__main__":
    sys.exit(main())
