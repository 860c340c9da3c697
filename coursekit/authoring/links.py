"""Links that lead out of a learner's workspace, where a lesson lies beside its glossary only."""

import re
import tomllib
from pathlib import Path

OUTWARD = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\.\./([^\s)]+)\)")


def repository(root: Path) -> str:
    """The address of the course's repository, as its pyproject.toml names it; "" if it does not."""
    project = root / "pyproject.toml"
    if not project.exists():
        return ""
    about = tomllib.loads(project.read_text("utf-8")).get("project", {})
    return about.get("urls", {}).get("Repository", "").rstrip("/").removesuffix(".git")


def online(text: str, address: str) -> str:
    """A cell's prose with each link to `../FILE` leading to the repository; its words without one.

    Args:
        address: the repository's, as `repository` gives it; "" if it is not known.
    """
    return OUTWARD.sub(rf"[\1]({address}/blob/HEAD/\2)" if address else r"\1", text)
