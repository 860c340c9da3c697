"""The table of single edits: what is made, what is kept of it, what is found in it and said."""

import re

import numpy as np
import pytest

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.checking.edits import source_of
from coursekit.checking.naming import cause, store, table
from coursekit.checking.naming.cause import Looked
from coursekit.checking.naming.cover import causes, wrong_in
from coursekit.checking.naming.made import function_of
from coursekit.checking.naming.operators import MOST, singles
from coursekit.checking.naming.single import KINDS, NAMED
from coursekit.checking.naming.told import with_code
from coursekit.checking.naming.wording import code_of, name_of
from coursekit.checking.told import slips
from coursekit.checking.trace import ScriptFailed, observe
from tests.checking import toy
from tests.checking.two_outputs import make, moved, parts

SOURCE = '''\
def norm(x, gamma, eps=1e-5, *, training=True):
    """Normalize x (N, D) by its mean and variance; gamma is (D,)."""
    mean = x.mean(axis=0, keepdims=True)
    if training:
        var = x.var(axis=0, keepdims=True)
    else:
        var = 1
    x[0] = 0
    return gamma * (x - mean) / np.sqrt(var + eps) + x[1]
'''


def made(kind):
    """What the edits of one kind make of SOURCE: their words and the changed source."""
    return {s.words: s.of(SOURCE) for s in singles(SOURCE) if s.kind == kind}


@pytest.mark.parametrize(
    "kind, words, changed",
    [
        ("dropped", "`eps` were not added in what is returned", "np.sqrt(var)"),
        ("dropped", "a square root were left out in what is returned", "/ (var + eps)"),
        ("moved", "`eps` stood outside a square root in what is returned", "(np.sqrt(var) + eps)"),
        ("keepdims", "`keepdims` were not given on the way to `mean`", "mean = x.mean(axis=0)\n"),
        ("axis", "a mean went over other axes on the way to `mean`", "axis="),
        ("option", "`eps` were not used, and always 1e-5", "eps = 1e-5; mean ="),
        ("branch", "the branches of a choice changed places", "if (not (training)):"),
        ("value", "`mean` were larger by eps on the way to `mean`", "keepdims=True)) + eps)"),
        ("value", "`mean` were None on the way to `mean`", "mean = None\n"),
        ("step", "`mean` were never set", "    pass\n    if training"),
        ("exchanged", "a variance were a standard deviation on the way to the variance", "x.std("),
    ],
)
def test_every_operator_that_earned_its_keep_is_made_and_said(kind, words, changed):
    found = made(kind)
    assert words in found, sorted(found)
    assert any(changed in text for said, text in found.items() if said == words)


def test_an_edit_is_also_made_at_all_places_where_it_stands():
    source = "def f(a, b):\n    c = a + b\n    return (a + b) * c\n"
    everywhere = [s for s in singles(source) if len(s.places) > 1]
    texts = {s.of(source) for s in everywhere}
    assert "def f(a, b):\n    c = a\n    return (a) * c\n" in texts
    assert all("wherever it stands" in s.words for s in everywhere if s.words)


def test_likely_edits_come_first_and_there_are_not_too_many():
    found = singles(SOURCE)
    assert [s.rank for s in found] == sorted(s.rank for s in found)
    assert 50 < len(found) <= MOST
    assert KINDS.index("dropped") < KINDS.index("axis") < KINDS.index("keepdims")
    assert KINDS.index("value") < KINDS.index("number") < KINDS.index("index")


def test_an_edit_of_an_index_has_no_sentence_and_another_name_only_public_ones():
    assert {s.words for s in singles(SOURCE) if s.kind == "index"} == {""}
    for single in singles(SOURCE):
        if single.kind == "name" and single.words:
            assert set(re.findall("`(\\w+)`", single.words)) <= {"x", "gamma", "eps", "mean"}


def test_a_sentence_shows_no_code():
    for task in exercises.load().values():
        if isinstance(task, Exercise):
            for single in singles(source_of(task.right)):
                assert not re.search(r"[()\[\]{}=*/+]", single.words), single
                assert all(map(str.isidentifier, re.findall("`([^`]*)`", single.words))), single


def test_letters_of_more_than_one_byte_move_no_place():
    source = 'def f(x):\n    """µ."""\n    y = {"µ": x + 1}["µ"] + 2\n    return y\n'
    assert any('{"µ": x + 1}["µ"]\n' in s.of(source) for s in singles(source))


def rows(exercise):
    return [s for s in store.table(exercise).singles if s.kind != NAMED]


def test_what_no_case_tells_from_the_right_answer_is_no_row():
    exercise = make()
    kept = store.table(exercise)
    assert not kept.right.all(axis=1).any()
    assert not any("mean.reshape" in s.of(source_of(moved)) for s in rows(exercise))
    for single in rows(exercise):
        assert not judge(exercise, Local(function_of(exercise, single.places))).passed


def test_what_only_crashes_is_no_row():
    exercise = make("")
    lost = set(singles(source_of(moved))) - set(rows(exercise))
    assert any("were None" in s.words for s in lost), "x - None raises"
    assert not any("`var` were None" in s.words for s in rows(exercise) if "sqrt" in s.words)


def test_of_edits_that_behave_alike_the_likeliest_is_kept():
    exercise = make("")
    seen = store.table(exercise)
    for n in range(len(seen.singles)):
        for m in range(n):
            same = (seen.right[n] == seen.right[m]).all() and (seen.forms[n] == seen.forms[m]).all()
            assert not (same and np.array_equal(seen.numbers[n], seen.numbers[m]))


@pytest.mark.parametrize("seed", [0, 5])
def test_a_slip_that_nobody_named_is_said_as_if_and_the_same_on_hidden_inputs(seed):
    def no_root(x, gamma, beta, eps):
        mean, var = x.mean(0), x.var(0)
        return gamma * (x - mean) / (var + eps) + beta, mean, var

    exercise = make()
    result = judge(exercise, Local(no_root, name="moved"), seed=seed)
    assert result.diagnosis.startswith("slip_dropped_")
    words = "What comes out is exactly as if a square root were left out."
    assert result.explanation == words


@pytest.mark.parametrize("noise", [1e-13, -3e-12])
def test_it_is_looked_up_with_tolerance(noise):
    exercise = make("")
    single = rows(exercise)[0]
    wrong = function_of(exercise, single.places)

    def nearly(*args):
        return tuple(value * (1 + noise) for value in wrong(*args))

    mine = wrong_in(exercise, observe(exercise, Local(nearly, name="moved"), 0), 0)
    assert single in [cause.single for cause in causes(mine, store.table(exercise))]


def test_what_it_looks_like_is_run_before_it_is_said(monkeypatch):
    exercise = make("")
    single = rows(exercise)[0]
    wrong = function_of(exercise, single.places)

    def nearly(*args):  # within the table's tolerance, and not within the judge's
        return tuple(value * (1 + 1e-7) for value in wrong(*args))

    assert judge(exercise, Local(nearly, name="moved")).diagnosis is None


def test_the_code_is_shown_to_who_asks_and_never_for_hidden_inputs():
    exercise = make("")

    def no_root(x, gamma, beta, eps):
        mean, var = x.mean(0), x.var(0)
        return gamma * (x - mean) / (var + eps) + beta, mean, var

    result = judge(exercise, Local(no_root, name="moved"))
    assert "var" not in str(result.explanation)
    shown = with_code(exercise, result)
    line = "y = gamma * (x - mean) / np.sqrt(var + eps) + beta"
    assert f"in the place of `{line}`" in shown.notes[-1]
    hidden = judge(exercise, Local(no_root, name="moved"), seed=3)
    assert hidden.diagnosis == result.diagnosis and with_code(exercise, hidden) == hidden
    assert code_of(exercise, "beta_forgotten", rows(exercise)) == ""


def test_an_edits_name_is_the_same_every_time():
    for single in rows(make("")):
        assert re.fullmatch(r"slip_[a-z]+_[0-9a-f]{8}", name_of(single))
        assert slips(name_of(single)) == [name_of(single)]
    names = [name_of(single) for single in rows(make(""))]
    assert len(set(names)) == len(names)


def test_a_table_is_read_as_it_was_written(tmp_path, monkeypatch):
    exercise = make()
    monkeypatch.setattr(store, "file_of", lambda task: tmp_path / "moved_slips.npz")
    (tmp_path / "moved_slips.npz").write_bytes(store.written(exercise))
    found, fresh = store.stored(exercise), table.of_edits(exercise)
    assert [s for s in found.singles if s.kind != NAMED] == list(fresh.singles)
    known = [s.words for s in found.singles if s.kind == NAMED]
    assert known == list(exercise.mistakes)


def test_a_table_of_another_answer_or_other_inputs_is_none_and_a_changed_mistake_is_run_anew(
    tmp_path, monkeypatch
):
    file = tmp_path / "moved_slips.npz"
    monkeypatch.setattr(store, "file_of", lambda task: file)
    file.write_bytes(store.written(make()))
    assert store.stored(toy.make()) is None
    other = make(cases=lambda rng: None)
    object.__setattr__(other, "script", lambda answer, rng: iter([("x", 1.0)]))
    assert store.stored(other) is None
    changed = make("beta_forgotten: You never added beta.\n- + beta\n+ + 0 * beta + 1\n")
    assert not any(s.kind == NAMED for s in store.stored(changed).singles)
    assert "beta_forgotten" in [s.words for s in store.table(changed).singles if s.kind == NAMED]


def test_a_right_answer_whose_source_cannot_be_read_has_no_table():
    names = {"__name__": toy.__name__}
    exec("def unseen(x):\n    return x", names)
    exercise = Exercise(names["unseen"], lambda a, rng: iter([("x", a(1.0))]), toy.HINTS)
    assert store.table(exercise) is None
    assert judge(exercise, Local(lambda x: x + 1, name="unseen")).status == "failed"


def both_slips(x, gamma, beta, eps):
    mean, _, x_hat = parts(x, gamma, beta, eps)
    return gamma * x_hat, mean, x.var(0, ddof=1)


def crashing(*_):
    raise ScriptFailed(ValueError("of an edit"), "")


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("damage", ["no archive", "cut", "no rows", "fails"])
def test_a_damaged_table_costs_no_pair_its_name(tmp_path, monkeypatch, damage, seed):
    exercise = make()
    file = tmp_path / "moved_slips.npz"
    whole = store.written(exercise)
    file.write_bytes({"no archive": b"none", "cut": whole[: len(whole) // 2]}.get(damage, whole))
    if damage == "no rows":
        np.savez_compressed(file, about=np.zeros(3))
    monkeypatch.setattr(store, "file_of", lambda task: file)
    if damage == "fails":
        monkeypatch.setattr(store, "stored", crashing)
    assert store.table(exercise) is None
    result = judge(exercise, Local(both_slips, name="moved"), seed=seed)
    assert result.diagnosis == "beta_forgotten+n_minus_1"


@pytest.mark.parametrize("part", ["wrong", "causes", "public"])
def test_nor_does_a_fault_beside_the_table(monkeypatch, part):
    monkeypatch.setattr(Looked, part, property(crashing))
    result = judge(make(), Local(both_slips, name="moved"), seed=7)
    assert result.status == "failed" and result.diagnosis == "beta_forgotten+n_minus_1"


def test_an_answer_runs_once_on_the_public_inputs(monkeypatch):
    """Whoever asks for its cause has the same answer in hand."""
    seeds = []

    def counted(exercise, answer, seed, **more):
        seeds.append(seed)
        return observe(exercise, answer, seed, **more)

    monkeypatch.setattr(cause, "observe", counted)

    def odd(*args):
        return tuple(value**3 + n for n, value in enumerate(moved(*args)))

    judge(make(), Local(odd, name="moved"), seed=7)
    assert seeds == [0]


def lengths(rng):
    for n in range(3, 9):
        yield f"{n} values", (rng.standard_normal(n),)


def read_off(function):
    """An exercise of one argument, whose table is of all its edits."""
    return Exercise(function, lambda a, rng: ((c, a(*x)) for c, x in lengths(rng)), toy.HINTS)


def in_a_word(x):
    return "short" if len(x) - 5 < 0 else "long"


def in_a_number(x):
    return len(x) + 4 - x.ndim


def test_words_that_an_edit_gives_too_are_not_told_as_that_edit():
    """Whatever gives the other word everywhere would be told as the first that does."""
    exercise = read_off(in_a_word)
    other = Local(lambda x: "long" if len(x) < 5 else "short", name="in_a_word")
    assert any(~right.any() for right in store.table(exercise).right), "an edit does the same"
    assert not judge(exercise, other).diagnosis


def test_different_whole_numbers_are_told_and_one_is_not():
    exercise = read_off(in_a_number)
    result = judge(exercise, Local(lambda x: len(x) + 5, name="in_a_number"))
    assert slips(result.diagnosis or "") and "exactly as if" in result.explanation
    again = read_off(lambda x: 3)
    assert not judge(again, Local(lambda x: 4, name="<lambda>")).diagnosis


def test_lines_are_counted_as_python_counts_them():
    source = "def f(x):\n    a = 'one\x0ctwo\x1cthree'\n    return x + len(a)\n"
    for single in singles(source):
        assert single.shown(source) and compile(single.of(source), "<edit>", "exec")
    dropped = [s for s in singles(source) if s.kind == "dropped" and "return x\n" in s.of(source)]
    assert dropped and "`return x` in the place of" in dropped[0].shown(source)
