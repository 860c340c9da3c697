"""A bubblewrap with a known hole is named, with what to install; a good one is not."""

import stat

import pytest

from coursekit import doctor
from coursekit.sandbox import holes


@pytest.mark.parametrize(
    ("version", "set_uid", "name"),
    [
        ((0, 1, 2), True, "CVE-2016-8659"),
        ((0, 3, 1), False, "CVE-2019-12439"),
        ((0, 4, 0), True, "CVE-2020-5291"),
        ((0, 4, 0), False, None),
        ((0, 4, 1), True, None),
        ((0, 8, 0), False, None),
        ((0, 11, 1), True, "CVE-2026-41163"),
        ((0, 11, 1), False, None),
        ((0, 11, 2), True, None),
    ],
)
def test_a_hole_is_known_by_version_and_mode(version, set_uid, name):
    found = holes.known(version, set_uid)
    assert (found and found.name) == name


def test_the_doctor_names_it_with_what_to_install(tmp_path, monkeypatch):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho bubblewrap 0.4.0\n")
    program.chmod(0o755 | stat.S_ISUID)
    monkeypatch.setattr(holes.shutil, "which", lambda name, **_: str(program))
    monkeypatch.setattr(doctor, "unusable", lambda: None)
    said = str(doctor._sandbox())
    assert "0.4.0 has CVE-2020-5291" in said and "0.4.1" in said and "install bubblewrap" in said
    program.write_text("#!/bin/sh\necho bubblewrap 0.8.0\n")
    assert str(doctor._sandbox()).startswith("\N{CHECK MARK}")
