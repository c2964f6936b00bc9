"""The plan: which settings a model gets on machines that are made up here."""

import dataclasses

import pytest
from hypothesis import given, strategies as st

from localalt.devices import DeviceVerdict, Machine
from localalt.errors import NotEnoughMemoryError, OptionError
from localalt.models.catalog import AUTO, CATALOG
from localalt.planning import budget, memory, planner, settings
from localalt.planning.choice import choose
from localalt.planning.weights import WeightsSplit
from tests.support.machines import GB, gpu, is_all_on_gpu, machine, model


def plan(name="qwen3.5-2b", on=None, **options):
    return planner.plan(model(name), on or machine(), **options)


def widest_of(candidate, on):
    return planner.max_slots_worth_measuring(planner.plan(candidate, on), candidate, on)


AUTO_CANDIDATES = [model(name, quant) for name, quant in AUTO]


def auto(on):
    return choose(AUTO_CANDIDATES, on)


# --- where it runs ---


def test_without_a_gpu_all_is_on_the_cpu_with_a_thread_a_core():
    own = plan(on=machine(cores=6))
    assert (own.devices, own.n_gpu_layers, own.projector_on_gpu, own.n_threads) == ((), 0, False, 6)


def test_a_gpu_with_room_takes_all_layers_the_output_and_the_projector():
    own = plan("qwen3.5-4b", machine(gpus=[gpu(24)]))
    assert own.devices == ("CUDA0",)
    assert is_all_on_gpu(own)
    assert own.n_gpu_layers == own.n_layer + 1


def test_one_gpu_with_room_is_better_than_two():
    own = plan("qwen3.5-4b", machine(gpus=[gpu(12, name="CUDA0"), gpu(24, name="CUDA1")]))
    assert own.devices == ("CUDA1",)


def test_two_gpus_hold_what_one_cannot():
    own = plan("qwen3.5-27b", machine(ram=64, gpus=[gpu(16, name="CUDA0"), gpu(16, name="CUDA1")]))
    assert set(own.devices) == {"CUDA0", "CUDA1"}
    assert is_all_on_gpu(own)
    assert sum(n for _, n in own.layers) == own.n_layer + 1


def test_gpus_share_layers_by_their_own_room_and_the_cpu_has_the_first_ones():
    own = plan("qwen3.5-27b", machine(ram=64, gpus=[gpu(4, name="CUDA0"), gpu(8, name="CUDA1")]))
    assert [device for device, _ in own.layers] == ["CPU", "CUDA1", "CUDA0"]
    layers = dict(own.layers)
    assert layers["CUDA0"] + layers["CUDA1"] == own.n_gpu_layers
    # What is the same on both, a driver's context and a buffer for graphs, is more of the small one.
    used = [parts.total / (free * GB) for parts, free in zip(own.memory.gpus, (8 * 0.97, 4 * 0.97), strict=True)]
    assert max(used) - min(used) < 0.15
    assert layers["CUDA1"] > 2 * layers["CUDA0"]
    assert sum(layers.values()) == own.n_layer + 1


def test_every_gpu_needs_a_context_and_buffers_of_its_own():
    own = plan("qwen3.5-27b", machine(ram=64, gpus=[gpu(16, name="CUDA0"), gpu(16, name="CUDA1")]))
    first, second = own.memory.gpus
    assert min(first.overhead, second.overhead) >= memory.GPU_BYTES
    assert min(first.compute, second.compute) > 0
    assert (first.projector > 0, second.projector, second.vision_compute) == (True, 0, 0)
    assert first + second == own.memory.gpu
    assert own.tensor_split == tuple(n for _, n in own.layers)


def test_a_file_that_is_here_says_where_its_bytes_are():
    known = model("qwen3.5-9b")
    n_layer = known.shape.text.n_layer
    # Nearly all in the last layers, which are the ones that a GPU takes.
    late = WeightsSplit((0,) * (n_layer - 4) + (1_400_000_000,) * 4, 100_000, 100_000, tied=False)
    on = machine(ram=32, gpus=[gpu(6)])
    guessed = planner.plan(known, on).n_gpu_layers
    assert planner.plan(dataclasses.replace(known, split=late), on).n_gpu_layers < guessed


def test_an_integrated_gpu_is_left_alone_beside_one_with_memory_of_its_own():
    own = plan("qwen3.5-9b", machine(ram=64, gpus=[gpu(64, name="Vulkan1", integrated=True), gpu(24)]))
    assert own.devices == ("CUDA0",)


def test_memory_that_an_integrated_gpu_shares_is_counted_once():
    shared = [gpu(16, free=15, integrated=True)]
    assert is_all_on_gpu(plan("qwen3.5-9b", machine(ram=16, free=15, gpus=shared)))
    assert not is_all_on_gpu(plan("qwen3.5-9b", machine(ram=8, free=6, gpus=[gpu(8, free=6, integrated=True)])))


def test_what_does_not_fit_the_gpu_is_left_to_the_cpu():
    own = plan("qwen3.5-9b", machine(ram=32, gpus=[gpu(6)]))
    assert 0 < own.n_gpu_layers <= own.n_layer
    assert own.memory.gpu.total < 6 * GB
    assert own.n_seq_max == 1
    more = plan("qwen3.5-9b", machine(ram=32, gpus=[gpu(8)]))
    assert more.n_gpu_layers > own.n_gpu_layers


def test_what_is_in_a_gpus_own_memory_takes_no_ram():
    little_ram = machine(ram=8, free=2, gpus=[gpu(24)])
    assert is_all_on_gpu(plan("qwen3.5-9b", little_ram))
    assert widest("qwen3.5-9b", little_ram) > settings.N_SEQ_MAX


def test_a_gpu_that_is_nearly_full_is_not_used():
    assert plan(on=machine(gpus=[gpu(8, free=0.3)])).devices == ()


# --- devices that compute wrong ---


def found(on=None, kind="qwen35 with qwen3vl_merger", **verdict):
    """A GPU, with room where it is not named, of which the doctor found that for Qwen3.5."""
    return dataclasses.replace(on or gpu(24), verdicts=((kind, DeviceVerdict(**verdict)),))


def test_a_device_that_computes_wrong_is_left_out_and_it_is_said():
    own = plan("qwen3.5-4b", machine(gpus=[found(is_usable=False)]))
    assert (own.devices, own.n_gpu_layers) == ((), 0)
    (fault,) = own.faults
    assert fault == "CUDA0 (Some GPU) computes such models wrong, as localalt doctor found, and is left out."
    assert fault in own.reasons


def test_another_device_takes_the_place_of_one_that_computes_wrong():
    other = gpu(12, name="Vulkan0")
    own = plan("qwen3.5-4b", machine(gpus=[found(is_usable=False), other]))
    assert own.devices == ("Vulkan0",)
    assert is_all_on_gpu(own)


def test_a_projector_that_computes_wrong_on_the_gpu_is_on_the_cpu_and_counted_there():
    own, whole = (plan("qwen3.5-4b", machine(gpus=[each])) for each in (found(projector_on_device=False), gpu(24)))
    assert own.n_gpu_layers == own.n_layer + 1
    assert not own.projector_on_gpu
    assert own.encodes_apart
    assert own.placement == "on the GPU, the projector on the CPU"
    assert (own.memory.gpu.projector, own.memory.host.projector) == (0, whole.memory.gpu.projector)
    assert "All 32 layers are on CUDA0" in own.reasons[0]
    assert "the projector is on the CPU" in own.faults[0]
    assert widest_of(model("qwen3.5-4b"), machine(gpus=[found(projector_on_device=False)])) >= own.n_seq_max


def test_a_gpu_without_the_projector_has_room_for_more_slots():
    sizes = [6 + step / 10 for step in range(40)]
    whole, own = (
        [widest_of(model("qwen3.5-4b"), machine(gpus=[on(gpu(size))])) for size in sizes]
        for on in (lambda device: device, lambda device: found(device, projector_on_device=False))
    )
    assert all(more >= fewer for more, fewer in zip(own, whole, strict=True))
    assert own != whole


def test_with_some_layers_on_the_cpu_the_projector_stays_there_too():
    small = found(gpu(6), projector_on_device=False)
    own = plan("qwen3.5-9b", machine(ram=32, gpus=[small]))
    assert 0 < own.n_gpu_layers < own.n_layer
    assert not own.projector_on_gpu


@pytest.mark.parametrize(
    ("verdict", "flash_attn", "projector_flash_attn"),
    [
        ({}, None, None),
        ({"projector_flash_attn": False}, None, False),
        ({"flash_attn": False, "projector_flash_attn": False}, False, False),
    ],
)
def test_flash_attention_is_off_where_it_computes_wrong(verdict, flash_attn, projector_flash_attn):
    own = plan("qwen3.5-4b", machine(gpus=[found(**verdict)]))
    assert (own.flash_attn, own.projector_flash_attn) == (flash_attn, projector_flash_attn)
    assert is_all_on_gpu(own)
    assert bool(own.faults) is bool(verdict)


def test_a_device_that_mixes_sequences_up_gets_one_at_a_time():
    here = machine(gpus=[found(one_at_a_time=True)])
    assert plan("qwen3.5-4b", here, n_seq_max=8).n_seq_max == 1
    assert widest_of(model("qwen3.5-4b"), here) == 1


def test_two_gpus_are_used_as_both_compute_right():
    pair = [
        found(gpu(16, name="CUDA0"), flash_attn=False),
        found(gpu(16, name="CUDA1"), projector_on_device=False),
    ]
    own = plan("qwen3.5-27b", machine(ram=64, gpus=pair))
    assert own.devices == ("CUDA0", "CUDA1")
    assert (own.flash_attn, own.projector_on_gpu) == (False, False)


def test_a_verdict_is_for_its_kind_of_model_and_one_that_was_not_tried_has_the_worst_of_all():
    wrong, right = (
        ("gemma3 with gemma3", DeviceVerdict(is_usable=False)),
        ("qwen35 with qwen3vl_merger", DeviceVerdict()),
    )
    device = dataclasses.replace(gpu(24), verdicts=(wrong, right))
    here = machine(gpus=[device])
    assert is_all_on_gpu(plan("qwen3.5-4b", here))
    assert not plan("gemma-3-4b", here).devices
    assert not plan("smolvlm2-2.2b", here).devices  # nobody knows
    assert is_all_on_gpu(plan("smolvlm2-2.2b", machine(gpus=[gpu(24)])))


# --- kernels ---

ZEN_4 = frozenset({"AVX2", "AVX512", "AVX512_VNNI", "AVX512_BF16"})


def with_kernels(on=None, instructions=ZEN_4, growth=0):
    """The plan of a model that has both: tiled kernels, and a projector to be had in BF16."""
    candidate = dataclasses.replace(model("qwen3.5-2b"), has_tiled_kernels=True, bf16_growth=growth)
    return planner.plan(candidate, dataclasses.replace(on or machine(), instructions=instructions))


def test_a_cpu_gets_the_kernels_that_suit_it_and_the_plan_says_so():
    own, other = with_kernels(), with_kernels(instructions=frozenset({"AVX2"}))
    assert (own.repacks_weights, own.projector_in_bf16) == (False, True)
    assert (other.repacks_weights, other.projector_in_bf16) == (True, False)
    said = " ".join(set(own.reasons) - set(other.reasons))
    assert "BF16" in said
    assert "weights stay as the file has them" in said


def test_amx_is_left_out_whatever_the_weights_are_and_wherever_they_lie():
    amx = ZEN_4 | {"AMX_INT8"}
    for has_tiled_kernels in (True, False):
        for here in (machine(), machine(gpus=[gpu(2.5)])):
            candidate = dataclasses.replace(model("qwen3.5-2b"), has_tiled_kernels=has_tiled_kernels)
            own = planner.plan(candidate, dataclasses.replace(here, instructions=amx))
            assert not own.repacks_weights
            assert "AMX can crash" in " ".join(own.reasons)


def test_a_model_that_is_not_here_yet_gets_llama_cpps_own_choice():
    own = plan(on=dataclasses.replace(machine(), instructions=ZEN_4))
    assert (own.repacks_weights, own.projector_in_bf16) == (True, False)


def test_what_a_gpu_computes_does_not_concern_the_cpus_kernels():
    own = with_kernels(machine(gpus=[gpu(24)]))
    assert (own.repacks_weights, own.projector_in_bf16) == (True, False)
    partly = with_kernels(machine(gpus=[gpu(2.5)]))
    assert 0 < partly.n_gpu_layers < partly.n_layer
    assert (partly.repacks_weights, partly.projector_in_bf16) == (False, False)


def test_a_projector_in_bf16_is_counted_and_left_out_where_it_does_not_fit():
    growth = 300_000_000
    plain, wider = with_kernels(instructions=frozenset()), with_kernels(growth=growth)
    assert wider.memory.host.total - plain.memory.host.total == growth
    # Room for the model, its growth, and the file that llama.cpp reads it from.
    bytes_needed = needed("qwen3.5-2b", 4) + growth + wider.memory.host.projector
    free = bytes_needed + max(budget.RESERVE_BYTES, int(16 * GB * budget.RESERVE_SHARE))
    assert with_kernels(machine(free=free / GB), growth=growth).projector_in_bf16
    short = with_kernels(machine(free=(free - 1000) / GB), growth=growth)
    assert not short.projector_in_bf16
    assert (short.n_seq_max, short.memory.host.projector) == (plain.n_seq_max, plain.memory.host.projector)


# --- sizes ---


def test_a_sequence_has_room_for_the_largest_picture_its_text_and_the_answer():
    own = plan()
    assert own.n_ctx_seq == own.n_image_tokens + settings.N_TEXT_CELLS + model().max_tokens
    assert own.n_image_tokens == 2048


def test_no_sequence_is_longer_than_the_model_was_trained_for():
    short = model()
    text = dataclasses.replace(short.shape.text, n_ctx_train=2048)
    short = dataclasses.replace(short, shape=dataclasses.replace(short.shape, text=text))
    assert planner.plan(short, machine()).n_ctx_seq == 2048


def test_a_non_causal_picture_fits_one_graph():
    own = plan("gemma-4-12b", machine(ram=64))
    assert own.n_batch >= own.n_ubatch >= own.n_image_tokens == 1120


def with_free(needed, ram=10):
    """A machine of `ram` GB where exactly `needed` bytes may be taken."""
    reserve = max(budget.RESERVE_BYTES, int(ram * GB * budget.RESERVE_SHARE))
    return Machine(needed + reserve, ram * GB, 4)


def needed(name, n_seq_max):
    """Bytes with the image tokens that reading takes."""
    spec = model(name)
    n_image_tokens = min(spec.geometry.high_tokens, spec.geometry.max_tokens)
    own = settings.runtime_settings(spec, n_seq_max, n_image_tokens, 0, projector_on_gpu=False)
    return settings.memory_of(spec, own).host.total


def test_short_memory_costs_slots_first_and_then_image_tokens():
    name = "qwen3-vl-2b"
    four, one = needed(name, 4), needed(name, 1)
    settings = [plan(name, with_free(n)) for n in (four, four - 1, one, one - 1)]
    assert [(each.n_seq_max, each.n_image_tokens) for each in settings] == [(4, 1024), (2, 1024), (1, 1024), (1, 512)]
    assert settings[-1].limit(model(name).geometry).max_tokens == 512


def test_a_fixed_picture_size_is_never_cut():
    own = plan("gemma-3-4b", with_free(needed("gemma-3-4b", 1) - 1))
    assert (own.n_seq_max, own.n_image_tokens) == (1, 256)
    assert own.limit(model("gemma-3-4b").geometry).square == 896


def test_slots_asked_for_are_the_most_there_are():
    assert plan(n_seq_max=2).n_seq_max == 2
    assert plan(on=machine(ram=64), n_seq_max=16).n_seq_max == 16


def slots_reason(own):
    return next(reason for reason in own.reasons if "at a time" in reason)


def test_the_reason_mentions_memory_only_where_memory_took_slots_away():
    name = "qwen3-vl-2b"
    short = with_free(needed(name, 4) - 1)
    assert slots_reason(plan(name, short)).endswith("; 4 would need more memory.")
    assert slots_reason(plan(name, short, n_seq_max=16)).endswith("; 16 would need more memory.")
    for n_seq_max in (1, 2):
        assert "memory" not in slots_reason(plan(name, short, n_seq_max=n_seq_max))
    assert "memory" not in slots_reason(plan(name, machine(ram=256)))


# --- slots worth measuring ---


def widest(name="qwen3.5-2b", on=None):
    return widest_of(model(name), on or machine())


def test_with_memory_to_spare_a_gpu_may_have_more_slots_than_a_cpu():
    assert widest(on=machine(ram=256)) == planner.MAX_SLOTS_CPU
    assert widest(on=machine(ram=256, gpus=[gpu(80)])) == planner.MAX_SLOTS_GPU


def test_more_slots_leave_most_of_the_free_memory_free():
    default = needed("qwen3-vl-2b", 4)
    more = needed("qwen3-vl-2b", 8) - default
    assert widest("qwen3-vl-2b", with_free(default + 4 * more + 4)) == 8
    assert widest("qwen3-vl-2b", with_free(default + 4 * more - 4)) == 4


def test_where_memory_does_not_allow_the_default_there_is_no_more_to_measure_than_it_allows():
    assert widest("qwen3-vl-2b", with_free(needed("qwen3-vl-2b", 4) - 1)) == 2
    # Partly on the GPU: what is left there would hold another slot, yet `plan` keeps it for layers.
    assert widest("qwen3.6-35b-a3b", machine(ram=128, gpus=[gpu(3)])) == 1
    assert widest(on=machine(ram=8, free=1)) == 1


# --- too little ---


def test_memory_that_other_programs_hold_is_missing_and_reported():
    own = plan(on=machine(ram=8, free=1))
    assert own.missing_bytes > 0
    assert "close other programs" in " ".join(own.reasons)


def test_a_model_larger_than_the_machine_is_refused_with_both_sizes():
    with pytest.raises(
        NotEnoughMemoryError, match=r"qwen3\.5-122b-a10b.*needs .* GB of RAM and can have 15\.5 GB here"
    ):
        plan("qwen3.5-122b-a10b", machine(ram=16))


def test_no_model_fits_says_the_smallest_that_would():
    with pytest.raises(NotEnoughMemoryError, match=r"qwen3\.5-0\.8b:Q4_K_M, the smallest choice, needs .* GB"):
        auto(machine(ram=1))


# --- "auto" ---


@pytest.mark.parametrize(
    ("on", "chosen"),
    [
        (machine(ram=4, free=3.2), "qwen3.5-0.8b:Q8_0"),
        (machine(ram=8, free=6), "qwen3.5-2b:Q4_K_M"),
        (machine(ram=128), "qwen3.5-2b:Q4_K_M"),  # a CPU has the memory for more, and not the speed
        (machine(ram=16, gpus=[gpu(8, free=0.3)]), "qwen3.5-2b:Q4_K_M"),  # somebody else has the GPU
        (machine(ram=16, gpus=[gpu(1.5)]), "qwen3.5-2b:Q4_K_M"),  # partly on the GPU, which does no harm
        (machine(ram=16, gpus=[gpu(6)]), "qwen3.5-4b:Q4_K_M"),
        (machine(ram=8, gpus=[gpu(10)]), "qwen3.5-9b:Q4_K_M"),
        (machine(ram=8, gpus=[gpu(14)]), "qwen3.5-9b:Q8_0"),
        (machine(ram=16, gpus=[gpu(10)]), "qwen3.5-9b:Q4_K_M"),  # not a mixture with experts in RAM
        (machine(ram=32, gpus=[gpu(8)]), "qwen3.5-9b:Q4_K_M"),
        (machine(ram=32, gpus=[gpu(6.8)]), "qwen3.5-4b:Q8_0"),
        (machine(ram=64, gpus=[gpu(4)]), "qwen3.6-35b-a3b:UD-IQ4_NL"),  # its experts in RAM
        (machine(ram=32, gpus=[gpu(24)]), "qwen3.6-27b:Q4_K_M"),
        (machine(ram=16, gpus=[gpu(15, integrated=True)]), "qwen3.5-9b:Q4_K_M"),  # not most of the RAM
        (machine(ram=128, gpus=[gpu(96, integrated=True)]), "qwen3.5-9b:Q8_0"),  # 27B: five minutes
    ],
)
def test_auto_takes_the_best_model_that_runs_well(on, chosen):
    assert auto(on).spec.name == chosen


def test_auto_says_what_spoke_against_the_next_better_model():
    choice = auto(machine(ram=16, gpus=[gpu(6)]))
    assert choice.why.startswith("It is the best model that runs well here; the next better one, qwen3.5-4b:Q8_0")


def test_auto_takes_the_smallest_where_nothing_runs_well_unless_asked_not_to():
    busy = machine(ram=8, free=0.6)
    assert auto(busy).spec.name == "qwen3.5-0.8b:Q4_K_M"
    with pytest.raises(NotEnoughMemoryError):
        choose(AUTO_CANDIDATES, busy, strict=True)


# --- whatever the machine ---

sizes = st.floats(0.5, 256)


@pytest.mark.slow
@given(
    name=st.sampled_from(sorted(CATALOG)),
    ram=sizes,
    free=st.floats(0.05, 1),
    gpus=st.lists(st.tuples(sizes, st.floats(0.01, 1), st.booleans()), max_size=3),
    n_seq_max=st.none() | st.integers(1, 64),
)
def test_a_plan_stays_within_the_memory_or_says_what_is_missing(name, ram, free, gpus, n_seq_max):
    devices = [gpu(total, total * share, f"GPU{i}", own) for i, (total, share, own) in enumerate(gpus)]
    here = machine(ram, ram * free, gpus=devices)
    try:
        own = planner.plan(model(name), here, n_seq_max=n_seq_max)
    except NotEnoughMemoryError:
        assert settings.smallest_bytes(model(name)) > 0.5 * ram * GB
        return
    used = [device for device in devices if device.name in own.devices]
    assert own.memory.gpu.total <= sum(device.free_bytes for device in used)
    assert own.memory.host.total <= here.ram_free_bytes + own.missing_bytes
    assert own.memory.host.total <= here.ram_total_bytes
    if any(device.integrated for device in used):
        assert own.memory.host.total + own.memory.gpu.total <= here.ram_free_bytes
    assert 1 <= own.n_seq_max <= (n_seq_max or settings.N_SEQ_MAX)
    assert own.n_ubatch <= own.n_batch
    assert sum(n for _, n in own.layers) == own.n_layer + 1
    assert all(n >= 0 for _, n in own.layers)
    assert bool(own.devices) == (own.op_offload or own.projector_on_gpu)
    assert own.op_offload >= (own.n_gpu_layers > 0)
    assert 0 <= own.n_cpu_moe <= own.n_layer
    for name, parts in zip(own.devices, own.memory.gpus, strict=True):
        assert parts.total <= next(device.free_bytes for device in devices if device.name == name)
    assert all(reason.endswith(".") for reason in own.reasons)


@pytest.mark.slow
@given(
    name=st.sampled_from(sorted(CATALOG)),
    ram=sizes,
    free=st.floats(0.05, 1),
    gpus=st.lists(st.tuples(sizes, st.floats(0.01, 1), st.booleans()), max_size=3),
)
def test_slots_worth_measuring_change_nothing_else_and_leave_memory_to_others(name, ram, free, gpus):
    devices = [gpu(total, total * share, f"GPU{i}", own) for i, (total, share, own) in enumerate(gpus)]
    here = machine(ram, ram * free, gpus=devices)
    try:
        own = planner.plan(model(name), here)
    except NotEnoughMemoryError:
        return
    most = planner.max_slots_worth_measuring(own, model(name), here)
    assert most >= own.n_seq_max
    assert most == own.n_seq_max or own.n_seq_max == settings.N_SEQ_MAX
    assert most <= (planner.MAX_SLOTS_GPU if is_all_on_gpu(own) else planner.MAX_SLOTS_CPU)
    assert most.bit_count() == 1
    same = ("devices", "n_gpu_layers", "n_cpu_moe", "projector_on_gpu", "missing_bytes")
    to_read = min(own.n_image_tokens, model(name).geometry.high_tokens)
    n_seq_max = 1
    while n_seq_max <= most:
        other = planner.plan(model(name), here, n_seq_max=n_seq_max)
        assert other.n_seq_max == n_seq_max
        assert [getattr(other, field) for field in same] == [getattr(own, field) for field in same]
        assert other.n_image_tokens >= to_read
        n_seq_max *= 2
    if most > own.n_seq_max:
        used = sum(device.free_bytes for device in devices if device.name in own.devices)
        # `other` has the most slots: a quarter is for those, and of what they leave for larger pictures.
        assert 16 * (other.memory.host.total - own.memory.host.total) <= 7 * (
            here.ram_free_bytes - own.memory.host.total
        )
        assert 16 * (other.memory.gpu.total - own.memory.gpu.total) <= 7 * max(0, used - own.memory.gpu.total)


@pytest.mark.slow
@given(name=st.sampled_from(sorted(CATALOG)), ram=st.tuples(sizes, sizes), on_gpu=st.booleans())
def test_with_more_memory_free_no_fewer_slots_are_worth_measuring(name, ram, on_gpu):
    less, more = sorted(ram)
    here = [machine(256, gpus=[gpu(256, size)]) if on_gpu else machine(256, size) for size in (less, more)]
    try:
        plans = [planner.plan(model(name), each) for each in here]
    except NotEnoughMemoryError:
        return
    if len({(each.devices, each.n_gpu_layers, each.n_cpu_moe) for each in plans}) == 1:
        few, many = (widest_of(model(name), each) for each in here)
        assert few <= many


# --- a GPU that was asked for ---


def asked_for(device, **has):
    return dataclasses.replace(machine(**has), device=device)


@pytest.mark.parametrize("device", ["gpu", "CUDA0"])
def test_a_gpu_that_was_asked_for_is_used_or_it_is_an_error(device):
    assert plan(on=asked_for(device, gpus=[gpu(24)])).decodes_on_gpu
    with pytest.raises(NotEnoughMemoryError, match=f'"{device}" was asked for, but no layer of qwen3.5-2b'):
        plan(on=asked_for(device, gpus=[gpu(0.3)]))
    with pytest.raises(OptionError, match=f'"{device}" was asked for, but .* computes such models wrong'):
        plan(on=asked_for(device, gpus=[found(is_usable=False)]))
    for device in ("auto", "cpu"):
        assert plan(on=asked_for(device, gpus=[gpu(0.3)])).devices == ()


def test_where_a_gpu_was_asked_for_the_choice_is_one_that_it_holds():
    assert auto(asked_for("gpu", gpus=[gpu(2.2)])).plan.devices == ("CUDA0",)
    with pytest.raises(NotEnoughMemoryError):
        auto(asked_for("gpu", gpus=[gpu(0.3)]))
    with pytest.raises(OptionError, match="computes such models wrong"):
        auto(asked_for("gpu", gpus=[found(is_usable=False)]))


# --- threads ---


@pytest.mark.parametrize(
    ("because", "cores", "reason"),
    [
        ("", 6, "6 threads, one for each physical core."),
        ("", 1, "1 thread: there is one physical core."),
        (
            "this container may use 2 of 64 processors (cgroup cpu.max)",
            2,
            "2 threads: this container may use 2 of 64 processors (cgroup cpu.max).",
        ),
    ],
)
def test_a_plan_says_why_it_has_so_many_threads(because, cores, reason):
    assert reason in plan(on=dataclasses.replace(machine(cores=cores), cores_because=because)).reasons
