"""Answers about held-out samples: what is wrong with predictions of which only the grader knows the truth.

Each function judges the answers to one project, for `Property`; its cases withhold the truth. A kind of mistake is
recognised by what the answers look like (`Found.key`), as two trained networks never agree to the last digit. With
`twice` there are two answers, by generators of one seed, which must be the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.checks import Found

__all__ = [
    "CURVE_ERROR",
    "FORECAST",
    "SURPRISE",
    "classes",
    "cross_entropy",
    "curves",
    "forecast_and_predictions",
    "judge_classes",
    "probabilities_of_groups",
    "sides",
    "topics",
]

#: By one seed two answers may differ in this share of their numbers: a last bit may turn a near tie over.
TIES = 0.004
#: The error allowed to the widest network, as a share of the curve's standard deviation. Honest networks of 32 units
#: reach 0.05 to 0.4, and none of one unit gets below 0.8; `python -m tests.benchmarks.projects` prints it.
CURVE_ERROR = 0.5
#: A bend shows as a second difference larger than this share of the largest output: rounding stays far below it.
BEND = 1e-7
#: How much worse than the best possible an answer may be, in nats per person: twice what small networks need.
SURPRISE = 0.1
#: The mean of the fold errors, as a multiple of the error on the test samples. For honest ones it varies by a tenth.
FORECAST = (0.7, 1.5)


def classes(got: Any, *, x_train: Any, y_test: Any, least: int, twice: bool = False, **_: Any) -> Found | None:
    """One class for each sample: how many are right."""
    return _two_answers(got) if twice else judge_classes(np.asarray(got), y_test, least, len(x_train))


def topics(got: Any, *, documents_train: Any, y_test: Any, least: int, twice: bool = False, **_: Any) -> Found | None:
    """One class of many for each document."""
    if twice:
        return _two_answers(got)
    answer = np.asarray(got)
    found = judge_classes(answer, y_test, least, len(documents_train))
    if found is not None and answer.shape == y_test.shape and answer.dtype.kind in "iu" and set(answer) == {0, 1}:
        return Found("two classes", f"{found.text}; the only topics named are 0 and 1")
    return found


def judge_classes(answer: Any, want: Any, least: int, n_train: int) -> Found | None:
    """What is wrong with one class per sample.

    Args:
        answer: an array of any kind.
        want: the true classes, integers, shape (m,).
        least: how many of them must be right.
        n_train: how many training samples there were.
    """
    if (found := _wrong_form(answer, want.shape, n_train, "one class for each test sample")) is not None:
        return found
    if answer.dtype.kind not in "iu":
        return Found("not integers", f"got {answer.dtype} numbers, want integers: the classes themselves")
    right = int(np.sum(answer == want))
    if right >= least:
        return None
    text = f"{right} of {len(want)} test samples are right, want at least {least}"
    if len(set(answer.tolist())) == 1:
        key = "always 0" if answer[0] == 0 else "always the same"
        return Found(key, f"{text}; the answer is always {answer[0]}")
    if np.sum(answer + 1 == want) >= least:
        return Found("one too low", f"{text}; almost all are one too low")
    most_frequent = float(np.bincount(want).max() / len(want))
    if right < len(want) * (most_frequent + 0.05):
        return Found("guessing", f"{text}; that is no better than guessing")
    return Found("below the bar", text, alike=answer)


def sides(got: Any, *, documents_train: Any, y_test: Any, least: int, twice: bool = False, **_: Any) -> Found | None:
    """The probability of label 1 for each document: how many are on the right side of ½."""
    if twice:
        return _two_answers(got)
    answer = np.asarray(got)
    meaning = "one probability for each test document"
    if (found := _wrong_form(answer, y_test.shape, len(documents_train), meaning)) is not None:
        return found
    if answer.dtype.kind != "f":
        return Found("not floating", f"got {answer.dtype} numbers, want floating ones: probabilities")
    if (found := _no_probabilities(answer)) is not None:
        return found
    right = int(np.sum((answer > 0.5) == y_test))
    text = f"{right} of {len(y_test)} test documents are on the right side of ½, want at least {least}"
    return None if right >= least else _wrong_sides(answer, y_test, least, text)


def _wrong_sides(answer: Any, y_test: Any, least: int, text: str) -> Found:
    if float(np.ptp(answer)) < 0.1:
        key = "always for" if answer.min() > 0.9 else "always the same"
        return Found(key, f"{text}; the answer is always near {float(np.median(answer)):.2g}")
    wrong_way = int(np.sum((answer < 0.5) == y_test))
    if wrong_way >= least:
        return Found("the wrong way", f"{text}; {wrong_way} are on the wrong side: for and against are swapped")
    if wrong_way > 0.4 * len(y_test):
        return Found("guessing", f"{text}; that is no better than guessing")
    return Found("below the bar", text, alike=answer > 0.5)


def probabilities_of_groups(
    got: Any, *, x_train: Any, y_train: Any, y_test: Any, best: Any, twice: bool = False, **_: Any
) -> Found | None:
    """The probabilities of two groups for each person: their cross-entropy beside that of the best possible ones."""
    if twice:
        return _two_answers(got)
    answer = np.asarray(got)
    meaning = "the probabilities of both groups for each test person"
    if (found := _wrong_form(answer, (len(y_test), 2), len(x_train), meaning)) is not None:
        return found
    if (found := _no_probabilities(answer)) is not None:
        return found
    if (worst := float(np.abs(answer.sum(axis=1) - 1).max())) > 1e-5:
        return Found("sums", f"the probabilities of a person add up to 1 ± {worst:.2g}, want 1")
    surprise, least = cross_entropy(answer, y_test), cross_entropy(best, y_test)
    if surprise <= least + SURPRISE:
        return None
    text = f"cross-entropy {surprise:.3f}, want at most {least + SURPRISE:.3f} (the best possible is {least:.3f})"
    right = [float((answer.argmax(axis=1) == y_test)[y_test == group].mean()) for group in (0, 1)]
    if min(right) > 0.5 and np.isin(answer, (0, 1)).all():
        return Found("certain", f"{text}; every answer is certain")
    if max(right) < 0.5:
        return Found("swapped", f"{text}; the groups are swapped")
    shares = np.tile([1 - y_train.mean(), y_train.mean()], (len(y_test), 1))
    if surprise > cross_entropy(shares, y_test) - 0.05:
        return Found("guessing", f"{text}; that is no better than the groups' shares, without looking at anybody")
    return Found("below the bar", text, alike=answer.argmax(axis=1))


def cross_entropy(probabilities: Any, y: Any) -> float:
    """Nats per sample; probabilities are clipped as in u05."""
    return float(-np.log(np.clip(probabilities[np.arange(len(y)), y], 1e-7, 1 - 1e-7)).mean())


def curves(got: Any, *, x_train: Any, widths: Any, y_test: Any, twice: bool = False, **_: Any) -> Found | None:
    """A row of predictions for each width: no row bends too often, and the widest is near the curve."""
    if twice:
        return _two_answers(got)
    answer, wanted = np.asarray(got), (len(widths), len(y_test))
    if answer.shape == wanted[::-1] != wanted:
        return Found("transposed", f"got shape {answer.shape}, want {wanted}: a row for each width")
    if answer.shape == (wanted[0], len(x_train)):
        return Found("training samples", f"got shape {answer.shape}, want {wanted}: predictions for the test samples")
    if (found := _wrong_form(answer, wanted, 0, "a row for each width")) is not None:
        return found
    if not np.isfinite(answer).all():
        return Found("not finite", "some predictions are not finite: has the training diverged?")
    for row, width in zip(answer, widths, strict=True):
        bends = _bends(row)
        if bends > 2 * width:  # each bend shows in two second differences at most
            text = f"width {width}: the curve bends in more places than {width} relus can make it bend"
            return Found("too many bends", text) if bends < len(row) // 2 else Found("smooth", f"{text}: it is smooth")
    widest = int(np.argmax(widths))
    return _far_from_curve(answer[widest], widths[widest], y_test)


def _bends(row: Any) -> int:
    """In how many places the second difference is not 0."""
    rounding = BEND if row.dtype == np.float64 else 100 * BEND
    return int((np.abs(np.diff(row, 2)) > rounding * np.abs(row).max()).sum())


def _far_from_curve(row: Any, width: int, y_test: Any) -> Found | None:
    error = float(np.sqrt(np.mean((row - y_test) ** 2)) / y_test.std())
    if error <= CURVE_ERROR:
        return None
    share = f"root mean square error {error:.0%} of the curve's deviation, want at most {CURVE_ERROR:.0%}"
    text = f"width {width}: {share}"
    if not _bends(row):
        flat = float(np.ptp(row)) < 0.2 * float(y_test.std())
        return Found("constant" if flat else "straight", f"{text}; it is a straight line")
    return Found("below the bar", text, alike=np.round(row, 2))


def forecast_and_predictions(
    got: Any, *, y_train: Any, k: int, y_test: Any, share: float, twice: bool = False, **_: Any
) -> Found | None:
    """The pair (fold_errors, predictions): the predictions are good, and the errors forecast how good."""
    if twice:
        return _two_answers(got)
    if not isinstance(got, (list, tuple)) or len(got) != 2:
        return Found("no pair", "want a pair: (fold_errors, predictions)")
    errors, predictions = np.asarray(got[0]), np.asarray(got[1])
    if errors.shape == y_test.shape and predictions.shape == (k,):
        return Found("order", "want (fold_errors, predictions), in this order")
    meaning = "predictions, one for each test sample"
    if (found := _wrong_form(predictions, y_test.shape, len(y_train), meaning)) is not None:
        return found
    if errors.shape != (k,):
        text = f"fold_errors: got shape {errors.shape}, want ({k},): one error for each fold"
        return Found(f"errors with {errors.ndim} axes", text)
    if not (np.isfinite(errors).all() and np.isfinite(predictions).all()):
        return Found("not finite", "some numbers are not finite: has the training diverged?")
    error, forecast = float(np.abs(predictions - y_test).mean()), float(errors.mean())
    return _poor_predictions(predictions, error, y_train, y_test, share) or _poor_forecast(forecast, error)


def _poor_predictions(predictions: Any, error: float, y_train: Any, y_test: Any, share: float) -> Found | None:
    mean = float(np.abs(y_train.mean() - y_test).mean())
    if error <= share * mean:
        return None
    limits = f"want at most {share * mean:.3g} (saying the mean each time: {mean:.3g})"
    text, little = f"predictions: mean error {error:.3g}, {limits}", 0.1 * y_train.std()
    if abs(predictions.mean()) < little and predictions.std() < little:
        return Found("scaled", f"{text}; they are all near 0: still scaled?")
    if predictions.std() < little:
        return Found("the same for all", f"{text}; they are nearly the same for all samples")
    return Found("below the bar", text, alike=np.round(predictions / y_train.std(), 2))


def _poor_forecast(forecast: float, error: float) -> Found | None:
    ratio = forecast / error
    if FORECAST[0] <= ratio <= FORECAST[1]:
        return None
    text = f"fold_errors: their mean is {forecast:.3g}, but the error on the test samples is {error:.3g}"
    if ratio < 0.1:
        return Found("errors scaled", f"{text}: are they in the unit of the targets?")
    if ratio < FORECAST[0]:
        return Found("optimistic", f"{text}: has a fold been learnt before it was measured?")
    if ratio > 5:
        return Found("errors squared", f"{text}: are they means of absolute values?")
    return Found("pessimistic", f"{text}: are the folds drawn, and the networks trained as the last one?")


def _wrong_form(answer: Any, shape: tuple[int, ...], n_train: int, meaning: str) -> Found | None:
    """What is wrong with an answer's shape or kind, with the test samples first; `meaning` is for the message."""
    if answer.dtype.kind not in "fiu":
        return Found("kind", f"got an array of {answer.dtype}, want numbers")
    if answer.shape == shape:
        return None
    text = f"got shape {answer.shape}, want {shape}: {meaning}"
    if answer.shape[:1] == (n_train,) != shape[:1]:
        return Found("training samples", text)
    return Found("a column" if answer.shape == (*shape, 1) else f"shape with {answer.ndim} axes", text)


def _no_probabilities(answer: Any) -> Found | None:
    if np.isfinite(answer).all() and answer.min() >= 0 and answer.max() <= 1:
        return None
    return Found("no probabilities", "some numbers are not between 0 and 1, want probabilities")


def _two_answers(got: Any) -> Found | None:
    """What is wrong with two answers by one seed."""
    if got[0] is None:
        return Found("kind", "got None: is the result printed instead of returned?")
    first, second = (_numbers(answer) for answer in got)
    same = first.shape == second.shape
    if same and float(np.mean(~np.isclose(first, second, atol=1e-6, equal_nan=True))) <= TIES:
        return None
    return Found("seed", "two generators of one seed give different answers: draw from `rng` alone")


def _numbers(answer: Any) -> Any:
    """All numbers of an answer, which may be a pair of arrays."""
    parts = answer if isinstance(answer, (list, tuple)) else [answer]
    return np.concatenate([np.asarray(part, dtype=np.float64).ravel() for part in parts])
