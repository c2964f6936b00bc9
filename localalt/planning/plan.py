"""A model that could be loaded, and the settings that it would be loaded with.

Values alone: `planner` makes a plan of a spec and a machine.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from localalt.devices import model_kind
from localalt.gguf.hparams import ModelShape
from localalt.planning.memory import Memory
from localalt.planning.tuning import Tuning, tuned
from localalt.planning.weights import WeightsSplit
from localalt.switches import Environment
from localalt.types import ImageGeometry
from localalt.units import format_bytes

__all__ = ["ModelSpec", "Plan"]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that could be loaded: what a plan depends on."""

    name: str
    shape: ModelShape
    weights_bytes: int
    mmproj_bytes: int
    geometry: ImageGeometry
    """What its projector makes of a picture."""
    non_causal: bool
    """Whether the tokens of a picture must be in one graph, since all of them see each other."""
    max_tokens: int
    """The longest answer."""
    split: WeightsSplit | None = None
    """Where the weights' bytes are, known once the file is here."""
    has_tiled_kernels: bool = False
    """Whether its weights suit llama.cpp's tiled kernels: see `cpu_kernels`; known once the file is here."""
    bf16_growth: int | None = None
    """Bytes that the projector takes more with its matrices in BF16; None where it has none to be had so, or is not
    here."""
    mmproj_types: frozenset[int] = frozenset()
    """The ggml_types of the projector's matrices; empty where its file is not here."""
    tuning: Tuning = field(default_factory=Tuning)
    """Settings that are not the plan's to choose."""
    active_share: float = 1.0
    """Of the weights, the share that one token uses: less than 1 in a mixture of experts."""
    n_text_cells: int | None = None
    """Cells for the words of a prompt; None for as many as alt text takes."""

    def with_tuning(self, tuning: Tuning) -> ModelSpec:
        """This model with those settings.

        Raises:
            OptionError: its projector does not take so many image tokens.
        """
        return dataclasses.replace(self, geometry=tuned(self.geometry, tuning, self.name), tuning=tuning)

    @property
    def load_key(self) -> str:
        """By what is stored of it where it did not fit a device: see `Device.failed`."""
        return f"{self.kind}, {self.weights_bytes} bytes"

    @property
    def kind(self) -> str:
        """Which of the doctor's verdicts hold for it."""
        return model_kind(self.shape.text.architecture, self.shape.vision.projector)


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of one loaded model, in llama.cpp's names, with the memory they take and why they are so."""

    devices: tuple[str, ...]
    """GPUs that hold layers or the projector, by ggml's names; empty on the CPU alone."""
    n_layer: int
    n_gpu_layers: int
    """Layers on the GPUs, the last ones, 0 to `n_layer` + 1: the output counts as one."""
    n_layer_nextn: int
    """Layers that guess further tokens, which are not loaded, but which llama.cpp counts among those on GPUs."""
    layers: tuple[tuple[str, int], ...]
    """(device, layers) in the order of the layers, the output counted: "CPU" first, where it has some."""
    n_cpu_moe: int
    """Of how many layers, the first ones, the experts of a mixture are on the CPU although the rest is on a GPU."""
    op_offload: bool
    """Whether a GPU computes prompts for layers on the CPU too, and gets their weights for each graph."""
    projector_on_gpu: bool
    n_image_tokens: int
    """The most image tokens of one picture."""
    n_seq_max: int
    n_ctx_seq: int
    n_batch: int
    n_ubatch: int
    n_threads: int
    repacks_weights: bool
    """Whether the language model's matrices on the CPU are laid out anew for its kernels: see `cpu_kernels`."""
    projector_in_bf16: bool
    """Whether the projector's matrices are made BF16, which some CPUs multiply faster."""
    flash_attn: bool | None
    """Whether the language model's attention is computed so; None leaves it to llama.cpp."""
    projector_flash_attn: bool | None
    environment: Environment
    """Variables that the process has to have before it uses the devices, as the doctor found."""
    faults: tuple[str, ...]
    """What devices compute wrong, as the doctor found, and what is done about it, in sentences for people."""
    memory: Memory
    missing_bytes: int
    """RAM that is not free at present, though the machine has it: other programs hold it."""
    reasons: tuple[str, ...]
    """Why, in sentences for people."""

    @property
    def decodes_on_gpu(self) -> bool:
        """Whether every layer is on GPUs, with all of its experts."""
        return self.n_gpu_layers > self.n_layer and not self.n_cpu_moe

    @property
    def tensor_split(self) -> tuple[int, ...]:
        """Layers on each of the devices as llama.cpp counts them, of several; () otherwise."""
        on = dict(self.layers)
        *before, last = (on.get(name, 0) for name in self.devices) if self.devices else (0,)
        return (*before, last + self.n_layer_nextn) if before and self.n_gpu_layers else ()

    @property
    def n_gpu_layers_loaded(self) -> int:
        """`n_gpu_layers` as llama.cpp counts them (llama-model.cpp:1589)."""
        return self.n_gpu_layers + self.n_layer_nextn if self.n_gpu_layers else 0

    @property
    def encodes_apart(self) -> bool:
        """Whether pictures are encoded on another device than tokens are decoded on, so that both can go on at once."""
        return self.projector_on_gpu != self.op_offload

    @property
    def placement(self) -> str:
        """Where it runs, in a few words."""
        if self.missing_bytes:
            return f"if {format_bytes(self.missing_bytes)} of RAM are freed"
        if not self.devices:
            return "on the CPU"
        if not self.n_gpu_layers:
            parts = {"the projector": self.projector_on_gpu, "prompts": self.op_offload}
            return f"on the CPU, {' and '.join(part for part, is_there in parts.items() if is_there)} on the GPU"
        apart = "" if self.projector_on_gpu else ", the projector on the CPU"
        if self.n_gpu_layers <= self.n_layer:
            return f"partly on the GPU, slower{apart}"
        return f"on the GPU{', experts on the CPU' if self.n_cpu_moe else ''}{apart}"

    def because(self, *reasons: str) -> Plan:
        """This plan with more reasons, in front of the others."""
        return dataclasses.replace(self, reasons=(*reasons, *self.reasons))

    def limit(self, geometry: ImageGeometry) -> ImageGeometry:
        """`geometry` within this plan's image-token budget."""
        if geometry.square is not None or geometry.token_px == 1:
            return geometry
        is_fast = self.projector_on_gpu and self.decodes_on_gpu
        low = geometry.low_tokens_on_gpu if is_fast else geometry.low_tokens
        most = min(geometry.max_tokens, self.n_image_tokens)
        return dataclasses.replace(geometry, max_tokens=most, low_tokens=low)
