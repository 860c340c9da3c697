"""A class that is still built on what stood in another cell before that cell was run again.

A class keeps the base that it was made with. Whoever mends the base and runs only its cell is
judged on the old one, and told the same as before.
"""

import sys
from typing import Any

from coursekit.checking import Result


def older_base(answer: Any) -> str:
    """The name of a base of the class that its notebook has defined anew since, or nothing."""
    try:
        for base in answer.__mro__[1:]:
            around = vars(sys.modules[base.__module__]) if base.__module__ == "__main__" else {}
            # One that a function has made is no cell's, whatever else has its name.
            now = around.get(base.__name__) if base.__qualname__ == base.__name__ else None
            if isinstance(now, type) and now is not base and base.__name__ != answer.__name__:
                return base.__name__
    except Exception:  # no class, or one that tells nothing of itself
        return ""
    return ""


def on_older_base(result: Result, answer: Any) -> Result:
    """The result, and that it is about a class whose base is an older one, where it is."""
    if result.passed or not (base := older_base(answer)):
        return result
    name = result.exercise
    words = f"your `{name}` is still built on the `{base}` from before you ran its cell again."
    return result.but(
        notes=(*result.notes, words), next=f"Run the cell of {name} again, then this one."
    )
