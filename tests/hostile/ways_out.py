"""Notebooks that try to get out of the box by the kernel, or at what watches over it.

Each comes on top of a solved notebook and asserts that what it tried was refused: a note would tell
of an assertion that failed. Numbers of system calls are those of x86_64 and of aarch64.
"""

from hostile.attacks import Attack, besides, instead

CALLS = """\
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
ARM = platform.machine() == 'aarch64'
def refused(name, x86, arm, *given, error=1):
    if (arm if ARM else x86) is None: return
    words = [ctypes.c_long(word) for word in (*given, -1, -1, -1, -1, -1)[:6]]
    ctypes.set_errno(0)
    told = libc.syscall(ctypes.c_long(arm if ARM else x86), *words)
    assert (told, ctypes.get_errno()) == (-1, error), (name, told, ctypes.get_errno())
def denied(action, *given):
    try: action(*given)
    except (OSError, ValueError): return
    raise AssertionError((action, given))
"""
EAT_SHARED = """\
import mmap, os, time
told, tell = os.pipe()
for kind in range(3):
    if not getattr(os, 'krof'[::-1])():
        zero = os.open('/dev/zero', os.O_RDWR) if kind else -1
        flags = mmap.MAP_SHARED | (0 if kind else mmap.MAP_ANONYMOUS)
        held = mmap.mmap(zero, 750 << 20, flags=flags)
        np.frombuffer(held, 'u1')[::4096] = 1
        os.write(tell, b'x')
        time.sleep(30)
        os._exit(0)
for _ in range(3): os.read(told, 1)
"""


def tries(*lines: str, **options) -> Attack:
    """Calls that must all be refused, beside honest answers."""
    return besides(CALLS + "\n".join(lines), **options)


WAYS_OUT = {
    # --- who watches ---------------------------------------------------------------------------
    "opens_the_watcher": tries(
        "for name in ('mem', 'environ', 'maps', 'auxv', 'syscall', 'exe', 'root', 'cwd', 'fd'):",
        "    path = f'/proc/1/{name}'",
        "    denied(os.listdir if name in ('fd', 'root', 'cwd') else open, path)",
        "denied(open, '/proc/1/oom_score_adj', 'w')\ndenied(open, '/proc/1/mem', 'r+b')",
    ),
    "strikes_the_watcher": tries(
        "import signal, time",
        "for number in signal.valid_signals():",
        "    try: os.kill(1, number)\n    except OSError: pass",
        "for _ in range(20000): os.kill(1, signal.SIGCHLD)",
        "time.sleep(0.1)\nos.kill(1, 0)",
    ),
    "starves_the_watcher": tries(
        "refused('prlimit64', 302, 261, 1, 7, 0, 0)",
        "refused('setpriority', 141, 140, 0, 1, 19)",
        "refused('setpriority of all', 141, 140, 2, 0, 19)",
        "refused('ioprio_set', 251, 30, 1, 1, 0x6000)",
        "for name, x86, arm in (('affinity', 203, 122), ('param', 142, 118),",
        "                       ('scheduler', 144, 119), ('attr', 314, 274)):",
        "    refused('sched_set' + name, x86, arm, 1, 0, 0)",
        "os.sched_setaffinity(0, os.sched_getaffinity(0))\nos.nice(0)",
    ),
    "raises_its_limits": tries(
        "import resource",
        "for name in ('AS', 'CPU', 'FSIZE', 'NPROC', 'NOFILE', 'CORE'):",
        "    kind = getattr(resource, 'RLIMIT_' + name)",
        "    if name != 'CPU': denied(resource.setrlimit, kind, (resource.RLIM_INFINITY,) * 2)",
    ),
    # --- memory and disk that are not counted ---------------------------------------------------
    "shared_anonymous": instead(EAT_SHARED, status=("oom", "timeout")),
    "empty_files": instead(
        "for n in range(10**6): open(f'/tmp/{n}', 'w').close()", says="No space left"
    ),
    "vast_file": instead(
        "import os\nopen('/tmp/x', 'w').close()\nos.truncate('/tmp/x', 10**13)", says="OSError"
    ),
    "kernel_queues": tries(
        "refused('semget', 64, 190, 0, 9, 0o1600)\nrefused('msgget', 68, 186, 0, 0o1600)",
        "refused('mq_open', 240, 180)\nrefused('io_setup', 206, 0, 10**5)",
    ),
    "locked_memory": tries(
        "refused('mlock', 149, 228)\nrefused('mlock2', 325, 284)\nrefused('mlockall', 151, 230, 3)"
    ),
    "secret_memory": tries("refused('memfd_secret', 447, 447)\nrefused('userfaultfd', 323, 282)"),
    # --- other processes ------------------------------------------------------------------------
    "process_handles": tries(
        "refused('pidfd_open', 434, 434, 1, 0)\nrefused('pidfd_send_signal', 424, 424)",
        "refused('pidfd_getfd', 438, 438)\nrefused('kcmp', 312, 272, 1, 1, 0)",
    ),
    "process_memory": tries(
        "refused('process_vm_readv', 310, 270, 1)\nrefused('process_vm_writev', 311, 271, 1)",
        "refused('process_madvise', 440, 440)\nrefused('process_mrelease', 448, 448)",
        "refused('move_pages', 279, 239, 1)\nrefused('migrate_pages', 256, 238, 1)",
    ),
    "measures_others": tries("refused('perf_event_open', 298, 241, 0, 0, -1, -1, 0)"),
    # --- what others have open too ---------------------------------------------------------------
    "locks_shared_files": tries(
        "import fcntl, numpy",
        "file = open(numpy.__file__)",
        "denied(fcntl.flock, file, fcntl.LOCK_EX)",
        "denied(fcntl.fcntl, file, 1024, 0)",
    ),
    "watches_shared_files": tries(
        "import fcntl",
        "refused('inotify_init', 253, None)\nrefused('inotify_init1', 294, 26, 0)",
        "refused('inotify_add_watch', 254, 27)\nrefused('fanotify_init', 300, 262, 0, 0)",
        "denied(fcntl.fcntl, os.open('/usr', 0), 1026, 1)",
    ),
    # --- namespaces and mounts --------------------------------------------------------------------
    "clones_into_namespaces": tries(
        "for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x02000000):",
        "    refused(hex(flag), 56, 220, flag | 17, 0, 0, 0, 0)",
        "refused('clone3', 435, 435, 0, 88, error=38)",
    ),
    "new_mounts": tries(
        "for name, number in {'open_tree': 428, 'move_mount': 429, 'fsopen': 430, 'fsconfig': 431,",
        "                     'fsmount': 432, 'fspick': 433, 'mount_setattr': 442}.items():",
        "    refused(name, number, number)",
        "refused('pivot_root', 155, 41)\nrefused('chroot', 161, 51)",
    ),
    "release_agent": tries(
        "refused('mount', 165, 40)\nrefused('unshare', 272, 97, 0x02000000)",
        "assert not os.path.exists('/sys/fs/cgroup')",
    ),
    "file_handles": tries(
        "refused('name_to_handle_at', 303, 264)\nrefused('open_by_handle_at', 304, 265)"
    ),
    "paths_of_mounts": tries(
        "for process in (p for p in os.listdir('/proc') if p.isdigit() or 'self' in p):",
        "    for name in ('mountinfo', 'mounts', 'mountstats'):",
        "        try: assert not open(f'/proc/{process}/{name}').read(), (process, name)",
        "        except OSError: pass",
        "refused('statmount', 457, 457)\nrefused('listmount', 458, 458)",
    ),
    "leaked_descriptors": tries(
        "import stat",
        "for number in map(int, os.listdir('/proc/self/fd')):",
        "    try: mode = os.fstat(number).st_mode",
        "    except OSError: continue",
        "    assert not stat.S_ISDIR(mode), os.readlink(f'/proc/self/fd/{number}')",
        "    assert not stat.S_ISREG(mode), os.readlink(f'/proc/self/fd/{number}')",
    ),
    "writes_the_interpreter": tries(
        "import sys, numpy",
        "for path in ('/proc/self/exe', sys.executable, os.__file__, numpy.__file__):",
        "    denied(open, path, 'r+b')\n    denied(os.chmod, path, 0o777)",
        "    denied(os.unlink, path)",
    ),
    # --- the machine's switches -------------------------------------------------------------------
    "kernel_switches": tries(
        "for path in ('sysrq-trigger', 'sys/kernel/core_pattern', 'sys/kernel/modprobe',",
        "             'sys/vm/overcommit_memory', 'sys/kernel/hostname'):",
        "    denied(open, '/proc/' + path, 'w')",
        "for path in ('/dev/mem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/proc/kcore'):",
        "    denied(open, path, 'rb')",
        "denied(os.mknod, '/tmp/disk', 0o060600, os.makedev(8, 0))",
    ),
    "administers": tries(
        "for name, x86, arm in (('syslog', 103, 116), ('acct', 163, 89), ('swapon', 167, 224),",
        "    ('swapoff', 168, 225), ('clock_settime', 227, 112), ('settimeofday', 164, 170),",
        "    ('adjtimex', 159, 171), ('sethostname', 170, 161), ('quotactl', 179, 60),",
        "    ('init_module', 175, 105), ('finit_module', 313, 273), ('delete_module', 176, 106),",
        "    ('kexec_load', 246, 104), ('kexec_file_load', 320, 294), ('iopl', 172, None)):",
        "    refused(name, x86, arm)",
    ),
    "programs_with_privileges": tries(
        "for folder in ('/usr/bin', '/bin', '/usr/sbin', '/usr/local/bin', '/usr/lib/openssh'):",
        "    found = os.listdir(folder) if os.path.isdir(folder) else []",
        "    assert not [name for name in found if 'python' not in name], (folder, found)",
        "assert open('/proc/self/status').read().split('NoNewPrivs:')[1].split()[0] == '1'",
        "denied(os.setuid, 0)\ndenied(os.setgroups, [0])",
    ),
    # --- interfaces of the kernel that have had holes ---------------------------------------------
    "rings": tries("for n in (425, 426, 427): refused(f'io_uring {n}', n, n)"),
    "kernel_programs": tries("refused('bpf', 321, 280, 0, 0, 0)"),
    "keyrings": tries(
        "refused('keyctl', 250, 219, 0, -3, 1)\nrefused('add_key', 248, 217)",
        "refused('request_key', 249, 218)",
    ),
    "pages_of_pipes": tries(
        "refused('splice', 275, 76)\nrefused('tee', 276, 77)\nrefused('vmsplice', 278, 75)"
    ),
    "types_for_others": tries(
        "null = os.open('/dev/null', os.O_RDWR)",
        "refused('TIOCSTI', 16, 29, null, 0x5412)",
        "refused('TIOCSTI, upper bits set', 16, 29, null, 0x5412 | 1 << 32)",
        "refused('TIOCLINUX', 16, 29, null, 0x541C)",
        "denied(open, '/dev/tty')",
    ),
    "netlink": tries(
        "import socket",
        "for protocol in (4, 6, 9, 12, 15, 16): denied(socket.socket, 16, 3, protocol)",
    ),
    "sockets_of_others": tries(
        "import socket",
        "for path in ('/run/dbus', '/var/run/docker.sock', '/tmp/.X11-unix', '/run/user'):",
        "    assert not os.path.exists(path), path",
        "others = open('/proc/net/unix').read().splitlines()[1:]",
        "assert not [line for line in others if line.split()[7:]], others",
    ),
    "other_ways_to_call": tries(
        "refused('personality', 135, 92, 0x0040000)\nrefused('modify_ldt', 154, None)",
        "refused('x32 ptrace', 0x40000000 + 521, None)",
        "refused('setxattrat', 463, 463, error=38)\nrefused('not yet there', 999, 999, error=38)",
    ),
    "calls_of_32_bits": tries(
        "import mmap",
        "if platform.machine() == 'x86_64':",
        "    page = mmap.mmap(-1, 4096, flags=34, prot=7)",
        "    page.write(bytes.fromhex('53 b81a000000 31db cd80 5b c3'))  # ptrace by int 0x80",
        "    at = ctypes.addressof(ctypes.c_char.from_buffer(page))",
        "    assert ctypes.CFUNCTYPE(ctypes.c_int)(at)() == -1",
        status=("graded", "crashed"),  # a kernel without them ends the process
    ),
}  # fmt: skip
