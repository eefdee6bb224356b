"""Assessment of self-training rounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._practice_labels import Chosen, sure_ones

__all__ = ["self_training_round"]


class RecordingClassifier:
    """Softmax of minus the squared distance to each class's weighted mean; notes what it was asked."""

    def __init__(self, features: int, classes: int) -> None:
        """All means at 0: whoever predicts before fitting knows nothing."""
        self.centroids = np.zeros((classes, features))
        self.fits: list[Any] = []
        self.trained_while_predicting = False

    def fit(self, x: Any, y: Any, weights: Any) -> None:
        """Start anew."""
        self.fits.append([np.array(each) for each in (x, y, weights)])
        share = (np.arange(len(self.centroids))[:, None] == np.asarray(y)) * np.asarray(weights)
        self.centroids = share @ x / share.sum(axis=1, keepdims=True)

    def predict(self, x: Any, training: bool = False) -> Any:
        """Probabilities; in training half of the features are dropped."""
        if training:
            self.trained_while_predicting = True
            x = x * (np.arange(x.shape[1]) % 2 == 0)
        distances = ((x[:, None] - self.centroids) ** 2).sum(axis=2)
        powers = np.exp(distances.min(axis=1, keepdims=True) - distances)
        return powers / powers.sum(axis=1, keepdims=True)


def drive_round(
    self_training_round: Any,
    x_labelled: Any,
    y_labelled: Any,
    x_unlabelled: Any,
    threshold: float,
    classes: int,
    weight: Any = None,
) -> Any:
    """One round with a classifier that notes what it was asked."""
    model = RecordingClassifier(x_labelled.shape[1], classes)
    given = () if weight is None else (weight,)
    result = self_training_round(model, x_labelled, y_labelled, x_unlabelled, threshold, *given)
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        return result
    record: dict[str, Any] = {"number of fits": len(model.fits)}
    record |= {"first fit": None, "second fit": None}  # the number tells which of them is missing
    for name, fit in zip(("first fit", "second fit"), model.fits, strict=False):
        record[name] = {"x": fit[0], "y": fit[1], "weights": fit[2] * 1.0}
    record["predicted with training=True"] = model.trained_while_predicting
    record["returned indices"], record["returned labels"] = result
    record["probabilities afterwards"] = model.predict(x_unlabelled)
    return record


def _sure(probabilities: Array, threshold: float) -> Chosen:
    indices = np.flatnonzero(probabilities.max(axis=1) >= threshold)
    return indices, probabilities[indices].argmax(axis=1)


def _checked_round(model: Any, x: Array, y: Array, pool: Array, threshold: float, weight: float = 0.5) -> Chosen:
    if not 0 <= weight <= 1:
        raise ValueError(f"weight {weight}")
    return _round(model, x, y, pool, threshold, weight, choose=sure_ones)


def _round(
    model: Any,
    x_labelled: Array,
    y_labelled: Array,
    x_unlabelled: Array,
    threshold: float,
    weight: float = 0.5,
    *,
    choose: Callable[[Array, float], Chosen] = _sure,
    training: bool = False,
    fit_first: bool = True,
    grown: Callable[..., tuple[Array, Array, Array]] | None = None,
) -> Chosen:
    """Right by default; a wrong version replaces one part."""
    real = np.ones(len(x_labelled))
    if fit_first:
        model.fit(x_labelled, y_labelled, real)
    indices, labels = choose(model.predict(x_unlabelled, training=training), threshold)
    model.fit(*(grown or _grown)(x_labelled, y_labelled, x_unlabelled, indices, labels, weight))
    return indices, labels


def _grown(x: Array, y: Array, pool: Array, indices: Array, labels: Array, weight: float) -> tuple[Array, Array, Array]:
    weights = np.r_[np.ones(len(x)), weight * np.ones(len(indices))]
    return np.r_[x, pool[indices]], np.r_[y, labels].astype(int), weights


def _fully(x: Array, y: Array, pool: Array, indices: Array, labels: Array, weight: float) -> Any:
    return _grown(x, y, pool, indices, labels, 1.0)


def _real_twice(x: Array, y: Array, pool: Array, indices: Array, labels: Array, weight: float) -> Any:
    grown = _grown(x, y, pool, indices, labels, weight)
    return tuple(np.concatenate([a, b]) for a, b in zip((x, y, np.ones(len(x))), grown, strict=True))


def _pool_in_front(x: Array, y: Array, pool: Array, indices: Array, labels: Array, weight: float) -> Any:
    first = _grown(x, y, pool, indices, labels, weight)
    return tuple(np.concatenate([each[len(x) :], each[: len(x)]]) for each in first)


def _twice_predicted(model: Any, x_labelled: Array, y_labelled: Array, pool: Array, *options: Any) -> Chosen:
    """The labels that are returned come from the second fit."""
    _round(model, x_labelled, y_labelled, pool, *options)
    return _sure(model.predict(pool), options[0])


def _one_fit(model: Any, x: Array, y: Array, pool: Array, threshold: float, weight: float = 0.5) -> Chosen:
    model.fit(x, y, np.ones(len(x)))
    return _sure(model.predict(pool), threshold)


def _fit_only_if_chosen(model: Any, x: Array, y: Array, pool: Array, threshold: float, weight: float = 0.5) -> Chosen:
    indices, labels = _one_fit(model, x, y, pool, threshold)
    if len(indices):
        model.fit(*_grown(x, y, pool, indices, labels, weight))
    return indices, labels


def _clusters(n: int, m: int, seed: int, threshold: float, weight: float | None, classes: int = 3) -> dict[str, Any]:
    """Clusters of samples, some near their middle and some between two."""
    rng = np.random.default_rng([31, seed])
    middles = rng.standard_normal((classes, 4)) * 1.2
    labels, others = np.arange(n) % classes, rng.integers(0, classes, m)
    return {
        "x_labelled": middles[labels] + 0.4 * rng.standard_normal((n, 4)),
        "y_labelled": labels,
        "x_unlabelled": middles[others] + 0.7 * rng.standard_normal((m, 4)),
        "threshold": threshold,
        "classes": classes,
        **({} if weight is None else {"weight": weight}),
    }


def _random_round(rng: np.random.Generator) -> Mapping[str, Any]:
    seed, n, m = (int(each) for each in (rng.integers(100, 1000), rng.integers(6, 9), rng.integers(8, 12)))
    return _clusters(n, m, seed, float(rng.uniform(0.7, 0.9)), float(rng.choice([0.25, 0.5, 0.75])))


_WRONG_WEIGHT = {**_clusters(4, 3, 1, 0.8, 0.5, 2), "weight": 1.5}
_WRONG_THRESHOLD = _clusters(4, 3, 1, 0.0, 0.5, 2)

self_training_round = Exercise(
    "self_training_round",
    points=3,
    scenario=drive_round,
    helpers=[RecordingClassifier],
    cases=[
        Case("two-classes", **_clusters(4, 5, 2, 0.7, 0.5, 2)),
        Case("three-classes", **_clusters(6, 9, 3, 0.8, 0.5), readonly=True),
        Case("made-up-labels-count-little", **_clusters(7, 8, 4, 0.75, 0.125)),
        Case("made-up-labels-count-fully", **_clusters(5, 7, 5, 0.75, 1.0)),
        Case("made-up-labels-count-nothing", **_clusters(5, 7, 6, 0.75, 0.0)),
        Case("weight-not-given", **_clusters(6, 8, 9, 0.7, None)),
        Case("nobody-is-sure", **_clusters(6, 5, 7, 1.0, 0.5)),
        Case("everybody-is-sure-enough", **_clusters(6, 6, 8, 0.25, 0.5)),
        Case("weight-above-one", raises="weight", **_WRONG_WEIGHT),
        Case("threshold-zero", raises="threshold", **_WRONG_THRESHOLD),
        random_cases(_random_round),
    ],
    misconceptions=[
        Misconception(
            "dropout-on",
            believes="The model is in training, so it predicts with training=True.",
            wrong=lambda *args: _round(*args, training=True),
            hint="Should a label depend on which units dropout happens to leave out?",
        ),
        Misconception(
            "all-chosen",
            believes="Every prediction becomes a label.",
            wrong=lambda *args: _round(*args, choose=lambda p, threshold: (np.arange(len(p)), p.argmax(axis=1))),
            hint="What is the threshold for?",
        ),
        Misconception(
            "full-weight-at-once",
            believes="A made-up label counts as much as a real one.",
            wrong=lambda *args: _round(*args, grown=_fully),
            hint="Which of the two labels do you trust more? Where does `weight` come in?",
        ),
        Misconception(
            "weights-for-all",
            believes="The weight belongs to every sample of the second fit.",
            wrong=lambda *args: _round(
                *args, grown=lambda *parts: (*_grown(*parts)[:2], np.full(len(parts[0]) + len(parts[3]), parts[5]))
            ),
            hint="How much does a real label count in the second fit?",
        ),
        Misconception(
            "real-ones-twice",
            believes="The first fit's samples are put together with the second's, which hold them already.",
            wrong=lambda *args: _round(*args, grown=_real_twice),
            hint="How often does each labelled sample occur in your second fit?",
        ),
        Misconception(
            "made-up-ones-alone",
            believes="The second fit learns from the new samples; the old ones are known by now.",
            wrong=lambda *args: _round(
                *args, grown=lambda *parts: tuple(each[len(parts[0]) :] for each in _grown(*parts))
            ),
            hint="`fit` starts anew. What does the model know of the real labels after your second fit?",
        ),
        Misconception(
            "made-up-ones-first",
            believes="The order in the second fit is free.",
            wrong=lambda *args: _round(*args, grown=_pool_in_front),
            hint="Which samples does the docstring put first?",
        ),
        Misconception(
            "not-fitted-first",
            believes="The model comes trained.",
            wrong=lambda *args: _round(*args, fit_first=False),
            hint="What does the model know before its first fit?",
        ),
        Misconception(
            "second-fit-forgotten",
            believes="With the labels made, the round is over.",
            wrong=_one_fit,
            hint="What has the model gained from the unlabelled samples?",
        ),
        Misconception(
            "no-second-fit-where-none-is-sure",
            believes="Where nothing was chosen there is nothing to fit.",
            wrong=_fit_only_if_chosen,
            hint="What does step 4 say about a round in which none was chosen?",
        ),
        Misconception(
            "labelled-by-the-second-fit",
            believes="What is returned is what the model thinks in the end.",
            wrong=_twice_predicted,
            hint="Which indices and labels did the second fit use? Are they those that you return?",
        ),
    ],
    hints=[
        "Four steps, four or five lines: which arrays does each `fit` get?",
        "The indices of `pseudo_label` pick rows of x_unlabelled; np.concatenate puts them behind the labelled ones.",
        "weights = np.concatenate([np.ones(N), np.full(len(indices), weight)]) for the second fit.",
    ],
    variants=[Variant("numpy-alone", _checked_round)],
)
