"""Plans of experiments: what makes one unfair is found, whatever its numbers are."""

import re

import numpy as np
import pytest

from coursekit.checking import entries, plans
from coursekit.checking.edits import read
from coursekit.exercises import load

FORM = plans.Form(arms=("plain", "normed"))


def plan(runs=60, **changed):
    rates = [0.01, 0.03, 0.1, 0.3]
    return {
        "arms": ["plain", "normed"],
        "rates": {"plain": rates, "normed": rates},
        "tuning_seeds": [900],
        "rate_chosen_by": "training loss",
        "seeds": list(range((runs - 14) // 2)),
        "steps": {"plain": 100, "normed": 100},
        "batch_size": {"plain": 64, "normed": 64},
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": 1.0,
    } | changed


class Answer:
    """One that gives the same plan for any number of runs, or what a function says."""

    doing = ""

    def __init__(self, value):
        self.value = value

    def __call__(self, runs):
        return self.value(runs) if callable(self.value) else self.value


def seen(value, form=FORM):
    """What is not fair in a plan: label -> verdict, without the number of runs."""
    found = plans.script(form)(Answer(value), np.random.default_rng(0))
    return {
        re.sub(r" \(\d+ runs\)", "", label): said
        for label, said in found
        if not isinstance(said, str | dict) or said not in (plans.FAIR, entries.ENTRIES)
    }


def test_a_fair_plan_is_fair_with_few_runs_and_with_many():
    assert seen(plan) == {}
    assert seen(plan(40)) == {}
    for seed in range(20):
        drawn = plans.drawn(FORM)(Answer(plan), np.random.default_rng(seed))
        assert all(said in (plans.FAIR, entries.ENTRIES) for _, said in drawn)


@pytest.mark.parametrize(
    "same",
    [
        {"arms": ("normed", "plain")},
        {"arms": {"normed", "plain"}},
        {"arms": frozenset(("normed", "plain"))},
        {"arms": {"normed": 1, "plain": None}},
        {"batch_size": {"normed": 16, "plain": 16}},
        {"batch_size": {"normed": 1000, "plain": 1000}},
        {"seeds": range(5)},
        {"seeds": np.arange(7)},
        {"seeds": {1, 2, 3, 4, 5}},
        {"seeds": [1.0, 2.0, 3.0, 4.0, 5.0]},
        {"rates": {"normed": np.geomspace(0.01, 1, 5), "plain": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)}},
        {"rates": {"normed": [0.3, 0.01, 0.1, 0.03], "plain": [0.01, 0.04, 0.16, 0.64]}},
        {"rate_chosen_by": "validation accuracy"},
        {"steps": {"normed": np.int64(50), "plain": 50.0}},
        {"bar": 5},
        {"bar": np.float32(0.5)},
    ],
)
def test_the_same_in_other_containers_and_other_fair_choices_pass(same):
    assert seen(lambda runs: plan(runs) | same) == {}


@pytest.mark.parametrize(
    "changed, label, said",
    [
        ({"arms": ["normed"]}, "the comparison", "without plain"),
        ({"arms": ["plain", "normed", "other"]}, "the comparison", "not what the question"),
        ({"rates": {"plain": [0.1], "normed": [0.1]}}, "the search for a rate", "one rate for all"),
        ({"rates": {"plain": [0.1], "normed": [1]}}, "the search for a rate", "no search"),
        (
            {"rates": {"plain": [0.1], "normed": [0.01, 0.02, 0.04, 0.08, 0.16]}},
            "the search",
            "some arms only",
        ),
        (
            {
                "rates": {
                    "plain": [0.01, 0.02, 0.04, 0.08, 0.16],
                    "normed": [0.01, 0.03, 0.09, 0.27],
                }
            },
            "the search",
            "longer",
        ),
        (
            {"rates": {"plain": [0.1, 0.3, 0.9], "normed": [0.1, 0.3, 0.9]}},
            "the search",
            "fewer than 4",
        ),
        (
            {"rates": {"plain": [0.1, 0.3, 0.9, 0.9], "normed": [0.1, 0.3, 0.9, 0.9]}},
            "the search",
            "fewer than 4",
        ),
        (
            {"rates": {"plain": [0.01, 0.02, 0.04, 0.2], "normed": [0.01, 0.02, 0.04, 0.16]}},
            "the search",
            "too coarse",
        ),
        (
            {"rates": {"plain": [0.01, 0.02, 0.03, 0.04], "normed": [0.01, 0.03, 0.09, 0.27]}},
            "the search",
            "too narrow",
        ),
        ({"rates": {arm: [1, 2, 4, 10] for arm in ("plain", "normed")}}, "the size of", "above 3"),
        (
            {"rates": {arm: [3e-5, 1e-4, 3e-4, 1e-3] for arm in ("plain", "normed")}},
            "the size of",
            "below 0.0001",
        ),
        ({"tuning_seeds": [3]}, "the tuning", "on seeds that are reported"),
        ({"rate_chosen_by": "test accuracy"}, "the choice of the rate", "by the test set"),
        ({"seeds": [5]}, "the number of seeds", "one"),
        ({"seeds": [5, 6, 7, 8]}, "the number of seeds", "below 5"),
        ({"seeds": [5, 6, 7, 8, 9, 9]}, "the number of seeds", "counts twice"),
        ({"steps": {"plain": 100, "normed": 200}}, "the budget in steps", "larger for one arm"),
        ({"batch_size": {"plain": 64, "normed": 32}}, "the budget in samples", "larger"),
        ({"steps": {"plain": 1, "normed": 1}}, "the number of steps", "below 50"),
        ({"steps": {"plain": 501, "normed": 501}}, "the number of steps", "above 500"),
        ({"batch_size": {"plain": 1, "normed": 1}}, "the size of a batch", "below 16"),
        ({"batch_size": {"plain": 1500, "normed": 1500}}, "the size of a batch", "above 1000"),
        ({"lost_runs": "leave out"}, "the fate of lost runs", "leave out"),
        ({"report": "best run of each arm"}, "the report", "best run"),
        ({"bar": 0}, "the bar", "below"),
        ({"bar": 120}, "the bar", "above"),
        ({"seeds": list(range(30))}, "the cost", "more than there is"),
    ],
)
def test_what_is_unfair_is_said_and_nothing_else(changed, label, said):
    found = seen(lambda runs: plan(40) | changed)
    [(where, why)] = found.items()
    assert where.startswith(label) and said in why


@pytest.mark.parametrize(
    "wrong",
    [
        {"seeds": "ten"}, {"seeds": 5}, {"seeds": []}, {"seeds": [0.5]}, {"seeds": [[1, 2]]},
        {"seeds": [float("inf")]}, {"seeds": [True, False]}, {"seeds": {1, "a"}},
        {"rates": [0.1, 0.2]}, {"rates": {"plain": [0.1]}}, {"rates": {"plain": 0.1, "normed": 1}},
        {"rates": {"plain": [0.1, -1], "normed": [1]}}, {"steps": 100},
        {"steps": {"plain": 0, "normed": 0}}, {"steps": {"plain": 1.5, "normed": 1.5}},
        {"bar": None}, {"bar": "2"}, {"bar": [1, 2]}, {"bar": [1.0]}, {"report": np.ones(3)},
        {"report": "paired"}, {"arms": "plain"}, {"arms": [1, 2]}, {"arms": []}, {"more": 1},
        {"rates": {"plain": [], "normed": []}}, {"lost_runs": None}, {"seeds": object()},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_judged_no_further(wrong):
    found = seen(plan() | wrong)
    assert all(label.startswith("the plan") for label in found) and found


@pytest.mark.parametrize("value", [None, "a plan", 3, [1, 2], np.ones(2)])
def test_what_is_no_dict_is_handed_on_as_it_came(value):
    assert all(label.startswith("the plan") for label in seen(value))


def test_a_lesson_adds_rules_of_its_own():
    def even(form, plan, runs):
        return plans.FAIR if plan["batch_size"]["plain"] % 2 == 0 else "odd"

    form = FORM._replace(more=(("the batch", even),))
    assert seen(plan, form) == {}
    odd = {"batch_size": {"plain": 63, "normed": 63}}
    assert seen(lambda runs: plan(runs) | odd, form) == {"the batch": "odd"}


def test_the_cost_counts_tuning():
    assert plans.cost(plan(60)) == 2 * 4 + 2 * 23


def test_each_rule_is_broken_by_a_mistake_that_every_plan_shares():
    exercise = load("training_with_batchnorm")["fair_plan"]
    shared = [slip.name for slip in read(plans.mistakes())]
    form = plans.Form(arms=("none", "batch"))
    broken = {label for n in shared for label in seen(exercise.mistakes[n].function, form)}
    unread = {label for label in broken if label.startswith("the plan for")}
    assert broken - unread == {label for label, _ in plans.RULES} and unread
    assert len(shared) == len(set(shared)) >= 20
