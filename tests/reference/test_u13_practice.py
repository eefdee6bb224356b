"""The reference of practice against torch, NumPy and hand derivations; the checks of random draws against chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from autograder import wire
from autograder.catalog import Exercise, unit
from autograder.compare import Truth
from autograder.prepare import Course
from autograder.units import _practice_crops as crops
from autograder.units import _practice_flips as flips
from autograder.units import _practice_noise as noise
from autograder.units._practice_draws import drive_draws
from autograder.units._practice_lenet import drive_lenet
from reference import u13_practice as reference
from solutions import u12_network as layers_of_u12
from solutions import u13_practice as solution

#: The first call of a test pays for what torch loads lazily.
unhurried = settings(deadline=None, max_examples=30)
seeds = st.integers(0, 10_000)
sizes = st.integers(1, 7)


def _close(got: Any, want: Any, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(np.asarray(got), np.asarray(want), rtol=tolerance, atol=tolerance)


def _first_channels(images: Any) -> torch.Tensor:
    return torch.tensor(np.asarray(images)).permute(0, 3, 1, 2)


@given(seeds, sizes, st.integers(-9, 9))
def test_a_turn_is_torchs(seed: int, size: int, turn: int) -> None:
    """rotate90 turns as torch.rot90 does from axis 1 to axis 2."""
    images = np.random.default_rng(seed).random((1, size, size, 2))
    want = torch.rot90(torch.tensor(images), turn, dims=(1, 2))
    _close(reference.rotate90(images, np.array([turn])), want)


@unhurried
@given(seeds, sizes, sizes, st.floats(0.3, 5))
def test_zoom_is_torchs_grid_sample(seed: int, height: int, width: int, factor: float) -> None:
    """Zoom samples the grid of an affine map that scales by 1 / factor, bilinearly, with the border continued."""
    images = np.random.default_rng(seed).random((1, height, width, 2))
    theta = torch.tensor([[[1 / factor, 0, 0], [0, 1 / factor, 0]]], dtype=torch.float64)
    grid = functional.affine_grid(theta, [1, 2, height, width], align_corners=False)
    want = functional.grid_sample(_first_channels(images), grid, "bilinear", "border", align_corners=False)
    _close(_first_channels(reference.zoom(images, np.array([factor]))), want, 1e-9)


def test_zoom_by_hand() -> None:
    """Factor 2 on 0, 0.2, 0.8, 1: the positions 0.75, 1.25, 1.75, 2.25 are shown."""
    images = np.array([0.0, 0.2, 0.8, 1.0]).reshape(1, 1, 4, 1)
    _close(reference.zoom(images, np.array([2.0])).ravel(), [0.15, 0.35, 0.65, 0.85])


def test_bytes_are_rounded_and_cut_off() -> None:
    """200 · 1.5 is white, 101 · 0.705 is 71.2."""
    images = np.array([200, 101], dtype=np.uint8).reshape(2, 1, 1, 1)
    bright = reference.adjust_brightness(images, np.array([1.5, 0.705]))
    assert bright.dtype == np.uint8
    assert bright.ravel().tolist() == [255, 71]


@unhurried
@given(seeds, sizes)
def test_autoencoder_is_torchs_layers(seed: int, n: int) -> None:
    """Linear, relu, linear, sigmoid."""
    rng = np.random.default_rng(seed)
    x, w_enc, b_enc, w_dec, b_dec = (rng.standard_normal(s) for s in ((n, 5), (5, 2), 2, (2, 5), 5))
    t = [torch.tensor(each) for each in (x, w_enc.T, b_enc, w_dec.T, b_dec)]
    want = torch.sigmoid(functional.linear(torch.relu(functional.linear(t[0], t[1], t[2])), t[3], t[4]))
    _close(reference.autoencoder(x, w_enc, b_enc, w_dec, b_dec), want)


def test_training_follows_central_differences() -> None:
    """One step of train_autoencoder moves a weight by lr times the slope of the loss, measured."""
    rng = np.random.default_rng(1)
    x = rng.random((3, 4))
    weights = [rng.standard_normal(shape) for shape in ((4, 2), 2, (2, 4), 4)]

    def loss(*changed: Any) -> float:
        return float(np.square(reference.autoencoder(x, *changed) - x).mean())

    w_enc, b_enc, w_dec, b_dec = weights
    losses, after = reference.train_autoencoder(x, w_enc, b_enc, w_dec, b_dec, 0.5, 1)
    assert losses.tolist() == pytest.approx([loss(*weights)], rel=1e-12)
    for index, place in ((0, (1, 1)), (1, (0,)), (2, (0, 3)), (3, (2,))):
        ends = []
        for step in (1e-6, -1e-6):
            changed = [each.copy() for each in weights]
            changed[index][place] += step
            ends.append(loss(*changed))
        moved = weights[index][place] - after[index][place]
        assert moved == pytest.approx(0.5 * (ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-9)


@given(seeds, st.floats(0.3, 0.95))
def test_pseudo_labels_are_torchs_maxima(seed: int, threshold: float) -> None:
    """The maximum by torch over the classes, where it reaches the threshold."""
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(3) / 2, 9)
    best, classes = torch.tensor(probabilities).max(dim=1)
    indices, labels = reference.pseudo_label(probabilities, threshold)
    assert indices.tolist() == torch.nonzero(best >= threshold).ravel().tolist()
    assert labels.tolist() == classes[best >= threshold].tolist()


def test_a_round_by_hand() -> None:
    """Means 0 and 4 make 0.5 class 0 for sure; it pulls the mean of weight 1 + 1/2 to 1/6; 2 is left alone."""
    x, pool = np.array([[0.0], [4.0]]), np.array([[0.5], [2.0]])
    record = reference.self_training_round(x, np.array([0, 1]), pool, 0.9, 2, 0.5)
    assert record["returned indices"].tolist() == [0]
    assert record["second fit"]["weights"].tolist() == [1, 1, 0.5]
    nearness = np.exp([-((2 - 1 / 6) ** 2), -((2 - 4) ** 2)])
    _close(record["probabilities afterwards"][1], nearness / nearness.sum())


def test_freeze_by_hand() -> None:
    """A name belongs to every layer that it begins with, up to a dot."""
    names = dict.fromkeys(["a.b.w", "a.bc.w", "ab.w", "w.a.b"])
    assert reference.freeze(names, ["a.b"]) == {"a.b.w": False, "a.bc.w": True, "ab.w": True, "w.a.b": True}
    assert reference.freeze(names, ["a"]) == {"a.b.w": False, "a.bc.w": False, "ab.w": True, "w.a.b": True}


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_fine_tuning_by_hand(momentum: float) -> None:
    """With g = 3 + 0.5 · 2, v = momentum · 1 + g, w = 2 - 0.1 v; what is frozen stays; the statistic moves by a tenth."""
    one = {"a": np.array([1.0]), "b": np.array([1.0])}
    params, grads = ({name: each * value for name, each in one.items()} for value in (2.0, 3.0))
    flags = {"a": True, "b": False, "s": True, "t": False}
    old, new = ({name: np.array([value]) for name in "st"} for value in (1.0, 11.0))
    moved = reference.fine_tune_step(params, grads, one, old, new, flags, 0.1, momentum, 0.5)
    v = momentum + 4
    assert {name: each.item() for name, each in moved[0].items()} == pytest.approx({"a": 2 - 0.1 * v, "b": 2})
    assert {name: each.item() for name, each in moved[1].items()} == pytest.approx({"a": v, "b": 1})
    assert {name: each.item() for name, each in moved[2].items()} == pytest.approx({"s": 2, "t": 1})


def test_ascent_by_hand() -> None:
    """A 1×1 filter of weight 3 that answers at one of two pixels: g = (3/2, 0), its root mean square 3 / √8."""
    image, w, b = np.array([[[1.0], [-1.0]]]), np.full((1, 1, 1, 1), 3.0), np.zeros(1)
    after, scores = reference.maximise_filter(image, w, b, 0, 1, 0.5)
    step = 0.5 * 1.5 / (3 / np.sqrt(8) + 1e-5)
    _close(after.ravel(), [1 + step, -1])
    _close(scores, [1.5, 1.5 * (1 + step)])


@given(seeds)
def test_deprocessing_is_kerass(seed: int) -> None:
    """The steps of Keras's example, one by one."""
    x = np.random.default_rng(seed).standard_normal((3, 4, 2)) * 30
    z = x - x.mean()
    z /= z.std() + 1e-5
    z = np.clip(z * 0.1 + 0.5, 0, 1) * 255
    np.testing.assert_array_equal(reference.deprocess_image(x), np.clip(z, 0, 255).astype("uint8"))


def _conv(x: torch.Tensor, w: Any, b: Any = None) -> torch.Tensor:
    """The convolution of torch for an odd kernel at stride 1."""
    kernel = torch.tensor(w).permute(3, 2, 0, 1)
    return functional.conv2d(x, kernel, None if b is None else torch.tensor(b), padding="same")


@unhurried
@given(seeds, st.booleans(), sizes)
def test_residual_block_is_torchs_layers(seed: int, mixes: bool, height: int) -> None:
    """Two convolutions of torch and its 1×1 convolution on the way around."""
    rng = np.random.default_rng(seed)
    filters = 3 if mixes else 2
    x, w1, b1 = (rng.standard_normal(s) for s in ((2, height, 4, 2), (3, 3, 2, 4), 4))
    w2, b2, w_skip = (rng.standard_normal(s) for s in ((3, 3, 4, filters), filters, (2, filters)))
    t = _first_channels(x)
    skip = _conv(t, w_skip[None, None]) if mixes else t
    want = torch.relu(_conv(torch.relu(_conv(t, w1, b1)), w2, b2) + skip)
    _close(_first_channels(reference.residual_block(x, w1, b1, w2, b2, w_skip if mixes else None)), want)


@unhurried
@given(seeds, sizes)
def test_inception_block_is_torchs_layers(seed: int, width: int) -> None:
    """Four branches of torch's layers, joined along its channels."""
    rng = np.random.default_rng(seed)
    shapes = ((2, 3, width, 2), (2, 1), (2, 3), (3, 3, 3, 2), (2, 2), (5, 5, 2, 1), (2, 3))
    x, w1, r3, w3, r5, w5, w_pool = (rng.standard_normal(s) for s in shapes)
    t = _first_channels(x)
    pooled = functional.max_pool2d(t, 3, 1, padding=1)
    branches = [
        _conv(t, w1[None, None]),
        _conv(torch.relu(_conv(t, r3[None, None])), w3),
        _conv(torch.relu(_conv(t, r5[None, None])), w5),
        _conv(pooled, w_pool[None, None]),
    ]
    want = torch.relu(torch.cat(branches, dim=1))
    _close(_first_channels(reference.inception_block(x, w1, r3, w3, r5, w5, w_pool)), want)


def _torchs(parameters: list[torch.Tensor], net: torch.nn.Module, maps: tuple[int, int, int] | None) -> dict[str, Any]:
    """Our parameters as those of a network of torch's; the first dense layer reads maps (C, H, W), not (H, W, C)."""
    turned: dict[str, Any] = {}
    for (name, theirs), ours in zip(net.named_parameters(), parameters, strict=True):
        if ours.ndim == 4:
            value = ours.permute(3, 2, 0, 1)
        elif ours.ndim == 2 and maps is not None and ours.shape[0] == np.prod(maps):
            value = ours.reshape(*maps, -1).permute(3, 2, 0, 1).flatten(1)
        else:
            value = ours.T if ours.ndim == 2 else ours
        assert value.shape == theirs.shape, name
        turned[name] = value.contiguous()  # some of torch's kernels want it so
    return turned


def _is_torchs(record: Any, net: torch.nn.Module, x: Any, upstream: Any, seed: int, maps: Any = None) -> None:
    """Output and gradients of a scenario are those of a network of torch's with the same parameters."""
    rng = np.random.default_rng(seed)
    shapes = record["shapes of the parameters"]
    drawn = [rng.standard_normal(s) * (0.3 if len(s) == 1 else np.prod(s[:-1]) ** -0.5) for s in shapes]
    images, *parameters = (torch.tensor(each, requires_grad=True) for each in (x, *drawn))
    output = torch.func.functional_call(net, _torchs(parameters, net, maps), images.permute(0, 3, 1, 2))
    ours = output if output.ndim == 2 else output.permute(0, 2, 3, 1)
    back = torch.autograd.grad(ours, [images, *parameters], torch.tensor(upstream))
    _close(record["output"], ours.detach())
    _close(record["gradient of x"], back[0])
    key = "gradients of the parameters, rows weighted and summed"
    for got, gradient in zip(record[key], back[1:], strict=True):
        rows = gradient.reshape(-1, gradient.shape[-1]).numpy()
        _close(got, np.cos(np.arange(len(rows))) @ rows, 1e-10)


@settings(deadline=None, max_examples=8)
@given(seeds, st.integers(1, 12), st.integers(1, 3))
def test_lenet_is_torchs_layers(seed: int, classes: int, n: int) -> None:
    """Two convolutions, average poolings and three dense layers of torch.nn, with its Tanh between them."""
    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding="same"), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, classes),
    ).double()  # fmt: skip
    rng = np.random.default_rng(seed)
    x, upstream = rng.standard_normal((n, 28, 28, 1)), rng.standard_normal((n, classes))
    record = reference.lenet((classes,), x, upstream, np.random.default_rng(seed))
    _is_torchs(record, net, x, upstream, seed, (5, 5, 16))


def test_lenet_by_hand() -> None:
    """For ten classes, as nobody says otherwise, the table of the docstring: sizes, and 61,706 parameters."""
    record = reference.lenet((), np.zeros((1, 28, 28, 1)), np.zeros((1, 10)), np.random.default_rng(0))
    assert record["shapes on the way"] == [
        (28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16), (400,), (120,), (84,), (10,),
    ]  # fmt: skip
    counts = [int(np.prod(shape)) for shape in record["shapes of the parameters"]]
    assert [a + b for a, b in zip(counts[::2], counts[1::2], strict=True)] == [156, 2416, 48120, 10164, 850]
    network = solution.lenet()
    network.build((28, 28, 1), np.random.default_rng(0))
    assert network.count_params() == sum(counts) == 61706


@unhurried
@given(seeds, st.integers(1, 3), st.integers(1, 4), st.integers(2, 7), st.integers(2, 7), st.integers(1, 3))
def test_vgg_block_is_torchs_layers(
    seed: int, convolutions: int, filters: int, height: int, width: int, channels: int
) -> None:
    """Convolutions and relus of torch.nn, then its pooling."""
    nn = torch.nn
    layers: list[torch.nn.Module] = []
    for k in range(convolutions):
        layers += [nn.Conv2d(filters if k else channels, filters, 3, padding=1), nn.ReLU()]
    net = nn.Sequential(*layers, nn.MaxPool2d(2, stride=2)).double()
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((2, height, width, channels))
    upstream = rng.standard_normal((2, height // 2, width // 2, filters))
    record = reference.vgg_block(convolutions, filters, x, upstream, np.random.default_rng(seed))
    _is_torchs(record, net, x, upstream, seed)


def test_blocks_are_joined_to_a_network() -> None:
    """As the docstring says: lists of layers are added, and Sequential numbers and builds them."""
    blocks = solution.vgg_block(2, 3) + solution.vgg_block(1, 4)
    network = layers_of_u12.Sequential([*blocks, layers_of_u12.Flatten(), layers_of_u12.Dense(5)])
    network.build((9, 6, 1), np.random.default_rng(0))
    assert [each.output_shape for each in network.layers[2::2]] == [(4, 3, 3), (2, 1, 4), (5,)]


def _functional(classes: int = 10) -> Any:
    node = images = layers_of_u12.Input((28, 28, 1))
    for layer in solution.lenet(classes).layers:
        node = layer(node)
    return layers_of_u12.Model(images, node)


def _nested(classes: int = 10) -> Any:
    layers = solution.lenet(classes).layers
    return layers_of_u12.Sequential([layers_of_u12.Sequential(layers[:4]), *layers[4:]])


@pytest.mark.parametrize("made", [_functional, _nested])
def test_lenet_of_another_make_passes(made: Any) -> None:
    """A `Model`, and a network in the network, of the model answer's layers give what the exercise asks for."""
    course = Course()
    prepared = course.prepare(unit("practice"), unit("practice").exercise("lenet"))
    for case, truth in zip(prepared.cases, prepared.truths, strict=True):
        if case.raises is None:
            got = drive_lenet(made, **wire.realise(dict(case.inputs)))
            assert prepared.exercise.check.difference(got, truth, case.inputs) is None


DRAWING = [flips.flip_horizontal, flips.flip_vertical, crops.random_crop, noise.add_noise]


@pytest.mark.parametrize("exercise", DRAWING, ids=lambda exercise: exercise.name)
def test_right_draws_pass_whatever_the_seed(exercise: Exercise) -> None:
    """The model answer and every variant are accepted for seeds that no case uses."""
    rights = [getattr(solution, exercise.name), *(variant.right for variant in exercise.variants)]
    for case in exercise.public_cases():
        for seed in range(1000, 1010) if case.raises is None else ():
            inputs = {**case.inputs, "seed": seed}
            for right in rights:
                assert exercise.check.difference(drive_draws(right, **inputs), Truth(None), inputs) is None
