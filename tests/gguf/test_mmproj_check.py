"""Projectors for which llama.cpp would end the process are refused by the header."""

import pytest

from localalt.models.files import read_files
from tests.support.gguf_changes import MMPROJ, assert_refused, broken, change, with_key, with_tensor, without

# Each of these ended the process before.
DEADLY = [
    ("gemma3", without("v.blk.1.attn_q.weight"), r"lacks the tensor v\.blk\.1\.attn_q\.weight"),
    ("gemma3", without("v.patch_embd.weight"), r"v\.patch_embd\.weight"),
    ("gemma3", change("v.patch_embd.bias", shape=[16], data=bytes(64)), r"v\.patch_embd\.bias.*\[16\].*\[32\]"),
    ("gemma3", change("v.blk.1.ffn_up.bias", kind=30, data=bytes(128)), r"v\.blk\.1\.ffn_up\.bias.*type 30"),
    ("gemma3", change("clip.vision.block_count", kind=5), r"clip\.vision\.block_count.*type 5"),
    ("gemma3", change("clip.vision.patch_size", value=3), "v.patch_embd.weight"),
    ("gemma3", change("clip.use_gelu", kind=10), r"clip\.use_gelu"),
    ("gemma3", change("general.name", kind=0, value=1), r"general\.name"),
    ("gemma4", change("clip.vision.attention.head_count", value=3), "3 heads .* for 32 numbers"),
    ("gemma4-unified", without("v.position_embd.weight"), r"v\.position_embd\.weight"),
    ("qwen35", without("v.patch_embd.bias"), r"v\.patch_embd\.bias"),
    ("qwen3vl", change("clip.vision.spatial_merge_size", value=1), r"mm\.0\.weight"),
    ("smolvlm", without("clip.vision.projector.scale_factor"), "scale_factor"),
    ("llama-pixtral", change("clip.vision.attention.layer_norm_epsilon", value=-1.0), "layer_norm_epsilon"),
    ("mistral3", without("mm.input_norm.weight"), r"mm\.input_norm\.weight"),
    ("gemma3", change("clip.has_vision_encoder", value=False), "has no vision encoder"),
    ("gemma3", change("clip.vision.projection_dim", value=0), r"has no clip\.vision\.projection_dim"),
    ("qwen2vl", change("clip.vision.n_wa_pattern", value=0), r"has no clip\.vision\.n_wa_pattern"),
    ("smolvlm", change("clip.vision.image_size", value=1), "pictures of 1 pixels and patches of"),
    ("qwen3vl", change("v.position_embd.weight", shape=[32, 3], data=bytes(384)), "3 positions .* not a square"),
    ("gemma3", with_key("clip.vision.image_min_pixels", 10, 7), r"image_min_pixels in gguf's type 10"),
    ("qwen3vl", with_key("clip.minicpmv_version", 4, 1), r"minicpmv_version in gguf's type 4"),
    ("gemma3", with_key("clip.vision.attention.head_dim", 4, 2), r"head_dim = 2, where 16 is expected"),
    ("mistral3", with_key("clip.vision.attention.head_count_kv", 4, 1), r"head_count_kv = 1, where 2 is expected"),
    ("llama-pixtral", change("clip.vision.attention.head_count", value=16), "16 heads .* of 2 numbers"),
    ("qwen2vl", with_tensor("v.pre_ln.weight", [7]), r"v\.pre_ln\.weight of the shape \[7\]"),
    ("gemma4", with_tensor("v.blk.0.ls1.weight", [3]), r"v\.blk\.0\.ls1\.weight of the shape \[3\]"),
    ("mistral3", with_tensor("v.patch_embd.bias", [32], 1), r"v\.patch_embd\.bias in ggml's type 1"),
    ("mistral3", with_tensor("v.blk.2.ffn_gate_exps.weight", [1]), "which no projector of the type pixtral has"),
    ("qwen3vl", with_tensor("v.class_embd", [32]), r"v\.class_embd, which no projector"),
    ("mistral3", with_tensor("v.class_embd", [32]), r"v\.class_embd, which no projector"),
    ("llama-pixtral", with_tensor("v.class_embd", [32]), r"v\.class_embd, which no projector"),
    ("qwen2vl", with_tensor("v.patch_embd.bias", [32]), r"v\.patch_embd\.bias, which no projector"),
    ("qwen3vl", change("clip.projector_type", value="qwen2vl_merger"), r"v\.patch_embd\.bias, which no projector"),
    ("gemma3", change("clip.projector_type", value="mlp"), r"lacks the tensor mm\.2\.weight"),
    ("qwen35", with_tensor("v.deepstack.1.fc1.weight", [128, 128]), r"deepstack layers \[1\], where \[\] are"),
]


@pytest.mark.parametrize(("family", "mutate", "message"), DEADLY)
def test_what_ended_the_process_is_refused_by_name(pairs, tmp_path, family, mutate, message):
    assert_refused(pairs[family], MMPROJ, mutate, tmp_path, message)


def test_what_llama_cpp_has_no_use_for_is_left_to_it(pairs, tmp_path):
    read_files("odd", *broken(pairs["gemma3"], MMPROJ, with_tensor("a.conv1d.0.weight", [3, 3]), tmp_path))
    read_files("odd", *broken(pairs["gemma3"], MMPROJ, with_tensor("v.pre_ln.weight", [32]), tmp_path))
