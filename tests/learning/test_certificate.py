import re

import numpy as np
import pytest

from coursekit import exercises
from coursekit.errors import ArgumentError
from coursekit.learning.certificate import certificate, made
from coursekit.learning.progressfile import Attempt
from coursekit.learning.report import ProgressTable

TASKS = exercises.load("bug_hunt")


def table(**attempts):
    names = ["layer_1", "layer_2", "named", "court"]
    rows = tuple((TASKS[n], attempts.get(n, Attempt())) for n in names)
    return ProgressTable(rows, {"bug_hunt": "17 Bug <hunt>"})


SOME = table(
    layer_1=Attempt(checks=1, passed=True, score=1, max=1),
    named=Attempt(checks=3, score=7, max=12),
    court=Attempt(checks=1, passed=True, score=5, max=5),
)


def test_it_holds_the_scores_and_the_seed():
    found = made("Ada", 17, SOME, "2026-11-30")
    assert (found.named, found.repaired, found.court) == (7, 1, 5)
    assert found.lessons == (("17 Bug <hunt>", 2, 4, 13.0, 19.0),)
    said = "Seed 17, as its owner gives it: 7 of 12 broken layers named, 1 repaired; 5 of 5 claims"
    assert said in repr(found) and said in found.html()


def test_the_page_is_whole_printable_and_safe():
    page = made('<script>"&', 0, SOME, "2026-11-30").html()
    assert (
        page.startswith("<!DOCTYPE html>") and "@media print" in page and '<html lang="en">' in page
    )
    assert "<script>" not in page and "&lt;script&gt;" in page and "Bug &lt;hunt&gt;" in page
    assert "http" not in page and "src=" not in page


def test_it_is_saved_where_it_is_asked_for(tmp_path):
    found = made("Ada", 17, table(), "2026-11-30")
    file = found.save(tmp_path / "certificate.html")
    assert file.read_text("utf-8") == found.html()


def test_in_a_notebook_it_stands_whole_and_as_it_is_printed():
    """No frame, whose height would cut it, and no rule for a page, which would reach the rest."""
    found = made("<Ada>", 17, SOME, "2026-11-30")
    shown = found._repr_html_()
    assert not re.search(r"<iframe|<script|<h\d|[;{]height|overflow|@page|\bbody\b", shown)
    assert shown.replace('<p class="title"', '<h1 class="title"').split("principles")[0] in (
        found.html()
    )
    assert shown.split("principles</p>")[1] in found.html() and "&lt;Ada&gt;" in shown
    assert "break-inside:avoid" in shown and "<h1" in found.html() and "@page" in found.html()


def test_it_reads_the_workspace_s_record():
    found = certificate("  Ada ", 3)
    assert found.name == "Ada" and found.seed == 3 and len(found.lessons) > 10


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb", "a\u2028b", "\x07", None, 5])
def test_a_name_is_needed(name):
    with pytest.raises(ArgumentError, match="a name is a text"):
        certificate(name, 17)


@pytest.mark.parametrize("name", ["Ada\xa0Lovelace", "علی\u200cرضا", "李\u3000白", "x" * 80])
def test_a_name_is_taken_as_people_write_it(name):
    assert certificate(name, 17).name == name


def test_a_seed_of_numpy_s_is_one():
    found = certificate("Ada", np.int64(17)).seed
    assert found == 17 and type(found) is int


@pytest.mark.parametrize("seed", [-1, "17", True, 1.5, 2**60])
def test_a_seed_is_needed(seed):
    with pytest.raises(ArgumentError, match="a seed is a whole number"):
        certificate("Ada", seed)
