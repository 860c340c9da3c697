"""What Python runs when it starts: packages named by COURSEKIT_TEST_BLOCKED are not to be found."""

import os
import sys

BLOCKED = set(os.environ.get("COURSEKIT_TEST_BLOCKED", "").split())


class Blocked:
    """Finds nothing, and lets nobody else find it."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Blocked())
