"""What honest networks reach on the projects of u12, beside what is asked of them: `python -m tests.benchmarks.projects`.

Each line is a network, or a classical method, on splits and generated languages that nobody has selected: the cases
that an instructor's secrets `0`, `1`, … give. Shown are the share of the cases that pass, how far the worst and the
middle one are above the bar (in the unit of the bar), and the seconds of one call.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 - after the number of threads

from autograder.assessment.case import Case  # noqa: E402
from autograder.assessment.checks import held_out  # noqa: E402
from autograder.authoring.units import authored_unit  # noqa: E402
from autograder.worker import wire  # noqa: E402
from solutions import u12_network as ours  # noqa: E402
from solutions.u01_tensors import multi_hot, standardize  # noqa: E402
from solutions.u09_optimizers import SGD, Adam, RMSprop  # noqa: E402
from solutions.u11_training import k_fold  # noqa: E402

Answer = Callable[..., Any]


def main() -> None:
    """Print a table for each project."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--secrets", type=int, default=4, help="how many secrets (default 4; five cases each)")
    parser.add_argument("projects", nargs="*", default=list(PROJECTS), help="their names (default: all)")
    options = parser.parse_args()
    for name in options.projects:
        margin, answers = PROJECTS[name]
        cases = list(_cases(name, options.secrets))
        print(f"{name}, {len(cases)} cases: {margin.__doc__}")
        for title, answer in answers.items():
            print(f"  {title:38}{_measured(cases, answer, margin)}", flush=True)


def _cases(name: str, secrets: int) -> Iterator[Case]:
    """All but those about the seed, in which an answer is asked for twice."""
    exercise = authored_unit("network").exercise(name)
    for secret in range(secrets):
        yield from (case for case in exercise.hidden_cases(str(secret)) if "twice" not in case.inputs)


def _measured(cases: list[Case], answer: Answer, margin: Callable[..., float]) -> str:
    margins, seconds = [], []
    for case in cases:
        inputs = wire.realise(dict(case.inputs))
        start = time.perf_counter()
        result = answer(**inputs)
        seconds.append(time.perf_counter() - start)
        margins.append(margin(result, **case.known))
    passed = sum(each >= 0 for each in margins) / len(margins)
    return (
        f"{passed:7.1%} pass, worst {min(margins):+8.3f}, median {statistics.median(margins):+8.3f},"
        f" {statistics.median(seconds):5.2f} s"
    )


def _classes(answer: Any, y_test: Any, least: int, **_: Any) -> float:
    """Right answers above the least, in percent of the test samples."""
    return float(100 * (np.sum(answer == y_test) - least) / len(y_test))


def _sides(answer: Any, y_test: Any, least: int, **_: Any) -> float:
    """Right answers above the least, in percent of the test samples."""
    return float(100 * (np.sum((answer > 0.5) == y_test) - least) / len(y_test))


def _curves(answer: Any, widths: Any, y_test: Any, **_: Any) -> float:
    """How far the widest network's error is below the largest allowed, as a share of the curve's deviation."""
    widest = answer[int(np.argmax(widths))]
    return float(held_out.CURVE_ERROR - np.sqrt(np.mean((widest - y_test) ** 2)) / y_test.std())


def _surprise(answer: Any, y_test: Any, best: Any, **_: Any) -> float:
    """Nats per person below the largest cross-entropy allowed."""
    return held_out.SURPRISE + held_out.cross_entropy(best, y_test) - held_out.cross_entropy(answer, y_test)


def _errors(answer: Any, y_train: Any, y_test: Any, share: float, **_: Any) -> float:
    """How far the error is below the largest allowed, as a share of that of the mean, and the forecast inside its range."""
    errors, predictions = answer
    error = np.abs(predictions - y_test).mean()
    ratio = errors.mean() / error
    below = share - error / np.abs(y_train.mean() - y_test).mean()
    return float(min(below, ratio - held_out.FORECAST[0], held_out.FORECAST[1] - ratio))


def _network(
    layers: Callable[..., list[Any]], optimizer: Callable[[], Any], loss: str, epochs: int, batch: int
) -> Answer:
    """Train on (x, y), predict for new samples."""

    def predict(x: Any, y: Any, new: Any, rng: Any, *sizes: int) -> Any:
        network = ours.Sequential(layers(*sizes))
        network.compile(optimizer(), loss)
        network.fit(x, y, epochs=epochs, batch_size=batch, rng=rng)
        return network.predict(new, batch_size=256)

    return predict


def _digits(predict: Answer, *, channels: bool = False) -> Answer:
    def answer(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
        images = [(each[..., None] if channels else each) / x_train.max() for each in (x_train, x_test)]
        return predict(images[0], y_train, images[1], rng).argmax(axis=1)

    return answer


def _widths(predict: Callable[[int], Answer]) -> Answer:
    def answer(x_train: Any, y_train: Any, x_test: Any, widths: Any, rng: Any) -> Any:
        return np.array([predict(width)(x_train, y_train[:, None], x_test, rng)[:, 0] for width in widths])

    return answer


def _people(predict: Answer) -> Answer:
    def answer(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
        train, test = standardize(x_train, x_test)
        return predict(train, y_train, test, rng)

    return answer


def _reviews(predict: Answer) -> Answer:
    def answer(documents_train: Any, y_train: Any, documents_test: Any, num_words: int, rng: Any) -> Any:
        rows = [multi_hot(each, num_words) for each in (documents_train, documents_test)]
        return predict(rows[0], y_train[:, None], rows[1], rng)[:, 0]

    return answer


def _topics(predict: Answer) -> Answer:
    def answer(documents_train: Any, y_train: Any, documents_test: Any, num_words: int, classes: int, rng: Any) -> Any:
        rows = [multi_hot(each, num_words) for each in (documents_train, documents_test)]
        return predict(rows[0], y_train, rows[1], rng, classes).argmax(axis=1)

    return answer


def _prices(predict: Answer) -> Answer:
    def scaled(x: Any, y: Any, new: Any, rng: Any) -> Any:
        train, test = standardize(x, new)
        return predict(train, ((y - y.mean()) / y.std())[:, None], test, rng)[:, 0] * y.std() + y.mean()

    def answer(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
        errors = [
            np.abs(scaled(x_train[train], y_train[train], x_train[fold], rng) - y_train[fold]).mean()
            for train, fold in k_fold(len(x_train), k, rng)
        ]
        return np.array(errors), scaled(x_train, y_train, x_test, rng)

    return answer


Dense, Flatten = ours.Dense, ours.Flatten
CROSS, BINARY, SQUARED = "softmax_cross_entropy", "binary_crossentropy", "mean_squared_error"
PROJECTS: Mapping[str, tuple[Callable[..., float], Mapping[str, Answer]]] = {
    "project_function": (_curves, {
        "model answer": ours.project_function,
        "Adam(0.02), 150 epochs": _widths(lambda width: _network(lambda: [Dense(width, "relu"), Dense(1)], lambda: Adam(0.02), SQUARED, 150, 32)),
        "Adam(0.005), 400 epochs": _widths(lambda width: _network(lambda: [Dense(width, "relu"), Dense(1)], lambda: Adam(0.005), SQUARED, 400, 32)),
        "SGD(0.1), 500 epochs": _widths(lambda width: _network(lambda: [Dense(width, "relu"), Dense(1)], lambda: SGD(0.1), SQUARED, 500, 32)),
    }),
    "project_people": (_surprise, {
        "model answer": ours.project_people,
        "no hidden layer, SGD(0.1), 10 epochs": _people(_network(lambda: [Dense(2, "softmax")], lambda: SGD(0.1), "sparse_categorical_crossentropy", 10, 32)),
        "16 units, Adam(0.01), 50 epochs": _people(_network(lambda: [Dense(16, "relu"), Dense(2, "softmax")], lambda: Adam(0.01), "sparse_categorical_crossentropy", 50, 32)),
        "64 units, Adam(0.01), 100 epochs": _people(_network(lambda: [Dense(64, "relu"), Dense(2, "softmax")], lambda: Adam(0.01), "sparse_categorical_crossentropy", 100, 32)),
    }),
    "project_digits": (_classes, {
        "model answer": ours.project_digits,
        "no hidden layer, Adam(0.01), 20 epochs": _digits(_network(lambda: [Flatten(), Dense(10)], lambda: Adam(0.01), CROSS, 20, 32)),
        "16 units, Adam(0.01), 20 epochs": _digits(_network(lambda: [Flatten(), Dense(16, "relu"), Dense(10)], lambda: Adam(0.01), CROSS, 20, 32)),
        "32 units, SGD(0.1), 30 epochs": _digits(_network(lambda: [Flatten(), Dense(32, "relu"), Dense(10)], lambda: SGD(0.1), CROSS, 30, 32)),
        "64 tanh, RMSprop(0.002), 15 epochs": _digits(_network(lambda: [Flatten(), Dense(64, "tanh"), Dense(10)], lambda: RMSprop(0.002), CROSS, 15, 32)),
        "convolution 8, pool, 32, 10 epochs": _digits(_network(lambda: [ours.Conv2D(8, 3, activation="relu"), ours.MaxPool2D(2), Flatten(), Dense(32, "relu"), Dense(10)], lambda: Adam(0.005), CROSS, 10, 32), channels=True),
    }),
    "project_reviews": (_sides, {
        "model answer": ours.project_reviews,
        "no hidden layer, Adam(0.01), 10 epochs": _reviews(_network(lambda: [Dense(1, "sigmoid")], lambda: Adam(0.01), BINARY, 10, 64)),
        "16, 16, RMSprop(0.001), 15 epochs": _reviews(_network(lambda: [Dense(16, "relu"), Dense(16, "relu"), Dense(1, "sigmoid")], lambda: RMSprop(0.001), BINARY, 15, 64)),
        "16, Adam(0.01), 30 epochs": _reviews(_network(lambda: [Dense(16, "relu"), Dense(1, "sigmoid")], lambda: Adam(0.01), BINARY, 30, 64)),
    }),
    "project_topics": (_classes, {
        "model answer": ours.project_topics,
        "no hidden layer, Adam(0.01), 15 epochs": _topics(_network(lambda classes: [Dense(classes)], lambda: Adam(0.01), CROSS, 15, 64)),
        "64, 64, RMSprop(0.001), 20 epochs": _topics(_network(lambda classes: [Dense(64, "relu"), Dense(64, "relu"), Dense(classes)], lambda: RMSprop(0.001), CROSS, 20, 64)),
        "32, Adam(0.01), 10 epochs": _topics(_network(lambda classes: [Dense(32, "relu"), Dense(classes)], lambda: Adam(0.01), CROSS, 10, 64)),
    }),
    "project_prices": (_errors, {
        "model answer": ours.project_prices,
        "no hidden layer, Adam(0.01), 30 epochs": _prices(_network(lambda: [Dense(1)], lambda: Adam(0.01), SQUARED, 30, 16)),
        "64, RMSprop(0.001), 30 epochs": _prices(_network(lambda: [Dense(64, "relu"), Dense(1)], lambda: RMSprop(0.001), SQUARED, 30, 16)),
        "16, 8, Adam(0.005), 25 epochs": _prices(_network(lambda: [Dense(16, "relu"), Dense(8, "relu"), Dense(1)], lambda: Adam(0.005), SQUARED, 25, 16)),
    }),
}  # fmt: skip


if __name__ == "__main__":
    main()
