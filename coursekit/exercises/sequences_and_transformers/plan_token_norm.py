"""The exercise plan_token_norm of the lesson sequences_and_transformers."""

from coursekit.checking import exercise, plans

FORM = plans.Form(
    arms=("layer", "rms", "tanh"),
    runs=(60, 600),
    steps=(50, 150),  # more take longer than a minute
    bar=(0.2, 20.0),
    reach=(1e-4, 0.1),  # of Adam
)


@exercise(
    script=plans.script(FORM),
    domain=plans.drawn(FORM),
    hints=(
        "Go through the table line by line, and ask of each entry: could it make one arm look "
        "better than it is, or hide that we do not know?",
        "Count what your plan trains: each of three arms at every rate on every tuning seed, and "
        "then each arm on every seed. Is it at most `runs` for 60 as well as for 600?",
        'arms, tuning, steps, bar = ["layer", "rms", "tanh"], [900, 901], 100, ___\n'
        "rates = [___, ___, ___, ___]\n"
        "left = runs - len(arms) * len(rates) * len(tuning)\n"
        "seeds = list(range(left // ___))\n"
        'return {"arms": arms, "rates": {arm: rates for arm in arms}, …}',
    ),
    points=3,
    minutes=10,
    difficulty=3,
    ask="Your plan runs at a width of 32. To which claim of a paper can its result say anything?",
)
def plan_token_norm(runs):
    """The plan, which trains `runs` networks at most; there may be 60 to 600. -> dict"""
    arms, tuning, steps, bar = ["layer", "rms", "tanh"], [900, 901], 100, 2.0
    rates = [0.001, 0.003, 0.01, 0.03]
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


plan_token_norm.edits(plans.mistakes())


@plan_token_norm.alternative
def every_number_written_out(runs):
    return {
        "arms": ("tanh", "rms", "layer"),
        "rates": {
            "layer": (0.0003, 0.001, 0.003, 0.01),
            "rms": (0.0003, 0.001, 0.003, 0.01),
            "tanh": (0.001, 0.003, 0.01, 0.03),
        },
        "tuning_seeds": (1,),
        "rate_chosen_by": "validation accuracy",
        "seeds": (2, 3, 4, 5, 6, 7),
        "steps": {"layer": 100, "rms": 100, "tanh": 100},
        "batch_size": {"layer": 32, "rms": 32, "tanh": 32},
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": 1,
    }


@plan_token_norm.alternative
def half_of_the_runs_for_tuning(runs):
    import numpy as np

    names = {"layer", "rms", "tanh"}
    grid = np.geomspace(3e-4, 3e-2, 5)
    tries = max(1, runs // 2 // (3 * len(grid)))
    seeds = np.arange(1000, 1000 + (runs - 3 * len(grid) * tries) // 3)
    plan = {"arms": names, "tuning_seeds": range(tries), "seeds": seeds, "bar": np.float64(0.5)}
    plan |= {"rate_chosen_by": "training loss", "report": "paired interval"}
    plan |= {"lost_runs": "count as failures", "rates": dict.fromkeys(names, grid)}
    return plan | {"steps": dict.fromkeys(names, 150), "batch_size": dict.fromkeys(names, 128)}


@plan_token_norm.alternative
def filled_in_one_by_one(runs):
    arms = ["rms", "layer", "tanh"]
    rates = {arm: [0.03, 0.01, 0.003, 0.001] for arm in arms}
    steps = {arm: 80 for arm in arms}
    batch_size = {arm: 64 for arm in arms}
    how = {"rate_chosen_by": "training loss", "lost_runs": "count as failures"}
    how.update(report="paired interval")
    seeds = [k for k in range(8)]
    return dict(
        how, arms=arms, rates=rates, tuning_seeds=[100, 101], seeds=seeds, steps=steps,
        batch_size=batch_size, bar=3.0,
    )  # fmt: skip
