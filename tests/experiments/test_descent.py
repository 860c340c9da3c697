"""Steps that are counted, against steps that are taken."""

import numpy as np
import pytest

from coursekit.exercises.scaling_inputs.hessian_condition import hessian_condition
from coursekit.exercises.scaling_inputs.zca_whiten import zca_whiten
from coursekit.experiments import descent

TABLES = descent.tables()


def taken(X, y, lr, share):
    """Walk until only this share of the excess loss is left."""
    w, best = np.zeros((X.shape[1], y.shape[1])), np.linalg.lstsq(X, y, rcond=None)[0]
    start = ((X @ best) ** 2).sum()
    for step in range(100_000):
        if ((X @ (w - best)) ** 2).sum() <= share * start:
            return step
        w = w - lr * X.T @ (X @ w - y) / len(X)
    raise AssertionError("it does not arrive")


@pytest.fixture
def standardized_wine():
    x, y = TABLES["wine"]
    shift, matrix = descent.transform("standardized", x)
    return descent.design((x - shift) @ matrix), y - y.mean(axis=0)


@pytest.mark.parametrize("fraction", [0.2, 0.5, 0.95])
@pytest.mark.parametrize("share", [0.1, 1e-2, 1e-6])
def test_counting_steps_gives_the_number_that_walking_takes(standardized_wine, fraction, share):
    X, y = standardized_wine
    loss = descent.bowl(X, y)
    lr = fraction * 2 / loss.curvature[0]
    assert descent.steps_to(loss, lr, share) == taken(X, y, lr, share)


def test_the_bowl_has_the_curvatures_and_the_excess_of_the_loss(standardized_wine):
    X, y = standardized_wine
    loss = descent.bowl(X, y)
    np.testing.assert_allclose(loss.curvature[::-1], np.linalg.eigvalsh(X.T @ X / len(X)))
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    above = ((y**2).sum() - ((X @ best - y) ** 2).sum()) / (2 * len(X))
    assert loss.excess.sum() == pytest.approx(above)
    assert hessian_condition.right(X) == pytest.approx(loss.curvature[0] / loss.curvature[-1])


def test_the_best_rate_is_never_worse_than_one_of_those_tried(standardized_wine):
    loss = descent.bowl(*standardized_wine)
    fewest = descent.fewest_steps(loss, 1e-3)
    assert fewest == min(
        descent.steps_to(loss, f * 2 / loss.curvature[0], 1e-3) for f in descent.FRACTIONS
    )


@pytest.mark.parametrize("share", [1e-2, 1e-6])
@pytest.mark.parametrize("name", TABLES)
def test_no_start_needs_more_than_the_condition_number_promises(name, share):
    x, y = TABLES[name]
    shift, matrix = descent.transform("standardized", x)
    loss = descent.bowl(descent.design((x - shift) @ matrix), y - y.mean(axis=0))
    steepest, flattest = loss.curvature[0], loss.curvature[-1]
    promised = descent.steps_promised(steepest / flattest, share)
    assert descent.steps_to(loss, 2 / (steepest + flattest), share) <= np.ceil(promised)
    worst = loss._replace(excess=np.eye(len(loss.excess))[-1])  # all of it in the flattest one
    needed = descent.steps_to(worst, 2 / (steepest + flattest), share)
    assert needed == pytest.approx(promised, abs=1)


def test_each_arm_is_what_its_name_says():
    x, _ = TABLES["wine"]
    for arm in descent.ARMS:
        shift, matrix = descent.transform(arm, x)
        z = (x - shift) @ matrix
        assert np.allclose(z.mean(axis=0), 0) is (arm != "raw")
        assert np.allclose(z.std(axis=0), 1) is (arm in ("standardized", "whitened"))
        assert np.allclose(np.cov(z.T, bias=True), np.eye(13)) is (arm == "whitened")
    shift, matrix = descent.transform("whitened", x)
    np.testing.assert_allclose((x - shift) @ matrix, zca_whiten.right(x, 0), atol=1e-6)


def test_the_order_of_the_arms_holds_on_every_table_and_seed():
    for x, y in TABLES.values():
        found = descent.speed(x, y, range(2), [1e-2])
        raw, centred, standardized, whitened = found.steps[:, :, 0]
        assert (raw > centred).all()
        assert (centred > 100 * standardized).all() and (whitened == 1).all()
        assert found.kappa[3] == pytest.approx(1, abs=1e-4)


def test_weights_after_some_steps_are_those_of_a_walk(standardized_wine):
    X, y = standardized_wine
    lr, w = 1 / descent.bowl(X, y).curvature[0], np.zeros((X.shape[1], 3))
    for _ in range(25):
        w = w - lr * X.T @ (X @ w - y) / len(X)
    np.testing.assert_allclose(descent.weights_after(X, y, [25])[0], w, atol=1e-10)


def test_all_arms_end_at_the_same_model_and_only_the_way_differs():
    x, y = TABLES["wine"]
    found = descent.unexplained(x, y, [0], train=140, steps=[1, 10**12])[:, 0]
    np.testing.assert_allclose(found[:, 1], found[0, 1], rtol=1e-4)
    assert found[3, 0] == pytest.approx(found[0, 1], rel=1e-4)  # whitened: one step
    assert found[0, 0] > 0.8


def test_sixty_patients_are_too_few_for_whitening():
    x, y = TABLES["breast cancer"]
    found = descent.unexplained(x, y, range(5), train=60, steps=[10]).mean(axis=1)
    assert found[2] < 0.4 and found[3] > 0.7
