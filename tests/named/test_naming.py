"""The check of what is kept refuses false names, whoever wrote the answers that get them."""

import naming
import pytest

from named import counts, edits, page, people, record
from named.counts import Bar, Share


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """Nothing is stale, and every bar is met."""
    monkeypatch.setattr(edits, "kept", lambda: {"digest": edits.digest()})
    monkeypatch.setattr(record, "kept", lambda: (record.digest(), {}))
    monkeypatch.setattr(record, "again", lambda found: [])
    monkeypatch.setattr(page, "page", lambda found: "")
    monkeypatch.setattr(naming, "PAGE", tmp_path / "naming.md")
    naming.PAGE.write_text("")
    for told in counts, people:
        monkeypatch.setattr(told, "bars", lambda *_: [Bar("met", Share(0, 9), most=0)])


def test_what_is_met_and_fresh_is_let_be(fresh):
    assert naming.changed() == []


@pytest.mark.parametrize("told", [counts, people], ids=lambda module: module.__name__)
def test_a_false_name_is_refused_of_edits_and_of_people(fresh, monkeypatch, told):
    found = [Bar("false", Share(1, 9), most=0), Bar("few", Share(1, 9), least=0.9)]
    monkeypatch.setattr(told, "bars", lambda *_: found)
    assert naming.changed() == ["false: 1 of 9 (11.1 %)"]


def test_a_stale_page_is_said_first(fresh):
    naming.PAGE.write_text("of yesterday")
    assert naming.changed() == [f"docs/naming.md {naming.STALE}"]
