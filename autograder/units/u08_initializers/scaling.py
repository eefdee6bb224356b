"""fans, and the initializers whose variance follows from them: glorot_*, he_* and lecun_*."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.checks.distribution import Distribution, draws
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.u08_initializers.distributions import (
    NORMAL,
    SEED_FIXED_INSIDE,
    UNIFORM,
    another_seed,
    random_shape,
)

FANS = "area * inputs, area * outputs"
KERNEL_AXES = "What are the first two axes of a kernel (KH, KW, C_in, C_out)?"
KERNEL_AREA_IGNORED = (
    edit("kernel-area-ignored", FANS, "inputs, outputs")
    .believes("The fans of a convolution are its numbers of channels.")
    .ask("How many numbers are added up for one output of a 3 × 3 kernel over 16 channels?")
)

fans = Exercise(
    "fans",
    points=1,
    parts=("fan_in", "fan_out"),
    cases=[
        Case("dense", shape=(3, 5)),
        Case("one-unit", shape=(7, 1)),
        Case("kernel", shape=(3, 3, 16, 32)),
        Case("kernel-not-square", shape=(2, 5, 4, 3)),
        Case("kernel-of-a-sequence", shape=(5, 24, 12)),
        Case("kernel-of-a-video", shape=(2, 3, 4, 5, 7)),
        Case("one-by-one-kernel", shape=(1, 1, 64, 10)),
        Case("one-axis", shape=(5,), raises="shape"),
        Case("no-axes", shape=(), raises="shape"),
        random_cases(lambda rng: {"shape": tuple(int(n) for n in rng.permutation(np.arange(2, 9))[:4])}),
    ],
    misconceptions=[
        KERNEL_AREA_IGNORED,
        edit("in-and-out-swapped", FANS, "area * outputs, area * inputs")
        .believes("The last axis is what goes in.")
        .ask("In x @ w, which axis of w meets the features of x?"),
        edit("first-two-axes", FANS, "shape[0], shape[1]")
        .believes("The first axis is in and the second one is out, whatever follows.")
        .ask(KERNEL_AXES),
        edit("channels-first", "*field, inputs, outputs = shape", "outputs, inputs, *field = shape")
        .believes("Weights have the shape (out, in, KH, KW), as in PyTorch.")
        .ask("Where do this course's kernels keep their channels, first or last?"),
        edit("area-only-for-the-input", FANS, "area * inputs, outputs")
        .believes("fan_in counts all weights of one unit; fan_out is the number of units.")
        .ask("An input lies under how many places of the kernel, and feeds how many filters at each?"),
        returns("one-axis-is-a-square", "fans(shape * 2 if len(shape) == 1 else shape)")
        .believes("A vector has one size, which is both fans.")
        .ask("Can a bias, with one axis, tell what goes in and what comes out?"),
    ],
    hints=[
        "Draw one output and count the arrows into it; then one input, and count the arrows out of it.",
        "The last two axes are the channels. The product of the axes before them, 1 if there are none, is the field.",
        "area = math.prod(shape[:-2]); the fans are area * shape[-2] and area * shape[-1].",
    ],
    variants=[Variant("numpy-product", ("math.prod(field)", "int(np.prod(shape[:-2]))"))],
)

SCALED_CASES: list[Case | RandomCases] = [
    Case("tall-dense", seed=1, shape=(200, 100)),
    Case("wide-dense", seed=2, shape=(60, 150)),
    Case("kernel", seed=3, shape=(3, 3, 16, 32)),
    Case("kernel-of-a-sequence", seed=4, shape=(5, 40, 12)),
    Case("one-by-one-kernel", seed=5, shape=(1, 1, 100, 40)),
    Case("few-inputs", seed=6, shape=(12, 300)),
    Case("one-axis", seed=7, shape=(5,), raises="shape"),
    random_cases(lambda rng: {"seed": another_seed(rng), "shape": random_shape(rng)}),
]
SCALED_VARIANTS = {
    "uniform": [
        Variant("numpy", (UNIFORM, "rng.uniform(low, high, shape)")),
        Variant("other-draw-order", ("rng.random(shape)", "rng.random(shape[::-1]).T")),
    ],
    "normal": [
        Variant("numpy", (NORMAL, "rng.normal(0, std, shape)")),
        Variant("other-draw-order", ("rng.standard_normal(shape)", "rng.standard_normal(shape[::-1]).T")),
    ],
}

ONE_FAN = [
    edit("fan-out-for-fan-in", "fans(shape)[0]", "fans(shape)[1]")
    .believes("The last axis of the weights is what goes in.")
    .ask("How many terms does one output add up: as many as there are inputs, or outputs?"),
    edit("first-axis-for-fan-in", FANS, "shape[0], shape[-1]")
    .believes("fan_in is shape[0].")
    .ask("What is the first axis of a kernel (KH, KW, C_in, C_out)?"),
]
NORMAL_ONLY = [
    edit("variance-as-std", "math.sqrt", "")
    .believes("The formula gives what `random_normal` wants.")
    .ask("The formula is a variance. What does `random_normal` take?"),
    edit("truncated-as-in-keras", "random_normal(", "truncated_normal(")
    .believes("Weights are drawn from a truncated normal distribution, as Keras does.")
    .ask("Should a weight of three standard deviations be possible here? The convention card says."),
]


def _limit_is_std(right: str, wrong: str, believes: str = "") -> Misconception:
    return (
        edit("limit-is-std", f"sqrt({right} /", f"sqrt({wrong} /")
        .believes(believes or "A uniform distribution between -std and std has the standard deviation std.")
        .ask("What is the variance of the uniform distribution on [-a, a)?")
    )


def _not_glorots_variance(law: str) -> list[Misconception]:
    return [
        returns("he-called-xavier", f"he_{law}(rng, shape)")
        .believes("Xavier's variance is 2 / n.")
        .ask("Which n: what goes in, or what comes out? And whose formula has a single n?"),
        returns("fan-in-only", f"lecun_{law}(rng, shape)")
        .believes("Only what goes in counts: the variance is 1 / fan_in.")
        .ask("What keeps the gradient's size on its way back through the same weights?"),
        edit("sum-for-mean", "sum(fans(shape))", "(2 * sum(fans(shape)))")
        .believes("The variance is 1 / (fan_in + fan_out).")
        .ask("In a square layer of n units the variance should be 1 / n. What does yours give?"),
        edit("first-and-last-axis", FANS, "shape[0], shape[-1]")
        .believes("in is the first axis and out is the last.")
        .ask(KERNEL_AXES),
    ]


def _not_hes_variance(law: str) -> list[Misconception]:
    return [
        returns("relu-forgotten", f"lecun_{law}(rng, shape)")
        .believes("The variance is 1 / fan_in.")
        .ask("What does relu do to half of the numbers, and so to their mean square?"),
        returns("glorot-instead", f"glorot_{law}(rng, shape)")
        .believes("The variance is 2 / (fan_in + fan_out).")
        .ask("Which of the two fans does He's formula have in it?"),
        *ONE_FAN,
    ]


def _not_lecuns_variance(law: str) -> list[Misconception]:
    return [
        returns("he-instead", f"he_{law}(rng, shape)")
        .believes("The variance is 2 / fan_in.")
        .ask("Whose formula makes up for a relu?"),
        returns("glorot-instead", f"glorot_{law}(rng, shape)")
        .believes("The variance is 2 / (fan_in + fan_out).")
        .ask("Which of the two fans does LeCun's formula have in it?"),
        *ONE_FAN,
    ]


def _uniform_hints(variance: str, call: str) -> list[str]:
    return [
        "Which variance is wanted, and which limit gives a uniform distribution that variance?",
        f"The variance of the uniform distribution on [-a, a) is a² / 3. Solve a² / 3 = {variance} for a.",
        f"limit = {call}, then random_uniform(rng, shape, -limit, limit)",
    ]


def _normal_hints(which_fans: str, call: str) -> list[str]:
    return ["The formula is a variance; what does `random_normal` want?", which_fans, call]


def _scaled(name: str, misconceptions: list[Misconception], hints: list[str]) -> Exercise:
    """One of the six: judged on the same cases, and known for these misconceptions besides its own."""
    author, law = name.split("_")
    other = {"uniform": "normal", "normal": "uniform"}[law]
    return Exercise(
        name,
        points=1,
        scenario=draws,
        check=Distribution(),
        cases=SCALED_CASES,
        misconceptions=[
            *misconceptions,
            KERNEL_AREA_IGNORED,
            returns(f"{other}-drawn", f"{author}_{other}(rng, shape)")
            .believes("Only the variance counts, not the distribution.")
            .ask("Look at a histogram of your weights: a bell or a box?"),
            SEED_FIXED_INSIDE,
        ],
        hints=hints,
        variants=SCALED_VARIANTS[law],
    )


glorot_uniform = _scaled(
    "glorot_uniform",
    [
        *_not_glorots_variance("uniform"),
        _limit_is_std("6", "2"),
        edit("from-zero", "-limit", "0")
        .believes("Weights lie between 0 and the limit.")
        .ask("What is the mean of your weights, and what happens to a sum of a hundred of them?"),
    ],
    _uniform_hints("2 / (fan_in + fan_out)", "math.sqrt(6 / sum(fans(shape)))"),
)
glorot_normal = _scaled(
    "glorot_normal",
    [*_not_glorots_variance("normal"), *NORMAL_ONLY],
    _normal_hints(
        "Both fans go in: the variance is one over their mean.",
        "random_normal(rng, shape, math.sqrt(2 / sum(fans(shape))))",
    ),
)
he_uniform = _scaled(
    "he_uniform",
    [*_not_hes_variance("uniform"), _limit_is_std("6", "2")],
    _uniform_hints("2 / fan_in", "math.sqrt(6 / fan_in)"),
)
he_normal = _scaled(
    "he_normal",
    [
        *_not_hes_variance("normal"),
        *NORMAL_ONLY,
        edit("root-of-the-two-alone", "math.sqrt(2 / fans(shape)[0])", "math.sqrt(2) / fans(shape)[0]")
        .believes("The standard deviation is √2 / fan_in.")
        .ask("What is the root of 2 / fan_in? Is fan_in under the root too?"),
    ],
    _normal_hints(
        "Only fan_in goes in; the 2 makes up for the half that relu takes away.",
        "random_normal(rng, shape, math.sqrt(2 / fan_in)) with fan_in, _ = fans(shape)",
    ),
)
lecun_normal = _scaled(
    "lecun_normal",
    [*_not_lecuns_variance("normal"), *NORMAL_ONLY],
    _normal_hints(
        "fan_in terms of variance Var(w) add up to 1: how large is Var(w)?",
        "random_normal(rng, shape, math.sqrt(1 / fan_in)) with fan_in, _ = fans(shape)",
    ),
)
lecun_uniform = _scaled(
    "lecun_uniform",
    [
        *_not_lecuns_variance("uniform"),
        _limit_is_std("3", "1", "The limit is the std, 1 / √fan_in: PyTorch's default for linear layers."),
    ],
    _uniform_hints("1 / fan_in", "math.sqrt(3 / fan_in)"),
)
