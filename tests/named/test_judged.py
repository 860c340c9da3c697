"""What is told of a wrong answer is read off its verdict; a mistake that is left out stays out."""

import pytest

from coursekit.checking import find
from named import edits, record
from named.judged import SETS, Told, made, of_edits, same, tell, without


@pytest.fixture(scope="module")
def task():
    edits.tasks()
    return find("batch_norm")


def written(task, old, new):
    from coursekit.checking.edits import source_of

    source = source_of(task.right)
    assert old in source
    return source.replace(old, new)


def test_each_kind_is_read(task):
    [right] = {tell(task, written(task, "eps", "eps"))}
    assert right == Told("accepted")
    assert tell(task, written(task, "np.sqrt(", "np.sqrt(0 * ")).kind != "accepted"
    assert tell(task, written(task, "+ eps", "- missing")) == Told("crash", "line")
    shapes = tell(task, written(task, "gamma * ", "np.ones(99) * "))
    assert shapes == Told("crash", "line shapes")


def test_a_buffer_that_is_set_by_another_name_is_told_by_the_line_that_sets_it():
    edits.tasks()
    layer = find("BatchNorm")
    misspelt = written(layer, 'register_buffer("running_mean"', 'register_buffer("runing_mean"')
    assert tell(layer, misspelt) == Told("crash", "line")
    assert not SETS.match("BatchNorm has no `running_mean`, which is needed here. It sets `eps`.")


def test_an_edit_that_cannot_be_made_is_a_crash_of_its_line(task):
    text = written(task, "eps=1e-5", "eps=1 / 0")
    assert tell(task, text) == Told("crash", "line")


def test_a_mistake_that_is_left_out_is_not_told_and_comes_back(task):
    name = next(iter(task.mistakes))
    before = list(task.mistakes)
    with without(task, name):
        assert name not in task.mistakes
    assert list(task.mistakes) == before
    assert name not in record.of_left_out(task, name).split()[1:2]


def test_a_name_is_the_same_fault_where_it_does_the_same_on_other_seeds(task):
    [one, other, *_] = task.mistakes
    function = task.mistakes[one].function
    assert same(task, function, Told("mistake", one))
    assert not same(task, function, Told("mistake", other))


def test_single_edits_are_judged_as_a_learners_cell(task):
    edit = edits.singles(task)[0]
    assert of_edits(task, edit) == of_edits(task, edit)
    assert made(task, written(task, "def batch_norm", "def batch_norm"), "f").__name__ == task.name
