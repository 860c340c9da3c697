"""The exercise plan_groups of the lesson noise_and_small_batches."""

import numpy as np

from coursekit.checking import exercise, plans

ARMS = ("groups of 4", "groups of 64", "layer norm")


def _whole_groups(form, plan, runs):
    """Groups of 64 need batches that are made of them."""
    fit = all(size % 64 == 0 for size in plan["batch_size"].values())
    return plans.FAIR if fit else "in which groups of 64 do not fit"


FORM = plans.Form(arms=ARMS, runs=(60, 400), more=(("the groups", _whole_groups),))


@exercise(
    script=plans.script(FORM),
    domain=plans.drawn(FORM),
    hints=(
        "Only one thing may differ between two arms: how many images share a statistic. Go through "
        "the table and ask of each entry what else it lets differ.",
        "What does an arm with groups of 4 see in a step? If your plan says batches of 4, it "
        "compares optimizers too. And count: does it cost at most 60 runs where `runs` is 60?",
        'arms, tuning, steps, bar = ["groups of 4", ___, ___], [9000], 150, ___\n'
        "rates = [___, ___, ___, ___]\n"
        "left = runs - len(arms) * len(rates) * len(tuning)\n"
        "seeds = list(range(left // ___))\n"
        'return {"arms": arms, "rates": {arm: rates for arm in arms}, …}',
    ),
    points=3,
    minutes=12,
    difficulty=3,
    ask="Groups of 4 may want another rate than groups of 64. Which line of your plan sees to "
    "that, and what would a common rate have shown?",
)
def plan_groups(runs):
    """A plan of at most `runs` networks, 60 to 400, that tells what groups of 4 cost. -> dict"""
    arms, tuning = ["groups of 4", "groups of 64", "layer norm"], [9000, 9001]
    rates, steps, bar = [0.01, 0.03, 0.1, 0.3], 150, 1.0
    left = runs - len(arms) * len(rates) * len(tuning)
    seeds = list(range(left // len(arms)))
    return {
        "arms": arms,
        "rates": {arm: rates for arm in arms},
        "tuning_seeds": tuning,
        "rate_chosen_by": "training loss",
        "seeds": seeds,
        "steps": {arm: steps for arm in arms},
        "batch_size": {arm: 64 for arm in arms},
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": bar,
    }


plan_groups.edits(plans.mistakes())


@plan_groups.alternative
def grids_of_their_own(runs):
    return {
        "arms": ("layer norm", "groups of 64", "groups of 4"),
        "rates": {
            "groups of 4": (0.003, 0.01, 0.03, 0.1),
            "groups of 64": (0.01, 0.03, 0.1, 0.3),
            "layer norm": (0.01, 0.03, 0.1, 0.3),
        },
        "tuning_seeds": (1, 2),
        "rate_chosen_by": "validation accuracy",
        "seeds": (3, 4, 5, 6, 7, 8, 9, 10),
        "steps": dict.fromkeys(ARMS, 300),
        "batch_size": dict.fromkeys(ARMS, 128),
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": 2,
    }


@plan_groups.alternative
def half_for_the_search(runs):
    names = set(ARMS)
    grid = np.geomspace(1e-3, 1, 6)
    tries = max(1, runs // 2 // (3 * len(grid)))
    plan: dict = {"tuning_seeds": range(tries), "arms": names}
    plan["rates"] = dict.fromkeys(names, grid)
    plan["seeds"] = np.arange(50, 50 + (runs - 3 * len(grid) * tries) // 3)
    plan |= {"steps": dict.fromkeys(names, 100), "batch_size": dict.fromkeys(names, 64)}
    plan |= {"report": "paired interval", "lost_runs": "count as failures"}
    return plan | {"rate_chosen_by": "training loss", "bar": np.float64(0.6)}


@plan_groups.alternative
def line_by_line(runs):
    plan: dict = {}
    plan["bar"] = 1.5
    plan["arms"] = list(ARMS)
    plan["seeds"] = [10 + k for k in range(12)]
    plan["tuning_seeds"] = [1]
    plan["rates"] = {arm: [0.3, 0.1, 0.03, 0.01] for arm in ARMS}
    plan["batch_size"] = {arm: 192 for arm in ARMS}
    plan["steps"] = {arm: 80 for arm in reversed(ARMS)}
    plan["rate_chosen_by"], plan["report"] = "training loss", "paired interval"
    plan["lost_runs"] = "count as failures"
    return plan
