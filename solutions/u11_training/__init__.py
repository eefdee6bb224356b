"""Training: the loop around the network.

A network does not learn; a loop around it does. Cut the samples into batches. For
each batch: forward, loss, backward, one step of the optimiser. All batches once is
an epoch; many epochs are a training. Beside it, on samples that the network never
learns from, measure whether it still gets better at anything but remembering.

    epoch:   shuffle ── batch ── batch ── … ── batch ── measure on the validation part
                          │
             forward → loss → backward → optimizer.step → set_parameters

Draw both curves, the training loss and the validation loss, epoch by epoch. Both high
and still falling: it underfits, train longer or take a larger network. The training
loss falls while the validation loss has turned and rises: it overfits, it learns the
samples by heart. Stop where it turned (`EarlyStopping`), or get more samples, a
smaller network, dropout, a penalty. The test samples decide nothing: they are
measured once, when all choices are made, or they are a second validation part.

Formulas
    epoch loss = Σ_b n_b · loss_b / Σ_b n_b        (n_b samples in batch b; the last
    is often smaller: a plain mean over batches would count its samples more)
    accuracy   = samples whose best score is at their label / samples

One validation part is one draw: with few samples, another split gives quite another
score. Cross-validation makes k folds, trains k models, and lets every sample be
validated once, by the one model that has not seen it:

    fold 0   [validation]   training     training     each row is a training of its
    fold 1     training   [validation]   training     own: new weights, new optimiser,
    fold 2     training     training   [validation]   its training part's mean and std

    fold sizes      n // k, and one more in the first n % k folds
    scaled feature  (x_f − μ_f) / σ_f, with μ and σ of the training part alone
    smoothed curve  s_0 = p_0,  s_t = factor · s_(t−1) + (1 − factor) · p_t
    confusion       M[i, j] = samples of class i that were taken for class j: the
                    diagonal is right, and accuracy = Σ_i M[i, i] / Σ_ij M[i, j]

Convention card
  * axis 0 counts the samples: x (N, ...), y (N,) integer labels, or (N, C) one-hot
    or targets. Row i of x belongs to row i of y, whatever the order.
  * a *model* has
      forward(x, training=False) -> outputs (N, C); with training=True it may drop
          units and remembers what `backward` needs
      backward(grad_output) -> list of gradients, one per parameter, for the last
          forward(x, training=True)
      parameters -> list of arrays
      set_parameters(list of arrays)
  * a *loss* has value(y_true, y_pred) -> number, the mean over the batch's samples,
    and gradient(y_true, y_pred) -> its gradient with respect to y_pred.
  * an *optimizer* has step(params, grads) -> list of new arrays; it changes nothing.
  * `SoftmaxModel`, `CrossEntropy` and `PlainSGD` below are given: try your loop on
    them. Yours must work with any other that has these methods.
  * training=True is for learning steps alone. Whatever only measures (`predict`,
    `evaluate`, the validation in `fit`) says training=False and updates nothing.
  * randomness comes from the generator passed as `rng`, and from nowhere else.
  * losses and accuracies are Python floats; arrays of the caller are never changed.
  * bad input raises ValueError, and its text names the argument.

Write `evaluate`, `predict` and `accuracy` before `fit` if you like: `fit` uses them.

To read: Goodfellow, Bengio, Courville, Deep Learning (2016), sections 7.8 (early
stopping) and 8.1.3 (minibatches); the Keras guide "Training & evaluation with the
built-in methods".
"""

from __future__ import annotations

from .given import Array, CrossEntropy, History, PlainSGD, SoftmaxModel
from .samples import iterate_batches, train_validation_split
from .loop import fit, train_step
from .measuring import accuracy, binary_accuracy, evaluate, predict
from .stopping import EarlyStopping
from .folds import cross_validate, k_fold
from .curves import smooth_curve
from .confusion import confusion_matrix
from .plots import plot_history

__all__ = [
    "Array",
    "CrossEntropy",
    "EarlyStopping",
    "History",
    "PlainSGD",
    "SoftmaxModel",
    "accuracy",
    "binary_accuracy",
    "confusion_matrix",
    "cross_validate",
    "evaluate",
    "fit",
    "iterate_batches",
    "k_fold",
    "plot_history",
    "predict",
    "smooth_curve",
    "train_step",
    "train_validation_split",
]
