"""Truths: the reference in float64, its gradients by PyTorch, and how much rounding each case excuses.

The allowed error of a case is what a perturbation of its inputs by a few units in the last place of the dtype in use
does to the truth, times a factor, between a floor and a cap. Truths are computed when assessments are compiled, so that
grading needs neither torch nor the reference.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assessment.case import Case
from autograder.assessment.catalog import CatalogError
from autograder.assessment.compare import CAP, FLOOR, Truth
from autograder.assessment.exercise import Exercise
from autograder.worker import wire

__all__ = ["OracleError", "compute"]

PERTURBATIONS = 3
ULPS = 4.0
FACTOR = 16.0


class OracleError(CatalogError):
    """The reference fails, or torch is missing: one line for the author."""


def compute(unit: str, exercise: Exercise, case: Case, device: str = "cpu") -> Truth:
    """The truth of a case, live. Gradients need torch.

    Args:
        unit: the unit's name.
        exercise: what is asked.
        case: the input.
        device: where torch computes.

    Raises:
        OracleError: the reference fails on this input, or torch is missing.
    """
    if case.raises is not None or exercise.truth_kind == "none":
        return Truth(None)
    try:
        return _Evaluation(unit, exercise, case, device).truth()
    except OracleError:
        raise
    except ModuleNotFoundError as error:
        if error.name == f"reference.{unit}":
            raise OracleError(f"{exercise.id}: there is no reference/{unit}.py") from None
        raise OracleError(f"computing truths needs {error.name}: pip install 'chainrule[torch]'") from error
    except Exception as error:
        raise OracleError(f"{exercise.id}[{case.label}]: the reference failed: {error!r}") from error


@dataclass
class _Evaluation:
    """One case, evaluated on its own inputs and on perturbed ones."""

    unit: str
    exercise: Exercise
    case: Case
    device: str

    def truth(self) -> Truth:
        exact = {name: _in_float64(value) for name, value in self.case.inputs.items()}
        extra: dict[str, Any] = {}
        if self._needs_upstream and "grad_output" not in exact:
            extra["grad_output"] = self._draw_upstream(exact)
        dtype = "float32" if _floats_of(self.case.inputs) == {"float32"} else "float64"
        upstream = {name: _in_float64(value) for name, value in extra.items()}
        expected = self._evaluate({**upstream, **exact})
        if dtype == "float64" and not _floats_of(self.case.inputs):
            dtype = next(iter(sorted(_floats_of(expected))), "float64")
        allowed = self._allowed({**upstream, **exact}, expected, dtype)
        return Truth(_in_float64(expected), allowed, dtype, self._names(), extra or None)

    @property
    def _needs_upstream(self) -> bool:
        return self.exercise.truth_kind in ("gradient", "value_and_gradient")

    def _function(self) -> Callable[..., Any]:
        module = importlib.import_module(f"reference.{self.unit}")
        function: Callable[..., Any] = getattr(module, self.exercise.reference_name)
        return function

    def _evaluate(self, inputs: Mapping[str, Any]) -> Any:
        if self.exercise.truth_kind == "value":
            with np.errstate(all="ignore"):
                return self._function()(**wire.realise(dict(inputs)))
        value, gradients = self._differentiate(inputs)
        if self.exercise.truth_kind == "value_and_gradient":
            return (value, *gradients)
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    def _differentiate(self, inputs: Mapping[str, Any]) -> tuple[Any, list[Any]]:
        import torch

        upstream = inputs.get("grad_output") if self._needs_upstream else None
        arguments = {
            name: _as_tensors(value, self.device)
            for name, value in inputs.items()
            if name != "grad_output" or not self._needs_upstream
        }
        variables = [arguments[name].requires_grad_() for name in self._wrt()]
        output = self._function()(**arguments)
        seed = None if upstream is None else _as_tensors(upstream, self.device)
        gradients = torch.autograd.grad(output, variables, seed, allow_unused=True)
        filled = [torch.zeros_like(x) if g is None else g for g, x in zip(gradients, variables, strict=True)]
        return _as_arrays(output), [_as_arrays(gradient) for gradient in filled]

    def _wrt(self) -> list[str]:
        if self.exercise.wrt is not None:
            return list(self.exercise.wrt)
        inputs = {name: value for name, value in self.case.inputs.items() if name != "grad_output"}
        return [name for name, value in inputs.items() if isinstance(value, np.ndarray) and value.dtype.kind == "f"]

    def _draw_upstream(self, exact: Mapping[str, Any]) -> Any:
        """Random upstream gradients of the output's form: an array, or a tuple where there are several outputs."""
        with np.errstate(all="ignore"):
            output = self._function()(**exact)
        seed = int.from_bytes(hashlib.blake2b(f"{self.exercise.id}/{self.case.label}".encode()).digest()[:8], "little")
        rng = np.random.default_rng(seed)
        dtype = "float32" if _floats_of(self.case.inputs) == {"float32"} else "float64"
        if isinstance(output, tuple):
            return tuple(rng.standard_normal(np.shape(part)).astype(dtype) for part in output)
        return rng.standard_normal(np.shape(output)).astype(dtype)

    def _names(self) -> tuple[str, ...]:
        if self.exercise.parts or self.exercise.truth_kind == "value":
            return tuple(self.exercise.parts)
        names = tuple(f"grad_{name}" for name in self._wrt())
        return ("output", *names) if self.exercise.truth_kind == "value_and_gradient" else names

    def _allowed(self, inputs: Mapping[str, Any], expected: Any, dtype: str) -> Any:
        rng = np.random.default_rng(7)
        step = ULPS * float(np.finfo(dtype).eps)
        changed = [self._evaluate(_perturbed(inputs, rng, step)) for _ in range(PERTURBATIONS)]
        return _allowed_tree(expected, changed, dtype)


def _allowed_tree(expected: Any, changed: list[Any], dtype: str) -> Any:
    if isinstance(expected, dict):
        return {key: _allowed_tree(item, [each[key] for each in changed], dtype) for key, item in expected.items()}
    if isinstance(expected, (list, tuple)):
        same = [each for each in changed if len(each) == len(expected)]
        return [_allowed_tree(item, [each[i] for each in same], dtype) for i, item in enumerate(expected)]
    if not isinstance(expected, (np.ndarray, np.generic, float)):
        return None
    want = np.asarray(expected, dtype=None)
    if want.dtype.kind != "f":
        return None
    return _allowed_error(want, [np.asarray(each) for each in changed], dtype)


def _allowed_error(want: np.ndarray[Any, Any], changed: list[np.ndarray[Any, Any]], dtype: str) -> Any:
    finite = np.abs(want[np.isfinite(want)])
    size = np.maximum(np.abs(want), (float(finite.max()) if finite.size else 0.0) or 1.0)
    effect = np.zeros(want.shape)
    for each in changed:
        if each.shape == want.shape:
            with np.errstate(all="ignore"):
                effect = np.fmax(effect, np.abs(each - want))
    allowed = np.clip(FACTOR * effect, FLOOR[dtype] * size, CAP[dtype] * size)
    return np.where(np.isfinite(want), allowed, 0.0)


def _perturbed(inputs: Mapping[str, Any], rng: np.random.Generator, step: float) -> dict[str, Any]:
    return {name: _perturbed_value(value, rng, step) for name, value in inputs.items()}


def _perturbed_value(value: Any, rng: np.random.Generator, step: float) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_perturbed_value(item, rng, step) for item in value)
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.asarray(value * (1 + step * rng.uniform(-1, 1, value.shape)))
    return value


def _as_tensors(value: Any, device: str) -> Any:
    import torch

    if isinstance(value, (list, tuple)):
        return type(value)(_as_tensors(item, device) for item in value)
    return torch.tensor(value, device=device) if isinstance(value, np.ndarray) else value


def _as_arrays(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(_as_arrays(item) for item in value)
    return value.detach().cpu().numpy()


def _in_float64(value: Any) -> Any:
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "f":
        return value.astype(np.float64)
    if isinstance(value, dict):
        return {key: _in_float64(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_in_float64(item) for item in value)
    return value


def _floats_of(value: Any) -> set[str]:
    """Names of the floating dtypes of the arrays in a tree."""
    if isinstance(value, (np.ndarray, np.generic)):
        return {value.dtype.name} if value.dtype.kind == "f" else set()
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return set().union(*(_floats_of(item) for item in value))
    return set()
