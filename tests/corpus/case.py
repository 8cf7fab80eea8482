"""What a case of the corpus is."""

from dataclasses import dataclass

VARIANTS = ("alpha", "beta", "gamma", "omicron", "delta")

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
    """One solution cell and whether it solves its variant.

    `layer` and `field` say what a good first message names, where exactly one thing is wrong:
    `layer` counts in the *right* architecture, InputLayer being 0. A missing layer is named by its
    own index, an extra one by the index of the right layer in front of which it stands.
    """

    name: str
    variant: str
    source: str
    right: bool
    layer: int | None = None
    field: str | None = None
    kind: str = ""

    def __post_init__(self) -> None:
        assert self.variant in VARIANTS, self.variant
        assert self.field is None or self.field in LAYER_FIELDS, self.field
        assert (self.layer is None) == (self.field is None), self.name
        assert not (self.right and self.field), self.name
