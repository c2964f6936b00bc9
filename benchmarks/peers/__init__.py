"""The ways to describe many pictures that `throughput.py` compares: localalt's own two, and its peers.

A way is a function that loads a model and returns another, which describes pictures and reports the tokens
of each. All of them get the same files, prompt, limits of image tokens, threads and number of tokens out.
One module per peer; `shapes`, `measuring`, `sweeping` and `reporting` are the parts of the command.
"""

from __future__ import annotations

from collections.abc import Mapping

from peers import handler_way, localalt_ways, server_way, xllamacpp_way
from peers.localalt_ways import limit_image_tokens
from peers.workload import Describe, Loaded, Tokens, Way, Workload

__all__ = ["BATCHED", "WAYS", "Describe", "Loaded", "Tokens", "Way", "Workload", "limit_image_tokens"]

WAYS: Mapping[str, Way] = {
    "localalt": localalt_ways.DESCRIBE_MANY,
    "xllamacpp": xllamacpp_way.INSTALLED,
    "xllamacpp-native": xllamacpp_way.NATIVE,
    "server": server_way.SERVER,
    "handler": handler_way.HANDLER,
    "describe": localalt_ways.DESCRIBE,
}
"""By name."""

BATCHED = tuple(name for name, way in WAYS.items() if way.batched)
"""Those that work on several pictures at a time."""
