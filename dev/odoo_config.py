"""What every Odoo process here starts with: configuration file, launcher, environment."""

from __future__ import annotations

import os

from dev import browser, odoo_source, paths
from dev.postgres import cluster, programs
from dev.progress import Step

CONFIGURATION = """\
[options]
addons_path = {addons}
admin_passwd = admin
data_dir = {data}
db_host = {socket}
db_port = {port}
db_user = {user}
http_interface = 127.0.0.1
"""

# A file in a folder of its own: `python -m odoo` would put the current folder on the path, and then
# the addon's own folders (tests, models, dev ...) could be imported as if they were libraries.
LAUNCHER = """\
import odoo.cli

odoo.cli.main()
"""


def ensure(_step: Step) -> None:
    paths.DATA.mkdir(parents=True, exist_ok=True)
    text = CONFIGURATION.format(
        addons=",".join(map(str, [paths.ADDONS, *odoo_source.addon_folders()])),
        data=paths.DATA,
        socket=cluster.socket_folder(),
        port=cluster.PORT,
        user=programs.SUPERUSER,
    )
    paths.write_if_changed(paths.ODOO_CONF, text)
    paths.write_if_changed(paths.ODOO_BIN, LAUNCHER)


def command(*arguments: str) -> list[str]:
    """Configuration goes through the environment: then every sub-command of Odoo finds it."""
    return [str(paths.VENV_PYTHON), str(paths.ODOO_BIN), *arguments]


def environment() -> dict[str, str]:
    return {
        **os.environ,
        **browser.environment(),
        "PYTHONPATH": str(odoo_source.home()),
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",
        "ODOO_RC": str(paths.ODOO_CONF),
        "NO_PROXY": "127.0.0.1,localhost",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
