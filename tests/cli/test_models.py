"""The commands about models as people use them: processes of their own against a hub on loopback."""

import json
import os
import signal
import subprocess
import sys

import pytest

from localalt import selftest
from localalt.models.catalog import AUTO, CATALOG
from tests.support.hub import Hub, wait_until

pytestmark = pytest.mark.slow

NAME = "qwen3.5-0.8b"
REPOSITORY = CATALOG[NAME].repository


@pytest.fixture(scope="module")
def hub():
    with Hub() as hub:
        for name, _ in AUTO:
            weights = {f"Model-{quant}.gguf": selftest.WEIGHTS for quant in CATALOG[name].weights_bytes}
            hub.add(CATALOG[name].repository, weights | {"mmproj-F16.gguf": selftest.MMPROJ})
        yield hub


@pytest.fixture
def environment(hub, tmp_path):
    return os.environ | {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path)}


@pytest.fixture
def run(environment):
    def run(*arguments, **changes):
        return subprocess.run(
            [sys.executable, "-m", "localalt", *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment | changes,
            check=False,
        )

    return run


def test_a_picture_is_described_with_no_further_word_and_then_without_a_network(hub, run, expected):
    picture = next(iter(expected))
    text = expected[picture]
    first = run("describe", picture)
    assert (first.returncode, first.stdout.strip()) == (0, text)
    (reported,) = [line for line in first.stderr.splitlines() if "Downloading" in line]
    assert "from unsloth/Qwen3.5-" in reported
    assert " MB: " in reported
    why = next(line for line in first.stderr.splitlines() if "runs well here" in line)
    assert why.startswith("localalt: qwen3.5-")
    assert "A picture takes " in why
    assert "(estimated for " in why
    assert first.stderr.index(why) < first.stderr.index("Downloading")
    hub.requests.clear()
    second = run("describe", picture, HF_ENDPOINT="http://127.0.0.1:9")
    assert (second.returncode, second.stdout.strip()) == (0, text)
    assert "Downloading" not in second.stderr
    assert "A picture takes " not in second.stderr
    assert hub.requests == []


def test_a_model_is_pulled_listed_verified_and_removed(run):
    pulled = run("pull", NAME)
    assert (pulled.returncode, pulled.stdout[: len(NAME)]) == (0, NAME)
    listed = run("models", "--downloaded").stdout
    assert f"{NAME}:Q4_K_M" in listed
    assert "4 MB" in listed
    assert max(map(len, listed.splitlines()[:-1])) <= 80
    (row,) = json.loads(run("models", "--downloaded", "--json").stdout)
    assert row["repository"] == REPOSITORY
    assert run("verify").stdout == f"{REPOSITORY}:Q4_K_M: intact\n"
    removed = run("remove", NAME)
    assert removed.returncode == 0
    assert "4 MB freed" in removed.stdout
    for command in (("models", "--downloaded"), ("verify",)):
        assert run(*command).stdout == "No model is downloaded. Download one with `localalt pull MODEL`.\n"


def test_a_model_of_the_hub_is_listed_with_its_memory(hub, run):
    hub.add("owner/own-GGUF", {"Model-Q4_K_M.gguf": selftest.WEIGHTS, "mmproj-F16.gguf": selftest.MMPROJ})
    assert run("pull", "owner/own-GGUF").returncode == 0
    table = run("models").stdout
    (line,) = [line for line in table.splitlines() if line.startswith("  owner/own-GGUF:Q4_K_M")]
    assert "downloaded" in line
    assert " 0 " not in line
    row = next(row for row in json.loads(run("models", "--json").stdout) if row["name"] == "owner/own-GGUF")
    memory = json.loads(run("plan", "owner/own-GGUF", "--json").stdout)["memory"]
    assert row["memory_bytes"] == sum(memory["host"].values()) + sum(memory["gpu"].values()) > 0


def test_a_damaged_file_is_found_removed_and_fetched_again(run, tmp_path, expected):
    run("pull", NAME)
    (blob,) = [path for path in tmp_path.rglob("blobs/*") if path.stat().st_size == selftest.MMPROJ.stat().st_size]
    with blob.open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    verified = run("verify", NAME)
    assert verified.returncode == 1
    assert "damaged" in verified.stdout
    assert "mmproj-F16.gguf" in verified.stderr
    refused = run("describe", next(iter(expected)), "--model", NAME, "--offline")
    assert refused.returncode == 3
    assert f"localalt pull {NAME}" in refused.stderr
    assert run("pull", NAME).returncode == 0
    assert run("verify", NAME).returncode == 0


def test_the_table_lists_the_catalog_and_what_auto_takes(run):
    table = run("models")
    assert table.returncode == 0
    assert table.stderr == ""
    lines = table.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    for name in CATALOG:
        assert any(line[2:].startswith(f"{name}:") for line in lines)
    assert '"auto" takes qwen3.5-' in table.stdout
    auto = [number for number, line in enumerate(lines) if line.startswith("* qwen3.5-")]
    assert auto[0] == 2  # behind the headings
    assert " ~" in lines[auto[0]]
    assert "estimated for" in table.stdout
    rows = json.loads(run("models", "--json").stdout)
    assert {"name", "download_bytes", "memory_bytes", "licence", "terms_url", "fits", "reason", "disk_bytes"} <= set(
        rows[0]
    )


def test_a_plan_is_reported_in_words_and_in_numbers(run):
    reported = run("plan", NAME)
    assert reported.returncode == 0
    assert reported.stdout.startswith(f"{NAME}:Q4_K_M\n")
    assert "image tokens" in reported.stdout
    assert max(map(len, reported.stdout.splitlines())) <= 80
    assert "\n  A picture takes " in reported.stdout
    assert "is read in up to 12 tiles" in " ".join(reported.stdout.split())
    plan = json.loads(run("plan", NAME, "--json", "--device", "cpu").stdout)
    assert plan["model"] == f"{NAME}:Q4_K_M"
    assert plan["n_gpu_layers"] == 0
    assert 0 < plan["seconds_per_picture_low"] < plan["seconds_per_picture_high"]
    assert plan["seconds_source"] == "estimated"
    assert plan["seconds_per_picture_low"] < plan["seconds_per_tile_low"] < plan["seconds_per_tile_high"]
    assert plan["max_tiles"] == 12
    assert plan["memory"]["host"]["weights"] > 0
    assert run("plan", "--model").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pull", "qwen3.5-0.8"), 'did you mean "qwen3.5-0.8b"'),
        (("pull", "qwen3.5-0.8b:Q9_K"), "Q4_K_M"),
        (("pull", "nobody/nothing"), "nobody/nothing"),
        (("pull", "no such thing"), "no such thing"),
        (("remove", NAME), "not downloaded"),
        (("verify", NAME), "not downloaded"),
        (("plan", "qwen3.5-122b-a10b:F16"), "needs"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_3(run, arguments, message):
    result = run(*arguments)
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert message in line
    assert result.stdout == ""


def test_no_network_is_one_line(run):
    result = run("pull", NAME, HF_ENDPOINT="http://127.0.0.1:9")
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert "check the network" in line


NO_SOCKETS = """
import sys

def forbid(event, arguments):
    if event.startswith("socket."):
        raise RuntimeError(f"{event} {arguments}")

sys.addaudithook(forbid)
from localalt.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_downloaded_model_describes_with_sockets_forbidden(environment, run, expected):
    def run_without_sockets(*arguments):
        return subprocess.run(
            [sys.executable, "-c", NO_SOCKETS, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    picture = next(iter(expected))
    assert run("pull", NAME).returncode == 0
    for model in (NAME, "auto", "selftest"):
        described = run_without_sockets("describe", picture, "--model", model)
        assert (described.returncode, described.stdout.strip()) == (0, expected[picture])
    # And the hook does see what opens a connection.
    pulled = run_without_sockets("pull", "qwen3.5-2b")
    assert pulled.returncode != 0
    assert "socket." in pulled.stderr


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a child on this platform")
def test_ctrl_c_in_a_download_keeps_what_has_arrived(environment, run, tmp_path):
    with Hub() as slow:
        slow.add(REPOSITORY, {"Model-Q4_K_M.gguf": bytes(3_000_000), "mmproj-F16.gguf": b"small"})
        slow.fail(path="/cdn/*", hold_after=1_500_000)
        process = subprocess.Popen(
            [sys.executable, "-m", "localalt", "pull", NAME],
            stderr=subprocess.PIPE,
            text=True,
            env=environment | {"HF_ENDPOINT": slow.url},
        )
        # What was sent may still be in the connection's buffers.
        wait_until(lambda: any(path.stat().st_size > 0 for path in tmp_path.rglob("*.incomplete")), timeout_s=120)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
        assert (process.returncode, errors.splitlines()[-1]) == (130, "localalt: Stopped.")
        slow.requests.clear()
        assert run("pull", NAME, HF_ENDPOINT=slow.url).returncode == 0
        assert any(request.range for request in slow.downloads())


def test_the_help_of_every_command_documents_its_exit_statuses(run):
    for command in ("models", "pull", "remove", "verify", "plan"):
        assert "exit status:" in run(command, "--help").stdout
