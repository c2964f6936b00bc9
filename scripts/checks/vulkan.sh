#!/usr/bin/env bash
# Proves the Vulkan backend on Mesa's software device: built from its preset, examined by the doctor, and caught
# when it is made to compute wrong. Needs no GPU. On Debian:
#
#     apt install libvulkan-dev glslc spirv-headers mesa-vulkan-drivers
#     bash scripts/checks/vulkan.sh [FOLDER]
#
# FOLDER receives the result of a benchmark on that device, which says that it is software. The first run builds for
# about 40 minutes of processor time; later runs find the plugins for CPUs in the cache.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
results=$(realpath -m "${1:-$(mktemp -d)}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# ggml leaves out devices that are CPUs, unless this variable names them.
export GGML_VK_VISIBLE_DEVICES=0

say() { printf '\n== %s\n' "$*"; }

say "An environment with everything but llama-cpp-python"
python3 -m venv "$scratch/venv"
python=$scratch/venv/bin/python
"$python" -m pip install --quiet 'huggingface-hub>=1.0' 'pillow>=11.3' 'numpy>=1.26' 'platformdirs>=4'
"$python" -m pip install --quiet --no-deps .

say "Plugins for every CPU, built and installed"
"$python" scripts/build_backend.py cpu-portable --python "$python" --no-doctor

say "The Vulkan plugin of its preset, added without building the rest again, and its devices listed"
"$python" scripts/build_backend.py vulkan --add --python "$python" --no-doctor

export XDG_CACHE_HOME=$scratch/cache # the verdicts of this check stay here
cd "$scratch"
say "One ggml, whose plugins come from the package's own folder"
"$python" - <<'END'
from pathlib import Path
import llama_cpp
from localalt import native

assert any(device.backend == "Vulkan" for device in native.devices())
folder = Path(llama_cpp.__file__).parent / "lib"
mapped = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "libggml" in line}
assert sum("libggml-base" in path for path in mapped) == 1, mapped
assert all(Path(path).parent == folder for path in mapped), mapped
print("\n".join(sorted(Path(path).name for path in mapped)))
END

say "llama.cpp's operations one by one, against the CPU's; and faults on purpose, which are found"
PYTHONPATH=$root "$python" "$root/scripts/checks/vulkan_operations.py"

say "Pairs at the sizes of real models, against the CPU's in F32; and faults on purpose, which are found"
PYTHONPATH=$root "$python" "$root/scripts/checks/vulkan_pairs.py"

say "A person's own model against the CPU; faults on purpose, which are found; and sums that exceed F16"
PYTHONPATH=$root "$python" "$root/scripts/checks/vulkan_own_model.py"

say "Numbers that are none, in one picture of several"
PYTHONPATH=$root "$python" "$root/scripts/checks/vulkan_not_finite.py"

say "Memory that runs out, at each allocation in turn"
PYTHONPATH=$root "$python" "$root/scripts/checks/vulkan_memory.py"

say "The doctor: the trained models in every way, and two families' pairs; all of them take half an hour here"
# Mesa 22.3 crashes where a picture whose positions are interpolated comes after one whose positions are not, and
# the language model has run in between: a finding, with the projector on the CPU as what follows.
"$python" - <<'END'
from localalt import cli
from localalt.doctor import examination, operations, trial

operations.examine = lambda *arguments, **options: ()  # the card is made above
examination.TIMEOUT_S = 3_600  # shaders

models = (*trial.TRAINED, "qwen3vl", "smolvlm")
trial.models = lambda: models
examine, reports = examination.examine, []
examination.examine = lambda *arguments, **options: (reports.append(each) or each for each in examine(*arguments, **options))
cli.main(["doctor"])
gpu = next(report for report in reports if report.device.kind == "gpu")
for model in models:
    assert gpu.chosen[model] is not None, f"{model} computes wrong whatever is tried"
    assert model == "selftest-qwen3vl" or gpu.firsts[model].is_final, gpu.firsts[model]
END

say "Pictures described on it as the doctor found right, letter for letter as on the CPU"
"$python" - <<'END'
import localalt
from localalt.selftest import MODELS, held_out

pictures = held_out()[::50]
for model in MODELS:
    with localalt.load(model, device="gpu") as describer:
        plan = describer.plan
        texts = [alt.text for alt in describer.describe_many(picture.picture for picture in pictures)]
    assert plan.decodes_on_gpu, plan
    assert plan.is_all_on_gpu or model == "selftest-qwen3vl", plan
    truths = [picture.torch_texts[model] for picture in pictures]
    wrong = [(text, truth) for text, truth in zip(texts, truths, strict=True) if text != truth]
    print(f"{model}, {plan.placement}: {len(texts) - len(wrong)} of {len(texts)} as in torch")
    assert not wrong, wrong
END

say "A benchmark, which says what the device is"
"$python" -m localalt bench --model selftest --device Vulkan0 --pictures 4 --tokens 16 --widths 1,4 --runs 5 \
    --append "$results"

say "Faults on purpose in known answers; a way that is found, stored, and reaches a load; another driver asks again"
PYTHONPATH=$root "$python" "$root/scripts/checks/vulkan_ways.py"

say "The Vulkan backend computes right here, and wrong is noticed"
