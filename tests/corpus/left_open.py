"""Solutions of which the assignment's text does not say whether they are right: counted apart."""

from collections.abc import Iterator, Mapping

from .case import Case
from .spec import ARCHITECTURES, changed, fill, functional, parts, turns

Changes = Mapping[str, Mapping[str, str | None]]

ARGUMENTS: dict[str, Changes] = {
    "fixed-batch-size": {"input": {"batch_size": "128"}},
    "half-precision": {"weighted": {"dtype": '"float16"'}},
    "mixed-precision": {"every": {"dtype": '"mixed_float16"'}},
    "whole-numbers-in": {"input": {"dtype": '"uint8"'}},
    "flatten-channels-first": {"flatten": {"data_format": '"channels_first"'}},
    "optional-input": {"input": {"optional": "True"}},
    "seeded-lambda": {"output": {"activation": "lambda x: keras.ops.softmax(x + 1e-9)"}},
}
MODELS: dict[str, str] = {
    "dict-in-and-out": 'self.model = Model({"anh": input}, {"so": output})',
    # Keras trains its weights all the same: of a model inside another the mark is not looked at.
    "frozen-model-inside": "trong = Model(input, output, trainable=False)\n"
    "vao = Input(shape=input_dim)\nself.model = Model(vao, trong(vao))",
    "dict-out": 'self.model = Model(input, {"so": output})',
}
LAYOUTS: dict[str, str] = {
    "model-whose-call-only-calls-super": """
$begin
        class Net(Model):
            def call(self, inputs, training=None, mask=None):
                return super().call(inputs, training=training, mask=mask)

        input = $input
        $chain
        self.model = Net(input, output)
""",
    "layer-that-prints": """
$begin
        class InRa(Flatten):
            def call(self, x):
                print("dạng:", x.shape)
                return super().call(x)

        input = x = $input
        for lop in [
            $layers
        ]:
            x = InRa()(x) if isinstance(lop, Flatten) else lop(x)
        self.model = Model(input, x)
""",
    "no-child-of-lenet": """
$imports

class $Class:
    def build(self, input_dim):
        input = $input
        $chain
        self.model = Model(input, output)

    def summary(self):
        self.model.summary()
""",
    "built-outside-build": """
$imports

class $Class(LeNetCNN):
    def __init__(self):
        super().__init__()
        input_dim = (28, 28, 1)
        input = $input
        $chain
        self.model = Model(input, output)

    def build(self, input_dim):
        pass
""",
    "changed-when-trained": """
$begin
        input = $input
        $chain
        self.model = Model(input, output)

    def train(self, x_train, y_train):
        self.model.layers[-1].trainable = False
        super().train(x_train, y_train)
""",
}


def open_cases() -> list[Case]:
    return list(_cases())


def _cases() -> Iterator[Case]:
    sources: list[tuple[str, str, str]] = []
    for number, (name, changes) in enumerate(ARGUMENTS.items()):
        for variant in turns(number, 2):
            steps = changed(ARCHITECTURES[variant], changes)
            sources.append((variant, name, functional(variant, steps)))
    for number, (name, model) in enumerate(MODELS.items()):
        for variant in turns(number, 2):
            source = functional(variant, ARCHITECTURES[variant], model=model)
            sources.append((variant, name, source))
    for number, (name, template) in enumerate(LAYOUTS.items()):
        for variant in turns(number, 2):
            source = fill(template, parts(variant, ARCHITECTURES[variant]))
            sources.append((variant, name, source))
    for variant, name, source in sources:
        case_name = f"{variant}-open-{name}"
        yield Case(case_name, variant, source, right=False, kind="left-open", open=True)
