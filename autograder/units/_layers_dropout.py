"""Assessment of dropout: in training, back, and at test time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units._layers_common import own_mask

__all__ = ["dropout", "dropout_backward", "dropout_eval"]

MASK = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])


def _mask(*shape: int, rate: float, seed: int) -> Array:
    return (np.random.default_rng([6, seed]).random(shape) >= rate).astype(np.float64)


def _random_mask(rng: np.random.Generator) -> Mapping[str, Any]:
    shape, rate = (2 + rng.permutation(5)[:2]).tolist(), float(rng.uniform(0.1, 0.8))
    return {"x": rng.standard_normal(shape), "rate": rate, "mask": (rng.random(shape) >= rate).astype(np.float64)}


def _checked(rate: float) -> None:
    if not 0 <= rate < 1:
        raise ValueError(f"rate: {rate}")


def _typed(values: Any, x: Array) -> Array:
    """Values in the dtype that is due: that of x, float64 for integers."""
    return np.asarray(values, dtype=x.dtype if x.dtype.kind == "f" else np.float64)


def _in_place(x: Array, rate: float, mask: Array) -> Array:
    x *= mask.astype(x.dtype)
    return x / (1 - rate)


def _by_index(x: Array, rate: float, mask: Array) -> Array:
    _checked(rate)
    y = np.zeros(x.shape, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
    kept = np.asarray(mask, dtype=bool)
    y[kept] = x[kept] / (1 - rate)
    return y


def _product(x: Array, rate: float, mask: Array) -> Array:
    _checked(rate)
    return _typed(x * mask / (1 - rate), x)


def _measured_share(x: Array, rate: float, mask: Array) -> Array:
    return _typed(x * mask / np.mean(mask), x)


dropout = Exercise(
    "dropout",
    points=1,
    cases=[
        Case("half", x=np.array([1.0, 2.0, 3.0, 4.0]), rate=0.5, mask=np.array([1.0, 0.0, 1.0, 0.0])),
        Case("one-fifth", x=grid(2, 3), rate=0.2, mask=MASK),
        Case("three-quarters", x=normal(3, 4, seed=1), rate=0.75, mask=_mask(3, 4, rate=0.75, seed=1)),
        Case("all-stay-by-chance", x=grid(2, 2), rate=0.4, mask=np.ones((2, 2))),
        Case("all-go-by-chance", x=grid(2, 2), rate=0.4, mask=np.zeros((2, 2))),
        Case("nothing-dropped", x=normal(2, 3, seed=2), rate=0.0, mask=np.ones((2, 3))),
        Case("images", x=normal(2, 3, 2, 4, seed=3), rate=0.3, mask=_mask(2, 3, 2, 4, rate=0.3, seed=3)),
        Case("read-only", x=normal(4, 2, seed=4), rate=0.1, mask=_mask(4, 2, rate=0.1, seed=4), readonly=True),
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
        random_cases(_random_mask),
    ],
    misconceptions=[
        Misconception(
            "not-scaled",
            believes="Dropping is all that dropout does.",
            wrong=lambda x, rate, mask: _typed(x * mask, x),
            hint="At a rate of 0.5, how large is the sum of what is left, on average, against the sum before?",
        ),
        Misconception(
            "scaled-by-the-rate",
            believes="The rate is the fraction kept, so dividing by it makes up for the rest.",
            wrong=lambda x, rate, mask: _typed(np.float64(1) * x * mask / rate, x),
            hint="At a rate of 0.2, 80 % stay. By what must they be divided for the average to be right?",
        ),
        Misconception(
            "scaled-down",
            believes="What stays is multiplied by the fraction kept.",
            wrong=lambda x, rate, mask: _typed(x * mask * (1 - rate), x),
            hint="Something is missing after dropping. Must what is left become larger or smaller?",
        ),
        Misconception(
            "mask-inverted",
            believes="1 marks what is dropped.",
            wrong=lambda x, rate, mask: _typed(x * (1 - mask.astype(float)) / (1 - rate), x),
            hint="What does a mask of ones do?",
        ),
        Misconception(
            "scaled-by-what-the-mask-kept",
            believes="The scale makes up for what this mask dropped.",
            wrong=_measured_share,
            hint="Which fraction is meant in the formula: that of this draw, or that of all draws?",
        ),
        Misconception(
            "dtype-of-the-mask",
            believes="The dtype of a product takes care of itself.",
            wrong=lambda x, rate, mask: x * mask / (1 - rate),
            hint="float32 times int64 or float64: which dtype comes out?",
        ),
        Misconception(
            "drawn-anew",
            believes="Dropout draws its own mask.",
            wrong=lambda x, rate, mask: _typed(x * own_mask(x, rate) / (1 - rate), x),
            hint="What is the argument `mask` for?",
        ),
        Misconception(
            "in-place",
            believes="The input is not needed any more.",
            wrong=_in_place,
            hint="Whose array is x? What does `*=` do to it?",
        ),
        Misconception(
            "units-removed",
            believes="A dropped unit is taken out of the array.",
            wrong=lambda x, rate, mask: _typed(x[mask.astype(bool)] / (1 - rate), x),
            hint="The next layer has a weight for every unit. Which shape does it expect?",
        ),
        Misconception(
            "rate-not-checked",
            believes="Any rate is a rate.",
            wrong=lambda x, rate, mask: np.where(mask, x / np.float64(1 - rate), 0.0).astype(
                x.dtype if x.dtype.kind == "f" else np.float64
            ),
            hint="At a rate of 1, by what would you divide?",
        ),
        Misconception(
            "rate-subtracted",
            believes="x / 1 - rate divides by what is kept.",
            wrong=lambda x, rate, mask: np.where(mask, x / 1 - rate, 0.0),
            hint="What does Python compute first in x / 1 - rate?",
        ),
        Misconception(
            "multiplied-by-the-rate",
            believes="What stays is multiplied by the rate.",
            wrong=lambda x, rate, mask: np.where(mask, x * rate, 0.0),
            hint="Half of the units are gone: should the others become larger or smaller?",
        ),
        Misconception(
            "dropped-kept-unscaled",
            believes="What is dropped stays as it is.",
            wrong=lambda x, rate, mask: np.where(mask, x / (1 - rate), x),
            hint="What is left of a unit whose mask is 0?",
        ),
    ],
    hints=[
        "What becomes of a unit whose mask is 0, and what of one whose mask is 1?",
        "The average over many masks must be x: a unit stays with probability 1 - rate.",
        "After checking the rate: x * mask / (1 - rate), in the dtype of x; np.where keeps it.",
    ],
    variants=[Variant("product", _product), Variant("by-index", _by_index)],
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, 3), "rate": 0.4, "mask": _mask(n, 3, rate=0.4, seed=0)},
)


dropout_backward = Exercise(
    "dropout_backward",
    points=1,
    cases=[
        Case(
            "half",
            grad_output=np.array([1.0, -2.0, 3.0, 4.0]),
            x=np.array([5.0, 2.0, -1.0, 0.5]),
            rate=0.5,
            mask=np.array([1.0, 0.0, 1.0, 0.0]),
        ),
        Case("one-fifth", x=grid(2, 3), rate=0.2, mask=MASK),
        Case("three-quarters", x=normal(3, 4, seed=1), rate=0.75, mask=_mask(3, 4, rate=0.75, seed=1)),
        Case("a-zero-that-stays", x=np.array([[0.0, 0.0, -1.0], [2.0, 0.0, 3.0]]), rate=0.4, mask=MASK),
        Case("nothing-dropped", x=normal(2, 3, seed=2), rate=0.0, mask=np.ones((2, 3))),
        Case("images", x=normal(2, 3, 2, 4, seed=3), rate=0.3, mask=_mask(2, 3, 2, 4, rate=0.3, seed=3)),
        Case("read-only", x=normal(4, 2, seed=4), rate=0.1, mask=_mask(4, 2, rate=0.1, seed=4), readonly=True),
        Case("boolean-mask", x=normal(2, 3, seed=5), rate=0.35, mask=MASK == 1),
        Case(
            "single-precision-and-a-mask-of-integers",
            x=normal(2, 3, seed=6).astype(np.float32),
            rate=0.2,
            mask=MASK.astype(np.int64),
        ),
        random_cases(_random_mask),
    ],
    wrt=["x"],
    misconceptions=[
        Misconception(
            "not-scaled",
            believes="The scale belongs to the forward pass alone.",
            wrong=lambda grad_output, x, rate, mask: _typed(grad_output * mask, x),
            hint="y = x · mask / (1 - rate): what is the slope where the mask is 1?",
        ),
        Misconception(
            "drawn-anew",
            believes="The backward pass drops at random, too.",
            wrong=lambda grad_output, x, rate, mask: _typed(grad_output * own_mask(x, rate) / (1 - rate), x),
            hint="A unit that was off in the forward pass: can it have had an effect on the loss?",
        ),
        Misconception(
            "mask-forgotten",
            believes="Only the scale is left on the way back.",
            wrong=lambda grad_output, x, rate, mask: grad_output / (1 - rate),
            hint="What is the slope where the mask is 0?",
        ),
        Misconception(
            "mask-read-from-x",
            believes="A unit was dropped where its input is 0.",
            wrong=lambda grad_output, x, rate, mask: _typed(grad_output * mask * (x != 0) / (1 - rate), x),
            hint="A unit may be 0 by itself, and stay. Does it pass its gradient on?",
        ),
        Misconception(
            "unscaled-instead",
            believes="The way back undoes the scale.",
            wrong=lambda grad_output, x, rate, mask: _typed(grad_output * mask * (1 - rate), x),
            hint="Doubling on the way forward: does a gradient double on the way back, or is it halved?",
        ),
        Misconception(
            "scaled-by-the-rate",
            believes="The rate is the fraction kept.",
            wrong=lambda grad_output, x, rate, mask: _typed(np.float64(1) * grad_output * mask / rate, x),
            hint="At a rate of 0.2, which fraction stays?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivative.",
            wrong=lambda grad_output, x, rate, mask: _typed(mask / (1 - rate), x),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "times-the-input",
            believes="The gradient is the output of the forward pass times what arrives.",
            wrong=lambda grad_output, x, rate, mask: _typed(grad_output * x * mask / (1 - rate), x),
            hint="What is the derivative of 2x: 2, or 2x?",
        ),
        Misconception(
            "dtype-of-the-mask",
            believes="The dtype of a product takes care of itself.",
            wrong=lambda grad_output, x, rate, mask: grad_output * mask / (1 - rate),
            hint="float32 times int64 or float64: which dtype comes out?",
        ),
        Misconception(
            "mask-inverted",
            believes="The mask marks what is dropped.",
            wrong=lambda grad_output, x, rate, mask: np.where(mask, 0.0, grad_output / (1 - rate)),
            hint="What does a 1 in the mask mean?",
        ),
        Misconception(
            "passed-through",
            believes="Dropout has no parameters, so the gradient passes as it is.",
            wrong=lambda grad_output, x, rate, mask: np.array(grad_output),
            hint="Change a dropped unit by a little: does the output notice?",
        ),
        Misconception(
            "zeros-taken-for-dropped",
            believes="What is not 0 in x has stayed.",
            wrong=lambda grad_output, x, rate, mask: np.where(x != 0, grad_output / (1 - rate), 0.0),
            hint="x is the input. Was anything dropped in it?",
        ),
        Misconception(
            "scaled-by-what-the-mask-kept",
            believes="The scale is what the mask has kept.",
            wrong=lambda grad_output, x, rate, mask: _typed(grad_output * mask / np.mean(mask), x),
            hint="By what did the forward pass divide?",
        ),
    ],
    hints=[
        "What is the slope of y = x · mask / (1 - rate) in each entry?",
        "The forward pass multiplies each entry by a number that does not depend on x: so does the backward pass.",
        "grad_output * mask / (1 - rate), in the dtype of x; np.where keeps it.",
    ],
    variants=[
        Variant("product", lambda grad_output, x, rate, mask: _typed(grad_output * mask / (1 - rate), x)),
        Variant("forward-again", lambda grad_output, x, rate, mask: _product(grad_output, rate, mask)),
    ],
    vectorized=lambda n: {
        "grad_output": normal(n, 3, seed=1),
        "x": normal(n, 3),
        "rate": 0.4,
        "mask": _mask(n, 3, rate=0.4, seed=0),
    },
)


def _copied(x: Array, rate: float) -> Array:
    _checked(rate)
    return _typed(x, x) + 0.0


def _same_array(x: Array, rate: float) -> Array:
    _checked(rate)
    return x


dropout_eval = Exercise(
    "dropout_eval",
    points=1,
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
        Misconception(
            "scaled-down-at-test",
            believes="At test time all units are on, so the output is multiplied by the fraction kept.",
            wrong=lambda x, rate: x * (1 - rate),
            hint="That belongs to a dropout that did not scale in training. Did yours?",
        ),
        Misconception(
            "scaled-up-at-test",
            believes="The scale 1 / (1 - rate) is always there.",
            wrong=lambda x, rate: x / np.float64(1 - rate) if x.dtype.kind != "f" else x / (1 - rate),
            hint="What did the scale make up for in training, and is there anything to make up for now?",
        ),
        Misconception(
            "dropped-at-test",
            believes="Dropout drops, at test time as well.",
            wrong=lambda x, rate: _typed(x * own_mask(x, rate) / (1 - rate), x),
            hint="Should the prediction for one sample change from call to call?",
        ),
        Misconception(
            "scaled-by-the-rate",
            believes="At test time the output is multiplied by the rate.",
            wrong=lambda x, rate: x * rate,
            hint="What is the average of y over all masks in training: x, or rate · x?",
        ),
        Misconception(
            "same-array",
            believes="Nothing is done, so x itself is the result.",
            wrong=_same_array,
            hint="If the caller adds 1 to the result, in place: what becomes of x?",
        ),
        Misconception(
            "rate-not-checked",
            believes="Where the rate has no effect, it need not be checked.",
            wrong=lambda x, rate: _typed(x, x) + 0.0,
            hint="Which rates does the docstring refuse?",
        ),
        Misconception(
            "always-double",
            believes="Everything becomes float64.",
            wrong=lambda x, rate: np.array(x, dtype=np.float64),
            hint="What dtype does the result have for float32?",
        ),
        Misconception(
            "integers-kept",
            believes="A copy keeps the dtype.",
            wrong=lambda x, rate: x.copy(),
            hint="In which dtype are integers computed in this course?",
        ),
    ],
    hints=[
        "What is the average of `dropout` over all masks?",
        "There is nothing left to make up for: values stay, but in an array of their own.",
        "After checking the rate, a copy of x in a floating dtype.",
    ],
    variants=[Variant("added-to-zero", _copied)],
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, 3), "rate": 0.4},
)
