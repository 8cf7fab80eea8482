# title: One hundred thousand forged outputs, to keep the receiver busy
# base: solved
# score: 10
# flags: malformed-snapshot
# seconds: 20
# stock: unsafe
from lenetlab.boxes import shell

shell._collector.outputs += [{"output_type": "stream", "name": "stdout", "text": "x"}] * 100_000
