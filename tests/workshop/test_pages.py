"""The leader's pages: who sees them, what they show and what they never do."""

import re
import time
from pathlib import Path

import httpx
import pytest
from rooms import check, form, send

from coursekit.workshop.drawing import SEEN
from coursekit.workshop.snapshot import STUCK

SCRIPT = "<script>alert(1)</script>"
LEADERS = [*SEEN, "qr", "after", "after.csv", "after.json", "stream?page=now"]


@pytest.mark.parametrize("page", LEADERS)
def test_a_page_is_the_leaders_alone(house, page):
    answer = httpx.get(f"{house.url}/{page}")
    assert answer.status_code == 401 and house.code not in answer.text


def test_the_secret_becomes_a_cookie_that_no_script_and_no_other_site_sees(house):
    answer = house.client().post("/enter", data={"secret": house.secret})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert house.secret not in cookie


def test_the_secret_is_in_no_page_no_address_and_no_log(house):
    leader = house.leader()
    for page in ["", "leader", "privacy", *SEEN, "qr", "after", "after.json"]:
        answer = leader.get(f"/{page}")
        assert house.secret not in answer.text, page
        assert answer.headers["referrer-policy"] == "same-origin"
    printed = [line for line in house.lines if house.secret in line]
    assert len(printed) == 1 and printed[0].startswith("Leader ")


def test_who_tries_codes_shuts_neither_door_of_the_leaders_who_has_the_same_address(room):
    tries = [httpx.post(f"{room.url}/api/join", json={"code": "AAAAAA"}) for _ in range(14)]
    assert tries[-1].status_code == 429
    assert room.client().post("/enter", data={"secret": "x"}).status_code == 403
    assert room.leader().get("/now").status_code == 200
    secret = {"Authorization": f"Leader {room.secret}"}
    assert httpx.get(f"{room.url}/api/handed", headers=secret).status_code == 200


def test_who_tries_secrets_shuts_the_door_for_no_learner(room):
    for _ in range(14):
        assert room.client().post("/enter", data={"secret": "x"}).status_code == 403
        answer = httpx.get(f"{room.url}/api/handed", headers={"Authorization": "Leader x"})
        assert answer.status_code == 401
    assert room.learner().get("/api/me").status_code == 200


@pytest.mark.parametrize(
    "given, headers",
    [
        ({"csrf": ""}, {}),
        ({"csrf": "x" * 43}, {}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Content-Type": "text/plain"}),
    ],
)
def test_no_other_sites_form_does_anything(house, given, headers):
    leader = house.leader()
    csrf = re.search(r'name="csrf" value="([^"]+)"', leader.get("/cards").text)[1]
    data = {"csrf": csrf, "deed": "pace", "words": "owned", **given}
    answer = leader.post("/do", data=data, headers=headers)
    assert answer.status_code in (403, 415)
    assert "owned" not in leader.get("/pace").text


def test_a_leaders_form_is_taken_behind_the_documented_proxy_on_any_port(house):
    docs = Path(__file__).parents[2] / "docs" / "workshop.md"
    [passed_on] = re.findall(r"proxy_set_header Host (\S+);", docs.read_text("utf-8"))
    for sent in ("room.example.org", "room.example.org:8443"):
        host = {"$http_host": sent, "$host": sent.partition(":")[0]}[passed_on]  # as nginx has it
        headers = {"Origin": f"https://{sent}", "Host": host}
        answer = httpx.post(f"{house.url}/enter", data={"secret": house.secret}, headers=headers)
        assert answer.status_code == 303, sent


def test_a_learners_text_is_text(room):
    learner, leader = room.learner(name=SCRIPT), room.leader()
    send(learner, check(diagnosis="eps_missing"))
    send(learner, check() | {"kind": "need", "text": SCRIPT, "at": 0.0})
    send(learner, check() | {"kind": "show", "text": f"x = 1\n{SCRIPT}\n"})
    form(leader, "pace", words=SCRIPT)
    for page in [*SEEN, "after"]:
        assert "<script>alert" not in leader.get(f"/{page}").text, page
    help_page = leader.get("/help").text
    assert help_page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    policy = leader.get("/now").headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_what_is_asked_of_the_database_is_no_part_of_its_language(house):
    evil = "'; DROP TABLE learners; --"
    learner = house.learner(name=evil)
    assert learner.name == evil
    leader = house.leader()
    assert "DROP TABLE" in leader.get("/room").text
    assert form(leader, "choose", exercise=evil).status_code == 400
    assert form(leader, "take", learner="1 OR 1=1").status_code == 400


def test_now_why_and_help_say_what_holds_the_room(room):
    leader = room.leader()
    learners = [room.learner() for _ in range(4)]
    send(learners[0], check(outcome="passed", seconds=240.0))
    send(learners[1], check(diagnosis="eps_missing"))
    send(learners[2], check(diagnosis="eps_missing", at=-600))
    need = check() | {"kind": "need", "text": "Which axis?"}
    send(learners[2], need)
    now = leader.get("/now").text
    assert "Wait:\n1 of 4 have passed" in now and "Median 4 min" in now
    counts = dict(re.findall(r"<dt>([\w ]+?)(?: for over [\d.]+ min)?</dt><dd>(\d)</dd>", now))
    assert counts == {"passed": "1", "trying": "1", "stuck": "1", "not begun": "1"}
    for page in (now, leader.get("/pace").text, leader.get("/room").text):
        assert f" for over {STUCK / 60:g} min" in page
    why = leader.get("/why").text
    assert "eps missing" in why and '<p class="say">' in why and "Release hint 2 to 2" in why
    queue = leader.get("/help").text
    assert "Which axis?" in queue and learners[2].name in queue and "1 attempt" in queue
    id = re.search(r'name="learner" value="(\d+)"', queue)[1]
    form(leader, "take", learner=id, helper="Ada")
    assert "taken by Ada" in leader.get("/help").text
    form(leader, "helped", learner=id)
    assert "Nobody waits" in leader.get("/help").text
    for learner in learners[1:]:
        send(learner, check(outcome="passed"))
    assert "Go on:\n4 of 4 have passed" in leader.get("/now").text


def test_a_poll_is_hidden_closed_shown_and_asked_again(room):
    leader, learners = room.leader(), [room.learner() for _ in range(5)]
    question = "quiz_var_axes"
    form(leader, "open", question=question)
    for learner, letter in zip(learners, "abddd", strict=True):
        send(learner, check(question) | {"kind": "guess", "text": letter})
    send(learners[0], check(question) | {"kind": "guess", "text": "d"})  # thought again
    hidden = leader.get("/polls").text
    assert "5 answers, hidden until it is closed" in hidden and "<meter" not in hidden
    form(leader, "close")
    shown = leader.get("/polls").text
    assert [f"{letter}: {n}" in shown for letter, n in (("a", 0), ("b", 1), ("d", 4))] == [True] * 3
    time.sleep(0.01)
    send(learners[1], check(question) | {"kind": "guess", "text": "d"})  # too late
    assert "d: 4" in leader.get("/polls").text
    form(leader, "open", question=question)
    send(learners[1], check(question) | {"kind": "guess", "text": "d"})
    again = leader.get("/polls").text
    assert "guessed again" in again and "1 answer, hidden" in again and "d: 4" in again


def test_the_wall_shows_counts_and_none_of_fewer_than_five(room):
    leader = room.leader()
    learners = [room.learner() for _ in range(4)]
    for learner in learners:
        send(learner, check(diagnosis="eps_missing"))
    assert "once five have joined" in leader.get("/projected").text
    learners.append(room.learner())
    wall = leader.get("/projected").text
    assert "<dd>4</dd>" not in wall and "4 of you" not in wall
    send(learners[4], check(diagnosis="eps_missing"))
    wall = leader.get("/projected").text
    assert "5 of you" in wall and not any(learner.name in wall for learner in learners)


def test_a_page_is_drawn_again_within_a_second_and_a_line_that_was_cut_misses_nothing(room):
    leader, learner = room.leader(), room.learner()
    with leader.stream("GET", "/stream?page=now") as stream:
        assert stream.headers["x-accel-buffering"] == "no"
        drawn = _drawn(stream)
        number, _ = next(drawn)
        begun = time.monotonic()
        send(learner, check())
        number, page = next(drawn)
        assert time.monotonic() - begun < 1.0
        assert "<dt>trying</dt><dd>1</dd>" in page
    send(learner, check(outcome="passed"))
    headers = {"Last-Event-ID": number}
    with leader.stream("GET", "/stream?page=now", headers=headers) as stream:
        assert "<dt>passed</dt><dd>1</dd>" in next(_drawn(stream))[1]


def test_the_table_afterwards_holds_no_name_and_no_formula(room):
    learner, leader = room.learner(name="Emmy Noether"), room.leader()
    send(learner, check(diagnosis="eps_missing"), check(outcome="passed", seconds=300.0))
    table = leader.get("/after.csv")
    assert "Emmy" not in table.text and "batch_norm" in table.text
    assert "attachment" in table.headers["content-disposition"]
    [row] = leader.get("/after.json").json()
    assert (row["begun"], row["passed"], row["attempts"], row["minutes"]) == (1, 1, 2, 5.0)
    assert row["diagnoses"] == [{"name": "eps_missing", "words": "eps missing", "count": 1}]


def test_letting_all_leaders_out_ends_their_cookies(room):
    leader = room.leader()
    form(leader, "shut")
    assert leader.get("/now").status_code == 401


def _drawn(stream):
    number, lines = "", []
    for line in stream.iter_lines():
        if line.startswith("id: "):
            number = line[4:]
        elif line.startswith("data: "):
            lines.append(line[6:])
        elif not line and lines:
            yield number, "\n".join(lines)
            lines = []
