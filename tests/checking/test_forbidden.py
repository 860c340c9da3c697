import pytest

from coursekit.checking.forbidden import forbidden_use, returns

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
        "# torch.batch_norm\ndef f(x):\n    'torch.batch_norm'\n    return x",
        "def f(x:",
    ],
)
def test_raises_no_false_alarm(source):
    assert forbidden_use(source, "f", BANNED) is None


def test_tells_the_name_and_the_line():
    use = forbidden_use("import torch\n\ndef f(x):\n    return torch.batch_norm(x)", "f", BANNED)
    assert (use.name, use.line) == ("torch.batch_norm", 4)


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
