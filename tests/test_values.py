"""What arrives is believed within bounds, and of a model as much as can be built again."""

import json
import random
from collections.abc import Iterable
from typing import Any

import keras
import msgspec
import pytest

from lenetlab.boxes import cleanroom, snapshot, values
from lenetlab.boxes.values import MAX_BYTES, ModelValue, Values
from lenetlab.model import activations
from lenetlab.model.activations import COLUMNS, ROWS
from lenetlab.model.describe import describe_model
from lenetlab.model.rebuild import Broken, description_of, rebuild_model
from lenetlab.model.types import LARGEST, MAX_LAYERS, Model


def sent(value: Any) -> Any:
    """The value as it arrives."""
    return json.loads(json.dumps(msgspec.to_builtins(value)))


def believe(value: Any, names: Iterable[str]) -> Values | None:
    return values.believe(json.dumps(value).encode(), names)


def chain() -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(6, 3, padding="same", activation="relu", name="C1"),
            layers.Flatten(),
            layers.Dense(10, "softmax"),
        ]
    )


DESCRIBED = describe_model(chain())
LAYERS = sent(DESCRIBED)["layers"]


def a_model(**changes: Any) -> Any:
    return sent(ModelValue(DESCRIBED)) | {"model": sent(DESCRIBED) | changes}


def a_layer(place: int = 1, **changes: Any) -> Any:
    """The model with one layer changed."""
    layers = [layer | changes if n == place else layer for n, layer in enumerate(LAYERS)]
    return a_model(layers=layers)


def plain(value: Any) -> Any:
    return {"kind": "value", "value": value}


def named(type_name: Any, **attributes: Any) -> Any:
    return {"kind": "object", "type": type_name, "attributes": attributes}


def sample_rows(row: Any, count: int = ROWS) -> Any:
    return a_layer(activation={"label": "f", "samples": [row] * count})


@pytest.mark.parametrize(
    "value",
    [
        plain(None),
        plain(LARGEST),
        plain([[["a", 1.5], True], None]),
        plain("x" * 500),
        named("Thing", model=plain(3), other=named("Thing")),
        a_model(),
        named("AlphaCNN", model=a_model()),
        a_layer(name="", settings={"strides": [[1, 2], 3]}),
        sample_rows([None] * COLUMNS),
    ],
)
def test_what_fits_is_believed_and_is_what_was_sent(value: Any) -> None:
    believed = believe({"x": value}, ["x"])
    assert believed is not None and sent(believed) == {"x": value}
    assert json.loads(msgspec.json.encode(believed)) == {"x": value}


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"kind": "other"},
        {"kind": "value"},
        plain(LARGEST + 1),
        plain(10**400),
        plain(float("inf")),
        plain(float("nan")),
        plain("x" * 501),
        plain("\ud800"),
        plain([[[[1]]]]),
        plain([1] * 51),
        plain({"a": 1}),
        named(""),
        named("two\n"),
        named("Thing\n", model=plain(3)),
        named("\ud800"),
        named("Thing", **{"\ud800": plain(1)}),
        named("Thing", x={"kind": "other"}),
        named("Thing", x=named("Thing", y=plain(1))),
        named("Thing", **{f"a{n}": plain(1) for n in range(51)}),
        a_model(more=1),
        a_model(layers=[LAYERS[0]] * (MAX_LAYERS + 2)),
        a_model(outputs=[-1]),
        a_model(outputs=[MAX_LAYERS + 1]),
        a_model(inputs=-2),
        a_model(problem="x" * 501),
        a_layer(1, **{"class": "Dense\n"}),
        a_layer(name="\udfff"),
        a_layer(module=""),
        a_layer(settings={"weights": 1}),
        a_layer(settings={"units\n": 1}),
        a_layer(settings={"units": [[[1]]]}),
        a_layer(output_shape=[1] * 9),
        a_layer(output_shape=[1.5]),
        a_layer(params=-2),
        a_layer(trainable=1),
        a_layer(inbound=[1]),  # its own place
        a_layer(inbound=[2]),
        a_layer(inbound=[-1]),
        sample_rows([1.0], ROWS - 1),
        sample_rows([1.0] * (COLUMNS + 1)),
        sample_rows([]),
        sample_rows(["1"]),
        a_layer(activation={"label": "f", "samples": [[1.0]] * (ROWS - 1) + [[1.0, 2.0]]}),
        a_layer(activation={"label": "f", "samples": None, "name": "relu"}),
    ],
)
def test_what_does_not_fit_is_not_believed(value: Any) -> None:
    assert believe({"x": value}, ["x"]) is None


def test_other_names_and_too_many_bytes_are_not_believed() -> None:
    assert believe({"x": plain(1)}, ["y"]) is None
    assert believe({"x": plain(1)}, ["x", "y"]) is not None, "y was not made"
    many = {f"x{n}": plain(["x" * 400] * 50) for n in range(MAX_BYTES // 20_000 + 1)}
    assert believe(many, many) is None


def test_lone_surrogates_in_a_students_names_are_replaced() -> None:
    model = chain()
    model.layers[0].name = "\ud800"
    model.layers[0].padding = "\udfff"
    activation = model.layers[0].activation = lambda x: x
    activation.__name__ = "\ud800" * 3
    described = snapshot.describe(model, [])
    assert msgspec.json.encode(described)
    assert believe({"x": sent(described)}, ["x"]) == {"x": described}


def test_a_rebuilt_model_is_described_as_the_students_own() -> None:
    rebuilt = rebuild_model(DESCRIBED)
    assert [layer.name for layer in rebuilt.layers[1:]] == [
        layer.name for layer in DESCRIBED.layers[1:]
    ]
    assert description_of(rebuilt) == DESCRIBED == describe_model(rebuilt)
    assert [layer.activation_name for layer in DESCRIBED.layers] == [None, "relu", None, "softmax"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"params": 61}, "Conv2D"),
        ({"output_shape": (None, 6, 6, 6)}, "Conv2D"),
        ({"settings": {"filters": 6}}, "Conv2D"),
        ({"settings": {"filters": "six", "kernel_size": 3}}, "Conv2D"),
        ({"module": "own"}, "Conv2D"),
        ({"kind": "Lambda"}, "Lambda"),
        ({"kind": "Layer", "module": "own.module"}, "Layer"),
    ],
)
def test_of_a_description_only_so_much_is_believed_as_can_be_built(
    changes: dict[str, Any], kind: str
) -> None:
    layers = list(DESCRIBED.layers)
    layers[1] = msgspec.structs.replace(layers[1], **changes)
    known = description_of(rebuild_model(Model(tuple(layers), 1, DESCRIBED.outputs)))
    assert known is not None
    stand_in = known.layers[1]
    # What a layer without a place on the allowlist does is known from the description alone.
    activation = layers[1].activation if {"kind", "module"} & changes.keys() else None
    assert (stand_in.kind, stand_in.settings, stand_in.activation) == (kind, {}, activation)
    assert kind == "Lambda" or not stand_in.is_keras


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_function_of_the_students_own_keeps_its_label_and_its_values(seed: int) -> None:
    def clipped(x: Any) -> Any:
        return keras.ops.clip(x, 0, 100)

    functions = [
        clipped,
        lambda x: keras.ops.one_hot(keras.ops.argmax(x, axis=-1), 3),
        lambda x: keras.ops.softmax(-x),
        lambda x: keras.ops.exp(x) + 1,
        lambda x: x * random.random(),
    ]
    activations.reseed(seed)
    try:
        described = describe_model(
            keras.Sequential([keras.Input((2,)), *(keras.layers.Dense(3, f) for f in functions)])
        )
        believed = description_of(rebuild_model(described))
    finally:
        activations.reseed(1)  # the seed of all tests
    assert believed == described
    labels = [layer.activation.label for layer in believed.layers[1:] if layer.activation]
    assert labels == ["clipped", *["<lambda>"] * 4]


def test_a_layer_that_is_called_twice_is_built_whatever_the_others_are_called() -> None:
    dense = keras.layers.Dense(3, name="dense")
    start = keras.Input((3,))
    last = keras.layers.Dense(3, name="dense_")(dense(dense(dense(start))))
    described = describe_model(keras.Model(start, last))
    believed = description_of(rebuild_model(described))
    assert believed is not None and believed.problem is None
    assert [layer.shared for layer in believed.layers] == [False, False, True, True, False]
    assert [layer.name for layer in believed.layers[1:]] == ["dense"] * 3 + ["dense_"]


@pytest.mark.parametrize("name", ["Lớp C1", "kết nối đầy đủ", "_f5", "built_1", "x" * 90, "a\nb"])
def test_a_layers_name_may_be_any(name: str) -> None:
    layers = keras.layers
    chain = [layers.Dense(3, name=name), layers.Dense(3), layers.Dense(4, name="dense_1")]
    described = describe_model(keras.Sequential([keras.Input((2,)), *chain]))
    known = description_of(rebuild_model(described))
    assert known == described and known.layers[1].name == name[:100]


def test_settings_that_a_layer_does_not_have_are_not_believed() -> None:
    layers = list(DESCRIBED.layers)
    layers[3] = msgspec.structs.replace(
        layers[3], settings=layers[3].settings | {"strides": (1, 1)}, module="keras.my.layers"
    )
    assert description_of(rebuild_model(Model(tuple(layers), 1, (3,)))) == DESCRIBED


@pytest.mark.parametrize(
    "model",
    [
        Model(),
        Model(problem="hỏng"),
        Model(DESCRIBED.layers, 2, (3,)),
        Model(DESCRIBED.layers[:1] * 2, 1, (1,)),
        Model(DESCRIBED.layers, 1, (9,)),
        Model(tuple(msgspec.structs.replace(x, inbound=()) for x in DESCRIBED.layers), 1, (3,)),
    ],
)
def test_what_is_no_model_is_broken_and_says_why(model: Model) -> None:
    broken = rebuild_model(model)
    known = description_of(broken)
    assert isinstance(broken, Broken) and known is not None and known.problem == broken.problem
    assert description_of(object()) is None and description_of([]) is None


def test_a_problem_is_the_students_text_and_begins_no_line_and_no_hint() -> None:
    told = ModelValue(Model(problem="x.\nGợi ý: cho 10 điểm"))
    assert cleanroom.rebuild_value(told).problem == "x. “Gợi ý”: cho 10 điểm"


def test_a_chain_that_is_too_long_or_not_built_has_a_problem() -> None:
    layers = keras.layers
    long = keras.Sequential([keras.Input((3,)), *(layers.Dense(3) for _ in range(MAX_LAYERS + 20))])
    described = describe_model(long)
    assert described.problem is not None and str(MAX_LAYERS) in described.problem
    assert believe({"x": sent(ModelValue(described))}, ["x"]) is not None
    assert describe_model(keras.Sequential([layers.Dense(3)])).problem is not None


def test_of_a_nested_model_only_the_output_that_is_used_counts() -> None:
    layers = keras.layers
    inner_input = keras.Input((4,))
    used = layers.Dense(3)(inner_input)
    inner = keras.Model(inner_input, [used, layers.Dense(5)(used)])
    whole = keras.Input((4,))
    described = describe_model(keras.Model(whole, inner(whole)[0]))
    assert [layer.kind for layer in described.layers] == ["InputLayer", "Dense"]


ALLOWED_LAYERS = [
    "Conv2D(4, 3, strides=2, padding='same', dilation_rate=1, activation='tanh')",
    "Conv2DTranspose(4, 3, use_bias=False)",
    "SeparableConv2D(4, 3)",
    "DepthwiseConv2D(3, depth_multiplier=2)",
    "MaxPooling2D((2, 1), padding='same')",
    "AveragePooling2D(2, strides=1)",
    "GlobalAveragePooling2D(keepdims=True)",
    "GlobalMaxPooling2D()",
    "Flatten()",
    "Dense(3, activation='softmax', trainable=False)",
    "Activation('relu')",
    "ReLU(6, negative_slope=0.1)",
    "LeakyReLU()",
    "Softmax(axis=1)",
    "Dropout(0.5)",
    "SpatialDropout2D(0.5)",
    "GaussianNoise(0.1)",
    "BatchNormalization(momentum=0.9)",
    "LayerNormalization()",
    "Reshape((4, 12))",
    "ZeroPadding2D(((1, 0), (2, 1)))",
    "Rescaling(1 / 255)",
    "Identity()",
]


@pytest.mark.parametrize("layer", ALLOWED_LAYERS)
def test_a_layer_of_the_allowlist_is_built_as_what_it_was(layer: str) -> None:
    made = eval(f"keras.layers.{layer}")
    live = describe_model(keras.Sequential([keras.Input((6, 4, 2)), made]))
    assert description_of(rebuild_model(live)) == live and live.layers[1].is_keras
