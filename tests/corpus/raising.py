"""Solution cells that raise, or leave no model of their own, and what the first line must name.

Each is the usual solution of a variant with one slip, or a cell of its own.
"""
# ruff: noqa: E501 - a row of the table is one line

from collections.abc import Iterator
from dataclasses import dataclass

from .spec import ARCHITECTURES, class_name, functional


@dataclass(frozen=True)
class Raising:
    """A solution cell; the first line of its tests' messages names ``error`` and ``word``.

    ``error`` is the exception's type, empty where nothing raised that a student would know of.
    """

    name: str
    variant: str
    source: str
    error: str
    word: str


SET = "self.model = Model(input, output)"
IMPORT = "from keras.layers import MaxPooling2D"
FIRST = "class {0}(LeNetCNN):\n    def build(self, input_dim):"

# Slips: name, variants, what is written in the usual solution and what stands in its place,
# the error, the word. {0} is the class.
_SLIPS: list[tuple[str, str, str, str, str, str]] = [
    # names
    *[
        ("max-not-imported", v, IMPORT + "\n", "", "NameError", "from keras.layers import MaxP")
        for v in ("beta", "gamma", "delta")
    ],
    ("conv-small-d", "alpha omicron", "Conv2D(filters=6", "Conv2d(filters=6", "NameError", "`Conv2D`"),
    ("dens", "omicron", "Dense(units=120", "Dens(units=120", "NameError", "`Dense`"),
    ("flatten-small", "gamma alpha", "Flatten()", "flatten()", "NameError", "`Flatten`"),
    ("model-small", "beta", "= Model(", "= model(", "NameError", "`Model`"),
    ("models", "delta", "= Model(", "= Models(", "NameError", "`Model`"),
    ("inputs", "alpha", ")(input)", ")(inputs)", "NameError", "`input`"),
    ("input-shape", "gamma", "shape=input_dim", "shape=input_shape", "NameError", "input_shape"),
    ("relu-unquoted", "beta omicron", '120, activation="relu"', "120, activation=relu", "NameError", '"relu"'),
    ("same-unquoted", "alpha", 'padding="same"', "padding=same", "NameError", '"same"'),
    ("batch-norm-not-imported", "omicron", "x = Flatten()", "x = BatchNormalization()(x)\n        x = Flatten()",
     "NameError", "from keras.layers import BatchNormalization"),
    ("activation-not-imported", "alpha", "x = Flatten()", 'x = Activation("relu")(x)\n        x = Flatten()',
     "NameError", "from keras.layers import Activation"),
    ("tensorflow-not-imported", "beta", "x = Flatten()", "x = tensorflow.keras.layers.Flatten()",
     "NameError", "`import tensorflow`"),
    ("layers-not-imported", "gamma", "x = Flatten()", "x = layers.Flatten()", "NameError", "from keras import layers"),
    ("capital-x", "delta", 'Dense(units=84, activation="relu")(x)', 'Dense(units=84, activation="relu")(X)',
     "NameError", "`x`"),
    ("outputs", "alpha gamma", "output = Dense", "outputs = Dense", "NameError", "`outputs`"),
    ("this", "beta", "self.model", "this.model", "NameError", "'this'"),
    ("base-class-small-n", "alpha", "(LeNetCNN)", "(LenetCNN)", "NameError", "`LeNetCNN`"),
    ("base-class-short", "delta", "(LeNetCNN)", "(LeNet)", "NameError", "`LeNetCNN`"),
    ("two-equals-signs", "omicron", "filters=6", "filters==6", "NameError", "'filters'"),
    ("x-before-it-is-there", "alpha beta", ")(input)", ")(x)", "UnboundLocalError", "'x'"),
    ("input-hides-itself", "gamma", "input = Input(", "Input = Input(", "UnboundLocalError", "'Input'"),
    ("flatten-hides-itself", "omicron", "x = Flatten()(x)", "Flatten = Flatten()(x)", "UnboundLocalError", "'Flatten'"),
    ("same-capital", "beta", 'padding="same"', "padding=SAME", "NameError", '"same"'),
    ("parameter-renamed", "alpha", "(self, input_dim)", "(self, input_shape)", "NameError", "`input_shape`"),
    ("reshape-not-imported", "delta", "Flatten()(x)", "Reshape((49,))(x)", "NameError", "import Reshape"),
    ("class-of-an-activation", "omicron", 'activation="relu"', "activation=Relu()", "NameError", "`ReLU`"),
    # attributes
    ("keras-flatten", "alpha", "x = Flatten()", "x = keras.Flatten()", "AttributeError", "`keras.layers.Flatten`"),
    ("tf-nn-typo", "beta", '120, activation="relu"', "120, activation=tf.nn.rleu", "AttributeError", "`relu`"),
    ("activation-module", "omicron", '120, activation="relu"', "120, activation=keras.activation.relu",
     "AttributeError", "`activations`"),
    ("models-small", "delta", "= Model(", "= keras.models.model(", "AttributeError", "`Model`"),
    ("keras-layer", "delta", "x = Flatten()", "x = keras.layer.Flatten()", "AttributeError", "`layers`"),
    ("layers-flaten", "alpha", "x = Flatten()", "x = keras.layers.Flaten()", "AttributeError", "`Flatten`"),
    ("max-pool-small-d", "beta", "x = MaxPooling2D(", "x = keras.layers.MaxPool2d(", "AttributeError", "`MaxPool2D`"),
    ("tf-layers", "gamma", "x = Flatten()", "x = tf.layers.flatten()", "AttributeError", "'layers'"),
    ("x-flatten", "omicron", "x = Flatten()(x)", "x = x.Flatten()", "AttributeError", "'Flatten'"),
    ("add-to-none", "alpha", "x = Flatten()(x)", "self.model.add(Flatten())", "AttributeError", "'add'"),
    # imports
    ("import-max-pool-small-d", "beta delta", IMPORT, "from keras.layers import MaxPool2d", "ImportError", "`MaxPool2D`"),
    ("import-max-pooling-small-d", "gamma", IMPORT, "from keras.layers import MaxPooling2d", "ImportError", "`MaxPooling2D`"),
    ("import-from-keras", "beta", IMPORT, "from keras import MaxPooling2D", "ImportError", "from keras.layers import MaxPooling2D"),
    ("import-from-models", "gamma", IMPORT, "from keras.models import MaxPooling2D", "ImportError", "from keras.layers import MaxPooling2D"),
    ("import-from-layer", "delta", IMPORT, "from keras.layer import MaxPooling2D", "ModuleNotFoundError", "from keras.layers import"),
    ("import-from-core", "alpha beta", "{first}", "from keras.layers.core import Dense\n{first}", "ModuleNotFoundError", "from keras.layers import"),
    ("import-from-convolutional", "gamma", IMPORT, "from keras.layers.convolutional import MaxPooling2D", "ModuleNotFoundError", "from keras.layers import"),
    ("import-engine", "omicron", "{first}", "from keras.engine import Model\n{first}", "ModuleNotFoundError", "keras.engine"),
    ("import-experimental", "delta", "{first}",
     "from tensorflow.keras.layers.experimental.preprocessing import Rescaling\n{first}", "ModuleNotFoundError", "experimental"),
    ("import-kears", "beta", IMPORT, "from kears.layers import MaxPooling2D", "ModuleNotFoundError", "`keras`"),
    ("import-capital-keras", "delta", IMPORT, "from Keras.layers import MaxPooling2D", "ModuleNotFoundError", "`keras`"),
    ("import-np-utils", "alpha", "{first}", "from keras.utils import np_utils\n{first}", "ImportError", "'np_utils'"),
    ("import-own-file", "omicron", "{first}", "from lenet_utils import conv_block\n{first}", "ModuleNotFoundError", "lenet_utils"),
    # calls
    ("flatten-not-called", "omicron gamma", "Flatten()(x)", "Flatten()", "ValueError", "(x)"),
    ("pool-not-called", "beta", "MaxPooling2D(pool_size=(2, 2))(x)", "MaxPooling2D(pool_size=(2, 2))", "ValueError", "(x)"),
    ("conv-not-called", "alpha", ')(input)', ")", "ValueError", "(x)"),
    ("output-not-called", "delta alpha", '"softmax")(x)', '"softmax")', "", "(x)"),
    ("called-twice", "gamma", "Flatten()(x)", "Flatten()(x)(x)", "TypeError", "not callable"),
    ("flatten-of-x", "beta alpha", "Flatten()(x)", "Flatten(x)", "", "Flatten"),
    ("dense-of-x", "omicron", 'Dense(units=84, activation="relu")(x)', "Dense(84, x)", "", "activation"),
    ("units-missing", "delta", "Dense(units=120, ", "Dense(", "TypeError", "'units'"),
    ("kernel-missing", "omicron", "kernel_size=(3, 3), ", "", "TypeError", "'kernel_size'"),
    ("pool-size-missing", "alpha", "AveragePooling2D(pool_size=(2, 2))", "AveragePooling2D()", "TypeError", "'pool_size'"),
    ("filter", "alpha gamma", "filters=6", "filter=6", "TypeError", "`filters`"),
    ("kernal-size", "beta", "kernel_size", "kernal_size", "TypeError", "`kernel_size`"),
    ("activations", "omicron alpha", '120, activation="relu"', '120, activations="relu"', "ValueError", "`activation`"),
    ("unit", "delta", "units=120", "unit=120", "TypeError", "`units`"),
    ("pool-sizes", "beta", "pool_size=(2, 2)", "pool_size=(2, 2), stride=2", "ValueError", "`strides`"),
    ("paddings", "gamma", "padding=", "paddings=", "ValueError", "`padding`"),
    ("shapes", "delta", "Input(shape=", "Input(shapes=", "TypeError", "`shape`"),
    ("model-input-output", "omicron", "Model(input, output)", "Model(input=input, output=output)", "", "`inputs`"),
    ("bracketed", "gamma", "Flatten()(x)", "Flatten()[x]", "TypeError", "not subscriptable"),
    ("model-of-the-shape", "delta", "Model(input, ", "Model(input_dim, ", "ValueError", "`inputs`"),
    ("static-method", "gamma", "    def build", "    @staticmethod\n    def build", "TypeError", "'input_dim'"),
    ("super-wants-none", "beta", SET, "super().__init__(input, output)", "TypeError", "__init__"),
    # values
    ("units-quoted", "beta", "units=120", 'units="120"', "ValueError", "số nguyên"),
    ("pool-with-activation", "alpha", "pool_size=(2, 2)", '(2, 2), "relu"', "ValueError", "strides"),
    ("name-with-slash", "omicron", "Flatten()", 'Flatten(name="C/1")', "ValueError", "`name`"),
    ("optimizer-unknown", "gamma", SET, "model = Model(input, output)\n        model.compile('adamm')\n        " + SET,
     "ValueError", "adamm"),
    ("tf-function", "delta", "x = Flatten()(x)", "x = tf.reshape(x, (-1, 49))", "ValueError", "keras.layers"),
    ("numpy-function", "alpha", "x = Flatten()(x)", "x = np.reshape(x, (784,))", "ValueError", "keras.layers"),
    ("activation-capital", "alpha beta", '120, activation="relu"', '120, activation="Relu"', "ValueError", "Relu"),
    ("activation-unknown", "omicron", '120, activation="relu"', '120, activation="reluu"', "ValueError", "reluu"),
    ("padding-unknown", "gamma", 'padding="same"', 'padding="sames"', "ValueError", "padding"),
    ("kernel-of-three", "beta", "kernel_size=(3, 3)", "kernel_size=(3, 3, 3)", "ValueError", "kernel_size"),
    ("no-filters", "alpha", "filters=6", "filters=0", "ValueError", "filters"),
    ("units-negative", "delta", "units=120", "units=-120", "ValueError", "units"),
    ("strides-same", "omicron", 'kernel_size=(3, 3), padding="same"', '(3, 3), "same"', "", ""),
    ("conv-after-flatten", "gamma", "x = Flatten()(x)", "x = Flatten()(x)\n        x = Conv2D(16, 3)(x)", "ValueError", "ndim"),
    ("image-without-channel", "omicron", "shape=input_dim", "shape=(28, 28)", "ValueError", "ndim"),
    ("shape-is-a-number", "delta", "shape=input_dim", "shape=28", "", "28"),
    ("pools-too-large", "beta", "x = Flatten()", "x = MaxPooling2D(8)(x)\n        x = Flatten()", "ValueError", "negative"),
    ("input-is-a-tuple", "alpha", "Input(shape=input_dim)", "input_dim", "ValueError", "Input(shape=input_dim)"),
    # left over
    ("raise-after-work", "alpha", SET, "raise NotImplementedError()\n        " + SET, "NotImplementedError", "raise NotImplementedError()"),
    ("raise-before-work", "beta", "input = Input", "raise NotImplementedError()\n        input = Input",
     "NotImplementedError", "raise NotImplementedError()"),
    ("raise-at-the-end", "gamma", SET + "\n", "raise NotImplementedError()\n", "NotImplementedError", "raise NotImplementedError()"),
    # no Python
    ("bracket-open", "alpha delta", 'Dense(units=84, activation="relu")(x)', 'Dense(units=84, activation="relu"(x)',
     "SyntaxError", "dòng"),
    ("last-bracket-open", "omicron", "Model(input, output)", "Model(input, output", "SyntaxError", "Model(input, output"),
    ("colon-missing-def", "beta", "input_dim):", "input_dim)", "SyntaxError", "def build(self, input_dim)"),
    ("colon-missing-class", "gamma", "(LeNetCNN):", "(LeNetCNN)", "SyntaxError", "class GammaCNN(LeNetCNN)"),
    ("comma-missing", "alpha", "units=120, ", "units=120 ", "SyntaxError", "units=120 activation"),
    ("quote-open", "beta", '84, activation="relu")', '84, activation="relu)', "SyntaxError", "units=84"),
    ("typeset-quotes", "omicron", '84, activation="relu"', "84, activation=“relu”", "SyntaxError", "“"),
    ("equals-twice", "delta", "x = Flatten", "x = = Flatten", "SyntaxError", "x = = Flatten"),
    ("keyword-twice", "gamma", 'padding="same"', 'padding="same", padding="same"', "SyntaxError", "padding"),
    ("positional-last", "alpha", 'units=84, activation="relu"', 'units=84, "relu"', "SyntaxError", 'units=84, "relu"'),
    ("fence", "beta", IMPORT, "```python\n" + IMPORT, "SyntaxError", "```python"),
    ("prose", "gamma", "input = Input", "bỏ hàm kích hoạt ở các lớp\n        input = Input", "SyntaxError", "bỏ hàm kích hoạt"),
    ("unindented", "alpha", "        input = Input", "input = Input", "IndentationError", "input = Input"),
    ("indented-more", "omicron", "        x = Flatten", "          x = Flatten", "IndentationError", "x = Flatten"),
    ("indented-less", "delta", "        x = Flatten", "      x = Flatten", "IndentationError", "x = Flatten"),
    ("tab", "beta", "        x = Flatten", "\tx = Flatten", "TabError", "x = Flatten"),
    ("never-finished", "omicron", "x = Flatten()(x)", "x = Flatten()(", "SyntaxError", "x = Flatten()("),
    ("hard-space", "delta", "x = Flatten", "x\u00a0= Flatten", "SyntaxError", "dòng"),
    # signatures
    ("self-missing", "alpha", "def build(self, ", "def build(", "TypeError", "self"),
    ("dim-missing", "beta", "def build(self, input_dim)", "def build(self)", "TypeError", "input_dim"),
    ("one-more-parameter", "gamma", "(self, input_dim)", "(self, input_dim, classes)", "TypeError", "'classes'"),
    ("init-wants-more", "delta", "    def build(", "    def __init__(self, input_dim):\n        super().__init__()\n\n    def build(",
     "TypeError", "'input_dim'"),
    ("init-passes-more", "omicron", "    def build(", "    def __init__(self):\n        super().__init__(10)\n\n    def build(",
     "TypeError", "__init__"),
    # the class
    ("class-cnn-small", "alpha", "AlphaCNN", "AlphaCnn", "", "`AlphaCnn`"),
    ("class-without-cnn", "beta", "BetaCNN", "Beta", "", "`Beta`"),
    ("class-number", "gamma", "GammaCNN", "GammaCNN2", "", "`GammaCNN2`"),
    ("class-small", "delta", "DeltaCNN", "deltaCNN", "", "`deltaCNN`"),
    ("class-underscore", "alpha", "AlphaCNN", "Alpha_CNN", "", "`Alpha_CNN`"),
    ("class-typo", "omicron", "OmicronCNN", "OmnicronCNN", "", "`OmnicronCNN`"),
    ("class-of-the-last-one", "beta", "BetaCNN", "AlphaCNN", "", "`AlphaCNN`"),
    ("class-of-anything", "gamma", "GammaCNN", "MyNetwork", "", "`MyNetwork`"),
    ("function-instead-of-class", "delta", "class DeltaCNN(LeNetCNN):\n    def build(self, input_dim):", "if True:\n    if True:\n        input_dim = (28, 28, 1)", "", "DeltaCNN"),
    # build
    ("Build", "alpha omicron", "def build", "def Build", "", "`Build`"),
    ("bulid", "beta", "def build", "def bulid", "", "`bulid`"),
    ("buid", "gamma", "def build", "def buid", "", "`buid`"),
    ("build-model", "delta", "def build", "def build_model", "", "`build_model`"),
    ("built", "alpha", "def build", "def built", "", "`built`"),
    # self.model
    ("local-model", "alpha gamma", SET, "model = Model(input, output)", "", "self.model"),
    ("returned", "beta", SET, "return Model(input, output)", "", "self.model"),
    ("other-attribute", "omicron", SET, "self.Model = Model(input, output)", "", "`self.Model`"),
    ("attribute-typo", "delta", SET, "self.modle = Model(input, output)", "", "`self.modle`"),
    ("compared", "gamma", "self.model = ", "self.model == ", "", "`==`"),
    ("nothing-set", "beta", "        " + SET + "\n", "", "", "self.model"),
    ("no-base-class", "omicron", "class OmicronCNN(LeNetCNN):", "class OmicronCNN:\n    model = None", "", ""),
]  # fmt: skip

# Whole cells: name, variant, source, the error, the word.
_CELLS: list[tuple[str, str, str, str, str]] = [
    ("stub", "alpha", """
class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        input = None
        output = None
        # YOUR CODE HERE
        raise NotImplementedError()
        self.model = Model(input, output)
""", "NotImplementedError", "raise NotImplementedError()"),
    ("stub-without-raise", "beta", """
class BetaCNN(LeNetCNN):
    def build(self, input_dim):
        input = None
        output = None
        self.model = Model(input, output)
""", "", ""),
    ("only-pass", "gamma", """
class GammaCNN(LeNetCNN):
    def build(self, input_dim):
        pass
""", "", "self.model"),
    ("empty-class", "omicron", """
class OmicronCNN(LeNetCNN):
    pass
""", "", "LeNet"),
    ("empty-body", "delta", """
class DeltaCNN(LeNetCNN):
    def build(self, input_dim):
""", "IndentationError", "def build"),
    ("build-nested", "alpha", """
class AlphaCNN(LeNetCNN):
    def __init__(self):
        super().__init__()

        def build(self, input_dim):
            input = Input(shape=input_dim)
            x = Flatten()(input)
            self.model = Model(input, Dense(10, activation="softmax")(x))
""", "", "`build`"),
    ("build-outside", "beta", """
class BetaCNN(LeNetCNN):
    pass


def build(self, input_dim):
    input = Input(shape=input_dim)
    x = Flatten()(input)
    self.model = Model(input, Dense(10, activation="softmax")(x))
""", "", "`build`"),
    ("sequential-not-imported", "gamma", """
from keras.layers import MaxPooling2D

class GammaCNN(LeNetCNN):
    def build(self, input_dim):
        self.model = Sequential([
            Input(shape=input_dim),
            Conv2D(6, 3, padding="same"),
            MaxPooling2D(2),
            Flatten(),
            Dense(10, activation="softmax"),
        ])
""", "NameError", "import Sequential"),
    ("added-a-class", "omicron", """
class OmicronCNN(LeNetCNN):
    def build(self, input_dim):
        model = keras.Sequential()
        model.add(Input(shape=input_dim))
        model.add(Conv2D(6, 3, padding="same", activation="relu"))
        model.add(Flatten)
        model.add(Dense(10, activation="softmax"))
        self.model = model
""", "", "Flatten"),
    ("comma-missing-in-a-list", "delta", """
from keras.layers import MaxPooling2D

class DeltaCNN(LeNetCNN):
    def build(self, input_dim):
        self.model = keras.Sequential([
            Input(shape=input_dim),
            MaxPooling2D(2),
            MaxPooling2D(2)
            Flatten(),
            Dense(10, activation="softmax"),
        ])
""", "SyntaxError", "MaxPooling2D(2)"),
    ("recursion", "alpha", """
class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        self.build(input_dim)
        self.model = Model(self.model.input, self.model.output)
""", "RecursionError", "recursion"),
    ("sigmoid-replaced-in-a-list", "beta", """
class BetaCNN(LeNetCNN):
    def build(self, input_dim):
        super().build(input_dim)
        layers = [layer.get_config() for layer in self.model.layers]
        self.model = None
        for config in layers:
            config["activation_function"] = config["activations"].replace("sigmoid", "relu")
""", "KeyError", "activations"),
    ("weights-from-a-file", "gamma", """
class GammaCNN(LeNetCNN):
    def build(self, input_dim):
        self.load("gamma.keras")
""", "ValueError", "gamma.keras"),
    ("index-of-a-layer", "omicron", """
class OmicronCNN(LeNetCNN):
    def build(self, input_dim):
        filters = [6, 16]
        input = Input(shape=input_dim)
        x = input
        for i in range(3):
            x = Conv2D(filters[i], 3, padding="same", activation="relu")(x)
        self.model = Model(input, Dense(10, activation="softmax")(Flatten()(x)))
""", "IndexError", "list index out of range"),
    ("helper-wants-more", "delta", """
def pool(x, size):
    return keras.layers.MaxPooling2D(size)(x)

class DeltaCNN(LeNetCNN):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = pool(pool(input))
        self.model = Model(input, Dense(10, activation="softmax")(Flatten()(x)))
""", "TypeError", "'size'"),
    ("helper-returns-nothing", "beta", """
def block(x, filters):
    x = Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = keras.layers.MaxPooling2D(2)(x)

class BetaCNN(LeNetCNN):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = block(block(input, 6), 16)
        self.model = Model(input, Dense(10, activation="softmax")(Flatten()(x)))
""", "", "None"),
    ("model-in-place-of-a-class", "gamma", "gamma = Model(None)", "", "GammaCNN"),
    ("function-of-that-name", "beta", """
def BetaCNN(input_dim):
    input = Input(shape=input_dim)
    return Model(input, Flatten()(input))
""", "TypeError", "'input_dim'"),
    ("unknown-magic", "omicron", """
%tensorflow 2.x
class OmicronCNN(LeNetCNN):
    pass
""", "UsageError", "%tensorflow"),
    ("exit", "alpha", """
import sys
sys.exit()
class AlphaCNN(LeNetCNN):
    pass
""", "SystemExit", "sys.exit()"),
    ("own-assertion", "alpha", """
class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        assert input_dim == (32, 32, 1), "ảnh cần có cỡ 32x32"
        super().build(input_dim)
""", "AssertionError", "ảnh cần có cỡ 32x32"),
    ("of-keras-model", "gamma", """
class GammaCNN(keras.Model):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        self.network = Model(input, Dense(10, activation="softmax")(Flatten()(input)))
""", "", "LeNetCNN"),
    ("of-nothing", "delta", """
class DeltaCNN:
    def build(self, input_dim):
        input = Input(shape=input_dim)
        model = Model(input, Dense(10, activation="softmax")(Flatten()(input)))
""", "", "LeNetCNN"),
]  # fmt: skip


def raising_cases() -> list[Raising]:
    """Every case, always in the same order."""
    cases = [*_slips()]
    for name, variant, source, error, word in _CELLS:
        cases.append(Raising(f"{variant}-raises-{name}", variant, source.strip(), error, word))
    assert len({case.name for case in cases}) == len(cases)
    return cases


def _slips() -> Iterator[Raising]:
    for name, variants, before, after, error, word in _SLIPS:
        for variant in variants.split():
            usual = functional(variant, ARCHITECTURES[variant])
            first = FIRST.format(class_name(variant))
            before_, after_ = (text.replace("{first}", first) for text in (before, after))
            assert before_ in usual, (name, variant)
            source = usual.replace(before_, after_)
            yield Raising(f"{variant}-raises-{name}", variant, source, error, word)
