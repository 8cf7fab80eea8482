# title: A description with three hundred settings of 2,500 numbers, to keep the receiver busy
# base: solved
# place: before:alpha-visible
# score: 8.5
# flags: malformed-snapshot passed-before
# seconds: 15
# stock: unsafe
from lenetlab.boxes import replay

layer = {
    "class": "Dense", "module": "keras", "name": "x", "activation": None, "output_shape": [None, 1],
    "settings": {str(i): [[1] * 50] * 50 for i in range(300)},
    "params": 0, "trainable": True, "shared": False, "inbound": [],
}  # fmt: skip
bomb = {"kind": "model", "model": {"layers": [layer], "inputs": 1, "outputs": [0], "problem": None}}
real = replay._describe
replay._describe = lambda value, names: bomb if value is alpha else real(value, names)
