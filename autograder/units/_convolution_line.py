"""Assessment of sums along a line: convolve1d, correlate1d."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["convolve1d", "correlate1d"]


def _full(x: Array, h: Array) -> Array:
    return np.convolve(x, h)


def _valid(x: Array, h: Array) -> Array:
    return np.correlate(x, h, "valid")


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n, seed=72), "h": normal(5, seed=73)}


def _random_signal(rng: np.random.Generator) -> dict[str, Any]:
    return {"x": rng.standard_normal(int(rng.integers(6, 10))), "h": rng.standard_normal(int(rng.integers(3, 6)))}


def _refuse_empty(x: Array, h: Array) -> None:
    for name, array in (("x", x), ("h", h)):
        if array.shape != (array.size,) or not array.size:
            raise ValueError(f"{name} must be a line of numbers")


def _around_the_corner(x: Array, h: Array) -> Array:
    places = range(len(x) + len(h) - 1)
    return np.array([sum(x[(n - k) % len(x)] * h[k] for k in range(len(h))) for n in places])


def _convolved(x: Array, h: Array) -> Array:
    _refuse_empty(x, h)
    return np.convolve(x, h)


def _copies_added(x: Array, h: Array) -> Array:
    """One shifted copy of the signal for each weight."""
    _refuse_empty(x, h)
    y = np.zeros(len(x) + len(h) - 1, dtype=x.dtype)
    for k, weight in enumerate(h):
        y[k : k + len(x)] += weight * x
    return y


def _weights_added(x: Array, h: Array) -> Array:
    _refuse_empty(x, h)
    if len(h) > len(x):
        raise ValueError("h is too long")
    places = len(x) - len(h) + 1
    y: Array = sum((weight * x[k : k + places] for k, weight in enumerate(h)), start=np.zeros(places, x.dtype))
    return y


convolve1d = Exercise(
    "convolve1d",
    points=1,
    vectorized=_many,
    cases=[
        Case("two-and-two", x=np.array([1.0, 2.0]), h=np.array([3.0, 5.0])),
        Case("one-weight", x=np.array([1.0, -2.0, 4.0]), h=np.array([0.5])),
        Case("a-delay-moves-the-signal", x=np.array([1.0, 2.0, 3.0, 5.0]), h=np.array([0.0, 0.0, 1.0])),
        Case("difference-of-neighbours", x=np.array([1.0, 4.0, 9.0, 16.0, 25.0]), h=np.array([1.0, -1.0])),
        Case("even-kernel", x=grid(7), h=np.array([1.0, -2.0, 4.0, 0.5]), readonly=True),
        Case("kernel-longer-than-the-signal", x=np.array([2.0, -3.0]), h=grid(5)),
        Case("one-number", x=np.array([-3.0]), h=grid(3)),
        Case("single-precision", x=np.array([0.5, -1.25, 3.0], np.float32), h=np.array([2.0, 0.1], np.float32)),
        Case("empty-signal", x=np.zeros(0), h=grid(3), raises="x"),
        Case("empty-kernel", x=grid(3), h=np.zeros(0), raises="h"),
        Case("a-matrix-is-no-signal", x=grid(3, 4), h=grid(2), raises="x"),
        random_cases(_random_signal),
    ],
    misconceptions=[
        Misconception(
            "not-flipped",
            believes="A convolution is what frameworks compute: the kernel as it stands.",
            wrong=lambda x, h: _full(x, h[::-1]),
            hint="In x[n - k] h[k], when k grows, in which direction does the index of x go?",
        ),
        Misconception(
            "only-whole-windows",
            believes="Only places at which the whole kernel lies on the signal count.",
            wrong=lambda x, h: np.convolve(x, h, "valid"),
            hint="Is the sum for n = 0 empty? Which product does it hold?",
        ),
        Misconception(
            "as-long-as-the-signal",
            believes="The result is as long as the signal, with the kernel's middle on each number.",
            wrong=lambda x, h: np.convolve(x, h, "same")[: len(x)],
            hint="Two numbers and two weights: for which n is there at least one product?",
        ),
        Misconception(
            "stops-with-the-signal",
            believes="n runs over the positions of the signal.",
            wrong=lambda x, h: _full(x, h)[: len(x)],
            hint="For n = len(x), is there a k with both x[n - k] and h[k]?",
        ),
        Misconception(
            "around-the-corner",
            believes="x[n - k] with a negative index is the end of the signal, as Python has it.",
            wrong=lambda x, h: np.array(
                [sum(x[(n - k) % len(x)] * h[k] for k in range(len(h))) for n in range(len(x))]
            ),
            hint="What is x[-1] in Python, and what is it in the formula?",
        ),
        Misconception(
            "signal-backwards-too",
            believes="Both run backwards.",
            wrong=lambda x, h: _full(x[::-1], h),
            hint="y[0] is x[0] h[0]. What is yours?",
        ),
        Misconception(
            "edges-repeated",
            believes="The signal goes on as it ends.",
            wrong=lambda x, h: np.convolve(np.pad(x, len(h) - 1, mode="edge"), h, "valid"),
            hint="For which k do both x[n - k] and h[k] exist?",
        ),
        Misconception(
            "one-place-too-many",
            believes="K zeros stand on either side.",
            wrong=lambda x, h: np.convolve(np.pad(x, 1), h),
            hint="For which n is there at least one product?",
        ),
    ],
    hints=[
        "Write out the sums for two numbers and two weights: how many are there, and which products do they hold?",
        "Put len(h) - 1 zeros on either side of x; then every sum is a whole window times the kernel backwards.",
        "sliding_window_view(np.pad(x, len(h) - 1), len(h)) @ h[::-1]",
    ],
    variants=[
        Variant("np-convolve", _convolved),
        Variant("copies-added", _copies_added),
    ],
)

correlate1d = Exercise(
    "correlate1d",
    points=1,
    vectorized=_many,
    cases=[
        Case("two-weights", x=np.array([1.0, 2.0, 4.0]), h=np.array([3.0, 5.0])),
        Case("as-long-as-the-signal", x=np.array([1.0, 2.0, -4.0]), h=np.array([3.0, 5.0, 7.0])),
        Case("one-weight", x=np.array([1.0, -2.0, 4.0]), h=np.array([0.5])),
        Case("difference-of-neighbours", x=np.array([1.0, 4.0, 9.0, 16.0, 25.0]), h=np.array([-1.0, 1.0])),
        Case("even-kernel", x=grid(7), h=np.array([1.0, -2.0, 4.0, 0.5]), readonly=True),
        Case("the-second-weight-alone", x=np.array([1.0, 2.0, 3.0, 5.0]), h=np.array([0.0, 1.0, 0.0])),
        Case("single-precision", x=np.array([0.5, -1.25, 3.0], np.float32), h=np.array([2.0, 0.1], np.float32)),
        Case("kernel-longer-than-the-signal", x=grid(2), h=grid(3), raises="h"),
        Case("empty-signal", x=np.zeros(0), h=grid(3), raises="x"),
        Case("empty-kernel", x=grid(3), h=np.zeros(0), raises="h"),
        random_cases(_random_signal),
    ],
    misconceptions=[
        Misconception(
            "flipped",
            believes="The kernel runs backwards, as in the convolution.",
            wrong=lambda x, h: _valid(x, h[::-1]),
            hint="In x[n + k] h[k], which number does the first weight meet at n = 0?",
        ),
        Misconception(
            "sticks-out",
            believes="Every n with at least one product counts.",
            wrong=lambda x, h: np.correlate(x, h, "full"),
            hint="What does 'valid' say about windows that stick out?",
        ),
        Misconception(
            "last-place-forgotten",
            believes="There are M - K places.",
            wrong=lambda x, h: _valid(x, h)[:-1],
            hint="A kernel as long as the signal: how many places does it have?",
        ),
        Misconception(
            "averaged",
            believes="A window's sum is divided by the number of weights.",
            wrong=lambda x, h: _valid(x, h) / x.dtype.type(len(h)),
            hint="Does the formula hold a division?",
        ),
        Misconception(
            "steps-of-the-kernel",
            believes="The windows lie side by side.",
            wrong=lambda x, h: _valid(x, h)[:: len(h)],
            hint="How far is it from place n to the next place?",
        ),
        Misconception(
            "as-long-as-the-signal",
            believes="The result is as long as the signal.",
            wrong=lambda x, h: np.correlate(x, h, "same"),
            hint="How many windows stay inside the signal?",
        ),
        Misconception(
            "longer-kernel-slides-itself",
            believes="If the kernel is longer, the signal slides along it.",
            wrong=lambda x, h: np.correlate(x, h, "valid"),
            hint="What does the docstring want for a kernel that does not fit?",
        ),
    ],
    hints=[
        "Lay the kernel on the first numbers of x and push it to the right: how many places are there?",
        "All windows at once are a matrix of M - K + 1 rows and K columns; multiply it by the kernel.",
        "sliding_window_view(x, len(h)) @ h",
    ],
    variants=[Variant("weights-added", _weights_added)],
)
