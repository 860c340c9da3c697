"""The JupyterHub of docs/workshop.md, with people who need no password: for tests alone."""

import os
import re
import sys
from pathlib import Path

c = get_config()  # noqa: F821
HOME = Path(os.environ["ROOM_HOME"])
PORT, API, ROOM = (int(os.environ[name]) for name in ("HUB_PORT", "HUB_API", "ROOM_PORT"))

c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{API}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['PROXY_API']}"
c.ConfigurableHTTPProxy.command = os.environ["PROXY"]
c.JupyterHub.db_url = f"sqlite:///{HOME}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(HOME / "cookie_secret")
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "let-me-in"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = f"{HOME}/homes/{{username}}"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]

# What docs/workshop.md says, word for word, but for what each hub has of its own.
DOCS = Path(__file__).parents[2] / "docs" / "workshop.md"
[block] = re.findall(r"```python\n(import sys\n.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
for documented, ours in (
    ("http://127.0.0.1:8000/services/room", f"http://127.0.0.1:{PORT}/services/room"),
    ("http://127.0.0.1:8002", f"http://127.0.0.1:{ROOM}"),
    ("https://hub.example.org", f"http://127.0.0.1:{PORT}"),
    ("/srv/room", str(HOME)),
    ("your-name", "leader"),
    ('"04"', '"01"'),
):
    assert documented in block
    block = block.replace(documented, ours)
exec(block)
c.JupyterHub.services[0]["environment"] = {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
c.Spawner.environment["PYTHONPATH"] = os.environ.get("PYTHONPATH", "")
c.JupyterHub.api_tokens = {}
c.JupyterHub.load_roles.append(
    {"name": "tester", "services": ["tester"], "scopes": ["admin:users", "admin:servers", "tokens"]}
)
c.JupyterHub.services.append({"name": "tester", "api_token": os.environ["TESTER"]})
