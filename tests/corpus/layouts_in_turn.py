"""Several layouts in turn, most of them Sequential: for cases whose point is not the layout."""

from collections.abc import Sequence

from .layouts_code import CODE_LAYOUTS
from .layouts_model import MODEL_LAYOUTS
from .layouts_people import PEOPLE_LAYOUTS
from .spec import INPUT, Layer, fill, parts

WRITTEN = [
    MODEL_LAYOUTS["sequential"],
    MODEL_LAYOUTS["sequential-input-shape"],
    PEOPLE_LAYOUTS["add-with-input-shape"],
    CODE_LAYOUTS["stub-kept"],
    PEOPLE_LAYOUTS["models-sequential"],
    MODEL_LAYOUTS["sequential-add"],
    PEOPLE_LAYOUTS["sequential-in-sequential"],
    PEOPLE_LAYOUTS["layers-as-attributes"],
]


def written(variant: str, layers: Sequence[Layer], number: int) -> str:
    """The cell of these layers, in the layout whose turn it is."""
    layout = WRITTEN[number % len(WRITTEN)]
    if layers[0] != INPUT and "$input\n" not in layout and "$input," not in layout:
        layout = WRITTEN[0]  # one that writes the input down
    return fill(layout, parts(variant, layers))
