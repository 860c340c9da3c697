"""The learner's command itself: `make lab`."""

import time
from pathlib import Path

import pytest
from labserver import free_port, lab

REPO = Path(__file__).parents[2]


def test_make_lab_serves_the_course_within_seconds(tmp_path):
    if not (REPO / ".venv/lab.stamp").exists():
        pytest.skip("no .venv made by `make`: this test must not install one")
    port = free_port()
    arguments = f"ARGS={tmp_path / 'work'} --no-browser --port {port}"
    begun = time.monotonic()
    with lab("lab", arguments, command=("make",), home=tmp_path, cwd=REPO) as running:
        assert time.monotonic() - begun < 30
        status, page = running.get()
    assert status == 200 and "jupyter-config-data" in page
    assert f":{port}/lab/tree/00_start_here.ipynb?token=" in running.url
