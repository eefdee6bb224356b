"""Assessment of networks: the project on a curve, learnt by networks of growing width."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import wire
from autograder.catalog import Exercise, Misconception, Variant, random_cases
from autograder.checks import Found
from autograder.units._network_projects import drive_project, project_check, trained, wrong_form

__all__ = ["project_function"]

#: The error allowed to the widest network, as a share of the curve's standard deviation. Honest networks of 32 units
#: reach 0.05 to 0.4, and none of one unit gets below 0.8; `python -m tests.benchmarks.projects` prints it.
ALLOWED = 0.5
#: A bend shows as a second difference larger than this share of the largest output: rounding stays far below it.
BEND = 1e-7
TRAIN, TEST = 200, 401


def _problem(
    got: Any, x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any, y_test: Any
) -> str | Found | None:
    answer = np.asarray(got)
    wanted = (len(widths), len(x_test))
    if answer.shape == wanted[::-1] != wanted:
        return Found("transposed", f"got shape {answer.shape}, want {wanted}: a row for each width")
    if answer.shape == (wanted[0], len(x_train)):
        text = f"got shape {answer.shape}, want {wanted}: predictions for the test samples"
        return Found("training samples", text)
    if (found := wrong_form(answer, wanted, 0, "a row for each width")) is not None:
        return found
    if not np.isfinite(answer).all():
        return Found("not finite", "some predictions are not finite: has the training diverged?")
    return _first_bent(answer, widths) or _judge_widest(answer, widths, y_test)


def _first_bent(answer: Any, widths: Any) -> Found | None:
    """The first row with more bends than so many relus can have: each shows in two second differences at most."""
    for row, width in zip(answer, widths, strict=True):
        bends = _bends(row)
        if bends > 2 * width:
            text = f"width {width}: the curve bends in more places than {width} relus can make it bend"
            return Found("too many bends", text) if bends < len(row) // 2 else Found("smooth", f"{text}: it is smooth")
    return None


def _bends(row: Any) -> int:
    """In how many places the second difference is not 0."""
    rounding = BEND if row.dtype == np.float64 else 100 * BEND
    return int((np.abs(np.diff(row, 2)) > rounding * np.abs(row).max()).sum())


def _judge_widest(answer: Any, widths: Any, y_test: Any) -> Found | None:
    widest = int(np.argmax(widths))
    error = float(np.sqrt(np.mean((answer[widest] - y_test) ** 2)) / y_test.std())
    if error <= ALLOWED:
        return None
    share = f"root mean square error {error:.0%} of the curve's deviation, want at most {ALLOWED:.0%}"
    text = f"width {widths[widest]}: {share}"
    if not _bends(answer[widest]):
        flat = float(np.ptp(answer[widest])) < 0.2 * float(y_test.std())
        return Found("constant" if flat else "straight", f"{text}; it is a straight line")
    return Found("below the bar", text, alike=np.round(answer[widest], 2))


def _curve(rng: np.random.Generator) -> Any:
    """A sum of two waves with two or three periods on the interval."""
    pace, shift = rng.uniform(1.5, 2.5), rng.uniform(0, 2 * np.pi)
    return lambda t: np.sin(pace * t + shift) + 0.3 * np.cos(2.3 * pace * t)


def _samples(rng: np.random.Generator, widths: tuple[int, ...] = (1, 4, 32)) -> dict[str, Any]:
    curve = _curve(rng)
    x_train, x_test = rng.uniform(-2, 2, (TRAIN, 1)), np.linspace(-2, 2, TEST)[:, None]
    return {
        "x_train": x_train,
        "y_train": curve(x_train[:, 0]),
        "x_test": x_test,
        "widths": list(widths),
        "rng": wire.Rng(int(rng.integers(2**32))),
        "y_test": curve(x_test[:, 0]),
    }


def _sorted(rng: np.random.Generator) -> dict[str, Any]:
    samples = _samples(rng)
    order = np.argsort(samples["x_train"][:, 0])
    return {**samples, "x_train": samples["x_train"][order], "y_train": samples["y_train"][order]}


def _widest_first(rng: np.random.Generator) -> dict[str, Any]:
    return _samples(rng, widths=(48, 2, 8))


def _two_widths(rng: np.random.Generator) -> dict[str, Any]:
    return _samples(rng, widths=(1, 64))


def _few(rng: np.random.Generator) -> dict[str, Any]:
    """Few samples, so that two calls are quick."""
    samples = _samples(rng, widths=(2, 32))
    return {**samples, "x_train": samples["x_train"][:64], "y_train": samples["y_train"][:64], "twice": True}


def _one(x: Any, y: Any, new: Any, width: int, rng: Any, **changes: Any) -> Any:
    settings = {"loss": "squared", "units": width, "epochs": 200, "rate": 0.02, **changes}
    return trained(x, y[:, None], 1, rng, **settings)(new)[:, 0]


def _rows(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any, **changes: Any) -> Any:
    return np.array([_one(x_train, y_train, x_test, width, rng, **changes) for width in widths])


def _interpolated(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any) -> Any:
    """No training: straight pieces through points of the curve, one for each relu."""
    order = np.argsort(x_train[:, 0])
    x, y = x_train[order, 0], y_train[order]
    rows = []
    for width in widths:
        knots = np.linspace(-2, 2, max(width, 2))
        rows.append(np.interp(x_test[:, 0], knots, np.interp(knots, x, y)))
    return np.array(rows)


def _transposed(*inputs: Any) -> Any:
    return _rows(*inputs, epochs=1).T


def _columns(*inputs: Any) -> Any:
    return _rows(*inputs, epochs=1)[..., None]


def _training_curve(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any) -> Any:
    return _rows(x_train, y_train, x_train, widths, rng, epochs=1)


def _widest_for_all(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any) -> Any:
    row = _one(x_train, y_train, x_test, max(widths), rng)
    return np.array([row for _ in widths])


def _smooth(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any) -> Any:
    """Features tanh(a x + b) instead of relus."""
    rows = []
    for width in widths:
        a, b = rng.uniform(1, 3, width), rng.uniform(-4, 4, width)
        features, others = (np.tanh(each * a + b) for each in (x_train, x_test))
        rows.append(others @ np.linalg.lstsq(features, y_train, rcond=None)[0])
    return np.array(rows)


def _no_activation(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any) -> Any:
    """Layers without a bend between them are one line."""
    slope, height = np.polyfit(x_train[:, 0], y_train, 1)
    return np.array([slope * x_test[:, 0] + height for _ in widths])


def _square_of_differences(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any) -> Any:
    return np.full((len(widths), len(x_test)), y_train.mean())


def _few_epochs(*inputs: Any) -> Any:
    return _rows(*inputs, epochs=3, rate=0.005)


project_function = Exercise(
    "project_function",
    points=2,
    truth="none",
    check=project_check(_problem),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_samples, count=2, label="curve", withholds=("y_test",)),
        random_cases(_sorted, count=1, label="sorted-samples", withholds=("y_test",)),
        random_cases(_widest_first, count=1, label="widest-first", withholds=("y_test",)),
        random_cases(_two_widths, count=1, label="one-relu-and-many", withholds=("y_test",)),
        random_cases(_few, count=1, label="same-seed-same-answer", withholds=("y_test",)),
    ],
    misconceptions=[
        Misconception(
            "a-column-for-each-width",
            believes="Each network fills a column.",
            wrong=_transposed,
            hint="Which shape does the docstring ask for: does its first axis count widths or samples?",
        ),
        Misconception(
            "output-axis-kept",
            believes="What predict returns is the answer.",
            wrong=_columns,
            hint="A network with one output gives shape (m, 1): which shape has a row of the result?",
        ),
        Misconception(
            "training-samples-predicted",
            believes="The network is asked about what it has learnt.",
            wrong=_training_curve,
            hint="For which samples are predictions asked for?",
        ),
        Misconception(
            "one-network-for-all",
            believes="The widest network answers for all.",
            wrong=_widest_for_all,
            hint="In how many places can the graph of a sum of two relus bend?",
        ),
        Misconception(
            "smooth-activation",
            believes="Any activation will do.",
            wrong=_smooth,
            hint="What does the graph of relu look like, and what that of a sum of relus?",
        ),
        Misconception(
            "no-activation",
            believes="More units make more of a curve, whatever is between the layers.",
            wrong=_no_activation,
            hint="What is (x W1 + b1) W2 + b2 if you multiply it out?",
        ),
        Misconception(
            "targets-without-an-axis",
            believes="Targets of shape (n,) fit outputs of shape (n, 1).",
            wrong=_square_of_differences,
            hint="What is the shape of (n, 1) minus (n,), and what is its mean then a mean of?",
        ),
        Misconception(
            "few-epochs",
            believes="Some passes over the samples are a training.",
            wrong=_few_epochs,
            hint="What does the history of the loss say: has it stopped falling?",
        ),
    ],
    variants=[Variant("momentum-by-hand", _rows), Variant("interpolated", _interpolated)],
    hints=[
        "Draw your rows over x_test: which of them could follow the curve if it had more bends?",
        "For each width a new network: Dense(width, 'relu'), Dense(1); mean_squared_error on targets of shape (n, 1).",
        "Adam(0.01), 200 epochs in batches of 32; rows.append(network.predict(x_test)[:, 0]); np.array(rows).",
    ],
)
