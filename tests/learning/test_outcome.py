from coursekit import exercises
from coursekit.checking import judge
from coursekit.checking.local import Local
from coursekit.learning import outcome

TASK = exercises.load("mean_and_variance")["batch_var"]


def refused():
    return judge(TASK, Local(lambda x, ddof=0: x.var(0, ddof=1), name="batch_var"))


def test_before_the_last_hint_a_verdict_is_shown_as_it_is():
    result = refused()
    assert outcome.shown(TASK, result) is result


def test_a_fault_of_ours_costs_no_verdict(monkeypatch):
    def fail(*told):
        raise RuntimeError("ours")

    monkeypatch.setattr(outcome.session, "checked", fail)
    monkeypatch.setattr(outcome, "with_code", fail)
    monkeypatch.setattr(outcome, "hints_at", lambda name: 99)
    result = refused()
    assert outcome.reported(TASK, result, None, None) is result
    assert outcome.shown(TASK, result) is result
