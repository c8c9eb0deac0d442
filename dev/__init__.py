"""Development tools of the addon: nothing in here is ever loaded by Odoo.

Everything that runs before the Python environment exists uses the standard library only.
Start with ``python3 -m dev help``.
"""
