"""Right solutions with layer classes of one's own that only set arguments or only call `super`."""

from collections.abc import Iterator

from .spec import ARCHITECTURES, Layer, functional, imports_for, turns

SETS_ARGUMENTS = """
class {name}({kind}):
    def __init__(self, **kwargs):
        super().__init__({args}**kwargs)
"""
CLASSES: dict[str, str] = {
    "sets-arguments": SETS_ARGUMENTS,
    "call-of-super": SETS_ARGUMENTS
    + """
    def call(self, x):
        return super().call(x)
""",
    "call-of-super-by-name": SETS_ARGUMENTS
    + """
    def call(self, inputs):
        ket_qua = super({name}, self).call(inputs)
        return ket_qua
""",
    "call-of-super-with-all": SETS_ARGUMENTS
    + """
    def call(self, inputs, **kwargs):
        return super().call(inputs, **kwargs)
""",
    "call-of-the-base": SETS_ARGUMENTS
    + """
    def call(self, inputs):
        return {kind}.call(self, inputs)
""",
    "build-of-super": SETS_ARGUMENTS
    + """
    def build(self, input_shape):
        super().build(input_shape)
""",
    "with-a-method-of-its-own": SETS_ARGUMENTS
    + """
    def gioi_thieu(self):
        return f"lớp {{self.name}}"
""",
    "two-levels": """
class Goc{name}({kind}):
    \"\"\"Lớp gốc.\"\"\"


class {name}(Goc{name}):
    def __init__(self):
        super().__init__({args})
""",
    "registered": """
@keras.saving.register_keras_serializable(package="bai_lam_{variant}")
class {name}({kind}):
    def __init__(self, **kwargs):
        super().__init__(**{{**dict({args}), **kwargs}})

    def get_config(self):
        return super().get_config()
""",
}
PASSES = """
class {name}({kind}):
    pass
"""


def class_sources() -> Iterator[tuple[str, str, str]]:
    """Variant, name of the case, source."""
    for number, (name, template) in enumerate(CLASSES.items()):
        for variant in turns(number):
            yield variant, f"class-{name}", _source(variant, template)
    for variant in turns(2):
        layers = ARCHITECTURES[variant]
        kinds = sorted({layer.kind for layer in layers[1:]})
        setup = "\n".join(PASSES.format(name=f"My{kind}", kind=kind).strip() for kind in kinds)
        own = [layers[0], *(Layer(f"My{layer.kind}", layer.args) for layer in layers[1:])]
        source = functional(variant, own, imports=imports_for(layers[1:]), setup=setup)
        yield variant, "class-that-passes", source


def _source(variant: str, template: str) -> str:
    """Each layer by a class of its own."""
    layers = ARCHITECTURES[variant]
    classes, steps = [], [layers[0]]
    for number, layer in enumerate(layers[1:], 1):
        args = "".join(f"{name}={value}, " for name, value in layer.args.items())
        words = {"name": f"Lop{number}", "kind": layer.kind, "args": args, "variant": variant}
        classes.append(template.format(**words).strip())
        steps.append(Layer(f"Lop{number}"))
    setup = "\n\n".join(classes)
    return functional(variant, steps, imports=imports_for(layers[1:]), setup=setup)
