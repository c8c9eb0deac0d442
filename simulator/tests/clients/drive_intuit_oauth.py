"""intuit-oauth: consent, code, refresh, user info, revoke, all found by discovery."""

import json
import os
from urllib.parse import parse_qs, urlsplit

import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

REDIRECT = "http://localhost:9/callback"


def main():
    discovery = os.environ["SIM_URL"] + "/.well-known/openid_sandbox_configuration/"
    client = AuthClient(os.environ["SIM_ID"], os.environ["SIM_SECRET"], REDIRECT, discovery)
    url = client.get_authorization_url([Scopes.ACCOUNTING, Scopes.OPENID, Scopes.EMAIL])
    form = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}
    answer = requests.post(
        url.split("?")[0], data=form | {"action": "connect"}, allow_redirects=False, timeout=10
    )
    back = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    result = {"authorize": back["state"] == client.state_token}
    client.get_bearer_token(back["code"], realm_id=back["realmId"])
    result["bearer"] = bool(client.access_token and client.id_token)
    before = client.access_token
    client.refresh()
    result["refresh"] = client.access_token != before
    result["user_info"] = client.get_user_info().json()["email"] == "owner@example.com"
    result["revoke"] = client.revoke(token=client.refresh_token)
    try:
        client.refresh()
        result["refusal of a dead token"] = False
    except AuthClientError as problem:
        result["refusal of a dead token"] = problem.status_code == 400
    print(json.dumps(result))


main()
