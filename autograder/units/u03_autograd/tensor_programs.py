"""Programs that are executed on the array engine and on PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.units.shared.arrays import normal


def run_tensor_program(Tensor: Any, program: str, inputs: Any, constants: str = "", plain: str = "") -> Any:
    """Scenario: execute a program that computes L from the variables a, b, c, …, whose arrays are given.

    Without a call of backward in the program, (L * upstream).sum().backward() follows. Variables named in `constants`
    require no gradient; those in `plain` are arrays of NumPy.
    """
    notes = {}

    def note(label: str, value: Any) -> None:
        value = value.data if isinstance(value, Tensor) else value
        notes[label] = np.array(value) if isinstance(value, np.ndarray) else value

    def fails(action: Any) -> str:
        try:
            action()
        except ValueError:
            return "ValueError"
        return "nothing is raised"

    scope: Any = dict(zip("abcdefgh", inputs))  # noqa: B905
    variables = {name: Tensor(x) for name, x in scope.items() if name not in constants + plain}
    variables.update((name, Tensor(scope[name], requires_grad=False)) for name in constants)
    scope.update(variables, note=note, fails=fails)
    exec(program, scope)
    result = scope["L"]
    if result is None:
        return None
    if ".backward(" not in program:
        upstream = np.cos(np.arange(1.0, result.data.size + 1)).reshape(result.data.shape).astype(result.data.dtype)
        (result * Tensor(upstream, requires_grad=False)).sum().backward()
    note("L", result)
    for name, variable in variables.items():
        note(f"gradient of {name}", variable.grad)
    return notes


POSITIVE = np.array([[0.5, 1.5, 4.0], [2.0, 0.25, 3.0]])
AROUND_ZERO = np.array([[-1.5, 0.0, 2.0], [0.5, -0.0, -3.0]])
FAR_OUT = np.array([-1000.0, -20.0, 0.0, 3.0, 1000.0])
TIED = np.array([[2.0, 5.0, 5.0], [1.0, 1.0, 1.0], [4.0, -1.0, 3.0], [0.0, 0.0, -2.0]])
WHOLE = np.array([[1, 2, 3], [4, 5, 6]])

TWICE = """\
L = (a * b).sum()
L.backward()
note("gradient of a after one call", a.grad)
L.backward()
note("gradient of a after two calls", a.grad)"""
TWICE_THROUGH_A_SUM = """\
L = (a + b).sum()
L.backward()
L.backward()
L.backward()"""
TWICE_THROUGH_A_DIAMOND = """\
h = a * b
L = (h * h + h).sum()
L.backward()
L.backward()"""
TWO_ROOTS = """\
h = a @ b
first = h.mean()
L = (h * h).sum()
first.backward()
note("gradient of a from the first root", a.grad)
L.backward()"""
ZERO_GRAD = """\
L = (a * b).tanh().sum()
L.backward()
a.zero_grad()
L.backward()"""
DESCENT = """\
for step in range(3):
    a.zero_grad()
    L = ((b @ a - c) * (b @ a - c)).mean()
    L.backward()
    a.data = a.data - 0.1 * a.grad"""
BEFORE = """\
L = (a * b).sum()
note("gradient of a before backward", a.grad)
L.backward()
note("data of a after backward", a)"""
UNREACHED = """\
M = a * c
L = (a * b).sum()
L.backward()
note("M", M)"""
TWICE_THROUGH_A_RESHAPE = """\
h = a.reshape(-1)
L = (h * b).sum()
L.backward()
L.backward()"""
OWN_MEMORY = """\
L = a.transpose()
L.backward(c)
a.grad *= 2"""
REQUIRES = """\
L = ((a * c) + (c * 2)).sum()
note("a * c requires a gradient", (a * c).requires_grad)
note("c * a requires a gradient", (c * a).requires_grad)
note("c * 2 requires a gradient", (c * 2).requires_grad)
L.backward()"""
UPSTREAM = """\
L = a @ b
L.backward(c)"""
NO_UPSTREAM = """\
h = a * b
note("backward of six numbers without grad_output", fails(lambda: h.backward()))
L = h.sum()
L.backward()"""
MISFIT_UPSTREAM = """\
h = a * b
note("backward of six numbers with a grad_output of three", fails(lambda: h.backward(c)))
L = h.sum()
L.backward()"""
MISFITS = """\
note("a + c", fails(lambda: a + c))
note("a @ b", fails(lambda: a @ b))
note("a.reshape(4, 2)", fails(lambda: a.reshape(4, 2)))
L = (a * b).sum(axis=0)
note("L + c", fails(lambda: L + c))
L = L * 2"""
DEEP = """\
L = a
for step in range(600):
    L = (L * b + c)"""
CROSS_ENTROPY = """\
logits = a @ b + c
shifted = logits - logits.max(axis=1, keepdims=True)
log_p = shifted - shifted.exp().sum(axis=1, keepdims=True).log()
L = -log_p[[0, 1, 2, 3], [2, 0, 1, 2]].mean()"""
LAYER_NORM = """\
centred = a - a.mean(axis=-1, keepdims=True)
variance = (centred * centred).mean(axis=-1, keepdims=True)
L = centred / ((variance + 0.1).log() * 0.5).exp() * b + c"""
NETWORK = """\
h = (a @ b + c).relu()
y = (h @ d + e).sigmoid()
L = ((y - 0.5) * (y - 0.5)).mean(axis=0)"""
ATTENTION = """\
scores = (a @ b.transpose(0, 2, 1)) / 2
weights = scores.exp() / scores.exp().sum(axis=-1, keepdims=True)
L = weights @ c"""
EMBEDDING = """\
rows = a[[[1, 4, 1], [0, 1, 3]]]
L = (rows.mean(axis=1) @ b).tanh()"""
SHARED_WEIGHT = """\
h = a
for step in range(3):
    h = (h @ b + c).tanh()
L = h.reshape(-1)[[0, 3, 3]]"""


FORMS = [
    "{x} + b",
    "{x} * c",
    "b - {x}",
    "({x} - {y}).tanh()",
    "{x} / ({y} * {y} + 1)",
    "({x} @ d).sigmoid() @ e",
    "{x} - {y}.mean(axis=1, keepdims=True)",
    "{x}.max(axis=0) * {y}",
    "{x} + {y}.sum(axis=(0, 1))",
    "{x}.transpose().reshape(2, 3)",
    "{x}[[1, 1]] - {y}",
    "2 - {x}",
    "1 / ({x}.tanh().exp() + 1)",
    "({x} + 0.1).relu()",
    "({y} * {y} + 0.5).log() * {x}",
    "{x}[:, [2, 0, 0]]",
]


def random_program(rng: np.random.Generator) -> dict[str, Any]:
    """Seven lines, each of earlier results of shape (2, 3); one of the inputs may be a constant."""
    names, lines = ["a"], []
    for name in "pqrstuv":
        x, y = rng.choice(names[-4:], 2)
        lines.append(f"{name} = " + str(rng.choice(FORMS)).format(x=x, y=y))
        names.append(name)
    lines.append("L = t * u + v - p + b * c")
    inputs = [rng.uniform(-1.2, 1.2, shape) for shape in ((2, 3), (3,), (2, 1), (3, 4), (4, 3))]
    return {"program": "\n".join(lines), "inputs": inputs, "constants": str(rng.choice(["", "b", "d", "a"]))}


def executed(label: str, program: str, *shapes: Any, dtype: str = "float64", **more: Any) -> Case:
    """A program, run where its variables a, b, c, … are normal arrays of the shapes, or the arrays themselves."""
    arrays = [
        np.asarray(normal(*each, seed=10 * len(label) + place)) if isinstance(each, tuple) else each
        for place, each in enumerate(shapes)
    ]
    inputs = [array.astype(dtype) if array.dtype.kind == "f" else array for array in arrays]
    return Case(label, program=program, inputs=inputs, **more)


CASES: list[Case | RandomCases] = [
    executed("sum", "L = a + b", (3,), (3,)),
    executed("difference", "L = a - b", (2, 3), (2, 3)),
    executed("product", "L = a * b", (2, 3), (2, 3), readonly=True),
    executed("quotient", "L = a / b", (2, 3), POSITIVE),
    executed("negation", "L = -a * b", (3,), (3,)),
    executed("exponential", "L = a.exp()", (2, 3)),
    executed("logarithm", "L = a.log()", POSITIVE),
    executed("hyperbolic-tangent", "L = a.tanh()", (2, 3)),
    executed("rectifier-with-zeros", "L = a.relu()", AROUND_ZERO),
    executed("sigmoid", "L = a.sigmoid()", (2, 3)),
    executed("sigmoid-far-out", "L = a.sigmoid()", FAR_OUT),
    executed("numbers-on-the-right", "L = (a + 2) * 3 - 1 - a / 4", (2, 3)),
    executed("numbers-on-the-left", "L = 2 + 3 * a", (2, 3)),
    executed("number-minus-tensor", "L = (1 - a) * b", (2, 3), (2, 3)),
    executed("number-divided-by-tensor", "L = 2 / a", POSITIVE),
    executed("same-tensor-twice", "L = a * a + a", (2, 3)),
    executed("cube-as-a-product", "L = a * a * a", (3,)),
    executed("diamond", "h = a * b\nL = (h + 2) * (h - a)", (2, 3), (2, 3)),
    executed("long-way-first", "h = a * b\nk = h.tanh()\nm = k * k\nL = m * h + k", (3,), (3,)),
    executed("single-precision", "L = (a * b).tanh() + a", (2, 3), (3,), dtype="float32"),
    executed("single-precision-and-numbers", "L = 1 - (a * 0.5 + 2) / 3", (2, 3), dtype="float32"),
    executed("whole-numbers", "L = a * 0.5 + b / a", WHOLE, (2, 3)),
    executed("row-added", "L = a + b", (2, 3), (3,)),
    executed("column-subtracted", "L = a - b", (2, 3), (2, 1)),
    executed("row-times-column", "L = a * b", (1, 3), (4, 1)),
    executed("divided-by-a-column", "L = a / b", (2, 3), POSITIVE[:, :1]),
    executed("one-number-with-no-axes", "L = a * b + b", (2, 3), ()),
    executed("three-axes", "L = a * b - b", (2, 1, 3), (4, 1)),
    executed("array-of-numpy-on-the-right", "L = a * b + c", (2, 3), (3,), (2, 1), plain="bc"),
    executed("array-of-numpy-on-the-left", "L = (b - c * a) * (b + a)", (2, 3), (3,), (2, 1), plain="bc"),
    executed("array-of-numpy-divided-by-tensor", "L = b / a", POSITIVE, (3,), plain="b"),
    executed("matrix-product", "L = a @ b", (2, 3), (3, 4)),
    executed("matrix-times-vector", "L = a @ b", (2, 3), (3,)),
    executed("vector-times-matrix", "L = a @ b", (3,), (3, 2)),
    executed("vector-times-vector", "L = a @ b", (3,), (3,)),
    executed("batch-times-batch", "L = a @ b", (5, 2, 3), (5, 3, 2)),
    executed("batch-times-one-matrix", "L = a @ b", (5, 2, 3), (3, 2)),
    executed("one-matrix-times-batch", "L = a @ b", (2, 3), (4, 3, 2)),
    executed("batch-axes-that-broadcast", "L = a @ b", (2, 1, 2, 3), (3, 3, 2)),
    executed("array-of-numpy-times-matrix", "L = b @ a", (3, 2), (4, 3), plain="b"),
    executed("matrix-times-array-of-numpy", "L = a @ b", (2, 3), (3, 3), plain="b"),
    executed("matrix-times-its-transpose", "L = a @ a.transpose()", (2, 3)),
    executed("sum-of-all", "L = a.sum()", (2, 3)),
    executed("sum-over-rows", "L = a.sum(axis=0)", (2, 3)),
    executed("sum-over-the-last-axis", "L = a.sum(axis=-1)", (3, 3)),
    executed("sum-over-two-axes", "L = a.sum(axis=(0, 2))", (2, 3, 4)),
    executed("sum-with-the-axis-kept", "L = a * a.sum(axis=1, keepdims=True)", (2, 3)),
    executed("mean-of-all", "L = a.mean()", (2, 3)),
    executed("mean-over-columns", "L = a.mean(axis=1)", (2, 3)),
    executed("mean-over-two-axes", "L = a.mean(axis=(0, 1))", (2, 3, 4)),
    executed("mean-with-the-axis-kept", "L = a - a.mean(axis=0, keepdims=True)", (4, 3)),
    executed("maximum-of-all", "L = a.max() * a", (2, 3)),
    executed("maximum-over-an-axis", "L = a.max(axis=1)", (2, 3)),
    executed("maximum-with-the-axis-kept", "L = a - a.max(axis=0, keepdims=True)", (2, 3)),
    executed("maximum-with-ties", "L = a.max(axis=1)", TIED),
    executed("maximum-of-all-with-ties", "L = a.max()", TIED),
    executed("maximum-over-two-axes-with-ties", "L = a.reshape(2, 2, 3).max(axis=(0, 2))", TIED),
    executed("reshaped", "L = a.reshape(3, 2) @ b", (2, 3), (2, 2)),
    executed("flattened", "L = a.reshape(-1) * b", (2, 3), (6,)),
    executed("transposed", "L = a.transpose() * b", (2, 3), (3, 2)),
    executed("axes-swapped", "L = a.transpose(0, 2, 1)", (2, 3, 4)),
    executed("cycle-of-three-axes", "L = a.transpose(1, 2, 0) * b", (2, 3, 4), (3, 4, 2)),
    executed("cycle-of-a-cube", "L = a.transpose(2, 0, 1)", (2, 2, 2)),
    executed("cycle-of-four-axes", "L = a.transpose(3, 0, 1, 2)", (2, 3, 1, 2)),
    executed("one-row", "L = a[1] * b", (2, 3), (3,)),
    executed("slices", "L = a[1:, ::2]", (3, 4)),
    executed("different-rows", "L = a[[2, 0]]", (3, 2)),
    executed("repeated-rows", "L = a[[1, 1, 0, 1]]", (3, 2)),
    executed("repeated-pairs", "L = a[[0, 1, 0], [2, 0, 2]]", (2, 3)),
    executed("mask", "L = a[[True, False, True]] * 3", (3, 2)),
    executed("constant-on-the-right", "L = a * b", (2, 3), (2, 3), constants="b"),
    executed("constant-on-the-left", "L = (b - a) @ c", (2, 3), (2, 3), (3, 2), constants="bc"),
    executed("constant-batch", "L = (a @ b + c).relu()", (5, 3), (3, 2), (2,), constants="a"),
    executed("gradient-required-or-not", REQUIRES, (3,), (3,), (3,), constants="c"),
    executed("nothing-before-backward", BEFORE, (2, 3), (3,)),
    executed("tensor-that-is-not-reached", UNREACHED, (3,), (3,), (3,)),
    executed("upstream-given", UPSTREAM, (2, 3), (3, 2), (2, 2), plain="c"),
    executed("no-upstream-for-many-numbers", NO_UPSTREAM, (2, 3), (3,)),
    executed("upstream-of-another-shape", MISFIT_UPSTREAM, (2, 3), (2, 3), (3,), plain="c"),
    executed("gradient-in-memory-of-its-own", OWN_MEMORY, (2, 3), (1,), (3, 2), plain="c"),
    executed("shapes-that-do-not-fit", MISFITS, (2, 3), (2, 3), (2,)),
    executed(
        "one-number-with-axes", "L = (a * b).sum(axis=(0, 1), keepdims=True)\nL.backward()", (2, 3), np.ones((2, 1))
    ),
    executed("backward-twice", TWICE, (2, 3), (2, 3)),
    executed("three-times-through-a-sum", TWICE_THROUGH_A_SUM, (3,), (3,)),
    executed("twice-through-a-diamond", TWICE_THROUGH_A_DIAMOND, (3,), (3,)),
    executed("two-roots-of-one-graph", TWO_ROOTS, (2, 3), (3, 2)),
    executed("twice-through-a-reshape", TWICE_THROUGH_A_RESHAPE, (2, 3), (6,)),
    executed("zero-grad-of-one-of-two", ZERO_GRAD, (3,), (3,)),
    executed("three-steps-of-descent", DESCENT, (2,), (4, 2), (4,), constants="bc"),
    executed("twelve-hundred-operations-deep", DEEP, (2,), 0.999 * np.ones(()), (2,)),
    executed("two-layers", NETWORK, (4, 3), (3, 5), (5,), (5, 2), (2,), constants="a"),
    executed("softmax-cross-entropy", CROSS_ENTROPY, (4, 2), (2, 3), (3,), constants="a"),
    executed("layer-normalisation", LAYER_NORM, (2, 4), (4,), (4,)),
    executed("attention", ATTENTION, (2, 3, 4), (2, 3, 4), (2, 3, 2)),
    executed("embedding-with-repeated-words", EMBEDDING, (5, 3), (3, 2)),
    executed("weight-that-is-used-three-times", SHARED_WEIGHT, (2, 3), (3, 3), (3,)),
    executed(
        "two-layers-single-precision", NETWORK, (4, 3), (3, 5), (5,), (5, 2), (2,), constants="a", dtype="float32"
    ),
    random_cases(random_program, count=4),
]
