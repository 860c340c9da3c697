"""What a hub says of a token, and what is made of it; tests/workshop/test_hub.py has a real hub."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from workshop.rooms import in_a_loop

from coursekit.errors import WorkshopError
from coursekit.workshop import app, room, serve
from coursekit.workshop.calls import Unreached
from coursekit.workshop.course import course
from coursekit.workshop.hub import Hub, Settings
from coursekit.workshop.place import Place
from coursekit.workshop.store import Store, locate

OURS = "access:services!service=room"


class Says(BaseHTTPRequestHandler):
    """Answers as `server.said` says."""

    def do_GET(self):
        self.server.asked += 1
        status, body = self.server.said
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def says():
    with ThreadingHTTPServer(("127.0.0.1", 0), Says) as server:
        server.asked = 0
        environment = {
            "JUPYTERHUB_SERVICE_PREFIX": "/services/room/",
            "JUPYTERHUB_SERVICE_NAME": "room",
            "JUPYTERHUB_API_URL": f"http://127.0.0.1:{server.server_port}/hub/api",
            "JUPYTERHUB_API_TOKEN": "t",
        }
        server.hub = Hub(Settings.of(environment))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "model, who",
    [
        ({"name": "ada", "scopes": [OURS]}, "ada"),
        ({"name": "ada", "kind": "user", "scopes": ["self", "access:services"]}, "ada"),
        ({"name": "ada", "admin": True, "scopes": ["access:services!service=other"]}, None),
        ({"name": "ada", "scopes": ["read:users:name!user=ada"]}, None),
        ({"name": "ada", "scopes": []}, None),
        ({"name": "ada"}, None),
        ({"name": "other", "kind": "service", "scopes": [OURS]}, None),
    ],
)
def test_whoever_may_come_in_has_the_scope_for_it(says, model, who):
    says.said = (200, model)
    assert says.hub.user("x") == who == says.hub.user("x")
    assert says.asked == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_of_nobodys_is_nobodys_for_a_while(says, status):
    says.said = (status, {"message": "no"})
    assert says.hub.user("x") is None and says.hub.user("x") is None
    assert says.asked == 1


AWAY = [(status, b"") for status in (302, 404, 429, 500, 502, 503)]
AWAY += [(200, b"<html>"), (200, []), (200, b"[" * 99_999)]


@pytest.mark.parametrize("said", AWAY)
def test_a_hub_that_does_not_say_is_asked_again_and_nobody_is_sent_away(says, said, tmp_path):
    store = Store(locate(str(tmp_path / "workshop.db")))
    room.open_room(store, 1.0)
    whole = app.make(store, course(("01",)), Place(prefix="/services/room/"), says.hub)
    try:
        says.said = said
        answer = asked(whole)
        assert answer.status_code == 503 and "try again" in answer.json()["problem"]
        with pytest.raises(Unreached):
            says.hub.exchange("code", "/back")
        says.said = (200, {"name": "ada", "scopes": [OURS]})
        assert asked(whole).status_code == 200
    finally:
        store.close()


def asked(whole):
    """What the room says to somebody with a token of the hub's."""

    async def ask():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(whole)) as client:
            headers = {"Authorization": "token x"}
            return await client.get("http://room/services/room/api/me", headers=headers)

    return in_a_loop(ask())


def test_under_a_hub_the_leaders_link_is_not_printed(says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serve.Settings, "of", lambda: says.hub.settings)
    monkeypatch.setattr(serve.listening, "run", lambda *_: 0)
    said = []
    serve.serve(host="127.0.0.1", port=0, lessons=("01",), tell=said.append)
    link = tmp_path / "leader-link.txt"
    secret = link.read_text("utf-8").strip().partition("/leader#")[2]
    assert len(secret) > 40 and link.stat().st_mode & 0o077 == 0
    assert not [line for line in said if secret in line]
    assert any(line.startswith("Leader ") and "/services/room/lead;" in line for line in said)
    assert any(line.startswith("Elsewhere ") and "--public" in line for line in said)


def test_under_a_hub_that_knows_its_address_others_are_told_that_one(says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    there = "https://hub.example.org/services/room"
    settings = replace(says.hub.settings, public=there)
    monkeypatch.setattr(serve.Settings, "of", lambda: settings)
    monkeypatch.setattr(serve.listening, "run", lambda *_: 0)
    said = []
    serve.serve(host="127.0.0.1", port=0, lessons=("01",), tell=said.append)
    assert [line for line in said if line.startswith("Join ") and f"@{there}" in line]
    assert (tmp_path / "leader-link.txt").read_text("utf-8").startswith(f"{there}/leader#")
    assert not [line for line in said if line.startswith("Elsewhere ")]


def test_a_port_that_is_taken_is_changed_where_the_hub_names_it(says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serve.Settings, "of", lambda: says.hub.settings)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_URL", f"http://127.0.0.1:{says.server_port}")
    with pytest.raises(WorkshopError, match=r"url of this service, in jupyterhub_config\.py"):
        serve.serve(lessons=("01",))
