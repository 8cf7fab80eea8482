# title: Described layers so large that building them again would fill the memory
# base: solved
# place: before:alpha-visible
# flags: passed-before
# score: 8.5
# stock: unsafe
from lenetlab.boxes import replay
from lenetlab.model import activations

start = {
    "class": "InputLayer", "module": "keras", "name": "i", "activation": None, "output_shape": [None, 10],
    "settings": {}, "params": 0, "trainable": True, "shared": False, "inbound": [],
}  # fmt: skip
layers = [start]
for number in range(20):
    layers.append(
        start | {"class": "Dense", "settings": {"units": 300_000_000 + number, "use_bias": True},
                 "inbound": [0], "output_shape": [None, 10**9],
                 "activation": {"label": "x", "samples": [[0.0]] * activations.ROWS}}
    )  # fmt: skip
bomb = {"kind": "model", "model": {"layers": layers, "inputs": 1, "outputs": [1], "problem": None}}
real = replay._describe
replay._describe = lambda value, names: (
    {"kind": "object", "type": "A", "attributes": {"model": bomb}}
    if value is alpha
    else real(value, names)
)
