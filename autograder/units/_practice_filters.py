"""Assessment of filter visualisation: maximise_filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._convolution_right import conv, conv_vjp

__all__ = ["maximise_filter"]

Climbed = tuple[Array, Array]


def _score(x: Array, w: Array, b: Array, index: int) -> Any:
    return np.maximum(conv(x[None], w, b)[..., index], 0).mean()


def _first(gradients: tuple[Array, ...]) -> Array:
    """The gradient of the only image."""
    return np.asarray(gradients[0][0])


def _gradient(x: Array, w: Array, b: Array, index: int, *, slope: Callable[[Array], Array] = lambda z: z > 0) -> Array:
    """The gradient of the score with respect to the image."""
    z = conv(x[None], w, b)
    upstream = np.zeros_like(z)
    upstream[..., index] = slope(z[..., index]) / z[..., index].size
    return _first(conv_vjp(upstream, x[None], w, b))


def _rms(grad: Array) -> Any:
    return np.sqrt(np.square(grad).mean()) + grad.dtype.type(1e-5)


def _climb(
    image: Array,
    w: Array,
    b: Array,
    filter_index: int,
    steps: int,
    step_size: float,
    *,
    gradient: Callable[[Array, Array, Array, int], Array] = _gradient,
    size: Callable[[Array], Any] = _rms,
    score: Callable[[Array, Array, Array, int], Any] = _score,
    finish: Callable[[Array], Array] = lambda x: x,
) -> Climbed:
    """Right by default; a wrong version replaces one part."""
    x, scores = image.copy(), [score(image, w, b, filter_index)]
    for _ in range(steps):
        grad = gradient(x, w, b, filter_index)
        x = finish(x + step_size * (grad / size(grad)))
        scores.append(score(x, w, b, filter_index))
    return x, np.array(scores, dtype=image.dtype)


def _checked(image: Array, w: Array, b: Array, filter_index: int, steps: int, step_size: float) -> Climbed:
    if filter_index not in range(w.shape[3]):
        raise ValueError(f"filter_index {filter_index}")
    if steps < 0:
        raise ValueError(f"steps {steps}")
    return _climb(image, w, b, filter_index, steps, step_size)


def _gradient_once(image: Array, w: Array, b: Array, index: int, steps: int, step_size: float) -> Climbed:
    grad = _gradient(image, w, b, index)
    return _climb(image, w, b, index, steps, step_size, gradient=lambda *args: grad)


def _weights_instead(image: Array, w: Array, b: Array, index: int, steps: int, step_size: float) -> Climbed:
    """The filter learns to like the image."""
    w, scores = w.copy(), [_score(image, w, b, index)]
    for _ in range(steps):
        z = conv(image[None], w, b)
        upstream = np.zeros_like(z)
        upstream[..., index] = (z[..., index] > 0) / z[..., index].size
        grad = conv_vjp(upstream, image[None], w, b)[1]
        w += step_size * (grad / _rms(grad))
        scores.append(_score(image, w, b, index))
    return image.copy(), np.array(scores, dtype=image.dtype)


def _in_place(image: Array, *args: Any) -> Climbed:
    image[...], scores = _climb(image, *args)
    return image, scores


def _without_the_last(*args: Any) -> Climbed:
    x, scores = _climb(*args)
    return x, scores[:-1]


def _row_for_filter(x: Array, w: Array, b: Array, index: int) -> Any:
    """The index taken for a row of the answers, as in an array with channels first."""
    z = np.maximum(conv(x[None], w, b), 0)
    return z[:, index % z.shape[1]].mean()


def _gradient_of_a_row(x: Array, w: Array, b: Array, index: int) -> Array:
    z = conv(x[None], w, b)
    upstream = np.zeros_like(z)
    row = index % z.shape[1]
    upstream[:, row] = (z[:, row] > 0) / z[:, row].size
    return _first(conv_vjp(upstream, x[None], w, b))


def _gradient_of_all(x: Array, w: Array, b: Array, index: int) -> Array:
    z = conv(x[None], w, b)
    return _first(conv_vjp((z > 0) / z.dtype.type(z.size), x[None], w, b))


def _gradient_without_relu(x: Array, w: Array, b: Array, index: int) -> Array:
    """Without the relu."""
    return _gradient(x, w, b, index, slope=np.ones_like)


def _gradient_of_the_sum(x: Array, w: Array, b: Array, index: int) -> Array:
    places = conv(x[None], w, b)[..., index].size
    return places * _gradient(x, w, b, index)


def _answers(x: Array, w: Array, b: Array, index: int) -> Any:
    return conv(x[None], w, b)[..., index].mean()


def _summed(x: Array, w: Array, b: Array, index: int) -> Any:
    return np.maximum(conv(x[None], w, b)[..., index], 0).sum()


def _filters(
    image: tuple[int, int, int], kernel: tuple[int, int], filters: int, seed: int = 0, dtype: str = "float64"
) -> dict[str, Any]:
    """An image, filters, and biases at which some places answer and some do not."""
    arrays = {
        "image": normal(*image, seed=600 + seed, scale=0.5),
        "w": normal(*kernel, image[2], filters, seed=620 + seed),
        "b": normal(filters, seed=640 + seed, scale=0.3),
    }
    return {name: array.astype(dtype) for name, array in arrays.items()}


def _ascent(filter_index: int, steps: int, step_size: float) -> Mapping[str, Any]:
    return {"filter_index": filter_index, "steps": steps, "step_size": step_size}


def _random_ascent(rng: np.random.Generator) -> Mapping[str, Any]:
    channels, filters = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    return {
        "image": rng.standard_normal((int(rng.integers(4, 6)), int(rng.integers(5, 8)), channels)),
        "w": rng.standard_normal((2, 3, channels, filters)),
        "b": 0.3 * rng.standard_normal(filters) + 0.2,
        **_ascent(int(rng.integers(filters)), 2, float(rng.uniform(0.02, 0.2))),
    }


_ASLEEP = {**_filters((3, 4, 1), (2, 2), 2, seed=1), "b": np.array([-50.0, 0.5])}
_EVERYWHERE = {**_filters((4, 3, 2), (2, 2), 2, seed=2), "b": np.array([40.0, 30.0])}

maximise_filter = Exercise(
    "maximise_filter",
    points=3,
    parts=("image", "scores"),
    returns_new=True,
    vectorized=lambda n: {**_filters((n, n + 1, 2), (3, 2), 2), **_ascent(1, 2, 0.1)},
    cases=[
        Case("no-steps", **_filters((3, 4, 1), (2, 2), 2), **_ascent(1, 0, 0.5)),
        Case("one-step", **_filters((3, 4, 1), (2, 2), 2), **_ascent(0, 1, 0.5)),
        Case("answers-everywhere", **_EVERYWHERE, **_ascent(1, 1, 0.25)),
        Case("answers-nowhere", **_ASLEEP, **_ascent(0, 2, 0.5)),
        Case("three-steps", **_filters((5, 4, 2), (3, 2), 3, seed=3), **_ascent(2, 3, 0.3), readonly=True),
        Case("more-rows-than-filters", **_filters((6, 5, 1), (2, 3), 4, seed=4), **_ascent(3, 2, 0.2)),
        Case("long-steps", **_filters((4, 6, 3), (2, 2), 2, seed=5), **_ascent(1, 2, 2.0)),
        Case("single-precision", **_filters((4, 5, 2), (2, 2), 2, seed=6, dtype="float32"), **_ascent(0, 2, 0.1)),
        Case("no-such-filter", raises="filter_index", **_filters((3, 4, 1), (2, 2), 2), **_ascent(2, 1, 0.5)),
        Case("counted-from-the-end", raises="filter_index", **_filters((3, 4, 1), (2, 2), 2), **_ascent(-1, 1, 0.5)),
        Case("negative-steps", raises="steps", **_filters((3, 4, 1), (2, 2), 2), **_ascent(0, -1, 0.5)),
        random_cases(_random_ascent),
    ],
    misconceptions=[
        Misconception(
            "downhill",
            believes="A gradient is subtracted.",
            wrong=lambda *args: _climb(*args, gradient=lambda *each: -_gradient(*each)),
            hint="Should the filter answer more or less? Do your scores rise?",
        ),
        Misconception(
            "not-normalised",
            believes="The gradient itself is the step.",
            wrong=lambda *args: _climb(*args, size=lambda grad: 1),
            hint="How long is a step for a filter with small weights? What does the division even out?",
        ),
        Misconception(
            "divided-by-its-length",
            believes="To normalise is to divide by the Euclidean length.",
            wrong=lambda *args: _climb(*args, size=lambda grad: np.linalg.norm(grad) + 1e-5),
            hint="Root of the mean, or root of the sum? What does a larger image change?",
        ),
        Misconception(
            "divided-by-its-deviation",
            believes="To normalise is to divide by the standard deviation.",
            wrong=lambda *args: _climb(*args, size=lambda grad: grad.std() + 1e-5),
            hint="Is the mean of g taken off in the docstring's formula?",
        ),
        Misconception(
            "divided-by-its-largest",
            believes="The largest number of a normalised gradient is 1.",
            wrong=lambda *args: _climb(*args, size=lambda grad: np.abs(grad).max() + 1e-5),
            hint="Which number of the gradient does the docstring divide by?",
        ),
        Misconception(
            "small-number-missing",
            believes="The 1e-5 makes no difference.",
            wrong=lambda *args: _climb(*args, size=lambda grad: np.sqrt(np.square(grad).mean())),
            hint="What is 0 / 0, for a filter that answers nowhere?",
        ),
        Misconception(
            "small-number-under-the-root",
            believes="The 1e-5 is added to the mean of g².",
            wrong=lambda *args: _climb(*args, size=lambda grad: np.sqrt(np.square(grad).mean() + 1e-5)),
            hint="With g = 0: is the docstring's denominator 1e-5, or its root?",
        ),
        Misconception(
            "relu-without-a-slope",
            believes="The relu only matters for the score.",
            wrong=lambda *args: _climb(*args, gradient=lambda *each: _gradient(*each, slope=np.ones_like)),
            hint="A place where the filter does not answer: what does a small change of the image do to the score?",
        ),
        Misconception(
            "gradient-taken-once",
            believes="The gradient is that of the first image.",
            wrong=_gradient_once,
            hint="After the first step some places answer that did not before. Where does your code notice?",
        ),
        Misconception(
            "row-for-filter",
            believes="answers[:, f] are the answers of filter f.",
            wrong=lambda *args: _climb(*args, gradient=_gradient_of_a_row, score=_row_for_filter),
            hint="On which axis of (N, H, W, F) do the filters stand?",
        ),
        Misconception(
            "all-filters",
            believes="The mean over all answers is what rises.",
            wrong=lambda *args: _climb(
                *args, gradient=_gradient_of_all, score=lambda x, w, b, index: np.maximum(conv(x[None], w, b), 0).mean()
            ),
            hint="Whose answers should the image please?",
        ),
        Misconception(
            "weights-instead",
            believes="As in training, the weights follow the gradient.",
            wrong=_weights_instead,
            hint="What is to be found out: what the filter likes, or how it could like this image?",
        ),
        Misconception(
            "whole-numbers",
            believes="An image is made of whole numbers, so each step is rounded.",
            wrong=lambda *args: _climb(*args, finish=np.rint),
            hint="What becomes of a step of 0.3?",
        ),
        Misconception(
            "kept-in-range",
            believes="An image stays between 0 and 1.",
            wrong=lambda *args: _climb(*args, finish=lambda x: x.clip(0, 1)),
            hint="When does the image come back into range: in each step, or at the end in `deprocess_image`?",
        ),
        Misconception(
            "score-before-the-relu",
            believes="The score is the mean of what the convolution gives.",
            wrong=lambda *args: _climb(*args, score=lambda x, w, b, index: conv(x[None], w, b)[..., index].mean()),
            hint="Can a be negative in the docstring?",
        ),
        Misconception(
            "last-score-missing",
            believes="There is one score for each step.",
            wrong=_without_the_last,
            hint="How many scores are there after no steps at all?",
        ),
        Misconception(
            "image-changed",
            believes="The image may be changed where it stands.",
            wrong=_in_place,
            hint="Whose array does image += … change?",
        ),
        Misconception(
            "relu-forgotten",
            believes="The score is the mean of what the convolution gives.",
            wrong=lambda *args: _climb(*args, gradient=_gradient_without_relu, score=_answers),
            hint="Where a filter says no, by how much can it say no in your score, and in the docstring's?",
        ),
        Misconception(
            "sum-for-mean",
            believes="The score is the sum over all places.",
            wrong=lambda *args: _climb(*args, score=_summed),
            hint="Twice as large an image: should the score of the same filter be twice as large?",
        ),
        Misconception(
            "sum-for-mean-also-in-the-gradient",
            believes="What rises is the sum over all places; dividing by its size makes up for the rest.",
            wrong=lambda *args: _climb(*args, gradient=_gradient_of_the_sum, score=_summed),
            hint="Is √(mean of g²) + 1e-5 ten times as large if g is? And how large is the mean of one place's answer?",
        ),
        Misconception(
            "gradient-of-the-sum",
            believes="The gradient is divided by its size anyway, so that of the sum will do.",
            wrong=lambda *args: _climb(*args, gradient=_gradient_of_the_sum),
            hint="Is √(mean of g²) + 1e-5 ten times as large if g is?",
        ),
    ],
    hints=[
        "What is the upstream gradient of a mean over M places? And how does it pass the relu?",
        "conv2d, relu_backward, conv2d_backward: of the three gradients of the last only that of the image is used.",
        "grad /= np.sqrt(np.square(grad).mean()) + 1e-5; x += step_size * grad, on a copy of the image.",
    ],
    variants=[Variant("all-filters-computed", _checked)],
)
