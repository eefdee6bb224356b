"""Misconceptions about normalising that batch norm and layer norm share: edits that fit each of their model answers."""

from __future__ import annotations

from autograder.assessment.misconception import Misconception, edit

ROOT_ENDS = "Where does the formula's root end?"
GRADIENTS = "return grad_x, grad_gamma, grad_beta"
FIRST_AXIS = "(grad_output * x_hat).sum(axis=axes[:1]), grad_output.sum(axis=axes[:1])"

EPS_FORGOTTEN = edit("eps-forgotten", " + eps", "")
EPS_OUTSIDE = edit("eps-outside-the-root", "np.sqrt(", "(np.sqrt(", " + eps)", ") + eps)")
ROOT_FORGOTTEN = edit("root-forgotten", "np.sqrt(", "(")

#: y = γ (x - μ) / √(σ² + ε) + β.
FORWARD = [
    EPS_FORGOTTEN.believes("z = (x - μ) / σ is all.").ask("A channel or row holds one number throughout. What is σ?"),
    EPS_OUTSIDE.believes("ε is added to the standard deviation.").ask(ROOT_ENDS),
    ROOT_FORGOTTEN.believes("The deviation is divided by the variance.").ask(
        "x in metres has a variance in square metres. What must a metre be divided by to have no unit?"
    ),
    edit("gamma-and-beta-ignored", "gamma * (x", "(x", " + beta", "")
    .believes("The output has mean 0 and variance 1.")
    .ask("γ and β are learned. What are they for?"),
    edit("gamma-multiplies-beta", " + beta", " + gamma * beta")
    .believes("γ scales the shift, too.")
    .ask("What does γ stand in front of in the formula?"),
    edit("beta-forgotten", " + beta", "")
    .believes("A scale is all that the network chooses.")
    .ask("What is y where x equals the mean?"),
    edit("gamma-forgotten", "gamma * (x", "(x")
    .believes("A shift is all that the network chooses.")
    .ask("What is γ for?"),
]

#: √(σ² + ε) on the way back.
BACKWARD = [
    EPS_FORGOTTEN.believes("ε is only there for equal numbers.").ask("Does the forward pass contain ε?"),
    EPS_OUTSIDE.believes("ε is added to the standard deviation.").ask(ROOT_ENDS),
    ROOT_FORGOTTEN.believes("x̂ is divided by the variance.").ask("What stands under the root in the forward pass?"),
]

#: grad_γ = Σ G x̂ and grad_β = Σ G.
PARAMETERS = [
    edit("grad-gamma-from-x", GRADIENTS, "return grad_x, (grad_output * x).sum(axis=axes), grad_beta")
    .believes("The gradient of γ is Σ G x.")
    .ask("What is γ multiplied by in the forward pass: x, or x̂?"),
    edit("parameters-averaged", GRADIENTS, "m = x.size / x.shape[-1]; return grad_x, grad_gamma / m, grad_beta / m")
    .believes("The gradients of γ and β are means over the batch.")
    .ask("γ was used by every sample. What happens to the gradients of something used several times?"),
    edit("first-axis-summed-only", GRADIENTS, f"grad_gamma, grad_beta = {FIRST_AXIS}; {GRADIENTS}")
    .believes("The gradients of γ and β are sums over axis 0.")
    .ask("In images and sequences, γ is used at every place. Which shape must its gradient have?"),
    edit("beta-before-gamma", GRADIENTS, "return grad_x, grad_beta, grad_gamma")
    .believes("β's gradient comes first.")
    .ask("In which order does the docstring list the gradients?"),
]

GAMMA_IN_ITS_OWN_GRADIENT = (
    edit("gamma-in-its-own-gradient", GRADIENTS, "return grad_x, gamma * grad_gamma, grad_beta")
    .believes("γ's gradient contains γ.")
    .ask("What is the derivative of γ x̂ with respect to γ?")
)


def paths(mean_path: str, variance_path: str) -> list[Misconception]:
    """What goes wrong with the ways in which x reaches the loss through the statistics.

    Args:
        mean_path: the model answer's text that subtracts what comes back through μ.
        variance_path: the same for σ².
    """
    return [
        edit("statistics-taken-for-constants", mean_path, "", variance_path, "")
        .believes("grad_x is G γ / √(σ² + ε): mean and variance are constants.")
        .ask("Move one x: does the mean that it belongs to stay where it is?"),
        edit("variance-path-forgotten", variance_path, "")
        .believes("x acts through its own value and the mean.")
        .ask("Move the largest x further out: what becomes of σ², and of all other x̂?"),
        edit("mean-path-forgotten", mean_path, "")
        .believes("x acts through its own value and the variance.")
        .ask("Move all x by 1 together: how does y change? Does the sum of your grad_x say so?"),
        edit("variance-path-added", variance_path, variance_path.replace(" - ", " + ", 1))
        .believes("The variance path is added.")
        .ask("A value far out makes the spread larger. Do the others move towards 0, or away from it?"),
    ]
