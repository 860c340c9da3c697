import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from labserver import LAB, environment, free_port, lab

from coursekit import workspace
from coursekit.errors import WorkspaceError


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != ".coursekit"}


def test_a_new_workspace_holds_every_notebook(tmp_path):
    written = workspace.make(tmp_path / "deep" / "work")
    assert [p.name for p in written] == [p.name for p in workspace.shipped()]
    assert contents(tmp_path / "deep" / "work") == {
        p.name: p.read_bytes()
        for p in [*workspace.shipped(), *workspace.pages(workspace.shipped())]
    }


def test_a_new_workspace_remembers_what_it_started_from(tmp_path):
    for path in workspace.make(tmp_path):
        assert workspace.base(tmp_path, path.name).read_bytes() == path.read_bytes()


def test_the_first_notebook_is_start_here():
    assert workspace.shipped()[0].name == "00_start_here.ipynb"


def test_making_it_again_touches_nothing_of_the_learners(tmp_path):
    first, second, *_ = workspace.make(tmp_path)
    first.write_text("my work")
    (tmp_path / "notes.txt").write_text("mine")
    second.unlink()
    before = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert workspace.make(tmp_path) == [second]
    assert first.read_text() == "my work"
    assert {p: p.stat().st_mtime_ns for p in tmp_path.iterdir() if p != second} == before


def test_what_notebooks_link_to_lies_beside_them_and_is_brought_up_to_date(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    (course / "00_x.ipynb").write_text("{}")
    (course / "glossary.md").write_text("old")
    work, page = tmp_path / "work", tmp_path / "work" / "glossary.md"
    assert [p.name for p in workspace.make(work, [course / "00_x.ipynb"])] == ["00_x.ipynb"]
    assert page.read_text() == "old"
    (course / "glossary.md").write_text("new")
    workspace.make(work, [course / "00_x.ipynb"])
    assert page.read_text() == "new"
    page.write_text("mine")
    (course / "glossary.md").write_text("newer")
    workspace.make(work, [course / "00_x.ipynb"])
    assert page.read_text() == "mine"


def test_a_link_that_leads_nowhere_is_the_learners_too(tmp_path):
    link = tmp_path / workspace.shipped()[0].name
    link.symlink_to(tmp_path / "unplugged-disk")
    assert link not in workspace.make(tmp_path)
    assert link.is_symlink()


@pytest.mark.parametrize("where", ["taken", "taken/below"])
def test_a_folder_that_cannot_be_made_is_named_with_a_remedy(tmp_path, where):
    (tmp_path / "taken").write_text("a file in the way")
    with pytest.raises(
        WorkspaceError, match=r"taken.*: (File exists|Not a directory); name another"
    ):
        workspace.make(tmp_path / where)


def test_a_copy_that_fails_half_way_leaves_no_notebook(tmp_path, monkeypatch):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(WorkspaceError, match="No space left"):
        workspace.make(tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    with lab("work", "--no-browser", "--port", str(port), home=home, cwd=home) as running:
        running.port, running.work = port, home / "work"
        yield running


def test_the_printed_address_opens_the_lab_at_lesson_00(served):
    status, page = served.get()
    assert status == 200 and "jupyter-config-data" in page
    assert f":{served.port}/lab/tree/00_start_here.ipynb?token=" in served.url
    assert sorted(contents(served.work)) == [p.name for p in workspace.shipped()] + ["glossary.md"]


def test_without_the_token_the_lab_stays_closed(served):
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{served.base}/api/contents", timeout=30)


def test_the_token_is_on_no_command_line(served):
    processes = subprocess.check_output(["ps", "-eww", "-o", "args"], text=True)
    assert str(served.port) in processes  # ps does see this server
    assert served.token not in processes


def test_the_news_are_silenced_and_labs_own_settings_kept(served):
    name = "/lab/api/settings/@jupyterlab/apputils-extension:notification"
    setting = json.loads(served.get(name)[1])
    assert setting["schema"]["properties"]["fetchNews"]["default"] == "false"
    everything = json.loads(served.get("/lab/api/settings")[1])["settings"]
    assert len(everything) > 50  # the schemas of Lab itself


def test_a_kernel_knows_the_workspace(served):
    from jupyter_client.blocking.client import BlockingKernelClient

    start = urllib.request.Request(
        f"{served.base}/api/kernels", b"{}", {"Authorization": f"token {served.token}"}
    )
    with urllib.request.urlopen(start, timeout=60) as answer:
        kernel = json.load(answer)["id"]
    card = served.work.parent / "runtime" / f"kernel-{kernel}.json"
    client = BlockingKernelClient(connection_file=str(card))
    client.load_connection_file()
    client.start_channels()
    where = {"where": "__import__('os').environ['COURSEKIT_WORKSPACE']"}
    reply = client.execute("", user_expressions=where, reply=True, timeout=60)
    client.stop_channels()
    said = reply["content"]["user_expressions"]["where"]["data"]["text/plain"]
    assert said == repr(str(served.work))


def test_a_taken_port_is_refused_by_name(served, tmp_path):
    command = [*LAB, "--no-browser", "--port", str(served.port)]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True
    )
    assert run.returncode == 2
    assert f"coursekit: port {served.port} is taken; name another (--port " in run.stderr
    assert not (tmp_path / "workspace").exists()


def test_ctrl_c_ends_the_lab_at_once_and_calmly(tmp_path):
    with lab("--no-browser", "--port=0", home=tmp_path, cwd=tmp_path) as running:
        running.get()  # it is up
        assert running.interrupt() == 0
        with pytest.raises(urllib.error.URLError, match="refused"):
            running.get()
    said = "".join(running.lines)
    assert "Saved work stays in the workspace." in said and "Traceback" not in said
    assert (tmp_path / "workspace" / "00_start_here.ipynb").exists()


def test_a_server_that_cannot_start_is_reported(tmp_path):
    command = [*LAB, "--no-browser", "--ServerApp.root_dir=/nowhere/at/all"]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "JupyterLab stopped before it was ready" in run.stderr
