"""Assessment of autograd: graphs, a scalar engine, backward steps of array operations, an array engine."""

from __future__ import annotations

from autograder.units import (
    _autograd_matmul,
    _autograd_moves,
    _autograd_order,
    _autograd_products,
    _autograd_reductions,
    _autograd_sweep,
    _autograd_tensor,
    _autograd_value,
)

__all__ = ["EXERCISES"]

EXERCISES = [
    *_autograd_order.ORDER,
    _autograd_sweep.backpropagate,
    _autograd_value.VALUE,
    *_autograd_products.PRODUCTS,
    _autograd_matmul.matmul_backward,
    *_autograd_reductions.REDUCTIONS,
    *_autograd_moves.MOVES,
    _autograd_tensor.TENSOR,
]
