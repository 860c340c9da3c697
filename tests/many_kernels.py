"""One of many kernels over one workspace, at random and for ever; made to be killed.

    python many_kernels.py PROGRESS_JSON SEED

Says `NAME SCORE PASSED` once a check is recorded, and `hint NAME 0` once a hint is.
"""

import random
import sys
import time
from pathlib import Path

from coursekit.checking import Result
from coursekit.learning.attempts import Attempts


def main(path: Path, seed: str) -> None:
    rng, attempts = random.Random(seed), Attempts(path)
    while True:
        name = rng.choice("abcdefgh")
        kind = rng.random()
        if kind < 0.1:
            attempts.hint(name, "lesson", 3)
            print("hint", name, 0, flush=True)
        elif kind < 0.2:
            assert all(kept.checks >= 0 for kept in attempts.by_name.values())
        else:
            score = rng.randrange(5)
            status = "passed" if score == 4 else "partial"
            attempts.record(Result(name, "lesson", status, score, 4, "", "said"))
            print(name, score, int(score == 4), flush=True)
        time.sleep(rng.expovariate(200))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
