import inspect
from pathlib import Path

import pytest
import torch
from torch import nn

from coursekit import catalog, layers, norms
from coursekit.catalog import NORMS

every_row = pytest.mark.parametrize("norm", NORMS.values(), ids=NORMS)
PUBLIC = [
    thing
    for module in (norms, layers)
    for name, thing in vars(module).items()
    if not name.startswith("_") and callable(thing)
]


def test_there_are_at_least_15_methods_each_under_its_own_name():
    assert len(NORMS) >= 15
    assert all(name == norm.name for name, norm in NORMS.items())


def test_every_public_method_and_layer_is_in_a_row():
    in_rows = {f for norm in NORMS.values() for f in (norm.forward, norm.backward, norm.module)}
    helpers = {
        norms.Cache,
        norms.clip_adaptively,
        layers.clip_adaptively,
        norms.normalize,
        norms.normalize_backward,
        norms.update_running,
        norms.update_renorm,
        norms.batch_norm_eval,
        norms.batch_norm_eval_backward,
    }
    assert set(PUBLIC) == in_rows | helpers


@every_row
def test_a_row_is_complete(norm):
    assert norm.title and norm.shares and norm.lesson[:2].isdecimal()
    assert norm.source.startswith("https://")
    assert norm.source in inspect.getdoc(norm.module) + inspect.getdoc(norm.forward) or (
        norm.name == "sync_batch"  # its docstring cites the formula, its row the method
    )


@every_row
def test_its_numpy_function_and_its_oracle_take_the_same_arguments(norm):
    assert set(norm.example) <= set(norm.defaults)
    if norm.name not in ("local_response", "weight"):  # torch names these itself
        asked = list(inspect.signature(norm.oracle).parameters)
        assert asked[: len(norm.arguments)] == list(norm.arguments)


@every_row
def test_names_of_other_libraries_exist(norm):
    if norm.torch:
        found = torch
        for part in norm.torch.split("."):
            found = getattr(found, part)
        assert callable(found)
    assert all(issubclass(own, nn.Module) for own in norm.own)


@pytest.mark.parametrize("norm", [n for n in NORMS.values() if n.drop_in], ids=lambda n: n.name)
@pytest.mark.parametrize("C", [6, 32, 48])
def test_a_drop_in_is_made_from_the_number_of_channels(norm, C):
    x = torch.randn(32, C, 4, 4, generator=torch.Generator().manual_seed(0))
    assert norm.drop_in(C)(x).shape == x.shape


def test_defaults_are_read_from_the_function():
    assert NORMS["group"].defaults == {"groups": 32, "eps": 1e-5}
    assert NORMS["group"].arguments == ("x", "gamma", "beta")


def test_layer_norms_line_says_both_things_that_images_make_of_it():
    (line,) = [row for row in catalog.table().splitlines() if "`nn.LayerNorm`" in row]
    assert "C, H, W" in line and "C of each pixel" in line


@pytest.mark.parametrize("C", range(1, 200))
def test_a_usual_group_holds_more_than_one_channel(C):
    groups = NORMS["group"].drop_in(C).groups
    assert C % groups == 0 and groups <= 32 and (C // groups > 1 or C == 1)
    assert groups == 32 or C % 64


def test_the_table_has_a_line_for_every_row_and_a_link_to_its_source():
    head, rule, *rows = catalog.table().splitlines()
    assert len({line.count("|") for line in (head, rule, *rows)}) == 1
    assert len(rows) == len(NORMS)
    for norm, row in zip(NORMS.values(), rows, strict=True):
        assert f"[{norm.title}]({norm.source})" in row and norm.forward.__name__ in row


@pytest.mark.parametrize("thing", PUBLIC, ids=lambda t: t.__name__)
def test_the_docstring_has_the_form_of_the_style_guide(thing):
    """One sentence first; then shapes, what is raised, and the source."""
    doc = inspect.getdoc(thing)
    first = doc.splitlines()[0]
    assert first.endswith((".", ":")) or ": " in first, first
    if issubclass(thing, tuple) if inspect.isclass(thing) else False:
        return  # a cache: its fields say the rest
    assert "Source:" in doc
    if inspect.isclass(thing):
        assert "Raises:" in doc
        return
    assert "Args:" in doc and "Returns:" in doc
    assert ("Raises:" in doc) is ("backward" not in thing.__name__)


SOURCES = sorted(
    path
    for name in ("norms", "layers", "catalog", "moments.py", "deploy", "devices.py")
    for path in [Path(norms.__file__).parents[1] / name]
    for path in (path.rglob("*.py") if path.is_dir() else [path])
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_body_is_longer_than_40_lines_and_no_file_than_250(path):
    import ast

    text = path.read_text()
    assert len(text.splitlines()) <= 250
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 40, f"{path.name}: {node.name} has {lines} lines"
