import numpy as np
import pytest
import torch
from torch import nn

from coursekit.checking import AnswerError, Local, Unsolved
from coursekit.checking.compare import compare
from coursekit.checking.local import parameters


def test_arguments_are_copied_and_changes_are_noticed():
    x = np.ones(3)

    def doubles(x, scale=2):
        x *= scale
        return x

    answer = Local(doubles)
    np.testing.assert_array_equal(answer(x), 2 * np.ones(3))
    np.testing.assert_array_equal(x, np.ones(3))
    assert answer.mutated == {0} and answer.parameters == ["x", "scale="]


def test_changes_inside_containers_and_tensors_are_noticed():
    def writes(pair, tensor):
        pair[1]["a"][0] = 9
        tensor.zero_()

    answer = Local(writes)
    answer((1, {"a": np.ones(2)}), torch.ones(2))
    assert answer.mutated == {0, 1}


def test_an_error_tells_the_learners_own_line():
    def divides(x):
        y = x + 1
        return y / np.linalg.inv(np.zeros((2, 2)))

    with pytest.raises(AnswerError) as error:
        Local(divides)(1.0)
    assert error.value.kind == "LinAlgError" and error.value.where.startswith("line 3: return y /")


def test_an_error_in_a_class_tells_the_method():
    class Layer:
        def __init__(self, n):
            self.n = n

        def __call__(self, x):
            return x / self.missing

    with pytest.raises(AnswerError) as error:
        Local(Layer)(3)(np.ones(3))
    assert error.value.where == "__call__: return x / self.missing"


def test_arrays_of_text_and_objects_are_compared_too():
    def writes(words):
        words[0] = "changed"

    for words in (np.array(["a", "b"]), np.array([None, "b"], object)):
        answer = Local(writes)
        answer(words)
        assert answer.mutated == {0}


def test_a_stub_anywhere_below_is_unsolved():
    def helper():
        raise NotImplementedError

    with pytest.raises(Unsolved):
        Local(lambda: helper())()


@pytest.mark.parametrize(
    "function, expected",
    [
        (lambda x, eps=1, *rest, **more: x, ["x", "eps=", "*rest", "**more"]),
        (nn.Identity, ["*args", "**kwargs"]),
        (len, ["obj"]),
        (dict, None),
    ],
)
def test_parameters_are_names(function, expected):
    assert parameters(function) == expected


def test_a_class_is_constructed_and_held():
    layer = Local(nn.BatchNorm1d)(3, eps=0.3, momentum=0.4)
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    y = layer(x)
    assert not y.isnan().any() and layer.get("momentum") == 0.4
    torch.testing.assert_close(layer.get("running_mean"), 0.4 * x.mean(0))
    layer.do("eval")
    assert not torch.equal(layer(x), y)
    assert sorted(layer.do("state_dict")) == [
        "bias", "num_batches_tracked", "running_mean", "running_var", "weight",
    ]  # fmt: skip


def test_a_copy_lives_its_own_life():
    layer = Local(nn.BatchNorm1d)(2)
    twin = layer.copy()
    twin(torch.randn(4, 2))
    assert twin.get("num_batches_tracked") == 1 and layer.get("num_batches_tracked") == 0


def test_vjp_gives_the_gradients_of_a_random_cotangent():
    layer = Local(nn.Linear)(3, 2, dtype=torch.float64)
    x, dy = torch.randn(5, 3, dtype=torch.float64), torch.randn(5, 2, dtype=torch.float64)
    found = layer.vjp(x, dy)
    torch.testing.assert_close(found["x"], dy @ layer.get("weight").detach())
    torch.testing.assert_close(found["weight"], dy.T @ x)
    torch.testing.assert_close(found["bias"], dy.sum(0))


def test_no_grad_reaches_the_layer():
    layer = Local(nn.Linear)(3, 2)
    assert layer(torch.ones(1, 3)).requires_grad
    assert not layer(torch.ones(1, 3), no_grad=True).requires_grad


def test_an_opaque_value_is_held_and_given_back():
    class Memory:
        pass

    def forward(x):
        memory = Memory()
        memory.x = x
        return 2 * x, memory

    def forward_tuple(x):
        return 2 * x, (x, "anything")

    backward = Local(lambda dy, memory: dy * memory.x)
    y, memory = Local(forward)(np.ones(2))
    np.testing.assert_array_equal(backward(np.full(2, 3.0), memory), np.full(2, 3.0))
    y, memory = Local(forward_tuple).keep(1)(np.ones(2))
    np.testing.assert_array_equal(
        Local(lambda dy, memory: dy * memory[0])(np.full(2, 3.0), memory), np.full(2, 3.0)
    )
    assert compare(y, 2 * np.ones(2)) is None and compare(None, memory) is None


def test_what_is_held_can_be_changed_by_calls_and_read_again():
    def counts(param, x):
        param["n"] = param.get("n", 0) + 1
        param["last"] = x
        x += 1

    answer, given = Local(counts), {"seen": np.zeros(2)}
    held = answer.hold(given)
    for _ in range(2):
        answer(held, np.ones(2))
    read = held.read()
    assert read["n"] == 2 and given.keys() == {"seen"} and answer.mutated == {1}
    read["n"] = 9
    assert held.read()["n"] == 2, "what was read is a copy"
