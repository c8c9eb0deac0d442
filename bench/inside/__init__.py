"""Programs of the bench that run in Odoo's interpreter: ``python -m bench.inside.NAME DATABASE``.

They are processes of their own, because Odoo is a program and not a library; the bench around them
never imports it.
"""
