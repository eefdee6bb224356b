"""Assessment of PyTorch: keeping weights, writing a checkpoint, and going on from one."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal, spread
from autograder.units import _pytorch_checkpoint_wrong as wrong
from autograder.units import _pytorch_slips as slips
from autograder.units._pytorch_checkpoint_drive import (
    contents_of,
    drive_load,
    drive_save,
    drive_snapshot,
    kind_of,
    load_from,
    noisy_model,
    state_of,
    told,
    train_on,
    written_checkpoint,
)
from autograder.units._pytorch_shared import TinySGD, as_single, as_single_precision, numbers

__all__ = ["load_checkpoint", "save_checkpoint", "snapshot"]


def _data(n: int, features: int, outputs: int, seed: int) -> dict[str, Any]:
    return {
        "x": normal(n, features, seed=seed),
        "y": normal(n, outputs, seed=seed + 1),
        "w": normal(features, outputs, seed=seed + 2),
        "b": spread(-1, 1, outputs) + 0.25,
    }


def _random_data(rng: np.random.Generator) -> dict[str, Any]:
    n, features, outputs = (int(rng.integers(2, 6)) for _ in range(3))
    shapes = {"x": (n, features), "y": (n, outputs), "w": (features, outputs), "b": (outputs,)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


snapshot = Exercise(
    "snapshot",
    points=1,
    requires=["torch"],
    scenario=drive_snapshot,
    helpers=[numbers, noisy_model, train_on, state_of, told, kind_of, TinySGD],
    cases=[
        Case("no-training-in-between", **_data(4, 3, 2, 201), steps=0),
        Case("one-step-later", **_data(3, 2, 3, 204), steps=1, readonly=True),
        Case("three-steps-later", **_data(5, 2, 2, 207), steps=3),
        Case("one-output", **_data(4, 3, 1, 210), steps=2),
        Case("one-feature", **_data(3, 1, 4, 213), steps=2, readonly=True),
        Case("single-precision", **as_single_precision(_data(4, 2, 3, 216)), steps=2),
        random_cases(lambda rng: {**_random_data(rng), "steps": 2}),
    ],
    misconceptions=[
        Misconception(
            "state-dict-by-reference",
            believes="state_dict() is a copy of the weights, or .cpu() makes one.",
            wrong=wrong.snapshot_by_reference,
            hint="The optimiser writes into the weights' memory: whose memory do your tensors have?",
        ),
        Misconception(
            "parameters-only",
            believes="A model is its parameters.",
            wrong=wrong.snapshot_of_parameters,
            hint="Where does batch norm keep its running mean, which no optimiser touches?",
        ),
        Misconception(
            "graph-kept",
            believes="clone() makes an independent tensor.",
            wrong=wrong.snapshot_with_graph,
            hint="clone is an operation like any other: what does autograd do with it?",
        ),
        Misconception(
            "all-floats",
            believes="Weights are floats.",
            wrong=wrong.snapshot_in_floats,
            hint="What dtype does a counter such as batch norm's num_batches_tracked have, and your copy of it?",
        ),
    ],
    hints=[
        "Change a weight in place after your call: does the snapshot change too?",
        "model.state_dict() has the names, with parameters and buffers; each tensor needs memory of its own.",
        '{name: tensor.detach().to("cpu", copy=True) for name, tensor in model.state_dict().items()}',
    ],
    variants=[Variant("clones", wrong.right_snapshot)],
)


def _saved(case: dict[str, Any], momentum: float = 0.5, noise: bool = True, kind: str = "buffer") -> dict[str, Any]:
    return {**case, "momentum": momentum, "noise": noise, "steps": 2, "epoch": 3 + len(case["x"]), "kind": kind}


def _random_saved(rng: np.random.Generator) -> dict[str, Any]:
    case, epoch = _saved(_random_data(rng), momentum=float(rng.uniform(0.2, 0.9))), int(rng.integers(1, 99))
    return {**case, "epoch": epoch, "kind": ["buffer", "path"][int(rng.integers(2))]}


save_checkpoint = Exercise(
    "save_checkpoint",
    points=2,
    requires=["torch"],
    scenario=drive_save,
    helpers=[numbers, noisy_model, train_on, state_of, told, contents_of, TinySGD, as_single],
    cases=[
        Case("plain-descent", **_saved(_data(4, 3, 2, 221), momentum=0.0, noise=False)),
        Case("momentum", **_saved(_data(5, 2, 3, 224), noise=False), readonly=True),
        Case("noise", **_saved(_data(6, 3, 2, 227), momentum=0.0)),
        Case("momentum-and-noise", **_saved(_data(3, 3, 3, 230), momentum=0.9), readonly=True),
        Case("a-path", **_saved(_data(4, 2, 3, 233), kind="path")),
        Case("a-path-as-text", **_saved(_data(5, 3, 2, 236), kind="name")),
        Case("before-the-first-step", **{**_saved(_data(4, 3, 2, 239)), "steps": 0, "epoch": 0}),
        Case("single-precision", **as_single_precision(_saved(_data(4, 2, 2, 242)))),
        random_cases(_random_saved),
    ],
    misconceptions=[
        Misconception(
            "object-for-its-state",
            believes="A model, or an optimiser, is saved by saving the object itself.",
            wrong=wrong.save_objects,
            hint="What must whoever reads the file have and trust, if it holds an object of your class?",
        ),
        Misconception(
            "optimizer-left-out",
            believes="The weights are all that was learnt.",
            wrong=wrong.save_without_optimizer,
            hint="What velocity does the first step after loading have?",
        ),
        Misconception(
            "settings-only",
            believes="An optimiser is its learning rate.",
            wrong=wrong.save_settings_only,
            hint="Which numbers does momentum carry from one step to the next?",
        ),
        Misconception(
            "random-state-left-out",
            believes="Random numbers need not continue.",
            wrong=wrong.save_without_rng,
            hint="Which units will dropout drop in the first step after loading?",
        ),
        Misconception(
            "seed-for-state",
            believes="The seed is the state of the generator.",
            wrong=wrong.save_seed,
            hint="How many numbers have been drawn since the seed was set?",
        ),
        Misconception(
            "buffers-left-out",
            believes="A model is its parameters.",
            wrong=wrong.save_parameters,
            hint="Where does batch norm keep its running mean, which no optimiser touches?",
        ),
        *slips.SAVE,
    ],
    hints=[
        "What does the next training step read? Weights, buffers, velocities, random numbers, and where it is.",
        "One dictionary with the five entries of the docstring; the two state_dict()s make plain containers.",
        'torch.save({"model": model.state_dict(), …, "rng": torch.get_rng_state(), "cuda_rng": …}, file)',
    ],
    variants=[Variant("bytes-first", wrong.save_through_bytes)],
)


def _loaded(case: dict[str, Any], more: int = 2, **options: Any) -> dict[str, Any]:
    saved = _saved(case, **options)
    order = ("x", "y", "w", "b", "momentum", "noise", "steps", "more", "epoch", "kind")
    return {name: {**saved, "more": more}[name] for name in order}


load_checkpoint = Exercise(
    "load_checkpoint",
    points=3,
    requires=["torch"],
    scenario=drive_load,
    helpers=[numbers, noisy_model, train_on, state_of, told, written_checkpoint, load_from, TinySGD],
    cases=[
        Case("just-loaded", **_loaded(_data(4, 3, 2, 251), more=0, momentum=0.0, noise=False)),
        Case("plain-descent", **_loaded(_data(5, 2, 3, 254), momentum=0.0, noise=False), readonly=True),
        Case("momentum", **_loaded(_data(4, 3, 3, 257), noise=False)),
        Case("noise", **_loaded(_data(6, 3, 2, 260), momentum=0.0), readonly=True),
        Case("momentum-and-noise", **_loaded(_data(3, 4, 2, 263), more=4, momentum=0.9)),
        Case("a-path", **_loaded(_data(4, 2, 3, 266), kind="path")),
        Case("a-path-as-text", **_loaded(_data(5, 3, 2, 269), kind="name")),
        Case("from-a-machine-with-eight-gpus", **_loaded(_data(4, 3, 2, 272), kind="elsewhere")),
        Case("a-file-with-code-in-it", **_loaded(_data(3, 2, 2, 275), kind="foreign")),
        Case("single-precision", **as_single_precision(_loaded(_data(5, 2, 2, 278)))),
        random_cases(lambda rng: _loaded(_random_data(rng), momentum=float(rng.uniform(0.2, 0.9)))),
    ],
    misconceptions=[
        Misconception(
            "optimizer-state-lost",
            believes="The optimiser starts again with the weights.",
            wrong=wrong.load_without_optimizer,
            hint="What velocity does your first step have, and which learning rate?",
        ),
        Misconception(
            "random-state-lost",
            believes="Random numbers need not continue.",
            wrong=wrong.load_without_rng,
            hint="Which units does dropout drop in the next step, and which would it have dropped?",
        ),
        Misconception(
            "seeded-again",
            believes="Setting the seed again restores the generator.",
            wrong=wrong.load_with_new_seed,
            hint="How many numbers had been drawn when the checkpoint was written?",
        ),
        Misconception(
            "map-location-missing",
            believes="torch.load finds a device.",
            wrong=wrong.load_without_map_location,
            hint="The file says cuda:7, and here is no such device: which argument of torch.load answers that?",
        ),
        Misconception(
            "code-is-run",
            believes="weights_only=False is what makes old files load.",
            wrong=wrong.load_with_code,
            hint="A pickle may call any function while it is read: who wrote the file?",
        ),
        Misconception(
            "buffers-left-out",
            believes="A model is its parameters.",
            wrong=wrong.load_parameters,
            hint="Where does batch norm keep its running mean, which no optimiser touches?",
        ),
        Misconception(
            "next-epoch",
            believes="What is wanted is the number of the epoch that comes next.",
            wrong=wrong.load_next_epoch,
            hint="What does the docstring say was saved: epochs done, or the epoch to do?",
        ),
        *slips.LOAD,
    ],
    hints=[
        "Five entries were saved: which call puts each one back?",
        "Read to the CPU with map_location; the two load_state_dict calls copy to where the model is.",
        'torch.set_rng_state(checkpoint["rng"]); the GPUs\' states go to torch.cuda.set_rng_state(state, index).',
    ],
    variants=[Variant("generator", wrong.load_by_generator)],
)
