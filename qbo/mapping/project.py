"""A project as a sub-customer (FACTS 5.3, 14#49-50)."""

from __future__ import annotations

from ..model import ProjectSnapshot


def sub_customer(project: ProjectSnapshot) -> dict:
    """Every owned attribute of the Customer a project is.

    What it owes is owed by its parent (``BillWithParent``), as in Odoo, where the project's
    customer owes it; so both books agree on receivables by customer.
    """
    return {
        "DisplayName": project.name,
        "Job": True,
        "ParentRef": project.parent.payload,
        "BillWithParent": True,
        "Active": project.active,
    }
