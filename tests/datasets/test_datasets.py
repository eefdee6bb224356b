"""Data sets: texts as Keras hands them out, the real sizes, and what stands in where there are no files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.datasets import DatasetError, load
from autograder.datasets.splitting import shuffled
from autograder.datasets.text import TextOptions
from tests.datasets.dataset_files import IDX_NAMES, REVIEWS, fingerprint, keras_order, objects, save, small, write_mnist


class TestTexts:
    def test_imdb_in_the_order_of_keras(self, tmp_path: Path) -> None:
        """Both parts are shuffled, the test part by what the generator gives next."""
        y = np.array([0, 1, 1, 0, 1])
        save(tmp_path / "imdb.npz", x_train=objects(REVIEWS), y_train=y, x_test=objects(REVIEWS[:3]), y_test=y[:3])
        data = small("imdb", tmp_path, 5, 3, num_words=None)
        random = np.random.RandomState(113)
        train, test = keras_order(5, random), keras_order(3, random)
        assert data.x_train == [[1, *(word + 3 for word in REVIEWS[k])] for k in train]
        assert data.x_test == [[1, *(word + 3 for word in REVIEWS[k])] for k in test]
        assert (data.y_train.tolist(), data.y_test.tolist()) == (y[train].tolist(), y[test].tolist())
        assert (data.y_train.dtype, data.source, data.is_fallback) == (np.int64, "imdb.npz", False)

    def test_reuters_in_the_order_of_keras(self, tmp_path: Path) -> None:
        """All is shuffled, and the first 80 % are for training."""
        y = np.array([45, 0, 3, 4, 3])
        save(tmp_path / "reuters.npz", x=objects(REVIEWS), y=y)
        data = small("reuters", tmp_path, 5)
        order = keras_order(5)
        cut = [[1, *(word + 3 if word + 3 < 10_000 else 2 for word in REVIEWS[k])] for k in order]
        assert (data.x_train, data.x_test) == (cut[:4], cut[4:])
        assert (data.y_train.tolist(), data.y_test.tolist()) == (y[order][:4].tolist(), y[order][4:].tolist())
        assert (data.y_train.dtype, data.source, data.is_fallback) == (np.int64, "reuters.npz", False)

    @pytest.mark.parametrize(
        ("name", "labels"), [("imdb", [0, 1, 2]), ("reuters", [0, 46, 1]), ("reuters", [0, -1, 1])]
    )
    def test_labels_out_of_range(self, tmp_path: Path, name: str, labels: list[int]) -> None:
        """Two classes of reviews, 46 topics."""
        x, y = objects(REVIEWS[:3]), np.array(labels)
        save(tmp_path / f"{name}.npz", x=x, y=y, x_train=x, y_train=y, x_test=x, y_test=y)
        counts = (3, 3) if name == "imdb" else (3,)
        with pytest.raises(
            DatasetError, match=f"labels {min(labels)} to {max(labels)}, want 0 to {1 if name == 'imdb' else 45}$"
        ):
            small(name, tmp_path, *counts)

    @pytest.mark.parametrize(
        ("options", "want"),
        [
            ({}, [[1, 4, 5, 9_999, 2, 2], [1]]),
            ({"num_words": None}, [[1, 4, 5, 9_999, 10_000, 80_003], [1]]),
            ({"num_words": 5}, [[1, 4, 2, 2, 2, 2], [1]]),
            ({"num_words": 5, "oov_char": None}, [[1, 4], [1]]),
            ({"num_words": 5, "oov_char": 7}, [[1, 4, 7, 7, 7, 7], [1]]),
            ({"start_char": None, "num_words": None}, [[4, 5, 9_999, 10_000, 80_003], []]),
            ({"index_from": 0, "num_words": 9_997}, [[1, 1, 2, 9_996, 2, 2], [1]]),
            ({"index_from": 10, "num_words": None}, [[1, 11, 12, 10_006, 10_007, 80_010], [1]]),
            ({"num_words": 1}, [[2, 2, 2, 2, 2, 2], [2]]),
            ({"start_char": 50, "num_words": 50, "oov_char": None}, [[4, 5], []]),
        ],
    )
    def test_options_mean_what_they_mean_in_keras(self, options: dict[str, int | None], want: list[list[int]]) -> None:
        """Ids move up, then a start is marked, then ids from `num_words` on are cut: the start's, too."""
        documents = [[1, 2, 9_996, 9_997, 80_000], []]
        assert TextOptions(**options).encode(documents) == want  # type: ignore[arg-type]
        assert documents == [[1, 2, 9_996, 9_997, 80_000], []]

    @pytest.mark.parametrize(
        ("option", "value", "lowest"),
        [
            ("num_words", 0, 1),
            ("num_words", 1e4, 1),
            ("num_words", True, 1),
            ("start_char", -1, 0),
            ("oov_char", "?", 0),
            ("index_from", None, 0),
            ("index_from", -3, 0),
        ],
    )
    def test_options_out_of_range(self, option: str, value: Any, lowest: int) -> None:
        """The option, what came and what is wanted."""
        with pytest.raises(ValueError, match=f"^{option}: got .*, want an integer of at least {lowest}$"):
            load("imdb", **{option: value})


class TestRealSizes:
    def test_mnist(self, tmp_path: Path) -> None:
        """The public function reads 60,000 and 10,000 images, and no other number."""
        pixels = np.zeros((60_000, 28, 28), np.uint8)
        write_mnist(tmp_path, (pixels, pixels[:, 0, 0], pixels[:10_000], pixels[:10_000, 0, 0]))
        data = load("mnist", tmp_path)
        assert [np.shape(part) for part in (data.x_train, data.x_test)] == [(60_000, 28, 28), (10_000, 28, 28)]
        write_mnist(tmp_path)
        with pytest.raises(DatasetError, match=r"shape \(3,\), want \(60000,\)$"):
            load("mnist", tmp_path)

    def test_imdb(self, tmp_path: Path) -> None:
        """Twice 25,000 reviews."""
        x, y = objects([[k % 80_000 + 1] for k in range(25_000)]), np.arange(25_000) % 2
        save(tmp_path / "imdb.npz", x_train=x, y_train=y, x_test=x, y_test=y)
        data = load("imdb", str(tmp_path), num_words=20_000)
        assert (len(data.x_train), len(data.x_test)) == (25_000, 25_000)
        assert sum(document == [1, 2] for document in data.x_train) == 25_000 - (20_000 - 4)

    def test_reuters(self, tmp_path: Path) -> None:
        """8,982 newswires for training, 2,246 to test, as with Keras."""
        np.savez(
            tmp_path / "reuters.npz", x=objects([[7, 8]] * 1 + [[k] for k in range(11_227)]), y=np.arange(11_228) % 46
        )
        data = load("reuters", tmp_path)
        assert (len(data.x_train), len(data.y_train), len(data.x_test), len(data.y_test)) == (
            8_982,
            8_982,
            2_246,
            2_246,
        )

    def test_boston_housing(self, tmp_path: Path) -> None:
        """404 houses for training, 102 to test, as with Keras."""
        save(tmp_path / "boston_housing.npz", x=np.ones((506, 13)), y=np.ones(506))
        data = load("boston_housing", tmp_path)
        assert [np.shape(part) for part in (data.x_train, data.x_test)] == [(404, 13), (102, 13)]

    def test_the_order_is_fixed(self) -> None:
        """The permutation of 506 houses is the one that RandomState(113) has always given."""
        assert shuffled(506)[0][:8].tolist() == [22, 202, 368, 335, 461, 323, 382, 143]


class TestFallbacks:
    @pytest.mark.parametrize(
        ("name", "source", "digest"),
        [
            ("mnist", "scikit-learn's digits, 8×8 with grey levels 0 to 16 (fallback: {})", "583d0e8484a1f23f"),
            ("imdb", "generated documents of 2 classes (fallback: {})", "3dc469be2ea1ce00"),
            ("reuters", "generated documents of 46 classes (fallback: {})", "b123084979df3b46"),
            (
                "boston_housing",
                "scikit-learn's diabetes, a regression with 10 features (fallback: {})",
                "7859b29f84142c6e",
            ),
        ],
    )
    def test_source_and_values(self, tmp_path: Path, name: str, source: str, digest: str) -> None:
        """The source says what the data is and what was looked for; the values are the same everywhere."""
        data = load(name)
        assert (data.name, data.source, data.is_fallback) == (name, source.format("no folder given"), True)
        assert fingerprint(data) == digest
        files = "MNIST files" if name == "mnist" else f"{name}.npz"
        for folder in (tmp_path, tmp_path / "missing"):
            again = load(name, folder)
            assert again.source == source.format(f"no {files} in {folder}")
            assert (fingerprint(again), again.is_fallback) == (digest, True)

    def test_digits(self) -> None:
        """1,797 images of 8×8 in two parts, the same images that scikit-learn has, each with its label."""
        from sklearn.datasets import load_digits

        data, bundled = load("mnist"), load_digits()
        assert isinstance(data.x_train, np.ndarray)
        assert (data.x_train.shape, np.shape(data.x_test)) == ((1_437, 8, 8), (360, 8, 8))
        assert (data.x_train.dtype, data.x_train.max(), data.y_train.dtype) == (np.uint8, 16, np.int64)
        order = keras_order(1_797)
        np.testing.assert_array_equal(np.concatenate([data.x_train, data.x_test]), bundled.images[order])
        np.testing.assert_array_equal(np.concatenate([data.y_train, data.y_test]), bundled.target[order])

    def test_diabetes(self) -> None:
        """442 patients with their features as measured, whose scales differ as those of houses do."""
        from sklearn.datasets import load_diabetes

        data, original = load("boston_housing"), load_diabetes(scaled=False)
        assert isinstance(data.x_train, np.ndarray)
        order = keras_order(442)
        np.testing.assert_array_equal(np.concatenate([data.x_train, data.x_test]), original.data[order])
        np.testing.assert_array_equal(np.concatenate([data.y_train, data.y_test]), original.target[order])
        assert (data.x_train.shape, np.shape(data.x_test)) == ((353, 10), (89, 10))
        assert (data.x_train.dtype, data.y_train.dtype) == (np.float64, np.float64)
        assert data.x_train.std(axis=0).max() > 50 * data.x_train.std(axis=0).min()

    @pytest.mark.parametrize(("name", "classes", "low", "high"), [("imdb", 2, 0.8, 0.97), ("reuters", 46, 0.8, 0.97)])
    def test_generated_documents_can_be_learnt(self, name: str, classes: int, low: float, high: float) -> None:
        """A linear model on which words occur does well and not perfectly; every class is in both parts."""
        from sklearn.linear_model import RidgeClassifier

        data = load(name)
        assert sorted(set(data.y_train)) == sorted(set(data.y_test)) == list(range(classes))
        bags = []
        for documents in (data.x_train, data.x_test):
            bags.append(np.zeros((len(documents), 5_004)))
            for row, document in zip(bags[-1], documents, strict=True):
                row[document] = 1
        model = RidgeClassifier(alpha=100).fit(bags[0], data.y_train)
        assert low < model.score(bags[1], data.y_test) < high

    def test_options_apply_to_generated_documents(self) -> None:
        """They are cut as documents of a file are."""
        full, cut = load("imdb"), load("imdb", num_words=100, start_char=None)
        assert cut.x_train == [[word if word < 100 else 2 for word in document[1:]] for document in full.x_train]
        assert {len(document) - 1 for document in full.x_train} <= set(range(20, 201))

    def test_scikit_learn_is_not_needed(self) -> None:
        """A student's install does not have it."""
        code = "import sys; from autograder.datasets import NAMES, load; [load(name) for name in NAMES]; print('sklearn' in sys.modules)"
        ran = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
        )
        assert ran.stdout == "False\n"


def test_an_unknown_name() -> None:
    """The known ones are listed."""
    with pytest.raises(ValueError, match=r"^name: got 'cifar', want one of mnist, imdb, reuters, boston_housing$"):
        load("cifar")


def test_a_file_for_a_folder(tmp_path: Path) -> None:
    """The folder is asked for, not the file in it."""
    path = tmp_path / "mnist.npz"
    path.write_bytes(b"")
    with pytest.raises(DatasetError) as caught:
        load("mnist", path)
    assert str(caught.value) == f"{path}: not a folder; want the one that holds the files"


def test_a_folder_that_cannot_be_looked_at() -> None:
    """The system's reason is passed on."""
    with pytest.raises(DatasetError, match=r": cannot be read: File name too long$"):
        load("mnist", "x" * 5000)


@pytest.mark.parametrize("name", ["mnist", "mnist.gz", "reuters"])
def test_changed_bytes_end_in_data_or_in_the_one_error(tmp_path: Path, name: str) -> None:
    """Whatever is changed in a file, it loads or is refused in one line; no other exception comes through."""
    write_mnist(tmp_path, names=(IDX_NAMES[0], f"{IDX_NAMES[1]}.gz", *IDX_NAMES[2:]))
    save(tmp_path / "reuters.npz", x=objects(REVIEWS), y=np.arange(5))
    path = tmp_path / {"mnist": IDX_NAMES[0], "mnist.gz": f"{IDX_NAMES[1]}.gz", "reuters": "reuters.npz"}[name]
    sound, random, refused = path.read_bytes(), np.random.RandomState(0), list[str]()
    for _ in range(400):
        changed = bytearray(sound)
        for position in random.randint(min(len(sound), 700), size=random.randint(1, 4)):
            changed[position] = random.randint(256)
        path.write_bytes(changed[: random.randint(len(sound))] if random.random_sample() < 0.2 else changed)
        try:
            data = small(name.removesuffix(".gz"), tmp_path, *((5,) if name == "reuters" else (3, 2)))
            assert len(data.x_train) + len(data.x_test) == 5
        except DatasetError as error:
            refused.append(str(error))
    assert len(refused) > 20
    assert not [message for message in refused if "\n" in message]
