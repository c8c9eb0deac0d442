"""Start the programs of ``bench/inside``, and Odoo itself, as processes of their own."""

from __future__ import annotations

from dev import odoo_config, paths, process


def command(program: str, *arguments: str) -> list[str]:
    return [str(paths.VENV_PYTHON), "-m", f"bench.inside.{program}", *arguments]


def run(program: str, *arguments: str) -> str:
    """Run to its end.

    :return: what it printed, which is in its log file as well
    """
    name = f"bench-{program}"
    environment = odoo_config.environment()
    process.run(command(program, *arguments), name, env=environment, cwd=paths.ROOT)
    return (paths.LOGS / f"{name}.log").read_text()


def install_addon(database: str) -> None:
    arguments = ["-d", database, "--stop-after-init", "--no-http", "-i", paths.ADDON]
    process.run(odoo_config.command(*arguments), "bench-install", env=odoo_config.environment())
