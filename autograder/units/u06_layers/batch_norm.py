"""batch_statistics, and batch norm in training, forwards and backwards."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u06_layers.batches import (
    CONSTANT,
    FOUR,
    FOUR_TRAINED,
    IMAGES,
    SQUARE,
    TALL_IMAGES,
    THREE,
    THREE_TRAINED,
    TWO,
    drawn_batch,
    drawn_eps,
    drawn_training,
    single,
)
from autograder.units.u06_layers.normalising import (
    BACKWARD,
    FORWARD,
    GAMMA_IN_ITS_OWN_GRADIENT,
    GRADIENTS,
    PARAMETERS,
    paths,
)

CHANNELS_LAST = "Images are (N, H, W, C) here. Which axis is left out of the sums?"
WHICH_DEFAULT = "Which default does the signature have?"
FEW_DIGITS = "x is near 1e6: how many of the 16 digits of x² does a variance near 1 need?"
VALUES_PER_CHANNEL = "An image shows one channel at H · W places. How many values does a channel have in a batch?"

VARIANCE = "x.var(axis=axes)"
ONE_PASS = "np.maximum((x * x).mean(axis=axes) - x.mean(axis=axes) ** 2, 0)"
UNBIASED = "variance * (count / (count - 1))"
TRAINED = "return y, new_mean, new_var"

over_samples_only = (
    edit("over-samples-only", "axis=axes", "axis=0")
    .believes("The batch is axis 0, so the statistics are taken over axis 0.")
    .ask(VALUES_PER_CHANNEL)
)
channels_on_axis_one = (
    edit("channels-on-axis-one", "tuple(range(x.ndim - 1))", "(0, *range(2, x.ndim))")
    .believes("Axis 1 counts the channels, as in PyTorch.")
    .ask(CHANNELS_LAST)
)
square_of_the_mean_subtracted = (
    edit("square-of-the-mean-subtracted", VARIANCE, ONE_PASS)
    .believes("mean(x²) - μ² is the same variance, and needs one pass.")
    .ask(FEW_DIGITS)
)

batch_statistics = Exercise(
    "batch_statistics",
    points=1,
    parts=("mean", "variance"),
    vectorized=lambda n: {"x": normal(n, 2, n)},
    cases=[
        Case("two-samples", x=TWO),
        Case("batch", x=normal(5, 3, seed=1)),
        Case("as-many-samples-as-channels", x=SQUARE),
        Case("one-channel", x=normal(4, 1, seed=2)),
        Case("one-sample", x=np.array([[1.0, -2.0, 5.0]])),
        Case("images", x=IMAGES),
        Case("as-many-rows-as-channels", x=TALL_IMAGES),
        Case("constant-channel", x=CONSTANT),
        Case("far-from-zero", x=normal(6, 2, seed=3) + np.array([1e6, -1e6])),
        Case("read-only", x=normal(3, 4, seed=4), readonly=True),
        Case("integers", x=np.array([[1, 200], [4, 100], [7, 250]])),
        Case("single-precision", x=normal(4, 3, seed=5).astype(np.float32)),
        random_cases(lambda rng: {"x": drawn_batch(rng)["x"]}),
    ],
    misconceptions=[
        edit("sample-variance", VARIANCE, "x.var(axis=axes, ddof=1)")
        .believes("A variance is divided by m - 1.")
        .ask("Which one is the biased variance, and which does np.var give?"),
        edit("spread-instead", "x.var", "x.std")
        .believes("The second number is the standard deviation.")
        .ask("If all x are doubled: does σ² double?"),
        over_samples_only,
        channels_on_axis_one,
        edit("per-sample", "range(x.ndim - 1)", "range(1, x.ndim)")
        .believes("Every sample has its mean and its variance.")
        .ask("There is one mean per channel: which axes must disappear?"),
        edit("over-everything", "axis=axes", "")
        .believes("A batch has one mean.")
        .ask("One channel runs from 0 to 1, another from 0 to 1000. Does one mean serve both?"),
        square_of_the_mean_subtracted,
        edit("axes-kept", "axis=axes", "axis=axes, keepdims=True")
        .believes("The statistics keep the axes they were taken over.")
        .ask("Which shape does the docstring promise?"),
        edit("variance-first", f"x.mean(axis=axes), {VARIANCE}", f"{VARIANCE}, x.mean(axis=axes)")
        .believes("The variance comes first.")
        .ask("In which order does the docstring list the two?"),
        edit("deviations-summed", VARIANCE, f"{VARIANCE} * (x.size // x.shape[-1])")
        .believes("The variance is the sum of squared deviations.")
        .ask("Does the variance grow with the number of samples?"),
        edit("mean-not-subtracted", VARIANCE, "(1.0 * x * x).mean(axis=axes)")
        .believes("The variance is the mean square.")
        .ask("What is the variance of a channel that is 5 throughout?"),
        edit("median-for-mean", "x.mean(axis=axes)", "np.median(x, axis=axes)")
        .believes("The middle value is the mean.")
        .ask("What are mean and median of 1, 2 and 9?"),
    ],
    hints=[
        "One mean per channel: which axis stays, and which go?",
        "NumPy's mean and var take a tuple of axes: all but the last.",
        "axes = tuple(range(x.ndim - 1)), then x.mean(axis=axes) and x.var(axis=axes)",
    ],
    variants=[
        Variant(
            "sum-by-sum",
            """
            rows = x.reshape(-1, x.shape[-1])
            mean = rows.sum(axis=0) / len(rows)
            return mean, np.square(rows - mean).sum(axis=0) / len(rows)
            """,
        )
    ],
)

batch_norm_train = Exercise(
    "batch_norm_train",
    points=3,
    parts=("y", "running_mean", "running_var"),
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, 3), **THREE_TRAINED},
    cases=[
        Case("batch", x=normal(5, 3, seed=11) * 2 + 1, **THREE_TRAINED),
        Case("two-samples", x=TWO, **THREE_TRAINED),
        Case("as-many-samples-as-channels", x=SQUARE, **THREE_TRAINED),
        Case("constant-channel", x=CONSTANT, **THREE_TRAINED),
        Case("images", x=IMAGES, **FOUR_TRAINED),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **THREE_TRAINED),
        Case("high-momentum", x=normal(4, 3, seed=12), **THREE_TRAINED, momentum=0.75),
        Case("momentum-zero", x=normal(4, 3, seed=13), **THREE_TRAINED, momentum=0.0),
        Case("large-eps", x=normal(4, 3, seed=14) * 0.3, **THREE_TRAINED, momentum=0.1, eps=0.1),
        Case("far-from-zero", x=normal(6, 3, seed=15) + np.array([1e6, -1e6, 0.0]), **THREE_TRAINED),
        Case("read-only", x=normal(6, 3, seed=16), **THREE_TRAINED, readonly=True),
        Case("single-precision", **single(x=normal(4, 3, seed=17), **THREE_TRAINED)),
        Case("one-sample", x=np.array([[1.0, -2.0, 5.0]]), **THREE_TRAINED, raises="x"),
        Case("one-pixel", x=grid(1, 1, 1, 3), **THREE_TRAINED, raises="x"),
        random_cases(drawn_training),
        Case("one-image", x=normal(1, 3, 4, 3, seed=19), **THREE_TRAINED),
    ],
    misconceptions=[
        edit("sample-variance-normalises", "variance + eps", f"{UNBIASED} + eps")
        .believes("The batch is normalised with the unbiased variance.")
        .ask("Two samples are normalised: what should their variance be, and what is it with m - 1?"),
        edit("biased-variance-stored", "momentum * unbiased", "momentum * variance")
        .believes("The variance that normalises is the one to store.")
        .ask("What is stored should estimate the variance of all data, not of this batch. Divided by what?"),
        edit("momentum-weighs-the-old", "(1 - momentum)", "momentum", "+ momentum", "+ (1 - momentum)")
        .believes("Momentum is how much of the old value is kept, as in Keras.")
        .ask("With PyTorch's 0.1, how much does one batch change the statistics?"),
        edit("statistics-not-updated", TRAINED, "return y, running_mean.copy(), running_var.copy()")
        .believes("Running statistics are a matter for test time.")
        .ask("When could they be measured, if not in training?"),
        edit("statistics-replaced", TRAINED, "return y, mean, unbiased")
        .believes("The statistics of the last batch are the ones to keep.")
        .ask("What does `momentum` say about how much of the past is kept?"),
        edit("statistics-added-up", "(1 - momentum) * running", "running")
        .believes("Each batch adds momentum · μ.")
        .ask("After a thousand batches of mean 1: where is an average, and where is a sum?"),
        edit("spread-stored", "momentum * unbiased", "momentum * np.sqrt(unbiased)")
        .believes("The running spread is a standard deviation.")
        .ask("Under the root at test time stands running_var + ε. What must it hold?"),
        edit(
            "updated-in-place",
            TRAINED,
            "running_mean[...], running_var[...] = new_mean, new_var; return y, running_mean, running_var",
        )
        .believes("The running statistics are the layer's, so they are overwritten.")
        .ask("Whose arrays are they in a function that returns new ones?"),
        edit("running-statistics-used", "(x - mean)", "(x - running_mean)", "variance + eps", "running_var + eps")
        .believes("The running statistics are what x is normalised with.")
        .ask("At the first batch they are 0 and 1. Would anything be normalised?"),
        edit("along-features", "axis=axes", "axis=-1, keepdims=True")
        .believes("Each sample is brought to mean 0 and variance 1.")
        .ask("That is layer norm. Over which axis does batch norm look?"),
        over_samples_only,
        channels_on_axis_one,
        *FORWARD,
        square_of_the_mean_subtracted,
        edit("one-sample-accepted", "count < 2", "count < 1", UNBIASED, "x.var(axis=tuple(range(x.ndim - 1)), ddof=1)")
        .believes("A batch of one is a batch.")
        .ask("How far is a single value from its own mean, and what is m - 1?"),
        edit("one-sample-divides-by-zero", "count < 2", "count < 1")
        .believes("Python itself will complain about a batch of one.")
        .ask("Does the error say which argument is wrong, and what was wanted?"),
        edit(
            "mean-weighed-the-other-way",
            "(1 - momentum) * running_mean + momentum * mean",
            "momentum * running_mean + (1 - momentum) * mean",
        )
        .believes("Momentum weighs the old mean.")
        .ask("Which of the two does momentum weigh, for the mean as for the variance?"),
        edit("statistics-in-the-other-order", TRAINED, "return y, new_var, new_mean")
        .believes("The variance comes first.")
        .ask("In which order does the docstring list the results?"),
        edit("biased-variance-replaces", TRAINED, "return y, mean, variance")
        .believes("The running statistics are those of the batch.")
        .ask("What is left of the earlier batches?"),
        edit(
            "mixed-statistics-used",
            "(x - mean)",
            "(x - (1 - momentum) * running_mean - momentum * mean)",
            "variance + eps",
            "(1 - momentum) * running_var + momentum * variance + eps",
        )
        .believes("The batch is normalised with the updated running statistics.")
        .ask("At the first batch the running mean is 0: is the batch centred then?"),
        edit("keras-momentum", "momentum: float = 0.1", "momentum: float = 0.01")
        .believes("The new value's weight is 0.01 where none is given.")
        .ask(WHICH_DEFAULT),
        edit("momentum-of-nine-tenths", "momentum: float = 0.1", "momentum: float = 0.9")
        .believes("The momentum is 0.9 where none is given.")
        .ask("Which default does the signature have, and which of the two values does it weigh?"),
        edit("eps-of-a-thousandth", "1e-5", "1e-3").believes("ε is 1e-3 where none is given.").ask(WHICH_DEFAULT),
        edit("correction-upside-down", "count / (count - 1)", "(count - 1) / count")
        .believes("The unbiased variance is smaller.")
        .ask(
            "Values are nearer to their own mean than to the true one. Is the biased variance too small or too large?"
        ),
        edit("batch-size-for-the-count", "(count / (count - 1))", "len(x) / max(len(x) - 1, 1)")
        .believes("m is the number of samples.")
        .ask("How many numbers of an image go into one channel's mean?"),
    ],
    hints=[
        "Two things happen: y from the batch's statistics, and new running statistics. Which variance for which?",
        "Over all axes but the last: x.mean and x.var; the unbiased variance is the biased one times m / (m - 1).",
        "y = γ (x - μ) / √(σ² + ε) + β; (1 - momentum) · old + momentum · new for the mean and the unbiased variance.",
    ],
    variants=[
        Variant(
            "row-by-row",
            """
            rows = x.reshape(-1, x.shape[-1])
            if len(rows) < 2:
                raise ValueError("x has one value per channel")
            mean, variance = batch_statistics(rows)
            y = gamma * ((rows - mean) * (variance + eps) ** -0.5) + beta
            new_mean = running_mean + momentum * (mean - running_mean)
            new_var = running_var + momentum * (rows.var(axis=0, ddof=1) - running_var)
            return [y.reshape(x.shape), new_mean, new_var]
            """,
        )
    ],
)

batch_norm_backward = Exercise(
    "batch_norm_backward",
    points=3,
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "x": normal(n, 3), **THREE},
    cases=[
        Case("two-samples", grad_output=np.array([[1.0, 0.5, -2.0], [3.0, -1.0, 0.25]]), x=TWO, **THREE, eps=0.5),
        Case("batch-of-four", x=normal(4, 3, seed=41) * 2 + 1, **THREE),
        Case("as-many-samples-as-channels", x=SQUARE, **THREE),
        Case(
            "channel-of-constant-upstream",
            grad_output=np.array([[1.0, 2.0, -1.0], [1.0, 0.5, 3.0], [1.0, -2.0, 0.25], [1.0, 1.5, 0.0]]),
            x=normal(4, 3, seed=42),
            **THREE,
        ),
        Case("constant-channel", x=CONSTANT, **THREE),
        Case("images", x=IMAGES, **FOUR),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **THREE),
        Case("large-eps", x=normal(5, 3, seed=43) * 0.3, **THREE, eps=0.1),
        Case("read-only", x=normal(6, 3, seed=44), **THREE, readonly=True),
        Case("single-precision", **single(x=normal(4, 3, seed=45), **THREE)),
        random_cases(lambda rng: {**drawn_batch(rng), "eps": drawn_eps(rng)}),
    ],
    misconceptions=[
        *paths(" - grad_beta / count", " - x_hat * grad_gamma / count"),
        edit("variance-path-twice", "- x_hat", "- 2 * x_hat")
        .believes("The derivative of (x - μ)² brings a 2 that stays.")
        .ask("The root's derivative has a ½. What do 2 and ½ make?"),
        edit("paths-not-averaged", " / count", "")
        .believes("The sums enter as sums.")
        .ask("μ is a sum divided by m. Where does that 1/m go on the way back?"),
        edit("x-hat-forgotten-in-the-variance-path", "x_hat * grad_gamma", "grad_gamma")
        .believes("The variance's path takes the same from every x.")
        .ask("Which x moves the variance more: one near the mean, or one far out?"),
        edit("gamma-forgotten", "gamma * scale", "scale")
        .believes("γ has its own gradient and is done with.")
        .ask("x̂ is multiplied by γ on the way forward. And on the way back?"),
        edit("spread-forgotten", "gamma * scale", "gamma")
        .believes("Normalised numbers pass their gradient on as it is.")
        .ask("If x is measured in millimetres rather than metres, is its gradient the same?"),
        *PARAMETERS,
        edit("batch-size-for-the-count", "x.size // x.shape[-1]", "len(x)")
        .believes("The sums are divided by N.")
        .ask("Over how many values of a channel was the mean taken, in images?"),
        edit("sample-variance", "variance + eps", "x.var(axis=axes, ddof=1) + eps")
        .believes("The batch is normalised with the unbiased variance.")
        .ask("Which variance normalises, and which is stored?"),
        *BACKWARD,
        body(
            "channels-on-axis-one",
            """
            swapped = np.moveaxis(grad_output, 1, -1), np.moveaxis(x, 1, -1)
            grad_x, grad_gamma, grad_beta = batch_norm_backward(*swapped, gamma, beta, eps)
            return np.moveaxis(grad_x, -1, 1), grad_gamma, grad_beta
            """,
        )
        .believes("Axis 1 counts the channels.")
        .ask(CHANNELS_LAST),
        upstream_ignored().ask("With an upstream of ones, grad_x is 0 everywhere. Is that what training should see?"),
        edit("gamma-twice", "gamma * scale", "gamma * gamma * scale")
        .believes("γ stands in both the upstream and the scale.")
        .ask("How often does γ stand in the forward pass?"),
        edit("mean-path-not-averaged", "grad_beta / count", "grad_beta")
        .believes("Every sample feels the whole sum through the mean.")
        .ask("How much does the mean of m numbers move when one of them moves by 1?"),
        GAMMA_IN_ITS_OWN_GRADIENT,
        edit("grad-gamma-averaged", GRADIENTS, "return grad_x, grad_gamma / count, grad_beta")
        .believes("γ's gradient is an average.")
        .ask("If a mean is wanted, it stands in the loss. Where would it stand twice?"),
        edit("everything-counted", "x.size // x.shape[-1]", "x.size")
        .believes("m is the number of all numbers.")
        .ask("How many numbers go into one channel's mean?"),
    ],
    hints=[
        "In how many ways does one x reach the loss: its own x̂, and what else?",
        "Begin with grad_γ = Σ G x̂ and grad_β = Σ G over all axes but the last; both appear again in grad_x.",
        "γ / √(σ² + ε) · (G - grad_β / m - x̂ · grad_γ / m), with m = x.size // x.shape[-1]",
    ],
    variants=[
        Variant(
            "step-by-step",
            """
            axes, m = tuple(range(x.ndim - 1)), x.size // x.shape[-1]
            mean, variance = batch_statistics(x)
            centred, root = x - mean, np.sqrt(variance + eps)
            grad_hat = grad_output * gamma
            grad_variance = (grad_hat * centred).sum(axis=axes) * -0.5 / root**3
            grad_centred = grad_hat / root + grad_variance * 2 * centred / m
            grad_x = grad_centred - grad_centred.sum(axis=axes) / m
            return [grad_x, (grad_output * centred / root).sum(axis=axes), grad_output.sum(axis=axes)]
            """,
        )
    ],
)
