"""Strategies of text that is nearly Python, as cells of a notebook and as answers to exercises."""

from hypothesis import strategies as st

NAMES = ["batch_mean", "batch_var", "moments", "standardize", "x", "np", "check", "self", "π", "ﬁ"]
WORDS = """
def class lambda return yield await async with as import from global nonlocal del pass break
continue raise try except finally if elif else for in while match case not and or is None True
( ) [ ] { } : ; , . ... = == := += -> @ ** // << ~ % ! ? \\ # ' " f" rb' \"\"\" \'\'\' 0 1. 1e999
0x 0b2 1_0 1j 99999999999999999999 numpy np.mean x.mean(0) print(x) *args **kw __class__ type
"""
TOKENS = [*WORDS.split(), "\n", "\n", "\n", "\t"]
ODD_LETTERS = st.sampled_from(
    ["\0", "\x0c", "\x1b[2J", "\x85", "\u2028", "\ufeff", "\u202e", "\u200b", "\ud800", "\udfff",
     "😀", "é", "e\u0301", "ａ", "𝐱", "\r", "\r\n", "\t", "\x0b", "\x1a", "‘", "−", "\\N{BULLET}"]
)  # fmt: skip
LETTERS = st.text(max_size=12) | st.lists(ODD_LETTERS, min_size=1, max_size=4).map("".join)
MAGICS = st.sampled_from(
    ["%time batch_mean(x)", "%timeit -n 1 -r 1 x = 1", "%%capture out", "%%time", "%%bash",
     "!ls {x}", "y = !ls", "y = %time 1", "%matplotlib inline", "?x", "x??", ",f a b", ";f a b",
     "/f a", ">>> x = 1", "... y = 2", "In [3]: x", "%", "%%", "%%timeit x = 1", "!!", "%%html",
     "%run x.py", "%load_ext x", "%lsmagic", "%cd /", "%env X=1", "%pip install x", "%%time -x",
     "%timeit -n", "%%writefile x.py", "%timeit -n 1 -r", "a, b = !ls", "x = %",
     "%prun -l 3 x", "%%javascript",
     "%reset -f", "%who", "%autoreload 2", "%%capture --no-stderr", "%time %time x", "%debug"]
)  # fmt: skip
DEEP = st.sampled_from(
    ["({})", "[{}]", "{{{}}}", "-{}", "not {}", "lambda: {}", "f({})", "{}.a", "{}[0]", "{}()",
     "1 + {}", "{} + 1", "{} if x else 1", "1 < {}", "x and {}", "[x for x in {}]", "f'{{{}}}'",
     "(yield {})", "await {}", "*{}", "(x := {})", "{{1: {}}}", "{} ** 2", "'a' {}", "{}, "]
)  # fmt: skip
BLOCKS = st.sampled_from(
    ["if x:", "for i in range(1):", "with x:", "try:", "def f():", "class C:", "while 0:",
     "match x:", "async def f():", "else:", "@f"]
)  # fmt: skip
LONG = st.sampled_from(
    ["x = '{}'", "x = {}", "# {}", "x{} = 1", "'''{}", "x = [{}]", "def f{}(): pass", "import x{}",
     "from . import {}", "print('{}')", "%time {}", "!{}", "x = b'{}'", "raise ValueError('{}')"]
)  # fmt: skip
EXERCISES = st.sampled_from(["batch_mean", "batch_var", "moments", "stable_var32", "standardize"])
HEADS = st.just("def NAME(x, *rest, **more):") | st.sampled_from(
    ["def NAME(x, *rest, **more):", "def NAME(x):", "def NAME():", "def NAME(x, ddof=0):",
     "class NAME:",
     "async def NAME(*x, **k):", "def NAME(x, axes, keepdims):", "def NAME(*, x):",
     "def NAME(x, /, y=1):",
     "class NAME(type):", "def NAME[T](x: T) -> T:", "@staticmethod\ndef NAME(x):",
     "@print\ndef NAME(*x):",
     "class NAME(np.ndarray):", "@property\ndef NAME(x):", "def NAME(x: 1 / 0 = 2):",
     "def NAME(x=print(1)):"]
)  # fmt: skip
BODIES = st.sampled_from(
    ["return x", "return None", "pass", "...", "yield x", "return NAME", "return NAME(x)",
     "raise SystemExit", "raise KeyboardInterrupt", "raise NotImplementedError", "raise x",
     "raise BaseException('\\x1b[2J\\0')", "raise ExceptionGroup('a', [ValueError(1)])",
     "raise type('\\ud800', (Exception,), {})()", "raise UnicodeDecodeError('a', b'', 0, 1, '')",
     "raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})", "return type(x)",
     "return object()", "return NotImplemented", "return lambda *a: x", "return '\\ud800' * 9",
     "return float('nan')", "return [x, [x]]", "l = []; l.append(l); return l", "return x.mean(0)",
     "return x.var(0), x", "return np.array([None, x], object)", "return np.float128(1)",
     "return np.ma.masked", "return np.matrix(x)", "x[:] = 0; return x", "x.resize(0)", "del x",
     "import os; os._exit(3)", "import os; os.kill(os.getpid(), 9)", "import sys; sys.exit('x')",
     "import sys; sys.setrecursionlimit(9)", "print('\\0' * 10**6); return x", "return 10**5000",
     "return np.datetime64('now')", "return {'a': x}", "return x.astype(complex)", "return b'x'",
     "return np.zeros((0, 3))", "return np.zeros(10**7)", "return iter(x)", "return open(0)",
     "return np.array('x')", "return np.empty(3, 'V8')", "return memoryview(b'x')",
     "return range(9)",
     "global NAME; NAME = 1; return x", "NAME.__name__ = 'y'; return x", "return super()",
     "def NAME(x): return x\n    return NAME(x)", "exec('1 / 0')", "exec('\\n' * 50 + 'return 1')",
     "import builtins; builtins.len = None; return x", "np.mean = None; return x", "return x @ x",
     "import gc; gc.disable(); return gc.get_objects()", "import threading; threading.Thread("
     "target=lambda: 1 / 0).start(); return x", "import warnings; warnings.warn('x'); return x",
     "return np.random.rand(3)", "return type('A', (), {'__array__': lambda s, *a, **k: x})()",
     "return type('A', (np.ndarray,), {})((3,))", "return slice(None)", "return np.s_[:]",
     "return type('N', (float,), {'__eq__': lambda *a: 1 / 0})(1)", "while x is not None: pass"]
)  # fmt: skip
AFTER = st.sampled_from(
    ["NAME = NAME", "NAME = 3", "NAME = None", "del NAME", "NAME = lambda *a: a", "NAME = np.mean",
     "from numpy import mean as NAME", "import numpy as NAME", "NAME(np.ones((2, 2)))",
     "NAME.x = 1",
     "NAME = classmethod(NAME)", "np = None", "globals().clear()", "raise ValueError('NAME')",
     "__name__ = 3", "__builtins__ = None", "check = NAME", "import sys; sys.exit(1)", "NAME: int",
     "check(NAME)", "check('NAME', 1)", "for NAME in 1, 2: pass", "exec('def NAME(x): return x')",
     "with open('x') as NAME: pass", "try: 1 / 0\nexcept Exception as NAME: pass", "quiz = 'a'"]
)  # fmt: skip

SOUP = st.lists(st.sampled_from(TOKENS + NAMES), min_size=1, max_size=25).flatmap(
    lambda words: st.sampled_from([" ", " ", "", "\n"]).map(lambda between: between.join(words))
)


@st.composite
def nested(draw):
    """One thing inside itself, up to thousands of times; or blocks in blocks."""
    times = draw(st.sampled_from([3, 30, 101, 300, 3000, 30_000]))
    if draw(st.booleans()):
        blocks = [draw(BLOCKS)] * min(times, 300)
        return "\n".join(" " * n + block for n, block in enumerate([*blocks, "pass"]))
    before, _, after = draw(DEEP).format("\0").partition("\0")
    return before * times + "x" + (after * times if draw(st.integers(0, 3)) else "")


@st.composite
def long(draw):
    """One long line."""
    letters = draw(st.sampled_from(["a", "9", "1,", "1 + ", "\\", " ", "é", "😀", "{", "%", "x; "]))
    return draw(LONG).replace("{}", letters * draw(st.sampled_from([100, 5000, 100_000])))


@st.composite
def answers(draw, name=""):
    """An exercise's name, given to something odd."""
    lines = draw(st.lists(BODIES, min_size=1, max_size=2))
    text = "\n    ".join([draw(HEADS), *lines])
    more = draw(st.lists(AFTER, max_size=1))
    return "\n".join([text, *more]).replace("NAME", name or draw(EXERCISES))


@st.composite
def spoiled(draw):
    """An answer with letters put in or left out somewhere."""
    text = draw(answers())
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(LETTERS | MAGICS) + text[at + draw(st.integers(0, 3)) :]


LINES = SOUP | MAGICS | LETTERS | answers() | spoiled() | nested() | long()
CELLS = st.lists(LINES, min_size=1, max_size=3).map("\n".join)
