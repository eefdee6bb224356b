"""Assessment of zoom. Right and wrong versions differ in which position a pixel shows, and in how values are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units._practice_draws import bytes_of, pictures

__all__ = ["zoom"]


def _about_the_middle(n: int, factors: Array) -> Array:
    """Positions shown by n pixels, one row for each factor."""
    return (np.arange(n) + 0.5 - n / 2) / factors[:, None] + n / 2 - 0.5


def _about_the_corner(n: int, factors: Array) -> Array:
    return np.arange(n) / factors[:, None]


def _half_a_pixel_off(n: int, factors: Array) -> Array:
    return (np.arange(n) - n / 2) / factors[:, None] + n / 2


def _half_pixels_about_the_corner(n: int, factors: Array) -> Array:
    return (np.arange(n) + 0.5) / factors[:, None] - 0.5


def _shares(positions: Array, n: int) -> Array:
    """Shares of the n values in the one at each position, (N, n, n); positions outside show the edge."""
    distances = np.abs(positions.clip(0, n - 1)[:, :, None] - np.arange(n))
    return np.asarray(np.maximum(1 - distances, 0))


def _nearest(positions: Array, n: int) -> Array:
    return np.asarray(np.floor(positions.clip(0, n - 1) + 0.5)[:, :, None] == np.arange(n), dtype=float)


def _floor(positions: Array, n: int) -> Array:
    return np.asarray(np.floor(positions.clip(0, n - 1))[:, :, None] == np.arange(n), dtype=float)


def _black_outside(positions: Array, n: int) -> Array:
    inside = (positions >= 0) & (positions <= n - 1)
    return np.where(inside[:, :, None], _shares(positions, n), 0.0)


def _shares_swapped(positions: Array, n: int) -> Array:
    """The nearer neighbour gets the smaller share."""
    inside = positions.clip(0, n - 1)
    below = np.floor(inside)
    return _shares(np.where(inside == below, inside, 2 * below + 1 - inside), n)


def _zoomed(
    images: Array,
    factors: Array,
    position: Callable[[int, Array], Array] = _about_the_middle,
    shares: Callable[[Array, int], Array] = _shares,
    whole: Callable[[Array], Array] = np.rint,
    axes: tuple[int, ...] = (1, 2),
) -> Array:
    """Two products with matrices of shares."""
    zoomed = images.astype(np.float64)
    for axis in axes:
        n = images.shape[axis]
        weights = shares(position(n, factors.astype(np.float64)), n)
        subscripts = "npi,nijc->npjc" if axis == 1 else "nqj,nijc->niqc"
        zoomed = np.einsum(subscripts, weights, zoomed)
    return (whole(zoomed) if images.dtype == np.uint8 else zoomed).astype(images.dtype)


def _by_matrices(images: Array, factors: Array) -> Array:
    if factors.shape != (len(images),) or (factors <= 0).any():
        raise ValueError(f"factors {factors}")
    return _zoomed(images, factors)


def _image_by_image(images: Array, factors: Array) -> Array:
    """Four neighbours, one image after the other."""
    if len(factors) != len(images) or min(factors) <= 0:
        raise ValueError(f"factors {factors}")
    zoomed = []
    for image, factor in zip(images.astype(np.float64), factors, strict=True):
        rows, columns = (
            np.clip((np.arange(n) - (n - 1) / 2) / factor + (n - 1) / 2, 0, n - 1) for n in image.shape[:2]
        )
        i, j = rows.astype(int), columns.astype(int)
        s, t = (rows - i)[:, None, None], (columns - j)[None, :, None]
        down, right = np.minimum(i + 1, len(rows) - 1), np.minimum(j + 1, len(columns) - 1)
        upper = image[np.ix_(i, j)] * (1 - t) + image[np.ix_(i, right)] * t
        lower = image[np.ix_(down, j)] * (1 - t) + image[np.ix_(down, right)] * t
        zoomed.append(upper * (1 - s) + lower * s)
    result = np.array(zoomed)
    return (np.rint(result) if images.dtype == np.uint8 else result).astype(images.dtype)


def _random(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = (3, int(rng.integers(3, 6)), int(rng.integers(5, 8)), int(rng.integers(1, 3)))
    factors = [rng.uniform(0.5, 0.9), rng.uniform(1.1, 1.6), rng.uniform(1.7, 3.0)]
    return {"images": rng.random(shape), "factors": rng.permutation(factors)}


zoom = Exercise(
    "zoom",
    points=3,
    returns_new=True,
    vectorized=lambda n: {"images": pictures(3, n, n + 1, 2), "factors": np.array([0.8, 1.0, 1.7])},
    cases=[
        Case("factor-one-changes-nothing", images=pictures(2, 3, 4, 1), factors=np.ones(2)),
        Case(
            "one-row-twice-as-large", images=np.array([0.0, 0.2, 0.8, 1.0]).reshape(1, 1, 4, 1), factors=np.array([2.0])
        ),
        Case("one-column-odd", images=np.array([0.1, 0.9, 0.5]).reshape(1, 3, 1, 1), factors=np.array([1.6])),
        Case("both-axes", images=grid(1, 4, 5, 1, start=0.0, step=0.05), factors=np.array([1.6])),
        Case("smaller-continues-the-edge", images=pictures(1, 5, 4, 1), factors=np.array([0.6])),
        Case(
            "a-factor-for-each-image", images=pictures(3, 4, 5, 2), factors=np.array([0.75, 1.25, 2.5]), readonly=True
        ),
        Case("very-close", images=pictures(1, 6, 7, 1), factors=np.array([40.0])),
        Case("bytes-are-rounded", images=bytes_of(2, 4, 5, 2), factors=np.array([1.37, 0.81])),
        Case(
            "single-precision",
            images=pictures(2, 4, 3, 1).astype(np.float32),
            factors=np.array([1.3, 0.7], dtype=np.float32),
        ),
        Case("factor-zero", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([1.0, 0.0])),
        Case("negative-factor", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([-1.0, 2.0])),
        Case("one-factor-for-two-images", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([2.0])),
        random_cases(_random),
    ],
    misconceptions=[
        Misconception(
            "about-the-corner",
            believes="Pixel p shows position p / factor.",
            wrong=lambda images, factors: _zoomed(images, factors, _about_the_corner),
            hint="Which pixel stays where it is in your version? Which one should?",
        ),
        Misconception(
            "half-a-pixel-off",
            believes="The middle of n pixels is at n / 2.",
            wrong=lambda images, factors: _zoomed(images, factors, _half_a_pixel_off),
            hint="Which position lies in the middle of the positions 0, 1, 2, 3?",
        ),
        Misconception(
            "resized-and-cut-off",
            believes="The image is resized, and its upper left part is kept.",
            wrong=lambda images, factors: _zoomed(images, factors, _half_pixels_about_the_corner),
            hint="Which part of a large picture is looked at from near: the corner or the middle?",
        ),
        Misconception(
            "factor-upside-down",
            believes="Positions are multiplied by the factor.",
            wrong=lambda images, factors: _zoomed(images, 1 / factors),
            hint="Enlarged twice, how much of the image is still to be seen? How far apart are the positions shown?",
        ),
        Misconception(
            "nearest-pixel",
            believes="Each pixel shows the pixel that is nearest.",
            wrong=lambda images, factors: _zoomed(images, factors, shares=_nearest),
            hint="What lies between 0.2 and 0.8, in the middle? Which value does your version have there?",
        ),
        Misconception(
            "position-cut-to-whole",
            believes="A position is turned into an index with int().",
            wrong=lambda images, factors: _zoomed(images, factors, shares=_floor),
            hint="Position 2.9 has two neighbours. How much does each of them count?",
        ),
        Misconception(
            "shares-swapped",
            believes="The left neighbour counts t, the right one 1 - t.",
            wrong=lambda images, factors: _zoomed(images, factors, shares=_shares_swapped),
            hint="At position 2.9, which neighbour is nearer? Which one counts more in your version?",
        ),
        Misconception(
            "black-outside",
            believes="Where there is no image, it is black.",
            wrong=lambda images, factors: _zoomed(images, factors, shares=_black_outside),
            hint="What does the docstring do with positions outside 0 … n - 1?",
        ),
        Misconception(
            "first-factor-for-all",
            believes="A batch is enlarged as a whole.",
            wrong=lambda images, factors: _zoomed(images, np.full_like(factors, factors[0])),
            hint="What are the other numbers in `factors` for?",
        ),
        Misconception(
            "rows-alone",
            believes="One axis is enlarged.",
            wrong=lambda images, factors: _zoomed(images, factors, axes=(1,)),
            hint="Is a circle still a circle?",
        ),
        Misconception(
            "decimals-cut-off",
            believes="astype(np.uint8) rounds.",
            wrong=lambda images, factors: _zoomed(images, factors, whole=np.floor),
            hint="What does astype make of 7.9?",
        ),
    ],
    hints=[
        "Take one row, 0, 0.2, 0.8, 1, and factor 2: which positions do the four pixels show? Write them down.",
        "Both axes are done alike, one after the other: positions, the neighbours below and above, the share between.",
        "q = ((arange(n) - m) / factor + m).clip(0, n - 1); i = ⌊q⌋; v[i] + (q - i) (v[min(i + 1, n - 1)] - v[i])",
    ],
    variants=[Variant("by-matrices", _by_matrices), Variant("image-by-image", _image_by_image)],
)
