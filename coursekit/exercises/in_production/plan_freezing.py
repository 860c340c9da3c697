"""The exercise plan_freezing of the lesson in_production."""

from coursekit.checking import exercise, plans

ARMS = ("moving", "frozen", "adapted, then frozen")

FORM = plans.Form(
    arms=ARMS,
    runs=(60, 500),
    steps=(20, 200),  # fewer change nothing, and more are no fine-tuning
    bar=(0.4, 50.0),  # one image of 250, to more than any two arms are apart
)


@exercise(
    script=plans.script(FORM),
    domain=plans.drawn(FORM),
    hints=(
        "The arms differ in what batch norm does and in nothing else. Go through the table and ask "
        "of each entry what else it lets differ.",
        "Frozen norms may want another rate than moving ones. Which entry of your plan lets them "
        "have it? And does the plan train at most 60 networks where `runs` is 60?",
        'arms, tuning, steps, bar = ["moving", ___, ___], [900, 901], 100, ___\n'
        "rates = [___, ___, ___, ___]\n"
        "left = runs - len(arms) * len(rates) * len(tuning)\n"
        "seeds = list(range(left // ___))\n"
        'return {"arms": arms, "rates": {arm: rates for arm in arms}, …}',
    ),
    points=3,
    minutes=10,
    difficulty=3,
    ask="For batches of two images the answer may be another one. Which arm would change most?",
)
def plan_freezing(runs):
    """The plan, which trains `runs` networks at most; there may be 60 to 500. -> dict"""
    arms, tuning = ["moving", "frozen", "adapted, then frozen"], [900, 901]
    rates, steps, bar = [0.001, 0.003, 0.01, 0.03], 100, 2.0
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


plan_freezing.edits(plans.mistakes())


@plan_freezing.alternative
def every_number_written_out(runs):
    return {
        "arms": ("frozen", "adapted, then frozen", "moving"),
        "rates": {
            "moving": (0.003, 0.01, 0.03, 0.1),
            "frozen": (0.001, 0.003, 0.01, 0.03),
            "adapted, then frozen": (0.003, 0.01, 0.03, 0.1),
        },
        "tuning_seeds": (1,),
        "rate_chosen_by": "validation accuracy",
        "seeds": (2, 3, 4, 5, 6, 7),
        "steps": {"moving": 60, "frozen": 60, "adapted, then frozen": 60},
        "batch_size": {"moving": 32, "frozen": 32, "adapted, then frozen": 32},
        "lost_runs": "count as failures",
        "report": "paired interval",
        "bar": 1,
    }


@plan_freezing.alternative
def half_of_the_runs_for_tuning(runs):
    import numpy as np

    names = set(ARMS)
    grid = np.geomspace(1e-3, 1, 6)
    tries = max(1, runs // 2 // (3 * len(grid)))
    plan: dict = {"tuning_seeds": range(tries), "arms": names}
    plan["rates"] = dict.fromkeys(names, grid)
    plan["seeds"] = np.arange(50, 50 + (runs - 3 * len(grid) * tries) // 3)
    plan |= {"steps": dict.fromkeys(names, 100), "batch_size": dict.fromkeys(names, 64)}
    plan |= {"report": "paired interval", "lost_runs": "count as failures"}
    return plan | {"rate_chosen_by": "training loss", "bar": np.float64(0.6)}


@plan_freezing.alternative
def line_by_line(runs):
    plan: dict = {}
    plan["bar"] = 1.5
    plan["arms"] = list(ARMS)
    plan["seeds"] = [10 + k for k in range(12)]
    plan["tuning_seeds"] = [1]
    plan["rates"] = {arm: [0.1, 0.03, 0.01, 0.003] for arm in ARMS}
    plan["batch_size"] = {arm: 16 for arm in ARMS}
    plan["steps"] = {arm: 80 for arm in reversed(ARMS)}
    plan["rate_chosen_by"], plan["report"] = "training loss", "paired interval"
    plan["lost_runs"] = "count as failures"
    return plan
