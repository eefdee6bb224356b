"""Assessment of autograd: graphs, a scalar engine, backward steps of array operations, an array engine."""

from __future__ import annotations

from autograder.units.u03_autograd import broadcasting, matmul, movements, ordering, reductions, sweep, tensor, value

EXERCISES = [
    ordering.collect_nodes,
    ordering.topological_order,
    sweep.backpropagate,
    value.Value,
    broadcasting.unbroadcast,
    broadcasting.multiply_backward,
    matmul.matmul_backward,
    reductions.sum_backward,
    reductions.max_backward,
    movements.transpose_backward,
    movements.index_backward,
    tensor.Tensor,
]
