"""A lesson's notebook with some cells replaced, as a learner would hand it in."""

import json

from sandbox.users import REPO


def notebook(lesson: str, answers: dict[str, str]) -> str:
    """The blank notebook's text, with these sources in the cells of these ids."""
    blank = json.loads((REPO / "notebooks" / f"{lesson}.ipynb").read_text("utf-8"))
    for cell in blank["cells"]:
        if cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
    return json.dumps(blank)
