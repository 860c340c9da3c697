"""Runs first in every kernel of the notebook tests: switch simgpu on when it is asked for."""

import os

if os.environ.get("COURSEKIT_DEVICE") == "simgpu":
    import simgpu

    simgpu.enable()
    del simgpu
del os
