"""Cached template databases, so that a test or a demo starts in seconds.

Two layers, each kept until its inputs change:

* *base*: Odoo's own modules (a minute of work); depends on the Odoo version and the module list;
* *addon*: a copy of base with this addon installed; depends on the addon's files as well.

And two flavours: ``test`` is empty, ``demo`` has Odoo's demo data.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from dev import cache, database, filestore, odoo_config, odoo_source, paths, process
from dev.postgres import server
from dev.progress import say

FLAVOURS = ("test", "demo")
ALWAYS = {"account", "account_payment", "base_setup", "hr_expense", "project"}
PREFIX = "template_"
# Half-made ones are called building_<process number>_<name>.
BUILDING = "building"

# What an installed addon is made of; tests and tools may change without a new installation.
SOURCE_SUFFIXES = {".py", ".xml", ".csv", ".sql", ".js", ".scss", ".css", ".po", ".pot", ".json"}
NOT_INSTALLED = {".dev", ".git", "bench", "dev", "docs", "simulator", "tests", "__pycache__"}

# The bundles behind the log-in page, the web client and tours: all there are would take a minute.
WARM_UP = """\
bundle = env["ir.qweb"]._get_asset_bundle
for name in ("web.assets_frontend_minimal", "web.assets_frontend_lazy", "web.assets_web",
             "web.assets_tests", "bus.websocket_worker_assets"):
    bundle(name, css=False, js=True).js()
for name in ("web.assets_frontend", "web.assets_web", "web.assets_web_print"):
    bundle(name, css=True, js=False).css()
env.cr.commit()
"""

# The one job of Odoo's own that reports this installation to Odoo's servers.
NO_CALL_HOME = """
UPDATE ir_cron SET active = false WHERE id IN (
    SELECT res_id FROM ir_model_data
    WHERE module = 'mail' AND name = 'ir_cron_module_update_notification')
"""


def addon(flavour: str) -> str:
    """The name of the addon template; builds what is missing. PostgreSQL must be running."""
    with cache.exclusive(f"template-{flavour}"):
        name = _addon_name(flavour)
        if not database.exists(name):
            origin = _ensure_base(flavour)
            say(f"database: installing the addon ({flavour}) ...")
            _build(name, lambda scratch: _install_addon(origin, scratch))
    return name


def base(flavour: str) -> str:
    """As ``addon``, without the addon."""
    with cache.exclusive(f"template-{flavour}"):
        return _ensure_base(flavour)


def current() -> set[str]:
    """The names that are up to date, whether they exist or not."""
    return {name(flavour) for flavour in FLAVOURS for name in (_base_name, _addon_name)}


def _ensure_base(flavour: str) -> str:
    name = _base_name(flavour)
    if not database.exists(name):
        say(f"database: installing Odoo's modules ({flavour}), takes a minute or two ...")
        _build(name, lambda scratch: _install_base(scratch, flavour))
    return name


# Names


def _base_name(flavour: str) -> str:
    recipe = Path(__file__).read_bytes()
    key = cache.key_of(odoo_source.version_key(), sorted(_base_modules()), flavour, recipe)
    return f"{PREFIX}base_{flavour}_{key}"


def _addon_name(flavour: str) -> str:
    key = cache.key_of_files(_source_files(), paths.ROOT, _base_name(flavour))
    return f"{PREFIX}addon_{flavour}_{key}"


def _base_modules() -> set[str]:
    manifest = ast.literal_eval((paths.ROOT / "__manifest__.py").read_text())
    return ALWAYS | set(manifest["depends"])


def _source_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(paths.ROOT):
        folders[:] = [name for name in folders if name not in NOT_INSTALLED]
        yield from (Path(folder, name) for name in files if Path(name).suffix in SOURCE_SUFFIXES)


# Building


def _build(name: str, fill: Callable[[str], None]) -> None:
    """Under a scratch name first: a template that exists is complete."""
    scratch = f"{BUILDING}_{os.getpid()}_{name}"
    database.drop(scratch)
    fill(scratch)
    filestore.rename(scratch, name)
    server.psql(f'ALTER DATABASE "{scratch}" RENAME TO "{name}"')


def _install_base(name: str, flavour: str) -> None:
    server.psql(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
    server.psql("CREATE EXTENSION IF NOT EXISTS pg_trgm", name)
    demo = ["--with-demo"] if flavour == "demo" else []
    _odoo(name, "-i", ",".join(sorted(_base_modules())), *demo)
    server.psql(NO_CALL_HOME, name)
    _warm_up(name)


def _install_addon(origin: str, name: str) -> None:
    database.copy(origin, name)
    _odoo(name, "-i", paths.ADDON)
    _warm_up(name)


def _odoo(name: str, *arguments: str) -> None:
    command = odoo_config.command("-d", name, "--stop-after-init", "--no-http", *arguments)
    process.run(command, f"{_log_name(name)}-install", env=odoo_config.environment())


def _warm_up(name: str) -> None:
    """Build the web client's bundles once, else every copy spends its first page view on that."""
    script = paths.ODOO_BIN.with_name("warm_up.py")
    paths.write_if_changed(script, WARM_UP)
    shell = odoo_config.command("shell", "-d", name, "--no-http")
    # The script goes in as standard input, where a guarded command has none.
    command = ["sh", "-c", 'exec "$@" < "$0"', str(script), *shell]
    process.run(command, f"{_log_name(name)}-warm-up", env=odoo_config.environment())


def _log_name(scratch: str) -> str:
    """Without process number and key: ``template-addon-demo``; the last log is enough."""
    return "-".join(scratch.split("_")[2:-1])
