"""What each command does: call what does the work, print what came of it, return the exit code.

The first line of a command's docstring is its help.
"""

import json
import os
from argparse import Namespace
from pathlib import Path
from typing import Any

from coursekit.errors import GradeError
from coursekit.terminal import say, say_json


def build(args: Namespace) -> int:
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


def new(args: Namespace) -> int:
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


def grade(args: Namespace) -> int:
    """grade a folder of submissions in a sandbox"""
    from coursekit.grading import grade as grade_folder

    if (args.submissions is None) == (args.workshop is None):
        raise GradeError("name a folder of submissions, or a live room with --workshop LINK")
    if args.once and not args.watch:
        raise GradeError("--once goes with --watch; without either a folder is graded once")
    if args.workshop is not None and args.watch:
        raise GradeError("--watch takes a folder; what comes of a live room is graded once")
    if args.workshop is not None:
        from coursekit.workshop.collect import collect

        collected = collect(args.workshop, args.out)
        args.submissions = collected.folder
    as_they_are = ("jobs sandbox timeout total seed db policy roster times scheduler bom").split()
    given = {name: vars(args)[name] for name in as_they_are}
    given |= {"packs": tuple(args.exercises), "earlier": tuple(args.earlier)}
    if args.watch:
        from coursekit.grading.watch import Watch

        def tell(line: Any) -> None:
            say(json.dumps(line.as_json()) if args.json else line)

        return Watch(args.submissions, args.out, tell, every=args.every, **given).run(args.once)
    report = grade_folder(args.submissions, args.out, **given)
    code = _tell(report, args.json)
    if args.workshop is not None:  # last, so that the report is there whatever comes of it
        said = collected.send_back(report, args.out)
        say(*said, err=True)
        code = code or int(len(said) > 1)
    return code


def workshop(args: Namespace) -> int:
    """open a live room, rehearse one, or make it forget somebody"""
    if args.what == "forget":
        from coursekit.workshop.forget import forget

        say(forget(args.db, args.name))
        return 0
    lessons = [one.strip() for one in args.lessons.split(",") if one.strip()]
    where = {"host": args.host, "port": args.port, "db": args.db, "lessons": lessons}
    if args.what == "rehearse":
        from coursekit.workshop.rehearse import rehearse

        return rehearse(learners=args.learners, speed=args.speed, **where)
    from coursekit.workshop.serve import serve

    given = {"days": args.days, "public": args.public, "prefix": args.prefix}
    return serve(tls=tuple(args.tls) if args.tls else None, **where, **given)


def submit(args: Namespace) -> int:
    """hand a notebook in at the live room that your workspace joined"""
    from coursekit.learning.workshop import submit as hand_in

    say(hand_in(args.notebook, args.name))
    return 0


def gradebook(args: Namespace) -> int:
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


def feedback(args: Namespace) -> int:
    """write zips of feedback pages, as Moodle and Canvas take them or a folder per student"""
    from coursekit.grading.giving import give_back

    return _tell(give_back(args.book, args.platform, args.to, args.lesson), args.json)


def marks(args: Namespace) -> int:
    """write a table of all that is marked by hand, or take the marks in one"""
    from coursekit.grading.marks import take, write

    given = args.read
    say(take(args.book, given, args.by) if given else write(args.book, args.to, bom=args.bom))
    return 0


def mark(args: Namespace) -> int:
    """mark by hand on a page of this machine alone, by keyboard"""
    from coursekit.marking.serve import serve

    return serve(args.book, by=args.by, port=args.port)


def gradescope(args: Namespace) -> int:
    """write a zip that grades one lesson on Gradescope"""
    from coursekit.grading.bundle import write

    write(args.lesson, args.out, sandbox=args.sandbox, packs=tuple(args.exercises))
    say(args.out)
    return 0


def lab(args: Namespace) -> int:
    """open the course in JupyterLab, in a workspace of your own"""
    from coursekit.workspace import lab as open_lab
    from coursekit.workspace.joining import joining

    address, jupyter = joining(args.jupyter)
    if address is None:
        return open_lab(args.workspace, jupyter)

    def enter(workspace: Path) -> None:
        from coursekit.learning.workshop import join_in

        # The kernels send and listen; this process only waits for the server.
        say(join_in(workspace, address, listen=False))

    return open_lab(args.workspace, jupyter, made=enter)


def update(args: Namespace) -> int:
    """bring your workspace up to date with the course; what you wrote stays"""
    from coursekit.workspace.update import RELOAD
    from coursekit.workspace.update import update as bring_up_to_date

    done = bring_up_to_date(args.workspace)
    say("\n".join(map(str, done)) or "Everything is up to date.")
    if any(one.backup for one in done):
        say(RELOAD)
    return 1 if any(one.problem for one in done) else 0


def reset(args: Namespace) -> int:
    """start a lesson anew; your notebook is backed up first"""
    from coursekit.workspace.update import RELOAD
    from coursekit.workspace.update import reset as start_anew

    say(start_anew(args.workspace, args.lesson), RELOAD)
    return 0


def gallery(args: Namespace) -> int:
    """write every explorable to a folder: one page without a server, one notebook"""
    from coursekit.widgets.gallery import write

    say(*write(args.folder))
    return 0


def evidence(args: Namespace) -> int:
    """what is said of norms, and what trials say of it; stored, or measured now"""
    from coursekit.claims.evidence import evidence as judge

    given = {"number": args.claim, "seed": args.seed, "folder": args.out}
    given["jobs"] = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    report = judge(args.mode, **given, tell=lambda line: say(line, err=True))
    return _tell(report, args.json)


def doctor(args: Namespace) -> int:
    """say whether this machine is ready: versions, device, kernel, sandbox, workspace"""
    from coursekit.doctor import report

    lines = report()
    say_json([line._asdict() for line in lines]) if args.json else say(*lines)
    return 0 if all(line.ok for line in lines) else 1


def _tell(report: Any, as_json: bool) -> int:
    say_json(report.as_json()) if as_json else say(report.summary())
    return report.exit_code
