"""Every page of docs/ is in its index, and every link of a page leads somewhere."""

import itertools
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

REPO = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(REPO).as_posix()
    for folder in (".", ".github", "docs", "docs/gallery", "coursekit", "benchmarks", "tests")
    for path in (
        (REPO / folder).rglob("README.md")
        if folder in ("coursekit", "benchmarks", "tests")
        else (REPO / folder).glob("*.md")
    )
    if REPO / "benchmarks" / "out" not in path.parents  # what peers brought along
)
MARKDOWN = MarkdownIt("commonmark").enable("table")


class Html(HTMLParser):
    """The addresses in a page's HTML, and the pictures without words."""

    def __init__(self, text: str):
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.silent: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.addresses += [said[name] for name in ("href", "src", "srcset") if said.get(name)]
        self.ids += [said[name] for name in ("id", "name") if said.get(name)]
        if tag == "img" and not said.get("alt"):
            self.silent.append(said.get("src", ""))


def html(page: Path) -> Html:
    return Html(MARKDOWN.render(page.read_text("utf-8")))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings, and those that it has of its own."""
    found: list[str] = []
    tokens = MARKDOWN.parse(page.read_text("utf-8"))
    for opening, heading in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            parts = [
                part.content for part in heading.children if part.type in ("text", "code_inline")
            ]
            name = re.sub(r"[^\w\- ]", "", "".join(parts).lower()).replace(" ", "-")
            again = found.count(name)
            found.append(name)
            found += [f"{name}-{again}"] if again else []
    return {*found, *html(page).ids}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name):
    page = REPO / name
    for address in html(page).addresses:
        if re.match(r"[a-z]+:", address):
            assert address.startswith("https://"), address
            continue
        path, _, anchor = address.partition("#")
        target = (page.parent / unquote(path)).resolve() if path else page
        assert target.exists(), f"{name} links to {address}, which is not there"
        assert target.is_relative_to(REPO), f"{name} links out of the course: {address}"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{name} links to {address}: no such heading"


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_words(name):
    assert html(REPO / name).silent == []


def test_every_page_of_docs_is_in_its_index():
    index = REPO / "docs" / "README.md"
    linked = {(index.parent / a.partition("#")[0]).resolve() for a in html(index).addresses}
    pages = set((REPO / "docs").rglob("*.md")) - {index}
    assert pages and pages <= linked, sorted(p.name for p in pages - linked)


def test_a_link_of_the_project_is_a_whole_address():
    project = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]
    for address in project.get("urls", {}).values():
        assert re.match(r"https://\S+$", address)


def test_the_test_above_can_fail(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# A `b`, c!\n\n## One\n\n## One\n\n[x](gone.md) ![](y.png)\n<img src='z.png'>\n"
    )
    assert anchors(page) == {"a-b-c", "one", "one-1"}
    assert html(page).addresses == ["gone.md", "y.png", "z.png"]
    assert html(page).silent == ["y.png", "z.png"]
