"""``python3 -m dev database ...``: long-lived databases for developers, made from the templates."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from dev import copies, database, templates
from dev.postgres import server
from dev.progress import Halt, say


def run_database(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    with server.running():
        if options.action == "list":
            say("\n".join(sorted(database.names())))
        elif options.action == "template":
            copies.prepare(options.flavour)
        elif options.action == "drop":
            database.drop(options.name)
        else:
            _create(options.name, "demo" if options.demo else "test", options.bare, options.force)
    return 0


def _create(name: str, flavour: str, bare: bool, force: bool) -> None:
    if database.exists(name) and not force:
        raise Halt(f"database {name} exists; replace it with --force")
    copies.create(name, flavour, with_addon=not bare)
    say(f"database {name} is ready; login admin, password admin")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m dev database")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list")
    actions.add_parser("drop").add_argument("name")
    template = actions.add_parser("template", help="build a cached template if it is missing")
    template.add_argument("flavour", choices=templates.FLAVOURS)
    create = actions.add_parser("create")
    create.add_argument("name")
    create.add_argument("--demo", action="store_true", help="with Odoo's demo data")
    create.add_argument("--bare", action="store_true", help="without this addon")
    create.add_argument("--force", action="store_true", help="replace an existing one")
    return parser.parse_args(arguments)
