"""Notebooks that try to get points they did not earn, to see what they must not, or to do harm.

Each is lesson 04 with some cells of the attacker's. `most` is what honest code in its place would
get: nothing where nothing is solved, ALL_THERE_IS where all is and the attack comes on top,
WITHOUT_IT where batch_norm is what attacks. `says` must be found in the reason, the notes or the
exercises' messages.
"""

from dataclasses import dataclass, replace

from grading.make_submissions import FULL, NORM

FORK = "fork = getattr(os, 'krof'[::-1])"  # os.fork written out is refused unrun
ALL = ("graded", "timeout", "oom", "crashed")
FORGED = [
    name for name in FULL[NORM] if not name.startswith("mend_")
]  # what nobody mends: no point
ALL_THERE_IS = sum(FULL[NORM][name] for name in FORGED)
WITHOUT_IT = ALL_THERE_IS - FULL[NORM]["batch_norm"]


@dataclass(frozen=True)
class Attack:
    """One hostile notebook.

    Args:
        code: a cell; it stands in for batch_norm's, or after all others where `after` is set.
        solved: the other exercises have the course's own answers.
        after: the code comes on top of a wholly solved notebook.
    """

    code: str
    most: float
    status: tuple[str, ...] = ("graded",)
    says: str = ""
    solved: bool = False
    after: bool = False


def forge(code: str, value: str, **options) -> Attack:
    """An attack that answers every exercise with the same forged value."""
    answers = "\n".join(f"def {name}(*a, **k):\n    return {value}" for name in FORGED)
    return Attack(f"{code}\n{answers}", 0, **options)


def instead(body: str, **options) -> Attack:
    """An attack from within batch_norm, in a notebook that has the other answers right."""
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    code = f"def batch_norm(x, gamma, beta, eps=1e-5):\n{lines}\n    return x"
    return Attack(code, WITHOUT_IT, solved=True, **options)


def hidden(find: str, **options) -> Attack:
    """An attack that has torch do the norm; `find` gives it the name f."""
    call = "f(t(x), t(gamma), t(beta), None, None, True, 0.1, eps, False).numpy()"
    says = "torch ran batch_norm for it, which the exercise asks to write"
    made = instead(f"t = torch.from_numpy\n{find}\nreturn {call}", **{"says": says} | options)
    return replace(made, code=f"import torch\n{made.code}")


def besides(code: str, **options) -> Attack:
    """Mischief beside honest answers, which must not cost or bring anything."""
    return Attack(code, ALL_THERE_IS, after=True, **options)


ATTACKS = {
    # --- points that were not earned -----------------------------------------------------------
    "patched_comparison": forge(
        "import numpy as np, math, builtins\n"
        "for n in ('allclose', 'isclose', 'array_equal', 'array_equiv'):\n"
        "    setattr(np, n, lambda *a, **k: True)\n"
        "np.testing.assert_allclose = lambda *a, **k: None\nbuiltins.abs = lambda x: 0",
        "np.zeros(3)",
    ),
    "yes_man": forge(
        "class Yes:\n"
        "    def __getattr__(self, n): return self\n"
        "    def __call__(self, *a, **k): return self\n"
        "    def __array_function__(self, *a): return True\n"
        "    def __array__(self, *a, **k): raise TypeError\n"
        "    def __eq__(self, o): return True\n"
        "    def __hash__(self): return 0\n"
        "    def __bool__(self): return True",
        "Yes()",
    ),
    "array_subclass": forge(
        "import numpy as np\n"
        "class Right(np.ndarray):\n"
        "    def __eq__(self, o): return True\n"
        "    def __array_ufunc__(self, *a, **k): return np.True_\n"
        "    def __array_function__(self, *a, **k): return True",
        "np.zeros((3, 3)).view(Right)",
    ),
    "frame_peek": forge(
        "import sys, numpy as np\n"
        "def peek():\n"
        "    frame, found = sys._getframe(), []\n"
        "    while frame:\n"
        "        for v in (*frame.f_locals.values(), *frame.f_globals.values()):\n"
        "            if callable(getattr(v, 'right', None)): found.append(v.right)\n"
        "        frame = frame.f_back\n"
        "    return found[0](*a) if found else np.zeros(3)",
        "peek()",
    ),
    "collector_peek": forge(
        "import gc, numpy as np\n"
        "def peek(x):\n"
        "    known = [o for o in gc.get_objects() if isinstance(o, np.ndarray) and o is not x]\n"
        "    return known[-1] if known else np.zeros(3)",
        "peek(a[0])",
    ),
    "read_answers": forge(
        "import os, sys\n"
        "answers = ''\n"
        "for top in ('/', *sys.path):\n"
        "    for folder, _, files in os.walk(top):\n"
        "        if folder.startswith(('/proc', '/sys', '/usr')): continue\n"
        "        for file in files:\n"
        "            if file in ('batch_norm.py', '04_batchnorm_forward.py'):\n"
        "                answers = open(os.path.join(folder, file)).read()\n"
        "exec(answers)",
        "None",
        status=("graded", "timeout"),
    ),
    "read_others": forge(
        "import json, pathlib\n"
        "for path in pathlib.Path('/').rglob('*04_batchnorm_forward.ipynb'):\n"
        "    for cell in json.loads(path.read_text())['cells']:\n"
        "        exec(''.join(cell['source']))",
        "None",
        status=("graded", "timeout"),
    ),
    "real_package": forge(
        "import sys, importlib\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != 'Stub']\n"
        "for name in [n for n in sys.modules if n.startswith('coursekit')]: del sys.modules[name]\n"
        "try:\n"
        "    from coursekit.exercises.batchnorm_forward import batch_norm as real\n"
        "    found = real.right\n"
        "except ImportError:\n"
        "    found = None",
        "found(*a) if found else None",
    ),
    "patched_host": forge(
        "import sys, numpy as np\n"
        "host = sys.modules.get('sandbox.inside.host')\n"
        "for name in list(vars(host)) if host else ():\n"
        "    if name in ('settle', 'seed'): setattr(host, name, lambda *a: True)\n"
        "for name in [n for n in sys.modules if n.startswith('sandbox.guest.')]:\n"
        "    guest = sys.modules[name]\n"
        "    lies = {'mark': b'', 'parameters': ['x'], 'unwritten': False, 'is_data': True}\n"
        "    for part in lies.keys() & vars(guest).keys():\n"
        "        setattr(guest, part, lambda *_, lie=lies[part], **__: lie)\n"
        "messages = sys.modules.get('sandbox.wire.messages')\n"
        "Returned = messages.Returned\n"
        "messages.Returned = lambda n, v, a: Returned(n, v, [b''] * len(a))",
        "np.ones(3)",
        status=("graded", "crashed"),
    ),
    "forged_replies": forge(
        "import os, struct\n"
        "def shout():\n"
        "    import msgspec\n"
        "    for number in range(1, 400):\n"
        "        head = msgspec.msgpack.encode(['Returned', number, True, []])\n"
        "        frame = struct.pack('>4sII', b'ck01', len(head), 0) + head\n"
        "        for fd in range(3, 16):\n"
        "            try: os.write(fd, frame)\n"
        "            except OSError: pass",
        "shout()",
        status=ALL,
    ),
    "guessed_seed": forge(
        "import time, numpy as np\n"
        "def guess(x):\n"
        "    for seed in [*range(50), int(time.time())]:\n"
        "        drawn = np.random.default_rng(seed).standard_normal(x.shape)\n"
        "        if np.allclose(drawn, x): return x\n"
        "    return np.zeros(x.shape)",
        "guess(np.asarray(a[0] if not callable(a[0]) else a[1]))",
    ),
    "changing_list": forge(
        "class Changing(list):\n"
        "    n = 0\n"
        "    def __len__(self): self.n += 1; return self.n % 3\n"
        "    def __iter__(self): return iter([0.0] * self.n)",
        "Changing([1, 2])",
    ),
    "changed_later": Attack(
        "import threading, time, numpy as np\n"
        "def batch_norm(x, gamma, beta, eps=1e-5):\n"
        "    y = np.zeros_like(x)\n"
        "    def later():\n"
        "        time.sleep(0.05)\n"
        "        y[:] = gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta\n"
        "    threading.Thread(target=later, daemon=True).start()\n"
        "    return y",
        0,
    ),
    "returned_inputs": instead("return x"),
    "not_a_number": forge("import numpy as np", "np.full((3, 3), np.nan)"),
    "infinity": forge("", "float('inf')"),
    "objects": forge("import numpy as np", "np.array([[object()] * 3] * 3, dtype=object)"),
    "strings": forge("import numpy as np", "np.array(['1.0', '2.0'])"),
    "none": forge("", "None"),
    "named_tuple": forge(
        "from collections import namedtuple\nR = namedtuple('Result', 'passed score')", "R(True, 3)"
    ),
    "result_like": forge(
        "class Result:\n    passed, status, score, max = True, 'passed', 3, 3", "Result()"
    ),
    "checked_itself": forge(
        "import coursekit\ncoursekit.check = lambda *a: None\nclass passed: pass", "passed"
    ),
    # --- forbidden functions, hidden -----------------------------------------------------------
    "hidden_by_getattr": hidden("f = getattr(torch, 'batch' + '_norm')"),
    "hidden_by_name": hidden("f = getattr(torch, bytes.fromhex('62617463685f6e6f726d').decode())"),
    "hidden_by_alias": instead(
        "from importlib import import_module as bring\nF = bring('torch.nn.functional')\n"
        "table = {}\ntable['n'] = F.batch_norm\nreturn table['n'](x)",
        says=r"uses torch\.nn\.functional\.batch_norm",
    ),
    "hidden_by_magic": hidden("f = torch.batch_norm\n_ = %env", says=r"uses torch\.batch_norm"),
    "hidden_in_text": hidden("f = eval('torch.batch_norm', {'torch': torch})"),
    "hidden_in_unknown_text": hidden(
        "names = {}\n"
        "text = '66726f6d20746f72636820696d706f72742062617463685f6e6f726d2061732066'\n"
        "exec(bytes.fromhex(text).decode(), names)\nf = names['f']"
    ),
    "hidden_in_dict": hidden("import sys\nf = vars(sys.modules['torch'])['batch_norm']"),
    "hidden_in_match": hidden("match torch:\n    case object(batch_norm=f): pass"),
    "hidden_in_hints": hidden(
        "import typing\ndef g(a: 'torch.batch_norm'): pass\n"
        "f = typing.get_type_hints(g, {'torch': torch})['a']"
    ),
    "hidden_in_thread": hidden(
        "import threading\ndef f(*a):\n    out = []\n"
        "    def work(m): out.append(m.batch_norm(*a))\n"
        "    thread = threading.Thread(target=work, args=(torch,))\n"
        "    thread.start()\n    thread.join()\n    return out[0]"
    ),
    "hidden_in_script": instead(
        "torch = __import__('torch')\n@torch.jit.script\n"
        "def g(x): return torch.batch_norm(x)\nreturn g(x)",
        says=r"uses torch\.batch_norm",
    ),
    "hidden_in_script_text": hidden(
        "g = torch.jit.CompilationUnit('def g(x, w, b, eps: float):\\n    return '\n"
        "    'torch.batch_norm(x, w, b, None, None, True, 0.1, eps, False)\\n').g\n"
        "def f(x, w, b, *_): return g(x, w, b, eps)"
    ),
    "hidden_in_pickle": hidden("import pickle\nf = pickle.loads(b'ctorch\\nbatch_norm\\n.')"),
    "hidden_in_program": instead(
        "import subprocess\nreturn subprocess.check_output(['python3', '-c', 'import torch'])",
        says="what another process does cannot be seen",
    ),
    "hidden_in_layer_norm": instead(
        "import torch\nt = torch.from_numpy(x).T.contiguous()\n"
        "return torch.nn.functional.layer_norm(t, (len(x),), eps=eps).T.numpy() * gamma + beta",
        says=r"uses torch\.nn\.functional\.layer_norm",
    ),
    "hidden_on_numpy": Attack(
        "import numpy as np, torch\ndef helper(x, gamma, beta, eps):\n    t = torch.from_numpy\n"
        "    y = torch.batch_norm(t(x), t(gamma), t(beta), None, None, True, 0.1, eps, False)\n"
        "    return y.numpy()\n"
        "setattr(np, 'bn', helper)\n"
        "def batch_norm(x, gamma, beta, eps=1e-5): return np.bn(x, gamma, beta, eps)",
        4,
        solved=True,
        says="torch ran batch_norm for it, which the exercise asks to write",
    ),
    "hidden_course": instead(
        "import importlib\nreturn importlib.import_module('coursekit.' + 'norms').batch_norm(x)",
        says="not there while grading",
    ),
    # --- values that hurt ----------------------------------------------------------------------
    "endless_array": instead("return np.broadcast_to(1.0, (10**6, 10**6))", says="MiB"),
    "deep_nesting": instead("v = []\nfor _ in range(10**5): v = [v]\nreturn v", says="nested"),
    "own_circle": instead("v = []\nv.append(v)\nreturn v", says="nested"),
    "many_values": instead("return list(range(200_000))", says="separate values"),
    "long_text": instead("return 'x' * 10**7", says="bytes of structure"),
    "long_error": instead("raise ValueError('<script>alert(1)</script>' * 10**5)", says="script"),
    "error_that_hangs": instead(
        "class Evil(Exception):\n    def __str__(self):\n        while True: sum(range(99))\n"
        "raise Evil"
    ),
    "error_that_lies": instead(
        "class Evil(Exception): pass\nEvil.__name__ = 'passed' * 10**5\nraise Evil(str(x))"
    ),
    "nine_axes": instead("return np.zeros((1,) * 9)"),
    "many_keys": instead("return {i: i for i in range(30_000)}", says="separate values"),
    # --- the wire ------------------------------------------------------------------------------
    "garbage": instead(
        "import os\nfor fd in range(3, 64):\n    try: os.write(fd, os.urandom(999))\n"
        "    except OSError: pass",
        status=("crashed",),
        says="cannot be read",
    ),
    "lying_header": instead(
        "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'ck01' + b'\\xff' * 8)\n"
        "    except OSError: pass",
        status=("crashed",),
        says="too many",
    ),
    "forged_module": instead(
        "import sys\nvalues = sys.modules['sandbox.wire.values']\n"
        "parts = sys.modules['sandbox.wire.parts']\n"
        "empty, vast = parts.Table([], []), parts.Table(['normalized_shape'], [2**40])\n"
        "module = parts.Module('LayerNorm', vast, empty, empty, True)\n"
        "values.Packer.pack = lambda *_: module",
        status=("crashed",),
        says="only the judge may send one",
    ),
    "endless_stream": instead(
        "import os\nwhile True:\n    for fd in range(3, 16):\n"
        "        try: os.write(fd, b'ck01\\0\\0\\0\\1\\0\\0\\0\\0' + bytes(10**5))\n"
        "        except OSError: pass",
        status=("crashed", "timeout"),
    ),
    "slow_drip": instead(
        "import os, time\nwhile True:\n    for fd in range(3, 16):\n"
        "        try: os.write(fd, b'c')\n"
        "        except OSError: pass\n    time.sleep(0.05)",
        status=("crashed", "timeout"),
    ),
    "closed_descriptors": instead("import os\nos.closerange(3, 64)", status=("crashed",)),
    "stopped": instead("import os, signal\nos.kill(os.getpid(), 19)", status=("timeout",)),
    "callback_abuse": Attack(
        "def influence_of_sample(f, x, i):\n    while True: y = f(x)\n    return y",
        0,
        status=("timeout", "crashed"),
    ),
    "callback_junk": Attack(
        "def influence_of_sample(f, x, i):\n"
        "    for junk in (None, 'x', [], {}, lambda: 0, 10**30, object(), x[:0], f, set()):\n"
        "        try: f(junk)\n"
        "        except Exception: pass\n"
        "    return f(*[x] * 50)",
        0,
        status=("graded", "crashed"),
    ),
    "callback_flood": Attack(
        "import numpy as np\ndef influence_of_sample(f, x, i): return f(np.zeros((1000, 999)))",
        0,
        status=("crashed",),
        says="more than 4 MiB",
    ),
    # --- endings -------------------------------------------------------------------------------
    "exit_now": instead("import os\nos._exit(0)", status=("crashed",), says="it ended itself"),
    "system_exit": instead("raise SystemExit(0)", says="SystemExit"),
    "interrupt": instead("raise KeyboardInterrupt", says="KeyboardInterrupt"),
    "exit_in_cell": besides("import os\nos._exit(0)", status=("crashed",), says="it ended itself"),
    "exit_at_end": besides("import atexit, os\natexit.register(os._exit, 5)\nexit()"),
    "segfault": instead("import ctypes\nctypes.string_at(0)", status=("crashed",), says="fault"),
    "deep_recursion": instead(
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1)\nf(0)", status=ALL
    ),
    "endless_loop": instead("n = 0\nwhile n >= 0: n += 1", status=("timeout",), says="no answer"),
    "endless_in_c": instead("sum(iter(int, 1))", status=("timeout",), says="no answer"),
    "deaf_loop": instead(
        "import signal\n"
        "for s in range(1, 32):\n"
        "    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\n"
        "while True:\n"
        "    try:\n"
        "        while True: sum(range(999))\n"
        "    except BaseException: pass",
        status=("timeout",),
        says="no answer",
    ),
    "sleeps": instead("import time\ntime.sleep(10**6)", status=("timeout",)),
    "reads_input": instead("input()", says="EOFError"),
    "late_killer": besides(
        "import os, threading, time\n"
        "threading.Thread(target=lambda: (time.sleep(0.02), os._exit(3)), daemon=True).start()",
        status=("graded", "crashed"),
    ),
    # --- greed ---------------------------------------------------------------------------------
    "allocates": instead("return np.ones(10**10)", status=("oom",), says="memory"),
    "allocates_slowly": instead(
        "held = []\nwhile True: held.append(np.empty(10**8, 'u1'))", status=("oom",), says="memory"
    ),
    "forks_and_allocates": instead(
        f"import os, time\n{FORK}\nfor _ in range(5):\n    if not fork():\n"
        "        held = b'x' * 5 * 10**8\n        time.sleep(60)\ntime.sleep(60)",
        status=("oom", "timeout"),  # test_warm.py has the time to see which
    ),
    "fork_bomb": instead(
        f"import os\n{FORK}\nwhile True:\n    try: fork()\n    except OSError: pass",
        status=("timeout", "crashed"),
    ),
    "thread_bomb": instead(
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(99,), daemon=True).start()",
        status=ALL,
    ),
    "fills_disk": instead(
        "n = 0\nwhile True:\n    n += 1\n    open(f'/tmp/{n}', 'wb').write(b'x' * 10**7)",
        says="OSError",
    ),
    "fills_memory_files": instead(
        "import os\nheld = []\nwhile True:\n    held.append(os.memfd_create('x'))\n"
        "    os.write(held[-1], b'x' * 10**7)",
        says="PermissionError",
    ),
    "shared_memory": instead(
        "import ctypes\nassert ctypes.CDLL(None).shmget(0, 10**9, 0o1600) < 0, 'got it'"
    ),
    "virtual_sockets": besides(
        "import socket\nfor family in (40, 38, 17):\n"
        "    try: socket.socket(family, socket.SOCK_STREAM)\n"
        "    except OSError: continue\n"
        "    raise AssertionError(f'made a socket of family {family}')"
    ),
    "opens_everything": instead("held = [open('/dev/null') for _ in range(10**5)]", says="OSError"),
    "prints": instead("while True: print('x' * 10**6)", status=("timeout",)),
    # --- harm ----------------------------------------------------------------------------------
    "writes_outside": besides(
        "import os, pathlib\n"
        "for folder in ('/', '/etc', '/usr', '/root', '/home', '/work', '/var', '/box', '/dev'):\n"
        "    try: (pathlib.Path(folder) / 'hostile-was-here').write_text('x')\n"
        "    except OSError: pass",
    ),
    "symlinks": besides(
        "import os\n"
        "for n, target in enumerate(('/etc/passwd', '/root', '/proc/1/root', '/usr/bin/env')):\n"
        "    os.symlink(target, f'/tmp/link{n}')\n"
        "    try: open(f'/tmp/link{n}/hostile-was-here', 'w').write('x')\n"
        "    except OSError: pass\n"
        "    try: open(f'/tmp/link{n}', 'w').write('x')\n"
        "    except OSError: pass",
    ),
    "reads_proc": besides(
        "import os, re\n"
        "for pid in [p for p in os.listdir('/proc') if p.isdigit()]:\n"
        "    for file in ('environ', 'cmdline', 'maps', 'mem', 'status'):\n"
        "        try:\n"
        "            text = open(f'/proc/{pid}/{file}', 'rb').read(10**6)\n"
        "            assert b'hostile-canary' not in text, 'found the canary'\n"
        "        except OSError: pass\n"
        "assert 'hostile-canary' not in str(os.environ), 'found the canary'",
    ),
    "sockets": instead(
        "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)", says="OSError"
    ),
    "names": instead("import socket\nsocket.getaddrinfo('example.org', 80)", says="gaierror"),
    "kills_all": besides(
        "import os, signal\n"
        "for pid in range(2, 200):\n"
        "    if pid != os.getpid():\n"
        "        try: os.kill(pid, signal.SIGKILL)\n"
        "        except OSError: pass\n"
        "os.kill(-1, signal.SIGKILL)",
        status=("graded", "crashed"),
    ),
    "traces": besides(
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "assert all(libc.ptrace(16, p, 0, 0) for p in (1, 2, os.getppid())), 'traced another'",
    ),
    "new_namespaces": besides(
        "import ctypes\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "assert libc.unshare(0x10000000) != 0, 'made a user namespace'\n"
        "assert libc.unshare(0x00020000) != 0, 'made a mount namespace'\n"
        "assert libc.mount(b'tmpfs', b'/usr', b'tmpfs', 0, None) != 0, 'mounted'\n"
        "assert libc.umount2(b'/tmp', 2) != 0, 'unmounted'\n"
        "assert libc.setuid(0) != 0, 'became root'",
    ),
    "shell": besides("import subprocess\nsubprocess.run('rm -rf / 2>/dev/null', shell=True)"),
    "outlives": besides(
        "import os, subprocess, sys, time\n"
        "program = [sys.executable, '-c', 'import time; time.sleep(76543)']\n"
        "subprocess.Popen(program, start_new_session=True)\n"
        "if not os.fork():\n    os.setsid()\n    while True: time.sleep(1)",
    ),
}  # fmt: skip
