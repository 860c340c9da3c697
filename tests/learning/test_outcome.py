import json
import subprocess
import sys

import pytest
from old_pages import CASES, QUESTIONS, write

from coursekit import exercises
from coursekit.checking import judge
from coursekit.checking.local import Local
from coursekit.learning import outcome, page
from coursekit.learning.live import member, session
from coursekit.learning.live.member import Member

TASK = exercises.load("mean_and_variance")["batch_var"]


def refused():
    return judge(TASK, Local(lambda x, ddof=0: x.var(0, ddof=1), name="batch_var"))


def test_before_the_last_hint_a_verdict_is_shown_as_it_is():
    result = refused()
    assert outcome.shown(TASK, result) is result


@pytest.fixture
def joined(own_workspace):
    member.write(own_workspace, Member("http://127.0.0.1:1", "t"))


@pytest.fixture
def heard(joined, monkeypatch):
    """What a room would be sent as the answer to each question."""
    sent = {}

    def checked(task, result, value, answer):
        sent[task.name] = value
        return result

    monkeypatch.setattr(session, "checked", checked)
    return sent


def test_a_fault_of_ours_costs_no_verdict(joined, monkeypatch):
    def fail(*told):
        raise RuntimeError("ours")

    monkeypatch.setattr(session, "checked", fail)
    monkeypatch.setattr(outcome, "with_code", fail)
    monkeypatch.setattr(outcome, "hints_at", lambda name: 99)
    result = refused()
    assert outcome.reported(TASK, result, None, None) is result
    assert outcome.shown(TASK, result) is result


def at(path, monkeypatch):
    """The notebook of this kernel is that file, which its kernel began with."""
    monkeypatch.setattr(page, "named", lambda: path)
    monkeypatch.setattr(page, "_first", [page.printed()])


@pytest.mark.parametrize("case", ["old and right", "today's", "none"])
def test_a_room_hears_the_letter_that_today_has_the_chosen_option(
    case, heard, tmp_path, monkeypatch
):
    write(tmp_path / "x.ipynb", case)
    at(tmp_path / "x.ipynb", monkeypatch)
    printed = [CASES[case][1](asked) for asked in QUESTIONS]
    for asked, letter in zip(QUESTIONS, printed, strict=True):
        outcome.reported(asked, page.judged(asked, letter), letter, None)
    assert heard == {asked.name: asked.answer for asked in QUESTIONS}
    assert case != "old and right" or printed != [*heard.values()]


def test_a_room_hears_nothing_of_a_letter_that_may_stand_for_two_options(
    heard, tmp_path, monkeypatch
):
    path = tmp_path / "x.ipynb"
    write(path, "old and right")
    at(path, monkeypatch)
    before = page.printed()
    write(path, "today's")  # brought up to date under an open page
    same = {q.name: q.printed_on(before).todays("a") for q in QUESTIONS}
    for asked in QUESTIONS:
        outcome.reported(asked, refused(), "a", None)
    assert heard == {name: "a" if letter == "a" else ... for name, letter in same.items()}
    assert ... in heard.values()


def test_no_letter_that_the_page_does_not_print_is_a_vote(heard):
    [asked, *_] = QUESTIONS
    for value in ("z", "az", ..., None, 3, "a sentence"):
        outcome.reported(asked, refused(), value, None)
        assert heard[asked.name] is ...


HUB = {member.ROOM: "http://127.0.0.1:1", "JUPYTERHUB_API_TOKEN": "t"}


def told_by_a_kernel(code, folder):
    """What the code prints last; in no workspace unless the environment names one."""
    asked = [sys.executable, "-c", code]
    run = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=folder)
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("workspace", [True, False])
@pytest.mark.parametrize("into", ["a room", "a hub's", "none"])
def test_the_network_is_loaded_only_where_a_room_was_joined(
    into, workspace, own_workspace, tmp_path, monkeypatch
):
    if into == "a room":
        member.write(own_workspace, Member("http://127.0.0.1:1", "t"))
    for name, value in HUB.items() if into == "a hub's" else ():
        monkeypatch.setenv(name, value)
    if not workspace:
        monkeypatch.delenv("COURSEKIT_WORKSPACE")
    code = (
        "import json, sys, coursekit\n"
        "coursekit.check('quiz_var_axes', 'a')\n"
        "print(json.dumps(['coursekit.learning.live.session' in sys.modules,"
        " 'http.client' in sys.modules]))"
    )
    loaded = into == "a hub's" or (into == "a room" and workspace)
    assert told_by_a_kernel(code, tmp_path) == [loaded, loaded]


def test_outside_of_a_workspace_the_first_verdict_says_that_the_hubs_room_hears_nothing(
    own_workspace, tmp_path, monkeypatch
):
    for name, value in HUB.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("COURSEKIT_WORKSPACE")
    code = (
        "import json, coursekit\n"
        "print(json.dumps([coursekit.check('quiz_var_axes', a).notes for a in 'ab']))"
    )
    first, then = told_by_a_kernel(code, tmp_path)
    assert [note for note in first if note not in then] == [session.UNPLACED]
