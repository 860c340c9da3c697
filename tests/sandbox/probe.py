"""Run inside the box by test_box.py: everything it can find out about the outside."""

import ctypes
import locale
import os
import resource
import signal
import socket
import subprocess
import sys
import zoneinfo


def tried(action, *arguments):
    """The value, or the name of the error."""
    try:
        return action(*arguments)
    except Exception as error:
        return type(error).__name__


def status(field):
    with open("/proc/self/status") as file:
        return [line.split()[1] for line in file if line.startswith(field)]


def processes():
    return [p for p in os.listdir("/proc") if p.isdigit()]


def environments():
    """Every environment block that can be read in /proc."""
    found = b""
    for process in processes():
        try:
            with open(f"/proc/{process}/environ", "rb") as file:
                found += file.read()
        except OSError:
            pass
    return found.decode(errors="replace")


def folders():
    """Every folder that can be seen, without the depths of large libraries."""
    deep = ("/proc", "/sys", "/usr/share", "/usr/include", "/usr/lib/x86_64-linux-gnu")
    for folder, below, files in os.walk("/"):
        if folder in deep or os.path.dirname(folder).endswith("-packages"):
            below.clear()
        yield folder, files


def coursekit_files():
    found = []
    for folder, files in folders():
        if "coursekit" in folder or os.path.basename(folder) == "solutions":
            found += [os.path.join(folder, file) for file in files]
        found += [
            os.path.join(folder, f) for f in files if f in ("bibliography.py", "start_here.py")
        ]
    return found


def written():
    """The folders in which a file can be made."""
    found = []
    for folder, _ in folders():
        try:
            with open(os.path.join(folder, "made-by-probe"), "w") as file:
                file.write("x")
            found.append(folder)
        except OSError:
            pass
    return sorted(found)


def connect():
    with socket.socket() as s:
        s.settimeout(1)
        try:
            s.connect(("1.1.1.1", 53))
        except OSError:
            return "OSError"
    return "connected"


def forked():
    """How many processes can be started at once."""
    children = []
    try:
        while len(children) < 500:
            child = os.fork()
            if not child:
                signal.pause()
                os._exit(0)
            children.append(child)
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)


def disk():
    """How many bytes the temporary folder takes."""
    size, block = 0, b"x" * (1 << 20)
    for n in range(100):
        try:
            with open(f"/tmp/fill-{n}", "wb", buffering=0) as file:
                for _ in range(8):
                    size += file.write(block)
        except OSError:
            break
    for n in range(100):
        if os.path.exists(f"/tmp/fill-{n}"):
            os.remove(f"/tmp/fill-{n}")
    return size


def limits():
    names = ("NPROC", "NOFILE", "FSIZE", "CORE", "AS", "CPU")
    return {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in names}


def mounted():
    """All that any process's files in /proc say of mounts."""
    found = []
    for process in (*processes(), "self", "thread-self"):
        for name in ("mountinfo", "mounts", "mountstats"):
            try:
                with open(f"/proc/{process}/{name}") as file:
                    found.append(file.read())
            except OSError:
                pass
    return found


def paths():
    """Where Python and what is loaded are said to lie."""
    with open("/proc/self/maps") as file:
        mapped = [line.split(maxsplit=5)[5].strip() for line in file if len(line.split()) > 5]
    loaded = [path for path in mapped if path.startswith("/") and "(deleted)" not in path]
    return sorted({*loaded, *sys.path, sys.executable, sys.prefix, os.__file__})


def listed(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def shell():
    try:
        subprocess.run("true", shell=True)
    except OSError:
        return "none"
    return "ran"


def look(secret, repository):
    import coursekit

    return {
        "uid": os.getuid(),
        "groups": os.getgroups(),
        "capabilities": status("Cap"),
        "no_new_privileges": status("NoNewPrivs")[0],
        "secret": tried(open, secret),
        "repository": os.listdir(repository) if os.path.isdir(repository) else [],
        "mounts": mounted(),
        "paths": paths(),
        "top": listed("/"),
        "usr": listed("/usr"),
        "programs": [*listed("/usr/bin"), *listed("/bin"), *listed("/usr/sbin")],
        "shell": shell(),
        "zone": str(zoneinfo.ZoneInfo("Europe/Berlin")),
        "locale": locale.setlocale(locale.LC_ALL, "C.UTF-8"),
        "coursekit_files": coursekit_files(),
        "host_files": os.listdir("/box/sandbox"),
        "course_file": getattr(coursekit, "__file__", None),
        "course_names": sorted(n for n in vars(coursekit) if not n.startswith("_")),
        "environments": environments(),
        "environment": dict(os.environ),
        "written": written(),
        "interfaces": [name for _, name in socket.if_nameindex()],
        "connect": connect(),
        "processes": processes(),
        "kill_all_outside": tried(os.kill, 4194303, 9),
        "limits": limits(),
        "forked": forked(),
        "disk": disk(),
        "unshare": ctypes.CDLL(None).unshare(0x10000000),  # CLONE_NEWUSER
    }
