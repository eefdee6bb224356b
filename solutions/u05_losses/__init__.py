"""Losses: one number that says how wrong a network is, and the first gradient.

A classifier ends in scores, one per class (`linear_scores`). A loss compares
them, or the probabilities made of them, with what should have come out, and
gives one number. Training asks only one thing of it: in which direction must
each prediction move so that the number sinks? That is the loss's gradient,
where every backward pass begins. It has no upstream: the loss is the end.

    x ── scores ── probabilities ── loss ── one number
             ∂L/∂z ─── ∂L/∂p ─────────┘

Which loss fits follows from what is predicted:

    a number                 squared error; absolute error where outliers
                             should not rule; log cosh lies between the two
    a number over decades    percentage error, squared logarithmic error
    a count                  Poisson
    one class of many        softmax, then categorical cross-entropy
                             (one-hot targets, or sparse: the class's number);
                             or a margin: categorical hinge, SVM
    yes or no, several times sigmoid, then binary cross-entropy; or hinge
    a distribution           Kullback-Leibler divergence
    a direction              cosine similarity, negated

Why the fused versions: softmax underflows to a probability of 0, whose
logarithm is -∞ and whose gradient is lost in the clip. Taken together, softmax
and cross-entropy are ln Σ e^z - z_y, finite for every score, and the gradient
is as simple as a gradient can be: p - y, y being one-hot.

A penalty is a loss on the weights themselves. L2 pulls every weight towards 0
in proportion to its size, L1 pulls all equally hard, and so makes many of them
exactly 0. A network with several outputs adds its losses up, each weighted.

Convention card
  * `loss(y_true, y_pred)` is a scalar: the mean over all n elements, or, where
    it is defined per row (one sample), over the N rows. So the gradient has a
    1/n or 1/N in it. `loss_backward(y_true, y_pred)` returns ∂L/∂y_pred. The
    fused losses, the SVM and the penalties take their own arguments again.
  * Float32 in, float32 out, scalars too (a Python float is float64). Integer
    and boolean targets take the predictions' dtype; where nothing is floating,
    float64. `paired` does both, and is given.
  * Logarithms see values clipped to at least ε = 1e-7 (`EPSILON`); Poisson adds
    ε instead, and the fused losses need no clip. A clip
    passes no gradient outside of its bounds, and all of it at them.
  * Kinks: |x|'(0) = 0, max(x, 0)'(0) = 0; a maximum that several classes share
    shares its gradient evenly among them.
  * L2 is λ Σ w²: no ½, no 1/N.
  * Arrays are handled whole: no Python loop over rows or numbers.
  * No argument is changed. Bad input raises a ValueError that names it.

To read: Goodfellow, Bengio and Courville, Deep Learning, 6.2 (cost functions
and output units) and 7.1 (parameter norm penalties).
"""

from __future__ import annotations

from .pairs import EPSILON, Array, Scalar, check_labels, paired
from .errors import mean_absolute_error, mean_absolute_error_backward, mean_squared_error, mean_squared_error_backward
from .relative_errors import (
    mean_absolute_percentage_error,
    mean_absolute_percentage_error_backward,
    mean_squared_logarithmic_error,
    mean_squared_logarithmic_error_backward,
)
from .hinges import (
    categorical_hinge,
    categorical_hinge_backward,
    hinge,
    hinge_backward,
    squared_hinge,
    squared_hinge_backward,
)
from .smooth_errors import log_cosh, log_cosh_backward
from .crossentropies import (
    binary_crossentropy,
    binary_crossentropy_backward,
    categorical_crossentropy,
    categorical_crossentropy_backward,
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_backward,
)
from .divergences import kl_divergence, kl_divergence_backward, poisson, poisson_backward
from .similarity import cosine_similarity, cosine_similarity_backward
from .logits import (
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)
from .margins import svm_loss, svm_loss_backward
from .penalties import (
    elastic_net_penalty,
    elastic_net_penalty_backward,
    l1_penalty,
    l1_penalty_backward,
    l2_penalty,
    l2_penalty_backward,
    total_loss,
)
from .scores import linear_scores

__all__ = [
    "EPSILON",
    "Array",
    "Scalar",
    "binary_crossentropy",
    "binary_crossentropy_backward",
    "categorical_crossentropy",
    "categorical_crossentropy_backward",
    "categorical_hinge",
    "categorical_hinge_backward",
    "check_labels",
    "cosine_similarity",
    "cosine_similarity_backward",
    "elastic_net_penalty",
    "elastic_net_penalty_backward",
    "hinge",
    "hinge_backward",
    "kl_divergence",
    "kl_divergence_backward",
    "l1_penalty",
    "l1_penalty_backward",
    "l2_penalty",
    "l2_penalty_backward",
    "linear_scores",
    "log_cosh",
    "log_cosh_backward",
    "mean_absolute_error",
    "mean_absolute_error_backward",
    "mean_absolute_percentage_error",
    "mean_absolute_percentage_error_backward",
    "mean_squared_error",
    "mean_squared_error_backward",
    "mean_squared_logarithmic_error",
    "mean_squared_logarithmic_error_backward",
    "paired",
    "poisson",
    "poisson_backward",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_backward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "sparse_categorical_crossentropy",
    "sparse_categorical_crossentropy_backward",
    "squared_hinge",
    "squared_hinge_backward",
    "svm_loss",
    "svm_loss_backward",
    "total_loss",
]
