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

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
History = dict[str, list[float]]


class SoftmaxModel:
    """Given: a linear classifier, scores = x W + b. The softmax is in `CrossEntropy`.

    Args:
        features: F, the numbers per sample; samples of more axes are flattened.
        classes: C.
    """

    def __init__(self, features: int, classes: int) -> None:
        """Start at zero, which is no trouble for one layer."""
        self.parameters: list[Array] = [np.zeros((features, classes)), np.zeros(classes)]
        self._x: Array | None = None

    def forward(self, x: Array, training: bool = False) -> Array:
        """Scores of shape (N, C) for x of shape (N, ...)."""
        flat = x.reshape(len(x), -1)
        self._x = flat if training else None
        weights, bias = self.parameters
        scores: Array = flat @ weights + bias
        return scores

    def backward(self, grad_output: Array) -> list[Array]:
        """Gradients of the parameters, [(F, C), (C,)], from the gradient (N, C) of the scores.

        Raises:
            RuntimeError: the last forward pass was not one with training=True.
        """
        if self._x is None:
            raise RuntimeError("backward: the last forward pass was made with training=False")
        return [self._x.T @ grad_output, grad_output.sum(axis=0)]

    def set_parameters(self, parameters: Sequence[Array]) -> None:
        """Take new parameters, [(F, C), (C,)]."""
        self.parameters = list(parameters)


class CrossEntropy:
    """Given: softmax and cross-entropy in one, for integer labels (N,) and scores (N, C)."""

    def value(self, y_true: Array, y_pred: Array) -> float:
        """The mean over samples of -log softmax(scores) at the label."""
        shifted = y_pred - y_pred.max(axis=1, keepdims=True)
        losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y_true)), y_true]
        return float(losses.mean())

    def gradient(self, y_true: Array, y_pred: Array) -> Array:
        """(softmax(scores) - one-hot labels) / N, shape (N, C)."""
        powers = np.exp(y_pred - y_pred.max(axis=1, keepdims=True))
        gradient: Array = powers / powers.sum(axis=1, keepdims=True)
        gradient[np.arange(len(y_true)), y_true] -= 1
        return gradient / len(y_true)


class PlainSGD:
    """Given: gradient descent, w - lr · g.

    Args:
        lr: the learning rate, positive.
    """

    def __init__(self, lr: float) -> None:
        """Remember the rate."""
        self.lr = lr

    def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
        """New parameters; the old ones are not modified."""
        return [param - self.lr * grad for param, grad in zip(params, grads, strict=True)]


def train_validation_split(x: Array, y: Array, fraction: float) -> tuple[Array, Array, Array, Array]:
    """Hold out the last samples for validation, as Keras's `validation_split` does.

        n_train = ⌊n (1 − fraction)⌋        (computed in floating point, as Keras does)

    Nothing is shuffled: who wants a random split shuffles x and y together before, and
    who has a series in time must not.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (n, ...), any dtype; not modified.
        y: labels or targets, shape (n, ...), row i belongs to row i of x; not modified.
        fraction: the part to hold out, 0 < fraction < 1.

    Returns:
        (x_train, y_train, x_val, y_val): the first n_train samples and the others, in
        their order, shapes (n_train, ...), (n_train, ...), (n - n_train, ...) and
        (n - n_train, ...), dtypes kept. They may be views.

    Raises:
        ValueError: `fraction` is outside (0, 1) or leaves no sample to train on; or `y`
            has not as many rows as x.
    """
    raise NotImplementedError("training.train_validation_split")


def iterate_batches(
    x: Array, y: Array, batch_size: int, rng: np.random.Generator | None
) -> Iterator[tuple[Array, Array]]:
    """Yield one epoch: every sample exactly once, in batches.

    One random permutation of the samples is drawn from `rng` per epoch, that is per
    call, and x and y follow it together; the next call with the same generator gives
    another order. How the permutation is drawn from `rng` is free.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (n, ...), any dtype; not modified.
        y: labels or targets, shape (n, ...), row i belongs to row i of x; not modified.
        batch_size: samples per batch, at least 1; more than n gives one batch of n.
        rng: where the order comes from; None keeps the order of the samples.

    Yields:
        Pairs (x_batch, y_batch) of m = `batch_size` rows each, shapes (m, ...) and
        (m, ...), dtypes kept; the last batch has what remains, and is not dropped.

    Raises:
        ValueError: `batch_size` is less than 1, or `y` has not as many rows as x (at
            the call or at the first batch).
    """
    raise NotImplementedError("training.iterate_batches")


def train_step(model: Any, loss: Any, optimizer: Any, x: Array, y: Array) -> float:
    """Learn from one batch.

        y_pred = model.forward(x, training=True)
        w ← optimizer.step(w, ∂loss(y, y_pred)/∂w)

    One forward pass, one backward pass, one step of the optimiser, one
    `set_parameters`, in this order: a second forward pass would drop other units than
    those that the gradient is of.

    Args:
        model: see the convention card; its parameters are updated.
        loss: see the convention card; the label comes first: value(y_true, y_pred).
        optimizer: see the convention card; `step` returns the new parameters.
        x: the batch's samples, shape (n, ...); not modified.
        y: their labels or targets, shape (n, ...); not modified.

    Returns:
        The loss of this batch as a float, from the forward pass *before* the update.
    """
    raise NotImplementedError("training.train_step")


def fit(
    model: Any,
    loss: Any,
    optimizer: Any,
    x: Array,
    y: Array,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None,
    validation_data: tuple[Array, Array] | None = None,
) -> History:
    """Train a classifier for some epochs and write down how it goes.

    Each epoch takes its batches from `iterate_batches` with `rng` (so every epoch has
    another order; None keeps the order), makes one training step per batch, and then,
    with validation data, measures the model on it by `evaluate`.

    The entries of an epoch, n_b being the samples of batch b:

        loss     = Σ_b n_b · loss_b / Σ_b n_b,  loss_b before the update on batch b
        accuracy = Σ_b n_b · accuracy_b / Σ_b n_b,  also before that update
        val_loss, val_accuracy = after the last update of the epoch, training=False

    Args:
        model: see the convention card; it is trained further from where it stands.
        loss: see the convention card.
        optimizer: see the convention card; one for all epochs, as it may have a state.
        x: training samples, shape (n, ...); not modified.
        y: their labels, shape (n,) or (n, C): integers, or one-hot rows of any dtype; not
            modified.
        epochs: how many times every sample is used, at least 1.
        batch_size: samples per batch, at least 1, for training and for validation.
        rng: the source of the order, or None to keep the order of the samples.
        validation_data: a pair (x_val, y_val), shapes (m, ...) and (m, ...), that is
            never learnt from, or None.

    Returns:
        The history: a dict of lists of floats, one entry per epoch, with the keys
        'loss' and 'accuracy' and, with validation data, 'val_loss' and 'val_accuracy'.
        The training accuracy may come from a forward pass of its own with
        training=False or from the outputs of the training step: both are accepted.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    raise NotImplementedError("training.fit")


def evaluate(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    """Measure loss and accuracy over all samples, and learn nothing.

        loss = Σ_b n_b · loss_b / Σ_b n_b        (n_b samples in batch b)

    Args:
        model: see the convention card; called with training=False, never updated.
        loss: see the convention card: `value` is a mean over the samples it is given.
        x: samples, shape (n, ...), n ≥ 1; not modified.
        y: their labels, shape (n,) or (n, C): integers, or one-hot rows of any dtype; not
            modified.
        batch_size: samples per forward pass, at least 1; the last pass gets what
            remains. The result does not depend on it.

    Returns:
        (loss, accuracy), two floats: means over all n samples, the last partial batch
        included.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    raise NotImplementedError("training.evaluate")


def predict(model: Any, x: Array, batch_size: int) -> Array:
    """Collect the model's outputs for all samples, a batch at a time.

    Args:
        model: see the convention card; called with training=False, never updated.
        x: samples, shape (n, ...), n ≥ 1; not modified.
        batch_size: samples per forward pass, at least 1; the last pass gets what
            remains. This is what keeps a large set within memory.

    Returns:
        The outputs as they are (scores, not labels), in the order of the samples, float32
        or float64 as the model gives them: shape (n, *s), s that of one output.

    Raises:
        ValueError: `batch_size` is less than 1.
    """
    raise NotImplementedError("training.predict")


def accuracy(y_true: Array, y_pred: Array) -> float:
    """The part of the samples whose best score is at their label.

        accuracy = #{i : argmax_c y_pred[i, c] = label_i} / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: shape (n,), (n, 1) or (n, C): integer labels, perhaps as a column, or
            one-hot rows of any dtype.
        y_pred: class scores or probabilities, shape (n, C), n ≥ 1, C ≥ 2; only their
            order in a row counts. Of equal best scores the first counts.

    Returns:
        A float from 0 to 1.

    Raises:
        ValueError: `y_true` has not as many rows as `y_pred`.
    """
    raise NotImplementedError("training.accuracy")


def binary_accuracy(y_true: Array, y_pred: Array) -> float:
    """The part of the samples whose probability is on the right side of a half.

        binary accuracy = #{i : [p_i > 0.5] = y_i} / n

    A probability of exactly 0.5 is a no. Labels and probabilities belong together
    sample by sample, also where one comes as a row and the other as a column.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels 0 (no) and 1 (yes), integer, boolean or floating, shape (n,) or
            as a column (n, 1); not modified.
        y_pred: probabilities of a yes, from 0 to 1, shape (n,) or (n, 1), n ≥ 1, as
            one sigmoid unit gives them; not modified.

    Returns:
        A float from 0 to 1.

    Raises:
        ValueError: `y_true` has not as many rows as `y_pred`.
    """
    raise NotImplementedError("training.binary_accuracy")


class EarlyStopping:
    """Say when the validation loss has stopped improving, and keep the best weights.

    A loss improves if loss < best − |min_delta|, best being the last loss that did
    (infinity before there is one). The first finite loss always improves, a NaN never does.
    Training stops at an epoch that does not improve and is at least the
    max(patience, 1)-th in a row, as in Keras: patience 0 and 1 are the same.

    Args:
        patience: how many epochs without improvement are borne, at least 0.
        min_delta: what a loss must fall by to count; its sign is ignored.
        restore_best: whether to keep a copy of the best weights.

    Attributes:
        best_weights: a list of copies of the weights at the last improvement, which
            nobody else's later changes reach; None before that, and always None
            without `restore_best`.
        best_epoch: which call of `update` that was, counted from 0; None before that.
    """

    def __init__(self, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True) -> None:
        """Start with nothing seen."""
        raise NotImplementedError("training.EarlyStopping")

    def update(self, loss: float, weights: Sequence[Array]) -> bool:
        """Take in one epoch.

        Args:
            loss: the epoch's validation loss; may be NaN.
            weights: the model's weights after the epoch, a list of arrays of any
                shapes; not modified, but later epochs may change them in place.

        Returns:
            True if training should stop now, else False.
        """
        raise NotImplementedError("training.EarlyStopping")


def k_fold(n: int, k: int, rng: np.random.Generator | None = None) -> list[tuple[Array, Array]]:
    """Cut n samples into k folds; each is the validation part once.

        fold size = ⌊n / k⌋, and one more in the first n % k folds

    The folds are consecutive pieces of the samples' order: 0, 1, …, n − 1 or, with
    `rng`, one permutation of it, drawn per call. Every sample is in exactly one fold;
    the training part of a fold is all samples of the others.

        k_fold(5, 2)  ->  [([3, 4], [0, 1, 2]), ([0, 1, 2], [3, 4])]    (as arrays)

    Args:
        n: the number of samples, at least 2.
        k: the number of folds, 2 ≤ k ≤ n; k = n leaves one sample out at a time.
        rng: where the permutation comes from, and the only such source; how it is drawn
            is free, and the next call with the same generator gives other folds. None
            keeps the order of the samples.

    Returns:
        A list of k pairs (train_indices, validation_indices) of integer arrays, shapes
        (n - m_i,) and (m_i,), where fold i has m_i samples. Without `rng` both are
        ascending; with it the order inside an array is free.

    Raises:
        ValueError: `k` is less than 2 or more than n.
    """
    raise NotImplementedError("training.k_fold")


def cross_validate(
    build_model: Callable[[], Any],
    loss: Any,
    build_optimizer: Callable[[], Any],
    x: Array,
    y: Array,
    k: int,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None = None,
) -> list[float]:
    """Train and validate k times, each time with another fold held out.

    For each pair (train_indices, validation_indices) of `k_fold`, in its order:

        μ_f, σ_f = mean and standard deviation (ddof=0) of feature f over the training part
        x_nf -> (x_nf − μ_f) / σ_f for both parts; a σ_f of 0 is replaced by 1
        train a new model with a new optimiser on the training part by `fit`
        score = loss on the validation part after the last epoch, by `evaluate`

    A feature is one place of the axes after the first. Nothing of the validation part
    may reach the training: neither its samples nor its mean. `rng` goes to `k_fold`
    first, then to every `fit`; None keeps the samples' order in both.

    Args:
        build_model: called without arguments, once per fold; returns a new, untrained
            model (see the convention card).
        loss: see the convention card.
        build_optimizer: called without arguments, once per fold; returns a new optimiser.
        x: samples, shape (n, ...); not modified.
        y: their labels, shape (n,) or (n, C): integers, or one-hot rows of any dtype; not
            modified.
        k: the number of folds, 2 ≤ k ≤ n.
        epochs: how many times each model uses every sample of its training part.
        batch_size: samples per batch, at least 1.
        rng: the source of the folds and of the batches' order, or None.

    Returns:
        A list of k floats, the folds' validation losses. Their mean is the estimate,
        and their spread says how far to trust it; neither is computed here.

    Raises:
        ValueError: `k` is less than 2 or more than n; or `y` has not as many rows as x.
    """
    raise NotImplementedError("training.cross_validate")


def smooth_curve(points: Sequence[float], factor: float = 0.9) -> list[float]:
    """Calm a jagged curve, such as a validation loss, so that its trend can be seen.

        s_0 = p_0        s_t = factor · s_(t−1) + (1 − factor) · p_t

    An exponential moving average that starts at the first point, and so needs no
    correction of its start.

    Args:
        points: n numbers p, n ≥ 0, such as history['val_loss']; not modified.
        factor: how much of the past stays, 0 ≤ factor < 1; 0 gives the points themselves.

    Returns:
        A new list of n floats (a 1-D float64 array is accepted too); no points give none.

    Raises:
        ValueError: `factor` is outside [0, 1).
    """
    raise NotImplementedError("training.smooth_curve")


def confusion_matrix(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    """Count for each class what its samples were taken for.

        M[i, j] = #{n : y_true_n = i and y_pred_n = j}

    Rows are what is true, columns what was answered, as in scikit-learn.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: true classes 0 … C − 1, shape (N,), N ≥ 0, any integer dtype (with uint8
            remember what 20 · 19 is); not modified.
        y_pred: predicted classes (not scores), shape (N,), as `y_true`; not modified.
        num_classes: C, at least 1; also classes that do not occur have row and column.

    Returns:
        The counts, shape (C, C), of an integer dtype.

    Raises:
        ValueError: `y_true` has not as many entries as `y_pred`; or an entry of `y_true`
            or of `y_pred` is outside 0 … C − 1 (the message names which).
    """
    raise NotImplementedError("training.confusion_matrix")


def plot_history(history: Mapping[str, Sequence[float]]) -> Any:
    """Draw a training history: dots for training, a line for validation.

    Each metric (a name that does not start with "val_") gets axes of its own, in the
    order of `history`. Needs matplotlib.

    Args:
        history: as `fit` returns it: a list of one number per epoch for each name,
            such as "loss" and, where there was validation, "val_loss"; not modified.

    Returns:
        The `matplotlib.figure.Figure`, not shown and not saved. In each axes: the
        training values as dots without a line, labelled "training"; if there are
        validation values, those as a line without dots, labelled "validation"; epochs
        count from 1; the x-axis is labelled "epoch", the y-axis with the metric's
        name; a legend.
    """
    raise NotImplementedError("training.plot_history")
