"""What is told of an attribute that an object lacks: what its class sets, and in which line."""

import numpy as np
import pytest

from coursekit.checking import AnswerError, Exercise, Local, judge
from coursekit.checking.attribute import attribute_story
from coursekit.checking.edits import source_of
from tests.checking.toy import HINTS


class Scaler:
    """Keeps the mean and the variance of a batch."""

    def __init__(self, x):
        self.running_mean = x.mean(0)
        self.running_var = x.var(0)

    def apply(self, x):
        return (x - self.running_mean) / self.running_var


def script(answer, rng):
    x = rng.uniform(1, 2, (5, 3))
    scaler = answer(x)
    yield "made", True
    yield "mean", scaler.get("running_mean")
    yield "variance", scaler.get("running_var")
    yield "applied", scaler.do("apply", x)


MEAN = "self.running_mean = x.mean(0)"
VAR = "self.running_var = x.var(0)"
MADE = "    def __init__"


def said(*changes):
    """What is told of the right class with these changes."""
    source, names = source_of(Scaler), {"__name__": "made"}
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    exec(compile(source, "<made>", "exec"), names)
    task = Exercise(Scaler, script, HINTS)
    return judge(task, Local(names["Scaler"], name="Scaler"), source=source)


@pytest.mark.parametrize(
    "changes, told",
    [
        (
            [(MEAN, "self.running_avg = x.mean(0)")],
            "Scaler has no `running_mean`, which is needed here. Its `__init__` sets "
            "`running_avg`: `self.running_avg = x.mean(0)`. Is `running_mean` meant?",
        ),
        (
            [(MEAN, "setattr(self, 'runing_mean', x.mean(0))")],
            "Scaler has no `running_mean`, which is needed here. Its `__init__` sets "
            "`runing_mean`: `setattr(self, 'runing_mean', x.mean(0))`. Is `running_mean` meant?",
        ),
        (  # the right answer has a `running_var`, too: it is no slip for the other
            [(MEAN, "self.kept = x")],
            "Scaler has no `running_mean`, which is needed here. It sets `kept`, `running_var`.",
        ),
        (
            [(MEAN, f"if len(x) > 99: {MEAN}")],
            "Scaler has no `running_mean` when it is needed: `if len(x) > 99: "
            f"{MEAN}` in its `__init__` sets it; did that line run?",
        ),
        (  # which needs one to be there, and a declaration, set none
            [
                (MEAN, "self.total = 0"),
                (MADE, "    running_mean: float\n    def update(self):\n"
                 "        self.running_mean += 1\n"
                 "        self.running_mean = 0.9 * self.running_mean\n" + MADE),
            ],
            "Scaler has no `running_mean`, which is needed here. It sets `total`, `running_var`.",
        ),
        (
            [("def apply", "def aply")],
            "Scaler has no `apply`, which is needed here. It has `aply`: `def aply(self, x):`. "
            "Is `apply` meant?",
        ),
        (
            [("class Scaler", "class Base:\n    running_men = 0\n\nclass Scaler(Base)"),
             (MEAN, "pass"), (VAR, "pass")],
            "Scaler has no `running_mean`, which is needed here. It has `running_men`: "
            "`running_men = 0`. Is `running_mean` meant?",
        ),
        (
            [(MEAN, "pass"), (VAR, "pass"), ("def apply", "def f")],
            "Scaler has no `running_mean`, which is needed here.",
        ),
    ],
)  # fmt: skip
def test_what_the_check_asks_for_and_the_class_lacks_is_told_by_the_line_that_sets_another(
    changes, told
):
    result = said(*changes)
    assert result.status == "error" and " raised " not in result.message
    assert result.message.startswith(told)
    assert result.message.removeprefix(told).startswith(" It worked on: ")
    assert "left over" not in result.message


@pytest.mark.parametrize(
    "changes, told",
    [
        ([("- self.running_mean", "- self.runing_mean")], f"sets `running_mean`: `{MEAN}`."),
        (
            [("running_mean", "running_men"), (VAR, f"{VAR}; self.running_mean")],
            "sets `running_men`: `self.running_men = x.mean(0)`.",
        ),
    ],
)
def test_where_the_learners_own_line_asks_that_line_is_told_first(changes, told):
    message = said(*changes).message
    line, _, rest = message.partition(" raised AttributeError: 'Scaler' object has no attribute ")
    assert " of Scaler" in line and "Scaler has no" not in rest
    assert f"Scaler's `__init__` {told} Is that meant?" in rest


def test_a_property_that_could_not_give_it_is_not_said_to_be_lacking():
    source = source_of(Scaler).replace(f"        {MEAN}\n", "").replace(
        MADE, f"    @property\n    def running_mean(self):\n        return self.men\n\n{MADE}"
    )  # fmt: skip
    words = "'Scaler' object has no attribute 'running_mean'"  # as torch's modules say of it
    end = AnswerError("AttributeError", words, kinds=["AttributeError"])
    assert attribute_story(end, Exercise(Scaler, script, HINTS), source) == (
        "`running_mean` of Scaler is needed, and `def running_mean(self):` could not give it; is "
        "something missing in there?"
    )
    assert attribute_story(AnswerError("ValueError", words), None, source) == ""


def test_of_hidden_inputs_a_learner_reads_none_of_it():
    found = said((MEAN, "self.running_avg = x.mean(0)"))
    assert found.difference.blind == "it raised AttributeError on a hidden case."


def test_a_right_class_is_told_nothing_and_a_source_that_nobody_has_costs_nothing():
    assert said().passed

    class Lacks:
        def __init__(self, x):
            self.running_men = np.mean(x)

    result = judge(Exercise(Scaler, script, HINTS), Local(Lacks, name="Scaler"))
    assert result.message.startswith("Scaler raised AttributeError: 'Lacks' object has no")
