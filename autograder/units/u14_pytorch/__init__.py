"""Assessment of PyTorch: the loop around a network, and code that runs on any device."""

from __future__ import annotations

from autograder.units.u14_pytorch import (
    both_libraries,
    checkpoints,
    clipping,
    devices,
    epochs,
    metrics,
    mixed_precision,
    soft_cap,
)

EXERCISES = [
    devices.pick_device,
    devices.to_device,
    soft_cap.SoftCap,
    epochs.train_epoch,
    epochs.evaluate,
    epochs.accumulate_gradients,
    clipping.clip_and_step,
    mixed_precision.train_step_mixed,
    checkpoints.snapshot,
    checkpoints.save_checkpoint,
    checkpoints.load_checkpoint,
    both_libraries.softmax,
    both_libraries.layer_norm,
    metrics.no_sync_metrics,
]
