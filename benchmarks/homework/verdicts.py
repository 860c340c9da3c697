"""What two runs on the same class must say alike."""

from typing import Any

Verdicts = dict[str, list[Any]]


def verdicts(submissions: list[dict[str, Any]]) -> Verdicts:
    """What must be the same in every run, by submission and by exercise."""
    found: Verdicts = {}
    for one in submissions:
        found[one["file"]] = [one["status"], one["score"]]
        for e in one["exercises"]:
            place = f"{one['file']}: {e['name']}"
            found[place] = [e["status"], e["score"], e["rung"], e["diagnosis"]]
    return found


def differing(quiet: Verdicts, other: Verdicts) -> dict[str, list[Any]]:
    """Where two runs do not say the same: both verdicts, by place."""
    return {
        place: [quiet.get(place), other.get(place)]
        for place in {**quiet, **other}
        if quiet.get(place) != other.get(place)
    }
