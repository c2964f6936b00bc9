"""JSX, Vue, Svelte, Astro and MDX: the images in them are read, and nothing is ever written."""

import pytest

from localalt.documents import Document
from localalt.documents.components import is_image
from localalt.documents.javascript import literal_of
from localalt.errors import DocumentError

JSX = """import Image from "next/image"; // <img alt="no">
/* <img alt="no"> */
const x = a < b && c > d; const re = /<img alt="no">/g; const s = "<img alt='no'>"; const t = `<img alt="no">`;
const [v, setV] = useState<Image>(null);
function F({ alt, ...props }: P<Image>) {
  return (
    <div onClick={() => a > b}>
      don't {/* <img alt="no"> */} it's
      <img src="a.png" data-alt="no" alt="Image of a dog" />
      <Image src={a} alt={'A "cat"'} fill></Image>
      <Img alt={x ? "a" : "b"} />
      <img {...props} />
      <img src="m.png" title="alt='no'" onLoad={() => { if (a > b) { c("}") } }} />
      <motion.img alt="" src="e.png" />
      {list.map((i) => <NextImage key={i} src={i.src} alt={`A ${i}`} />)}
      {cond && <img src="q.png" alt={`A \\u0041`} />}
      <img alt="Fish &amp; chips" aria-hidden="true" />
      <Imagery alt="no" /> <Foo icon={<img src="p.png" />} />
    </div>
  );
}
"""
VUE = """<template>
  <div v-if="a < b">{{ a < b }} <img src="a.png" alt="Image of a dog"><img :alt="x" src="b"><img v-bind:alt="'A cat'">
  <img v-bind="o"><NuxtImg src="n.png"/><v-img alt=""></v-img><!-- <img> --></div>
</template>
<script setup>const a = "<img alt='no'>"</script>"""
SVELTE = """<script>let a = "<img>"; if (a < b) {}</script>
{#if a < b && c > d}<img src="a.png" alt="Image of a dog" on:click={() => a > b}>{:else}<img {alt} src={s}>{/if}
{#each xs as x}<img alt="a {x}"><img alt={"lit"} {...$$props}><img src="m"/>{/each}<!-- <img> --><enhanced:img alt="E"/>"""
ASTRO = """---
import { Image } from 'astro:assets'; const a = "<img>";
---
<Image src={a} alt="Image of a dog"/><img src="x"><br><img alt={y}>{xs.map((x) => <img src={x} alt="In a map">)}
{/* <img> */}<!-- <img> --><img alt=`A bird`><script>if (a < b) "<img>"</script>"""
MDX = """import Image from 'x'

# Title ![Image of a dog](a.png)

<Image src={a} alt="image" />

```jsx
<img alt="no">
```

Inline `<img alt="no">` and `![no](x)`.

{/* <img/> */}

<div>
  ![inside](b.png)
</div>
"""


@pytest.mark.parametrize(
    ("form", "content", "found"),
    [
        (
            "jsx",
            JSX,
            [
                (9, "text", "Image of a dog"), (10, "text", 'A "cat"'), (11, "computed", None), (12, "computed", None),
                (13, "missing", None), (14, "empty", ""), (15, "computed", None), (16, "text", "A A"),
                (17, "text", "Fish & chips"), (18, "missing", None),
            ],
        ),
        (
            "vue",
            VUE,
            [
                (2, "text", "Image of a dog"), (2, "computed", None), (2, "text", "A cat"), (3, "computed", None),
                (3, "missing", None), (3, "empty", ""),
            ],
        ),
        (
            "svelte",
            SVELTE,
            [
                (2, "text", "Image of a dog"), (2, "computed", None), (3, "computed", None), (3, "text", "lit"),
                (3, "missing", None), (3, "text", "E"),
            ],
        ),
        (
            "astro",
            ASTRO,
            [
                (4, "text", "Image of a dog"), (4, "missing", None), (4, "computed", None), (4, "text", "In a map"),
                (5, "text", "A bird"),
            ],
        ),
        ("mdx", MDX, [(3, "text", "Image of a dog"), (5, "text", "image"), (16, "text", "inside")]),
    ],
)  # fmt: skip
def test_images_are_read_in_their_state_and_have_no_place(form, content, found):
    document = Document(content.encode(), form, name="a")
    assert [(each.line, each.state, each.text) for each in document.references] == found
    assert all(each.span is None for each in document.references)
    with pytest.raises(DocumentError, match=r"a is left as it is"):
        document.with_texts([(document.references[0], "A dog.")])


@pytest.mark.parametrize("form", ["jsx", "svelte", "astro", "vue", "mdx"])
@pytest.mark.parametrize(
    "content", ["", "<", "<img", "<img alt={", "{" * 3000, "<a>" * 3000, "<a b={" * 2000, "`${" * 2000, "'", "/*", "<!--", "</", "---\n"]
)  # fmt: skip
def test_damage_ends_nothing(form, content):
    assert all(each.line == 1 for each in Document(content.encode(), form).references)


def test_hidden_and_named_ones_are_known():
    document = Document(b'<img aria-hidden="true"/>; <img role="presentation"/>; <img aria-label="A dog"/>', "jsx")
    hidden, decorative, named = document.references
    assert (hidden.is_hidden, decorative.is_decorative, named.name) == (True, True, "A dog")


def test_a_template_in_another_language_is_said():
    (problem,) = Document(b'<template lang="pug">\nimg(alt="x")\n</template>', "vue").references
    assert "written in pug" in problem.problem


@pytest.mark.parametrize(
    "name", ["img", "Image", "Img", "NextImage", "motion.img", "chakra.Image", "v-img", "enhanced:img"]
)
def test_components_that_show_images_are_known(name):
    assert is_image(name)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('{"a"}', "a"), ("{ 'a' }", "a"), ("{`a`}", "a"), (r"{'it\'s'}", "it's"), (r'{"\x41\u{1F600}\n"}', "A😀\n"), ("{a}", None),
        ("{'a' + b}", None), ("{`${a}`}", None), ('{""}', ""), ('{"a" /* b */}', None),
    ],
)  # fmt: skip
def test_only_one_string_alone_is_a_text(expression, text):
    assert literal_of(expression) == text
