"""Assessment of practice: augmentation, then what is done around a network, then blocks and networks of them."""

from __future__ import annotations

from autograder.units.u13_practice import (
    autoencoders,
    brightness,
    crops,
    filters,
    fine_tuning,
    flips,
    inception,
    networks,
    noise,
    residual,
    rotation,
    self_training,
    zooming,
)

EXERCISES = [
    flips.flip_horizontal,
    flips.flip_vertical,
    rotation.rotate90,
    crops.random_crop,
    zooming.zoom,
    brightness.adjust_brightness,
    noise.add_noise,
    autoencoders.autoencoder,
    autoencoders.autoencoder_backward,
    autoencoders.train_autoencoder,
    self_training.pseudo_label,
    self_training.self_training_round,
    fine_tuning.freeze,
    fine_tuning.fine_tune_step,
    filters.maximise_filter,
    filters.deprocess_image,
    residual.residual_block,
    residual.residual_block_backward,
    inception.inception_block,
    inception.inception_block_backward,
    networks.lenet,
    networks.vgg_block,
]
