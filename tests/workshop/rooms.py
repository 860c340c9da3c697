"""A real room on a port of its own, with a browserless leader and learners who are plain HTTP."""

import asyncio
import re
import subprocess
import sys
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

SERVE = (sys.executable, "-m", "coursekit", "workshop", "serve", "--host", "127.0.0.1")
SECONDS = 60
SOON = 15_000  # ms on a busy machine; benchmarks/workshop.py measures how soon on a quiet one


@dataclass
class Served:
    """A room's process, and what it printed."""

    process: subprocess.Popen
    lines: list[str] = field(default_factory=list)
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self) -> httpx.Client:
        self.clients.append(httpx.Client(base_url=self.url, timeout=SECONDS))
        return self.clients[-1]

    def close_clients(self) -> None:
        while self.clients:
            self.clients.pop().close()

    def find(self, pattern: str) -> str:
        return re.search(pattern, "".join(self.lines))[1]

    @property
    def code(self) -> str:
        return self.find(r'join\("(\w+)@')

    @property
    def link(self) -> str:
        return self.find(r"Leader +(\S+)")

    @property
    def url(self) -> str:
        return self.link.partition("/leader#")[0]

    @property
    def secret(self) -> str:
        return self.link.partition("/leader#")[2]

    def leader(self) -> httpx.Client:
        client = self.client()
        assert client.post("/enter", data={"secret": self.secret}).status_code == 303
        return client

    def learner(self, **given) -> httpx.Client:
        """Somebody who has joined; `.back` and `.name` are what the room gave."""
        client = self.client()
        found = client.post("/api/join", json={"code": self.code, **given}).json()
        client.headers["Authorization"] = f"Bearer {found['token']}"
        client.back, client.name = found["back"], found["name"]
        return client


@contextmanager
def served(folder: Path, *more: str, lessons: str = "01,04", port: int = 0, command=SERVE):
    """`coursekit workshop serve` in a folder, ended with SIGTERM."""
    arguments = [*command, "--port", str(port), "--lessons", lessons, *more]
    process = subprocess.Popen(
        arguments, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    room, ready = Served(process), threading.Event()

    def read() -> None:
        for line in process.stdout:
            room.lines.append(line)
            if line.startswith("Stop "):
                ready.set()
        ready.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert ready.wait(SECONDS) and process.poll() is None, "".join(room.lines)
        for _ in range(200):
            try:
                httpx.get(f"{room.url}/health")
                break
            except httpx.TransportError:
                assert process.poll() is None, "".join(room.lines)
                time.sleep(0.05)
        yield room
    finally:
        room.close_clients()
        if process.poll() is None:
            process.terminate()
        process.wait(SECONDS)
        reader.join(SECONDS)
        process.stdout.close()


def check(exercise="batch_norm", outcome="failed", diagnosis="", at=0.0, **more) -> dict:
    """An event, with a key of its own."""
    about = {"exercise": exercise, "outcome": outcome, "diagnosis": diagnosis, "at": at}
    return {"key": uuid.uuid4().hex, "kind": "check", **about, **more}


def send(learner: httpx.Client, *events: dict, sent: float = 0.0) -> httpx.Response:
    return learner.post("/api/events", json={"sent": sent, "events": list(events)})


def form(leader: httpx.Client, deed: str, **given: str) -> httpx.Response:
    """Press a button of the leader's pages."""
    page = leader.get("/cards").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    return leader.post("/do", data={"csrf": csrf, "deed": deed, **given})


def in_a_loop(work):
    """What a coroutine returns, run in another thread: a browser may have a loop running here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
