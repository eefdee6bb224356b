"""The reference of practice against torch, NumPy and hand derivations; the checks of random draws against chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import pairwise_distances
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.utils.extmath import softmax
from torch.nn import functional

from autograder.assessment.catalog import unit
from autograder.assessment.compare import Truth
from autograder.assessment.compiled import CaseKind
from autograder.assessment.exercise import Exercise
from autograder.authoring.versions import ModelAnswer
from autograder.units.u13_practice import crops, flips, noise
from autograder.units.u13_practice.images import drive_draws
from autograder.units.u13_practice.networks import drive_lenet
from autograder.worker import wire
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


def _same_gradients(ours: Callable[..., Any], theirs: Callable[..., Any], arrays: Sequence[Any], seed: int) -> None:
    """Equal values, and equal gradients with respect to all arrays under a random upstream gradient."""
    got, want = ([torch.tensor(each, requires_grad=True) for each in arrays] for _ in range(2))
    mine, other = ours(*got), theirs(*want)
    _close(mine.detach(), other.detach())
    upstream = torch.tensor(np.random.default_rng(seed).standard_normal(tuple(mine.shape)))
    gradients = torch.autograd.grad(mine, got, upstream), torch.autograd.grad(other, want, upstream)
    for one, another in zip(*gradients, strict=True):
        _close(one, another, 1e-10)


@given(seeds, sizes, sizes, st.lists(st.integers(-9, 9), min_size=1, max_size=3))
def test_a_turn_is_torchs(seed: int, size: int, channels: int, turns: list[int]) -> None:
    """rotate90 turns each image as torch.rot90 does from axis 1 to axis 2."""
    images = np.random.default_rng(seed).random((len(turns), size, size, channels))
    pairs = zip(torch.tensor(images), turns, strict=True)
    want = torch.stack([torch.rot90(image, turn, dims=(0, 1)) for image, turn in pairs])
    _close(reference.rotate90(images, np.array(turns)), want)


@unhurried
@given(seeds, sizes, sizes, st.lists(st.floats(0.3, 5), min_size=1, max_size=3))
def test_zoom_is_torchs_grid_sample(seed: int, height: int, width: int, factors: list[float]) -> None:
    """Zoom samples the grid of an affine map that scales by 1 / factor, bilinearly, with the border continued."""
    images = np.random.default_rng(seed).random((len(factors), height, width, 2))
    theta = torch.tensor([[[1 / factor, 0, 0], [0, 1 / factor, 0]] for factor in factors], dtype=torch.float64)
    grid = functional.affine_grid(theta, [len(factors), 2, height, width], align_corners=False)
    want = functional.grid_sample(_first_channels(images), grid, "bilinear", "border", align_corners=False)
    _close(_first_channels(reference.zoom(images, np.array(factors))), want, 1e-9)


@unhurried
@given(seeds, sizes, sizes, st.lists(st.floats(0.1, 3), min_size=1, max_size=3))
def test_brightness_is_torchs_clamp(seed: int, height: int, width: int, factors: list[float]) -> None:
    """Multiplied and cut off at 1 by torch.clamp; bytes at 255, after which torch.round makes them whole."""
    images = np.random.default_rng(seed).random((len(factors), height, width, 2))
    per_image = torch.tensor(factors, dtype=torch.float64).reshape(-1, 1, 1, 1)
    want = torch.clamp(torch.tensor(images) * per_image, max=1.0)
    _close(reference.adjust_brightness(images, np.array(factors)), want)
    pixels = (255 * images).astype(np.uint8)
    want = torch.round(torch.clamp(torch.tensor(pixels) * per_image, max=255.0))
    _close(reference.adjust_brightness(pixels, np.array(factors)), want)


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
@given(seeds, sizes, sizes, sizes)
def test_autoencoder_is_torchs_layers(seed: int, n: int, features: int, code: int) -> None:
    """Linear, relu, linear, sigmoid, and their gradients."""
    shapes = (n, features), (features, code), code, (code, features), features
    rng = np.random.default_rng(seed)
    arrays = [rng.standard_normal(shape) for shape in shapes]

    def by_torch(x: Any, w_enc: Any, b_enc: Any, w_dec: Any, b_dec: Any) -> Any:
        return torch.sigmoid(functional.linear(torch.relu(functional.linear(x, w_enc.T, b_enc)), w_dec.T, b_dec))

    _same_gradients(reference.autoencoder, by_torch, arrays, seed)
    _close(reference.autoencoder(*arrays), by_torch(*map(torch.tensor, arrays)))


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


class _Centroids(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The scenario's classifier as scikit-learn wants it: the softmax of minus the squared distances to class means."""

    def fit(self, x: Any, y: Any) -> _Centroids:
        self.classes_ = np.unique(y)
        self.means_ = np.stack([x[y == label].mean(axis=0) for label in self.classes_])
        return self

    def predict_proba(self, x: Any) -> Any:
        return softmax(-(pairwise_distances(x, self.means_) ** 2))


@unhurried
@given(seeds, st.integers(2, 3), sizes, st.integers(1, 3), st.floats(0.4, 0.99))
def test_a_round_is_scikit_learns(seed: int, classes: int, pool: int, features: int, threshold: float) -> None:
    """With pseudo-labels of full weight it is one iteration of SelfTrainingClassifier around the same classifier."""
    rng = np.random.default_rng(seed)
    y, unlabelled = np.tile(np.arange(classes), 2), rng.standard_normal((pool, features))
    x = rng.standard_normal((len(y), features)) + y[:, None]
    model = SelfTrainingClassifier(_Centroids(), threshold=threshold, max_iter=1)
    model.fit(np.vstack([x, unlabelled]), np.array([*y, *[-1] * pool]))
    added = np.flatnonzero(model.labeled_iter_[len(y) :] == 1)
    record = reference.self_training_round(x, y, unlabelled, threshold, classes, 1.0)
    assert record["returned indices"].tolist() == added.tolist()
    assert record["returned labels"].tolist() == model.transduction_[len(y) :][added].tolist()
    _close(record["probabilities afterwards"], model.predict_proba(unlabelled), 1e-9)


NAMES = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=2, max_size=4).map(".".join)


@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.data())
def test_freeze_is_torchs_get_submodule(layers: list[str], data: st.DataObject) -> None:
    """What has no gradient after `requires_grad_(False)` of the submodules of these names is frozen."""
    root = torch.nn.Module()
    for layer in layers:
        module = root
        for part in layer.split("."):
            if part not in dict(module.named_children()):
                module.add_module(part, torch.nn.Module())
            module = module.get_submodule(part)
        module.register_parameter("w", torch.nn.Parameter(torch.zeros(1)))
    paths = [name for name, _ in root.named_modules() if name]
    frozen = data.draw(st.lists(st.sampled_from(paths), max_size=3))
    for path in frozen:
        root.get_submodule(path).requires_grad_(False)
    want = {name: parameter.requires_grad for name, parameter in root.named_parameters()}
    assert reference.freeze(dict.fromkeys(want), frozen) == want


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
    return functional.conv2d(x, w.permute(3, 2, 0, 1).contiguous(), b, padding="same")


@unhurried
@given(seeds, st.booleans(), sizes, sizes, st.integers(1, 3), st.integers(1, 3))
def test_residual_block_is_torchs_layers(
    seed: int, mixes: bool, height: int, width: int, channels: int, inner: int
) -> None:
    """Two convolutions of torch and its 1×1 convolution on the way around, and their gradients."""
    filters = channels + 1 if mixes else channels
    rng = np.random.default_rng(seed)
    kernels = (3, 3, channels, inner), (3, 3, inner, filters)
    shapes: list[Any] = [(2, height, width, channels), kernels[0], inner, kernels[1], filters, (channels, filters)]
    arrays = [rng.standard_normal(shape) for shape in shapes[: 6 if mixes else 5]]

    def by_torch(x: Any, w1: Any, b1: Any, w2: Any, b2: Any, w_skip: Any = None) -> Any:
        t = x.permute(0, 3, 1, 2)
        skip = t if w_skip is None else _conv(t, w_skip[None, None])
        return torch.relu(_conv(torch.relu(_conv(t, w1, b1)), w2, b2) + skip).permute(0, 2, 3, 1)

    _same_gradients(reference.residual_block, by_torch, arrays, seed)
    _close(reference.residual_block(*arrays), by_torch(*map(torch.tensor, arrays)))


@unhurried
@given(seeds, sizes, sizes, st.lists(st.integers(1, 3), min_size=7, max_size=7))
def test_inception_block_is_torchs_layers(seed: int, height: int, width: int, counts: list[int]) -> None:
    """Four branches of torch's layers, joined along its channels, and their gradients."""
    c, f1, c3, f3, c5, f5, pooled = counts
    rng = np.random.default_rng(seed)
    shapes = ((2, height, width, c), (c, f1), (c, c3), (3, 3, c3, f3), (c, c5), (5, 5, c5, f5), (c, pooled))
    arrays = [rng.standard_normal(shape) for shape in shapes]

    def by_torch(x: Any, w1: Any, r3: Any, w3: Any, r5: Any, w5: Any, w_pool: Any) -> Any:
        t = x.permute(0, 3, 1, 2)
        branches = [
            _conv(t, w1[None, None]),
            _conv(torch.relu(_conv(t, r3[None, None])), w3),
            _conv(torch.relu(_conv(t, r5[None, None])), w5),
            _conv(functional.max_pool2d(t, 3, 1, padding=1), w_pool[None, None]),
        ]
        return torch.relu(torch.cat(branches, dim=1)).permute(0, 2, 3, 1)

    _same_gradients(reference.inception_block, by_torch, arrays, seed)
    _close(reference.inception_block(*arrays), by_torch(*map(torch.tensor, arrays)))


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
    exercise = unit("practice").exercise("lenet")
    for case in exercise.cases:
        if case.kind is CaseKind.VALUE:
            got = drive_lenet(made, **wire.realise(dict(case.inputs)))
            assert exercise.check.difference(got, case.truth, case.inputs) is None


DRAWING = [flips.flip_horizontal, flips.flip_vertical, crops.random_crop, noise.add_noise]


@pytest.mark.parametrize("exercise", DRAWING, ids=lambda exercise: exercise.name)
def test_right_draws_pass_whatever_the_seed(exercise: Exercise) -> None:
    """The model answer and every variant are accepted for seeds that no case uses."""
    model = ModelAnswer(solution, exercise.name)
    rights = [model.right, *(model.variant(variant) for variant in exercise.variants)]
    for case in exercise.public_cases():
        for seed in range(1000, 1010) if case.raises is None else ():
            inputs = {**case.inputs, "seed": seed}
            for right in rights:
                assert exercise.check.difference(drive_draws(right, **inputs), Truth(None), inputs) is None
