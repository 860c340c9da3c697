"""The live room's parts, without a server: who comes in, what counts, what is shown, what goes."""

import asyncio
import json
import random
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from workshop.rooms import in_a_loop

from coursekit.cli import main
from coursekit.errors import WorkshopError
from coursekit.workshop import (
    cards,
    deeds,
    handin,
    mine,
    newsroom,
    people,
    pseudonyms,
    room,
    secret,
    seen,
    serve,
    votes,
)
from coursekit.workshop.api import Api
from coursekit.workshop.calls import Unreached
from coursekit.workshop.course import Asked, course
from coursekit.workshop.hub import Hub, Settings
from coursekit.workshop.live import Topic
from coursekit.workshop.snapshot import Kept, take
from coursekit.workshop.store import Store, locate
from coursekit.workshop.tables import METADATA, learners, meta, tokens
from coursekit.workshop.taken import take as take_in
from coursekit.workshop.wire import Event, Malformed, as_number, is_answer


@pytest.fixture(scope="module")
def lessons():
    return course(("01",))


@pytest.fixture
def store(tmp_path):
    made = Store(locate(str(tmp_path / "workshop.db")))
    room.open_room(made, 1.0)
    yield made
    made.close()


def joined(connection, name="", count=1):
    return [people.known(connection, people.join(connection, name).token) for _ in range(count)]


def test_what_is_kept_is_told_of_every_table_that_has_something_of_a_learner(store, lessons):
    with store.writing() as connection:
        [ada] = joined(connection, "Ada")
        votes.open_poll(connection, "quiz_var_axes")
        sent = [
            Event("k" * 8, "check", 900, "moments", "failed", "a"),
            Event("l" * 8, "show", exercise="moments", text="x = 1"),
            Event("m" * 8, "guess", exercise="quiz_var_axes", text="a"),
        ]
        take_in(connection, ada, sent)
        cards.write(connection, ada, "this", "that")
        deeds.do(connection, lessons, {"deed": "answer", "exercise": "moments"})
        handin.hand_in(connection, ada, "moments", "", b"{}")
        kept = mine.all_of(connection, ada)
        told = {name for name, rows in kept.items() if isinstance(rows, list) and rows}
        [back] = connection.scalars(select(learners.c.back))
        [token] = connection.scalars(select(tokens.c.hash))
    assert told == {t.name for t in METADATA.sorted_tables if "learner_id" in t.c} - {"tokens"}
    assert back not in repr(kept) and token not in repr(kept)


def test_no_two_are_called_the_same_and_none_is_found_by_a_name_in_other_letters(store):
    with store.writing() as connection:
        names = [people.join(connection, name).name for name in ("Ada", "ada", "ADA", "", "")]
    assert names[:3] == ["Ada", "ada 2", "ADA 3"] and len({n.lower() for n in names}) == 5


def test_a_room_that_is_full_of_pseudonyms_has_one_more():
    assert pseudonyms.pseudonym(lambda name: not name[-1].isdigit()).endswith(" 2")


def test_no_secret_is_in_the_database(store, tmp_path):
    with store.writing() as connection:
        ada = people.join(connection, "Ada")
    _, leader = room.open_room(store, 1.0)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Ada" in kept
    for word in (ada.token, ada.back, secret.plain(ada.back), leader):
        assert word.encode() not in kept


def test_who_is_forgotten_is_in_no_table_and_in_no_file(store, tmp_path, capsys):
    with store.writing() as connection:
        [ada] = joined(connection, "Ada Lovelace")
        take_in(connection, ada, [Event("k" * 8, "need", text="where is everybody?")])
        cards.write(connection, ada, "this", "that")
    place = str(tmp_path / "workshop.db")
    assert main(["workshop", "forget", "Nobody", "--db", place]) == 2
    assert main(["workshop", "forget", "Ada Lovelace", "--db", place]) == 0
    said = capsys.readouterr().out
    assert "Ada Lovelace is forgotten" in said and "handed-in" in said  # copies that are elsewhere
    with store.reading() as connection:
        for table in METADATA.sorted_tables:
            if table not in (meta,) and table.name != "cards":  # which are nobody's
                assert connection.execute(select(table)).all() == [], table.name
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Lovelace" not in kept and b"everybody" not in kept


def test_a_room_that_is_opened_again_goes_on_and_its_old_link_opens_nothing(store):
    with store.reading() as connection:
        before = room.read(connection)
        link = room.value(connection, "leader")
    after, leader = room.open_room(store, 9.0)
    assert (after.code, after.expires) == (before.code, before.expires)
    assert secret.kept(leader) != link


def test_when_the_time_is_up_everything_goes(store):
    with store.writing() as connection:
        joined(connection)
        room.change(connection, expires=time.time() - 1)
    assert room.expire(store) and not room.expire(store)
    with store.reading() as connection:
        assert connection.execute(select(learners)).all() == []
        code = room.read(connection).code
    assert room.open_room(store, 1.0)[0].code != code


def test_what_is_said_of_deletion_holds_for_a_room_that_is_opened_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serve.listening, "run", lambda *_: 0)
    until, said = time.strftime("%Y-%m-%d", time.localtime(time.time() + 3 * 86400)), []
    for days in (3, 300):
        serve.serve(host="127.0.0.1", port=0, lessons=("01",), days=days, tell=said.append)
    kept = [line for line in said if line.startswith("Kept in ")]
    assert len(kept) == 2 and all(f"until {until};" in line for line in kept)
    for line in said:
        assert not line.startswith("Stop ") or "while it is stopped it deletes nothing" in line


def test_checks_in_any_order_come_to_the_same(store):
    sent = [
        Event("k" * 8, "check", 300, "moments", "failed", "a", 1, 60),
        Event("l" * 8, "check", 200, "moments", "passed", "", 2, 160),
        Event("m" * 8, "check", 100, "moments", "failed", "b", 3, 260),
    ]
    found = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)):
        with store.writing() as connection:
            [one] = joined(connection)
            for n in order:
                assert take_in(connection, one, [sent[n], sent[n]]) == 1
            row = take(connection).standings[one, "moments"]
        found.append((row.attempts, row.outcome, row.diagnosis, row.seconds))
        assert time.time() - row.first == pytest.approx(300, abs=5)
        assert time.time() - row.passed == pytest.approx(200, abs=5)
    assert set(found) == {(3, "failed", "b", 160.0)}


def test_an_old_note_does_not_take_the_place_of_a_new_one(store):
    with store.writing() as connection:
        [one] = joined(connection)
        take_in(connection, one, [Event("k" * 8, "done", 5)])
        take_in(connection, one, [Event("l" * 8, "need", 900, text="old")])
        assert [flag.kind for flag in take(connection).flags] == ["done"]


def test_code_that_is_shown_waits_for_a_helper(store, lessons):
    with store.writing() as connection:
        [one] = joined(connection)
        take_in(connection, one, [Event("k" * 8, "show", exercise="moments", text="x = 1")])
        [waits] = seen.help_queue(take(connection), lessons)["need"]
    assert waits["code"].code == "x = 1"


def test_of_what_was_shown_only_what_somebody_looks_at_is_read(store, lessons):
    with store.writing() as connection:
        one, other = joined(connection, count=2)
        for n, who in enumerate((one, other, one)):
            take_in(connection, who, [Event(f"{n}" * 8, "show", exercise="moments", text=f"{n}")])
        deeds.do(connection, lessons, {"deed": "helped", "learner": str(other)})
        snapshot = take(connection)
        assert [row.code for row in snapshot.shown.values()] == ["2"]
        [waits] = seen.help_queue(snapshot, lessons)["need"]
    assert waits["code"].code == "2"


def test_who_takes_a_call_for_help_first_has_it(store, lessons):
    with store.writing() as connection:
        [one] = joined(connection)
        take_in(connection, one, [Event("k" * 8, "need")])
        for helper in ("Ada", "Bob"):
            given = {"deed": "take", "learner": str(one), "helper": helper}
            deeds.do(connection, lessons, given)
        assert [flag.helper for flag in take(connection).flags] == ["Ada"]


def test_a_guess_counts_in_the_round_in_which_it_was_made(store, lessons):
    with store.writing() as connection:
        [one] = joined(connection)
        votes.open_poll(connection, "quiz_var_axes")
        time.sleep(0.05)
        votes.close_all(connection)
        late = Event("k" * 8, "guess", 0.02, "quiz_var_axes", text="a")
        old = Event("l" * 8, "guess", 900, "quiz_var_axes", text="b")
        take_in(connection, one, [old, late])
        [poll] = seen.polls(take(connection), lessons)["rounds"]
    assert dict(poll["bars"])["a"] == 1 and poll["answers"] == 1


@pytest.mark.parametrize(
    "values, bars",
    [
        ([], []),
        (["1.0", "1", "2.5"], [("1", 2), ("2.5", 1)]),
        ([str(n) for n in range(80)], 8),
        ([str(n) for n in range(40)] + ["1e12"], 8),
        ([str(n) for n in range(40)] + ["1e100"], 8),
        ([str(n) for n in range(40)] + ["-1e100", "1e100"], 8),
        ([str(n / 9) for n in range(40)] + ["1e-320"], 8),
    ],
)
def test_a_histogram_has_a_bar_for_every_guess(values, bars):
    found = votes.histogram(values, Asked("q", "l", "?"))
    assert sum(count for _, count in found) == len(values)
    assert len(found) == bars if isinstance(bars, int) else found == bars
    assert not isinstance(bars, int) or max(count for _, count in found) < len(values) / 2


ODD = ["infinity", "-Infinity", "inf", "nan", "1e308", "-1e308", "1e100", "-1e100", "0", "-0"]
ODD += ["5e-324", "1e-320", "1_0", "9" * 40, "9" * 400, " 7 ", "aaaaaaaa", "ab", "", "x" * 9]


def test_whatever_is_taken_as_an_answer_can_be_drawn():
    taken = [text for text in ODD if is_answer(text)]
    assert taken == ["1e100", "-1e100", "0", "-0", "5e-324", "1e-320", "1_0", "9" * 40, " 7 ",
                     "aaaaaaaa", "ab"]  # fmt: skip
    draw = random.Random(0)
    few = [str(n) for n in range(8)] + [f"{n}e-324" for n in range(0, 60, 5)]
    for _ in range(300):  # a room's database may hold what an older one took
        values = draw.choices(few, k=draw.randrange(60)) + draw.choices(ODD, k=draw.randrange(4))
        found = votes.histogram(values, draw.choice([None, Asked("q", "l", "?")]))
        assert sum(count for _, count in found) == sum(as_number(v) is not None for v in values)


def test_a_letter_counts_once_for_each_who_chose_it():
    question = Asked("q", "l", "?", {"a": "one", "b": "other"})
    assert votes.histogram(["aaaaaaaa", "b", "ba"], question) == [("a", 2), ("b", 2)]


def test_nothing_that_is_not_there_is_done(store, lessons):
    with store.writing() as connection:
        for given in (
            {"deed": "none"},
            {"deed": "hint", "exercise": "none"},
            {"deed": "hint", "exercise": "moments", "level": "7"},
            {"deed": "open", "question": "none"},
            {"deed": "take", "learner": "-1"},
            {"deed": "choose", "exercise": "none"},
        ):
            with pytest.raises(Malformed):
                deeds.do(connection, lessons, given)


def test_hints_go_to_those_who_are_stuck_and_to_nobody_else(store, lessons):
    with store.writing() as connection:
        stuck, new, done = joined(connection, count=3)
        for one, age, outcome in (
            (stuck, 900, "failed"),
            (new, 9, "failed"),
            (done, 900, "passed"),
        ):
            take_in(connection, one, [Event("k" * 8, "check", age, "moments", outcome)])
        deeds.do(connection, lessons, {"deed": "answer", "exercise": "moments"})
        got = [len(newsroom.since(connection, one, 0)) for one in (stuck, new, done)]
    assert got == [1, 0, 0]


def test_the_current_exercise_is_the_leaders_or_where_most_are(store, lessons):
    works = list(lessons.works)
    with store.writing() as connection:
        assert take(connection).current(works) == works[0]
        for one in joined(connection, count=2):
            take_in(connection, one, [Event("k" * 8, "check", 1, works[2], "failed")])
        assert take(connection).current(works) == works[2]
        deeds.do(connection, lessons, {"deed": "choose", "exercise": works[1]})
        assert take(connection).current(works) == works[1]


def test_a_snapshot_is_taken_again_when_something_has_changed_and_only_then(store):
    kept = Kept(store)
    first = kept.now()
    assert kept.now() is first
    with store.writing() as connection:
        joined(connection)
    assert kept.now() is not first and len(kept.now().names) == 1


@pytest.mark.parametrize(
    "counts, shown",
    [
        ((30, 12, 9, 9), (30, 12, 9, 9)),
        ((30, 12, 9, 0), (30, 12, 9, 0)),
        ((30, 12, 9, 4), (30, 12, None, None)),
        ((30, 12, 3, 1), (30, 12, None, None)),
        ((0, 0, 0, 3), (0, 0, 0, None)),
    ],
)
def test_no_count_of_a_few_can_be_worked_out_from_the_others(counts, shown):
    assert tuple(seen.hidden(dict(zip(seen.STATES, counts, strict=True))).values()) == shown


def test_who_waits_is_told_from_any_thread():
    async def wait():
        topic = Topic(3)
        topic.start()
        assert await topic.wait(3, 0.01) == 3
        later = asyncio.create_task(topic.wait(3, 10))
        await asyncio.sleep(0)
        await asyncio.to_thread(topic.grow, 4)
        return await later

    assert in_a_loop(wait()) == 4


def test_what_is_sent_down_while_something_is_sent_is_sent_next(store):
    def publish(words):
        with store.writing() as connection:
            topic.grow(newsroom.send(connection, "pace", words=words))

    async def hear():
        topic.start()
        heard, stream = [], Api(store, None, topic, None)._news(1, 0)
        for more in ("two", "three", None):
            heard.append(json.loads((await asyncio.wait_for(anext(stream), 5))["data"])["words"])
            if more:
                publish(more)
                await asyncio.sleep(0)
        return heard

    topic = Topic()
    publish("one")
    assert in_a_loop(hear()) == ["one", "two", "three"]


def test_every_exercise_has_its_place_and_its_sentences(lessons):
    for work in lessons.works.values():
        assert work.place and work.minutes and work.sentences
        one, other = list(work.sentences)[:2]
        assert work.sentence(f"{one}+{other}") == f"{work.sentences[one]} {work.sentences[other]}"
        assert work.sentence("nothing_like_it") == ""
    assert lessons.questions["quiz_var_axes"].options and lessons.titles
    with pytest.raises(WorkshopError, match="no lesson is called '99'"):
        course(("99",))


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--days", "0"], "--days"),
        (["--port", "-1"], "--port"),
        (["--host", "256.1.1.1"], "--port"),
        (["--tls", "no.crt", "no.key"], "no file no.crt"),
        (["--tls", "text.pem", "text.pem"], "both PEM"),
        (["--tls", "none.pem", "none.pem"], "both PEM"),
        (["--db", "mysql://x"], "--db"),
        (["--lessons", "99", "--port", "0"], "no lesson"),
    ],
)
def test_what_cannot_be_served_is_told(arguments, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text.pem").write_text("This is no certificate.")
    Path("none.pem").write_bytes(b"")
    assert main(["workshop", "serve", "--host", "127.0.0.1", "--port", "0", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_hubs_environment_is_a_services_or_none():
    given = {
        "JUPYTERHUB_SERVICE_PREFIX": "/services/room/",
        "JUPYTERHUB_SERVICE_NAME": "room",
        "JUPYTERHUB_API_URL": "http://127.0.0.1:9/hub/api",
        "JUPYTERHUB_API_TOKEN": "t",
    }
    settings = Settings.of(given)
    assert settings.hub == "/hub" and settings.client == "service-room"
    hub = Hub(settings)
    with pytest.raises(Unreached):  # a hub that does not answer says nothing of anybody
        hub.user("x")
    assert not hub.leads(None) and not hub.leads({"admin": False, "scopes": []})
    assert hub.leads({"admin": True}) and hub.leads({"scopes": ["custom:room:lead"]})
    assert Settings.of({}) is None
    assert Settings.of({k: v for k, v in given.items() if k != "JUPYTERHUB_SERVICE_NAME"}) is None
