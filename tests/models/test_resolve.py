"""From a model's name to its files: found, chosen for the machine, downloaded, reported."""

import huggingface_hub
import pytest

import localalt
from localalt import selftest
from localalt.devices import Device, Machine
from localalt.gguf.reader import read_header
from localalt.hub import client as hub_client, patience, store
from localalt.machine import picture_times
from localalt.models import choose, forecast, listing, reference, resolve
from localalt.models.catalog import AUTO, CATALOG
from tests.support.hub import Hub, use_hub
from tests.support.machines import is_all_on_gpu

GB = 1_000_000_000
LAPTOP = Machine(14 * GB, 16 * GB, 4)
SMALL = Machine(3 * GB, 4 * GB, 2)
GPU = Machine(60 * GB, 64 * GB, 8, (Device("CUDA0", "Some GPU", "CUDA", False, 23 * GB, 24 * GB),))


def files(quant="Q4_K_M", mmproj="F16"):
    return {f"Model-{quant}.gguf": selftest.WEIGHTS, f"mmproj-{mmproj}.gguf": selftest.MMPROJ}


@pytest.fixture(scope="module")
def hub():
    """A hub that has every model that "auto" may choose; all are the selftest model inside."""
    with Hub() as hub:
        for name, quant in AUTO:
            other = {f"Model-{each}.gguf": selftest.WEIGHTS for each in CATALOG[name].weights_bytes}
            hub.add(CATALOG[name].repository, files(quant) | other)
        yield hub


@pytest.fixture
def home(hub, tmp_path, monkeypatch):
    use_hub(monkeypatch, hub.url, tmp_path)
    monkeypatch.setattr(patience, "LISTING_WAITS_S", (0, 0))
    hub.requests.clear()
    yield tmp_path
    huggingface_hub.close_session()


def obtain(name, **options):
    return resolve.obtain(reference.parse(name), **options)


@pytest.mark.slow
def test_a_catalog_name_takes_the_catalogs_quantization_and_another_one_on_request(home):
    assert obtain("qwen3.5-9b").quant == "Q4_K_M"
    assert obtain("qwen3.5-9b:q8_0").quant == "Q8_0"


@pytest.mark.slow
def test_the_catalog_says_which_projector_is_taken(hub, home):
    repository = CATALOG["gemma-4-12b"].repository
    hub.add(repository, files() | {f"mmproj-{kind}.gguf": selftest.MMPROJ for kind in ("BF16", "Q8_0")})
    assert obtain("gemma-4-12b").mmproj.name == "mmproj-BF16.gguf"  # in F16 it overflows
    hub.add("owner/any-GGUF", files() | {f"mmproj-{kind}.gguf": selftest.MMPROJ for kind in ("BF16", "Q8_0")})
    assert obtain("owner/any-GGUF").mmproj.name == "mmproj-Q8_0.gguf"


def test_where_sums_in_f16_could_overflow_a_projector_in_f16_is_taken_last(hub, home):
    here = files() | {"mmproj-BF16.gguf": selftest.MMPROJ}
    for name, devices, taken in (("owner/cpu-GGUF", (), "F16"), ("owner/gpu-GGUF", GPU.devices, "BF16")):
        hub.add(name, here)
        assert obtain(name, devices=devices).mmproj.name == f"mmproj-{taken}.gguf"


def test_a_download_is_reported_in_one_sentence_before_its_bytes(home):
    reported = []
    obtain("qwen3.5-2b", announce=reported.append, on_download=reported.append)
    sentence, progress = reported[0], reported[-1]
    for part in ("qwen3.5-2b:Q4_K_M", "unsloth/Qwen3.5-2B-GGUF", " MB", "mmproj-F16.gguf", "Apache-2.0"):
        assert part in sentence
    assert isinstance(progress, localalt.DownloadProgress)
    assert progress.done_bytes == progress.total_bytes


@pytest.mark.slow
def test_what_is_here_is_used_without_a_connection(hub, home):
    there = obtain("qwen3.5-2b")
    hub.requests.clear()
    assert obtain("qwen3.5-2b", offline=True) == there
    assert obtain("unsloth/Qwen3.5-2B-GGUF:Q4_K_M") == there
    assert hub.requests == []


@pytest.mark.slow
def test_a_name_alone_means_the_quantization_that_is_here(home):
    q8 = obtain("qwen3.5-9b:Q8_0")
    assert obtain("qwen3.5-9b", offline=True) == q8
    q4 = obtain("qwen3.5-9b:Q4_K_M")
    assert obtain("qwen3.5-9b", offline=True) == q4


@pytest.mark.slow
def test_files_that_went_missing_come_back_as_they_were_pinned(hub, home):
    name = "owner/changing-GGUF"
    hub.add(name, files())
    first = obtain(name)
    hub.add(name, {"Model-Q4_K_M.gguf": selftest.MMPROJ, "mmproj-F16.gguf": selftest.MMPROJ})
    first.weights.resolve().unlink()
    again = obtain(f"{name}:Q4_K_M")
    assert (again.commit, again.weights.read_bytes()) == (first.commit, selftest.WEIGHTS.read_bytes())


@pytest.mark.slow
def test_an_update_takes_what_the_hub_has_now(hub, home):
    name = "owner/updated-GGUF"
    hub.add(name, files())
    first = obtain(name)
    assert obtain(name, update=True) == first
    hub.add(name, files() | {"README.md": b"new"})
    hub.add(name, {"Model-Q4_K_M.gguf": selftest.MMPROJ, "mmproj-F16.gguf": selftest.MMPROJ})
    assert obtain(name) == first
    assert obtain(name, update=True).commit != first.commit


@pytest.mark.slow
def test_an_update_is_one_of_what_is_here_not_of_what_the_catalog_would_choose(home):
    q8 = obtain("qwen3.5-9b:Q8_0")
    assert obtain("qwen3.5-9b", update=True) == q8
    assert [local.quant for local in store.downloaded()] == ["Q8_0"]


@pytest.mark.slow
def test_missing_files_come_back_as_pinned_also_by_the_name_alone(hub, home):
    name = "owner/evicted-GGUF"
    hub.add(name, files())
    first = obtain(name)
    hub.add(name, {"Model-Q4_K_M.gguf": selftest.MMPROJ, "mmproj-F16.gguf": selftest.MMPROJ})
    first.weights.resolve().unlink()
    assert obtain(name).commit == first.commit


def test_offline_says_what_to_pull(home):
    with pytest.raises(localalt.OfflineError, match=r"localalt pull qwen3\.5-4b while online"):
        obtain("qwen3.5-4b", offline=True)


def test_a_model_that_cannot_run_here_is_not_downloaded(hub, home):
    with pytest.raises(localalt.NotEnoughMemoryError, match=r"qwen3\.5-9b"):
        obtain("qwen3.5-9b", machine=SMALL)
    assert hub.requests == []


def test_a_repository_larger_than_the_machine_is_not_downloaded(hub, home):
    hub.add("owner/large-GGUF", files())
    with pytest.raises(localalt.NotEnoughMemoryError, match=r"owner/large-GGUF has 4 MB"):
        obtain("owner/large-GGUF", machine=Machine(1_000_000, 2_000_000, 1))
    assert hub.downloads() == []


# --- "auto" ---


@pytest.mark.parametrize(
    ("machine", "chosen"),
    [(SMALL, "qwen3.5-0.8b:Q8_0"), (LAPTOP, "qwen3.5-2b:Q4_K_M"), (GPU, "qwen3.6-27b:Q4_K_M")],
)
def test_auto_is_the_best_of_the_catalog_where_nothing_is_here(home, machine, chosen):
    choice = choose.auto(machine)
    assert str(choice.named) == chosen
    assert "best model that runs well" in choice.why


@pytest.mark.slow
def test_auto_prefers_what_is_here_and_runs_well(home):
    obtain("qwen3.5-0.8b")
    assert str(choose.auto(LAPTOP).named) == "qwen3.5-0.8b:Q4_K_M"
    obtain("qwen3.5-2b")
    assert str(choose.auto(LAPTOP).named) == "qwen3.5-2b:Q4_K_M"


@pytest.mark.slow
def test_auto_downloads_another_where_what_is_here_does_not_run_well_unless_offline(home):
    obtain("qwen3.5-9b")
    assert str(choose.auto(LAPTOP).named) == "qwen3.5-2b:Q4_K_M"
    assert str(choose.auto(LAPTOP, offline=True).named) == "qwen3.5-9b:Q4_K_M"


@pytest.mark.slow
def test_the_plan_of_auto_is_of_the_model_that_auto_takes(home):
    obtain("qwen3.5-9b")
    for machine in (LAPTOP, GPU, SMALL):
        assert forecast.plan_for("auto", machine)[0] == str(choose.auto(machine).named)


def test_auto_offline_with_nothing_here_says_what_to_do(home):
    with pytest.raises(localalt.OfflineError, match="localalt pull auto"):
        choose.auto(LAPTOP, offline=True)


# --- files, and what can be said of them ---


def test_a_downloaded_model_is_opened_by_name_with_its_origin(home):
    opened = resolve.open_model("qwen3.5-2b", LAPTOP)
    assert (opened.name, opened.repository) == ("qwen3.5-2b:Q4_K_M", "unsloth/Qwen3.5-2B-GGUF")
    assert len(opened.commit) == 40
    assert opened.weights_bytes == selftest.WEIGHTS.stat().st_size


@pytest.mark.slow
def test_a_result_names_repository_and_commit(home, expected):
    with localalt.load("qwen3.5-2b", device="cpu", exact_tokens=2) as describer:
        identity = describer.describe(next(iter(expected))).model
    assert (identity.name, identity.repository) == ("qwen3.5-2b:Q4_K_M", "unsloth/Qwen3.5-2B-GGUF")
    assert identity.commit


def test_the_plan_of_a_model_that_is_not_here_comes_from_the_catalog(hub, home):
    name, plan = forecast.plan_for("qwen3.5-4b", GPU)
    assert name == "qwen3.5-4b:Q4_K_M"
    assert is_all_on_gpu(plan)
    assert hub.requests == []


def test_the_plan_of_files_comes_from_their_headers(home):
    name, plan = forecast.plan_for((selftest.WEIGHTS, selftest.MMPROJ), LAPTOP)
    assert (name, plan.n_image_tokens) == ("selftest", 16)
    assert plan.n_layer == read_header(selftest.WEIGHTS).integer("gemma3.block_count")


def test_the_plan_of_an_unknown_repository_needs_a_pull_first(home):
    with pytest.raises(localalt.ModelNotFoundError, match="localalt pull owner/other"):
        forecast.plan_for("owner/other", LAPTOP)


def test_what_suits_the_machine_comes_first_and_what_does_not_run_last(home):
    rows = listing.table(LAPTOP)
    assert rows[0].is_auto
    assert f"{rows[0].name}:{rows[0].quant}" == forecast.plan_for("auto", LAPTOP)[0]
    assert [row.is_auto for row in rows].count(True) == 1
    order = ["well", "slowly", "not now", "no"]
    assert [row.suits for row in rows] == sorted((row.suits for row in rows), key=order.index)
    assert {row.suits for row in rows} >= {"well", "slowly", "no"}
    for row in rows:
        assert row.fits == (row.suits != "no") == bool(row.seconds_source)
        if row.seconds_per_picture_low is not None:
            assert 0 < row.seconds_per_picture_low <= row.seconds_per_picture_high


def test_what_auto_would_take_is_marked_without_a_connection_too(home, monkeypatch):
    monkeypatch.setattr(hub_client, "is_offline", lambda: True)
    assert listing.table(LAPTOP)[0].is_auto


def test_where_auto_has_only_what_does_not_run_well_it_is_marked_among_that(home):
    rows = listing.table(SMALL)
    auto = next(row for row in rows if row.is_auto)
    assert f"{auto.name}:{auto.quant}" == forecast.plan_for("auto", SMALL)[0]
    first = next(row for row in rows if row.suits == auto.suits)
    assert first is auto


def test_where_nothing_fits_nothing_is_marked(home):
    rows = listing.table(Machine(GB // 2, GB // 2, 1))
    assert {row.suits for row in rows} == {"no"}
    assert not any(row.is_auto or row.fits or row.seconds_source for row in rows)
    assert all(row.memory_bytes > 0 for row in rows)


@pytest.mark.slow
def test_a_downloaded_model_whose_files_cannot_be_read_says_so_and_the_others_are_listed(hub, home):
    hub.add("owner/broken-GGUF", files())
    weights = obtain("owner/broken-GGUF").weights
    weights.write_bytes(b"not!" + weights.read_bytes()[4:])
    row = next(row for row in listing.table(LAPTOP) if row.name == "owner/broken-GGUF")
    assert (row.fits, row.memory_bytes) == (False, 0)
    assert "GGUF" in row.reason


@pytest.mark.slow
def test_what_is_here_is_not_explained_again(home):
    reported = []
    localalt.load("auto", device="cpu", exact_tokens=2, on_download=lambda _: None).close()
    resolve.open_model("auto", LAPTOP, announce=reported.append)
    assert reported == []  # it is here


@pytest.mark.slow
def test_why_auto_takes_a_model_names_it_and_the_seconds_also_in_the_log(home, caplog):
    reported = []
    with caplog.at_level("INFO", "localalt"):
        resolve.open_model("auto", LAPTOP, announce=reported.append)
    assert [record.getMessage() for record in caplog.records][: len(reported)] == reported
    why, download = reported
    assert why.startswith(str(choose.auto(LAPTOP).named))
    assert "runs well here" in why
    assert "A picture takes " in why
    assert "estimated for CPUs like this: 4 threads" in why
    assert download.startswith("Downloading ")


@pytest.mark.slow
def test_what_was_measured_of_a_downloaded_model_is_said_by_plan_auto_and_the_table(home, monkeypatch, tmp_path):
    monkeypatch.setattr(picture_times, "store_path", lambda: tmp_path / "picture-times.json")
    choice = choose.auto(LAPTOP)
    obtain(str(choice.named))
    _, candidate, plan = forecast.planned(str(choice.named), LAPTOP)
    picture_times.store(picture_times.key(candidate, plan, LAPTOP), [4.0, 4.5], n_pictures=4, day="2026-11-26")
    row = listing.table(LAPTOP)[0]
    assert row.is_auto
    assert (row.seconds_per_picture_low, row.seconds_per_picture_high, row.seconds_source) == (4.0, 4.5, "measured")
    _, candidate, plan = forecast.planned("auto", LAPTOP)
    assert picture_times.picture_time(candidate, plan, LAPTOP).basis == "measured"
    assert "runs well here" in plan.reasons[0]
    assert "4-4.5 s, as measured here" in choose.why_auto(choice, LAPTOP)


@pytest.mark.slow
def test_the_table_has_the_catalog_and_what_is_here_beside_it(hub, home):
    hub.add("owner/own-GGUF", files())
    obtain("owner/own-GGUF")
    obtain("qwen3.5-9b:Q8_0")
    rows = {(row.name, row.quant): row for row in listing.table(LAPTOP)}
    assert {name for name, _ in rows} == {*CATALOG, "owner/own-GGUF"}
    own = rows["owner/own-GGUF", "Q4_K_M"]
    assert own.disk_bytes == store.downloaded()[0].n_bytes
    plan = forecast.plan_for("owner/own-GGUF", LAPTOP)[1]
    assert own.memory_bytes == plan.memory.host.total + plan.memory.gpu.total > 0
    assert (own.fits, own.suits, own.seconds_source) == (True, "well", "estimated")
    assert rows["qwen3.5-9b", "Q8_0"].disk_bytes > 0
    assert rows["qwen3.5-9b", "Q4_K_M"].disk_bytes == 0
    huge = rows["qwen3.5-122b-a10b", "Q4_K_M"]
    assert not huge.fits
    assert huge.reason == "no: 15.5 GB can be used"
    assert rows["gemma-3-4b", "Q4_K_M"].terms_url.startswith("https://")
