"""pick_device and to_device."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid

CUDA_THERE = "torch.cuda.is_available()"
MPS_THERE = "torch.backends.mps.is_available()"

MOVED = "batch.to(device)"
ITEM = "to_device(item, device)"
DICTIONARIES = "if isinstance(batch, dict):"
COPIED = "copy(batch)"
LEFT_ALONE = "    return batch\n"
TUPLES = "if isinstance(batch, tuple):\n        return "
AS_TENSOR = "return torch.tensor(batch, device=device)"
LISTS_IN_PLACE = f"""if isinstance(batch, list):
        batch[:] = [{ITEM} for item in batch]
        return batch"""
BY_MATCH = """
    match batch:
        case dict():
            moved = [(key, to_device(item, device)) for key, item in batch.items()]
            default = getattr(batch, "default_factory", None)
            return type(batch)(default, moved) if default else type(batch)(moved)
        case list():
            return [to_device(item, device) for item in batch]
        case tuple():
            return getattr(batch, "_make", tuple)([to_device(item, device) for item in batch])
    return batch.to(device) if hasattr(batch, "to") else batch
"""


def drive_pick_device(pick_device: Any, cuda: bool, mps: bool, built: bool) -> Any:
    """Pretend that these devices are there."""
    import contextlib
    from unittest import mock

    import torch

    def current(check_available: bool = False) -> Any:
        name = "cuda" if cuda or (built and not check_available) else "mps" if mps else None
        return torch.device(name) if name else None

    fakes: list[tuple[Any, dict[str, Any]]] = [
        (torch.cuda, {"is_available": lambda: cuda, "device_count": lambda: int(cuda)}),
        (torch.version, {"cuda": "12.6" if built else None}),
        (torch.backends.cuda, {"is_built": lambda: built}),
        (torch.backends.mps, {"is_available": lambda: mps, "is_built": lambda: mps}),
        (torch.mps, {"is_available": lambda: mps, "device_count": lambda: int(mps)}),
        (
            getattr(torch, "accelerator", None),
            {"is_available": lambda: cuda or mps, "current_accelerator": current, "device_count": lambda: cuda or mps},
        ),
    ]
    with contextlib.ExitStack() as stack:
        for owner, values in fakes:
            for name, value in values.items():
                if hasattr(owner, name):
                    stack.enter_context(mock.patch.object(owner, name, value))
        device = pick_device()
    return {"type of the result": type(device).__name__, "device type": getattr(device, "type", str(device))}


pick_device = Exercise(
    "pick_device",
    points=1,
    requires=["torch"],
    scenario=drive_pick_device,
    cases=[
        Case("nothing-but-a-cpu", cuda=False, mps=False, built=False),
        Case("a-cuda-gpu", cuda=True, mps=False, built=True),
        Case("an-apple-gpu", cuda=False, mps=True, built=False),
        Case("built-with-cuda-but-no-gpu", cuda=False, mps=False, built=True),
        Case("both-available", cuda=True, mps=True, built=True),
    ],
    misconceptions=[
        returns("always-cuda", 'torch.device("cuda")')
        .believes("Deep learning runs on CUDA.")
        .ask("What does your function give on a laptop without a GPU?"),
        returns("a-name-for-a-device", "pick_device().type")
        .believes("A device is a string.")
        .ask('`device.type` fails on a string: which class of torch wraps "cpu"?'),
        edit("built-is-available", CUDA_THERE, "torch.version.cuda")
        .believes("If torch was built with CUDA, there is a GPU.")
        .ask("The default Linux wheel contains CUDA: which function asks the driver for a GPU that is there now?"),
        edit("mps-forgotten", MPS_THERE, "False")
        .believes("What is not CUDA is a CPU.")
        .ask("Which backend of torch computes on Apple's GPUs, and where does it say whether it is available?"),
        returns("mps-first", f'torch.device("mps") if {MPS_THERE} else pick_device()')
        .believes("The order of the questions does not matter.")
        .ask("If both are there, which one does the docstring name first?"),
    ],
    hints=[
        "Ask for the devices in the order of the docstring, and return at the first yes.",
        "torch.cuda and torch.backends.mps each have a function that says whether a device can be used now.",
        'if torch.cuda.is_available(): return torch.device("cuda"); the same for mps; else torch.device("cpu").',
    ],
    variants=[Variant("by-count", (CUDA_THERE, "torch.cuda.device_count() > 0"))],
)


def drive_to_device(to_device: Any, batch: Any, target: Any, kind: Any, device: str = "cpu") -> Any:
    """Move a batch, whose arrays become tensors, and whose containers may become others of a kind.

    `meta` is a device that every machine has.
    """
    import collections

    import torch

    value = tensors_of(batch, kind)
    if kind == "Batch":
        fields = [f"field{number}" for number in range(len(value))]
        value = collections.namedtuple("Batch", fields)(*value)
    result = to_device(value, torch.device(target or device))
    after: dict[str, Any] = {}
    found: dict[str, Any] = {}
    describe_tree(value, "batch", after)
    describe_tree(result, "batch", found)
    return {"result": found, "the caller's": after}


def tensors_of(tree: Any, kind: Any) -> Any:
    """The same tree with tensors for arrays, floats in single precision; dictionaries may be of another kind."""
    import collections

    import torch

    if isinstance(tree, dict):
        items = {key: tensors_of(item, kind) for key, item in tree.items()}
        if kind == "OrderedDict":
            return collections.OrderedDict(items)
        return collections.defaultdict(list, items) if kind == "defaultdict" else items
    if isinstance(tree, (list, tuple)):
        return type(tree)([tensors_of(item, kind) for item in tree])
    if not isinstance(tree, np.ndarray):
        return tree
    return torch.tensor(tree, dtype=torch.float32 if tree.dtype.kind == "f" else None)


def describe_tree(value: Any, path: str, found: dict[str, Any]) -> None:
    """Note, by its path, what every part of a tree is."""
    import torch

    if isinstance(value, torch.Tensor):
        kind = f"{str(value.dtype).removeprefix('torch.')} tensor {tuple(value.shape)} on {value.device.type}"
        found[path] = kind if value.is_meta else f"{kind} {value.tolist()}"
    elif isinstance(value, dict):
        default = getattr(value, "default_factory", None)
        of = f" of {default.__name__}" if default else ""
        found[path] = f"{type(value).__name__}{of} with {', '.join(map(repr, value))}"
        for key, item in value.items():
            describe_tree(item, f"{path}[{key!r}]", found)
    elif isinstance(value, (list, tuple)):
        found[path] = f"{type(value).__name__} of {len(value)}"
        for number, item in enumerate(value):
            describe_tree(item, f"{path}[{number}]", found)
    else:
        found[path] = f"{type(value).__name__} {value!r}"


def _random_tree(rng: np.random.Generator, depth: int = 3) -> Any:
    kind = int(rng.integers(7)) if depth else int(rng.integers(4))
    if kind < 4:
        shape = tuple(int(size) for size in rng.integers(1, 4, int(rng.integers(3))))
        leaves = [
            rng.integers(-9, 10, shape) / 4 + np.zeros(shape),
            np.asarray(rng.integers(0, 9, shape)),
            np.asarray(rng.integers(0, 2, shape)).astype(bool),
            ["id-7", 3, None, 0.5][int(rng.integers(4))],
        ]
        return leaves[kind]
    items = [_random_tree(rng, depth - 1) for _ in range(int(rng.integers(1, 4)))]
    return [items, tuple(items), {f"key{number}": item for number, item in enumerate(items)}][kind - 4]


def _random_batch(rng: np.random.Generator) -> dict[str, Any]:
    batch = {"x": rng.integers(-9, 10, (2, 3)) / 4, "more": [_random_tree(rng), _random_tree(rng)]}
    return {"batch": batch, "target": "meta" if rng.random() < 0.8 else None, "kind": None}


PAIR = (grid(2, 3), np.array([1, 0]))

to_device = Exercise(
    "to_device",
    points=2,
    requires=["torch"],
    scenario=drive_to_device,
    helpers=[tensors_of, describe_tree],
    cases=[
        Case("one-tensor", batch=grid(2, 3), target="meta", kind=None),
        Case("where-it-is-already", batch=[grid(3)], target=None, kind=None, readonly=True),
        Case("a-list", batch=[grid(2), grid(3)], target="meta", kind=None),
        Case("a-pair", batch=PAIR, target="meta", kind=None, readonly=True),
        Case("a-dictionary", batch={"x": grid(2, 2), "y": np.array([3, 1])}, target="meta", kind=None),
        Case("dtypes", batch=[grid(2), np.array([7, 255], dtype=np.uint8), np.array([True])], target=None, kind=None),
        Case("numbers-and-strings", batch=["a text", 3, 0.5, None, True, grid(2)], target="meta", kind=None),
        Case(
            "nested",
            batch={"images": [grid(2, 1), (grid(3), "left")], "about": {"ids": np.arange(2), "fold": 1}},
            target="meta",
            kind=None,
        ),
        Case("a-named-tuple", batch=PAIR, target="meta", kind="Batch"),
        Case("an-ordered-dictionary", batch={"y": grid(2), "x": [grid(1)]}, target="meta", kind="OrderedDict"),
        Case("a-dictionary-with-a-default", batch={"x": grid(2), "ids": [3]}, target="meta", kind="defaultdict"),
        Case("empty-containers", batch=[[], {}, ()], target="meta", kind=None),
        random_cases(_random_batch, count=3),
    ],
    misconceptions=[
        edit("result-dropped", f"return {MOVED}", f"{MOVED}; return batch")
        .believes("x.to(device) moves x.")
        .ask("A tensor's memory is where it was made: what does `.to` return, and where does that go?"),
        edit("dictionaries-forgotten", DICTIONARIES, "if False:")
        .believes("A batch is a list or a tuple.")
        .ask("What does your function return for {'x': tensor}?"),
        edit("one-level", ITEM, "item.to(device) if isinstance(item, Tensor) else item")
        .believes("The tensors are the items of the batch.")
        .ask("Which function moves an item that is a list itself?"),
        edit("lists-for-tuples", DICTIONARIES, f"{TUPLES}[{ITEM} for item in batch]\n    {DICTIONARIES}")
        .believes("A list is as good as a tuple.")
        .ask("What type does your result have where the batch had a tuple?"),
        edit("names-lost", DICTIONARIES, f"{TUPLES}tuple({ITEM} for item in batch)\n    {DICTIONARIES}")
        .believes("A named tuple is a tuple.")
        .ask("The caller writes batch.labels: has your result that field?"),
        edit("plain-dictionaries", COPIED, "{}")
        .believes("An OrderedDict is a dict, and so is a defaultdict.")
        .ask("What type does your result have where the batch had a defaultdict? What does `copy` keep of one?"),
        edit("numbers-made-tensors", LEFT_ALONE, f"    if isinstance(batch, (int, float)): {AS_TENSOR}\n{LEFT_ALONE}")
        .believes("Everything in a batch becomes a tensor.")
        .ask("What does the docstring say about numbers, strings and None?"),
        edit("containers-changed", COPIED, "batch", DICTIONARIES, f"{LISTS_IN_PLACE}\n    {DICTIONARIES}")
        .believes("The batch can be updated in place.")
        .ask("Whose list is it whose items you replace?"),
        edit("all-floats", MOVED, "batch.float().to(device)")
        .believes("A network works on floats, so labels become floats too.")
        .ask("Which dtype does cross-entropy want for labels, and which do yours have after the move?"),
    ],
    hints=[
        "What is it? A tensor, a dictionary, a list, a tuple, or something else: five branches.",
        "A container's items are batches themselves: the function calls itself on each of them.",
        "A copy of the dictionary, its items replaced; type(batch)(…) for lists and tuples, *items for named ones.",
    ],
    variants=[Variant("by-match", BY_MATCH)],
)
