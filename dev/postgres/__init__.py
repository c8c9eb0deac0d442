"""A PostgreSQL cluster of this checkout: private, on a unix socket, for throw-away data.

``programs`` finds or fetches the binaries, ``cluster`` creates the data folder, ``server`` lets a
process use the running server, ``keeper`` is the small process that owns it.
"""
