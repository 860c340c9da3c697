"""A real kernel, whose cells a test runs one by one, as a notebook would."""

import os
from queue import Empty
from typing import NamedTuple

from jupyter_client.manager import KernelManager


class Shown(NamedTuple):
    """What a cell showed."""

    text: str  # all that was printed, and every result's plain text
    html: str
    error: str  # "NameError: …" or ""


class Kernel:
    """Use as a context manager."""

    def __init__(self, **environment: str):
        self.environment = environment

    def __enter__(self) -> "Kernel":
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env={**os.environ, **self.environment})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        return self

    def __exit__(self, *_) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def restart(self) -> None:
        """Another kernel in the place of this one."""
        self.__exit__()
        self.__enter__()

    def run(self, code: str, id: str | None = None, *, deleted=(), seconds: float = 120) -> Shown:
        """Run a cell; `id` and `deleted` are what JupyterLab would send with it."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": True, "stop_on_error": False}
        about = {"deletedCells": list(deleted)} | ({"cellId": id} if id else {})
        message = self.client.session.msg("execute_request", content, metadata=about)
        self.client.shell_channel.send(message)
        text, html, error = [], [], ""
        while True:
            try:
                reply = self.client.get_iopub_msg(timeout=seconds)
            except Empty:
                raise AssertionError(f"the kernel hangs in: {code[:200]}") from None
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            said, kind = reply["content"], reply["msg_type"]
            if kind == "stream":
                text.append(said["text"])
            elif kind in ("execute_result", "display_data"):
                text.append(said["data"].get("text/plain", ""))
                html.append(said["data"].get("text/html", ""))
            elif kind == "error":
                error = f"{said['ename']}: {said['evalue']}"
            elif kind == "status" and said["execution_state"] == "idle":
                return Shown("\n".join(text), "\n".join(html), error)

    @property
    def alive(self) -> bool:
        return self.manager.is_alive() and self.run("print(40 + 2)").text.strip() == "42"
