"""What an explorable is: a first state, controls, and a pure function from a state to a frame.

Its page side lives beside it, in a file of the same name: `frame` again in JavaScript, so that
the picture stays live while the kernel is busy, and `draw`. A test holds the two equal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
State = dict[str, Any]


@dataclass(frozen=True)
class Slider:
    """A number of the state, from low to high; the page's `say[name]` words its value."""

    name: str
    label: str
    low: float
    high: float
    step: float
    kind: str = "slider"


@dataclass(frozen=True)
class Choice:
    """A word of the state, one of options: value -> label."""

    name: str
    label: str
    options: Mapping[str, str]
    kind: str = "choice"


@dataclass(frozen=True)
class Step:
    """One stop of *Show me*: what to see, and what it changes in the first state."""

    say: str
    change: State


@dataclass(frozen=True)
class Explorable:
    """One picture a learner can take hold of.

    Args:
        name: of its module, its page file and its stored picture.
        about: what the picture is, for readers who cannot see it.
        frame: state -> everything drawn, and `words`: one or two sentences that say what it shows.
        first: the first state; what no control names is moved in the picture itself.
        data: gives the constants, worked out in Python, that the page's `frame` takes second.
        size: width and height of the drawing, in CSS pixels.
    """

    name: str
    title: str
    about: str
    frame: Callable[[State], dict[str, Any]]
    first: State
    controls: tuple[Slider | Choice, ...]
    steps: tuple[Step, ...]
    size: tuple[int, int] = (700, 300)
    data: Callable[[], Mapping[str, Any]] = dict

    @cached_property
    def script(self) -> str:
        """The ES module that the page runs: the kit, this explorable's own part, and the mount."""
        parts = [(FOLDER / f"{part}.js").read_text("utf-8") for part in ("draw", "kit", self.name)]
        return "\n".join(parts) + f"\nexport default {{ render: mount({self.name}) }};\n"

    @property
    def spec(self) -> dict[str, Any]:
        """What the page has to know besides the state."""
        return {
            "name": self.name,
            "title": self.title,
            "size": list(self.size),
            "first": self.first,
            "controls": [vars(c) | _plain_options(c) for c in self.controls],
            "steps": [{"say": step.say, "state": self.at(step)} for step in self.steps],
            "data": dict(self.data()),
        }

    @property
    def picture(self) -> Path:
        """Where the PNG of the first state lies, taken of the page itself."""
        return FOLDER / "pictures" / f"{self.name}.png"

    @property
    def alt(self) -> str:
        """What the stored picture shows."""
        return f"{self.about} {self.frame(self.first)['words']}"

    def at(self, step: Step) -> State:
        return self.first | step.change


def _plain_options(control: Slider | Choice) -> dict[str, Any]:
    return {"options": list(control.options.items())} if isinstance(control, Choice) else {}


def fixed(x: float, digits: int = 2) -> str:
    """Write x with so many decimals, a true minus and no negative zero, as the page's `fixed`."""
    size = Decimal(abs(float(x)))
    text = f"{size.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, Context(prec=60)):f}"
    return f"−{text}" if x < 0 and float(text) else text


def short(x: float) -> str:
    """Write x in three significant digits at most, as the page's `short`: 0.25, 13, 4.1e−6."""
    size = abs(float(x))
    if size == 0 or 1e-3 <= size < 1e5:
        digits = next((d for d, least in enumerate((100, 10, 1, 0.1, 0.01)) if size >= least), 5)
        text = fixed(x, digits if size else 0)
        return text.rstrip("0").rstrip(".") if "." in text else text
    number = Decimal(size)
    power = number.adjusted()
    mantissa = number.scaleb(-power, Context(prec=800)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if mantissa == 10:
        mantissa, power = Decimal("1.0"), power + 1
    return f"{'−' if x < 0 else ''}{f'{mantissa}'.removesuffix('.0')}e{power}".replace("e-", "e−")
