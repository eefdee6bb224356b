"""Assessment of counting the parameters of recurrent layers."""

from __future__ import annotations

from autograder.catalog import Case, Exercise, Misconception, Variant
from autograder.units._layers_counts import positive, two_sizes

__all__ = ["lstm_parameters", "rnn_parameters"]


def _rnn_by_parts(features: int, units: int) -> int:
    positive(features=features, units=units)
    return features * units + units**2 + units


rnn_parameters = Exercise(
    "rnn_parameters",
    points=1,
    cases=[
        Case("one-and-one", features=1, units=1),
        Case("small", features=2, units=3),
        Case("more-features-than-units", features=7, units=2),
        Case("one-feature", features=1, units=20),
        Case("one-unit", features=9, units=1),
        Case("text", features=32, units=64),
        Case("no-features", features=0, units=4, raises="features"),
        Case("no-units", features=3, units=0, raises="units"),
        two_sizes("features", "units"),
    ],
    misconceptions=[
        Misconception(
            "recurrence-forgotten",
            believes="A recurrent layer has the parameters of a dense one.",
            wrong=lambda features, units: (features + 1) * units,
            hint="With which weights does the state of the last step enter?",
        ),
        Misconception(
            "two-biases",
            believes="Both products have a bias, as in PyTorch.",
            wrong=lambda features, units: (features + units + 2) * units,
            hint="PyTorch keeps two, which are only added. How many are in the formula here?",
        ),
        Misconception(
            "biases-forgotten",
            believes="Two kernels are all.",
            wrong=lambda features, units: (features + units) * units,
            hint="What else is in the formula under the tanh?",
        ),
        Misconception(
            "recurrent-kernel-from-features",
            believes="The recurrent kernel has the shape of the input kernel.",
            wrong=lambda features, units: 2 * features * units + units,
            hint="W_hh takes a state to a state. How many numbers does a state have?",
        ),
        Misconception(
            "recurrent-weight-per-unit",
            believes="Each unit remembers itself alone, with one weight.",
            wrong=lambda features, units: features * units + units + units,
            hint="h W_hh: which states does one unit see?",
        ),
        Misconception(
            "one-bias",
            believes="The layer has one number for a bias.",
            wrong=lambda features, units: (features + units) * units + 1,
            hint="Which shape must b have to be added to a state?",
        ),
        Misconception(
            "one-kernel-alone",
            believes="There is one kernel, for the input.",
            wrong=lambda features, units: features * units,
            hint="How does a unit hear of the state of the step before?",
        ),
        Misconception(
            "gates-of-an-lstm",
            believes="Every recurrent layer has four sets of weights.",
            wrong=lambda features, units: 4 * (features + units + 1) * units,
            hint="An LSTM has gates. How many are in the formula here?",
        ),
        Misconception(
            "kernels-of-the-wrong-width",
            believes="Each unit has as many weights as there are features.",
            wrong=lambda features, units: (features + units + 1) * features,
            hint="How many units have a bias?",
        ),
    ],
    hints=[
        "Which arrays are in the formula, and which shapes do they have?",
        "W_xh leads from features to units, W_hh from units to units, b is added to the state.",
        "features * units + units * units + units",
    ],
    variants=[Variant("by-parts", _rnn_by_parts)],
)


def _lstm_by_gates(features: int, units: int) -> int:
    return sum(_rnn_by_parts(features, units) for _ in ("input", "forget", "candidate", "output"))


lstm_parameters = Exercise(
    "lstm_parameters",
    points=1,
    cases=[
        Case("one-and-one", features=1, units=1),
        Case("small", features=2, units=3),
        Case("more-features-than-units", features=7, units=2),
        Case("one-feature", features=1, units=20),
        Case("one-unit", features=9, units=1),
        Case("text", features=32, units=64),
        Case("no-features", features=0, units=4, raises="features"),
        Case("no-units", features=3, units=0, raises="units"),
        two_sizes("features", "units"),
    ],
    misconceptions=[
        Misconception(
            "one-gate",
            believes="An LSTM has the parameters of a simple recurrent layer.",
            wrong=lambda features, units: (features + units + 1) * units,
            hint="How many different things does the LSTM compute from x and h, each with its own weights?",
        ),
        Misconception(
            "three-gates",
            believes="There are three gates, so three sets of weights.",
            wrong=lambda features, units: 3 * (features + units + 1) * units,
            hint="Three gates open and close. Who makes the candidate that is let in?",
        ),
        Misconception(
            "two-biases",
            believes="Both products have a bias, as in PyTorch.",
            wrong=lambda features, units: 4 * (features + units + 2) * units,
            hint="PyTorch keeps two, which are only added. How many does this course keep?",
        ),
        Misconception(
            "biases-of-one-gate",
            believes="The gates share a bias.",
            wrong=lambda features, units: 4 * (features + units) * units + units,
            hint="Would a forget gate and an output gate start from the same value?",
        ),
        Misconception(
            "biases-forgotten",
            believes="Kernels are all.",
            wrong=lambda features, units: 4 * (features + units) * units,
            hint="What else does each gate add?",
        ),
        Misconception(
            "recurrence-forgotten",
            believes="The gates look at the input alone.",
            wrong=lambda features, units: 4 * (features + 1) * units,
            hint="Does a gate know what the state was?",
        ),
        Misconception(
            "cell-state-counted",
            believes="The cell state has a recurrent kernel too.",
            wrong=lambda features, units: 4 * (features + 2 * units + 1) * units,
            hint="How does the cell state go from step to step: through a matrix, or through a gate, elementwise?",
        ),
        Misconception(
            "two-gates",
            believes="There are two gates.",
            wrong=lambda features, units: 2 * (features + units + 1) * units,
            hint="Input, forget, output, and what makes the new candidate?",
        ),
    ],
    hints=[
        "How many parameters does a simple recurrent layer have, and how many such sets does an LSTM have?",
        "Input gate, forget gate, candidate and output gate: each has two kernels and a bias.",
        "4 * (features + units + 1) * units",
    ],
    variants=[Variant("gate-by-gate", _lstm_by_gates)],
)
