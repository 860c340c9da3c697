"""The exercise cause_plan of the lesson why_it_works."""

import numpy as np

from coursekit.checking import exercise, plans

FORM = plans.Form(arms=("none", "batch", "shaken"), runs=(60, 400))


@exercise(
    script=plans.script(FORM),
    domain=plans.drawn(FORM),
    hints=(
        "Ask of every entry whether it could make one arm look better than it is, or hide that "
        "nobody knows.",
        "Count what your plan trains: three arms at every rate on every tuning seed, and then "
        "three arms on every seed. Is it at most `runs` for 60 as well as for 400?",
        'arms, tuning, steps, bar = ["none", "batch", "shaken"], [900], 120, ___\n'
        "rates = [___, ___, ___, ___]\n"
        "left = runs - len(arms) * len(rates) * len(tuning)\n"
        "seeds = list(range(left // ___))\n"
        'return {"arms": arms, "rates": {arm: rates for arm in arms}, …}',
    ),
    points=3,
    minutes=12,
    difficulty=3,
    ask="Which outcome of your plan would make you give up the idea that inputs should stand "
    "still, and which would make you take it up again?",
)
def cause_plan(runs):
    """The plan, which trains `runs` networks at most; there may be 60 to 400. -> dict"""
    arms, tuning, steps, bar = ["none", "batch", "shaken"], [900, 901], 150, 2.0
    rates = [0.003, 0.01, 0.03, 0.1, 0.3]
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


cause_plan.edits(plans.mistakes())


@cause_plan.alternative
def every_number_written_out(runs):
    return {
        "arms": ("shaken", "batch", "none"),
        "rates": {
            "none": (0.001, 0.003, 0.01, 0.03),
            "batch": (0.01, 0.03, 0.1, 0.3),
            "shaken": (0.003, 0.01, 0.03, 0.1),
        },
        "tuning_seeds": (1,),
        "rate_chosen_by": "validation accuracy",
        "seeds": (2, 3, 4, 5, 6, 7),
        "steps": {"none": 100, "batch": 100, "shaken": 100},
        "batch_size": {"none": 32, "batch": 32, "shaken": 32},
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": 1,
    }


@cause_plan.alternative
def a_third_of_the_runs_for_tuning(runs):
    names, grid = {"batch", "none", "shaken"}, np.geomspace(1e-3, 0.2, 5)
    tries = max(1, runs // 3 // (3 * len(grid)))
    seeds = np.arange(1000, 1000 + (runs - 3 * len(grid) * tries) // 3)
    plan = {"arms": names, "tuning_seeds": range(tries), "seeds": seeds, "bar": np.float64(0.5)}
    plan |= {"rate_chosen_by": "training loss", "report": "paired interval"}
    plan |= {"lost_runs": "count as failures", "rates": dict.fromkeys(names, grid)}
    return plan | {"steps": dict.fromkeys(names, 200), "batch_size": dict.fromkeys(names, 128)}


@cause_plan.alternative
def filled_in_line_by_line(runs):
    plan: dict = {}
    plan["bar"] = 3.0
    plan["arms"] = ["none", "batch", "shaken"]
    plan["rates"] = {arm: [0.1, 0.03, 0.01, 0.003] for arm in plan["arms"]}
    plan["tuning_seeds"] = [100, 101]
    plan["seeds"] = [k for k in range(10)]
    plan["rate_chosen_by"] = "training loss"
    plan["steps"] = {"batch": 80, "none": 80, "shaken": 80}
    plan["batch_size"] = {"batch": 64, "none": 64, "shaken": 64}
    plan["report"] = "paired interval"
    plan["lost_runs"] = "count as failures"
    return plan
