"""Fixtures of the end-to-end tests: one Odoo server, one simulator, one Chromium for all.

    def test_something(page, odoo, simulator, screenshot):
        page.goto(f"{odoo.url}/odoo/settings")
        ...
        screenshot("settings")

``page`` is signed in as administrator. A failed test leaves a screenshot and a Playwright trace in
``.dev/artefacts``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dev import browser as chromium
from dev import paths
from dev.process import free_port
from dev.stack import OdooServer, SimulatorServer, Stack

VIEWPORT = {"width": 1440, "height": 900}
TIMEOUT = 30_000


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    with Stack("browser") as running:
        yield running


@pytest.fixture(scope="session")
def odoo_port() -> int:
    """Chosen first: the simulator has to know where to send people and webhooks."""
    return free_port()


@pytest.fixture(scope="session")
def simulator(stack: Stack, odoo_port: int) -> SimulatorServer:
    return stack.simulator(odoo_port=odoo_port)


@pytest.fixture(scope="session")
def odoo(stack: Stack, odoo_port: int) -> OdooServer:
    return stack.odoo(stack.database("demo"), port=odoo_port, cron_threads=2)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium.find(), headless=True, args=list(chromium.FLAGS)
        )
        yield launched
        launched.close()


@pytest.fixture
def visitor(chrome: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh browser profile, nobody signed in."""
    context = chrome.new_context(viewport=VIEWPORT)
    context.set_default_timeout(TIMEOUT)
    context.tracing.start(screenshots=True, snapshots=True)
    yield context
    if request.node.stash.get(FAILED, False):
        name = _file_name(request.node.name)
        context.tracing.stop(path=paths.ARTEFACTS / "traces" / f"{name}.zip")
        for number, page in enumerate(context.pages):
            page.screenshot(path=paths.SCREENSHOTS / f"failed-{name}-{number}.png")
    else:
        context.tracing.stop()
    context.close()


@pytest.fixture
def page(visitor: BrowserContext, odoo: OdooServer) -> Page:
    """Signed in as administrator; without the log-in form, which has a test of its own."""
    for cookie in odoo.client().cookies:
        visitor.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": odoo.url}])
    return visitor.new_page()


@pytest.fixture
def screenshot(visitor: BrowserContext) -> Callable[..., Path]:
    """Keep what a page shows, the last one by default, for a person to look at."""

    def take(name: str, page: Page | None = None) -> Path:
        path = paths.SCREENSHOTS / f"{_file_name(name)}.png"
        (page or visitor.pages[-1]).screenshot(path=path)
        return path

    return take


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when in ("setup", "call") and report.failed:
        item.stash[FAILED] = True
    return report


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-")
