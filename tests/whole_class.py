"""A class as a course has it, made of a seed: three sections, each on a platform of its own.

Section A hands in on Canvas, B on Moodle, C into folders of a share. Each lesson comes as one zip
of Canvas's and one of Moodle's, in the form in which they are downloaded. Answers are the course's
own: right ones, alternatives, named mistakes, and cells that nobody filled in. Beside them lie the
roster, the policy, the times, and `expected.json`: what must come of it.
"""

import csv
import io
import json
import math
import os
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from grading.pasting import mistaken, notebook, pasted
from verdicts import recorded

from coursekit import exercises
from coursekit.checking import Exercise

SECTIONS = ("A", "B", "C")
LESSONS = ("01", "02", "04")
ZONE = ZoneInfo("Europe/Berlin")
FIRST_DEADLINE = datetime(2026, 10, 12, 23, 59, tzinfo=ZONE)
PER_DAY, AT_MOST, GRACE = 0.1, 0.5, timedelta(minutes=10)
GIVEN = (
    "Jürgen Zoë Łukasz Ada Çağla Søren Íñigo Aoife Mehmet Priya Željko Nguyễn Amélie Björk Oğuz "
    "Dvořák Maël Ștefan Linh Ġorġ"
).split()
FAMILY = (
    "Müller Österreich Nowak O'Neil-Groß Çelik Kierkegaard Núñez Ní~Bhriain Šimić Trần Håkansson "
    "Yıldız van~den~Berg D'Angelo Szabó Ångström Đurić Petrović Lefèvre Ibáñez"
).split()
WHOLE = ("李 小龙", "山田 太郎", "김 지우", "Mia Krüger 🌻", "ليلى حداد", "Ωμέγα Παππά")
# What befalls the students of a section, by their place in it.
ROLES = (
    "namesake namesake late broken resubmitted renamed group group absent extended excused group"
).split()
BROKEN = {"A": "truncated", "B": "pdf", "C": "empty"}


@dataclass(frozen=True)
class Student:
    """Somebody in the class."""

    id: str
    first: str
    last: str
    section: str
    role: str
    number: int  # the platform's

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def login(self) -> str:
        return f"{self.section.lower()}{self.number}"

    @property
    def email(self) -> str:
        return f"{self.login}@example.org"

    @property
    def group(self) -> str:
        return f"Team {self.section}" if self.role == "group" else ""


@dataclass
class Handed:
    """One notebook, by whom, and what must come of it."""

    student: Student
    lesson: str
    page: str
    text: str
    when: datetime
    expected: dict = field(default_factory=dict)
    older: str = ""  # what was handed in before

    @property
    def number(self) -> int:
        """Of the submission on Canvas, of the participant on Moodle: another in each lesson."""
        return 100_000 * int(self.page[:2]) + self.student.number


def make(
    folder: Path, *, size: int = 20, lessons: tuple[str, ...] = LESSONS, seed: int = 0
) -> None:
    """Write a class into a folder that is not there yet.

    Args:
        size: students in each of the three sections.
    """
    rng = random.Random(seed)
    people = [one for section in SECTIONS for one in _people(rng, section, size)]
    pages = [page for page in _pages() if page[:2] in lessons]
    deadlines = {p[3:]: FIRST_DEADLINE + timedelta(weeks=n) for n, p in enumerate(pages)}
    handed = [one for page in pages for one in _handed(rng, people, page, deadlines[page[3:]])]
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    for page in pages:
        mine = [one for one in handed if one.page == page]
        _canvas(
            inbox / f"submissions {page[:2]}.zip", [o for o in mine if o.student.section == "A"]
        )
        _moodle(
            inbox / f"NORM-{page}-{size}.zip", [o for o in mine if o.student.section == "B"], people
        )
        _folders(inbox, [o for o in mine if o.student.section == "C"])
    _write(folder / "roster.csv", _roster(people, pages))
    (folder / "policy.toml").write_text(_policy(people, deadlines), "utf-8")
    _write(folder / "times" / "canvas.csv", _canvas_times(handed))
    _write(folder / "times" / "folders.csv", _folders_times(handed))
    for page in pages:
        _write(folder / "times" / f"moodle-{page[:2]}.csv", _worksheet(people, handed, page))
    (folder / "expected.json").write_text(_expected(people, handed, pages), "utf-8")


def _pages() -> list[str]:
    known = Path(__file__).parents[1] / "notebooks"
    return sorted(path.stem for path in known.glob("[0-9][0-9]_*.ipynb"))


def _people(rng: random.Random, section: str, size: int) -> Iterator[Student]:
    taken = set()
    for n in range(size):
        role = ROLES[n] if n < len(ROLES) else ""
        while True:
            first, last = rng.choice(GIVEN), rng.choice(FAMILY).replace("~", " ")
            if role == "namesake":
                first, last = {"A": ("Anna", "Groß"), "B": ("Kim", "Lee"), "C": ("Max", "Weiß")}[
                    section
                ]
            if role in ("late", "resubmitted"):
                odd = 2 * SECTIONS.index(section) + (role == "late")
                first, last = WHOLE[odd].split(" ", 1)
            if role == "namesake" or (first, last) not in taken:
                break
        taken.add((first, last))
        number = 1000 * (SECTIONS.index(section) + 4) + 7 * n + 3
        yield Student(f"{section}{n:03d}", first, last, section, role, number)


def _handed(
    rng: random.Random, people: list[Student], page: str, deadline: datetime
) -> Iterator[Handed]:
    lesson = page[3:]
    groups = set()
    for student in people:
        if student.role == "absent" or (student.role == "excused" and page[:2] == "01"):
            continue
        if student.group in groups:  # one hands in for all
            continue
        groups |= {student.group} if student.group else set()
        text, results = _answered(rng, lesson)
        early = timedelta(hours=rng.uniform(1, 90))
        one = Handed(student, lesson, page, text, deadline - early)
        if student.role == "late":
            one.when = deadline + timedelta(hours=rng.uniform(1, 40))
        elif student.role == "extended":  # they have three days more
            one.when = deadline + timedelta(hours=rng.uniform(50, 70))
        elif student.role == "resubmitted":
            one.older = _answered(rng, lesson)[0]
        over = one.when - deadline - GRACE
        late = 0 if student.role == "extended" else max(0, math.ceil(over / timedelta(days=1)))
        kept = 1 - min(AT_MOST, PER_DAY * late)
        status = "graded"
        if student.role == "broken":
            kind = BROKEN[student.section]
            one.text = {
                "truncated": text[: len(text) // 2],
                "pdf": "%PDF-1.7\n%âãÏÓ\n",
                "empty": "",
            }[kind]
            status, results = "malformed", {name: ["missing", 0, ""] for name in results}
        score = sum(points for _, points, _ in results.values()) * kept
        one.expected = {
            "status": status, "score": round(score, 6), "late": late, "exercises": results,
        }  # fmt: skip
        yield one


def _answered(rng: random.Random, lesson: str) -> tuple[str, dict[str, list]]:
    """A notebook; of each exercise (status, points, diagnosis), as the course has it on record."""
    known: dict[tuple[str, str], list] = {}
    for name, what, *said in recorded():
        known.setdefault((name, what), []).append(said)
    skill = rng.betavariate(4, 1.5)
    cells, results = {}, {}
    for name, task in exercises.load(lesson).items():
        if not isinstance(task, Exercise):
            continue
        draw = rng.random()
        one_verdict = [
            m for m in task.mistakes
            if m != task.planted and len(known.get((name, m), ())) == 1
        ]  # fmt: skip
        told = ["passed", "", "", str(task.points)]
        if not task.points or draw < 0.7 * skill:
            cells[name] = pasted(task.right, name)
        elif draw < skill and task.alternatives:
            cells[name] = pasted(rng.choice(list(task.alternatives.values())), name)
        elif draw < 0.94 and (wrong := rng.choice(one_verdict)):
            cells[name] = mistaken(task, task.mistakes[wrong])
            told = known[name, wrong][0]
        if not cells.get(name):
            cells.pop(name, None)
            told = ["unsolved", "", "", "0"]
        results[name] = [told[0], float(told[3]), told[2]]
    cells["own"] = f"# {rng.random()}"
    whole = json.loads(notebook(lesson, cells))
    whole["metadata"]["own"] = cells["own"]  # no two files are the same
    return json.dumps(whole, ensure_ascii=False), results


def _file(one: Handed) -> str:
    """What the student called it."""
    if one.student.role != "renamed":
        return f"{one.page}.ipynb"
    names = {
        "A": f"Copy of {one.page}.ipynb",
        "B": "hw final FINAL.ipynb",
        "C": f"{one.lesson} ü.ipynb",
    }
    return names[one.student.section]


def _canvas(path: Path, handed: list[Handed]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for one in handed:
            who = re.sub(r"[\W_]", "", f"{one.student.last}{one.student.first}").lower()
            late = "LATE_" if one.student.role in ("late", "extended") else ""
            file = _file(one)
            file = file.replace(".ipynb", "-1.ipynb") if one.older else file
            _add(made, one, f"{who}_{late}{one.student.number}_{one.number}_{file}")


def _moodle(path: Path, handed: list[Handed], people: list[Student]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for one in handed:
            for who in _members(one.student, people):  # of a group, everybody has a copy
                group = f"{who.group}-" if who.group else ""
                number = replace(one, student=who).number
                home = f"{group}{who.name}_{number}_assignsubmission_file_"
                _add(made, one, f"{home}/{_file(one)}")


def _add(made: zipfile.ZipFile, one: Handed, name: str) -> None:
    about = zipfile.ZipInfo(name, one.when.timetuple()[:6])
    made.writestr(about, one.text, zipfile.ZIP_DEFLATED)


def _folders(inbox: Path, handed: list[Handed]) -> None:
    for one in handed:
        home = inbox / (one.student.group or one.student.login)
        home.mkdir(exist_ok=True)
        files = {_file(one): (one.text, one.when)}
        if one.older:
            first = one.when - timedelta(hours=5)
            files = {
                _file(one): (one.older, first),
                f"{one.page}-Copy1.ipynb": (one.text, one.when),
            }
        for name, (text, when) in files.items():
            (home / name).write_text(text, "utf-8")
            os.utime(home / name, (when.timestamp(), when.timestamp()))


def _roster(people: list[Student], pages: list[str]) -> list[list]:
    titles = ["id", "name", "email", "section", "group", "canvas", "login", "extra time", "excused"]
    return [titles, *(
        [
            one.id, f"{one.last}, {one.first}", one.email, one.section, one.group,
            one.number if one.section == "A" else "", one.login, "",
            pages[0][:2] if one.role == "excused" else "",
        ]
        for one in people
    )]  # fmt: skip


def _policy(people: list[Student], deadlines: dict[str, datetime]) -> str:
    lines = [f'timezone = "{ZONE.key}"', "", "[deadlines]"]
    lines += [f"{name} = {when:%Y-%m-%dT%H:%M:%S}" for name, when in deadlines.items()]
    for one in people:
        if one.role == "extended":
            lines += ["", f"[extensions.{one.id}]", *(f'{name} = "3 days"' for name in deadlines)]
    minutes = GRACE // timedelta(minutes=1)
    lines += ["", "[late]", f"per_day = {PER_DAY}", f"at_most = {AT_MOST}"]
    return "\n".join([*lines, f"grace_minutes = {minutes}", ""])


def _canvas_times(handed: list[Handed]) -> list[list]:
    mine = [one for one in handed if one.student.section == "A"]
    rows = [
        [o.student.number, o.page, f"{o.when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"] for o in mine
    ]
    return [["user_id", "assignment", "submitted_at"], *rows]


def _folders_times(handed: list[Handed]) -> list[list]:
    mine = [one for one in handed if one.student.section == "C"]
    rows = [[o.student.login, o.page, f"{o.when:%Y-%m-%d %H:%M}"] for o in mine]
    return [["student", "lesson", "time"], *rows]


def _worksheet(people: list[Student], handed: list[Handed], page: str) -> list[list]:
    """Moodle's grading worksheet of one assignment: everybody, also who handed nothing in."""
    titles = [
        "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade",
        "Grade can be changed", "Last modified (submission)", "Last modified (grade)",
        "Feedback comments",
    ]  # fmt: skip
    rows: list[list] = []
    mine = {one.student.id: one for one in handed if one.page == page}
    for who in people:
        if who.section != "B":
            continue
        one = mine.get(who.id)
        said = f"{one.when:%A, %-d %B %Y, %-I:%M %p}" if one else "-"
        status = "Submitted for grading" if one else "No submission"
        number = 100_000 * int(page[:2]) + who.number
        rows.append(
            [f"Participant {number}", who.name, who.email, status, "", 10, "Yes", said, "-", ""]
        )
    return [titles, *rows]


def _expected(people: list[Student], handed: list[Handed], pages: list[str]) -> str:
    """{"students": {id: {lesson: what}}, "absent": ids}; all of a group have what one handed in."""
    found: dict[str, dict[str, dict]] = {}
    for one in handed:
        for who in _members(one.student, people):
            found.setdefault(who.id, {})[one.lesson] = one.expected
    absent = [one.id for one in people if one.id not in found]
    return json.dumps({"students": found, "absent": absent}, indent=1) + "\n"


def _members(one: Student, people: list[Student]) -> list[Student]:
    return [who for who in people if one.group and who.group == one.group] or [one]


def _write(path: Path, rows: list[list]) -> None:
    path.parent.mkdir(exist_ok=True)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), "utf-8")


def differences(folder: Path, results: dict) -> Iterator[str]:
    """Where a run's results.json says something else than what must come of the class."""
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    said = {(s["student"], s["lesson"]): s for s in results["submissions"]}
    for student, lessons in expected["students"].items():
        for lesson, wanted in lessons.items():
            got = said.pop((student, lesson), None)
            if got is None:
                yield f"{student} {lesson}: is not there"
                continue
            for what in ("status", "score"):
                if got[what] != wanted[what]:
                    yield f"{student} {lesson}: {what} {got[what]}, and not {wanted[what]}"
    yield from (f"{student} {lesson}: should not be there" for student, lesson in said)
    if results.get("absent") != expected["absent"]:
        yield f"absent: {results.get('absent')}, and not {expected['absent']}"
