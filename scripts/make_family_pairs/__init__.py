"""Makes a tiny pair of random weights for each family of models: `python -m scripts.make_family_pairs`.

A family's module (`qwen`, `gemma`, `gemma4`, `mistral`, `smolvlm`) describes its architecture to `common.Family`,
`vocabulary` makes its tokens, `files` writes the pair with torch's answers to pictures.
"""
