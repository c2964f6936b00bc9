"""How many threads compute, in containers of all kinds: made-up trees, and one real process with an affinity."""

import json
import os
import subprocess
import sys

import pytest

from localalt.machine import processors
from localalt.machine.processors import Limits, Quota, threads
from tests.support.file_trees import tree

V2 = "31 24 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup rw,nsdelegate\n"


def v1(point, root="/", controllers="cpu,cpuacct"):
    return f"36 32 0:31 {root} /sys/fs/cgroup/{point} ro,nosuid - cgroup cgroup rw,{controllers}\n"


def cfs(folder, quota, period=100_000):
    return {f"{folder}/cpu.cfs_quota_us": f"{quota}\n", f"{folder}/cpu.cfs_period_us": f"{period}\n"}


POD = "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b.slice"
TREES = {
    "Docker --cpus=1.5, v2, its own namespace": (
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": V2, "sys/fs/cgroup/cpu.max": "150000 100000\n"},
        1.5,
    ),
    "Docker without a limit, v2": (
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": V2, "sys/fs/cgroup/cpu.max": "max 100000\n"},
        None,
    ),
    "Docker --cpus=2, v1, the container's group bind-mounted": (
        {
            "proc/self/cgroup": "12:pids:/docker/5e1f\n4:cpu,cpuacct:/docker/5e1f\n1:name=systemd:/docker/5e1f\n0::/\n",
            "proc/self/mountinfo": v1("cpu,cpuacct", "/docker/5e1f"),
            **cfs("sys/fs/cgroup/cpu,cpuacct", 200_000),
        },
        2.0,
    ),
    "Docker inside of Docker, v1: /proc tells the outer path": (
        {
            "proc/self/cgroup": "4:cpu,cpuacct:/docker/5e1f/docker/77aa\n",
            "proc/self/mountinfo": v1("cpu,cpuacct", "/docker/other"),
            **cfs("sys/fs/cgroup/cpu,cpuacct", 50_000),
        },
        0.5,
    ),
    "Kubernetes, v2, the host's namespace: the pod's limit is below the container's": (
        {
            "proc/self/cgroup": f"0::/{POD}/cri-containerd-77.scope\n",
            "proc/self/mountinfo": V2,
            f"sys/fs/cgroup/{POD}/cri-containerd-77.scope/cpu.max": "400000 100000\n",
            f"sys/fs/cgroup/{POD}/cpu.max": "300000 100000\n",
            "sys/fs/cgroup/kubepods.slice/cpu.max": "max 100000\n",
        },
        3.0,
    ),
    "systemd, CPUQuota=50% with another period": (
        {
            "proc/self/cgroup": "0::/system.slice/alt.service\n",
            "proc/self/mountinfo": V2,
            "sys/fs/cgroup/system.slice/alt.service/cpu.max": "10000 20000\n",
            "sys/fs/cgroup/system.slice/cpu.max": "max 100000\n",
        },
        0.5,
    ),
    "LXC, limits.cpu.allowance, the limit above the namespace's own group": (
        {
            "proc/self/cgroup": "0::/.lxc\n",
            "proc/self/mountinfo": V2,
            "sys/fs/cgroup/cpu.max": "25000 100000\n",
            "sys/fs/cgroup/.lxc/cpu.max": "max 100000\n",
        },
        0.25,
    ),
    "a group outside of the namespace": (
        {
            "proc/self/cgroup": "0::/../../other\n",
            "proc/self/mountinfo": V2,
            "sys/fs/cgroup/cpu.max": "100000 100000",
            "sys/fs/cpu.max": "10000 100000",
        },
        1.0,
    ),
    "a hybrid: processors under version 1, the rest under version 2": (
        {
            "proc/self/cgroup": "5:cpu,cpuacct:/user.slice\n0::/user.slice/session-1.scope\n",
            "proc/self/mountinfo": v1("cpu,cpuacct") + V2.replace("/sys/fs/cgroup ro", "/sys/fs/cgroup/unified ro"),
            **cfs("sys/fs/cgroup/cpu,cpuacct", -1),
            **cfs("sys/fs/cgroup/cpu,cpuacct/user.slice", 350_000),
            "sys/fs/cgroup/unified/user.slice/cgroup.procs": "1\n",
        },
        3.5,
    ),
    "hierarchies mounted elsewhere, a space in the name": (
        {
            "proc/self/cgroup": "3:cpu:/a\n",
            "proc/self/mountinfo": "36 32 0:31 / /mnt/my\\040groups rw - cgroup none rw,cpu\n",
            **cfs("mnt/my groups/a", 125_000),
        },
        1.25,
    ),
    "WSL: groups without limits": ({"proc/self/cgroup": "0::/init.scope\n", "proc/self/mountinfo": V2}, None),
    "no mountinfo: where they are by custom": (
        {"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "200000 100000"},
        2.0,
    ),
    "no mountinfo, v1": ({"proc/self/cgroup": "2:cpu,cpuacct:/a\n", **cfs("sys/fs/cgroup/cpu/a", 100_000)}, 1.0),
    "no groups at all": ({}, None),
    "damaged files": (
        {
            "proc/self/cgroup": "0::/a\nnonsense\n\n7:\n4:cpu:relative\n",
            "proc/self/mountinfo": "x\n - cgroup2\n" + V2,
            "sys/fs/cgroup/a/cpu.max": "lots 100000",
            "sys/fs/cgroup/cpu.max": "0 0",
        },
        None,
    ),
}


@pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")
@pytest.mark.parametrize(("files", "quota"), TREES.values(), ids=TREES)
def test_the_smallest_quota_on_the_way_to_the_root_counts(tmp_path, files, quota):
    found = processors.limits(tree(tmp_path, files), {}).quota
    assert (found and found.n_processors) == quota


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("max 100000", None),
        ("200000 100000", 2.0),
        ("50000 100000\n", 0.5),
        ("150000", 1.5),
        ("-1 100000", None),
        ("100000 0", None),
        ("", None),
        ("1e5 100000", None),
        ("9" * 400 + " 1", None),
    ],
)
def test_a_quota_is_read_as_the_kernel_writes_it(text, n):
    assert processors.quota_of(text) == n


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0-3,8\n", {0, 1, 2, 3, 8}),
        ("5", {5}),
        ("", set()),
        ("\n", set()),
        ("0-99999999999", set()),
        ("7-5", set()),
        ("a,1", {1}),
    ],
)
def test_lists_of_processors_are_read(text, found):
    assert processors.cpu_list(text) == found


MAX = Quota(2.0, "cgroup cpu.max")


@pytest.mark.parametrize(
    ("limits", "n", "because"),
    [
        (Limits(64, 64, 32), 32, ""),
        (Limits(64, 64, 32, quota=MAX), 2, "this container may use 2 of 64 processors (cgroup cpu.max)"),
        (
            Limits(8, 8, 8, quota=Quota(0.5, "cgroup cpu.cfs_quota_us")),
            1,
            "this container may use 0.5 of 8 processors (cgroup cpu.cfs_quota_us)",
        ),
        (Limits(8, 8, 8, quota=Quota(1.25, "x")), 1, "this container may use 1.25 of 8 processors (x)"),
        (Limits(8, 8, 8, quota=Quota(1.5, "x")), 2, "this container may use 1.5 of 8 processors (x)"),
        (Limits(8, 8, 8, quota=Quota(0.01, "x")), 1, "this container may use 0.01 of 8 processors (x)"),
        (Limits(8, 8, 4, quota=Quota(6.0, "x")), 4, ""),
        (Limits(8, 8, 4, quota=Quota(1e12, "x")), 4, ""),
        (Limits(64, 4, 2), 2, "this process may use 4 of 64 processors (CPU affinity)"),
        (Limits(64, 4, 4, is_cpuset=True), 4, "this container may use 4 of 64 processors (cgroup cpuset)"),
        (Limits(64, 4, 4, quota=MAX), 2, "this container may use 2 of 64 processors (cgroup cpu.max)"),
        (Limits(8, 8, 4, wanted=(3, "OMP_NUM_THREADS")), 3, "OMP_NUM_THREADS asks for 3"),
        (Limits(8, 8, 4, wanted=(6, "OMP_NUM_THREADS")), 6, "OMP_NUM_THREADS asks for 6"),
        (
            Limits(8, 8, 4, wanted=(64, "OMP_NUM_THREADS")),
            8,
            "OMP_NUM_THREADS asks for 64, and this machine has 8 processors",
        ),
        (
            Limits(64, 64, 32, quota=MAX, wanted=(16, "PYTHON_CPU_COUNT")),
            2,
            "PYTHON_CPU_COUNT asks for 16, and this container may use 2 of 64 processors (cgroup cpu.max)",
        ),
        (Limits(8, 8, 4, thread_limit=2), 2, "OMP_THREAD_LIMIT allows 2"),
        (Limits(8, 8, 4, wanted=(6, "OMP_NUM_THREADS"), thread_limit=5), 5, "OMP_THREAD_LIMIT allows 5"),
        (Limits(1, 1, 1), 1, ""),
        (Limits(5000, 5000, 5000), 1024, ""),
    ],
)
def test_threads_keep_to_what_the_process_may_use(limits, n, because):
    assert (threads(limits).n, threads(limits).because) == (n, because)


@pytest.mark.parametrize(
    ("environment", "wanted", "limit"),
    [
        ({}, None, None),
        ({"OMP_NUM_THREADS": "4"}, (4, "OMP_NUM_THREADS"), None),
        ({"OMP_NUM_THREADS": " 4,2,1"}, (4, "OMP_NUM_THREADS"), None),
        ({"OMP_NUM_THREADS": "0"}, None, None),
        ({"OMP_NUM_THREADS": "-2"}, None, None),
        ({"OMP_NUM_THREADS": "many"}, None, None),
        ({"OMP_NUM_THREADS": ""}, None, None),
        ({"OMP_NUM_THREADS": "9" * 5000}, None, None),
        ({"OMP_NUM_THREADS": "٣"}, None, None),
        ({"PYTHON_CPU_COUNT": "3"}, (3, "PYTHON_CPU_COUNT"), None),
        ({"PYTHON_CPU_COUNT": "default"}, None, None),
        ({"OMP_NUM_THREADS": "2", "PYTHON_CPU_COUNT": "3"}, (2, "OMP_NUM_THREADS"), None),
        ({"OMP_THREAD_LIMIT": "5"}, None, 5),
    ],
)
def test_what_a_persons_environment_asks_for_is_read(tmp_path, environment, wanted, limit):
    own = processors.limits(tmp_path, environment)
    assert (own.wanted, own.thread_limit) == (wanted, limit)


def plan_in_a_process(*arguments, environment=None, cpus=None):
    code = "import os, sys\n" + (f"os.sched_setaffinity(0, {cpus!r})\n" if cpus else "")
    code += "from localalt.cli import main\nsys.exit(main(['plan', 'selftest', '--device', 'cpu', '--json']))"
    run = subprocess.run(
        [sys.executable, *arguments, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**{k: v for k, v in os.environ.items() if not k.startswith("OMP_")}, **(environment or {})},
    )
    return json.loads(run.stdout)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_a_real_process_keeps_to_its_affinity():
    plan = plan_in_a_process(cpus={min(os.sched_getaffinity(0))})
    assert plan["n_threads"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "environment", "name"),
    [
        ((), {"OMP_NUM_THREADS": "1"}, "OMP_NUM_THREADS"),
        ((), {"PYTHON_CPU_COUNT": "1"}, "PYTHON_CPU_COUNT"),
        (("-X", "cpu_count=1"), {}, "-X cpu_count"),
    ],
)
def test_a_real_process_heeds_its_environment_and_says_so(arguments, environment, name):
    plan = plan_in_a_process(*arguments, environment=environment)
    assert plan["n_threads"] == 1
    assert f"1 thread: {name} asks for 1." in plan["reasons"]
