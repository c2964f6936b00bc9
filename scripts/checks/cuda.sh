#!/usr/bin/env bash
# A smoke check of the CUDA preset without a GPU: its flags configure the source, and three of the backend's
# files compile for one architecture. It needs nvcc of CUDA 13 (CUDA_PATH, or /usr/local/cuda) and 2 GB of disk;
# a toolkit without cuBLAS gets it from PyPI. It takes a few minutes.
#
#     bash scripts/checks/cuda.sh [ARCHITECTURE]
#
# What it leaves out, linking and running, only a machine with a GPU can prove: python scripts/build_backend.py cuda
set -euo pipefail
cd "$(dirname "$0")/../.."
architecture=${1:-75}
toolkit=${CUDA_PATH:-/usr/local/cuda}
# What pictures go through: patches, M-RoPE, and attention's softmax.
sources=(im2col.cu rope.cu softmax.cu)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say() { printf '\n== %s\n' "$*"; }

say "A toolkit with cuBLAS"
python3 -m venv "$scratch/venv"
python=$scratch/venv/bin/python
# A copy: nothing is written to the toolkit itself, and nvcc finds its own by where it lies.
cp -rL "$(readlink -f "$toolkit")" "$scratch/toolkit"
if ! find -L "$scratch/toolkit" -name libcublas.so | grep -q .; then
    "$python" -m pip download --quiet --no-deps --dest "$scratch" 'nvidia-cublas>=13.0,<13.1'
    "$python" -m zipfile -e "$scratch"/nvidia_cublas-*.whl "$scratch/cublas"
    # Next to its other headers and libraries, wherever cmake may look for them.
    find "$scratch/toolkit" -name cuda_runtime.h -printf '%h\n' | while read -r folder; do
        ln -s "$scratch"/cublas/nvidia/*/include/cublas* "$folder/"
    done
    find "$scratch/toolkit" -name libcudart.so -printf '%h\n' | while read -r folder; do
        for library in "$scratch"/cublas/nvidia/*/lib/libcublas*.so.*; do
            ln -s "$library" "$folder/"
            ln -s "$library" "$folder/$(basename "${library%%.so.*}").so"
        done
    done
fi
export CUDA_PATH=$scratch/toolkit

say "The flags of the preset"
python3 scripts/build_backend.py cuda --arch "$architecture" --print | tee "$scratch/flags"
eval "$(sed 's/^/export /' "$scratch/flags")"

say "The source configures with them"
tree=${LOCALALT_SOURCE_PACKAGE:-} # unpacked, where it is here already
if [ ! -d "$tree" ]; then
    "$python" -m pip download --quiet --no-deps --no-binary :all: --dest "$scratch" "$(
        sed -n 's/.*"\(llama-cpp-python[^"]*\)".*/\1/p' pyproject.toml | head -1
    )"
    tar -xzf "$scratch"/llama_cpp_python-*.tar.gz -C "$scratch"
    tree=$(echo "$scratch"/llama_cpp_python-*/)
fi
# Both libraries come with drivers, or by themselves: this machine may have neither.
eval "flags=($CMAKE_ARGS)"
cmake -S "$tree" -B "$scratch/build" -G "Unix Makefiles" "${flags[@]}" \
    -DCUDAToolkit_ROOT="$CUDA_PATH" -DGGML_CUDA_NO_VMM=ON -DGGML_CUDA_NCCL=OFF >"$scratch/configure.log" ||
    { tail -20 "$scratch/configure.log"; exit 1; }
grep -i "cuda" "$scratch/configure.log"

say "Three of its files compile for compute capability $architecture"
make -C "$scratch"/build/vendor/llama.cpp/ggml/src/ggml-cuda "${sources[@]/%/.o}"
grep -rq --include=flags.make "compute_$architecture" "$scratch"/build/vendor/llama.cpp/ggml/src/ggml-cuda ||
    { echo "It was compiled for something else than $architecture"; exit 1; }
for file in "${sources[@]}"; do
    object=$(find "$scratch/build" -name "$file.o" -size +10k)
    test -n "$object" || { echo "$file made no object"; exit 1; }
    printf '%-12s %s bytes\n' "$file" "$(stat -c %s "$object")"
done
say "The CUDA preset compiles here; whether it computes right, its doctor says on a GPU"
