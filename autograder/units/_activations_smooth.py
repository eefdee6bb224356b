"""Assessment of the smooth relatives of relu: gelu, softplus."""

from __future__ import annotations

import math

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant
from autograder.inputs import Array, spread
from autograder.units._activations_common import (
    FAR,
    at_random,
    integer_result,
    many,
    many_backward,
    right_sigmoid,
    upstream_ignored,
)

ROOT_TWO = math.sqrt(2)
STAND_IN = "That form stands in for erf where erf is slow. How many digits agree, and is `erf` missing here?"
DOUBLE_ROOT = "np.sqrt(2) is a float64, and float32 with float64 gives float64. What is math.sqrt(2)?"


def _erf(x: Array) -> Array:
    result: Array = np.vectorize(math.erf, otypes=[x.dtype])(x)
    return result


def _probability(x: Array) -> Array:
    return 0.5 * (1 + _erf(x / ROOT_TWO))


def _density(x: Array) -> Array:
    density: Array = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    return density


def _tanh_inside(x: Array) -> Array:
    inside: Array = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    return inside


def _tanh_gelu_backward(grad_output: Array, x: Array) -> Array:
    t = _tanh_inside(x)
    inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
    grad_x: Array = grad_output * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)
    return grad_x


def _gelu_one_at_a_time(x: Array) -> Array:
    values = [0.5 * value * (1 + math.erf(value / ROOT_TWO)) for value in x.ravel().tolist()]
    return np.array(values, dtype=x.dtype).reshape(x.shape)


# NumPy has no erf: a loop over math.erf is a fair answer, so gelu may loop.
gelu = Exercise(
    "gelu",
    points=1,
    cases=[
        Case("zero-and-one", x=np.array([0.0, 1.0])),
        Case("dips-below-zero", x=np.array([-0.25, -0.75, -1.5])),
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "tanh-approximation",
            believes="The form with tanh and 0.044715 is gelu.",
            wrong=lambda x: 0.5 * x * (1 + _tanh_inside(x)),
            hint=STAND_IN,
        ),
        Misconception(
            "tanh-approximation-in-double",
            believes="The form with tanh is gelu, and np.sqrt of a number keeps the precision of x.",
            wrong=lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
            hint=STAND_IN,
        ),
        Misconception(
            "sigmoid-approximation",
            believes="x σ(1.702 x) is gelu.",
            wrong=lambda x: x * right_sigmoid(1.702 * x),
            hint=STAND_IN,
        ),
        Misconception(
            "root-two-forgotten",
            believes="Φ(x) is ½ (1 + _erf(x)).",
            wrong=lambda x: 0.5 * x * (1 + _erf(x)),
            hint="erf belongs to e^(-t²), Φ to e^(-t²/2). Which factor turns one into the other?",
        ),
        Misconception(
            "half-forgotten",
            believes="1 + erf is the probability.",
            wrong=lambda x: x * (1 + _erf(x / ROOT_TWO)),
            hint="Between which two numbers does 1 + erf lie, and between which a probability?",
        ),
        Misconception(
            "probability-returned",
            believes="gelu is Φ(x) itself.",
            wrong=_probability,
            hint="1000 goes in: does 1 come out, or 1000?",
        ),
        Misconception(
            "root-in-double",
            believes="np.sqrt of a number keeps the precision of x.",
            wrong=lambda x: 0.5 * x * (1 + _erf(x / np.sqrt(2))),
            hint=DOUBLE_ROOT,
        ),
        Misconception(
            "silu-instead",
            believes="x σ(x) is near enough.",
            wrong=lambda x: x / (1 + np.exp(-x)),
            hint="gelu(1) is 0.8413. What is σ(1)?",
        ),
        Misconception(
            "one-forgotten",
            believes="Φ is the error function.",
            wrong=lambda x: x * _erf(x / math.sqrt(2)),
            hint="What is Φ(0)?",
        ),
        Misconception(
            "density-instead",
            believes="Φ is e^(-x²/2) / √(2π).",
            wrong=lambda x: x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
            hint="How probable is a number below x when x is large?",
        ),
        Misconception(
            "root-multiplied",
            believes="The argument of erf is √2 x.",
            wrong=lambda x: 0.5 * x * (1 + _erf(x * math.sqrt(2))),
            hint="Φ(1) is 0.8413. At which argument is (1 + erf)/2 that?",
        ),
        Misconception(
            "other-tail",
            believes="The probability that a normal number is larger.",
            wrong=lambda x: 0.5 * x * (1 - _erf(x / math.sqrt(2))),
            hint="Should a large x pass or be held back?",
        ),
    ],
    hints=[
        "Φ(x) is the probability that a standard normal number is below x: what is Φ(0), and Φ far out on each side?",
        "erf runs from -1 to 1; shift and halve it to get a probability, and mind the √2.",
        "Half of x, times 1 + _erf(x / √2).",
    ],
    variants=[
        Variant("one-at-a-time", _gelu_one_at_a_time),
        Variant("probability-first", lambda x: x * _probability(x)),
    ],
)

gelu_backward = Exercise(
    "gelu_backward",
    points=2,
    cases=[
        Case("half-at-zero", grad_output=np.array([2.0, 2.0]), x=np.array([0.0, 1.0])),
        Case("falls-on-the-left", x=np.array([-0.75, -1.5, -2.5])),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
        at_random(1.5, 4, 3),
    ],
    misconceptions=[
        Misconception(
            "probability-only",
            believes="The derivative of x Φ(x) is Φ(x): the x goes away.",
            wrong=lambda grad_output, x: grad_output * _probability(x),
            hint="x Φ(x) is a product. Which second term does the product rule have?",
        ),
        Misconception(
            "x-before-the-density-forgotten",
            believes="The derivative is Φ(x) + φ(x).",
            wrong=lambda grad_output, x: grad_output * (_probability(x) + _density(x)),
            hint="In the product rule, by what is the derivative of Φ multiplied?",
        ),
        Misconception(
            "density-not-normalised",
            believes="The derivative of Φ is e^(-x²/2).",
            wrong=lambda grad_output, x: grad_output * (_probability(x) + x * np.exp(-0.5 * x**2)),
            hint="Which area lies under e^(-x²/2), and which must lie under a density?",
        ),
        Misconception(
            "derivative-of-erf-unscaled",
            believes="The derivative of Φ is ½ · 2/√π · e^(-x²/2): what is inside erf needs no chain rule.",
            wrong=lambda grad_output, x: grad_output * (_probability(x) + x * np.exp(-0.5 * x**2) / math.sqrt(math.pi)),
            hint="The argument of erf is x / √2. What does the chain rule multiply by?",
        ),
        Misconception(
            "tanh-approximation",
            believes="The form with tanh and 0.044715 is gelu.",
            wrong=_tanh_gelu_backward,
            hint=STAND_IN,
        ),
        Misconception(
            "root-in-double",
            believes="np.sqrt of a number keeps the precision of x.",
            wrong=lambda grad_output, x: grad_output * (_probability(x) + x * np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi)),
            hint=DOUBLE_ROOT,
        ),
        upstream_ignored(lambda x: _probability(x) + x * _density(x)),
        Misconception(
            "half-of-the-square-forgotten",
            believes="The density is e^(-x²).",
            wrong=lambda grad_output, x: grad_output * (_probability(x) + x * np.exp(-(x**2)) / math.sqrt(2 * math.pi)),
            hint="What is the exponent in φ(x)?",
        ),
        Misconception(
            "root-of-two-pi-forgotten",
            believes="The density is divided by 2π.",
            wrong=lambda grad_output, x: grad_output * (_probability(x) + x * np.exp(-(x**2) / 2) / (2 * math.pi)),
            hint="How high is φ at 0?",
        ),
        Misconception(
            "density-subtracted",
            believes="The second term is subtracted.",
            wrong=lambda grad_output, x: grad_output * (_probability(x) - x * _density(x)),
            hint="What does the product rule say for x Φ(x)?",
        ),
        Misconception(
            "density-only",
            believes="The derivative of x Φ is x φ.",
            wrong=lambda grad_output, x: grad_output * x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
            hint="What does the product rule say for x Φ(x)?",
        ),
        Misconception(
            "root-two-forgotten",
            believes="Φ(x) is (1 + _erf(x)) / 2.",
            wrong=lambda grad_output, x: (
                grad_output * (0.5 * (1 + _erf(x)) + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))
            ),
            hint="What stands in the argument of erf in Φ?",
        ),
    ],
    hints=[
        "gelu is a product of two things that depend on x.",
        "Product rule: Φ(x) + x φ(x), where φ, the normal density, is the derivative of Φ.",
        "φ is np.exp(-x**2 / 2) / √(2π); multiply grad_output by Φ + x φ.",
    ],
    variants=[
        Variant("term-by-term", lambda grad_output, x: grad_output * _probability(x) + grad_output * x * _density(x)),
    ],
)

softplus = Exercise(
    "softplus",
    points=1,
    vectorized=many,
    cases=[
        Case("zero-is-ln-two", x=np.array([0.0])),
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-6, 6, 12).reshape(3, 4)),
        Case("far-out-overflows-the-formula", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        Case("integers-are-computed-in-double", x=np.array([-2, 0, 3])),
        at_random(3.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "formula-as-it-stands",
            believes="ln(1 + e^x) can be computed as it stands.",
            wrong=lambda x: np.log(1 + np.exp(x)),
            hint="What is e^1000 in floating point? How large should the result be?",
        ),
        Misconception(
            "maximum-forgotten",
            believes="ln(1 + e^(-|x|)) is the safe form.",
            wrong=lambda x: np.log1p(np.exp(-np.abs(x))),
            hint="1000 goes in: does 0 come out, or 1000?",
        ),
        Misconception(
            "sign-of-exponent",
            believes="The exponent is -x, as in the sigmoid.",
            wrong=lambda x: np.logaddexp(0, -x),
            hint="On which side must the curve rise: right or left?",
        ),
        Misconception(
            "one-forgotten",
            believes="The logarithm undoes the exponential: softplus is relu.",
            wrong=lambda x: np.maximum(x, 0.0),
            hint="What is ln(1 + e^0)?",
        ),
        Misconception(
            "base-two",
            believes="log is the logarithm to base 2.",
            wrong=lambda x: np.logaddexp2(0, x * math.log2(math.e)),
            hint="Far to the right the curve must run along y = x. Which base does that?",
        ),
        integer_result(lambda x: np.logaddexp(x, 0.0)),
        Misconception(
            "size-forgotten",
            believes="ln(1 + e^(-x)) is added to relu.",
            wrong=lambda x: np.maximum(x, 0.0) + np.log1p(np.exp(-x)),
            hint="What is your result at -10, and what should it be?",
        ),
        Misconception(
            "threshold-of-five",
            believes="Above 5 softplus is x.",
            wrong=lambda x: np.where(x > 5, x, np.logaddexp(x, 0.0)),
            hint="How large is ln(1 + e^-5)?",
        ),
        Misconception(
            "rest-overflows",
            believes="x + ln(1 + e^(-x)) never overflows.",
            wrong=lambda x: x + np.log1p(np.exp(-x)),
            hint="What is e^(-x) for x = -1000?",
        ),
    ],
    hints=[
        "Where does e^x overflow, and what is ln(1 + e^x) nearly equal to there?",
        "Take out the larger of 0 and x: what remains is ln(1 + e^(-|x|)), which cannot overflow; np.log1p is that ln.",
        "np.maximum(x, 0) plus np.log1p(np.exp(-np.abs(x))), or np.logaddexp of 0 and x.",
    ],
    variants=[
        Variant("maximum-and-rest", lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))),
        Variant("log-without-one", lambda x: np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))),
        Variant("threshold-at-twenty", lambda x: np.where(x > 20, x, np.log1p(np.exp(x)))),
    ],
)

softplus_backward = Exercise(
    "softplus_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("half-at-zero", grad_output=np.array([2.0]), x=np.array([0.0])),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-4, 4, 6).reshape(2, 3)),
        Case("three-axes", x=spread(-4, 4, 30).reshape(3, 2, 5)),
        Case("far-out-overflows-the-quotient", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
        at_random(2.0, 4, 3),
    ],
    misconceptions=[
        Misconception(
            "quotient-as-it-stands",
            believes="e^x / (1 + e^x) can be computed as it stands.",
            wrong=lambda grad_output, x: grad_output * np.exp(x) / (1 + np.exp(x)),
            hint="What is e^1000 in floating point, and what is infinity divided by infinity?",
        ),
        Misconception(
            "slope-of-sigmoid",
            believes="The derivative is σ (1 - σ).",
            wrong=lambda grad_output, x: grad_output * right_sigmoid(x) * (1 - right_sigmoid(x)),
            hint="softplus has the sigmoid as its slope. Is the slope of that slope asked for?",
        ),
        Misconception(
            "inner-derivative-forgotten",
            believes="The derivative of ln(1 + e^x) is 1 / (1 + e^x).",
            wrong=lambda grad_output, x: grad_output * right_sigmoid(-x),
            hint="ln u has the slope 1/u. By what does the chain rule multiply that?",
        ),
        Misconception(
            "slope-of-relu",
            believes="softplus is relu, so its slope is 0 or 1.",
            wrong=lambda grad_output, x: grad_output * (x > 0),
            hint="The curve has no kink. What is its slope at 0?",
        ),
        upstream_ignored(right_sigmoid),
    ],
    hints=[
        "Differentiate ln(1 + e^x) with the chain rule. Which function of this unit is the result?",
        "The slope is σ(x), between 0 and 1; multiply the upstream gradient by it.",
        "grad_output times sigmoid(x).",
    ],
    variants=[Variant("one-over", lambda grad_output, x: grad_output / (1 + np.exp(-x)))],
)
