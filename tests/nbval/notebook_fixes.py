"""A pytest plugin: two repairs that nbval 0.11 needs (see CONTRIBUTING, "Notebook tests")."""

import re

from nbval import kernel, plugin

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute_cell_input(self, cell_input, allow_stdin=None):
    """Run a cell with a history, as JupyterLab does; without one IPython ignores a trailing `;`."""
    return self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


def repr_failure(self, excinfo, original=plugin.IPyNbCell.repr_failure):
    """Tell a failure without colour codes, so that a log can be read and searched."""
    return ANSI.sub("", str(original(self, excinfo)))


kernel.RunningKernel.execute_cell_input = execute_cell_input
plugin.IPyNbCell.repr_failure = repr_failure
