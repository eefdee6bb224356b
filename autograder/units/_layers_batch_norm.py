"""Assessment of batch norm in training."""

from __future__ import annotations

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import grid, normal
from autograder.units._layers_batch_norm_versions import (
    added_up,
    along_features,
    biased_stored,
    divided,
    eps_outside,
    mean_swapped,
    mixed,
    momentum_swapped,
    normalised_by_the_updated,
    of_statistics,
    right_y,
    row_by_row,
    sample_normalised,
    spreads_stored,
    training,
    updated,
    updated_in_place,
    with_default,
)
from autograder.units._layers_common import AFFINE, IMAGES, count_of
from autograder.units._layers_statistics import (
    CONSTANT,
    FOUR,
    FOUR_RUNNING,
    RUNNING,
    SQUARE,
    TALL_IMAGES,
    normalised,
    of_axis_one,
    one_pass,
    over_samples_only,
    random_training,
    right_statistics,
    single,
)

__all__ = ["batch_norm_train"]


batch_norm_train = Exercise(
    "batch_norm_train",
    points=3,
    parts=("y", "running_mean", "running_var"),
    cases=[
        Case("batch", x=normal(5, 3, seed=11) * 2 + 1, **AFFINE, **RUNNING),
        Case("two-samples", x=np.array([[1.0, 10.0, -2.0], [3.0, 20.0, 4.0]]), **AFFINE, **RUNNING),
        Case("as-many-samples-as-channels", x=SQUARE, **AFFINE, **RUNNING),
        Case("constant-channel", x=CONSTANT, **AFFINE, **RUNNING),
        Case("images", x=IMAGES, **FOUR, **FOUR_RUNNING),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **AFFINE, **RUNNING),
        Case("high-momentum", x=normal(4, 3, seed=12), **AFFINE, **RUNNING, momentum=0.75),
        Case("momentum-zero", x=normal(4, 3, seed=13), **AFFINE, **RUNNING, momentum=0.0),
        Case("large-eps", x=normal(4, 3, seed=14) * 0.3, **AFFINE, **RUNNING, momentum=0.1, eps=0.1),
        Case("far-from-zero", x=normal(6, 3, seed=15) + np.array([1e6, -1e6, 0.0]), **AFFINE, **RUNNING),
        Case("read-only", x=normal(6, 3, seed=16), **AFFINE, **RUNNING, readonly=True),
        Case("single-precision", **single({"x": normal(4, 3, seed=17), **AFFINE, **RUNNING})),
        Case("one-sample", x=np.array([[1.0, -2.0, 5.0]]), **AFFINE, **RUNNING, raises="x"),
        Case("one-pixel", x=grid(1, 1, 1, 3), **AFFINE, **RUNNING, raises="x"),
        random_cases(random_training),
        Case("one-image", x=normal(1, 3, 4, 3, seed=19), **AFFINE, **RUNNING),
    ],
    misconceptions=[
        Misconception(
            "sample-variance-normalises",
            believes="The batch is normalised with the unbiased variance.",
            wrong=training(sample_normalised),
            hint="Of two samples, normalised: what should their variance be, and what is it with m - 1?",
        ),
        Misconception(
            "biased-variance-stored",
            believes="The variance that normalises is the one to store.",
            wrong=training(make_statistics=biased_stored),
            hint="What is stored should estimate the variance of all data, not of this batch. Divided by what?",
        ),
        Misconception(
            "momentum-weighs-the-old",
            believes="Momentum is how much of the old value is kept, as in Keras.",
            wrong=training(make_statistics=momentum_swapped),
            hint="With PyTorch's 0.1, how much does one batch change the statistics?",
        ),
        Misconception(
            "statistics-not-updated",
            believes="Running statistics are a matter for test time.",
            wrong=training(make_statistics=lambda x, mean, var, momentum: (mean.copy(), var.copy())),
            hint="When could they be measured, if not in training?",
        ),
        Misconception(
            "statistics-replaced",
            believes="The statistics of the last batch are the ones to keep.",
            wrong=training(make_statistics=lambda x, mean, var, momentum: updated(x, mean, var, 1.0)),
            hint="What does `momentum` say about how much of the past is kept?",
        ),
        Misconception(
            "statistics-added-up",
            believes="Each batch adds momentum · μ.",
            wrong=training(make_statistics=added_up),
            hint="After a thousand batches of mean 1: where is an average, and where is a sum?",
        ),
        Misconception(
            "spread-stored",
            believes="The running spread is a standard deviation.",
            wrong=training(make_statistics=spreads_stored),
            hint="Under the root at test time stands running_var + ε. What must it hold?",
        ),
        Misconception(
            "updated-in-place",
            believes="The running statistics are the layer's, so they are overwritten.",
            wrong=training(make_statistics=updated_in_place),
            hint="Whose arrays are they in a function that returns new ones?",
        ),
        Misconception(
            "running-statistics-used",
            believes="The running statistics are what x is normalised with.",
            wrong=training(lambda x, gamma, beta, mean, var, eps: normalised(x, (mean, var), gamma, beta, eps)),
            hint="At the first batch they are 0 and 1. Would anything be normalised?",
        ),
        Misconception(
            "along-features",
            believes="Each sample is brought to mean 0 and variance 1.",
            wrong=of_statistics(along_features),
            hint="That is layer norm. Over which axis does batch norm look?",
        ),
        Misconception(
            "over-samples-only",
            believes="The batch is axis 0, so the statistics are taken over axis 0.",
            wrong=of_statistics(over_samples_only),
            hint="Every place of an image is looked at by the same filter. How many values does a channel have?",
        ),
        Misconception(
            "channels-on-axis-one",
            believes="Axis 1 counts the channels.",
            wrong=of_statistics(of_axis_one),
            hint="Images are (N, H, W, C) here. Which axis is left out of the sums?",
        ),
        Misconception(
            "eps-forgotten",
            believes="z = (x - μ) / σ is all.",
            wrong=training(lambda x, gamma, beta, mean, var, eps: normalised(x, right_statistics(x), gamma, beta, 0.0)),
            hint="A unit is dead and gives the same number for every sample. What is σ?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the standard deviation.",
            wrong=training(eps_outside),
            hint="Where does the formula's root end?",
        ),
        Misconception(
            "gamma-and-beta-ignored",
            believes="The output has mean 0 and variance 1.",
            wrong=training(
                lambda x, gamma, beta, mean, var, eps: normalised(
                    x, right_statistics(x), np.ones_like(gamma), np.zeros_like(beta), eps
                )
            ),
            hint="What are γ and β for?",
        ),
        Misconception(
            "gamma-multiplies-beta",
            believes="γ scales the shifted result.",
            wrong=training(
                lambda x, gamma, beta, mean, var, eps: (
                    gamma * ((x - right_statistics(x)[0]) / np.sqrt(right_statistics(x)[1] + eps) + beta)
                )
            ),
            hint="In γ x̂ + β, what is added after the product?",
        ),
        Misconception(
            "root-forgotten",
            believes="The deviation is divided by the variance.",
            wrong=training(
                lambda x, gamma, beta, mean, var, eps: (
                    gamma * (x - right_statistics(x)[0]) / (right_statistics(x)[1] + eps) + beta
                )
            ),
            hint="x in metres has a variance in square metres. What must a metre be divided by to have no unit?",
        ),
        Misconception(
            "square-of-the-mean-subtracted",
            believes="mean(x²) - μ² is the same variance.",
            wrong=of_statistics(one_pass),
            hint="x is near 1e6: how many of the 16 digits of x² does a variance near 1 need?",
        ),
        Misconception(
            "one-sample-accepted",
            believes="A batch of one is a batch.",
            wrong=training(),
            hint="How far is a single value from its own mean, and what is m - 1?",
        ),
        Misconception(
            "one-sample-divides-by-zero",
            believes="Python will complain by itself about a batch of one.",
            wrong=training(make_statistics=divided),
            hint="Does the error say which argument is wrong, and what was wanted?",
        ),
        Misconception(
            "beta-forgotten",
            believes="A scale is all that the network chooses.",
            wrong=training(lambda x, gamma, beta, mean, var, eps: right_y(x, gamma, 0 * beta, mean, var, eps)),
            hint="What is y for a constant channel?",
        ),
        Misconception(
            "gamma-forgotten",
            believes="A shift is all that the network chooses.",
            wrong=training(lambda x, gamma, beta, mean, var, eps: right_y(x, gamma / gamma, beta, mean, var, eps)),
            hint="What is γ for?",
        ),
        Misconception(
            "mean-weighed-the-other-way",
            believes="Momentum weighs the old mean.",
            wrong=training(make_statistics=mean_swapped),
            hint="Which of the two does momentum weigh, for the mean as for the variance?",
        ),
        Misconception(
            "statistics-in-the-other-order",
            believes="The variance comes first.",
            wrong=training(make_statistics=lambda *args: updated(*args)[::-1]),
            hint="In which order does the docstring list the results?",
        ),
        Misconception(
            "biased-variance-replaces",
            believes="The running statistics are those of the batch.",
            wrong=training(make_statistics=lambda x, mean, var, momentum: right_statistics(x)),
            hint="What is left of the earlier batches?",
        ),
        Misconception(
            "mixed-statistics-used",
            believes="The batch is normalised with the updated running statistics.",
            wrong=normalised_by_the_updated,
            hint="At the first batch the running mean is 0: is the batch centred then?",
        ),
        Misconception(
            "keras-momentum",
            believes="The new value's weight is 0.01 where none is given.",
            wrong=with_default(momentum=0.01),
            hint="Which default does the signature have?",
        ),
        Misconception(
            "momentum-of-nine-tenths",
            believes="The momentum is 0.9 where none is given.",
            wrong=with_default(momentum=0.9),
            hint="Which default does the signature have, and which of the two values does it weigh?",
        ),
        Misconception(
            "eps-of-a-thousandth",
            believes="ε is 1e-3 where none is given.",
            wrong=with_default(eps=1e-3),
            hint="Which default does the signature have?",
        ),
        Misconception(
            "correction-upside-down",
            believes="The unbiased variance is smaller.",
            wrong=training(
                make_statistics=lambda x, mean, var, momentum: (
                    updated(x, mean, var, momentum)[0],
                    mixed(var, right_statistics(x)[1] * (count_of(x) - 1) / count_of(x), momentum),
                )
            ),
            hint="A sample's mean is nearer to it than the true one. Is the biased variance too small or too large?",
        ),
        Misconception(
            "batch-size-for-the-count",
            believes="m is the number of samples.",
            wrong=training(
                make_statistics=lambda x, mean, var, momentum: (
                    updated(x, mean, var, momentum)[0],
                    mixed(var, right_statistics(x)[1] * len(x) / max(len(x) - 1, 1), momentum),
                )
            ),
            hint="How many numbers of an image go into one channel's mean?",
        ),
    ],
    hints=[
        "Two things happen: y from the batch's statistics, and new running statistics. Which variance for which?",
        "Over all axes but the last: x.mean and x.var; the unbiased variance is the biased one times m / (m - 1).",
        "y = γ (x - μ) / √(σ² + ε) + β; (1 - momentum) · old + momentum · new for the mean and the unbiased variance.",
    ],
    variants=[Variant("row-by-row", row_by_row)],
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, 3), **AFFINE, **RUNNING},
)
