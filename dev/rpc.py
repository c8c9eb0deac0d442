"""Call a running Odoo from outside, over the routes its web client uses."""

from __future__ import annotations

import http.cookiejar
import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

TIMEOUT = 180
# No proxy may stand between two programs of one machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class RemoteError(Exception):
    """Odoo answered with an error; the text holds its message and traceback."""


class Client:
    """A session of one user; every ``execute`` is a transaction of its own."""

    def __init__(self, url: str, database: str, login: str, password: str):
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies)
        )
        self.session = self._post(
            "/web/session/authenticate", {"db": database, "login": login, "password": password}
        )
        self.uid: int = self.session["uid"]

    def execute(self, model: str, method: str, *arguments: Any, **keywords: Any) -> Any:
        call = {"model": model, "method": method, "args": arguments, "kwargs": keywords}
        return self._post(f"/web/dataset/call_kw/{model}/{method}", call)

    def visit(self, address: str, form: Mapping[str, str] | None = None) -> tuple[str, str]:
        """Go to a page with this session's cookies, as a browser does; ``form`` is posted.

        :return: the address where the redirects ended, and the page found there
        """
        body = None if form is None else urllib.parse.urlencode(form).encode()
        target = urllib.parse.urljoin(self.url, address)
        with self._opener.open(target, body, timeout=TIMEOUT) as response:
            return response.url, response.read().decode()

    def _post(self, path: str, parameters: dict[str, Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": parameters}).encode()
        request = urllib.request.Request(
            self.url + path, body, {"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=TIMEOUT) as response:
            answer = json.load(response)
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise RemoteError(f"{data.get('message')}\n{data.get('debug', '')}")
        return answer.get("result")  # a method that returns nothing has none
