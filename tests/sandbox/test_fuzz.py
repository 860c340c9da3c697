"""The decoder of frames under a coverage-guided fuzzer, for as long as a test may take.

    python -m pytest tests/sandbox/test_fuzz.py      20,000 frames
    FRAMES=10000000 python -m pytest ...             a night's worth

atheris has wheels for Linux only; where it is missing, test_wire.py's random frames must do.
"""

import os
import resource
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

FRAMES = os.environ.get("FRAMES", "20000")
HOME = Path(__file__).parents[2]
FUZZ = """
import sys
import atheris

with atheris.instrument_imports(include=["coursekit.sandbox"]):
    from coursekit.sandbox.wire import frame, messages, values

def try_one(data):
    at = 0

    def read(n):
        nonlocal at
        assert n <= max(frame.HEADER_LIMIT, frame.BODY_LIMIT), n  # never asks for more than it may
        piece = data[at : at + n]
        at += n
        if len(piece) < n:
            raise EOFError
        return piece

    for decoder in (messages.judge_decoder, messages.host_decoder):
        for build in (None, lambda *parts: parts):  # the judge's side, then the box's
            at = 0
            try:
                message, body = frame.read_frame(read, decoder)
                for name in ("value", "arguments", "options", "answers"):
                    if hasattr(message, name):
                        unpacker = values.Unpacker(body, lambda handle: handle, build=build)
                        unpacker.unpack(getattr(message, name))
            except (frame.WireError, EOFError):
                pass

atheris.Setup(sys.argv, try_one)
atheris.Fuzz()
"""


def seeds(folder: Path) -> None:
    """Frames to start from: one of each kind of value."""
    import numpy as np
    from torch import nn

    from coursekit.checking.modules import plan
    from coursekit.sandbox.wire import frame, parts, values
    from coursekit.sandbox.wire import messages as m

    layers = nn.Sequential(nn.Linear(2, 1), nn.BatchNorm1d(1).eval())
    samples = (
        None,
        1,
        "x",
        [1, (2.5, True)],
        {"a": np.arange(3.0)},
        np.float32(1),
        b"",
        print,
        layers,
    )
    for n, value in enumerate(samples):
        packer = values.Packer(lambda _: parts.Handle(1, ours=True), plan)
        frame = frame.frame(m.Returned(1, packer.pack(value), [b"x"]), packer.buffers)
        (folder / f"returned{n}").write_bytes(frame)
        ask = m.Ask(1, 2, packer.pack((value,)), packer.pack({"k": value}))
        (folder / f"asked{n}").write_bytes(frame.frame(ask, packer.buffers))
    (folder / "raised").write_bytes(frame.frame(m.Raised(1, m.Error("E", "words", 1, 2))))


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed")
def test_no_frame_that_a_fuzzer_finds_does_more_than_be_refused(tmp_path):
    seeds(tmp_path)
    command = [sys.executable, "-c", FUZZ, f"-runs={FRAMES}", "-max_len=4096", "-rss_limit_mb=512"]
    paths = [str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/", str(tmp_path)],
        capture_output=True, text=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"Done {FRAMES} runs" in done.stderr, done.stderr[-500:]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2 << 20  # kilobytes
