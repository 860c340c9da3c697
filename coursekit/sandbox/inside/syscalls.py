"""System calls that no honest notebook makes, refused by the kernel (seccomp) with EPERM.

A second wall behind the namespaces: no looking into other processes, no new namespaces or mounts,
no memory that limits do not count, no kernel interfaces that are large and rarely needed, and no
kinds of socket that a network namespace does not hold (AF_VSOCK).
"""

import ctypes
import errno
import platform
import struct

# name: number on x86_64, number on aarch64
REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "perf_event_open": (298, 241),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "msgget": (68, 186), "bpf": (321, 280), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "fanotify_init": (300, 262),
    "kexec_load": (246, 104), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "quotactl": (179, 60), "swapon": (167, 224), "reboot": (169, 142),
}  # fmt: skip
MACHINES = {"x86_64": (0, 0xC000003E, 41), "aarch64": (1, 0xC00000B7, 198)}  # column, arch, socket
FAMILIES = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink: all of them namespaced

LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # BPF instructions
ALLOW, DENY = 0x7FFF0000, 0x00050000 | errno.EPERM
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16  # offsets in what the filter is shown
X32 = 0x40000000  # numbers of x86_64's other calling convention
PR_SET_SECCOMP, MODE_FILTER = 22, 2


def refuse_system_calls() -> bool:
    """Install the filter; False on a machine whose numbers are not known here."""
    if platform.machine() not in MACHINES:
        return False
    code = program(*MACHINES[platform.machine()])
    buffer = ctypes.create_string_buffer(code)
    filters = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    return ctypes.CDLL(None).prctl(PR_SET_SECCOMP, MODE_FILTER, filters, 0, 0) == 0


def program(column: int, arch: int, socket: int) -> bytes:
    """The filter: a list of (instruction, jump if true, jump if false, value)."""
    numbers = [pair[column] for pair in REFUSED.values()]
    steps = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, arch), (RETURN, 0, 0, DENY)]
    steps += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, DENY)]
    for number in numbers:
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, DENY)]
    steps += [(EQUAL, 1, 0, socket), (RETURN, 0, 0, ALLOW), (LOAD, 0, 0, FIRST_ARGUMENT)]
    for family in FAMILIES:
        steps += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    steps += [(RETURN, 0, 0, DENY)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
