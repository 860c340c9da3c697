"""However torch's own norm is reached, the watch sees what torch ran; and nothing else."""

import _thread
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from coursekit.checking.libraries import kinds, operations
from coursekit.sandbox.inside.notice import ENDED, UNWATCHED, noticing

ASKED = list(operations(kinds()))
ARGUMENTS = "x, None, None, None, None, True, 0.0, 1e-5, False"
HIDDEN = {  # an expression that gives torch.batch_norm without saying so
    "sum of texts": "getattr(torch, 'batch' + '_norm')",
    "backwards": "getattr(torch, 'mron_hctab'[::-1])",
    "joined": "getattr(torch, '_'.join(['batch', 'norm']))",
    "loop": "[getattr(torch, n) for n in ('relu', 'batch_norm')][1]",
    "object's": "object.__getattribute__(torch, 'batch_norm')",
    "vars": "vars(torch)['batch_norm']",
    "dict": "torch.__dict__.get('batch_norm')",
    "all of dict": "[v for k, v in torch.__dict__.items() if k == 'batch_norm'][0]",
    "globals": "globals()['torch'].batch_norm",
    "eval": "eval('torch.batch_norm')",
    "eval passed on": "list(map(eval, ['torch.batch_norm']))[0]",
    "attrgetter": "operator.attrgetter('batch_norm')(torch)",
    "passed on": "(lambda m: m.batch_norm)(torch)",
    "in a list": "[torch, torch][0].batch_norm",
    "script source": "torch.jit.CompilationUnit('def g(x): return torch.batch_norm("
                     "x, None, None, None, None, True, 0.0, 1e-5, False)\\n').g",
    "pickle": "pickle.loads(b'ctorch\\nbatch_norm\\n.')",
    "static": "inspect.getattr_static(torch, 'batch_norm')",
    "resolved": "pkgutil.resolve_name('torch:batch_norm')",
    "collector": "[o for o in gc.get_objects() if type(o) is dict"
    " and 'native_batch_norm' in o and 'batch_norm' in o][0]['batch_norm']",
    "operator": "torch.ops.aten.batch_norm",
}  # fmt: skip
NAMES = """
import gc, inspect, operator, pickle, pkgutil, torch
import torch.nn.functional as F
"""
OTHERS = {
    "layer_norm": lambda x: torch.nn.TransformerEncoderLayer(3, 1, 1)(x),
    "group_norm": lambda x: torch.nn.GroupNorm(1, 3)(x),
    "instance_norm": lambda x: torch.nn.InstanceNorm1d(5)(x[None]),
    "rms_norm": lambda x: torch.nn.RMSNorm(3)(x),
    "batch_norm": lambda x: torch.nn.BatchNorm1d(3).eval()(x),
    "weight_norm": lambda x: torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(3, 3))(x),
}


def seen_in(work) -> set[str]:
    seen: set[str] = set()
    with noticing(ASKED, seen):
        work()
    return seen


@pytest.mark.parametrize("way", HIDDEN)
def test_a_hidden_norm_is_seen(way):
    scope = {"x": torch.randn(5, 3, dtype=torch.float64)}
    exec(NAMES, scope)
    found, call = [], "x" if way == "script source" else ARGUMENTS
    seen = seen_in(lambda: found.append(eval(f"({HIDDEN[way]})({call})", scope)))
    assert "batch_norm" in seen
    found = [f[0] if isinstance(f, tuple) else f for f in found]
    assert found[0].mean(0).abs().max() < 1e-9


@pytest.mark.parametrize("kind", OTHERS)
def test_every_kind_of_norm_is_seen(kind):
    assert kind in seen_in(lambda: OTHERS[kind](torch.randn(5, 3)))


def test_a_fused_layer_is_a_layer_norm():
    layer = torch.nn.TransformerEncoderLayer(4, 2, 4, batch_first=True).eval()
    with torch.inference_mode():
        seen = seen_in(lambda: layer(torch.randn(2, 3, 4)))
    assert {operations(kinds())[word] for word in seen} == {"layer_norm"}


def test_what_is_no_norm_is_not_seen():
    x = torch.randn(5, 3, requires_grad=True)
    linear = torch.nn.Linear(3, 3)

    def work():
        y = linear((x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5))
        y = torch.nn.functional.normalize(y) + x.norm() + torch.linalg.norm(x)
        torch.nn.MultiheadAttention(3, 1)(y, y, y)[0].sum().backward()
        torch.nn.utils.clip_grad_norm_([x], 1)
        torch.normal(0.0, 1.0, (3,))
        torch.std_mean(x)

    assert seen_in(work) == set()


def norm():
    return torch.layer_norm(torch.zeros(2, 3), (3,))


def in_a_raw_thread():
    out: list = []
    _thread.start_new_thread(lambda: out.append(norm()), ())
    while not out:
        time.sleep(0.001)


class OwnRun(threading.Thread):
    def run(self):
        norm()


def in_a_thread_of_its_own_kind():
    thread = OwnRun()
    thread.start()
    thread.join()


def test_what_other_threads_run_is_seen_those_that_ran_before_too():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        for work in (
            in_a_raw_thread,
            in_a_thread_of_its_own_kind,
            lambda: pool.submit(norm).result(),
        ):
            assert seen_in(work) == {"layer_norm"}


def test_who_ends_the_watch_is_told():
    assert seen_in(lambda: (torch._C._autograd._disable_profiler(), norm())) == {ENDED}
    assert seen_in(norm) == {"layer_norm"}


def test_where_the_code_profiles_itself_it_is_said_and_nothing_breaks():
    with torch.autograd.profiler_legacy.profile():
        assert seen_in(lambda: torch.zeros(3).sum()) == {UNWATCHED}
    assert seen_in(lambda: torch.layer_norm(torch.zeros(2, 3), (3,))) == {"layer_norm"}


def test_nothing_is_imported_to_watch_what_has_no_torch():
    code = (
        "import sys; from coursekit.sandbox.inside.notice import noticing; seen = set()\n"
        "with noticing(['batch_norm'], seen): pass\nassert not seen and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
