"""A Dask scheduler and its workers, in processes of their own on this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Cluster:
    """A scheduler, and workers by their number."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.scheduler = self._start("scheduler", "--port", str(self._port))
        self.workers: list[subprocess.Popen[bytes]] = []

    def add(self, number: int, preload: str = "") -> None:
        more = []
        if preload:
            path = self._folder / f"preload{len(self.workers)}.py"
            path.write_text(preload, "utf-8")
            more = ["--preload", str(path)]
        for _ in range(number):
            place = self._folder / f"worker{len(self.workers)}"
            options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(place), *more)
            self.workers.append(self._start("worker", self.address, *options))

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.terminate()
            process.wait(30)


@contextmanager
def a_cluster(folder: Path, workers: int = 3, preload: str = "") -> Iterator[Cluster]:
    folder.mkdir()
    made = Cluster(folder)
    try:
        made.add(workers, preload)
        yield made
    finally:
        made.close()
