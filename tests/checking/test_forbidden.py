import time

import pytest

from coursekit.checking.libraries import COURSE
from coursekit.checking.source.forbidden import forbidden_use, reached, returns
from coursekit.checking.source.reach import Cells, read

BANNED = ("torch.nn.functional.batch_norm", "torch.batch_norm", "coursekit.norms")


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef f(x):\n    return torch.batch_norm(x)",
        "import torch.nn.functional as F\ndef f(x):\n    return F.batch_norm(x)",
        "from torch.nn import functional as F\ndef f(x):\n    return F.batch_norm(x)",
        "from torch.nn.functional import batch_norm as bn\ndef f(x):\n    return bn(x)",
        "import torch\nbn = torch.batch_norm\ndef f(x):\n    return bn(x)",
        "def f(x):\n    from coursekit.norms import normalize\n    return normalize(x)",
        "import coursekit.norms\ndef f(x):\n    return coursekit.norms.normalize(x)",
        "import torch\ndef g(x):\n    return torch.batch_norm(x)\ndef f(x):\n    return g(x)",
        "import torch\ndef f(x):\n    norm = torch.batch_norm\n    return norm(x)",
    ],
)
def test_finds_a_banned_name_however_it_is_reached(source):
    assert forbidden_use(source, "f", BANNED)


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x.batch_norm()",
        "import torch\ndef g(x):\n    return torch.batch_norm(x)\ndef f(x):\n    return x",
        "def batch_norm(x):\n    return x\ndef f(x):\n    return batch_norm(x)",
        "import torch\ndef f(x):\n    return torch.batch_normal(x)",
        "import torch\ndef g(xp, x):\n    return xp.sqrt(x)\ndef f(x):\n    return g(torch, x)",
        "# torch.batch_norm\ndef f(x):\n    'torch.batch_norm'\n    return x",
        "def f(x:",
    ],
)
def test_raises_no_false_alarm(source):
    assert forbidden_use(source, "f", BANNED) is None


def test_tells_the_name_and_the_line():
    use = forbidden_use("import torch\n\ndef f(x):\n    return torch.batch_norm(x)", "f", BANNED)
    assert (use.name, use.line) == ("torch.batch_norm", 4)


WRITTEN = {  # how a name may be written out, and what is said of it
    "getattr": ("return getattr(F, 'batch_norm')(x)", "uses torch.nn.functional.batch_norm"),
    "chain": ("return getattr(getattr(torch, 'nn'), 'functional').batch_norm(x)", "batch_norm"),
    "getattr renamed": ("get = getattr\n    return get(F, 'batch_norm')(x)", "al.batch_norm"),
    "sys.modules": ("return sys.modules['torch.nn.functional'].batch_norm(x)", "al.batch_norm"),
    "__import__": ("return __import__('torch').batch_norm(x)", "uses torch.batch_norm"),
    "from list": ("return __import__('torch.nn', fromlist='n').functional.batch_norm", "batch_"),
    "import_module": ("return importlib.import_module('torch').batch_norm(x)", "torch.batch_norm"),
    "import there": ("from torch import batch_norm as b\n    return b(x)", "uses torch.batch_norm"),
    "either": ("return (torch.relu if x else torch.batch_norm)(x)", "uses torch.batch_norm"),
    "script": ("return torch.jit.script(helper)(x)", "uses torch.batch_norm"),
    "thread": ("threading.Thread(target=helper, args=(x,)).start()", "uses torch.batch_norm"),
    "partial": ("return functools.partial(helper)(x)", "uses torch.batch_norm"),
    "inward": ("return helper.__globals__['F'].batch_norm(x)", "uses torch.batch_norm"),
    "table": ("return TABLE['n'](x)", "uses torch.batch_norm"),
    "filled table": ("return FILLED['n'](x)", "uses torch.batch_norm"),
    "updated table": ("return UPDATED['n'](x)", "uses torch.batch_norm"),
    "lambda": ("return SHORT(x)", "uses torch.batch_norm"),
    "on a module": ("return torch.harmless(x)", "uses torch.batch_norm"),
    "global": ("return LATER(x)", "uses torch.batch_norm"),
    "unpacked": ("a, b = torch.relu, torch.batch_norm\n    return b(x)", "uses torch.batch_norm"),
    "one of many": ("return TWO(x)", "uses torch.batch_norm"),
    "walrus": ("return (b := torch.batch_norm)(x)", "uses torch.batch_norm"),
    "default": ("def g(x, b=torch.batch_norm): return b(x)\n    return g(x)", "torch.batch_norm"),
    "base class": ("return Layer()(x)", "uses torch.nn.BatchNorm1d"),
    "decorator": ("return decorated(x)", "uses torch.batch_norm"),
    "star": ("return batch_norm(x)", "uses torch.nn.functional.batch_norm"),
    "shadowed": ("def unused(BN): pass\n    return BN(x)", "uses torch.batch_norm"),
    "another way": ("return torch.ops.aten.native_batch_norm.default(x)", "aten.native_batch_norm"),
    "inner module": ("return torch.nn.modules.batchnorm.BatchNorm1d(3)(x)", "BatchNorm1d"),
    "another's sys": ("return functools.sys.modules['torch'].batch_norm(x)", "torch.batch_norm"),
    "program": ("return subprocess.run(['python', '-c', x])", "what another process does cannot"),
    "pool": ("import multiprocessing as m\n    return m.Pool(1)", "uses multiprocessing.Pool: "),
}  # fmt: skip
CELLS = """
import builtins, functools, importlib, operator, pickle, subprocess, sys, threading, torch
import torch.nn.functional as F
from torch.nn.functional import *
TABLE, SHORT = {"n": torch.batch_norm}, lambda x: torch.batch_norm(x)
FILLED = {}
FILLED["n"] = torch.batch_norm
UPDATED = dict()
UPDATED.update(n=torch.batch_norm)
torch.harmless = torch.batch_norm
BN = torch.batch_norm
ONE, TWO = torch.relu, torch.batch_norm
def later():
    global LATER
    LATER = torch.batch_norm
def helper(x):
    return torch.batch_norm(x)
class Layer(torch.nn.BatchNorm1d):
    pass
@functools.partial(helper)
def decorated(x):
    return x
def f(x):
    """


@pytest.mark.parametrize("way", WRITTEN)
def test_a_name_that_is_written_out_is_found_with_the_reason(way):
    body, words = WRITTEN[way]
    banned = (*BANNED, "torch.nn.BatchNorm1d", "torch._C")
    use = forbidden_use(CELLS + body, "f", banned)
    assert use and words in use.words, use
    assert forbidden_use(CELLS + "return x", "f", banned) is None


def test_a_source_made_to_be_slow_is_read_soon():
    doubling = "f0 = torch.a\n" + "".join(f"f{n + 1} = f{n}.a or f{n}.b\n" for n in range(60))
    chain = "y = x" + ".a" * 300 + "\n"
    many = "".join(f"def g{n}():\n    global v{n}\n    v{n} = f{n % 60}\n" for n in range(1500))
    every = "def f(x):\n    return " + ", ".join(f"g{n}" for n in range(1500))
    names = ", ".join(f"t{n}" for n in range(1500))
    begun = time.process_time()
    known = "import torch\n" + doubling + many + f"{names} = {names}\n"
    assert forbidden_use(known + every, "f", BANNED) is None
    calls = "def f(x):\n    return torch" + "('a', 'b')" * 60 + "\n"
    assert forbidden_use("import torch\n" + calls, "f", BANNED) is None
    steps = "f0 = torch\n" + "".join(f"f{n + 1} = f{n}.a\n" for n in range(3000))
    all_ = "def f(x):\n    return " + ", ".join(f"f{n}" for n in range(3000))
    assert forbidden_use("import torch\n" + steps + all_, "f", BANNED) is None
    assert forbidden_use(f"import torch\n{chain}\n{OPEN}", "f", BANNED)
    same = " = ".join(f"t{n}" for n in range(3000)) + " = x0" + " or x0" * 3000
    assert forbidden_use(f"x0 = 1\n{same}\ndef f(x): return t0", "f", BANNED) is None
    stars = "".join(f"from m{n} import *\n" for n in range(2000))
    unknown = ", ".join(f"a{n}" for n in range(4000))
    assert forbidden_use(f"{stars}def f(x): return {unknown}", "f", BANNED) is None
    inner = "".join(f"    def g{n}(): return y{n}\n" for n in range(4000))
    assert forbidden_use(f"def f(x):\n{inner}", "f", BANNED) is None
    assert time.process_time() - begun < 8


OPEN = "def f(x):\n    return torch.batch_norm(y)"


def test_each_cell_is_read_by_itself():
    cells = Cells(
        [
            "import torch",
            "zz = 1",
            "def zz2():\n    pass\n",
            OPEN,
            "from __future__ import annotations",
        ]
    )
    use = forbidden_use(cells, "f", BANNED)
    assert cells.split("\n")[use.line - 1] == "    return torch.batch_norm(y)"
    assert read(cells) is read(cells) and read(str(cells)) is not read(cells)
    with pytest.raises(SyntaxError):
        Cells(["x = 1", "def f(:"])


HONEST = """
import functools, sys, importlib, threading, torch
import numpy as np
import torch.nn.functional as F
from torch.nn import *
model = torch.nn.Sequential()
table = {"mean": np.mean}
table["torch"] = F.batch_norm  # another entry than the one that is read
table["layer"] = torch.nn.BatchNorm1d(3)
dtypes = [getattr(torch, name) for name in ("float32", "float64")]
eps = 1e-5
y = F.batch_norm(torch.zeros(2, 2), None, None)  # to compare with
torch.allclose(y, F.batch_norm(torch.zeros(2, 2), None, None))
np.savez("y", F.batch_norm(torch.zeros(2, 2), None, None))
expected = {"y": y}
print(y, F.batch_norm(torch.zeros(2, 2), None, None))
np.testing.assert_allclose(y, F.batch_norm(torch.zeros(2, 2), None, None))
if "google.colab" in sys.modules:
    importlib.import_module("google.colab")
def compare(f):
    bn = torch.nn.BatchNorm1d(3)
    return getattr(F, input())(bn)
def helper(layer, name, y):
    return getattr(layer, name), vars(layer)[name], layer.__dict__[name], y
class Norm(Module):
    def forward(self, x, compile=None, eval=False):
        for name in ("weight", "bias"):
            setattr(self, name, getattr(self, name + "_orig"))
        return self.eval(), model.eval(), compile, eval
def f(x, vars=3):
    y = expected = torch.sqrt(x)
    kind = getattr(torch, "float32" if x.ndim else "float64")
    reduce = getattr(np, "mean")
    thread = threading.Thread(target=helper, args=(x, "weight", y))
    scripted = torch.jit.script(helper)
    activation = getattr(F, str(x)) if x.ndim else eval(str(x))
    library = torch if isinstance(x, torch.Tensor) else np
    spread = library.sqrt(x) + functools.partial(torch.add, x)(1)
    number = eval("1 + 1") + eval("x.ndim")
    if not isinstance(x, torch.Tensor) or "torch" in sys.modules:
        x = getattr(x, kind, None) or getattr(np, str(kind))
    return helper(Norm(), str(x), y), eps, table["mean"], dtypes, np.vars, vars, globals, locals()
"""


def test_honest_lookups_are_not_refused():
    assert forbidden_use(HONEST, "f", (*BANNED, "torch.nn.BatchNorm1d", "torch._C")) is None


def test_every_entry_counts_where_it_is_not_told_which_is_read():
    for use in ("return T[x]", "return T['a'](T)", "return T['n'](x)", "return list(T)"):
        cells = f"import torch\nT = {{}}\nT['n'] = torch.batch_norm\ndef f(x):\n    {use}"
        assert forbidden_use(cells, "f", ("torch.batch_norm",)), use
    through = f"{cells}\ndef g(x):\n    return T['a'], f(x)"
    assert forbidden_use(through, "g", ("torch.batch_norm",))


def test_what_a_function_is_built_on_is_told():
    assert reached(HONEST, "f") == {"f", "helper", "Norm", "model", "eps", "table", "dtypes"}
    assert reached("def f(:", "f") == set() == reached("x = 1", "f")


@pytest.mark.parametrize(
    "body, gives",
    [
        ("return x", True),
        ("print(x)", False),
        ("return", False),
        ("raise NotImplementedError", True),
        ("yield x", True),
        ("y = x", False),
    ],
)
def test_a_forgotten_return_is_seen(body, gives):
    assert returns(f"def f(x):\n    {body}", "f") is gives
    assert returns(f"def f(x):\n    {body}", "g") and returns("def f(x:", "f")


def test_processes_are_refused_only_where_something_is_to_be_written():
    source = "import multiprocessing\ndef f(x):\n    return multiprocessing.Pool(1).map(abs, x)"
    assert forbidden_use(source, "f", (*COURSE, "numpy.std"))
    assert forbidden_use(source, "f", COURSE) is None, "a course on parallel programs, say"
