"""Assessment of practice: augmentation, then what is done around a network, then blocks and networks of them."""

from __future__ import annotations

from autograder.units import _practice_autoencoder as autoencoders
from autograder.units import _practice_autoencoder_training as training
from autograder.units import _practice_crops as crops
from autograder.units import _practice_filters as filters
from autograder.units import _practice_fine_tuning as fine_tuning
from autograder.units import _practice_flips as flips
from autograder.units import _practice_freezing as freezing
from autograder.units import _practice_inception as inception
from autograder.units import _practice_labels as labels
from autograder.units import _practice_lenet as lenets
from autograder.units import _practice_noise as noise
from autograder.units import _practice_residual as residual
from autograder.units import _practice_rounds as rounds
from autograder.units import _practice_shown as shown
from autograder.units import _practice_turns as turns
from autograder.units import _practice_vgg as blocks
from autograder.units import _practice_zoom as zooms

__all__ = ["EXERCISES"]

EXERCISES = [
    flips.flip_horizontal,
    flips.flip_vertical,
    turns.rotate90,
    crops.random_crop,
    zooms.zoom,
    turns.adjust_brightness,
    noise.add_noise,
    autoencoders.autoencoder,
    autoencoders.autoencoder_backward,
    training.train_autoencoder,
    labels.pseudo_label,
    rounds.self_training_round,
    freezing.freeze,
    fine_tuning.fine_tune_step,
    filters.maximise_filter,
    shown.deprocess_image,
    residual.residual_block,
    residual.residual_block_backward,
    inception.inception_block,
    inception.inception_block_backward,
    lenets.lenet,
    blocks.vgg_block,
]
