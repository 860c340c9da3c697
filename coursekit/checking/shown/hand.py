"""An answer of a notebook's, which keeps what it is called with.

Only a notebook judges one: what is judged for a grade stands behind another class.
"""

from collections.abc import Callable, Sequence
from typing import Any

from coursekit.checking.local import Local, copy, unseal
from coursekit.checking.trace import Given


class InHand(Local):
    """A local answer that keeps the arguments of its last call, as the function got them."""

    given: Given | None = None

    def run(
        self,
        function: Callable,
        args: tuple,
        options: dict[str, Any] | None = None,
        keep: Sequence[int] = (),
    ) -> Any:
        self.given = Given(unseal(copy(args)), direct=function is self.function)
        value = super().run(function, args, options, keep)
        self.given = self.given._replace(value=value)
        return value
