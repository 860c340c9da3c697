"""The exercises, one module per lesson. Importing a module registers its exercises."""

import hashlib
import importlib.util
import pkgutil
import re
import sys
import traceback
from importlib import import_module
from pathlib import Path

from coursekit.checking import REGISTRY, Exercise, Lesson, Question, Task, validate
from coursekit.checking.lesson import PACK
from coursekit.errors import ExerciseError

PACKS: dict[str, Path] = {}  # lessons of other courses, added while grading
_fit: dict[Path, str] = {}  # those of them that were found fit to grade by -> their version


def names() -> list[str]:
    """Every lesson that has a module here, and every pack that was added."""
    return [*_own(), *PACKS]


def _own() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(__path__)]


def is_ours(lesson: str) -> bool:
    """True of a lesson that has a module here; a pack's is somebody else's."""
    return lesson in _own()


def load(lesson: str | None = None) -> dict[str, Task]:
    """The tasks of one lesson, or of all, by name and in the order they are declared.

    Loaded on demand: some lessons import torch, which is slow. The order of all is that of the
    lessons, whichever of them was loaded first.
    """
    for name in _own() if lesson is None else [lesson]:
        if name not in PACKS:
            import_module(f"{__name__}.{name}")
        elif not _tasks(name):
            _load_file(PACKS[name])
    if lesson is not None:
        return _tasks(lesson)
    return {n: t for one in names() for n, t in _tasks(one).items()}


def _tasks(lesson: str) -> dict[str, Task]:
    return {n: t for n, t in REGISTRY.items() if t.lesson == lesson}


def find(name: str) -> Task | None:
    """The task of that name, loading only the lessons whose source mentions it.

    Raises:
        ModuleNotFoundError: it is in a lesson that needs a package which is not installed.
    """
    asked, lacking = re.compile(rf"(?:def |class |\"){re.escape(name)}\b"), None
    for lesson in _own():
        if name not in REGISTRY and any(asked.search(p.read_text("utf-8")) for p in _files(lesson)):
            try:
                load(lesson)
            except ModuleNotFoundError as error:  # the lesson may only mention the name
                lacking = error
    if name not in REGISTRY and lacking is not None:
        raise lacking
    return REGISTRY.get(name)


def known(name: str) -> bool:
    """True if a lesson has that task, though it may lack a package that its lesson needs."""
    try:
        return find(name) is not None
    except ModuleNotFoundError:
        return True


def _sources(lesson: str) -> list[Path]:
    return [PACKS[lesson]] if lesson in PACKS else _files(lesson)


def _files(lesson: str) -> list[Path]:
    home = Path(__file__).parent / lesson
    return [p for p in sorted(home.iterdir()) if p.suffix in (".py", ".txt")]


def lessons() -> dict[str, Lesson]:
    """What each lesson says of itself, by name."""
    return {name: about(name) for name in _own()}


def about(lesson: str) -> Lesson:
    """What a lesson of this course says of itself."""
    return import_module(f"{__name__}.{lesson}").LESSON


def add_pack(path: Path) -> dict[str, Task]:
    """The tasks of another course's module; its file name is its lesson's name.

    Raises:
        ExerciseError: the file cannot be imported, registers no exercise, or holds one that is not
            fit to be set; says why.
    """
    path = path.resolve()
    if PACKS.get(path.stem) == path and path in _fit and _fit[path] == version(path.stem):
        return load(path.stem)
    name_pack(path)
    _forget(path.stem)  # it may have been edited since
    try:
        tasks = load(path.stem)
        problems = [f"{t.name}: {problem}" for t in tasks.values() for problem in _problems(t)]
        if problems:
            raise ExerciseError(f"{path} is not fit to grade by:\n  " + "\n  ".join(problems))
    except BaseException:
        _forget(path.stem)
        del PACKS[path.stem]
        raise
    _fit[path] = version(path.stem)
    return tasks


def _problems(task: Task) -> list[str]:
    """Why a pack's exercise or question cannot be set, whatever its author wrote there."""
    assert isinstance(task, Exercise | Question)
    try:
        return validate(task) if isinstance(task, Exercise) else task.problems()
    except Exception as error:
        return [f"it cannot be looked at: {type(error).__name__}: {error}"]


def _forget(lesson: str) -> None:
    """Take a pack's tasks out of the registry."""
    for name in _tasks(lesson):
        del REGISTRY[name]


def name_pack(path: Path) -> None:
    """Know another course's module by its name; it is loaded when its tasks are asked for.

    Raises:
        ExerciseError: a lesson of this course has that name.
    """
    path = path.resolve()
    if path.stem in _own():
        raise ExerciseError(f"{path}: this course has a lesson {path.stem!r}; rename the file")
    if PACKS.get(path.stem) != path:
        _forget(path.stem)  # of another file with that name
    PACKS[path.stem] = path


def _load_file(path: Path) -> dict[str, Task]:
    name = PACK + path.stem  # not the file's own, which may be "json"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise ExerciseError(f"{path} is not a Python module that can be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # inspect.getsource looks here
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [f", line {frame.lineno}" for frame in frames if frame.filename == str(path)]
        at = lines[-1] if lines else ""
        raise ExerciseError(
            f"{path}{at} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    tasks = _tasks(path.stem)
    heads = re.findall(r"^@exercise\b.*?^(?:def|class) (\w+)", path.read_text("utf-8"), re.M | re.S)
    if twice := [name for name in tasks if heads.count(name) > 1]:
        raise ExerciseError(f"{path}: two exercises are called {twice[0]!r}")
    if not tasks:
        raise ExerciseError(f"{path} registers no exercise: decorate one with @exercise(...)")
    return tasks


def mentions(lesson: str, pattern: re.Pattern[str]) -> bool:
    """True if the source of a lesson's exercises has the pattern in it."""
    return any(pattern.search(path.read_text("utf-8")) for path in _sources(lesson))


def version(lesson: str) -> str:
    """A hash of the source of a lesson's exercises, or "" for a lesson that is not known.

    The lessons that it takes exercises from are in it, as they are in what it judges by.
    """
    if lesson not in names():
        return ""
    whole, lessons = hashlib.sha256(), [lesson]
    for one in lessons:  # which grows by what it finds
        for path in _sources(one):
            content = path.read_bytes()
            whole.update(f"{path.name} {len(content)}\n".encode() + content)
            found = re.findall(r"\bcoursekit\.exercises\.(\w+)", content.decode("utf-8", "replace"))
            lessons += sorted({name for name in found if name in _own()} - set(lessons))
    return whole.hexdigest()[:16]
