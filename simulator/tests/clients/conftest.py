"""Clients that others wrote, as real processes; only their base URLs are changed.

They are installed on first use into ``.dev/clients`` through the ordinary package clients, so the
first run needs a registry and takes a minute or two. The normal test run leaves this folder out.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
HOME = ROOT / ".dev" / "clients"
RECORD = HERE / "exercised.json"
sys.path.insert(0, str(HERE.parent))

from simulator.server import Simulator  # noqa: E402


def install_python(name, *packages):
    """A virtual environment of its own per client; its interpreter."""
    folder = HOME / name
    marker = folder / "installed.txt"
    wanted = "\n".join(packages)
    if not marker.exists() or marker.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run(
            [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *packages],
            check=True,
            timeout=600,
        )
        marker.write_text(wanted)
    return str(folder / "bin" / "python")


def install_node(*packages):
    """A folder with these packages, or a skip when there is no npm."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    folder = HOME / "node"
    marker = folder / "installed.txt"
    wanted = "\n".join(packages)
    if not marker.exists() or marker.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"name": "clients", "private": true}')
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--silent", *packages],
            check=True,
            cwd=folder,
            timeout=600,
        )
        marker.write_text(wanted)
    return folder


@pytest.fixture
def sim():
    with Simulator() as started:
        yield started
        assert started.last_error is None, started.last_error


@pytest.fixture
def environment(sim):
    """What a driver needs to know, as environment variables."""
    tokens = sim.control.token()
    return {
        **os.environ,
        "SIM_URL": sim.url,
        "SIM_REALM": sim.realm,
        "SIM_ID": sim.client_id,
        "SIM_SECRET": sim.client_secret,
        "SIM_TOKEN": tokens["access_token"],
        "SIM_REFRESH": tokens["refresh_token"],
        "PYTHONPATH": "",
        "PYTHONWARNINGS": "ignore",
        "OAUTHLIB_INSECURE_TRANSPORT": "1",
        "NO_PROXY": "127.0.0.1",
    }


def run(command, environment, **options):
    """Run a driver to its end; its standard output."""
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=600, **options
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def exercised(client, version, steps):
    """What a client did must be what its record says, from which the page is written.

    ``steps``: names, or ``{thing: names}``. SIMULATOR_RECORD=1 writes the record instead.
    """
    if isinstance(steps, dict):
        steps = {thing: sorted(names) for thing, names in sorted(steps.items())}
    known = json.loads(RECORD.read_text("utf-8"))
    entry = known.setdefault(client, {"not": ""})
    if os.environ.get("SIMULATOR_RECORD"):
        entry |= {"version": version, "steps": steps}
        RECORD.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert (entry["version"], entry["steps"]) == (version, steps)


def outcome(text):
    """The JSON object a driver prints last."""
    return json.loads(text.strip().splitlines()[-1])
