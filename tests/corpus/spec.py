"""The architectures as data, and the student code that builds a chain of layers."""

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

GIVEN = {"Input", "Conv2D", "AveragePooling2D", "Flatten", "Dense"}  # imported by the notebook

SELECTORS = {  # what a change may be asked for
    "hidden": {"conv", "dense"},
    "weighted": {"conv", "dense", "output"},
    "every": {"conv", "pool", "flatten", "dense", "output"},
}


@dataclass(frozen=True)
class Layer:
    """A layer as a student writes it: its class and the source of every argument."""

    kind: str
    args: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(f'{name}={value}' for name, value in self.args.items())})"

    @property
    def role(self) -> str:
        """What the layer is there for: input, conv, pool, flatten, dense or output."""
        if self.kind == "Dense":
            return "output" if self.args.get("units") == "10" else "dense"
        roles = {"Input": "input", "Conv2D": "conv", "Flatten": "flatten"}
        return roles.get(self.kind, "pool" if "Pooling" in self.kind else "other")

    def matches(self, selector: str) -> bool:
        """Whether a change for `selector`, a role or a group of roles, is meant for this layer."""
        if selector == "max-pool":
            return self.kind == "MaxPooling2D"
        return self.role in SELECTORS.get(selector, {selector})

    def but(self, **changes: str | None) -> "Layer":
        """This layer with other arguments; `None` leaves one out."""
        args = {**self.args, **changes}
        return Layer(self.kind, {name: value for name, value in args.items() if value is not None})


Step = Layer | str  # a layer of the chain, or a statement that gives `x` a new value
AnyStep = TypeVar("AnyStep", bound=Step)
Call = Callable[[Layer], str]


def conv(filters: int, activation: str | None) -> Layer:
    layer = Layer("Conv2D", {"filters": f"{filters}", "kernel_size": "(3, 3)", "padding": '"same"'})
    return layer.but(activation=activation)


def pool(kind: str) -> Layer:
    return Layer(f"{kind}Pooling2D", {"pool_size": "(2, 2)"})


def dense(units: int, activation: str | None) -> Layer:
    return Layer("Dense", {"units": f"{units}"}).but(activation=activation)


INPUT = Layer("Input", {"shape": "input_dim"})
FLATTEN = Layer("Flatten")


def architecture(
    activation: str | None, pooling: str | None = "Max", convolution: bool = True
) -> tuple[Layer, ...]:
    pools = [] if pooling is None else [pool(pooling)]
    convs = [[conv(filters, activation)] if convolution else [] for filters in (6, 16)]
    head = [FLATTEN, dense(120, activation), dense(84, activation), dense(10, '"softmax"')]
    return (INPUT, *convs[0], *pools, *convs[1], *pools, *head)


LENET = architecture('"sigmoid"', "Average")
ARCHITECTURES: dict[str, tuple[Layer, ...]] = {
    "alpha": architecture('"relu"', "Average"),
    "beta": architecture('"relu"'),
    "gamma": architecture(None),
    "omicron": architecture('"relu"', pooling=None),
    "delta": architecture('"relu"', convolution=False),
}


# How nearly every solution begins.
_BEGIN = """\
$imports

class $Class(LeNetCNN):
    def build(self, input_dim):
"""


def fill(template: str, parts: Mapping[str, str]) -> str:
    """The template with each `$part`; one that is alone on its line keeps the line's indent.

    `$begin` stands for the imports, the class and its method's first line.
    """

    def block(match: re.Match[str]) -> str:
        part = parts[match[2]]
        return f"{textwrap.indent(part, match[1])}\n" if part else ""

    whole = textwrap.dedent(template).replace("$begin\n", _BEGIN)
    text = re.sub(r"^( *)\$(\w+)\n", block, whole, flags=re.MULTILINE)
    return re.sub(r"\$(\w+)", lambda match: parts[match[1]], text).strip() + "\n"


def imports_for(layers: Iterable[Step]) -> str:
    """The import that a student needs for these layers."""
    kinds = sorted({layer.kind for layer in layers if isinstance(layer, Layer)} - GIVEN)
    return f"from keras.layers import {', '.join(kinds)}" if kinds else ""


def chain(
    steps: Iterable[Step], call: Call = str, start: str = "input", end: str = "output"
) -> str:
    """The functional API, a statement a step: `x = Layer(...)(x)`."""
    steps = list(steps)
    lines, x = [], start
    for step in steps[:-1]:
        if isinstance(step, str):
            lines += [f"x = {x}"] if x != "x" else []
            lines.append(step)
        else:
            lines.append(f"x = {call(step)}({x})")
        x = "x"
    last = steps[-1]
    lines += [last, f"{end} = x"] if isinstance(last, str) else [f"{end} = {call(last)}({x})"]
    return "\n".join(lines)


FUNCTIONAL = """
$begin
        $setup
        input = $input
        $chain
        $model
"""


def functional(
    variant: str,
    steps: Sequence[Step],
    *,
    call: Call = str,
    imports: str | None = None,
    setup: str = "",
    model: str = "self.model = Model(input, output)",
) -> str:
    """The usual solution; `steps` begins with the input."""
    first, *rest = steps
    return fill(
        FUNCTIONAL,
        {
            "Class": class_name(variant),
            "imports": imports_for(rest) if imports is None else imports,
            "setup": setup,
            "input": call(first) if isinstance(first, Layer) else first,
            "chain": chain(rest, call),
            "model": model,
        },
    )


def class_name(variant: str) -> str:
    return f"{variant.capitalize()}CNN"


def replaced(steps: Sequence[AnyStep], index: int, *new: AnyStep) -> list[AnyStep]:
    """The steps with the one at `index` replaced by any number of others."""
    return [*steps[:index], *new, *steps[index + 1 :]]


def inserted(steps: Sequence[Layer], index: int, *new: AnyStep) -> list[Layer | AnyStep]:
    """The steps with others in front of the one at `index`."""
    return [*steps[:index], *new, *steps[index:]]


def changed(steps: Iterable[Layer], changes: Mapping[str, Mapping[str, str | None]]) -> list[Layer]:
    """The steps with the arguments of every layer that a selector of `changes` matches changed."""

    def change(layer: Layer) -> Layer:
        for selector, arguments in changes.items():
            if layer.matches(selector):
                layer = layer.but(**arguments)
        return layer

    return [change(layer) for layer in steps]


def parts(variant: str, layers: Sequence[Layer]) -> dict[str, str]:
    """What the layouts' templates ask for, of a chain that begins with the input."""
    body = layers[1:]
    cut = next((i for i, layer in enumerate(body) if layer.role in ("flatten", "dense")), 1)
    names = [f"buoc_{number}" for number in range(1, len(body) + 1)]
    nested = "input"
    for layer in body:
        nested = f"{layer}(\n{textwrap.indent(nested, '    ')}\n)"
    return {
        "Class": class_name(variant),
        "imports": imports_for(body),
        "input": str(layers[0]),
        "chain": chain(body),
        "layers": "\n".join(f"{layer}," for layer in body),
        "features": "\n".join(f"{layer}," for layer in body[:cut]),
        "feature_chain": chain(body[:cut], start="x", end="x"),
        "head": "\n".join(f"{layer}," for layer in body[cut:]),
        "head_chain": chain(body[cut:], start="x", end="x"),
        "adds": "\n".join(f"model.add({layer})" for layer in body),
        "specs": "\n".join(
            f'("{layer.kind}", {{{", ".join(f"{k!r}: {v}" for k, v in layer.args.items())}}}),'
            for layer in body
        ),
        "numbered": "\n".join(
            f"{name} = {layer}({before})"
            for name, layer, before in zip(names, body, ["input", *names], strict=False)
        ),
        "last_number": names[-1],
        "named": "\n".join(f'"tang_{number}": {layer},' for number, layer in enumerate(body, 1)),
        "first_with_shape": f"{body[0].but(input_shape='input_dim')},",
        "first_with_shape_alone": str(body[0].but(input_shape="(28, 28, 1)")),
        "rows": "\n".join(
            f"{layer.kind} | {{{', '.join(f'{k!r}: {v}' for k, v in layer.args.items())}}}"
            for layer in body
        ),
        "others": "\n".join(f"{layer}," for layer in body[1:]),
        "nested": f"output = {nested}",
        "yields": "\n".join(f"yield {layer}" for layer in body),
    }


def variant_layers() -> Iterator[tuple[str, int, Layer]]:
    """Every layer of every variant with its index, the input among them."""
    for variant, layers in ARCHITECTURES.items():
        for index, layer in enumerate(layers):
            yield variant, index, layer


def turns(number: int, count: int = 3) -> list[str]:
    """The variants whose turn it is: `count` of them, others for each number."""
    names = list(ARCHITECTURES)
    return [names[(number + 2 * step) % len(names)] for step in range(count)]
