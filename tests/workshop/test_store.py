"""What was answered is kept: the server is killed while many send, again and again."""

import signal
import threading
import time

import httpx
import pytest
from rooms import check, served
from sqlalchemy import select

from coursekit.errors import GradeError, WorkshopError
from coursekit.grading.gradebook.connect import open_engine
from coursekit.workshop.store import Store, changes, locate, put_once
from coursekit.workshop.tables import events, meta

KILLS = 10
SENDERS = 4


def test_ten_kills_in_mid_workshop_lose_nothing_and_double_nothing(tmp_path):
    stop, sent, failed = threading.Event(), [[] for _ in range(SENDERS)], []
    port, tokens = 0, []

    def learner(number: int) -> None:
        """Sends an event until it is taken, as a notebook's outbox does."""
        with httpx.Client(timeout=5, headers={"Authorization": f"Bearer {tokens[number]}"}) as at:
            while not stop.is_set():
                event = check()
                while not stop.is_set():
                    try:
                        body = {"sent": 0, "events": [event]}
                        answer = at.post(f"http://127.0.0.1:{port}/api/events", json=body)
                    except httpx.TransportError:
                        failed.append(1)
                        time.sleep(0.05)
                        continue
                    assert answer.status_code == 200, answer.text
                    sent[number].append(event["key"])
                    break
                time.sleep(0.02)

    threads, codes = [], set()
    for kill in range(KILLS + 1):
        with served(tmp_path, port=port) as room:
            port = int(room.url.rpartition(":")[2])
            codes.add(room.code)
            if not tokens:
                joined = [room.learner() for _ in range(SENDERS)]
                tokens = [j.headers["authorization"].partition(" ")[2] for j in joined]
                threads = [threading.Thread(target=learner, args=(n,)) for n in range(SENDERS)]
                for thread in threads:
                    thread.start()
            before = sum(map(len, sent))
            until = time.monotonic() + 30
            while sum(map(len, sent)) < before + 8 and time.monotonic() < until:
                time.sleep(0.02)
            if kill < KILLS:
                room.process.send_signal(signal.SIGKILL)
            else:
                stop.set()
                for thread in threads:
                    thread.join(30)
    assert len(codes) == 1 and failed
    store = Store(locate(str(tmp_path / "workshop.db")), create=False)
    with store.reading() as connection:
        kept = list(connection.scalars(select(events.c.key)))
    store.close()
    answered = [key for keys in sent for key in keys]
    assert len(answered) >= 8 * KILLS
    assert len(kept) == len(set(kept))
    assert set(answered) <= set(kept) and len(kept) <= len(answered) + SENDERS


@pytest.fixture
def store(tmp_path):
    made = Store(locate(str(tmp_path / "workshop.db")))
    yield made
    made.close()


def test_each_transaction_that_writes_has_the_next_number_and_one_that_fails_has_none(store):
    told = []
    store.told = told.append
    with store.writing():
        pass
    with pytest.raises(ZeroDivisionError), store.writing():
        raise ZeroDivisionError
    with store.writing():
        pass
    assert told == [1, 2]
    with store.reading() as connection:
        assert changes(connection) == 2


def test_a_row_is_put_once(store):
    with store.writing() as connection:
        key = {"name": "a"}
        assert [put_once(connection, meta, key, {"value": v}) for v in "xy"] == [True, False]
        assert connection.scalar(select(meta.c.value).where(meta.c.name == "a")) == "x"


def test_another_schema_and_another_file_are_told(store, tmp_path):
    with store.writing() as connection:
        connection.execute(meta.update().where(meta.c.name == "schema").values(value="999"))
    for place, create, words in (
        (str(tmp_path / "workshop.db"), True, "schema 999"),
        (str(tmp_path / "none.db"), False, "no live room"),
    ):
        with pytest.raises(WorkshopError, match=words):
            Store(locate(place), create=create)
    with open_engine(locate(str(tmp_path / "gradebook.db")), create=True):
        pass
    with pytest.raises(WorkshopError, match="live rooms"):
        Store(locate(str(tmp_path / "gradebook.db")))
    Store(locate(str(tmp_path / "room.db"))).close()
    with (
        pytest.raises(GradeError, match="schema"),
        open_engine(locate(str(tmp_path / "room.db")), create=True),
    ):
        pass
    (tmp_path / "text.db").write_text("This is a text and no database. " * 40)
    with pytest.raises(WorkshopError, match="cannot be used"):
        Store(locate(str(tmp_path / "text.db")))
    for url in ("mysql://x/y", "://"):
        with pytest.raises(WorkshopError, match="--db"):
            locate(url)
