"""Autograd: build the machine that differentiates whatever you compute.

In the gates unit you carried gradients back through circuits by hand. Here a
program does it, for any computation. It needs two ideas.

1. Remember. Each result knows what it was computed from (its parents) and how
   strongly it reacts to each of them (its slopes). So a computation leaves a
   graph behind, from the inputs at one end to the result, the root, at the other:

        a = 2 ───┬──(×)── h = -6 ──┬──(+)── L = -4         h = a b,  L = h + a
        b = -3 ──┘                 │
        a ─────────────────────────┘

2. Walk back, once. The gradient of the root with respect to a node v sums over
   all nodes u that use v:

        ∂L/∂v = Σ_u  ∂L/∂u · ∂u/∂v,        ∂L/∂L = 1

   A node's gradient is complete only when *all* its users have been dealt with.
   Here a is used by h and by L: -3 comes through h, 1 comes directly, and a's
   gradient is -2. So nodes are taken in reverse topological order, from the root to
   the inputs, each exactly once; following every path on its own would be right too,
   but a chain of 30 diamonds has a thousand million paths.

With arrays the idea is the same, but a slope would be a huge matrix. So each
operation brings a function instead, which turns the gradient of its output into
the gradients of its inputs (a vector-Jacobian product). Most of them undo a
movement of numbers:

        forward                                  backward
        broadcast: copies                        sum over the copies
        sum: adds up                             copy to all places
        transpose                                the inverse permutation
        x[index]: takes out                      add into zeros, at those places
        c = a @ b                                ∂L/∂a = g bᵀ,  ∂L/∂b = aᵀ g
        max                                      to the winner; shared at a tie

Convention card
  * A node has `.parents`, a tuple of nodes, the same node twice in x * x.
    Nodes are told apart by identity (`is`, `id`).
  * Topological order here: parents before what is computed from them, the root last.
  * `backward()` *adds* to `.grad`. A second call, of the same root or another one,
    adds its own gradient once more; until somebody resets.
  * Nothing recurses: a graph may be 10,000 nodes deep, Python's stack is not.
  * float32 in, float32 out; a plain number beside an array does not change that.
    Integers are computed in float64. Arguments are never modified.
  * relu'(0) = 0. Max over axes: tied places share the gradient evenly.

Read
  * Andrej Karpathy, micrograd: a scalar engine of a hundred lines.
  * Sasha Rush, minitorch: the same for arrays, module by module.
  * PyTorch documentation, "Autograd mechanics": the machine that you use every day.
"""

from __future__ import annotations

from .arrays import Array, Axes, Shape
from .graphs import backpropagate, collect_nodes, topological_order
from .value import Value
from .broadcasting import multiply_backward, unbroadcast
from .multiplication import matmul_backward
from .reductions import max_backward, sum_backward
from .movements import index_backward, transpose_backward
from .tensor import Tensor

__all__ = [
    "Array",
    "Axes",
    "Shape",
    "Tensor",
    "Value",
    "backpropagate",
    "collect_nodes",
    "index_backward",
    "matmul_backward",
    "max_backward",
    "multiply_backward",
    "sum_backward",
    "topological_order",
    "transpose_backward",
    "unbroadcast",
]
