"""Homework 2, final version (Jonas)."""

import numpy as np


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, grad_output):
        return grad_output.copy(), grad_output.copy()


class MultiplyGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, grad_output):
        return grad_output * self.y, grad_output * self.x


class MaxGate:
    def forward(self, x, y):
        self.x, self.y = x, y
        return np.maximum(x, y)

    def backward(self, grad_output):
        # both get everything at a tie: equal inputs are both the maximum
        return grad_output * (self.x >= self.y), grad_output * (self.y >= self.x)


def sum_times(x, y, z):
    q = x + y
    return q * z


def sum_times_backward(grad_output, x, y, z):
    grad_q = grad_output * z
    return grad_q, grad_q.copy(), grad_output * (x + y)
