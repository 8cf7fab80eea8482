"""Activations as numbers: a function is what it does on a fixed grid.

So ``"relu"``, ``tf.nn.relu``, ``keras.layers.ReLU()`` and an equal lambda are one thing, and a
clipped or leaky one is another.
"""

from __future__ import annotations

import contextlib
import secrets
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

# Where activations differ: around 0 and 1, at 6 (relu6), in the tails. Steps are uneven on purpose,
# so that a kink or a threshold anywhere between falls on or beside a point.
_NEAR = np.array([
    0, 1e-4, 1e-3, 0.01, 0.03, 0.07, 0.15, 0.3, 0.5, 0.8,
    1, 1.3, 1.8, 2.4, 2.9, 3.1, 4, 5, 6, 7.5,
])  # fmt: skip
_FAR = np.array([9, 12, 19, 25, 60, 99, 110, 300, 1000, 3000, 10_000, 1_000_000])
RANDOM = 8  # points that nobody knows beforehand
NEAR_ROWS = 2 * len(_NEAR) - 1 + RANDOM
ROWS = NEAR_ROWS + 2 * len(_FAR)
MOST_CHANNELS = 100_000  # of a layer whose activation is sampled; claims can be of any number
COLUMNS = 3  # of a layer's channels, as many are reported

# Tolerance: single precision, with room for another order of operations.
RELATIVE, ABSOLUTE = 1e-4, 1e-5

# Those that the assignment speaks of come first: they are tried before the rest is computed. All
# can be told apart: celu is elu here.
KNOWN = (
    "relu", "linear", "softmax", "sigmoid", "tanh", "relu6", "leaky_relu", "elu", "selu",
    "gelu", "silu", "softplus", "softsign", "hard_sigmoid", "hard_silu", "hard_tanh", "mish",
    "exponential", "log_softmax", "log_sigmoid", "tanh_shrink", "soft_shrink", "hard_shrink",
    "squareplus", "sparse_plus", "sparsemax",
)  # fmt: skip
# These normalise over the channels; extreme rows say nothing about them, and an honest naive
# implementation overflows there.
_OVER_CHANNELS = ("softmax", "log_softmax", "sparsemax")

_random = np.zeros(RANDOM)


def reseed(seed: int) -> None:
    """Choose the random points of the grid; who describes and who compares choose alike."""
    _random[:] = np.random.default_rng(seed).uniform(-6, 6, RANDOM)
    _evaluate_own.cache_clear()
    _evaluate_column.cache_clear()


def grid(channels: int) -> Array:
    """Arguments for an activation, shape ``(ROWS, channels)``: moderate rows, then extreme ones.

    Every column holds every value, shifted by one from column to column: functions of one number
    and of a whole vector both show themselves, and in a row are close numbers, without which
    sparsemax is as good as the largest. Among the moderate ones are random points: a function could
    be right at all that are written here and wrong elsewhere.
    """
    near = np.concatenate([-_NEAR[:0:-1], _NEAR, _random])
    far = np.concatenate([-_FAR[::-1], _FAR])
    return _spread(np.concatenate([near, far]).astype(np.float32), channels)


def _spread(column: Array, channels: int) -> Array:
    """The grid whose first channel is ``column``: each next one begins a row later."""
    parts = []
    for points in (column[:NEAR_ROWS], column[NEAR_ROWS:]):
        places = np.arange(len(points))[:, None] + np.arange(channels)
        parts.append(points[places % len(points)])
    return np.concatenate(parts)


def evaluate(activation: Any, channels: int, rank: int) -> Array | None:
    """What ``activation`` makes of the grid: shape ``(ROWS, min(channels, COLUMNS))``, NaN where
    it is not finite.

    ``rank`` is that of the layer's output (4 for images, 2 for vectors). None where the function
    fails, changes the shape, or answers differently when asked twice.
    """
    import keras

    # Keras's own functions need not be asked twice, nor again for the next layer.
    name = str(getattr(activation, "__name__", ""))
    if getattr(keras.activations, name, None) is activation:
        return _evaluate_own(activation, channels, rank)
    first, second = (_evaluate_once(activation, channels, rank) for _ in range(2))
    if first is None or second is None or not np.array_equal(first, second, equal_nan=True):
        return None
    return first


def _evaluate_once(activation: Any, channels: int, rank: int) -> Array | None:
    import keras

    if channels > MOST_CHANNELS:
        return None
    shape = (ROWS, *(1,) * (rank - 2), channels)
    with contextlib.suppress(Exception):
        tensor = keras.ops.convert_to_tensor(grid(channels).reshape(shape))
        answer = np.asarray(keras.ops.convert_to_numpy(activation(tensor)), dtype=np.float32)
        if answer.shape == shape:
            reported = answer.reshape(ROWS, channels)[:, :COLUMNS]
            return np.where(np.isfinite(reported), reported, np.float32(np.nan))
    return None


@lru_cache(maxsize=256)
def _evaluate_own(activation: Any, channels: int, rank: int) -> Array | None:
    """The same of one of Keras's own, which need not be asked twice."""
    name = str(getattr(activation, "__name__", ""))
    if name not in KNOWN or name in _OVER_CHANNELS or channels > MOST_CHANNELS:
        return _evaluate_once(activation, channels, rank)
    # It looks at each number alone: the grid's other shapes hold the same numbers.
    column = _evaluate_column(activation)
    return None if column is None else _spread(column, channels)[:, :COLUMNS]


@lru_cache(maxsize=64)
def _evaluate_column(activation: Any) -> Array | None:
    found = _evaluate_once(activation, 1, 2)
    return None if found is None else found[:, 0]


def identify(samples: Array, channels: int, rank: int) -> str | None:
    """The name in ``keras.activations`` of the function with these samples, None if it has none."""
    import keras

    for name in KNOWN:
        known = _evaluate_own(getattr(keras.activations, name, None), channels, rank)
        if known is None or known.shape != samples.shape:
            continue
        rows = slice(NEAR_ROWS if name in _OVER_CHANNELS else ROWS)
        if np.allclose(samples[rows], known[rows], RELATIVE, ABSOLUTE, equal_nan=True):
            return name
    return None


def is_affine(samples: Array) -> bool:
    """Whether the samples are those of ax + b: no activation, but scaling or shifting."""
    points, values = grid(samples.shape[1])[:NEAR_ROWS], samples[:NEAR_ROWS]
    if not np.isfinite(values).all():
        return False
    line = np.polynomial.Polynomial.fit(points.ravel(), values.ravel(), 1)
    return np.allclose(values, line(points), RELATIVE, ABSOLUTE)


def as_function(samples: Array | None) -> Any:
    """A function that interpolates between samples: a stand-in for one that has no name, good
    enough to be asked for its value at a point of the grid.

    It is nowhere a number where nothing is known, a sample is no number, or channels are mixed.
    """
    if samples is None:
        samples = np.full((ROWS, 1), np.nan)
    points = grid(samples.shape[1])
    values = np.take_along_axis(samples, np.argsort(points, axis=0), axis=0)
    arguments, answers = np.sort(points[:, 0]), values[:, 0]
    if not np.allclose(values, answers[:, None]):
        answers = np.full(ROWS, np.nan)

    def sampled(x: Any) -> Any:
        import keras

        y = np.interp(keras.ops.convert_to_numpy(x), arguments, answers)
        return keras.ops.convert_to_tensor(y.astype(np.float32))

    return sampled


reseed(secrets.randbits(32))  # a grader chooses for itself; see lenetlab.grading
