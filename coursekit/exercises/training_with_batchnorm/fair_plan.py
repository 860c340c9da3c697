"""The exercise fair_plan of the lesson training_with_batchnorm."""

from coursekit.checking import exercise, plans

FORM = plans.Form(arms=("none", "batch"), steps=(50, 200))  # a plan is done in seconds


@exercise(
    script=plans.script(FORM),
    domain=plans.drawn(FORM),
    hints=(
        "Go through the table line by line, and ask of each entry: could it make one arm look "
        "better than it is, or hide that we do not know?",
        "Count what your plan trains: every arm at every rate on every tuning seed, and then every "
        "arm on every seed. Is it at most `runs` for 40 as well as for 400?",
        'arms, tuning, steps, bar = ["none", "batch"], [900], 120, ___\n'
        "rates = [___, ___, ___, ___]\n"
        "left = runs - len(arms) * len(rates) * len(tuning)\n"
        "seeds = list(range(left // ___))\n"
        'return {"arms": arms, "rates": {arm: rates for arm in arms}, …}',
    ),
    points=3,
    minutes=15,
    difficulty=3,
    ask="Your plan's interval includes its bar. What do you write in the abstract?",
)
def fair_plan(runs):
    """The plan, which trains `runs` networks at most; there may be 40 to 400. -> dict"""
    arms, tuning, steps, bar = ["none", "batch"], [900, 901], 120, 2.0
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


fair_plan.edits(plans.mistakes())


@fair_plan.alternative
def every_number_written_out(runs):
    return {
        "arms": ("batch", "none"),
        "rates": {"none": (0.001, 0.003, 0.01, 0.03), "batch": (0.01, 0.03, 0.1, 0.3)},
        "tuning_seeds": (1,),
        "rate_chosen_by": "validation accuracy",
        "seeds": (2, 3, 4, 5, 6, 7),
        "steps": {"none": 100, "batch": 100},
        "batch_size": {"none": 32, "batch": 32},
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": 1,
    }


@fair_plan.alternative
def half_of_the_runs_for_tuning(runs):
    import numpy as np

    names = {"batch", "none"}
    grid = np.geomspace(1e-3, 1, 7)
    tries = max(1, runs // 2 // (2 * len(grid)))
    seeds = np.arange(1000, 1000 + (runs - 2 * len(grid) * tries) // 2)
    plan = {"arms": names, "tuning_seeds": range(tries), "seeds": seeds, "bar": np.float64(0.5)}
    plan |= {"rate_chosen_by": "training loss", "report": "paired interval"}
    plan |= {"lost_runs": "count as failures", "rates": dict.fromkeys(names, grid)}
    return plan | {"steps": dict.fromkeys(names, 200), "batch_size": dict.fromkeys(names, 128)}


@fair_plan.alternative
def filled_in_line_by_line(runs):
    plan: dict = {}
    plan["bar"] = 3.0
    plan["arms"] = ["none", "batch"]
    plan["rates"] = {"none": [0.1, 0.03, 0.01, 0.003], "batch": [0.3, 0.1, 0.03, 0.01]}
    plan["tuning_seeds"] = [100, 101]
    plan["seeds"] = [k for k in range(10)]
    plan["rate_chosen_by"] = "training loss"
    plan["steps"] = {"batch": 80, "none": 80}
    plan["batch_size"] = {"batch": 64, "none": 64}
    plan["report"] = "paired interval"
    plan["lost_runs"] = "count as failures"
    return plan
