# title: Every message is forged: models of one layer, NaN, infinite, negative, huge and nested values
# base: release
# score: 0
# flags: malformed-snapshot
# stock: unsafe
import gc
import json
import os
import random

lists = [o for o in gc.get_objects() if type(o) is list and o]
steps = max((o for o in lists if type(o[0]).__name__ in ("Run", "Describe")), key=len)
layer = {
    "class": "Dense", "module": "keras", "name": "x", "settings": {"units": 10}, "activation": None,
    "output_shape": [None, 10], "params": 0, "trainable": True, "shared": False, "inbound": [],
}  # fmt: skip
wrong = [
    {"kind": "model", "model": {"layers": [layer], "inputs": 1, "outputs": [0], "problem": None}},
    {"kind": "model", "model": {"layers": [layer | {"inbound": [0]}], "inputs": 1, "outputs": [7], "problem": None}},
    {"kind": "model", "model": {"layers": [], "inputs": 0, "outputs": [], "problem": "x" * 400}},
    {"kind": "value", "value": 10**400},
    {"kind": "value", "value": float("inf")},
    {"kind": "value", "value": [[[[[[[0]]]]]]]},
    {"kind": "object", "type": "\x00", "attributes": {"model": {"kind": "value", "value": None}}},
    {"kind": "object", "type": "\ud800", "attributes": {}},
    {"kind": "object", "type": "x", "attributes": {"__class__": {"kind": "value", "value": 1}}},
]  # fmt: skip
text = b""
for number, step in enumerate(steps):
    if hasattr(step, "source"):
        message = {"cell": step.key, "outputs": [{"output_type": "stream"}, 7, None, {}]}
    else:
        values = {name: wrong[(number + i) % len(wrong)] for i, name in enumerate(step.names)}
        message = {"snapshot": step.key, "values": values}
    text += json.dumps(message).encode() + b"\n"
for descriptor in range(3, 256):
    try:
        os.write(descriptor, text)
    except OSError:
        pass
os._exit(0)
