"""Fetches the pictures of a collected file, and writes a page on which a person looks through them.

    python -m scripts.collect_alt_text.pictures posts.jsonl --to pictures

Open pictures/review.html, and delete the file of each picture whose alt text is no good reference: a deleted picture is
not fetched again. A picture whose post has left the collected file is deleted here, too. Pictures are their authors':
they stay on this machine and are not to be published. Ctrl-C ends it, and the next run goes on from there.

Exit status: 0, also after Ctrl-C; 2 for what has to be fixed here; 3 without a connection.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path

from localalt.console import html_escaped

from .posts import Collected, read_posts
from .store import CollectError

__all__ = ["fetch_pictures", "main", "write_review"]

SERVER = "https://cdn.bsky.app"
"""Where the app itself shows pictures from: /img/feed_fullsize/plain/DID/CID@jpeg."""
MOST_BYTES = 20_000_000
"""Of a picture: the app takes 2 MB (app.bsky.embed.images, maxSize), as the server sends it it may be larger."""
TIMEOUT_S = 30.0
PAUSE_S = 0.2
"""Between two requests, out of politeness."""
TRIES, RETRY_S = 3, 5.0
GONE = (400, 404, 410, 451)
"""What the server answers where there is no such picture any more."""
STATE = "fetched.jsonl"
REVIEW = "review.html"
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src file:; style-src 'unsafe-inline'">
<title>Collected pictures</title>
<style>img {{ max-width: 30em; max-height: 30em }} article {{ margin: 2em 0 }} q {{ white-space: pre-wrap }}</style>
</head>
<body>
<h1>{n} collected pictures</h1>
<p>Delete the file of each picture whose alt text is no good reference: it leaves out what matters, tells what cannot be
seen, or is not about the picture. Deleted pictures are not fetched again.</p>
{articles}
</body>
</html>
"""
_ARTICLE = """\
<article>
<h2>{number}. {name}</h2>
<img src="{name}" alt="The picture that the text below is about">
<p lang="{language}" dir="auto"><q>{alt}</q></p>
</article>"""


class NoServerError(CollectError):
    """The server of the pictures cannot be reached."""

    status = 3


def fetch_pictures(posts: Sequence[Collected], folder: Path, server: str) -> tuple[int, int]:
    """Fetch each picture that was never fetched, and delete those whose posts are gone; how many came and went.

    Raises:
        CollectError: the server cannot be reached, or the folder not be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        state = folder / STATE
        known = _known(state)
        wanted = {post.image_cid: post for post in posts}
        n_gone = 0
        for cid in known.keys() - wanted.keys():
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{cid}.jpg").unlink()
                n_gone += 1
        n_new = 0
        for cid, post in wanted.items():
            if cid in known:
                continue
            data = _fetched(server, post)
            if data is not None:
                _write(folder / post.file_name, data)
                n_new += 1
            digest = None if data is None else hashlib.sha256(data).hexdigest()
            with state.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"image_cid": cid, "sha256": digest}) + "\n")
            time.sleep(PAUSE_S)
    except OSError as error:
        raise CollectError(f"{folder} cannot be written ({error.strerror or error}): pass another --to.") from error
    return n_new, n_gone


def write_review(posts: Iterable[Collected], folder: Path) -> int:
    """Write the page with the pictures that are here; how many they are."""
    here = list({post.image_cid: post for post in posts if (folder / post.file_name).exists()}.values())
    articles = "\n".join(
        _ARTICLE.format(number=number, name=post.file_name, language=post.language, alt=html_escaped(post.alt))
        for number, post in enumerate(here, 1)
    )
    (folder / REVIEW).write_text(_PAGE.format(n=len(here), articles=articles), encoding="utf-8")
    return len(here)


def main(argv: Sequence[str] | None = None) -> int:
    """Fetch, and write the page; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.collect_alt_text.pictures",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("posts", type=Path, metavar="FILE", help="what the collector wrote")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where the pictures go")
    parser.add_argument("--server", default=SERVER, metavar="URL", help="default: %(default)s")
    arguments = parser.parse_args(argv)
    try:
        posts = read_posts(arguments.posts)
        with contextlib.suppress(KeyboardInterrupt):
            n_new, n_gone = fetch_pictures(posts, arguments.to, arguments.server)
            print(f"{n_new} pictures came, {n_gone} went.")
        n_here = write_review(posts, arguments.to)
    except CollectError as error:
        print(error, file=sys.stderr)
        return error.status
    print(f"{n_here} pictures: look through them in {arguments.to / REVIEW}, and delete the files of the bad ones.")
    return 0


def _known(state: Path) -> dict[str, str | None]:
    """By CID, the digest of each picture that was fetched, None where it was gone; a line that was cut off is not."""
    found: dict[str, str | None] = {}
    for line in state.read_text(encoding="utf-8").splitlines() if state.exists() else ():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            fields = json.loads(line)
            found[str(fields["image_cid"])] = fields["sha256"]
    return found


def _fetched(server: str, post: Collected) -> bytes | None:
    """The bytes of a picture; None where it is gone."""
    path = f"/img/feed_fullsize/plain/{urllib.parse.quote(post.did, safe=':')}/{post.image_cid}@jpeg"
    request = urllib.request.Request(server.rstrip("/") + path, headers={"User-Agent": "localalt collect_alt_text"})
    reason: object = ""
    for number in range(TRIES):
        if number:
            time.sleep(RETRY_S * number)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                data: bytes = answer.read(MOST_BYTES + 1)
                if answer.headers.get_content_maintype() == "image":
                    return data if 0 < len(data) <= MOST_BYTES else None
                reason = f"it answers with {answer.headers.get_content_type()}"
        except urllib.error.HTTPError as error:
            if error.code in GONE:
                return None
            reason = f"it answers {error.code}"
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
    raise NoServerError(f"{server} sends no pictures ({reason}): try again later, or pass another --server.")


def _write(path: Path, data: bytes) -> None:
    """A whole file, or none."""
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


if __name__ == "__main__":
    sys.exit(main())
