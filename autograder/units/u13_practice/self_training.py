"""pseudo_label and self_training_round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from solutions.u04_activations import softmax

BEST, SURE = "probabilities.max(axis=1)", "probabilities.max(axis=1) >= threshold"
INDICES, LABELS = f"np.flatnonzero({SURE})", "probabilities[indices].argmax(axis=1)"

P = np.array([[0.9, 0.05, 0.05], [0.4, 0.35, 0.25], [0.1, 0.1, 0.8], [0.2, 0.7, 0.1]])
TIES = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.25, 0.25, 0.5], [0.375, 0.375, 0.25]])
CERTAIN = np.array([[0.0, 1.0], [0.001, 0.999], [1.0, 0.0]])
SCORES = np.array([[2.0, -1.0, 0.5], [0.1, 0.3, 4.0]])


def drawn_probabilities(rng: np.random.Generator) -> Mapping[str, Any]:
    """Some rows are sure, some are not, and some sum to 1 only up to rounding."""
    probabilities = softmax(2.5 * rng.standard_normal((int(rng.integers(10, 16)), int(rng.integers(3, 6)))))
    return {"probabilities": probabilities, "threshold": float(rng.uniform(0.55, 0.75))}


pseudo_label = Exercise(
    "pseudo_label",
    points=1,
    parts=("indices", "labels"),
    vectorized=lambda n: {"probabilities": softmax(np.arange(3.0 * n).reshape(n, 3) ** 2 % 7), "threshold": 0.8},
    cases=[
        Case("two-are-sure", probabilities=P, threshold=0.75),
        Case("three-are-sure", probabilities=P, threshold=0.65),
        Case("exactly-the-threshold", probabilities=TIES[::-1] + 0.0, threshold=0.5),
        Case("ties-go-to-the-first-class", probabilities=TIES, threshold=0.375, readonly=True),
        Case("nobody-is-sure", probabilities=P, threshold=0.95),
        Case("no-samples", probabilities=np.zeros((0, 3)), threshold=0.5),
        Case("only-certainty-counts", probabilities=CERTAIN, threshold=1.0),
        Case("more-classes-than-samples", probabilities=np.array([[0.1, 0.05, 0.7, 0.15]]), threshold=0.6),
        Case("surer-ones-come-later", probabilities=P[[3, 2, 1, 0]], threshold=0.6),
        Case("single-precision", probabilities=P.astype(np.float32), threshold=0.75),
        Case("scores-before-the-softmax", raises="probabilities", probabilities=SCORES, threshold=0.9),
        Case("rows-that-sum-to-two", raises="probabilities", probabilities=2 * P, threshold=0.9),
        Case("threshold-zero", raises="threshold", probabilities=P, threshold=0.0),
        Case("threshold-above-one", raises="threshold", probabilities=P, threshold=1.25),
        Case("percent-is-no-threshold", raises="threshold", probabilities=P, threshold=90),
        random_cases(drawn_probabilities),
    ],
    misconceptions=[
        edit("no-threshold", INDICES, "np.arange(len(probabilities))")
        .believes("Every unlabelled sample gets the label that the model thinks most likely.")
        .ask("A model is right in 6 of 10 doubtful cases: what does it learn from its own 4 mistakes?"),
        edit("strictly-above", ">= threshold", "> threshold")
        .believes("The largest probability has to exceed the threshold.")
        .ask("What about a sample that just reaches it?"),
        edit("softmax-once-more", BEST, "(powers := np.exp(probabilities)).max(axis=1) / powers.sum(axis=1)")
        .believes("A network's outputs have to be turned into probabilities first.")
        .ask("What is the largest number that softmax can make of probabilities? Are these still scores?"),
        edit("margin", BEST, "np.diff(np.sort(probabilities, axis=1)[:, -2:])[:, 0]")
        .believes("Sure means far ahead of the second class.")
        .ask("Which one number per sample does the docstring compare with the threshold?"),
        returns("every-class-that-reaches-it", "np.nonzero(probabilities >= threshold)")
        .believes("A sample gets each label whose probability reaches the threshold.")
        .ask("With 0.5 and 0.5, how often does the sample come up in your indices?"),
        edit("last-of-ties", LABELS, "probabilities.shape[1] - 1 - probabilities[indices, ::-1].argmax(axis=1)")
        .believes("Of equal probabilities the last one counts.")
        .ask("Which class does argmax give where two share the maximum?"),
        edit("soft-labels", LABELS, "probabilities[indices]")
        .believes("The label is the row of probabilities.")
        .ask("What shape do integer labels have?"),
        returns("doubtful-to-class-zero", f"np.arange(len(probabilities)), probabilities.argmax(axis=1) * ({SURE})")
        .believes("A sample without a sure answer gets label 0.")
        .ask("What does class 0 learn from all the doubtful samples?"),
        edit("mask-for-indices", INDICES, SURE)
        .believes("An array of True and False says which samples were chosen.")
        .ask("As many indices as labels: how many entries does your mask have?"),
        edit("surest-first", "return indices", f"indices = indices[np.argsort(-{BEST}[indices])]; return indices")
        .believes("The surest samples come first.")
        .ask("In which order does the docstring want the indices?"),
        body(
            "over-the-samples",
            """
            sure = probabilities.max(axis=0) >= threshold
            return probabilities.argmax(axis=0)[sure], np.flatnonzero(sure)
            """,
        )
        .believes("The largest number of each column is what matters.")
        .ask("A row belongs to a sample, a column to a class. Over which of them is the maximum taken?"),
        edit("scores-taken-for-probabilities", "(probabilities < 0).any() or", "False and")
        .believes("Whatever the model puts out is compared with the threshold.")
        .ask("A score before the softmax is 4.0: is the model 400 per cent sure?"),
    ],
    hints=[
        "Per sample two things are needed: its largest probability, and the class where it stands.",
        "The maximum and the argmax over the classes; np.flatnonzero turns a condition into indices.",
        "indices = np.flatnonzero(p.max(axis=1) >= threshold); labels = p[indices].argmax(axis=1).",
    ],
    variants=[
        Variant("small-integers", (INDICES, f"{INDICES}.astype(np.int32)", LABELS, f"{LABELS}.astype(np.int32)"))
    ],
)


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
    """Scenario: one round with a classifier that notes what it was asked."""
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


PREDICTED, CHOSEN = "model.predict(x_unlabelled, training=False)", "indices, labels"
FIRST_FIT = "    model.fit(x_labelled, y_labelled, real)\n"
X, Y = "[x_labelled, x_unlabelled[indices]]", "[y_labelled, labels]"
WEIGHTS = "np.concatenate([real, np.full(len(indices), float(weight))])"
SECOND_FIT = f"    model.fit(x, y, {WEIGHTS})\n"


def clusters(n: int, m: int, seed: int, threshold: float, weight: float | None, classes: int = 3) -> dict[str, Any]:
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


def drawn_clusters(rng: np.random.Generator) -> Mapping[str, Any]:
    """Clusters, a threshold and a weight of some quarters."""
    seed, n, m = (int(each) for each in (rng.integers(100, 1000), rng.integers(6, 9), rng.integers(8, 12)))
    return clusters(n, m, seed, float(rng.uniform(0.7, 0.9)), float(rng.choice([0.25, 0.5, 0.75])))


self_training_round = Exercise(
    "self_training_round",
    points=3,
    scenario=drive_round,
    helpers=[RecordingClassifier],
    cases=[
        Case("two-classes", **clusters(4, 5, 2, 0.7, 0.5, 2)),
        Case("three-classes", **clusters(6, 9, 3, 0.8, 0.5), readonly=True),
        Case("made-up-labels-count-little", **clusters(7, 8, 4, 0.75, 0.125)),
        Case("made-up-labels-count-fully", **clusters(5, 7, 5, 0.75, 1.0)),
        Case("made-up-labels-count-nothing", **clusters(5, 7, 6, 0.75, 0.0)),
        Case("weight-not-given", **clusters(6, 8, 9, 0.7, None)),
        Case("nobody-is-sure", **clusters(6, 5, 7, 1.0, 0.5)),
        Case("everybody-is-sure-enough", **clusters(6, 6, 8, 0.25, 0.5)),
        Case("weight-above-one", raises="weight", **clusters(4, 3, 1, 0.8, 1.5, 2)),
        Case("threshold-zero", raises="threshold", **clusters(4, 3, 1, 0.0, 0.5, 2)),
        random_cases(drawn_clusters),
    ],
    misconceptions=[
        edit("dropout-on", "training=False", "training=True")
        .believes("The model is in training, so it predicts with training=True.")
        .ask("Should a label depend on which units dropout happens to leave out?"),
        edit("all-chosen", "threshold)", "1e-9)")
        .believes("Every prediction becomes a label.")
        .ask("What is the threshold for?"),
        edit("full-weight-at-once", "float(weight)", "1.0")
        .believes("A made-up label counts as much as a real one.")
        .ask("Which of the two labels do you trust more? Where does `weight` come in?"),
        edit("weights-for-all", WEIGHTS, "np.full(len(x), float(weight))")
        .believes("The weight belongs to every sample of the second fit.")
        .ask("How much does a real label count in the second fit?"),
        edit("real-ones-twice", X, f"[x_labelled, *{X}]", Y, f"[y_labelled, *{Y}]", "[real,", "[real, real,")
        .believes("The first fit's samples are put together with the second's, which hold them already.")
        .ask("How often does each labelled sample occur in your second fit?"),
        edit("made-up-ones-alone", X, "[x_unlabelled[indices]]", Y, "[labels]", "[real, np", "[np")
        .believes("The second fit learns from the new samples; the old ones are known by now.")
        .ask("`fit` starts anew. What does the model know of the real labels after your second fit?"),
        edit("made-up-ones-first", X, f"{X}[::-1]", Y, f"{Y}[::-1]", "float(weight))]", "float(weight))][::-1]")
        .believes("The order in the second fit is free.")
        .ask("Which samples does the docstring put first?"),
        edit("not-fitted-first", FIRST_FIT, "")
        .believes("The model comes trained.")
        .ask("What does the model know before its first fit?"),
        edit("second-fit-forgotten", SECOND_FIT, "")
        .believes("With the labels made, the round is over.")
        .ask("What has the model gained from the unlabelled samples?"),
        edit("no-second-fit-where-none-is-sure", SECOND_FIT, f"    if len(indices):\n    {SECOND_FIT}")
        .believes("Where nothing was chosen there is nothing to fit.")
        .ask("What does step 4 say about a round in which none was chosen?"),
        edit("labelled-by-the-second-fit", f"return {CHOSEN}", f"return pseudo_label({PREDICTED}, threshold)")
        .believes("What is returned is what the model thinks in the end.")
        .ask("Which indices and labels did the second fit use? Are they those that you return?"),
    ],
    hints=[
        "Four steps, four or five lines: which arrays does each `fit` get?",
        "The indices of `pseudo_label` pick rows of x_unlabelled; np.concatenate puts them behind the labelled ones.",
        "weights = np.concatenate([np.ones(N), np.full(len(indices), weight)]) for the second fit.",
    ],
    variants=[Variant("stacked", ("np.concatenate([x", "np.vstack([x", "np.concatenate", "np.hstack"))],
)
