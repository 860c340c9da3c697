"""A real kernel in a real room: what is sent, what is heard, and that nothing waits for either."""

import json
import re
import socket
import sys
import time
from pathlib import Path

import pytest
from kernels import Kernel

sys.path.insert(0, str(Path(__file__).parents[1] / "workshop"))

from rooms import form, served

from coursekit.cli import main
from coursekit.learning.live import member, session
from coursekit.workspace import folder, shipped

WRONG = """
def batch_mean(x):
    return x.mean()
"""
RIGHT = """
def batch_mean(x):
    return x.mean(axis=0)
"""
CHECK = "from coursekit import *\n{}\ncheck(batch_mean)"


@pytest.fixture
def room(tmp_path):
    with served(tmp_path, lessons="01") as room:
        yield room


@pytest.fixture(scope="module")
def kernel():
    """A kernel outside of any workshop's folder; each test names its own."""
    with Kernel() as kernel:
        yield kernel


def go(kernel, folder):
    (folder / ".coursekit").mkdir(exist_ok=True)
    kernel.run(f"import os; os.environ['COURSEKIT_WORKSPACE'] = {str(folder)!r}")


def eventually(told, seconds=15):
    until = time.monotonic() + seconds
    while not (found := told()):
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)
    return found


def test_a_learner_joins_fails_asks_shows_passes_and_leaves(room, kernel, own_workspace):
    go(kernel, own_workspace)
    leader, host = room.leader(), room.url.removeprefix("http://")
    said = kernel.run(f'from coursekit import *\njoin("{room.code.lower()}@{host}")').text
    name = re.search(r"You are in, as ([\w ]+) \(", said)[1]
    assert len(said.strip().splitlines()) == 4 and "leave()" in said
    shown = kernel.run(CHECK.format(WRONG))
    assert not shown.error and "attempt" in shown.html
    page = eventually(lambda: "<ol" in (p := leader.get("/why").text) and p)
    assert "Release hint 2 to 1" in page
    assert "Help is asked for" in kernel.run('need_help("Which axis?")').text
    assert "this once" in kernel.run("show_code(batch_mean)").text
    queue = eventually(lambda: "return x.mean()" in (p := leader.get("/help").text) and p)
    assert name in queue and "Which axis?" in queue and "1 attempt" in queue
    kernel.run(CHECK.format(RIGHT)), kernel.run("done()")
    eventually(lambda: "1 of 1 has passed" in leader.get("/now").text)
    eventually(lambda: '<span class="word">done</span>' in leader.get("/help").text)
    kept = kernel.run("import json; print(json.dumps(what_is_kept()))").text
    assert [e["outcome"] for e in json.loads(kept)["events"] if e["kind"] == "check"] == [
        "failed",
        "passed",
    ]
    assert "deleted" in kernel.run("leave()").text
    assert name not in leader.get("/room").text
    assert not kernel.run(CHECK.format(WRONG)).error
    time.sleep(0.3)
    assert leader.get("/after.json").json() == []


def test_the_token_is_the_owners_alone_and_joining_again_is_being_in(room, kernel, own_workspace):
    go(kernel, own_workspace)
    joins = f'from coursekit import *\njoin("{room.code}@{room.url}")'
    kernel.run(joins)
    assert kernel.run(joins).text.startswith("You are in, as ")
    assert (own_workspace / ".coursekit/workshop.json").stat().st_mode & 0o077 == 0
    assert room.leader().get("/room").text.count('<th scope="row">') == 1


def test_what_the_leader_says_is_shown_under_the_newest_panel(room, kernel, own_workspace):
    go(kernel, own_workspace)
    kernel.run(f'from coursekit import *\njoin("{room.code}@{room.url}")')
    kernel.run(CHECK.format(WRONG))
    form(room.leader(), "pace", words="exercise 1 until 10:40")
    row = "from coursekit.learning.live import session; print(session._row._words.value)"
    eventually(lambda: "exercise 1 until 10:40" in kernel.run(row).text)


def test_without_the_network_nothing_waits_and_all_arrives_later_once(
    tmp_path, kernel, own_workspace
):
    go(kernel, own_workspace)
    with served(tmp_path, lessons="01") as room:
        port = room.url.rpartition(":")[2]
        kernel.run(f'from coursekit import *\njoin("{room.code}@{room.url}")')
    with socket.create_server(("127.0.0.1", int(port))):  # it listens, and never answers
        for answer in (WRONG, RIGHT):
            begun = time.monotonic()
            assert not kernel.run(CHECK.format(answer)).error
            assert time.monotonic() - begun < 5
        progress = json.loads((own_workspace / ".coursekit/progress.json").read_text())
        assert progress["exercises"]["batch_mean"]["passed"]
        assert len(list((own_workspace / ".coursekit/outbox").glob("*.json"))) == 2
    kernel.restart()
    go(kernel, own_workspace)
    with served(tmp_path, lessons="01", port=int(port)) as room:
        kernel.run(
            "from coursekit import check\n"
            "from coursekit.learning.live import session\nsession.start()"
        )
        eventually(lambda: "1 of 1 has passed" in room.leader().get("/now").text)
        [row] = room.leader().get("/after.json").json()
        assert row["attempts"] == 2
    assert not list((own_workspace / ".coursekit/outbox").glob("*.json"))


@pytest.mark.parametrize(
    "typed, words",
    [
        ("ABCDEF", "CODE@host"),
        ("@host", "CODE@host"),
        ("ABCDEF@", "CODE@host"),
        ("ABCDEF@file:///etc/passwd", "is no address"),
        ("ABCDEF@http://user:pass@host", "is no address"),
        ("ABCDEF@127.0.0.1:9", "could not be joined"),
    ],
)
def test_what_is_no_room_is_told_and_never_raised(typed, words, own_workspace, capsys):
    from coursekit import join

    join(typed)
    assert words in capsys.readouterr().out


def test_a_wrong_code_is_told(room, own_workspace, capsys):
    from coursekit import join

    join(f"AAAAAA@{room.url}")
    assert "not this room's code. Nothing" in capsys.readouterr().out
    assert not (own_workspace / ".coursekit/workshop.json").exists()


def test_who_is_in_no_room_is_told_so(own_workspace, capsys):
    from coursekit import card, done, leave, need_help

    for call in (leave, need_help, done, card):
        call()
        assert "You are in no room" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["--join {}", "--join={}"])
def test_the_lab_joins_before_it_starts_and_trusts_what_it_wrote(room, word, tmp_path, monkeypatch):
    def stop(server):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "trust", lambda *paths: told.append(len(paths)))
    monkeypatch.setattr(folder.subprocess, "Popen", lambda command, **_: told.append(command))
    monkeypatch.setattr(folder, "_wait_until_ready", stop)
    monkeypatch.setattr(folder, "_end", lambda server: told.append(member.read(work) is not None))
    told, work = [], tmp_path / "work"
    joins = word.format(f"{room.code}@{room.url}").split()
    assert main(["lab", str(work), "--no-browser", *joins, "--port=0"]) == 0
    trusted, command, joined = told
    assert trusted == len(shipped()) and joined
    assert command[-2:] == ["--no-browser", "--port=0"] and room.code not in "".join(command)
    assert work not in session._deliveries  # the kernels send and listen


@pytest.mark.parametrize("words", [["--join"], ["--join="], ["--join", "--no-browser"]])
def test_to_join_from_the_lab_an_address_is_needed(words, tmp_path, capsys):
    assert main(["lab", str(tmp_path / "work"), *words]) == 2
    assert "--join CODE@host" in capsys.readouterr().err and not (tmp_path / "work").exists()


def test_who_interrupts_leaving_is_still_in(own_workspace, monkeypatch):
    from coursekit.learning import workshop

    def interrupted(*_):
        raise KeyboardInterrupt

    joined = member.Member("http://127.0.0.1:9", "t", "Ada")
    member.write(own_workspace, joined)
    monkeypatch.setattr(workshop, "call", interrupted)
    with pytest.raises(KeyboardInterrupt):
        workshop.leave()
    assert member.read(own_workspace) == joined


def test_a_room_that_cannot_be_left_now_is_not_said_to_be_left(room, own_workspace, capsys):
    from coursekit import join, leave

    join(f"{room.code}@{room.url}")
    joined = member.read(own_workspace)
    away = member.Member(**{**vars(joined), "url": f"{room.url}/elsewhere"})  # a proxy's 404
    member.write(own_workspace, away)
    leave()
    assert "Nothing is deleted yet" in capsys.readouterr().out
    assert member.read(own_workspace) == away
    member.write(own_workspace, joined)
    leave(), leave()
    said = capsys.readouterr().out
    assert 'is deleted there. join("CODE@host") comes in again' in said
