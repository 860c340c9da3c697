"""Jupyter's trust in a notebook, which goes by its exact content, kept over what we write.

An untrusted notebook shows its saved outputs without their style, and no widget. A notebook that
the course made is the course's; one that was trusted and is then merged stays so.
"""

import sqlite3
from pathlib import Path


def trusted(content: bytes) -> bool:
    """True if this user has trusted a notebook of that content; False where it cannot be told."""
    try:
        from nbformat import v4
        from nbformat.sign import NotebookNotary

        notebook = v4.reads(content.decode("utf-8-sig"))  # as Jupyter does, but says nothing
        return bool(NotebookNotary().check_signature(notebook))
    except (ImportError, OSError, ValueError, AttributeError, KeyError, TypeError, sqlite3.Error):
        return False


def trust(*paths: Path) -> None:
    """Let this user trust notebooks as they are; nothing is done where Jupyter keeps no list."""
    try:
        from nbformat import v4
        from nbformat.sign import NotebookNotary

        notary = NotebookNotary()
        for path in paths:
            notary.sign(v4.reads(path.read_text("utf-8-sig")))
    except (ImportError, OSError, ValueError, AttributeError, KeyError, TypeError, sqlite3.Error):
        pass
