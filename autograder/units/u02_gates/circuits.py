"""Small circuits, forwards and backwards: (x + y) z, and a neuron with two inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal, spread
from autograder.units.shared.families import upstream_ignored

RAISE_Z = "If z rises by 1, by how much does q z rise?"

Q_GRADS, Z_GRAD = "grad_q, grad_q, ", "grad_output * (x + y)"
WEIGHTED_SUM = "w[0] * x[0] + w[1] * x[1] + w[2]"


def _three(*shape: int, seed: int) -> dict[str, Any]:
    return {name: normal(*shape, seed=seed + k, scale=2.0) for k, name in enumerate("xyz")}


ROW = Case("row", x=np.array([1.0, 2.0, -3.0]), y=np.array([0.5, -2.0, 7.0]), z=np.array([3.0, 4.0, -1.0]))
SUM_VANISHES = Case("sum-that-vanishes", x=grid(3), y=-grid(3), z=spread(-9, 9, 3))
SINGLE = Case(
    "single-precision",
    x=np.array([[-3.0, 0.25, 9.0]], np.float32),
    y=np.array([[2.5, -0.5, 4.0]], np.float32),
    z=np.array([[0.1, -7.0, 1.5]], np.float32),
)
RANDOM = random_cases(lambda rng: dict(zip("xyz", 3 * rng.standard_normal((3, 2, 5)), strict=True)))

sum_times = Exercise(
    "sum_times",
    points=0.5,
    vectorized=lambda n: _three(n, seed=20),
    cases=[
        Case("lesson", x=np.array(-2.0), y=np.array(5.0), z=np.array(-4.0)),
        Case("plain-numbers", x=1.5, y=-0.25, z=2.0),
        ROW,
        Case("read-only-matrix", readonly=True, **_three(2, 3, seed=21)),
        Case("three-axes", **_three(2, 1, 4, seed=24)),
        SUM_VANISHES,
        SINGLE,
        RANDOM,
    ],
    misconceptions=[
        returns("times-before-plus", "x + y * z")
        .believes("x + y * z is the same thing.")
        .ask("Which of + and * does Python do first when there are no parentheses?"),
        returns("only-x-times-z", "x * z + y")
        .believes("The factor z belongs to x.")
        .ask("Follow y through the picture: through how many gates does it go?"),
        returns("sum-of-three", "x + y + z")
        .believes("All three values are added.")
        .ask("Which gate is the second one in the picture?"),
        returns("x-times-y-plus-z", "x * y + z")
        .believes("The first two are multiplied, the third is added.")
        .ask("Which gate comes first in (x + y) z?"),
        returns("all-multiplied", "x * y * z").believes("All three are factors.").ask("What is f for x = 0?"),
    ],
    hints=[
        "Name the intermediate value q = x + y first.",
        "The second gate multiplies q by z, element by element.",
        "Mind the parentheses: `(x + y) * z`.",
    ],
    variants=[Variant("distributed", "x * z + y * z")],
)

sum_times_backward = Exercise(
    "sum_times_backward",
    points=1,
    vectorized=lambda n: {"grad_output": normal(n, seed=30), **_three(n, seed=31)},
    cases=[
        Case("lesson", grad_output=np.array([1.0]), x=np.array([-2.0]), y=np.array([5.0]), z=np.array([-4.0])),
        Case("upstream-not-one", grad_output=np.array([-3.0]), x=np.array([2.0]), y=np.array([1.0]), z=np.array([0.5])),
        ROW,
        Case("read-only-matrix", readonly=True, **_three(2, 3, seed=34)),
        Case("three-axes", **_three(2, 1, 4, seed=37)),
        SUM_VANISHES,
        SINGLE,
        RANDOM,
    ],
    misconceptions=[
        upstream_ignored("z, z, x + y"),
        edit("add-gate-splits", Q_GRADS, "grad_q / 2, grad_q / 2, ")
        .believes("The add gate shares the gradient: half to x, half to y.")
        .ask("Raise x by 0.1 and leave y alone: by how much does x + y rise?"),
        edit("multiply-gate-skipped", Q_GRADS, "grad_output, grad_output, ")
        .believes("x and y only meet the add gate, so they get the upstream gradient itself.")
        .ask("What arrives at the add gate from above: the gradient of f, or that of q?"),
        returns("own-value", "grad_output * (x + y), grad_output * (x + y), grad_output * z")
        .believes("The multiply gate gives each input the gradient times its own value.")
        .ask("In 3 · z, how fast does the product grow with z: by 3 or by z?"),
        edit("add-gate-multiplies", Q_GRADS, "grad_q * y, grad_q * x, ")
        .believes("Each input of the add gate also meets the other one as a factor.")
        .ask("What is the derivative of x + y with respect to x: does it contain y?"),
        edit("upstream-forgotten-at-z", Z_GRAD, "x + y")
        .believes("The upstream gradient belongs to the sum; z just gets x + y.")
        .ask("Through how many gates does the gradient come to z, and with what does each begin?"),
        edit("z-gets-its-own-value", Z_GRAD, "grad_q")
        .believes("All three gradients are grad_output · z.")
        .ask(RAISE_Z),
        edit("z-passed-through", Z_GRAD, "grad_output")
        .believes("z stands at the end, so its gradient is the upstream itself.")
        .ask(RAISE_Z),
        edit("z-last-of-a-chain", Z_GRAD, "grad_q * (x + y)")
        .believes("z's gradient has to pass through q's.")
        .ask("Does the way from f to z lead through the add gate?"),
    ],
    hints=[
        "Go backwards through one gate at a time, and name the gradient of q = x + y.",
        "The multiply gate gives q the gradient times z, and z the gradient times q; the add gate passes q's on.",
        "`grad_q = grad_output * z`; the result is grad_q, grad_q and `grad_output * (x + y)`.",
    ],
    variants=[Variant("in-one-line", "grad_output * z, grad_output * z, grad_output * (x + y)")],
)

NEURON_CASES = [
    Case("far-below", w=np.array([500.0, -250.0, -1.0]), x=np.array([-1.5, 1.0])),
    Case("far-above", w=np.array([500.0, -250.0, 1.0]), x=np.array([1.5, -1.0])),
    Case("single-precision", w=np.array([0.5, -1.5, 0.25], np.float32), x=np.array([1.0, 2.5], np.float32)),
]
RANDOM_NEURON = random_cases(lambda rng: {"w": rng.standard_normal(3), "x": rng.standard_normal(2)})

sigmoid_neuron = Exercise(
    "sigmoid_neuron",
    points=1,
    cases=[
        Case("lesson", w=np.array([2.0, -3.0, -3.0]), x=np.array([-1.0, -2.0])),
        Case("all-weights-zero-is-a-half", w=np.zeros(3), x=np.array([4.0, -7.0])),
        Case("bias-alone", w=np.array([0.0, 0.0, 1.5]), x=np.array([3.0, 2.0])),
        Case("read-only", w=np.array([0.5, -1.0, 0.25]), x=np.array([3.0, 0.75]), readonly=True),
        Case("inputs-zero", w=np.array([5.0, -4.0, -0.75]), x=np.zeros(2)),
        *NEURON_CASES,
        RANDOM_NEURON,
    ],
    misconceptions=[
        edit("bias-forgotten", " + w[2]", "")
        .believes("The sum has one term per input.")
        .ask("There are three numbers in w. Which one has no input beside it?"),
        edit("bias-first", WEIGHTED_SUM, "w[0] + w[1] * x[0] + w[2] * x[1]")
        .believes("w_0 is the bias, the weights follow.")
        .ask("At which place of w does the formula have the bias?"),
        returns("sigmoid-forgotten", WEIGHTED_SUM)
        .believes("A neuron returns its weighted sum.")
        .ask("Between which two numbers must the result lie?"),
        edit("sign-of-exponent", WEIGHTED_SUM, f"-({WEIGHTED_SUM})")
        .believes("The exponent is s, not -s.")
        .ask("Should a large positive sum give a number near 1 or near 0?"),
        returns("exp-over-one-plus-exp", f"np.exp({WEIGHTED_SUM}) / (np.exp({WEIGHTED_SUM}) + 1)")
        .believes("e^s / (e^s + 1) is the same function, so it is as good everywhere.")
        .ask("What is e^1000 in floating point, and what is infinity divided by infinity?"),
        returns("tanh-for-sigmoid", f"np.tanh({WEIGHTED_SUM})")
        .believes("Tanh and sigmoid are the same curve.")
        .ask("Between which numbers does a neuron's output lie here?"),
        edit("bias-behind-the-sigmoid", " + w[2]", "", "/ (1 + small)", "/ (1 + small) + w[2]")
        .believes("The bias is added to the output.")
        .ask("Can f leave the interval from 0 to 1?"),
        returns("step-for-sigmoid", f"({WEIGHTED_SUM} > 0) * x.dtype.type(1)")
        .believes("A neuron fires or does not.")
        .ask("What is σ(0.5)?"),
    ],
    hints=[
        "Compute the weighted sum s first; w has one number more than x.",
        "σ(s) is 1/(1 + e^-s); e^(-|s|) never overflows.",
        "`s = w[0] * x[0] + w[1] * x[1] + w[2]`, then the sigmoid of it.",
    ],
    variants=[
        Variant("dot-product", "1 / (1 + np.exp(-(w[:2] @ x + w[2])))"),
        Variant("concatenated", "1 / (1 + np.exp(-(w * np.append(x, x.dtype.type(1))).sum()))"),
    ],
)

sigmoid_neuron_backward = Exercise(
    "sigmoid_neuron_backward",
    points=2,
    cases=[
        Case("lesson", grad_output=np.array(1.0), w=np.array([2.0, -3.0, -3.0]), x=np.array([-1.0, -2.0])),
        Case(
            "steepest-where-the-sum-is-zero",
            grad_output=np.array(4.0),
            w=np.array([2.0, -1.0, 1.0]),
            x=np.array([1.0, 3.0]),
        ),
        Case("read-only", w=np.array([0.5, -1.0, 0.25]), x=np.array([3.0, 0.75]), readonly=True),
        Case("bias-still-has-a-gradient", w=np.array([5.0, -4.0, -0.75]), x=np.zeros(2)),
        Case("weights-zero", w=np.array([0.0, 0.0, 1.5]), x=np.array([3.0, 2.0])),
        *NEURON_CASES,
        RANDOM_NEURON,
    ],
    misconceptions=[
        upstream_ignored(),
        edit("sum-taken-for-output", "sigmoid_neuron(w, x)", WEIGHTED_SUM)
        .believes("The sigmoid's slope is s (1 - s), where s is the weighted sum.")
        .ask("In σ' = σ (1 - σ), is σ what goes into the sigmoid or what comes out?"),
        edit("sigmoid-slope-forgotten", " * f * (1 - f)", "")
        .believes("The gradients are those of the weighted sum.")
        .ask("Which gate stands between the sum and the output, and what is its slope?"),
        edit("half-of-the-slope", " * (1 - f)", "")
        .believes("The sigmoid's slope is its output f.")
        .ask("What should the slope be far to the right, where the curve is flat and f is 1?"),
        edit("own-value", "np.append(x, x.dtype.type(1))", "w", "w[:2]", "x")
        .believes("A weight's gradient contains the weight, an input's the input.")
        .ask("In w_0 · x_0, which of the two is the slope with respect to w_0?"),
        edit("bias-gradient-is-zero", "x.dtype.type(1)", "x.dtype.type(0)")
        .believes("The bias has no input, so it has no gradient.")
        .ask("Raise the bias by 0.1: by how much does the sum rise?"),
        returns("inputs-first", "sigmoid_neuron_backward(grad_output, w, x)[::-1]")
        .believes("The gradient of x is returned first.")
        .ask("In which order do w and x stand in the signature?"),
        edit("other-half-of-the-slope", " * f * (1 - f)", " * (1 - f)")
        .believes("The sigmoid's slope is 1 - f.")
        .ask("What is the slope far to the left, where f is almost 0 and hardly changes?"),
        edit("slope-of-tanh", "f * (1 - f)", "(1 - f**2)")
        .believes("The slope is 1 - f².")
        .ask("Which function has the slope 1 - f²?"),
        edit("bias-gradient-times-the-bias", "x.dtype.type(1)", "w[2]")
        .believes("∂s/∂w_2 is w_2.")
        .ask("If w_2 rises by 1, by how much does the sum rise?"),
    ],
    hints=[
        "Compute f first, then the gradient of the sum s, then those of its terms.",
        "∂L/∂s is grad_output · f (1 - f); a product's slope with respect to one factor is the other factor.",
        "grad_w is grad_s times (x_0, x_1, 1), and grad_x is grad_s times (w_0, w_1).",
    ],
    variants=[
        Variant("naive-sigmoid", ("sigmoid_neuron(w, x)", f"1 / (1 + np.exp(-({WEIGHTED_SUM})))")),
        Variant(
            "number-by-number",
            """
            f = 1 / (1 + np.exp(-(w[0] * x[0] + w[1] * x[1] + w[2])))
            grad_s = grad_output * (1 - f) * f
            grad_w = np.array([grad_s * x[0], grad_s * x[1], grad_s], dtype=w.dtype)
            return grad_w, np.array([grad_s * w[0], grad_s * w[1]], dtype=x.dtype)
            """,
        ),
    ],
)
