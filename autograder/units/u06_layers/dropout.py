"""make_dropout_mask, and dropout in training, on the way back and at test time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks.mask import Mask
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import Array, grid, normal
from autograder.units.shared.families import always_double, upstream_ignored

WHICH_DTYPE = "Which dtype does the docstring ask for?"
PROMOTED = "float32 times int64 or float64: which dtype comes out?"

DRAWN = "np.where(rng.random(shape) < rate, 0.0, 1.0)"
DROPPED = "np.where(mask, x / (1 - rate), 0.0)"
DROPPED_BACK = "np.where(mask, grad_output / (1 - rate), 0.0)"
COPY = 'np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)'
#: What `np.random.rand(*x.shape) >= rate` gives in a worker, whose global generator starts from seed 0.
OWN_MASK = "np.random.RandomState(0).random_sample(x.shape) >= rate"

MASK = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])


def masked(*shape: int, rate: float, seed: int) -> dict[str, Any]:
    """Normal values, a rate, and a mask of that rate."""
    return {"x": normal(*shape, seed=seed), "rate": rate, "mask": mask(*shape, rate=rate, seed=seed)}


def mask(*shape: int, rate: float, seed: int) -> Array:
    """Zeros and ones of a fixed seed."""
    return (np.random.default_rng([6, seed]).random(shape) >= rate).astype(np.float64)


def drawn_units(rng: np.random.Generator) -> dict[str, Any]:
    """A matrix, a rate, and a mask of that rate."""
    shape, rate = (2 + rng.permutation(5)[:2]).tolist(), float(rng.uniform(0.1, 0.8))
    return {"x": rng.standard_normal(shape), "rate": rate, "mask": (rng.random(shape) >= rate).astype(np.float64)}


def drawn_shape(rng: np.random.Generator) -> dict[str, Any]:
    """A seed, the shape of a large matrix, and a rate."""
    shape = tuple((20 + rng.permutation(30)[:2]).tolist())
    return {"seed": int(rng.integers(1, 2**31)), "shape": shape, "rate": float(rng.uniform(0.15, 0.4))}


def drawn_masks(
    subject: Callable[..., Any], seed: int, shape: Sequence[int], rate: float, draws: int = 2
) -> dict[str, list[Any]]:
    """Scenario: draw several masks with one generator, with a new one of its seed, and with one of another seed."""

    def several(start: int) -> list[Any]:
        rng = np.random.default_rng(start)
        return [subject(rng, shape, rate) for _ in range(draws)]

    return {"draws": several(seed), "again": several(seed), "other": several(seed + 1)}


make_dropout_mask = Exercise(
    "make_dropout_mask",
    points=1,
    scenario=drawn_masks,
    check=Mask(),
    truth="none",
    vectorized=lambda n: {"seed": 1, "shape": (n, 3), "rate": 0.3},
    cases=[
        Case("half", seed=1, shape=(40, 30), rate=0.5),
        Case("one-fifth", seed=2, shape=(50, 40), rate=0.2),
        Case("most-dropped", seed=3, shape=(30, 60), rate=0.8),
        Case("one-axis", seed=4, shape=(2000,), rate=0.3),
        Case("images", seed=5, shape=(6, 8, 7, 5), rate=0.4),
        Case("many-small-masks", seed=6, shape=(2, 6), rate=0.25, draws=80),
        Case("one-number", seed=7, shape=(), rate=0.5, draws=80),
        Case("nothing-dropped", seed=8, shape=(5, 4), rate=0.0),
        Case("all-dropped", seed=9, shape=(3, 2), rate=1.0, raises="rate"),
        Case("negative-rate", seed=10, shape=(3, 2), rate=-0.1, raises="rate"),
        random_cases(drawn_shape),
    ],
    misconceptions=[
        edit("rate-read-as-keep", "0.0, 1.0", "1.0, 0.0")
        .believes("The rate is the fraction that is kept.")
        .ask("At a rate of 0.2, how many of ten units should be left?"),
        edit("scaled-mask", "0.0, 1.0", "0.0, 1 / (1 - rate)")
        .believes("The mask holds 1 / (1 - rate) for what stays.")
        .ask("`dropout` divides by 1 - rate. What happens if the mask has done so already?"),
        edit("boolean-mask", DRAWN, "rng.random(shape) >= rate")
        .believes("A mask is made of True and False.")
        .ask(WHICH_DTYPE),
        edit(
            "one-draw-per-row",
            "rng.random(shape)",
            "np.ones(shape) * rng.random([*shape[:1], *[1 for _ in shape[1:]]])",
        )
        .believes("A whole sample is dropped, or none of it.")
        .ask("If a whole row is 0, what can the next layer learn from it?"),
        edit("shared-by-the-batch", "rng.random(shape)", "np.ones(shape) * rng.random(shape[1:])")
        .believes("One mask serves all samples of a batch.")
        .ask("Which units are off for sample 0, and which for sample 1? Should they be the same ones?"),
        body(
            "exact-number",
            """
            entries = int(np.prod(shape))
            return np.where(rng.permutation(entries) < round(rate * entries), 0.0, 1.0).reshape(shape)
            """,
        )
        .believes("Of n entries exactly rate · n are dropped.")
        .ask("If one entry is known to be dropped, does that tell anything about another one? Should it?"),
        edit("rate-ignored", "< rate", "< 0.5").believes("Dropout flips a fair coin.").ask("Where does `rate` enter?"),
        edit("random-weights", DRAWN, "rng.random(shape) * 1.0")
        .believes("Every unit is damped by a random factor.")
        .ask("Which two values may a mask have?"),
        edit("seed-fixed-inside", "rng.random", "np.random.default_rng(0).random")
        .believes("Reproducible means that the function seeds its own generator.")
        .ask("How different are the masks of two training steps, then?"),
        edit("global-generator", "rng.random", "np.random.random")
        .believes("np.random is as random as the generator that was passed in.")
        .ask("Two generators of one seed: do they give the same mask?"),
        edit("whole-numbers", "0.0, 1.0", "0, 1").believes("0 and 1 are integers.").ask(WHICH_DTYPE),
        edit("one-draw-for-all", "rng.random(shape)", "np.full(shape, rng.random())")
        .believes("One number decides for the whole mask.")
        .ask("Does P(mask = 0) = rate hold for the mask as a whole, or for each entry?"),
        returns("rate-not-checked", DRAWN)
        .believes("The caller knows which rates make sense.")
        .ask("What would `dropout` divide by for a rate of 1?"),
    ],
    hints=[
        "Each entry is a coin of its own. With which probability does it show 0?",
        "A uniform number from [0, 1) lies below `rate` with probability `rate`.",
        "After checking the rate: np.where(rng.random(shape) < rate, 0.0, 1.0)",
    ],
    variants=[
        Variant("binomial", (DRAWN, "rng.binomial(1, 1 - rate, shape) * 1.0")),
        Variant("chosen", (DRAWN, "rng.choice([0.0, 1.0], size=shape, p=[rate, 1 - rate])")),
        Variant("as-floats", (DRAWN, "(rng.random(shape) >= rate).astype(np.float64)")),
    ],
)

dropout = Exercise(
    "dropout",
    points=1,
    returns_new=True,
    vectorized=lambda n: masked(n, 3, rate=0.4, seed=0),
    cases=[
        Case("half", x=np.array([1.0, 2.0, 3.0, 4.0]), rate=0.5, mask=np.array([1.0, 0.0, 1.0, 0.0])),
        Case("one-fifth", x=grid(2, 3), rate=0.2, mask=MASK),
        Case("three-quarters", **masked(3, 4, rate=0.75, seed=1)),
        Case("all-stay-by-chance", x=grid(2, 2), rate=0.4, mask=np.ones((2, 2))),
        Case("all-go-by-chance", x=grid(2, 2), rate=0.4, mask=np.zeros((2, 2))),
        Case("nothing-dropped", x=normal(2, 3, seed=2), rate=0.0, mask=np.ones((2, 3))),
        Case("images", **masked(2, 3, 2, 4, rate=0.3, seed=3)),
        Case("read-only", **masked(4, 2, rate=0.1, seed=4), readonly=True),
        Case("boolean-mask", x=normal(2, 3, seed=5), rate=0.35, mask=MASK == 1),
        Case("integers", x=np.array([[4, -2, 7], [1, 5, 3]]), rate=0.5, mask=MASK.astype(np.int64)),
        Case(
            "single-precision-and-a-mask-of-integers",
            x=normal(2, 3, seed=6).astype(np.float32),
            rate=0.2,
            mask=MASK.astype(np.int64),
        ),
        Case("rate-one", x=grid(2, 3), rate=1.0, mask=np.zeros((2, 3)), raises="rate"),
        Case("negative-rate", x=grid(2, 3), rate=-0.5, mask=MASK, raises="rate"),
        random_cases(drawn_units),
    ],
    misconceptions=[
        edit("not-scaled", "x / (1 - rate)", "1.0 * x")
        .believes("Dropping is all that dropout does.")
        .ask("At a rate of 0.5, how large is the sum of what is left, on average, compared with the sum before?"),
        edit("scaled-by-the-rate", "(1 - rate)", "rate")
        .believes("The rate is the fraction kept, so dividing by it makes up for the rest.")
        .ask("At a rate of 0.2, 80 % stay. By what must they be divided for the average to be right?"),
        edit("scaled-down", "x / (1 - rate)", "x * (1 - rate)")
        .believes("What stays is multiplied by the fraction kept.")
        .ask("Something is missing after dropping. Must what is left become larger or smaller?"),
        edit("mask-inverted", DROPPED, "np.where(mask, 0.0, x / (1 - rate))")
        .believes("1 marks what is dropped.")
        .ask("What does a mask of ones do?"),
        edit("scaled-by-what-the-mask-kept", DROPPED, "np.where(mask, x, 0.0) / float(np.mean(mask))")
        .believes("The scale makes up for what this mask dropped.")
        .ask("Which fraction does the formula mean: that of this draw, or that of all draws?"),
        edit("dtype-of-the-mask", DROPPED, "x * mask / (1 - rate)")
        .believes("The dtype of a product takes care of itself.")
        .ask(PROMOTED),
        edit("drawn-anew", "np.where(mask", f"np.where({OWN_MASK}")
        .believes("Dropout draws its own mask.")
        .ask("What is the argument `mask` for?"),
        edit("in-place", "return", "x *= mask.astype(x.dtype); return")
        .believes("The input is not needed any more.")
        .ask("Whose array is x? What does `*=` do to it?"),
        edit("units-removed", DROPPED, "x[mask.astype(bool)] / (1 - rate)")
        .believes("A dropped unit is taken out of the array.")
        .ask("The next layer has a weight for every unit. Which shape does it expect?"),
        returns("rate-not-checked", DROPPED)
        .believes("Any rate is a rate.")
        .ask("At a rate of 1, by what would you divide?"),
        edit("rate-subtracted", "(1 - rate)", "1 - rate")
        .believes("x / 1 - rate divides by what is kept.")
        .ask("What does Python compute first in x / 1 - rate?"),
        edit("multiplied-by-the-rate", "x / (1 - rate)", "x * rate")
        .believes("What stays is multiplied by the rate.")
        .ask("Half of the units are gone: should the others become larger or smaller?"),
        edit("dropped-kept-unscaled", "0.0)", "x)")
        .believes("What is dropped stays as it is.")
        .ask("What is left of a unit whose mask is 0?"),
    ],
    hints=[
        "What becomes of a unit whose mask is 0, and what of one whose mask is 1?",
        "The average over many masks must be x: a unit stays with probability 1 - rate.",
        "After checking the rate: x * mask / (1 - rate), in the dtype of x; np.where keeps it.",
    ],
    variants=[
        Variant("product", (DROPPED, '(x * mask / (1 - rate)).astype(x.dtype if x.dtype.kind == "f" else float)')),
        Variant(
            "by-index",
            """
            require_rate(rate)
            kept = mask.astype(bool)
            y = np.zeros(x.shape, x.dtype if x.dtype.kind == "f" else np.float64)
            y[kept] = x[kept] / (1 - rate)
            return y
            """,
        ),
    ],
)

dropout_backward = Exercise(
    "dropout_backward",
    points=1,
    wrt=["x"],
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), **masked(n, 3, rate=0.4, seed=0)},
    cases=[
        Case(
            "half",
            grad_output=np.array([1.0, -2.0, 3.0, 4.0]),
            x=np.array([5.0, 2.0, -1.0, 0.5]),
            rate=0.5,
            mask=np.array([1.0, 0.0, 1.0, 0.0]),
        ),
        *dropout.cases[1:3],
        Case("a-zero-that-stays", x=np.array([[0.0, 0.0, -1.0], [2.0, 0.0, 3.0]]), rate=0.4, mask=MASK),
        *dropout.cases[5:9],
        dropout.cases[10],
        random_cases(drawn_units),
    ],
    misconceptions=[
        edit("not-scaled", " / (1 - rate)", "")
        .believes("The scale belongs to the forward pass alone.")
        .ask("y = x · mask / (1 - rate): what is the slope where the mask is 1?"),
        edit("drawn-anew", "np.where(mask", f"np.where({OWN_MASK}")
        .believes("The backward pass drops at random, too.")
        .ask("A unit that was off in the forward pass: can it have had an effect on the loss?"),
        returns("mask-forgotten", "grad_output / (1 - rate)")
        .believes("Only the scale is left on the way back.")
        .ask("What is the slope where the mask is 0?"),
        edit("mask-read-from-x", "np.where(mask", "np.where(mask * (x != 0)")
        .believes("A unit was dropped where its input is 0.")
        .ask("A unit may be 0 by itself, and stay. Does it pass its gradient on?"),
        edit("unscaled-instead", "/ (1 - rate)", "* (1 - rate)")
        .believes("The way back undoes the scale.")
        .ask("Doubling on the way forward: does a gradient double on the way back, or is it halved?"),
        edit("scaled-by-the-rate", "(1 - rate)", "rate")
        .believes("The rate is the fraction kept.")
        .ask("At a rate of 0.2, which fraction stays?"),
        upstream_ignored(),
        edit("times-the-input", "grad_output /", "grad_output * x /")
        .believes("The gradient is the output of the forward pass times what arrives.")
        .ask("What is the derivative of 2x: 2, or 2x?"),
        edit("dtype-of-the-mask", DROPPED_BACK, "grad_output * mask / (1 - rate)")
        .believes("The dtype of a product takes care of itself.")
        .ask(PROMOTED),
        edit("mask-inverted", DROPPED_BACK, "np.where(mask, 0.0, grad_output / (1 - rate))")
        .believes("The mask marks what is dropped.")
        .ask("What does a 1 in the mask mean?"),
        returns("passed-through", "grad_output")
        .believes("Dropout has no parameters, so the gradient passes as it is.")
        .ask("Change a dropped unit by a little: does the output notice?"),
        edit("zeros-taken-for-dropped", "np.where(mask", "np.where(x != 0")
        .believes("What is not 0 in x has stayed.")
        .ask("x is the input. Was anything dropped in it?"),
        edit("scaled-by-what-the-mask-kept", "(1 - rate)", "float(np.mean(mask))")
        .believes("The scale is what the mask has kept.")
        .ask("By what did the forward pass divide?"),
    ],
    hints=[
        "What is the slope of y = x · mask / (1 - rate) in each entry?",
        "The forward pass multiplies each entry by a number that does not depend on x: so does the backward pass.",
        "grad_output * mask / (1 - rate), in the dtype of x; np.where keeps it.",
    ],
    variants=[
        Variant("product", "(grad_output * mask / (1 - rate)).astype(x.dtype)"),
        Variant("forward-again", "dropout(grad_output, rate, mask)"),
    ],
)

dropout_eval = Exercise(
    "dropout_eval",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, 3), "rate": 0.4},
    cases=[
        Case("half", x=np.array([1.0, 2.0, -3.0]), rate=0.5),
        Case("one-fifth", x=normal(2, 3, seed=1), rate=0.2),
        Case("most", x=normal(4, 3, seed=2), rate=0.9),
        Case("nothing-dropped", x=normal(2, 2, seed=3), rate=0.0),
        Case("images", x=normal(2, 3, 2, 2, seed=4), rate=0.3),
        Case("read-only", x=normal(3, 2, seed=5), rate=0.4, readonly=True),
        Case("integers", x=np.array([[4, -2, 7]]), rate=0.4),
        Case("single-precision", x=normal(2, 3, seed=6).astype(np.float32), rate=0.25),
        Case("rate-one", x=grid(2, 3), rate=1.0, raises="rate"),
        Case("negative-rate", x=grid(2, 3), rate=-0.25, raises="rate"),
        random_cases(lambda rng: {"x": rng.standard_normal((3, 4)), "rate": float(rng.uniform(0.1, 0.9))}),
    ],
    misconceptions=[
        returns("scaled-down-at-test", "x * (1 - rate)")
        .believes("At test time all units are on, so the output is multiplied by the fraction kept.")
        .ask("That belongs to a dropout that did not scale in training. Did yours?"),
        returns("scaled-up-at-test", "x / (1 - rate)")
        .believes("The scale 1 / (1 - rate) is always there.")
        .ask("What did the scale make up for in training, and is there anything to make up for now?"),
        returns("dropped-at-test", f"dropout(x, rate, {OWN_MASK})")
        .believes("Dropout drops, at test time as well.")
        .ask("Should the prediction for one sample change from call to call?"),
        returns("scaled-by-the-rate", "x * rate")
        .believes("At test time the output is multiplied by the rate.")
        .ask("What is the average of y over all masks in training: x, or rate · x?"),
        edit("same-array", COPY, "x")
        .believes("Nothing is done, so x itself is the result.")
        .ask("If the caller adds 1 to the result in place, what becomes of x?"),
        returns("rate-not-checked", "x + 0.0")
        .believes("Where the rate has no effect, it need not be checked.")
        .ask("Which rates does the docstring refuse?"),
        always_double().believes("Everything becomes float64.").ask("What dtype does the result have for float32?"),
        edit("integers-kept", COPY, "x.copy()")
        .believes("A copy keeps the dtype.")
        .ask("In which dtype are integers computed in this course?"),
    ],
    hints=[
        "What is the average of `dropout` over all masks?",
        "There is nothing left to make up for: values stay, but in an array of their own.",
        "After checking the rate, a copy of x in a floating dtype.",
    ],
    variants=[Variant("added-to-zero", (COPY, "x + 0.0"))],
)
