"""An autograder for Gradescope: one zip with the course, and two scripts that it runs.

What must be in it is documented at https://gradescope-autograders.readthedocs.io/en/latest/specs/:
setup.sh once, when the image is built; run_autograder for every submission.
"""

import io
import re
import shlex
import zipfile
from importlib import metadata
from pathlib import Path

from coursekit import exercises
from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError
from coursekit.files import write_whole
from coursekit.workspace import called, shipped

PACKAGE = Path(__file__).resolve().parents[1]
LEFT_OUT = {"__pycache__", "_notebooks"}
INSTALL = 'in the folder of the course: pip install -e ".[grade]"'
# torch's own index has builds without CUDA, a tenth of the size.
SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -eu
apt-get update
apt-get install -y --no-install-recommends bubblewrap util-linux python3 python3-venv
python=
for one in python3.13 python3.12 python3.11 python3; do
  if "$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python="$one"
    break
  fi
done
if [ -z "$python" ]; then
  apt-get install -y --no-install-recommends python3.11 python3.11-venv
  python=python3.11
fi
"$python" -m venv /autograder/venv
/autograder/venv/bin/pip install --no-cache-dir -r /autograder/source/requirements.txt \\
  --extra-index-url https://download.pytorch.org/whl/cpu
"""
RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for every submission. AUTOGRADER_ROOT: where a trial run has its folders.
set -eu
root="${{AUTOGRADER_ROOT:-/autograder}}"
cd "$root/source"
export PYTHONPATH="$root/source/course" OMP_NUM_THREADS=1
exec "$root/venv/bin/python" -m coursekit.grading.autograder "$root" {arguments}
"""


def write(
    lesson: str, path: Path, *, sandbox: str = "bubblewrap", packs: tuple[Path, ...] = ()
) -> None:
    """Write the zip for one lesson, or for one pack of exercises.

    Args:
        lesson: "04", "04_batchnorm_forward" or "batchnorm_forward"; or the name of a pack.
        path: of the zip.
        sandbox: "none" where Gradescope's containers refuse one, and all that it protects is given
            up: the answers in the zip, and the score.
        packs: Python files with other courses' exercises.

    Raises:
        GradeError: there is no such lesson, or the zip cannot be written.
        ExerciseError: a pack is not fit to grade by.
    """
    for pack in packs:
        exercises.add_pack(pack)
    lesson = _known(lesson)
    inside = [f"packs/{pack.name}" for pack in packs]
    files = {
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.format(arguments=shlex.join([lesson, sandbox, *inside])).encode(),
        "requirements.txt": _requirements().encode(),
    }
    files |= {name: pack.read_bytes() for name, pack in zip(inside, packs, strict=True)}
    for file in sorted(PACKAGE.rglob("*")):
        if file.is_file() and not LEFT_OUT & set(file.parts):
            files[f"course/coursekit/{file.relative_to(PACKAGE).as_posix()}"] = file.read_bytes()
    try:
        write_whole(path, _zipped(files))
    except OSError as error:
        raise GradeError(f"cannot write {path} ({error.strerror})") from error


def _known(lesson: str) -> str:
    """The lesson's name, given as "04", "04_batchnorm_forward" or "batchnorm_forward".

    Raises:
        GradeError: there is no such lesson.
    """
    full = called(lesson, (path.stem for path in shipped())) or lesson
    name = re.sub(r"^\d\d_", "", full)
    if name not in exercises.names():
        guess = (
            did_you_mean(name, exercises.names()) or f" There are {', '.join(exercises.names())}."
        )
        raise GradeError(f"no lesson is called {lesson!r}.{guess}")
    return name


def _requirements() -> str:
    """What the course needs to run and grade, in the versions that are installed here.

    Raises:
        GradeError: coursekit itself is not installed, so nobody knows.
    """
    try:
        declared = metadata.requires("coursekit") or []
    except metadata.PackageNotFoundError as error:
        raise GradeError(f"coursekit is not installed here; {INSTALL}") from error
    needed = [r for r in declared if "extra ==" not in r or re.search(r"extra == .grade.", r)]
    names = [match[0] for r in needed if (match := re.match(r"[\w.-]+", r))]
    try:
        pins = [f"{name}=={metadata.version(name).partition('+')[0]}" for name in names]
    except metadata.PackageNotFoundError as error:
        raise GradeError(f"{error.name} is missing; {INSTALL}") from error
    return "\n".join(pins) + "\n"


def _zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files, the scripts executable; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            about = zipfile.ZipInfo(name)
            about.compress_type = zipfile.ZIP_DEFLATED
            script = name in ("setup.sh", "run_autograder")
            about.external_attr = (0o100755 if script else 0o100644) << 16
            archive.writestr(about, content)
    return out.getvalue()
