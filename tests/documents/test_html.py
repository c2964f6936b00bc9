"""HTML: what is an image, which state its alt attribute has, what stands around it, and how an alt is replaced."""

import pytest

from localalt.documents import Document
from localalt.documents.entities import decoded
from localalt.errors import DocumentError


def read(html):
    return Document(html.encode(), "html").references


def only(html):
    (reference,) = read(html)
    return reference


def replaced(html, text, *, of=0):
    document = Document(html.encode(), "html")
    return document.with_texts([(document.references[of], text)]).decode()


# --- where an alt attribute is ---


@pytest.mark.parametrize(
    ("html", "fixed"),
    [
        ('<img data-alt="Image of x" alt="Image of a bird">', '<img data-alt="Image of x" alt="NEW">'),
        ("<img title=\"alt='no'\" alt='a'>", "<img title=\"alt='no'\" alt='NEW'>"),
        ('<img title=\'x alt="no"\' src=a alt="a">', '<img title=\'x alt="no"\' src=a alt="NEW">'),
        ('<img src="?alt=a" alt="a">', '<img src="?alt=a" alt="NEW">'),
        ('<img ng-alt="a" xalt="a" alt-x="a" alt="a">', '<img ng-alt="a" xalt="a" alt-x="a" alt="NEW">'),
        ('<img alt="a" alt="b" title="alt=a">', '<img alt="NEW" alt="b" title="alt=a">'),
        ("<IMG\n ALT\n=\n'a'\n>", "<IMG\n ALT\n=\n'NEW'\n>"),
        ("<img alt=a>", "<img alt=NEW>"),
        ("<img alt=a/>", "<img alt=NEW>"),
        ("<img alt=a />", "<img alt=NEW />"),
        ("<img alt>", '<img alt="NEW">'),
        ("<img alt src=x>", '<img alt="NEW" src=x>'),
        ('<img alt="">', '<img alt="NEW">'),
        ("<img alt=''/>", "<img alt='NEW'/>"),
        ('<img src="a.png">', '<img src="a.png" alt="NEW">'),
        ('<img src="a.png" />', '<img src="a.png" alt="NEW" />'),
        ("<img src=a.png>", '<img src=a.png alt="NEW">'),
        ('<img title="a > b" alt="a">', '<img title="a > b" alt="NEW">'),
        ("<img/alt=a/src=b>", "<img/alt=NEW>"),
        ('<img alt="a"src="b">', '<img alt="NEW"src="b">'),
        ('<!-- <img alt="a"> --><img alt="a">', '<!-- <img alt="a"> --><img alt="NEW">'),
        ('<p>alt="a" <img alt="a"> alt="a"', '<p>alt="a" <img alt="NEW"> alt="a"'),
        ('<script>"<img alt=\'a\'>"</script><img alt="a">', '<script>"<img alt=\'a\'>"</script><img alt="NEW">'),
        ('<img =alt="a" alt="a">', '<img =alt="a" alt="NEW">'),
        ("<img alt=a\x00b>", "<img alt=NEW>"),
    ],
)
def test_the_place_comes_from_the_parser_and_all_else_stays(html, fixed):
    # "=a/src=b" and "a/" are values: without quotes a slash ends nothing.
    if html == "<img alt=a/>":
        assert only(html).text == "a/"
    assert replaced(html, "NEW") == fixed


@pytest.mark.parametrize(
    ("html", "text", "fixed"),
    [
        ('<img alt="Image of caf&eacute; at night">', "A café at night.", '<img alt="A caf&eacute; at night.">'),
        ('<img alt="Fish &amp; chips">', "Fish & chips.", '<img alt="Fish &amp; chips.">'),
        ('<img alt="Fish & chips">', "Fish & chips.", '<img alt="Fish & chips.">'),
        ('<img alt="&quot;Stop&quot;">', '"Stop".', '<img alt="&quot;Stop&quot;.">'),
        ("<img alt='don&#39;t'>", "don't.", "<img alt='don&#39;t.'>"),
        ("<img alt='a'>", "it's", "<img alt='it&#39;s'>"),
        ("<img alt='a'>", 'say "hi"', "<img alt='say \"hi\"'>"),
        ('<img alt="a">', 'say "hi"', '<img alt="say &quot;hi&quot;">'),
        ('<img alt="a">', "it's < b > c & d", '<img alt="it\'s < b > c & d">'),
        ('<img alt="a">', "AT&T &lt;", '<img alt="AT&amp;T &amp;lt;">'),
        ('<img alt="a&nbsp;b">', "a\u00a0b.", '<img alt="a&nbsp;b.">'),
        ("<img alt=dog>", "A dog.", '<img alt="A dog.">'),
        ("<img alt=dog>", "dog.", "<img alt=dog.>"),
        ("<img alt=dog>", "dog/", '<img alt="dog/">'),
        ("<img alt=a&quot;b>", 'a"b c', '<img alt="a&quot;b c">'),
        ('<img alt="A dog\r\nasleep">', "A dog asleep", '<img alt="A dog asleep">'),
        ("<?xml version='1.0'?><img alt='a'/>", "a & <b>", "<?xml version='1.0'?><img alt='a &amp; &lt;b>'/>"),
    ],
)
def test_only_what_must_be_escaped_is_and_what_stays_keeps_its_entities(html, text, fixed):
    assert replaced(html, text) == fixed
    assert read(fixed)[0].text == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("&amp;", "&"), ("&amp", "&"), ("?a=b&copy=c", "?a=b&copy=c"), ("&copyx", "&copyx"), ("&copy;x", "©x"), ("&copy x", "© x"),
        ("&#65;&#x41;&#x41", "AAA"), ("&#128;", "€"), ("&#0;", "\ufffd"), ("&#xD800;", "\ufffd"), ("&#99999999999;", "\ufffd"),
        ("&#" + "9" * 5000 + ";", "\ufffd"), ("&nosuch;", "&nosuch;"), ("&", "&"), ("&#;", "&#;"), ("&NotEqualTilde;", "≂̸"),
        ("a\r\nb\rc", "a\nb\nc"), ("\x00", "\ufffd"),
    ],
)  # fmt: skip
def test_character_references_in_attributes_are_those_of_the_standard(value, text):
    assert decoded(value, 0, len(value)) == text


# --- what is an image ---


@pytest.mark.parametrize(
    "html",
    [
        '<!-- <img src="a"> -->', "<!--><!-- <img> -->", "<script><img></script>", "<script><!-- <script> </script> <img> --></script>",
        "<style><img></style>", "<textarea><img></textarea>", "<title><img></title>", "<xmp><img></xmp>", "<iframe><img></iframe>",
        "<plaintext><img>", "<svg><![CDATA[<img>]]></svg>", "<?php echo '<img>' ?>", "<!doctype html '<img>", "<img src=a", "<imgx>",
        "<svg><image href=a /></svg>", "<svg></svg>", "<input type=text alt=a>", "<area shape=rect>", "</img>", "<object data=a.pdf></object>",
        '<embed src="a.mp4">', '<object data="a.png"><p>A dog</p></object>', "&lt;img>", "< img>", "<picture><source srcset=a></picture>",
        "<% '<img>' %>",
    ],
)  # fmt: skip
def test_these_have_no_image(html):
    assert read(html) == ()


@pytest.mark.parametrize(
    ("html", "kind", "state", "text"),
    [
        ("<img>", "img", "missing", None),
        ("<img alt>", "img", "empty", ""),
        ('<img alt="">', "img", "empty", ""),
        ('<img alt="&nbsp;">', "img", "text", "\u00a0"),
        ('<img alt="a">', "img", "text", "a"),
        ("<image alt=a>", "img", "text", "a"),
        ("<svg><img alt=a></svg>", "img", "text", "a"),
        ("<svg><title><img alt=a></title></svg>", "img", "text", "a"),
        ("<svg><foreignObject><img alt=a></foreignObject></svg>", "img", "text", "a"),
        ("<svg><style><img alt=a></style></svg>", "img", "text", "a"),
        ("<noscript><img></noscript>", "img", "missing", None),
        ("<amp-img alt=a></amp-img>", "img", "text", "a"),
        ('<INPUT TYPE="IMAGE">', "input", "missing", None),
        ("<area href=a>", "area", "missing", None),
        ('<svg role="img"></svg>', "role", "missing", None),
        ('<svg role="img"><title>A logo</title></svg>', "role", "text", "A logo"),
        ('<div role="img" aria-label="A map"></div>', "role", "text", "A map"),
        ('<p id=l>A map</p><div role="img" aria-labelledby="l"></div>', "role", "text", "A map"),
        ('<object data="a.png"></object>', "object", "missing", None),
        ('<embed src="a.svg">', "embed", "missing", None),
        ("<!-- --!><img alt=a>", "img", "text", "a"),
        ("<!--><img alt=a>", "img", "text", "a"),
        ("<!--<!-- --><img alt=a>", "img", "text", "a"),
        ("<![CDATA[><img alt=a>", "img", "text", "a"),
        ("<script>a</script ><img alt=a>", "img", "text", "a"),
        ("<script></scripty></script><img alt=a>", "img", "text", "a"),
        ("<svg/><img alt=a>", "img", "text", "a"),
        ("<3 <img alt=a>", "img", "text", "a"),
    ],
)
def test_these_have_one_in_this_state(html, kind, state, text):
    reference = only(html)
    assert (reference.kind, reference.state, reference.text) == (kind, state, text)


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="{{ page.alt }}">', '<img alt="A {% if x %}b{% endif %}">', '<img alt="<?php echo "x > y" ?>" src="a">', '<img alt="<%= a %>">',
        "<img {{ attributes }}>", "<img <?= $a->b ?> src=x>", '<img :alt="x">', '<img v-bind:alt="x">',
        '<img [alt]="x">', '<img [attr.alt]="x">', '<img th:alt="#{x}" alt="Image of y">', '<img v-bind="x">', "<img alt='${x}'>",
    ],
)  # fmt: skip
def test_what_a_template_writes_is_neither_missing_nor_edited(html):
    reference = only(html)
    assert (reference.state, reference.text, reference.span) == ("computed", None, None)


def test_a_tag_with_a_template_anywhere_is_read_and_not_edited():
    reference = only('<img src="{{ url }}" alt="Image of a dog">')
    assert (reference.text, reference.span) == ("Image of a dog", None)
    with pytest.raises(DocumentError, match="line 1 cannot be replaced"):
        replaced('<img src="{{ url }}" alt="Image of a dog">', "A dog.")
    assert only('<img src="{{ url }}">').state == "missing"


# --- what stands around it ---


@pytest.mark.parametrize(
    "html",
    [
        '<img aria-hidden="true">', '<div aria-hidden="TRUE"><p><img></div>', "<div hidden><img></div>", "<template><img></template>",
        '<p hidden>a<p hidden><img>', "<ul><li hidden><b><img></b></ul>",
    ],
)  # fmt: skip
def test_what_no_one_hears_is_hidden(html):
    assert only(html).is_hidden


@pytest.mark.parametrize("html", ["<p hidden>a<p><img>", "<ul><li hidden>a<li><img></ul>", "<div hidden></div><img>"])
def test_what_follows_something_hidden_is_not(html):
    assert not only(html).is_hidden


@pytest.mark.parametrize(
    ("html", "is_decorative", "is_brief"),
    [
        ('<a href="/"><img alt=""></a>', False, True),
        ('<a href="/"><img alt=""> Home</a>', True, False),
        ('<a href="/" title="Home"><img alt=""></a>', True, False),
        ('<button aria-label="Search"><img alt=""></button>', True, False),
        ('<button><img alt=""></button>', False, True),
        ('<a name="x"><img alt=""></a>', True, False),
        ('<a href="/"><img alt="">', False, True),
        ('<input type="image" alt="">', False, True),
        ('<img role="presentation">', True, False),
        ('<img alt="">', True, False),
    ],
)
def test_an_empty_alt_is_decoration_unless_it_is_all_that_a_link_says(html, is_decorative, is_brief):
    reference = only(html)
    assert (reference.is_decorative, reference.is_brief) == (is_decorative, is_brief)


def test_of_two_images_in_a_link_one_may_be_decoration():
    first, second = read('<a href="/"><img alt="Home"><img alt=""></a>')
    assert (first.is_decorative, second.is_decorative) == (False, True)
    assert second.around.label == "Home"


def test_surroundings_are_what_a_reader_sees():
    page = """<html lang="de"><h1>Dogs &amp; cats</h1><p>Before it.</p><script>no()</script>
    <figure><img src="a.png"><figcaption>Two <b>dogs</b></figcaption></figure><p lang="fr">After
    it: <a href="/b" title="More">see <img src="b.png" alt=""> more</a></p><h2>Next <img src="c.png"></h2></html>"""
    dogs, more, in_heading = read(page)
    assert dogs.around.heading == "Dogs & cats"
    assert dogs.around.caption == "Two dogs"
    assert (dogs.around.before, dogs.around.after) == ("Before it.", "Two dogs After it: see more")
    assert (more.around.within, more.around.target, more.around.label) == ("link", "/b", "see more More")
    assert (dogs.language, more.language, in_heading.language) == ("de", "fr", "de")
    assert in_heading.around.heading == "Next"


def test_names_that_replace_an_alt_are_found():
    assert only('<img aria-label="A dog">').name == "A dog"
    assert only('<img title="A dog">').name == "A dog"
    assert only('<b id="x">A dog</b><img aria-labelledby="x">').name == "A dog"


def test_lines_are_counted_at_every_kind_of_break():
    assert [each.line for each in read("<img>\r\n<img>\r<img>\n\n<img>")] == [1, 2, 3, 5]


# --- encodings ---


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        ('<meta charset="iso-8859-1">', "cp1252"),
        ("<meta charset=windows-1251>", "cp1251"),
        ('<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=Shift_JIS">', "cp932"),
        ('<?xml version="1.0" encoding="ISO-8859-15"?>', "iso8859-15"),
        ('<!-- <meta charset="utf-8"> --><meta charset="latin1">', "cp1252"),
        ('<meta charset="nonsense"><meta charset="latin1">', "cp1252"),
    ],
)
def test_a_page_keeps_the_encoding_that_it_declares(head, codec):
    word = {"cp1251": "Собака", "cp932": "犬"}.get(codec, "café")
    data = f'{head}\r\n<p>{word}</p><img alt="Image of {word}"/>\r\n'.encode(codec)
    document = Document(data, "html")
    (reference,) = document.references
    assert reference.text == f"Image of {word}"
    new = document.with_texts([(reference, f"A {word} 犬“.")])
    assert new.startswith(f'{head}\r\n<p>{word}</p><img alt="A {word} '.encode(codec))
    assert Document(new, "html").references[0].text == f"A {word} 犬“."
    if codec == "cp1252":
        assert "&#29356;“.".encode("cp1252") in new


def test_a_page_that_cannot_be_decoded_is_said_with_its_place():
    with pytest.raises(DocumentError, match=r"^a.html cannot be read as text: byte 0xE9 at offset 14 \(line 2\)"):
        Document(b"<p>\n<img alt=x\xe9>", "html", name="a.html")


def test_a_file_that_two_encodings_could_have_written_is_read_and_left_alone():
    data = '<meta charset="shift_jis"><img alt="Image of a dog">'.encode() + b"\xfa\x54"
    document = Document(data, "html")
    with pytest.raises(DocumentError, match=r"left as it is.*cannot be written back"):
        document.with_texts([(document.references[0], "A dog.")])


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_marks_stay(mark):
    document = Document('<img alt="犬">\r\n'.encode(mark), "html")
    assert document.with_texts([(document.references[0], "a")]) == '<img alt="a">\r\n'.encode(mark)
