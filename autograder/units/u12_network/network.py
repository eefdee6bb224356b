"""Network: what all networks share."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.u12_network.network_tasks import TASKS, drive_task, started
from autograder.units.u12_network.toy_layers import module_of, toy_layers

BATCHES = "iterate_batches(samples, samples, batch_size, rng)"
LEARN = "self._learn(take_rows(x, rows), take_rows(y, rows)) for rows, _ in batches"
COMPILED = "optimizer, names, weights"
TOTAL_LOSS = "for name, *pair in triples], self._loss_weights)"
#: `evaluate` takes the mean of its batches' losses.
MEAN_IN_EVALUATE = (
    "total += len(as_list(y_pred)[0]) * ",
    "total += ",
    "total / count",
    "total / len(range(0, count, batch_size))",
)
STATISTICS = "layer.statistics = [np.array(next(remaining)) for _ in layer.statistics]"


def toy_network(Network: Any, specs: Any, calls: Any, seen: Any, shares: Any) -> Any:
    """Make a network of toy layers in a row, which notes the samples of training passes.

    With `shares` its outputs are these shares of what comes out of the last layer.
    """

    class Row(Network):  # type: ignore[misc]
        def __init__(self, layers: Any) -> None:
            super().__init__()
            self.layers = layers
            module_of(Network).number_layers(layers)

        def build(self, input_shape: Any, rng: Any) -> None:
            for layer in self.layers:
                layer.build(input_shape, rng)
                input_shape = layer.output_shape
            self.output_shape = input_shape

        def forward(self, x: Any, training: bool = False) -> Any:
            if training:
                seen.extend(x.reshape(len(x), -1)[:, 0].tolist())
            for layer in self.layers:
                x = layer.forward(x, training)
            return [share * x for share in shares] if shares else x

        def backward(self, grad_output: Any) -> Any:
            if shares:
                grad_output = sum(share * grad for share, grad in zip(shares, grad_output, strict=True))
            for layer in self.layers[::-1]:
                grad_output = layer.backward(grad_output)
            self.gradients = [array for layer in self.layers for array in layer.gradients]
            return grad_output

    return Row(toy_layers(Network, specs, calls))


def drive_network(Network: Any, task: str, layers: Any, x: Any, y: Any, options: Any) -> Any:
    """Scenario: a network of toy layers that inherits from the student's Network."""
    Network()  # an unfinished constructor says so here
    calls: list[Any] = []
    seen: list[Any] = []
    network = toy_network(Network, layers, calls, seen, options.get("shares"))
    return drive_task(network, task, x, y, options, calls, seen)


def _classes(inputs: Any) -> Any:
    return {
        **inputs,
        "y": np.arange(len(inputs["x"])) * 3 % 2,
        "options": {**inputs["options"], "loss": "softmax_cross_entropy"},
    }


def _two_outputs(inputs: Any) -> Any:
    """Two outputs, a whole and a half of the last layer's, with targets and losses of their own."""
    options = {**inputs["options"], "shares": [1.0, 0.5], "loss": ["mean_squared_error"] * 2}
    return {**inputs, "y": [inputs["y"], 1 + inputs["y"] ** 2], "options": options}


def _random_fit(rng: np.random.Generator) -> Any:
    n, epochs, size = (int(k) for k in rng.integers((4, 1, 2), (8, 4, 5)))
    seed = int(rng.integers(2**20))
    inputs = started("fit", n=n, seed=seed, epochs=epochs, batch_size=size, lr=0.1)
    return _classes(inputs) if rng.integers(2) else inputs


def cases_of_tasks() -> list[Any]:
    """Cases of training, measuring and weights."""
    validation = (normal(3, 3, seed=50), normal(3, 2, seed=51))
    return [
        Case("fit-one-batch", **started("fit", epochs=1, batch_size=5)),
        Case("fit-with-a-partial-batch", **started("fit", epochs=2, batch_size=2, seed=2), readonly=True),
        Case("fit-with-validation", **started("fit", n=4, epochs=3, batch_size=3, seed=4, validation=validation)),
        Case("fit-classes", **_classes(started("fit", n=6, epochs=2, batch_size=4, seed=6)), readonly=True),
        Case("fit-shuffles", **started("shuffle", n=12, epochs=3, batch_size=5, seed=8)),
        Case("defaults", **started("fit", n=40, seed=18, defaults=True)),
        Case("evaluate", **started("evaluate", n=5, batch_size=2, seed=10)),
        Case("predict", **started("predict", n=7, batch_size=3, seed=12), readonly=True),
        Case("weights", **started("weights", seed=14)),
        Case("count", **started("count")),
        Case("summary", **started("summary")),
    ]


def _without(task: str, **options: Any) -> Any:
    return started(task, **{"epochs": 1, "batch_size": 5, **options})


#: The misconceptions about the weights of losses, which a Model shows, too.
LOSS_WEIGHTS = [
    edit("loss-weights-in-the-loss-alone", "weight * grad for", "grad for")
    .believes("Weights are for the number that is shown.")
    .ask("If a loss counts twice, how much must its gradient count?"),
    edit("loss-weights-ignored", COMPILED, "optimizer, names, [1.0] * len(names)")
    .believes("The losses are added.")
    .ask("What is `loss_weights` for?"),
]

Network = Exercise(
    "Network",
    points=6,
    reference="network",
    scenario=drive_network,
    helpers=[*TASKS, toy_network],
    cases=[
        *cases_of_tasks(),
        Case("fit-with-a-loss-weight", **started("fit", lr=0.1, loss_weights=([3.0],), seed=20)),
        Case("fit-two-outputs", **_two_outputs(started("fit", lr=0.2, seed=22)), readonly=True),
        Case(
            "fit-two-outputs-with-weights",
            **_two_outputs(started("fit", lr=0.1, loss_weights=([2.0, 0.75],), seed=24)),
        ),
        Case("fit-builds", **started("build by fit", seed=16, lr=0.0, with_rng=True, epochs=1, batch_size=5)),
        Case("unknown-loss", raises="loss", **_without("fit", loss="least_squares")),
        Case("too-many-loss-weights", raises="loss_weights", **_without("fit", loss_weights=([1.0, 2.0],))),
        Case("fit-before-compile", raises="compile", **_without("fit", uncompiled=True)),
        Case("evaluate-before-compile", raises="compile", **_without("evaluate", uncompiled=True)),
        Case("built-without-generator", raises="rng", **_without("build by fit")),
        Case("too-few-weights", raises="weights", **_without("put weights", shapes=[(3, 3), (3,), (2,), (3, 2)])),
        Case(
            "a-weight-of-another-shape",
            raises="weights",
            **_without("put weights", shapes=[(3, 3), (3,), (2,), (3, 2), (1,)]),
        ),
        random_cases(_random_fit),
    ],
    misconceptions=[
        edit("measured-in-training-mode", "training=False)", "training=True)")
        .believes("A pass is a pass.")
        .ask("What does dropout do to a prediction if `training` is True?"),
        edit(
            "validated-in-training-mode",
            "batch_size: int = 32) -> float:",
            "batch_size: int = 32, training: bool = False) -> float:",
            "y_pred = self.forward(take_rows(x, rows), training=False)",
            "y_pred = self.forward(take_rows(x, rows), training=training)",
            "self.evaluate(*validation_data, batch_size)",
            "self.evaluate(*validation_data, batch_size, training=True)",
        )
        .believes("Validation is part of training.")
        .ask("Which passes of `fit` may drop units or move running statistics?"),
        edit(
            "validation-data-learnt-from",
            "self.evaluate(*validation_data, batch_size))",
            "self.evaluate(*validation_data, batch_size)); self._learn(*validation_data)",
        )
        .believes("More data are better.")
        .ask("What is the validation loss worth if the network has been trained on these samples?"),
        edit(
            "mean-over-batches",
            f"sum(len(rows) * {LEARN})",
            f"np.mean([{LEARN}])",
            "total / len(samples)",
            "float(total)",
            *MEAN_IN_EVALUATE,
        )
        .believes("The loss of an epoch is the mean of its batches' losses.")
        .ask("With five samples in batches of two, how much does the last one count in your mean?"),
        edit("loss-after-the-step", "return self._loss(y, y_pred)", "return self._loss(y, self.forward(x))")
        .believes("The loss of a batch is measured after it has been learnt.")
        .ask("Which forward pass gave the outputs whose gradient you took?"),
        *LOSS_WEIGHTS,
        edit("losses-averaged", COMPILED, "optimizer, names, [each / len(names) for each in weights]")
        .believes("Several losses make one by their mean.")
        .ask("Does the docstring of `total_loss` divide by anything?"),
        edit("losses-averaged-in-the-history-alone", TOTAL_LOSS, f"{TOTAL_LOSS} / len(self._losses)")
        .believes("The loss that is shown is the mean of the outputs' losses; each gradient is its own.")
        .ask("Does the docstring of `total_loss` divide by anything?"),
        edit(
            "rest-dropped",
            BATCHES,
            f"[each for each in {BATCHES} if len(each[0]) == batch_size]",
            "total / len(samples)",
            "total / (len(samples) - len(samples) % batch_size)",
            "range(0, count, batch_size)",
            "range(0, count - batch_size + 1, batch_size)",
            "total / count",
            "total / (count - count % batch_size)",
            "range(0, len(as_list(x)[0]), batch_size)",
            "range(0, len(as_list(x)[0]) - batch_size + 1, batch_size)",
        )
        .believes("Only whole batches are batches.")
        .ask("Five samples in batches of two: which sample does your network never see?"),
        edit(
            "optimiser-called-per-layer",
            "self.set_parameters(self._optimizer.step(self.parameters, self.gradients))",
            """for layer in self.layers:
            if layer.parameters:
                layer.parameters = self._optimizer.step(layer.parameters, layer.gradients)""",
        )
        .believes("Every layer takes its own step.")
        .ask("An optimiser knows a parameter by its place in the list: what is at place 0 in your second call?"),
        edit("one-order-for-all-epochs", BATCHES, BATCHES.replace("rng", "rng and np.random.default_rng(1)"))
        .believes("The samples are shuffled once.")
        .ask("What does `iterate_batches` do with `rng` at every call, and what do you pass to it?"),
        edit("never-shuffled", BATCHES, BATCHES.replace("rng", "None"))
        .believes("`rng` is for the initial weights.")
        .ask("Where does the order of the samples come from?"),
        edit("weights-by-reference", "array.copy() for layer", "array for layer")
        .believes("get_weights returns the weights.")
        .ask("If the caller adds 1 to what you return, what does the network compute then?"),
        edit("set-by-reference", "np.array(next(remaining))", "next(remaining)")
        .believes("set_weights puts the given arrays in.")
        .ask("If the caller changes the arrays afterwards, what does the network compute then?"),
        body(
            "set-piece-by-piece",
            """
            remaining = iter(weights)
            for layer in self.layers:
                for arrays in (layer.parameters, layer.statistics):
                    for index, old in enumerate(arrays):
                        new = np.array(next(remaining))
                        if new.shape != old.shape:
                            raise ValueError("weights: another shape")
                        arrays[index] = new
            """,
            method="set_weights",
        )
        .believes("The shapes are checked one by one, while the weights go in.")
        .ask("If the last shape is wrong, which weights does the network have by then?"),
        edit("parameters-only", "(*layer.parameters, *layer.statistics)", "layer.parameters", STATISTICS, "pass")
        .believes("Weights are what is learnt.")
        .ask("What will a batch norm layer compute after its weights were saved and loaded?"),
        edit(
            "statistics-at-the-end",
            "array.copy() for layer in self.layers for array in (*layer.parameters, *layer.statistics)",
            "array.copy() for array in (*self.parameters, *self.statistics)",
            STATISTICS,
            f"pass\n        for layer in self.layers:\n            {STATISTICS}",
        )
        .believes("First all parameters, then all statistics.")
        .ask("In which order does the docstring put the weights of one layer, and then of the next?"),
        edit(
            "statistics-counted", "for array in self.parameters)", "for array in (*self.parameters, *self.statistics))"
        )
        .believes("count_params counts all numbers that a network has.")
        .ask("Which of them does the optimiser change?"),
        edit(
            "arrays-counted",
            "sum(array.size for array in self.parameters)",
            "len(self.parameters)",
            "sum(array.size for array in each.parameters)",
            "len(each.parameters)",
        )
        .believes("The number of parameters is len(parameters).")
        .ask("How many numbers are in a matrix of 3 rows and 2 columns?"),
        edit("shape-without-the-batch-axis-in-the-summary", "(None, *(shape or ()))", "shape")
        .believes("The summary shows output_shape.")
        .ask("What stands in Keras's summary, and in the docstring, where the batch size will be?"),
        returns("summary-printed", 'print(end="")', method="summary")
        .believes("A summary is for reading.")
        .ask("What does your `summary` return?"),
        edit("built-anew-by-fit", "if self.output_shape is None:", "if self.output_shape is None or rng is not None:")
        .believes("A training starts with new weights.")
        .ask("Whoever calls fit a second time wants to go on: from which weights?"),
        edit("learnt-in-evaluation-mode", "training=True)", "training=False)")
        .believes("forward is forward; its default mode will do.")
        .ask("What does `training` default to, and when should dropout be on?"),
        edit(
            "biases-not-counted",
            "for array in self.parameters)",
            "for array in self.parameters if array.ndim > 1)",
            "for array in each.parameters)",
            "for array in each.parameters if array.ndim > 1)",
        )
        .believes("A layer has in · out parameters.")
        .ask("How many numbers does a dense layer learn besides its kernel?"),
        edit("mean-over-batches-in-evaluate", *MEAN_IN_EVALUATE)
        .believes("The loss of all samples is the mean of the batches' losses.")
        .ask("Forty samples in batches of 32: how much do the last eight count in your mean?"),
    ],
    variants=[
        Variant(
            "averaged-by-numpy",
            (
                f"total = sum(len(rows) * {LEARN})",
                "losses, sizes = zip(*((self._learn(take_rows(x, r), take_rows(y, r)), len(r)) for r, _ in batches))",
                "total / len(samples)",
                "float(np.average(losses, weights=sizes))",
            ),
        )
    ],
    hints=[
        "Write the small ones first: parameters, get_weights, set_weights, count_params; then predict, evaluate, fit.",
        "fit is unit 11's: iterate_batches, forward, loss, backward, one step. Only the names are methods now.",
        "self.backward(gradient); self.set_parameters(self._optimizer.step(self.parameters, self.gradients))",
    ],
)
