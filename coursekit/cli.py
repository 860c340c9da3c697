"""coursekit COMMAND: parse, call, print, exit code. The work is done elsewhere."""

import argparse
import sys
from pathlib import Path
from typing import Any

from coursekit import __version__
from coursekit.errors import CourseError
from coursekit.terminal import robust_streams, say, say_json, settle


def build(args) -> int:
    """write notebooks/ and solutions/*.ipynb from solutions/*.py, and the README's tables"""
    from coursekit.authoring.cells import add_ids
    from coursekit.authoring.publish import publish_all, sources

    root, stale = Path.cwd(), 0
    if args.nbgrader:
        from coursekit.authoring.nbgrader import write

        say(*write(sources(root, args.lesson), args.nbgrader))
        return 0
    if args.ids:
        for source in sources(root, args.lesson):
            say(f"{source.name}: {add_ids(source)} ids added")
    for outcome in publish_all(root, args.lesson, check=args.check):
        stale += outcome.state == "stale"
        if outcome.state != "fresh":
            say(f"{outcome.state} {outcome.path.relative_to(root)}")
    if stale:
        say("run `coursekit build` and commit what it writes", err=True)
    return 1 if stale else 0


def new(args) -> int:
    """begin a lesson, an exercise or a mistake; or list what is left to fill in"""
    from coursekit.authoring import new as begin
    from coursekit.authoring import new_mistake

    root = Path.cwd()
    if args.what == "left":
        found = [*begin.left(root)]
        say(*found)
        return 1 if found else 0
    if args.what == "lesson":
        written = begin.lesson(root, args.name, args.number)
    elif args.what == "exercise":
        written = begin.exercise(root, args.lesson, args.name)
    else:
        written = [new_mistake.write(root, args.exercise, args.file, args.name)]
    say(*(f"written {path.relative_to(root)}" for path in written))
    say("`coursekit new left` lists what is to be filled in")
    return 0


def grade(args) -> int:
    """grade a folder of submissions in a sandbox"""
    from coursekit.grading import grade as grade_folder

    report = grade_folder(
        args.submissions,
        args.out,
        jobs=args.jobs,
        sandbox=args.sandbox,
        timeout=args.timeout,
        total=args.total,
        seed=args.seed,
        packs=tuple(args.exercises),
        db=args.db,
        policy=args.policy,
        scheduler=args.scheduler,
    )
    return _tell(report, args.json)


def gradebook(args) -> int:
    """show what a class has, give points by hand, grade again"""
    from coursekit.grading import instructor

    chosen = {"student": args.student, "lesson": args.lesson}
    said: Any
    if args.what == "show":
        said = instructor.show(args.book, **chosen)
    elif args.what == "override":
        given = {
            name: vars(args)[name] for name in ("exercise", "score", "reason", "above_maximum")
        }
        said = instructor.override(args.book, **chosen, **given)
    else:
        said = instructor.regrade(args.book, **chosen, jobs=args.jobs, scheduler=args.scheduler)
    return _tell(said, args.json)


def gradescope(args) -> int:
    """write a zip that grades one lesson on Gradescope"""
    from coursekit.grading.bundle import write

    write(args.lesson, args.out, sandbox=args.sandbox, packs=tuple(args.exercises))
    say(args.out)
    return 0


def lab(args) -> int:
    """open the course in JupyterLab, in a workspace of your own"""
    from coursekit.workspace import lab as open_lab

    return open_lab(args.workspace, args.jupyter)


def update(args) -> int:
    """bring your workspace up to date with the course; what you wrote stays"""
    from coursekit.workspace.update import RELOAD
    from coursekit.workspace.update import update as bring_up_to_date

    done = bring_up_to_date(args.workspace)
    say("\n".join(map(str, done)) or "Everything is up to date.")
    if any(one.backup for one in done):
        say(RELOAD)
    return 1 if any(one.problem for one in done) else 0


def reset(args) -> int:
    """start a lesson anew; your notebook is backed up first"""
    from coursekit.workspace.update import RELOAD
    from coursekit.workspace.update import reset as start_anew

    say(start_anew(args.workspace, args.lesson), RELOAD)
    return 0


def gallery(args) -> int:
    """write every explorable to a folder: one page without a server, one notebook"""
    from coursekit.widgets.gallery import write

    say(*write(args.folder))
    return 0


def evidence(args) -> int:
    """what is said of norms, and what trials say of it; stored, or measured now"""
    from coursekit.claims.evidence import evidence as judge

    given = {"number": args.claim, "seed": args.seed, "folder": args.out}
    report = judge(args.mode, **given, tell=lambda line: say(line, err=True))
    return _tell(report, args.json)


def doctor(args) -> int:
    """say whether this machine is ready: versions, device, kernel, sandbox, workspace"""
    from coursekit.doctor import report

    lines = report()
    say_json([line._asdict() for line in lines]) if args.json else say(*lines)
    return 0 if all(line.ok for line in lines) else 1


def _tell(report: Any, as_json: bool) -> int:
    say_json(report.as_json()) if as_json else say(report.summary())
    return report.exit_code


EXTRAS = {grade: "grade", gradebook: "grade", gradescope: "grade", build: "dev", new: "dev"}
MODES = {
    "quick": "measure now, on few seeds (minutes)",
    "full": "measure on 20 seeds or more, going on where an earlier run stopped",
}
GRADEBOOK = {
    "show": "what counts: attempts, points, overrides, and each student's total",
    "override": "give points by hand, with a reason; they outlive every regrade",
    "regrade": "grade again what has a result, as in the last run",
}


def parser() -> argparse.ArgumentParser:
    """The whole command line, on one screen."""
    top = argparse.ArgumentParser(
        prog="coursekit", description="The interactive course on normalization, and its grader."
    )
    top.add_argument("--version", action="version", version=f"coursekit {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(function) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            function.__name__, help=function.__doc__, description=function.__doc__
        )
        sub.set_defaults(command=function)
        return sub

    for function in (lab, update, reset):
        sub = command(function)
        if function is reset:
            sub.add_argument("lesson", help="04, batchnorm_forward …")
        if function is lab:
            sub.epilog = "What follows goes to JupyterLab: --no-browser --port 8899 …"
        default = Path("workspace")
        sub.add_argument("workspace", type=Path, nargs="?", default=default, help="your folder")

    command(doctor).add_argument("--json", action="store_true")
    command(gallery).add_argument("folder", type=Path, nargs="?", default=Path("gallery"))

    sub = command(evidence)
    sub.add_argument("--claim", type=int, metavar="N", help="only this one: see docs/claims.md")
    how = sub.add_mutually_exclusive_group()
    for mode, words in MODES.items():
        how.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode, help=words)
    sub.set_defaults(mode="stored")
    sub.add_argument("--seed", type=int, default=1000, help="the first seed (1000)")
    sub.add_argument("--out", type=Path, help="where --full keeps its runs (evidence)")
    sub.add_argument("--json", action="store_true")

    sub = command(build)
    sub.add_argument("lesson", nargs="*", help="04, batchnorm_forward …; all if none is named")
    sub.add_argument("--check", action="store_true", help="write nothing; exit 1 if one is stale")
    sub.add_argument("--ids", action="store_true", help="first give cells without an id one")
    sub.add_argument(
        "--nbgrader", type=Path, metavar="DIR", help="only write nbgrader assignments to DIR/source"
    )

    sub = command(new)
    kinds = sub.add_subparsers(dest="what", required=True, metavar="WHAT")
    sub = kinds.add_parser("lesson", help="a page, its exercises and questions, both notebooks")
    sub.add_argument("name", help="small letters and _")
    sub.add_argument("--number", type=int, metavar="NN", help="of the page (the next one)")
    sub = kinds.add_parser("exercise", help="a right answer, its mistakes, its cells")
    sub.add_argument("lesson", help="batchnorm_forward …")
    sub.add_argument("name", help="of the function that learners write")
    sub = kinds.add_parser("mistake", help="the edit that makes a wrong function of the right one")
    sub.add_argument("exercise")
    sub.add_argument("--from", dest="file", type=Path, required=True, metavar="FILE.py")
    sub.add_argument("--name", help="the diagnosis (the function's name, or the file's)")
    kinds.add_parser("left", help="what is still to be filled in; exit 1 if anything is")

    sub = command(grade)
    sub.add_argument("submissions", type=Path, help="a folder of STUDENT/NN_lesson.ipynb, or a zip")
    sub.add_argument("--out", type=Path, required=True, help="where reports are written")
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
    sub.add_argument("--scheduler", metavar="tcp://…", help="a Dask scheduler: its workers judge")

    sub = command(gradebook)
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

    sub = command(gradescope)
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
