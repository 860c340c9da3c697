"""The runner: chosen claims, few or many seeds, and a run that goes on where it stopped."""

import json

import pytest

from coursekit.claims import evidence as module
from coursekit.claims.evidence import evidence
from coursekit.claims.trials import TRIALS, Trial
from coursekit.cli import main
from coursekit.errors import ArgumentError

CHEAP = {"identities": Trial(3, 4), "batch_noise": Trial(2, 3)}


@pytest.fixture
def cheap(monkeypatch):
    """Only two experiments, the cheapest, and the claims that they decide."""
    claims = {
        n: c
        for n, c in module.CLAIMS.items()
        if c.bars and {bar.trial for bar in c.bars} <= CHEAP.keys()
    }
    monkeypatch.setattr(module, "TRIALS", CHEAP)
    monkeypatch.setattr(module, "CLAIMS", claims)
    return claims


def test_one_claim_runs_only_its_own_experiment():
    told = []
    report = evidence("quick", number=53, tell=told.append)
    assert [row.claim.number for row in report.rows] == [53]
    assert report.rows[0].verdict == "holds" and list(report.records) == ["identities"]
    assert told == ["1/1 identities, 6 seeds"]


def test_a_row_that_points_to_another_has_its_verdict():
    report = evidence("quick", number=55)
    assert [row.claim.number for row in report.rows] == [55, 53]
    assert report.rows[0].verdict == report.rows[1].verdict


def test_full_goes_on_where_it_stopped(cheap, tmp_path, monkeypatch):
    real = module.run

    def stops(trial, seeds):
        if trial == "batch_noise":
            raise KeyboardInterrupt
        return real(trial, seeds)

    monkeypatch.setattr(module, "run", stops)
    with pytest.raises(KeyboardInterrupt):
        evidence("full", folder=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["identities.json"]
    monkeypatch.setattr(module, "run", real)
    told = []
    report = evidence("full", folder=tmp_path, tell=told.append)
    assert told == ["2/2 batch_noise, 3 seeds"] and len(report.rows) == len(cheap)
    told.clear()
    evidence("full", folder=tmp_path, tell=told.append)
    assert told == []


def test_full_measures_again_what_is_of_other_code_or_other_seeds(cheap, tmp_path):
    evidence("full", folder=tmp_path)
    path, told = tmp_path / "identities.json", []
    path.write_text(path.read_text("utf-8").replace('"digest": "', '"digest": "0'), "utf-8")
    evidence("full", folder=tmp_path, tell=told.append)
    assert told == ["2/2 identities, 4 seeds"]
    evidence("full", seed=5, folder=tmp_path, tell=told.append)
    assert len(told) == 3


def test_side_by_side_they_give_the_same_and_each_is_kept(cheap, tmp_path):
    told, apart = [], tmp_path / "apart"
    both = evidence("full", folder=tmp_path / "both", tell=told.append, jobs=2)
    alone = evidence("full", folder=apart)
    assert list(both.records) == list(alone.records) == list(CHEAP)
    for name, record in both.records.items():
        assert record.effects == alone.records[name].effects
        assert (tmp_path / "both" / f"{name}.json").exists()
    assert sorted(line.split()[0] for line in told) == ["1/2", "2/2"]


def test_half_a_file_is_no_record(cheap, tmp_path):
    evidence("full", folder=tmp_path)
    path, told = tmp_path / "identities.json", []
    path.write_text(path.read_text("utf-8")[:100], "utf-8")
    evidence("full", folder=tmp_path, tell=told.append)
    assert told == ["2/2 identities, 4 seeds"]


def test_what_is_wrong_is_said():
    with pytest.raises(ArgumentError, match=r"no claim 999; numbers go from 1 to 1\d\d"):
        evidence(number=999)
    with pytest.raises(ArgumentError, match="from 0 to 800000"):
        evidence("quick", number=53, seed=900_000)


def test_nothing_stored_says_how_to_measure(tmp_path):
    with pytest.raises(ArgumentError, match="evidence --quick"):
        evidence(number=53, folder=tmp_path)


def test_the_command_prints_json_of_every_claim(capsys):
    assert main(["evidence", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert len(said["claims"]) == len(module.CLAIMS) and said["runs"].keys() == TRIALS.keys()
    three = next(row for row in said["claims"] if row["claim"] == 3)
    assert three["measured"][0]["above"] and three["measured"][0]["low"]
    assert all(row["verdict"] and row["decides"] for row in said["claims"])


def test_the_command_shows_one_claim_with_its_bars(capsys):
    assert main(["evidence", "--claim", "53", "--quick"]) == 0
    out = capsys.readouterr()
    assert "Layer norm does not depend on the batch." in out.out and "was asked for" in out.out
    assert "identities" in out.err


def test_full_keeps_its_runs_where_one_is_and_they_can_be_read_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", "--claim", "53", "--full", "--seed", "7"]) == 0
    assert [str(p) for p in tmp_path.rglob("*.json")] == [
        str(tmp_path / "evidence/identities.json")
    ]
    capsys.readouterr()
    assert main(["evidence", "--claim", "53", "--out", "evidence", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"]["identities"]["seeds"][0] == 7


def test_quick_and_full_at_once_are_a_usage_error(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["evidence", "--quick", "--full"])
