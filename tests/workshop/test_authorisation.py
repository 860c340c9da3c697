"""Who may ask for what: every route that there is, asked by everybody who may not."""

import httpx
import pytest
from rooms import check

from coursekit.workshop.api import Api
from coursekit.workshop.desk import Desk
from coursekit.workshop.hubdoor import HubDoor
from coursekit.workshop.pages import Pages

OPEN = {
    ("POST", "/api/join"),  # with the code
    ("GET", "/"),
    ("GET", "/privacy"),
    ("GET", "/leader"),  # the page that sends the secret which is behind the #
    ("POST", "/enter"),  # with the secret
}
HUBS = {("GET", "/lead"), ("GET", "/oauth_callback")}  # the hub asks who it is
CARD = {"good": "good", "unclear": "unclear"}
BODIES = {
    "/api/events": {"json": {"sent": 0, "events": [check()]}},
    "/api/card": {"json": CARD},
    "/api/handin": {
        "content": b'{"cells": []}',
        "headers": {"Content-Type": "application/x-ipynb+json"},
        "params": {"lesson": "mean_and_variance"},
    },
    "/api/desk": {
        "content": b"<p>owned",
        "headers": {"Content-Type": "text/html"},
        "params": {"id": "1"},
    },
    "/do": {"data": {"deed": "pace", "words": "owned", "csrf": "x"}},
    "/stream": {"params": {"page": "now"}},
}


def asked(*owners):
    """Every method and path of theirs that is not open to all."""
    found = {
        (method, route.path)
        for owner in owners
        for route in owner.routes
        for method in route.methods - {"HEAD"}
    }
    return sorted(found - OPEN)


LEARNERS = asked(Api(None, None, None, None))
LEADERS = asked(Desk(None, None), Pages(None, None, None, None, None, ""))


def answer(client, method, path, headers):
    about = BODIES.get(path, {})
    about = about | {"headers": {**about.get("headers", {}), **headers}}
    return client.request(method, path.replace("{id:int}", "1"), **about).status_code


def test_there_is_no_route_that_nobody_thought_of():
    assert len(LEARNERS) == 7 and len(LEADERS) == 17
    assert asked(HubDoor(None, None, None)) == sorted(HUBS)


@pytest.mark.parametrize("how", ["", "Bearer", "Bearer x", "token x", "Leader x", "Basic eDp4"])
@pytest.mark.parametrize("route", LEARNERS + LEADERS, ids="-".join)
def test_nobody_is_answered_nothing(house, route, how):
    client = house.client()
    assert answer(client, *route, {"Authorization": how} if how else {}) == 401
    client.cookies.set("coursekit-leader", "x")
    assert answer(client, *route, {}) == 401


@pytest.mark.parametrize("route", LEADERS, ids="-".join)
def test_a_learner_is_no_leader(house, route):
    learner = house.learner()
    assert answer(learner, *route, {}) == 401
    how = learner.headers.pop("authorization").replace("Bearer", "Leader")
    assert answer(learner, *route, {"Authorization": how}) == 401
    learner.cookies.set("coursekit-leader", how.partition(" ")[2])
    assert answer(learner, *route, {}) == 401


@pytest.mark.parametrize("route", LEARNERS, ids="-".join)
def test_a_leader_is_no_learner(house, route):
    leader = house.leader()
    for how in ("Bearer", "Leader", "token"):
        assert answer(leader, *route, {"Authorization": f"{how} {house.secret}"}) == 401


@pytest.mark.parametrize("how", [{"Origin": "https://evil.example"}, {"Origin": "null"},
                                 {"Sec-Fetch-Site": "cross-site"}], ids=str)  # fmt: skip
def test_no_other_sites_page_makes_a_leaders_cookie(house, how):
    said = httpx.post(f"{house.url}/enter", data={"secret": house.secret}, headers=how)
    assert said.status_code == 403 and "set-cookie" not in said.headers
