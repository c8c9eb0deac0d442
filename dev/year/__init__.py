"""One year of a small company, kept in Odoo and sent to QuickBooks; then both ledgers are held
against each other.

``make year SEED=1 DOCUMENTS=1200`` plays it in a database of its own. ``tests/test_year.py`` plays
a short one among the tests, so everything but ``__main__`` and ``inside`` uses nothing of ``dev``,
and Odoo only through the environment it is given.
"""
