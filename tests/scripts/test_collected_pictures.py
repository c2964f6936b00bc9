"""Pictures of collected posts: fetched once, gone with their posts, left out by a person, chosen by a seed alone."""

import hashlib
import json

import pytest

from localalt.evaluation.cases import read_cases
from scripts.collect_alt_text import cases as choosing, pictures as fetching
from scripts.collect_alt_text.posts import read_posts
from scripts.collect_alt_text.store import CollectError
from tests.support.jetstream import AUTHORS
from tests.support.picture_server import PictureServer


def cid_of(number):
    return f"bafkrei{number:052d}".replace("0", "a").replace("1", "b").replace("8", "c").replace("9", "d")


def line(number, **changes):
    did = AUTHORS[number % len(AUTHORS)]
    uri = f"at://{did}/app.bsky.feed.post/{number}"
    return {
        "id": f"{uri}#0",
        "uri": uri,
        "did": did,
        "image_cid": cid_of(number),
        "alt": f"Picture <{number}> & more of it.",
        "text": "Out early.",
        "langs": ["en"],
        **changes,
    }


class Folder:
    """A collected file and its folder of pictures, with a server that has them."""

    def __init__(self, path, server, n):
        self.posts, self.pictures, self.server = path / "posts.jsonl", path / "pictures", server
        self.out = path / "cases.jsonl"
        self.write(range(n))

    def write(self, numbers, **changes):
        self.posts.write_text("".join(json.dumps(line(number, **changes)) + "\n" for number in numbers))

    def fetch(self):
        return fetching.main([str(self.posts), "--to", str(self.pictures), "--server", self.server.url])

    def choose(self, *arguments):
        return choosing.main([str(self.posts), "--pictures", str(self.pictures), "--out", str(self.out), *arguments])

    def here(self):
        return {path.stem for path in self.pictures.glob("*.jpg")}

    def ids(self):
        return [case.id for case in read_cases(self.out)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "PAUSE_S", 0)
    monkeypatch.setattr(fetching, "RETRY_S", 0)
    for name in ("all_proxy", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    with PictureServer({cid_of(number): f"picture {number}".encode() for number in range(12)}) as server:
        yield Folder(tmp_path, server, 12)


def test_each_picture_is_fetched_once_by_the_address_that_the_app_uses(folder):
    assert folder.fetch() == folder.fetch() == 0
    assert folder.server.asked[0] == f"/img/feed_fullsize/plain/{AUTHORS[0]}/{cid_of(0)}@jpeg"
    assert len(folder.server.asked) == 12
    assert (folder.pictures / f"{cid_of(3)}.jpg").read_bytes() == b"picture 3"


def test_a_picture_that_a_person_deleted_stays_away(folder):
    folder.fetch()
    (folder.pictures / f"{cid_of(3)}.jpg").unlink()
    folder.fetch()
    assert cid_of(3) not in folder.here()
    assert len(folder.server.asked) == 12


def test_a_picture_whose_post_is_gone_goes(folder, capsys):
    folder.fetch()
    folder.write(range(5))
    folder.fetch()
    assert folder.here() == {cid_of(number) for number in range(5)}
    assert "0 pictures came, 7 went." in capsys.readouterr().out


def test_the_page_shows_each_picture_with_its_text_as_text(folder):
    folder.fetch()
    page = (folder.pictures / "review.html").read_text(encoding="utf-8")
    assert page.count("<img ") == 12
    assert f'<img src="{cid_of(2)}.jpg"' in page
    assert "Picture &lt;2&gt; &amp; more of it." in page
    assert "<script" not in page
    assert "default-src 'none'" in page


def test_what_the_server_does_not_have_is_left_out_and_the_rest_comes(folder):
    folder.server.answers += [404, 410, b""]
    assert folder.fetch() == folder.fetch() == 0
    assert len(folder.here()) == 9
    assert len(folder.server.asked) == 12


def test_a_server_in_trouble_is_asked_again_and_then_named_and_the_next_run_goes_on(folder, capsys):
    folder.server.answers += [503, 503]
    assert folder.fetch() == 0
    assert len(folder.here()) == 12
    folder.write(range(13))
    folder.server.pictures[cid_of(12)] = b"picture 12"
    folder.server.answers += [429] * fetching.TRIES
    assert folder.fetch() == 3
    assert "it answers 429): try again later" in capsys.readouterr().err
    assert folder.fetch() == 0
    assert len(folder.here()) == 13


def test_a_page_in_the_place_of_a_picture_is_no_picture(folder, capsys):
    folder.server.kind = "text/html"
    assert folder.fetch() == 3
    assert "it answers with text/html" in capsys.readouterr().err
    assert not folder.here()


def test_without_a_server_there_is_one_sentence(folder, capsys):
    folder.server.url = "http://127.0.0.1:9"
    assert folder.fetch() == 3
    assert "try again later, or pass another --server." in capsys.readouterr().err


def test_ctrl_c_in_the_middle_leaves_whole_pictures_and_the_next_run_goes_on(folder, monkeypatch):
    fetched = fetching._fetched

    def interrupted(server, post):
        if post.image_cid == cid_of(4):
            raise KeyboardInterrupt
        return fetched(server, post)

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_fetched", interrupted)
        assert folder.fetch() == 0
    assert folder.here() == {cid_of(number) for number in range(4)}
    with (folder.pictures / fetching.STATE).open("a") as file:
        file.write('{"image_cid": "baf')  # as a kill leaves it
    folder.fetch()
    assert len(folder.here()) == 12
    assert len(folder.server.asked) == 12


@pytest.mark.parametrize("changes", [{"image_cid": "../../x"}, {"did": "x/y"}, {"alt": 7}, {"langs": None}])
def test_a_line_that_is_not_the_collectors_is_named(folder, capsys, changes):
    folder.write([0], **changes)
    assert folder.fetch() == 2
    assert "Line 1 of" in capsys.readouterr().err
    assert folder.server.asked == []


def test_the_seed_alone_decides_which_are_chosen(folder):
    folder.fetch()
    assert folder.choose("--count", "6", "--seed", "1") == 0
    first = folder.ids()
    folder.posts.write_text("".join(reversed(folder.posts.read_text().splitlines(keepends=True))))
    folder.choose("--count", "6", "--seed", "1")
    assert folder.ids() == first
    folder.choose("--count", "6", "--seed", "2")
    assert set(folder.ids()) != set(first)


def test_what_leaves_makes_room_for_one_and_moves_no_other(folder):
    folder.fetch()
    folder.choose("--count", "6")
    first = folder.ids()
    (folder.pictures / read_cases(folder.out)[2].picture.name).unlink()
    folder.choose("--count", "6")
    assert folder.ids()[:5] == first[:2] + first[3:]
    assert folder.ids()[5] not in first


def test_a_case_has_the_text_of_its_author_and_where_it_is_from(folder):
    folder.fetch()
    folder.choose("--count", "12")
    case = next(case for case in read_cases(folder.out) if case.id == line(3)["id"])
    assert case.references == ("Picture <3> & more of it.",)
    assert case.source == line(3)["uri"]
    assert case.sha256 == hashlib.sha256(b"picture 3").hexdigest()
    assert (case.language, case.context, case.type) == ("en", "Out early.", "other")
    assert "not to be published" in case.licence


def test_too_few_pictures_are_not_padded(folder, capsys):
    folder.fetch()
    assert folder.choose() == 2
    message = capsys.readouterr().err
    assert "has 12 pictures of collected posts, and 68 are wanted" in message
    assert "pass --count 12." in message
    assert not folder.out.exists()


def test_the_same_picture_in_two_posts_is_one_case(folder):
    folder.write([0, 1], image_cid=cid_of(0))
    folder.fetch()
    assert folder.choose("--count", "2") == 2
    assert folder.choose("--count", "1") == 0


def test_picks_are_taken_again_and_one_that_is_gone_is_named(folder, capsys):
    folder.fetch()
    folder.choose("--count", "4", "--seed", "7")
    first, picks = folder.ids(), folder.out.with_name("cases.jsonl.picks.json")
    content = json.loads(picks.read_text())
    assert content == {"seed": 7, "count": 4, "ids": first}
    kept = picks.rename(picks.with_name("mine.json"))
    folder.write(range(12))
    assert folder.choose("--picks", str(kept)) == 0
    assert folder.ids() == first
    folder.write([number for number in range(12) if line(number)["id"] != first[0]])
    folder.fetch()
    assert folder.choose("--picks", str(kept)) == 2
    assert f"1 of the 4 picks are not in {folder.pictures}, such as {first[0]}" in capsys.readouterr().err
    assert folder.choose("--picks", str(folder.posts)) == 2


def test_what_is_read_is_what_the_collector_wrote(tmp_path):
    with pytest.raises(CollectError, match="collect first"):
        read_posts(tmp_path / "none.jsonl")
