"""Answers that are alike: a renamed copy is found, two styles of one right answer are not."""

import itertools
import json
from dataclasses import replace

from coursekit import exercises
from coursekit.checking import Exercise
from coursekit.grading.intake.submissions import discover
from coursekit.grading.reports import similarity
from coursekit.grading.reports.alike import page
from coursekit.grading.reports.forms import ALIKE, SHORTEST, compare, given, tokens
from grading.class_of import class_of, handed, passed, result

OWN = '''
def merge_moments(nA, meanA, m2A, nB, meanB, m2B):
    """Their moments together."""
    total = nA + nB  # all of them
    if total == 0:
        return 0, meanA, m2A
    apart = np.subtract(meanB, meanA)
    centre = np.divide(nA * meanA + nB * meanB, total)
    spread = np.add(m2A, m2B) + np.square(apart) * nA * nB / total
    return total, centre, spread
'''
COPY = """
def merge_moments(n1, mean1, s1, n2, mean2, s2):
    # my own work
    N = n1 + n2
    if N == 0: return (0, mean1, s1)[0], mean1, s1
    d = np.subtract(
        mean2,
        mean1,
    )
    m = np.divide(n1 * mean1 + n2 * mean2, N)
    q = np.add(s1, s2) + np.square(d) * n1 * n2 / N
    return N, m, q
"""
OTHER = """
def merge_moments(nA, meanA, m2A, nB, meanB, m2B):
    n = nA + nB
    weights = np.array([nA, nB]) / n
    means = np.stack([meanA, meanB])
    mean = weights @ means
    between = sum(k * (m - mean) ** 2 for k, m in zip((nA, nB), means))
    return n, mean, m2A + m2B + between
"""
SHORT = "def batch_mean(x):\n    return x.mean(0)"
LESSON = "mean_and_variance"


def hand_in(folder, student, *sources):
    made = [{"cell_type": "code", "source": s, "metadata": {}, "outputs": []} for s in sources]
    notebook = {"cells": made, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4}
    path = folder / student / f"01_{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), "utf-8")


def found(folder, earlier=None, **status):
    """What is reported of a folder in which every answer counts as passed, but those named."""
    submissions = discover(folder)
    reports = []
    for s in submissions:
        results = [
            result(name, status[s.student]) if s.student in status else passed(name)
            for name in ("merge_moments", "batch_mean")
        ]
        reports.append(handed(s.student, LESSON, *results))
    return similarity.similar(class_of(*reports), submissions, None, earlier)


def test_a_renamed_copy_is_found_and_an_independent_answer_is_not(tmp_path):
    hand_in(tmp_path, "ada", OWN, SHORT)
    hand_in(tmp_path, "ben", COPY, SHORT)
    hand_in(tmp_path, "cem", OTHER, SHORT)
    [group] = found(tmp_path)
    assert (group.exercise, group.students, group.published) == (
        "merge_moments",
        ("ada", "ben"),
        (),
    )
    assert ALIKE <= group.similarity < 100 and group.answers == 3
    assert {who for who, _ in group.sources} == {"ada", "ben"}


def test_a_copy_of_a_published_answer_is_listed_as_one(tmp_path):
    task = exercises.load(LESSON)["merge_moments"]
    own = similarity.published(task)["merge_by_weights"]
    copy = own.replace("merge_by_weights", "merge_moments").replace("meanA", "mean_a")
    hand_in(tmp_path, "ada", copy)
    [group] = found(tmp_path)
    assert group.students == ("ada",) and group.published == ("merge_by_weights",)
    assert group.similarity == 100


def test_answers_of_earlier_years_are_compared_but_nobody_with_themselves(tmp_path):
    hand_in(tmp_path, "ada", OWN)
    hand_in(tmp_path, "ben", OTHER)
    wrote = {"cem": COPY, "ben": OTHER, "dia": "def merge_moments(:"}
    [group] = found(tmp_path, {"2025": {(LESSON, "merge_moments"): wrote}})
    assert (group.students, group.earlier, group.published) == (("ada",), ("cem (2025)",), ())
    assert ALIKE <= group.similarity < 100 and group.answers == 2
    assert [who for who, _ in group.sources] == ["ada", "cem (2025)"]
    assert "ada, cem (2025)" in page(class_of(), [group])
    wrote = {"cem": OWN, "eva": OWN}
    [group] = found(tmp_path, {"2025": {(LESSON, "merge_moments"): wrote}})
    assert group.earlier == ("cem (2025)", "eva (2025)") and group.similarity == 100


def test_the_solved_notebook_counts_as_published():
    task = exercises.load("batchnorm_forward")["bn_invariances"]
    assert "the solved lesson's bn_invariances" in similarity.published(task)


def test_the_last_definition_counts_and_what_was_not_written_does_not(tmp_path):
    hand_in(tmp_path, "ada", OTHER, OWN)
    hand_in(tmp_path, "ben", COPY)
    hand_in(tmp_path, "cem", OWN)
    assert found(tmp_path, cem="unsolved")[0].students == ("ada", "ben")
    hand_in(tmp_path, "dia", "def merge_moments(:")
    (tmp_path / "dia" / f"01_{LESSON}.ipynb").write_text("not a notebook")
    assert found(tmp_path, cem="unsolved")[0].students == ("ada", "ben")


def test_who_mends_the_text_that_all_received_is_alike_nobody(tmp_path):
    task = exercises.load("one_function_many_norms")["mend_group_norm"]
    assert len(tokens(task.worked_answer())) >= SHORTEST
    hand_in(tmp_path, "ada", task.worked_answer())
    [one] = discover(tmp_path)
    assert similarity.answers(replace(one, lesson=task.lesson)) == ()


def test_short_answers_are_left_out(tmp_path):
    assert len(tokens(SHORT)) < SHORTEST
    for student in ("ada", "ben"):
        hand_in(tmp_path, student, SHORT)
    assert found(tmp_path) == []


def test_an_answer_too_long_to_compare_is_left_out_and_costs_the_others_nothing(tmp_path):
    hand_in(tmp_path, "ada", OWN)
    hand_in(tmp_path, "ben", COPY)
    long = OWN.replace("    return total", "    x = [" + "1, " * 100_000 + "]\n    return total", 1)
    hand_in(tmp_path, "cem", long)
    hand_in(tmp_path, "dia", OWN.replace("apart)", "(" * 150 + "apart" + ")" * 151))
    [group] = found(tmp_path)
    assert group.students == ("ada", "ben") and group.answers == 4


def test_the_page_shows_the_code_as_text_and_says_that_it_is_no_verdict(tmp_path):
    hand_in(tmp_path, "ada", OWN.replace("all of them", "<script>"))
    hand_in(tmp_path, "ben", COPY)
    made = page(class_of(), found(tmp_path))
    assert "&lt;script&gt;" in made and "<script" not in made and "no verdict" in made


def test_right_answers_written_in_different_styles_are_almost_never_alike():
    """The course's own alternatives are the measure: hundreds of pairs, written to differ."""
    pairs = near = 0
    for name in exercises.names():
        for task in exercises.load(name).values():
            if isinstance(task, Exercise):
                written = similarity.published(task).values()
                own = [tokens(code, given(name)) for code in written]
                for a, b in itertools.combinations({o for o in own if len(o) >= SHORTEST}, 2):
                    pairs += 1
                    near += a != b and compare([a, b])[0, 1] > 0
    assert pairs > 250 and near <= 0.01 * pairs, (near, pairs)
