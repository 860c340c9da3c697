"""How a cause was found, read off verdicts that say it and verdicts that do not."""

import pytest

from coursekit.checking.result import Difference, Result
from coursekit.checking.told import CAUSES, OWN_FORWARD, TOLD, named, told


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
        ({"diagnosis": "eps_missing in dx+slip_sign_1f3a in dgamma"}, "output"),
        ({"diagnosis": "slip_sign_1f3a"}, "table"),
        ({"diagnosis": OWN_FORWARD}, "gradient"),
        ({"diagnosis": "slip_sign_1f3a+eps_missing"}, "pair"),
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
    assert named("eps_missing in dx+slip_sign_1f3a in dgamma") == ["eps_missing"]
    assert named("slip_sign_1f3a") == []
