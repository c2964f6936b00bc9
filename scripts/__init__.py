"""What is run from a clone of the repository, `python -m scripts.NAME` from its root. It is not in the wheel.

`build_backend` (llama-cpp-python for a GPU, from `backend/`), `train_selftest` and `make_family_pairs` (the models in
localalt/selftest), `make_eval_cases` (localalt/evaluation/cases), `collect_alt_text` (public posts with alt text),
`language_registry` (localalt's list of language tags), `random_pair` (random weights of a true shape), and `checks`
(what is counted by hand, and what continuous integration asks). The package must not import it.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The clone."""
