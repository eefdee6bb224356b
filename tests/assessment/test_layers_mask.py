"""The check of dropout masks: right draws pass whatever their order, wrong ones are told apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from autograder.assessment.checks.mask import Mask
from autograder.assessment.compare import Truth
from autograder.units.u06_layers.dropout import drawn_masks, make_dropout_mask

Draw = Callable[..., Any]


def _by_torch(rng: np.random.Generator, shape: tuple[int, ...], rate: float) -> Any:
    """What torch's dropout keeps of ones."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        kept = torch.nn.functional.dropout(torch.ones(shape, dtype=torch.float64), rate) != 0
    return kept.double().numpy()


RIGHT: dict[str, Draw] = {
    "torch": _by_torch,
    "binomial": lambda rng, shape, rate: rng.binomial(1, 1 - rate, shape).astype(float),
    "from-the-back": lambda rng, shape, rate: (rate <= rng.random(shape[::-1]).T) * 1.0,
    "single-precision": lambda rng, shape, rate: (rng.random(shape, dtype=np.float32) >= rate) * 1.0,
}
WRONG: dict[str, tuple[str, Draw]] = {
    "keeps-the-rate": ("share", lambda rng, shape, rate: rng.binomial(1, rate, shape) * 1.0),
    "a-little-too-many": ("share", lambda rng, shape, rate: rng.binomial(1, 0.75 - rate, shape) * 1.0),
    "rows": ("repeated", lambda rng, shape, rate: np.ones(shape) * rng.binomial(1, 1 - rate, (shape[0], 1))),
    "columns": ("repeated", lambda rng, shape, rate: np.ones(shape) * rng.binomial(1, 1 - rate, shape[1])),
    "scaled": ("entries", lambda rng, shape, rate: rng.binomial(1, 1 - rate, shape) / (1 - rate)),
    "blocks": (
        "neighbours",
        lambda rng, shape, rate: rng.binomial(1, 1 - rate, (shape[0], 5)).repeat(6, axis=1)[:, 1 : shape[1] + 1] * 1.0,
    ),
    "own-seed": ("seed", lambda rng, shape, rate: np.random.default_rng(3).binomial(1, 1 - rate, shape) * 1.0),
    "integers": ("dtype", lambda rng, shape, rate: rng.binomial(1, 1 - rate, shape)),
}


def _difference(draw: Draw, seed: int, shape: tuple[int, ...], rate: float, draws: int = 2) -> Any:
    got = drawn_masks(draw, seed, shape, rate, draws)
    return Mask().difference(got, Truth(None), {"seed": seed, "shape": shape, "rate": rate, "draws": draws})


@pytest.mark.parametrize("name", RIGHT)
def test_right_masks_pass_on_every_case_and_seed(name: str) -> None:
    """Independent entries pass, in whatever order they are drawn."""
    for case in make_dropout_mask.public_cases():
        if case.raises is None:
            for seed in range(100, 120):
                inputs = {**case.inputs, "seed": seed}
                assert _difference(RIGHT[name], **inputs) is None, (case.label, seed)


@pytest.mark.parametrize("name", WRONG)
def test_wrong_masks_are_told_apart(name: str) -> None:
    """What is wrong with a mask is found for any seed, and called by its kind."""
    kind, draw = WRONG[name]
    for seed in range(20):
        difference = _difference(draw, seed, (40, 24), 0.3)
        assert difference is not None
        assert difference.kind == kind


def test_a_fixed_number_of_entries_is_not_chance() -> None:
    """Masks that always drop the same number are refused where many of them are drawn."""

    def draw(rng: np.random.Generator, shape: tuple[int, ...], rate: float) -> Any:
        return rng.permutation(np.repeat([0.0, 1.0], [3, 9])).reshape(shape)

    assert _difference(draw, 1, (2, 6), 0.25, draws=80).kind == "number"


@pytest.mark.parametrize(
    "got", [None, 3, {}, {"draws": [], "again": [], "other": []}, {"draws": 1, "again": 2, "other": 3}]
)
def test_an_answer_of_another_form_is_a_difference_and_no_error(got: Any) -> None:
    """Whatever a worker sends is judged, never trusted."""
    assert Mask().difference(got, Truth(None), {"seed": 1, "shape": (2, 3), "rate": 0.5}) is not None
