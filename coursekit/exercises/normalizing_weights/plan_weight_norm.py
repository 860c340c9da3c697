"""The exercise plan_weight_norm of the lesson normalizing_weights."""

from coursekit.checking import exercise, plans

FORM = plans.Form(
    arms=("none", "weight", "batch"),
    runs=(60, 600),
    steps=(50, 300),  # more take longer than a minute
    bar=(0.2, 20.0),
)


@exercise(
    script=plans.script(FORM),
    domain=plans.drawn(FORM),
    hints=(
        "Go through the table line by line, and ask of each entry: could it make one arm look "
        "better than it is, or hide that we do not know?",
        "Count what your plan trains: each of three arms at every rate on every tuning seed, and "
        "then each arm on every seed. Is it at most `runs` for 60 as well as for 600?",
        'arms, tuning, steps, bar = ["none", "weight", "batch"], [900, 901], 120, ___\n'
        "rates = [___, ___, ___, ___]\n"
        "left = runs - len(arms) * len(rates) * len(tuning)\n"
        "seeds = list(range(left // ___))\n"
        'return {"arms": arms, "rates": {arm: rates for arm in arms}, …}',
    ),
    points=3,
    minutes=10,
    difficulty=3,
    ask="Which arm would have won if all three had run at the one rate that suits batch norm?",
)
def plan_weight_norm(runs):
    """The plan, which trains `runs` networks at most; there may be 60 to 600. -> dict"""
    arms, tuning, steps, bar = ["none", "weight", "batch"], [900, 901], 120, 2.0
    rates = [0.01, 0.03, 0.1, 0.3]
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


plan_weight_norm.edits(plans.mistakes())


@plan_weight_norm.alternative
def every_number_written_out(runs):
    return {
        "arms": ("weight", "none", "batch"),
        "rates": {
            "none": (0.003, 0.01, 0.03, 0.1),
            "weight": (0.003, 0.01, 0.03, 0.1),
            "batch": (0.03, 0.1, 0.3, 1.0),
        },
        "tuning_seeds": (1,),
        "rate_chosen_by": "validation accuracy",
        "seeds": (2, 3, 4, 5, 6, 7),
        "steps": {"none": 100, "weight": 100, "batch": 100},
        "batch_size": {"none": 32, "weight": 32, "batch": 32},
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": 1,
    }


@plan_weight_norm.alternative
def half_of_the_runs_for_tuning(runs):
    import numpy as np

    names = {"none", "weight", "batch"}
    grid = np.geomspace(3e-3, 0.5, 5)
    tries = max(1, runs // 2 // (3 * len(grid)))
    seeds = np.arange(1000, 1000 + (runs - 3 * len(grid) * tries) // 3)
    plan = {"arms": names, "tuning_seeds": range(tries), "seeds": seeds, "bar": np.float64(0.5)}
    plan |= {"rate_chosen_by": "training loss", "report": "paired interval"}
    plan |= {"lost_runs": "count as failures", "rates": dict.fromkeys(names, grid)}
    return plan | {"steps": dict.fromkeys(names, 200), "batch_size": dict.fromkeys(names, 128)}


@plan_weight_norm.alternative
def filled_in_one_by_one(runs):
    arms = ["batch", "none", "weight"]
    rates = {arm: [0.3, 0.1, 0.03, 0.01] for arm in arms}
    steps = {arm: 80 for arm in arms}
    batch_size = {arm: 64 for arm in arms}
    how = {"rate_chosen_by": "training loss", "lost_runs": "count as failures"}
    how.update(report="paired interval")
    seeds = [k for k in range(8)]
    return dict(
        how, arms=arms, rates=rates, tuning_seeds=[100, 101], seeds=seeds, steps=steps,
        batch_size=batch_size, bar=3.0,
    )  # fmt: skip
