"""Where a room may stand: behind TLS, under a path, on PostgreSQL. Each is served for real."""

import os
import re
import subprocess
import sys

import httpx
import pytest
from rooms import check, send, served

from coursekit.errors import WorkshopError
from coursekit.workshop.collect import collect

JOINING = """
import sys
from coursekit import join, leave
join(sys.argv[1])
leave()
"""


def lived_through(room):
    """A learner fails a check, the leader sees it, and both go."""
    learner, leader = room.learner(name="Ada"), room.leader()
    assert send(learner, check(diagnosis="eps_missing")).status_code == 200
    for page, words in (("why", "eps"), ("room", "Ada"), ("qr", room.code)):
        assert words in leader.get(f"/{page}").text, page
    assert learner.delete("/api/me").status_code == 200
    assert "Ada" not in leader.get("/room").text
    return leader


@pytest.mark.needs("openssl")
def test_behind_tls_with_a_certificate_of_its_own(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", str(key), "-out", str(certificate)]  # fmt: skip
    subprocess.run(made, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with served(tmp_path, "--tls", str(certificate), str(key)) as room:
        assert room.url.startswith("https://") and "No TLS" not in "".join(room.lines)
        leader = lived_through(room)
        assert all(cookie.secure for cookie in leader.cookies.jar)
        address = f"{room.code}@{room.url}"
        trusting = subprocess.run(
            [sys.executable, "-c", JOINING, address], capture_output=True, text=True, cwd=tmp_path
        )
        assert trusting.returncode == 0, trusting.stderr
        others = {k: v for k, v in os.environ.items() if k != "SSL_CERT_FILE"}
        wary = subprocess.run(
            [sys.executable, "-c", JOINING, address],
            capture_output=True, text=True, cwd=tmp_path, env=others,
        )  # fmt: skip
        assert "CERTIFICATE_VERIFY_FAILED" in wary.stdout and "in no room" in wary.stdout
        assert "SSL_CERT_FILE" in wary.stdout
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(WorkshopError, match="SSL_CERT_FILE"):
            collect(room.link, tmp_path / "out")


def test_under_a_path_that_a_proxy_leaves_as_it_is(tmp_path):
    with served(tmp_path, "--prefix", "/norms/room") as room:
        assert room.url.endswith("/norms/room")
        leader = lived_through(room)
        links = re.findall(r'(?:href|src|action)="((?!data:)[^"#]+)"', leader.get("/now").text)
        assert len(links) > 9
        for link in links:
            found = httpx.URL(f"{room.url}/now").join(link)
            assert found.path.startswith("/norms/room/"), link
            assert leader.get(found).status_code in (200, 405), link


@pytest.mark.needs("postgres")
def test_on_postgresql_and_gone_on_with(tmp_path):
    from grading import server

    with server.running() as home:
        url = server.database(home, "room")
        with served(tmp_path, "--db", url) as room:
            lived_through(room)
            kept = room.learner(name="Bo")
            token, code = kept.headers["Authorization"], room.code
        with served(tmp_path, "--db", url) as again:
            assert again.code == code
            again.client().get("/api/me", headers={"Authorization": token}).raise_for_status()
            assert "Bo" in again.leader().get("/room").text
