from localalt import hardware
from localalt.types import ImageGeometry

QWEN = ImageGeometry(None, 32, 64, 1024)


def make(**changes):
    values = {"max_tokens": 512, "n_ctx_train": 0, "n_seq_max": 4, "n_cores": 2, "use_gpu": False} | changes
    return hardware.plan(QWEN, **values)


def test_a_sequence_has_room_for_the_largest_picture_its_text_and_the_answer():
    assert make().n_ctx_seq == 1024 + hardware.N_TEXT_CELLS + 512


def test_no_sequence_is_longer_than_the_model_was_trained_for():
    assert make(n_ctx_train=2048).n_ctx_seq == 2048


def test_a_gpu_takes_all_layers_and_the_projector():
    assert (make(use_gpu=True).n_gpu_layers, make(use_gpu=True).projector_on_gpu) == (-1, True)
    assert (make().n_gpu_layers, make().projector_on_gpu) == (0, False)


def test_there_is_at_least_one_core():
    assert hardware.physical_cores() >= 1
