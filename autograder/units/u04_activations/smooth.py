"""The smooth relatives of relu and their backward passes: gelu, softplus."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.families import integer_result, upstream_ignored
from autograder.units.u04_activations.elementwise import (
    FAR_OUT,
    INFINITE_QUOTIENT,
    INTEGERS,
    MATRIX,
    at_random,
    backward_cases,
    forward_cases,
    many,
    many_backward,
)

STAND_IN = "That form stands in for erf where erf is slow. How many digits agree, and is `erf` missing here?"
DOUBLE_ROOT = "np.sqrt(2) is a float64, and float32 with float64 gives float64. What is math.sqrt(2)?"
PRODUCT_RULE = "What does the product rule say for x Φ(x)?"

ERF = "erf(x / math.sqrt(2))"
TANH = "np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))"

# NumPy has no erf: a loop over math.erf is a fair answer, so gelu may loop.
gelu = Exercise(
    "gelu",
    points=1,
    cases=[
        Case("zero-and-one", x=np.array([0.0, 1.0])),
        Case("dips-below-zero", x=np.array([-0.25, -0.75, -1.5])),
        *forward_cases(),
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        edit("tanh-approximation", ERF, TANH).believes("The form with tanh and 0.044715 is gelu.").ask(STAND_IN),
        edit("tanh-approximation-in-double", ERF, TANH.replace("math.", "np."))
        .believes("The form with tanh is gelu, and np.sqrt of a number keeps the precision of x.")
        .ask(STAND_IN),
        returns("sigmoid-approximation", "x * sigmoid(1.702 * x)").believes("x σ(1.702 x) is gelu.").ask(STAND_IN),
        edit("root-two-forgotten", ERF, "erf(x)")
        .believes("Φ(x) is ½ (1 + erf(x)).")
        .ask("erf belongs to e^(-t²), Φ to e^(-t²/2). Which factor turns one into the other?"),
        edit("half-forgotten", "0.5 * ", "")
        .believes("1 + erf is the probability.")
        .ask("Between which two numbers does 1 + erf lie, and between which a probability?"),
        edit("probability-returned", "0.5 * x", "0.5")
        .believes("gelu is Φ(x) itself.")
        .ask("1000 goes in: does 1 come out, or 1000?"),
        edit("root-in-double", "math.sqrt(2)", "np.sqrt(2)")
        .believes("np.sqrt of a number keeps the precision of x.")
        .ask(DOUBLE_ROOT),
        returns("silu-instead", "x * sigmoid(x)")
        .believes("x σ(x) is near enough.")
        .ask("gelu(1) is 0.8413. What is σ(1)?"),
        returns("one-forgotten", f"x * {ERF}").believes("Φ is the error function.").ask("What is Φ(0)?"),
        returns("density-instead", "x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)")
        .believes("Φ is e^(-x²/2) / √(2π).")
        .ask("How probable is a number below x when x is large?"),
        edit("root-multiplied", "x / math.sqrt(2)", "x * math.sqrt(2)")
        .believes("The argument of erf is √2 x.")
        .ask("Φ(1) is 0.8413. At which argument is (1 + erf)/2 that?"),
        edit("other-tail", "1 + erf", "1 - erf")
        .believes("Φ(x) is the probability that a normal number is larger than x.")
        .ask("Should a large x pass or be held back?"),
    ],
    hints=[
        "Φ(x) is the probability that a standard normal number is below x: what is Φ(0), and Φ far out on each side?",
        "erf runs from -1 to 1; shift and halve it to get a probability, and mind the √2.",
        "Half of x, times 1 + erf(x / √2).",
    ],
    variants=[
        Variant(
            "one-at-a-time",
            """
            values = [0.5 * value * (1 + math.erf(value / math.sqrt(2))) for value in x.ravel().tolist()]
            return np.array(values, dtype=x.dtype).reshape(x.shape)
            """,
        ),
        Variant("probability-first", f"x * (0.5 * (1 + {ERF}))"),
    ],
)

gelu_backward = Exercise(
    "gelu_backward",
    points=2,
    cases=[
        Case("half-at-zero", grad_output=np.array([2.0, 2.0]), x=np.array([0.0, 1.0])),
        Case("falls-on-the-left", x=np.array([-0.75, -1.5, -2.5])),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        MATRIX,
        FAR_OUT,
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
        at_random(1.5, 4, 3),
    ],
    misconceptions=[
        edit("probability-only", " + x * density", "")
        .believes("The derivative of x Φ(x) is Φ(x): the x goes away.")
        .ask("x Φ(x) is a product. Which second term does the product rule have?"),
        edit("x-before-the-density-forgotten", "x * density", "density")
        .believes("The derivative is Φ(x) + φ(x).")
        .ask("In the product rule, by what is the derivative of Φ multiplied?"),
        edit("density-not-normalised", " / math.sqrt(2 * math.pi)", "")
        .believes("The derivative of Φ is e^(-x²/2).")
        .ask("Which area lies under e^(-x²/2), and which must lie under a density?"),
        edit("derivative-of-erf-unscaled", "math.sqrt(2 * math.pi)", "math.sqrt(math.pi)")
        .believes("The derivative of Φ is ½ · 2/√π · e^(-x²/2): what is inside erf needs no chain rule.")
        .ask("The argument of erf is x / √2. What does the chain rule multiply by?"),
        body(
            "tanh-approximation",
            f"""
            t = {TANH}
            inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
            return grad_output * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)
            """,
        )
        .believes("The form with tanh and 0.044715 is gelu.")
        .ask(STAND_IN),
        edit("root-in-double", "math.sqrt(2 * math.pi)", "np.sqrt(2 * np.pi)")
        .believes("np.sqrt of a number keeps the precision of x.")
        .ask(DOUBLE_ROOT),
        upstream_ignored(),
        edit("half-of-the-square-forgotten", "-0.5 * x**2", "-(x**2)")
        .believes("The density is e^(-x²).")
        .ask("What is the exponent in φ(x)?"),
        edit("root-of-two-pi-forgotten", "math.sqrt(2 * math.pi)", "(2 * math.pi)")
        .believes("The density is divided by 2π.")
        .ask("How high is φ at 0?"),
        edit("density-subtracted", "probability + ", "probability - ")
        .believes("The second term is subtracted.")
        .ask(PRODUCT_RULE),
        edit("density-only", "probability + ", "").believes("The derivative of x Φ is x φ.").ask(PRODUCT_RULE),
        edit("root-two-forgotten", ERF, "erf(x)")
        .believes("Φ(x) is (1 + erf(x)) / 2.")
        .ask("What is the argument of erf in Φ?"),
    ],
    hints=[
        "gelu is a product of two things that depend on x.",
        "Product rule: Φ(x) + x φ(x), where φ, the normal density, is the derivative of Φ.",
        "φ is np.exp(-x**2 / 2) / √(2π); multiply grad_output by Φ + x φ.",
    ],
    variants=[
        Variant("term-by-term", ("(probability + x * density)", "probability + grad_output * x * density")),
    ],
)

softplus = Exercise(
    "softplus",
    points=1,
    vectorized=many,
    cases=[
        Case("zero-is-ln-two", x=np.array([0.0])),
        *forward_cases("far-out-overflows-the-formula", reach=6),
        INTEGERS,
        at_random(3.0, 2, 3, 5),
    ],
    misconceptions=[
        returns("formula-as-it-stands", "np.log(1 + np.exp(x))")
        .believes("ln(1 + e^x) can be computed as it stands.")
        .ask("What is e^1000 in floating point? How large should the result be?"),
        returns("maximum-forgotten", "np.log1p(np.exp(-np.abs(x)))")
        .believes("ln(1 + e^(-|x|)) is the safe form.")
        .ask("1000 goes in: does 0 come out, or 1000?"),
        edit("sign-of-exponent", "(x, 0.0)", "(-x, 0.0)")
        .believes("The exponent is -x, as in the sigmoid.")
        .ask("On which side must the curve rise: right or left?"),
        returns("one-forgotten", "relu(x)")
        .believes("The logarithm undoes the exponential: softplus is relu.")
        .ask("What is ln(1 + e^0)?"),
        returns("base-two", "np.logaddexp2(0, x * math.log2(math.e))")
        .believes("log is the logarithm to base 2.")
        .ask("Far to the right the curve must run along y = x. Which base does that?"),
        integer_result(),
        returns("size-forgotten", "relu(x) + np.log1p(np.exp(-x))")
        .believes("ln(1 + e^(-x)) is added to relu.")
        .ask("What is your result at -10, and what should it be?"),
        returns("threshold-of-five", "np.where(x > 5, x, softplus(x))")
        .believes("Above 5 softplus is x.")
        .ask("How large is ln(1 + e^-5)?"),
        returns("rest-overflows", "x + np.log1p(np.exp(-x))")
        .believes("x + ln(1 + e^(-x)) never overflows.")
        .ask("What is e^(-x) for x = -1000?"),
    ],
    hints=[
        "Where does e^x overflow, and what is ln(1 + e^x) nearly equal to there?",
        "Take out the larger of 0 and x: what remains is ln(1 + e^(-|x|)), which cannot overflow; np.log1p is that ln.",
        "np.maximum(x, 0) plus np.log1p(np.exp(-np.abs(x))), or np.logaddexp of 0 and x.",
    ],
    variants=[
        Variant("maximum-and-rest", "np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))"),
        Variant("log-without-one", "np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))"),
        Variant("threshold-at-twenty", "np.where(x > 20, x, np.log1p(np.exp(x)))"),
    ],
)

softplus_backward = Exercise(
    "softplus_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("half-at-zero", grad_output=np.array([2.0]), x=np.array([0.0])),
        *backward_cases("far-out-overflows-the-quotient", reach=4),
        at_random(2.0, 4, 3),
    ],
    misconceptions=[
        returns("quotient-as-it-stands", "grad_output * np.exp(x) / (1 + np.exp(x))")
        .believes("e^x / (1 + e^x) can be computed as it stands.")
        .ask(INFINITE_QUOTIENT),
        returns("slope-of-sigmoid", "sigmoid_backward(grad_output, x)")
        .believes("The derivative is σ (1 - σ).")
        .ask("softplus has the sigmoid as its slope. Is the slope of that slope asked for?"),
        edit("inner-derivative-forgotten", "sigmoid(x)", "sigmoid(-x)")
        .believes("The derivative of ln(1 + e^x) is 1 / (1 + e^x).")
        .ask("ln u has the slope 1/u. By what does the chain rule multiply that?"),
        edit("slope-of-relu", "sigmoid(x)", "(x > 0)")
        .believes("softplus is relu, so its slope is 0 or 1.")
        .ask("The curve has no kink. What is its slope at 0?"),
        upstream_ignored(),
    ],
    hints=[
        "Differentiate ln(1 + e^x) with the chain rule. Which function of this unit is the result?",
        "The slope is σ(x), between 0 and 1; multiply the upstream gradient by it.",
        "grad_output times sigmoid(x).",
    ],
    variants=[Variant("one-over", "grad_output / (1 + np.exp(-x))")],
)
