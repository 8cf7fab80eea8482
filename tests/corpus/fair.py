"""What a fair TA gives for a chain of layers, by the assignment's text.

The text: the change that a variant is about must be right at every layer, else the hidden check is
worth 0; each other deviation (an argument of a layer, a layer too many or too few) costs 0.25. The
visible check asks for the number of layers, four types, and what layer 1 does.

These rules are applied to the layers as the corpus writes them down (`spec.Layer`, source text);
nothing here knows a Keras model or the grader's own code.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from .case import HIDDEN, VISIBLE
from .spec import ARCHITECTURES, Layer

ABOUT = {
    "alpha": "activation",
    "beta": "pooling",
    "gamma": "activation",
    "omicron": "pooling",
    "delta": "convolution",
}
SHARE = 0.25
ACTIVATION_LAYERS = ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax")
DEFAULTS = {
    "strides": "1",
    "padding": '"valid"',
    "dilation_rate": "1",
    "groups": "1",
    "use_bias": "True",
    "trainable": "True",
    "data_format": '"channels_last"',
}
PAIRS = ("kernel_size", "pool_size", "strides", "dilation_rate")
# Wrong in place of ReLU or of no activation, and yet as the visible check wants it at 1 and -1.
LIKE_RELU = (
    '"relu"',
    '"relu6"',
    "keras.layers.ReLU(max_value=6)",
    "keras.layers.ReLU(threshold=0.05)",
    "lambda x: keras.ops.clip(x, 0, 6)",
    "lambda x: keras.ops.clip(x, 0, 20)",
    "lambda x: keras.ops.clip(x, 0, 100)",
    "lambda x: keras.ops.relu(x) ** 2",
    "lambda x: keras.ops.softplus(20 * x) / 20",
    'lambda x: keras.ops.cast(x > 0, "float32")',
)
LIKE_LINEAR = (
    "linear",
    "lambda x: x",
    "keras.activations.linear",
    '"hard_tanh"',
    '"hard_shrink"',
    "lambda x: x ** 3",
    "lambda x: keras.ops.clip(x, -10, 10)",
    "lambda x: keras.ops.clip(x, -100, 100)",
    "keras.ops.round",
)


@dataclass(frozen=True)
class Fair:
    """Points of the two checks; None where the text leaves them open."""

    hidden: float | None
    visible: float | None


def points(mistakes: int, change: bool | None = True) -> float | None:
    """Of the hidden check: `change` says whether the variant's change is right, None if unclear."""
    left = max(0.0, HIDDEN - SHARE * mistakes)
    if change is None:
        return None if left else 0.0
    return left if change else 0.0


def fair(variant: str, steps: Sequence[Layer]) -> Fair:
    """What the chain `steps`, the input first, is worth as this variant."""
    layers, folded = _folded(steps)
    pairs = _aligned(ARCHITECTURES[variant], layers)
    mistakes = folded + sum(_mistakes(want, got) for want, got in pairs)
    hidden = points(mistakes, _change(variant, pairs))
    if any("lora_rank" in layer.args for layer in steps):
        hidden = None  # one mistake or several
    return Fair(hidden, visible(variant, steps))


def visible(variant: str, steps: Sequence[Layer]) -> float:
    """Points of the visible check."""
    right = ARCHITECTURES[variant]
    kinds = [layer.kind for layer in steps]
    if len(kinds) != len(right) or any(kinds[i] != right[i].kind for i in (0, 1, 2, 6)):
        return 0.0
    if variant == "delta":
        return VISIBLE * (_value("pool_size", steps[1]) == (2, 2))
    like = LIKE_LINEAR if variant == "gamma" else LIKE_RELU
    return VISIBLE * (_activation(steps[1]) in like)


def _folded(steps: Sequence[Layer]) -> tuple[list[Layer], int]:
    """The layers with separate activations put into the layer before, and how many those were.

    An activation that should be in a layer and stands right behind it is one mistake.
    """
    layers: list[Layer] = []
    folded = 0
    for layer in steps:
        function = _function(layer)
        before = layers[-1] if layers else layer
        if (
            function not in (None, "linear")
            and before.role in ("conv", "dense", "output")
            and _activation(before) == "linear"
        ):
            layers[-1] = before.but(activation=function)
            folded += 1
        else:
            layers.append(layer)
    return layers, folded


def _function(layer: Layer) -> str | None:
    """What an activation layer computes, as the value of an argument `activation`."""
    if layer.kind not in ACTIVATION_LAYERS:
        return None
    if layer.kind == "Activation":
        return _activation(layer)
    return {"ReLU": '"relu"', "Softmax": '"softmax"'}.get(layer.kind, layer.kind)


def _activation(layer: Layer) -> str:
    source = layer.args.get("activation", "None")
    return "linear" if source in ("None", '"linear"') else source


def _value(name: str, layer: Layer) -> object:
    """An argument in one form; the source itself where it is no literal."""
    follows = "Pooling" in layer.kind and name == "strides"
    default = layer.args.get("pool_size", "2") if follows else DEFAULTS.get(name, "2")
    source = layer.args.get(name, default)
    try:
        value = ast.literal_eval(source)
    except (ValueError, SyntaxError):
        return source
    if name in PAIRS:
        return (value, value) if isinstance(value, int) else tuple(value)
    return value


Pair = tuple[Layer | None, Layer | None]  # of the right architecture, of the student's


def _aligned(right: Sequence[Layer], found: Sequence[Layer]) -> list[Pair]:
    """The pairing with the least to correct; None stands for a missing or an extra layer."""
    gap, other = 19, 25  # another layer in its place is less than one missing and one extra
    best: list[list[tuple[int, list[Pair]]]] = [[(0, [])]]
    for i in range(len(right) + 1):
        if i:
            best.append([])
        for j in range(len(found) + 1):
            ways = []  # on a tie the last of equal layers is the extra or the missing one
            if j:
                cost, pairs = best[i][j - 1]
                ways.append((cost + gap, [*pairs, (None, found[j - 1])]))
            if i:
                cost, pairs = best[i - 1][j]
                ways.append((cost + gap, [*pairs, (right[i - 1], None)]))
            if i and j:
                cost, pairs = best[i - 1][j - 1]
                same = right[i - 1].kind == found[j - 1].kind
                change = min(10 * _mistakes(right[i - 1], found[j - 1]), 30) if same else other
                ways.append((cost + change, [*pairs, (right[i - 1], found[j - 1])]))
            if ways:
                best[i].append(min(ways, key=lambda way: way[0]))
    return best[-1][-1][1]


def _mistakes(want: Layer | None, got: Layer | None) -> int:
    """Number of things to correct at one place."""
    if want is None or got is None or want.kind != got.kind:
        return 1
    if want.kind == "Input":
        return int(got.args.get("shape") not in ("input_dim", "(28, 28, 1)"))
    names = {name for name in (*want.args, *got.args) if not name.startswith(("name", "lora"))}
    if want.kind not in ("Conv2D", "Dense"):
        names.discard("trainable")  # no weights
    if "Pooling" in want.kind:
        names.discard("padding")  # 28, 14 and 7 are divided without a remainder
        if "strides" not in got.args:
            names.discard("strides")  # they follow the pool size
    wrong = {name for name in names - {"activation"} if _value(name, want) != _value(name, got)}
    return len(wrong) + (_activation(want) != _activation(got))


def _change(variant: str, pairs: Sequence[Pair]) -> bool | None:
    """Whether the variant's own change is right everywhere; None where the text is open."""
    found = [got.kind for _, got in pairs if got is not None]
    if ABOUT[variant] == "convolution":
        return not any("Conv" in kind for kind in found)
    if ABOUT[variant] == "pooling":
        pools = [kind for kind in found if "Pool" in kind]
        if variant == "omicron":
            return not pools
        expected = ["MaxPooling2D"] * 2
        kept = [kind for kind in pools if not kind.startswith("Global")]
        if set(kept) != {"MaxPooling2D"} or len(kept) < len(expected):
            return False
        return True if pools == expected else None  # more pooling than was asked for
    return _activations_are_right(variant, pairs)


def _activations_are_right(variant: str, pairs: Sequence[Pair]) -> bool | None:
    wanted = "linear" if variant == "gamma" else '"relu"'
    unclear = False
    for want, got in pairs:
        if want is not None and want.role == "output":
            break
        if got is None:
            continue
        able = "Conv" in got.kind or got.kind == "Dense"
        function = _function(got) or (_activation(got) if able else None)
        if function in (None, wanted):
            continue
        if function == "linear" and (want is None or want.role not in ("conv", "dense")):
            unclear = True  # a layer that was not asked for, without activation
        else:
            return False
    return None if unclear else True
