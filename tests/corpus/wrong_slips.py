"""Cells that leave no model, or another one than was meant: slips in names, indents, calls."""

from collections.abc import Iterator

from .case import Case, no_model_case
from .spec import ARCHITECTURES, fill, functional, parts, turns

LAYOUTS: dict[str, str] = {
    "build-misspelt": """
$imports

class $Class(LeNetCNN):
    def bulid(self, input_dim):
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "build-with-capital": """
$imports

class $Class(LeNetCNN):
    def Build(self, input_dim):
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "build-outside-the-class": """
$imports

class $Class(LeNetCNN):
    pass

def build(self, input_dim):
    input = $input
    $chain
    self.model = Model(input, output)
""",
    "build-inside-init": """
$imports

class $Class(LeNetCNN):
    def __init__(self):
        super().__init__()

        def build(self, input_dim):
            input = $input
            $chain
            self.model = Model(input, output)
""",
    "class-misspelt": """
$imports

class My$Class(LeNetCNN):
    def build(self, input_dim):
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "reference-built-last": """
$begin
        input = $input
        $chain
        self.model = Model(input, output)
        super().build(input_dim)
""",
    "model-with-capital": """
$begin
        input = $input
        $chain
        self.Model = Model(input, output)
""",
    "behind-return": """
$begin
        input = $input
        $chain
        return output
        self.model = Model(input, output)
""",
    "self-forgotten": """
$imports

class $Class(LeNetCNN):
    def build(input_dim):
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "generator-by-accident": """
$begin
        input = $input
        $chain
        self.model = Model(input, output)
        yield self.model
""",
    "branch-not-taken": """
$begin
        if input_dim == (32, 32, 1):
            input = $input
            $chain
            self.model = Model(input, output)
""",
    "raise-left": """
$begin
        input = $input
        $chain
        raise NotImplementedError()
        self.model = Model(input, output)
""",
    "stub-line-left-behind": """
$begin
        input = $input
        $chain
        input = None
        output = None
        self.model = Model(input, output)
""",
    "syntax": """
$imports

class $Class(LeNetCNN)
    def build(self, input_dim):
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "name-with-slash": """
$begin
        input = $input
        $chain
        self.model = Model(input, output, name="mạng/1")
""",
    "input-of-a-sequential": """
$begin
        seq = keras.Sequential([
            $input,
            $layers
        ])
        self.model = Model(seq.input, seq.output)
""",
    "layers-called-as-a-list": """
$begin
        self.model = keras.Sequential(
            $layers
        )
""",
    "input-not-called": """
$begin
        self.model = Model([
            $layers
        ])
""",
}

# Words of the cell that are replaced: a keyword that does not exist, a name that is not there.
REPLACED: dict[str, tuple[str, str]] = {
    "units-misspelt": ("units=84", "unit=84"),
    "activation-misspelt": ('activation="softmax"', 'activation="sofmax"'),
    "class-of-no-layer": ("Dense(units=84", "Desne(units=84"),
    "units-as-text": ("units=120", 'units="120"'),
    "units-as-float": ("units=120", "units=120.0"),
    "units-negative": ("units=84", "units=-84"),
    "numpy-units": ("units=120", "units=np.int64(120)"),
    "same-name-twice": ("units=", 'name="fc", units='),
    "not-called": ("x = Flatten()(x)", "x = Flatten()"),
    "tf-function-on-keras-tensor": ("x = Flatten()(x)", "x = tf.nn.relu(Flatten()(x))"),
}


def slip_cases() -> list[Case]:
    return list(_cases())


def _cases() -> Iterator[Case]:
    for number, (name, template) in enumerate(LAYOUTS.items()):
        for variant in turns(number):
            source = fill(template, parts(variant, ARCHITECTURES[variant]))
            yield no_model_case(f"{variant}-wrong-slip-{name}", variant, source, "slip")
    for number, (name, (old, new)) in enumerate(REPLACED.items()):
        for variant in turns(number, 2):
            right = functional(variant, ARCHITECTURES[variant])
            assert old in right, name
            source = right.replace(old, new)
            yield no_model_case(f"{variant}-wrong-slip-{name}", variant, source, "slip")
    for variant in ("beta", "gamma", "delta"):
        source = functional(variant, ARCHITECTURES[variant], imports="")
        yield no_model_case(f"{variant}-wrong-slip-import-forgotten", variant, source, "slip")
    source = functional("alpha", ARCHITECTURES["alpha"]).replace("pool_size=(2, 2)", "")
    yield no_model_case("alpha-wrong-slip-pool-without-size", "alpha", source, "slip")
