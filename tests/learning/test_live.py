"""What a notebook keeps and sends, without a room: the outbox, its thread, addresses, reports."""

import json
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coursekit import exercises
from coursekit.checking import Result
from coursekit.learning import workshop
from coursekit.learning.live import delivery, member, outbox, place, session
from coursekit.learning.live.delivery import Delivery
from coursekit.learning.live.heard import in_words
from coursekit.learning.live.member import Member
from coursekit.learning.live.report import Report, guess
from coursekit.learning.workshop import _begin
from coursekit.workshop import calls
from coursekit.workshop.wire import BATCH, BODY, CODE, Malformed, body_of, read_events


class Stub(BaseHTTPRequestHandler):
    """Answers as `server.plan` says, then as a room does; keeps what was taken.

    A status alone is what a proxy says; with "problem" behind it, what a room does.
    """

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked += 1
        status, said = self.server.plan.pop(0) if self.server.plan else (200, None)
        if said is None:
            try:
                self.server.taken += (found := read_events(body))
                said = {"kept": len(found)}
            except ValueError:
                status, said = 400, OURS
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode() if isinstance(said, dict) else said.encode())

    def log_message(self, *_):
        pass


OURS = {"problem": "a sentence"}
LOGIN = "<html>Welcome to Hotel Lobby. Please log in.</html>"


@pytest.fixture
def room():
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        server.plan, server.taken, server.asked = [], [], 0
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def workspace(own_workspace, room):
    member.write(own_workspace, Member(room.url, "t"))
    return own_workspace


def put(workspace, event):
    outbox.put(workspace, event, member.read(workspace).of)


def waiting(workspace):
    return len(list((workspace / outbox.FOLDER).glob("*.json")))


CHECK = {"kind": "check", "exercise": "batch_mean", "outcome": "failed"}


def test_all_that_waits_is_sent_in_order_and_then_gone(workspace, room):
    for n in range(BATCH + 7):
        put(workspace, CHECK | {"attempt": n})
    assert Delivery(workspace).send() == BATCH + 7
    assert [event.attempt for event in room.taken] == list(range(BATCH + 7))
    assert waiting(workspace) == 0


ELSEWHERE = [(n, said) for n in (302, 307, 400, 401, 403, 404, 405, 407, 413, 415, 418, 451)
             for said in (LOGIN, {}, {"error": "x"})]  # fmt: skip
ELSEWHERE += [(200, LOGIN), (200, {}), (200, "[]"), (200, {"kept": 7}), (511, LOGIN)]


@pytest.mark.parametrize("answer", [*((n, OURS) for n in (500, 502, 503, 429, 408, 403, 404, 405)),
                                    *ELSEWHERE])  # fmt: skip
def test_what_no_room_has_taken_or_will_never_take_waits(workspace, room, answer):
    put(workspace, CHECK)
    room.plan = [answer]
    with pytest.raises(calls.Unreached):
        Delivery(workspace).send()
    assert room.taken == []
    assert waiting(workspace) == 1 and Delivery(workspace).send() == 1


def spoil(workspace, old, new):
    """Change the newest event, as a room that is older than the notebook would find it."""
    path = max((workspace / outbox.FOLDER).glob("*.json"))
    path.write_text(path.read_text().replace(old, new))


def test_where_a_hub_has_a_room_and_there_is_no_workspace_the_first_check_says_so(
    monkeypatch, capsys
):
    monkeypatch.setattr(session, "workspace_folder", lambda: None)
    monkeypatch.setattr(workshop, "workspace_folder", lambda: None)
    monkeypatch.setattr(session, "_told", False)
    task = exercises.find("batch_mean")
    result = Result("batch_mean", task.lesson, "failed", 0, 1, "", "", "m")
    assert session.checked(task, result, None).notes == result.notes
    workshop.need_help()
    assert "You are in no room" in capsys.readouterr().out
    monkeypatch.setenv(member.ROOM, "http://127.0.0.1:9")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "t")
    assert "coursekit update course" in " ".join(session.checked(task, result, None).notes)
    assert session.checked(task, result, None).notes == result.notes
    for call in (workshop.join, workshop.need_help, workshop.leave):
        call()
        assert "in no workspace" in capsys.readouterr().out.replace("\n", " ")


def test_one_event_that_is_refused_holds_up_no_other(workspace, room):
    put(workspace, CHECK | {"attempt": 1})
    put(workspace, CHECK | {"attempt": 2})
    spoil(workspace, "failed", "of a newer course")
    put(workspace, CHECK | {"attempt": 3})
    Delivery(workspace).send()
    assert [event.attempt for event in room.taken] == [1, 3] and waiting(workspace) == 0


def test_a_room_that_has_forgotten_us_is_sent_nothing_more(workspace, room):
    put(workspace, CHECK)
    room.plan = [(401, OURS)]
    delivery = Delivery(workspace)
    assert [delivery.send(), delivery.send()] == [0, 0] and waiting(workspace) == 1
    assert room.asked == 1
    member.write(workspace, Member(room.url, "of another day"))
    assert delivery.send() == 1  # the same learner, back with another token


def test_a_hubs_room_that_did_not_know_us_is_asked_again_after_a_while(
    own_workspace, room, monkeypatch
):
    monkeypatch.setenv(member.ROOM, room.url)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "t")
    put(own_workspace, CHECK)
    room.plan = [(401, OURS)] * 2
    sends = Delivery(own_workspace)
    monkeypatch.setitem(session._deliveries, own_workspace, sends)
    monkeypatch.setattr(session, "start", lambda folder: None)
    assert [sends.send(), sends.send()] == [0, 0] and room.asked == 1
    assert session.flag("need") == session.FORGOTTEN
    monkeypatch.setattr(delivery, "LAST_WAIT", 0.0)
    assert sends.send() == 0 and room.asked == 2
    monkeypatch.setattr(sends, "wake", lambda: None)
    assert session.flag("need") == session.SAID["need"]
    assert sends.send() == 2 and waiting(own_workspace) == 0


def test_after_that_nothing_is_kept_for_it_either_and_whoever_asks_is_told(
    workspace, room, monkeypatch
):
    delivery = Delivery(workspace)
    delivery.forgotten = "t"
    delivery.wake = lambda: None
    monkeypatch.setitem(session._deliveries, workspace, delivery)
    monkeypatch.setattr(session, "start", lambda folder: None)
    monkeypatch.setattr(session, "workspace_folder", lambda: workspace)
    task = exercises.find("batch_mean")
    session.checked(task, Result("batch_mean", task.lesson, "failed", 0, 1, "", "", "m"), ...)
    assert "does not know you" in session.flag("need")
    assert waiting(workspace) == 0
    delivery.forgotten = ""
    session.checked(task, Result("batch_mean", task.lesson, "failed", 0, 1, "", "", "m"), ...)
    assert waiting(workspace) == 1


@pytest.mark.parametrize("before", [{"who": "b" * 16}, {"url": "http://127.0.0.1:9"}], ids=str)
def test_what_was_done_in_one_room_reaches_no_other_and_no_other_learner(workspace, room, before):
    now = Member(room.url, "t", "Ada", who="a" * 16)
    member.write(workspace, Member(**{**vars(now), **before}))
    put(workspace, CHECK | {"attempt": 1})
    member.write(workspace, now)
    put(workspace, CHECK | {"attempt": 2})
    assert Delivery(workspace).send() == 1
    assert [event.attempt for event in room.taken] == [2] and waiting(workspace) == 1


def test_who_joins_another_room_leaves_nothing_waiting_for_the_one_before(workspace, room):
    put(workspace, CHECK)
    _begin(workspace, Member("http://127.0.0.1:9", "t", "Ada", who="a" * 16), "")
    assert waiting(workspace) == 0
    put(workspace, CHECK)
    _begin(workspace, Member("http://127.0.0.1:9", "u", "Ada", who="a" * 16), "")
    assert waiting(workspace) == 1  # the same learner, back with another token


@pytest.mark.parametrize("text", ["漢" * 15_000, "x = 1\n" * 3_000, "\x01" * 9_000, "é" * CODE])
def test_whatever_is_kept_to_be_sent_is_taken(workspace, room, text):
    put(workspace, CHECK | {"kind": "show", "text": text})
    assert Delivery(workspace).send() == 1 and [one.text for one in room.taken] == [text]


@pytest.mark.parametrize("text", ["x" * (CODE + 1), "a\0b", "\ud800", "\U0001f600" * 19_000])
def test_what_no_room_would_take_is_told_and_never_kept(workspace, text):
    event = CHECK | {"kind": "show", "text": text}
    with pytest.raises(Malformed):
        put(workspace, event)
    assert session._send(event, "A helper sees it.").startswith("That cannot be sent: ")
    assert waiting(workspace) == 0


def test_the_longest_that_is_kept_fits_in_a_request(workspace):
    def text(size):
        return "\U0001f600" * 16_000 + "x" * size

    short = {"key": "k" * 32, "at": time.time(), **CHECK, "kind": "show", "text": text(0)}
    size = BODY - len(body_of([short], 0.0))  # with it, all but the time of sending fits
    for more in range(-60, 2):
        event = CHECK | {"kind": "show", "text": text(size + more)}
        with suppress(Malformed):
            put(workspace, event)
    kept = [event for _, event in outbox.waiting(workspace, 99, member.read(workspace).of)]
    assert kept and max(len(body_of([one], time.time())) for one in kept) <= BODY


def test_a_token_follows_no_redirection(workspace, room):
    put(workspace, CHECK)
    room.plan = [(302, {})]
    with pytest.raises(calls.Unreached):
        Delivery(workspace).send()
    assert room.taken == [] and waiting(workspace) == 1


def test_the_thread_sends_when_it_is_woken_and_again_when_it_could_not(workspace, room):
    room.plan = [(500, {}), (302, LOGIN)]
    delivery = Delivery(workspace, first=0.05)
    put(workspace, CHECK)
    begun = time.monotonic()
    delivery.wake()
    assert time.monotonic() - begun < 0.5
    until = time.monotonic() + 10
    while waiting(workspace) and time.monotonic() < until:
        time.sleep(0.02)
    assert len(room.taken) == 1


def test_a_file_that_is_no_event_is_passed_over(workspace, room):
    put(workspace, CHECK)
    (workspace / outbox.FOLDER / "0.json").write_text("{half")
    (workspace / outbox.FOLDER / "1.json").write_bytes(b"\xff\x00")
    assert Delivery(workspace).send() == 1 and waiting(workspace) == 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"url": 1}', "\x00"])
def test_a_membership_that_cannot_be_read_is_none(own_workspace, content):
    path = own_workspace / member.FILE
    path.parent.mkdir()
    path.write_text(content)
    assert member.read(own_workspace, {}) is None


def test_a_hubs_room_needs_no_joining_and_is_left_for_good(own_workspace):
    hub = {"COURSEKIT_WORKSHOP": "http://hub/services/room/", "JUPYTERHUB_API_TOKEN": "k"}
    found = member.read(own_workspace, hub)
    assert found == Member("http://hub/services/room", "k", how="token")
    assert found.headers == {"Authorization": "token k"}
    member.write(own_workspace, Member(found.url, "k", how="token", left=True))
    assert "k" not in json.loads((own_workspace / member.FILE).read_text())["token"]
    assert member.read(own_workspace, hub) is None


@pytest.mark.parametrize(
    "typed, url",
    [
        ("abcdef@10.0.0.7:8000", "http://10.0.0.7:8000"),
        (" ABC-DEF@https://x.org/room/ ", "https://x.org/room"),
        ('"ABCDEF@[::1]:8000"', "http://[::1]:8000"),
    ],
)
def test_an_address_is_read_as_it_is_typed(typed, url):
    assert place.read(typed) == ("ABCDEF", url)


def test_a_report_has_no_code_and_no_message_in_it():
    task = exercises.find("batch_mean")
    result = Result("batch_mean", task.lesson, "failed", 0, 1, "values", "secret", "m", attempt=2)
    event = Report().of(task, result, ...)
    assert set(event) == {"kind", "exercise", "outcome", "diagnosis", "attempt", "seconds"}
    assert "secret" not in json.dumps(event)
    assert Report().of(task, result.but(status="judge_failed"), ...) is None
    assert Report().of(task, result.but(status="unsolved"), ...) is None


@pytest.mark.parametrize(
    "diagnosis, sent",
    [
        (None, ""),
        ("a", "a"),
        ("a+b", "a+b"),
        ("a in dx", "a"),
        ("a in most cases", "a"),
        ("a in dx, dgamma+b in 4 outputs+c in y", "a+b"),
        ("a in dx+a in dy", "a"),
    ],
)
def test_a_room_takes_every_diagnosis(diagnosis, sent):
    task = exercises.find("batch_norm")
    result = Result("batch_norm", "l", "failed", 0, 1, "values", "m", diagnosis=diagnosis)
    event = Report().of(task, result, ...) | {"key": "12345678"}
    [taken] = read_events(json.dumps({"sent": 0, "events": [event]}).encode())
    assert taken.diagnosis == sent


@pytest.mark.parametrize(
    "question, value, text",
    [
        *(("quiz_var_axes", v, t) for v, t in (("b", "b"), ("CA", "ac"), (["a", "c"], "ac"))),
        *(("quiz_var_axes", v, None) for v in ("x", 3, "2.5", ..., None, {}, "a sentence")),
        *(("predict_one_pass", v, t) for v, t in ((3, "3.0"), (2.5, "2.5"))),
        *(("predict_one_pass", v, None) for v in ("7", float("nan"), ..., None, [], "a")),
    ],
)
def test_an_answer_is_letters_or_a_number_or_is_not_sent(question, value, text):
    found = guess(exercises.find(question), value)
    assert (found or {}).get("text") == text


def test_what_is_heard_is_in_this_courses_words():
    task = exercises.find("batch_mean")
    hint = {"kind": "hint", "exercise": "batch_mean", "level": 2}
    assert task.hints[1] in in_words(hint)
    assert task.worked_answer() in in_words({"kind": "answer", "exercise": "batch_mean"})
    for odd in ({}, hint | {"level": 9}, hint | {"exercise": "none"}, hint | {"level": "2"}):
        assert in_words(odd) == ""
