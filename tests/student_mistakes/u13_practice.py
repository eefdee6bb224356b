"""Wrong answers to augmentation, autoencoders, self-training, fine-tuning, filters and blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions import u13_practice as right
from solutions.u04_activations import relu, relu_backward
from solutions.u05_losses import mean_squared_error, mean_squared_error_backward
from solutions.u07_convolution import conv2d, conv2d_backward, pointwise_conv, pointwise_conv_backward
from tests.student_mistakes import Mistake


def _flip(slip: str, axis: int) -> Any:
    def flip(rng: Any, images: Any, rate: float = 0.5) -> Any:
        if not 0 <= rate <= 1:
            raise ValueError("rate")
        chosen = rng.random(len(images)) < rate
        flipped = images.copy()
        if slip == "together":
            chosen[:] = rng.random() < rate
        if slip == "complement":
            chosen = rng.random(len(images)) >= rate
        if slip == "exact share":
            chosen[:] = False
            chosen[rng.permutation(len(images))[: round(rate * len(images))]] = True
        if slip == "half":
            chosen = rng.random(len(images)) < 0.5
        if slip == "in place":
            flipped = images
        if slip == "appended":
            return np.concatenate([images, np.flip(images[chosen], axis)])
        if slip == "float":
            return np.where(chosen[:, None, None, None], np.flip(images, axis), images).astype(float)
        where = {"other axis": 3 - axis, "channels": 3, "batch": 0}.get(slip, axis)
        flipped[chosen] = np.flip(images[chosen], where)
        return flipped

    return flip


def _crop(slip: str) -> Any:
    def crop(rng: Any, images: Any, size: Any, padding: int = 0) -> Any:
        h, w = (size, size) if isinstance(size, int) else size
        if padding < 0:
            raise ValueError("padding")
        p = 0 if slip == "no padding" else padding
        pads = ((0, 0), (0, 2 * p), (0, 2 * p), (0, 0)) if slip == "one side" else ((0, 0), (p, p), (p, p), (0, 0))
        padded = np.pad(images, pads, mode="edge" if slip == "edge" else "constant")
        rows, columns = padded.shape[1] - h, padded.shape[2] - w
        if rows < 0 or columns < 0 or min(h, w) < 1:
            raise ValueError("size")
        top, left = rng.integers(rows + 1), rng.integers(columns + 1)
        crops = []
        for image in padded:
            if slip != "same place":
                top, left = rng.integers(rows + (slip != "last left out" or rows == 0)), rng.integers(columns + 1)
            if slip == "diagonal":
                top = left = min(int(top), int(left))
            if slip == "middle":
                top, left = rows // 2, columns // 2
            if slip == "swapped":
                top, left = min(int(left), rows), min(int(top), columns)
            crops.append(image[top : top + h, left : left + w])
        return np.stack(crops).astype(float) if slip == "float" else np.stack(crops)

    return crop


def _zoom(slip: str) -> Any:
    def zoom(images: Any, factors: Any) -> Any:
        if factors.shape != images.shape[:1] or not (factors > 0).all():
            raise ValueError("factors")
        result = []
        for image, factor in zip(images.astype(float), factors, strict=True):
            if slip == "first factor":
                factor = factors[0]
            if slip == "inverse":
                factor = 1 / factor
            for axis in (0, 1):
                n = image.shape[axis]
                m = n / 2 if slip == "middle of size" else (n - 1) / 2
                if slip == "corner":
                    m = 0
                q = (np.arange(n) - m) / factor + m
                if slip == "half pixels":
                    q = (np.arange(n) + 0.5) / factor - 0.5
                inside = (q >= 0) & (q <= n - 1)
                q = q.clip(0, n - 1)
                if slip == "nearest":
                    q = np.rint(q)
                low = np.floor(q).astype(int)
                high = np.minimum(low + 1, n - 1)
                t = (q - low).reshape(-1, *[1] * (2 - axis))
                if slip == "weights swapped":
                    t = 1 - t
                a, b = np.take(image, low, axis), np.take(image, high, axis)
                image = (1 - t) * a + t * b
                if slip == "black outside":
                    image = image * inside.reshape(-1, *[1] * (2 - axis))
                if slip == "one axis":
                    break
            result.append(image)
        stacked = np.stack(result)
        if images.dtype == np.uint8 and slip != "truncated":
            stacked = np.rint(stacked)
        return stacked if slip == "float" else stacked.astype(images.dtype)

    return zoom


def _train(slip: str) -> Any:
    def train(x: Any, w_enc: Any, b_enc: Any, w_dec: Any, b_dec: Any, lr: float, epochs: int) -> Any:
        if x.min() < 0 or x.max() > 1:
            raise ValueError("x")
        if epochs < 0:
            raise ValueError("epochs")
        weights: Any = (w_enc, b_enc, w_dec, b_dec)
        losses = []
        for _ in range(epochs):
            rebuilt = right.autoencoder(x, *weights)
            losses.append(mean_squared_error(x, rebuilt))
            grad = (
                mean_squared_error_backward(rebuilt, x) if slip == "ascent" else mean_squared_error_backward(x, rebuilt)
            )
            if slip == "sum":
                grad = grad * x.dtype.type(x.size)
            if slip == "half":
                grad = grad / 2
            if slip == "loss is half":
                losses[-1] = losses[-1] / 2
            grads = right.autoencoder_backward(grad, x, *weights)[1:]
            if slip == "decoder first":
                decoder = tuple(w - lr * g for w, g in zip(weights[2:], grads[2:], strict=True))
                grads = right.autoencoder_backward(grad, x, *weights[:2], *decoder)[1:]
                weights = (*(w - lr * g for w, g in zip(weights[:2], grads[:2], strict=True)), *decoder)
            else:
                weights = tuple(w - lr * g for w, g in zip(weights, grads, strict=True))
            if slip == "encoder frozen":
                weights = (w_enc, b_enc, *weights[2:])
            if slip == "loss after":
                losses[-1] = mean_squared_error(x, right.autoencoder(x, *weights))
        found = np.array(losses, dtype=float if slip == "float64" else x.dtype)
        return (weights, found) if slip == "order" else (found, weights)

    return train


def _pseudo(slip: str) -> Any:
    def choose(probabilities: Any, threshold: float) -> Any:
        if not 0 < threshold <= 1:
            raise ValueError("threshold")
        if (probabilities < 0).any() or (abs(probabilities.sum(axis=1) - 1) > 1e-3).any():
            raise ValueError("probabilities")
        best, labels = probabilities.max(axis=1), probabilities.argmax(axis=1)
        if slip == "all":
            return np.arange(len(labels)), labels
        if slip == "labels of all":
            return np.flatnonzero(best >= threshold), labels
        if slip == "mask":
            return best >= threshold, labels[best >= threshold]
        if slip == "every class":
            return np.nonzero(probabilities >= threshold)
        if slip == "sorted":
            order = np.argsort(-best, kind="stable")
            order = order[best[order] >= threshold]
            return order, labels[order]
        if slip == "margin":
            part = np.sort(probabilities, axis=1)
            chosen = np.flatnonzero(part[:, -1] - part[:, -2] >= threshold)
            return chosen, labels[chosen]
        chosen = np.flatnonzero(
            {
                "greater": best > threshold,
                "first class": probabilities[:, 0] >= threshold,
                "unsure": best <= threshold,
            }.get(slip, best >= threshold)
        )
        if slip == "soft":
            return chosen, probabilities[chosen]
        if slip == "swapped":
            return labels[chosen], chosen
        if slip == "positions":
            return chosen, probabilities[chosen].argmax(axis=0)
        return chosen, labels[chosen]

    return choose


def _fine_tune(slip: str) -> Any:
    def step(
        params: Any,
        grads: Any,
        velocity: Any,
        statistics: Any,
        measured: Any,
        trainable: Any,
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> Any:
        if [name for name in (*params, *statistics) if name not in trainable]:
            raise ValueError("trainable")
        w, v, s = dict(params), dict(velocity), dict(statistics)
        for name in params:
            free = trainable[name]
            if slip == "gradient zeroed":
                g = (grads[name] if free else 0 * grads[name]) + weight_decay * params[name]
                v[name] = momentum * velocity[name] + g
                w[name] = params[name] - lr * v[name]
            elif slip == "velocity moves":
                v[name] = momentum * velocity[name] + grads[name] + weight_decay * params[name]
                w[name] = params[name] - lr * v[name] * free
            elif free and slip == "decay beside":
                v[name] = momentum * velocity[name] + grads[name]
                w[name] = params[name] - lr * v[name] - lr * weight_decay * params[name]
            elif free:
                v[name] = momentum * velocity[name] + grads[name] + weight_decay * params[name]
                if slip == "no velocity":
                    v[name] = grads[name] + weight_decay * params[name]
                w[name] = params[name] - lr * (velocity[name] if slip == "old velocity" else v[name])
            elif slip == "velocity cleared":
                v[name] = 0 * velocity[name]
            elif slip == "dropped":
                del w[name], v[name]
        for name in statistics:
            if trainable[name] or slip == "statistics move":
                new, old = measured[name], statistics[name]
                s[name] = 0.1 * old + 0.9 * new if slip == "swapped" else 0.9 * old + 0.1 * new
                if slip == "momentum for statistics":
                    s[name] = momentum * old + (1 - momentum) * new
        if slip == "inverted":
            flipped = {name: not value for name, value in trainable.items()}
            return right.fine_tune_step(
                params, grads, velocity, statistics, measured, flipped, lr, momentum, weight_decay
            )
        return (w, s, v) if slip == "order" else (w, v, s)

    return step


def _maximise(slip: str) -> Any:
    def climb(image: Any, w: Any, b: Any, filter_index: int, steps: int, step_size: float) -> Any:
        if not 0 <= filter_index < w.shape[3]:
            raise ValueError("filter_index")
        if steps < 0:
            raise ValueError("steps")
        x, scores = image[None].copy(), []
        f = slice(filter_index, filter_index + 1)
        kernel, bias = (w, b) if slip == "all filters" else (w[..., f], b[f])
        for step in range(steps + 1):
            z = conv2d(x, kernel, bias)
            scores.append((z if slip == "no relu" else relu(z)).mean())
            if slip == "sum":
                scores[-1] = relu(z).sum()
            share = np.full_like(z, 1 if slip == "ones" else 1 / z.size)
            grad = conv2d_backward(share if slip == "no relu" else relu_backward(share, z), x, kernel, bias)[0]
            size = np.sqrt((grad**2).mean())
            if slip == "norm":
                size = np.sqrt((grad**2).sum())
            if slip == "mean size":
                size = abs(grad).mean()
            grad = grad if slip == "not normalised" else grad / (size + x.dtype.type(1e-5))
            if slip == "inside the root":
                grad = grad * (size + x.dtype.type(1e-5)) / np.sqrt(size**2 + x.dtype.type(1e-5))
            if step < steps:
                x = x - step_size * grad if slip == "descent" else x + step_size * grad
        if slip == "scores before":
            scores = scores[:-1]
        if slip == "clipped":
            x = x.clip(0, 1)
        return x[0], np.array(scores, dtype=image.dtype)

    return climb


def _residual_back(slip: str) -> Any:
    def backward(grad_output: Any, x: Any, w1: Any, b1: Any, w2: Any, b2: Any, w_skip: Any = None) -> Any:
        before = conv2d(x, w1, b1, padding="same")
        h, zero = relu(before), np.zeros_like(b2)
        skip = x if w_skip is None else pointwise_conv(x, w_skip, zero)
        z = conv2d(h, w2, b2, padding="same")
        total = relu_backward(grad_output, z if slip == "slope of branch" else z + skip)
        total = grad_output if slip == "no last slope" else total
        half = total / 2 if slip == "halved" else total
        grad_h, grad_w2, grad_b2 = conv2d_backward(half, h, w2, b2, padding="same")
        grad_x, grad_w1, grad_b1 = conv2d_backward(
            grad_h if slip == "no first slope" else relu_backward(grad_h, before), x, w1, b1, padding="same"
        )
        if w_skip is None:
            around = grad_output if slip == "skip of upstream" else half
            grad_x = {"no skip": grad_x, "skip only": around}.get(slip, grad_x + around)
            return grad_x, grad_w1, grad_b1, grad_w2, grad_b2
        around, grad_w_skip, _ = pointwise_conv_backward(half, x, w_skip, zero)
        grad_x = {"no skip": grad_x, "skip only": around}.get(slip, grad_x + around)
        return grad_x, grad_w1, grad_b1, grad_w2, grad_b2, grad_w_skip

    return backward


def _freeze(slip: str) -> Any:
    def freeze(params: Any, layers: Any) -> Any:
        def inside(name: str, layer: str) -> bool:
            if slip == "substring":
                return layer in name
            if slip == "prefix":
                return name.startswith(layer)
            if slip == "exact":
                return name.rpartition(".")[0] == layer
            if slip == "first part":
                return name.split(".")[0] == layer
            if slip == "any part":
                return layer in name.split(".")
            return name.startswith(layer + ".")

        for layer in layers:
            if not any(inside(name, layer) for name in params):
                raise ValueError("layers")
        found = {name: not any(inside(name, layer) for layer in layers) for name in params}
        if slip == "inverted":
            return {name: not value for name, value in found.items()}
        if slip == "names":
            return [name for name, value in found.items() if value]
        return {name: value for name, value in found.items() if not value} if slip == "frozen only" else found

    return freeze


def _each(exercise: str, make: Callable[[str], Callable[..., Any]], named: dict[str, str | None]) -> list[Mistake]:
    return [Mistake(exercise, make(slip), name) for slip, name in named.items()]


# fmt: off
MISTAKES = [
    Mistake("flip_horizontal", _flip("together", 2), "one-draw-for-the-batch"),
    Mistake("flip_horizontal", _flip("complement", 2)),
    Mistake("flip_horizontal", _flip("exact share", 2), "exact-share"),
    Mistake("flip_horizontal", _flip("half", 2), "rate-ignored"),
    Mistake("flip_horizontal", _flip("in place", 2), "data-set-mirrored"),
    Mistake("flip_horizontal", _flip("appended", 2)),
    Mistake("flip_horizontal", _flip("float", 2)),
    Mistake("flip_horizontal", _flip("other axis", 2), "other-axis"),
    Mistake("flip_horizontal", _flip("channels", 2), "channels-reversed"),
    Mistake("flip_horizontal", _flip("batch", 2), "batch-reversed"),
    *_each("random_crop", _crop, {
        "no padding": "not-padded", "one side": "padded-at-the-end-alone", "edge": "edge-continued",
        "same place": "one-place-for-the-batch", "last left out": None, "diagonal": "same-number-for-row-and-column",
        "middle": "middle", "swapped": None, "float": None,
    }),
    *_each("zoom", _zoom, {
        "first factor": "first-factor-for-all", "inverse": "factor-upside-down", "middle of size": "half-a-pixel-off",
        "corner": "about-the-corner", "half pixels": "resized-and-cut-off", "nearest": "nearest-pixel",
        "weights swapped": "shares-swapped", "black outside": "black-outside", "one axis": "rows-alone",
        "truncated": "decimals-cut-off", "float": None,
    }),
    *_each("train_autoencoder", _train, {
        "ascent": "uphill", "sum": "gradient-not-divided", "half": "factor-two-forgotten", "loss is half": None,
        "decoder first": None,
        "encoder frozen": "encoder-left-alone", "loss after": "loss-after-the-step", "float64": None, "order": None,
    }),
    *_each("pseudo_label", _pseudo, {
        "all": "no-threshold", "labels of all": None, "mask": "mask-for-indices",
        "every class": "every-class-that-reaches-it", "sorted": "surest-first", "margin": "margin",
        "greater": "strictly-above", "first class": None, "unsure": None, "soft": "soft-labels", "swapped": None,
        "positions": None,
    }),
    *_each("freeze", _freeze, {
        "substring": "anywhere-in-the-name", "prefix": "beginning-of-the-name", "exact": None, "first part": None,
        "any part": None, "inverted": "true-means-frozen", "names": None, "frozen only": None,
    }),
    *_each("fine_tune_step", _fine_tune, {
        "gradient zeroed": "gradient-set-to-zero", "velocity moves": "frozen-velocity-rolls-on",
        "decay beside": "decay-beside-the-velocity", "no velocity": "momentum-forgotten",
        "old velocity": "velocity-before-the-step", "velocity cleared": "frozen-velocity-reset", "dropped": None,
        "statistics move": "statistics-move-on", "swapped": "new-statistic-weighs-most",
        "momentum for statistics": "momentum-for-the-statistics", "inverted": "flags-the-other-way-round",
        "order": None,
    }),
    *_each("maximise_filter", _maximise, {
        "all filters": "all-filters", "no relu": "relu-forgotten", "sum": "sum-for-mean",
        "ones": "gradient-of-the-sum",
        "norm": "divided-by-its-length", "mean size": None, "not normalised": "not-normalised",
        "inside the root": "small-number-under-the-root", "descent": "downhill", "scores before": "last-score-missing", "clipped": None,
    }),
    *_each("residual_block_backward", _residual_back, {
        "slope of branch": None, "no last slope": "last-relu-skipped", "halved": "addition-halves",
        "no first slope": "inner-relu-skipped", "skip of upstream": None, "no skip": "way-around-forgotten",
        "skip only": "convolutions-forgotten",
    }),
]
# fmt: on
