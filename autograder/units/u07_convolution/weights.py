"""Misconceptions about weights and biases, which conv2d and pointwise_conv share."""

from __future__ import annotations

from autograder.assessment.misconception import edit

GRAD_B = "flat.sum(axis=0)"

ADDS_OR_AVERAGES = "Raise b[f] a little: how many outputs rise by as much? Do their effects add or average?"
WHO_DIVIDED = "If the loss is a mean, who has divided by N already?"
SERVES_EVERY_IMAGE = "The same weights serve every image. After the loop, what is left of the first image's part?"
ORDER_OF_GRADIENTS = "In which order does the docstring list the gradients?"

bias_forgotten = (
    edit("bias-forgotten", "    y += b\n", "")
    .believes("The sums are the result.")
    .ask("Which argument does your result not depend on?")
)
biases_added_up = (
    edit("biases-added-up", "y += b", "y += b.sum()")
    .believes("Every output gets all biases.")
    .ask("To which filter's output does b[f] belong?")
)
relu_included = (
    edit("relu-included", "y += b", "y = np.maximum(y + b, 0)")
    .believes("A layer ends in its activation.")
    .ask("What does the formula do after adding the bias?")
)
bias_summed_over_the_batch_alone = (
    edit("bias-summed-over-the-batch-alone", GRAD_B, "grad_output.sum(axis=0)")
    .believes("The gradient of b is the sum over the images.")
    .ask("What shape does b have? At how many places of an image is b[f] added?")
)
bias_averaged = (
    edit("bias-averaged", GRAD_B, "flat.mean(axis=0)")
    .believes("The gradient of b is a mean over all places.")
    .ask(ADDS_OR_AVERAGES)
)
