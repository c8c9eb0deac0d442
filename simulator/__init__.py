"""A stateful stand-in for QuickBooks Online that speaks Intuit's protocol over HTTP.

``python -m simulator`` starts it alone; ``from simulator.server import Simulator`` embeds it.
It knows neither Odoo nor the addon nor any client library, so it cannot share their mistakes.
"""
