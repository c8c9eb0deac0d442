"""FACTS 5.5, 7.1, 14#44-46: products and services."""

from decimal import Decimal

import pytest
from conftest import invoice, line

SERVICE = {"Name": "Advice", "Type": "Service", "IncomeAccountRef": {"value": "1"}}
STOCK = {
    "Name": "Lamp",
    "Type": "Inventory",
    "IncomeAccountRef": {"value": "79"},
    "ExpenseAccountRef": {"value": "80"},
    "AssetAccountRef": {"value": "81"},
    "QtyOnHand": 10,
    "InvStartDate": "2026-01-01T22:00:00Z",
    "TrackQtyOnHand": True,
    "PurchaseCost": 4,
}


def sparse(obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True} | more


def test_15_new_service_defaults(qbo):
    made = qbo.create("Item", SERVICE)
    for key, value in {
        "Taxable": False,
        "UnitPrice": 0,
        "PurchaseCost": 0,
        "Active": True,
        "TrackQtyOnHand": False,
        "DeferredRevenue": False,
        "FullyQualifiedName": "Advice",
    }.items():
        assert made[key] == value, key
    row = qbo.rows("Item", f"select * from Item where Id = '{made['Id']}'")[0]
    assert "DeferredRevenue" not in row


def test_5_5_inventory(qbo, sim):
    made = qbo.create("Item", STOCK)
    assert made["InvStartDate"] == "2026-01-01" and made["QtyOnHand"] == 10
    assert sim.control.problems() == []


@pytest.mark.parametrize(
    "absent, detail",
    [
        ("AssetAccountRef", "An inventory assetaccount is required if you are tracking inventory"),
        ("QtyOnHand", "QtyOnHand"),
        ("InvStartDate", "InvStartDate"),
        ("ExpenseAccountRef", "ExpenseAccountRef"),
        ("IncomeAccountRef", "IncomeAccountRef"),
    ],
)
def test_5_5_inventory_needs(qbo, absent, detail):
    body = {k: v for k, v in STOCK.items() if k != absent}
    assert detail in qbo.refused("Item", body, "2020")["Detail"]


def test_7_1_selling_moves_quantity_and_only_the_time(qbo, sim):
    made = qbo.create("Item", STOCK)
    sim.control.move_clock(5)
    sold = qbo.create(
        "Invoice",
        {
            "CustomerRef": {"value": "1"},
            "TxnDate": "2026-02-01",
            "Line": [line(30, made["Id"], Qty=3, UnitPrice=10)],
        },
    )
    after = qbo.read("Item", made["Id"])
    assert after["QtyOnHand"] == 7 and after["SyncToken"] == made["SyncToken"]
    assert after["MetaData"]["LastUpdatedTime"] == sold["MetaData"]["CreateTime"]
    cost = [
        row
        for row in sim.control.ledger()
        if row["id"] == sold["Id"] and row["kind"] == "Invoice" and row["account"] == "80"
    ]
    assert [row["home"] for row in cost] == [Decimal("12.00")]
    qbo.delete("Invoice", sold)
    assert qbo.read("Item", made["Id"])["QtyOnHand"] == 10 and sim.control.problems() == []


def test_14_44_types_do_not_change(qbo):
    made = qbo.create("Item", STOCK)
    qbo.refused("Item", sparse(made, Type="Service"), "6000")
    qbo.refused("Item", sparse(made, TrackQtyOnHand=False), "6000")


def test_5_5_quantity_by_update(qbo, sim):
    made = qbo.create("Item", STOCK)
    made = qbo.update("Item", sparse(made, QtyOnHand=15, InvStartDate="2026-02-01"))
    assert made["QtyOnHand"] == 15 and sim.control.problems() == []


def test_5_5_categories(qbo):
    top = qbo.create("Item", {"Name": "Lights", "Type": "Category"})
    assert "UnitPrice" not in top
    made = qbo.create("Item", SERVICE | {"ParentRef": {"value": top["Id"]}, "SubItem": True})
    assert made["FullyQualifiedName"] == "Lights:Advice" and made["Level"] == 1
    qbo.refused("Item", SERVICE | {"Name": "X", "ParentRef": {"value": "1"}}, "6000")
    qbo.refused("Item", sparse(top, Active=False), "6000")
    entry = qbo.refused(
        "Invoice", {"CustomerRef": {"value": "1"}, "Line": [line(1, top["Id"])]}, "2500"
    )
    assert "set up as a category" in entry["Detail"]


def test_14_46_bundles_cannot_be_created(qbo):
    qbo.refused("Item", {"Name": "Set", "Type": "Group"}, "6000")


def test_6_group_lines_from_a_stored_bundle(qbo, sim):
    with sim.transaction():
        company = sim.company()
        from simulator.work import Work

        work = Work(company)
        work.create(
            "Item",
            {
                "Name": "Set",
                "FullyQualifiedName": "Set",
                "Type": "Group",
                "Active": True,
                "ItemGroupDetail": {
                    "ItemGroupLine": [
                        {"ItemRef": {"value": "4"}, "Qty": 2},
                        {"ItemRef": {"value": "7"}, "Qty": 1},
                    ]
                },
            },
            "900",
        )
        work.flush()
    made = qbo.create(
        "Invoice",
        {
            "CustomerRef": {"value": "1"},
            "Line": [
                {
                    "DetailType": "GroupLineDetail",
                    "Amount": 0,
                    "GroupLineDetail": {"GroupItemRef": {"value": "900"}, "Quantity": 1},
                }
            ],
        },
    )
    group = made["Line"][0]
    parts = group["GroupLineDetail"]["Line"]
    assert group["Amount"] == 0 and [part["Amount"] for part in parts] == [150, 50]
    assert made["TotalAmt"] == 200
    assert [group["Id"], *[part["Id"] for part in parts]] == ["1", "2", "3"]


def test_5_5_names_are_unique_among_siblings(qbo):
    qbo.refused("Item", SERVICE | {"Name": "design"}, "6240")


def test_inactive_item(qbo):
    made = qbo.create("Item", SERVICE)
    off = qbo.update("Item", sparse(made, Active=False))
    assert off["Name"] == "Advice (deleted)"
    qbo.refused("Invoice", {"CustomerRef": {"value": "1"}, "Line": [line(1, made["Id"])]}, "2500")
    assert qbo.create("Invoice", invoice())


def test_adjustments_count_stock(qbo, sim):
    made = qbo.create("Item", STOCK)
    qbo.ok(
        qbo.post(
            "/inventoryadjustment",
            {
                "AdjustAccountRef": {"value": "80"},
                "Line": [
                    {
                        "DetailType": "ItemAdjustmentLineDetail",
                        "ItemAdjustmentLineDetail": {
                            "ItemRef": {"value": made["Id"]},
                            "QtyDiff": -4,
                        },
                    }
                ],
            },
        )
    )
    assert qbo.read("Item", made["Id"])["QtyOnHand"] == 6 and sim.control.problems() == []
