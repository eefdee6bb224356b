"""convolve1d and correlate1d."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal

FULL = "sliding_window_view(padded, len(h)) @ h[::-1]"
VALID = "sliding_window_view(x, len(h)) @ h"
PADDED = "np.pad(x, len(h) - 1)"


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n, seed=72), "h": normal(5, seed=73)}


def _random_signal(rng: np.random.Generator) -> dict[str, Any]:
    return {"x": rng.standard_normal(int(rng.integers(6, 10))), "h": rng.standard_normal(int(rng.integers(3, 6)))}


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
        edit("not-flipped", "h[::-1]", "h")
        .believes("A convolution is what frameworks compute: the kernel as it stands.")
        .ask("In x[n - k] h[k], when k grows, in which direction does the index of x go?"),
        returns("only-whole-windows", 'np.convolve(x, h, "valid")')
        .believes("Only places at which the whole kernel lies on the signal count.")
        .ask("Is the sum for n = 0 empty? Which product does it hold?"),
        returns("as-long-as-the-signal", 'np.convolve(x, h, "same")[: len(x)]')
        .believes("The result is as long as the signal, with the kernel's middle on each number.")
        .ask("Two numbers and two weights: for which n is there at least one product?"),
        returns("stops-with-the-signal", "convolve1d(x, h)[: len(x)]")
        .believes("n runs over the positions of the signal.")
        .ask("For n = len(x), is there a k with both x[n - k] and h[k]?"),
        edit(
            "around-the-corner",
            FULL,
            "np.array([h @ [x[(n - k) % len(x)] for k in range(len(h))] for n in range(len(x))])",
        )
        .believes("x[n - k] with a negative index is the end of the signal, as Python has it.")
        .ask("What is x[-1] in Python, and what is it in the formula?"),
        returns("signal-backwards-too", "convolve1d(x[::-1], h)")
        .believes("Both run backwards.")
        .ask("y[0] is x[0] h[0]. What is yours?"),
        edit("edges-repeated", PADDED, 'np.pad(x, len(h) - 1, mode="edge")')
        .believes("The signal goes on as it ends.")
        .ask("For which k do both x[n - k] and h[k] exist?"),
        edit("one-place-too-many", PADDED, "np.pad(x, len(h))")
        .believes("K zeros stand on either side.")
        .ask("For which n is there at least one product?"),
    ],
    hints=[
        "Write out the sums for two numbers and two weights: how many are there, and which products do they hold?",
        "Put len(h) - 1 zeros on either side of x; then every sum is a whole window times the kernel backwards.",
        "sliding_window_view(np.pad(x, len(h) - 1), len(h)) @ h[::-1]",
    ],
    variants=[
        Variant("np-convolve", (FULL, "np.convolve(x, h)")),
        Variant("copies-added", (FULL, "sum(h[k] * np.pad(x, (k, len(h) - 1 - k)) for k in range(len(h)))")),
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
        edit("flipped", VALID, f"{VALID}[::-1]")
        .believes("The kernel runs backwards, as in the convolution.")
        .ask("In x[n + k] h[k], which number does the first weight meet at n = 0?"),
        returns("sticks-out", 'np.correlate(x, h, "full")')
        .believes("Every n with at least one product counts.")
        .ask("What does 'valid' say about windows that stick out?"),
        returns("last-place-forgotten", "correlate1d(x, h)[:-1]")
        .believes("There are M - K places.")
        .ask("A kernel as long as the signal: how many places does it have?"),
        edit("averaged", VALID, f"{VALID} / len(h)")
        .believes("A window's sum is divided by the number of weights.")
        .ask("Does the formula hold a division?"),
        returns("steps-of-the-kernel", "correlate1d(x, h)[:: len(h)]")
        .believes("The windows lie side by side.")
        .ask("How far is it from place n to the next place?"),
        returns("as-long-as-the-signal", 'np.correlate(x, h, "same")')
        .believes("The result is as long as the signal.")
        .ask("How many windows stay inside the signal?"),
        returns("longer-kernel-slides-itself", 'np.correlate(x, h, "valid")')
        .believes("If the kernel is longer, the signal slides along it.")
        .ask("What does the docstring want for a kernel that does not fit?"),
    ],
    hints=[
        "Lay the kernel on the first numbers of x and push it to the right: how many places are there?",
        "All windows at once are a matrix of M - K + 1 rows and K columns; multiply it by the kernel.",
        "sliding_window_view(x, len(h)) @ h",
    ],
    variants=[
        Variant("weights-added", (VALID, "sum(h[k] * x[k : k + len(x) - len(h) + 1] for k in range(len(h)))")),
    ],
)
