"""The JupyterHub of docs/workshop.md, with people who need no password: for tests alone."""

import os
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

# From here on it is as in docs/workshop.md.
c.JupyterHub.services = [
    {
        "name": "room",
        "url": f"http://127.0.0.1:{ROOM}",
        "command": [sys.executable, "-m", "coursekit", "workshop", "serve", "--lessons", "01"],
        "cwd": str(HOME),
        "environment": {"PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        "oauth_no_confirm": True,
    }
]
c.JupyterHub.custom_scopes = {"custom:room:lead": {"description": "lead the live room"}}
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["self", "access:services!service=room"]},
    {
        "name": "leaders",
        "users": ["leader"],
        "scopes": ["access:services!service=room", "custom:room:lead"],
    },
]
c.JupyterHub.services[0]["oauth_client_allowed_scopes"] = ["custom:room:lead"]
c.Spawner.environment = {
    "COURSEKIT_WORKSHOP": f"http://127.0.0.1:{PORT}/services/room",
    "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
}
c.JupyterHub.api_tokens = {}
c.JupyterHub.load_roles.append(
    {"name": "tester", "services": ["tester"], "scopes": ["admin:users", "admin:servers", "tokens"]}
)
c.JupyterHub.services.append({"name": "tester", "api_token": os.environ["TESTER"]})
