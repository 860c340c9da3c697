import inspect
import json
from argparse import Namespace

from coursekit import commands
from coursekit.cli import parser


def functions():
    return {
        name: value
        for name, value in vars(commands).items()
        if inspect.isfunction(value)
        and value.__module__ == commands.__name__
        and not name.startswith("_")
    }


def test_a_public_function_is_a_command_and_says_what_it_does():
    said = parser().format_help()
    for name, function in functions().items():
        words = inspect.getdoc(function)
        assert words and " ".join(words.split()[:3]) in " ".join(said.split()), name
        assert f"\n    {name}" in said


def test_a_command_takes_parsed_arguments_and_returns_an_exit_code(capsys):
    code = commands.doctor(Namespace(json=True))
    found = json.loads(capsys.readouterr().out)
    assert code == (0 if all(line["ok"] for line in found) else 1)


def test_what_is_left_to_fill_in_is_listed_and_told_by_the_exit_code(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "77_page.py").write_text("# FILL IN: the title\n")
    assert commands.new(Namespace(what="left")) == 1
    assert "77_page.py" in capsys.readouterr().out
