"""snapshot, save_checkpoint and load_checkpoint."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u14_pytorch.checkpoint_files import (
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
from autograder.units.u14_pytorch.tiny_model import (
    TinySGD,
    as_single,
    as_single_precision,
    numbers,
    random_regression,
    regression,
)

COPY = 'tensor.detach().to("cpu", copy=True)'
STATE = "model.state_dict()"
WITH_GRAPHS = "[*model.named_parameters(), *model.named_buffers()]"
OPTIMIZER_STATE = "optimizer.state_dict()"
RANDOM_STATES = """        "rng": torch.get_rng_state(),
        "cuda_rng": torch.cuda.get_rng_state_all(),
"""
SAVE = "torch.save(checkpoint, file)"
SAVE_BYTES = """import io, pathlib
    buffer = io.BytesIO()
    torch.save(checkpoint, buffer)
    file.write(buffer.getvalue()) if hasattr(file, "write") else pathlib.Path(file).write_bytes(buffer.getvalue())"""

LOAD_STATE = 'model.load_state_dict(checkpoint["model"])'
COPY_PARAMETERS = """for name, param in model.named_parameters():
        param.data.copy_(checkpoint["model"][name])"""
SET_RANDOM_STATES = """    torch.set_rng_state(checkpoint["rng"])
    for index, state in enumerate(checkpoint["cuda_rng"][: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(state, index)
"""

A_MODEL_IS_ITS_PARAMETERS = "A model is its parameters."
RUNNING_MEAN = "Where does batch norm keep its running mean, which no optimiser touches?"
EPOCHS_DONE = "What does the docstring say is saved: epochs done, or the epoch to do?"


snapshot = Exercise(
    "snapshot",
    points=1,
    requires=["torch"],
    scenario=drive_snapshot,
    helpers=[numbers, noisy_model, train_on, state_of, told, kind_of, TinySGD],
    cases=[
        Case("no-training-in-between", **regression(4, 3, 2, 201), steps=0),
        Case("one-step-later", **regression(3, 2, 3, 204), steps=1, readonly=True),
        Case("three-steps-later", **regression(5, 2, 2, 207), steps=3),
        Case("one-output", **regression(4, 3, 1, 210), steps=2),
        Case("one-feature", **regression(3, 1, 4, 213), steps=2, readonly=True),
        Case("single-precision", **as_single_precision(regression(4, 2, 3, 216)), steps=2),
        random_cases(lambda rng: {**random_regression(rng), "steps": 2}),
    ],
    misconceptions=[
        edit("state-dict-by-reference", COPY, "tensor.cpu()")
        .believes("state_dict() is a copy of the weights, or .cpu() makes one.")
        .ask("The optimiser writes into the weights' memory: whose memory do your tensors have?"),
        edit("parameters-only", f"{STATE}.items()", "model.named_parameters()")
        .believes(A_MODEL_IS_ITS_PARAMETERS)
        .ask(RUNNING_MEAN),
        edit("graph-kept", COPY, "tensor.clone()", f"{STATE}.items()", WITH_GRAPHS)
        .believes("clone() makes an independent tensor.")
        .ask("clone is an operation like any other: what does autograd do with it?"),
        edit("all-floats", COPY, f"{COPY}.to(next(model.parameters()).dtype)")
        .believes("Weights are floats.")
        .ask("What dtype does a counter such as batch norm's num_batches_tracked have, and your copy of it?"),
    ],
    hints=[
        "Change a weight in place after your call: does the snapshot change too?",
        "model.state_dict() has the names, with parameters and buffers; each tensor needs memory of its own.",
        '{name: tensor.detach().to("cpu", copy=True) for name, tensor in model.state_dict().items()}',
    ],
    variants=[Variant("clones", (COPY, "tensor.detach().cpu().clone()"))],
)


def _saved(case: dict[str, Any], momentum: float = 0.5, noise: bool = True, kind: str = "buffer") -> dict[str, Any]:
    return {**case, "momentum": momentum, "noise": noise, "steps": 2, "epoch": 3 + len(case["x"]), "kind": kind}


def _random_saved(rng: np.random.Generator) -> dict[str, Any]:
    case, epoch = _saved(random_regression(rng), momentum=float(rng.uniform(0.2, 0.9))), int(rng.integers(1, 99))
    return {**case, "epoch": epoch, "kind": ["buffer", "path"][int(rng.integers(2))]}


save_checkpoint = Exercise(
    "save_checkpoint",
    points=2,
    requires=["torch"],
    scenario=drive_save,
    helpers=[numbers, noisy_model, train_on, state_of, told, contents_of, TinySGD, as_single],
    cases=[
        Case("plain-descent", **_saved(regression(4, 3, 2, 221), momentum=0.0, noise=False)),
        Case("momentum", **_saved(regression(5, 2, 3, 224), noise=False), readonly=True),
        Case("noise", **_saved(regression(6, 3, 2, 227), momentum=0.0)),
        Case("momentum-and-noise", **_saved(regression(3, 3, 3, 230), momentum=0.9), readonly=True),
        Case("a-path", **_saved(regression(4, 2, 3, 233), kind="path")),
        Case("a-path-as-text", **_saved(regression(5, 3, 2, 236), kind="name")),
        Case("before-the-first-step", **{**_saved(regression(4, 3, 2, 239)), "steps": 0, "epoch": 0}),
        Case("single-precision", **as_single_precision(_saved(regression(4, 2, 2, 242)))),
        random_cases(_random_saved),
    ],
    misconceptions=[
        edit("object-for-its-state", STATE, "[*model.children()]")
        .believes("A model, or an optimiser, is saved by saving the object itself.")
        .ask("What must whoever reads the file have and trust, if it holds an object of your class?"),
        edit("optimizer-left-out", f'        "optimizer": {OPTIMIZER_STATE},\n', "")
        .believes("The weights are all that was learnt.")
        .ask("What velocity does the first step after loading have?"),
        edit("settings-only", OPTIMIZER_STATE, f'{{**{OPTIMIZER_STATE}, "state": {{}}}}')
        .believes("An optimiser is its learning rate.")
        .ask("Which numbers does momentum carry from one step to the next?"),
        edit("random-state-left-out", RANDOM_STATES, "")
        .believes("Random numbers need not continue.")
        .ask("Which units will dropout drop in the first step after loading?"),
        edit("seed-for-state", "torch.get_rng_state()", "torch.initial_seed()")
        .believes("The seed is the state of the generator.")
        .ask("How many numbers have been drawn since the seed was set?"),
        edit("buffers-left-out", STATE, "dict(model.named_parameters())")
        .believes(A_MODEL_IS_ITS_PARAMETERS)
        .ask(RUNNING_MEAN),
        edit("weights-alone", SAVE, f"torch.save({STATE}, file)")
        .believes("A checkpoint is model.state_dict().")
        .ask("Five things are asked for: where do the other four come from when training goes on?"),
        edit("next-epoch", '"epoch": epoch', '"epoch": epoch + 1')
        .believes("What is saved is the number of the epoch that comes next.")
        .ask(EPOCHS_DONE),
    ],
    hints=[
        "What does the next training step read? Weights, buffers, velocities, random numbers, and where it is.",
        "One dictionary with the five entries of the docstring; the two state_dict()s make plain containers.",
        'torch.save({"model": model.state_dict(), …, "rng": torch.get_rng_state(), "cuda_rng": …}, file)',
    ],
    variants=[Variant("bytes-first", (SAVE, SAVE_BYTES))],
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
        Case("just-loaded", **_loaded(regression(4, 3, 2, 251), more=0, momentum=0.0, noise=False)),
        Case("plain-descent", **_loaded(regression(5, 2, 3, 254), momentum=0.0, noise=False), readonly=True),
        Case("momentum", **_loaded(regression(4, 3, 3, 257), noise=False)),
        Case("noise", **_loaded(regression(6, 3, 2, 260), momentum=0.0), readonly=True),
        Case("momentum-and-noise", **_loaded(regression(3, 4, 2, 263), more=4, momentum=0.9)),
        Case("a-path", **_loaded(regression(4, 2, 3, 266), kind="path")),
        Case("a-path-as-text", **_loaded(regression(5, 3, 2, 269), kind="name")),
        Case("from-a-machine-with-eight-gpus", **_loaded(regression(4, 3, 2, 272), kind="elsewhere")),
        Case("a-file-with-code-in-it", **_loaded(regression(3, 2, 2, 275), kind="foreign")),
        Case("single-precision", **as_single_precision(_loaded(regression(5, 2, 2, 278)))),
        random_cases(lambda rng: _loaded(random_regression(rng), momentum=float(rng.uniform(0.2, 0.9)))),
    ],
    misconceptions=[
        edit("optimizer-state-lost", 'optimizer.load_state_dict(checkpoint["optimizer"])', "")
        .believes("The optimiser starts again with the weights.")
        .ask("What velocity does your first step have, and which learning rate?"),
        edit("random-state-lost", SET_RANDOM_STATES, "")
        .believes("Random numbers need not continue.")
        .ask("Which units does dropout drop in the next step, and which would it have dropped?"),
        edit("seeded-again", SET_RANDOM_STATES, "    torch.manual_seed(torch.initial_seed())\n")
        .believes("Setting the seed again restores the generator.")
        .ask("How many numbers had been drawn when the checkpoint was written?"),
        edit("map-location-missing", ', map_location="cpu"', "")
        .believes("torch.load finds a device.")
        .ask("The file says cuda:7, and here is no such device: which argument of torch.load answers that?"),
        edit("code-is-run", "weights_only=True", "weights_only=False")
        .believes("weights_only=False is what makes old files load.")
        .ask("A pickle may call any function while it is read: who wrote the file?"),
        edit("buffers-left-out", LOAD_STATE, COPY_PARAMETERS).believes(A_MODEL_IS_ITS_PARAMETERS).ask(RUNNING_MEAN),
        edit("next-epoch", 'int(checkpoint["epoch"])', 'int(checkpoint["epoch"]) + 1')
        .believes("What is wanted is the number of the epoch that comes next.")
        .ask(EPOCHS_DONE),
        edit("put-into-evaluation", LOAD_STATE, f"{LOAD_STATE}; model.eval()")
        .believes("After loading, a model is used for predictions.")
        .ask("Training goes on as if it had not stopped: in which mode was the model?"),
    ],
    hints=[
        "Five entries were saved: which call puts each one back?",
        "Read to the CPU with map_location; the two load_state_dict calls copy to where the model is.",
        'torch.set_rng_state(checkpoint["rng"]); the GPUs\' states go to torch.cuda.set_rng_state(state, index).',
    ],
    variants=[Variant("generator", ("torch.set_rng_state(", "torch.default_generator.set_state("))],
)
