"""Text that a terminal would obey is shown; letters that an encoding lacks cost no output."""

import io
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.terminal import STAND_INS, printable, robust_streams, word

PAGES = ("utf-8", "cp1252", "cp437", "cp932", "gbk", "ascii", "latin-1", "koi8-r", "shift_jis")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Łukasz, 李, É", "Łukasz, 李, É"),
        ("\x1b[2J\x1b[31mall passed", r"\x1b[2J\x1b[31mall passed"),
        ("a\rb\nc\td\x00\x7f\x9b", r"a\rb\nc\td\x00\x7f\x9b"),
        ("ada\u202egnp.exe\u2066\u2028", r"ada\u202egnp.exe\u2066\u2028"),
        ("caf\udce9", r"caf\xe9"),
        ("\ud83d", r"\ud83d"),
        ("می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"),  # joiners belong to the words
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text, shown):
    assert printable(text) == shown


def test_a_text_of_lines_keeps_them():
    assert printable("a\n\tb\r\x1b", lines=True) == "a\n\tb\\r\\x1b"


@given(st.text(st.characters(exclude_categories=())))
def test_every_text_can_be_encoded_and_is_one_line(text):
    shown = printable(text)
    assert len(shown.encode().splitlines()) <= 1 and len(shown.splitlines()) <= 1
    assert printable(shown) == shown


@pytest.mark.parametrize("page", PAGES)
@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_every_page_prints_every_text(page, text):
    before = sys.stdout
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding=page, newline="")
    try:
        robust_streams()
        print(text, "✓", end="", flush=True)
        printed = sys.stdout.buffer.getvalue().decode(page)
    finally:
        sys.stdout = before
    assert printed.endswith(("✓", STAND_INS["✓"]))


def test_stand_ins_are_ascii_and_read_like_the_sign():
    assert all(word.isascii() and word.isprintable() for word in STAND_INS.values())


def test_streams_that_cannot_be_changed_stay(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    robust_streams()


@pytest.mark.parametrize(
    "system, text, expected",
    [
        ("posix", "ada", "ada"),
        ("posix", "Ann O'Hara; rm -rf", """'Ann O'"'"'Hara; rm -rf'"""),
        ("posix", "numpy>=2", "'numpy>=2'"),
        ("posix", "a\x1b", r"'a\x1b'"),
        ("nt", r"C:\Python\python.exe", r"C:\Python\python.exe"),
        ("nt", r"C:\My Files\python.exe", r'"C:\My Files\python.exe"'),
        ("nt", "numpy>=2", '"numpy>=2"'),  # cmd would write to a file named =2
        ("nt", ".[grade]", '".[grade]"'),
    ],
)
def test_a_text_is_one_word_of_a_command(monkeypatch, system, text, expected):
    monkeypatch.setattr("coursekit.terminal.WINDOWS", system == "nt")
    assert word(text) == expected


def test_names_in_every_script_stay_as_they_are():
    joined = "\N{ARABIC LETTER NOON}\N{ZERO WIDTH NON-JOINER}\N{ARABIC LETTER MEEM}"
    for name in ("Zoë O'Neill", "王 小明", "Ἀθηνᾶ", joined, "a\u3000b", "👩\u200d🎓"):
        assert printable(name) == name


@given(st.text())
def test_nothing_is_left_that_a_terminal_obeys(text):
    shown = printable(text)
    kinds = {unicodedata.category(c) for c in shown}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    assert len(shown.splitlines()) <= 1 and shown.encode("utf-8") is not None
    assert printable(shown) == shown
