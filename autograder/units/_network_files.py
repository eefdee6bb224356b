"""Assessment of networks: save_weights and load_weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal

__all__ = ["load_weights", "save_weights"]


class Shelf:
    """A network of nothing but weights."""

    def __init__(self, weights: Any) -> None:
        """Keep the arrays."""
        self.weights = weights

    @property
    def parameters(self) -> Any:
        """All arrays but the last, which counts as a statistic."""
        return self.weights[:-1]

    def get_weights(self) -> Any:
        """Copies."""
        return [array.copy() for array in self.weights]

    def set_weights(self, weights: Any) -> None:
        """Copies, if they fit."""
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
            save_weights(Shelf([array + 1 for array in weights] + [np.ones(3)]), path)
        network = Shelf(weights)
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
        network = Shelf([np.zeros(shape) for shape in shapes])
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


def _savez(network: Any, path: str, arrays: Any) -> None:
    if not path.endswith(".npz"):
        raise ValueError("path")
    np.savez(path, *arrays)


def _by_any_name(network: Any, path: str) -> None:
    np.savez(path, *network.get_weights())


def _one_object(network: Any, path: str) -> None:
    weights = np.empty(len(network.weights), dtype=object)
    weights[:] = network.get_weights()
    np.savez(path, weights=weights)


def _one_vector(network: Any, path: str) -> None:
    np.savez(path, np.concatenate([array.ravel() for array in network.get_weights()]))


def _appended(network: Any, path: str) -> None:
    np.savez(path + ".npz", *network.get_weights())


def _in_half_precision(network: Any, path: str) -> None:
    np.savez(path, *[array.astype(np.float32) for array in network.get_weights()])


def _named_backwards(network: Any, path: str) -> None:
    arrays = network.get_weights()
    np.savez(path, **{f"arr_{k}": arrays[k] for k in sorted(range(len(arrays)), key=str)})


save_weights = Exercise(
    "save_weights",
    points=1,
    reference="save_weights",
    scenario=drive_save,
    helpers=[Shelf],
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
        Misconception(
            "parameters-only",
            believes="What was learnt is what must be saved.",
            wrong=lambda network, path: _savez(network, path, network.parameters),
            hint="What will batch norm normalise with when the file has been loaded?",
        ),
        Misconception(
            "one-object-array",
            believes="A list of arrays is an array of objects.",
            wrong=_one_object,
            hint="How does NumPy store objects, and who should run what is in such a file?",
        ),
        Misconception(
            "one-long-vector",
            believes="All numbers in a row are all weights.",
            wrong=_one_vector,
            hint="How many arrays does `set_weights` want?",
        ),
        Misconception(
            "ending-appended-always",
            believes="The ending is added to the path.",
            wrong=_appended,
            hint="With which name will the caller look for the file?",
        ),
        Misconception(
            "rounded-to-float32",
            believes="Half the digits are enough.",
            wrong=_in_half_precision,
            hint="After saving and loading, does the network answer exactly what it did before?",
        ),
        Misconception(
            "names-in-the-order-of-the-alphabet",
            believes="The arrays are sorted by name.",
            wrong=_named_backwards,
            hint="Which comes first in the alphabet: arr_2 or arr_10?",
        ),
    ],
    variants=[
        Variant("named", lambda network, path: _named(network, path)),
        Variant("compressed", lambda network, path: _compressed(network, path)),
    ],
    hints=[
        "NumPy has a function that writes several arrays into one file.",
        "Which method of the network gives everything that must be kept, in order?",
        "np.savez(path, *network.get_weights()), after a look at the ending of the path.",
    ],
)


def _named(network: Any, path: str) -> None:
    if not path.endswith(".npz"):
        raise ValueError("path")
    np.savez(path, **{f"weight {k:04}": array for k, array in enumerate(network.get_weights())})


def _compressed(network: Any, path: str) -> None:
    if not path.endswith(".npz"):
        raise ValueError("path")
    np.savez_compressed(path, *network.get_weights())


def _read(path: str) -> Any:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _sorted_names(network: Any, path: str) -> None:
    arrays = _read(path)
    network.set_weights([arrays[name] for name in sorted(arrays)])


def _numbered_names(network: Any, path: str) -> None:
    arrays = _read(path)
    network.set_weights([arrays[f"arr_{k}"] for k in range(len(arrays))])


def _reshaped(network: Any, path: str) -> None:
    arrays = list(_read(path).values())
    network.set_weights([array.reshape(old.shape) for array, old in zip(arrays, network.weights, strict=True)])


def _unpickled(network: Any, path: str) -> None:
    with np.load(path, allow_pickle=True) as file:
        network.set_weights([file[name] for name in file.files])


def _returned(network: Any, path: str) -> Any:
    return list(_read(path).values())


def _unchecked(network: Any, path: str) -> None:
    network.weights = list(_read(path).values())


load_weights = Exercise(
    "load_weights",
    points=1,
    reference="load_weights",
    scenario=drive_load,
    helpers=[Shelf],
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
        Misconception(
            "sorted-by-name",
            believes="The names bring the arrays into order.",
            wrong=_sorted_names,
            hint="Which comes first in the alphabet: arr_2 or arr_10?",
        ),
        Misconception(
            "names-taken-for-granted",
            believes="The arrays are called arr_0, arr_1, …",
            wrong=_numbered_names,
            hint="What does the docstring say of the names in the file?",
        ),
        Misconception(
            "unpickled",
            believes="A file is read whatever it holds.",
            wrong=_unpickled,
            hint="What else can a pickle do than hold numbers, and who wrote the file?",
        ),
        Misconception(
            "reshaped-to-fit",
            believes="As long as the count is right, the shape can be mended.",
            wrong=_reshaped,
            hint="Whose weights are they, if (3, 2) comes where (2, 3) is wanted?",
        ),
        Misconception(
            "returned-not-set",
            believes="Loading is reading.",
            wrong=_returned,
            hint="What does the network compute with after your call?",
        ),
        Misconception(
            "not-through-set-weights",
            believes="The arrays go straight into the network.",
            wrong=_unchecked,
            hint="Which method refuses what does not fit?",
        ),
    ],
    variants=[Variant("read-as-a-dict", lambda network, path: network.set_weights(list(_read(path).values())))],
    hints=[
        "np.load gives an object that behaves like a dict, and must be closed.",
        "Its `.files` are the names in the order of the file.",
        "with np.load(path, allow_pickle=False) as file: network.set_weights([file[name] for name in file.files])",
    ],
)
