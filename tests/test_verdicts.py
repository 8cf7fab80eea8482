"""Right and wrong architectures: verdicts on a sample of the corpus, and what the messages say.

``make verdicts`` judges the whole corpus; here a sample with every kind keeps the tests fast.
"""

from typing import Any

import pytest

from bench.verdicts import names_layer_and_field
from lenetlab.model.describe import describe_model
from lenetlab.notebook.master import Assignment
from tests.corpus import VARIANTS, Case, all_cases, sample
from tests.corpus.fair import Fair, fair
from tests.corpus.judge import build, carry, judge, notebook_namespace
from tests.corpus.spec import ARCHITECTURES, Layer

SAMPLE = sample(all_cases(), 130)


@pytest.fixture(scope="module")
def namespace(assignment: Assignment) -> dict[str, Any]:
    return notebook_namespace(assignment)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    cases = all_cases()
    assert sum(case.right for case in cases) >= 800
    assert sum(not (case.right or case.open) for case in cases) >= 2500
    assert {case.variant for case in SAMPLE} == set(VARIANTS)
    assert {case.kind for case in SAMPLE} == {case.kind for case in cases}


@pytest.mark.parametrize("case", SAMPLE, ids=lambda case: case.name)
def test_verdicts_are_those_of_the_written_assignment(
    case: Case, assignment: Assignment, namespace: dict[str, Any]
) -> None:
    """On the student's live model (stock nbgrader) and on the model that was carried over."""
    made = build(case, namespace)
    live = judge(case, made, assignment)
    carried = judge(case, None if made is None else carry(made), assignment)
    assert (live.visible, live.hidden) == (carried.visible, carried.hidden)
    if case.open:
        return
    assert carried.full == case.right, carried.message
    if case.hidden is not None:
        assert carried.hidden == case.hidden, carried.message
    if case.visible is not None:
        assert carried.visible == case.visible, carried.message
    if case.field and carried.message:
        assert names_layer_and_field(case, carried), carried.message


def test_labels_of_a_fair_ta_follow_the_assignments_rules() -> None:
    """By hand: the rules of `tests/corpus/fair.py` that the generated labels come from."""
    beta = list(ARCHITECTURES["beta"])
    one, two = beta[6].but(units="100"), beta[7].but(units="64", use_bias="False")
    assert fair("beta", beta) == Fair(1.0, 0.5)
    assert fair("beta", [*beta[:6], one, *beta[7:]]) == Fair(0.75, 0.5)
    assert fair("beta", [*beta[:6], one, two, beta[8]]) == Fair(0.25, 0.5)
    assert fair("beta", [*beta[:6], *beta[7:]]) == Fair(0.75, 0.0)  # F5 is missing
    assert fair("beta", [*beta[:2], beta[2].but(pool_size="3"), *beta[3:]]) == Fair(0.75, 0.5)
    assert fair("beta", ARCHITECTURES["alpha"]) == Fair(0.0, 0.0)  # its change is wrong
    separate = [*beta[:8], beta[8].but(activation=None), Layer("Softmax")]
    assert fair("beta", separate) == Fair(0.75, 0.0)


PARTIAL = [
    # variant, what is done to the right layers, points of the hidden check
    ("alpha", "Dense(120, 'relu')|Dense(100, 'relu')", 0.75),
    ("alpha", "Dense(120, 'relu')|Dense(100, 'relu', use_bias=False)", 0.5),
    ("alpha", "Dense(84, 'relu')|Dense(84, 'sigmoid')", 0.0),
    ("alpha", "avg(2)|top(2)", 0.5),
    ("beta", "Dense(10, 'softmax')|Dense(10)", 0.75),
    ("beta", "top(2)|avg(2)", 0.0),
    ("beta", "Dense(84, 'relu')|Dense(84, 'tanh')", 0.75),
    ("gamma", "Conv2D(6, 3|Conv2D(6, 5", 0.75),
    ("gamma", "Dense(84, None)|Dense(84, 'relu')", 0.0),
    ("omicron", "Flatten()|MaxPooling2D(2),Flatten()", 0.0),
    ("omicron", "Conv2D(16|Conv2D(8", 0.75),
    ("delta", "Flatten()|Conv2D(6, 3),Flatten()", 0.0),
    ("delta", "top(2)|top(2, strides=1)", 0.5),
]


@pytest.mark.parametrize(("variant", "change", "points"), PARTIAL)
def test_partial_credit_needs_the_change_that_the_variant_is_about(
    variant: str, change: str, points: float, assignment: Assignment, namespace: dict[str, Any]
) -> None:
    act, pool = ("None" if variant == "gamma" else "'relu'"), {"alpha": "avg(2)"}.get(variant)
    layers = []
    for filters in (6, 16):
        if variant != "delta":
            layers.append(f"Conv2D({filters}, 3, padding='same', activation={act})")
        if variant != "omicron":
            layers.append(pool or "top(2)")
    layers += ["Flatten()", f"Dense(120, {act})", f"Dense(84, {act})", "Dense(10, 'softmax')"]
    before, after = change.split("|")
    text = ",".join(layers).replace(before, after)
    assert before in ",".join(layers)
    source = f"""
from keras.layers import MaxPooling2D
avg, top = AveragePooling2D, MaxPooling2D
class {variant.capitalize()}CNN(LeNetCNN):
    def build(self, input_dim):
        self.model = keras.Sequential([Input(input_dim),{text}])
"""
    made = build(Case("partial", variant, source, right=False), namespace)
    assert judge(Case("partial", variant, source, right=False), made, assignment).hidden == points


UNASKED = [
    "ZeroPadding2D(1)", "ZeroPadding2D(((1, 0), (2, 1)))", "Cropping2D(1)", "UpSampling2D(2)",
    "Permute((2, 1, 3))", "Reshape((14, 56, 1))", "Resizing(14, 14)", "CenterCrop(14, 14)",
    "RandomFlip('horizontal')", "RandomRotation(0.1)", "Rescaling(1 / 255)", "Normalization()",
    "BatchNormalization()", "LayerNormalization()", "GroupNormalization(1)", "UnitNormalization()",
    "Dropout(0.5)", "SpatialDropout2D(0.5)", "GaussianNoise(0.1)", "Masking()", "Identity()",
    "PReLU()", "LeakyReLU()", "ELU()", "ReLU(6)", "Softmax()", "Activation('relu')",
    "Conv2DTranspose(1, 3)", "SeparableConv2D(1, 3)", "DepthwiseConv2D(3)",
    "EinsumDense('bhwc,cd->bhwd', (None, None, 2))", "Lambda(lambda x: x)",
    "TimeDistributed(keras.layers.Dense(3))", "ConvLSTM1D(2, 3)", "GlobalAveragePooling2D()",
    "MaxPooling2D((2, 1), padding='same')", "ActivityRegularization(0.1)", "SpectralNormalization("
    "keras.layers.Conv2D(2, 3))",
]  # fmt: skip


@pytest.mark.parametrize("layer", UNASKED)
def test_any_layer_of_keras_is_carried_and_named(
    layer: str, assignment: Assignment, namespace: dict[str, Any]
) -> None:
    source = f"""
class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        self.model = keras.Sequential([Input(input_dim), keras.layers.{layer}, Flatten()])
"""
    case = Case("unasked", "alpha", source, right=False)
    made = build(case, namespace)
    described = describe_model(made.model)
    assert described.layers[1].kind == layer.split("(")[0]
    live, carried = judge(case, made, assignment), judge(case, carry(made), assignment)
    assert (carried.visible, carried.hidden) == (live.visible, live.hidden) == (0, 0)


def test_a_missing_layer_is_one_finding_and_at_most_three_are_shown(
    assignment: Assignment, namespace: dict[str, Any]
) -> None:
    def message(layers: str) -> str:
        source = f"""
class AlphaCNN(LeNetCNN):
    def build(self, input_dim):
        self.model = keras.Sequential([Input(input_dim), {layers}])
"""
        case = Case("cascade", "alpha", source, right=False)
        return judge(case, build(case, namespace), assignment).message

    conv = "Conv2D({}, 3, padding='same', activation='relu')"
    rest = "AveragePooling2D(2), Flatten(), Dense(120, 'relu'), Dense(84, 'relu')"
    one = message(f"{conv.format(6)}, AveragePooling2D(2), {rest}, Dense(10, 'softmax')")
    assert one.count("\n- ") == 1 and "Thiếu lớp 3 (C3)" in one
    many = message(
        f"{conv.format(5)}, AveragePooling2D(3), {conv.format(15)}, {rest.replace('120', '9')}, "
        "Dense(11, 'softmax')"
    )
    assert sum(line.startswith("- Lớp") for line in many.split("\n")) == 3
    assert "sai lệch khác" in many and many.count("Gợi ý:") == 1
