"""What a case of the corpus is."""

from dataclasses import dataclass

VARIANTS = ("alpha", "beta", "gamma", "omicron", "delta")
VISIBLE, HIDDEN = 0.5, 1.0  # points of the two checks of an architecture

LAYER_FIELDS = (
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "dilation_rate",
    "groups",
    "activation",
    "use_bias",
    "pool_size",
    "type",
    "units",
    "shape",
    "trainable",
    "missing",
    "extra",
)


@dataclass(frozen=True)
class Case:
    """One solution cell, whether it solves its variant, and what a fair TA gives for it.

    `layer` and `field` say what a good first message names, where exactly one thing is wrong:
    `layer` counts in the *right* architecture, InputLayer being 0. A missing layer is named by its
    own index, an extra one by the index of the right layer in front of which it stands.

    `hidden` and `visible` are the points of the two checks (0 to 1 in steps of 0.25; 0 or 0.5);
    None where the assignment's text leaves the number open. `open` cases are those whose verdict
    itself the text leaves open: they are counted apart.
    """

    name: str
    variant: str
    source: str
    right: bool
    layer: int | None = None
    field: str | None = None
    kind: str = ""
    hidden: float | None = None
    visible: float | None = None
    open: bool = False

    def __post_init__(self) -> None:
        assert self.variant in VARIANTS, self.variant
        assert self.field is None or self.field in LAYER_FIELDS, self.field
        assert (self.layer is None) == (self.field is None), self.name
        assert self.hidden in (None, 0.0, 0.25, 0.5, 0.75, 1.0), self.name
        assert self.visible in (None, 0.0, VISIBLE), self.name
        if self.right:
            assert not self.field and self.hidden == HIDDEN and self.visible == VISIBLE, self.name
        else:
            assert self.hidden != HIDDEN or self.open, self.name

    @property
    def fair(self) -> float | None:
        """The points of both checks together; None where the text leaves them open."""
        if self.open or self.hidden is None or self.visible is None:
            return None
        return self.hidden + self.visible


def right_case(name: str, variant: str, source: str, kind: str) -> Case:
    """A case that earns all points."""
    return Case(name, variant, source, True, kind=kind, hidden=HIDDEN, visible=VISIBLE)


def no_model_case(name: str, variant: str, source: str, kind: str) -> Case:
    """A case that leaves no model of which the layers can be known: no points at all."""
    return Case(name, variant, source, False, kind=kind, hidden=0.0, visible=0.0)
