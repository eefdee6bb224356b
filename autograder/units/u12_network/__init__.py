"""Assessment of networks: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units.u12_network import (
    batch_norm,
    dense,
    dropout,
    images,
    lstm,
    model,
    network,
    project_digits,
    project_documents,
    project_function,
    project_people,
    project_prices,
    sequential,
    weight_files,
)

EXERCISES = [
    dense.Dense,
    dense.Activation,
    dropout.Dropout,
    batch_norm.BatchNorm,
    images.Conv2D,
    images.MaxPool2D,
    images.AveragePool2D,
    dense.Flatten,
    lstm.LSTM,
    network.Network,
    sequential.Sequential,
    weight_files.save_weights,
    weight_files.load_weights,
    model.Model,
    project_function.project_function,
    project_people.project_people,
    project_digits.project_digits,
    project_documents.project_reviews,
    project_documents.project_topics,
    project_prices.project_prices,
]
