"""The metrics of a result: their names, what they say, which way is better, and how an axis is titled. Data alone."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["AXIS_TITLES", "DEFAULT_METRICS", "LOWER_IS_BETTER", "METRICS"]

METRICS: Mapping[str, str] = {
    "load_s": "seconds from the files to a model that is ready",
    "prepare_ms": "reading, decoding and resizing one picture",
    "encode_ms": "one picture's pixels to image embeddings",
    "encode_tps": "image tokens per second while encoding",
    "prefill_tps": "prompt tokens per second, image tokens included, while the prompt goes into the cache",
    "decode_tps": "answer tokens per second of one sequence, after its first",
    "decode_tps_all": "answer tokens per second of all sequences, while none is encoded or prefilled",
    "ttft_ms": "one picture's arrival at the engine to its first token, waiting included",
    "images_per_min": "pictures per minute from the first file read to the last answer",
    "peak_rss_bytes": "the most RAM that the process held",
    "peak_device_bytes": "the most memory that it took of the device",
    "energy_j_per_image": "joules per picture of what the platform counts: see energy_source",
    "others_share": "of all processors' time, what other programs took",
    "decode_bandwidth_share": "bytes of weights read per second while decoding, over the device's copy bandwidth",
    "prefill_compute_share": "multiplications and additions per second of a prompt, over the device's rate",
    "encode_compute_share": "the same of a picture",
}
"""Name -> what it says. Names end with the unit; shares are of 1."""

DEFAULT_METRICS = ("decode_tps_all", "encode_ms", "images_per_min")
"""What is compared unless metrics are named."""

LOWER_IS_BETTER = frozenset(
    {
        "load_s",
        "prepare_ms",
        "encode_ms",
        "ttft_ms",
        "peak_rss_bytes",
        "peak_device_bytes",
        "energy_j_per_image",
        "others_share",
    }
)
"""Of METRICS; of all others more is better."""

AXIS_TITLES: Mapping[str, str] = {
    "load_s": "Loading the model (seconds)",
    "prepare_ms": "Preparing one picture (milliseconds)",
    "encode_ms": "Encoding one picture (milliseconds)",
    "encode_tps": "Image tokens encoded per second",
    "prefill_tps": "Prompt tokens prefilled per second",
    "decode_tps": "Answer tokens per second, of one picture",
    "decode_tps_all": "Answer tokens per second, of all pictures",
    "ttft_ms": "Wait for the first token (milliseconds)",
    "images_per_min": "Pictures per minute",
    "peak_rss_bytes": "Most memory held (gigabytes)",
    "peak_device_bytes": "Most memory held on the device (gigabytes)",
    "energy_j_per_image": "Energy for one picture (joules)",
    "others_share": "Share of the processors that other programs took",
    "decode_bandwidth_share": "Share of the memory bandwidth, decoding",
    "prefill_compute_share": "Share of the computing rate, prefilling",
    "encode_compute_share": "Share of the computing rate, encoding",
}
"""What an axis says, for all of METRICS."""
