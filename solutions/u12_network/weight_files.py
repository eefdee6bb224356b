"""A network's weights in a file."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["load_weights", "save_weights"]


def save_weights(network: Any, path: str) -> None:
    """Write a network's weights into an .npz file.

    One plain array per weight, in the order of `network.get_weights()`; their names in the file are free. Nothing
    is pickled: the file can be read with allow_pickle=False. An existing file is replaced.

    Args:
        network: anything with `get_weights()`; not modified.
        path: the file's name, which ends in '.npz'.

    Raises:
        ValueError: `path` does not end in '.npz' (NumPy would append it, and who asks for `path` finds nothing).
    """
    if not path.endswith(".npz"):
        raise ValueError(f"path: got {path!r}, want a name that ends in '.npz'")
    np.savez(path, *network.get_weights())


def load_weights(network: Any, path: str) -> None:
    """Read a network's weights from an .npz file.

    The arrays are taken in the order in which they stand in the file (`.files` of what `np.load` returns), whatever
    their names are: sorted by name, 'arr_10' would come before 'arr_2'. Nothing is unpickled.

    Args:
        network: anything with `set_weights(list of arrays)`, which refuses what does not fit.
        path: the file's name, as it was given to `save_weights`.

    Raises:
        ValueError: the file's arrays do not fit (the text, from `set_weights`, names `weights`); or they are pickled
            objects (the text, from `np.load`, names `allow_pickle`).
    """
    with np.load(path, allow_pickle=False) as file:
        network.set_weights([file[name] for name in file.files])
