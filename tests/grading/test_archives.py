"""A hostile zip gets a line for what is wrong with it, and writes nothing anywhere."""

import struct
import warnings
import zipfile

import pytest

from coursekit.errors import GradeError
from coursekit.grading.intake import archives
from coursekit.grading.intake.archives import unpack
from coursekit.grading.intake.notebook import SIZE_LIMIT


def members(tmp_path, archive):
    found = unpack(archive, tmp_path / "scratch")
    assert {p.name for p in tmp_path.iterdir()} == {archive.name, "scratch"}, "written outside"
    for member in found:
        assert member.path.parent == tmp_path / "scratch"
        assert member.path.exists() == (member.kind == "file" and not member.problem)
        assert ".." not in member.name and not member.name.startswith("/")
    return found


def zipped(tmp_path, **names):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in names.items():
            made.writestr(name, content)
    return path


def test_notebooks_are_unpacked_and_nothing_else(tmp_path):
    path = zipped(tmp_path, **{"a/1.ipynb": "one", "a/x.py": "", "__MACOSX/a/._1.ipynb": "",
                               "a/.ipynb_checkpoints/1.ipynb": ""})  # fmt: skip
    one, other = members(tmp_path, path)
    assert (one.name, one.path.read_text()) == ("a/1.ipynb", "one")
    assert (other.name, other.kind) == ("a/x.py", "other")


@pytest.mark.parametrize(
    "name",
    ["../evil.ipynb", "a/../../evil.ipynb", "/evil.ipynb", "C:/evil.ipynb", "..\\evil.ipynb",
     "\\evil.ipynb"],
)  # fmt: skip
def test_a_path_that_leads_out_is_refused(tmp_path, name):
    good, evil = members(tmp_path, zipped(tmp_path, **{"ann/1.ipynb": "good", name: "evil"}))
    assert good.path.read_text() == "good" and "leads out of it" in evil.problem


def test_a_link_is_refused(tmp_path):
    path = tmp_path / "class.zip"
    link = zipfile.ZipInfo("ann/1.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(link, "/etc/passwd")
    [refused] = members(tmp_path, path)
    assert "link or a device" in refused.problem


def test_a_bomb_is_refused_by_what_it_says_of_its_size(tmp_path):
    path = zipped(tmp_path, **{"ann/1.ipynb": bytes(SIZE_LIMIT + 1), "bob/1.ipynb": "good"})
    assert path.stat().st_size < SIZE_LIMIT / 100
    bomb, good = members(tmp_path, path)
    assert "larger than 50 MB when unpacked" in bomb.problem and good.path.read_text() == "good"


def test_a_bomb_that_lies_about_its_size_stops_there(tmp_path):
    path = zipped(tmp_path, **{"ann/1.ipynb": bytes(SIZE_LIMIT + 1), "bob/1.ipynb": "good"})
    said = struct.pack("<L", SIZE_LIMIT + 1)
    content = path.read_bytes()
    assert content.count(said) == 2
    path.write_bytes(content.replace(said, struct.pack("<L", 10)))
    bomb, good = members(tmp_path, path)
    assert "damaged in the zip" in bomb.problem and good.path.read_text() == "good"


def test_all_together_have_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "TOTAL", 10)
    path = zipped(tmp_path, **{"a.ipynb": "12345678", "b.ipynb": "123", "c.ipynb": "1"})
    first, second, third = members(tmp_path, path)
    assert not first.problem and not third.problem
    assert "grade it in parts" in second.problem


def test_too_many_members_are_refused_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MEMBERS", 2)
    path = zipped(tmp_path, **{f"{n}.ipynb": "" for n in range(3)})
    with pytest.raises(GradeError, match="it holds 3 files, more than 2"):
        unpack(path, tmp_path / "scratch")


def test_a_flipped_byte_costs_one_member(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.ipynb", "content of a")
        made.writestr("b.ipynb", "content of b")
    path.write_bytes(path.read_bytes().replace(b"content of a", b"c0ntent of a"))
    damaged, good = members(tmp_path, path)
    assert "damaged in the zip (Bad CRC-32" in damaged.problem and not good.problem


def test_what_no_platform_makes_is_refused_by_name(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.ipynb", "x" * 100, zipfile.ZIP_BZIP2)
        made.writestr("b/inner.zip", "PK")
        made.writestr("c\x07.ipynb", "x")
    packed, inner, named = members(tmp_path, path)
    assert "make the zip with deflate" in packed.problem
    assert "zip in a zip" in inner.problem
    assert "cannot be printed" in named.problem and named.name == "c_.ipynb"


def test_an_encrypted_member_is_refused(tmp_path):
    path = zipped(tmp_path, **{"a.ipynb": "x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    path.write_bytes(content)
    [refused] = members(tmp_path, path)
    assert "it is encrypted" in refused.problem


def test_two_members_of_one_name_are_both_kept(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what it writes
        made.writestr("a.ipynb", "one")
        made.writestr("a.ipynb", "two")
    assert [m.path.read_text() for m in members(tmp_path, path)] == ["one", "two"]


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "class.zip"
    path.write_bytes(content)
    with pytest.raises(GradeError, match="cannot be read as a zip"):
        unpack(path, tmp_path / "scratch")


def test_a_name_that_is_not_marked_as_utf_8_is_tried_as_that_first(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name in ("Zo\xeb/1.ipynb", "x/Zoxx/1.ipynb"):
            made.writestr(name, "x")
    # Written by tools that set no flag: as UTF-8, and in the alphabet of the first PCs.
    content = path.read_bytes().replace(b"x/Zoxx", b"x/Zo\x89x")
    content = content.replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00")
    path.write_bytes(content)
    assert [m.name for m in members(tmp_path, path)] == ["Zoë/1.ipynb", "x/Zoëx/1.ipynb"]


def test_names_that_are_cleaned_to_the_same_stay_two(tmp_path):
    names = ["a:b/1.ipynb", "a_b/1.ipynb", "../1.ipynb", "_/1.ipynb", "x" * 201, "x" * 202]
    found = members(tmp_path, zipped(tmp_path, **dict.fromkeys(names, "{}")))
    assert len({m.name for m in found}) == len(names)
    assert [m.name for m in found][:4] == [
        "a_b/1.ipynb", "a_b (2)/1.ipynb", "_/1.ipynb", "_ (2)/1.ipynb",
    ]  # fmt: skip


def test_what_is_no_notebook_has_a_line_and_so_has_a_folder_with_nothing_in_it(tmp_path):
    path = zipped(
        tmp_path,
        **{"a/x.pdf": "%PDF", "b/": "", "c/d/": "", "c/": "", "e/.DS_Store": "", "f/": "",
           "f/1.ipynb": "x", "g/hw.txt": ' {"cells": []}', "__MACOSX/h/._1": ""},
    )  # fmt: skip
    assert {(m.name, m.kind) for m in members(tmp_path, path)} == {
        ("a/x.pdf", "other"), ("b", "folder"), ("c/d", "folder"), ("e", "folder"),
        ("f/1.ipynb", "file"), ("g/hw.txt", "file"),
    }  # fmt: skip


def test_an_encrypted_text_is_told_and_not_read(tmp_path):
    path = zipped(tmp_path, **{"a.txt": "{}"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    path.write_bytes(content)
    [other] = members(tmp_path, path)
    assert (other.name, other.kind) == ("a.txt", "other")


@pytest.mark.parametrize("end", ["1.ipynb", "x.txt", ""])
def test_a_path_of_many_folders_costs_itself_and_no_more(tmp_path, end):
    names = [f"s{n}/" + "a/" * 30_000 + end for n in range(3)]
    names += ["x" * 60_000 + ".ipynb", "ann/1.ipynb"]
    found = members(tmp_path, zipped(tmp_path, **dict.fromkeys(names, "{}")))
    told = {m.name[:3]: m for m in found}
    assert not told.pop("ann").problem and set(told) == {"s0/", "s1/", "s2/", "xxx"}
    for member in told.values():
        assert len(member.name) < 300 and member.name.count("/") < 25
        assert "more than a disk holds" in member.problem or member.kind != "file"


def test_paths_that_are_shortened_to_the_same_stay_two(tmp_path):
    names = [f"s/{'a/' * 50}{n}{'/a' * 50}/1.ipynb" for n in range(2)]
    found = members(tmp_path, zipped(tmp_path, **dict.fromkeys(names, "{}")))
    assert len(found) == 2 and all(m.problem for m in found)
