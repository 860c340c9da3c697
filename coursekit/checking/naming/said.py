"""How parts of a right answer are spoken of without showing it: by what the task itself names."""

import ast
import re

from coursekit.checking.edits import Place
from coursekit.checking.naming.single import Text

CALLED = {
    "sqrt": "a square root", "rsqrt": "a square root", "mean": "a mean", "sum": "a sum",
    "var": "a variance", "std": "a standard deviation", "abs": "an absolute value",
    "max": "a maximum", "min": "a minimum", "log": "a logarithm", "exp": "an exponential",
    "square": "a square", "where": "a choice between values", "reshape": "a reshape",
    "maximum": "a maximum", "minimum": "a minimum", "copy": "a copy", "diag": "a diagonal",
    "norm": "a length", "transpose": "a transpose", "detach": "a detach", "float": "a conversion",
    "squeeze": "the removal of an axis", "array": "a conversion", "asarray": "a conversion",
    "astype": "a conversion", "eigh": "the eigenvalues", "eigvalsh": "the eigenvalues",
    "swapaxes": "an exchange of axes", "moveaxis": "an exchange of axes",
    "permute": "an exchange of axes", "ceil": "a rounding", "floor": "a rounding",
    "round": "a rounding", "tuple": "a conversion", "list": "a conversion", "sorted": "a sorting",
    "any": "a question about any of them", "all": "a question about all of them",
    "zeros": "an array of zeros", "ones": "an array of ones", "argmin": "the place of the least",
    "argmax": "the place of the largest", "broadcast_to": "a broadcast", "flatten": "a reshape",
    "zeros_like": "an array of zeros", "ones_like": "an array of ones", "item": "a conversion",
    "outer": "an outer product", "dot": "a product", "matmul": "a product", "eye": "an identity",
    "clone": "a copy", "count_nonzero": "a count", "prod": "a product of all of them",
    "int": "a conversion", "range": "a range", "len": "a length", "relu": "a ReLU",
}  # fmt: skip
VALUES = {
    "({} * 0)": "0",
    "({} * 0 + 1)": "1",
    "None": "None",
    "({} + eps)": "larger by eps",
}
# What these names stand for needs no code to be understood.
QUANTITIES = {
    "mean": "the mean", "mu": "the mean", "var": "the variance", "std": "the standard deviation",
    "x_hat": "`x_hat`", "dx_hat": "the gradient of x_hat", "centred": "x − mean", "dx": "`dx`",
    "inv_std": "the inverse of std", "sigma": "the standard deviation",
    "dvar": "the gradient of the variance",
    "dmu": "the gradient of the mean", "dgamma": "`dgamma`", "dbeta": "`dbeta`", "N": "the count",
    "M": "the count", "running_mean": "`running_mean`", "running_var": "`running_var`",
    "gamma": "`gamma`", "beta": "`beta`", "weight": "`weight`", "bias": "`bias`",
}  # fmt: skip
ELSE = "a value on the way"
MODULES = {"np", "numpy", "torch", "F", "nn", "linalg", "math", "functional"}


class Public:
    """What a learner has read: the names in the signature and in the docstring."""

    def __init__(self, tree: ast.Module):
        top = tree.body[0]
        named: set[str] = set()
        for node in ast.walk(top):
            if isinstance(node, ast.FunctionDef) and (node is top or isinstance(top, ast.ClassDef)):
                named |= {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        said = ast.get_docstring(top) if isinstance(top, ast.FunctionDef | ast.ClassDef) else ""
        self.words = (named | set(re.findall(r"[A-Za-z_]\w+", said or ""))) - {"self"}
        self.statements = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AugAssign | ast.Return | ast.FunctionDef)
        ]

    def name(self, name: str) -> str:
        """A variable: by its name, where the task says it."""
        return f"`{name}`" if name in self.words else QUANTITIES.get(name, "another value")

    def where(self, text: Text, place: Place) -> str:
        """ " in the variance": the value on whose way an edit stands; "" where that has no name."""
        for node in reversed(self.statements):  # the innermost comes last
            start, end = text.span(node)
            if not start <= place.start <= place.end <= end:
                continue
            if isinstance(node, ast.FunctionDef):
                return f" in `{node.name}`" if node.name in self.words else ""
            if isinstance(node, ast.Return):
                parts = node.value.elts if isinstance(node.value, ast.Tuple) else []
                for number, part in enumerate(parts, 1):
                    first, last = text.span(part)
                    if first <= place.start and place.end <= last:
                        return f" in value {number} of what is returned"
                return " in what is returned"
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            said = self.target(target)
            return "" if said == ELSE or start == place.start else f" on the way to {said}"
        return ""

    def target(self, node: ast.AST) -> str:
        """What a statement sets."""
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        return f"`{name}`" if name in self.words else QUANTITIES.get(name, ELSE)

    def term(self, node: ast.AST) -> str:
        """A part of a formula."""
        while isinstance(node, ast.Subscript):
            node = node.value
        if isinstance(node, ast.UnaryOp):
            return self.term(node.operand)
        if isinstance(node, ast.Name | ast.Attribute):
            said = self.target(node)
            return "a term" if said == ELSE else said
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return f"the {node.value}"
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            return CALLED.get(called, "a term")
        if isinstance(node, ast.BinOp):
            used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & self.words
            return f"the term with `{min(used)}`" if len(used) == 1 else "a term"
        return "a term"

    def call(self, called: str) -> str:
        """A call of that function; "" where it has no plain name."""
        return CALLED.get(called.rpartition(".")[2], "")

    def value(self, new: str) -> str:
        """What stands for a value."""
        return VALUES[new]

    def is_module(self, node: ast.AST) -> bool:
        """True for np, np.linalg and the like: what follows is a function and no method."""
        last = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        return last in MODULES
