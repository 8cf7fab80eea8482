"""Wrong solutions that are no chain of layers, or of which not every layer is trained."""

from collections.abc import Iterator
from typing import NamedTuple

from .case import VARIANTS, VISIBLE, Case
from .labelled import wrong_by_hand, wrong_chain
from .spec import ARCHITECTURES, functional, inserted, replaced


class Branch(NamedTuple):
    """A statement and what a fair TA says of it."""

    code: str
    mistakes: int | None
    place: int = 0  # behind Flatten
    visible: float | None = 0.0  # None: whether an operation counts as a layer there is left open
    spoils: str = ""


BEHIND_FLATTEN: dict[str, Branch] = {
    "doubled-by-add": Branch("x = keras.layers.Add()([x, x])", 1, 2),
    "multiplied-by-itself": Branch("x = keras.layers.Multiply()([x, x])", 1, 2),
    "average-of-itself": Branch("x = keras.layers.Average()([x, x])", 1, 3),
    "scaled": Branch("x = x * 2.0", 1, 2, None),
    "scaled-by-op": Branch("x = keras.ops.multiply(x, 0.5)", 1, 3, None),
    "shifted": Branch("x = x + 1.0", 1, 3, None),
    "relu-op": Branch("x = keras.ops.relu(x)", 1, 1, None, "gamma"),
    "normalized": Branch("x = keras.ops.normalize(x)", 1, 1, None),
    "concatenated-with-itself": Branch("x = keras.layers.Concatenate()([x, x])", 1, 3),
    "residual": Branch(
        'x = keras.layers.Add()([x, Dense(120, activation="relu")(x)])', 2, 2, spoils="gamma"
    ),
    "wide-and-deep": Branch("x = keras.layers.Concatenate()([x, Flatten()(input)])", 2, 3),
    "gated": Branch(
        'x = keras.layers.Multiply()([x, Dense(84, activation="sigmoid")(x)])',
        2,
        3,
        spoils="alpha gamma",
    ),
    "shared-dense": Branch("lap = Dense(120)\nx = lap(lap(x))", None, 2, spoils="alpha?"),
    "self-subtracted": Branch("x = x - keras.ops.mean(x)", None, 1, None),
}
BEHIND_INPUT: dict[str, Branch] = {
    "inverted-input": Branch("x = 1.0 - input", 1, visible=None),
    "scaled-input": Branch("x = input / 255.0", 1, visible=None),
    "input-and-its-negative": Branch("x = keras.layers.Concatenate()([input, -input])", 2),
    "shared-conv": Branch(
        'loc = Conv2D(1, 3, padding="same")\nx = loc(loc(input))', None, spoils="alpha? delta"
    ),
}
MODELS: dict[str, Branch] = {
    "two-outputs": Branch("self.model = Model(input, [output, x])", 1, visible=VISIBLE),
    "same-output-twice": Branch("self.model = Model(input, [output, output])", 1, visible=VISIBLE),
    "dict-of-outputs": Branch(
        'self.model = Model(input, {"lop": output, "dac_trung": x})', 1, visible=VISIBLE
    ),
    "output-scaled": Branch("self.model = Model(input, output * 100)", 1, visible=None),
    "logits-of-probabilities": Branch(
        "self.model = Model(input, keras.ops.log(output))", 1, visible=None
    ),
    "average-with-uniform": Branch(
        "self.model = Model(input, (output + 0.1) / 2)", 2, visible=None
    ),
    "argmax": Branch(
        "self.model = Model(input, keras.ops.argmax(output, axis=-1))", 1, visible=None
    ),
    "second-input": Branch(
        "phu = Input(shape=(10,))\n"
        "self.model = Model([input, phu], keras.layers.Average()([output, phu]))",
        2,
    ),
    "ensemble": Branch(
        'khac = Dense(10, activation="softmax")(x)\n'
        "self.model = Model(input, keras.layers.Average()([output, khac]))",
        2,
    ),
    # One line freezes every layer: one mistake or five, the text does not say.
    "frozen-model": Branch(
        "self.model = Model(input, output)\nself.model.trainable = False", None, visible=VISIBLE
    ),
    "frozen-first-half": Branch(
        "self.model = Model(input, output)\n"
        "for layer in self.model.layers[: len(self.model.layers) // 2 + 2]:\n"
        "    layer.trainable = False",
        None,
        visible=VISIBLE,
    ),
    "frozen-but-last": Branch(
        "self.model = Model(input, output)\n"
        "for layer in self.model.layers[:-1]:\n"
        "    layer.trainable = False",
        None,
        visible=VISIBLE,
    ),
}


def branch_cases() -> list[Case]:
    return [case for variant in VARIANTS for case in _cases(variant)]


def _cases(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    flatten = next(i for i, layer in enumerate(layers) if layer.role == "flatten")
    for name, branch in BEHIND_FLATTEN.items():
        source = functional(variant, inserted(layers, flatten + branch.place, branch.code))
        yield _case(variant, name, branch, source)
    for name, branch in BEHIND_INPUT.items():
        yield _case(variant, name, branch, functional(variant, inserted(layers, 1, branch.code)))
    for name, branch in MODELS.items():
        yield _case(variant, name, branch, functional(variant, layers, model=branch.code))
    last = len(layers) - 1
    yield wrong_chain(
        f"{variant}-wrong-last-layer-unused",
        variant,
        replaced(layers, last),
        "missing",
        layer=last,
        field="missing",
        source=functional(variant, layers, model="self.model = Model(input, x)"),
    )


def _case(variant: str, name: str, branch: Branch, source: str) -> Case:
    return wrong_by_hand(
        f"{variant}-wrong-{name}",
        variant,
        source,
        "frozen" if name.startswith("frozen") else "branch",
        mistakes=branch.mistakes,
        visible=branch.visible,
        spoils=branch.spoils,
    )
