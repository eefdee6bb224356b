"""Programs that are executed on the scalar engine and on PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases


def run_value_program(Value: Any, program: str, at: Any, plain: str = "", watch: str = "") -> Any:
    """Scenario: execute a program that computes L from the variables a, b, c, …, whose values are given.

    Without a call of backward in the program, L.backward() follows. Variables named in `plain` are plain
    numbers; `watch` names intermediate results whose gradients are asked for.
    """
    notes = {}

    def note(label: str, value: Any) -> None:
        notes[label] = None if value is None else float(value)

    numbers = dict(zip("abcdefgh", (float(number) for number in at)))  # noqa: B905
    variables = {name: Value(number) for name, number in numbers.items() if name not in plain}
    scope = {**numbers, **variables, "note": note}
    exec(program, scope)
    if scope["L"] is None:
        return None
    if ".backward(" not in program:
        scope["L"].backward()
    note("L", scope["L"].data)
    for name in [*variables, *watch]:
        note(f"gradient of {name}", scope[name].grad)
    return notes


def executed(label: str, program: str, *at: float, **more: Any) -> Case:
    """A program, run where its variables a, b, c, … have the values `at`."""
    return Case(label, program=program, at=np.array(at), **more)


LADDER = """\
h = a
for stage in range(30):
    h = h * b + h * c
L = h"""
CHAIN = """\
L = a
for step in range(5000):
    L = L * b + c"""
WIDE = """\
L = 0
for k in range(200):
    L = L + (a + k) * b"""
NEURON = """\
s = a * b + c * d + e
L = 1 / (1 + (-s).exp())"""
NETWORK = """\
h = (a * 0.5 + b).tanh()
k = (a * -1.5 + b * c).tanh()
y = h * c + k * d
L = (y - 1) ** 2"""
TWICE = """\
h = a * b
L = h * h + a
L.backward()
note("gradient of a after one call", a.grad)
L.backward()
note("gradient of a after two calls", a.grad)"""
TWO_ROOTS = """\
h = a * b
first = h * 3
L = h.exp() + a
first.backward()
note("gradient of a from the first root", a.grad)
L.backward()"""
INNER_ROOT_FIRST = """\
h = a * b
L = h * h
h.backward()
note("gradient of a from h", a.grad)
L.backward()"""
RESET = """\
L = (a * b).tanh() * a
L.backward()
a.grad = 0.0
L.backward()"""
SEPARATE = """\
M = a * c + b
L = a * b
L.backward()
note("gradient of c, which is not in L", c.grad)
note("value of M", M.data)"""
UNTOUCHED = """\
L = (a * 3 - b).exp() / a
note("gradient of a before backward", a.grad)
L.backward()
note("value of a after backward", a.data)
note("value of b after backward", b.data)"""
NEWTON = """\
L = b
for step in range(4):
    L = (L + a / L) / 2"""

FORMS = [
    "{x} + {y}",
    "{x} - {y}",
    "{x} * {y}",
    "{x} / ({y} ** 2 + 1)",
    "({x} * {y}).tanh()",
    "({x} ** 2 + 0.5).log()",
    "2 - {x}",
    "3 / ({x} * {x} + 2)",
    "{x}.tanh().exp()",
    "({x} + 0.1).relu() - {y}",
    "-{x} * {x}",
    "0.5 * {x} + 1",
]


def random_program(rng: np.random.Generator) -> dict[str, Any]:
    """Seven lines, each of earlier results, and a last one that uses four of them."""
    names, lines = ["a", "b", "c"], []
    for name in "pqrstuv":
        x, y = rng.choice(names[-5:], 2)
        lines.append(f"{name} = " + str(rng.choice(FORMS)).format(x=x, y=y))
        names.append(name)
    lines.append("L = t * u + v - p")
    return {"program": "\n".join(lines), "at": rng.uniform(-1.3, 1.3, 3)}


CASES: list[Case | RandomCases] = [
    executed("sum", "L = a + b", 2.0, -3.0),
    executed("difference", "L = a - b", 2.0, -3.0),
    executed("product", "L = a * b", 2.0, -3.0),
    executed("quotient", "L = a / b", 3.0, -2.0),
    executed("negation", "L = -a", 2.5),
    executed("third-power", "L = a ** 3", -1.5),
    executed("negative-exponent", "L = a ** -2", 2.0),
    executed("fractional-exponent", "L = a ** 0.5", 4.0),
    executed("exponential", "L = a.exp()", 0.7),
    executed("logarithm", "L = a.log()", 2.5),
    executed("hyperbolic-tangent", "L = a.tanh()", 0.6),
    executed("rectifier-above-zero", "L = a.relu() * b", 0.4, 3.0),
    executed("rectifier-below-zero", "L = a.relu() + b", -2.0, 3.0),
    executed("rectifier-at-zero", "L = a.relu() * b", 0.0, 3.0),
    executed("number-on-the-right", "L = (a + 2) * 3 - 1 - a / 4", 1.5),
    executed("number-plus-and-times-value", "L = 2 + 3 * a", 1.5),
    executed("number-minus-value", "L = (5 - a) * b", 1.5, 2.0),
    executed("number-divided-by-value", "L = 6 / a - b", 1.5, 2.0),
    executed("plain-number-between", "L = b * a + b / a", 1.5, 4.0, plain="b"),
    executed("gate-circuit", "L = (a + b) * c", -2.0, 5.0, -4.0),
    executed("three-in-a-row", "L = (a * 3).tanh().exp()", 0.2),
    executed("added-to-itself", "L = a + a", 3.0),
    executed("square", "L = a * a", 3.0),
    executed("cube-as-a-product", "L = a * a * a", 2.0),
    executed("taken-from-itself", "L = a - a * a / a", 2.0),
    executed("diamond", "h = a * b\nL = (h + 2) * (h - a)", 2.0, -3.0),
    executed("short-and-long-way", "h = a * 2\nk = h.exp()\nL = h + k.log() * k * h", 0.4),
    executed("long-way-first", "h = a * b\nk = h.tanh()\nm = k * k\nL = m * h + k", 0.5, -1.2),
    executed("neuron", NEURON, 2.0, -1.0, -3.0, -2.0, -3.0),
    executed("small-network", NETWORK, 0.4, -0.3, 0.8, -1.1),
    executed("newton's-square-root", NEWTON, 7.0, 2.0),
    executed("one-variable-alone", "L = a", 4.0),
    executed("intermediate-gradients", "h = a * b\nk = h + a\nL = k * k * h", 2.0, -0.5, watch="hk"),
    executed("variable-that-is-not-used", SEPARATE, 2.0, 3.0, 5.0),
    executed("nothing-changes-before-backward", UNTOUCHED, 0.5, 2.0),
    executed("backward-twice", TWICE, 2.0, 3.0),
    executed("two-roots-of-one-graph", TWO_ROOTS, 0.5, 1.5),
    executed("first-from-the-middle", INNER_ROOT_FIRST, 2.0, 3.0),
    executed("reset-one-of-two", RESET, 0.5, 1.5),
    executed("thousand-million-paths", LADDER, 0.7, 0.45, 0.6),
    executed("ten-thousand-operations-deep", CHAIN, 0.7, 0.9998, 0.001),
    executed("sum-of-two-hundred-products", WIDE, 0.5, 1e-3),
    random_cases(random_program, count=4),
]
