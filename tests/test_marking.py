"""The page for marks: whom it lets in, what it shows, and that each mark is kept at once."""

import asyncio
import re
import threading

import httpx
import pytest
from grading.books import a_class, journal, scores
from grading.classes import PACK, forget_packs

from coursekit.cli import main
from coursekit.grading.gradebook import Gradebook, locate
from coursekit.marking import app
from coursekit.marking.desk import Desk
from coursekit.workshop import listening

pytestmark = pytest.mark.usefixtures("packs_of_its_own")
TOKEN = "t" * 43
SCRIPT = "</pre><script>alert(1)</script><img src=x onerror=alert(2)> \u202e"
PROSE = {f"{SCRIPT} ada": SCRIPT, "bob": "Because.", "cem": "So."}
WHY = {"lesson": "tiny", "exercise": "why"}


class Client:
    """A browser without a page, and without a port."""

    def __init__(self, whole, url="http://127.0.0.1:8010", token=TOKEN):
        self.app, self.url = whole, url
        self.headers = {"Authorization": f"Marker {token}"}

    def request(self, method, path, headers=None, **about):
        async def ask():
            way = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=way, base_url=self.url) as client:
                given = self.headers | (headers or {})
                return await client.request(method, path, headers=given, **about)

        return asyncio.run(ask())

    def get(self, path, **about):
        return self.request("GET", path, **about)

    def post(self, path, **about):
        return self.request("POST", path, **about)


@pytest.fixture
def packs_of_its_own():
    yield
    forget_packs()


@pytest.fixture
def out(tmp_path):
    return a_class(tmp_path, PROSE, {"cem": f"def span(x):\n    return {SCRIPT!r}"})


@pytest.fixture
def page(out):
    with Gradebook.open(locate(out)) as book:
        whole = app.make(Desk(book, "Ada B.", [PACK]), TOKEN)
        yield Client(whole)


def give(page, student, points, reason="", seen="", exercise="why", path="/mark", **headers):
    about = {**WHY, "exercise": exercise, "student": student, "points": points}
    return page.post(path, json={**about, "reason": reason, "seen": seen}, headers=headers)


def test_strangers_are_shown_nothing_and_change_nothing(page, out):
    routes = [r for r in page.app.app.routes if getattr(r, "methods", None)]
    asked = {(m, r.path) for r in routes for m in r.methods - {"HEAD"}} - {("GET", "/")}
    assert len(asked) == 5
    for how in ("", "Marker", "Marker x", f"Bearer {TOKEN}", f"Marker {TOKEN}x"):
        for method, path in asked:
            answer = page.request(method, path, headers={"Authorization": how})
            assert answer.status_code == 401 and "bob" not in answer.text
    # A name that leads to this machine, another site's page, a form that any page can send.
    assert page.get("/questions", headers={"Host": "evil.example:8010"}).status_code == 400
    for odd in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert give(page, "bob", "1", **odd).status_code == 403
    assert page.post("/mark", data={**WHY, "student": "bob"}).status_code == 415
    kind = {"Content-Type": "application/json"}
    for body in (b"", b"[]", b'{"student": 1}', b"{", b'{"student": "a\\u0000"}'):
        assert page.post("/mark", content=body, headers=kind).status_code == 400
    assert page.post("/mark", content=b" " * 70_000, headers=kind).status_code == 413
    shell = page.get("/", headers={"Authorization": ""})
    assert shell.status_code == 200 and "bob" not in shell.text and TOKEN not in shell.text
    assert "script-src 'self'" in shell.headers["content-security-policy"]
    assert "default-src 'none'" in page.get("/static/mark.js").headers["content-security-policy"]
    assert page.get("/static/room.css").status_code == 200
    assert "set-cookie" not in shell.headers and journal(out) == []


def test_what_strangers_wrote_is_shown_as_they_wrote_it_and_is_no_part_of_the_page(page):
    for exercise in ("why", "span"):
        text = page.get("/answers", params={**WHY, "exercise": exercise}).text
        assert "<script" not in text and "<img" not in text
        assert "\u202e" not in re.sub(r' data-student="[^"]*"', "", text)  # which nobody sees
        assert "&lt;script&gt;alert(1)" in text and "\\u202e" in text
    assert "Why is the span never negative?" in page.get("/answers", params=WHY).text
    assert "names the order of the two ends" in page.get("/answers", params=WHY).text
    given = give(page, "bob", "1", SCRIPT).json()
    assert "<script" not in given["card"] + given["reasons"]


def test_a_mark_is_in_the_gradebook_when_it_is_answered_and_can_be_undone(page, out):
    assert "why: 3 of 3 to mark" in page.get("/questions").text
    first = give(page, "bob", "0,5", "half of it").json()
    assert first["label"] == "why: 2 of 3 to mark" and first["said"] == "bob: 0.5 of 1."
    [line] = journal(out)  # as another process reads it
    assert (line.student, line.score, line.reason, line.who) == ("bob", 0.5, "half of it", "Ada B.")
    assert '<option value="half of it">' in page.get("/answers", params=WHY).text

    # Only as many points as there are, and not over a mark that the page does not show.
    for points in ("2", "-1", "", "nan", "one"):
        assert give(page, "cem", points).status_code == 409
    assert give(page, "bob", "1").status_code == 409
    assert give(page, "dan", "1").status_code == 409
    assert len(journal(out)) == 1

    seen = re.search('data-seen="([^"]+)"', first["card"])[1]
    again = give(page, "bob", "1", seen=seen).json()
    seen = re.search('data-seen="([^"]+)"', again["card"])[1]
    assert "no mark" in give(page, "bob", "", seen=seen, path="/back").json()["said"]
    give(page, "cem", "2", exercise="span")
    said = [page.post("/undo", json={}).json()["said"] for _ in range(4)]
    assert said == ["cem: no mark.", "bob: 1 of 1.", "bob: 0.5 of 1.", "bob: no mark."]
    nothing = page.post("/undo", json={})
    assert nothing.status_code == 409 and "nothing to undo" in nothing.json()["said"]
    assert [line.score for line in journal(out)] == [0.5, 1, None, 2, None, 1, 0.5, None]
    with Gradebook.open(locate(out)) as book:
        assert book.overrides() == {}


def test_what_others_did_meanwhile_is_seen_and_not_undone(page, out, tmp_path):
    give(page, "bob", "1", "good")
    order = ["gradebook", "override", str(out), "--student", "bob", "--lesson", "tiny"]
    assert main([*order, "--exercise", "why", "--score", "0", "--reason", "copied"]) == 0
    refused = page.post("/undo", json={})
    assert refused.status_code == 409 and "bob has 0 (copied) by" in refused.json()["said"]
    assert "copied" in page.get("/answers", params=WHY).text

    a_class(tmp_path, {**PROSE, "bob": "Another answer."})  # graded while the page is open
    text = page.get("/answers", params=WHY).text
    assert "Another answer." in text and "Given for an older answer: 0 of 1, copied" in text
    assert "why: 3 of 3 to mark" in page.get("/questions").text
    with Gradebook.open(locate(out)) as book:
        mark = book.overrides()["bob", "tiny"]["why"]
    assert give(page, "bob", "0", "copied again", mark.made).status_code == 200
    assert "Given for an older" not in page.get("/answers", params=WHY).text


def test_two_at_once_mark_both(page, out):
    work = [threading.Thread(target=give, args=(page, who, "1")) for who in ("bob", "cem")]
    for one in work:
        one.start()
    for one in work:
        one.join()
    assert sorted(line.student for line in journal(out)) == ["bob", "cem"]


def test_the_command_prints_a_link_and_writes_the_reports_at_the_end(out, monkeypatch, capsys):
    def run(whole, sock):
        host, port = sock.getsockname()
        link = re.search(r"Open +(http\S+)/#(\S+)", capsys.readouterr().out)
        assert host == "127.0.0.1" and link[1] == f"http://127.0.0.1:{port}"
        assert give(Client(whole, *link.groups()), "bob", "1").status_code == 200
        return 0

    monkeypatch.setattr(listening, "run", run)
    assert main(["mark", str(out), "--as", "Ada B."]) == 0
    assert scores(out)["bob"] == 4 and "reports are written" in capsys.readouterr().out
    assert main(["mark", str(out), "--as", " "]) == 2
    assert main(["mark", str(out / "none")]) == 2


def test_where_nothing_is_to_be_marked_that_is_said(tmp_path, capsys):
    out = a_class(tmp_path, {"ada": ""})
    assert main(["mark", str(out)]) == 0
    assert "Nothing in this gradebook is marked by hand." in capsys.readouterr().out
