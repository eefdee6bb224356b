"""Assessment of networks: the project on heights and weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import wire
from autograder.catalog import Exercise, Misconception, Variant, random_cases
from autograder.checks import Found
from autograder.units._network_projects import drive_project, project_check, trained, wrong_form

__all__ = ["project_people"]

#: How much worse than the best possible an answer may be, in nats per person: twice what small networks need.
ALLOWED = 0.1
#: Height in cm and the logarithm of the weight in kg, roughly those of European women and men: means, covariance.
MEANS = np.array([[165.0, np.log(63.0)], [178.0, np.log(78.0)]])
_DEVIATIONS = np.diag([6.5, 0.14])
COVARIANCE = _DEVIATIONS @ np.array([[1.0, 0.45], [0.45, 1.0]]) @ _DEVIATIONS
TRAIN, TEST = 500, 2_000


def _problem(got: Any, x_train: Any, y_train: Any, x_test: Any, rng: Any, y_test: Any, best: Any) -> Found | None:
    answer = np.asarray(got)
    meaning = "the probabilities of both groups for each test person"
    if (found := wrong_form(answer, (len(y_test), 2), len(x_train), meaning)) is not None:
        return found
    if not np.isfinite(answer).all() or answer.min() < 0 or answer.max() > 1:
        return Found("no probabilities", "some numbers are not between 0 and 1, want probabilities")
    if (worst := float(np.abs(answer.sum(axis=1) - 1).max())) > 1e-5:
        return Found("sums", f"the probabilities of a person add up to 1 ± {worst:.2g}, want 1")
    return _judge_surprise(answer, y_train, y_test, best)


def _judge_surprise(answer: Any, y_train: Any, y_test: Any, best: Any) -> Found | None:
    surprise, least = _cross_entropy(answer, y_test), _cross_entropy(best, y_test)
    if surprise <= least + ALLOWED:
        return None
    text = f"cross-entropy {surprise:.3f}, want at most {least + ALLOWED:.3f} (the best possible is {least:.3f})"
    right = [float((answer.argmax(axis=1) == y_test)[y_test == group].mean()) for group in (0, 1)]
    if min(right) > 0.5 and np.isin(answer, (0, 1)).all():
        return Found("certain", f"{text}; every answer is certain")
    if max(right) < 0.5:
        return Found("swapped", f"{text}; the groups are swapped")
    shares = np.tile([1 - y_train.mean(), y_train.mean()], (len(y_test), 1))
    if surprise > _cross_entropy(shares, y_test) - 0.05:
        return Found("guessing", f"{text}; that is no better than the groups' shares, without looking at anybody")
    return Found("below the bar", text, alike=answer.argmax(axis=1))


def _cross_entropy(probabilities: Any, y: Any) -> float:
    """Clipped as in u05."""
    return float(-np.log(np.clip(probabilities[np.arange(len(y)), y], 1e-7, 1 - 1e-7)).mean())


def _people(rng: np.random.Generator, groups: Any) -> Any:
    """A person of each group: height in cm and weight in kg."""
    drawn = MEANS[groups] + rng.standard_normal((len(groups), 2)) @ np.linalg.cholesky(COVARIANCE).T
    return np.stack([drawn[:, 0], np.exp(drawn[:, 1])], axis=1)


def _best(people: Any, share: float) -> Any:
    """The probabilities of the groups, by Bayes' rule, for whoever knows how people are drawn."""
    deviations = np.stack([people[:, 0], np.log(people[:, 1])], axis=1)[:, None] - MEANS
    logs = -0.5 * np.einsum("ngi,ij,ngj->ng", deviations, np.linalg.inv(COVARIANCE), deviations)
    powers = np.exp(logs - logs.max(axis=1, keepdims=True)) * [1 - share, share]
    return powers / powers.sum(axis=1, keepdims=True)


def _study(rng: np.random.Generator, share: float = 0.5, test_share: float | None = None) -> dict[str, Any]:
    """Training people with that share of group 1, and test people with the same or another."""
    groups = [rng.random(TRAIN) < share, rng.random(TEST) < (share if test_share is None else test_share)]
    y_train, y_test = (each.astype(np.int64) for each in groups)
    x_train, x_test = _people(rng, y_train), _people(rng, y_test)
    seed = wire.Rng(int(rng.integers(2**32)))
    best = _best(x_test, share)
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "rng": seed, "y_test": y_test, "best": best}


def _sorted(rng: np.random.Generator) -> dict[str, Any]:
    study = _study(rng)
    order = np.argsort(study["y_train"], kind="stable")
    return {**study, "x_train": study["x_train"][order], "y_train": study["y_train"][order]}


def _other_units(rng: np.random.Generator) -> dict[str, Any]:
    """Metres and grams: the second feature is 40,000 times as large as the first."""
    study, units = _study(rng), np.array([0.01, 1_000.0])
    return {**study, "x_train": study["x_train"] * units, "x_test": study["x_test"] * units}


def _mostly_one_group(rng: np.random.Generator) -> dict[str, Any]:
    return _study(rng, test_share=0.9)


def _unequal(rng: np.random.Generator) -> dict[str, Any]:
    return _study(rng, share=0.3)


def _few(rng: np.random.Generator) -> dict[str, Any]:
    """Few people, so that two calls are quick."""
    study = _study(rng)
    return {**study, "x_train": study["x_train"][:100], "y_train": study["y_train"][:100], "twice": True}


def _scaled(x: Any, by: Any) -> Any:
    return (x - by.mean(axis=0)) / by.std(axis=0)


def _softmax(scores: Any) -> Any:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _scores(x_train: Any, y_train: Any, x_test: Any, rng: Any, **changes: Any) -> Any:
    """Scores of the test people by a small network."""
    predict = trained(_scaled(x_train, x_train), y_train, 2, rng, loss="softmax", units=8, epochs=10)
    return predict(_scaled(x_test, changes.get("scaled_by", x_train)))


def _right(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _softmax(_scores(x_train, y_train, x_test, rng))


def _with_bayes(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    """No network: a normal distribution is fitted to each group."""
    logs = []
    for group in (0, 1):
        members = x_train[y_train == group]
        deviations = x_test - members.mean(axis=0)
        spread = np.cov(members.T)
        inner = np.einsum("ni,ij,nj->n", deviations, np.linalg.inv(spread), deviations)
        logs.append(np.log(len(members)) - 0.5 * inner - 0.5 * np.linalg.slogdet(spread)[1])
    return _softmax(np.stack(logs, axis=1))


def _unscaled(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    predict = trained(x_train, y_train, 2, rng, loss="softmax", units=8, epochs=5)
    with np.errstate(all="ignore"):
        return np.nan_to_num(_softmax(predict(x_test)), nan=0.5)


def _scaled_by_test(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _softmax(_scores(x_train, y_train, x_test, rng, scaled_by=x_test))


def _groups(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _scores(x_train, y_train, x_test, rng).argmax(axis=1)


def _certain(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return np.eye(2)[_groups(x_train, y_train, x_test, rng)]


def _logits(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _scores(x_train, y_train, x_test, rng)


def _two_sigmoids(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return 0.5 * (1 + np.tanh(_scores(x_train, y_train, x_test, rng)))


def _one_column(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _right(x_train, y_train, x_test, rng)[:, 1:]


def _swapped(x_train: Any, y_train: Any, x_test: Any, rng: Any) -> Any:
    return _right(x_train, y_train, x_test, rng)[:, ::-1].copy()


_WITHHELD = ("y_test", "best")

project_people = Exercise(
    "project_people",
    points=2,
    truth="none",
    check=project_check(_problem),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_study, count=1, label="two-equal-groups", withholds=_WITHHELD),
        random_cases(_sorted, count=1, label="sorted-by-group", withholds=_WITHHELD),
        random_cases(_unequal, count=1, label="three-of-ten", withholds=_WITHHELD),
        random_cases(_other_units, count=1, label="metres-and-grams", withholds=_WITHHELD),
        random_cases(_mostly_one_group, count=1, label="test-people-mostly-of-one-group", withholds=_WITHHELD),
        random_cases(_few, count=1, label="same-seed-same-answer", withholds=_WITHHELD),
    ],
    misconceptions=[
        Misconception(
            "unscaled",
            believes="A network takes numbers as they come.",
            wrong=_unscaled,
            hint="Heights near 170: how large are the first scores, and what does softmax make of them?",
        ),
        Misconception(
            "test-scaled-by-itself",
            believes="Each part of the data gets its own mean and deviation.",
            wrong=_scaled_by_test,
            hint="If only tall people are tested, what is left of their height after subtracting their own mean?",
        ),
        Misconception(
            "groups-returned",
            believes="The answer is the more probable group.",
            wrong=_groups,
            hint="What says how sure you are: the group, or what argmax was taken of?",
        ),
        Misconception(
            "certain",
            believes="A probability is 0 or 1, once it is decided.",
            wrong=_certain,
            hint="What is −log 0, and how often will a certain answer be wrong where the groups overlap?",
        ),
        Misconception(
            "logits-returned",
            believes="The last layer's scores are probabilities.",
            wrong=_logits,
            hint="May a probability be negative, or 3? Which activation belongs behind the last layer?",
        ),
        Misconception(
            "two-sigmoids",
            believes="Two outputs, two sigmoids.",
            wrong=_two_sigmoids,
            hint="A person is in one group or the other: do two sigmoids know of each other?",
        ),
        Misconception(
            "one-column",
            believes="One probability says it all.",
            wrong=_one_column,
            hint="How many columns does the result have, by the docstring, and what is the other one?",
        ),
        Misconception(
            "columns-swapped",
            believes="The first column is for group 1.",
            wrong=_swapped,
            hint="Labels are indices: which column does label 0 stand for?",
        ),
    ],
    variants=[Variant("a-hidden-layer", _right), Variant("bayes-rule", _with_bayes)],
    hints=[
        "Print the means of both columns: what does a layer with small weights make of such numbers?",
        "standardize(x_train, x_test) of u01 takes mean and deviation from the first; then Dense(2, 'softmax').",
        "compile(Adam(0.05), 'sparse_categorical_crossentropy'); fit(…, epochs=20, rng=rng); predict(test)",
    ],
)
