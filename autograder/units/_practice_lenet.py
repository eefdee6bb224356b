"""Assessment of LeNet-5, built from the student's own layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal
from autograder.units._network_models import Input, Model
from autograder.units._network_nets import Sequential
from autograder.units._network_right import Activation, Dense, Flatten
from autograder.units._network_right_windows import AveragePool2D, Conv2D, MaxPool2D
from autograder.units._practice_networks import HELPERS, there_and_back
from autograder.wire import Rng

__all__ = ["lenet"]


def drive_lenet(lenet: Any, arguments: Any, x: Any, grad_output: Any, rng: Any) -> Any:
    """Scenario: make the network, and send a batch through it and back; the parameters come from `rng`."""
    network = lenet(*arguments)
    if network is None:
        return None
    is_built = network.output_shape is not None
    return {"the network is built before `build` is called": is_built, **there_and_back([network], x, grad_output, rng)}


def _stage(
    filters: int,
    padding: str,
    *,
    kernel: int = 5,
    activation: str | None = "tanh",
    pool: Callable[[], Any] = lambda: AveragePool2D(2),
) -> list[Any]:
    """A convolution and a pooling."""
    return [Conv2D(filters, kernel, padding=padding, activation=activation), pool()]


def _convolutions(
    *, filters: Sequence[int] = (6, 16), paddings: Sequence[str] = ("same", "valid"), **options: Any
) -> list[Any]:
    return [layer for each in zip(filters, paddings, strict=True) for layer in _stage(each[0], each[1], **options)]


def _dense(
    classes: int, *, units: Sequence[int] = (120, 84), activation: str | None = "tanh", end: str | None = None
) -> list[Any]:
    return [*(Dense(count, activation) for count in units), Dense(classes, end)]


def _layers(classes: int = 10, *, flatten: bool = True, dense: Any = None, **options: Any) -> list[Any]:
    """Right by default; `dense` are the options of the dense layers, the others those of the stages before."""
    return [*_convolutions(**options), *([Flatten()] if flatten else []), *_dense(classes, **(dense or {}))]


def _checked(classes: int = 10) -> Any:
    if classes < 1:
        raise ValueError(f"classes {classes}")
    return Sequential(_layers(classes))


def _activations_apart(classes: int = 10) -> Any:
    _checked(classes)
    layers: list[Any] = []
    for layer in _layers(classes, activation=None, dense={"activation": None}):
        layers += [layer] if isinstance(layer, (AveragePool2D, Flatten)) else [layer, Activation("tanh")]
    return Sequential(layers[:-1])


def _networks_within(classes: int = 10) -> Any:
    _checked(classes)
    return Sequential([Sequential(_convolutions()), Flatten(), Sequential(_dense(classes))])


def _functional(classes: int = 10) -> Any:
    _checked(classes)
    node = images = Input((28, 28, 1))
    for layer in _layers(classes):
        node = layer(node)
    return Model(images, node)


def _activation_behind_the_pooling(classes: int = 10) -> Any:
    """Conv, pool, tanh."""
    stages = _convolutions(activation=None)
    convolved = [*stages[:2], Activation("tanh"), *stages[2:], Activation("tanh")]
    return Sequential([*convolved, Flatten(), *_dense(classes)])


def _pooling_first(classes: int = 10) -> Any:
    stages = _convolutions()
    return Sequential([stages[1], stages[0], stages[3], stages[2], Flatten(), *_dense(classes)])


def _built_inside(classes: int = 10) -> Any:
    network = _checked(classes)
    network.build((28, 28, 1), np.random.default_rng(0))
    return network


def _wrong(name: str, believes: str, hint: str, **options: Any) -> Misconception:
    return Misconception(
        name, believes=believes, wrong=lambda classes=10: Sequential(_layers(classes, **options)), hint=hint
    )


def _images(n: int, *arguments: int, seed: int, dtype: str = "float64") -> dict[str, Any]:
    """Images, as many as `n`, and a gradient for each of the classes."""
    classes = arguments[0] if arguments else 10
    return {
        "arguments": arguments,
        "x": normal(n, 28, 28, 1, seed=1300 + seed).astype(dtype),
        "grad_output": normal(n, classes, seed=1320 + seed).astype(dtype),
        "rng": Rng(seed),
    }


def _random_images(rng: np.random.Generator) -> dict[str, Any]:
    n, classes = int(rng.integers(1, 3)), int(rng.integers(2, 7))
    return {
        "arguments": (classes,),
        "x": rng.standard_normal((n, 28, 28, 1)),
        "grad_output": rng.standard_normal((n, classes)),
        "rng": Rng(int(rng.integers(2**20))),
    }


lenet = Exercise(
    "lenet",
    points=3,
    scenario=drive_lenet,
    helpers=HELPERS,
    cases=[
        Case("ten-classes-by-default", **_images(1, seed=1)),
        Case("three-classes", **_images(1, 3, seed=2)),
        Case("two-images", **_images(2, 4, seed=3), readonly=True),
        Case("one-class", **_images(1, 1, seed=4)),
        Case("more-classes-than-units-before", **_images(1, 100, seed=5)),
        Case("single-precision", **_images(1, 3, seed=6, dtype="float32")),
        Case("no-classes", raises="classes", **_images(1, 0, seed=7)),
        Case("fewer-than-none", raises="classes", **{**_images(1, 1, seed=8), "arguments": (-3,)}),
        random_cases(_random_images),
    ],
    misconceptions=[
        _wrong(
            "first-convolution-valid",
            "All convolutions are 'valid', as in the paper.",
            "The paper's images are 32 × 32. What must be done to 28 × 28 pixels to get 28 × 28 places for the kernel?",
            paddings=("valid", "valid"),
        ),
        _wrong(
            "second-convolution-same",
            "Convolutions keep the size, poolings halve it.",
            "What size do the 16 maps have in the docstring's table, when 14 × 14 pixels come in?",
            paddings=("same", "same"),
        ),
        _wrong(
            "max-pooling",
            "Pooling takes the largest value.",
            "Which pooling does LeNet-5 use, years before max pooling came into use?",
            pool=lambda: MaxPool2D(2),
        ),
        _wrong(
            "pooling-without-strides",
            "The windows of a pooling move by one pixel, as those of a convolution do.",
            "How many rows are left of 28 in the docstring's table? Which stride makes that of windows of 2?",
            pool=lambda: AveragePool2D(2, 1),
        ),
        _wrong(
            "pooling-of-three",
            "Poolings have windows of 3 × 3 that overlap.",
            "That is AlexNet. Which windows does the docstring's table name?",
            pool=lambda: AveragePool2D(3, 2, "same"),
        ),
        _wrong(
            "relu",
            "Hidden layers have relu.",
            "Who used relu in 1998? Which activation does the table name?",
            activation="relu",
            dense={"activation": "relu"},
        ),
        _wrong(
            "sigmoid",
            "The paper's sigmoid is the logistic function.",
            "Which values does the paper's squashing function, 1.7159 tanh(2z/3), take for negative z?",
            activation="sigmoid",
            dense={"activation": "sigmoid"},
        ),
        _wrong(
            "no-activation-in-convolutions",
            "Activations are for dense layers.",
            "What are two convolutions with nothing but averages between them worth more than one?",
            activation=None,
        ),
        _wrong(
            "no-activation-in-dense-layers",
            "Activations are for convolutions; what follows is a linear classifier.",
            "What are three dense layers with nothing between them worth more than one?",
            dense={"activation": None},
        ),
        Misconception(
            "activation-behind-the-pooling",
            believes="First the image is convolved and pooled, then comes the activation.",
            wrong=_activation_behind_the_pooling,
            hint="Is the mean of four tanh the tanh of the mean? In which row of the table does tanh stand?",
        ),
        _wrong(
            "softmax-at-the-end",
            "A classifier gives probabilities.",
            "Where is the softmax, if what comes out are logits, and the loss is 'softmax_cross_entropy'?",
            dense={"end": "softmax"},
        ),
        _wrong(
            "tanh-at-the-end",
            "Every layer has an activation.",
            "How sure can softmax be of a class, if all logits are between -1 and 1?",
            dense={"end": "tanh"},
        ),
        _wrong(
            "three-by-three-kernels",
            "Kernels are 3 × 3.",
            "How many numbers does one of the six kernels have, if they and their biases make 156 parameters?",
            kernel=3,
        ),
        _wrong(
            "as-many-maps-again",
            "Both convolutions have 6 filters.",
            "How many maps are in the table behind the second convolution? As the maps shrink, what grows?",
            filters=(6, 6),
        ),
        _wrong(
            "maps-the-other-way-round",
            "The first convolution has most filters, as it has most pixels.",
            "Which layer sees simple strokes, and which sees how they can be put together? Which are there more of?",
            filters=(16, 6),
        ),
        _wrong(
            "one-dense-layer-less",
            "Between maps and logits there is one dense layer.",
            "How many dense layers are in the table, counting the last one?",
            dense={"units": (120,)},
        ),
        _wrong(
            "dense-layers-the-other-way-round",
            "84 units, then 120.",
            "How many parameters does the table give for the first dense layer? How many units is that?",
            dense={"units": (84, 120)},
        ),
        _wrong(
            "not-flattened",
            "A dense layer takes images as they are.",
            "Along which axis does Dense add up? What then happens to rows and columns?",
            flatten=False,
        ),
        Misconception(
            "always-ten",
            believes="There are ten digits.",
            wrong=lambda classes=10: Sequential(_layers(10)),
            hint="What is the argument for? How many letters are there?",
        ),
        Misconception(
            "pooling-in-front",
            believes="A stage pools, then convolves.",
            wrong=_pooling_first,
            hint="Which of the two comes first in the table? How large are the images that the first convolution sees?",
        ),
        Misconception(
            "built-inside",
            believes="A network must be built before it is handed out.",
            wrong=_built_inside,
            hint="Where would the initial weights come from, if nobody has given you an `rng`?",
        ),
    ],
    variants=[
        Variant("own-layers", _checked),
        Variant("activations-as-layers", _activations_apart),
        Variant("networks-within-the-network", _networks_within),
        Variant("functional", _functional),
    ],
    hints=[
        "The table has one row per layer. Which class of unit 12 is each, and what does it leave to its defaults?",
        "Conv2D's padding is 'valid' unless you say otherwise, and a pooling's strides are its size.",
        "Sequential([Conv2D(6, 5, padding='same', activation='tanh'), AveragePool2D(2), …, Dense(84, 'tanh'), …])",
    ],
)
