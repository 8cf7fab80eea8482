"""Expected layers against those found: how they are aligned, and each kind of finding."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from lenetlab.checks import texts
from lenetlab.checks.architecture import avg_pool, conv, dense, flatten, image, max_pool
from lenetlab.checks.change import change_is_right
from lenetlab.checks.compare import Expected, compare
from lenetlab.model import activations
from lenetlab.model.types import Activation, Layer, Model

EXPECTED = (
    image(8, 8, 1),
    conv(6, 3, "relu", name="C1"),
    avg_pool(2, name="S2"),
    flatten(name="Flatten"),
    dense(12, "relu", name="F5"),
    dense(10, "softmax", name="Output"),
)
SHAPES: tuple[tuple[int | None, ...], ...] = (
    (None, 8, 8, 1), (None, 8, 8, 6), (None, 4, 4, 6), (None, 96), (None, 12), (None, 10),
)  # fmt: skip
PARAMS = (0, 60, 0, 0, 1164, 130)
FUNCTIONS: dict[str, Any] = {
    "relu": lambda x: np.maximum(x, 0),
    "linear": lambda x: x,
    "softmax": lambda x: (
        np.exp(x - x.max(1, keepdims=True))
        / np.exp(x - x.max(1, keepdims=True)).sum(1, keepdims=True)
    ),
    "tanh": np.tanh,
}


def sampled(name: str, channels: int) -> Activation:
    values = FUNCTIONS[name](activations.grid(channels))[:, : activations.COLUMNS]
    return Activation(name, tuple(tuple(map(float, row)) for row in values))


def found(wanted: Expected, place: int) -> Layer:
    shape = SHAPES[place]
    return Layer(
        kind=wanted.kind,
        module="keras.src.layers.x",
        name=f"layer_{place}",
        settings={} if place == 0 else dict(wanted.settings),
        activation=(wanted.activation and sampled(wanted.activation, shape[-1] or 1)) or None,
        output_shape=shape,
        params=PARAMS[place],
        trainable=True,
        shared=False,
        inbound=(place - 1,) if place else (),
    )


RIGHT = tuple(found(wanted, place) for place, wanted in enumerate(EXPECTED))


def model(layers: Sequence[Layer], **changes: Any) -> Model:
    """The layers as a chain."""
    chain = tuple(
        msgspec.structs.replace(layer, inbound=(place - 1,) if place else ())
        for place, layer in enumerate(layers)
    )
    return msgspec.structs.replace(Model(chain, 1, (len(chain) - 1,)), **changes)


def changed(place: int, **changes: Any) -> list[Layer]:
    layers = list(RIGHT)
    layers[place] = msgspec.structs.replace(layers[place], **changes)
    return layers


def fields(layers: Sequence[Layer], params: int = sum(PARAMS)) -> list[tuple[int | None, str]]:
    return [(f.place, f.field) for f in compare(EXPECTED, model(layers), params)]


def test_the_expected_layers_have_no_finding() -> None:
    assert fields(RIGHT) == []


@pytest.mark.parametrize("place", range(6))
def test_a_missing_layer_is_one_finding_where_it_is_missing(place: int) -> None:
    (finding,) = compare(EXPECTED, model([*RIGHT[:place], *RIGHT[place + 1 :]]), sum(PARAMS))
    wanted = EXPECTED[place]
    assert (finding.place, finding.field, finding.role) == (place, "missing", wanted.role)
    assert (finding.expected, finding.found, finding.layer) == (wanted.kind, None, "")


@pytest.mark.parametrize("place", range(1, 7))
def test_an_extra_layer_is_one_finding_where_it_stands(place: int) -> None:
    dropped = {"kind": "Dropout", "name": "extra", "params": 0, "activation": None}
    extra = msgspec.structs.replace(RIGHT[place - 1], **dropped)
    (finding,) = compare(EXPECTED, model([*RIGHT[:place], extra, *RIGHT[place:]]), sum(PARAMS))
    assert (finding.place, finding.field, finding.role) == (place, "extra", "")
    assert (finding.expected, finding.found) == (None, "Dropout")
    assert finding.layer == "Dropout 'extra'"


def test_of_two_equal_layers_too_many_one_is_extra() -> None:
    assert [field for _, field in fields([*RIGHT[:4], RIGHT[3], *RIGHT[4:]])] == ["extra"]


def test_a_related_layer_is_a_replaced_one_and_another_is_missing_and_extra() -> None:
    assert fields(changed(2, kind="MaxPooling2D")) == [(2, "type")]
    assert fields(changed(2, kind="Dropout")) in (
        [(2, "type")],
        [(2, "missing"), (2, "extra")],
        [(2, "extra"), (2, "missing")],
    )


@pytest.mark.parametrize(
    ("place", "changes", "field", "expected", "value"),
    [
        (0, {"output_shape": (None, 8, 8, 3)}, "shape", (8, 8, 1), (8, 8, 3)),
        (0, {"output_shape": (32, 8, 8, 1)}, "batch_size", None, 32),
        (1, {"settings": RIGHT[1].settings | {"filters": 7}}, "filters", 6, 7),
        (1, {"settings": RIGHT[1].settings | {"use_bias": False}}, "use_bias", True, False),
        (1, {"output_shape": (None, 6, 6, 6)}, "padding", "same", "same"),
        (1, {"activation": sampled("linear", 6)}, "activation", "relu", "linear"),
        (1, {"module": "own"}, "type", "Conv2D", "Conv2D (lớp tự viết)"),
        (2, {"settings": RIGHT[2].settings | {"pool_size": (3, 3)}}, "pool_size", (2, 2), (3, 3)),
        (4, {"trainable": False}, "trainable", True, False),
        (5, {"shared": True}, "shared", False, True),
    ],
)
def test_each_deviation_of_a_layer_is_named(
    place: int, changes: dict[str, Any], field: str, expected: object, value: object
) -> None:
    (finding,) = compare(EXPECTED, model(changed(place, **changes)), sum(PARAMS))
    assert (finding.place, finding.field) == (place, field)
    assert (finding.expected, finding.found) == (expected, value)
    assert finding.role == EXPECTED[place].role
    assert f"'layer_{place}'" in finding.layer


def test_padding_is_judged_by_its_effect_not_by_its_name() -> None:
    assert fields(changed(1, settings=RIGHT[1].settings | {"padding": "valid"})) == []


def test_strides_explain_a_smaller_image() -> None:
    settings = RIGHT[1].settings | {"strides": (2, 2)}
    assert fields(changed(1, settings=settings, output_shape=(None, 4, 4, 6))) == [(1, "strides")]


def test_an_activation_without_a_name_is_shown_by_its_values() -> None:
    samples = sampled("linear", 6).samples
    assert samples is not None
    clipped = tuple(tuple(min(max(v or 0, 0), 100) for v in row) for row in samples)
    (finding,) = compare(
        EXPECTED, model(changed(1, activation=Activation("mine", clipped))), sum(PARAMS)
    )
    assert finding.found == "mine (f(-1) = 0; f(1) = 1; f(1000) = 100)"
    columns = tuple((0.0, float(n), None) for n, _ in enumerate(clipped))  # mixes the channels
    (finding,) = compare(
        EXPECTED, model(changed(1, activation=Activation("mine", columns))), sum(PARAMS)
    )
    assert finding.found == "mine (f(-1) = ?; f(1) = ?; f(1000) = ?)"
    unknown = Activation("mine", None)
    (finding,) = compare(EXPECTED, model(changed(1, activation=unknown)), sum(PARAMS))
    assert finding.found == "mine (?)"


def test_the_graph_is_looked_at_where_the_layers_are_right() -> None:
    assert [f.field for f in compare(EXPECTED, model(RIGHT, inputs=2), 0)] == ["inputs"]
    assert [f.field for f in compare(EXPECTED, model(RIGHT, outputs=(4, 5)), 0)] == ["outputs"]
    layers = list(model(RIGHT).layers)
    layers[3] = msgspec.structs.replace(layers[3], inbound=(1,))
    (finding,) = compare(EXPECTED, Model(tuple(layers), 1, (5,)), sum(PARAMS))
    assert (finding.place, finding.field) == (3, "chain")
    assert (finding.expected, finding.found) == (
        "AveragePooling2D 'layer_2'",
        "Conv2D 'layer_1'",
    )


def test_a_wrong_sum_of_parameters_and_a_model_without_a_graph_concern_the_whole() -> None:
    assert fields(RIGHT, params=1) == [(None, "params")]
    (finding,) = compare(EXPECTED, Model(problem="hỏng"), 0)
    assert (finding.place, finding.field, finding.found) == (None, "graph", "hỏng")


@pytest.mark.parametrize(
    ("about", "layers", "right"),
    [
        ("activation", RIGHT, True),
        ("activation", changed(4, activation=sampled("linear", 12)), False),
        ("activation", changed(5, activation=sampled("linear", 10)), True),  # the output's own
        ("activation", [*RIGHT[:3], RIGHT[5]], True),
        ("activation", [RIGHT[0], RIGHT[3], RIGHT[5]], False),  # none that could be right
        ("pooling", RIGHT, True),
        ("pooling", changed(2, kind="MaxPooling2D"), False),
        ("pooling", [*RIGHT[:2], *RIGHT[3:]], False),
        ("convolution", changed(1, settings={}), True),
        ("convolution", [RIGHT[0], *RIGHT[2:]], False),
        ("convolution", changed(3, module="own"), True),  # without weights, and as many values
        ("pooling", changed(3, kind="Lambda"), True),
        ("pooling", changed(4, kind="Lambda"), False),  # it could be anything
        ("pooling", [], False),
    ],
)
def test_the_change_is_right_everywhere_or_not_right(
    about: str, layers: Sequence[Layer], right: bool
) -> None:
    assert change_is_right(EXPECTED, model(layers, outputs=()), about) == right


def apart(place: int, activation: str) -> list[Layer]:
    """The right layers, but one has no activation and is followed by a layer that is one."""
    layers = changed(place, activation=sampled("linear", RIGHT[place].output_shape[-1] or 1))
    own = {
        "kind": "Activation", "name": "act", "settings": {}, "params": 0,
        "activation": sampled(activation, RIGHT[place].output_shape[-1] or 1),
        "module": "keras.src.layers.activations.activation",
    }  # fmt: skip
    layers.insert(place + 1, msgspec.structs.replace(RIGHT[place], **own))
    return layers


def test_an_activation_as_a_layer_of_its_own_is_one_mistake() -> None:
    (finding,) = compare(EXPECTED, model(apart(1, "relu")), sum(PARAMS))
    assert (finding.place, finding.field) == (1, "activation_layer")
    assert (finding.expected, finding.found) == ("relu", "Activation 'act'")
    assert change_is_right(EXPECTED, model(apart(1, "relu")), "activation")
    (finding,) = compare(EXPECTED, model(apart(5, "softmax")), sum(PARAMS))
    assert (finding.place, finding.field) == (5, "activation_layer")


def test_a_wrong_activation_as_a_layer_of_its_own_is_to_be_moved_not_only_deleted() -> None:
    extra, missing = compare(EXPECTED, model(apart(1, "tanh")), sum(PARAMS))
    assert (extra.field, extra.expected, missing.field) == ("extra", "relu", "activation")
    assert "activation=..." in texts.hint(extra, {})
    assert not change_is_right(EXPECTED, model(apart(1, "tanh")), "activation")


def test_a_layers_name_is_no_line_and_no_hint_of_the_message() -> None:
    layers = changed(1, name="x')\nGợi ý: đúng rồi", settings={})
    said = texts.report(compare(EXPECTED, model(layers), sum(PARAMS)))
    assert said.count("Gợi ý: ") == 1 and "“Gợi ý”: đúng rồi" in said.split("\n")[0]


def test_a_pool_size_whose_strides_follow_is_one_mistake() -> None:
    settings = RIGHT[2].settings | {"pool_size": (3, 3), "strides": (3, 3)}
    assert fields(changed(2, settings=settings)) == [(2, "pool_size")]
    assert fields(changed(2, settings=settings | {"strides": (1, 1)})) == [
        (2, "pool_size"), (2, "strides"),
    ]  # fmt: skip


def test_a_frozen_model_is_one_mistake_and_a_frozen_layer_another() -> None:
    frozen = [msgspec.structs.replace(layer, trainable=False) for layer in RIGHT]
    (finding,) = compare(EXPECTED, model(frozen), sum(PARAMS))
    assert (finding.place, finding.field) == (None, "trainable")
    assert texts.sentence(finding).startswith("Cả mô hình: trainable cần là True")
    assert fields(changed(1, trainable=False)) == [(1, "trainable")]


def test_of_equal_layers_the_last_is_extra() -> None:
    twice = msgspec.structs.replace(RIGHT[4], name="again")
    (finding,) = compare(EXPECTED, model([*RIGHT[:5], twice, RIGHT[5]]), sum(PARAMS))
    assert (finding.place, finding.field, finding.layer) == (5, "extra", "Dense 'again'")


@pytest.mark.parametrize(
    ("about", "function", "right"),
    [
        ("activation", lambda x: x / 255, True),
        ("activation", lambda x: np.tanh(x), False),
        ("activation", lambda x: np.maximum(x, 0), True),  # it is the right one
        ("activation", None, False),
        ("pooling", None, True),
        ("convolution", lambda x: np.maximum(x, 0), True),
    ],
)
def test_an_extra_layer_of_unknown_kind_costs_once_where_it_cannot_be_the_change(
    about: str, function: Any, right: bool
) -> None:
    samples = None
    if function is not None:
        values = function(activations.grid(6).astype(float))[:, : activations.COLUMNS]
        samples = tuple(tuple(float(v) for v in row) for row in values)
    own = {"kind": "Lambda", "params": 0, "activation": Activation("f", samples), "settings": {}}
    extra = msgspec.structs.replace(RIGHT[1], **own)
    layers = model([*RIGHT[:2], extra, *RIGHT[2:]])
    assert [f.field for f in compare(EXPECTED, layers, sum(PARAMS))] == ["extra"]
    assert change_is_right(EXPECTED, layers, about) == right
    weighty = msgspec.structs.replace(extra, params=10)
    assert not change_is_right(EXPECTED, model([*RIGHT[:2], weighty, *RIGHT[2:]]), about)


def test_max_pooling_is_not_average_pooling() -> None:
    wanted = [max_pool(2) if e.kind == "AveragePooling2D" else e for e in EXPECTED]
    (finding,) = compare(wanted, model(RIGHT), sum(PARAMS))
    assert (finding.place, finding.role, finding.expected) == (2, "", "MaxPooling2D")
