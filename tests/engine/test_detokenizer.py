from localalt.engine.detokenizer import Detokenizer


def test_a_character_split_over_tokens_comes_out_whole():
    pieces = []
    answer = Detokenizer((), pieces.append)
    for byte in "né 猫".encode():
        assert not answer.feed(bytes([byte]))
    assert answer.end() == "né 猫"
    assert pieces == ["n", "é", " ", "猫"]


def test_bytes_that_are_not_a_character_become_replacement_marks():
    answer = Detokenizer((), None)
    answer.feed(b"ab\xff")
    answer.feed(b"\xe7\x8c")
    assert answer.end() == "ab��"


def test_no_part_of_a_stop_text_is_ever_sent():
    pieces = []
    answer = Detokenizer(("<end>",), pieces.append)
    assert [answer.feed(piece) for piece in (b"a cat <", b"en", b"d", b"> more")] == [False, False, False, True]
    answer.end()
    assert "".join(pieces) == "a cat "


def test_what_only_looked_like_a_stop_text_is_sent():
    pieces = []
    answer = Detokenizer(("<end>",), pieces.append)
    answer.feed(b"a <enormous> cat")
    assert answer.end() == "a <enormous> cat"
    assert "".join(pieces) == "a <enormous> cat"


def test_half_a_character_after_a_stop_text_is_dropped():
    answer = Detokenizer(("<end>",), None)
    assert answer.feed(b"a cat<end>\xe7\x8c")
    assert answer.end() == "a cat"


def test_an_answer_of_huge_tokens_is_full_and_no_longer_than_it_may_be():
    answer = Detokenizer(("<end>",), None)
    assert not answer.feed(b"a dog ")
    assert not answer.is_full
    for _ in range(3):
        answer.feed(b"x" * 3_000_000)
    assert answer.is_full
    assert len(answer.end()) == 65_536
