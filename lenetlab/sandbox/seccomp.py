"""System calls that a submission has no use for and that namespaces do not confine.

A deny list in the kernel's classic BPF, and nothing that is newer than its table. Keyrings, message
queues and shared memory could carry something from one submission to the next; the rest only widens
what can be attacked. Denied calls fail with EPERM. Numbers are those of the
kernel's tables (asm/unistd_64.h, asm-generic/unistd.h).
"""

from __future__ import annotations

import errno
import platform
import struct

# name: (x86_64, aarch64); None where the architecture lacks the call.
_DENIED: dict[str, tuple[int | None, int | None]] = {
    # Keyrings, queues and shared memory outlive the process that made them.
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "shmget": (29, 194),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    # The buffers of a socket are memory that no limit sees, and a port that was used is known to
    # the next box. Nothing that runs here needs one.
    "socket": (41, 198), "socketpair": (53, 199),
    # Memory that no process maps is memory that no limit sees.
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # Other processes: looked into, slowed down (the fork server has the same uid), moved.
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
    "move_pages": (279, 239), "migrate_pages": (256, 238), "setpriority": (141, 140),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122), "sched_setattr": (314, 274), "ioprio_set": (251, 30),
    # Folders of programs are shared with the machine: who opens what there is not to be watched.
    "inotify_init": (253, None), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    # New namespaces and mounts, by either interface.
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # Parts of the kernel that programs here have no use for, and that attacks on kernels had.
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_setup": (206, 0), "vmsplice": (278, 75), "personality": (135, 92), "iopl": (172, None),
    "ioperm": (173, None),
    # The machine itself.
    "acct": (163, 89), "swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142),
    "sethostname": (170, 161), "setdomainname": (171, 162), "syslog": (103, 116),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "clock_settime": (227, 112), "settimeofday": (164, 170),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266),
}  # fmt: skip
_CLONE, _CLONE3, _PRLIMIT = (56, 220), (435, 435), (302, 261)
_NEW_NAMESPACE = 0x7E020000  # CLONE_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET
_MMAP = (9, 222)
_SHARED_ANONYMOUS = 0x01 | 0x20  # MAP_SHARED and MAP_ANONYMOUS
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD, _AND, _JUMP_EQUAL, _JUMP_GE, _JUMP_BITS, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_DENY, _ABSENT = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NEWER = 451  # the first call that this table does not know, on both architectures
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
        # Newer calls are reported absent (ENOSYS): libraries then use older ones.
        _step(_JUMP_GE, _NEWER, 0, 1),
        _step(_RETURN, _ABSENT),
    ]
    for numbers in _DENIED.values():
        number = numbers[column]
        if number is not None:
            rules += [_step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, _DENY)]
    rules += [
        # A filter cannot read clone3's flags; without clone3, libraries use clone.
        _step(_JUMP_EQUAL, _CLONE3[column], 0, 1),
        _step(_RETURN, _ABSENT),
        _step(_JUMP_EQUAL, _CLONE[column], 0, 4),
        _step(_LOAD, 16),  # seccomp_data.args[0], the flags
        _step(_JUMP_BITS, _NEW_NAMESPACE, 0, 1),
        _step(_RETURN, _DENY),
        _step(_RETURN, _ALLOW),
        # A process's own limits (pid 0) only: the fork server has the same uid.
        _step(_JUMP_EQUAL, _PRLIMIT[column], 0, 4),
        _step(_LOAD, 16),  # seccomp_data.args[0], the pid
        _step(_JUMP_EQUAL, 0, 1, 0),
        _step(_RETURN, _DENY),
        _step(_RETURN, _ALLOW),
        # Such memory can be taken out of its owner's count; memfd_create's, shmget's likewise.
        _step(_JUMP_EQUAL, _MMAP[column], 0, 4),
        _step(_LOAD, 40),  # seccomp_data.args[3], the flags
        _step(_AND, _SHARED_ANONYMOUS),
        _step(_JUMP_EQUAL, _SHARED_ANONYMOUS, 0, 1),
        _step(_RETURN, _DENY),
        _step(_RETURN, _ALLOW),  # and whatever no rule names
    ]
    return b"".join(rules)


def number(name: str) -> int | None:
    """The number of a denied call on this machine."""
    return _DENIED[name][list(_AUDIT_ARCH).index(platform.machine())]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
