"""A Keras model as plain data: the chain of its layers and what each one does.

The description is what travels from the process that ran a student's code to the one that runs
the tests, and what the hidden checks compare. It is made of dicts, lists, numbers and strings.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from lenetlab.model import activations

MAX_LAYERS = 100
SHARED_MARK = "lenetlab_shared"
# Layer attributes that change what a layer computes. Initializers, regularizers and names do not.
SETTINGS = (
    "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "data_format",
    "use_bias", "units", "pool_size", "depth_multiplier", "target_shape", "rate", "axis",
    "cropping", "size", "keepdims", "n", "negative_slope", "max_value", "threshold", "scale",
    "offset", "stddev", "num_heads", "key_dim", "epsilon", "momentum", "output_padding",
)  # fmt: skip

Description = dict[str, Any]


class Unreadable(Exception):
    """The model has no graph of layers that could be read; the text says why, in Vietnamese."""


def describe_model(model: Any) -> Description:
    """Describe a Keras model.

    Returns ``{"layers": [...], "inputs": int, "outputs": [index, ...], "problem": str | None}``.
    A layer is ``{"class", "module", "name", "settings", "activation", "output_shape", "params",
    "trainable", "shared", "inbound"}``; ``inbound`` and ``outputs`` are places in ``layers``.
    Nested models are unfolded, and a layer called twice stands twice (``shared`` where that makes
    two places use one set of weights): it is the computation that counts.
    """
    graph = _Graph()
    problem = None
    inputs, outputs = 0, []
    try:
        outputs = graph.unfold(model, None)
        inputs = len(model.inputs)
    except Unreadable as error:
        problem = str(error)
    except RecursionError:
        problem = "mô hình lồng nhau quá sâu"
    return {"layers": graph.layers, "inputs": inputs, "outputs": outputs, "problem": problem}


class _Graph:
    """Walks from a model's outputs back to its inputs and lists the layers in order."""

    def __init__(self) -> None:
        self.layers: list[Description] = []
        self.seen: set[int] = set()
        self.depth = 0

    def unfold(self, model: Any, given: list[int] | None) -> list[int]:
        """List the layers of ``model``; ``given`` are the places that feed a nested model."""
        import keras

        sequential = isinstance(model, keras.Sequential)
        standard = keras.Sequential if sequential else _functional()
        if type(model).call is not standard.call or "call" in vars(model):
            raise Unreadable(
                "mô hình là một class tự viết kế thừa keras.Model; hãy dùng Model(input, output)"
            )
        graph = getattr(model, "_functional", None) if sequential else model
        if graph is None or not getattr(graph, "inputs", None):
            raise Unreadable("mô hình chưa được dựng: chưa biết dạng của dữ liệu vào")
        places: dict[tuple[int, int, int], int] = {}
        if given is not None:
            for tensor, place in zip(graph.inputs, given, strict=False):
                places[_key(tensor)] = place
        return [self._visit(tensor, places) for tensor in graph.outputs]

    def _visit(self, tensor: Any, places: dict[tuple[int, int, int], int]) -> int:
        if _key(tensor) in places:
            return places[_key(tensor)]
        self.depth += 1
        if self.depth > 3 * MAX_LAYERS or len(self.layers) > MAX_LAYERS:
            raise Unreadable(f"mô hình có hơn {MAX_LAYERS} lớp")
        operation, node_index, _ = tensor._keras_history
        node = operation._inbound_nodes[node_index]
        inbound = [self._visit(parent, places) for parent in node.input_tensors]
        if _is_graph(operation):
            outputs = self.unfold(operation, inbound)
            for index, place in enumerate(outputs):
                places[(id(operation), node_index, index)] = place
        else:
            layer = _describe_layer(operation, node, inbound)
            # A rebuilt layer carries what was seen of the one that it stands for.
            again = id(operation) in self.seen or getattr(operation, SHARED_MARK, False)
            layer["shared"] = again and layer["params"] != 0
            self.seen.add(id(operation))
            self.layers.append(layer)
            for index in range(len(node.output_tensors)):
                places[(id(operation), node_index, index)] = len(self.layers) - 1
        self.depth -= 1
        return places[_key(tensor)]


@cache
def _functional() -> Any:
    """The class of functional models, under whatever module this Keras keeps it."""
    import keras

    tensor = keras.Input((1,))
    return type(keras.Model(tensor, tensor))


def _is_graph(operation: Any) -> bool:
    import keras

    return isinstance(operation, keras.Model)


def _key(tensor: Any) -> tuple[int, int, int]:
    operation, node_index, tensor_index = tensor._keras_history
    return id(operation), node_index, tensor_index


def _describe_layer(layer: Any, node: Any, inbound: list[int]) -> Description:
    kind = _kind(layer)
    shape = [None if size is None else int(size) for size in node.output_tensors[0].shape]
    return {
        "class": _identifier(kind.__name__),
        "module": _identifier(str(kind.__module__)),
        "name": str(getattr(layer, "name", ""))[:100],
        "settings": _settings(layer),
        "activation": _describe_activation(layer, shape),
        "output_shape": shape,
        "params": _count(layer),
        "trainable": bool(getattr(layer, "trainable", True)),
        "inbound": inbound,
    }


def _identifier(name: str) -> str:
    """A name without anything that Python would not have in one."""
    return "".join(c for c in name[:100] if c.isalnum() or c in "_.") or "_"


# What a subclass may define without changing what its Keras base computes.
_HARMLESS = {
    "__init__", "__module__", "__doc__", "__qualname__", "__annotations__", "__annotate__",
    "__firstlineno__", "__static_attributes__", "__dict__", "__weakref__", "__parameters__",
    "__orig_bases__", "get_config", "from_config", "__repr__", "__str__",
}  # fmt: skip


def _kind(layer: Any) -> type:
    """The class that settles what ``layer`` computes.

    Keras's own class, also where a subclass only sets its arguments; the layer's own class where
    that overrides something. A layer whose ``call`` was replaced gets a class of no Keras module.
    """
    own = type(layer)
    base = next((c for c in own.__mro__ if c.__module__.split(".")[0] == "keras"), object)
    for subclass in own.__mro__[: own.__mro__.index(base)]:
        if any(name not in _HARMLESS and hasattr(base, name) for name in vars(subclass)):
            return own
    call = getattr(base, "call", None)
    replaced = {"call", "__call__", "__class__"} & set(vars(layer)) or (
        call is not None and str(getattr(call, "__module__", "")).split(".")[0] != "keras"
    )
    return type(base.__name__, (), {"__module__": "replaced"}) if replaced else base


def _count(layer: Any) -> int:
    """Number of parameters; -1 where the layer cannot say."""
    try:
        return int(layer.count_params())
    except Exception:
        return 0 if not hasattr(layer, "weights") else -1


def _settings(layer: Any) -> dict[str, Any]:
    found = {}
    for key in SETTINGS:
        value = _plain(getattr(layer, key, None))
        if value is not None:
            found[key] = value
    return found


def _plain(value: Any) -> Any:
    """Numbers, strings, and lists of numbers; None for the rest."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        return float(value)
    if isinstance(value, (list, tuple)) and len(value) <= 8:
        items = [_plain(item) for item in value]
        return None if None in items else items
    return None


def _describe_activation(layer: Any, shape: list[int | None]) -> Description | None:
    """``{"label": str, "samples": [[float | None, ...], ...] | None}``, None without activation."""
    import keras

    activation = getattr(layer, "activation", None)
    channels = shape[-1] if shape else None
    if not callable(activation) or not channels or len(shape) < 2:
        return None
    label = getattr(activation, "__name__", type(activation).__name__)
    # A layer as activation may act otherwise in training (Dropout) or learn (PReLU): only those
    # that are a plain function of their input are sampled.
    is_function = not isinstance(activation, keras.layers.Layer) or (
        type(activation).__module__.startswith("keras.")
        and not activation.weights
        and (
            "activation" in type(activation).__module__ or type(activation) is keras.layers.Identity
        )
        and type(activation).__name__ != "PReLU"
    )
    samples = activations.evaluate(activation, channels, len(shape)) if is_function else None
    return {
        "label": str(label)[:80],
        "samples": None
        if samples is None
        else [[float(v) if np.isfinite(v) else None for v in row] for row in samples],
    }
