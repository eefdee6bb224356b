"""Data sets of numbers: every way in which their files can be written, and damaged."""

from __future__ import annotations

import gzip
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.datasets import DatasetError
from tests.datasets.dataset_files import (
    IDX_NAMES,
    KEYS,
    MNIST,
    PIXELS,
    Array,
    fingerprint,
    idx,
    keras_order,
    memory_below,
    npy,
    objects,
    save,
    small,
    write_members,
    write_mnist,
)


class TestMnist:
    @pytest.mark.parametrize(
        "names",
        [
            IDX_NAMES,
            tuple(f"{name}.gz" for name in IDX_NAMES),
            tuple(name.replace("-idx", ".idx") for name in IDX_NAMES),
            tuple(name.replace("-idx", ".idx") + ".gz" for name in IDX_NAMES),
            (IDX_NAMES[0] + ".gz", *IDX_NAMES[1:]),
        ],
    )
    def test_idx_files_under_every_name(self, tmp_path: Path, names: tuple[str, ...]) -> None:
        """Plain or packed, with a dash or a dot: the pixels are uint8, the labels int64, in the order of the file."""
        write_mnist(tmp_path, names=names)
        data = small("mnist", tmp_path, 3, 2)
        for got, want, dtype in zip(
            (data.x_train, data.y_train, data.x_test, data.y_test), MNIST, [np.uint8, np.int64] * 2, strict=True
        ):
            assert isinstance(got, np.ndarray)
            np.testing.assert_array_equal(got, want)
            assert (got.dtype, got.flags.writeable) == (dtype, True)
        assert (data.name, data.source, data.is_fallback) == ("mnist", ", ".join(names), False)

    def test_npz_holds_the_same(self, tmp_path: Path) -> None:
        """Keras's archive gives the same data as the IDX files."""
        save(tmp_path / "mnist.npz", **dict(zip(KEYS, MNIST, strict=True)))
        packed = small("mnist", tmp_path, 3, 2)
        assert packed.source == "mnist.npz"
        write_mnist(tmp_path)
        plain = small("mnist", tmp_path, 3, 2)
        assert plain.source.startswith("train-images")
        assert fingerprint(packed) == fingerprint(plain)

    def test_the_archive_is_taken_where_idx_files_are_missing(self, tmp_path: Path) -> None:
        """Incomplete IDX files do not matter beside a complete archive."""
        save(tmp_path / "mnist.npz", **dict(zip(KEYS, MNIST, strict=True)))
        (tmp_path / IDX_NAMES[0]).write_bytes(b"")
        assert small("mnist", tmp_path, 3, 2).source == "mnist.npz"

    def test_incomplete_files_are_an_error(self, tmp_path: Path) -> None:
        """Some of the four files are not replaced by other data: the missing ones are named."""
        write_mnist(tmp_path)
        (tmp_path / IDX_NAMES[1]).unlink()
        (tmp_path / IDX_NAMES[2]).unlink()
        with pytest.raises(DatasetError, match=f"{IDX_NAMES[1]}, {IDX_NAMES[2]} missing beside {IDX_NAMES[3]}$"):
            small("mnist", tmp_path, 3, 2)

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            (IDX_NAMES[0], b"\0\0\x08", "3 bytes, want a header of 16"),
            (IDX_NAMES[0], idx(MNIST[1]), "11 bytes, want a header of 16"),
            (
                IDX_NAMES[0],
                b"\0\0\x0d\3" + idx(MNIST[0])[4:],
                "magic number 0x00000d03, want 0x00000803 (bytes, 3 axes)",
            ),
            (IDX_NAMES[1], idx(MNIST[0]), "magic number 0x00000803, want 0x00000801 (bytes, 1 axes)"),
            (IDX_NAMES[0], idx(PIXELS), "shape (5, 28, 28), want (3, 28, 28)"),
            (IDX_NAMES[1], idx(MNIST[3]), "shape (2,), want (3,)"),
            (IDX_NAMES[1], idx(MNIST[1])[:-1], "2 bytes after the header, want 3 for shape (3,)"),
            (IDX_NAMES[1], idx(MNIST[1]) + b"\0", "more than 3 bytes after the header, want 3 for shape (3,)"),
            (IDX_NAMES[1], idx(np.array([1, 10, 2], np.uint8)), "labels 1 to 10, want 0 to 9"),
            (IDX_NAMES[1] + ".gz", idx(MNIST[1]), "not a complete gzip file: Not a gzipped file (b'\\x00\\x00')"),
            (
                IDX_NAMES[1] + ".gz",
                gzip.compress(idx(MNIST[1]), mtime=0)[:-9],
                "not a complete gzip file: Compressed file ended",
            ),
            (
                IDX_NAMES[1] + ".gz",
                gzip.compress(idx(MNIST[1]), mtime=0)[:-8] + bytes(8),
                "not a complete gzip file: CRC check",
            ),
            (
                IDX_NAMES[1] + ".gz",
                gzip.compress(b"", mtime=0)[:10] + b"\xff" * 9,
                "not a complete gzip file: Error -3",
            ),
        ],
    )
    def test_damaged_idx_files(self, tmp_path: Path, name: str, content: bytes, message: str) -> None:
        """The message is one line: the file, what it holds, and what it should."""
        write_mnist(tmp_path)
        (tmp_path / name.removesuffix(".gz")).unlink()
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DatasetError) as caught:
            small("mnist", tmp_path, 3, 2)
        assert str(caught.value).startswith(f"{tmp_path / name}: {message}")
        assert "\n" not in str(caught.value)

    def test_a_packed_file_is_not_unpacked_beyond_its_size(self, tmp_path: Path) -> None:
        """A gzip file that would fill the memory is read as far as MNIST's file goes, and refused."""
        write_mnist(tmp_path)
        (tmp_path / IDX_NAMES[1]).unlink()
        bomb = gzip.compress(idx(MNIST[1]) + bytes(100 << 20), mtime=0)
        (tmp_path / f"{IDX_NAMES[1]}.gz").write_bytes(bomb)
        with memory_below(16 << 20), pytest.raises(DatasetError, match="more than 3 bytes"):
            small("mnist", tmp_path, 3, 2)

    @pytest.mark.parametrize(
        ("key", "array", "message"),
        [
            ("x_train", PIXELS, "shape (5, 28, 28), want (3, 28, 28)"),
            ("x_train", MNIST[0].astype(np.int64), "dtype int64, want uint8"),
            ("x_test", np.full((2, 28, 28), "a"), "dtype '<U1', want numbers"),
            ("x_test", objects([1, 2]), "shape (2,), want (2, 28, 28)"),
            ("y_test", np.array([1.0, 2.0]), "dtype float64, want integers"),
            ("y_test", np.array([True, False]), "dtype bool, want integers"),
            ("y_test", np.array([3, -1]), "labels -1 to 3, want 0 to 9"),
            ("y_test", np.array([3, 4, 5]), "shape (3,), want (2,)"),
            ("y_test", np.array(3), "shape (), want (2,)"),
            ("y_test", objects([1, 2]), "dtype '|O', want numbers"),
            ("y_test", np.array([(1, 2)], "i4,i4"), "not a plain array in NumPy's format"),
        ],
    )
    def test_archives_with_other_arrays(self, tmp_path: Path, key: str, array: Array, message: str) -> None:
        """Shape, dtype and range of every array are checked; the message names file and key."""
        save(tmp_path / "mnist.npz", **{**dict(zip(KEYS, MNIST, strict=True)), key: array})
        with pytest.raises(DatasetError) as caught:
            small("mnist", tmp_path, 3, 2)
        assert str(caught.value) == f"{tmp_path / 'mnist.npz'}, {key}: {message}"


class TestBostonHousing:
    X = np.arange(130.0).reshape(10, 13)
    Y = np.arange(10.0) + 5

    @pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4"])
    @pytest.mark.parametrize("order", ["C", "F"])
    def test_order_and_split_are_those_of_keras(self, tmp_path: Path, dtype: str, order: Any) -> None:
        """Shuffled by RandomState(113), the first 80 % for training, whatever the byte order and the axes' order."""
        save(tmp_path / "boston_housing.npz", x=self.X.astype(dtype, order=order), y=self.Y.astype(dtype))
        data = small("boston_housing", tmp_path, 10)
        indices = keras_order(10)
        assert isinstance(data.x_train, np.ndarray)
        assert (data.x_train.dtype, data.y_train.dtype) == (np.float64, np.float64)
        np.testing.assert_array_equal(data.x_train, self.X[indices[:8]])
        np.testing.assert_array_equal(data.y_train, self.Y[indices[:8]])
        np.testing.assert_array_equal(data.x_test, self.X[indices[8:]])
        np.testing.assert_array_equal(data.y_test, self.Y[indices[8:]])
        assert (data.source, data.is_fallback) == ("boston_housing.npz", False)

    @pytest.mark.parametrize("version", [b"\x01\x00", b"\x02\x00", b"\x03\x00"])
    def test_every_version_of_the_format(self, tmp_path: Path, version: bytes) -> None:
        """NumPy's three versions of its header are read."""
        x = npy("<f8", "(10, 13)", self.X.tobytes(), version)
        write_members(tmp_path / "boston_housing.npz", x=x, y=npy("<f8", "(10,)", self.Y.tobytes(), version))
        data = small("boston_housing", tmp_path, 10)
        assert sorted([*data.y_train, *data.y_test]) == self.Y.tolist()

    @pytest.mark.parametrize(
        ("member", "message"),
        [
            (npy("<f8", "(10, 13)", X.tobytes()[:-1]), "1039 bytes of data, want 1040 for shape (10, 13) of float64"),
            (
                npy("<f8", "(10, 13)", X.tobytes() + b"\0"),
                "1041 bytes of data, want 1040 for shape (10, 13) of float64",
            ),
            (npy("<i8", "(10, 13)", X.tobytes()), "dtype int64, want floats"),
            (
                npy("<f8", "(10, 13)", np.where(X == 5, np.nan, X).tobytes()),
                "holds NaN or infinity, want finite numbers",
            ),
            (npy("<c16", "(10, 13)", X.tobytes()), "dtype '<c16', want numbers"),
            (npy("<f3", "(10, 13)", X.tobytes()), "dtype '<f3', want numbers"),
            (npy("<f8", "(999999999999, 13)", b""), "shape (999999999999, 13), want (10, 13)"),
            (npy("<f8", "(1e9,)", b""), "not a plain array in NumPy's format"),
            (npy("<f8", "(__import__('os'),)", b""), "not a plain array in NumPy's format"),
            (b"<html>404</html>", "not a plain array in NumPy's format"),
        ],
    )
    def test_damaged_arrays(self, tmp_path: Path, member: bytes, message: str) -> None:
        """Truncated, lengthened, of another type, not finite, or no array at all."""
        write_members(tmp_path / "boston_housing.npz", x=member, y=npy("<f8", "(10,)", self.Y.tobytes()))
        with pytest.raises(DatasetError) as caught:
            small("boston_housing", tmp_path, 10)
        assert str(caught.value) == f"{tmp_path / 'boston_housing.npz'}, x: {message}"


class TestArchives:
    ARRAY = npy("<f8", "(10,)", bytes(80))

    def refusal(self, folder: Path) -> str:
        """What is said about the archive, after its name."""
        with pytest.raises(DatasetError) as caught:
            small("boston_housing", folder, 10)
        assert "\n" not in str(caught.value)
        return str(caught.value).removeprefix(str(folder / "boston_housing.npz"))

    def test_no_archive(self, tmp_path: Path) -> None:
        """A page that was saved in its place is named as what it is not."""
        (tmp_path / "boston_housing.npz").write_text("<html>Not found</html>")
        assert self.refusal(tmp_path) == ": not a sound .npz file: File is not a zip file"

    def test_a_truncated_archive(self, tmp_path: Path) -> None:
        """Half a download is no archive."""
        path = tmp_path / "boston_housing.npz"
        write_members(path, x=self.ARRAY, y=self.ARRAY)
        path.write_bytes(path.read_bytes()[:-60])
        assert self.refusal(tmp_path) == ": not a sound .npz file: File is not a zip file"

    def test_damaged_bytes(self, tmp_path: Path) -> None:
        """The archive's checksums are heeded."""
        path = tmp_path / "boston_housing.npz"
        write_members(path, zipfile.ZIP_STORED, x=self.ARRAY, y=self.ARRAY)
        path.write_bytes(path.read_bytes().replace(bytes(80), b"\1" * 80))
        assert self.refusal(tmp_path) == ": not a sound .npz file: Bad CRC-32 for file 'x.npy'"

    @pytest.mark.parametrize(
        ("members", "found"), [({"X": ARRAY, "y\n" + "z" * 99: ARRAY}, "'X', 'y\\n" + "z" * 38 + "'"), ({}, "nothing")]
    )
    def test_a_missing_key(self, tmp_path: Path, members: dict[str, Any], found: str) -> None:
        """What the archive holds instead is listed."""
        write_members(tmp_path / "boston_housing.npz", **members)
        assert self.refusal(tmp_path) == f": no array 'x'; it holds {found}"

    def test_a_member_that_unpacks_to_too_much(self, tmp_path: Path) -> None:
        """A small archive cannot ask for a lot of memory."""
        write_members(tmp_path / "boston_housing.npz", x=bytes((64 << 20) + 1), y=self.ARRAY)
        with memory_below(8 << 20):
            assert self.refusal(tmp_path) == ", x: unpacks to 67108865 bytes, want at most 67108864"

    def test_a_member_that_unpacks_to_more_than_it_says(self, tmp_path: Path) -> None:
        """What an archive says of its sizes bounds what is unpacked."""
        path = tmp_path / "boston_housing.npz"
        write_members(path, x=bytes(48 << 20), y=self.ARRAY)
        path.write_bytes(path.read_bytes().replace(struct.pack("<I", 48 << 20), struct.pack("<I", 100)))
        with memory_below(8 << 20):
            assert self.refusal(tmp_path) == ": not a sound .npz file: Bad CRC-32 for file 'x.npy'"

    def test_a_compression_without_a_bound(self, tmp_path: Path) -> None:
        """Methods that NumPy does not write are refused: they unpack as much as there is."""
        write_members(tmp_path / "boston_housing.npz", zipfile.ZIP_LZMA, x=self.ARRAY, y=self.ARRAY)
        assert self.refusal(tmp_path) == ", x: compression method 14, want stored or deflated"

    def test_a_file_that_is_too_large(self, tmp_path: Path) -> None:
        """No file of these data sets has more than 64 MiB."""
        with (tmp_path / "boston_housing.npz").open("wb") as stream:
            stream.truncate((64 << 20) + 1)
        assert self.refusal(tmp_path) == ": 67108865 bytes, want at most 67108864"

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        """What is there but not a file is an error: nothing else is loaded instead."""
        (tmp_path / "boston_housing.npz").mkdir()
        assert self.refusal(tmp_path) == ": not a file"

    def test_an_unreadable_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The system's reason is passed on."""

        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        write_members(tmp_path / "boston_housing.npz")
        monkeypatch.setattr(Path, "open", refuse)
        assert self.refusal(tmp_path) == ": cannot be read: Permission denied"
