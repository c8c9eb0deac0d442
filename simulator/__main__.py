"""``python -m simulator``: see docs/simulator.md."""

from __future__ import annotations

import argparse
import signal
import threading

from .server import REALMS, Simulator


def client(text):
    """``ID|SECRET|REDIRECT_URI``, further redirect URIs behind further bars."""
    parts = text.split("|")
    if len(parts) < 2 or not all(parts[:2]):
        raise argparse.ArgumentTypeError("expected ID|SECRET|REDIRECT_URI")
    return tuple(parts)


def parser():
    result = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    result.add_argument("--port", type=int, default=0, help="loopback port, 0 picks a free one")
    result.add_argument("--profile", choices=sorted(REALMS), default="us")
    result.add_argument("--empty", action="store_true", help="no seed customers or documents")
    result.add_argument(
        "--load", metavar="DIR", help="<Entity>.json lists of raw entities, instead of the seed"
    )
    result.add_argument("--state", metavar="FILE", help="keep everything in this file")
    result.add_argument("--latency", type=float, default=0, metavar="MS")
    result.add_argument(
        "--item-latency",
        type=float,
        default=None,
        metavar="MS",
        help="per batch item, default a tenth of --latency",
    )
    result.add_argument("--limits", choices=("intuit", "off"), default="off")
    result.add_argument("--webhook-url", metavar="URL")
    result.add_argument(
        "--client",
        type=client,
        action="append",
        default=[],
        metavar="ID|SECRET|REDIRECT_URI",
        help="register an app (repeatable) and accept no others; without it every client id is "
        "accepted, with the secret it first comes with",
    )
    result.add_argument("--known-clients", action="store_true", help="accept the default app only")
    return result


def main(argv=None):
    options = parser().parse_args(argv)
    simulator = Simulator(
        profile=options.profile,
        port=options.port,
        limits=options.limits,
        latency_ms=options.latency,
        item_latency_ms=options.item_latency,
        state=options.state,
        load=options.load,
        webhook_url=options.webhook_url,
        clients=options.client,
        any_client=not (options.client or options.known_clients),
        seed_data=False if options.empty else None,
    ).start()
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: done.set())
    print(
        f"simulator ready url={simulator.url} realm={simulator.realm} "
        f"client_id={simulator.client_id}",
        flush=True,
    )
    done.wait()
    simulator.stop()


if __name__ == "__main__":
    main()
