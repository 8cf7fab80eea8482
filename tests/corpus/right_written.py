"""Right solutions written one by one: those that start from another model."""

from .spec import class_name, fill

SETTINGS = {  # how a variant differs from Beta
    "alpha": "pooling = AveragePooling2D",
    "beta": "pass",
    "gamma": "activation = None",
    "omicron": "pooling = None",
    "delta": "convolution = False",
}

PARAMETRISED = """
from keras.layers import MaxPooling2D

class Chung(LeNetCNN):
    activation = "relu"
    pooling = MaxPooling2D
    convolution = True

    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = input
        for filters in (6, 16):
            if self.convolution:
                x = Conv2D(filters, 3, padding="same", activation=self.activation)(x)
            if self.pooling is not None:
                x = self.pooling(2)(x)
        x = Flatten()(x)
        for units in (120, 84):
            x = Dense(units, activation=self.activation)(x)
        output = Dense(10, activation="softmax")(x)
        self.model = Model(input, output)

class $Class(Chung):
    $settings
"""

REBUILD_RULES = {  # what becomes of a layer of the reference LeNet
    "alpha": "",
    "beta": "if isinstance(layer, AveragePooling2D):\n    kind = keras.layers.MaxPooling2D",
    "gamma": "if isinstance(layer, AveragePooling2D):\n    kind = keras.layers.MaxPooling2D",
    "omicron": "if isinstance(layer, AveragePooling2D):\n    continue",
    "delta": (
        "if isinstance(layer, Conv2D):\n    continue\n"
        "if isinstance(layer, AveragePooling2D):\n    kind = keras.layers.MaxPooling2D"
    ),
}

REBUILT = """
class $Class(LeNetCNN):
    def build(self, input_dim):
        super().build(input_dim)  # LeNet gốc, rồi dựng lại từng lớp
        input = Input(shape=input_dim)
        x = input
        for layer in self.model.layers[1:]:
            kind, config = type(layer), layer.get_config()
            if config.get("activation") == "sigmoid":
                config["activation"] = $activation
            $rule
            x = kind.from_config(config)(x)
        self.model = Model(input, x)
"""

CLONED = """
class $Class(LeNetCNN):
    def build(self, input_dim):
        def doi(layer):
            kind, config = type(layer), layer.get_config()
            if config.get("activation") == "sigmoid":
                config["activation"] = $activation
            $rule
            return kind.from_config(config)

        super().build(input_dim)
        self.model = keras.models.clone_model(self.model, clone_function=doi)
"""

REACTIVATED = """
class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        super().build(input_dim)
        for layer in self.model.layers[1:-1]:
            if hasattr(layer, "activation"):
                layer.activation = keras.activations.relu
"""

DEACTIVATED = """
from keras.layers import MaxPooling2D

class Beta(LeNetCNN):
    def build(self, input_dim):
        input = Input(shape=input_dim)
        x = Conv2D(6, 3, padding="same", activation="relu")(input)
        x = MaxPooling2D()(x)
        x = Conv2D(16, 3, padding="same", activation="relu")(x)
        x = MaxPooling2D()(x)
        x = Flatten()(x)
        x = Dense(120, activation="relu")(x)
        x = Dense(84, activation="relu")(x)
        output = Dense(10, activation="softmax")(x)
        self.model = Model(input, output)

class GammaCNN(Beta):
    def build(self, input_dim):
        super().build(input_dim)
        for layer in self.model.layers:
            if getattr(layer, "activation", None) is keras.activations.relu:
                layer.activation = keras.activations.linear
"""


def _written(template: str, variant: str, **more: str) -> str:
    activation = "None" if variant == "gamma" else '"relu"'
    return fill(template, {"Class": class_name(variant), "activation": activation, **more})


WRITTEN: dict[str, dict[str, str]] = {
    "parametrised-base": {
        variant: _written(PARAMETRISED, variant, settings=settings)
        for variant, settings in SETTINGS.items()
    },
    "rebuilt-by-config": {
        variant: _written(REBUILT, variant, rule=rule) for variant, rule in REBUILD_RULES.items()
    },
    "cloned-with-changes": {
        variant: _written(CLONED, variant, rule=REBUILD_RULES[variant])
        for variant in ("alpha", "beta", "gamma")
    },
    "activation-reassigned": {"alpha": REACTIVATED.strip(), "gamma": DEACTIVATED.strip()},
}
