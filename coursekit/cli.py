"""coursekit COMMAND: the arguments of every command, and what an error of the user's comes to."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from coursekit import __version__, commands
from coursekit.errors import CourseError
from coursekit.terminal import robust_streams, say, settle

EXTRAS = {
    commands.grade: "grade",
    commands.gradebook: "grade",
    commands.feedback: "grade",
    commands.gradescope: "grade",
    commands.marks: "grade",
    commands.mark: "workshop",
    commands.workshop: "workshop",
    commands.build: "dev",
    commands.new: "dev",
}
MODES = {
    "quick": "measure now, on few seeds (minutes)",
    "full": "measure on 20 seeds or more, going on where an earlier run stopped",
}
GRADEBOOK = {
    "show": "what counts: attempts, points, overrides, and each student's total",
    "override": "give points by hand, with a reason; they outlive every regrade",
    "regrade": "grade again what has a result, as in the last run",
}
WORKSHOP = {
    "serve": "open a live room, and say how to join it",
    "rehearse": "the same with simulated learners, to practise the evening before",
    "forget": "delete one learner and all that was sent",
}


def parser() -> argparse.ArgumentParser:
    """The whole command line, on one screen."""
    top = argparse.ArgumentParser(
        prog="coursekit", description="The interactive course on normalization, and its grader."
    )
    top.add_argument("--version", action="version", version=f"coursekit {__version__}")
    known = top.add_subparsers(required=True, metavar="COMMAND")

    def command(function: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        sub = known.add_parser(
            function.__name__, help=function.__doc__, description=function.__doc__
        )
        sub.set_defaults(command=function)
        return sub

    for function in (commands.lab, commands.update, commands.reset):
        sub = command(function)
        if function is commands.reset:
            sub.add_argument("lesson", help="04, batchnorm_forward …")
        if function is commands.lab:
            sub.epilog = (
                "What follows goes to JupyterLab: --no-browser --port 8899 …; "
                "but --join CODE@host joins a live room."
            )
        default = Path("workspace")
        sub.add_argument("workspace", type=Path, nargs="?", default=default, help="your folder")

    command(commands.doctor).add_argument("--json", action="store_true")
    command(commands.gallery).add_argument("folder", type=Path, nargs="?", default=Path("gallery"))

    sub = command(commands.evidence)
    sub.add_argument("--claim", type=int, metavar="N", help="only this one: see docs/claims.md")
    how = sub.add_mutually_exclusive_group()
    for mode, words in MODES.items():
        how.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, help=words)
    sub.set_defaults(mode="stored")
    sub.add_argument("--seed", type=int, default=1000, help="the first seed (1000)")
    sub.add_argument("--out", type=Path, help="where --full keeps its runs (evidence)")
    sub.add_argument("--json", action="store_true")

    sub = command(commands.build)
    sub.add_argument("lesson", nargs="*", help="04, batchnorm_forward …; all if none is named")
    sub.add_argument("--check", action="store_true", help="write nothing; exit 1 if one is stale")
    sub.add_argument("--ids", action="store_true", help="first give cells without an id one")
    sub.add_argument(
        "--nbgrader", type=Path, metavar="DIR", help="only write nbgrader assignments to DIR/source"
    )

    sub = command(commands.new)
    kinds = sub.add_subparsers(dest="what", required=True, metavar="WHAT")
    sub = kinds.add_parser("lesson", help="a page, its exercises and questions, both notebooks")
    sub.add_argument("name", help="small letters and _")
    sub.add_argument("--number", type=int, metavar="NN", help="of the page (the next one)")
    sub = kinds.add_parser("exercise", help="a right answer, its mistakes, its cells")
    sub.add_argument("lesson", help="04, batchnorm_forward …")
    sub.add_argument("name", help="of the function that learners write")
    sub = kinds.add_parser("mistake", help="the edit that makes a wrong function of the right one")
    sub.add_argument("exercise", nargs="?", help="which one (that of the function in FILE.py)")
    sub.add_argument(
        "--from", dest="file", type=Path, required=True, metavar="FILE.py",
        help="a wrong function, or a cluster of a class: REPORTS/unnamed/NAME.py",
    )  # fmt: skip
    sub.add_argument("--name", help="the diagnosis (the function's name, or the file's)")
    kinds.add_parser("left", help="what is still to be filled in; exit 1 if anything is")

    sub = command(commands.grade)
    what = "a folder of STUDENT/NN_lesson.ipynb, or a zip"
    sub.add_argument("submissions", type=Path, nargs="?", help=what)
    link = "a live room's leader's link: grade what was handed in there, send feedback back"
    sub.add_argument("--workshop", metavar="LINK", help=link)
    sub.add_argument("--out", type=Path, required=True, help="where reports are written")
    watch = "go on, and grade what arrives in the folder; Ctrl-C ends it"
    sub.add_argument("--watch", action="store_true", help=watch)
    sub.add_argument("--every", type=float, default=10.0, help="seconds between two looks (10)")
    sub.add_argument("--once", action="store_true", help="of what is at rest now, for cron")
    sub.add_argument("--jobs", type=int, default=1, help="submissions graded at a time")
    sub.add_argument("--json", action="store_true", help="print results.json, not a table")
    sub.add_argument("--sandbox", choices=["bubblewrap", "none"], default="bubblewrap")
    sub.add_argument("--timeout", type=float, default=10.0, help="seconds per exercise (10)")
    sub.add_argument("--total", type=float, default=60.0, help="seconds per submission (60)")
    sub.add_argument(
        "--exercises", type=Path, action="append", default=[], metavar="NAME.py",
        help="another course's exercises: grades NAME.ipynb (may be repeated)",
    )  # fmt: skip
    sub.add_argument("--seed", type=int, help="of the hidden inputs; drawn and recorded if absent")
    sub.add_argument("--db", metavar="URL", help="the gradebook (gradebook.db in --out)")
    sub.add_argument("--policy", type=Path, metavar="FILE.toml", help="weights and deadlines")
    sub.add_argument("--roster", type=Path, metavar="FILE.csv", help="who is in the class")
    sub.add_argument(
        "--times", action="append", default=[], metavar="[LESSON=]FILE.csv",
        help="when what was handed in: a platform's export, or your own (may be repeated)",
    )  # fmt: skip
    sub.add_argument("--scheduler", metavar="tcp://…", help="a Dask scheduler: its workers judge")
    sub.add_argument(
        "--earlier", action="append", default=[], metavar="GRADEBOOK",
        help="an earlier year's --out: its answers are compared with these (may be repeated)",
    )  # fmt: skip
    excel = "begin {} with a mark by which Excel knows its letters"
    sub.add_argument("--bom", action="store_true", help=excel.format("gradebook.csv"))

    sub = command(commands.gradebook)
    whats = sub.add_subparsers(dest="what", required=True, metavar="WHAT")
    for what, words in GRADEBOOK.items():
        sub = whats.add_parser(what, help=words, description=words)
        sub.add_argument("book", help="the --out of a run, or the gradebook's URL")
        sub.add_argument("--json", action="store_true")
        needed = what == "override"
        sub.add_argument("--student", required=needed)
        sub.add_argument("--lesson", required=needed, help="01, mean_and_variance …")
        if what == "override":
            sub.add_argument("--exercise", default="", help="if absent, the lesson as a whole")
            sub.add_argument("--score", type=float, help="if absent, the override is taken back")
            sub.add_argument("--reason", default="", help="shown to the student")
            sub.add_argument("--above-maximum", action="store_true", help="more than there are")
        if what == "regrade":
            sub.add_argument("--jobs", type=int, default=1)
            sub.add_argument("--scheduler", metavar="tcp://…")

    sub = command(commands.feedback)
    sub.add_argument("book", help="the --out of a run, or the gradebook's URL")
    sub.add_argument("--platform", choices=["moodle", "canvas", "folders"], required=True)
    sub.add_argument("--to", type=Path, metavar="FOLDER", help="(BOOK/upload/PLATFORM), or a .zip")
    sub.add_argument("--lesson", help="only this: 01, mean_and_variance …")
    sub.add_argument("--json", action="store_true")

    for function in (commands.marks, commands.mark):
        sub = command(function)
        sub.add_argument("book", help="the --out of a run, or the gradebook's URL")
        sub.add_argument("--as", dest="by", metavar="NAME", help="who marks (your login name)")
        if function is commands.mark:
            sub.add_argument("--port", type=int, default=0, help="of this machine (any)")
            continue
        sub.add_argument("--read", type=Path, metavar="FILE.csv", help="take the marks in it")
        sub.add_argument("--to", type=Path, metavar="FILE.csv", help="(marks.csv in --out)")
        sub.add_argument("--bom", action="store_true", help=excel.format("the file"))

    sub = command(commands.workshop)
    whats = sub.add_subparsers(dest="what", required=True, metavar="WHAT")
    for what, words in WORKSHOP.items():
        sub = whats.add_parser(what, help=words, description=words)
        sub.add_argument("--db", default="workshop.db", help="a file, or PostgreSQL's URL")
        if what == "forget":
            sub.add_argument("name", help="as the Room page shows it, or of the hub's account")
            continue
        sub.add_argument("--lessons", default="", help="of the day: 04,05 (all)")
        own = what == "rehearse"
        sub.add_argument("--host", default="127.0.0.1" if own else "0.0.0.0", help="(%(default)s)")
        sub.add_argument("--port", type=int, default=8000, help="(%(default)s; 0: any)")
        if own:
            sub.set_defaults(db="rehearsal.db")
            sub.add_argument("--learners", type=int, default=60, help="(%(default)s)")
            sub.add_argument("--speed", type=float, default=10.0, help="times faster than people")
            continue
        sub.add_argument("--days", type=float, default=7.0, help="until a new room is emptied (7)")
        sub.add_argument("--tls", type=Path, nargs=2, metavar=("CERT", "KEY"))
        sub.add_argument("--public", default="", metavar="URL", help="of a proxy in front")
        sub.add_argument("--prefix", default="/", metavar="/PATH/", help="that it passes on")

    sub = command(commands.submit)
    sub.add_argument("notebook", type=Path, help="NN_lesson.ipynb")
    sub.add_argument("--name", default="", help="for the gradebook (your name in the room)")

    sub = command(commands.gradescope)
    sub.add_argument("lesson", help="04, batchnorm_forward …, or a pack's name")
    sub.add_argument("--out", type=Path, required=True, help="the zip to write")
    sub.add_argument("--sandbox", choices=["bubblewrap", "none"], default="bubblewrap")
    sub.add_argument("--exercises", type=Path, action="append", default=[], metavar="NAME.py")
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; a CourseError is one clear line and exit code 2."""
    robust_streams()
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    finally:
        settle()


def _run(given: list[str]) -> int:
    own = len(given)
    if given[:1] == ["lab"] and not {"-h", "--help"} & set(given):
        own = 2 if given[1:2] and not given[1].startswith("-") else 1  # lab [WORKSPACE]
    args = parser().parse_args(given[:own])
    args.jupyter = given[own:]
    try:
        return args.command(args)
    except CourseError as error:
        say(f"coursekit: {error}", err=True)
        return 2
    except (OSError, ModuleNotFoundError) as error:
        from coursekit.doctor import explain

        if not (words := explain(error, EXTRAS.get(args.command))):
            raise
        say(f"coursekit: {words}", err=True)
        return 2
    except KeyboardInterrupt:
        return 130
