"""Several slips at once: what each explains a part of, tried together within limits."""

import pytest

from coursekit.checking import Exercise, Local, judge
from coursekit.checking.naming import combined
from coursekit.checking.naming.cover import wrong_in
from coursekit.checking.naming.store import table
from coursekit.checking.panel import text
from coursekit.checking.trace import observe
from tests.checking.toy import HINTS
from tests.checking.two_outputs import make


def cases(rng):
    for label, options in [("plain", ()), ("shifted", (3.0,)), ("other way", (1.0, True)),
                           ("both", (4.0, True)), ("both again", (5.0, True))]:  # fmt: skip
        yield label, (rng.standard_normal(4) + 3, *options)


def script(answer, rng):
    for label, args in cases(rng):
        yield label, answer(*args)


def line(x, shift=1.0, turned=False):
    """Twice x (N,) and a shift; with turned, its square."""
    y = 2 * x + shift
    return y**2 if turned else y


def exercise(mistakes=""):
    made = Exercise(line, script, HINTS, points=2, cases=cases)
    if mistakes:
        made.edits(mistakes)
    return made


NAMED = "never_turned: You never looked at turned.\n- y**2 if turned else y\n+ y\n"


def two_slips(x, shift=1.0, turned=False):
    return 2 * x + 1.0


@pytest.mark.parametrize("seed", [0, 4])
def test_a_named_slip_and_one_without_a_name_are_told_together(seed):
    result = judge(exercise(NAMED), Local(two_slips, name="line"), seed=seed)
    assert result.diagnosis.startswith("never_turned+slip_")
    assert "It is as if several things came together. You never looked at turned." in text(result)


def looked_at():
    task = exercise(NAMED)
    trace = observe(task, Local(two_slips, name="line"), 0)
    return wrong_in(task, trace, 0), trace, table(task)


def test_what_covers_everything_is_tried_first():
    mine, trace, rows = looked_at()
    first = next(combined._likely(mine, rows))
    assert len(first) == 2 and combined.behaves(mine, first, trace)
    assert combined.PARTS == 4


def test_no_more_are_tried_than_there_is_time_for(monkeypatch):
    tried = []
    monkeypatch.setattr(combined, "behaves", lambda *args: tried.append(args))
    assert combined.combined(*looked_at()) is None
    assert 1 < len(tried) <= combined.TRIES == 400
    tried.clear()
    monkeypatch.setattr(combined, "SECONDS", -1.0)
    assert combined.combined(*looked_at()) is None and len(tried) == 1


def test_two_slips_in_one_line_that_hide_each_other_keep_their_verdict():
    result = judge(make(), Local(lambda x, *rest: (x, x.mean(1), x.var(1)), name="moved"))
    assert result.status == "failed" and "Diagnosis" not in text(result)
