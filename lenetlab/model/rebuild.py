"""Models and values built again from plain data, in a process that ran no student code.

Only layers of the allowlist are made, with settings that are numbers and strings: never by
unpickling, never by deserializing a configuration. What cannot be made again stands in as a
placeholder that carries its class name, so that a check can name it.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from lenetlab.boxes.snapshot import MAX_PARAMETERS, Value
from lenetlab.model import activations
from lenetlab.model.describe import SHARED_MARK, Description

# Layers whose computation is settled by the settings that a description carries.
ALLOWED = {
    "Conv1D": (
        "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias",
    ),
    "Conv2D": (
        "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups",
        "use_bias",
    ),
    "Conv2DTranspose": (
        "filters", "kernel_size", "strides", "padding", "dilation_rate", "use_bias",
    ),
    "SeparableConv2D": (
        "filters", "kernel_size", "strides", "padding", "dilation_rate", "depth_multiplier",
        "use_bias",
    ),
    "DepthwiseConv2D": (
        "kernel_size", "strides", "padding", "dilation_rate", "depth_multiplier", "use_bias",
    ),
    "MaxPooling2D": ("pool_size", "strides", "padding", "data_format"),
    "AveragePooling2D": ("pool_size", "strides", "padding", "data_format"),
    "GlobalAveragePooling2D": ("keepdims", "data_format"),
    "GlobalMaxPooling2D": ("keepdims", "data_format"),
    "Flatten": ("data_format",),
    "Dense": ("units", "use_bias"),
    "Activation": (),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "LeakyReLU": ("negative_slope",),
    "Softmax": (),
    "Dropout": ("rate",),
    "SpatialDropout2D": ("rate",),
    "GaussianNoise": ("stddev",),
    "BatchNormalization": ("axis", "momentum", "epsilon"),
    "LayerNormalization": ("axis", "epsilon"),
    "Reshape": ("target_shape",),
    "ZeroPadding2D": ("data_format",),
    "Rescaling": ("scale", "offset"),
    "Add": (),
    "Average": (),
    "Maximum": (),
    "Multiply": (),
    "Subtract": (),
    "Concatenate": ("axis",),
    "Identity": (),
}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")
_WITH_ACTIVATION = (
    "Conv1D", "Conv2D", "Conv2DTranspose", "SeparableConv2D", "DepthwiseConv2D", "Dense",
    "Activation",
)  # fmt: skip


def rebuild_value(described: Value) -> Any:
    """The value, model or object that :func:`lenetlab.boxes.snapshot.describe` described."""
    kind = described["kind"]
    if kind == "value":
        return described["value"]
    if kind == "model":
        return rebuild_model(described["model"])
    attributes = {name: rebuild_value(v) for name, v in described["attributes"].items()}
    # Named like the student's own class, so that a message can say what was found.
    return type(described["type"], (SimpleNamespace,), {})(**attributes)


def rebuild_model(description: Description) -> Any:
    """A Keras model with these layers, their weights zero.

    A model without a readable graph is a :class:`Broken` object that carries the problem.
    """
    import keras

    if description["problem"] or not description["layers"] or not description["outputs"]:
        return Broken(description["problem"] or "mô hình không có lớp nào")
    tensors: list[Any] = []
    names: set[str] = set()
    budget = MAX_PARAMETERS
    try:
        for layer in description["layers"]:
            parents = [tensors[place] for place in layer["inbound"]]
            tensor, params = _rebuild_layer(layer, parents, budget, names)
            budget -= max(params, 0)
            tensors.append(tensor)
        count = sum(not layer["inbound"] for layer in description["layers"])
        if description["inputs"] != count:
            return Broken(f"mô hình có {description['inputs']} đầu vào, {count} được dùng đến")
        inputs = [
            t for t, d in zip(tensors, description["layers"], strict=True) if not d["inbound"]
        ]
        outputs = [tensors[place] for place in description["outputs"]]
        return keras.Model(
            inputs if len(inputs) > 1 else inputs[0], outputs if len(outputs) > 1 else outputs[0]
        )
    except Exception as error:  # whatever Keras makes of data that fits no model
        return Broken(f"không dựng lại được mô hình ({type(error).__name__})")


class Broken:
    """Stands where a model should be; ``problem`` says what is wrong with it, in Vietnamese."""

    def __init__(self, problem: str) -> None:
        """Keep the ``problem``."""
        self.problem = problem


def _rebuild_layer(
    layer: Description, parents: list[Any], budget: int, names: set[str]
) -> tuple[Any, int]:
    """The layer's output tensor and its parameter count; ``names`` are those taken so far."""
    import keras

    shape = tuple(layer["output_shape"])
    if not parents:
        if layer["class"] != "InputLayer":
            raise ValueError("only an InputLayer has no inbound layer")
        return keras.Input(batch_shape=shape), 0
    arguments = parents if len(parents) > 1 else parents[0]
    if 0 <= layer["params"] <= budget and _is_allowed(layer):
        try:
            made = getattr(keras.layers, layer["class"])(**_arguments(layer))
            if _NAME.fullmatch(layer["name"]) and layer["name"] not in names:
                made.name = layer["name"]  # messages speak of the student's own layers
                names.add(made.name)
            tensor = made(arguments)
            setattr(made, SHARED_MARK, layer["shared"])
            made.trainable = layer["trainable"]
            if tuple(tensor.shape) == shape and made.count_params() == layer["params"]:
                return tensor, layer["params"]
        except Exception:  # noqa: S110 - settings that Keras refuses: the placeholder says so
            pass
    return _placeholder(layer)(arguments), 0


def _is_allowed(layer: Description) -> bool:
    return layer["class"] in ALLOWED and layer["module"].split(".")[0] == "keras"


def _arguments(layer: Description) -> dict[str, Any]:
    settings = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in layer["settings"].items()
        if key in ALLOWED[layer["class"]]
    }
    if layer["class"] in ("Conv1D", "Conv2D", "Conv2DTranspose", "Dense"):
        settings["kernel_initializer"] = "zeros"  # the checks never look at weights
    activation = layer["activation"]
    if layer["class"] in _WITH_ACTIVATION and activation is not None:
        settings["activation"] = _activation(activation, layer["output_shape"])
    return settings


def _activation(activation: Description, shape: list[int | None]) -> Any:
    import keras

    channels = shape[-1]
    if activation["samples"] is None or channels is None:
        return _unknown(activation["label"])
    samples = np.array(
        [[np.nan if v is None else v for v in row] for row in activation["samples"]],
        dtype=np.float32,
    )
    name = activations.identify(samples, channels, len(shape))
    if name is not None:
        return getattr(keras.activations, name)
    function = activations.as_function(samples, channels)
    again = activations.evaluate(function, channels, len(shape))
    # A function that mixes channels has no such stand-in: interpolating one of them would hide it.
    return (
        function
        if again is not None and np.allclose(again, samples)
        else _unknown(activation["label"])
    )


def _unknown(label: str) -> Any:
    """A function about which nothing is known: its value is not a number anywhere."""

    def unknown(x: Any) -> Any:
        return x * float("nan")

    unknown.__name__ = label
    return unknown


def _placeholder(layer: Description) -> Any:
    """A layer without weights that has the class name and the output shape of an unknown one."""
    import keras

    shape = tuple(layer["output_shape"])

    def compute_output_spec(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return keras.KerasTensor(shape, dtype="float32")

    # Named as found; one of a class that could have been made is not what it says it is.
    module = "replaced" if layer["class"] in ALLOWED else layer["module"]
    members = {"compute_output_spec": compute_output_spec, "__module__": module}
    return type(layer["class"], (keras.layers.Layer,), members)()
