"""What a notebook keeps and sends, without a room: the outbox, its thread, addresses, reports."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coursekit import exercises
from coursekit.learning.live import calls, member, outbox, place
from coursekit.learning.live.delivery import Delivery
from coursekit.learning.live.heard import in_words
from coursekit.learning.live.member import Member
from coursekit.learning.live.report import Report, guess
from coursekit.workshop.wire import BATCH, read_events


class Stub(BaseHTTPRequestHandler):
    """Answers with the statuses in `server.plan`, then 200; keeps what was taken."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.plan.pop(0) if self.server.plan else 200
        if status == 200:
            try:
                self.server.taken += read_events(body)
            except ValueError:
                status = 400
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.fixture
def room():
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        server.plan, server.taken = [], []
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def workspace(own_workspace, room):
    member.write(own_workspace, Member(room.url, "t"))
    return own_workspace


def waiting(workspace):
    return len(list((workspace / outbox.FOLDER).glob("*.json")))


CHECK = {"kind": "check", "exercise": "batch_mean", "outcome": "failed"}


def test_all_that_waits_is_sent_in_order_and_then_gone(workspace, room):
    for n in range(BATCH + 7):
        outbox.put(workspace, CHECK | {"attempt": n})
    assert Delivery(workspace).send() == BATCH + 7
    assert [event.attempt for event in room.taken] == list(range(BATCH + 7))
    assert waiting(workspace) == 0


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_what_a_room_cannot_take_now_waits(workspace, room, status):
    outbox.put(workspace, CHECK)
    room.plan = [status]
    with pytest.raises(calls.Unreached):
        Delivery(workspace).send()
    assert waiting(workspace) == 1 and Delivery(workspace).send() == 1


def test_one_event_that_is_refused_holds_up_no_other(workspace, room):
    outbox.put(workspace, CHECK | {"attempt": 1})
    outbox.put(workspace, CHECK | {"outcome": "of a newer course"})
    outbox.put(workspace, CHECK | {"attempt": 3})
    Delivery(workspace).send()
    assert [event.attempt for event in room.taken] == [1, 3] and waiting(workspace) == 0


def test_a_room_that_has_forgotten_us_is_sent_nothing_more(workspace, room):
    outbox.put(workspace, CHECK)
    room.plan = [401]
    assert Delivery(workspace).send() == 0 and waiting(workspace) == 1


def test_a_token_follows_no_redirection(workspace, room):
    outbox.put(workspace, CHECK)
    room.plan = [302]
    Delivery(workspace).send()
    assert room.taken == []


def test_the_thread_sends_when_it_is_woken_and_again_when_it_could_not(workspace, room):
    room.plan = [500, 500]
    delivery = Delivery(workspace, first=0.05)
    outbox.put(workspace, CHECK)
    begun = time.monotonic()
    delivery.wake()
    assert time.monotonic() - begun < 0.5
    until = time.monotonic() + 10
    while waiting(workspace) and time.monotonic() < until:
        time.sleep(0.02)
    assert len(room.taken) == 1


def test_a_file_that_is_no_event_is_passed_over(workspace, room):
    outbox.put(workspace, CHECK)
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
    from coursekit.checking import Result

    result = Result("batch_mean", task.lesson, "failed", 0, 1, "values", "secret", "m", attempt=2)
    event = Report().of(task, result, ...)
    assert set(event) == {"kind", "exercise", "outcome", "diagnosis", "attempt", "seconds"}
    assert "secret" not in json.dumps(event)
    assert Report().of(task, result.but(status="judge_failed"), ...) is None
    assert Report().of(task, result.but(status="unsolved"), ...) is None


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
