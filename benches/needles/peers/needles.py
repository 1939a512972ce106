"""Three needles as users of Hypothesis write them: how many test cases it needs for each.

In: the first seed, the count of seeds, the test cases of a search at most, and for each question
three words, NEEDLE WAY CASES_MAX, where CASES_MAX is what the settings of the test say: after so
many a search starts again, with another seed. Out: for each question and seed a line NEEDLE WAY
CASES_MAX SEED CASES SECONDS SHRUNK, where CASES are the calls of the test up to and with the first
that failed (0 if none did), SECONDS those of the processor, with shrinking, and SHRUNK is the last
that failed (`-` if none did). Or, for the word `version`: its version.

Hypothesis draws numbers that stand in the source of a test. So the only numbers here are those
that a user's test holds too: what is known to be least is known to the bench alone.
"""

import sys
import time

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings, target
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)


class Watch:
    """Counts the test cases of one search, and keeps the last that failed."""

    def __init__(self):
        self.calls = 0
        self.first = 0
        self.shrunk = "-"

    def see(self, numbers):
        """A test case failed with these numbers."""
        self.first = self.first or self.calls
        self.shrunk = ",".join(str(number) for number in numbers)


def interval(watch, aimed, numbers=st.floats(0, 1000)):
    """One real number in a millionth of its domain."""

    @given(rate=numbers)
    def test(rate):
        watch.calls += 1
        low, high = 618.033, 618.034
        if aimed:
            target(-max(low - rate, rate - high, 0.0))
        if low <= rate <= high:
            watch.see([rate])
            raise AssertionError

    return test


def thousandths(watch, aimed):
    """The same, drawn as a whole number of thousandths: the hill climber adds whole numbers."""
    return interval(watch, aimed, st.integers(0, 1_000_000).map(lambda n: n / 1000))


def conjunction(watch, aimed):
    """Three numbers of a hundred each, of which one combination is wrong."""
    percent = st.integers(0, 99)

    @given(quota=percent, tax=percent, audit=percent)
    def test(quota, tax, audit):
        watch.calls += 1
        if aimed:
            target(-(abs(quota - 37) + abs(tax - 62) + abs(audit - 11)))
        if quota == 37 and tax == 62 and audit == 11:
            watch.see([quota, tax, audit])
            raise AssertionError

    return test


def ladder(watch, aimed):
    """A ladder whose every rung is one move of five; a wrong move leads back to the ground."""

    class Ladder(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            watch.calls += 1
            self.level = 0
            self.highest = 0
            self.moves = []

        @rule(move=st.integers(0, 4))
        def step(self, move):
            self.moves.append(move)
            right = move == (self.level * 3 + 1) % 5
            self.level = min(7, self.level + 1) if right else 0
            self.highest = max(self.highest, self.level)

        @invariant()
        def below_the_top(self):
            if self.level >= 7:
                watch.see(self.moves)
                raise AssertionError

        def teardown(self):
            if aimed:
                target(self.highest)

    return Ladder


TESTS = {"interval": interval, "conjunction": conjunction, "ladder": ladder}


def search(needle, way, batch, number, cases_max):
    """One search, and its line."""
    watch = Watch()
    aimed = way != "plain"
    make = thousandths if way == "thousandths" else TESTS[needle]
    start = time.process_time()
    restart = 0
    while not watch.first and watch.calls < cases_max:
        chosen = settings(
            max_examples=min(batch, cases_max - watch.calls),
            stateful_step_count=12,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.target, Phase.shrink],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )
        test = seed(f"{number} {restart}")(make(watch, aimed))
        restart += 1
        try:
            if needle == "ladder":
                run_state_machine_as_test(test, settings=chosen)
            else:
                chosen(test)()
        except AssertionError:
            pass
    seconds = time.process_time() - start
    found = 0 < watch.first <= cases_max
    print(needle, way, batch, number, watch.first if found else 0, f"{seconds:.4f}",
          watch.shrunk if found else "-", flush=True)


def main():
    if sys.argv[1:] == ["version"]:
        print(hypothesis.__version__)
        return
    first, seeds, cases_max = (int(word) for word in sys.argv[1:4])
    for needle, way, batch in zip(sys.argv[4::3], sys.argv[5::3], sys.argv[6::3]):
        for number in range(first, first + seeds):
            search(needle, way, int(batch), number, cases_max)


main()
