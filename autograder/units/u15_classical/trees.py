"""best_split, decision_stump and bagging."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array, grid
from autograder.units.u15_classical.clear_splits import draw_table, is_clear
from autograder.units.u15_classical.impurity import NATURAL
from autograder.units.u15_classical.neighbours import LARGER_LABEL, MEAN_LABEL, MEAN_OF_NAMES

SIDES = "share * impurity(left) - (1 - share) * impurity(total - left)"
CHOICE = 'gini if criterion == "gini" else entropy'
# Edits of `best_split`; whatever calls it goes wrong too. The second is one of `regression_stump` as well.
SIDES_NOT_WEIGHTED = (SIDES, "impurity(left) - impurity(total - left)")
LAST_OF_EQUALS = (
    "gains.max() > best",
    "gains.max() >= best",
    "gains.argmax()",
    "len(gains) - 1 - gains[::-1].argmax()",
)
FIRST_FEATURE_ONLY = ("enumerate(x.T)", "enumerate(x[:, :1].T)")
THRESHOLD_IS_A_VALUE = ("(values[cut] + values[cut + 1]) / 2", "values[cut]")

TIE = "Of equal gains, which does the docstring choose: the first or the last that you try?"
ONE_PURE_ROW = "A question that splits off one row makes that side perfectly pure. Is it a good question?"
NEARER_TO_THE_LEFT = "A new row lies between the two groups, nearer to the left one. Which side is it on?"

LINE = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]])
TABLE = np.array([[5.0, 1.5], [1.0, 0.5], [4.0, 3.0], [2.0, 2.5], [3.0, 1.0], [6.0, 4.0]])


def random_split(rng: np.random.Generator) -> dict[str, Any]:
    """A table with one clear best split."""
    while True:
        x, y = draw_table(rng)
        criterion = str(rng.choice(["gini", "entropy"]))
        if is_clear(x, y, criterion):
            return {"x": x, "y": y, "criterion": criterion}


best_split = Exercise(
    "best_split",
    points=3,
    parts=("feature", "threshold", "gain"),
    cases=[
        Case("two-and-two", x=np.array([[1.0], [2.0], [4.0], [5.0]]), y=np.array([0, 0, 1, 1])),
        Case("rows-in-any-order", x=np.array([[7.0], [1.0], [4.0], [2.0], [9.0]]), y=np.array([1, 0, 0, 0, 1])),
        Case("second-feature", x=TABLE, y=np.array([0, 0, 1, 1, 0, 1]), readonly=True),
        Case("three-classes-in-bits", x=TABLE, y=np.array([2, 0, 1, 1, 0, 1]), criterion="entropy"),
        Case("one-row-is-easily-pure", x=LINE, y=np.array([1, 0, 0, 1, 0, 1, 1, 1])),
        Case(
            "equal-values-stay-together",
            x=np.array([[1.0], [1.0], [1.0], [2.0], [2.0], [3.0]]),
            y=np.array([0, 0, 1, 1, 1, 0]),
        ),
        Case("equal-features-the-first", x=np.array([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]]), y=np.array([1, 0, 0])),
        Case("equal-thresholds-the-smaller", x=LINE[:5], y=np.array([0, 1, 1, 1, 0])),
        Case("one-class-only", x=LINE[:4], y=np.array([1, 1, 1, 1])),
        Case("negative-numbers", x=np.array([[-3.5, 2.0], [-1.0, -2.0], [-0.5, 4.0]]), y=np.array([0, 1, 1])),
        Case("unknown-criterion", raises="criterion", x=TABLE, y=np.arange(6) % 2, criterion="variance"),
        Case("nothing-to-split-at", raises="x", x=np.ones((4, 2)), y=np.array([0, 1, 0, 1])),
        random_cases(random_split, count=3),
    ],
    misconceptions=[
        edit("sides-not-weighted", *SIDES_NOT_WEIGHTED)
        .believes("The impurities of both sides are subtracted.")
        .ask(ONE_PURE_ROW),
        edit("left-side-only", SIDES, "share * impurity(left)")
        .believes("The purer the left side, the better.")
        .ask("What does the question do for the rows that go right?"),
        edit("impurity-for-gain", "return best", "return best[0], best[1], impurity(total) - best[2]")
        .believes("What is returned is the impurity that remains.")
        .ask("What is the gain of a question that separates the classes perfectly?"),
        edit("gain-not-divided-by-the-rows", "return best", "return best[0], best[1], best[2] * len(y)")
        .believes("The sides are weighted with their numbers of rows.")
        .ask("Shares or counts: what do n_left/n and n_right/n sum to?"),
        edit("threshold-is-a-value", *THRESHOLD_IS_A_VALUE)
        .believes("The threshold is the largest value that goes left.")
        .ask(NEARER_TO_THE_LEFT),
        edit("first-feature-only", *FIRST_FEATURE_ONLY)
        .believes("The rows are sorted by the first feature.")
        .ask("Which of the features makes the sides purest?"),
        edit("last-of-equal-gains", *LAST_OF_EQUALS)
        .believes("A gain that is as good replaces the best so far.")
        .ask(TIE),
        edit("equal-values-parted", "np.flatnonzero(values[1:] > values[:-1])", "np.arange(len(values) - 1)")
        .believes("Any place in the sorted rows can be split at.")
        .ask("Two rows have the same value. Which threshold sends one left and the other right?"),
        edit("criterion-ignored", CHOICE, "gini")
        .believes("Impurity is Gini impurity.")
        .ask("What does the argument criterion choose?"),
        edit("natural-logarithm", *NATURAL)
        .believes("Entropy is measured with the natural logarithm.")
        .ask("In which unit does the exercise above measure entropy?"),
    ],
    hints=[
        "Which thresholds of one feature give different sides? Sort its values: how many are there at most?",
        "For each feature: np.unique, the middles of neighbours, the gain of each; keep the largest so far.",
        "middles = (values[:-1] + values[1:]) / 2, left = x[:, f] <= t; only a strictly larger gain replaces the best.",
    ],
    variants=[
        Variant(
            "mask-per-threshold",
            f"""
            if criterion not in ("gini", "entropy") or (x == x[0]).all():
                raise ValueError("criterion: want 'gini' or 'entropy'; or x: want different rows")
            impurity = {CHOICE}
            classes = np.arange(y.max() + 1)[:, None]
            splits = []
            for feature, column in enumerate(x.T):
                values = np.unique(column)
                for threshold in (values[:-1] + values[1:]) / 2:
                    left = column <= threshold
                    sides = [side.mean() * impurity((y[side] == classes).sum(axis=1)) for side in (left, ~left)]
                    splits.append((feature, threshold, impurity((y == classes).sum(axis=1)) - sum(sides)))
            return max(splits, key=lambda split: split[2])
            """,
        )
    ],
)


def random_stump(rng: np.random.Generator) -> dict[str, Any]:
    """A table with one clear best split, and rows to label."""
    while True:
        x, y = draw_table(rng)
        if is_clear(x, y):
            return {"x_train": x, "y_train": y, "x_test": np.round(2 * rng.standard_normal((8, 3)), 2) + 0.003}


decision_stump = Exercise(
    "decision_stump",
    points=2,
    cases=[
        Case("two-sides", x_train=LINE[:4], y_train=np.array([2, 2, 0, 0]), x_test=np.array([[1.5], [9.0], [-3.0]])),
        Case("mixed-sides", x_train=LINE, y_train=np.array([1, 1, 0, 1, 0, 0, 0, 1]), x_test=LINE + 0.25),
        Case(
            "on-the-threshold-goes-left",
            x_train=LINE[:4],
            y_train=np.array([1, 1, 0, 0]),
            x_test=np.array([[2.5], [2.75]]),
        ),
        Case(
            "equally-frequent-labels",
            x_train=LINE[:6],
            y_train=np.array([2, 1, 0, 0, 0, 0]),
            x_test=np.array([[0.0], [9.0]]),
        ),
        Case("one-row-is-easily-pure", x_train=LINE, y_train=np.array([1, 0, 0, 1, 0, 1, 1, 1]), x_test=LINE),
        Case(
            "second-feature",
            x_train=TABLE,
            y_train=np.array([0, 0, 1, 1, 0, 1]),
            x_test=TABLE[::-1] * 0.75,
            readonly=True,
        ),
        Case("equal-splits", x_train=LINE[:5], y_train=np.array([0, 1, 1, 1, 0]), x_test=LINE[:5]),
        Case("nothing-to-ask", x_train=np.ones((5, 2)), y_train=np.array([2, 1, 2, 1, 0]), x_test=grid(3, 2)),
        Case("one-row", x_train=grid(1, 2), y_train=np.array([3]), x_test=grid(2, 2)),
        Case("fewer-labels-than-rows", raises="y_train", x_train=LINE[:4], y_train=np.array([0, 1]), x_test=LINE),
        random_cases(random_stump),
    ],
    misconceptions=[
        edit("threshold-goes-right", "x_test[:, feature] <= threshold", "x_test[:, feature] < threshold")
        .believes("Rows below the threshold go left, the others right.")
        .ask("A row is exactly at the threshold. What does 'at most' say?"),
        edit("sides-swapped", "threshold, below, above", "threshold, above, below")
        .believes("Rows above the threshold get the label of the left side.")
        .ask("Which training rows voted for the label of the left side?"),
        returns(
            "largest-of-equally-frequent", "y_train.max() - decision_stump(x_train, y_train.max() - y_train, x_test)"
        )
        .believes("Of equally frequent labels the largest wins.")
        .ask("Labels 1 and 2 are there once each: which is the smallest?"),
        edit(
            "mean-of-the-labels",
            *("np.bincount(y_train).argmax()", "int(np.round(y_train.mean()))"),
            *("np.bincount(y_train[side]).argmax()", "int(np.round(y_train[side].mean()))"),
        )
        .believes("A side answers with the mean of its labels.")
        .ask(MEAN_OF_NAMES),
        edit("sides-not-weighted", *SIDES_NOT_WEIGHTED)
        .believes("The split with the purest sides is the best, however small they are.")
        .ask(ONE_PURE_ROW),
        edit("last-of-equal-splits", *LAST_OF_EQUALS).believes("Of equally good splits the last is taken.").ask(TIE),
        edit("fewest-mistakes", f"impurity(total) - {SIDES}", "left.max(axis=1) + (total - left).max(axis=1)")
        .believes("The best question is the one after which the fewest training rows are wrong.")
        .ask("Two questions leave as many rows wrong; one makes a side pure: which has the better gain?"),
        edit("nothing-to-ask-crashes", "(x_train == x_train[0]).all()", "False")
        .believes("There is always a split.")
        .ask("All rows are equal. Which label is then the best answer to anything?"),
    ],
    hints=[
        "What do you need to know about the training rows before you look at the test rows? Three things.",
        "Feature and threshold come from best_split; each side's label is the argmax of np.bincount.",
        "np.where(x_test[:, feature] <= threshold, left_label, right_label); np.full where nothing can be split.",
    ],
    variants=[
        Variant(
            "vote-of-a-side",
            """
            if len(x_train) != len(y_train):
                raise ValueError("y_train: want a label per row")
            try:
                feature, threshold, _ = best_split(x_train, y_train)
            except ValueError:
                return np.full(len(x_test), majority_vote(y_train[:, None])[0])
            labels = np.zeros(len(x_test), int)
            for goes in (np.less_equal, np.greater):
                votes = y_train[goes(x_train[:, feature], threshold)]
                labels[goes(x_test[:, feature], threshold)] = majority_vote(votes[:, None])[0]
            return labels
            """,
        )
    ],
)


def random_bag(rng: np.random.Generator, stumps: int = 5, seen: int | None = None) -> dict[str, Any]:
    """A bag whose stumps each have one clear best split.

    Args:
        rng: the source of randomness.
        stumps: how many.
        seen: how many of the three features each of them sees; None for all, and no argument `columns`.
    """
    x, y = draw_table(rng)
    rows: list[Array] = []
    columns: list[Array] = []
    while len(rows) < stumps:
        drawn, some = rng.integers(0, len(x), len(x)), rng.permutation(3)[: seen or 3]
        some = some if seen else np.arange(3)
        if is_clear(x[drawn][:, some], y[drawn]):
            rows, columns = [*rows, drawn], [*columns, some]
    x_test = np.round(2 * rng.standard_normal((9, 3)), 2) + 0.003
    inputs = {"x_train": x, "y_train": y, "x_test": x_test, "rows": np.stack(rows)}
    return {**inputs, "columns": np.stack(columns)} if seen else inputs


def bag(seed: int, stumps: int, seen: int | None = None) -> dict[str, Any]:
    """A random bag of a fixed seed."""
    return random_bag(np.random.default_rng([15, seed]), stumps, seen)


FOUR = grid(4, 1)

bagging = Exercise(
    "bagging",
    points=2,
    cases=[
        Case(
            "one-stump-on-all-rows",
            x_train=FOUR,
            y_train=np.array([1, 1, 0, 0]),
            x_test=np.array([[0.0], [2.6]]),
            rows=np.array([[0, 1, 2, 3]]),
        ),
        Case(
            "rows-drawn-several-times",
            x_train=FOUR,
            y_train=np.array([1, 0, 0, 2]),
            x_test=FOUR + 0.25,
            rows=np.array([[0, 0, 1, 2], [3, 3, 0, 3], [2, 2, 3, 3]]),
        ),
        Case("five-stumps", **bag(1, 5), readonly=True),
        Case("equal-votes-smaller-label", **bag(2, 2)),
        Case("four-stumps-may-tie", **bag(3, 4)),
        Case("forest-of-single-features", **bag(4, 5, 1)),
        Case("forest-of-two-features", **bag(5, 6, 2)),
        Case(
            "sample-of-one-row",
            x_train=FOUR,
            y_train=np.array([1, 0, 0, 2]),
            x_test=FOUR[:3],
            rows=np.array([[3, 3], [1, 1], [3, 3]]),
        ),
        Case(
            "row-that-is-not-there",
            raises="rows",
            x_train=FOUR,
            y_train=np.arange(4) % 2,
            x_test=FOUR,
            rows=np.array([[0, 1, 4, 2]]),
        ),
        random_cases(random_bag),
        random_cases(lambda rng: random_bag(rng, stumps=4, seen=2), label="random-forest"),
    ],
    misconceptions=[
        edit("no-bootstrap", "x_train[np.ix_(r, c)], y_train[r]", "x_train[:, c], y_train")
        .believes("All stumps are trained on all rows.")
        .ask("How different are the votes of stumps that all saw the same?"),
        edit("labels-not-resampled", "y_train[r]", "np.resize(y_train, len(r))")
        .believes("Only the rows of x are drawn.")
        .ask("Row 7 stands in place 0 of the sample. Whose label must stand there?"),
        edit("drawn-once-at-most", "in zip(rows", "in zip([np.unique(drawn) for drawn in rows]")
        .believes("A row that is drawn several times counts once.")
        .ask("Drawing with replacement gives some rows more weight. What remains of that?"),
        edit("larger-label-on-a-tie", *LARGER_LABEL)
        .believes("Of labels with equally many votes the largest wins.")
        .ask("How does majority_vote decide a tie?"),
        edit("first-stump-decides", "majority_vote(np.stack(votes))", "votes[0]")
        .believes("The first stump's labels are the prediction.")
        .ask("What are the other stumps for?"),
        edit("mean-of-the-votes", *MEAN_LABEL).believes("The votes are averaged and rounded.").ask(MEAN_OF_NAMES),
        edit("columns-ignored", " if columns is None else columns", "")
        .believes("Every stump sees all features.")
        .ask("What makes the trees of a random forest more different than those of bagging?"),
        edit("test-columns-not-cut", "x_test[:, c]", "x_test")
        .believes("The features are chosen for training; prediction takes the row as it is.")
        .ask("The stump asks for its feature 0. Which column of x_test is that?"),
    ],
    hints=[
        "A stump needs training rows, their labels, and test rows: what does stump b get?",
        "x_train[rows[b]], y_train[rows[b]] and x_test, each table cut to columns[b]; stack the answers and vote.",
        "majority_vote(np.stack([decision_stump(x_train[np.ix_(r, c)], y_train[r], x_test[:, c]) for r, c in …])).",
    ],
    variants=[
        Variant(
            "stump-by-stump",
            """
            if rows.min() < 0 or rows.max() >= len(x_train):
                raise ValueError("rows: want indices of training rows")
            counts = np.zeros((len(x_test), y_train.max() + 1))
            for number, drawn in enumerate(rows):
                seen = slice(None) if columns is None else columns[number]
                labels = decision_stump(x_train[drawn][:, seen], y_train[drawn], x_test[:, seen])
                counts[np.arange(len(x_test)), labels] += 1
            return counts.argmax(axis=1)
            """,
        )
    ],
)
