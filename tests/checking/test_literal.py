import numpy as np
import pytest
import torch

from coursekit.checking.shown.literal import ENTRIES, WIDTH, literal

SMALL = [
    None, True, 3, "it's", 0.1, float("inf"), 1e300, 1 + 2j, np.float32(0.1), np.int8(3),
    np.arange(6.0).reshape(2, 3), np.array([1, 2], "i4"), np.array([True]), np.zeros((0, 3), "f4"),
    np.array(2.5), np.linspace(0, 1, 40), [1, (2.5,), {"a": np.ones(2)}], (), {}, [[]],
    {"k": [1.0] * 30}, [0.123456789] * 20,
]  # fmt: skip


@pytest.mark.parametrize("value", SMALL, ids=repr)
def test_the_code_makes_the_value_again(value):
    text = literal(value)
    again = eval(text, {"np": np, "torch": torch})
    assert type(again) is type(value)
    if isinstance(value, np.ndarray):
        assert again.dtype == value.dtype and again.shape == value.shape
    np.testing.assert_equal(again, value)
    assert max(map(len, text.splitlines())) <= WIDTH + 4


@pytest.mark.parametrize(
    "value",
    [torch.ones(2, 2), torch.tensor([1, 2]), torch.ones(1, dtype=torch.float64),
     torch.ones(2, requires_grad=True), torch.tensor(float("nan")), torch.zeros(0, 2)],
    ids=repr,
)  # fmt: skip
def test_tensors_too(value):
    again = eval(literal(value), {"np": np, "torch": torch})
    assert again.dtype == value.dtype and again.requires_grad == value.requires_grad
    assert torch.equal(torch.nan_to_num(again), torch.nan_to_num(value))


@pytest.mark.parametrize(
    "value",
    [np.zeros(ENTRIES + 1), torch.zeros(ENTRIES + 1), [0.0] * (ENTRIES + 1), "x" * 3 * WIDTH, len,
     [1, object()], {(1, 2): 3}, np.array(["a"]), np.ones(2, ">f8"), type("L", (list,), {})()],
    ids=type,
)  # fmt: skip
def test_what_is_long_or_no_plain_value_has_none(value):
    assert literal(value) is None
