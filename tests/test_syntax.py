"""Several submissions are read at once, in threads: their sources become trees without an error."""

from __future__ import annotations

import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from lenetlab.notebook import syntax


def test_threads_that_parse_at_once_all_get_their_tree() -> None:
    # Python 3.11 counts the depth of trees under construction for all threads together. A thread
    # waits in the middle where the garbage collector runs code of Python's, as it does here.
    class Loop:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            sum(range(2000))

    source = "class A:\n    def build(self):\n" + "        x = [f(1 + (2 * 3)) for _ in y]\n" * 40
    before, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(20)
    sys.setswitchinterval(1e-6)
    try:

        def read(_: int) -> bool:
            Loop()
            return syntax.parsed(source) is not None

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(read, range(400)))
    finally:
        gc.set_threshold(*before)
        sys.setswitchinterval(interval)


def test_a_name_that_python_normalises_for_minutes_is_not_read_at_all() -> None:
    source = "a" + "\u0301\u0316" * 1000 + " = alpha\n)"
    with pytest.raises(SyntaxError, match="too long"):
        syntax.parse(source)
