"""How a cause was found, read off verdicts that say it and verdicts that do not."""

import pytest

from coursekit.checking.result import Difference, Result
from coursekit.checking.told import CAUSES, OWN_FORWARD, TOLD, named, names, slips, told

SLIP_ = "slip_sign_1f3a9c04"


def verdict(status="failed", rung="values", **fields):
    return Result("f", "lesson", status, 0, 1, rung, "words", **fields)


@pytest.mark.parametrize(
    "fields, kind",
    [
        ({"status": "passed", "rung": ""}, ""),
        ({"status": "unsolved", "rung": ""}, ""),
        ({"status": "judge_failed", "rung": ""}, ""),
        ({"diagnosis": "eps_missing"}, "mistake"),
        ({"diagnosis": "eps_missing+unbiased"}, "pair"),
        ({"diagnosis": "eps_missing", "told": "output"}, "output"),
        ({"diagnosis": "eps_missing in dx"}, "output"),
        ({"diagnosis": "eps_missing in dx+unbiased in dgamma"}, "output"),
        ({"diagnosis": "eps_missing in most cases"}, "output"),
        ({"diagnosis": OWN_FORWARD}, "gradient"),
        ({"diagnosis": SLIP_, "explanation": "As if."}, "table"),
        ({"diagnosis": f"{SLIP_} in dx", "explanation": "As if."}, "table"),
        ({"diagnosis": f"eps_missing in dx+{SLIP_} in dgamma"}, "table"),
        ({"diagnosis": f"{SLIP_}+eps_missing"}, "table"),
        ({"diagnosis": f"{SLIP_}+{SLIP_}", "explanation": "As if."}, "table"),
        ({"diagnosis": SLIP_, "pattern": "yours = expected × 2"}, "story"),
        ({"diagnosis": f"{SLIP_}+{SLIP_}"}, "nothing"),
        ({"diagnosis": SLIP_, "status": "error", "rung": "runs"}, "crash"),
        ({"status": "error", "rung": "runs"}, "crash"),
        ({"status": "timeout", "rung": "runs"}, "crash"),
        ({"status": "missing", "rung": "defined"}, "gate"),
        ({"rung": "signature"}, "gate"),
        ({"pattern": "wrong only on: float32"}, "story"),
        ({"rung": "shape"}, "story"),
        ({"difference": Difference("values", "m", right_values=True)}, "story"),
        ({}, "nothing"),
    ],
)
def test_every_verdict_has_a_kind(fields, kind):
    assert told(verdict(**fields)) == kind
    assert kind == "" or kind in TOLD


def test_causes_are_kinds():
    assert set(CAUSES) < set(TOLD)


def test_names_are_told_apart_from_slips_that_have_none():
    both = f"eps_missing in dx+{SLIP_} in dgamma"
    assert named(both) == ["eps_missing"] and slips(both) == [SLIP_]
    assert names(both) == ["eps_missing", SLIP_]
    assert named(SLIP_) == [] and slips("eps_missing+slip_up") == []
    assert named("eps_missing+slip_up") == ["eps_missing", "slip_up"]


@pytest.mark.parametrize(
    "diagnosis, whole",
    [
        ("eps_missing", True),
        ("eps_missing+unbiased", True),
        (OWN_FORWARD, True),
        ("eps_missing in dx", False),
        ("eps_missing in most cases", False),
        (SLIP_, False),
        (f"eps_missing+{SLIP_}", False),
        (None, False),
    ],
)
def test_only_names_that_explain_all_are_the_cause(diagnosis, whole):
    assert verdict(diagnosis=diagnosis).named is whole
