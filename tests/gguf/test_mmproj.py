import pytest

from localalt.errors import ModelFormatError
from localalt.gguf.mmproj import image_geometry, projector_type, projector_width
from localalt.gguf.reader import read_header
from localalt.types import ImageGeometry
from tests.support import gguf_files


def vision(kind, **keys):
    sizes = {f"clip.vision.{key}": value for key, value in keys.items()}
    return {"general.architecture": "clip", "clip.projector_type": kind} | sizes


@pytest.mark.parametrize(
    ("metadata", "geometry"),
    [
        # The published models' sizes.
        (vision("gemma3", image_size=896, patch_size=14), ImageGeometry(896, 56, 256, 256)),
        (vision("qwen3vl_merger", image_size=768, patch_size=16), ImageGeometry(None, 32, 64, 4096, 256, 576, 1024)),
        (vision("qwen2.5vl_merger", image_size=560, patch_size=14), ImageGeometry(None, 28, 64, 4096, 256, 576, 1024)),
        (
            vision("gemma4v", image_size=224, patch_size=16),
            ImageGeometry(None, 48, 1, 1120, 280, 280, 560, fills=True),
        ),
        (
            vision("pixtral", image_size=1540, patch_size=14, spatial_merge_size=2),
            ImageGeometry(None, 28, 64, 1024, 256, 576, 1024),
        ),
    ],
)
def test_geometry_follows_the_projector_type(tmp_path, metadata, geometry):
    assert image_geometry(read_header(gguf_files.write(tmp_path / "m.gguf", metadata))) == geometry


def test_a_projector_with_tiling_of_its_own_gets_the_picture_unaligned(tmp_path):
    header = read_header(gguf_files.write(tmp_path / "m.gguf", vision("idefics3", image_size=512, patch_size=16)))
    assert image_geometry(header).token_px == 1


@pytest.mark.parametrize(
    "sizes",
    [
        {"image_size": 0, "patch_size": 14},
        {"image_size": 896, "patch_size": 0},
        {"image_size": 8, "patch_size": 14},
        {"image_size": 1 << 31, "patch_size": 14},
        {"image_size": 896, "patch_size": 1 << 30},
        {},
    ],
)
def test_sizes_that_make_no_sense_are_refused(tmp_path, sizes):
    with pytest.raises(ModelFormatError, match="damaged"):
        image_geometry(read_header(gguf_files.write(tmp_path / "m.gguf", vision("gemma3", **sizes))))


def test_a_file_may_bound_its_image_tokens_itself(tmp_path):
    own = {"localalt.image_min_tokens": 16, "localalt.image_max_tokens": 24}
    for kind in ("qwen3vl_merger", "gemma4v"):
        metadata = vision(kind, image_size=96, patch_size=12) | own
        found = image_geometry(read_header(gguf_files.write(tmp_path / "m.gguf", metadata)))
        assert (found.square, found.min_tokens, found.max_tokens) == (None, 16, 24)


@pytest.mark.parametrize("bounds", [(0, 24), (16, 0), (25, 24), (1, 1 << 31)])
def test_bounds_that_make_no_sense_are_refused(tmp_path, bounds):
    own = dict(zip(("localalt.image_min_tokens", "localalt.image_max_tokens"), bounds, strict=True))
    metadata = vision("gemma4v", image_size=96, patch_size=12) | own
    with pytest.raises(ModelFormatError, match="image tokens: it is damaged"):
        image_geometry(read_header(gguf_files.write(tmp_path / "m.gguf", metadata)))


def test_the_width_is_read_from_the_last_projection(tmp_path):
    assert projector_width(read_header(gguf_files.gemma3_mmproj(tmp_path / "m.gguf", width=640))) == 640


def test_the_width_of_an_unknown_projector_is_left_to_llama_cpp(tmp_path):
    assert projector_width(read_header(gguf_files.write(tmp_path / "m.gguf", vision("new")))) is None


def test_a_file_with_vision_and_audio_names_its_types_apart(tmp_path):
    metadata = {"general.architecture": "clip", "clip.vision.projector_type": "gemma4v"}
    assert projector_type(read_header(gguf_files.write(tmp_path / "m.gguf", metadata))) == "gemma4v"
