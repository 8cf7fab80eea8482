"""System calls that a submission has no use for and that namespaces do not confine.

A deny list in the kernel's classic BPF: keyrings, message queues and shared memory could carry
something from one submission to the next; the rest only widens what can be attacked. Denied calls
fail with EPERM. Numbers are those of the kernel's tables (asm/unistd_64.h, asm-generic/unistd.h).
"""

from __future__ import annotations

import errno
import platform
import struct

# name: (x86_64, aarch64); None where the architecture lacks the call.
_DENIED: dict[str, tuple[int | None, int]] = {
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "open_by_handle_at": (304, 265),
    "quotactl": (179, 60),
}
_SOCKET = (41, 198)
_FAMILIES = (1, 2, 10)  # unix, IPv4, IPv6: these the network namespace confines
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD, _JUMP_EQUAL, _JUMP_GE, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_DENY = 0x00050000 | errno.EPERM
_X32 = 0x40000000  # x86_64's other numbering of the same calls


def program() -> bytes:
    """The filter as ``struct sock_filter[]``.

    Raises:
        OSError: on a machine whose system call numbers are not in the table.
    """
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        raise OSError(f"no system call table for {machine}")
    column = list(_AUDIT_ARCH).index(machine)
    rules = [
        _step(_LOAD, 4),  # seccomp_data.arch
        _step(_JUMP_EQUAL, _AUDIT_ARCH[machine], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),  # seccomp_data.nr
        _step(_JUMP_GE, _X32, 0, 1),
        _step(_RETURN, _DENY),
    ]
    for numbers in _DENIED.values():
        number = numbers[column]
        if number is not None:
            rules += [_step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, _DENY)]
    rules += [
        _step(_JUMP_EQUAL, _SOCKET[column], 0, len(_FAMILIES) + 2),
        _step(_LOAD, 16),  # seccomp_data.args[0], the address family
        *(
            _step(_JUMP_EQUAL, family, len(_FAMILIES) - index, 0)
            for index, family in enumerate(_FAMILIES)
        ),
        _step(_RETURN, _DENY),
        _step(_RETURN, _ALLOW),
    ]
    return b"".join(rules)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
