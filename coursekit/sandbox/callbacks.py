"""Judge's functions in the learner's hands: they cross as numbers, and are called here."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit.checking.modules import plan
from coursekit.sandbox.wire import messages as m
from coursekit.sandbox.wire.frame import WireError
from coursekit.sandbox.wire.parts import Handle
from coursekit.sandbox.wire.values import Packer, Unpacker, make_tensor

BODY_LIMIT = 4 << 20  # bytes of arguments, for the judge pays for the work


class Lent:
    """The functions lent for one exercise."""

    def __init__(self) -> None:
        self.functions: dict[int, Callable] = {}
        self.next = 0
        self.tensors = False  # tensors come back as tensors, not as arrays

    def handle(self, value: Any) -> Handle | None:
        """Lend a function; None for what is none."""
        if not callable(value):
            return None
        for number, known in self.functions.items():
            if known is value:
                return Handle(number, ours=True)
        self.next += 1
        self.functions[self.next] = value
        return Handle(self.next, ours=True)

    def clear(self, tensors: bool = False) -> None:
        """Take all of them back; the next exercise begins."""
        self.functions.clear()
        self.tensors = tensors

    def answer(self, ask: m.Ask, body: bytes) -> tuple[m.Reply | m.Refuse, list[bytes]]:
        """Call the function that is asked for, with whatever it is given.

        Raises:
            WireError: it was never lent, or the arguments break the rules.
        """
        function = self.functions.get(ask.handle)
        if function is None:
            raise WireError("a function was called that was not given")
        if len(body) > BODY_LIMIT:
            raise WireError(f"a function was given more than {BODY_LIMIT >> 20} MiB")
        unpacker = Unpacker(body, self._mine, make_tensor if self.tensors else None)
        arguments, options = unpacker.unpack(ask.arguments), unpacker.unpack(ask.options)
        unpacker.done()
        if not isinstance(arguments, tuple) or not isinstance(options, dict):
            raise WireError("a function was called without a tuple of arguments")
        if not all(isinstance(name, str) for name in options):
            raise WireError("a function was called with an argument whose name is no text")
        packer = Packer(self.handle, plan)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                result = function(*arguments, **options)
                given = next((i for i, a in enumerate(arguments) if a is result), None)
                value = packer.pack(result if given is None else None)
        except Exception as error:  # of wrong arguments: the learner's to see
            return m.Refuse(ask.number, type(error).__name__, str(error)[:300]), []
        return m.Reply(ask.number, value, given), packer.buffers

    def _mine(self, handle: Handle) -> Callable:
        """Only what was lent can come back as a function; the learner's own cannot be called."""
        if handle.ours or handle.number not in self.functions:
            raise WireError("a function was given to a function of the judge's")
        return self.functions[handle.number]
