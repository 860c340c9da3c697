"""A live room under load: many learners, each with a connection and a stream; three pages open.

    python benchmarks/workshop.py [--learners 500] [--seconds 120] [--rate 5]

Prints how long an event takes, how long until a leader's page shows it, what memory and processor
time the server took; the clients', in at most four processes, is reported apart.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import httpx

CLIENTS = 4
PAGES = ("now", "why", "room")
MISTAKES = ("eps_missing", "", "biased_by_one", "no_gamma")
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    ask.add_argument("--learners", type=int, default=500)
    ask.add_argument("--seconds", type=float, default=120.0)
    ask.add_argument("--rate", type=float, default=5.0, help="events a second, of all together")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "coursekit", "workshop", "serve", "--host", "127.0.0.1"]
        command += ["--port", "0", "--lessons", "04", "--db", str(Path(folder) / "room.db")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                print(json.dumps(measure(server, given), indent=1))
            finally:
                server.terminate()


def measure(server: subprocess.Popen, given: argparse.Namespace) -> dict:
    said = ""
    while "\nStop " not in said:
        said += server.stdout.readline()
    code = re.search(r'join\("(\w+)@', said)[1]
    url, _, secret = re.search(r"Leader +(\S+)", said)[1].partition("/leader#")
    context = multiprocessing.get_context("spawn")
    share = given.learners // CLIENTS
    with context.Pool(CLIENTS + 1) as pool:
        ready = context.Manager().Value("d", 0.0)
        pages = pool.apply_async(watch, (url, secret, given.seconds, ready))
        work = [(url, code, share, given.rate / CLIENTS, given.seconds, n, ready)
                for n in range(CLIENTS)]  # fmt: skip
        sent = pool.starmap_async(learn, work)
        time.sleep(20 + given.learners / 25)  # until all have joined
        before, ready.value = usage(server.pid), time.time() + 1
        time.sleep(1 + given.seconds / 2)
        middle = usage(server.pid)
        events, clients = zip(*sent.get(), strict=True)
        after, shown = usage(server.pid), pages.get()
    events = [event for each in events for event in each]
    took = sorted(end - begun for begun, end, _ in events)
    lag = sorted(
        min((when for when, number in shown if number >= change), default=begun + 99) - begun
        for begun, _, change in events
    )
    return {
        "learners": share * CLIENTS,
        "events": len(events),
        "event_ms": percentiles(took),
        "page_ms": percentiles(lag),
        "server_cpu_share": round((after[0] - before[0]) / given.seconds, 3),
        "clients_cpu_share": round(sum(clients) / given.seconds, 3),
        "server_mb": [round(each[1]) for each in (before, middle, after)],
        "machine_load": round(os.getloadavg()[0], 1),
    }


def learn(url, code, count, rate, seconds, number, ready):
    """So many learners: each joins, holds a stream open, and sends when it is its turn."""
    return asyncio.run(_learn(url, code, count, rate, seconds, number, ready))


async def _learn(url, code, count, rate, seconds, number, ready):
    learners = [httpx.AsyncClient(base_url=url, timeout=30) for _ in range(count)]
    for learner in learners:
        found = (await learner.post("/api/join", json={"code": code})).json()
        learner.headers["Authorization"] = f"Bearer {found['token']}"
    streams = [asyncio.create_task(_listen(learner)) for learner in learners]
    while not ready.value:
        await asyncio.sleep(0.5)
    await asyncio.sleep(max(0.0, ready.value - time.time()))
    cpu, draw, found = time.process_time(), random.Random(number), []
    until, tasks = time.time() + seconds, []
    while time.time() + (pause := draw.expovariate(rate)) < until:
        await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(_send(draw.choice(learners), draw, found)))
    await asyncio.gather(*tasks)
    cpu = time.process_time() - cpu
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    for learner in learners:
        await learner.aclose()
    return found, cpu


async def _listen(learner):
    async with learner.stream("GET", "/api/stream") as stream:
        async for _ in stream.aiter_lines():
            pass


async def _send(learner, draw, found):
    passed, mistake = draw.random() < 0.3, draw.choice(MISTAKES)
    event = {"key": uuid.uuid4().hex, "kind": "check", "exercise": "batch_norm", "at": 0}
    event |= {"outcome": "passed" if passed else "failed", "seconds": draw.uniform(30, 900)}
    event |= {"diagnosis": "" if passed else mistake, "attempt": 1}
    begun = time.time()
    answer = await learner.post("/api/events", json={"sent": 0, "events": [event]})
    answer.raise_for_status()
    found.append((begun, time.time(), answer.json()["change"]))


def watch(url, secret, seconds, ready):
    """Three pages, open as in a browser: when which change was there."""
    return asyncio.run(_watch(url, secret, seconds, ready))


async def _watch(url, secret, seconds, ready):
    shown = []

    async def page(name):
        async with leader.stream("GET", f"/stream?page={name}") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif not line and name == "room":  # the largest, and it changes with every event
                    shown.append((time.time(), number))

    async with httpx.AsyncClient(base_url=url, timeout=60) as leader:
        await leader.post("/enter", data={"secret": secret})
        open_pages = [asyncio.create_task(page(name)) for name in PAGES]
        while not ready.value:
            await asyncio.sleep(0.5)
        await asyncio.sleep(seconds + 4)
        for each in open_pages:
            each.cancel()
        await asyncio.gather(*open_pages, return_exceptions=True)
    return shown


def usage(pid: int) -> tuple[float, float]:
    """Seconds of processor time so far, and resident memory in MB (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK, int(fields[21]) * PAGE / 2**20


def percentiles(values: list[float]) -> dict[str, float]:
    at = {"p50": 0.5, "p95": 0.95, "max": 1.0}
    return {k: round(1000 * values[min(int(q * len(values)), len(values) - 1)], 1)
            for k, q in at.items()}  # fmt: skip


if __name__ == "__main__":
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    main()
