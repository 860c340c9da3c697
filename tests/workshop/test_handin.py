"""Handing in, from the workspace to the gradebook and back: receipts, versions, feedback."""

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from rooms import served

from coursekit.cli import main
from coursekit.errors import WorkshopError
from coursekit.grading.intake.roster import Person
from coursekit.workshop.collect import collect

REPO = Path(__file__).parents[2]
SOLVED = REPO / "solutions" / "01_mean_and_variance.ipynb"
BLANK = REPO / "notebooks" / "01_mean_and_variance.ipynb"
KIND = {"Content-Type": "application/x-ipynb+json"}


def hand_in(learner, content: bytes, **query) -> httpx.Response:
    query = {"lesson": "mean_and_variance", **query}
    return learner.post("/api/handin", params=query, content=content, headers=KIND)


def test_a_receipt_has_the_hash_and_every_version_is_kept(house):
    learner = house.learner()
    one, other = b'{"cells": []}', b'{"cells": [], "a": 1}'
    receipts = [hand_in(learner, content).json() for content in (one, one, other, one)]
    assert [r["version"] for r in receipts] == [1, 1, 2, 3]
    assert receipts[0] == receipts[1]  # a line that was cut, and the same sent again
    assert len({r["receipt"] for r in receipts}) == 3
    assert receipts[2]["sha256"] == hashlib.sha256(other).hexdigest()
    assert len(learner.get("/api/me").json()["handed"]) == 3


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"cells": 1}', b"PK\x03\x04"])
def test_what_is_no_notebook_is_refused(house, content):
    assert hand_in(house.learner(), content).status_code == 400


@pytest.mark.parametrize("lesson", ["", "../x", "a/b", "<b>", ".", "漢" * 34, "x" * 101])
def test_a_lesson_is_a_name(house, lesson):
    assert hand_in(house.learner(), b'{"cells": []}', lesson=lesson).status_code == 400


def test_a_notebook_of_nine_megabytes_is_refused(house):
    content = b'{"cells": [], "x": "' + b"y" * (9 * 2**20) + b'"}'
    assert hand_in(house.learner(), content).status_code == 413


def test_only_the_leader_fetches_and_sends_back(house):
    learner = house.learner()
    hand_in(learner, b'{"cells": []}')
    for how in ("Bearer x", "Leader x", learner.headers["authorization"]):
        answer = httpx.get(f"{house.url}/api/handed", headers={"Authorization": how})
        assert answer.status_code == 401


def fetched(room, out):
    """What would be graded, by the file."""
    folder = collect(room.link, out).folder
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.ipynb")}


def test_what_was_handed_in_last_is_graded_though_it_was_handed_in_before(room, tmp_path):
    ada = room.learner(name="Ada")
    for letter in b"ABA":
        hand_in(ada, b'{"cells": [], "x": "%c"}' % letter)
    assert list(fetched(room, tmp_path / "out").values()) == [b'{"cells": [], "x": "A"}']


def test_one_learner_is_one_student_whichever_hand_in_had_the_name(room, tmp_path):
    ada, bob = room.learner(), room.learner()
    hand_in(ada, b'{"cells": [], "x": "before"}')
    hand_in(bob, b'{"cells": [], "x": "nameless"}')
    hand_in(ada, b'{"cells": [], "x": "named"}', name="Ada Lovelace")
    hand_in(ada, b'{"cells": [], "x": "later"}')
    file = "01_mean_and_variance.ipynb"
    assert fetched(room, tmp_path / "out") == {
        f"Ada Lovelace/{file}": b'{"cells": [], "x": "later"}',
        f"{bob.name}/{file}": b'{"cells": [], "x": "nameless"}',
    }


def test_two_at_one_machine_who_name_themselves_are_two(room, tmp_path):
    machine = room.learner()
    for name in ("Ada", "Bob"):
        hand_in(machine, b'{"cells": [], "x": "%s"}' % name.encode(), name=name)
    assert len(fetched(room, tmp_path / "out")) == 2


def test_who_has_left_is_graded_no_more_and_whoever_comes_next_for_what_is_theirs(room, tmp_path):
    stays, leaves = room.learner(name="Ada"), room.learner(name="Bob")
    hand_in(stays, b'{"cells": [], "x": "Ada"}')
    hand_in(leaves, b'{"cells": [], "x": "Bob"}')
    assert len(fetched(room, tmp_path / "out")) == 2
    leaves.delete("/api/me")
    [(name, _)] = fetched(room, tmp_path / "out").items()
    assert name.startswith("Ada/")
    again = room.learner(name="Bob")
    hand_in(again, b'{"cells": [], "x": "another Bob"}')
    assert fetched(room, tmp_path / "out")["Bob/01_mean_and_variance.ipynb"] == (
        b'{"cells": [], "x": "another Bob"}'
    )


def test_another_rooms_versions_in_the_same_folder_are_not_taken_for_this_ones(tmp_path):
    for day in ("one", "two"):
        (tmp_path / day).mkdir()
        with served(tmp_path / day, lessons="01") as room:
            hand_in(room.learner(name="Ada"), b'{"cells": [], "x": "%s"}' % day.encode())
            [content] = fetched(room, tmp_path / "out").values()
            assert day.encode() in content
            for path in (tmp_path / "out" / "handed-in" / "versions").rglob("*.ipynb"):
                path.write_bytes(b"{}")  # half of it, say: it is fetched again
            assert list(fetched(room, tmp_path / "out").values()) == [content]


class Desk(BaseHTTPRequestHandler):
    """A room's desk that says what `server.said` holds, by the beginning of the path."""

    def do_GET(self):
        said = self.server.said
        status, body = next(said[path] for path in said if self.path.startswith(path))
        self.server.asked.append((self.path, self.headers["Authorization"]))
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def desk():
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        server.asked, server.link = [], f"http://127.0.0.1:{server.server_port}/leader#s"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def rows(*lessons, **other):
    sha = hashlib.sha256(b"{}").hexdigest()
    row = {"learner": 1, "name": "x" * 40, "hash": sha, **other}
    found = [row | {"id": n + 1, "lesson": lesson} for n, lesson in enumerate(lessons)]
    return json.dumps({"handed": found}).encode()


@pytest.mark.parametrize(
    "status, body",
    [
        *((200, body) for body in (b"", b"<html>", b"[]", b"{}", b'{"handed": 1}', b"[" * 99_999)),
        *((200, b'{"handed": [%s]}' % row) for row in (b"1", b"{}", b'{"id": "x"}')),
        (200, rows("x", hash="../../etc/passwd")),
        *((status, b"") for status in (301, 302, 307, 401, 404, 500)),
    ],
)
def test_what_is_no_room_is_told_and_the_secret_goes_nowhere_else(desk, tmp_path, status, body):
    desk.said = {"": (status, body)}
    with pytest.raises(WorkshopError):
        collect(desk.link, tmp_path)
    assert [path for path, _ in desk.asked] == ["/api/handed"]


def test_what_is_not_what_was_handed_in_is_not_graded(desk, tmp_path):
    desk.said = {"/api/handed/": (200, b"{} "), "/api/handed": (200, rows("x"))}
    with pytest.raises(WorkshopError, match="not what was handed in"):
        collect(desk.link, tmp_path)
    assert not list(tmp_path.rglob("*.ipynb"))


def test_a_name_that_no_file_may_have_costs_nobody_the_others(desk, tmp_path):
    odd = ["漢" * 100, "𝔵" * 100, "../../x", "x" * 4000, "\0", "", "."]
    desk.said = {"/api/handed/": (200, b"{}"),
                 "/api/handed": (200, rows(*odd, "mean_and_variance", name="𝔵" * 100))}  # fmt: skip
    found = collect(desk.link, tmp_path)
    assert sum(name.endswith("/01_mean_and_variance.ipynb") for name in found.rows) == 1
    assert all(path.is_relative_to(tmp_path) for path in found.folder.rglob("*.ipynb"))


@pytest.mark.parametrize(
    "named",
    [
        [(3, "A/B"), (3, "A:B"), (3, "A*B")],
        [(1, "Ada"), (2, "Ada"), (3, "Ada (2)"), (2, "Ada (2)"), (3, "ADA")],
        [(1, "con"), (1, "_con"), (1, "漢" * 40), (1, "漢" * 41)],
    ],
    ids=["replaced", "called the same", "cut"],
)
def test_no_two_hand_in_to_one_folder(desk, tmp_path, named):
    about = [{"learner": learner, "name": name} for learner, name in named]
    found = [json.loads(rows("x", **one))["handed"][0] | {"id": n} for n, one in enumerate(about)]
    body = json.dumps({"handed": found}).encode()
    desk.said = {"/api/handed/": (200, b"{}"), "/api/handed": (200, body)}
    got = collect(desk.link, tmp_path)
    assert {(row.learner, row.name) for row in got.rows.values()} == {*named}
    assert len({name.casefold() for name in got.rows}) == len(named)


def sent_back(desk, tmp_path, said):
    desk.said = {"/api/handed/": (200, b"{}"), "/api/handed": (200, rows("a", "b", "c"))}
    found = collect(desk.link, tmp_path)
    (tmp_path / "page.html").write_text("<p>")
    graded = [SimpleNamespace(file=name, student="x", page="page.html") for name in found.rows]
    desk.said = said
    return found.send_back(SimpleNamespace(submissions=graded), tmp_path)


def test_a_page_that_is_not_taken_is_named_and_holds_up_no_other(desk, tmp_path):
    gone = (404, b'{"problem": "There is no such notebook."}')
    said = sent_back(desk, tmp_path, {"/api/desk?id=1": gone, "": (200, b"{}")})
    assert said[0].startswith("2 feedback pages") and len(said) == 2
    assert "no such notebook" in said[1] and "/a.ipynb" in said[1]


def test_of_what_a_group_hands_in_whoever_did_so_gets_their_own_page(desk, tmp_path):
    desk.said = {"/api/handed/": (200, b"{}"), "/api/handed": (200, rows("a", "b", name="Bea Bo"))}
    found = collect(desk.link, tmp_path)
    people = {id: Person(id, name) for id, name in (("b1", "Bea Bo"), ("c1", "Cem Can"))}
    first, second = found.rows
    graded = [SimpleNamespace(file=first, student=id, page=f"{id}.html") for id in ("c1", "b1")]
    graded.append(SimpleNamespace(file=second, student="b1", page="b1.html"))
    for id in people:
        (tmp_path / f"{id}.html").write_text(id)
    report, desk.said = SimpleNamespace(submissions=graded, people=people), {"": (200, b"{}")}
    del desk.asked[:]
    assert found.send_back(report, tmp_path) == ("2 feedback pages sent back to the room",)
    assert [path for path, _ in desk.asked] == ["/api/desk?id=1", "/api/desk?id=2"]
    report.people = {}  # a name that only the instructor's answers tell
    assert "1 feedback page " in found.send_back(report, tmp_path)[0]
    assert "together" in found.send_back(report, tmp_path)[1]


def test_a_room_that_is_away_is_told_for_every_page(desk, tmp_path):
    said = sent_back(desk, tmp_path, {"": (502, b"")})
    assert said[0].startswith("0 feedback pages") and len(said) == 4


@pytest.mark.needs("bwrap")
def test_from_submit_to_the_feedback_page(tmp_path, own_workspace, monkeypatch, capsys):
    shutil.copy(SOLVED, own_workspace / SOLVED.name)
    with served(tmp_path, lessons="01") as room:
        from coursekit import join
        from coursekit.learning.workshop import feedback

        join(f"{room.code}@{room.url}")
        assert main(["submit", str(own_workspace / SOLVED.name), "--name", "Ada/Lovelace"]) == 0
        said = capsys.readouterr().out
        assert "version 1" in said and hashlib.sha256(SOLVED.read_bytes()).hexdigest() in said
        other = room.learner()
        assert hand_in(other, BLANK.read_bytes(), name="Ada/Lovelace").status_code == 200
        out = tmp_path / "out"
        command = [sys.executable, "-m", "coursekit", "grade", "--workshop", room.link]
        done = subprocess.run(
            [*command, "--out", str(out), "--json"], capture_output=True, text=True, cwd=tmp_path
        )
        assert "2 feedback pages sent back" in done.stderr, done.stderr + done.stdout
        found = json.loads(done.stdout)["submissions"]
        assert len(found) == 2 and sum(one["score"] == one["max"] > 0 for one in found) == 1
        [page] = feedback()
        assert "mean_and_variance" in page.name and "batch_mean" in page.read_text("utf-8")
        assert other.get("/api/feedback").json()["pages"][0]["page"] != page.read_text("utf-8")


def test_grade_takes_a_folder_or_a_link(tmp_path, capsys):
    for arguments in (["--out", "x"], [".", "--workshop", "http://h/leader#s", "--out", "x"]):
        assert main(["grade", *arguments]) == 2
    assert main(["grade", "--workshop", "http://127.0.0.1:9", "--out", str(tmp_path)]) == 2
    assert "leader's link" in capsys.readouterr().err


def test_to_hand_in_one_has_joined(own_workspace, capsys):
    assert main(["submit", str(BLANK)]) == 2
    assert "You are in no room" in capsys.readouterr().err
