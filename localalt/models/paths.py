"""What a person wrote for a model, seen as files on this disk: a pair, a folder with a pair, or weights alone.

What exists as a file is a file, whatever its name and suffix, and is never asked for on the hub. Knows headers and
Ollama's manifests, nothing of the hub's cache.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from localalt.errors import ModelFormatError, ModelMismatchError, ModelNotFoundError
from localalt.errors.wording import either
from localalt.gguf.bf16_tensors import BF16, F16, F32, Q8_0, matrix_types
from localalt.gguf.reader import read_header

__all__ = ["looks_like_path", "name_of_weights", "pair_of"]

MAX_FOLDER_FILES = 1000
"""Entries of a folder that are looked at: a folder with more is not one of one model."""
MAX_MANIFESTS = 5000
"""Of Ollama, one for each tag of a model."""
MAX_MANIFEST_BYTES = 1 << 20
"""A manifest lists about five layers."""

_FORMATS = (Q8_0, BF16, F16)
"""ggml_types of a projector's matrices, best first: Q8_0 loses nothing that was measured and is the smallest, and F16's
sums are more than some GPUs hold."""
_SUFFIXES = (".gguf", ".ggml", ".bin", ".safetensors", ".mmproj", ".part", ".incomplete")
_REPOSITORY_FILE = re.compile(r"[\w.-]+/[\w.-]+:.+", re.ASCII)
_BLOB = re.compile(r"(?:^|[/\\])sha256[-:]([0-9a-f]{64})", re.I)
_LATER_PART = re.compile(r"-(?!00001)\d{5}-of-\d{5}(?:\.gguf)?$", re.I)
_OLLAMA_WEIGHTS, _OLLAMA_PROJECTOR = "application/vnd.ollama.image.model", "application/vnd.ollama.image.projector"


def looks_like_path(name: str) -> bool:
    """Whether `name`, which is not a file here, can only have been meant as one: the hub is not asked for it."""
    if _BLOB.search(name) or re.match(r"[A-Za-z]:[\\/]", name):
        return True
    if _REPOSITORY_FILE.fullmatch(name) and not name.startswith("."):
        return False
    return (
        name.startswith((".", "~", "/"))
        or name.endswith(("/", *_SUFFIXES, *map(str.upper, _SUFFIXES)))
        or name.lower().endswith(_SUFFIXES)
        or "\\" in name
        or name.count("/") > 1
    )


def pair_of(name: str | os.PathLike[str]) -> tuple[Path, Path] | None:
    """(weights, mmproj) where `name` is a file or folder of this disk; None where it is not and may be a model's name.

    A folder counts where it holds the weights of one model and one projector. A file of weights needs a projector of
    its own: of Ollama's blobs, the manifest says which.

    Raises:
        ModelNotFoundError: it looks like a path, and there is no such file.
        ModelFormatError, ModelMismatchError: it is there, and no model can be made of it; the message says why.
    """
    path = Path(name)
    try:
        path.stat()
    except ValueError as error:  # a NUL or a lone surrogate, which no path has
        raise ModelNotFoundError(f"There is no model file {str(name)!r:.80}: check the path.") from error
    except OSError as error:
        if path.is_symlink():
            raise ModelNotFoundError(f"{path} is a link that leads to no file: check what it leads to.") from error
        if isinstance(error, PermissionError):
            raise ModelFormatError(f"{path} may not be looked at: check the permissions of its folder.") from error
        if isinstance(name, str) and not looks_like_path(name):
            _check_folder_of_missing(name)
            return None
        raise ModelNotFoundError(f"There is no model file {path}: check the path.") from error
    if path.is_dir():
        return _pair_in(path)
    return path, _projector_of(path)


def name_of_weights(path: Path) -> str:
    """What a model of local files is called: the name of its weights without ".gguf"."""
    return path.stem if path.suffix.lower() == ".gguf" else path.name


def _check_folder_of_missing(name: str) -> None:
    """ "models/x" beside a folder "models" is a mistyped file, whose name is nobody's business."""
    folder, slash, rest = name.partition("/")
    if slash and ":" not in rest and Path(folder).is_dir():
        raise ModelNotFoundError(
            f"There is no {rest} in the folder {folder} here: check the path; for the repository of that name on the "
            f"hub, write {name}:QUANT."
        )


def _pair_in(folder: Path) -> tuple[Path, Path]:
    weights: list[Path] = []
    projectors: list[Path] = []
    for path in _gguf_files(folder):
        (projectors if read_header(path).architecture == "clip" else weights).append(path)
    if len(weights) == len(projectors) == 1:
        return weights[0], projectors[0]
    if len(weights) == 1 and (best := _best_of(projectors)) is not None:
        return weights[0], best
    if not (weights or projectors):
        advice = "name the two files of a model, or a folder that holds them"
        if re.fullmatch(r"[\w.-]+/[\w.-]+", os.fspath(folder), re.ASCII):
            advice += f"; for the repository of that name on the hub, write {folder}:QUANT"
        raise ModelFormatError(f"{folder} is a folder here without a GGUF file: {advice}.")
    raise ModelFormatError(
        f"{folder} is a folder with {_counted(weights, 'file of weights', 'files of weights')} and "
        f"{_counted(projectors, 'projector', 'projectors')}, and a model is one of each: name the two files, "
        f"{either('the pair (weights, mmproj)', '--model weights --mmproj mmproj')}."
    )


def _best_of(projectors: list[Path]) -> Path | None:
    """The one to take of several files of one projector, which differ in the format of their matrices alone."""
    headers = [read_header(path) for path in projectors]
    shapes = [{name: tensor.shape for name, tensor in header.tensors.items()} for header in headers]
    if not headers or any(each != shapes[0] for each in shapes):
        return None
    formats = [matrix_types(header) - {F32} for header in headers]  # which stands beside the others in every file
    for best in _FORMATS:
        found = [path for path, kinds in zip(projectors, formats, strict=True) if kinds == {best}]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _gguf_files(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise ModelFormatError(f"{folder} cannot be read ({error.strerror}): check its permissions.") from error
    if len(entries) > MAX_FOLDER_FILES:
        raise ModelFormatError(f"{folder} is a folder with {len(entries):,} entries: name the two files of a model.")
    for path in entries:
        try:
            if not path.is_file() or _LATER_PART.search(path.name):
                continue
            with path.open("rb") as file:
                is_gguf = file.read(4) == b"GGUF"
        except OSError as error:
            raise ModelFormatError(f"{path} cannot be read ({error.strerror}): check its permissions.") from error
        if is_gguf:
            yield path


def _projector_of(weights: Path) -> Path:
    """The projector of weights that were named alone, where somebody wrote down which it is."""
    if read_header(weights).architecture == "clip":
        raise ModelMismatchError(
            f"{weights} is a projector: name the weights first, "
            f"{either(f'the pair (weights, {weights})', f'--model weights --mmproj {weights}')}."
        )
    blob = _BLOB.search(weights.name)
    if blob and weights.parent.name == "blobs":
        digest = blob[1].lower()
        projector = _ollama_projector(weights.parent.parent / "manifests", digest)
        if projector is not None:
            return weights.parent / f"sha256-{projector}"
    beside = [path for path in _gguf_files(weights.parent) if "mmproj" in path.name.lower()] if not blob else []
    example = beside[0] if len(beside) == 1 else "mmproj"
    ollama = "; Ollama's manifests list none for this blob" if blob else ""
    raise ModelNotFoundError(
        f"{weights} is one file of weights, and a vision model has a projector as well{ollama}: name both, "
        f"{either(f'the pair ({weights}, {example})', f'--model {weights} --mmproj {example}')}."
    )


def _ollama_projector(manifests: Path, digest: str) -> str | None:
    """The digest of the projector that stands beside these weights in one of Ollama's manifests."""
    n_read = 0
    for folder, _, names in os.walk(manifests):
        for name in sorted(names):
            path = Path(folder) / name
            n_read += 1
            if n_read > MAX_MANIFESTS:
                return None
            try:
                if not path.is_file() or path.stat().st_size > MAX_MANIFEST_BYTES:
                    continue
                layers = json.loads(path.read_bytes())["layers"]
                digests = {layer["mediaType"]: _BLOB.search(layer["digest"]) for layer in layers}
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue  # not a manifest
            own, projector = digests.get(_OLLAMA_WEIGHTS), digests.get(_OLLAMA_PROJECTOR)
            if own and projector and own[1].lower() == digest:
                return projector[1].lower()
    return None


def _counted(paths: list[Path], one: str, many: str) -> str:
    if not paths:
        return f"no {one}"
    named = ", ".join(path.name for path in paths[:4]) + (" …" if len(paths) > 4 else "")
    return f"{len(paths)} {one if len(paths) == 1 else many} ({named})"
