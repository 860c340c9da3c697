"""Plans, carried out."""

import pytest

from coursekit.checking import plans
from coursekit.exercises import load
from coursekit.experiments import planned

PLAN = load("training_with_batchnorm")["fair_plan"].right(40)
SMALL = PLAN | {
    "rates": {"none": [0.3, 0.003], "batch": [0.01, 0.1, 0.03]},
    "tuning_seeds": [900],
    "seeds": [1, 2],
}


@pytest.mark.parametrize("choice", ["training loss", "validation accuracy"])
def test_each_arm_gets_a_rate_that_it_tried_and_seeds_are_paired(choice):
    outcome = planned.measure(SMALL | {"rate_chosen_by": choice}, steps=25)
    assert outcome.rate["none"] == 0.003 and outcome.rate["batch"] in SMALL["rates"]["batch"]
    assert "none" in outcome.edge
    assert {values.shape for values in outcome.accuracy.values()} == {(2,)}
    gains = outcome.accuracy["batch"] - outcome.accuracy["none"]
    assert outcome.gain == pytest.approx(gains.mean())


def test_the_verdict_needs_the_whole_interval():
    assert planned.verdict(5, 2, bar=2) == "holds"
    assert planned.verdict(1, 0.5, bar=2) == "fails"
    assert planned.verdict(2.5, 1, bar=2) == "undecided"


def test_validation_images_are_no_test_images():
    problem = planned.digits()
    apart = planned._apart(problem)
    assert len(apart.x) + len(apart.x_test) == len(problem.x)
    assert len(apart.x_test) == planned.VALIDATION


def test_the_largest_batch_of_a_plan_is_all_that_validation_leaves():
    largest = plans.BATCH[1]
    assert largest == len(planned._apart(planned.digits()).x)
    batches = {"batch_size": {"none": largest, "batch": largest}}
    choice = {"rate_chosen_by": "validation accuracy"}
    assert planned.measure(SMALL | batches | choice, steps=2).verdict
