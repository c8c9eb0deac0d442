"""``/_sim/``: the control of :mod:`.control` over HTTP, JSON in and out."""

from __future__ import annotations

from . import jsontext
from .errors import Fault
from .wire import Reply


def _reply(value, status=200):
    return Reply(status, jsontext.dumps(_plain(value)).encode(), "application/json;charset=utf-8")


def _plain(value):
    """Floats of times and counters become decimals, which is all the writer knows."""
    if isinstance(value, float):
        return jsontext.Raw(repr(value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def serve(sim, request):
    """``/_sim/<name>``; GET looks, POST and DELETE act."""
    name = request.path[len("/_sim") :].strip("/")
    handler = _HANDLERS.get(name.split("/")[0])
    if handler is None:
        return _reply({"error": f"no such control: {name}", "controls": sorted(_HANDLERS)}, 404)
    try:
        body = jsontext.loads(request.body.decode() or "{}") if request.body else {}
        return _reply(handler(sim.control, request, body, name.split("/")[1:]))
    except Fault as problem:
        return _reply(problem.body(), problem.status)
    except (KeyError, ValueError, TypeError) as problem:
        return _reply({"error": f"{type(problem).__name__}: {problem}"}, 400)


def _info(control, request, body, rest):
    sim = control.sim
    with sim.lock:
        realms, apps = list(sim.companies), sim.oauth.apps()
    return {
        "url": sim.url,
        "realm": sim.realm,
        "realms": realms,
        "client_id": sim.client_id,
        "client_secret": sim.client_secret,
        "verifier": sim.verifier,
        "webhook_url": [app["webhook"] for app in apps],
    }


def _faults(control, request, body, rest):
    if request.method == "POST":
        options = {
            k: float(v) if k in ("probability", "seconds") else v
            for k, v in body.items()
            if k != "kind"
        }
        return control.faults.add(body["kind"], **options).describe()
    if request.method == "DELETE":
        if rest:
            control.faults.remove(int(rest[0]))
        else:
            control.faults.clear()
    return [rule.describe() for rule in control.faults.rules]


def _fired(control, request, body, rest):
    if request.method == "DELETE":
        control.faults.reset_fired()
    return control.faults.fired


def _requests(control, request, body, rest):
    if request.method == "DELETE":
        control.clear_log()
        return []
    query = request.query
    wanted = {k: query[k] for k in ("method", "operation", "entity", "realm") if k in query}
    entries = control.log(path=query.get("path", ""), **wanted)
    limit = int(query.get("limit", 1000))
    return [entry.describe() for entry in entries[-limit:]]


def _entities(control, request, body, rest):
    realm = request.query.get("realm")
    if rest and len(rest) == 2:
        return control.get(rest[0], rest[1], realm)
    return control.entities(rest[0] if rest else None, realm)


def _ledger(control, request, body, rest):
    realm = request.query.get("realm")
    return {
        "postings": control.ledger(realm),
        "trial_balance": control.trial_balance(realm),
        "problems": control.problems(realm),
    }


def _counters(control, request, body, rest):
    if request.method in ("DELETE", "POST"):
        control.journal.counts.clear()
    return control.counters(request.query.get("realm"))


def _clock(control, request, body, rest):
    if request.method == "POST":
        control.move_clock(
            float(body.get("seconds", 0)), float(body.get("days", 0)), body.get("to")
        )
    return {"now": control.clock.now().isoformat(), "offset": control.clock.offset}


def _switches(control, request, body, rest):
    realm = request.query.get("realm")
    if request.method == "POST":
        for name, value in body.items():
            control.switch(name, value, realm)
    with control.sim.lock:
        return dict(control.sim.company(realm).switches)


def _preferences(control, request, body, rest):
    realm = request.query.get("realm")
    if request.method == "POST":
        for name, value in body.items():
            if name == "country":
                control.country(value, realm)
            else:
                control.preference(name, value, realm)
    return control.get("Preferences", "1", realm)


def _token(control, request, body, rest):
    if request.method == "DELETE":
        control.expire_token(request.query.get("realm"))
        return {}
    return control.token(body.get("realm"), **({"scope": body["scope"]} if "scope" in body else {}))


def _disconnect(control, request, body, rest):
    control.disconnect(body.get("realm"))
    return {}


def _expel(control, request, body, rest):
    control.expel_user(body.get("realm"))
    return {}


def _oauth(control, request, body, rest):
    oauth = control.oauth
    for name in ("rotate_always", "grace_seconds", "abuse_revokes"):
        if name in body:
            setattr(oauth, name, body[name])
    return {
        name: getattr(oauth, name) for name in ("rotate_always", "grace_seconds", "abuse_revokes")
    }


def _limits(control, request, body, rest):
    limits = control.limits
    if request.method == "POST":
        if "on" in body:
            limits.on = bool(body["on"])
        if "throttle_after" in body:
            limits.throttle_after = body["throttle_after"]
    return {"on": limits.on, "throttle_after": limits.throttle_after}


def _webhooks(control, request, body, rest):
    hooks = control.webhooks
    if request.method == "POST":
        if "url" in body:
            hooks.subscribe(body["url"], body.get("client"))
        for name in ("legacy", "paused", "duplicate", "shuffle"):
            if name in body:
                setattr(hooks, name, body[name])
        if body.get("deliver"):
            hooks.deliver()
    return {
        "pending": hooks.pending(),
        "legacy": hooks.legacy,
        "paused": hooks.paused,
        "delivered": len(hooks.deliveries),
        "deliveries": hooks.deliveries[-int(request.query.get("limit", 100)) :],
    }


def _company(control, request, body, rest):
    if request.method == "POST":
        realm = control.sim.add_company(
            body.get("realm"), body.get("profile", "us"), body.get("seed_data", True)
        )
        return {"realm": realm}
    with control.sim.lock:
        return {realm: company.name for realm, company in control.sim.companies.items()}


def _snapshot(control, request, body, rest):
    return {"snapshot": control.snapshot()}


def _restore(control, request, body, rest):
    control.restore(body["snapshot"])
    return {}


def _reset(control, request, body, rest):
    control.reset()
    return {}


def _change(control, request, body, rest):
    return control.change(
        rest[0],
        body,
        request.query.get("realm"),
        request.query.get("operation", ""),
        request.query.get("options", ""),
    )


def _merge(control, request, body, rest):
    control.merge(body["kind"], body["loser"], body["winner"], body.get("realm"))
    return {}


def _match(control, request, body, rest):
    control.match(body["kind"], body["id"], body.get("realm"))
    return {}


def _charge(control, request, body, rest):
    control.charge(body["kind"], body["id"], body.get("realm"))
    return {}


def _load(control, request, body, rest):
    return control.load(body["directory"], body.get("realm"))


def _rate(control, request, body, rest):
    return control.rate(body["code"], body["rate"], body.get("day"), body.get("realm"))


_HANDLERS = {
    "": _info,
    "info": _info,
    "faults": _faults,
    "fired": _fired,
    "requests": _requests,
    "entities": _entities,
    "ledger": _ledger,
    "counters": _counters,
    "clock": _clock,
    "switches": _switches,
    "preferences": _preferences,
    "token": _token,
    "disconnect": _disconnect,
    "expel": _expel,
    "oauth": _oauth,
    "limits": _limits,
    "webhooks": _webhooks,
    "company": _company,
    "snapshot": _snapshot,
    "restore": _restore,
    "reset": _reset,
    "change": _change,
    "merge": _merge,
    "match": _match,
    "charge": _charge,
    "load": _load,
    "rate": _rate,
}
