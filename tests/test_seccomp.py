"""The filter's program, run by an interpreter of its own: what a call gets on each architecture."""

from __future__ import annotations

import errno
import platform
import re
import struct
from pathlib import Path

import pytest

from lenetlab.sandbox import seccomp

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_*, linux/audit.h
HEADERS = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}
NUMBERS = {  # of calls that the filter looks at more closely, and of some that it allows
    "x86_64": {"read": 0, "mmap": 9, "fork": 57, "clone": 56, "clone3": 435, "prlimit": 302},
    "aarch64": {"read": 63, "mmap": 222, "futex": 98, "clone": 220, "clone3": 435, "prlimit": 261},
}
ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000  # SECCOMP_RET_*, linux/seccomp.h
EPERM, ENOSYS = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS = 1, 2, 32
CLONE_THREAD = 0x003D0F00  # as glibc makes a thread
NAMESPACES = {
    "NEWNS": 0x20000, "NEWCGROUP": 0x2000000, "NEWUTS": 0x4000000, "NEWIPC": 0x8000000,
    "NEWUSER": 0x10000000, "NEWPID": 0x20000000, "NEWNET": 0x40000000,
}  # fmt: skip


def interpret(program: bytes, number: int, architecture: int, *arguments: int) -> int:
    """What a program in classic BPF returns for a system call: linux/filter.h, linux/seccomp.h."""
    given = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *given)
    steps = list(struct.iter_unpack("=HBBI", program))
    accumulator = position = 0
    while True:
        code, if_true, if_false, value = steps[position]
        position += 1
        match code:
            case 0x20:  # BPF_LD | BPF_W | BPF_ABS
                (accumulator,) = struct.unpack_from("<I", data, value)
            case 0x54:  # BPF_ALU | BPF_AND | BPF_K
                accumulator &= value
            case 0x15 | 0x35 | 0x45:  # BPF_JMP | BPF_JEQ, BPF_JGE, BPF_JSET | BPF_K
                jumps = {
                    0x15: accumulator == value,
                    0x35: accumulator >= value,
                    0x45: bool(accumulator & value),
                }
                position += if_true if jumps[code] else if_false
            case 0x06:  # BPF_RET | BPF_K
                return int(value)
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


class Machine:
    """The filter as it is made on one architecture."""

    def __init__(self, name: str) -> None:
        self.numbers = NUMBERS[name]
        self.architecture = ARCHITECTURES[name]
        self.program = seccomp.program()

    def call(self, name_or_number: str | int, *arguments: int) -> int:
        known = isinstance(name_or_number, str)
        number = self.numbers[name_or_number] if known else name_or_number  # type: ignore[index]
        return interpret(self.program, int(number), self.architecture, *arguments)


@pytest.fixture(params=ARCHITECTURES)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(platform, "machine", lambda: request.param)
    return Machine(request.param)


def test_every_call_of_the_table_is_denied_and_no_other(machine: Machine) -> None:
    denied = {seccomp.number(name) for name in seccomp._DENIED} - {None}
    judged = {number: machine.call(number) for number in range(451)}
    assert {number for number, what in judged.items() if what == EPERM} == denied
    # clone3 is absent; without arguments, the calls that are looked at more closely are harmless.
    assert {number for number, what in judged.items() if what not in (EPERM, ALLOW)} == {435}
    assert judged[435] == ENOSYS


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_numbers_are_the_kernels(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    header = Path("/usr/include") / HEADERS[name]
    if not header.is_file():
        pytest.skip(f"this machine has no {header}")
    pattern = r"#define __NR(?:3264)?_(\w+)\s+(\d+)"
    kernels = {call: int(number) for call, number in re.findall(pattern, header.read_text())}
    monkeypatch.setattr(platform, "machine", lambda: name)
    for call in seccomp._DENIED:
        number = seccomp.number(call)
        if call in kernels or number is None:
            assert kernels.get(call) == number, call
    assert kernels["mmap"] == NUMBERS[name]["mmap"] and kernels["clone"] == NUMBERS[name]["clone"]
    assert kernels["prlimit64"] == NUMBERS[name]["prlimit"]


def test_what_is_newer_than_the_table_is_absent(machine: Machine) -> None:
    assert machine.call(450) == ALLOW
    assert {machine.call(number) for number in (451, 460, 1000, 0x3FFFFFFF)} == {ENOSYS}


def test_the_other_numbering_of_x32_is_denied(machine: Machine) -> None:
    assert {machine.call(0x40000000 | n) for n in (0, 1, 59, 0x3FFFFFFF)} == {EPERM}


def test_another_architecture_ends_the_process(machine: Machine) -> None:
    others = {0x40000003, 0x40000028, *ARCHITECTURES.values()} - {machine.architecture}  # i386, arm
    for other in others:
        for number in (0, 9, 41, 0x40000000):
            assert interpret(machine.program, number, other) == KILL_PROCESS


def test_clone_makes_processes_and_threads_but_no_namespaces(machine: Machine) -> None:
    assert machine.call("clone", 17) == machine.call("clone", CLONE_THREAD) == ALLOW
    for flag in NAMESPACES.values():
        assert machine.call("clone", flag | 17) == machine.call("clone", CLONE_THREAD | flag)
        assert machine.call("clone", flag) == EPERM


def test_only_a_processs_own_limits_can_be_set(machine: Machine) -> None:
    assert machine.call("prlimit", 0, 7) == ALLOW
    assert {machine.call("prlimit", pid, 7) for pid in (1, 2, 4194304)} == {EPERM}


def test_shared_memory_of_no_file_is_denied(machine: Machine) -> None:
    def mmap(flags: int) -> int:
        return machine.call("mmap", 0, 4096, 3, flags)

    assert mmap(MAP_SHARED | MAP_ANONYMOUS) == EPERM
    assert mmap(MAP_SHARED | MAP_ANONYMOUS | 0x4000) == EPERM  # with MAP_NORESERVE
    assert mmap(3 | MAP_ANONYMOUS) == EPERM  # MAP_SHARED_VALIDATE
    assert {mmap(MAP_SHARED), mmap(MAP_PRIVATE), mmap(MAP_PRIVATE | MAP_ANONYMOUS)} == {ALLOW}


def test_a_machine_whose_calls_are_not_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program()
