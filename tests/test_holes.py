"""What `make holes` runs: a domain of every exercise, and answers that it can find again."""

import holes
import holes_page
import pytest

TASKS = {task.name: task for task in holes.tasks()}


def test_every_exercise_has_a_domain_or_a_reason_to_have_none():
    without = {name for name, task in TASKS.items() if task.domain is None}
    assert without == holes_page.WHY_NONE.keys()


@pytest.mark.parametrize("name", ["keras_momentum", "recalibrate"])
def test_what_is_accepted_agrees_on_the_domain(name):
    task = TASKS[name]
    kept = dict(found for found in holes.answers(task) if found[0] in task.alternatives)
    made, found = holes.apart(task, kept, list(range(1, 21)), 20)
    assert len(kept) >= 3 and made == 20 and not found


def test_an_answer_that_differs_is_found():
    task = TASKS["keras_momentum"]
    _, found = holes.apart(task, {"off": lambda m: 1 - m + 1e-5 * (m > 0.5)}, [*range(1, 51)], 20)
    count, words = found["off"]
    assert 0 < count < 50 and words.startswith("draw ")
