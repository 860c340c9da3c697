"""Answers that people wrote for the exercises: read from tests/answers, judged in a real kernel.

    python tests/written.py [LESSON...]  judge them, print what `check` says of each
    python tests/written.py --write      judge all; write said.json and docs/answers.md

A row of tests/answers/NN_lesson.txt is one notebook cell and its verdict by hand:

    # %% exercise=batch_norm verdict=wrong id=bn-01 held=yes
    # what: divides by N - 1
    # cause: the same in a tutor's words

No mistake may be named for the sake of a row that is `held`: those measure what nobody looked at.
tests/answers/first.json keeps what was said of each before any was looked at. ratings.json keeps
what readers made of it: by row, the digest of the panel that they read, and their word for it.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).parent
ANSWERS = HERE / "answers"
SAID = ANSWERS / "said.json"
PAGE = HERE.parent / "docs" / "answers.md"
HEAD = re.compile(r"^# %% (?=exercise=)(.*)$", re.MULTILINE)
ASK = """
import json as _json
print(_json.dumps({k: getattr(_said, k) for k in ("status", "rung", "diagnosis", "score", "max")}
      | {"text": str(_said)}))
"""


@dataclass(frozen=True)
class Row:
    """One cell that somebody wrote, and what a reader of it found."""

    lesson: str
    exercise: str
    verdict: str  # right or wrong
    id: str
    held: bool
    what: str
    cause: str
    cell: str


def rows(lesson: str = "") -> list[Row]:
    """Every row of one lesson, or of all.

    Raises:
        ValueError: a heading lacks a part, or two rows have one id.
    """
    found = [row for path in sorted(ANSWERS.glob(f"{lesson}*.txt")) for row in _rows(path)]
    ids = [row.id for row in found]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise ValueError(f"two rows are called {', '.join(sorted(twice))}")
    return found


def _rows(path: Path) -> Iterator[Row]:
    _, *parts = HEAD.split(path.read_text("utf-8"))
    for head, body in zip(parts[::2], parts[1::2], strict=True):
        about = dict(part.split("=", 1) for part in head.split())
        notes, lines = {}, body.strip("\n").split("\n")
        while lines and (note := re.match(r"# (what|cause): *(.*)", lines[0])):
            notes[note[1]] = note[2]
            lines.pop(0)
        missing = {"exercise", "verdict", "id", "held"} - about.keys() | {
            "what",
            "cause",
        } - notes.keys()
        if missing or about["verdict"] not in ("right", "wrong"):
            raise ValueError(
                f"{path.name}: {head!r} lacks {', '.join(sorted(missing)) or 'a verdict'}"
            )
        cell = "\n".join(lines).strip("\n") + "\n"
        held = about["held"] == "yes"
        yield Row(path.stem, about["exercise"], about["verdict"], about["id"], held,
                  notes["what"], notes["cause"], cell)  # fmt: skip


def setup(lesson: str) -> str:
    """The imports of a lesson's first cell of code, and those that any of its cells may use."""
    source = (HERE.parent / "solutions" / f"{lesson}.py").read_text("utf-8")
    first = re.search(r'^# %% id="imports"\n(.*?)^# %%', source, re.MULTILINE | re.DOTALL)
    assert first, lesson
    return f"import numpy as np\nimport torch\nfrom torch import nn\n{first[1]}"


class Kernel:
    """One Jupyter kernel, as a notebook has it; every row is judged in a clean namespace."""

    def __init__(self, lesson: str):
        self.lesson = lesson
        self.start()

    def start(self) -> None:
        from jupyter_client.manager import KernelManager

        self.manager = KernelManager()
        hidden = ("MPLBACKEND", "COVERAGE_PROCESS_START")
        env = {k: v for k, v in os.environ.items() if k not in hidden}
        self.workspace = tempfile.TemporaryDirectory()
        env |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE.parent)}
        env |= {"COURSEKIT_WORKSPACE": self.workspace.name}
        self.manager.start_kernel(env=env)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.run(setup(self.lesson))
        self.run("from coursekit import exercises as _all")

    def run(self, code: str, seconds: float = 120, kept: bool = True) -> tuple[str, str]:
        """Run a cell; returns what it printed and the name of the error that ended it, if any."""
        printed: list[str] = []

        def hear(message: dict) -> None:
            if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                printed.append(message["content"]["text"])

        reply = self.client.execute_interactive(
            code, timeout=seconds, output_hook=hear, store_history=kept, allow_stdin=False
        )
        return "".join(printed), reply["content"].get("ename", "")

    def judge(self, row: Row) -> dict:
        """What `check` says of a row, as the notebook that holds it would show it."""
        others = [r for r in _names(row.lesson) if r != row.exercise]
        lend = "\n".join(f"{name} = _all.find({name!r}).right" for name in others)
        self.run(f"globals().pop({row.exercise!r}, None)\n{lend}", kept=False)
        try:
            _, failed = self.run(row.cell, 60)
            _, missing = self.run(f"_said = check({row.exercise}); _said")
            if missing:
                return {"status": "not defined", "cell": failed, "check": missing}
            printed, _ = self.run(ASK, kept=False)
            return json.loads(printed.splitlines()[-1]) | ({"cell": failed} if failed else {})
        except Exception as error:  # the kernel died, or never came back
            self.close()
            self.start()
            return {"status": "kernel lost", "cell": type(error).__name__}

    def close(self) -> None:
        """End the kernel at once."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.workspace.cleanup()


def _names(lesson: str) -> list[str]:
    from coursekit import exercises
    from coursekit.checking import Exercise

    tasks = exercises.load(lesson[3:])
    return [name for name, task in tasks.items() if isinstance(task, Exercise)]


def judged(wanted: list[Row]) -> dict[str, dict]:
    """What is said of each row, by its id; two kernels at a time, a bar on the terminal."""
    from tqdm import tqdm

    bar = tqdm(total=len(wanted), desc="answers", disable=None)

    def lesson(part: list[Row]) -> dict[str, dict]:
        kernel, said = Kernel(part[0].lesson), {}
        for row in part:
            said[row.id] = kernel.judge(row)
            bar.update()
        kernel.close()
        return said

    parts = [list(part) for _, part in groupby(wanted, key=lambda row: row.lesson)]
    with bar, ThreadPoolExecutor(2) as pool:
        found = {name: one for said in pool.map(lesson, parts) for name, one in said.items()}
    return {row.id: found[row.id] for row in wanted}


def words(said: dict) -> str:
    """What a panel says of an answer: not how often it was tried, how long it took, its inputs."""
    text = said.get("text", "").partition("\n  Try it ")[0]
    return re.sub(r"\((?:attempt \d+)?(?: · )?(?:[\d.]+ s)?(?: · )?", "(", text, count=1)


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def depends() -> str:
    """The digest of all that a verdict here depends on: answers, exercises, checks."""
    package = HERE.parent / "coursekit"
    files = [*ANSWERS.glob("*.txt"), package / "learning" / "notebook.py", Path(__file__)]
    files += [f for part in ("checking", "exercises") for f in (package / part).rglob("*.*")
              if f.suffix in (".py", ".txt")]  # fmt: skip
    return digest("".join(f.read_text("utf-8") for f in sorted(files)))


WORDS = ("named", "true", "misleading", "false")
PAGE_HEAD = """\
# Answers that people wrote

Generated by `make answers`. {wrong} wrong and {right} right answers to {exercises} exercises,
written from the lessons alone by people who had not seen the list of mistakes; each verdict was
given by hand before the first run. Each is run as a cell of a notebook in a real kernel, then
`check`.

* *accepted*: wrong answers that pass. *refused*: right ones that do not.
* *diagnosed*: `check` gives the mistake a name.
* what a reader made of the panel: it *named* the true cause (by a diagnosis, a sentence or the line
  that raised), was *true* but said less, was *misleading* or *false*; or nobody has read it yet.

For the half that is *held* no mistake is ever added: there, a better figure is a better check.

| | wrong | accepted | diagnosed | named | true | misleading | false | unread | right | refused |
|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
"""


def page() -> str:
    """The whole of docs/answers.md: the first run and the stored one, open and held."""
    everything = rows()
    first = json.loads((ANSWERS / "first.json").read_text("utf-8"))
    now = json.loads(SAID.read_text("utf-8"))["said"]
    wrong = sum(row.verdict == "wrong" for row in everything)
    text = PAGE_HEAD.format(
        wrong=wrong,
        right=len(everything) - wrong,
        exercises=len({row.exercise for row in everything}),
    )
    for title, said in (("first run", first), ("today", now)):
        for held in (False, True):
            part = [row for row in everything if row.held is held]
            text += f"| {title}, {'held' if held else 'open'} | {_counts(part, said)} |\n"
    return text


def _counts(part: list[Row], said: dict[str, dict]) -> str:
    wrong = [row for row in part if row.verdict == "wrong"]
    right = [row for row in part if row.verdict == "right"]
    accepted = sum(said[row.id]["status"] == "passed" for row in wrong)
    diagnosed = sum(bool(said[row.id].get("diagnosis")) for row in wrong)
    read = [rated(row, said[row.id]) for row in wrong]
    refused = sum(said[row.id]["status"] != "passed" for row in right)
    numbers = [len(wrong), accepted, diagnosed, *map(read.count, WORDS), read.count("")]
    return " | ".join(map(str, [*numbers, len(right), refused]))


def rated(row: Row, said: dict) -> str:
    """What a reader made of these words: named, true, misleading, false; "" if nobody read them."""
    ratings = json.loads((ANSWERS / "ratings.json").read_text("utf-8"))
    return ratings.get(row.id, {}).get(digest(words(said)), "")


if __name__ == "__main__":
    lessons = [name for name in sys.argv[1:] if not name.startswith("-")] or [""]
    wanted = [row for lesson in lessons for row in rows(lesson)]
    said = judged(wanted)
    if "--write" in sys.argv:
        stored = {"depends": depends(), "said": said}
        SAID.write_text(json.dumps(stored, indent=1, ensure_ascii=False) + "\n", "utf-8")
        PAGE.write_text(page(), "utf-8")
    for row in wanted:
        got = said[row.id]
        print(f"{row.id:8} {row.verdict:6} {got['status']:12} {got.get('diagnosis') or ''}")
