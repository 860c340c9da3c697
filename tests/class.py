"""Write a class of students, what they handed in, and what must come of grading it.

python tests/class.py FOLDER                       60 students, three lessons
python tests/class.py FOLDER --size 4 --seed 7     4 in each of three sections

tests/whole_class.py says what is in it; nobody can import a module of this one's name.
"""

import argparse
from pathlib import Path

from whole_class import LESSONS, make


def main() -> None:
    """Read the arguments, write the class, say where."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("folder", type=Path, help="is made; must not be there")
    asked.add_argument("--size", type=int, default=20, help="students in each section (20)")
    asked.add_argument("--lesson", nargs="+", default=LESSONS, help="01 02 04")
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    make(given.folder, size=given.size, lessons=tuple(given.lesson), seed=given.seed)
    print(*sorted(path.relative_to(given.folder) for path in given.folder.glob("*")), sep="\n")


if __name__ == "__main__":
    main()
