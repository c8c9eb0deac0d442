"""What the fault matrix is played with: one row per entity, and the actions it can take.

A subject knows how its record is made and changed in Odoo, how its object is counted in
QuickBooks *by content* (never by our link), and what it must look like in the end. Adding an
entity is adding a subject.
"""

from decimal import Decimal

from odoo import Command, fields

CREATE, UPDATE, VOID = ACTIONS = ("create", "update", "void")

#: QuickBooks renames what it makes inactive.
DELETED = " (deleted)"


def cents(value):
    """An amount of either book as a Decimal of two places."""
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


class Subject:
    """One entity in the matrix.

    :ivar remote_type: its name in QuickBooks
    :ivar actions: what can happen to it; a missing one has its reason in ``WITHOUT``
    :ivar operations: what QuickBooks calls them
    :ivar struck: faults of single items are aimed at it
    """

    name = ""
    remote_type = ""
    actions = ACTIONS
    operations = {CREATE: "create", UPDATE: "update", VOID: "void"}
    struck = True

    def settle_in(self, test):
        """What is in QuickBooks before it is connected."""

    def arrange(self, test):
        """Make the records of all actions and what they need, as of before the change."""
        raise NotImplementedError

    def act(self, record, action):
        """The business change, as a person makes it."""
        getattr(self, action)(record)

    def edit(self, record):
        """Another change, made while the first is on its way."""
        raise NotImplementedError

    def rows(self, test, record):
        """Every object of QuickBooks that could be this record, found by content."""
        raise NotImplementedError

    def expected(self, record, action):
        """Figures and texts the one object must have."""
        raise NotImplementedError

    def actual(self, row):
        """The same of an object of QuickBooks."""
        raise NotImplementedError

    def state(self, action):
        """What the link says in the end."""
        return "synced"


class Names(Subject):
    """Customers and items. They cannot be voided; being made inactive is the nearest."""

    operations = {CREATE: "create", UPDATE: "update", VOID: "update"}

    def create(self, record):  # pylint: disable=method-required-super
        record.action_qbo_sync()  # a name by itself goes out when a person asks for it

    def void(self, record):
        record.active = False


class Customer(Names):
    name = "customer"
    remote_type = "Customer"

    def arrange(self, test):
        partners = test.env["res.partner"].create(
            [
                {
                    "name": f"Matrix {action}",
                    "email": f"{action}@matrix.example",
                    "phone": "+1 555 0100",
                    "is_company": True,
                }
                for action in ACTIONS
            ]
        )
        (partners - partners[0]).action_qbo_sync()
        return dict(zip(ACTIONS, partners, strict=True))

    def update(self, record):
        record.write({"phone": "+1 555 0199", "city": "Portland"})

    def edit(self, record):
        record.website = "https://again.example"

    def rows(self, test, record):
        return [
            row
            for row in test.remote("Customer").values()
            if row["DisplayName"].removesuffix(DELETED) == record.name
            or (row.get("PrimaryEmailAddr") or {}).get("Address") == record.email
        ]

    def expected(self, record, action):
        return {
            "name": record.name + (DELETED if action == VOID else ""),
            "email": record.email,
            "phone": record.phone,
            "city": record.city or None,
            "website": record.website or None,
            "active": action != VOID,
        }

    def actual(self, row):
        return {
            "name": row["DisplayName"],
            "email": (row.get("PrimaryEmailAddr") or {}).get("Address"),
            "phone": (row.get("PrimaryPhone") or {}).get("FreeFormNumber"),
            "city": (row.get("BillAddr") or {}).get("City"),
            "website": (row.get("WebAddr") or {}).get("URI"),
            "active": row["Active"],
        }


class Namesake(Customer):
    """A customer whose name a vendor has and who has no e-mail: only a name of our own making
    tells whether he is there already."""

    struck = False  # QuickBooks itself refuses him often enough
    name = "namesake"
    actions = (CREATE,)

    def settle_in(self, test):
        test.simulator.control.change("Vendor", {"DisplayName": "Matrix Mugs"})

    def arrange(self, test):
        return {CREATE: test.env["res.partner"].create({"name": "Matrix Mugs"})}

    def rows(self, test, record):
        return [
            row
            for row in test.remote("Customer").values()
            if row["DisplayName"].startswith(record.name)
        ]

    def expected(self, record, action):
        return {
            "name": f"{record.name} (Customer)",
            "email": None,
            "phone": None,
            "city": None,
            "website": record.website or None,
            "active": True,
        }


class LateNamesake(Namesake):
    """The same, but our copy of QuickBooks' names does not know the vendor yet: the first try is
    refused, in a batch of which the rest is executed."""

    name = "late namesake"

    def settle_in(self, test):
        pass

    def arrange(self, test):
        test.simulator.control.change("Vendor", {"DisplayName": "Matrix Pots"})
        return {CREATE: test.env["res.partner"].create({"name": "Matrix Pots"})}


class Item(Names):
    name = "item"
    remote_type = "Item"

    def arrange(self, test):
        products = test.env["product.product"].create(
            [
                {
                    "name": f"Matrix {action}",
                    "default_code": f"MATRIX-{action}",
                    "list_price": 12.34,
                    "type": "service",
                }
                for action in ACTIONS
            ]
        )
        (products - products[0]).action_qbo_sync()
        return dict(zip(ACTIONS, products, strict=True))

    def update(self, record):
        record.write({"list_price": 56.78, "description_sale": "As agreed."})

    def edit(self, record):
        record.description_sale = "As agreed again."

    def rows(self, test, record):
        return [
            row
            for row in test.remote("Item").values()
            if row["Name"].removesuffix(DELETED) == record.name
            or row.get("Sku") == record.default_code
        ]

    def expected(self, record, action):
        return {
            "name": record.name + (DELETED if action == VOID else ""),
            "price": cents(record.list_price),
            "text": record.description_sale or None,
            "active": action != VOID,
        }

    def actual(self, row):
        return {
            "name": row["Name"],
            "price": cents(row.get("UnitPrice")),
            "text": row.get("Description"),
            "active": row["Active"],
        }


class Invoice(Subject):
    name = "invoice"
    remote_type = "Invoice"
    #: no two documents of the matrix amount to the same, so amounts tell them apart
    prices = {CREATE: 101.01, UPDATE: 202.02, VOID: 303.03}

    def arrange(self, test):
        # QuickBooks numbers addresses anew with every update
        test.partner_a.write({"street": "1 Main Street", "city": "Portland", "zip": "97204"})
        drafts = test.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": test.partner_a.id,
                    "invoice_date": fields.Date.to_date("2026-03-10"),
                    "invoice_line_ids": [
                        Command.create({"product_id": test.product_a.id, "price_unit": price})
                    ],
                }
                for price in self.prices.values()
            ]
        )
        (drafts - drafts[0]).action_post()
        return dict(zip(self.prices, drafts, strict=True))

    def create(self, record):  # pylint: disable=method-required-super
        record.action_post()

    def update(self, record):
        record.button_draft()
        line = {"price_unit": 222.22, "quantity": 3}
        record.invoice_line_ids = [Command.update(record.invoice_line_ids[0].id, line)]
        record.action_post()

    def void(self, record):
        record.button_cancel()

    def edit(self, record):
        record.invoice_date_due = fields.Date.to_date("2026-05-05")

    def rows(self, test, record):
        mark = f"/account.move/{record.id}]"
        return [
            row
            for row in test.remote("Invoice").values()
            if row.get("DocNumber") == record.name
            or mark in (row.get("PrivateNote") or "")
            or cents(row["TotalAmt"]) == cents(record.amount_total)
        ]

    def expected(self, record, action):
        void = action == VOID
        return {
            "total": cents(0 if void else record.amount_total),
            "tax": cents(0 if void else record.amount_tax),
            "number": record.name,
            "date": str(record.invoice_date),
            "due": str(record.invoice_date_due),
            "void": void,
        }

    def actual(self, row):
        return {
            "total": cents(row["TotalAmt"]),
            "tax": cents((row.get("TxnTaxDetail") or {}).get("TotalTax")),
            "number": row.get("DocNumber"),
            "date": row["TxnDate"],
            "due": row["DueDate"],
            "void": (row.get("PrivateNote") or "").startswith("Voided"),
        }

    def state(self, action):
        return "voided" if action == VOID else "synced"


class Payment(Subject):
    """Each action has an invoice of its own, which is paid in part."""

    name = "payment"
    remote_type = "Payment"
    amounts = {CREATE: 11.11, UPDATE: 22.22, VOID: 33.33}

    def arrange(self, test):
        invoices = test.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": test.partner_a.id,
                    "invoice_date": fields.Date.to_date("2026-03-10"),
                    "invoice_line_ids": [
                        Command.create({"product_id": test.product_a.id, "price_unit": 900 + n})
                    ],
                }
                for n in range(len(self.amounts))
            ]
        )
        invoices.action_post()
        payments = test.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": test.partner_a.id,
                    "amount": amount,
                    "date": "2026-03-20",
                    "invoice_ids": [Command.set(move.ids)],
                }
                for amount, move in zip(self.amounts.values(), invoices, strict=True)
            ]
        )
        for payment in payments[1:]:
            self.create(payment)
        return dict(zip(self.amounts, payments, strict=True))

    def create(self, record):  # pylint: disable=method-required-super
        record.action_post()
        receivable = record.move_id.line_ids.filtered(
            lambda line: line.account_id == record.destination_account_id
        )
        record.invoice_ids.js_assign_outstanding_line(receivable.id)

    def update(self, record):
        record.action_draft()
        record.amount = 55.55
        self.create(record)

    def void(self, record):
        record.action_draft()
        record.action_cancel()

    def edit(self, record):
        record.memo = "Edited again"

    def rows(self, test, record):
        mark = f"/account.payment/{record.id}]"
        return [
            row
            for row in test.remote("Payment").values()
            if mark in (row.get("PrivateNote") or "")
            or row.get("PaymentRefNum") == record.name
            or cents(row["TotalAmt"]) == cents(record.amount)
        ]

    def expected(self, record, action):
        amount = cents(0 if action == VOID else record.amount)
        applied = [] if action == VOID else [(record.invoice_ids.qbo_id, amount)]
        return {
            "total": amount,
            "applied": applied,
            "date": str(record.date),
            "memo": record.memo or None,
        }

    def actual(self, row):
        applied = [
            (link["TxnId"], cents(line["Amount"]))
            for line in row.get("Line") or []
            for link in line["LinkedTxn"]
        ]
        first = row["PrivateNote"].removeprefix("Voided - ").splitlines()[0]
        return {
            "total": cents(row["TotalAmt"]),
            "applied": applied,
            "date": row["TxnDate"],
            "memo": None if first.startswith("Odoo: ") else first,
        }

    def state(self, action):
        return "voided" if action == VOID else "synced"


SUBJECTS = (Customer(), Namesake(), LateNamesake(), Item(), Invoice(), Payment())

#: Cells that do not exist, and why. Names have no void: their column *void* makes them inactive.
WITHOUT = {
    (name, action): "the same as any customer's once it is linked"
    for name in ("namesake", "late namesake")
    for action in (UPDATE, VOID)
}
