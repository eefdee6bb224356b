"""What is told from a student's source without running it: stubs, forbidden uses, and where a file is broken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.submissions.load import Chunk
from autograder.submissions.source import SourceFacts, forbidden_use, read_source, stub_message

ROOT = Path(__file__).resolve().parents[2]


def facts(*sources: str) -> SourceFacts:
    """Read pieces of source as the cells of one file."""
    return read_source([Chunk(f"a.py, cell {index}", source) for index, source in enumerate(sources, 1)])


def message_of(source: str, name: str = "f") -> str | None:
    """The stub message of one definition."""
    return stub_message(facts(source).definitions[name][1])


STUBS = {
    "plain": ('def f(x):\n    raise NotImplementedError("a.f")\n', "a.f"),
    "docstring": ('def f(x):\n    """Do it."""\n    raise NotImplementedError("a.f")\n', "a.f"),
    "comment": ('def f(x):\n    """Do it."""\n    # your code here\n    raise NotImplementedError("b.g")\n', "b.g"),
    "no-message": ("def f(x):\n    raise NotImplementedError()\n", ""),
    "not-called": ("def f(x):\n    raise NotImplementedError\n", ""),
    "class": ('class f:\n    """C."""\n    size = 3\n    def __init__(self):\n        raise NotImplementedError("a.f")\n'
              '    def step(self):\n        """S."""\n        raise NotImplementedError("a.f")\n', "a.f"),
    "decorated": ('class f:\n    @property\n    def size(self):\n        raise NotImplementedError("a.f")\n', "a.f"),
}  # fmt: skip
ATTEMPTS = {
    "return": "def f(x):\n    return x\n",
    "pass": "def f(x):\n    pass\n",
    "dots": "def f(x):\n    ...\n",
    "docstring-alone": 'def f(x):\n    """Do it."""\n',
    "work-before-raise": 'def f(x):\n    y = x\n    raise NotImplementedError("a.f")\n',
    "other-exception": 'def f(x):\n    raise ValueError("a.f")\n',
    "conditional": 'def f(x):\n    if x:\n        raise NotImplementedError("a.f")\n',
    "other-module": "def f(x):\n    raise errors.NotImplementedError\n",
    "half-a-class": 'class f:\n    def __init__(self):\n        self.x = 1\n    def step(self):\n        raise NotImplementedError("a.f")\n',
    "class-without-methods": "class f:\n    x = 1\n",
}


@pytest.mark.parametrize(("source", "message"), STUBS.values(), ids=STUBS)
def test_stubs(source: str, message: str) -> None:
    """A body that only raises NotImplementedError is a stub, and so is a class of nothing but stubs."""
    assert message_of(source) == message


@pytest.mark.parametrize("source", ATTEMPTS.values(), ids=ATTEMPTS)
def test_attempts(source: str) -> None:
    """Anything else was begun."""
    assert message_of(source) is None


def test_names_at_the_top_level() -> None:
    """Assignments, imports and definitions bind; what is inside a function does not."""
    found = facts(
        "import numpy as np\nfrom m import a as b, c\nf = g = lambda x: x\nif 1:\n    h = 2\ndef k(): inner = 1\n"
    )
    assert {"np", "b", "c", "f", "g", "h", "k"} <= found.bound
    assert "inner" not in found.bound
    assert set(found.definitions) == {"k"}


def test_the_last_definition_counts() -> None:
    """A function defined twice, or in a later cell, is the later one."""
    stub = 'def f(x):\n    raise NotImplementedError("a.f")\n'
    found = facts(stub, "def f(x):\n    return x\n")
    assert stub_message(found.definitions["f"][1]) is None
    assert found.definitions["f"][0].name == "a.py, cell 2"


MATMUL = {
    "operator": "def f(a, b):\n    return a @ b\n",
    "in-place": "def f(a, b):\n    a @= b\n    return a\n",
    "attribute": "import numpy as np\ndef f(a, b):\n    return np.dot(a, b)\n",
    "method": "def f(a, b):\n    return a.dot(b)\n",
    "dunder": "def f(a, b):\n    return a.__matmul__(b)\n",
    "reflected-dunder": "def f(a, b):\n    return b.__rmatmul__(a)\n",
    "operator-module": "import operator\ndef f(a, b):\n    return operator.matmul(a, b)\n",
    "operator-module-alias": "from operator import matmul as times\ndef f(a, b):\n    return times(a, b)\n",
    "alias-import": "from numpy import dot as product\ndef f(a, b):\n    return product(a, b)\n",
    "local-alias-import": "def f(a, b):\n    from numpy import dot as product\n    return product(a, b)\n",
    "star-import": "from numpy import *\ndef f(a, b):\n    return dot(a, b)\n",
    "module-alias": "import numpy as xp\ndef f(a, b):\n    return xp.dot(a, b)\n",
    "function-alias": "import numpy as np\nproduct = np.dot\ndef f(a, b):\n    return product(a, b)\n",
    "alias-of-alias": "import numpy as np\none = np.dot\ntwo = one\ndef f(a, b):\n    return two(a, b)\n",
    "annotated-alias": "import numpy as np\nproduct: object = np.dot\ndef f(a, b):\n    return product(a, b)\n",
    "alias-in-a-tuple": "import numpy as np\nproduct, other = np.dot, 1\ndef f(a, b):\n    return product(a, b)\n",
    "alias-in-an-if": "import numpy as np\nif True:\n    product = np.dot\ndef f(a, b):\n    return product(a, b)\n",
    "alias-in-a-try": "try:\n    from numpy import dot as product\nexcept ImportError:\n    pass\ndef f(a, b):\n    return product(a, b)\n",
    "helper": "def helper(a, b):\n    return a @ b\ndef f(a, b):\n    return helper(a, b)\n",
    "helper-in-an-if": "if True:\n    def helper(a, b):\n        return a @ b\ndef f(a, b):\n    return helper(a, b)\n",
    "helper-of-helper": "def g(a):\n    return a @ a\ndef helper(a, b):\n    return g(a)\ndef f(a, b):\n    return helper(a, b)\n",
    "helper-class": "class H:\n    def go(self, a, b):\n        return a @ b\ndef f(a, b):\n    return H().go(a, b)\n",
    "helper-passed-on": "def helper(a, b):\n    return a @ b\ndef f(a, b):\n    return [*map(helper, a, b)]\n",
    "lambda": "f = lambda a, b: a @ b\n",
    "lambda-helper": "times = lambda a, b: a @ b\ndef f(a, b):\n    return times(a, b)\n",
    "default-argument": "import numpy as np\ndef f(a, b, product=np.dot):\n    return product(a, b)\n",
    "decorator": "import numpy as np\n@np.dot\ndef f(a, b):\n    return a\n",
    "nested-function": "def f(a, b):\n    def g():\n        return a @ b\n    return g()\n",
    "comprehension": "def f(a, b):\n    return [x @ b for x in a]\n",
    "getattr": "import numpy as np\ndef f(a, b):\n    return getattr(np, 'd' + 'ot')(a, b)\n",
    "getattribute": "import numpy as np\ndef f(a, b):\n    return np.__getattribute__('d' + 'ot')(a, b)\n",
    "attrgetter": "import operator, numpy as np\ndef f(a, b):\n    return operator.attrgetter('d' + 'ot')(np)(a, b)\n",
    "methodcaller": "from operator import methodcaller\ndef f(a, b):\n    return methodcaller('d' + 'ot', b)(a)\n",
    "vars": "import numpy as np\ndef f(a, b):\n    return vars(np)['d' + 'ot'](a, b)\n",
    "dict": "import numpy as np\ndef f(a, b):\n    return np.__dict__['d' + 'ot'](a, b)\n",
    "eval": "def f(a, b):\n    return eval('a' + '@b')\n",
    "exec": "def f(a, b):\n    exec('c = a' + '@b')\n",
    "builtins": "import builtins\ndef f(a, b):\n    return builtins.eval('a' + '@b')\n",
    "dunder-builtins": "def f(a, b):\n    return __builtins__['ev' + 'al']('a' + '@b')\n",
    "globals": "import numpy as np\ndef f(a, b):\n    return globals()['n' + 'p']\n",
    "dunder-import": "def f(a, b):\n    return __import__('num' + 'py')\n",
    "importlib": "import importlib\ndef f(a, b):\n    return importlib.import_module('num' + 'py')\n",
    "aliased-getattr": "get = getattr\ndef f(a, b):\n    return get(a, 'd' + 'ot')(b)\n",
}  # fmt: skip


@pytest.mark.parametrize("source", MATMUL.values(), ids=MATMUL)
def test_forbidden_uses_are_found(source: str) -> None:
    """A forbidden name or operator is found under its aliases, in helpers and behind dynamic look-ups."""
    assert forbidden_use(facts(source), "f", ["@", "np.dot"]) is not None


ALLOWED = {
    "multiplication": "def f(a, b):\n    return (a[:, None] * b).sum(-1)\n",
    "in-a-comment": "def f(a, b):\n    # not a @ b, not np.dot\n    return a * b\n",
    "in-a-docstring": 'def f(a, b):\n    """As np.dot(a, b) or a @ b."""\n    return a * b\n',
    "in-a-string": "def f(a, b):\n    raise ValueError('use a @ b')\n",
    "in-another-function": "def g(a, b):\n    return a @ b\ndef f(a, b):\n    return a * b\n",
    "decorator-sign": "def same(x):\n    return x\n@same\ndef f(a, b):\n    return a * b\n",
    "import-shared-with-another": "from numpy import dot, exp\ndef g(a, b):\n    return dot(a, b)\ndef f(a, b):\n    return exp(a)\n",
    "own-function-of-that-name": "def dot(a, b):\n    return (a * b).sum()\ndef f(a, b):\n    return dot(a, b)\n",
    "variable-of-that-name": "def f(a, b):\n    dot = (a * b).sum()\n    return dot\n",
    "part-of-a-name": "def f(a, b):\n    dots = a * b\n    return dots\n",
    "recursion": "def f(a, b):\n    return f(a, b)\n",
    "mutual-recursion": "def g(a):\n    return f(a, a)\ndef f(a, b):\n    return g(a)\n",
}


@pytest.mark.parametrize("source", ALLOWED.values(), ids=ALLOWED)
def test_what_is_not_used_is_not_reported(source: str) -> None:
    """Comments, texts and other exercises may mention what is forbidden here."""
    assert forbidden_use(facts(source), "f", ["@", "np.dot"]) is None


def test_nothing_forbidden_nothing_found() -> None:
    """Without a list, dynamic look-ups are allowed too."""
    assert forbidden_use(facts("def f(a):\n    return getattr(a, 'T') @ a\n"), "f", []) is None


@pytest.mark.parametrize(
    ("body", "forbids"),
    [("a ** 2", ["**"]), ("a % 2", ["%"]), ("np.linalg.norm(a)", ["np.linalg.norm"]), ("pow(a, 2)", ["pow"]),
     ("operator.pow(a, 2)", ["**"]), ("a.__mod__(2)", ["%"])],
)  # fmt: skip
def test_other_operators_and_dotted_names(body: str, forbids: list[str]) -> None:
    """Every operator has its names, and a dotted name is known by its last part."""
    assert forbidden_use(facts(f"def f(a):\n    return {body}\n"), "f", forbids) is not None


def test_forbidden_use_tells_place_and_what() -> None:
    """The student's file, line and what stands there are reported, in a helper of another cell too."""
    found = forbidden_use(facts("def g(a):\n    b = a\n    return b @ a\n", "def f(a):\n    return g(a)\n"), "f", ["@"])
    assert found is not None
    assert (found[0].name, found[1], found[2]) == ("a.py, cell 1", 3, "@")


def test_syntax_error_with_caret() -> None:
    """Python's message, the file, the line, and a caret under the place."""
    problem = facts("x = 1\ndef f(x)\n    return x\n").problem
    assert problem is not None
    assert problem.text == "SyntaxError: expected ':' (a.py, cell 1, line 2)"
    shown, caret = problem.lines
    assert shown == "   2 | def f(x)"
    assert caret.index("^") == len(shown)


def test_indentation_error_is_told_as_such() -> None:
    """Mixed tabs and missing blocks have their own names."""
    problem = facts("def f(x):\nreturn x\n").problem
    assert problem is not None
    assert problem.text.startswith("IndentationError: expected an indented block")


def test_line_shown_is_the_one_python_counts() -> None:
    """A form feed or an exotic line separator in a text is no line break."""
    problem = facts("x = '\u2028'\n\x0cy = 2\nz = = 3\n").problem
    assert problem is not None
    assert problem.lines[0].endswith("z = = 3")


def test_a_long_broken_line_is_shown_in_part() -> None:
    """A line of a hundred thousand characters does not fill the screen, and the caret still stands on its place."""
    problem = facts("x = '" + "y" * 100_000 + "' = = 1\n").problem
    assert problem is not None
    assert max(map(len, problem.lines)) < 200
    assert "^" in problem.lines[1]
    column = problem.lines[1].index("^")
    assert problem.lines[0][column - 2 : column + 1].count("=") >= 1


def test_broken_cell_loses_only_itself() -> None:
    """The other cells are read; the names that the broken one seems to define are kept."""
    found = facts(
        "def f(x):\n    return x\n", "def g(x:\n    return x\nclass H:\n    pass\n", "def k(x):\n    return x\n"
    )
    assert set(found.definitions) == {"f", "k"}
    assert found.broken == {"g", "H"}
    assert found.problem is not None
    assert "cell 2" in found.problem.text


def test_the_first_problem_is_told() -> None:
    """Of two broken cells the first is shown."""
    problem = facts("def f(:\n", "def g(:\n").problem
    assert problem is not None
    assert "cell 1" in problem.text


PATHOLOGICAL = {
    "nested-parentheses": "'(' * 100000",
    "balanced-parentheses": "'(' * 100000 + ')' * 100000",
    "minus-signs": "'-' * 100000 + '1'",
    "few-minus-signs": "'-' * 3000 + '1'",
    "not": "'not ' * 50000 + '1'",
    "sum": "'a' + '+a' * 100000",
    "attributes": "'a' + '.b' * 60000",
    "calls": "'f' + '()' * 60000",
    "subscripts": "'a' + '[a' * 50000 + ']' * 50000",
    "conditionals": "'a if a else ' * 15000 + 'a'",
    "lambdas": "'lambda:' * 30000 + '1'",
    "deep-blocks": "''.join(' ' * i + 'if 1:\\n' for i in range(600))",
    "elifs": "'if 1: pass\\n' + 'elif 1: pass\\n' * 15000",
    "braces-in-text": "'f\"' + '{' * 30000 + '\"'",
    "unclosed-text": "\"'''\" + 'x' * 100000",
    "null-byte": "'x = 1\\0'",
    "surrogate": "'x = \"\\ud800\"'",
    "huge-integer": "'x = ' + '9' * 200000",
    "huge-file": "'x = 1\\n' * 2000000",
    "one-long-line": "'x = [' + '1,' * 100000 + ']'",
    "backslashes": "'\\\\\\n' * 100000",
    "tabs": "'\\t' * 200000 + 'x'",
    "encoding-cookie": "'# -*- coding: rot13 -*-\\nk = 1'",
}
PROBE = """
import sys, time
from autograder.submissions.source import forbidden_use, read_source, stub_message
from autograder.submissions.load import Chunk
start = time.monotonic()
source = {source}
found = read_source([Chunk("a.py", source), Chunk("b.py", "def f(a):\\n    return g(a)\\ng = lambda a: (" + source[:0] + "a)\\n")])
assert "f" in found.definitions
assert forbidden_use(found, "f", ["@"]) is None
assert stub_message(found.definitions["f"][1]) is None
for line in (found.problem.text, *found.problem.lines) if found.problem else ():
    assert len(line) < 300 and "\\n" not in line and "\\0" not in line, line[:300]
assert time.monotonic() - start < 5
print("problem" if found.problem else "fine")
"""


@pytest.mark.parametrize("source", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_pathological_sources_are_a_problem_never_a_crash(source: str) -> None:
    """Source made to overflow a parser is told in short lines, in time, and the other cells are read."""
    ran = subprocess.run(
        [sys.executable, "-c", PROBE.replace("{source}", source)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr[-800:]
    assert ran.stdout.strip() in ("problem", "fine")


def test_reading_deep_but_valid_source_finds_forbidden_uses() -> None:
    """Source that the parser accepts is searched to its depth."""
    source = "def f(a, b):\n    return " + "(" * 90 + "a @ b" + ")" * 90 + "\n"
    assert forbidden_use(facts(source), "f", ["@"]) is not None


def test_source_is_not_warned_about(recwarn: pytest.WarningsRecorder) -> None:
    """Odd escapes in a student's text are no business of ours."""
    assert facts("x = '\\d'\ny = 1 is 1\n").problem is None
    assert len(recwarn) == 0
