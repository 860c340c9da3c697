"""What is graded has a hash: of its bytes, or of what is wrong with it."""

import hashlib

from coursekit.grading.intake import submission
from coursekit.grading.intake.submission import Submission


def test_a_hash_is_of_the_bytes_or_of_what_stands_for_them(tmp_path, monkeypatch):
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"{}")
    one = Submission("a", "l", path, "a/x.ipynb")
    assert one.content_hash() == hashlib.sha256(b"{}").hexdigest()
    monkeypatch.setattr(submission, "SIZE_LIMIT", 1)
    large = one.content_hash()
    path.unlink()
    broken = Submission("a", "l", path, "a/x.ipynb", "it is empty")
    assert len({large, one.content_hash(), broken.content_hash()}) == 3
