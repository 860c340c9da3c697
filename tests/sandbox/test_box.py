"""From inside the box nothing of the course, the grader or the machine can be reached."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from coursekit.errors import SandboxError
from coursekit.sandbox import box, mounts
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session
from sandbox.users import REPO, USERS, run_as

PROBE = Path(__file__).with_name("probe.py").read_text("utf-8")
OUTSIDE = """
import json, os, sys
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session

probe, secret = sys.argv[1:]
with Session(open_box("bubblewrap"), [Cell(1, probe)], limits=Limits()) as session:
    session.load()
    found = find_answer(session, "look")(secret, os.getcwd())
print(json.dumps(found | {"events": session.events, "me": os.getuid()}))
"""


@pytest.fixture(scope="module", params=USERS)
def seen(request, tmp_path_factory):
    """What the probe saw, once for each kind of user who may grade."""
    folder = tmp_path_factory.mktemp("mine")
    secret = folder / "secret.txt"
    secret.write_text("the answers")
    secret.chmod(0o644)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSEKIT_CANARY", "in-the-environment")
        done = run_as(request.param, OUTSIDE, PROBE, secret, folder=folder)
    return json.loads(done.stdout)


pytestmark = pytest.mark.needs("bwrap")


def test_the_code_is_nobody_and_can_do_nothing_special(seen):
    assert seen["uid"] == box.NOBODY and seen["groups"] in ([], [box.NOBODY])
    assert set(seen["capabilities"]) == {"0000000000000000"} and seen["no_new_privileges"] == "1"
    assert not seen["events"]


def test_no_file_of_the_course_or_the_grader_can_be_seen(seen):
    assert seen["secret"] == "FileNotFoundError"
    assert set(seen["repository"]) <= {".venv"}  # only where Python's own packages lie in it
    assert seen["coursekit_files"] == []
    assert sorted(seen["host_files"]) == ["guest", "inside", "wire"]


def test_importing_the_course_gives_the_stub(seen):
    assert seen["course_file"] is None and seen["course_names"] == [
        "check", "device", "hint", "progress", "quick", "reset", "use",
    ]  # fmt: skip


def test_nothing_of_the_environment_gets_in(seen):
    assert "in-the-environment" not in seen["environments"]
    assert set(seen["environment"]) <= {*box.ENVIRONMENT, "PWD", "LC_CTYPE", "LD_LIBRARY_PATH"}


def test_nothing_can_be_written_but_the_private_temporary_folder(seen):
    assert seen["written"] == ["/dev/shm", "/tmp"]


def test_there_is_no_network(seen):
    assert seen["interfaces"] == ["lo"] and seen["connect"] == "OSError"


def test_only_its_own_processes_exist_for_it(seen):
    assert len(seen["processes"]) <= 3 and seen["kill_all_outside"] == "ProcessLookupError"


def test_limits_bind(seen):
    limits = seen["limits"]
    standard = box.Limits()
    assert limits["NPROC"] == standard.processes and limits["NOFILE"] == standard.files
    assert limits["FSIZE"] == standard.file_size and limits["CORE"] == 0
    assert standard.memory < limits["AS"] < standard.memory + (4 << 30)
    assert seen["forked"] < standard.processes
    assert seen["disk"] <= standard.disk


def test_no_further_namespace_can_be_made(seen):
    if "--disable-userns" not in box._options():
        pytest.skip("this bubblewrap cannot forbid it (0.8 can)")
    assert seen["unshare"] != 0


def test_what_is_installed_as_coursekit_is_covered(tmp_path, monkeypatch):
    site = tmp_path / "site-packages"
    for name in ("coursekit", "mate", "coursekit-1.dist-info"):
        (site / name).mkdir(parents=True)
        (site / name / "answers.py").write_text("secret")
    (site / "_coursekit.pth").write_text(str(REPO))
    (tmp_path / "site-packages" / "submissions").mkdir()
    (site / "submissions" / "other.ipynb").write_text("{}")
    real = mounts.packages()
    monkeypatch.setattr(mounts, "packages", lambda: [*real, site])
    shown = mounts.inside(site)
    source = f"""
import os
def look():
    names = ("coursekit", "mate", "coursekit-1.dist-info", "submissions")
    try:
        path = open({str(shown / "_coursekit.pth")!r}).read()
    except OSError:
        path = ""
    return [os.listdir(os.path.join({str(shown)!r}, n)) for n in names], path
"""
    walls = box.open_box("bubblewrap", (site / "submissions",))
    with Session(walls, [Cell(1, source)], limits=box.Limits()) as session:
        session.load()
        assert find_answer(session, "look")() == ([[], ["answers.py"], [], []], "")


def test_a_folder_that_is_needed_inside_a_covered_one_is_shown_again(tmp_path, monkeypatch):
    inner = tmp_path / "course" / "venv" / "site-packages"
    inner.mkdir(parents=True)
    monkeypatch.setattr(mounts, "packages", lambda: [tmp_path, inner])
    paths = [(m.path, m.action) for m in mounts.mounts(secret=(tmp_path / "course",))]
    wanted = [(tmp_path, "show"), (tmp_path / "course", "cover"), (inner, "show")]
    at = [paths.index((mounts.inside(path), action)) for path, action in wanted]
    assert at == sorted(at)


def test_only_the_system_is_shown_at_its_own_place(tmp_path, monkeypatch):
    """A virtual environment made in /tmp, too: the box has a /tmp of its own."""
    assert mounts.inside(Path("/usr/lib")) == Path("/usr/lib")
    monkeypatch.setattr(mounts, "packages", lambda: [tmp_path])
    assert mounts.inside(tmp_path / "a") == Path("/box/packages/0/a")
    (tmp_path / "secret").mkdir()
    shown = mounts.mounts((tmp_path / "secret",))
    assert mounts.Mount(Path("/box/packages/0/secret"), "cover") in shown
    at_home = [m.path for m in shown if not mounts._inside(m.path, mounts.ROOT)]
    assert all(path.parts[1] in ("usr", "lib", "lib64", "etc", "sys") for path in at_home), at_home


def test_no_path_of_the_machine_can_be_read(seen):
    assert [text for text in seen["mounts"] if text] == []
    assert not [path for path in seen["paths"] if not path.startswith(("/box/", "/usr/", "/lib"))]


def test_of_the_system_only_libraries_are_seen(seen):
    libraries = {"lib", "lib32", "lib64", "libx32"}
    assert set(seen["top"]) <= libraries | {"box", "dev", "etc", "proc", "sys", "tmp", "usr"}
    assert set(seen["usr"]) <= libraries | {"share", "local", "bin"}
    assert seen["programs"] in ([], [Path(mounts.interpreter()).name]) and seen["shell"] == "none"
    assert seen["zone"] == "Europe/Berlin" and seen["locale"] == "C.UTF-8"


OTHER = """
import json, sys
from coursekit.sandbox import mounts
from coursekit.sandbox.box import Limits, open_box
from coursekit.sandbox.remote import find_answer
from coursekit.sandbox.session import Cell, Session

source = "import lzma, numpy, sqlite3, ssl, sys\\ndef f(): return sys.prefix, numpy.__file__"
with Session(open_box("bubblewrap"), [Cell(1, source)], limits=Limits()) as session:
    session.load()
    assert not session.loaded.stopped, session.loaded.stopped
    print(json.dumps([sys.base_prefix, *find_answer(session, "f")()]))
"""
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
DEBIANS = Path("/usr/bin", PYTHON)
KINDS = {  # the folder of the base Python, and the base in the box
    "its own, in a virtual environment in /tmp": (Path(sys.base_prefix) / "bin", None),
    "the system's": (Path("/usr/bin"), "/usr"),
    "one in /usr/local": (Path("/usr/local/bin"), "/usr/local"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_other_pythons_run_in_a_box_too(kind, tmp_path):
    home, base = KINDS[kind]
    if base and not (DEBIANS.exists() and Path("/usr/lib", PYTHON).is_dir()):
        pytest.skip(f"no {DEBIANS} here")
    site = tmp_path / "venv" / "lib" / PYTHON / "site-packages"
    for package in (np, msgspec):
        for found in Path(package.__file__).parents[1].glob(f"{package.__name__}*"):
            shutil.copytree(found, site / found.name)
    (tmp_path / "venv" / "bin").mkdir()
    (tmp_path / "venv" / "pyvenv.cfg").write_text(f"home = {home}\n")
    python = tmp_path / "venv" / "bin" / "python"
    python.symlink_to(home / PYTHON)
    around = []
    if base == "/usr/local":  # the system's, moved there
        around = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", base]
        for path in (DEBIANS, Path("/usr/lib", PYTHON)):
            around += ["--ro-bind", str(path), str(Path(base) / path.relative_to("/usr"))]
    done = subprocess.run(
        [*around, python, "-c", OTHER], capture_output=True, text=True, cwd=REPO,
        env=os.environ | {"PYTHONPATH": str(REPO)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outside, inside, numpy = json.loads(done.stdout)
    assert (outside, inside) == (base or sys.base_prefix, base or inside)
    assert numpy == "/box/packages/0/numpy/__init__.py"


def test_a_missing_bubblewrap_is_an_error_with_the_install_line(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "/x" if name == "dnf" else None)
    box.unusable.cache_clear()
    with pytest.raises(SandboxError, match="sudo dnf install bubblewrap"):
        box.open_box("bubblewrap")
    box.unusable.cache_clear()


def test_a_bubblewrap_that_may_not_work_is_an_error_with_its_words(monkeypatch):
    refuses = ["sh", "-c", "echo no way >&2; exit 1"]
    monkeypatch.setattr(box.Box, "_walls", lambda self, role="cold": refuses)
    box.unusable.cache_clear()
    with pytest.raises(SandboxError, match=r"no way.*user namespaces"):
        box.open_box("bubblewrap")
    box.unusable.cache_clear()


def test_running_without_a_box_works_when_asked_for():
    with Session(
        box.open_box("none"), [Cell(1, "def f(x): return x + 1")], limits=box.Limits()
    ) as s:
        s.load()
        assert find_answer(s, "f")(np.ones(2)).tolist() == [2, 2]


def test_the_memory_of_a_submission_is_what_the_page_on_many_machines_says():
    page = (Path(__file__).parents[2] / "docs" / "scale.md").read_text("utf-8")
    assert f"a submission may use {box.Limits().memory / 2**30:g} GB" in page
