"""Random legal and illegal operations: the books always add up, a refusal changes nothing.

The short run belongs to every test run; ``pytest -m deep`` makes thousands of operations.
"""

import hashlib
from decimal import Decimal

import pytest
from conftest import expense, line
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from simulator.errors import Fault
from simulator.server import Simulator

AMOUNTS = st.decimals(min_value=Decimal("-20"), max_value=Decimal("400"), places=2)
PARTS = st.decimals(min_value=0, max_value=Decimal("1.3"), places=2)
INDEX = st.integers(min_value=0, max_value=30)
ITEMS = st.sampled_from(("1", "4", "5", "11", "999"))
TAX = st.sampled_from(("TAX", "NON", None))
TABLES = ("gl", "link", "balance", "gone")


def digest(store):
    """Everything a client could see, and the ledger."""
    total = hashlib.sha256()
    wanted = (f"{store.prefix}b_", *(f"{store.prefix}{table}" for table in TABLES))
    names = [
        name
        for (name,) in store.db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        if name.startswith(wanted)
    ]
    for name in names:
        for row in store.db.execute(f"SELECT * FROM {name} ORDER BY 1, 2"):
            total.update(repr(row).encode())
    return total.hexdigest()


class Books(RuleBasedStateMachine):
    """A person and a program working in one company."""

    sim = None
    seeded = None
    accepted = refused = 0

    @initialize()
    def restore(self):
        self.sim.control.restore(self.seeded)
        self.store = self.sim.company().store

    # helpers --------------------------------------------------------------------------------

    def attempt(self, kind, body, operation="", options=""):
        """Run it; a refusal must leave no trace, success must leave right books."""
        with self.sim.lock:
            before = digest(self.store)
            try:
                made = self.sim.control.change(kind, body, operation=operation, options=options)
            except Fault:
                Books.refused += 1
                assert digest(self.store) == before
                return None
            Books.accepted += 1
            found = self.sim.control.problems()
        assert found == [], (kind, operation, body, found)
        return made

    def pick(self, kind, index):
        with self.sim.lock:
            ids = self.store.ids(kind, order="n DESC")
            return self.store.read(kind, ids[index % len(ids)]) if ids else None

    def known(self, obj, stale=False, **more):
        token = obj["SyncToken"] if not stale else str(int(obj["SyncToken"]) + 1)
        return {"Id": obj["Id"], "SyncToken": token, "sparse": True} | more

    def lines(self, rows):
        result = []
        for amount, item, tax in rows:
            made = line(amount, item, tax)
            if item in ("5", "11"):
                made["SalesItemLineDetail"] |= {"Qty": 1, "UnitPrice": amount}
            result.append(made)
        return result

    # sales ----------------------------------------------------------------------------------

    @rule(
        kind=st.sampled_from(
            (
                "Invoice",
                "Invoice",
                "Invoice",
                "CreditMemo",
                "SalesReceipt",
                "RefundReceipt",
                "Estimate",
            )
        ),
        customer=INDEX,
        rows=st.lists(st.tuples(AMOUNTS, ITEMS, TAX), min_size=1, max_size=3),
        code=st.sampled_from(("2", "3", None)),
        discount=st.integers(0, 30),
        deposit=st.sampled_from((0, 0, 5)),
    )
    def sell(self, kind, customer, rows, code, discount, deposit):
        who = self.pick("Customer", customer)
        body = {"CustomerRef": {"value": who["Id"]}, "Line": self.lines(rows)}
        if code:
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": code}}
        if discount > 20:
            body["Line"].append(
                {
                    "DetailType": "DiscountLineDetail",
                    "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": discount},
                }
            )
        if kind == "RefundReceipt":
            body["DepositToAccountRef"] = {"value": "35"}
        if kind == "Invoice" and deposit:
            body["Deposit"] = deposit
        self.attempt(kind, body)

    @rule(
        kind=st.sampled_from(("Invoice", "CreditMemo", "SalesReceipt")),
        index=INDEX,
        rows=st.lists(st.tuples(AMOUNTS, ITEMS, TAX), min_size=1, max_size=2),
        stale=st.booleans(),
        customer=st.one_of(st.none(), INDEX),
    )
    def edit(self, kind, index, rows, stale, customer):
        obj = self.pick(kind, index)
        if obj:
            body = self.known(obj, stale and index % 3 == 0, Line=self.lines(rows))
            if customer is not None:
                body["CustomerRef"] = {"value": self.pick("Customer", customer)["Id"]}
            self.attempt(kind, body)

    @rule(
        kind=st.sampled_from(
            (
                "Invoice",
                "CreditMemo",
                "SalesReceipt",
                "Payment",
                "Bill",
                "BillPayment",
                "VendorCredit",
                "Deposit",
                "JournalEntry",
                "Purchase",
                "Estimate",
            )
        ),
        index=INDEX,
        operation=st.sampled_from(("void", "delete")),
    )
    def undo(self, kind, index, operation):
        obj = self.pick(kind, index)
        if obj:
            self.attempt(kind, self.known(obj), operation)

    # money in -------------------------------------------------------------------------------

    @rule(
        index=INDEX,
        parts=st.lists(st.tuples(INDEX, PARTS), max_size=3),
        extra=PARTS,
        credit=st.one_of(st.none(), INDEX),
        rate=st.sampled_from((None, "1.1", "1.4")),
    )
    def receive(self, index, parts, extra, credit, rate):
        first = self.pick("Invoice", index)
        if not first:
            return
        lines, total = [], Decimal(0)
        for number, part in parts:
            target = self.pick("Invoice", index + number)
            amount = (target["Balance"] * part).quantize(Decimal("0.01"))
            lines.append(
                {"Amount": amount, "LinkedTxn": [{"TxnId": target["Id"], "TxnType": "Invoice"}]}
            )
            total += amount
        memo = self.pick("CreditMemo", credit) if credit is not None else None
        if memo:
            lines.append(
                {
                    "Amount": memo["RemainingCredit"],
                    "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "CreditMemo"}],
                }
            )
            total -= memo["RemainingCredit"]
        body = {
            "CustomerRef": first["CustomerRef"],
            "Line": lines,
            "TotalAmt": total + extra.quantize(Decimal("0.01")),
        }
        if rate and first["CurrencyRef"]["value"] != "USD":
            body["ExchangeRate"] = Decimal(rate)
        self.attempt("Payment", body)

    @rule(index=INDEX, invoice=INDEX, part=PARTS)
    def reapply(self, index, invoice, part):
        paid, made = self.pick("Payment", index), self.pick("Invoice", invoice)
        if paid and made:
            amount = (made["Balance"] * part).quantize(Decimal("0.01"))
            self.attempt(
                "Payment",
                self.known(
                    paid,
                    CustomerRef=paid["CustomerRef"],
                    TotalAmt=paid["TotalAmt"],
                    Line=[
                        {
                            "Amount": amount,
                            "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Invoice"}],
                        }
                    ],
                ),
            )

    @rule(index=INDEX, fee=st.integers(0, 3))
    def deposit(self, index, fee):
        paid = self.pick("Payment", index)
        if paid:
            lines = [
                {
                    "Amount": paid["TotalAmt"],
                    "LinkedTxn": [{"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
                }
            ]
            if fee:
                lines.append(
                    {
                        "Amount": -fee,
                        "DetailType": "DepositLineDetail",
                        "DepositLineDetail": {"AccountRef": {"value": "8"}},
                    }
                )
            self.attempt("Deposit", {"DepositToAccountRef": {"value": "35"}, "Line": lines})

    # money out ------------------------------------------------------------------------------

    @rule(
        kind=st.sampled_from(("Bill", "Bill", "VendorCredit", "PurchaseOrder", "Purchase")),
        vendor=INDEX,
        amount=AMOUNTS,
        stock=st.booleans(),
    )
    def buy(self, kind, vendor, amount, stock):
        who = self.pick("Vendor", vendor)
        lines = [expense(amount)]
        if stock:
            lines.append(
                {
                    "Amount": 20,
                    "DetailType": "ItemBasedExpenseLineDetail",
                    "ItemBasedExpenseLineDetail": {"ItemRef": {"value": "11"}, "Qty": 2},
                }
            )
        body = {"Line": lines}
        if kind == "Purchase":
            body |= {
                "PaymentType": "Cash",
                "AccountRef": {"value": "35"},
                "EntityRef": {"value": who["Id"], "type": "Vendor"},
            }
        else:
            body["VendorRef"] = {"value": who["Id"]}
        self.attempt(kind, body)

    @rule(index=INDEX, part=PARTS, extra=PARTS, credit=st.one_of(st.none(), INDEX))
    def pay(self, index, part, extra, credit):
        bill = self.pick("Bill", index)
        if not bill:
            return
        amount = (bill["Balance"] * part).quantize(Decimal("0.01"))
        total, lines = (
            amount + extra.quantize(Decimal("0.01")),
            [{"Amount": amount, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}],
        )
        memo = self.pick("VendorCredit", credit) if credit is not None else None
        if memo:
            total -= memo["Balance"]
            lines.append(
                {
                    "Amount": memo["Balance"],
                    "LinkedTxn": [{"TxnId": memo["Id"], "TxnType": "VendorCredit"}],
                }
            )
        self.attempt(
            "BillPayment",
            {
                "VendorRef": bill["VendorRef"],
                "TotalAmt": total,
                "PayType": "Check",
                "Line": lines,
                "CheckPayment": {"BankAccountRef": {"value": "35"}},
            },
        )

    @rule(customer=INDEX, amount=AMOUNTS, wrong=st.booleans())
    def journal(self, customer, amount, wrong):
        who = self.pick("Customer", customer)
        detail = [("Debit", "84", amount), ("Credit", "1", amount + (1 if wrong else 0))]
        lines = [
            {
                "Amount": value,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
            }
            for side, account, value in detail
        ]
        lines[0]["JournalEntryLineDetail"]["Entity"] = {
            "Type": "Customer",
            "EntityRef": {"value": who["Id"]},
        }
        self.attempt("JournalEntry", {"Line": lines})

    # names ----------------------------------------------------------------------------------

    @rule(
        name=st.sampled_from("ABCDEFGH"),
        parent=st.one_of(st.none(), INDEX),
        currency=st.sampled_from(("USD", "USD", "EUR")),
        bill=st.booleans(),
    )
    def customer(self, name, parent, currency, bill):
        body = {"DisplayName": name, "CurrencyRef": {"value": currency}}
        if parent is not None:
            above = self.pick("Customer", parent)
            body |= {
                "Job": True,
                "ParentRef": {"value": above["Id"]},
                "BillWithParent": bill,
                "CurrencyRef": above["CurrencyRef"],
            }
        self.attempt("Customer", body)

    @rule(index=INDEX, active=st.booleans(), rename=st.booleans())
    def switch(self, index, active, rename):
        who = self.pick("Customer", index)
        change = {"Active": active}
        if rename:
            change["DisplayName"] = f"R{index}"
        self.attempt("Customer", self.known(who, **change))

    @rule(index=INDEX, parent=INDEX)
    def move(self, index, parent):
        who, above = self.pick("Customer", index), self.pick("Customer", parent)
        self.attempt("Customer", self.known(who, Job=True, ParentRef={"value": above["Id"]}))

    @rule(
        index=INDEX,
        options=st.sampled_from(
            ({"GivenName": "x" * 101}, {"Nope": 1}, {"SalesTermRef": {"value": "77"}})
        ),
    )
    def nonsense(self, index, options):
        assert self.attempt("Customer", self.known(self.pick("Customer", index), **options)) is None


def run(examples, steps):
    sim = Simulator(seed_data=False)
    control = sim.control
    control.preference("MultiCurrencyEnabled", True)
    control.switch("customer_with_balance", "allow")
    for number, name in enumerate(("One", "Two", "Three")):
        control.change("Customer", {"DisplayName": name})
        control.change("Vendor", {"DisplayName": f"Vendor {number}"})
    control.change("Customer", {"DisplayName": "Euro", "CurrencyRef": {"value": "EUR"}})
    stock = {
        "Type": "Inventory",
        "IncomeAccountRef": {"value": "79"},
        "TrackQtyOnHand": True,
        "ExpenseAccountRef": {"value": "80"},
        "AssetAccountRef": {"value": "81"},
        "QtyOnHand": 10,
        "InvStartDate": "2020-01-01",
        "PurchaseCost": 4,
    }
    with sim.transaction():
        from simulator.seed.base import make

        for ident in ("4", "5", "11"):
            body = {"Name": f"Item {ident}", "IncomeAccountRef": {"value": "1"}, "Taxable": True}
            make(sim.company(), "Item", body | (stock if ident != "4" else {}), ident)
    Books.sim, Books.seeded = sim, control.snapshot()
    Books.accepted = Books.refused = 0
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )


def test_books_add_up_after_random_operations():
    run(examples=12, steps=30)
    assert Books.accepted > 30 and Books.refused > 30


@pytest.mark.deep
def test_books_add_up_after_thousands_of_operations():
    run(examples=150, steps=60)
    print(f"\n{Books.accepted} operations accepted, {Books.refused} refused")
    assert Books.accepted > 2000 and Books.refused > 1000
