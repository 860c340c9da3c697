"""The same pages make the same zip, and no page of one lies outside of it."""

import io
import zipfile

import pytest

from coursekit.errors import GradeError
from coursekit.grading import parcels

PAGES = {"b/Straße.html": "<p>ß 李</p>", "a.html": "x" * 999}


def test_the_same_pages_make_the_same_bytes_in_whatever_order_and_are_written_once(tmp_path):
    made = parcels.packed(PAGES)
    assert made == parcels.packed(dict(reversed(PAGES.items())))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {n: archive.read(n).decode() for n in archive.namelist()} == PAGES
        assert archive.namelist() == sorted(PAGES) and len(made) < 999
        assert {(i.date_time[0], i.external_attr >> 16) for i in archive.infolist()} == {
            (1980, 0o644)
        }
    path = tmp_path / "new" / "x.zip"
    parcels.write(path, PAGES)
    before = path.stat()
    parcels.write(path, PAGES)
    assert path.read_bytes() == made and path.stat().st_ino == before.st_ino
    with pytest.raises(GradeError, match="cannot write"):
        parcels.write(path / "y.zip", PAGES)


@pytest.mark.parametrize("path", ["", "/a.html", "../a.html", "a/../../b.html", "a//b.html", "./a"])
def test_a_path_that_leads_out_is_refused(path):
    with pytest.raises(GradeError, match="no path for a page"):
        parcels.packed({path: ""})
