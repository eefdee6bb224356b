"""Assessment of a step of fine-tuning, in which frozen things do not move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal

__all__ = ["fine_tune_step"]

Named = Mapping[str, Any]
Moved = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]


def _step(
    params: Named,
    grads: Named,
    velocity: Named,
    statistics: Named,
    measured: Named,
    trainable: Mapping[str, bool],
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
    *,
    keep: Callable[[bool], tuple[bool, bool, bool]] = lambda moves: (moves, moves, moves),
    rule: Callable[..., tuple[Any, Any]] | None = None,
    share: float = 0.1,
    grad_of_frozen: float = 1.0,
    decay_of_frozen: float = 1.0,
) -> Moved:
    """Right by default. `keep` says what of a parameter moves: itself, its velocity, a statistic."""
    moved: Moved = ({}, {}, {})
    for name, w in params.items():
        moves, rolls, _ = keep(trainable[name])
        of_grad, of_decay = (1.0, 1.0) if trainable[name] else (grad_of_frozen, decay_of_frozen)
        given = grads[name] * of_grad, velocity[name], lr, momentum, weight_decay * of_decay
        new_w, new_v = (rule or _momentum)(w, *given)
        moved[0][name] = new_w if moves else w
        moved[1][name] = new_v if rolls else velocity[name]
    for name, old in statistics.items():
        new = (1 - share) * old + share * measured[name]
        moved[2][name] = new if keep(trainable[name])[2] else old
    return moved


def _momentum(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    v = momentum * v + (grad + decay * w)
    return w - lr * v, v


def _rate_in_the_velocity(
    w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float
) -> tuple[Array, Array]:
    v = momentum * v - lr * (grad + decay * w)
    return w + v, v


def _no_velocity(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    v = grad + decay * w
    return w - lr * v, v


def _old_velocity(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    return w - lr * v, momentum * v + (grad + decay * w)


def _momentum_of_statistics(*args: Any) -> Moved:
    momentum = args[7] if len(args) > 7 else 0.9
    return _step(*args, share=1 - momentum)


def _decoupled(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    v = momentum * v + grad
    return w - lr * v - lr * decay * w, v


def _no_decay(w: Array, grad: Array, v: Array, lr: float, momentum: float, decay: float) -> tuple[Array, Array]:
    return _momentum(w, grad, v, lr, momentum, 0.0)


def _checked_step(params: Named, *args: Any) -> Moved:
    grads, velocity, statistics, measured, trainable = args[:5]
    if set(params) - set(trainable) or set(statistics) - set(trainable):
        raise ValueError("trainable lacks names")
    return _step(params, grads, velocity, statistics, measured, trainable, *args[5:])


def _frozen_left_out(*args: Any) -> Moved:
    moved, trainable = _step(*args), args[5]
    first, second, third = ({name: v for name, v in each.items() if trainable[name]} for each in moved)
    return first, second, third


def _frozen_velocity_reset(*args: Any) -> Moved:
    params, velocity, statistics = _step(*args)
    return params, {name: v if args[5][name] else np.zeros_like(v) for name, v in velocity.items()}, statistics


def _changed_in_place(*args: Any) -> Moved:
    moved = _step(*args)
    for olds, news in zip((args[0], args[2], args[3]), moved, strict=True):
        for name, old in olds.items():
            old[...] = news[name]
    return dict(args[0]), dict(args[2]), dict(args[3])


_SHAPES = {"base.w": (3, 2), "base.gamma": (2,), "head.w": (2, 4), "head.b": (4,)}
_STATISTICS = {"base.mean": (2,), "base.var": (2,), "head.mean": (4,), "head.var": (4,)}


def _drawn(shapes: Mapping[str, Sequence[int]], seed: int, dtype: str = "float64") -> dict[str, Array]:
    return {name: normal(*shape, seed=seed + i).astype(dtype) for i, (name, shape) in enumerate(shapes.items())}


def _state(
    *frozen: str, seed: int = 0, statistics: Mapping[str, Sequence[int]] = _STATISTICS, dtype: str = "float64"
) -> dict[str, Any]:
    """Everything up to the flags; the layers named are frozen."""
    names = [*_SHAPES, *statistics]
    return {
        "params": _drawn(_SHAPES, 500 + seed, dtype),
        "grads": _drawn(_SHAPES, 520 + seed, dtype),
        "velocity": _drawn(_SHAPES, 540 + seed, dtype),
        "statistics": _drawn(statistics, 560 + seed, dtype),
        "measured": _drawn(statistics, 580 + seed, dtype),
        "trainable": {name: not name.startswith(frozen) if frozen else True for name in names},
    }


def _random_step(rng: np.random.Generator) -> Mapping[str, Any]:
    state = _state(*(["base."] if rng.random() < 0.7 else ["head."]), seed=int(rng.integers(1000, 9000)))
    return {
        **state,
        "lr": float(rng.uniform(0.01, 0.5)),
        "momentum": float(rng.uniform(0.5, 0.95)),
        "weight_decay": float(rng.uniform(0.01, 0.2)),
    }


_WITHOUT_HEAD = {**_state("base."), "trainable": {"base.w": False, "base.gamma": False, "head.w": True}}
_WITHOUT_MEAN = {**_state("base."), "trainable": dict.fromkeys([*_SHAPES, "base.var", "head.mean", "head.var"], True)}

fine_tune_step = Exercise(
    "fine_tune_step",
    points=3,
    parts=("params", "velocity", "statistics"),
    cases=[
        Case("nothing-frozen", **_state(), lr=0.5),
        Case("base-frozen", **_state("base.", seed=7), lr=0.5, readonly=True),
        Case("no-statistics", **_state("base.", seed=14, statistics={}), lr=0.5),
        Case("everything-frozen", **_state("base.", "head.", seed=21), lr=0.5),
        Case("decay-does-not-reach-the-frozen", **_state("base.", seed=28), lr=0.1, momentum=0.9, weight_decay=0.5),
        Case("without-momentum", **_state("base.", seed=35), lr=0.25, momentum=0.0, weight_decay=0.1),
        Case("biases-alone", **_state("base.", "head.w", "head.mean", "head.var", seed=42), lr=0.5, momentum=0.5),
        Case("head-frozen", **_state("head.", seed=49), lr=0.125, momentum=0.75, weight_decay=0.25),
        Case("single-precision", **_state("base.", seed=56, dtype="float32"), lr=0.5),
        Case("no-word-about-a-bias", raises="trainable", **_WITHOUT_HEAD, lr=0.5),
        Case("no-word-about-a-statistic", raises="trainable", **_WITHOUT_MEAN, lr=0.5),
        random_cases(_random_step),
    ],
    misconceptions=[
        Misconception(
            "gradient-set-to-zero",
            believes="A parameter whose gradient is 0 does not move.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (True, True, moves), grad_of_frozen=0.0),
            hint="v ← momentum · v + 0: is that 0? And what does weight decay add?",
        ),
        Misconception(
            "gradient-and-decay-set-to-zero",
            believes="A parameter with g = 0, decay included, does not move.",
            wrong=lambda *args: _step(
                *args, keep=lambda moves: (True, True, moves), grad_of_frozen=0.0, decay_of_frozen=0.0
            ),
            hint="v ← momentum · v + 0: is that 0? Where does the velocity of earlier steps take the parameter?",
        ),
        Misconception(
            "weight-decay-forgotten",
            believes="g is the gradient that was passed.",
            wrong=lambda *args: _step(*args, rule=_no_decay),
            hint="What stands in the docstring's line of g besides grad?",
        ),
        Misconception(
            "flags-ignored",
            believes="Every parameter with a gradient is updated.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (True, True, True)),
            hint="What are the flags in `trainable` for?",
        ),
        Misconception(
            "frozen-velocity-rolls-on",
            believes="Freezing means not to touch the weights; the optimiser goes on as ever.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (moves, True, moves)),
            hint="What happens to the weights when the layer is thawed, and its velocity has been rolling on?",
        ),
        Misconception(
            "frozen-velocity-reset",
            believes="What is frozen has no velocity.",
            wrong=_frozen_velocity_reset,
            hint="Does a state that is set to 0 stay where it is?",
        ),
        Misconception(
            "statistics-move-on",
            believes="Statistics are not weights, so freezing does not concern them.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (moves, moves, True)),
            hint="What does a frozen layer give for the same input after ten epochs on other data?",
        ),
        Misconception(
            "statistics-always-frozen",
            believes="In fine-tuning no statistic moves.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (moves, moves, False)),
            hint="Which statistics does `trainable` allow to move?",
        ),
        Misconception(
            "flags-the-other-way-round",
            believes="True says that a parameter is frozen.",
            wrong=lambda *args: _step(*args, keep=lambda moves: (not moves,) * 3),
            hint="Which of base and head should learn?",
        ),
        Misconception(
            "new-statistic-weighs-most",
            believes="The running statistic is 0.1 of the old and 0.9 of the new.",
            wrong=lambda *args: _step(*args, share=0.9),
            hint="Should a single batch count for nine tenths of what the network remembers?",
        ),
        Misconception(
            "rate-in-the-velocity",
            believes="The velocity holds the step itself, rate and sign included.",
            wrong=lambda *args: _step(*args, rule=_rate_in_the_velocity),
            hint="Is the rate a factor of what is remembered, or of the step that is made from it?",
        ),
        Misconception(
            "decay-beside-the-velocity",
            believes="Weight decay acts on the weights alone.",
            wrong=lambda *args: _step(*args, rule=_decoupled),
            hint="In which line of the docstring does weight_decay stand: that of g, or that of w?",
        ),
        Misconception(
            "frozen-left-out",
            believes="Only what has moved is returned.",
            wrong=_frozen_left_out,
            hint="Where would the network's lower layers come from in the next step?",
        ),
        Misconception(
            "changed-in-place",
            believes="The arrays may be updated where they stand.",
            wrong=_changed_in_place,
            hint="Whose arrays does w -= lr * v change?",
        ),
        Misconception(
            "momentum-forgotten",
            believes="The velocity is the gradient.",
            wrong=lambda *args: _step(*args, rule=_no_velocity),
            hint="What is left of earlier gradients in your velocity?",
        ),
        Misconception(
            "velocity-before-the-step",
            believes="The step is taken first, then the velocity is updated.",
            wrong=lambda *args: _step(*args, rule=_old_velocity),
            hint="Which v stands in the line of w: the old one or the new one?",
        ),
        Misconception(
            "momentum-for-the-statistics",
            believes="Statistics move by the momentum of the optimiser.",
            wrong=_momentum_of_statistics,
            hint="Which two numbers stand in the line of the statistic?",
        ),
    ],
    hints=[
        "Three kinds of things can move. For each of them: where is the flag asked?",
        "Start from copies of the three dicts, and replace only the entries whose flag is True.",
        "new_params = dict(params); where trainable[name]: velocity first, then params from it; statistics likewise.",
    ],
    variants=[Variant("name-by-name", _checked_step)],
)
