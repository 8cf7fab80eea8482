"""A model as typed data: what travels between processes, and what the checks compare.

The bounds hold for what arrives: msgspec checks them when data is converted to these types. What
is described on the spot is made within them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct, field

from lenetlab.model import activations
from lenetlab.model.activations import COLUMNS, ROWS

MAX_LAYERS = 100
MAX_TEXT = 500  # characters
MAX_ITEMS = 50  # of a list or a dict
LARGEST = 2**53  # of integers: every number format has them exactly

# Layer attributes that change what a layer computes. Initializers, regularizers and names do not.
SETTINGS = (
    "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "data_format",
    "use_bias", "units", "pool_size", "depth_multiplier", "target_shape", "rate", "axis",
    "cropping", "size", "keepdims", "n", "negative_slope", "max_value", "threshold", "scale",
    "offset", "stddev", "num_heads", "key_dim", "epsilon", "momentum", "output_padding",
    "lora_rank",
)  # fmt: skip

# Without lone surrogates, which JSON can carry (as escapes) and UTF-8 cannot.
Text = Annotated[str, Meta(max_length=MAX_TEXT, pattern=r"\A[^\ud800-\udfff]*\Z")]
# \Z and not $, after which a newline may follow.
Name = Annotated[str, Meta(pattern=r"\A\w[\w.()<> -]{0,200}\Z")]
Integer = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Count = Annotated[int, Meta(ge=-1, le=LARGEST)]
Place = Annotated[int, Meta(ge=0, le=MAX_LAYERS)]  # in a model's layers
Scalar = None | bool | Integer | float | Text
SettingName = Annotated[str, Meta(pattern=rf"\A(?:{'|'.join(SETTINGS)})\Z")]
SettingList = Annotated[tuple[Scalar, ...], Meta(max_length=MAX_ITEMS)]
SettingLists = Annotated[tuple[Scalar | SettingList, ...], Meta(max_length=MAX_ITEMS)]
Setting = Scalar | SettingLists
Row = Annotated[tuple[float | None, ...], Meta(min_length=1, max_length=COLUMNS)]
Samples = Annotated[tuple[Row, ...], Meta(min_length=ROWS, max_length=ROWS)]


class Data(Struct, frozen=True, forbid_unknown_fields=True):
    """Data that crosses a process: exactly these fields, none of them changed afterwards."""


class Activation(Data, frozen=True):
    """A layer's activation: what it is called, and its values on :func:`activations.grid`.

    ``samples`` holds None for a value that is not finite, and is None where the function could not
    be sampled.
    """

    label: Text
    samples: Samples | None

    def __post_init__(self) -> None:
        """Refuse rows of different lengths; msgspec makes the error a ValidationError."""
        if len({len(row) for row in self.samples or ()}) > 1:
            raise ValueError("the samples are no table")

    @property
    def array(self) -> activations.Array | None:
        """The samples as numbers, shape ``(ROWS, columns)``; NaN where a value is not finite."""
        return None if self.samples is None else np.array(self.samples, dtype=np.float32)


class Layer(Data, frozen=True, dict=True):
    """One call of a layer; ``inbound`` are the places of the layers that feed it."""

    kind: Name = field(name="class")
    module: Name
    name: Text
    settings: dict[SettingName, Setting]
    activation: Activation | None
    output_shape: Annotated[tuple[Integer | None, ...], Meta(max_length=8)]  # the batch comes first
    params: Count  # -1 where the layer cannot say
    trainable: bool
    shared: bool  # its weights are those of an earlier layer
    inbound: Annotated[tuple[Place, ...], Meta(max_length=MAX_LAYERS)]

    @cached_property
    def activation_name(self) -> str | None:
        """The activation's name in ``keras.activations``; None where it has no name there."""
        samples = None if self.activation is None else self.activation.array
        if samples is None or not self.output_shape or self.output_shape[-1] is None:
            return None
        return activations.identify(samples, self.output_shape[-1], len(self.output_shape))

    @property
    def origin(self) -> Literal["layer", "operation", "own"]:
        """Whose the class is: a layer of Keras's own, an operation on tensors, or the student's."""
        package, *parts = self.module.split(".")
        if package != "keras":
            return "own"
        return "layer" if "layers" in parts else "operation"

    @property
    def is_keras(self) -> bool:
        """Whether the layer is of a class of Keras's own; operations and own classes are not."""
        return self.origin == "layer"


class Model(Data, frozen=True):
    """A model as the chain, or graph, of its layers.

    ``inputs`` is the number of inputs, ``outputs`` are places in ``layers``; ``problem`` says in
    Vietnamese why there is no graph that could be read, None where there is one. Nested models are
    unfolded, and a layer called twice stands twice: it is the computation that counts.
    """

    layers: Annotated[tuple[Layer, ...], Meta(max_length=MAX_LAYERS + 1)] = ()
    inputs: Count = 0
    outputs: Annotated[tuple[Place, ...], Meta(max_length=MAX_LAYERS)] = ()
    problem: Text | None = None

    def __post_init__(self) -> None:
        """Refuse a layer that is fed by itself or by a later one, likewise."""
        for number, layer in enumerate(self.layers):
            if any(place >= number for place in layer.inbound):
                raise ValueError("a layer is fed by one that does not come before it")
