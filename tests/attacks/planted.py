"""A course worth attacking: secrets wherever a submission might look, and traps that notice."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import os
import secrets
import shutil
import site
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lenetlab.notebook.master import Assignment, load

EXAMPLES = Path(__file__).parents[2] / "examples"
HOME = Path.home()
# Where an attack may try to leave a file whose name contains "attacked".
_PLACES = (
    "/", "/dev", "/dev/shm", "/etc", "/home", "/tmp", "/usr/lib", "/usr/local/bin", "/var/tmp",
    "/work",
    sys.prefix, sys.base_prefix, str(Path(sys.executable).parent), *site.getsitepackages(),
    *(str(HOME / n) for n in ("", ".cache", ".config", ".config/matplotlib", ".ipython",
                              ".ipython/profile_default/startup", ".jupyter", ".keras")),
)  # fmt: skip


@dataclass
class Course:
    """A course directory with canaries, and what reached it from outside."""

    root: Path
    canary: str
    assignment: Assignment
    solved: NotebookNode
    released: NotebookNode
    next: NotebookNode  # an honest submission that has written Alpha alone
    words: dict[str, str]  # what placeholders in attacks stand for
    visitors: list[str] = field(default_factory=list)  # connections and datagrams that arrived

    def fingerprint(self) -> dict[str, str]:
        """Every file of the course with a digest of its content."""
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }

    def planted(self) -> list[str]:
        """Files that an attack left on the machine."""
        found = []
        for place in (*_PLACES, str(self.root)):
            with contextlib.suppress(OSError):
                found += [e.path for e in os.scandir(place) if "attacked" in e.name]
        names = ("sitecustomize.py", "usercustomize.py")
        found += [str(p / n) for n in names for p in map(Path, sys.path) if (p / n).is_file()]
        return [path for path in found if not path.startswith("/usr/lib/python3")]


@contextlib.contextmanager
def plant(master: Path, root: Path) -> Iterator[Course]:
    """Make a course at ``root`` with a canary in everything that a submission must not see."""
    canary = f"canary-{secrets.token_hex(8)}"
    notebook = nbformat.read(master, as_version=4)
    # As students hand them in: really run, with what they printed.
    solved, released = (
        nbformat.read(EXAMPLES / name / "lenet.ipynb", as_version=4)
        for name in ("vd01-dung-het", "vd07-chua-lam")
    )
    for cell in notebook.cells:
        cell.source = cell.source.replace("### END HIDDEN", f"# {canary}\n### END HIDDEN")
        cell.source = cell.source.replace(
            "### END SOLUTION", f"# {canary}\n        ### END SOLUTION"
        )
    path = root / "source" / "lenet" / "lenet.ipynb"
    other = root / "submitted" / "other" / "lenet" / "lenet.ipynb"
    for file in (path, other):
        file.parent.mkdir(parents=True)
        nbformat.write(notebook, file)
    for name in ("few_images.npz", "reference_runs.csv"):
        shutil.copy(master.with_name(name), path.parent)
    lab = master.with_name("lab.toml").read_text("utf-8")
    path.with_name("lab.toml").write_text(f"# {canary}\n{lab}", "utf-8")
    (root / "nbgrader_config.py").write_text(f"# {canary}\n")
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as book:
        book.execute("create table grade (note text)")
        book.execute("insert into grade values (?)", [canary])
        book.commit()

    loaded = load(path)
    following = copy.deepcopy(released)
    for cell, right in zip(following.cells, solved.cells, strict=True):
        if right.metadata.get("nbgrader", {}).get("grade_id") == "alpha-solution":
            cell.source = right.source

    course = Course(root, canary, loaded, solved, released, following, {})
    with _servers(course), _process(canary), _environment(canary), _open_file(path):
        yield course


@contextlib.contextmanager
def _servers(course: Course) -> Iterator[None]:
    """Listen on TCP, UDP and unix sockets of this machine; who comes is written down."""
    abstract = f"lenetlab-{secrets.token_hex(4)}"
    path = str(course.root / "socket")
    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("0.0.0.0", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("0.0.0.0", 0))
        unix = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2)]
        for server, address in zip(unix, (path, f"\0{abstract}"), strict=True):
            server.bind(address)
            server.listen()
        for server in (tcp, *unix):
            threading.Thread(target=_answer, args=(server, course), daemon=True).start()
        threading.Thread(target=_receive, args=(udp, course), daemon=True).start()
        course.words |= {
            "course": str(course.root),
            "host": str(Path(__file__).parents[2]),
            "home": str(HOME),
            "site": site.getsitepackages()[0],
            "pid": str(os.getpid()),
            "port": str(tcp.getsockname()[1]),
            "udp": str(udp.getsockname()[1]),
            "unix": path,
            "abstract": abstract,
            "address": _own_address(),
        }
        yield


def _answer(server: socket.socket, course: Course) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            course.visitors.append(str(server.getsockname()))
            with connection, contextlib.suppress(OSError):
                connection.sendall(course.canary.encode())


def _receive(server: socket.socket, course: Course) -> None:
    with contextlib.suppress(OSError):
        while True:
            _, sender = server.recvfrom(100)
            course.visitors.append(str(server.getsockname()))
            server.sendto(course.canary.encode(), sender)


def _own_address() -> str:
    """This machine's address in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@contextlib.contextmanager
def _process(canary: str) -> Iterator[None]:
    """A neighbour with the canary in its command line."""
    neighbour = subprocess.Popen([sys.executable, "-c", "input()", canary], stdin=subprocess.PIPE)
    try:
        yield
    finally:
        neighbour.communicate(b"\n")


@contextlib.contextmanager
def _environment(canary: str) -> Iterator[None]:
    os.environ["LENETLAB_CANARY"] = canary
    try:
        yield
    finally:
        del os.environ["LENETLAB_CANARY"]


@contextlib.contextmanager
def _open_file(path: Path) -> Iterator[None]:
    """A descriptor that children would inherit if they were let."""
    descriptor = os.open(path, os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    try:
        yield
    finally:
        os.close(descriptor)


def descendants(pid: int) -> list[str]:
    """Command names of all processes below ``pid``."""
    children: dict[int, list[tuple[int, str]]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                children.setdefault(int(rest.split()[1]), []).append((int(entry.name), name))
    found, queue = [], [pid]
    while queue:
        for child, name in children.get(queue.pop(), []):
            found.append(name)
            queue.append(child)
    return found
