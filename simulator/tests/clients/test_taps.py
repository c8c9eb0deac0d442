"""tap-quickbooks extracts a whole company, exactly once."""

import json
from datetime import timedelta

from conftest import HERE, exercised, install_python, run


def test_tap_quickbooks_extracts_everything(sim, environment, tmp_path):
    python = install_python("tap-quickbooks", "tap-quickbooks==2.5.0")
    with sim.transaction():
        for n in range(5):
            sim.control.change("Class", {"Name": f"Class {n}"})
            sim.control.change("Department", {"Name": f"Place {n}"})
    # Younger than 30 days: the tap also asks change data capture from this date on.
    start = sim.control.clock.now() - timedelta(days=20)
    config = {
        "start_date": start.strftime("%Y-%m-%dT00:00:00Z"),
        "user_agent": "tap",
        "max_results": "10",
        "realm_id": sim.realm,
        "sandbox": "true",
        "client_id": sim.client_id,
        "client_secret": sim.client_secret,
        "refresh_token": environment["SIM_REFRESH"],
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    driver = [python, str(HERE / "drive_tap.py"), "--config", str(path)]
    catalog = json.loads(run([*driver, "--discover"], environment))
    for stream in catalog["streams"]:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = True
    (tmp_path / "catalog.json").write_text(json.dumps(catalog))
    text = run([*driver, "--catalog", str(tmp_path / "catalog.json")], environment)
    records = {}
    for line in text.splitlines():
        message = json.loads(line)
        if message["type"] == "RECORD":
            records.setdefault(message["stream"], []).append(message["record"])
    expected = {
        "customers": "Customer",
        "vendors": "Vendor",
        "invoices": "Invoice",
        "payments": "Payment",
        "bills": "Bill",
        "bill_payments": "BillPayment",
        "items": "Item",
        "accounts": "Account",
        "classes": "Class",
        "departments": "Department",
        "deposits": "Deposit",
        "purchases": "Purchase",
        "journal_entries": "JournalEntry",
        "estimates": "Estimate",
        "terms": "Term",
        "credit_memos": "CreditMemo",
        "sales_receipts": "SalesReceipt",
        "employees": "Employee",
        "payment_methods": "PaymentMethod",
        "purchase_orders": "PurchaseOrder",
        "tax_agencies": "TaxAgency",
        "tax_rates": "TaxRate",
    }
    for stream, kind in expected.items():
        wanted = sorted(row["Id"] for row in sim.control.entities(kind))
        assert sorted(row["Id"] for row in records.get(stream, [])) == wanted, stream
    assert records["profit_loss_report"]
    exercised("tap-quickbooks", "2.5.0", ["discovery", *sorted({*expected, *records})])
