"""save_weights and load_weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import normal

SAVED = "np.savez(path, *network.get_weights())"
ARRAYS = "[file[name] for name in file.files]"


class _Shelf:
    """A network of nothing but weights."""

    def __init__(self, weights: Any) -> None:
        self.weights = weights

    @property
    def parameters(self) -> Any:
        return self.weights[:-1]

    def get_weights(self) -> Any:
        return [array.copy() for array in self.weights]

    def set_weights(self, weights: Any) -> None:
        if [np.shape(each) for each in weights] != [each.shape for each in self.weights]:
            raise ValueError("weights: got others than the network has")
        self.weights = [np.array(each) for each in weights]


def drive_save(save_weights: Any, weights: Any, name: str, twice: bool) -> Any:
    """Save, and read with NumPy what is in the file."""
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        if twice:
            save_weights(_Shelf([array + 1 for array in weights] + [np.ones(3)]), path)
        network = _Shelf(weights)
        save_weights(network, path)
        record = {"files that were written": sorted(os.listdir(folder))}
        try:
            with np.load(path, allow_pickle=False) as file:
                arrays = [file[key] for key in file.files]
        except ValueError:
            return {**record, "the file can be read with allow_pickle=False": False, "arrays in the file": []}
        return {**record, "the file can be read with allow_pickle=False": True, "arrays in the file": arrays}


def drive_load(load_weights: Any, weights: Any, shapes: Any, names: Any, pickled: bool) -> Any:
    """Write a file with NumPy, and load it into a network of zeros."""
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "weights.npz")
        kind = object if pickled else None
        np.savez(path, **{name: array.astype(kind or array.dtype) for name, array in zip(names, weights, strict=True)})
        network = _Shelf([np.zeros(shape) for shape in shapes])
        returned = load_weights(network, path)
        return {"weights of the network": network.weights, "nothing is returned": returned is None}


def _saved(*shapes: Any, seed: int = 0, name: str = "weights.npz", twice: bool = False, dtype: str = "float64") -> Any:
    weights = [normal(*shape, seed=seed + k).astype(dtype) for k, shape in enumerate(shapes)]
    return {"weights": weights, "name": name, "twice": twice}


def _loaded(
    *shapes: Any, seed: int = 0, into: Any = None, names: Any = None, dtype: str = "float64", pickled: bool = False
) -> Any:
    weights = [normal(*shape, seed=seed + k).astype(dtype) for k, shape in enumerate(shapes)]
    given = [f"arr_{k}" for k in range(len(shapes))] if names is None else list(names)
    return {"weights": weights, "shapes": list(shapes if into is None else into), "names": given, "pickled": pickled}


def _random_shapes(rng: np.random.Generator) -> list[tuple[int, ...]]:
    return [tuple(int(n) for n in rng.integers(1, 4, rng.integers(1, 4))) for _ in range(rng.integers(2, 5))]


MANY = [(2,)] * 12

save_weights = Exercise(
    "save_weights",
    points=1,
    reference="save_weights",
    scenario=drive_save,
    helpers=[_Shelf],
    cases=[
        Case("two-arrays", **_saved((2, 3), (3,))),
        Case("kernels-and-vectors", **_saved((2, 2, 1, 3), (3,), (3,), (4, 2), seed=3), readonly=True),
        Case("a-dozen", **_saved(*MANY, seed=8)),
        Case("one-array", **_saved((4,), seed=20)),
        Case("arrays-of-one-shape", **_saved((2, 2), (2, 2), (2, 2), seed=21), readonly=True),
        Case("single-precision", **_saved((2, 3), (3,), seed=24, dtype="float32")),
        Case("an-older-file", **_saved((3, 2), (2,), seed=26, twice=True)),
        Case("another-ending", raises="path", **_saved((2,), (1,), name="weights.txt")),
        Case("no-ending", raises="path", **_saved((2,), (1,), name="weights")),
        random_cases(lambda rng: _saved(*_random_shapes(rng), seed=int(rng.integers(2**20)))),
    ],
    misconceptions=[
        edit("parameters-only", "network.get_weights()", "network.parameters")
        .believes("What was learnt is what must be saved.")
        .ask("What will batch norm normalise with when the file has been loaded?"),
        edit(
            "one-object-array",
            SAVED,
            """arrays = np.empty(len(network.get_weights()), dtype=object)
    arrays[:] = network.get_weights()
    np.savez(path, weights=arrays)""",
        )
        .believes("A list of arrays is an array of objects.")
        .ask("How does NumPy store objects, and who should run what is in such a file?"),
        edit(
            "one-long-vector",
            SAVED,
            "np.savez(path, np.concatenate([array.ravel() for array in network.get_weights()]))",
        )
        .believes("All numbers in a row are all weights.")
        .ask("How many arrays does `set_weights` want?"),
        body("ending-appended-always", 'np.savez(path + ".npz", *network.get_weights())')
        .believes("The ending is added to the path.")
        .ask("With which name will the caller look for the file?"),
        edit(
            "rounded-to-float32",
            SAVED,
            "np.savez(path, *[array.astype(np.float32) for array in network.get_weights()])",
        )
        .believes("Half the digits are enough.")
        .ask("After saving and loading, does the network answer exactly what it did before?"),
        edit(
            "names-in-the-order-of-the-alphabet",
            SAVED,
            """named = {f"arr_{k}": array for k, array in enumerate(network.get_weights())}
    np.savez(path, **dict(sorted(named.items(), key=lambda pair: pair[0])))""",
        )
        .believes("The arrays are sorted by name.")
        .ask("Which comes first in the alphabet: arr_2 or arr_10?"),
    ],
    variants=[
        Variant(
            "named", (SAVED, 'np.savez(path, **{f"weight {k:04}": w for k, w in enumerate(network.get_weights())})')
        ),
        Variant("compressed", ("np.savez(", "np.savez_compressed(")),
    ],
    hints=[
        "NumPy has a function that writes several arrays into one file.",
        "Which method of the network gives everything that must be kept, in order?",
        "np.savez(path, *network.get_weights()), after a look at the ending of the path.",
    ],
)

load_weights = Exercise(
    "load_weights",
    points=1,
    reference="load_weights",
    scenario=drive_load,
    helpers=[_Shelf],
    cases=[
        Case("two-arrays", **_loaded((2, 3), (3,))),
        Case("kernels-and-vectors", **_loaded((2, 2, 1, 3), (3,), (3,), (4, 2), seed=3), readonly=True),
        Case("a-dozen", **_loaded(*MANY, seed=8)),
        Case("one-array", **_loaded((4,), seed=20)),
        Case("names-of-somebody-else", **_loaded((2, 2), (2, 2), (2, 2), seed=21, names=["w", "b", "a"])),
        Case("single-precision", **_loaded((2, 3), (3,), seed=24, dtype="float32")),
        Case("too-few-in-the-file", raises="weights", **_loaded((2, 3), into=[(2, 3), (3,)])),
        Case("too-many-in-the-file", raises="weights", **_loaded((2, 3), (3,), (1,), into=[(2, 3), (3,)])),
        Case("pickled-objects", raises="allow_pickle", **_loaded((2, 3), (3,), pickled=True)),
        Case("another-shape", raises="weights", **_loaded((3, 2), (3,), into=[(2, 3), (3,)])),
        random_cases(lambda rng: _loaded(*_random_shapes(rng), seed=int(rng.integers(2**20)))),
    ],
    misconceptions=[
        edit("sorted-by-name", "in file.files", "in sorted(file.files)")
        .believes("The names bring the arrays into order.")
        .ask("Which comes first in the alphabet: arr_2 or arr_10?"),
        edit("names-taken-for-granted", ARRAYS, '[file[f"arr_{k}"] for k in range(len(file.files))]')
        .believes("The arrays are called arr_0, arr_1, …")
        .ask("What does the docstring say about the names in the file?"),
        edit("unpickled", "allow_pickle=False", "allow_pickle=True")
        .believes("A file is read whatever it holds.")
        .ask("What can a pickle do besides holding numbers, and who wrote the file?"),
        edit(
            "reshaped-to-fit",
            ARRAYS,
            "[file[name].reshape(old.shape) for name, old in zip(file.files, network.weights, strict=True)]",
        )
        .believes("As long as the count is right, the shape can be mended.")
        .ask("Whose weights are they if (3, 2) comes where (2, 3) is wanted?"),
        edit("returned-not-set", f"network.set_weights({ARRAYS})", f"return {ARRAYS}")
        .believes("Loading is reading.")
        .ask("What does the network compute with after your call?"),
        edit("not-through-set-weights", f"network.set_weights({ARRAYS})", f"network.weights = {ARRAYS}")
        .believes("The arrays go straight into the network.")
        .ask("Which method refuses what does not fit?"),
    ],
    variants=[Variant("read-as-a-dict", (ARRAYS, "list(dict(file).values())"))],
    hints=[
        "np.load gives an object that behaves like a dict, and must be closed.",
        "Its `.files` are the names in the order of the file.",
        "Open it with np.load(path, allow_pickle=False), list file[name] for each of file.files, and set these.",
    ],
)
