"""lstm_state and lstm_state_backward."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u10_recurrent.sequences import Inputs, single, sizes

ONE_UNIT: Inputs = {
    "i": np.array([[0.5]]),
    "f": np.array([[0.75]]),
    "g": np.array([[-0.8]]),
    "o": np.array([[0.25]]),
    "c": np.array([[2.0]]),
}
#: Cells of several hundred, whose tanh is flat, beside moderate ones; and smaller ones.
LARGE_CELL = np.array([[400.0, -0.5, 1.0], [0.25, -900.0, -1.5]])
LARGE_ENOUGH = np.array([[40.0, -0.5, 1.0], [0.2, -90.0, -1.5]])

CELL = "f * c + i * g"


def _draw(rng: np.random.Generator, *shape: int) -> Inputs:
    i, f, o = rng.uniform(0.05, 0.95, (3, *shape))
    return {"i": i, "f": f, "g": rng.uniform(-0.95, 0.95, shape), "o": o, "c": rng.standard_normal(shape)}


def _inputs(*shape: int, seed: int) -> Inputs:
    return _draw(np.random.default_rng([12, seed]), *shape)


def _random_state(rng: np.random.Generator) -> Inputs:
    n, _, _, units = sizes(rng)
    return _draw(rng, n, units)


def _with(seed: int, **gates: float) -> Inputs:
    """Gates of which some are all open or all shut."""
    return _inputs(2, 3, seed=seed) | {name: np.full((2, 3), value) for name, value in gates.items()}


#: A step is known for these too.
INPUT_GATE_FORGOTTEN = (
    edit("input-gate-forgotten", "i * g", "g")
    .believes("The candidate is added to what is kept.")
    .ask("Which gate decides how much of g is written?")
)
TANH_FORGOTTEN_AT_THE_OUTPUT = (
    edit("tanh-forgotten-at-the-output", "np.tanh(cell)", "cell")
    .believes("The hidden state is the cell through the output gate.")
    .ask("A cell may grow beyond 1 by adding. What keeps the hidden state between -1 and 1?")
)
OUTPUT_OF_THE_OLD_CELL = (
    edit("output-of-the-old-cell", "np.tanh(cell)", "np.tanh(c)")
    .believes("The hidden state shows the cell that was passed in.")
    .ask("Should what is read now show in the hidden state now, or one step late?")
)
CELL_FIRST = (
    edit("cell-first", "o * np.tanh(cell), cell", "cell, o * np.tanh(cell)")
    .believes("The cell comes first in the pair.")
    .ask("In which order does the docstring name the two states?")
)

lstm_state = Exercise(
    "lstm_state",
    points=1,
    parts=("h'", "c'"),
    vectorized=lambda n: _inputs(n, 3, seed=70),
    cases=[
        Case("one-unit", **ONE_UNIT),
        Case("batch", **_inputs(2, 3, seed=71)),
        Case("one-sample", **_inputs(1, 4, seed=72)),
        Case("forget-all-write-all", **_with(73, f=0.0, i=1.0)),
        Case("keep-all-write-nothing", **_with(74, f=1.0, i=0.0)),
        Case("show-nothing", **_with(75, o=0.0)),
        Case("empty-cell", **(_inputs(3, 2, seed=76) | {"c": np.zeros((3, 2))})),
        Case("large-cell", **(_inputs(2, 3, seed=79) | {"c": LARGE_CELL})),
        Case("read-only", readonly=True, **_inputs(4, 3, seed=77)),
        Case("single-precision", **single(_inputs(3, 5, seed=78))),
        random_cases(_random_state),
    ],
    misconceptions=[
        INPUT_GATE_FORGOTTEN,
        TANH_FORGOTTEN_AT_THE_OUTPUT,
        OUTPUT_OF_THE_OLD_CELL,
        edit("gates-exchanged", CELL, "i * c + f * g")
        .believes("i weighs the old cell and f the candidate.")
        .ask("A forget gate of 1 means that everything is kept. What does it stand next to?"),
        edit("forget-gate-complemented", CELL, "(1 - f) * c + i * g")
        .believes("f says how much is forgotten, so 1 - f is kept.")
        .ask("Despite its name: what is left of c where f = 1 in the formula?"),
        edit("one-gate-for-both", CELL, "f * c + (1 - f) * g")
        .believes("What is not kept is written: c' = f c + (1 - f) g.")
        .ask("Another cell, the GRU, works like that. Where is i?"),
        CELL_FIRST,
        edit("squashed-twice", "cell =", "i, f, o = (1 / (1 + np.exp(-a)) for a in (i, f, o)); g = np.tanh(g); cell =")
        .believes("The gates arrive as sums, and are squashed here.")
        .ask("What has `lstm_gates` done to its four results already?"),
        edit("forget-gate-forgotten", CELL, "c + i * g")
        .believes("The cell is kept, and i ⊙ g is added.")
        .ask("How does an LSTM get rid of what it need not remember any more?"),
    ],
    hints=[
        "Two lines: the cell first, since the hidden state is made from the new cell.",
        "All products are number by number, *, not @.",
        "cell = f * c + i * g; return o * np.tanh(cell), cell",
    ],
    variants=[Variant("kept-aside", ("cell = f * c + i * g", "cell = c.copy(); cell *= f; cell += i * g"))],
)

SLOPE = " * (1 - shown**2)"
RESULT = "grad_cell * g, grad_cell * c, grad_cell * i, grad_h * shown, grad_cell * f"

#: On the way back through a step too.
WAYS_INTO_THE_CELL = [
    edit("cell-gradient-dropped", "grad_c + grad_h", "grad_h")
    .believes("Everything comes through the hidden state.")
    .ask("c' has two customers. What does the next step say about it?"),
    edit("hidden-path-dropped", f"grad_c + grad_h * o{SLOPE}", "grad_c")
    .believes("The gradient of the cell is the one that arrives at the cell.")
    .ask("h' is made from c'. Which part of the gradient at h' reaches c'?"),
    edit("slope-of-tanh-forgotten", SLOPE, "")
    .believes("From h' to c' it is a factor o.")
    .ask("Between c' and h' stands a tanh. What is its slope for a large cell?"),
    edit("output-gate-forgotten", f"o{SLOPE}", f"1{SLOPE}")
    .believes("From h' to c' it is the slope of tanh.")
    .ask("If the output gate is shut, can the loss above hear of the cell?"),
    edit("forget-gate-not-on-the-way-back", "grad_cell * f", "grad_cell")
    .believes("The cell is a conveyor belt: its gradient arrives at the step before as it is.")
    .ask("If f = 0 the old cell is gone. Can a gradient still reach it?"),
]

lstm_state_backward = Exercise(
    "lstm_state_backward",
    points=2,
    vectorized=lambda n: {"grad_output": (normal(n, 3, seed=1), normal(n, 3, seed=2)), **_inputs(n, 3, seed=70)},
    cases=[
        Case("one-unit", grad_output=(np.array([[2.0]]), np.array([[-0.5]])), **ONE_UNIT),
        Case("batch", **_inputs(2, 3, seed=81)),
        Case("one-sample", **_inputs(1, 4, seed=82)),
        Case("forget-all-write-all", **_with(83, f=0.0, i=1.0)),
        Case("keep-all-write-nothing", **_with(84, f=1.0, i=0.0)),
        Case("show-nothing", **_with(85, o=0.0)),
        Case("empty-cell", **(_inputs(3, 2, seed=86) | {"c": np.zeros((3, 2))})),
        Case("large-cell-hides-itself", **(_inputs(2, 3, seed=89) | {"c": LARGE_ENOUGH})),
        Case("read-only", readonly=True, **_inputs(4, 3, seed=87)),
        Case("single-precision", **single(_inputs(3, 5, seed=88))),
        random_cases(_random_state),
    ],
    misconceptions=[
        upstream_ignored(),
        *WAYS_INTO_THE_CELL,
        edit("slope-of-the-cell-itself", "shown**2", f"({CELL}) ** 2")
        .believes("The slope of tanh is 1 - c'².")
        .ask("tanh'(a) = 1 - tanh(a)². Can your slope become negative?"),
        edit("new-cell-for-the-forget-gate", "grad_cell * c", f"grad_cell * ({CELL})")
        .believes("f is multiplied by the cell, c'.")
        .ask("Which cell does f stand next to in the formula?"),
        edit("cell-for-its-tanh", "grad_h * shown", f"grad_h * ({CELL})")
        .believes("The output gate is multiplied by the cell.")
        .ask("In h' = o ⊙ tanh(c'), what is the factor beside o?"),
        edit("own-value", RESULT, "grad_cell * i, grad_cell * f, grad_cell * g, grad_h * shown, grad_cell * c")
        .believes("A product gives each factor the gradient times its own value.")
        .ask("In 3 · g, how fast does the product grow with g: by 3 or by g?"),
    ],
    hints=[
        "Find the gradient at the new cell first. Two ways lead to it.",
        "grad_cell = grad_c + grad_h * o * (1 - tanh(cell)²). Behind it, each factor gets the other one's value.",
        "grad_cell * g, grad_cell * c, grad_cell * i, grad_h * np.tanh(cell), grad_cell * f",
    ],
    variants=[
        Variant(
            "two-paths",
            """
            grad_h, grad_c = grad_output
            cell = f * c + i * g
            through_h = grad_h * o / np.cosh(cell) ** 2
            of_i, of_f, of_g, of_c = (through_h * each + grad_c * each for each in (g, c, i, f))
            return of_i, of_f, of_g, grad_h * np.tanh(cell), of_c
            """,
        )
    ],
)
