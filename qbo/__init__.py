"""Pure-Python core of the QuickBooks Online connector (DESIGN 4).

Nothing here knows Odoo. Outside ``http/`` there is no I/O, no clock and no environment.
"""
