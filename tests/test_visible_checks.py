"""The visible checks, as students run them: in a kernel that has no lenetlab."""

from collections.abc import Iterator

import nbformat
import pytest
from nbclient import NotebookClient

from lenetlab.notebook.master import Assignment

SETUP = """
import sys
sys.modules["lenetlab"] = None  # importing it fails
import keras
from keras.layers import *
from types import SimpleNamespace

def build(pool=None, act="relu", conv=True, units=(120, 84), extra=(), out="softmax"):
    layers = [Input((28, 28, 1))]
    for filters in (6, 16):
        layers += [Conv2D(filters, 3, padding="same", activation=act)] if conv else []
        layers += [pool(2)] if pool else []
    layers += [Flatten(), *extra, *(Dense(n, act) for n in units), Dense(10, out)]
    return layers

def functional(layers):
    x = layers[0]
    for layer in layers[1:]:
        x = layer(x)
    return SimpleNamespace(model=keras.Model(layers[0], x))

def sequential(layers):
    return SimpleNamespace(model=keras.Sequential(layers))

def nested(layers):
    inner = keras.Sequential(layers[1:])
    return SimpleNamespace(model=keras.Model(layers[0], inner(layers[0])))

avg, top = AveragePooling2D, MaxPooling2D

class OwnConv(Conv2D):
    def call(self, x):
        return super().call(x) * 2

class SameConv(Conv2D):
    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, padding="same", activation="relu", **keywords)

    def call(self, inputs):
        return super().call(inputs)

class OwnModel(keras.Model):
    def __init__(self, layers):
        super().__init__()
        self.steps = layers[1:]

    def call(self, x):
        for layer in self.steps:
            x = layer(x)
        return x
"""
RIGHT = {
    "alpha": "build(avg)",
    "beta": "build(top)",
    "gamma": "build(top, None)",
    "omicron": "build()",
    "delta": "build(top, conv=False)",
}
# What is wrong, and words that the message must have.
WRONG = [
    ("alpha", "build(top)", "cần là AveragePooling2D, đang là MaxPooling2D"),
    ("alpha", "build(avg, 'sigmoid')", "activation(1.0) cần là 1, đang là 0,731"),
    ("alpha", "build(avg, 'leaky_relu')", "activation(-1.0) cần là 0, đang là -0,"),
    ("alpha", "[Input((28, 28, 1)), OwnConv(6, 3), *build(avg)[2:]]", "OwnConv (lớp tự viết)"),
    ("alpha", "build(avg, extra=[Dropout(0.5)])", "cần 9 lớp (kể cả InputLayer)"),
    ("beta", "build(avg)", "cần là MaxPooling2D, đang là AveragePooling2D"),
    ("beta", "build(top, units=(120,))", "đang có 8"),
    ("gamma", "build(top)", "activation(-1.0) cần là -1, đang là 0"),
    ("omicron", "build(top)", "OmicronCNN cần 7 lớp"),
    ("omicron", "build(top, conv=False)", "cần là Conv2D, đang là MaxPooling2D"),
    ("delta", "build()", "cần là MaxPooling2D, đang là Conv2D"),
    ("delta", "build(lambda n: top(3), conv=False)", "pool_size cần là (2, 2), đang là (3, 3)"),
]


class Kernel:
    """Runs one cell after another."""

    def __init__(self, client: NotebookClient) -> None:
        self.client = client

    def run(self, source: str) -> tuple[str, str]:
        """What the cell printed, and the message of its error."""
        self.client.nb.cells.append(nbformat.v4.new_code_cell(source))
        cell = self.client.execute_cell(self.client.nb.cells[-1], len(self.client.nb.cells) - 1)
        out = "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
        return out, "".join(o.evalue for o in cell.outputs if o.output_type == "error")


@pytest.fixture(scope="module")
def kernel(assignment: Assignment) -> Iterator[Kernel]:
    notebook = nbformat.v4.new_notebook()
    client = NotebookClient(notebook, timeout=120, allow_errors=True)
    with client.setup_kernel():
        kernel = Kernel(client)
        assert kernel.run(SETUP) == ("", "")
        for helper in assignment.helpers:
            assert kernel.run(helper) == ("", "")
        assert "lenetlab" in kernel.run("import lenetlab.expect")[1]
        yield kernel


def failed(kernel: Kernel, source: str) -> str:
    """What a check prints that gives no points: no error, so that Run All goes on."""
    printed, error = kernel.run(source)
    (value,) = [o for o in kernel.client.nb.cells[-1].outputs if o.output_type == "execute_result"]
    assert error == "" and value.data["text/plain"] == "0"
    return printed


def visible(assignment: Assignment, name: str) -> str:
    return next(c.release for c in assignment.tests if c.grade_id == f"{name}-visible")


@pytest.mark.xdist_group("visible")
@pytest.mark.parametrize("style", ["functional", "sequential", "nested"])
@pytest.mark.parametrize("name", RIGHT)
def test_right_models_pass(kernel: Kernel, assignment: Assignment, name: str, style: str) -> None:
    assert kernel.run(f"{name} = {style}({RIGHT[name]})")[1] == ""
    printed, error = kernel.run(visible(assignment, name))
    assert error == "" and "đạt kiểm tra nhanh" in printed


@pytest.mark.xdist_group("visible")
@pytest.mark.parametrize(("name", "layers", "words"), WRONG)
def test_wrong_models_fail_with_the_layer_and_both_values(
    kernel: Kernel, assignment: Assignment, name: str, layers: str, words: str
) -> None:
    assert kernel.run(f"{name} = functional({layers})")[1] == ""
    assert words in failed(kernel, visible(assignment, name))


@pytest.mark.xdist_group("visible")
def test_omicrons_check_looks_at_omicron(kernel: Kernel, assignment: Assignment) -> None:
    kernel.run(f"beta = functional({RIGHT['beta']}); omicron = functional({RIGHT['beta']})")
    assert "OmicronCNN cần 7 lớp" in failed(kernel, visible(assignment, "omicron"))


@pytest.mark.xdist_group("visible")
def test_a_model_that_is_not_there_is_said_so(kernel: Kernel, assignment: Assignment) -> None:
    kernel.run("alpha = SimpleNamespace(model=None)")
    assert "AlphaCNN chưa có mô hình" in failed(kernel, visible(assignment, "alpha"))


@pytest.mark.xdist_group("visible")
@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("keras.Sequential(build(avg)[1:])", "mô hình chưa biết dạng của dữ liệu vào"),
        ("OwnModel(build(avg))", "class tự viết có call riêng"),
        ("'model'", "str không phải là mô hình Keras"),
    ],
)
def test_a_model_that_cannot_be_read_is_said_so(
    kernel: Kernel, assignment: Assignment, model: str, words: str
) -> None:
    kernel.run(f"alpha = SimpleNamespace(model={model})")
    assert words in failed(kernel, visible(assignment, "alpha"))


@pytest.mark.xdist_group("visible")
@pytest.mark.parametrize(
    "layers",
    [
        "build(lambda n, pool=avg(2): pool)",  # one pooling object, used twice
        "[Input((28, 28, 1)), SameConv(6, 3), *build(avg)[2:]]",
    ],
)
def test_what_computes_the_same_passes(kernel: Kernel, assignment: Assignment, layers: str) -> None:
    assert kernel.run(f"alpha = functional({layers})")[1] == ""
    assert kernel.run(visible(assignment, "alpha"))[1] == ""


@pytest.mark.xdist_group("visible")
def test_every_problem_is_said_at_once(kernel: Kernel, assignment: Assignment) -> None:
    kernel.run("alpha = functional(build(top, 'tanh', units=(120,)))")
    error = failed(kernel, visible(assignment, "alpha"))
    assert "cần 9 lớp" in error and "AveragePooling2D" in error and "activation(1.0)" in error


@pytest.mark.xdist_group("visible")
@pytest.mark.parametrize(
    ("build", "words"),
    [
        ("raise NotImplementedError()", "AlphaCNN chưa được viết"),
        ("self.model = keras.Model(MaxPool(2))", "AlphaCNN chưa chạy được: NameError: name 'MaxPo"),
        ("model = 1", "AlphaCNN chưa có mô hình: build cần gán self.model"),
    ],
)
def test_what_build_did_is_told_apart(
    kernel: Kernel, assignment: Assignment, build: str, words: str
) -> None:
    source = f"class AlphaCNN:\n    model = None\n    def build(self, shape):\n        {build}"
    assert kernel.run(source) == ("", "")
    create = next(c.release for c in assignment.cells if c.id == "alpha-create")
    kernel.run(create)
    assert kernel.client.nb.cells[-1].outputs, "the error is shown"
    assert words in failed(kernel, visible(assignment, "alpha"))


@pytest.mark.xdist_group("visible")
def test_a_check_before_its_cells_says_to_run_them(kernel: Kernel, assignment: Assignment) -> None:
    kernel.run("globals().pop('alpha', None)")
    assert "hãy chạy các ô ở trên trước" in failed(kernel, visible(assignment, "alpha"))


@pytest.mark.xdist_group("visible")
def test_answers_are_said_in_words(kernel: Kernel, assignment: Assignment) -> None:
    check = {c.grade_id: c.release for c in assignment.tests}
    kernel.run("your_choice, your_choices = 2, [4, 1]")
    assert kernel.run(check["alpha-choice-check"]) == ("Bạn chọn 2: LeNet kém hơn Alpha.\n", "")
    said, error = kernel.run(check["omicron-facts-check"])
    assert error == "" and "nhiều tham số hơn; huấn luyện chậm hơn" in said
    kernel.run("your_choice, your_choices = 7, []")
    assert "từ 0 đến 3, đang là 7" in failed(kernel, check["alpha-choice-check"])
    assert "ít nhất một số, đang là []" in failed(kernel, check["omicron-facts-check"])


@pytest.mark.xdist_group("visible")
def test_equal_seeds_give_equal_weights(kernel: Kernel, assignment: Assignment) -> None:
    """Whatever ran between: a notebook that is run again prints the same figures."""
    cells = {c.id: c.release for c in assignment.cells}
    kernel.run("import numpy as np\nfrom keras.models import Model, load_model\nSEED = 7")
    assert kernel.run(cells["lenet-class"]) == ("", "")
    first = "def weights():\n    lenet = LeNetCNN()\n    lenet.build((28, 28, 1))\n"
    kernel.run(f"{first}    return lenet.model.get_weights()\none = weights()")
    equal = "print(all((a == b).all() for a, b in zip(one, weights())))"
    assert kernel.run(f"np.random.rand(3); keras.random.normal((2,))\n{equal}") == ("True\n", "")
    assert kernel.run(f"SEED = 8\n{equal}") == ("False\n", "")
