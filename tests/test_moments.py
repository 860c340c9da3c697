import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursekit.errors import ArgumentError, ShapeError
from coursekit.moments import ALGORITHMS, EMPTY, Moments, error_study, merge, welford_update

every = pytest.mark.parametrize("algorithm", ALGORITHMS.values(), ids=ALGORITHMS)
X = np.random.default_rng(0).normal(3, 2, (5, 3, 4, 2))


@every
@pytest.mark.parametrize("axes", [None, 0, 1, -1, (0, 2), (0, 2, 3), (3, 1)], ids=str)
@pytest.mark.parametrize("ddof", [0, 1])
def test_mean_and_variance_match_numpy_over_any_axes(algorithm, axes, ddof):
    moments = algorithm(X, axes)
    np.testing.assert_allclose(moments.mean, X.mean(axes), rtol=1e-12)
    np.testing.assert_allclose(moments.variance(ddof), X.var(axes, ddof=ddof), rtol=1e-9)
    assert np.all(moments.n == X.size / X.var(axes).size)


@every
def test_a_mask_leaves_values_out_even_when_they_are_nan(algorithm):
    mask = np.arange(4)[None, None, :, None] < np.array([4, 1, 3, 2, 4])[:, None, None, None]
    x = np.where(mask, X, np.nan)
    moments = algorithm(x, (0, 2, 3), mask)
    kept = [x[:, c][np.broadcast_to(mask[:, 0], x[:, c].shape)] for c in range(3)]
    np.testing.assert_array_equal(moments.n, [len(k) for k in kept])
    np.testing.assert_allclose(moments.mean, [k.mean() for k in kept], rtol=1e-12)
    np.testing.assert_allclose(moments.variance(1), [k.var(ddof=1) for k in kept], rtol=1e-9)


@every
def test_a_mask_may_leave_nothing(algorithm):
    moments = algorithm(X, (0, 2, 3), np.array([True, False, True])[:, None, None])
    np.testing.assert_array_equal(moments.n, [40, 0, 40])
    with pytest.raises(ArgumentError, match=r"ddof = 0 needs more than 0 values; got n = 0"):
        moments.variance()


@every
@pytest.mark.parametrize("dtype, close", [("f2", 2e-2), ("f4", 1e-5), ("f8", 1e-12)])
def test_each_works_in_the_precision_of_x(algorithm, dtype, close):
    moments = algorithm(X.astype(dtype), (0, 2, 3))
    assert moments.mean.dtype == moments.m2.dtype == moments.variance().dtype == dtype
    np.testing.assert_allclose(moments.variance(), X.var((0, 2, 3)), rtol=close)


@pytest.mark.parametrize(
    "values, one_pass_says",
    [([10000, 10000.1, 10000.2], "negative"), ([12345.6] * 7, "negative"), ([4097, 4098, 4099], 0)],
)
def test_one_pass_in_float32_is_wrong_where_the_others_are_right(values, one_pass_says):
    x = np.array(values, np.float32)
    true = statistics.pvariance(map(float, x))
    for name, algorithm in ALGORITHMS.items():
        variance = algorithm(x).variance()
        if name != "one_pass":
            assert variance == pytest.approx(true, rel=1e-2, abs=1e-5)
        elif one_pass_says == "negative":
            assert variance < 0
        else:
            assert variance == one_pass_says


finite = st.floats(-1e3, 1e3)


@settings(max_examples=40)
@given(arrays(np.float64, st.integers(1, 20), elements=finite), st.integers(0, 20))
def test_merging_the_parts_gives_the_moments_of_the_whole(x, cut):
    for algorithm in ALGORITHMS.values():
        parts = [algorithm(part) if part.size else EMPTY for part in (x[:cut], x[cut:])]
        whole = merge(*parts)
        assert whole.n == len(x)
        assert whole.mean == pytest.approx(x.mean(), abs=1e-9)
        assert whole.m2 == pytest.approx(((x - x.mean()) ** 2).sum(), rel=1e-6, abs=1e-4)


def test_merging_two_constants_sees_that_their_means_differ():
    """The mean of the two variances is 0, the variance of all four values 25."""
    assert merge(Moments(2, 0.0, 0.0), Moments(2, 10.0, 0.0)) == (4, 5.0, 100.0)


def test_a_stream_of_arrays_goes_value_by_value():
    moments = EMPTY
    for image in X:
        moments = welford_update(moments, image)
    np.testing.assert_allclose(moments.mean, X.mean(0))
    np.testing.assert_allclose(moments.variance(1), X.var(0, ddof=1))


def test_a_variance_with_ddof_1_needs_two_values():
    with pytest.raises(ArgumentError, match=r"ddof = 1 needs more than 1 values; got n = 1"):
        welford_update(EMPTY, 3.0).variance(ddof=1)


def test_a_mask_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match=r"x of shape \(5, 3, 4, 2\); got \(5, 3\)"):
        ALGORITHMS["two_pass"](X, 0, np.ones((5, 3), bool))


def test_the_error_of_one_pass_grows_with_the_square_of_the_offset():
    """Each factor of 10 in the offset costs two digits; two_pass pays nothing until 1e5."""
    study = error_study(offsets=(1e1, 1e2, 1e3), size=64, seeds=5)
    errors = {(e.algorithm, e.dtype, e.offset): e.error for e in study}
    assert len(study) == len(errors) == 5 * 2 * 3
    for dtype in ("float32", "float64"):
        growth = errors["one_pass", dtype, 1e3] / errors["one_pass", dtype, 1e1]
        assert 1e3 < growth < 1e5
        assert errors["two_pass", dtype, 1e3] < 100 * np.finfo(dtype).eps


def test_the_error_study_counts_overflow_in_float16_as_an_error():
    study = {e.algorithm: e for e in error_study((300.0,), ("float16",), size=300, seeds=1)}
    assert study["one_pass"].error == study["two_pass"].error == np.inf  # the sum is past 65504
    assert study["welford"].error < 0.2


@every
def test_complex_numbers_are_refused(algorithm):
    with pytest.raises(ArgumentError, match="must be real; got complex128"):
        algorithm(X * 1j)
    with pytest.raises(ArgumentError, match="must be real; got complex128"):
        welford_update(EMPTY, 1j)
