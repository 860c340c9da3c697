"""System calls that no honest notebook makes, refused by the kernel (seccomp) with EPERM.

A second wall behind the namespaces: no looking into other processes, no changing what binds them,
no new namespaces or mounts, no memory that limits do not count, no kernel interfaces that are large
and rarely needed, no locks or watches on files that others have too, and no kinds of socket that a
network namespace does not hold (AF_VSOCK). What came to the kernel after this list does not exist.
"""

import ctypes
import errno
import platform
import struct

# name: number on x86_64, number on aarch64 (None: it has no such call)
REFUSED: dict[str, tuple[int, int | None]] = {
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "process_madvise": (440, 440), "process_mrelease": (448, 448),
    "perf_event_open": (298, 241), "move_pages": (279, 239), "migrate_pages": (256, 238),
    "ioprio_set": (251, 30),
    # namespaces and mounts, and the places on the machine that mounts come from
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429),
    "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "statmount": (457, 457), "listmount": (458, 458),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "sysfs": (139, None),
    "ustat": (136, None), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    # memory that limits do not count
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "mlock": (149, 228),
    "mlock2": (325, 284), "mlockall": (151, 230), "mbind": (237, 235), "set_mempolicy": (238, 237),
    "set_mempolicy_home_node": (450, 450), "io_setup": (206, 0), "vmsplice": (278, 75),
    # what is known to others who have the same file open
    "flock": (73, 32), "inotify_init": (253, None), "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27), "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    # large, rarely needed, or for administrators
    "bpf": (321, 280), "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "splice": (275, 76), "tee": (276, 77),
    "personality": (135, 92), "modify_ldt": (154, None), "iopl": (172, None),
    "ioperm": (173, None), "uselib": (134, None), "vhangup": (153, 58), "acct": (163, 89),
    "syslog": (103, 116), "lookup_dcookie": (212, 18), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "sethostname": (170, 161), "setdomainname": (171, 162), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142),
}  # fmt: skip
OF_OTHERS: dict[str, tuple[int, int]] = {  # refused but for oneself: BLAS and torch ask for theirs
    "prlimit64": (302, 261), "sched_setaffinity": (203, 122), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
}  # fmt: skip
SETPRIORITY, CLONE, IOCTL, FCNTL = (141, 140), (56, 220), (16, 29), (72, 25)
CLONE3 = 435  # its flags cannot be seen here; libraries take clone where it does not exist
NEWEST = 462  # mseal, of Linux 6.10
MACHINES = {"x86_64": (0, 0xC000003E, 41), "aarch64": (1, 0xC00000B7, 198)}  # column, arch, socket
FAMILIES = (1, 2, 10)  # unix, IPv4, IPv6: all of them namespaced
NETLINK, ROUTE = 16, 0  # the names of interfaces
NEW_NAMESPACES = 0x7E020000  # of clone's flags
TERMINAL = (0x5412, 0x541C)  # ioctl: type for another (TIOCSTI), paste for another (TIOCLINUX)
OTHERS_FILES = (1024, 1026)  # fcntl: be told of what others open (F_SETLEASE) or do (F_NOTIFY)

LOAD, EQUAL, AT_LEAST, ANY_OF, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF instructions
ALLOW, DENY, UNKNOWN = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
NUMBER, ARCH, ARGUMENT = 0, 4, (16, 24, 32)  # offsets in what the filter is shown: the low halves
X32 = 0x40000000  # numbers of x86_64's other calling convention
PR_SET_SECCOMP, MODE_FILTER = 22, 2

Step = tuple[int, int, int, int]  # instruction, jump if true, jump if false, value
NO, YES = (RETURN, 0, 0, DENY), (RETURN, 0, 0, ALLOW)


def refuse_system_calls() -> bool:
    """Install the filter; False on a machine whose numbers are not known here."""
    if FILTER is None:
        return False
    filters = struct.pack("HxxxxxxP", len(FILTER) // 8, ctypes.addressof(FILTER))
    return ctypes.CDLL(None).prctl(PR_SET_SECCOMP, MODE_FILTER, filters, 0, 0) == 0


def program(column: int, arch: int, socket: int) -> bytes:
    """The filter."""
    steps: list[Step] = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, arch), NO]
    steps += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), NO]
    steps += [(AT_LEAST, 0, 1, NEWEST + 1), (RETURN, 0, 0, UNKNOWN)]
    steps += _of(CLONE3, [(RETURN, 0, 0, UNKNOWN)])
    for pair in REFUSED.values():
        if (number := pair[column]) is not None:
            steps += _of(number, [NO])
    for own in OF_OTHERS.values():
        steps += _of(own[column], [*_only(0, 0), YES])
    steps += _of(SETPRIORITY[column], [*_only(0, 0), *_only(1, 0), YES])
    steps += _of(
        CLONE[column], [(LOAD, 0, 0, ARGUMENT[0]), (ANY_OF, 0, 1, NEW_NAMESPACES), NO, YES]
    )
    steps += _of(IOCTL[column], _none_of(1, TERMINAL))
    steps += _of(FCNTL[column], _none_of(1, OTHERS_FILES))
    families = [step for family in FAMILIES for step in ((EQUAL, 0, 1, family), YES)]
    netlink = [*_only(0, NETLINK), *_only(2, ROUTE), YES]
    steps += _of(socket, [(LOAD, 0, 0, ARGUMENT[0]), *families, *netlink])
    return b"".join(struct.pack("HBBI", *step) for step in [*steps, YES])


def _of(number: int, steps: list[Step]) -> list[Step]:
    """What decides on one call; the last step must."""
    return [(EQUAL, 0, len(steps), number), *steps]


def _only(argument: int, value: int) -> list[Step]:
    return [(LOAD, 0, 0, ARGUMENT[argument]), (EQUAL, 1, 0, value), NO]


def _none_of(argument: int, values: tuple[int, ...]) -> list[Step]:
    """Only the low halves are compared: of the upper ones the kernel sees nothing."""
    refused = [step for value in values for step in ((EQUAL, 0, 1, value), NO)]
    return [(LOAD, 0, 0, ARGUMENT[argument]), *refused, YES]


# Made once, in the zygote: in each of its forks it would cost two milliseconds.
FILTER = (
    ctypes.create_string_buffer(code := program(*MACHINES[platform.machine()]), len(code))
    if platform.machine() in MACHINES
    else None
)
