"""Solutions whose layers cannot be known when `build` ends: no input, or a `call` of their own."""

from collections.abc import Iterator

from .case import Case, no_model_case
from .spec import ARCHITECTURES, fill, parts, turns

NO_INPUT: dict[str, str] = {
    "list": """
$begin
        self.model = keras.Sequential([
            $layers
        ])
""",
    "added": """
from tensorflow.keras.models import Sequential
$begin
        self.model = Sequential()
        for layer in [
            $layers
        ]:
            self.model.add(layer)
""",
    "named-and-compiled": """
$begin
        model = tf.keras.Sequential(name="$Class")
        $adds
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
        self.model = model
""",
    "two-inside": """
$begin
        self.model = keras.Sequential([
            keras.Sequential([
                $features
            ]),
            keras.Sequential([
                $head
            ]),
        ])
""",
    "input-called-and-dropped": """
$begin
        dau_vao = $input
        self.model = keras.Sequential([
            $layers
        ], name="quen_dau_vao")
""",
    "subclass-of-sequential": """
$begin
        class Net(keras.Sequential):
            def __init__(self):
                super().__init__()
                for layer in [
                    $layers
                ]:
                    self.add(layer)

        self.model = Net()
""",
}

OWN_CALL: dict[str, str] = {
    "as-in-pytorch": """
$imports

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.cac_lop = [
            $layers
        ]

    def call(self, inputs):
        x = inputs
        for lop in self.cac_lop:
            x = lop(x)
        return x

class $Class(LeNetCNN):
    def build(self, input_dim):
        self.model = Net()
        self.model.build((None, *input_dim))
""",
    "not-built": """
$imports

class Net(tf.keras.Model):
    def __init__(self):
        super(Net, self).__init__()
        self.mang = keras.Sequential([
            $layers
        ])

    def call(self, x):
        return self.mang(x)

class $Class(LeNetCNN):
    def build(self, input_dim):
        self.model = Net()
""",
    "called-on-data": """
$begin
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.dac_trung = keras.Sequential([
                    $features
                ])
                self.phan_loai = keras.Sequential([
                    $head
                ])

            def call(self, x, training=False):
                return self.phan_loai(self.dac_trung(x))

        self.model = Net()
        self.model(x_train_norm[:1])
""",
    "called-on-input": """
$begin
        class Net(Model):
            def __init__(self):
                super().__init__()
                self.cac_lop = [
                    $layers
                ]

            def call(self, x):
                for lop in self.cac_lop:
                    x = lop(x)
                return x

        self.model = Net()
        self.model(Input(shape=input_dim))
""",
    "both-parents": """
$imports

class $Class(LeNetCNN, keras.Model):
    def __init__(self):
        keras.Model.__init__(self)
        self.cac_lop = [
            $layers
        ]
        self.model = self

    def build(self, input_dim):
        self.dau_vao = input_dim

    def call(self, x):
        for lop in self.cac_lop:
            x = lop(x)
        return x
""",
    "sequential-subclass": """
$begin
        class Net(keras.Sequential):
            def call(self, inputs, training=None, mask=None):
                return 0.5 * super().call(inputs)

        self.model = Net([
            $input,
            $layers
        ])
""",
    "functional-with-noise": """
$begin
        class Net(Model):
            def call(self, inputs, training=None, mask=None):
                return super().call(inputs + 0.01, training=training)

        input = $input
        $chain
        self.model = Net(input, output)
""",
    "a-layer-not-a-model": """
$begin
        class Net(keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.cac_lop = [
                    $layers
                ]

            def call(self, x):
                for lop in self.cac_lop:
                    x = lop(x)
                return x

        self.model = Net()
""",
}

# A block of layers in a class of one's own is one layer of an unknown kind.
BLOCK = """
$imports

class Khoi(keras.layers.Layer):
    def __init__(self, cac_lop):
        super().__init__()
        self.cac_lop = cac_lop

    def call(self, x):
        for lop in self.cac_lop:
            x = lop(x)
        return x

class $Class(LeNetCNN):
    def build(self, input_dim):
        input = $input
        x = Khoi([
            $features
        ])(input)
        $head_chain
        self.model = Model(input, x)
"""


def no_graph_cases() -> list[Case]:
    return list(_cases())


def _cases() -> Iterator[Case]:
    tables = (("no-input", NO_INPUT), ("own-call", OWN_CALL), ("own-call", {"block": BLOCK}))
    for kind, table in tables:
        for number, (name, template) in enumerate(table.items()):
            for variant in turns(number):
                source = fill(template, parts(variant, ARCHITECTURES[variant]))
                if name == "block":
                    yield Case(
                        f"{variant}-wrong-block-of-layers",
                        variant,
                        source,
                        right=False,
                        kind=kind,
                        hidden=0.0 if variant in ("alpha", "beta", "gamma") else None,
                        visible=0.0,
                    )
                else:
                    yield no_model_case(f"{variant}-wrong-{kind}-{name}", variant, source, kind)
