"""Wrong solutions with activations of their own: as a layer, as an operation, out of place.

An activation that stands behind its layer instead of in it is one mistake.
"""

from collections.abc import Iterator

from .case import VARIANTS, VISIBLE, Case
from .labelled import wrong_by_hand, wrong_chain
from .layouts_in_turn import written
from .spec import ARCHITECTURES, Layer, Step, functional, imports_for, inserted, turns

ACTIVATIONS: dict[str, Layer] = {
    "activation": Layer("Activation", {"activation": '"relu"'}),
    "relu": Layer("ReLU"),
    "activation-function": Layer("Activation", {"activation": "tf.nn.relu"}),
}
RELU = ('"relu"', "tf.nn.relu")
OPERATIONS = {
    "activations": "x = keras.activations.relu(x)",
    "ops": "x = keras.ops.relu(x)",
    "maximum": "x = keras.ops.maximum(x, 0.0)",
}
SOFTMAX_OPERATIONS = {
    "activations": "output = keras.activations.softmax(x)",
    "ops": "output = keras.ops.softmax(x, axis=-1)",
}
OTHERS: dict[str, Layer] = {  # that are not ReLU
    "leaky": Layer("LeakyReLU", {"negative_slope": "0.1"}),
    "parametric": Layer("PReLU"),
    "elu": Layer("ELU"),
    "sigmoid": Layer("Activation", {"activation": '"sigmoid"'}),
}


def separate_cases() -> list[Case]:
    return [case for variant in VARIANTS for case in _cases(variant)]


def _cases(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    hidden = [i for i, layer in enumerate(layers) if layer.matches("hidden")]
    yield from _softmax(variant)
    if variant == "gamma":
        yield from _linear(variant, hidden)
        return
    for number, (name, activation) in enumerate(ACTIVATIONS.items()):
        place = hidden[(number + VARIANTS.index(variant)) % len(hidden)]
        yield _moved(variant, [place], activation, f"{name}-behind-{place}", number)
    yield _moved(variant, hidden[-2:], ACTIVATIONS["relu"], "relu-behind-f5-and-f6", 1)
    if variant != "delta":
        yield _moved(variant, hidden[:2], ACTIVATIONS["activation"], "relu-behind-convs", 3)
        yield _moved(variant, hidden[:3], ACTIVATIONS["relu"], "relu-behind-three", 5)
    yield _moved(variant, hidden, ACTIVATIONS["activation"], "activation-behind-all", 0)
    for number, (name, other) in enumerate(OTHERS.items()):
        if variant in turns(number):
            steps = _behind(variant, hidden[-1:], other)
            # The activation of F6 is another one, and it is a layer of its own.
            case = wrong_chain(f"{variant}-wrong-{name}-behind-f6", variant, steps, "separate")
            yield case
    for number, (name, operation) in enumerate(OPERATIONS.items()):
        if variant in turns(number):
            yield _operation(variant, hidden[-1], name, operation)


def _moved(variant: str, places: list[int], activation: Layer, name: str, number: int) -> Case:
    """The activations of these layers behind them: a mistake each, the change is right."""
    steps = _behind(variant, places, activation)
    return wrong_by_hand(
        f"{variant}-wrong-{name}",
        variant,
        written(variant, steps, number),
        "separate",
        mistakes=len(places),
        visible=0.0,
    )


def _behind(variant: str, places: list[int], activation: Layer) -> list[Layer]:
    steps: list[Layer] = []
    for i, layer in enumerate(ARCHITECTURES[variant]):
        steps += [layer.but(activation=None), activation] if i in places else [layer]
    return steps


def _operation(variant: str, place: int, name: str, operation: str) -> Case:
    layers = ARCHITECTURES[variant]
    steps: list[Step] = [
        *layers[:place],
        layers[place].but(activation=None),
        operation,
        *layers[place + 1 :],
    ]
    # Whether an operation counts as a layer in the visible check is left open.
    return wrong_by_hand(
        f"{variant}-wrong-relu-by-{name}-behind-{place}",
        variant,
        functional(variant, steps),
        "separate-operation",
        mistakes=1,
        visible=None,
    )


def _softmax(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    plain = [*layers[:-1], layers[-1].but(activation=None)]
    number = VARIANTS.index(variant)
    softmax = [Layer("Softmax"), Layer("Activation", {"activation": '"softmax"'})][number % 2]
    yield wrong_by_hand(
        f"{variant}-wrong-softmax-behind-output",
        variant,
        written(variant, [*plain, softmax], number),
        "separate",
        mistakes=1,
        visible=0.0,
    )
    for name, operation in SOFTMAX_OPERATIONS.items():
        steps: list[Step] = [*layers[:-1], f"x = {plain[-1]}(x)\n{operation}\nx = output"]
        yield wrong_by_hand(
            f"{variant}-wrong-softmax-by-{name}",
            variant,
            functional(variant, steps, imports=imports_for(layers)),
            "separate-operation",
            mistakes=1,
            visible=None,
        )
    twice = [*layers, Layer("Softmax")]
    yield wrong_chain(
        f"{variant}-wrong-softmax-in-and-behind-output",
        variant,
        twice,
        "extra",
        layer=len(layers),
        field="extra",
        source=written(variant, twice, number + 1),
    )


def _linear(variant: str, hidden: list[int]) -> Iterator[Case]:
    """Gamma has no activation in these layers, and none behind them."""
    layers = ARCHITECTURES[variant]
    linear = Layer("Activation", {"activation": '"linear"'})
    for place in hidden[::2]:
        steps = inserted(layers, place + 1, linear)
        yield wrong_chain(
            f"{variant}-wrong-linear-behind-{place}",
            variant,
            steps,
            "extra",
            layer=place + 1,
            field="extra",
            source=written(variant, steps, place),
        )
    for place in hidden:
        steps = inserted(layers, place + 1, Layer("ReLU"))
        name = f"{variant}-wrong-relu-behind-{place}"
        case = wrong_chain(name, variant, steps, "separate", source=written(variant, steps, place))
        assert case.hidden == 0.0 and case.visible != VISIBLE
        yield case
