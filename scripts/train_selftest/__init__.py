"""Trains the self-test's models and writes what localalt ships of them: `python -m scripts.train_selftest`.

`pictures` draws, `pool` draws ahead of the training, `vocabulary` makes the tokens, `model` and a module for each
architecture build the network, `layouts` and `gguf` write it, `heldout` and `examples` write the pictures that ship.
"""
