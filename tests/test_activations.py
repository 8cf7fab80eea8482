"""Activations are known by what they do: names, look-alikes, and the points that nobody knows."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest

from lenetlab.model import activations
from lenetlab.model.activations import COLUMNS, NEAR_ROWS, RANDOM, ROWS

CHANNELS = 6


@pytest.fixture(autouse=True)
def known_points() -> Iterator[None]:
    yield
    activations.reseed(1)  # the seed of all tests


def named(function: Any, channels: int = CHANNELS, rank: int = 4) -> str | None:
    samples = activations.evaluate(function, channels, rank)
    return None if samples is None else activations.identify(samples, channels, rank)


@pytest.mark.parametrize("name", activations.KNOWN)
@pytest.mark.parametrize("rank", [2, 4])
def test_functions_of_keras_are_known_by_their_samples(name: str, rank: int) -> None:
    assert named(getattr(keras.activations, name), rank=rank) == name


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: keras.ops.maximum(x, 0), "relu"),
        (lambda x: (x + keras.ops.abs(x)) / 2, "relu"),
        (keras.layers.ReLU(), "relu"),
        (keras.ops.sigmoid, "sigmoid"),
        (lambda x: 1.0 * x, "linear"),
        (lambda x: keras.ops.softmax(x, axis=-1), "softmax"),
        # what only looks like one
        (lambda x: keras.ops.clip(x, 0, 100), None),
        (keras.layers.ReLU(max_value=6), "relu6"),
        (keras.layers.ReLU(negative_slope=0.01), None),
        (lambda x: keras.ops.where(x > -0.05, x, 0.0), None),
        (lambda x: 1.01 * keras.ops.relu(x), None),
        (lambda x: keras.ops.softmax(2 * x, axis=-1), None),
    ],
)
def test_what_a_function_does_settles_its_name(
    function: Callable[[Any], Any], name: str | None
) -> None:
    assert named(function) == name


def test_one_that_fails_changes_the_shape_or_its_mind_has_no_samples() -> None:
    answers = iter(range(100))
    for function in (
        lambda x: 1 / 0,
        lambda x: x[..., :1],
        lambda x: x * next(answers),
    ):
        assert activations.evaluate(function, CHANNELS, 4) is None


@pytest.mark.parametrize("channels", [6, 10, 84])
def test_sparsemax_is_not_taken_for_the_largest_whatever_the_points(channels: int) -> None:
    for seed in range(1, 5):
        activations.reseed(seed)
        assert named(keras.activations.sparsemax, channels, 2) == "sparsemax"

        def largest(x: Any) -> Any:
            return keras.ops.one_hot(keras.ops.argmax(x, axis=-1), channels)

        assert named(largest, channels, 2) is None


def test_the_grid_has_every_point_in_every_column_in_another_order() -> None:
    grid = activations.grid(CHANNELS)
    assert grid.shape == (ROWS, CHANNELS)
    for column in grid.T:
        assert sorted(column) == sorted(grid[:, 0])
    assert not np.array_equal(grid[:, 0], grid[:, 1])
    assert np.abs(grid[:NEAR_ROWS]).max() <= 7.5 < np.abs(grid[NEAR_ROWS:]).min()


def test_another_seed_chooses_other_points_and_the_same_seed_the_same() -> None:
    before = activations.grid(1).ravel()
    activations.reseed(2)
    after = activations.grid(1).ravel()
    assert len(set(before) - set(after)) == RANDOM
    activations.reseed(1)
    assert np.array_equal(activations.grid(1).ravel(), before)


def test_samples_of_another_seed_are_not_recognized() -> None:
    samples = activations.evaluate(keras.activations.sigmoid, CHANNELS, 4)
    assert samples is not None and samples.shape == (ROWS, COLUMNS)
    activations.reseed(2)
    assert activations.identify(samples, CHANNELS, 4) is None


def test_one_that_is_right_at_the_written_points_alone_is_not_that_function() -> None:
    written = {float(point) for point in activations.grid(1).ravel()}
    activations.reseed(2)

    def cheat(x: Any) -> Any:
        values = np.asarray(keras.ops.convert_to_numpy(x))
        known = np.isin(values, np.array(sorted(written), dtype=np.float32))
        return keras.ops.convert_to_tensor(np.where(known, np.maximum(values, 0), values))

    assert named(cheat) is None


def test_a_function_without_a_name_is_stood_in_for_by_its_samples() -> None:
    samples = activations.evaluate(lambda x: 1.01 * keras.ops.relu(x), CHANNELS, 4)
    assert samples is not None
    again = activations.evaluate(activations.as_function(samples), CHANNELS, 4)
    assert again is not None and np.allclose(again, samples)


@pytest.mark.parametrize(
    "function", [lambda x: keras.ops.softmax(-x, axis=-1), lambda x: keras.ops.exp(x)]
)
def test_one_that_mixes_channels_or_overflows_has_no_stand_in(function: Any) -> None:
    samples = activations.evaluate(function, CHANNELS, 4)
    assert samples is not None
    assert np.isnan(activations.as_function(samples)(np.ones((1, CHANNELS)))).all()
