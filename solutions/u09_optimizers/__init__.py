"""Optimizers: what to do with a gradient once you have it.

The gradient says which way the loss climbs, here and now. Everything else is a
matter of judgement: how far to go, what to remember of earlier steps, and whether
every parameter deserves the same stride.

    a valley, seen from above            plain descent bounces between the walls;
      ╲  ╱╲  ╱╲  ╱╲                      a velocity averages the bounces away and
       ╲╱  ╲╱  ╲╱  ╲──→ minimum          keeps what all steps agree on

Two ideas, and their sum
    remember the direction   v ← μ v + g            Momentum, Nesterov
    remember the size        s ← (sum or mean) g²   Adagrad, RMSprop: step g / √s, so
                             a parameter with small gradients walks as fast as others
    both                     Adam; and AdamW, which also shrinks the weights, beside
                             the gradient and not through it

Around them
    clipping    a gradient that explodes is shortened before the step, not after it;
                by the *global* norm its direction stays, by value it does not
    schedules   large steps to travel, small steps to arrive; a warm-up because the
                averages are worth nothing in the first steps

Convention card (PyTorch's formulas throughout)
  * `optimizer.step(params, grads)` takes two lists of arrays, one gradient for each
    parameter, and returns a list of new arrays in the same order. It changes neither
    the parameters nor the gradients.
  * The state (velocities, sums of squares, the count of steps) belongs to the one
    optimizer object; each parameter, known by its place in the list, has its own.
    It starts at zero. The caller may overwrite the arrays of a call afterwards.
  * `.lr` is a plain attribute, read anew in each `step`: schedules write to it. It
    stays outside of the state, so a changed rate acts at once and in full.
  * ε is added *outside* the root, to √s and not to s.
  * Adam's t counts calls of `step`, from 1, once for all parameters.
  * float32 in, float32 out: a state starts with `np.zeros_like(param)`. Beware of
    NumPy scalars: float32 array · np.float64 number is float64, · Python number is not.

`paired` below is given: it goes through parameters and gradients together.

To read: Sutskever, Martens, Dahl and Hinton (2013), On the importance of
initialization and momentum in deep learning · Duchi, Hazan and Singer (2011), Adaptive
subgradient methods · Kingma and Ba (2015), Adam · Loshchilov and Hutter (2019),
Decoupled weight decay regularization · Pascanu, Mikolov and Bengio (2013), On the
difficulty of training recurrent neural networks (clipping).
"""

from __future__ import annotations

from .pairs import Array, paired
from .sgd import SGD
from .momentum import Momentum, Nesterov
from .adaptive import Adagrad, RMSprop
from .adam import Adam, AdamW
from .clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from .schedules import cosine_decay, exponential_decay, step_decay
from .plateau import ReduceOnPlateau
from .descent import gradient_descent

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Array",
    "Momentum",
    "Nesterov",
    "RMSprop",
    "ReduceOnPlateau",
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "cosine_decay",
    "exponential_decay",
    "gradient_descent",
    "paired",
    "step_decay",
]
