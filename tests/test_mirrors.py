"""A module has a test file of its name: tests/ROOM/test_NAME*.py, in the room that it lies in.

Where several modules have one face, the file may be named after their folder (norms/, gradebook/).
Exercises are proven by tests/test_exercises.py, what runs in the box by tests/sandbox from outside.
"""

import re
from pathlib import Path

REPO = Path(__file__).parents[1]
PROVEN_ELSEWHERE = (("exercises",), ("sandbox", "inside"))
# Tested only through others as yet. Nothing is added here; what gets a file of its own goes.
THROUGH_OTHERS = set(
    """
    bibliography errors files checking.answer checking.cases checking.crossing checking.failing
    checking.lesson checking.options checking.ready checking.result checking.source.names
    checking.source.reach checking.task checking.trace checking.trial claims.forest
    claims.introduction claims.mechanism claims.practice claims.recent claims.trials
    claims.variants grading.autograder grading.course grading.instructor grading.intake.beside
    grading.intake.cells grading.intake.filenames grading.intake.inventory grading.intake.noise
    grading.reports.alike grading.reports.chart grading.reports.html grading.reports.results
    grading.run grading.standing grading.verdict grading.workers.server grading.workers.worker
    learning.report learning.startup sandbox.callbacks sandbox.channel sandbox.mounts
    sandbox.process sandbox.remote sandbox.sanitize sandbox.wire.messages sandbox.wire.parts
    sandbox.wire.values training.problem widgets.axes_cube widgets.batch_sandbox
    widgets.cancellation widgets.descent widgets.dot_plot widgets.ema_playground widgets.gallery
    widgets.gradient_circle widgets.graph widgets.signal_depth widgets.view workspace.cellnames
    workspace.editions authoring.new_mistake checking.guest.raised checking.shown.hand
    grading.intake.language grading.intake.timestamp grading.reports.folder sandbox.budget
    sandbox.guest sandbox.loaded
    """.split()
)


def has_a_file(parts: tuple[str, ...]) -> bool:
    """True if tests for coursekit/PARTS are where somebody would look for them."""
    room, names = (parts[0] if len(parts) > 1 else "", parts[1:] or parts)
    folders = [(REPO / "tests" / room, names)]
    folders += [(REPO / "tests", (room,))] if len(parts) == 2 else []
    return any(
        re.fullmatch(rf"test_{name}(_\w+)?\.py", path.name)
        for folder, wanted in folders
        for name in wanted
        for path in folder.glob("test_*.py")
    )


def test_every_module_has_a_test_file_of_its_name():
    modules = [
        path.relative_to(REPO / "coursekit").with_suffix("").parts
        for path in (REPO / "coursekit").rglob("*.py")
        if not path.name.startswith("__")
    ]
    asked = [p for p in modules if not any(p[: len(e)] == e for e in PROVEN_ELSEWHERE)]
    lacking = {".".join(parts) for parts in asked if not has_a_file(parts)}
    assert lacking == THROUGH_OTHERS
