"""Which results localalt bench sets beside each other, what it says of them, and what it draws."""

import argparse
import json
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from localalt.bench import figures, plots
from localalt.bench.compare import better_by, compare
from localalt.bench.metrics import AXIS_TITLES, DEFAULT_METRICS, LOWER_IS_BETTER, METRICS
from localalt.bench.record import write
from localalt.bench.result_files import Entry, newest
from localalt.bench.same_work import MUST_BE_EQUAL, grouped, refusals
from localalt.bench.series import MAY_DIFFER
from localalt.bench.stats import Metric, ratio
from localalt.cli.bench import compare as command
from localalt.errors import LocalAltError
from tests.support.bench_results import CPU, CUDA, a_result

VULKAN = {**CUDA, "backend": "Vulkan", "device": "Vulkan0"}
FASTER = {"decode_tps_all": (20.0, 20.4, 19.6), "encode_ms": (250.0, 255.0, 245.0), "images_per_min": (24, 24, 24)}
OTHER = {
    "model": "smolvlm-256m Q8_0",
    "weights": "random",
    "model_digest": "ef" * 32,
    "model_size": 1,
    "picture_digest": "01" * 32,
    "n_pictures": 4,
    "n_gen": 0,
    "n_image_tokens": 64,
    "image_tokens_max": 64,
}


def entries(*results):
    return [Entry(f"{index}.json", result) for index, result in enumerate(results)]


@pytest.fixture
def bench(tmp_path, capsys):
    """Write {file name: results}, compare the files in this order: (exit code, standard output, standard error)."""

    def run(files, *options):
        for name, results in files.items():
            if isinstance(results, str):
                (tmp_path / name).write_text(results, encoding="utf-8")
            elif results is not None:
                write(results, tmp_path / name)
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        code = command.run(parser.parse_args([*(str(tmp_path / name) for name in files), *options]))
        return code, *capsys.readouterr()

    return run


def cells(table):
    """The rows of all tables, header and rule left out, as lists of cells."""
    rows = [line.strip("| \n").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return [row for row in rows if row[0] != "device" and set(row[0]) != {"-"}]


# --- numbers

samples = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=7).map(tuple)


@given(samples, st.sampled_from(sorted(METRICS)))
def test_nothing_is_better_than_itself(values, name):
    found = better_by(name, Metric(values), Metric(values))
    assert found.value == 1
    assert found.low <= 1 <= found.high
    assert not found.is_clear


@given(samples, samples, st.randoms(use_true_random=False))
def test_the_order_of_runs_does_not_matter(own, base, random):
    mixed, mixed_base = list(own), list(base)
    random.shuffle(mixed)
    random.shuffle(mixed_base)
    assert Metric(tuple(mixed)).spread == Metric(own).spread
    assert ratio(Metric(tuple(mixed)), Metric(tuple(mixed_base))) == ratio(Metric(own), Metric(base))


@given(samples)
def test_the_spread_holds_the_median_and_lies_within_the_runs(values):
    low, high = Metric(values).spread
    tolerance = 1e-9 * max(values)
    assert min(values) - tolerance <= low <= Metric(values).median + tolerance
    assert Metric(values).median - tolerance <= high <= max(values) + tolerance


@given(samples, samples, st.floats(0.01, 100))
def test_a_ratio_grows_as_its_samples_do(own, base, factor):
    plain = ratio(Metric(own), Metric(base))
    grown = ratio(Metric(tuple(factor * each for each in own)), Metric(base))
    for before, after in ((plain.value, grown.value), (plain.low, grown.low), (plain.high, grown.high)):
        assert after == pytest.approx(factor * before)


@given(samples)
def test_twice_as_fast_is_2_where_more_is_better_and_where_less_is(values):
    half = Metric(tuple(each / 2 for each in values))
    assert better_by("decode_tps", Metric(values), half).value == pytest.approx(2)
    assert better_by("encode_ms", half, Metric(values)).value == pytest.approx(2)


@pytest.mark.parametrize("name", ["decode_tps", "encode_ms"])
def test_there_is_no_ratio_of_samples_that_are_not_above_0(name):
    for own, base in (((0.0, 1.0), (1.0,)), ((1.0,), (1.0, 0.0)), ((-1.0,), (1.0,))):
        assert better_by(name, Metric(own), Metric(base)) is None


def test_every_metric_is_known_to_be_better_high_or_low_and_has_an_axis_title():
    assert set(AXIS_TITLES) == set(METRICS)
    assert set(METRICS) >= LOWER_IS_BETTER
    assert set(DEFAULT_METRICS) <= set(METRICS)
    assert {name for name in METRICS if name.endswith(("_s", "_ms", "_bytes"))} <= LOWER_IS_BETTER
    assert not {name for name in METRICS if "tps" in name or "per_min" in name} & LOWER_IS_BETTER


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("decode_tps", 0, "0"),
        ("decode_tps", 0.01234, "0.0123"),
        ("decode_tps", 1.844, "1.84"),
        ("decode_tps", 31.26, "31.3"),
        ("decode_tps", 312.6, "313"),
        ("decode_tps", 12345.6, "12,346"),
        ("peak_rss_bytes", 1.951e9, "1.95 GB"),
    ],
)
def test_numbers_have_the_figures_that_matter(name, value, text):
    assert figures.number(name, value) == text


# --- which are compared


@pytest.mark.parametrize("name", MUST_BE_EQUAL)
def test_results_of_other_work_stay_apart_and_the_difference_is_reported_with_both_values(bench, name):
    code, out, err = bench({"a.json": [a_result()], "b.json": [a_result(FASTER, **CUDA, **{name: OTHER[name]})]})
    assert code == 2  # no two results were compared
    assert out.count("###") == 2
    assert "2.00" not in out
    (sentence,) = [line for line in err.splitlines() if "--force" in line]
    assert "b.json is not compared with a.json" in sentence
    own, base = (str(getattr(each.identity, name)) for each in (a_result(**{name: OTHER[name]}), a_result()))
    assert f"{name} is {own[:20] if 'digest' not in name else own[:12]}" in sentence
    assert (base[:12] if "digest" in name else base) in sentence


def test_random_weights_of_one_model_are_compared_whatever_their_values_are(bench):
    one = a_result(weights="random", model_digest="11" * 32)
    other = a_result(FASTER, **CUDA, weights="random", model_digest="22" * 32)
    code, out, err = bench({"a.json": [one], "b.json": [other]})
    assert (code, err) == (0, "")
    assert "2.00 (1.96–2.04)" in out


def test_real_weights_of_another_digest_are_other_weights():
    assert len(grouped(entries(a_result(), a_result(model_digest="22" * 32)))) == 2


def test_a_refusal_names_the_earlier_results_that_are_most_alike():
    sets = grouped(entries(a_result(), a_result(model="b", n_gen=0), a_result(model="b", n_gen=7)))
    assert refusals(sets)[1] == (
        "2.json is not compared with 1.json: n_gen is 7 and 0 (--force puts them in one table)."
    )


def test_a_refusal_within_one_file_says_so(bench):
    _, _, err = bench({"a.json": [a_result(), a_result(n_gen=7)]})
    assert "Results in a.json differ: n_gen is 7 and 48" in err


def test_forced_results_share_a_table_and_are_marked(bench):
    code, out, err = bench(
        {"a.json": [a_result()], "b.json": [a_result(FASTER, **CUDA, n_gen=32, weights="random")]}, "--force"
    )
    assert (code, err) == (1, "")
    assert out.count("###") == 1
    first, second = cells(out)
    assert "not the same work" not in first[0]
    assert "**(not the same work)** [1]" in second[0]
    assert second[3] == "2.00 (1.96–2.04)"
    assert "- [1] Not the same work: weights random (baseline real), n_gen 32 (baseline 48)." in out
    assert "real or random weights" in out


def test_forced_lines_say_what_they_are_of():
    group = compare(entries(a_result(), a_result(n_seq_max=4, model="b", model_size=1)))
    assert group.series == ("CPU, AMD EPYC 9B14, model qwen3.5-0.8b Q4_K_M", "CPU, AMD EPYC 9B14, model b")


# --- the baseline


def test_the_first_file_is_the_baseline_and_less_is_better_where_it_is(bench):
    code, out, err = bench({"a.json": [a_result()], "b.json": [a_result(FASTER, **CUDA)]})
    assert (code, err) == (0, "")
    assert cells(out) == [
        ["CPU, AMD EPYC 9B14", "1", "10.0 (9.9–10.1)", "baseline", "500 (495–505)", "baseline"]
        + ["12.0 (12.0–12.0)", "baseline"],
        ["CUDA, NVIDIA H100 80GB HBM3", "1", "20.0 (19.8–20.2)", "2.00 (1.96–2.04)"]
        + ["250 (248–252)", "2.00 (1.96–2.04)", "24.0 (24.0–24.0)", "2.00 (2.00–2.00)"],
    ]
    assert "Less is better for encode_ms" in out


@pytest.mark.parametrize("text", ["cuda", "H100", "b.json", "CUDA (NVIDIA H100 80GB HBM3), 1 at a time"])
def test_a_part_of_a_label_or_a_file_name_chooses_the_baseline(bench, text):
    files = {"a.json": [a_result()], "b.json": [a_result(FASTER, **CUDA)]}
    code, out, _ = bench(files, "--baseline", text)
    assert code == 0
    assert [row[3] for row in cells(out)] == ["baseline", "0.50 (0.49–0.51)"]


def test_ratios_are_of_one_width_and_there_is_none_where_the_baseline_lacks_it(bench):
    cuda = [a_result(FASTER, **CUDA, n_seq_max=width) for width in (1, 4, 8)]
    slow = a_result({"decode_tps_all": (5.0, 5, 5)}, n_seq_max=4)
    code, out, _ = bench({"a.json": [a_result()], "b.json": cuda, "c.json": [slow]})
    assert [(row[0][:4], row[1], row[3]) for row in cells(out)] == [
        ("CPU,", "1", "baseline"),
        ("CUDA", "1", "2.00 (1.96–2.04)"),
        ("CPU,", "4", "baseline"),
        ("CUDA", "4", "4.00 (3.92–4.08)"),
        ("CUDA", "8", "–"),
    ]
    assert "No ratio stands where" in out
    assert code == 0


def test_a_baseline_that_fits_nothing_lists_what_there_is(bench):
    code, out, err = bench({"a.json": [a_result()], "b.json": [a_result(**CUDA)]}, "--baseline", "Metal")
    assert (code, out) == (2, "")
    assert 'No result fits --baseline "Metal"' in err
    assert "CPU, AMD EPYC 9B14; CUDA, NVIDIA H100 80GB HBM3" in err


def test_a_model_without_the_baseline_is_shown_without_ratios(bench):
    files = {"a.json": [a_result(**CUDA), a_result()], "b.json": [a_result(model="b")]}
    code, out, _ = bench(files, "--baseline", "CUDA")
    assert code == 1
    assert 'No result here fits --baseline "CUDA", so there are no ratios.' in out
    assert cells(out)[-1][3] == "–"


def test_a_baseline_that_fits_several_devices_is_the_first_and_says_so():
    group = compare(entries(a_result(), a_result(**CUDA), a_result(**VULKAN)), baseline="H100")
    assert group.baseline == "CUDA, NVIDIA H100 80GB HBM3"
    assert '--baseline "H100" fits others too: Vulkan, NVIDIA H100 80GB HBM3.' in group.footnotes
    assert [row.series[:4] for row in group.rows] == ["CUDA", "CPU,", "Vulk"]


def test_a_ratio_whose_spread_includes_1_is_about_equal(bench):
    close = {"decode_tps_all": (10.1, 10.3, 9.7)}
    _, out, _ = bench({"a.json": [a_result()], "b.json": [a_result(close, **CUDA)]})
    assert cells(out)[1][3].endswith("), about equal")
    assert "about equal" not in out.replace(cells(out)[1][3], "")


# --- rows


def test_rows_of_one_device_are_distinguished_by_what_differs():
    group = compare(
        entries(
            a_result(),
            a_result(flash_attn="on"),
            a_result(flash_attn="on", llama_cpp_version="0.3.37", build_commit="fff"),
            a_result(n_seq_max=4),
        )
    )
    assert [row.series for row in group.rows] == [
        "CPU, AMD EPYC 9B14, llama_cpp_version 0.3.36, flash_attn auto",
        "CPU, AMD EPYC 9B14, llama_cpp_version 0.3.36, flash_attn on",
        "CPU, AMD EPYC 9B14, llama_cpp_version 0.3.37, flash_attn on",
        "CPU, AMD EPYC 9B14, llama_cpp_version 0.3.36, flash_attn auto",
    ]


def test_two_cards_of_one_kind_are_two_rows():
    group = compare(entries(a_result(**CUDA), a_result(**{**CUDA, "device": "CUDA1"})))
    assert [row.series[-6:] for row in group.rows] == [" CUDA0", " CUDA1"]


changes = st.fixed_dictionaries(
    {},
    optional={
        "n_seq_max": st.sampled_from([1, 4]),
        "n_threads": st.integers(1, 3),
        "cmake_args": st.sampled_from(["", "-DA=1"]),
        "device": st.sampled_from(["CPU", "CUDA0"]),
        "mmproj_filename": st.sampled_from(["a", "b"]),
        "n_gen": st.integers(0, 2),
    },
)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.lists(changes, min_size=1, max_size=6))
def test_no_two_rows_have_the_same_name_and_width(fields):
    kept, _ = newest(entries(*(a_result(**each) for each in fields)))
    for group in (compare(each) for force in (True, False) for each in grouped(kept, force=force)):
        assert len({(row.series, row.width) for row in group.rows}) == len(group.rows)
        assert sum(row.is_baseline for row in group.rows) == len(
            {row.width for row in group.rows if row.series == group.baseline}
        )


def test_of_one_configuration_the_newest_is_shown_and_a_footnote_says_so(bench):
    files = {
        "new.json": [a_result({"decode_tps_all": (99.0, 99)}, test_time="2026-11-20T12:00:00+00:00")],
        "old.json": [a_result(test_time="2026-11-20T13:30:00+02:00")],
        "cuda.json": [a_result(**CUDA)],
    }
    code, out, _ = bench(files, "--metric", "decode_tps_all")
    assert code == 0
    assert len(cells(out)) == 2
    assert cells(out)[0][2] == "99.0 (99.0–99.0)"
    assert (
        "Measured 2 times: this is of 2026-11-20T12:00:00+00:00, not of 2026-11-20T13:30:00+02:00 in old.json." in out
    )


def test_times_that_are_none_are_older_than_all_others():
    kept, reported = newest(entries(a_result(test_time="once"), a_result(test_time="2026-11-20T10:00:00")))
    assert [entry.file for entry in kept] == ["1.json"]
    assert len(reported) == 1


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"localalt_version": "0.2.0"}, "Differs in localalt_version 0.2.0 (baseline 0.1.0)."),
        ({"llama_cpp_version": "0.4"}, "Differs in llama_cpp_version 0.4 (baseline 0.3.36)."),
        (
            {"ggml_version": "1", "build_commit": ""},
            "ggml_version 1 (baseline 0.9.4), build_commit unknown (baseline 1a2",
        ),
        ({"n_threads": 4}, "Differs in n_threads 4 (baseline 8)."),
        ({"is_software": True}, "The device is software: a program that runs on the CPU."),
        ({"notes": ["the processor was throttled"]}, "A note of the measurement: the processor was throttled"),
        ({"metrics": {"decode_tps_all": [3.0]}}, "Measured in one run only, so its spread is not known."),
    ],
)
def test_what_a_reader_should_know_stands_below_the_table_and_is_marked(bench, change, text):
    code, out, err = bench({"a.json": [a_result()], "b.json": [a_result(**CUDA, **change)]})
    assert (code, err) == (1, "")
    assert cells(out)[1][0].endswith(" [1]")
    assert not cells(out)[0][0].endswith("]")
    assert f"- [1] {text}" in out or text in out


def test_the_same_footnote_has_one_number():
    group = compare(entries(a_result(), a_result(**CUDA, notes=["busy"]), a_result(**VULKAN, notes=["busy"])))
    assert [row.footnotes for row in group.rows] == [(), (1,), (1,)]


def test_a_metric_that_some_lack_is_a_dash_and_one_that_all_lack_has_no_column(bench):
    some = a_result({"decode_tps_all": (1.0, 1)}, **CUDA)
    _, out, _ = bench({"a.json": [a_result()], "b.json": [some]}, "--metric", "encode_ms", "--metric", "ttft_ms")
    assert cells(out)[1][2:] == ["–", "–"]
    assert "| ttft_ms" not in out
    assert "No result here has ttft_ms." in out


def test_bars_and_line_breaks_in_names_do_not_break_the_table(bench):
    _, out, _ = bench({"a.json": [a_result(cpu_info="A|B\nC")]})
    assert "CPU, A\\|B ↵ C |" in out


def test_what_files_of_others_say_is_text_in_the_tables(bench):
    name = "<b>[x](y)\x1b[31m\u202e*z*"
    _, out, _ = bench({"a.json": [a_result(cpu_info=name, model=name)]})
    assert out.count(r"\<b\>\[x\](y)\[U+001B\]\[31m\[U+202E\]\*z\*") >= 2
    assert not {"\x1b", "\u202e"} & set(out)


# --- files


def test_broken_files_are_reported_and_the_others_are_compared(bench, tmp_path):
    (tmp_path / "empty").mkdir()
    files = {
        "a.json": [a_result()],
        "broken.json": "{",
        "newer.json": json.dumps({"schema": "localalt-bench", "schema_version": 99}),
        "none.json": [],
        "empty": None,
        "missing.json": None,
        "b.json": [a_result(FASTER, **CUDA)],
    }
    code, out, err = bench(files)
    assert code == 1
    assert len(cells(out)) == 2
    assert [line.split(str(tmp_path))[1].lstrip("\\/")[:30] for line in err.splitlines()] == [
        "broken.json is damaged (Expect",
        "newer.json has schema version ",
        "none.json has no results: meas",
        "empty has no .json or .jsonl f",
        "missing.json does not exist: n",
    ]


def test_a_folder_stands_for_its_files_and_none_is_read_twice(tmp_path, bench):
    write([a_result()], tmp_path / "folder" / "a.json")
    write([a_result(FASTER, **CUDA)], tmp_path / "folder" / "b.jsonl")
    (tmp_path / "folder" / "notes.txt").write_text("mine", encoding="utf-8")
    code, out, err = bench({"folder": None, "folder/a.json": None})
    assert (code, err) == (0, "")
    assert len(cells(out)) == 2
    assert "Measured" not in out


def test_without_any_result_nothing_is_printed_but_why(bench):
    code, out, err = bench({"missing.json": None})
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("localalt: There is no result to compare")


def test_one_result_alone_is_shown_but_nothing_was_compared(bench):
    code, out, err = bench({"a.json": [a_result()]})
    assert code == 2
    assert len(cells(out)) == 1
    assert "No two results could be compared" in err


def test_an_unknown_metric_is_refused_with_those_there_are(bench):
    code, out, err = bench({"a.json": [a_result()]}, "--metric", "speed")
    assert (code, out) == (2, "")
    assert 'There is no metric speed: use "load_s",' in err


def test_json_says_what_the_table_says(bench):
    _, out, _ = bench({"a.json": [a_result()], "b.json": [a_result(FASTER, **CUDA, notes=["busy"])]}, "--json")
    shown = json.loads(out)
    assert (shown["refused"], shown["wrong"]) == ([], [])
    (group,) = shown["groups"]
    assert group["model"] == "qwen3.5-0.8b Q4_K_M"
    assert group["baseline"] == "CPU, AMD EPYC 9B14"
    first, second = group["rows"]
    assert first["is_baseline"]
    assert first["ratios"] == {}
    assert second["metrics"]["encode_ms"] == {"median": 250, "low": 247.5, "high": 252.5, "n_runs": 3}
    assert second["ratios"]["encode_ms"]["value"] == 2
    assert second["ratios"]["encode_ms"]["is_clear"]
    assert [group["footnotes"][number - 1] for number in second["footnotes"]] == ["A note of the measurement: busy"]


# --- plots

WIDE = [a_result(FASTER, **CUDA, n_seq_max=width) for width in (1, 4, 16)]


@pytest.mark.slow
def test_each_plot_is_a_png_that_shows_something_and_an_svg_that_is_well_formed(bench, tmp_path):
    folder = tmp_path / "plots"
    files = {"a.json": [a_result(), a_result(n_seq_max=4)], "b.json": WIDE}
    code, _, err = bench(files, "--metric", "encode_ms", "--plot", str(folder))
    assert code == 0
    assert f"4 plots are in {folder}." in err
    stem = "qwen3.5-0.8b-q4-k-m-real-encode_ms"
    assert sorted(each.name for each in folder.iterdir()) == [
        f"{stem}-ratio.png",
        f"{stem}-ratio.svg",
        f"{stem}.png",
        f"{stem}.svg",
    ]
    for path in folder.glob("*.png"):
        with Image.open(path) as image:
            assert image.width > 1000
            assert len(image.convert("L").getcolors()) > 10
            assert "CUDA, NVIDIA H100 80GB HBM3: 2" in image.info["Description"]
    for path in folder.glob("*.svg"):
        assert xml.etree.ElementTree.parse(path).getroot().tag.endswith("svg")
        assert "CUDA, NVIDIA H100 80GB HBM3" in path.read_text(encoding="utf-8")


def drawn(monkeypatch, *results, metric="decode_tps_all", force=False):
    """The figures, kept from being written."""
    figures = []
    monkeypatch.setattr(plots.files, "_save", lambda figure, *_: figures.append(figure) or [])
    sets = grouped(entries(*results), force=force)
    plots.write_plots([compare(each, [metric]) for each in sets], Path("nowhere"))
    return figures


def texts(figure):
    return [each for each in figure.findobj(lambda artist: hasattr(artist, "get_text")) if each.get_text().strip()]


def overlapping(figure):
    """Pairs of texts that lie upon each other, and texts that leave the figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure).draw()
    boxes = [(each.get_text(), each.get_window_extent()) for each in texts(figure) if each not in beyond(figure)]
    pairs = [
        (text, other)
        for index, (text, box) in enumerate(boxes)
        for other, its in boxes[index + 1 :]
        if box.shrunk(0.9, 0.8).overlaps(its.shrunk(0.9, 0.8))
    ]
    x1, y1 = figure.bbox.max
    return pairs + [text for text, box in boxes if box.x0 < 0 or box.x1 > x1 or box.y0 < 0 or box.y1 > y1]


def beyond(figure):
    """The texts of ticks beyond an axis's limits, which are there but not drawn."""
    axes = figure.axes[0]
    found = []
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        ticks = axis.get_major_ticks() + axis.get_minor_ticks()
        outside = [each for each in ticks if not min(limits) <= each.get_loc() <= max(limits)]
        found += [text for each in outside for text in (each.label1, each.label2)]
        found += [text for each in ticks for text in (each.label1, each.label2) if not text.get_visible()]
    return found


@pytest.mark.slow
def test_no_label_lies_upon_another_however_near_the_lines_end(monkeypatch):
    cards = [{**CUDA, "gpu_info": f"NVIDIA GeForce RTX {index} Laptop GPU"} for index in range(12)]
    results = [
        a_result({"decode_tps_all": [100 + index] * 3}, **card, n_seq_max=width)
        for index, card in enumerate(cards)
        for width in (1, 8)
    ]
    for figure in drawn(monkeypatch, *results):
        assert overlapping(figure) == []


@pytest.mark.slow
@pytest.mark.parametrize("width", [1, 4])
def test_one_width_alone_can_be_drawn(monkeypatch, width):
    results = [a_result(n_seq_max=width), a_result(FASTER, **CUDA, n_seq_max=width)]
    for figure in drawn(monkeypatch, *results):
        assert overlapping(figure) == []


@pytest.mark.slow
def test_an_axis_is_logarithmic_only_where_values_span_more_than_10_times(monkeypatch):
    near = a_result({"decode_tps_all": (95.0, 95, 95)}, **CUDA)
    far = a_result({"decode_tps_all": (150.0, 150, 150)}, **CUDA)
    for own, scale in ((near, "linear"), (far, "log")):
        lines, bars = drawn(monkeypatch, a_result(), own)
        assert lines.axes[0].get_yscale() == scale
        assert bars.axes[0].get_xscale() == scale
        if scale == "linear":
            assert lines.axes[0].get_ylim()[0] == 0
            assert bars.axes[0].get_xlim()[0] == 0


@pytest.mark.slow
def test_lines_differ_without_colour(monkeypatch):
    cards = [{**CUDA, "gpu_info": f"Card {index}"} for index in range(9)]
    lines, _ = drawn(monkeypatch, a_result(), *(a_result(FASTER, **card) for card in cards))
    looks = {
        (line.get_marker(), str(line._dash_pattern)) for line in lines.axes[0].lines if line.get_marker() in "osD^vPX*"
    }
    assert len(looks) == 10


def test_a_figure_says_model_weights_pictures_tokens_and_date(monkeypatch):
    for figure in drawn(monkeypatch, a_result(weights="random"), a_result(FASTER, **CUDA, weights="random")):
        said = " ".join(" ".join(each.get_text() for each in texts(figure)).split())
        for part in (
            "qwen3.5-0.8b Q4_K_M, random weights. 16 pictures, 256 image tokens each, 48 tokens",
            "2026-11-20",
        ):
            assert part in said


@pytest.mark.slow
def test_forced_bars_are_marked(monkeypatch):
    _, bars = drawn(monkeypatch, a_result(), a_result(FASTER, **CUDA, n_gen=1), force=True)
    assert any(each.get_text() == "2.00, not the same work" for each in texts(bars))
    assert overlapping(bars) == []
    _, bars = drawn(monkeypatch, a_result(), a_result(**CUDA, n_gen=1), force=True)
    assert any(each.get_text() == "1.00, about equal, not the same work" for each in texts(bars))
    assert overlapping(bars) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["$\\bad{$", "Карта 3000", "x" * 200, "a\nb"])
def test_any_name_of_a_device_can_be_drawn(monkeypatch, name):
    for figure in drawn(monkeypatch, a_result(), a_result(FASTER, **{**CUDA, "gpu_info": name})):
        assert overlapping(figure) == []


def test_samples_of_0_are_drawn_and_reported(monkeypatch):
    nothing = a_result({"decode_tps_all": (0.0, 0.0)}, **CUDA)
    assert len(drawn(monkeypatch, a_result(), nothing)) == 1
    assert (
        "decode_tps_all has samples that are not above 0, so there is no ratio."
        in compare(entries(a_result(), nothing)).footnotes
    )


@pytest.mark.slow
def test_models_of_one_name_have_files_of_their_own(bench, tmp_path):
    bench({"a.json": [a_result(), a_result(n_gen=1)]}, "--metric", "encode_ms", "--plot", str(tmp_path / "plots"))
    assert len(list((tmp_path / "plots").glob("*.png"))) == 2


def test_without_matplotlib_the_table_is_shown_and_the_extra_is_named(bench, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out, err = bench({"a.json": [a_result()], "b.json": WIDE}, "--plot", str(tmp_path / "plots"))
    assert code == 1
    assert cells(out)
    assert "pip install 'localalt[plot]'" in err
    assert issubclass(plots.PlotError, LocalAltError)


def test_a_folder_that_cannot_be_written_is_reported(bench, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = bench({"a.json": [a_result()], "b.json": WIDE}, "--plot", str(tmp_path / "file"))
    assert code == 1
    assert "cannot be written" in err


@pytest.mark.slow
def test_importing_the_comparison_imports_no_matplotlib():
    code = "import sys, localalt.bench.compare, localalt.bench.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_fields_that_must_be_equal_are_fields():
    identity = a_result(**CPU).identity
    assert all(hasattr(identity, name) for name in (*MUST_BE_EQUAL, *MAY_DIFFER))
