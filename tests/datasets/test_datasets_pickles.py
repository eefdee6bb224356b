"""Texts come as pickles: only lists of integers are read from them, and nothing is ever run."""

from __future__ import annotations

import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.datasets import DatasetError, pickled
from tests.datasets.dataset_files import (
    REVIEWS,
    keras_order,
    memory_below,
    objects,
    save,
    small,
    unpickled,
    write_reuters,
)


class TestPickles:
    @pytest.mark.parametrize("protocol", [2, 3, 4, 5])
    def test_every_binary_protocol(self, tmp_path: Path, protocol: int) -> None:
        """Lists of words come out as they went in."""
        assert unpickled(tmp_path, pickle.dumps(objects(REVIEWS), protocol)) == REVIEWS

    def test_the_module_under_its_old_name(self, tmp_path: Path) -> None:
        """Files written by NumPy 1, as Keras's are, name the module differently."""
        stream = pickle.dumps(objects(REVIEWS), 3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
        assert unpickled(tmp_path, stream) == REVIEWS

    def test_files_of_python_2(self, tmp_path: Path) -> None:
        """Byte strings for text, long integers, and lists that are not kept in the memo."""
        stream = (
            b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87Rq\x03"
            b"(K\x01K\x02\x85cnumpy\ndtype\nq\x04U\x02O8K\x00K\x01\x87Rq\x05"
            b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89](](K\x01\x8a\x02\x2c\x01e]K\x09aetb."
        )
        assert unpickled(tmp_path, stream, 2) == [[1, 300], [9]]

    @pytest.mark.parametrize("protocol", [2, 4])
    def test_long_documents(self, tmp_path: Path, protocol: int) -> None:
        """Batches of a thousand and frames of 64 KiB, in which pickles are cut, change nothing."""
        lengths = [0, 1, 2, 999, 1000, 1001, 2001, 70_000]
        texts = [[position % 300 + 70_000 * (position % 7 == 0) for position in range(length)] for length in lengths]
        texts += [[word % 1_000] for word in range(2_000)]
        assert unpickled(tmp_path, pickle.dumps(objects(texts), protocol), len(texts)) == texts

    def test_what_np_savez_writes(self, tmp_path: Path) -> None:
        """NumPy's own function makes such a file, packed or not."""
        for write in (np.savez, np.savez_compressed):
            write(tmp_path / "reuters.npz", x=objects(REVIEWS), y=np.array([0, 45, 1, 2, 3]))
            data = small("reuters", tmp_path, 5, num_words=None, start_char=None, index_from=0)
            assert [*data.x_train, *data.x_test] == [REVIEWS[k] for k in keras_order(5)]

    def test_nothing_is_run(self, tmp_path: Path) -> None:
        """A pickle that calls a function does not: the same file, read as NumPy does when told to, runs it."""
        flag = tmp_path / "ran"

        class Hostile:
            def __reduce__(self) -> tuple[Any, ...]:
                return os.mkdir, (str(flag),)

        hostile: list[Any] = [*REVIEWS[:4], [Hostile()]]
        for stream in (pickle.dumps(Hostile()), pickle.dumps(objects(hostile)), pickle.dumps(Hostile(), 0)):
            write_reuters(tmp_path, stream)
            with pytest.raises(DatasetError, match="x: refused, nothing in it was run: not the pickle of 5 lists"):
                small("reuters", tmp_path, 5)
            assert not flag.exists()
        np.load(tmp_path / "reuters.npz", allow_pickle=True)["x"]
        assert flag.exists()

    @pytest.mark.parametrize("name", ["posix.system", "builtins.eval", "numpy._core.multiarray.scalar", "numpy.load"])
    @pytest.mark.parametrize("protocol", [2, 4])
    def test_no_other_name_is_looked_up(self, tmp_path: Path, name: str, protocol: int) -> None:
        """A pickle of the right form that asks for another function is refused by that function's name."""
        module, _, function = name.rpartition(".")
        text = pickle.dumps(objects(REVIEWS), protocol)
        if protocol == 2:
            hostile = text.replace(b"cnumpy._core.multiarray\n_reconstruct", f"c{module}\n{function}".encode())
        else:
            old = b"\x8c\x16numpy._core.multiarray\x94\x8c\x0c_reconstruct"
            new = b"\x8c%c%b\x94\x8c%c%b" % (len(module), module.encode(), len(function), function.encode())
            hostile = text.replace(old, new).replace(text[2:11], b"")
        assert hostile != text
        with pytest.raises(DatasetError, match=f"refused, nothing in it was run: the pickle asks for '{name}'$"):
            unpickled(tmp_path, hostile)

    @pytest.mark.parametrize(
        "elements",
        [
            [*REVIEWS[:4], "text"],
            [*REVIEWS[:4], [1.5]],
            [*REVIEWS[:4], [True]],
            [*REVIEWS[:4], [[1]]],
            [*REVIEWS[:4], (1, 2)],
            [*REVIEWS[:4], None],
            [*REVIEWS[:4], [np.int64(3)]],
            [*REVIEWS[:4], [1 << 80]],
            [*REVIEWS[:4], np.array([1, 2])],
            [*REVIEWS[:4], {"a": 1}],
            [REVIEWS[0]] * 5,
        ],
    )
    @pytest.mark.parametrize("protocol", [2, 5])
    def test_other_elements_are_refused(self, tmp_path: Path, elements: list[Any], protocol: int) -> None:
        """Elements are lists of whole numbers, each a list of its own, and nothing else."""
        with pytest.raises(DatasetError, match="refused, nothing in it was run: not the pickle of 5 lists of integers"):
            unpickled(tmp_path, pickle.dumps(objects(elements), protocol))

    @pytest.mark.parametrize("change", [-1, 1])
    def test_more_or_fewer_documents_than_announced(self, tmp_path: Path, change: int) -> None:
        """The pickle has as many lists as the array has elements."""
        with pytest.raises(DatasetError, match="refused"):
            unpickled(tmp_path, pickle.dumps(objects(REVIEWS)), 5 + change)

    @pytest.mark.parametrize("size", [0, 1, 60, 150, -1])
    def test_truncated_pickles(self, tmp_path: Path, size: int) -> None:
        """Half a pickle is refused, wherever it ends."""
        with pytest.raises(DatasetError, match="not the pickle of 5 lists of integers"):
            unpickled(tmp_path, pickle.dumps(objects(REVIEWS), 2)[:size])

    def test_what_follows_a_pickle(self, tmp_path: Path) -> None:
        """Bytes after the end are refused."""
        with pytest.raises(DatasetError, match="not the pickle of 5 lists of integers, from byte"):
            unpickled(tmp_path, pickle.dumps(objects(REVIEWS)) + b".")

    @pytest.mark.parametrize(
        ("stream", "message"),
        [
            # A list inside a list: two brackets opened before one is closed.
            (b"\x80\x02cnumpy\nndarray\n)R(NNNN][]ae" + b"tb.", "not the pickle of 2 lists"),
            (b"\x80\x02cnumpy\nndarray\n)R(NNNN]]]aatb.", "not the pickle of 2 lists"),
            (b"\x80\x02cnumpy\nndarray\n)R(NNN]](K\x01e]atb.", "an element is not a list of integers"),
            (b"\x80\x02cnumpy\nndarray\n)R(NNNN](]]aetb.", "not an array of 2 elements"),
            (b"\x80\x02cnumpy\nndarray\n)R(NNNN](](]K\x01aaaetb.", "not the pickle of 2 lists"),
            (b"\x80\x02cnumpy\nndarray\n)R(NNN](]]etb.", "not an array of 2 elements"),
            (b"\x80\x02cnumpy\ndtype\n)R(NNNN](]]etb.", "not an array of 2 elements"),
            (b"\x80\x02cnumpy\nndarray\nN\x85R(NNNN](]]etb.", "the pickle is damaged: "),
            (b"\x80\x02cnumpy\nndarray\n(NNNN](]]etb.", "the pickle is damaged: "),
            (b"\x80\x02tttt](]]etb.", "the pickle is damaged: "),
            (b"\x80\x02h\x07](]]etb.", "the pickle is damaged: "),
            (b"\x80\x02\x8c\x01\xff](]]etb.", "the pickle is damaged: "),
            (b"\x80\x63](]]etb.", "the pickle is damaged: "),
            (b"\x80\x02N" * 50 + b"](]]etb.", "not the pickle of 2 lists of integers"),
        ],
    )
    def test_pickles_written_by_hand(self, tmp_path: Path, stream: bytes, message: str) -> None:
        """What passes for the right form and is not ends in the same refusal."""
        with pytest.raises(DatasetError) as caught:
            unpickled(tmp_path, stream, 2)
        assert f"x: refused, nothing in it was run: {message}" in str(caught.value)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        "stream",
        [
            b"\x80\x02Nr" + struct.pack("<I", 1 << 27) + b"0](]]etb.",
            b"\x80\x02" + b"]" * (4 << 20) + b"tb.",
            b"\x80\x02cnumpy\nndarray\nJ\xff\xff\xff\x7f\x85R(NNNN](]]etb.",
            b"\x80\x02\x8b\xff\xff\xff\x7f](]]etb.",
            b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f](]]etb.",
            b"\x80\x04\x95" + b"\xff" * 7 + b"\x7f](]]etb.",
            b"\x80\x04\x95" + struct.pack("<Q", 1 << 30) + b"](]]etb.",
        ],
        ids=["memo", "lists", "array", "integer", "bytes", "endless-frame", "frame"],
    )
    def test_a_short_pickle_cannot_fill_the_memory(self, tmp_path: Path, stream: bytes) -> None:
        """Positions in the memo, empty lists and sizes announced cost a few bytes each, and could cost gigabytes."""
        with memory_below(40 << 20), pytest.raises(DatasetError, match="refused, nothing in it was run"):
            unpickled(tmp_path, stream, 2)

    def test_a_long_pickle(self, tmp_path: Path) -> None:
        """The texts are bounded before they are unpickled."""
        with pytest.raises(DatasetError, match=r"x: 33554433 bytes, want at most 33554432$"):
            unpickled(tmp_path, bytes((32 << 20) + 1))

    def test_numbers_are_no_texts(self, tmp_path: Path) -> None:
        """An array of numbers in the place of the texts is an error."""
        save(tmp_path / "reuters.npz", x=np.arange(5), y=np.arange(5))
        with pytest.raises(DatasetError, match=r"x: dtype '<i8', want objects \(lists of integers\)$"):
            small("reuters", tmp_path, 5)

    @pytest.mark.parametrize(
        ("word", "text"), [(-1, "-1 to 4"), (1_000_001, "2 to 1000001"), (-(1 << 40), f"{-(1 << 40)} to 4")]
    )
    def test_words_out_of_range(self, tmp_path: Path, word: int, text: str) -> None:
        """Word ids are neither negative nor beyond any vocabulary."""
        save(tmp_path / "reuters.npz", x=objects([[2, word, 4], [], [3]]), y=np.arange(3))
        with pytest.raises(DatasetError, match=f"x: word ids {text}, want 0 to 1000000$"):
            small("reuters", tmp_path, 3)

    def test_documents_without_a_word(self, tmp_path: Path) -> None:
        """Empty documents are documents."""
        assert unpickled(tmp_path, pickle.dumps(objects([[], []])), 2) == [[], []]

    def test_names_that_numpy_uses_are_stand_ins(self) -> None:
        """Not even NumPy's own functions are handed to a pickle."""
        assert not [value for value in pickled._STAND_INS.values() if value.__module__ != pickled.__name__]
