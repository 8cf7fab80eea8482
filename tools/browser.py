"""Chromium, and a JupyterLab for it to look at: for tests and for the README's pictures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = (
    "--no-sandbox",  # root needs it; the browser sees no page but those that are meant for it
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SERVER_SECONDS = 60
# All cells of a notebook are in the page, also those that are out of sight; no news is asked for.
_SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


class BrowserMissing(Exception):
    """There is no Chromium that Playwright could drive; the text says what to do."""


@dataclass(frozen=True)
class Server:
    """A JupyterLab that is running."""

    process: subprocess.Popen[bytes]
    url: str
    token: str

    def log_in(self, page: Page, path: str) -> None:
        """Open a page of the server's, logged in.

        Not by way of a page of the formgrader's: their cookies hold for one folder only.
        """
        page.goto(f"{self.url}login?token={self.token}&next=/{path}")


def launch(playwright: Playwright, home: Path) -> Browser:
    """The system's Chromium; Playwright's own where the system has none.

    ``home`` takes what Chromium leaves in its user's.

    Raises:
        BrowserMissing: there is neither.
    """
    for path in (CHROMIUM, Path(playwright.chromium.executable_path)):
        if path.exists():
            environment: dict[str, str | float | bool] = {**os.environ, "HOME": str(home)}
            return playwright.chromium.launch(
                executable_path=path, args=[*OPTIONS], env=environment
            )
    raise BrowserMissing(
        f"There is no {CHROMIUM}. Install chromium: tools/install_system.sh chromium"
    )


@contextmanager
def jupyterlab(
    root: Path, own: Path, meanwhile: Callable[[], None] = lambda: None, **environment: str
) -> Iterator[Server]:
    """JupyterLab in the folder ``root``, with no configuration of the user's.

    ``own`` takes what it writes; ``environment`` is what its kernels find beside the caller's, and
    ``meanwhile`` is called while it starts.

    Raises:
        RuntimeError: it did not start, or did not end as it should; the text is its log's end.
    """
    users = ("JUPYTER", "IPYTHON")  # nothing of the user's is read or written
    variables = {k: v for k, v in os.environ.items() if not k.startswith(users)} | environment
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        variables[name] = str(own / name)
    for name, values in _SETTINGS.items():
        file = own / "JUPYTER_CONFIG_DIR" / "lab" / "user-settings" / "@jupyterlab" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_name(f"{file.name}.jupyterlab-settings").write_text(json.dumps(values))
    options = ("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0")
    log = own / "jupyterlab.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=root,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        meanwhile()
        info = own / "JUPYTER_RUNTIME_DIR" / f"jpserver-{process.pid}.json"
        where = json.loads(_wait_for(info, process, log))
        yield Server(process, where["url"], where["token"])
        process.terminate()
        if process.wait(SERVER_SECONDS) != 0:
            raise RuntimeError(_end_of(log))
    finally:
        process.kill()
        process.wait()


def _wait_for(file: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    """What the server writes down once it listens."""
    end = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if file.exists() and (text := file.read_text("utf-8")).endswith("}"):
            return text
        time.sleep(0.05)
    raise RuntimeError(f"JupyterLab did not start: {_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-3000:]
