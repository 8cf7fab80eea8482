"""Wrong solutions with other layers: another type, missing, extra, doubled, swapped, branched."""

from collections.abc import Iterator

from .case import VARIANTS, Case
from .spec import ARCHITECTURES, LENET, Layer, functional, inserted, replaced, variant_layers


def structure_cases() -> list[Case]:
    return [
        *(case for place in variant_layers() for case in _type_cases(*place)),
        *(case for variant in VARIANTS for case in _count_cases(variant)),
        *(case for variant in VARIANTS for case in _swapped_cases(variant)),
        *(case for variant in VARIANTS for case in _branch_cases(variant)),
        *(case for variant in VARIANTS for case in _other_variant_cases(variant)),
    ]


def _other_types(layer: Layer) -> list[Layer]:
    """Layers of other classes that could stand where this one stands."""
    if layer.role == "conv":
        return [
            Layer("SeparableConv2D", layer.args),
            Layer("Conv2DTranspose", layer.args),
            Layer("DepthwiseConv2D", layer.but(filters=None).args),
            Layer("Dense", {"units": layer.args["filters"]}).but(
                activation=layer.args.get("activation")
            ),
        ]
    if layer.role == "pool":
        other = "MaxPooling2D" if layer.kind == "AveragePooling2D" else "AveragePooling2D"
        return [
            Layer(other, layer.args),
            Layer("Conv2D", {"filters": "8", "kernel_size": "2", "strides": "2"}),
            Layer("DepthwiseConv2D", {"kernel_size": "2", "strides": "2"}),
            Layer("UpSampling2D", {"size": "2"}),
            Layer("Dropout", {"rate": "0.25"}),
            Layer("BatchNormalization"),
        ]
    if layer.role == "flatten":
        # The assignment's table and its list of types ask for Flatten itself.
        return [
            Layer("Reshape", {"target_shape": "(-1,)"}),
            Layer("GlobalAveragePooling2D"),
            Layer("GlobalMaxPooling2D"),
        ]
    if layer.role == "dense":
        return [Layer("Dropout", {"rate": "0.5"}), Layer("BatchNormalization")]
    return []


def _type_cases(variant: str, index: int, layer: Layer) -> Iterator[Case]:
    for other in _other_types(layer):
        steps = replaced(ARCHITECTURES[variant], index, other)
        name = f"{variant}-wrong-{index}-{layer.role}-as-{other.kind.lower()}"
        yield Case(name, variant, functional(variant, steps), False, index, "type", kind="type")


IMAGE_EXTRAS = [
    Layer("ZeroPadding2D", {"padding": "1"}),
    Layer("Conv2D", {"filters": "32", "kernel_size": "3", "padding": '"same"'}),
    Layer("SpatialDropout2D", {"rate": "0.2"}),
    Layer("RandomRotation", {"factor": "0.1"}),
    Layer("Cropping2D", {"cropping": "1"}),
    Layer("Resizing", {"height": "32", "width": "32"}),
    Layer("GlobalAveragePooling2D", {"keepdims": "True"}),
]
EXTRAS = [
    Layer("Dropout", {"rate": "0.5"}),
    Layer("BatchNormalization"),
    Layer("Activation", {"activation": '"relu"'}),
    Layer("Identity"),
    Layer("GaussianNoise", {"stddev": "0.1"}),
    Layer("Rescaling", {"scale": "1 / 255"}),
    Layer("Lambda", {"function": "lambda t: t"}),
    Layer("LayerNormalization"),
    Layer("ReLU"),
    Layer("Activation", {"activation": '"linear"'}),
    Layer("ActivityRegularization", {"l2": "1e-4"}),
]
DENSE_EXTRA = Layer("Dense", {"units": "32", "activation": '"relu"'})


def _count_cases(variant: str) -> Iterator[Case]:
    """A layer missing, a layer twice, a layer too many."""
    layers = ARCHITECTURES[variant]
    flatten = next(i for i, layer in enumerate(layers) if layer.role == "flatten")
    for index, layer in enumerate(layers[1:], 1):
        if layer == layers[index - 1]:
            continue
        # Of two equal neighbours nobody can say which one is missing.
        clear = layer not in layers[index + 1 : index + 2]
        yield Case(
            f"{variant}-wrong-without-{index}-{layer.role}",
            variant,
            functional(variant, replaced(layers, index)),
            right=False,
            layer=index if clear else None,
            field="missing" if clear else None,
            kind="missing",
        )
        yield Case(
            f"{variant}-wrong-twice-{index}-{layer.role}",
            variant,
            functional(variant, inserted(layers, index, layer)),
            right=False,
            kind="doubled",
        )
    for number, extra in enumerate(EXTRAS):
        for index in sorted({1 + number % (len(layers) - 1), len(layers)}):
            yield _extra(variant, extra, index)
    for number, extra in enumerate(IMAGE_EXTRAS):
        yield _extra(variant, extra, 1 + number % flatten)
    for index in (flatten + 1, flatten + 2, flatten + 3, len(layers)):
        yield _extra(variant, DENSE_EXTRA, index)
    if variant == "omicron":
        for index in (2, 3):
            for kind in ("MaxPooling2D", "AveragePooling2D"):
                yield _extra(variant, Layer(kind, {"pool_size": "(2, 2)"}), index)
    if variant == "delta":
        for index in (1, 2, 3):
            conv = Layer("Conv2D", {"filters": "1", "kernel_size": "(1, 1)"})
            yield _extra(variant, conv, index, "pointwise")


def _extra(variant: str, extra: Layer, index: int, label: str = "") -> Case:
    if extra.kind == "Activation":
        label = f"activation-{extra.args['activation']}".replace('"', "")
    return Case(
        f"{variant}-wrong-extra-{label or extra.kind.lower()}-at-{index}",
        variant,
        functional(variant, inserted(ARCHITECTURES[variant], index, extra)),
        right=False,
        layer=index,
        field="extra",
        kind="extra",
    )


def _swapped_cases(variant: str) -> Iterator[Case]:
    """Two neighbours in the other order, where that still is a model."""
    layers = ARCHITECTURES[variant]
    for index in range(1, len(layers) - 1):
        one, other = layers[index : index + 2]
        if one == other or (one.role, other.role) in (("pool", "flatten"), ("conv", "flatten")):
            continue
        steps = [*layers[:index], other, one, *layers[index + 2 :]]
        name = f"{variant}-wrong-swapped-{index}-{one.role}-{other.role}"
        yield Case(name, variant, functional(variant, steps), False, kind="swapped")


BRANCHES: dict[str, tuple[int, str]] = {  # name → place behind Flatten, statement
    "doubled-by-add": (2, "x = keras.layers.Add()([x, x])"),
    "multiplied-by-itself": (2, "x = keras.layers.Multiply()([x, x])"),
    "average-of-itself": (3, "x = keras.layers.Average()([x, x])"),
    "scaled": (2, "x = x * 2.0"),
    "scaled-by-op": (3, "x = keras.ops.multiply(x, 0.5)"),
    "shifted": (3, "x = x + 1.0"),
    "relu-op": (1, "x = keras.ops.relu(x)"),
    "normalized": (1, "x = keras.ops.normalize(x)"),
    "concatenated-with-itself": (3, "x = keras.layers.Concatenate()([x, x])"),
    "residual": (2, 'x = keras.layers.Add()([x, Dense(120, activation="relu")(x)])'),
    "wide-and-deep": (3, "x = keras.layers.Concatenate()([x, Flatten()(input)])"),
    "gated": (3, 'x = keras.layers.Multiply()([x, Dense(84, activation="sigmoid")(x)])'),
    "shared-dense": (2, "lap = Dense(120)\nx = lap(lap(x))"),
    "self-subtracted": (1, "x = x - keras.ops.mean(x)"),
}
INPUT_BRANCHES: dict[str, str] = {
    "inverted-input": "x = 1.0 - input",
    "scaled-input": "x = input / 255.0",
    "input-and-its-negative": "x = keras.layers.Concatenate()([input, -input])",
    "shared-conv": 'loc = Conv2D(1, 3, padding="same")\nx = loc(loc(input))',
}
MODELS: dict[str, str] = {
    "two-outputs": "self.model = Model(input, [output, x])",
    "same-output-twice": "self.model = Model(input, [output, output])",
    "dict-of-outputs": 'self.model = Model(input, {"lop": output, "dac_trung": x})',
    "last-layer-unused": "self.model = Model(input, x)",
    "output-scaled": "self.model = Model(input, output * 100)",
    "logits-of-probabilities": "self.model = Model(input, keras.ops.log(output))",
    "average-with-uniform": "self.model = Model(input, (output + 0.1) / 2)",
    "argmax": "self.model = Model(input, keras.ops.argmax(output, axis=-1))",
    "second-input": (
        "phu = Input(shape=(10,))\n"
        "self.model = Model([input, phu], keras.layers.Average()([output, phu]))"
    ),
    "ensemble": (
        'khac = Dense(10, activation="softmax")(x)\n'
        "self.model = Model(input, keras.layers.Average()([output, khac]))"
    ),
    "frozen-model": "self.model = Model(input, output)\nself.model.trainable = False",
    "frozen-first-half": (
        "self.model = Model(input, output)\n"
        "for layer in self.model.layers[: len(self.model.layers) // 2 + 2]:\n"
        "    layer.trainable = False"
    ),
    "frozen-but-last": (
        "self.model = Model(input, output)\n"
        "for layer in self.model.layers[:-1]:\n"
        "    layer.trainable = False"
    ),
}


def _branch_cases(variant: str) -> Iterator[Case]:
    layers = ARCHITECTURES[variant]
    flatten = next(i for i, layer in enumerate(layers) if layer.role == "flatten")
    sources = {
        **{
            name: functional(variant, inserted(layers, flatten + place, statement))
            for name, (place, statement) in BRANCHES.items()
        },
        **{
            name: functional(variant, inserted(layers, 1, statement))
            for name, statement in INPUT_BRANCHES.items()
        },
        **{name: functional(variant, layers, model=model) for name, model in MODELS.items()},
    }
    for name, source in sources.items():
        kind = "frozen" if name.startswith("frozen") else "branch"
        if name == "last-layer-unused":
            last = len(layers) - 1
            yield Case(
                f"{variant}-wrong-{name}", variant, source, False, last, "missing", kind="missing"
            )
        else:
            yield Case(f"{variant}-wrong-{name}", variant, source, False, kind=kind)


def _other_variant_cases(variant: str) -> Iterator[Case]:
    """Another architecture of the notebook, handed in for this one."""
    for other, layers in {"lenet": LENET, **ARCHITECTURES}.items():
        if other != variant:
            source = functional(variant, layers)
            yield Case(f"{variant}-wrong-is-{other}", variant, source, False, kind="other-variant")
