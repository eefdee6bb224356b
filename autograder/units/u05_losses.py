"""Assessment of losses and penalties: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units import _losses_binary as binary
from autograder.units import _losses_counts as counts
from autograder.units import _losses_directions as directions
from autograder.units import _losses_divergence as divergence
from autograder.units import _losses_elastic as elastic
from autograder.units import _losses_entropy as entropy
from autograder.units import _losses_errors as errors
from autograder.units import _losses_log_cosh as log_cosh
from autograder.units import _losses_logits as logits
from autograder.units import _losses_margins as margins
from autograder.units import _losses_outputs as outputs
from autograder.units import _losses_penalties as penalties
from autograder.units import _losses_relative as relative
from autograder.units import _losses_rows as rows
from autograder.units import _losses_scores as scores
from autograder.units import _losses_sparse as sparse
from autograder.units import _losses_svm as svm

EXERCISES = [
    errors.mean_squared_error,
    errors.mean_squared_error_backward,
    errors.mean_absolute_error,
    errors.mean_absolute_error_backward,
    relative.mean_absolute_percentage_error,
    relative.mean_absolute_percentage_error_backward,
    relative.mean_squared_logarithmic_error,
    relative.mean_squared_logarithmic_error_backward,
    margins.hinge,
    margins.hinge_backward,
    margins.squared_hinge,
    margins.squared_hinge_backward,
    rows.categorical_hinge,
    rows.categorical_hinge_backward,
    log_cosh.log_cosh,
    log_cosh.log_cosh_backward,
    entropy.categorical_crossentropy,
    entropy.categorical_crossentropy_backward,
    sparse.sparse_categorical_crossentropy,
    sparse.sparse_categorical_crossentropy_backward,
    binary.binary_crossentropy,
    binary.binary_crossentropy_backward,
    divergence.kl_divergence,
    divergence.kl_divergence_backward,
    counts.poisson,
    counts.poisson_backward,
    directions.cosine_similarity,
    directions.cosine_similarity_backward,
    scores.softmax_cross_entropy,
    scores.softmax_cross_entropy_backward,
    logits.sigmoid_cross_entropy,
    logits.sigmoid_cross_entropy_backward,
    svm.svm_loss,
    svm.svm_loss_backward,
    penalties.l1_penalty,
    penalties.l1_penalty_backward,
    penalties.l2_penalty,
    penalties.l2_penalty_backward,
    elastic.elastic_net_penalty,
    elastic.elastic_net_penalty_backward,
    outputs.total_loss,
    outputs.linear_scores,
]
