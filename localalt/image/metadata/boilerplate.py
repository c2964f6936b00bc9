"""What cameras and programs write where a person's words belong."""

from __future__ import annotations

import re

__all__ = ["GENERATORS", "SETTINGS_OF_GENERATORS", "is_boilerplate"]

_BOILERPLATE = re.compile(
    # Matched against all of a text.
    r"""
    (?: (?:konica\ )?minolta | olympus | sony | samsung | pentax | nikon | canon | kodak | fujifilm | panasonic
      | casio | ricoh | hp )\ (?: digital\ (?:still\ )?camera | dsc | csc | camera(?:\ pictures)? | image )
    | (?-i: OLYMPUS | SONY | SAMSUNG | MOTOROLA | KODAK )  # a brand alone, as its cameras spell it
    | digital\ (?:still\ )?camera | (?:my\ )?(?:image|picture|photo) | jpeg\ image | untitled(?:[-\ ]\d+)? | default
    | ascii | exif[_\ ]jpeg.* | dcim.* | lead\ technologies.* | file\ written\ by\ adobe.* | creator:\ gd-jpeg.*
    | screen\ ?shot
    | (?:created|made|edited|processed|generated|optimi[sz]ed)\ (?:with|by|using|in)\ (?:the\ )?
      (?: gimp | imagemagick | jpegmini | photoshop | inkscape | paint\.net )\b.*
    | <?(?:kenox|digimax)\b.*  # Samsung's compacts name themselves
    | (?:oz)?(?:nor|edf|hdr)(?:hdr)? | cof | dav | hdrpl | mde | ptr | rbt | rhdr | sdr | vsc  # Huawei's camera modes
    | filter:\ ?-?\d.* | \{.*\} | \{\s*".* | \[\s*[\[{].*  # settings of camera apps, and other JSON
    | <\?xml\b.* | <(?:svg|mxfile|mxgraphmodel|html)\b.*
    | (?:workflow|prompt):\ ?\{.* | (?:\w+\ |ai[-\ ])generated\ image  # ComfyUI, NovelAI
    | \S+\.(?:jpe?g|png|tiff?|webp|hei[cf]|avif|gif|bmp|dng|cr[23]|nef|arw|raf|orf|rw2|psd)  # file names
    | _?(?:img|dsc[nfp]?|mg|pict|p|pxl|dji|gopr|sam|image)[_\ -]*\d{3}[\d_\ -]*
    """,
    re.IGNORECASE | re.VERBOSE,
)

_SETTING = re.compile(
    r"\b(?:(negative prompt|sampler|schedule(?:r| type)|model hash) ?:"
    r"|(steps|seed|(?:cfg|guidance) scale|clip skip|denoising strength) ?: ?\d)",
    re.IGNORECASE,
)
"""Settings of a diffusion model, as AUTOMATIC1111, Draw Things and others write them behind a prompt."""

_MIDJOURNEY = re.compile(
    r"\bjob id: [0-9a-f]{8}-|(?:^| )--(?:ar|chaos|iw|niji|profile|q|quality|raw|s|seed|sref|style|stylize|v) "
    r"?[\w.:]*(?= |$)",
    re.IGNORECASE,
)

SETTINGS_OF_GENERATORS = frozenset(
    (
        *("parameters", "prompt", "negative_prompt", "workflow", "dream", "sd-metadata", "invokeai_metadata"),
        *("invokeai_graph", "invokeai_workflow", "fooocus_scheme", "generation_data", "generation_time"),
        *("postprocessing", "extras", "mxfile", "mxgraphmodel"),
    )
)
"""Keywords of PNG chunks, with their case folded: Stable Diffusion's programs (parameters, prompt, workflow …) and
diagrams.net."""

GENERATORS = re.compile(
    r"(?:novelai|stable[ -]?diffusion|automatic1111|comfyui|invokeai|fooocus|midjourney|draw things|dall[·. -]?e|sdxl"
    r"|swarmui|easy diffusion|openai|flux)\b",
    re.IGNORECASE,
)
"""How programs that generate images name themselves."""


def is_boilerplate(text: str) -> bool:
    """Whether a text, on one line, is no person's words about the picture."""
    settings = {(match[1] or match[2]).casefold() for match in _SETTING.finditer(text)}
    return bool(len(settings) > 1 or _BOILERPLATE.fullmatch(text) or _MIDJOURNEY.search(text))
