"""What a notebook sends, and what nobody gets to send: each rule is attacked."""

import json
import time

import httpx
import pytest
from rooms import check, form, send, served

GOOD = check()
BAD = {
    "no key": {k: v for k, v in GOOD.items() if k != "key"},
    "a key that is a path": GOOD | {"key": "../../../etc/passwd"},
    "an unknown kind": GOOD | {"kind": "sudo"},
    "an outcome that is none": GOOD | {"outcome": "excellent"},
    "an exercise that is markup": GOOD | {"exercise": "<script>"},
    "a diagnosis that is markup": GOOD | {"diagnosis": "<b>"},
    "a diagnosis of three": GOOD | {"diagnosis": "a+b+c"},
    "a number that is text": GOOD | {"seconds": "many"},
    "a number that is true": GOOD | {"attempt": True},
    "text that is a number": GOOD | {"exercise": 7},
    "words too long": GOOD | {"kind": "need", "text": "x" * 281},
    "code too long": GOOD | {"kind": "show", "text": "x" * 20_001},
    "a character that is none": GOOD | {"kind": "need", "text": "a\0b"},
    "half a pair": GOOD | {"kind": "need", "text": "\ud800"},
    "a guess that is a sentence": GOOD | {"kind": "guess", "text": "drop table; --"},
    "a guess that is no number": GOOD | {"kind": "guess", "text": "nan"},
    "no object": "check",
}


@pytest.mark.parametrize("event", BAD.values(), ids=BAD)
def test_what_is_malformed_is_refused_whole(house, event):
    learner = house.learner()
    body = json.dumps({"sent": 0, "events": [check(), event]})
    headers = {"Content-Type": "application/json"}
    answer = learner.post("/api/events", content=body, headers=headers)
    assert answer.status_code == 400 and answer.json()["problem"]
    assert learner.get("/api/me").json()["events"] == []


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"[]",
            b"{",
            b"null",
            b'{"events":[]}',
            b'{"events":{}}',
            b"\xff\xfe",
            b"[" * 30_000,
        ),
        *(b'{"sent":NaN,"events":[{}]}', b'{"sent":1e999,"events":[{}]}'),
        b'{"events":' + b"9" * 5000,
    ],
)
def test_a_body_that_is_no_list_of_events_is_refused(house, body):
    headers = {"Content-Type": "application/json"}
    assert house.learner().post("/api/events", content=body, headers=headers).status_code == 400


def test_an_event_counts_once_however_often_it_comes(house):
    learner, event = house.learner(), check()
    assert [send(learner, event).json()["new"] for _ in range(3)] == [1, 0, 0]
    assert send(learner, event | {"outcome": "passed"}).json()["new"] == 0
    assert [e["outcome"] for e in learner.get("/api/me").json()["events"]] == ["failed"]


def test_one_learners_key_is_nothing_to_anothers(house):
    event = check()
    assert [send(house.learner(), event).json()["new"] for _ in range(2)] == [1, 1]


def test_a_clock_that_is_wrong_puts_nothing_into_the_past_or_the_future(house):
    learner = house.learner()
    wrong = 4_000_000_000.0  # the year 2096
    send(learner, check(at=wrong - 60), check(at=wrong + 999), sent=wrong)
    happened = [e["happened"] - time.time() for e in learner.get("/api/me").json()["events"]]
    assert happened[0] == pytest.approx(-60, abs=5) and happened[1] == pytest.approx(0, abs=5)


def test_what_was_done_an_hour_ago_and_comes_now_does_not_stand_for_how_it_is(room):
    learner = room.learner()
    send(learner, check(outcome="passed"))
    send(learner, check(diagnosis="eps_missing", at=-3600))  # the laptop had been asleep
    text = room.leader().get("/room").text
    assert "passed</span> 2" in text and "eps missing" not in text


def test_the_same_name_twice_is_two_people(house):
    names = [house.learner(name="Ada").name for _ in range(2)]
    assert len(set(names)) == 2 and all(name.startswith("Ada") for name in names)


def test_a_learner_on_two_machines_is_one(room):
    first = room.learner()
    second = room.learner(back=first.back.lower())
    assert second.name == first.name
    send(first, check()), send(second, check(outcome="passed"))
    assert len(first.get("/api/me").json()["events"]) == 2
    assert room.leader().get("/room").text.count('<th scope="row">') == 1


def test_a_name_is_one_line_of_forty_letters(house):
    assert house.learner(name="a\n\x00\u202eb" + "c" * 90).name == "a b" + "c" * 37


def test_a_token_opens_what_is_its_own_and_nothing_of_the_leader(house):
    learner, other = house.learner(), house.learner()
    send(other, check(diagnosis="eps_missing"))
    assert "eps_missing" not in learner.get("/api/me").text
    for page in ("/now", "/room", "/after.json", "/stream?page=room", "/qr", "/api/handed"):
        assert learner.get(page).status_code == 401, page


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x", "token x", "Leader x"])
@pytest.mark.parametrize("path", ["/api/me", "/api/stream", "/api/feedback"])
def test_without_a_token_nothing_is_answered(house, path, header):
    answer = httpx.get(house.url + path, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401


def test_leaving_deletes_what_was_sent_and_the_token(room):
    learner = room.learner(name="Grace")
    send(learner, check(), check() | {"kind": "need", "text": "please"})
    assert learner.delete("/api/me").json() == {"deleted": True}
    assert learner.get("/api/me").status_code == 401
    leader = room.leader()
    assert "Grace" not in leader.get("/room").text and "please" not in leader.get("/help").text
    assert leader.get("/after.json").json() == []


def test_a_code_can_be_guessed_ten_times_and_no_more(room):
    tries = [httpx.post(f"{room.url}/api/join", json={"code": "AAAAAA"}) for _ in range(14)]
    assert [t.status_code for t in tries] == [403] * 10 + [429] * 4
    assert int(tries[-1].headers["retry-after"]) >= 1
    right = httpx.post(f"{room.url}/api/join", json={"code": room.code})
    assert right.status_code == 429  # not even the right one tells that it is


def test_a_code_that_was_taken_back_opens_nothing_and_those_inside_stay(room):
    learner, leader, old = room.learner(), room.leader(), room.code
    assert form(leader, "code").status_code == 303
    assert httpx.post(f"{room.url}/api/join", json={"code": old}).status_code == 403
    assert learner.get("/api/me").status_code == 200


def test_what_is_too_large_is_refused_before_it_is_read(house):
    learner = house.learner()
    big = json.dumps({"sent": 0, "events": [check()], "x": "y" * 70_000})
    headers = {"Content-Type": "application/json"}
    assert learner.post("/api/events", content=big, headers=headers).status_code == 413
    chunks = (big[n : n + 1000].encode() for n in range(0, len(big), 1000))
    assert learner.post("/api/events", content=chunks, headers=headers).status_code == 413
    assert send(learner, *[check() for _ in range(51)]).status_code == 400


def test_who_sends_too_much_is_told_so_in_one_way_announced_or_not(house):
    leader = house.leader()
    for path, sent, told in (
        ("/api/join", "application/json", "application/json"),
        ("/do", "application/x-www-form-urlencoded", "text/html; charset=utf-8"),
    ):
        for content in (b"x" * 70_000, (b"x" * 1000 for _ in range(70))):
            said = leader.post(path, content=content, headers={"Content-Type": sent})
            assert (said.status_code, said.headers["content-type"]) == (413, told)
            assert "Too much at once." in said.text and said.headers["x-frame-options"] == "DENY"


def test_only_json_is_json(house):
    learner = house.learner()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        body = json.dumps({"sent": 0, "events": [check()]})
        assert (
            learner.post("/api/events", content=body, headers={"Content-Type": kind}).status_code
            == 415
        )


def test_another_sites_page_is_told_nothing(house):
    origin = {"Origin": "https://evil.example"}
    asked = origin | {"Access-Control-Request-Method": "POST"}
    for answer in (
        httpx.options(f"{house.url}/api/join", headers=asked),
        httpx.get(house.url, headers=origin),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_what_the_leader_sends_down_arrives_and_is_not_lost_when_the_line_was(room):
    learner, leader = room.learner(), room.leader()
    form(leader, "pace", words="exercise 1 until 10:40")
    first = _heard(learner, "0")
    form(leader, "pace", words="five more minutes")
    second = _heard(learner, first["id"])
    assert [first["data"]["words"], second["data"]["words"]] == [
        "exercise 1 until 10:40",
        "five more minutes",
    ]


def test_a_hint_goes_to_whom_it_is_for(room):
    one, other, leader = room.learner(), room.learner(), room.leader()
    send(one, check(diagnosis="eps_missing"))
    send(other, check(diagnosis="biased_by_one"))
    given = {"exercise": "batch_norm", "diagnosis": "eps_missing", "level": "2"}
    assert form(leader, "hint", **given).status_code == 303
    form(leader, "pace", words="for all")
    assert _heard(one, "0")["data"]["kind"] == "hint"
    assert _heard(other, "0")["data"]["kind"] == "pace"


def test_a_stream_is_not_kept_back_by_proxies(house):
    with house.learner().stream("GET", "/api/stream") as stream:
        assert stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["content-type"].startswith("text/event-stream")


def test_a_card_has_no_name_and_there_is_one_in_each_break(room):
    learner, leader = room.learner(name="Emmy"), room.leader()
    card = {"good": "the pictures", "unclear": "<b>eps</b>"}
    assert learner.post("/api/card", json=card).status_code == 200
    assert learner.post("/api/card", json=card).status_code == 409
    form(leader, "break")
    assert learner.post("/api/card", json=card).status_code == 200
    page = leader.get("/cards").text
    assert page.count("the pictures") == 2 and "Emmy" not in page
    assert "&lt;b&gt;eps&lt;/b&gt;" in page and "<b>eps" not in page


def test_a_room_whose_time_is_up_lets_nobody_in_and_keeps_nothing(tmp_path):
    with served(tmp_path, "--days", "0.00006") as room:  # five seconds
        learner, leader = room.learner(name="Sofia"), room.leader()
        time.sleep(6)
        assert learner.get("/api/me").status_code == 401
        assert leader.get("/now").status_code == 401
        assert httpx.post(f"{room.url}/api/join", json={"code": room.code}).status_code == 403
    with served(tmp_path):  # starting again is what deletes, at the latest
        pass
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("workshop.db*"))
    assert b"Sofia" not in kept


def _heard(learner, since: str) -> dict:
    found = {}
    with learner.stream("GET", "/api/stream", headers={"Last-Event-ID": since}) as stream:
        for line in stream.iter_lines():
            name, _, value = line.partition(": ")
            if name in ("id", "data"):
                found[name] = json.loads(value) if name == "data" else value
            if not line and "data" in found:
                return found
    raise AssertionError("the stream ended")
