"""Wrong solutions that are not trained in full: trained means in `model.trainable_variables`."""

from collections.abc import Iterator
from typing import NamedTuple

from .case import VISIBLE, Case
from .labelled import wrong_by_hand
from .layouts_model import MODEL_LAYOUTS
from .spec import ARCHITECTURES, fill, functional, parts, turns

MODEL = "self.model = Model(input, output)"


class Frozen(NamedTuple):
    """What stands in place of the model's line; the layer counts from the end."""

    code: str
    mistakes: int | None
    layer: int | None = None


# One line that freezes several layers: one mistake or several, the text does not say.
IN_MODEL: dict[str, Frozen] = {
    "argument-of-model": Frozen("self.model = Model(input, output, trainable=False)", None),
    "argument-of-keras-model": Frozen(
        'self.model = keras.Model(input, output, name="dong_bang", trainable=False)', None
    ),
    "set-afterwards": Frozen(
        "model = Model(input, output)\nmodel.trainable = False\nself.model = model", None
    ),
    "kernel-of-f6": Frozen(f"{MODEL}\nself.model.layers[-2].kernel.trainable = False", 1, -2),
    "bias-of-f5": Frozen(f"{MODEL}\nself.model.layers[-3].bias.trainable = False", 1, -3),
    "bias-of-output": Frozen(f"{MODEL}\nself.model.layers[-1].bias.trainable = False", 1, -1),
    "both-variables-of-f6": Frozen(
        f"{MODEL}\nfor bien in self.model.layers[-2].weights:\n    bien.trainable = False", 1, -2
    ),
    "by-index": Frozen(f"{MODEL}\nself.model.weights[-4].trainable = False", 1, -2),
    "every-variable": Frozen(
        f"{MODEL}\nfor bien in self.model.variables:\n    bien.trainable = False", None
    ),
    "every-bias": Frozen(
        f"{MODEL}\nfor lop in self.model.layers:\n"
        '    if hasattr(lop, "bias"):\n        lop.bias.trainable = False',
        None,
    ),
    "all-thawed-but-one": Frozen(
        f"{MODEL}\nfor lop in self.model.layers:\n    lop.trainable = lop is not "
        "self.model.layers[-3]",
        1,
        -3,
    ),
    "output-by-attribute": Frozen(f"{MODEL}\nself.model.layers[-1].trainable = 0", 1, -1),
    "frozen-and-compiled": Frozen(
        f"{MODEL}\nself.model.trainable = False\n"
        'self.model.compile("adam", "categorical_crossentropy")',
        None,
    ),
}

LAYOUTS: dict[str, str] = {
    "sequential-argument": MODEL_LAYOUTS["sequential"].replace("])", "], trainable=False)"),
    "sequential-add-set": MODEL_LAYOUTS["sequential-add"]
    + "        self.model.trainable = False\n",
    "inner-head-set": MODEL_LAYOUTS["nested-functional"].replace(
        'name="phan_loai")', 'name="phan_loai")\n        phan_loai.trainable = False'
    ),
    "functional-subclass": MODEL_LAYOUTS["functional-subclass"].replace(
        "super().__init__(input, output)", "super().__init__(input, output, trainable=False)"
    ),
    "sequential-variables": MODEL_LAYOUTS["sequential"]
    + "        for bien in self.model.trainable_variables[:2]:\n"
    "            bien.trainable = False\n",
}


def frozen_cases() -> list[Case]:
    return [*_in_model(), *_in_layouts()]


def _in_model() -> Iterator[Case]:
    for number, (name, frozen) in enumerate(IN_MODEL.items()):
        for variant in turns(number):
            layers = ARCHITECTURES[variant]
            index = None if frozen.layer is None else len(layers) + frozen.layer
            yield wrong_by_hand(
                f"{variant}-wrong-frozen-{name}",
                variant,
                functional(variant, layers, model=frozen.code),
                "frozen",
                mistakes=frozen.mistakes,
                visible=VISIBLE,
                layer=index,
                field=None if index is None else "trainable",
            )


def _in_layouts() -> Iterator[Case]:
    for number, (name, template) in enumerate(LAYOUTS.items()):
        for variant in turns(number):
            layers = ARCHITECTURES[variant]
            first = next(i for i, layer in enumerate(layers) if layer.matches("weighted"))
            one = name == "sequential-variables"
            yield wrong_by_hand(
                f"{variant}-wrong-frozen-{name}",
                variant,
                fill(template, parts(variant, layers)),
                "frozen",
                mistakes=1 if one else None,
                visible=VISIBLE,
                layer=first if one else None,
                field="trainable" if one else None,
            )
