"""lenet and vgg_block, built from the student's own layers, through which a batch is sent there and back.

What is found does not depend on how a network is put together: whether an activation is an argument or a layer, and
whether some layers are a network within it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import normal
from autograder.worker.wire import Rng


def leaves(layer: Any) -> list[Any]:
    """A layer, or the layers of a network."""
    return [leaf for inner in layer.layers for leaf in leaves(inner)] if hasattr(layer, "layers") else [layer]


def shapes_on_the_way(layers: Any) -> list[Any]:
    """The output shapes of all layers; a shape that a layer keeps is not listed again."""
    way = [tuple(leaf.output_shape) for layer in layers for leaf in leaves(layer)]
    return [shape for before, shape in zip([None, *way], way, strict=False) if shape != before]


def draw_parameters(layers: Any, rng: Any, dtype: Any) -> None:
    """Give all layers normal parameters: kernels of std 1 / √(how many numbers they add up), the others of 0.3."""
    for layer in layers:
        shapes = [each.shape for each in layer.parameters]
        stds = [np.prod(shape[:-1]) ** -0.5 if len(shape) > 1 else 0.3 for shape in shapes]
        drawn = [std * rng.standard_normal(shape) for std, shape in zip(stds, shapes, strict=True)]
        layer.set_parameters([each.astype(dtype) for each in drawn])


def rows_summed(gradient: Any) -> Any:
    """A gradient in few numbers: all axes but the last summed, row k weighted by cos k; added up in float64."""
    rows = gradient.reshape(-1, gradient.shape[-1])
    return (np.cos(np.arange(len(rows))) @ rows).astype(rows.dtype)


def there_and_back(layers: Any, x: Any, grad_output: Any, rng: Any) -> dict[str, Any]:
    """Build layers one after another, give them drawn parameters, and send a batch through them and back."""
    shape = x.shape[1:]
    for layer in layers:
        layer.build(shape, np.random.default_rng(0))
        shape = layer.output_shape
    record = {
        "shapes on the way": shapes_on_the_way(layers),
        "shapes of the parameters": [each.shape for layer in layers for each in layer.parameters],
        "output": None,
        "gradient of x": None,
        "gradients of the parameters, rows weighted and summed": None,
    }
    draw_parameters(layers, rng, x.dtype)
    for layer in layers:
        x = layer.forward(x, training=True)
    record["output"] = x
    if np.shape(x) != grad_output.shape:
        return record
    for layer in layers[::-1]:
        grad_output = layer.backward(grad_output)
    record["gradient of x"] = grad_output
    gradients = [each for layer in layers for each in layer.gradients]
    record["gradients of the parameters, rows weighted and summed"] = [rows_summed(each) for each in gradients]
    return record


#: What the scenarios of networks and blocks use.
HELPERS: tuple[Callable[..., Any], ...] = (leaves, shapes_on_the_way, draw_parameters, rows_summed, there_and_back)

TANH = ', activation="tanh")'
AVERAGE, AVERAGE_LINE = "AveragePool2D(2)", "            AveragePool2D(2),\n"
TANH_BEHIND = f'),\n            {AVERAGE}, Activation("tanh"),\n'
WITH_ACTIVATION = ("import AveragePool2D", "import Activation, AveragePool2D")


def drive_lenet(lenet: Any, arguments: Any, x: Any, grad_output: Any, rng: Any) -> Any:
    """Scenario: make the network, and send a batch through it and back; the parameters come from `rng`."""
    network = lenet(*arguments)
    if network is None:
        return None
    is_built = network.output_shape is not None
    return {"the network is built before `build` is called": is_built, **there_and_back([network], x, grad_output, rng)}


def digits(n: int, *arguments: int, seed: int, dtype: str = "float64") -> dict[str, Any]:
    """Images, as many as `n`, and a gradient for each of the classes."""
    classes = arguments[0] if arguments else 10
    return {
        "arguments": arguments,
        "x": normal(n, 28, 28, 1, seed=1300 + seed).astype(dtype),
        "grad_output": normal(n, classes, seed=1320 + seed).astype(dtype),
        "rng": Rng(seed),
    }


def drawn_digits(rng: np.random.Generator) -> dict[str, Any]:
    """One or two images, and two to six classes."""
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
        Case("ten-classes-by-default", **digits(1, seed=1)),
        Case("three-classes", **digits(1, 3, seed=2)),
        Case("two-images", **digits(2, 4, seed=3), readonly=True),
        Case("one-class", **digits(1, 1, seed=4)),
        Case("more-classes-than-units-before", **digits(1, 100, seed=5)),
        Case("single-precision", **digits(1, 3, seed=6, dtype="float32")),
        Case("no-classes", raises="classes", **digits(1, 0, seed=7)),
        Case("fewer-than-none", raises="classes", **{**digits(1, 1, seed=8), "arguments": (-3,)}),
        random_cases(drawn_digits),
    ],
    misconceptions=[
        edit("first-convolution-valid", ', padding="same"', "")
        .believes("All convolutions are 'valid', as in the paper.")
        .ask("The paper's images are 32 × 32. What gives 28 × 28 pixels 28 × 28 places for the kernel?"),
        edit("second-convolution-same", "(16, 5", '(16, 5, padding="same"')
        .believes("Convolutions keep the size, poolings halve it.")
        .ask("When 14 × 14 pixels come in, what size do the 16 maps have in the docstring's table?"),
        edit("max-pooling", "AveragePool2D", "MaxPool2D")
        .believes("Pooling takes the largest value.")
        .ask("Which pooling does LeNet-5 use, years before max pooling came into use?"),
        edit("pooling-without-strides", AVERAGE, "AveragePool2D(2, 1)")
        .believes("The windows of a pooling move by one pixel, as those of a convolution do.")
        .ask("How many of 28 rows are left in the docstring's table? Which stride makes that of windows of 2?"),
        edit("pooling-of-three", AVERAGE, 'AveragePool2D(3, 2, "same")')
        .believes("Poolings have windows of 3 × 3 that overlap.")
        .ask("That is AlexNet. Which windows does the docstring's table name?"),
        edit("relu", '"tanh"', '"relu"')
        .believes("Hidden layers have relu.")
        .ask("Who used relu in 1998? Which activation does the table name?"),
        edit("sigmoid", '"tanh"', '"sigmoid"')
        .believes("The paper's sigmoid is the logistic function.")
        .ask("Which values does the paper's squashing function, 1.7159 tanh(2z/3), take for negative z?"),
        edit("no-activation-in-convolutions", f'"same"{TANH}', '"same")', f"16, 5{TANH}", "16, 5)")
        .believes("Activations are for dense layers.")
        .ask("Two convolutions with only averages between them: what can they do that one cannot?"),
        edit("no-activation-in-dense-layers", f"120{TANH}", "120)", f"84{TANH}", "84)")
        .believes("Activations are for convolutions; what follows is a linear classifier.")
        .ask("Three dense layers with nothing between them: what can they do that one cannot?"),
        edit("activation-behind-the-pooling", f"{TANH},\n{AVERAGE_LINE}", TANH_BEHIND, *WITH_ACTIVATION)
        .believes("First the image is convolved and pooled, then comes the activation.")
        .ask("Is the mean of four tanh the tanh of the mean? In which row of the table does tanh stand?"),
        edit("softmax-at-the-end", "Dense(classes)", 'Dense(classes, "softmax")')
        .believes("A classifier gives probabilities.")
        .ask("Logits come out, and the loss is 'softmax_cross_entropy': where is the softmax?"),
        edit("tanh-at-the-end", "Dense(classes)", 'Dense(classes, "tanh")')
        .believes("Every layer has an activation.")
        .ask("How sure can softmax be of a class, if all logits are between -1 and 1?"),
        edit("three-by-three-kernels", "Conv2D(6, 5", "Conv2D(6, 3", "Conv2D(16, 5", "Conv2D(16, 3")
        .believes("Kernels are 3 × 3.")
        .ask("Six kernels and their biases make 156 parameters: how many numbers does one kernel have?"),
        edit("as-many-maps-again", "Conv2D(16", "Conv2D(6")
        .believes("Both convolutions have 6 filters.")
        .ask("How many maps are in the table behind the second convolution? As the maps shrink, what grows?"),
        edit("maps-the-other-way-round", "Conv2D(6, 5, p", "Conv2D(16, 5, p", "Conv2D(16, 5, a", "Conv2D(6, 5, a")
        .believes("The first convolution has most filters, as it has most pixels.")
        .ask("Which layer sees strokes, and which one how they are put together? Which are there more of?"),
        edit("one-dense-layer-less", f"            Dense(84{TANH},\n", "")
        .believes("Between maps and logits there is one dense layer.")
        .ask("How many dense layers are in the table, counting the last one?"),
        edit("dense-layers-the-other-way-round", "Dense(84", "Dense(units", "Dense(120", "Dense(84", "units", "120")
        .believes("84 units, then 120.")
        .ask("How many parameters does the table give for the first dense layer? How many units is that?"),
        edit("not-flattened", "            Flatten(),\n", "")
        .believes("A dense layer takes images as they are.")
        .ask("Along which axis does Dense add up? What then happens to rows and columns?"),
        edit("always-ten", "Dense(classes)", "Dense(10)")
        .believes("There are ten digits.")
        .ask("What is the argument for? How many letters are there?"),
        body("built-inside", "net = lenet(classes); net.build((28, 28, 1), np.random.default_rng(0)); return net")
        .believes("A network must be built before it is handed out.")
        .ask("Where would the initial weights come from, if nobody has given you an `rng`?"),
    ],
    variants=[
        Variant("arguments-by-position", ('padding="same", activation=', '1, "same", ', "84, activation=", "84, ")),
        Variant("activations-as-layers", (f"{TANH},", '), Activation("tanh"),', *WITH_ACTIVATION)),
        Variant(
            "networks-within-the-network",
            """
            from solutions.u12_network import Sequential
            layers = lenet(classes).layers
            return Sequential([Sequential(layers[:4]), layers[4], Sequential(layers[5:])])
            """,
        ),
        Variant(
            "functional",
            """
            from solutions.u12_network import Input, Model
            node = images = Input((28, 28, 1))
            for layer in lenet(classes).layers:
                node = layer(node)
            return Model(images, node)
            """,
        ),
    ],
    hints=[
        "The table has one row per layer. Which class of unit 12 is each, and what does it leave to its defaults?",
        "Conv2D's padding is 'valid' unless you say otherwise, and a pooling's strides are its size.",
        "Sequential([Conv2D(6, 5, padding='same', activation='tanh'), AveragePool2D(2), …, Dense(84, 'tanh'), …])",
    ],
)

RELU = ', activation="relu"'
MAXIMUM, BLOCK = "MaxPool2D(2)", "[*layers, MaxPool2D(2)]"
ACTIVATION = 'Activation("relu")'
RELU_LAST = f'[*layers[1:], Conv2D(filters, 3, padding="same"), MaxPool2D(2), {ACTIVATION}]'
IMPORT = "import Conv2D, MaxPool2D"


def drive_block(vgg_block: Any, convolutions: int, filters: int, x: Any, grad_output: Any, rng: Any) -> Any:
    """Scenario: make two blocks, and send a batch through the first and back; the parameters come from `rng`."""
    layers, others = (vgg_block(convolutions, filters) for _ in range(2))
    if layers is None:
        return None
    is_list = isinstance(layers, list)
    objects = [*layers, *others] if is_list else []
    are_own = len({id(each) for each in objects}) == len(objects)
    facts = {"returned": type(layers).__name__, "each layer, in two calls, is one of its own": are_own}
    # a layer that stands twice cannot be built for two shapes
    return {**facts, **there_and_back(layers if is_list and are_own else [], x, grad_output, rng)}


def images(convolutions: int, filters: int, *shape: int, seed: int, dtype: str = "float64") -> dict[str, Any]:
    """Images (N, H, W, C), and a gradient for what comes out."""
    n, height, width = shape[:3]
    return {
        "convolutions": convolutions,
        "filters": filters,
        "x": normal(*shape, seed=1340 + seed).astype(dtype),
        "grad_output": normal(n, height // 2, width // 2, max(filters, 0), seed=1360 + seed).astype(dtype),
        "rng": Rng(seed),
    }


def drawn_images(rng: np.random.Generator) -> dict[str, Any]:
    """One or two images, and one to three convolutions."""
    n, height, width, channels = (int(each) for each in rng.integers((1, 4, 4, 1), (3, 9, 9, 4)))
    convolutions, filters = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    return images(convolutions, filters, n, height, width, channels, seed=int(rng.integers(2**20)))


def after_each(layer: str) -> str:
    """The convolutions, each followed by another layer."""
    return f"[each for layer in layers for each in (layer, {layer})]"


def importing(names: str) -> tuple[str, str]:
    """The edit by which more layers are imported."""
    return IMPORT, f"{IMPORT}, {names}"


vgg_block = Exercise(
    "vgg_block",
    points=2,
    scenario=drive_block,
    helpers=HELPERS,
    cases=[
        Case("one-convolution", **images(1, 2, 1, 4, 4, 1, seed=4)),
        Case("two-convolutions", **images(2, 3, 1, 4, 6, 2, seed=2)),
        Case("three-convolutions", **images(3, 2, 2, 6, 4, 3, seed=3), readonly=True),
        Case("odd-rows-and-columns", **images(2, 2, 1, 5, 7, 2, seed=6)),
        Case("fewer-filters-than-channels", **images(2, 1, 1, 6, 5, 4, seed=8)),
        Case("more-convolutions-than-filters", **images(4, 2, 1, 4, 5, 1, seed=11)),
        Case("two-by-two-pixels", **images(2, 3, 2, 2, 2, 1, seed=1)),
        Case("single-precision", **images(2, 2, 1, 5, 4, 2, seed=9, dtype="float32")),
        Case("no-convolutions", raises="convolutions", **images(0, 2, 1, 4, 4, 1, seed=10)),
        Case("no-filters", raises="filters", **images(2, 0, 1, 4, 4, 1, seed=11)),
        Case("filters-below-zero", raises="filters", **images(1, -2, 1, 4, 4, 1, seed=12)),
        random_cases(drawn_images),
    ],
    misconceptions=[
        edit("valid-convolutions", ', padding="same"', "")
        .believes("Conv2D pads where it is needed.")
        .ask("What is Conv2D's padding if you say nothing? How many rows do three such convolutions take away?"),
        edit("pooling-after-every-convolution", BLOCK, after_each(MAXIMUM))
        .believes("A convolution is followed by a pooling.")
        .ask("How often is the size halved in one block? Is the pooling in your loop, or behind it?"),
        edit("one-convolution-only", "range(convolutions)", "range(1)")
        .believes("A block is one convolution and one pooling.")
        .ask("What is the first argument for?"),
        edit("pooling-without-strides", MAXIMUM, "MaxPool2D(2, 1)")
        .believes("The windows of a pooling move by one pixel, as those of a convolution do.")
        .ask("How large should 4 × 6 pixels be behind the block?"),
        edit("rest-kept", MAXIMUM, 'MaxPool2D(2, padding="same")')
        .believes("Leftover pixels at the edge get a window of their own.")
        .ask("What becomes of the last row of five, in a pooling that is 'valid'?"),
        edit("pooling-of-three", MAXIMUM, 'MaxPool2D(3, 2, "same")')
        .believes("Poolings have windows of 3 × 3 that overlap.")
        .ask("That is AlexNet. Which windows does the docstring name, and which stride?"),
        edit("average-pooling", "MaxPool2D", "AveragePool2D")
        .believes("Pooling takes the mean.")
        .ask("That was LeNet. One place of a window has found what it looks for: what should be left of it?"),
        edit("no-pooling", BLOCK, "layers")
        .believes("A block is its convolutions.")
        .ask("What makes the images smaller from block to block, if the convolutions keep the size?"),
        edit("no-relu", RELU, "")
        .believes("A convolution has its activation with it.")
        .ask("What is Conv2D's activation if you say nothing? What are two linear layers in a row?"),
        edit("one-relu-at-the-end", RELU, "", MAXIMUM, f"{ACTIVATION}, {MAXIMUM}", *importing("Activation"))
        .believes("A block has one activation, behind its convolutions.")
        .ask("Three convolutions with nothing between them: what can they do that one of 7 × 7 cannot?"),
        edit("tanh", '"relu"', '"tanh"')
        .believes("Hidden layers have tanh.")
        .ask("That was LeNet. Which activation does the docstring name?"),
        edit("five-by-five-kernels", "(filters, 3", "(filters, 5")
        .believes("Kernels are 5 × 5.")
        .ask("What is VGG's point: few large kernels, or several small ones in a row?"),
        edit("stride-in-place-of-pooling", BLOCK, '[*layers[1:], Conv2D(filters, 3, 2, "same", "relu")]')
        .believes("The last convolution halves the size, by its stride.")
        .ask("That is how residual networks do it. What halves the size in the docstring's block?"),
        edit("filters-double-in-the-block", "(filters, 3", "(filters * 2**k, 3", "for _ in", "for k in")
        .believes("Each convolution has twice the filters of the one before.")
        .ask("Where do VGG's channels double: from one convolution to the next, or from block to block?"),
        edit("batch-norm", BLOCK, f"{after_each('BatchNorm()')} + [MaxPool2D(2)]", *importing("BatchNorm"))
        .believes("A convolution is followed by batch normalisation.")
        .ask("Batch normalisation came a year after VGG. Which layers does the docstring list?"),
        edit("one-layer-repeated", " for _ in range(convolutions)]", "] * convolutions")
        .believes("[layer] * n is a list of n layers.")
        .ask("How many layers, with how many weights, are there in `[Conv2D(8, 3)] * 3`?"),
        edit("a-network", BLOCK, f"Sequential({BLOCK})", *importing("Sequential"))
        .believes("A block is a small network.")
        .ask("What is `vgg_block(2, 64) + vgg_block(2, 128)`, if both are networks?"),
        edit("arguments-not-checked", "count < 1", "False")
        .believes("Nobody asks for a block without convolutions.")
        .ask("What does your function return for 0 convolutions: what the caller wanted, or a surprise?"),
    ],
    variants=[
        Variant("arguments-by-position", ('padding="same", activation="relu"', '1, "same", "relu"')),
        Variant("relu-as-a-layer", (RELU, "", "*layers,", f"*{after_each(ACTIVATION)},", *importing("Activation"))),
        Variant("last-relu-behind-the-pooling", (BLOCK, RELU_LAST, *importing("Activation"))),
        Variant("convolutions-in-a-network", (BLOCK, "[Sequential(layers), MaxPool2D(2)]", *importing("Sequential"))),
    ],
    hints=[
        "Write down the layers of vgg_block(2, 64). What of them is repeated, and what stands once?",
        "A list comprehension makes a new layer in each round; the pooling is added behind it.",
        "[*(Conv2D(filters, 3, padding='same', activation='relu') for _ in range(convolutions)), MaxPool2D(2)]",
    ],
)
