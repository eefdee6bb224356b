"""Tensors, by Mia, who prints her results."""

import numpy as np


def count_axes(nested):
    axes = 0
    while isinstance(nested, list):
        axes += 1
        nested = nested[0] if nested else None
    print(axes)


def flatten_batch(x):
    print(x.reshape(len(x), -1))


def to_channels_first(images):
    return np.transpose(images, (0, 3, 1, 2))


def to_channels_last(images):
    return np.transpose(images, (0, 2, 3, 1))


def one_hot(labels, num_classes):
    result = np.zeros((len(labels), num_classes))
    result[np.arange(len(labels)), labels] = 1
    return result
