"""GGUF files: what their headers say of a model and of its mmproj, and whether llama.cpp can be trusted with them.

Reads headers and, for bfloat16, copies weights. Must not know llama.cpp, machines or where files come from.
Doors: `reader.read_header`, `hparams`, `mmproj`, `check`, `mmproj_check`, `bf16`.
"""
