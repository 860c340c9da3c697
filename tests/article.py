"""Write docs/article.md: the article's claims, each with the cell that judges it.

python tests/article.py
"""

from pathlib import Path

from coursekit.claims.article import notebooks, page
from coursekit.claims.evidence import evidence
from coursekit.files import write_whole

REPO = Path(__file__).parents[1]
PAGE = REPO / "docs" / "article.md"


def made() -> str:
    """The page as it should be."""
    return page(evidence(), notebooks(REPO))


if __name__ == "__main__":
    write_whole(PAGE, made())
    print(f"written {PAGE.relative_to(REPO)}")
