"""How long a child may make no progress: long on a slow machine, and never for ever."""

from localalt.isolation.watch import LEAST_LIMIT_S, LOADING_LIMIT_S, PAUSES, PICTURES, PICTURES_SHORT, ProgressWatch

BUSY = {"is_busy": True}


def test_a_busy_child_without_progress_is_hung_after_the_limit_and_not_before():
    watch = ProgressWatch()
    watch.is_hung(0.0, n_signs=1, **BUSY)
    assert not watch.is_hung(LEAST_LIMIT_S - 1, n_signs=1, **BUSY)
    assert watch.is_hung(2, n_signs=1, **BUSY)
    assert watch.pause_s == LEAST_LIMIT_S + 1


def test_any_sign_of_progress_begins_anew():
    watch = ProgressWatch()
    for n_signs in range(100):
        assert not watch.is_hung(LEAST_LIMIT_S - 1, n_signs=n_signs, **BUSY)


def test_a_child_with_nothing_to_do_is_never_hung():
    watch = ProgressWatch()
    assert not any(watch.is_hung(LEAST_LIMIT_S, n_signs=1, is_busy=False) for _ in range(100))
    assert not watch.is_hung(LEAST_LIMIT_S / 2, n_signs=1, **BUSY)


def test_a_child_in_which_every_picture_runs_out_of_time_is_hung_all_the_same():
    watch = ProgressWatch()
    watch.is_hung(0.0, n_signs=1, **BUSY)
    hung = []
    for _ in range(100):  # five seconds each, and idle in between
        hung.append(watch.is_hung(5, n_signs=1, **BUSY))
        watch.is_hung(5, n_signs=1, is_busy=False)
    assert hung.index(True) == LEAST_LIMIT_S // 5


def test_the_limit_follows_the_time_that_a_picture_takes():
    watch = ProgressWatch()
    watch.plan(60)
    watch.is_hung(0.0, n_signs=1, **BUSY)
    assert watch.limit_s == PICTURES * 60
    watch.plan(60, is_memory_short=True)
    assert watch.limit_s == PICTURES_SHORT * 60


def test_the_limit_follows_the_longest_pause_so_that_a_slow_child_is_never_ended():
    watch = ProgressWatch()
    watch.is_hung(0.0, n_signs=0, **BUSY)
    pause_s, n_signs = 50.0, 0
    while pause_s < 10_000:  # slower and slower: each pause is nine times as long as the one before
        n_signs += 1
        assert not watch.is_hung(pause_s, n_signs=n_signs, **BUSY)
        pause_s = min(pause_s * 9, 10_000)
    watch.is_hung(0.0, n_signs=n_signs + 1, **BUSY)
    assert watch.limit_s == PAUSES * 50 * 9 * 9


def test_loading_and_a_gpus_first_picture_may_take_longer_and_do_not_count_as_pauses():
    watch = ProgressWatch()
    assert not watch.is_hung(LOADING_LIMIT_S - 1, n_signs=0, is_busy=True, is_warm=False)
    watch.is_hung(0.0, n_signs=1, is_busy=True, is_warm=True)
    assert watch.limit_s == LEAST_LIMIT_S
    assert ProgressWatch().is_hung(LOADING_LIMIT_S + 1, n_signs=0, is_busy=True, is_warm=False)
