"""The collector of alt texts keeps what it should, and what is gone leaves, however the stream behaves."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest
from hypothesis import given, settings, strategies as st

# A script of the repository, not a part of the package.
from scripts.collect_alt_text import command as script, filters
from scripts.collect_alt_text.collector import REASONS, Collector, Options
from scripts.collect_alt_text.events import Picture, Post, read
from scripts.collect_alt_text.store import CollectError, State, Store
from scripts.collect_alt_text.stream import OVERLAP_US, address, out_of_json
from tests.support.jetstream import AUTHORS, CID, POSTS, START_US, Jetstream, delete, event, post, serving
from tests.support.paths import DATA

EVENTS = [json.loads(line) for line in (DATA / "jetstream_events.jsonl").read_text().splitlines()]
ALTS = (
    "A heron stands in shallow water beside a rusty boat.",
    "Two cups of tea on a wooden table by a window.",
    "The old lighthouse is painted in red and white stripes.",
    "A loaf of bread, sliced, on a striped cloth in the sun.",
    "A narrow street in the rain, seen from a doorway.",
    "A cat asleep on a pile of folded towels in a basket.",
)


def account(second, did, active, **fields):
    return event(second, did, "account", active=active, **fields)


def refusal(second, did, allow=False):
    record = {"syntheticContentGeneration": {"allow": allow}}
    return event(second, did, operation="update", collection="org.user-intents.declaration", rkey="self", record=record)


def collector_at(path, **options):
    state = State.load(path.with_name(f"{path.name}.state"), OVERLAP_US)
    return Collector(Store(path), state, Options(**options))


def taken(path, events, **options):
    collector = collector_at(path, **options)
    for each in events:
        collector.take(each)
    collector.store.save()
    collector.state.save(OVERLAP_US)
    return collector


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def alts(path):
    return [line["alt"] for line in lines(path)]


def ids(path):
    return [line["id"] for line in lines(path)]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "posts.jsonl"


# Events, one by one


def outcome(collector):
    kinds = collector.events
    if kinds["post"]:
        reasons = sorted(f"{name} {number}" for name, number in collector.left_out.items())
        kept = [f"kept {collector.n_kept}"] if collector.n_kept or not reasons else []
        return ", ".join(kept + reasons)
    if kinds["declared"]:
        return "declared no" if collector.state.declared else "declared yes"
    return next(iter(+kinds), "")


@pytest.mark.parametrize("line", EVENTS, ids=[line["what"].replace(" ", "-") for line in EVENTS])
def test_an_event_has_its_effect(line, out):
    collector = taken(out, [line["event"]])
    assert outcome(collector) == line["expect"]
    if out.exists():
        assert len(lines(out)) == collector.n_kept


def test_events_of_every_kind_are_among_those_of_the_file():
    expected = ", ".join(line["expect"] for line in EVENTS)
    assert len(EVENTS) > 80
    for name in REASONS:
        assert name in {"declined", "duplicate", "per-author"} or f"{name} 1" in expected


def test_all_events_together_leave_a_file_of_whole_lines(out):
    collector = taken(out, [line["event"] for line in EVENTS], languages=(), per_author=9)
    kept = lines(out)
    assert len(kept) == collector.store.n_pictures > 15
    assert len({line["id"] for line in kept}) == len(kept)
    assert len(out.read_text(encoding="utf-8").splitlines()) == out.read_bytes().count(b"\n")


def test_a_line_has_identifiers_and_texts_and_no_handles(out):
    line = next(line for line in EVENTS if line["what"].startswith("ends of lines"))["event"]
    taken(out, [line])
    (kept,) = lines(out)
    uri = f"at://{line['did']}/{POSTS}/{line['commit']['rkey']}"
    image = line["commit"]["record"]["embed"]["images"][0]
    assert kept == {
        "id": f"{uri}#0",
        "uri": uri,
        "cid": line["commit"]["cid"],
        "image_cid": image["image"]["ref"]["$link"],
        "mime_type": "image/jpeg",
        "alt": image["alt"],
        "langs": ["en"],
        "created_at": "2025-08-24T01:46:40.102Z",
        "time_us": line["time_us"],
        "did": line["did"],
        "text": "One\u2028two @… and @…",
        "aspect_ratio": [2000, 1500],
    }


def test_a_picture_is_called_by_its_place_in_the_post(out):
    taken(out, [post(0, AUTHORS[0], "a", "", ALTS[0], "short", ALTS[1])])
    assert [name[-2:] for name in ids(out)] == ["#1", "#3"]


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def damaged_events(draw):
    """A good event with one of its values replaced by anything, or gone."""
    whole = json.loads(json.dumps(draw(st.sampled_from(EVENTS))["event"]))
    at = whole
    while True:
        key = draw(st.sampled_from(list(at) if isinstance(at, dict) else range(len(at))))
        if not (isinstance(at[key], (dict, list)) and at[key]) or draw(st.integers(0, 3)) == 0:
            break
        at = at[key]
    if draw(st.booleans()):
        at[key] = draw(any_json)
    else:
        del at[key]
    return whole


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory):
    return tmp_path_factory.mktemp("nowhere") / "posts.jsonl"


@pytest.mark.slow
@given(st.lists(any_json | damaged_events(), max_size=5))
@settings(max_examples=300, deadline=None)
def test_no_json_raises(nowhere, events):
    nowhere.unlink(missing_ok=True)
    collector = Collector(Store(nowhere), State(nowhere), Options())
    for each in events:
        collector.take(each)
    collector.store.save()
    again = Store(nowhere)
    assert (again.n_pictures, again.n_posts) == (collector.store.n_pictures, collector.store.n_posts)


@pytest.mark.parametrize("message", ["", "{", b"\xff\xfe", "[" * 100_000, "9" * 10_000, '{"did": }'])
def test_what_is_not_json_is_nothing(message):
    assert out_of_json(message) is None


def test_what_is_not_json_is_counted(out):
    assert taken(out, [None, [], "", 3.5]).events == {"malformed": 4}


# Filters


def candidate(alt="A heron stands in the water by a boat.", text="Out.", langs=("en",), languages=("en",), **more):
    with_replies = more.pop("with_replies", False)
    fields = {"labels": frozenset(), "is_reply": False, **more}
    picture = Picture(0, CID, "image/jpeg", alt, None)
    written = Post(AUTHORS[0], START_US, "a", CID, "2025-08-24T01:46:40Z", text, langs, pictures=(picture,), **fields)
    return filters.Candidate(written, picture, languages, with_replies)


LEFT_OUT = {
    "no-alt": ["", " \n", "\u200b", "\ufeff\u2060"],
    "too-long": ["A word " * 300, "👍" * 1001, "x" * 10**6],
    "controls": ["A bowl of fruit\x00 on a table by a window.", "A bowl \x9bof fruit on a table by a window."],
    "too-short": ["Dog", "A cat on a sofa.", "Extraordinarily long words", "a\u200bb c\u200bd e\u200bf g\u200bh i"],
    "spam": [
        "Use my code SPRING for a discount on this lamp.",
        "A poster that says N\u200bSFW in red letters on black.",
        "A model in a red dress. Link in bio for more of it.",
        "ＯＮＬＹＦＡＮＳ is written on a wall in white paint.",
        "Crypto airdrop: a golden coin flies over a city at night.",
    ],
    "selfie": [
        "Selfie of a person with glasses in front of a tree.",
        "Me in a blue coat, standing on a bridge over a river.",
        "A photo of me and two friends at a long table.",
        "Black and white picture of myself, with a hat.",
        "I'm standing in front of a waterfall in the rain.",
    ],
    "same-as-post": ["Out.  Early, by the SEA and the old boats."],
    "machine": [
        "Image may contain: two people, people smiling, outdoor.",
        "May contain: a dog, grass, a ball and a fence.",
        "May be an image of text that says good morning.",
        "Alt text by ChatGPT: a fox in front of a red house.",
        "A fox in front of a house. Alt text generated by AI.",
        "A fox in front of a house. Description automatically generated",
        "AI-generated alt text: a fox in front of a red house.",
    ],
    "lint": [
        "Screenshot_2025-08-24-10-11-12.png and more of it.jpg",
        "**A fox** in front of a house, _looking_ at us.",
        "A fox in front of a house, and behind it the",
        "A fox sits in the grass. A fox sits in the grass.",
    ],
}
TAKEN = {
    "too-short": ["A cat on a green sofa."],
    "spam": [
        "A rocket on its way to the moon, seen from below.",
        "A marble statue of a nude man in a museum hall.",
        "A phone that shows a photo sent by AirDrop.",
        "A cat gives away nothing of what it thinks.",
    ],
    "selfie": [
        "A cat looks at me with large, round eyes from a box.",
        'A sign: "Selfies only", in blue letters on a wall.',
        "Home cooking: a bowl of soup with herbs and bread.",
        "A group of people on a beach, one of them taking a selfie.",
    ],
    "machine": [
        "A sign in a café: this cake may contain traces of nuts.",
        "An AI-generated picture of a castle with six towers.",
        "A book by Claude Monet lies open on a table.",
    ],
    "lint": ["A sign on a door:\n- no dogs\n- no bicycles\n\nBelow it sits a dog.", "A cat on a green sofa"],
}


@pytest.mark.parametrize(("name", "alt"), [(name, alt) for name, texts in LEFT_OUT.items() for alt in texts])
def test_a_text_is_left_out(name, alt):
    assert filters.reason_against(candidate(alt, text="Out. Early, by the sea and the old boats.")) == name


@pytest.mark.parametrize(("name", "alt"), [(name, alt) for name, texts in TAKEN.items() for alt in texts])
def test_a_text_that_only_looks_so_is_taken(name, alt):
    assert filters.reason_against(candidate(alt)) is None


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("porn", "adult"),
        ("sexual", "adult"),
        ("nudity", "adult"),
        ("graphic-media", "adult"),
        ("!no-unauthenticated", "not-for-use"),
        ("bot", "bot"),
        ("something-else", None),
    ],
)
def test_a_label_counts(label, name):
    assert filters.reason_against(candidate(labels=frozenset((label, "x")))) == name


def test_replies_are_taken_where_they_are_wanted():
    assert filters.reason_against(candidate(is_reply=True)) == "reply"
    assert filters.reason_against(candidate(is_reply=True, with_replies=True)) is None


GERMAN = "Ein Reiher steht im flachen Wasser neben einem rostigen Boot."


@pytest.mark.parametrize(
    ("alt", "langs", "languages", "name"),
    [
        (GERMAN, ("de",), ("de",), None),
        (GERMAN, ("de-CH",), ("en", "de"), None),
        (GERMAN, (), ("en", "de"), None),
        (GERMAN, ("de",), (), None),
        (GERMAN, (), (), None),
        (GERMAN, ("de",), ("en",), "language"),
        (GERMAN, ("en",), ("en",), "language"),
        (GERMAN, ("en",), ("de",), "language"),
        ("Sie zieht vor der alten Tür ihre roten Schuhe an", ("de",), ("de",), None),
        ("海辺に立つ白い灯台と、その前を歩く二人の子ども。", ("ja",), ("ja",), None),
        ("海辺に立つ白い灯台", ("ja",), ("ja",), "too-short"),
    ],
)
def test_a_text_is_in_one_of_the_languages(alt, langs, languages, name):
    assert filters.reason_against(candidate(alt, langs=langs, languages=languages)) == name


def test_a_post_is_about_what_its_filters_say():
    assert set(LEFT_OUT) | {"adult", "not-for-use", "bot", "reply", "language"} == {f.name for f in filters.FILTERS}


# What depends on others


def test_a_text_that_was_there_is_a_duplicate(out):
    shouted = f"  {ALTS[0].upper()} "
    collector = taken(
        out, [post(0, AUTHORS[0], "a", ALTS[0], ALTS[0]), post(1, AUTHORS[1], "b", shouted), post(2, AUTHORS[2], "c")]
    )
    assert alts(out) == [ALTS[0]]
    assert collector.left_out == {"duplicate": 2}
    assert taken(out, [post(60, AUTHORS[3], "d", ALTS[0])]).left_out == {"duplicate": 1}


def test_what_was_a_duplicate_of_something_gone_is_taken(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), delete(1, AUTHORS[0], "a"), post(2, AUTHORS[1], "b", ALTS[0])])
    assert ids(out) == [f"at://{AUTHORS[1]}/{POSTS}/b#0"]


def test_an_author_has_no_more_than_so_many(out):
    collector = taken(out, [post(0, AUTHORS[0], "a", *ALTS[:2]), post(1, AUTHORS[0], "b", *ALTS[2:5])], per_author=3)
    assert alts(out) == list(ALTS[:3])
    assert collector.left_out == {"per-author": 2}
    assert taken(out, [post(60, AUTHORS[0], "c", ALTS[5])], per_author=3).left_out == {"per-author": 1}


def test_an_author_whose_post_is_gone_has_room_again(out):
    events = [post(0, AUTHORS[0], "a", ALTS[0]), delete(1, AUTHORS[0], "a"), post(2, AUTHORS[0], "b", ALTS[1])]
    taken(out, events, per_author=1)
    assert alts(out) == [ALTS[1]]


# What goes again


@pytest.mark.parametrize("saved", [False, True])
def test_a_deleted_post_leaves(out, saved):
    collector = collector_at(out)
    for each in (post(0, AUTHORS[0], "a", *ALTS[:2]), post(1, AUTHORS[0], "b", ALTS[2]), post(2, AUTHORS[1], "a")):
        collector.take(each)
    if saved:
        collector.store.save()
    collector.take(delete(3, AUTHORS[0], "a"))
    collector.store.save()
    assert alts(out) == [ALTS[2]]
    assert collector.n_removed == 2


@pytest.mark.parametrize("status", ["deleted", "takendown", "suspended", "deactivated"])
def test_an_account_that_is_gone_takes_all_with_it_and_nobody_elses(out, status):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), post(1, AUTHORS[1], "a", ALTS[1]), post(2, AUTHORS[0], "b")])
    taken(out, [account(60, AUTHORS[0], False, status=status)])
    assert alts(out) == [ALTS[1]]


def test_an_account_that_is_back_changes_nothing(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), account(1, AUTHORS[0], True)])
    assert alts(out) == [ALTS[0]]


def test_another_collections_delete_takes_no_post(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), delete(1, AUTHORS[0], "a", "app.bsky.feed.like")])
    assert alts(out) == [ALTS[0]]


def test_a_refusal_takes_an_authors_pictures_and_lets_no_more_in(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), post(1, AUTHORS[1], "b", ALTS[1]), refusal(2, AUTHORS[0])])
    assert alts(out) == [ALTS[1]]
    assert taken(out, [post(60, AUTHORS[0], "c", ALTS[2])]).left_out == {"declined": 1}
    taken(out, [refusal(120, AUTHORS[0], allow=True), post(121, AUTHORS[0], "d", ALTS[3])])
    assert alts(out) == [ALTS[1], ALTS[3]]


def test_each_refusal_must_be_taken_back(out):
    label = {"labels": {"values": [{"val": "!no-unauthenticated"}]}}
    profile = event(0, AUTHORS[0], operation="update", collection="app.bsky.actor.profile", rkey="self", record=label)
    intents = delete(2, AUTHORS[0], "self", "org.user-intents.declaration")
    first = taken(out, [profile, refusal(1, AUTHORS[0]), intents])
    assert first.state.declared == {AUTHORS[0]: ["app.bsky.actor.profile/self"]}
    assert not taken(out, [delete(60, AUTHORS[0], "self", "app.bsky.actor.profile")]).state.declared


def test_an_update_replaces(out):
    taken(out, [post(0, AUTHORS[0], "a", *ALTS[:2]), post(1, AUTHORS[1], "b", ALTS[2])])
    taken(out, [post(60, AUTHORS[0], "a", ALTS[3], operation="update")])
    assert alts(out) == [ALTS[2], ALTS[3]]


def test_an_update_may_keep_its_text(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), post(1, AUTHORS[0], "a", ALTS[0], operation="update")])
    assert alts(out) == [ALTS[0]]


@pytest.mark.parametrize(
    "changed", [{"embed": None}, {"text": 7}, {"labels": {"values": [{"val": "porn"}]}}, {"text": "giveaway"}]
)
def test_an_update_that_is_not_taken_takes_the_old_one_away(out, changed):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0])])
    taken(out, [post(60, AUTHORS[0], "a", ALTS[0], operation="update", **changed)])
    assert alts(out) == []


# Again and again


def test_events_that_come_twice_have_one_effect(out):
    events = [
        post(0, AUTHORS[0], "a", ALTS[0]),
        post(1, AUTHORS[1], "b", ALTS[1]),
        post(2, AUTHORS[0], "a", ALTS[2], operation="update"),
        delete(3, AUTHORS[1], "b"),
        post(4, AUTHORS[2], "c", ALTS[3]),
        post(4.5, AUTHORS[4], "d", "short"),
    ]
    once = taken(out, events)
    before = lines(out)
    collector = taken(out.with_name("again.jsonl"), [*events, *events[1:], *events])
    assert sorted(ids(collector.store.path)) == sorted(line["id"] for line in before)
    assert sorted(alts(collector.store.path)) == sorted(line["alt"] for line in before)
    assert collector.left_out == once.left_out == {"too-short": 1}
    assert collector.events == once.events


@pytest.mark.slow
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_wherever_it_is_killed_the_file_ends_the_same(nowhere, data):
    events = [
        post(0, AUTHORS[0], "a", ALTS[0]),
        post(1, AUTHORS[1], "b", ALTS[1], ALTS[2]),
        post(2, AUTHORS[0], "a", ALTS[3], operation="update"),
        delete(3, AUTHORS[1], "b"),
        post(4, AUTHORS[2], "c", ALTS[4]),
        account(5, AUTHORS[2], False, status="deleted"),
        post(6, AUTHORS[3], "d", ALTS[1]),
    ]
    state = nowhere.with_name(f"{nowhere.name}.state")
    for path in (nowhere, state):
        path.unlink(missing_ok=True)
    for _ in range(data.draw(st.integers(0, 4))):
        collector = collector_at(nowhere)
        newest = collector.state.newest_us
        resumed = [each for each in events if each["time_us"] >= newest - OVERLAP_US]
        for each in resumed[: data.draw(st.integers(0, len(resumed)))]:
            collector.take(each)
            if data.draw(st.booleans()):
                collector.store.save()
                if data.draw(st.booleans()):
                    collector.state.save(OVERLAP_US)
        if nowhere.exists() and data.draw(st.booleans()):  # in the middle of a line
            with nowhere.open("ab") as file:
                file.write(b'{"id": "at://did:plc:aaaa/app'[: data.draw(st.integers(0, 29))])
    newest = collector_at(nowhere).state.newest_us
    taken(nowhere, [each for each in events if each["time_us"] >= newest - OVERLAP_US])
    assert sorted(alts(nowhere)) == sorted([ALTS[3], ALTS[1]])


@pytest.mark.slow
def test_a_line_that_was_cut_off_is_taken_again(out):
    events = [post(0, AUTHORS[0], "a", ALTS[0]), post(1, AUTHORS[1], "b", ALTS[1])]
    taken(out, events)
    whole = out.read_bytes()
    for at in range(whole.index(b"\n") + 1, len(whole), 7):
        out.write_bytes(whole[:at])
        taken(out, events)
        assert out.read_bytes() == whole


def test_a_last_line_without_its_end_stays(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0])])
    out.write_bytes(out.read_bytes().rstrip(b"\n"))
    taken(out, [post(60, AUTHORS[1], "b", ALTS[1])])
    assert alts(out) == list(ALTS[:2])


@pytest.mark.parametrize("content", ["a letter\n", "a letter", "{}\n", "[]\n", '{"id": "at://x"}\n', "\n", "7\n"])
def test_somebody_elses_file_is_left_alone(out, content):
    out.write_text(content)
    with pytest.raises(CollectError, match=r"Line 1 of .* is not a picture"):
        Store(out)
    assert out.read_text() == content


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 2}', '{"version": 1, "cursor": "x"}'])
def test_a_damaged_state_is_reported(out, content):
    path = out.with_name("posts.jsonl.state")
    path.write_text(content)
    with pytest.raises(CollectError, match="remove it"):
        State.load(path, OVERLAP_US)


def test_the_cursor_is_a_few_seconds_before_the_last_event(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), delete(30, AUTHORS[1], "b")])
    content = json.loads(out.with_name("posts.jsonl.state").read_text())
    assert content["cursor"] == START_US + 30 * 10**6 - OVERLAP_US


def test_a_full_disk_leaves_whole_lines(out, monkeypatch):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0])])
    before = out.read_bytes()
    collector = collector_at(out)
    collector.take(post(60, AUTHORS[1], "b", ALTS[1]))
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CollectError, match="No space left on device"):
        collector.store.save()
    assert out.read_bytes() == before


# The command, against a server of its own


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(script, "FIRST_DELAY_S", 0.01)
    monkeypatch.setattr(script, "QUIET_S", 0.5)
    for name in ("all_proxy", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_connection_is_lost_in_the_middle(out, capsys):
    events = [
        post(0, AUTHORS[0], "a", ALTS[0]),
        "no JSON",
        b"\xff\x00",
        post(10, AUTHORS[1], "b", ALTS[1]),
        delete(20, AUTHORS[0], "a"),
        post(21, AUTHORS[2], "c", ALTS[2]),  # here it is lost
        post(30, AUTHORS[3], "d", ALTS[3]),
        refusal(31, AUTHORS[1]),
        post(32, AUTHORS[4], "e", ALTS[4]),
        post(33, AUTHORS[5], "f", "short"),
        post(34, AUTHORS[6], "g", ALTS[5]),
    ]
    jetstream = Jetstream(events, drop_after=6)
    with serving(jetstream) as endpoint:
        assert script.main(["--out", str(out), "--endpoint", endpoint, "--count", "4"]) == 0
    assert [query.get("cursor") for query in jetstream.asked] == [None, [str(START_US + 16 * 10**6)]]
    assert jetstream.asked[0]["wantedCollections"][0] == POSTS
    assert alts(out) == [ALTS[2], ALTS[3], ALTS[4], ALTS[5]]
    captured = capsys.readouterr()
    assert "was lost" in captured.err
    assert "4 pictures of 4 posts by 4 authors; 6 came and 2 went" in captured.out
    assert "1  too-short" in captured.out


def test_the_next_run_goes_on_and_stops_at_once_where_enough_is_there(out):
    jetstream = Jetstream([post(0, AUTHORS[0], "a", ALTS[0]), post(9, AUTHORS[1], "b", ALTS[1])])
    with serving(jetstream) as endpoint:
        command = ["--out", str(out), "--endpoint", endpoint, "--count"]
        assert [script.main([*command, number]) for number in ("1", "1", "2")] == [0, 0, 0]
    assert len(jetstream.asked) == 2
    assert jetstream.asked[1]["cursor"] == [str(START_US - OVERLAP_US)]
    assert alts(out) == list(ALTS[:2])


@pytest.mark.slow
def test_pruning_takes_out_and_takes_nothing_in(out, capsys):
    events = [post(second, AUTHORS[second], "a", ALTS[second]) for second in range(3)]
    later = [
        delete(60, AUTHORS[0], "a"),
        post(61, AUTHORS[4], "x", ALTS[4]),
        post(62, AUTHORS[1], "a", ALTS[5], operation="update"),
    ]
    taken(out, events)
    with serving(Jetstream([*events, *later])) as endpoint:
        assert script.main(["--out", str(out), "--endpoint", endpoint, "--prune"]) == 0
    assert alts(out) == [ALTS[2], ALTS[5]]
    assert "No events could be had" not in capsys.readouterr().out


def test_pruning_ends_when_it_has_caught_up(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0])])
    now = time.time_ns() // 1000
    live = [{**post(0, AUTHORS[1], "b", ALTS[1]), "time_us": now + 10**6 * ahead} for ahead in (1, 60)]
    after = {**delete(0, AUTHORS[0], "a"), "time_us": now + 10**6 * 61}
    with serving(Jetstream([*live, after])) as endpoint:
        assert script.main(["--out", str(out), "--endpoint", endpoint, "--prune"]) == 0
    assert alts(out) == [ALTS[0]]


def test_what_is_gone_again_a_few_events_later_does_not_end_it(out):
    events = [post(0, AUTHORS[0], "a", ALTS[0]), delete(1, AUTHORS[0], "a"), post(2, AUTHORS[1], "b", ALTS[1])]
    taken(out, events[:2])
    with serving(Jetstream(events)) as endpoint:
        assert script.main(["--out", str(out), "--endpoint", endpoint, "--count", "1"]) == 0
    assert alts(out) == [ALTS[1]]


def test_a_gap_is_reported(out, capsys):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0])])
    with serving(Jetstream([post(3600 * 40, AUTHORS[1], "b", ALTS[1])])) as endpoint:
        assert script.main(["--out", str(out), "--endpoint", endpoint, "--count", "2"]) == 0
    assert "No events could be had from 2025-08-24 01:46 UTC to 2025-08-25 17:46 UTC" in capsys.readouterr().out


def test_without_a_state_it_goes_on_from_the_newest_picture(out):
    taken(out, [post(0, AUTHORS[0], "a", ALTS[0]), post(50, AUTHORS[1], "b", ALTS[1])])
    out.with_name("posts.jsonl.state").unlink()
    jetstream = Jetstream([post(60, AUTHORS[2], "c", ALTS[2])])
    with serving(jetstream) as endpoint:
        script.main(["--out", str(out), "--endpoint", endpoint, "--count", "3"])
    assert jetstream.asked[0]["cursor"] == [str(START_US + 45 * 10**6)]


@pytest.mark.slow
def test_hours_end_it(out):
    with serving(Jetstream([post(0, AUTHORS[0], "a", ALTS[0])])) as endpoint:
        assert script.main(["--out", str(out), "--endpoint", endpoint, "--hours", "0.0002"]) == 0
    assert alts(out) == [ALTS[0]]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_it_the_file_has_whole_lines(out, number):
    def endless(connection):
        with contextlib.suppress(Exception):
            for second in range(10**6):
                connection.send(json.dumps(post(second, f"did:plc:{second:024d}", "a", f"{ALTS[0]} Number {second}.")))

    with serving(endless) as endpoint:
        command = [sys.executable, "-m", "scripts.collect_alt_text", "--out", out, "--endpoint", endpoint]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            end = time.monotonic() + 60
            while not (out.exists() and out.stat().st_size > 10**5) and time.monotonic() < end:
                time.sleep(0.05)
            process.send_signal(number)
            process.communicate(timeout=30)
    assert process.returncode == (-number if number == signal.SIGKILL else 0)
    assert len(lines(out)) > 10
    if number != signal.SIGKILL:
        state = json.loads(out.with_name("posts.jsonl.state").read_text())
        assert state["cursor"] == lines(out)[-1]["time_us"] - OVERLAP_US


def test_no_network_is_one_sentence(out, capsys):
    pytest.importorskip("websockets")
    with contextlib.closing(__import__("socket").create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    assert script.main(["--out", str(out), "--endpoint", f"ws://127.0.0.1:{port}/subscribe"]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"There is no connection to 127.0.0.1:{port} (" in error
    assert error.endswith("check the network, or pass another --endpoint.\n")
    assert not out.exists()


def test_a_server_that_refuses_is_one_sentence(out, capsys):
    server = pytest.importorskip("websockets.sync.server")
    running = server.serve(print, "127.0.0.1", 0, process_request=lambda connection, _: connection.respond(400, "no"))
    with running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        endpoint = f"ws://127.0.0.1:{running.socket.getsockname()[1]}/subscribe"
        assert script.main(["--out", str(out), "--endpoint", endpoint]) == 3
        running.shutdown()
        thread.join()
    assert "HTTP 400" in capsys.readouterr().err


def test_pruning_needs_a_file(out, capsys):
    assert script.main(["--out", str(out), "--prune"]) == 2
    assert "collect first" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="not checked there")
def test_two_do_not_write_the_same_file(out, capsys):
    with script.alone(out):
        assert script.main(["--out", str(out)]) == 2
    assert "Another collector writes" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_reported(tmp_path, capsys):
    assert script.main(["--out", str(tmp_path / "no" / "posts.jsonl")]) == 2
    assert "cannot be written (No such file or directory)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--endpoint", "https://example.org"],
        ["--language", "English"],
        ["--language", "any", "--language", "en"],
        ["--count", "0"],
        ["--hours", "nan"],
        ["--hours", "1", "--count", "1"],
        ["--per-author", "-1"],
    ],
)
def test_a_wrong_option_is_reported(out, wrong, capsys):
    with pytest.raises(SystemExit, match="2"):
        script.main(["--out", str(out), *wrong])
    assert "error: " in capsys.readouterr().err


def test_an_endpoint_keeps_its_own_parameters():
    there = urllib.parse.urlsplit(address("wss://example.org/subscribe?requireHello=false&cursor=1&compress=true", 0))
    query = urllib.parse.parse_qs(there.query)
    assert query["requireHello"] == ["false"]
    assert not {"cursor", "compress"} & set(query)
    assert len(query["wantedCollections"]) == 5


@pytest.mark.slow
def test_nothing_heavy_is_imported_before_it_is_needed():
    code = (
        "import sys, scripts.collect_alt_text.command; print({'websockets', 'numpy', 'py3langid'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_events_are_read_as_what_they_are():
    found = {type(read(line["event"])).__name__ for line in EVENTS if line["expect"] != "malformed"}
    assert found == {"Post", "Gone", "Declared", "Nothing"}
