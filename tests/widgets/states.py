"""States to try an explorable on: its tour, the ends of its sliders, and some at random."""

import numpy as np

from coursekit.widgets.explorable import Choice, Explorable, State


def some_states(explorable: Explorable, count: int = 25) -> list[State]:
    rng = np.random.default_rng(0)
    states = [explorable.first, *map(explorable.at, explorable.steps)]
    for control in explorable.controls:
        ends = control.options if isinstance(control, Choice) else (control.low, control.high)
        states += [explorable.first | {control.name: end} for end in ends]
    return states + [random_state(explorable, rng) for _ in range(count)]


def random_state(explorable: Explorable, rng) -> State:
    """Return a stop of the tour with every control drawn anew, and some dragged values mixed."""
    state = explorable.at(explorable.steps[rng.integers(len(explorable.steps))])
    for control in explorable.controls:
        if isinstance(control, Choice):
            value = str(rng.choice(list(control.options)))
        else:
            steps = round((control.high - control.low) / control.step)
            value = control.low + control.step * int(rng.integers(steps + 1))
            value = round(value, 9)
        state = state | {control.name: value}
    other = explorable.at(explorable.steps[rng.integers(len(explorable.steps))])
    share = rng.random()
    for name, value in state.items():
        if isinstance(value, list) and value and isinstance(value[0], (int, float)):
            pairs = zip(value, other[name], strict=True)
            state = state | {name: [round(a + share * (b - a), 4) for a, b in pairs]}
    return state
