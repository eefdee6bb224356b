"""What the model answers of convolution cost beside PyTorch, on one thread: `python -m tests.benchmarks.convolution`.

A batch of 32 images of 64 × 64 pixels and 16 channels in single precision. Figures are medians in milliseconds of
processor time, which on one thread is the wall time of an idle machine: what else runs does not count. Both sides take
turns. A backward pass of ours gets the forward's inputs and nothing else (it finds the maxima anew), PyTorch's starts
from what its forward pass has saved: the fair figure for it is that of a whole step, forward and backward.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

# NumPy's BLAS reads these once, when it is imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 - after the number of threads
import torch  # noqa: E402

from solutions import u07_convolution as ours  # noqa: E402

functional: Any = torch.nn.functional
Task = Callable[[], Any]
Sides = tuple[Task, Task]
BATCH = (32, 64, 64, 16)
FILTERS = 32


def main() -> None:
    """Measure and print a table: ours, PyTorch's and their ratio, for each direction, and that of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs of each side (default 9)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'NumPy ms, PyTorch ms, ratio':38}{'forward':>20}{'backward':>22}{'both':>8}")
    for name, (forward, backward) in _tasks(np.random.default_rng(0)).items():
        times = _medians([*forward, *backward], options.runs)
        ratios = times[0] / times[1], times[2] / times[3], (times[0] + times[2]) / (times[1] + times[3])
        print(
            f"{name:38}{times[0]:7.1f}{times[1]:7.1f}{ratios[0]:6.1f}"
            f"{times[2]:9.1f}{times[3]:7.1f}{ratios[1]:6.1f}{ratios[2]:8.1f}"
        )


def _tasks(rng: np.random.Generator) -> Mapping[str, tuple[Sides, Sides]]:
    """By name the forward tasks and the backward ones, ours and PyTorch's: the same numbers in the same layout."""
    x = rng.standard_normal(BATCH, dtype=np.float32)
    tasks: dict[str, tuple[Sides, Sides]] = {}
    convolutions: dict[str, dict[str, Any]] = {
        "3×3, valid": {},
        "3×3, same": {"padding": "same"},
        "3×3, stride 2, 1 zero around": {"stride": 2, "padding": 1},
        "3×3, dilation 2": {"dilation": 2},
    }
    for title, options in convolutions.items():
        w = rng.standard_normal((3, 3, BATCH[3], FILTERS), dtype=np.float32)
        tasks |= _convolution(f"conv2d {title}", x, w, options)
    tasks |= _pointwise(x, rng.standard_normal((BATCH[3], FILTERS), dtype=np.float32))
    for title, options in {
        "2×2": {"size": 2},
        "3×3": {"size": 3},
        "3×3, stride 2": {"size": 3, "stride": 2},
        "3×3, stride 2, 1 around": {"size": 3, "stride": 2, "padding": 1},
        "3×3, stride 1": {"size": 3, "stride": 1},
        "3×3, stride 1, 1 around": {"size": 3, "stride": 1, "padding": 1},
    }.items():
        tasks |= _pooling("max_pool2d", title, x, options)
        tasks |= _pooling("average_pool2d", title, x, options)
    return tasks | _global_pooling(x)


def _convolution(title: str, x: Any, w: Any, options: dict[str, Any]) -> dict[str, tuple[Sides, Sides]]:
    b = np.zeros(FILTERS, dtype=np.float32)
    arguments = [_image_leaf(x), torch.tensor(w).permute(3, 2, 0, 1).contiguous().requires_grad_()]
    arguments.append(torch.tensor(b, requires_grad=True))
    return _both_ways(
        title,
        lambda: ours.conv2d(x, w, b, **options),
        lambda g: ours.conv2d_backward(g, x, w, b, **options),
        lambda: functional.conv2d(*arguments, **options),
        arguments,
    )


def _pointwise(x: Any, w: Any) -> dict[str, tuple[Sides, Sides]]:
    b = np.zeros(FILTERS, dtype=np.float32)
    arguments = [_image_leaf(x), torch.tensor(w.T[:, :, None, None]).contiguous().requires_grad_()]
    arguments.append(torch.tensor(b, requires_grad=True))
    return _both_ways(
        "pointwise_conv",
        lambda: ours.pointwise_conv(x, w, b),
        lambda g: ours.pointwise_conv_backward(g, x, w, b),
        lambda: functional.conv2d(*arguments),
        arguments,
    )


def _pooling(name: str, title: str, x: Any, options: dict[str, int]) -> dict[str, tuple[Sides, Sides]]:
    forward, backward = getattr(ours, name), getattr(ours, f"{name}_backward")
    image = _image_leaf(x)
    theirs = {("kernel_size" if key == "size" else key): value for key, value in options.items()}
    if name == "max_pool2d":
        pool = functional.max_pool2d
    else:
        pool, theirs = functional.avg_pool2d, {**theirs, "count_include_pad": False}
    return _both_ways(
        f"{name} {title}",
        lambda: forward(x, **options),
        lambda g: backward(g, x, **options),
        lambda: pool(image, **theirs),
        [image],
    )


def _global_pooling(x: Any) -> dict[str, tuple[Sides, Sides]]:
    image = _image_leaf(x)
    return _both_ways(
        "global_average_pool",
        lambda: ours.global_average_pool(x)[:, None, None, :],
        lambda g: ours.global_average_pool_backward(g[:, 0, 0, :], x),
        lambda: functional.adaptive_avg_pool2d(image, 1),
        [image],
    )


def _image_leaf(x: Any) -> torch.Tensor:
    """The images as PyTorch wants them, channels last in memory as ours are."""
    return torch.tensor(x).permute(0, 3, 1, 2).requires_grad_()


def _both_ways(
    title: str, forward: Task, backward: Callable[[Any], Any], torch_forward: Task, arguments: list[torch.Tensor]
) -> dict[str, tuple[Sides, Sides]]:
    """The forward and the backward task, after a check that both sides compute the same."""
    output = torch_forward()
    grad = torch.tensor(np.random.default_rng(1).standard_normal(forward().shape, dtype=np.float32))
    upstream = grad.permute(0, 3, 1, 2)
    np.testing.assert_allclose(forward(), output.detach().permute(0, 2, 3, 1).numpy(), rtol=1e-3, atol=1e-3)

    def torch_backward() -> Any:
        return torch.autograd.grad(output, arguments, upstream, retain_graph=True)

    mine = backward(grad.numpy())
    grad_x = mine[0] if isinstance(mine, tuple) else mine
    np.testing.assert_allclose(grad_x, torch_backward()[0].permute(0, 2, 3, 1).numpy(), rtol=1e-3, atol=1e-3)
    ways = (forward, _without_graph(torch_forward)), (lambda: backward(grad.numpy()), torch_backward)
    return {title: ways}


def _without_graph(task: Task) -> Task:
    def run() -> Any:
        with torch.no_grad():
            return task()

    return run


def _medians(tasks: Sequence[Task], runs: int) -> list[float]:
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(runs):
        for task, each in zip(tasks, times, strict=True):
            start = time.process_time()
            task()
            each.append(1000 * (time.process_time() - start))
    return [statistics.median(each) for each in times]


if __name__ == "__main__":
    main()
