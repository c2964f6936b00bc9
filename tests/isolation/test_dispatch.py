"""Which picture goes to which child: nothing is lost or done twice, and nobody is found guilty without proof."""

from collections import defaultdict

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from localalt.isolation.dispatch import MAX_GUILTY, Action, Dispatch, Verdict

GIVE, RESTART, NOTHING = Action.GIVE, Action.RESTART, Action.NOTHING


def gives(dispatch, child, **options):
    """The pictures that a child is given until there is nothing more for it, and the last action."""
    given = []
    while True:
        action, picture = dispatch.next_action(child, **options)
        if action is not GIVE:
            return given, action
        given.append(picture)


def one_child(*pictures, on_gpu=False, capacity=4):
    dispatch = Dispatch()
    for picture in pictures:
        dispatch.add(picture)
    dispatch.join("first", capacity=capacity, on_gpu=on_gpu)
    return dispatch


def test_a_child_gets_as_many_as_it_may_have_in_their_order():
    dispatch = one_child("a", "b", "c", capacity=2)
    assert gives(dispatch, "first") == (["a", "b"], NOTHING)
    assert dispatch.finish("first", "a") == Verdict()
    assert gives(dispatch, "first") == (["c"], NOTHING)
    assert dispatch.n_waiting == 0


def test_what_was_under_way_is_tried_again_one_at_a_time_and_the_rest_as_before():
    dispatch = one_child("a", "b", "c", "d", capacity=3)
    gives(dispatch, "first")
    assert dispatch.leave("first") == Verdict()
    dispatch.join("second", capacity=3, on_gpu=False)
    for picture in "abc":
        assert gives(dispatch, "second") == ([picture], NOTHING)
        dispatch.finish("second", picture)
    assert gives(dispatch, "second") == (["d"], NOTHING)


def test_two_fresh_children_that_die_with_a_picture_alone_prove_its_guilt():
    dispatch = one_child("a", "b")
    gives(dispatch, "first")
    dispatch.leave("first")
    dispatch.join("second", capacity=4, on_gpu=False)
    assert gives(dispatch, "second")[0] == ["a"]
    assert dispatch.leave("second").guilty == ()
    dispatch.join("third", capacity=4, on_gpu=False)
    assert gives(dispatch, "third")[0] == ["a"]
    assert dispatch.leave("third").guilty == (("a", "third"),)
    dispatch.join("fourth", capacity=4, on_gpu=False)
    assert gives(dispatch, "fourth")[0] == ["b"]


def test_the_death_of_a_child_that_had_another_picture_before_proves_nothing():
    dispatch = one_child("a", "b")
    gives(dispatch, "first")
    dispatch.leave("first")
    dispatch.join("second", capacity=4, on_gpu=False)
    gives(dispatch, "second")
    dispatch.finish("second", "a")
    assert gives(dispatch, "second")[0] == ["b"]
    dispatch.leave("second")
    for child in ("third", "fourth"):
        dispatch.join(child, capacity=4, on_gpu=False)
        assert gives(dispatch, child)[0] == ["b"]
        verdict = dispatch.leave(child)
    assert verdict.guilty == (("b", "fourth"),)


def died_twice_on_gpu(*pictures):
    dispatch = one_child(*pictures, on_gpu=True)
    gives(dispatch, "first")
    dispatch.leave("first")
    for child in ("second", "third"):
        assert not dispatch.needs_cpu
        dispatch.join(child, capacity=4, on_gpu=True)
        gives(dispatch, child)
        assert dispatch.leave(child) == Verdict()
    assert dispatch.needs_cpu
    return dispatch


def test_a_third_try_on_the_cpu_shows_that_the_gpu_is_at_fault():
    dispatch = died_twice_on_gpu("a", "b")
    dispatch.join("cpu", capacity=4, on_gpu=False, is_stopgap=True)
    assert gives(dispatch, "cpu") == (["a"], NOTHING)
    assert not dispatch.needs_cpu
    assert dispatch.finish("cpu", "a").gpu_deaths == ("second", "third")


def test_a_picture_that_the_cpu_dies_of_too_is_guilty_and_the_gpu_is_not():
    dispatch = died_twice_on_gpu("a")
    dispatch.join("cpu", capacity=4, on_gpu=False, is_stopgap=True)
    gives(dispatch, "cpu")
    verdict = dispatch.leave("cpu")
    assert (verdict.guilty, verdict.gpu_deaths) == ((("a", "cpu"),), ())


def test_an_error_on_the_cpu_is_no_proof_against_the_gpu():
    dispatch = died_twice_on_gpu("a")
    dispatch.join("cpu", capacity=4, on_gpu=False, is_stopgap=True)
    gives(dispatch, "cpu")
    assert dispatch.finish("cpu", "a", has_text=False).gpu_deaths == ()


def test_a_child_on_a_gpu_makes_room_for_one_that_uses_none():
    dispatch = died_twice_on_gpu("a")
    dispatch.join("fourth", capacity=4, on_gpu=True)
    assert gives(dispatch, "fourth") == ([], RESTART)


def test_a_stopgap_takes_suspects_alone_and_goes():
    dispatch = died_twice_on_gpu("a", "b")
    dispatch.add("c")
    dispatch.join("cpu", capacity=4, on_gpu=False, is_stopgap=True)
    for picture in "ab":
        assert gives(dispatch, "cpu") == ([picture], NOTHING)
        dispatch.finish("cpu", picture)
    assert gives(dispatch, "cpu") == ([], RESTART)


def test_a_stopgap_whose_suspect_was_cancelled_goes():
    dispatch = died_twice_on_gpu("a")
    dispatch.discard("a")
    assert not dispatch.needs_cpu
    dispatch.join("cpu", capacity=4, on_gpu=False, is_stopgap=True)
    assert gives(dispatch, "cpu") == ([], RESTART)


def test_where_no_child_without_a_gpu_can_be_had_the_picture_counts_as_guilty():
    dispatch = died_twice_on_gpu("a", "b")
    assert dispatch.convict_untried().guilty == (("a", "third"),)
    assert not dispatch.needs_cpu
    assert dispatch.n_waiting == 1


def test_a_cancelled_suspect_under_way_is_not_tried_again():
    dispatch = one_child("a")
    gives(dispatch, "first")
    dispatch.leave("first")
    dispatch.join("second", capacity=4, on_gpu=False)
    gives(dispatch, "second")
    dispatch.discard("a")
    assert dispatch.leave("second") == Verdict()
    assert dispatch.n_waiting == 0


def test_a_suspect_waits_for_the_child_that_starts_and_others_go_on():
    dispatch = one_child("a")
    gives(dispatch, "first")
    dispatch.leave("first")
    dispatch.join("other", capacity=1, on_gpu=False)
    gives(dispatch, "other")
    dispatch.leave("other")  # fresh: one death
    dispatch.join("old", capacity=2, on_gpu=False)
    dispatch.add("b")
    assert gives(dispatch, "old")[0] == ["a"]
    dispatch.leave("old")  # guilty
    dispatch = one_child("a", "b", capacity=1)
    gives(dispatch, "first")
    dispatch.finish("first", "a")
    gives(dispatch, "first")
    dispatch.leave("first")
    dispatch.join("second", capacity=1, on_gpu=False)
    gives(dispatch, "second")
    dispatch.leave("second")
    dispatch.add("c")
    dispatch.join("old", capacity=1, on_gpu=False)
    dispatch._children["old"].is_fresh = False
    assert gives(dispatch, "old", n_starting=1) == (["c"], NOTHING)


def test_a_suspect_does_not_wait_for_ever_while_all_children_are_busy():
    dispatch = Dispatch()
    for picture in range(4):
        dispatch.add(picture)
    for child in "ab":
        dispatch.join(child, capacity=2, on_gpu=False)
        gives(dispatch, child)
    dispatch.leave("a")
    dispatch.join("a2", capacity=2, on_gpu=False)
    assert gives(dispatch, "a2")[0] == [0]
    dispatch.finish("a2", 0)
    dispatch.discard(1)
    for picture in range(10, 14):
        dispatch.add(picture)
    assert gives(dispatch, "a2")[0] == [10, 11]
    dispatch.leave("b")  # 2 and 3 are suspects, and the only child is busy
    dispatch.join("b2", capacity=2, on_gpu=False)
    gives(dispatch, "b2")
    dispatch.leave("b2")
    dispatch.finish("a2", 10)
    assert gives(dispatch, "a2") == ([], NOTHING), "it has to become empty"
    dispatch.finish("a2", 11)
    assert gives(dispatch, "a2", n_starting=1)[0] == [3]
    assert gives(dispatch, "a2")[0] == []


def test_of_two_idle_children_the_fresh_one_takes_the_suspect():
    dispatch = one_child("a", capacity=1)
    gives(dispatch, "first")
    dispatch.leave("first")
    dispatch.join("second", capacity=1, on_gpu=False)
    gives(dispatch, "second")
    dispatch.leave("second")
    dispatch.join("old", capacity=1, on_gpu=False)
    dispatch._children["old"].is_fresh = False
    dispatch.join("fresh", capacity=1, on_gpu=False)
    assert gives(dispatch, "old") == ([], NOTHING)
    assert gives(dispatch, "fresh") == (["a"], NOTHING)


# --- children that die at every picture ---


def convict(dispatch, names):
    """Have children die until somebody is guilty."""
    while True:
        child = next(names)
        dispatch.join(child, capacity=1, on_gpu=False)
        gives(dispatch, child)
        verdict = dispatch.leave(child)
        if verdict.guilty:
            return verdict


def test_a_guilty_picture_before_any_text_wants_a_probe_and_a_guilty_probe_is_the_end():
    dispatch, names = one_child("a", "b"), iter(range(100))
    gives(dispatch, "first")
    dispatch.leave("first")
    verdict = convict(dispatch, names)
    assert (verdict.guilty[0][0], verdict.wants_probe, verdict.is_hopeless) == ("a", True, False)
    dispatch.probe("probe")
    verdict = convict(dispatch, names)
    assert (verdict.guilty[0][0], verdict.wants_probe, verdict.is_hopeless) == ("probe", False, True)


def test_the_probes_text_shows_that_it_is_the_pictures():
    dispatch, names = one_child("a", "b"), iter(range(100))
    gives(dispatch, "first")
    dispatch.leave("first")
    convict(dispatch, names)
    dispatch.probe("probe")
    dispatch.join("x", capacity=1, on_gpu=False)
    assert gives(dispatch, "x")[0] == ["probe"]
    dispatch.finish("x", "probe")
    assert gives(dispatch, "x")[0] == ["b"]


def test_after_a_text_it_takes_more_guilty_pictures_in_a_row():
    dispatch, names = one_child("first text", *range(MAX_GUILTY + 1), capacity=10), iter(range(100, 200))
    gives(dispatch, "first")
    dispatch.finish("first", "first text")
    dispatch.leave("first")
    found = [convict(dispatch, names) for _ in range(MAX_GUILTY)]
    assert [verdict.wants_probe for verdict in found] == [False] * (MAX_GUILTY - 1) + [True]


def test_all_pictures_that_are_wanted_can_be_taken_out():
    dispatch = one_child("a", "b", "c", capacity=2)
    gives(dispatch, "first")
    dispatch.discard("a")
    assert sorted(dispatch.drain()) == ["b", "c"]
    assert (dispatch.n_waiting, dispatch.child_of("b")) == (0, None)


def test_what_an_unknown_child_says_changes_nothing():
    dispatch = one_child("a")
    assert dispatch.finish("nobody", "a") == dispatch.leave("nobody") == dispatch.finish("first", "z") == Verdict()
    assert dispatch.n_waiting == 1


# --- anything that may happen ---


class Life(RuleBasedStateMachine):
    """Places with children that die of pictures, are killed, and are started again as the pool does it."""

    @initialize(gpus=st.lists(st.booleans(), min_size=1, max_size=4), capacity=st.integers(1, 4))
    def begin(self, gpus, capacity):
        self.dispatch, self.capacity = Dispatch(), capacity
        self.gpus = gpus
        self.ready = {}  # place: child
        self.starting = {}  # place: whether it comes without its GPU
        self.under_way = defaultdict(list)  # child: pictures
        self.given = defaultdict(list)  # child: pictures that it ever had
        self.on_gpu = {}
        self.kinds, self.open = {}, set()
        self.ends = {}  # picture: "text" or "guilty"
        self.proof = defaultdict(list)  # picture: children that died fresh, with it alone
        self.cancelled = set()
        self.n_children = self.n_pictures = 0
        self.is_over = False
        self.probes = set()

    # what the pool does

    def act(self):
        for place, child in list(self.ready.items()):
            while True:
                action, picture = self.dispatch.next_action(child, n_starting=len(self.starting))
                if action is NOTHING:
                    break
                if action is RESTART:
                    assert not self.under_way[child]
                    assert self.dispatch.leave(child) == Verdict()
                    del self.ready[place]
                    self.start(place)
                    break
                assert picture in self.open
                assert not any(picture in each for each in self.under_way.values())
                self.under_way[child].append(picture)
                self.given[child].append(picture)
                assert len(self.under_way[child]) <= self.capacity
        if self.dispatch.n_waiting:
            for place in range(len(self.gpus)):
                if place not in self.ready and place not in self.starting:
                    self.start(place)

    def start(self, place):
        is_coming = any(self.starting.values())
        self.starting[place] = self.dispatch.needs_cpu and not is_coming and self.gpus[place]

    def judge(self, verdict, died=None):
        for picture, child in verdict.guilty:
            assert picture in self.open, "guilty twice"
            assert len(self.proof[picture]) >= 2
            assert child == self.proof[picture][-1]
            assert died is None or not self.on_gpu[died], "the CPU was not asked"
            self.close(picture, "guilty")
        for child in verdict.gpu_deaths:
            assert self.on_gpu[child]
        if verdict.is_hopeless:
            assert self.probes & {picture for picture, _ in verdict.guilty}
            self.is_over = True
        elif verdict.wants_probe:
            picture = self.new("good")
            self.probes.add(picture)
            self.dispatch.probe(picture)

    def new(self, kind):
        self.n_pictures += 1
        self.kinds[self.n_pictures] = kind
        self.open.add(self.n_pictures)
        return self.n_pictures

    def close(self, picture, how):
        self.open.remove(picture)
        self.ends[picture] = how

    def kills(self, child, picture):
        kind = self.kinds[picture]
        return kind == "bad" or (kind == "bad on gpu" and self.on_gpu[child])

    def die(self, place):
        child = self.ready.pop(place)
        pictures = self.under_way.pop(child, [])
        if len(pictures) == 1 and self.given[child] == pictures and self.dispatch.is_alone(child):
            self.proof[pictures[0]].append(child)
        for picture in set(pictures) & self.cancelled:
            self.open.discard(picture)
        verdict = self.dispatch.leave(child)
        assert verdict.gpu_deaths == ()
        self.judge(verdict, died=child)

    def arrive(self, place):
        without = self.starting.pop(place)
        self.n_children += 1
        child = f"child {self.n_children}"
        self.ready[place], self.on_gpu[child] = child, self.gpus[place] and not without
        self.dispatch.join(child, capacity=self.capacity, on_gpu=self.on_gpu[child], is_stopgap=without)

    def end(self, place, picture):
        """What comes of a picture in its child: a text, or the child's death."""
        child = self.ready[place]
        if self.kills(child, picture):
            self.die(place)
            return
        self.under_way[child].remove(picture)
        if picture in self.cancelled:
            self.dispatch.finish(child, picture, has_text=False)
            self.open.discard(picture)
            return
        self.close(picture, "text")
        verdict = self.dispatch.finish(child, picture)
        if verdict.gpu_deaths:
            assert not self.on_gpu[child]
            assert set(verdict.gpu_deaths) <= set(self.proof[picture])
        self.judge(verdict)

    # what may happen

    @precondition(lambda self: not self.is_over)
    @rule(kind=st.sampled_from(["good", "good", "good", "bad", "bad on gpu"]))
    def add(self, kind):
        self.dispatch.add(self.new(kind))
        self.act()

    @precondition(lambda self: self.starting and not self.is_over)
    @rule(data=st.data())
    def child_is_ready(self, data):
        self.arrive(data.draw(st.sampled_from(sorted(self.starting))))
        self.act()

    @precondition(lambda self: any(self.under_way.values()) and not self.is_over)
    @rule(data=st.data())
    def picture_ends(self, data):
        places = [place for place, child in self.ready.items() if self.under_way[child]]
        place = data.draw(st.sampled_from(places))
        self.end(place, data.draw(st.sampled_from(self.under_way[self.ready[place]])))
        self.act()

    @precondition(lambda self: self.ready and not self.is_over)
    @rule(data=st.data())
    def child_is_killed(self, data):
        self.die(data.draw(st.sampled_from(sorted(self.ready))))
        self.act()

    @precondition(lambda self: self.open and not self.is_over)
    @rule(data=st.data())
    def picture_is_cancelled(self, data):
        wanted = sorted(self.open - self.cancelled - self.probes)
        if not wanted:
            return
        picture = data.draw(st.sampled_from(wanted))
        self.dispatch.discard(picture)
        self.cancelled.add(picture)
        if not any(picture in each for each in self.under_way.values()):
            self.open.remove(picture)
        self.act()

    @precondition(lambda self: any(self.starting.values()) and not self.is_over)
    @rule()
    def stopgap_cannot_load(self):
        place = next(place for place, without in self.starting.items() if without)
        del self.starting[place]
        self.judge(self.dispatch.convict_untried())
        self.act()

    @precondition(lambda self: self.is_over)
    @rule()
    def nothing_comes_after_the_end(self):
        pass

    @invariant()
    def every_picture_is_somewhere(self):
        if not hasattr(self, "open") or self.is_over:
            return
        held = [picture for each in self.under_way.values() for picture in each]
        assert len(held) == len(set(held))
        assert self.dispatch.n_waiting == len(self.open - set(held))

    def teardown(self):
        """With nobody to kill and cancel any more, everything comes to an end, and not after endless restarts."""
        if not hasattr(self, "open"):
            return
        before, n_open = self.n_children, len(self.open)
        steps = 0
        self.act()
        while self.open and not self.is_over:
            steps += 1
            assert steps < 100 * (n_open + 10), "it never ends"
            busy = [place for place, child in self.ready.items() if self.under_way[child]]
            if self.starting:
                self.arrive(min(self.starting))
            else:
                assert busy, "nobody does anything"
                self.end(busy[0], self.under_way[self.ready[busy[0]]][-1])
            self.act()
        assert self.n_children - before <= 8 * (n_open + 4)
        if not self.is_over:
            assert set(self.ends) | self.cancelled == set(self.kinds)
            for picture, how in self.ends.items():
                if self.kinds[picture] == "bad":
                    assert how == "guilty"


TestLife = pytest.mark.slow(Life.TestCase)
TestLife.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)


def test_whoever_has_least_of_what_it_can_have_is_the_least_busy():
    dispatch = Dispatch()
    dispatch.join("wide", capacity=8, on_gpu=False)
    dispatch.join("narrow", capacity=2, on_gpu=False)
    for picture in "abc":
        dispatch.add(picture)
    assert dispatch.busyness("wide") == dispatch.busyness("narrow") == dispatch.busyness("unknown") == 0.0
    dispatch.next_action("wide")
    dispatch.next_action("narrow")
    assert dispatch.busyness("wide") == 1 / 8
    assert dispatch.busyness("narrow") == 1 / 2
    dispatch.finish("narrow", "b")
    assert dispatch.busyness("narrow") == 0.0
