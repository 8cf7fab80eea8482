"""Wrong solutions that leave no model, or hardly one."""

from collections.abc import Iterator

from .case import VARIANTS, Case, no_model_case
from .spec import ARCHITECTURES, class_name, fill, functional

BODIES: dict[str, str] = {
    "stub": """
input = None
output = None
# YOUR CODE HERE
raise NotImplementedError()
self.model = Model(input, output)
""",
    "stub-without-raise": """
input = None
output = None
self.model = Model(input, output)
""",
    "empty-build": "pass",
    "docstring-only": '"""Dựng mô hình."""',
    "model-none": "self.model = None",
    "model-is-a-string": 'self.model = "LeNet với ReLU"',
    "model-is-a-class": "self.model = Model",
    "model-is-a-layer": 'self.model = Dense(10, activation="softmax")',
    "empty-sequential": "self.model = keras.Sequential()",
    "only-input": "self.model = keras.Sequential([Input(shape=input_dim)])",
    "reference-untouched": "super().build(input_dim)",
    "reference-with-a-head": """
super().build(input_dim)
x = Dense(84)(self.model.output)
self.model = Model(self.model.input, Dense(10, activation="softmax")(x))
""",
    "reference-frozen": """
super().build(input_dim)
self.model.trainable = False
""",
}

STUB = """
class $Class(LeNetCNN):
    def build(self, input_dim):
        $body
"""

# The layers are right, and no model of them ends up in `self.model`.
MISPLACED: dict[str, str] = {
    "local-model": "model = Model(input, output)",
    "returned-only": "return Model(input, output)",
    "other-attribute": "self.network = Model(input, output)",
    "model-in-a-list": "self.model = [Model(input, output)]",
    "layers-not-a-model": "self.model = Model(input, output).layers",
    "tensor-not-a-model": "self.model = output",
    "forgotten-call": "self.model = lambda: Model(input, output)",
    "features-only": "self.model = Model(input, Flatten()(input))",
}


def unfinished_cases() -> list[Case]:
    return [
        no_model_case(f"{variant}-wrong-{name}", variant, source, "unfinished")
        for variant in VARIANTS
        for name, source in _sources(variant)
    ]


def _sources(variant: str) -> Iterator[tuple[str, str]]:
    for name, body in BODIES.items():
        yield name, fill(STUB, {"Class": class_name(variant), "body": body.strip()})
    for name, model in MISPLACED.items():
        yield name, functional(variant, ARCHITECTURES[variant], model=model)
