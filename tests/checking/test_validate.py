import numpy as np
import pytest

from coursekit.checking import REGISTRY, Local, judge, validate
from coursekit.checking import exercise as define
from coursekit.checking.expected import expected
from coursekit.checking.trace import observe
from tests.checking import toy


@pytest.fixture
def make(monkeypatch):
    def made(**options):
        exercise = toy.make(**options)
        monkeypatch.setitem(REGISTRY, exercise.name, exercise)
        return exercise

    expected.cache_clear()
    yield made
    expected.cache_clear()


def test_a_fit_exercise_has_no_problems(make):
    assert validate(make()) == []


def test_a_mistake_that_is_right_is_refused(make):
    exercise = make()
    exercise.mistake("This is right.")(lambda x, factor: x.mean(0) * factor)
    assert any("equals the right answer" in p for p in validate(exercise))


def test_two_mistakes_that_cannot_be_told_apart_are_refused(make):
    exercise = make()

    @exercise.mistake("The same again.")
    def factorless(x, factor):
        return x.mean(0)

    assert any("'no_factor' and 'factorless' apart" in p for p in validate(exercise))


def test_an_alternative_that_is_wrong_is_refused(make):
    exercise = make()
    exercise.alternative(toy.opposite)
    assert any("'opposite' is not accepted" in p for p in validate(exercise))


def test_an_endless_case_that_is_not_there_is_refused(make):
    assert any("'a thrid'" in p for p in validate(make(endless="a thrid")))
    assert validate(make(endless="a second, taller one")) == []


def test_right_within_the_tolerance_is_right_enough_for_an_endless_case(monkeypatch):
    monkeypatch.setitem(REGISTRY, "scaled_mean", None)  # so that it is taken out again
    last = "a second, taller one"
    made = define(cases=toy.cases, hints=toy.HINTS, endless=last, rtol=0.01)(toy.scaled_mean)
    near, far = (Local(lambda x, f, by=by: by * f * x.mean(0), name="scaled_mean")
                 for by in (1.001, 1.1))  # fmt: skip
    assert judge(made, near).passed
    assert observe(made, far, 0).labels == ("a first matrix",)


def test_hints_docstring_and_sentences_are_needed(make):
    exercise = make()
    exercise.hints = ("one", "two", " ")
    exercise.mistake("no sentence")(lambda x, factor: x)
    problems = " ".join(validate(exercise))
    assert "three hints" in problems and "not a sentence" in problems


def problem(make, **options):
    return " ".join(validate(make(**options)))


@pytest.mark.parametrize(
    "options, words",
    [
        ({"points": "2"}, "points must be a number, not '2'"),
        ({"points": float("nan")}, "points must be a number"),
        ({"points": -1}, "points must not be below 0"),
        ({"rtol": "1e-3"}, "rtol must be a number"),
        ({"atol": -1}, "atol must be a number that is not below 0"),
        ({"forbidden": "numpy.std"}, "forbidden must be texts in brackets"),
        ({"returns": "out"}, "returns must be texts in brackets"),
        ({"allows": ("batchnorm",)}, "allows names no norm that is known: 'batchnorm'"),
        ({"credit": 0.5}, "credit must be rungs with shares"),
        ({"credit": {"gradient": 0.5}}, "not known: gradient"),
        ({"credit": {"gradients": 25}}, "a share from 0 to 1, not 25"),
        ({"credit": {"gradients": "half"}}, "a share from 0 to 1, not 'half'"),
        ({"planted": "nobody"}, "planted names no mistake: 'nobody'"),
    ],
)
def test_an_option_without_meaning_is_named(make, options, words):
    assert words in problem(make, **options)


def defined(monkeypatch, cases, right, mistake=lambda x: x, **options):
    """An exercise whose right answer is `right`, as an author registers it."""
    monkeypatch.setitem(REGISTRY, right.__name__, None)
    made = define(cases=cases, hints=toy.HINTS, **options)(right)
    made.mistake("It is another.")(mistake)
    return made


def one(rng):
    yield "one", (rng.standard_normal((5, 3)),)


def centred(x):
    """x without its mean."""
    return x - x.mean(0)


@pytest.mark.parametrize(
    "value",
    [object(), 3 + 2j, {1, 2}, b"a", np.array(["a"]), np.array([1, "b"], object)],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_right_value_that_nothing_equals_is_refused(monkeypatch, value):
    def right(x):
        """Something."""
        return {"a": value}

    [said, *_] = validate(defined(monkeypatch, one, right))
    assert said.startswith("'one': a") and said.endswith("cannot be compared with another")


def test_numbers_that_are_not_drawn_from_the_rng_are_refused(monkeypatch):
    """Else every answer is tried on other inputs than the right one was, and called wrong."""
    foreign = np.random.default_rng()

    def cases(rng):
        yield "one", (foreign.standard_normal((5, 3)),)

    def random(x):
        """A number."""
        return foreign.random()

    for given, right in ((cases, centred), (one, random)):
        [said] = validate(defined(monkeypatch, given, right))
        assert "gives other values when it is tried again" in said


def test_a_right_answer_that_returns_nothing_or_changes_its_input_is_refused(monkeypatch):
    def silent(x):
        """Nothing."""

    def greedy(x):
        """x without its mean."""
        x -= x.mean(0)
        return x

    assert any("is a `return` missing?" in p for p in validate(defined(monkeypatch, one, silent)))
    assert any("changes x in place" in p for p in validate(defined(monkeypatch, one, greedy)))


@pytest.mark.parametrize(
    "yielded, words",
    [
        (None, "they yielded None"),
        (("a", 3.0), "('a', 3.0)"),
        (("a", np.ones(3)), "with a comma"),
        ((1, (np.ones(3),)), "a label in quotes"),
        (("a", 1, 2), "a label in quotes"),
    ],
)
def test_a_case_that_is_none_is_told_what_one_is(monkeypatch, yielded, words):
    [said] = validate(defined(monkeypatch, lambda rng: iter([yielded]), centred))
    assert words in said and "\n" not in said


@pytest.mark.parametrize(
    "yielded", [None, "out", np.ones(3), (1, 2), ("a",), ("a", 1, "values", 2)]
)
def test_an_observation_that_is_none_is_told_what_one_is(make, yielded):
    exercise = make()
    exercise.script = lambda answer, rng: iter([yielded])
    [said] = validate(exercise)
    assert "a script yields a label in quotes" in said and "\n" not in said


class Own:
    pass


@pytest.mark.parametrize("argument", [Own(), {1, 2}, b"a", np.array(["a"]), {(1, 2): 3}, 2**64],
                         ids=lambda value: type(value).__name__)  # fmt: skip
def test_an_argument_that_cannot_cross_into_a_box_is_refused(monkeypatch, argument):
    def right(x):
        """A number."""
        return 1.0

    cases = lambda rng: iter([("one", ([argument],))])  # noqa: E731
    [said] = validate(defined(monkeypatch, cases, right))
    assert "cannot be an argument" in said and "\n" not in said


def test_a_mistake_that_only_stops_at_its_authors_slip_is_refused(make):
    exercise = make()

    @exercise.mistake("Its name is misspelt.")
    def slip(x, factor):
        return factr * x  # noqa: F821

    exercise.mistake("It has no place for the factor.")(lambda x: x)
    said = " ".join(validate(exercise))
    assert "'slip' cannot be run: NameError: name 'factr'" in said
    assert "'<lambda>' cannot be run: TypeError" in said


def test_an_alternative_that_stops_says_why(make):
    exercise = make()
    exercise.alternative(lambda x, factor: x[9, 9])
    assert "IndexError" in " ".join(validate(exercise))


def test_an_edit_of_which_nothing_comes_that_is_python_is_named(make):
    exercise = make()
    exercise.edits(
        "odd: It is odd.\n- factor * x\n+ factor x\nlost: It is lost.\n- factor *\n+ f *"
    )
    said = " ".join(validate(exercise))
    assert "'odd' cannot be run: line " in said and ": odd is no Python: invalid syntax" in said
    assert "'lost' cannot be run: NameError" in said


def test_a_mistake_may_call_the_right_answer_by_its_name(monkeypatch):
    exercise = defined(monkeypatch, one, centred)
    assert exercise(np.arange(3.0)).tolist() == [-1, 0, 1]

    @exercise.mistake("Twice as large.")
    def twice(x):
        return 2 * exercise(x)

    assert validate(exercise) == []
