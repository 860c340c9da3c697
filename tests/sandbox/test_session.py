"""A submission's code may do anything: it costs itself, is named, and the rest goes on."""

import time

import numpy as np
import pytest

from coursekit.checking import AnswerCrashed, AnswerError, AnswerTimeout, Unsolved
from coursekit.checking.limits.guard import PATIENCE
from coursekit.grading.intake.transform import tell
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.remote import find_answer, quiz_answers
from coursekit.sandbox.session import STARTS, Cell, Session

pytestmark = pytest.mark.needs("bwrap")
SHORT = Limits(exercise=1.0, total=40)

CELLS = [
    """
from coursekit import check, device, hint, progress, quick, reset, use
import coursekit.widgets.norms as widgets
from coursekit.experiments import batch_noise
import numpy as np
%matplotlib inline
!pip install something
names = !ls
""",
    """%%time
def mean(x, axis=0):
    return x.mean(axis)
""",
    "%%bash\nrm -rf /",
    """
def overwrites(x, y):
    x *= 2
    return x
def stub(x): raise NotImplementedError
def divides(x):
    y = x + 1
    return y / (x - x) if x else 1 / 0
def twice(f, x): return f(x), f(x + 1)
def gives_back(f): return f
def maker(n): return lambda x: x * n
def asks_wrongly(f): return f("text")
def container(): return {"a": (1, [2.5, None]), "b": np.float32(3), 4: np.arange(3)}
def noisy(x):
    import os, sys
    print("x" * 10_000_000)
    sys.stdout.write("more"); sys.stderr.write("error"); os.write(1, b"raw"); os.system("echo hi")
    return x
def swallows():
    while True:
        try:
            while True: sum(range(1000))
        except BaseException: pass
def loops():
    while True: pass
def leaves(): import os; os._exit(0)
def exits(): raise SystemExit(3)
def crashes(): import ctypes; ctypes.string_at(0)
def hoards(): return np.ones(10**9)
def huge(): return np.zeros(10**8)
def nests():
    x = []
    for _ in range(60): x = [x]
    return x
def lots(): return [1.0] * 120_000
def deep(n=0): return deep(n + 1)
def reads(): return input()
def babbles():
    import os
    for fd in range(3, 64):
        try: os.write(fd, b"garbage" * 9)
        except OSError: pass
    return 1
def closes():
    import os; os.closerange(3, 64); return 1
def kills(): import os, signal; os.kill(os.getpid(), signal.SIGKILL)
def evil_error():
    class Evil(Exception):
        def __str__(self):
            while True: pass
    raise Evil
class Yes:
    def __eq__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *a): return self
def agrees(): return Yes()
def half(): return "\\ud800"
def halves(): raise ValueError("\\ud800")
def colours(): raise ValueError("\\x1b[31mred\\n at 0x7f0123456789")
""",
    "value = batch_noise(5)",
    "def mean(x, axis=0):\n    return x.mean(axis) + 0",
    "check('quiz_a', 'b'); check('predict_n2', np.float64(0.5)); check(mean); check('open', ...)",
    "if __name__ == '__main__':\n    main_ran = True\ndef after(): return main_ran",
    "import asyncio\nawait asyncio.sleep(0)\nawaited = True",
    "def broken(:",
]


@pytest.fixture(scope="module")
def session():
    cells = [Cell(n, tell(source).text) for n, source in enumerate(CELLS, 1)]
    box = open_box("bubblewrap")
    with Session(box, cells, limits=SHORT, watch=["mean", "stub", "absent"]) as s:
        s.load()
        yield s


def call(session, name, *arguments):
    answer = find_answer(session, name)
    assert answer is not None
    return answer(*arguments)


def test_cells_run_in_order_and_definitions_are_counted(session):
    assert session.loaded.defined == {"mean": [2, 6], "stub": [4]}


def test_what_is_no_python_is_left_out_before_it_comes_here(session):
    left_out = [note.partition(" was left")[0] for source in CELLS for note in tell(source).notes]
    assert left_out == ["!pip install something", "!ls", "%%bash"]
    assert session.loaded.notes == []


def test_a_cell_that_raises_is_noted_and_the_rest_run(session):
    stopped = session.loaded.stopped
    assert set(stopped) == {5, 10}
    assert "batch_noise is not there while grading; tag the cell `demo`" in stopped[5]
    assert stopped[5].startswith("line 1: value = batch_noise(5) raised RuntimeError")
    assert stopped[10].startswith("line 1: def broken(: raised SyntaxError")
    assert call(session, "after") is True


def test_quiz_answers_are_collected(session):
    assert quiz_answers(session) == {"quiz_a": "b", "predict_n2": 0.5, "open": ...}


def test_an_answer_has_parameters_and_says_what_it_changed(session):
    answer = find_answer(session, "overwrites")
    x = np.ones(3)
    assert answer.parameters == ["x", "y"] and answer(x, 1).tolist() == [2, 2, 2]
    assert answer.mutated == {0} and x.tolist() == [1, 1, 1]
    assert find_answer(session, "mean").parameters == ["x", "axis="]
    assert find_answer(session, "absent") is None


def test_values_come_back_as_they_were(session):
    value = call(session, "container")
    assert value["a"] == (1, [2.5, None]) and type(value["b"]) is np.float32
    assert value[4].tolist() == [0, 1, 2]


def test_a_stub_is_unsolved(session):
    with pytest.raises(Unsolved):
        call(session, "stub", 1)


def test_an_exception_crosses_as_words_with_the_line(session):
    with pytest.raises(AnswerError) as error:
        call(session, "divides", 0)
    assert (error.value.kind, error.value.message) == ("ZeroDivisionError", "division by zero")
    assert error.value.where == "line 8: return y / (x - x) if x else 1 / 0"


def test_functions_cross_both_ways(session):
    assert call(session, "twice", lambda x: 10 * x, 1) == (10, 20)
    mine = lambda x: x  # noqa: E731
    assert call(session, "gives_back", mine) is mine
    assert call(session, "maker", 3)(np.ones(2)).tolist() == [3, 3]


def test_what_a_judges_function_raises_is_the_learners_error(session):
    with pytest.raises(AnswerError, match=r"TypeError: .*str"):
        call(session, "asks_wrongly", lambda x: x - 1)


def test_a_judges_function_may_be_called_often_but_not_for_ever(session, monkeypatch):
    monkeypatch.setattr("coursekit.sandbox.session.ASK_LIMIT", 1)
    with pytest.raises(AnswerCrashed, match="more than 1 times"):
        call(session, "twice", lambda x: x, 1)


def test_output_by_the_megabyte_costs_nothing_and_confuses_nothing(session):
    assert call(session, "noisy", 5) == 5


OUTCOMES = {
    "swallows": (AnswerTimeout, "no answer within 1 s"),
    "loops": (AnswerTimeout, "no answer within 1 s"),
    "leaves": (AnswerCrashed, "it ended itself$"),
    "exits": (AnswerError, "SystemExit: 3"),
    "crashes": (AnswerCrashed, "segmentation fault"),
    "kills": (AnswerCrashed, "it was killed"),
    "hoards": (AnswerError, "MemoryError"),
    "huge": (AnswerError, "16 MiB"),
    "nests": (AnswerError, "nested deeper than"),
    "lots": (AnswerError, "separate values"),
    "deep": (AnswerError, "RecursionError"),
    "reads": (AnswerError, "EOFError"),
    "babbles": (AnswerCrashed, "not a frame"),
    "closes": (AnswerCrashed, "closed its side|ended itself"),
    "evil_error": (AnswerError, "Exception"),
    "colours": (AnswerError, r"ValueError: \[31mred at 0x…$"),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_misbehaviour_has_a_definite_end_and_a_name(session, name):
    kind, words = OUTCOMES[name]
    answer, begun = find_answer(session, name), time.monotonic()
    with pytest.raises(kind, match=words):
        answer()
    assert time.monotonic() - begun < PATIENCE * SHORT.exercise + 30
    if kind in (AnswerTimeout, AnswerCrashed):
        with pytest.raises(kind):  # and it says so again without being tried again
            answer()
    assert call(session, "mean", np.arange(4.0)) == 1.5  # the next exercise is not affected


def test_an_object_that_agrees_with_everything_is_an_opaque_thing(session):
    thing = call(session, "agrees")
    assert thing != np.float64(1) and not isinstance(thing, np.ndarray)


def test_what_happened_is_listed(session):
    events = dict(reversed([(words.partition(":")[0], kind) for kind, words in session.events]))
    assert events["loops"] == "timeout" and events["leaves"] == "crashed"
    assert events["hoards"] == "oom"


def computes(seconds):
    return (
        "import time\ndef f():\n"
        f"    end = time.process_time() + {seconds}\n"
        "    while time.process_time() < end: pass\n    return 1"
    )


def open_session(*sources, **limits):
    cells = [Cell(n, source) for n, source in enumerate(sources, 1)]
    return Session(open_box("bubblewrap"), cells, limits=Limits(**limits), watch=["f"])


def test_cells_that_hang_or_kill_are_left_out_and_the_rest_judged():
    with open_session(
        "f = 1", "while True: pass", "import os; os._exit(1)", "def f(): return 'judged'",
        exercise=0.3,
    ) as s:  # fmt: skip
        loaded = s.load()
        assert loaded.stopped == {
            2: "no answer within 0.3 s",
            3: "it ended itself",
        }
        assert call(s, "f") == "judged" and [kind for kind, _ in s.events] == ["timeout", "crashed"]


def test_a_submissions_time_runs_out_as_a_whole():
    slow = computes(0.4)
    with open_session(slow, exercise=0.5, total=0.7) as s:
        s.load()
        assert call(s, "f") == 1
        with pytest.raises(AnswerTimeout, match=r"the submission's 0\.7 s were used up"):
            call(s, "f")
        with pytest.raises(AnswerTimeout, match="used up"):
            call(s, "f")


def test_a_later_start_tells_nothing_of_the_notebook():
    works = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    sources = ("import os\ndef f(): os._exit(1)", works, works, works)
    with open_session(*sources, total=1.6) as session:
        before = session.load()
        assert (before.stopped, before.defined) == ({}, {"f": [1]})
        for _ in range(2):  # who computes first chooses the cell at which the time is over
            with pytest.raises((AnswerCrashed, AnswerTimeout)):
                find_answer(session, "f")()
        assert session.skipped, "a cell was stopped, for the time was over"
        assert (session.loaded.stopped, session.loaded.defined) == ({}, {"f": [1]})


def test_the_judges_own_work_costs_a_submission_no_time():
    with open_session("def f(): return 1", exercise=0.5, total=0.7) as s:
        s.load()
        for _ in range(3):
            time.sleep(0.4)  # as a long diagnosis takes
            assert call(s, "f") == 1
        assert s.budget.left > 0.3


def test_an_exercises_time_is_for_all_its_calls_together():
    slow = computes(0.3)
    with open_session(slow, exercise=0.5, total=20) as s:
        s.load()
        answer = find_answer(s, "f")
        assert answer() == 1
        with pytest.raises(AnswerTimeout):
            answer()


def test_a_submission_that_keeps_dying_is_given_up(monkeypatch):
    monkeypatch.setattr("coursekit.sandbox.session.STARTS", 2)
    assert STARTS > 2
    with open_session(*["import os; os._exit(1)"] * 3, "def f(): return 1") as s:
        s.load()
        with pytest.raises(AnswerCrashed, match="again and again"):
            call(s, "f")


def test_nothing_that_was_started_is_left(tmp_path):
    """A process that outlives the session would hold the canary's lock open for ever."""
    import subprocess

    program = "[sys.executable, '-c', 'import time; time.sleep(54321)']"
    source = f"import subprocess, sys\nsubprocess.Popen({program}, start_new_session=True)"
    with open_session(source) as s:
        s.load()
        assert not s.loaded.stopped
    time.sleep(0.1)
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert "sleep(54321)" not in running


def test_half_a_character_is_an_error_and_no_end_of_the_process(session):
    before = list(session.events)
    for name, words in (("half", "half a character"), ("halves", r"\\ud800")):
        with pytest.raises(AnswerError, match=words):
            call(session, name)
    assert session.events == before and call(session, "after") is True
