"""Assessment of PyTorch."""

from __future__ import annotations

from autograder.units import (
    _pytorch_arrays,
    _pytorch_checkpoint,
    _pytorch_clip,
    _pytorch_devices,
    _pytorch_function,
    _pytorch_loop,
    _pytorch_metrics,
    _pytorch_mixed,
)

pick_device = _pytorch_devices.pick_device
to_device = _pytorch_devices.to_device
SoftCap = _pytorch_function.SoftCap
train_epoch = _pytorch_loop.train_epoch
evaluate = _pytorch_loop.evaluate
accumulate_gradients = _pytorch_loop.accumulate_gradients
clip_and_step = _pytorch_clip.clip_and_step
train_step_mixed = _pytorch_mixed.train_step_mixed
snapshot = _pytorch_checkpoint.snapshot
save_checkpoint = _pytorch_checkpoint.save_checkpoint
load_checkpoint = _pytorch_checkpoint.load_checkpoint
softmax = _pytorch_arrays.softmax
layer_norm = _pytorch_arrays.layer_norm
no_sync_metrics = _pytorch_metrics.no_sync_metrics
