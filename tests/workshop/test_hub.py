"""The room as a service of a real JupyterHub, behind a real configurable-http-proxy."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import uuid
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
SECONDS = 120
PROXY = shutil.which("configurable-http-proxy")

pytestmark = pytest.mark.needs("configurable-http-proxy")


def free() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    home, token = tmp_path_factory.mktemp("hub"), secrets.token_hex(16)
    ports = {name: str(free()) for name in ("HUB_PORT", "HUB_API", "ROOM_PORT", "PROXY_API")}
    dropped = ("COURSEKIT_WORKSPACE", "JUPYTERHUB_SERVICE_PREFIX")
    kept = {k: v for k, v in os.environ.items() if k not in dropped}
    about = {"ROOM_HOME": str(home), "PROXY": PROXY or "", "TESTER": token, **ports}
    command = [sys.executable, "-m", "jupyterhub", "-f", str(HERE / "jupyterhub_config.py")]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=home, env=kept | about, stdout=log, stderr=log, start_new_session=True
        )
    base = f"http://127.0.0.1:{ports['HUB_PORT']}"
    with httpx.Client(
        base_url=base, headers={"Authorization": f"token {token}"}, timeout=SECONDS
    ) as api:
        try:
            _until(lambda: _ok(api, "/services/room/health"), home, process)
            api.home = home
            yield api
        finally:
            try:
                if _ok(api, "/hub/api/"):  # a hub that is ended leaves servers running
                    for user in _running(api):
                        api.delete(f"/hub/api/users/{user['name']}/server")
                    _until(lambda: not _running(api), home, process)
            finally:
                process.terminate()
                process.wait(60)


def test_two_people_are_in_the_room_by_their_kernels_tokens_alone(hub):
    for name, body in (("ada", "return x.mean()"), ("grace", "return x.mean(axis=0)")):
        code = f"from coursekit import check\ndef batch_mean(x):\n    {body}\ncheck(batch_mean)"
        with start(hub, name) as kernel:
            assert "live room" in kernel(code)
    with closing(lead(hub, "leader")) as leader:
        page = _until(lambda: "1 of 2 have passed" in (p := leader.get("now").text) and p)
        assert "<dt>trying</dt><dd>1</dd>" in page
        room = leader.get("room").text
        assert "ada" not in re.findall(r'<th scope="row">(.*?)</th>', room)  # pseudonyms
        begun = time.monotonic()
        with leader.stream("GET", "stream?page=now") as stream:  # through the proxy
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    break
        assert time.monotonic() - begun < 2
        assert f"@{hub.base_url.netloc.decode()}/services/room" in leader.get("qr").text


def test_who_has_not_the_scope_does_not_lead(hub):
    with closing(lead(hub, "mallory")) as other:
        assert other.get("now").status_code == 401


def test_a_token_of_nobodys_is_nobodys(hub):
    answer = hub.get("/services/room/api/me", headers={"Authorization": "token x"})
    assert answer.status_code == 401
    own = hub.get("/services/room/api/me")  # a service is no learner
    assert own.status_code == 401


def test_a_token_that_is_not_for_the_room_opens_nothing_whosever_it_is(hub):
    hub.post("/hub/api/users/eve")
    for scopes, status in (
        (["self"], 401),
        (["access:servers!server=eve/"], 401),
        (["access:services!service=room"], 200),
    ):
        token = hub.post("/hub/api/users/eve/tokens", json={"scopes": scopes}).json()["token"]
        headers = {"Authorization": f"token {token}"}
        answer = httpx.get(f"{hub.base_url}/services/room/api/me", headers=headers)
        assert answer.status_code == status, scopes


def test_the_leaders_link_stands_in_a_file_of_the_services_and_in_no_log(hub):
    link = hub.home / "leader-link.txt"
    assert link.stat().st_mode & 0o077 == 0
    secret = link.read_text("utf-8").strip().partition("/leader#")[2]
    assert secret and secret not in (hub.home / "log").read_text("utf-8")


def lead(hub, name):
    """A browser that logs in at the hub and goes to the room's door for leaders."""
    client = httpx.Client(base_url=str(hub.base_url), follow_redirects=True, timeout=SECONDS)
    client.get("/hub/login")
    form = {
        "username": name,
        "password": "let-me-in",
        "_xsrf": client.cookies.get("_xsrf", path="/hub/"),
    }
    client.post("/hub/login?next=/hub/home", data=form)
    client.get("/services/room/lead")
    client.base_url = f"{hub.base_url}/services/room/"
    return client


@contextmanager
def start(hub, name):
    """Start somebody's server, and a kernel in it; yields what runs code there."""
    import websocket

    hub.post(f"/hub/api/users/{name}")
    hub.post(f"/hub/api/users/{name}/server")
    own = hub.post(f"/hub/api/users/{name}/tokens").json()["token"]
    headers = {"Authorization": f"token {own}"}
    _until(lambda: hub.get(f"/user/{name}/api/status", headers=headers).status_code == 200)
    found = hub.post(f"/user/{name}/api/kernels", json={}, headers=headers).json()
    url = f"ws{str(hub.base_url)[4:]}/user/{name}/api/kernels/{found['id']}/channels"
    line = websocket.create_connection(
        url.replace("//user", "/user"), header=headers, timeout=SECONDS
    )
    folder = hub.home / name
    (folder / ".coursekit").mkdir(parents=True)

    def run(code: str) -> str:
        id = uuid.uuid4().hex
        header = {"msg_id": id, "msg_type": "execute_request", "session": id, "username": ""}
        header |= {"version": "5.3", "date": "2030-01-01T00:00:00Z"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        about = {"parent_header": {}, "metadata": {}, "channel": "shell", "buffers": []}
        line.send(json.dumps({"header": header, "content": content, **about}))
        said = ""
        while True:
            reply = json.loads(line.recv())
            if reply["parent_header"].get("msg_id") != id:
                continue
            said += json.dumps(reply["content"])
            if reply["content"].get("execution_state") == "idle":
                return said

    run(f"import os; os.environ['COURSEKIT_WORKSPACE'] = {str(folder)!r}")
    try:
        yield run
    finally:
        line.close()


def _ok(api, path) -> bool:
    try:
        return api.get(path).status_code == 200
    except httpx.TransportError:
        return False


def _running(api) -> list:
    return [user for user in api.get("/hub/api/users").json() if user.get("server")]


def _until(told, home=None, process=None):
    until = time.monotonic() + SECONDS
    while not (found := told()):
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > until:
            raise AssertionError((home / "log").read_text()[-3000:] if home else "too late")
        time.sleep(0.2)
    return found
