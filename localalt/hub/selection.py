"""Chooses the weights and the projector that belong together from a repository's files.

Pure: knows names and sizes, nothing of connections, caches or what is inside a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from localalt.errors import ModelFormatError, ModelNotFoundError
from localalt.hub.file_names import check_collisions
from localalt.hub.repository import RemoteFile, Repository, Selection

__all__ = ["DEFAULT_QUANTS", "MMPROJ_PREFERENCE", "select"]

DEFAULT_QUANTS = (
    "Q4_K_M",
    "UD-Q4_K_XL",
    "Q4_0",
    "Q4_K_S",
    "IQ4_NL",
    "UD-IQ4_NL",
    "Q5_K_M",
    "Q6_K",
    "Q8_0",
    "BF16",
    "F16",
)
"""Which quantization is taken where none is named, best first: the smallest that loses little, then larger ones."""

MMPROJ_PREFERENCE = ("Q8_0", "F16", "BF16")
"""Which projector is taken: Q8_0 loses nothing measurable against F16 and is about 45 % smaller."""

# Words of a name that mark a GGUF file as a by-product of a model, or as not for pictures.
_ACCESSORIES = {
    "imatrix",
    "mtp",
    "draft",
    "drafter",
    "eagle",
    "eagle3",
    "lora",
    "adapter",
    "vocab",
    "audio",
    "tokenizer",
}
_QUANT = re.compile(
    r"(?<![a-z0-9])((?:ud-)?i?q\d(?:_[a-z0-9]{1,4})*|tq\d_\d|bf16|fp?16|fp?32|mxfp4(?:_moe)?|nvfp4)(?=[-.]|$)", re.I
)
_PART = re.compile(r"-(\d{5})-of-(\d{5})$")


@dataclass(frozen=True, slots=True)
class _Weights:
    """One model among the weights of a repository: a file, or the parts of a split one."""

    folder: str
    """"" at the top."""
    stem: str
    """The file name without the part number and ".gguf"."""
    files: tuple[RemoteFile, ...]
    n_parts: int

    @property
    def quant(self) -> str:
        return _quant(self.stem)

    @property
    def is_complete(self) -> bool:
        numbers = [int(part[1]) for file in self.files if (part := _PART.search(_stem(file)))]
        return numbers == list(range(1, self.n_parts + 1)) if numbers else self.n_parts == 1


def select(
    repository: Repository,
    *,
    quant: str | None = None,
    weights_pattern: str | None = None,
    mmproj_preference: Sequence[str] = MMPROJ_PREFERENCE,
) -> Selection:
    """Choose the weights and the projector that belong together.

    Args:
        repository: what the hub lists.
        quant: a quantization such as "Q4_K_M" (in any case, compared as a whole: "IQ4_NL" is not
            "UD-IQ4_NL"), or the name of a weights file. None takes the first of `DEFAULT_QUANTS`
            that is there, or the only one.
        weights_pattern: shell patterns separated by "|"; the weights' path or file name must match one.
        mmproj_preference: quantizations of the projector, best first.

    Raises:
        ModelNotFoundError: the quantization is not there, or several files fit equally.
        ModelFormatError: it is not the repository of a GGUF vision model, or parts of the weights are missing.
    """
    files = [file for file in repository.files if file.name.lower().endswith(".gguf")]
    if not files:
        raise ModelFormatError(_no_gguf(repository))
    found = _weights(file for file in files if not _is_mmproj(file))
    if weights_pattern is not None:
        found = [weights for weights in found if _matches(weights, weights_pattern)]
    if not found:
        fitting = f" that match {weights_pattern!r}" if weights_pattern is not None else ""
        raise ModelFormatError(
            f"{repository.name} has no weights{fitting} among its GGUF files ({_names(files)}): "
            "use the repository of a vision model in GGUF format."
        )
    chosen, label = _choose_weights(repository, found, quant)
    if not chosen.is_complete:
        raise ModelFormatError(
            f"{repository.name} lists {len(chosen.files)} of the {chosen.n_parts} parts of {chosen.stem}: "
            "choose another quantization, or try again when the upload is complete."
        )
    projectors = [file for file in files if _is_mmproj(file) and not _is_accessory(file)]
    mmproj = _choose_mmproj(repository, projectors, found, chosen, mmproj_preference)
    selection = Selection(repository.name, repository.commit, label, chosen.files, mmproj)
    check_collisions(repository, selection)
    return selection


def _choose_weights(repository: Repository, found: list[_Weights], quant: str | None) -> tuple[_Weights, str]:
    if quant is not None and quant.lower().endswith(".gguf"):
        fitting = [weights for weights in found if _is_named(weights, quant)]
        if len(fitting) == 1:
            path = PurePosixPath(fitting[0].files[0].name)
            return fitting[0], str(path) if "/" in quant else path.name
        raise ModelNotFoundError(
            f"{repository.name} has {'several files' if fitting else 'no weights'} {quant}: "
            f"name one of {_names(weights.files[0] for weights in fitting or found)}."
        )
    models = [weights for weights in found if not _is_accessory(weights.files[0])]
    if not models:
        raise ModelFormatError(
            f"{repository.name} has no weights among its GGUF files ({_names(weights.files[0] for weights in found)}): "
            "use the repository of a vision model in GGUF format."
        )
    present = {weights.quant.lower(): weights.quant for weights in models if weights.quant}
    if quant is not None:
        wanted = quant.lower()
        if wanted not in present:
            raise ModelNotFoundError(
                f"{repository.name} has no quantization {quant}: choose one of "
                f"{', '.join(sorted(present.values())) or _names(weights.files[0] for weights in found)}."
            )
    elif len(models) == 1:
        return models[0], models[0].quant or models[0].files[0].name
    else:
        wanted = next((name.lower() for name in DEFAULT_QUANTS if name.lower() in present), "")
    fitting = [weights for weights in models if weights.quant.lower() == wanted]
    if len(fitting) == 1 and wanted:
        return fitting[0], fitting[0].quant
    raise ModelNotFoundError(
        f"{repository.name} has several weights that fit equally: write {repository.name}:FILE with one of "
        f"{_names(weights.files[0] for weights in fitting or models or found)}."
    )


def _choose_mmproj(
    repository: Repository,
    projectors: list[RemoteFile],
    found: list[_Weights],
    chosen: _Weights,
    preference: Sequence[str],
) -> RemoteFile:
    """The projector named for the weights, or the one that is named for none, in the preferred quantization."""
    if not projectors:
        raise ModelFormatError(
            f"{repository.name} has no projector (mmproj) beside {chosen.files[0].name}, so it cannot see: "
            "use the repository of a vision model that has one."
        )
    model = _base(chosen.stem)
    names = {file: _base(_stem(file)) for file in projectors}
    for fits in (
        lambda name: name == model,
        lambda name: bool(name) and (f"{model}-".startswith(f"{name}-") or f"{name}-".startswith(f"{model}-")),
        lambda name: not name,
    ):
        fitting = [file for file in projectors if fits(names[file])]
        if fitting:
            break
    else:
        # Named otherwise than the weights: certain only where the repository holds one model.
        models = {_base(weights.stem) for weights in found if not _is_accessory(weights.files[0])}
        fitting = projectors if len(models) == 1 else []
    beside = [file for file in fitting if _folder(file) == chosen.folder]
    fitting = beside or fitting
    for quant in preference:
        preferred = [file for file in fitting if _quant(_stem(file)) == quant.upper()]
        if preferred:
            fitting = preferred
            break
    if len(fitting) == 1:
        return fitting[0]
    state = "several projectors that fit equally" if fitting else "no projector named for these weights"
    raise ModelNotFoundError(
        f"{repository.name} has {state} ({_names(fitting or projectors)}) for {chosen.files[0].name}: "
        "download both files yourself and name the pair."
    )


def _weights(files: Iterable[RemoteFile]) -> list[_Weights]:
    """The files grouped into models: the parts of a split one together, in order."""
    groups: dict[tuple[str, str, int], list[RemoteFile]] = {}
    for file in sorted(files, key=lambda file: file.name):
        stem = _stem(file)
        part = _PART.search(stem)
        n_parts = int(part[2]) if part else 1
        groups.setdefault((_folder(file), _PART.sub("", stem), n_parts), []).append(file)
    return [_Weights(folder, stem, tuple(parts), n_parts) for (folder, stem, n_parts), parts in groups.items()]


def _folder(file: RemoteFile) -> str:
    return file.name.rpartition("/")[0]


def _stem(file: RemoteFile) -> str:
    """The file name without its folder and ".gguf"."""
    return file.name.rpartition("/")[2][: -len(".gguf")]


def _is_mmproj(file: RemoteFile) -> bool:
    return "mmproj" in PurePosixPath(file.name).name.lower()


def _is_accessory(file: RemoteFile) -> bool:
    """Whether a name says that this is a by-product of a model, or a projector for sound."""
    return not _ACCESSORIES.isdisjoint(re.split(r"[-_. /]", file.name.lower()))


def _is_named(weights: _Weights, name: str) -> bool:
    wanted = name.lower()
    return any(wanted in (file.name.lower(), PurePosixPath(file.name).name.lower()) for file in weights.files)


def _matches(weights: _Weights, patterns: str) -> bool:
    names = (weights.files[0].name, PurePosixPath(weights.files[0].name).name)
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns.split("|") for name in names)


def _quant(stem: str) -> str:
    """The quantization that a file name has, in upper case, "" for none. The last one: it stands at the end."""
    found = _QUANT.findall(stem)
    label = found[-1].upper() if found else ""
    return {"FP16": "F16", "FP32": "F32"}.get(label, label)


def _base(stem: str) -> str:
    """A file name without the words for quantization, part or kind: what it calls its model."""
    words = re.split(r"[-_. ]+", _QUANT.sub("", stem).lower())
    return "-".join(word for word in words if word and word not in {"mmproj", "model", "vision", "gguf"})


def _names(files: Iterable[RemoteFile], most: int = 12) -> str:
    names = [file.name for file in files]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _no_gguf(repository: Repository) -> str:
    kinds = sorted({PurePosixPath(file.name).suffix for file in repository.files} - {""})
    found = f" (it has {', '.join(kinds[:6])} files)" if kinds else ""
    advice = (
        "try again when its files are uploaded"
        if repository.name.lower().endswith("-gguf")
        else f"look for {repository.name}-GGUF, or another repository of it in GGUF format"
    )
    return f"{repository.name} has no GGUF file{found}: {advice}."
