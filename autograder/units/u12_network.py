"""Assessment of networks."""

from __future__ import annotations

from autograder.units import (
    _network_batch_norm,
    _network_dense,
    _network_digits,
    _network_dropout,
    _network_files,
    _network_function,
    _network_graph,
    _network_images,
    _network_people,
    _network_prices,
    _network_reviews,
    _network_sequences,
    _network_sequential,
    _network_topics,
    _network_training,
)

Dense = _network_dense.Dense
Activation = _network_dense.Activation
Dropout = _network_dropout.Dropout
BatchNorm = _network_batch_norm.BatchNorm
Conv2D = _network_images.Conv2D
MaxPool2D = _network_images.MaxPool2D
AveragePool2D = _network_images.AveragePool2D
Flatten = _network_dense.Flatten
LSTM = _network_sequences.LSTM
Network = _network_training.Network
Sequential = _network_sequential.Sequential
save_weights = _network_files.save_weights
load_weights = _network_files.load_weights
Model = _network_graph.Model
project_function = _network_function.project_function
project_people = _network_people.project_people
project_digits = _network_digits.project_digits
project_reviews = _network_reviews.project_reviews
project_topics = _network_topics.project_topics
project_prices = _network_prices.project_prices
