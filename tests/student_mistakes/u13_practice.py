"""Wrong answers to augmentation, autoencoders, self-training, fine-tuning, filters and blocks."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u13_practice as right
from solutions.u04_activations import relu, relu_backward, sigmoid, sigmoid_backward
from solutions.u05_losses import mean_squared_error, mean_squared_error_backward
from solutions.u06_layers import dense, dense_backward
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


def _turned(slip: str) -> Any:
    def rotate(images: Any, turns: Any) -> Any:
        if images.shape[1] != images.shape[2]:
            raise ValueError("images")
        if turns.shape != images.shape[:1]:
            raise ValueError("turns")
        axes = {"clockwise": (2, 1), "batch": (0, 1), "channels": (2, 3)}.get(slip, (1, 2))
        if slip == "first for all":
            return np.rot90(images, turns[0], axes=axes).copy()
        if slip == "transposed":
            return np.stack(
                [image.swapaxes(0, 1) if turn % 2 else image for image, turn in zip(images, turns, strict=True)]
            )
        if slip == "no modulus":
            return np.stack(
                [np.rot90(image, turn) if 0 <= turn < 4 else image for image, turn in zip(images, turns, strict=True)]
            )
        if slip == "half turns":
            return np.stack([np.rot90(image, 2 * turn) for image, turn in zip(images, turns, strict=True)])
        if slip == "channels":
            return np.stack([np.rot90(image, -turn) for image, turn in zip(images, turns, strict=True)])
        return np.stack(
            [
                np.rot90(image[None], turn, axes=axes)[0] if slip != "batch" else np.flip(image, 0)
                for image, turn in zip(images, turns, strict=True)
            ]
        )

    return rotate


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


def _brighter(slip: str) -> Any:
    def adjust(images: Any, factors: Any) -> Any:
        if factors.shape != images.shape[:1] or (factors < 0).any():
            raise ValueError("factors")
        each = factors[:, None, None, None]
        top = 255 if images.dtype == np.uint8 else 1
        bright = images + each if slip == "added" else images * each
        if slip == "wraps":
            return (
                np.rint(bright).astype(np.int64).astype(np.uint8)
                if top == 255
                else np.minimum(bright, 1).astype(images.dtype)
            )
        if slip == "not cut":
            return bright.astype(images.dtype) if top == 1 else np.minimum(np.rint(bright), 255).astype(np.uint8)
        if slip == "truncated":
            return np.minimum(bright, top).astype(images.dtype)
        if slip == "integer factor":
            return np.minimum(images * each.astype(images.dtype), top).astype(images.dtype)
        if slip == "scaled to the maximum":
            return (bright / np.maximum(bright.max() / top, 1)).astype(images.dtype)
        if slip == "top of one":
            return np.minimum(np.rint(bright) if top == 255 else bright, 1).astype(images.dtype)
        bright = np.rint(bright) if top == 255 else bright
        return np.minimum(bright, top) if slip == "dtype" else np.clip(bright, 0, top).astype(images.dtype)

    return adjust


def _noise(slip: str) -> Any:
    def add(rng: Any, images: Any, std: float) -> Any:
        if std < 0:
            raise ValueError("std")
        top = 255 if images.dtype == np.uint8 else 1
        shape = {
            "per image": (len(images), 1, 1, 1),
            "per pixel": (*images.shape[:3], 1),
            "one image": images.shape[1:],
        }.get(slip, images.shape)
        noise = (
            rng.random(shape) * std
            if slip == "uniform"
            else rng.normal(0, std**2 if slip == "variance" else std, shape)
        )
        if slip == "absolute":
            noise = abs(noise)
        if slip == "on the scale of one":
            noise = noise * top
        if slip == "multiplied":
            noise = images * noise
        if slip == "wraps" and top == 255:
            return np.rint(images + noise).astype(int).astype(np.uint8)
        if slip == "noise in bytes" and top == 255:
            return images + noise.astype(int).astype(np.uint8)
        noisy = np.rint(images + noise) if top == 255 and slip != "truncated" else images + noise
        return noisy.astype(images.dtype) if slip == "not cut" and top == 1 else noisy.clip(0, top).astype(images.dtype)

    return add


def _encoder(slip: str) -> Any:
    def forward(x: Any, w_enc: Any, b_enc: Any, w_dec: Any, b_dec: Any) -> Any:
        if w_enc.shape[1] >= w_enc.shape[0]:
            raise ValueError("w_enc")
        code = dense(x, w_enc, b_enc)
        code = {"sigmoid code": sigmoid, "linear code": lambda z: z}.get(slip, relu)(code)
        if slip == "code returned":
            return code
        out = code @ w_enc.T + b_dec if slip == "tied" else dense(code, w_dec, b_dec)
        if slip == "softmax":
            powers = np.exp(out - out.max(axis=1, keepdims=True))
            return powers / powers.sum(axis=1, keepdims=True)
        return {"logits": lambda z: z, "relu": relu, "clipped": lambda z: z.clip(0, 1)}.get(slip, sigmoid)(out)

    return forward


def _encoder_back(slip: str) -> Any:
    def backward(grad_output: Any, x: Any, w_enc: Any, b_enc: Any, w_dec: Any, b_dec: Any) -> Any:
        hidden = dense(x, w_enc, b_enc)
        code = relu(hidden)
        logits = dense(code, w_dec, b_dec)
        grad = grad_output if slip == "no sigmoid" else sigmoid_backward(grad_output, logits)
        if slip == "slope of output":
            grad = sigmoid_backward(grad_output, sigmoid(logits))
        grad_code, grad_w, grad_b = dense_backward(grad, hidden if slip == "before relu" else code, w_dec, b_dec)
        grad_hidden = grad_code if slip == "no relu" else relu_backward(grad_code, hidden)
        first = dense_backward(grad_hidden, x, w_enc, b_enc)
        if slip == "order":
            return grad_w, grad_b, *first[1:], first[0]
        if slip == "means":
            return first[0], *(g / len(x) for g in (*first[1:], grad_w, grad_b))
        return *first, grad_w, grad_b

    return backward


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


def _round(slip: str) -> Any:
    def teach(
        model: Any, x_labelled: Any, y_labelled: Any, x_unlabelled: Any, threshold: float, weight: float = 0.5
    ) -> Any:
        if not 0 <= weight <= 1:
            raise ValueError("weight")
        real = np.ones(len(x_labelled))
        if slip != "not fitted first":
            model.fit(x_labelled, y_labelled, real)
        else:
            model.fit(np.concatenate([x_labelled]), y_labelled, real * weight)
        indices, labels = right.pseudo_label(model.predict(x_unlabelled, training=slip == "dropout"), threshold)
        x, y = np.concatenate([x_labelled, x_unlabelled[indices]]), np.concatenate([y_labelled, labels])
        weights = np.concatenate([real, np.full(len(indices), 1.0 if slip == "weight ignored" else weight)])
        if slip == "only new":
            model.fit(x_unlabelled[indices], labels, weights[len(real) :])
        elif slip == "skipped if none" and not len(indices):
            pass
        elif slip == "weights normalised":
            model.fit(x, y, weights / weights.sum())
        elif slip == "new first":
            model.fit(
                np.concatenate([x_unlabelled[indices], x_labelled]), np.concatenate([labels, y_labelled]), weights[::-1]
            )
        elif slip == "all unlabelled":
            every = model.predict(x_unlabelled, training=False).argmax(axis=1)
            both = np.concatenate([real, np.full(len(every), weight)])
            model.fit(np.concatenate([x_labelled, x_unlabelled]), np.concatenate([y_labelled, every]), both)
        elif slip != "not refitted":
            model.fit(x, y, weights)
        return (labels, indices) if slip == "swapped" else (indices, labels)

    return teach


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


def _deprocess(slip: str) -> Any:
    def show(x: Any) -> Any:
        axes = (0, 1) if slip == "per channel" else None
        centred = x - x.mean(axis=axes)
        z = centred / (x.std(axis=axes, ddof=int(slip == "ddof")) + 1e-5)
        if slip == "min max":
            return ((x - x.min()) / (x.max() - x.min() + 1e-5) * 255).astype(np.uint8)
        z = z.clip(0, 1) * 0.1 + 0.5 if slip == "clip first" else z if slip == "no tenth" else z * 0.1
        z = z if slip in ("clip first", "no half") else z + 0.5
        if slip == "wraps":
            return (z * 255).astype(np.int64).astype(np.uint8)
        z = z.clip(0, 1) * 255
        return np.rint(z).astype(np.uint8) if slip == "rounded" else z if slip == "float" else z.astype(np.uint8)

    return show


def _residual(slip: str) -> Any:
    def block(x: Any, w1: Any, b1: Any, w2: Any, b2: Any, w_skip: Any = None) -> Any:
        if (x.shape[3] != w2.shape[3]) if w_skip is None else w_skip.shape != (x.shape[3], w2.shape[3]):
            raise ValueError("w_skip")
        h = conv2d(x, w1, b1, padding="same")
        h = h if slip == "no first relu" else relu(h)
        z = conv2d(h, w2, b2, padding="same")
        skip = x if w_skip is None else pointwise_conv(x, w_skip, b2 if slip == "bias twice" else np.zeros_like(b2))
        if slip == "skip from h" and h.shape == z.shape:
            skip = h
        return {
            "relu before": relu(z) + skip,
            "no last relu": z + skip,
            "no skip": relu(z),
            "relu of both": relu(z) + relu(skip),
        }.get(slip, relu(z + skip))

    return block


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


def _each(exercise: str, make: Any, *slips: str) -> list[Mistake]:
    return [Mistake(exercise, make(slip)) for slip in slips]


_FLIPS = (
    "together",
    "complement",
    "exact share",
    "half",
    "in place",
    "appended",
    "float",
    "other axis",
    "channels",
    "batch",
)

MISTAKES = [
    *(Mistake("flip_horizontal", _flip(slip, 2)) for slip in _FLIPS),
    *(Mistake("flip_vertical", _flip(slip, 1)) for slip in _FLIPS),
    *_each("rotate90", _turned, "clockwise", "first for all", "transposed", "no modulus", "half turns", "batch"),
    *_each(
        "random_crop",
        _crop,
        "no padding",
        "one side",
        "edge",
        "same place",
        "last left out",
        "diagonal",
        "middle",
        "swapped",
        "float",
    ),
    *_each(
        "zoom",
        _zoom,
        "first factor",
        "inverse",
        "middle of size",
        "corner",
        "half pixels",
        "nearest",
        "weights swapped",
    ),
    *_each("zoom", _zoom, "black outside", "one axis", "truncated", "float"),
    *_each(
        "adjust_brightness",
        _brighter,
        "added",
        "wraps",
        "not cut",
        "truncated",
        "integer factor",
        "scaled to the maximum",
        "top of one",
        "dtype",
    ),
    *_each(
        "add_noise",
        _noise,
        "per image",
        "per pixel",
        "one image",
        "uniform",
        "variance",
        "absolute",
        "on the scale of one",
    ),
    *_each("add_noise", _noise, "multiplied", "wraps", "noise in bytes", "truncated", "not cut"),
    *_each(
        "autoencoder",
        _encoder,
        "sigmoid code",
        "linear code",
        "code returned",
        "tied",
        "softmax",
        "logits",
        "relu",
        "clipped",
    ),
    *_each(
        "autoencoder_backward",
        _encoder_back,
        "no sigmoid",
        "slope of output",
        "before relu",
        "no relu",
        "order",
        "means",
    ),
    *_each(
        "train_autoencoder",
        _train,
        "ascent",
        "sum",
        "half",
        "loss is half",
        "decoder first",
        "encoder frozen",
        "loss after",
        "float64",
        "order",
    ),
    *_each(
        "pseudo_label",
        _pseudo,
        "all",
        "labels of all",
        "mask",
        "every class",
        "sorted",
        "margin",
        "greater",
        "first class",
        "unsure",
    ),
    *_each("pseudo_label", _pseudo, "soft", "swapped", "positions"),
    *_each(
        "self_training_round",
        _round,
        "not fitted first",
        "dropout",
        "weight ignored",
        "only new",
        "skipped if none",
        "weights normalised",
    ),
    *_each("self_training_round", _round, "new first", "all unlabelled", "not refitted", "swapped"),
    *_each(
        "freeze", _freeze, "substring", "prefix", "exact", "first part", "any part", "inverted", "names", "frozen only"
    ),
    *_each(
        "fine_tune_step",
        _fine_tune,
        "gradient zeroed",
        "velocity moves",
        "decay beside",
        "no velocity",
        "old velocity",
        "velocity cleared",
    ),
    *_each(
        "fine_tune_step",
        _fine_tune,
        "dropped",
        "statistics move",
        "swapped",
        "momentum for statistics",
        "inverted",
        "order",
    ),
    *_each(
        "maximise_filter",
        _maximise,
        "all filters",
        "no relu",
        "sum",
        "ones",
        "norm",
        "mean size",
        "not normalised",
        "inside the root",
    ),
    *_each("maximise_filter", _maximise, "descent", "scores before", "clipped"),
    *_each(
        "deprocess_image",
        _deprocess,
        "per channel",
        "ddof",
        "min max",
        "clip first",
        "no tenth",
        "no half",
        "wraps",
        "rounded",
        "float",
    ),
    *_each(
        "residual_block",
        _residual,
        "no first relu",
        "bias twice",
        "skip from h",
        "relu before",
        "no last relu",
        "no skip",
        "relu of both",
    ),
    *_each(
        "residual_block_backward",
        _residual_back,
        "slope of branch",
        "no last slope",
        "halved",
        "no first slope",
        "skip of upstream",
        "no skip",
        "skip only",
    ),
]
