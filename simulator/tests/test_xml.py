"""FACTS 2.3: XML in and out, as Intuit's SDKs for PHP, Java and .NET speak it."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest
import requests
from conftest import invoice, line, payment

from simulator.schema import ENTITIES

SPACE = "http://schema.intuit.com/finance/v3"
HEADERS = {"Accept": "application/xml", "Content-Type": "application/xml"}


@pytest.fixture
def xml(qbo):
    """``post(path, body, **params)``: the root element of the answer."""

    def post(path, body, status=200, **params):
        text = body if isinstance(body, bytes) else body.encode()
        reply = qbo.request("POST", path, data=text, params=params, headers=HEADERS)
        assert reply.status_code == status, reply.text
        assert reply.headers["Content-Type"].startswith("application/xml")
        return ElementTree.fromstring(reply.content)

    return post


def texts(root, path):
    return [
        node.text for node in root.iterfind("/".join(f"{{{SPACE}}}{p}" for p in path.split("/")))
    ]


def test_2_3_create_update_void_and_delete_in_xml(qbo, xml):
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
    <ns0:Invoice xmlns:ns0="{SPACE}">
      <ns0:CustomerRef>1</ns0:CustomerRef>
      <ns0:PrivateNote>5 &lt; 6 &amp; more</ns0:PrivateNote>
      <ns0:BillEmail><ns0:Address>a@example.com</ns0:Address></ns0:BillEmail>
      <ns0:CustomerMemo>Thanks</ns0:CustomerMemo>
      <ns0:Line>
        <ns0:Amount>100.00</ns0:Amount><ns0:DetailType>SalesItemLineDetail</ns0:DetailType>
        <ns0:SalesItemLineDetail>
          <ns0:ItemRef name="ignored">4</ns0:ItemRef><ns0:UnitPrice>50</ns0:UnitPrice>
          <ns0:Qty>2</ns0:Qty><ns0:TaxCodeRef>TAX</ns0:TaxCodeRef>
        </ns0:SalesItemLineDetail>
      </ns0:Line>
      <ns0:TxnTaxDetail><ns0:TxnTaxCodeRef>2</ns0:TxnTaxCodeRef></ns0:TxnTaxDetail>
    </ns0:Invoice>"""
    (ident,) = texts(xml("/invoice", body), "Invoice/Id")
    made = qbo.read("Invoice", ident)
    assert made["TotalAmt"] == 108 and made["PrivateNote"] == "5 < 6 & more"
    assert made["CustomerMemo"] == {"value": "Thanks"}
    assert made["BillEmail"] == {"Address": "a@example.com"}
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"] == {"value": "4", "name": "Design"}
    known = f"<Id>{ident}</Id><SyncToken>0</SyncToken>"
    xml(
        "/invoice",
        f'<Invoice xmlns="{SPACE}" sparse="true">{known}<PrivateNote/></Invoice>',
        operation="update",
    )
    changed = qbo.read("Invoice", ident)
    assert "PrivateNote" not in changed and changed["TotalAmt"] == 108
    known = known.replace(">0<", ">1<")
    xml("/invoice", f'<Invoice xmlns="{SPACE}">{known}</Invoice>', operation="void")
    assert qbo.read("Invoice", ident)["TotalAmt"] == 0
    known = known.replace(">1<", ">2<")
    root = xml("/invoice", f'<Invoice xmlns="{SPACE}">{known}</Invoice>', operation="delete")
    assert root[0].get("status") == "Deleted"


# Payments show LineEx, which must not be sent back (FACTS 7.4).
ECHOED = [
    name
    for name, spec in ENTITIES.items()
    if {"u", "q"} <= set(spec.operations)
    and name not in ("ExchangeRate", "CompanyCurrency", "Payment")
]


@pytest.mark.parametrize("form", ["full", "sparse", "xml"])
@pytest.mark.parametrize("kind", ECHOED)
def test_7_4_what_was_read_can_be_sent_back_and_changes_nothing(qbo, xml, kind, form):
    path = f"/{ENTITIES[kind].path}"
    for row in qbo.rows(ENTITIES[kind].json_key, f"select * from {kind} maxresults 5"):
        before = qbo.get(f"{path}/{row['Id']}")
        body = before.json()[ENTITIES[kind].json_key]
        if form == "xml":
            reply = qbo.request("GET", f"{path}/{row['Id']}", headers=HEADERS)
            xml(path, ElementTree.tostring(ElementTree.fromstring(reply.content)[0]))
        else:
            qbo.ok(qbo.post(path, body | ({"sparse": True} if form == "sparse" else {})))
        after = qbo.get(f"{path}/{row['Id']}").json()[ENTITIES[kind].json_key]
        assert after == body


def test_10_1_batch_in_xml(qbo, xml):
    made = qbo.create("Payment", payment(5))
    body = f"""<IntuitBatchRequest xmlns="{SPACE}">
      <BatchItemRequest bId="a" operation="create"><Customer><DisplayName>X</DisplayName></Customer>
      </BatchItemRequest>
      <BatchItemRequest bId="q"><Query>select * from Term</Query></BatchItemRequest>
      <BatchItemRequest bId="v" operation="update" optionsData="void"><Payment>
        <Id>{made["Id"]}</Id><SyncToken>0</SyncToken></Payment></BatchItemRequest>
      <BatchItemRequest bId="f" operation="create"><Customer><DisplayName>Cool Cars</DisplayName>
      </Customer></BatchItemRequest></IntuitBatchRequest>"""
    root = xml("/batch", body)
    assert [node.get("bId") for node in root] == ["a", "q", "v", "f"]
    assert texts(root, "BatchItemResponse/Customer/DisplayName") == ["X"]
    assert len(texts(root, "BatchItemResponse/QueryResponse/Term/Id")) == 5
    assert texts(root, "BatchItemResponse/Payment/TotalAmt") == ["0"]
    assert 'code="6240"' in ElementTree.tostring(root).decode()
    one = f'<IntuitBatchRequest xmlns="{SPACE}"><BatchItemRequest bId="q"><Query>select * from Term'
    assert len(xml("/batch", one + "</Query></BatchItemRequest></IntuitBatchRequest>")) == 1


def test_2_3_several_lines_links_and_tax_lines(qbo, xml):
    made = qbo.create("Invoice", invoice() | {"Line": [line(5), line(7)]})
    body = (
        f'<Payment xmlns="{SPACE}"><CustomerRef>1</CustomerRef><TotalAmt>12.00</TotalAmt>'
        f"<Line><Amount>12.00</Amount><LinkedTxn><TxnId>{made['Id']}</TxnId>"
        "<TxnType>Invoice</TxnType></LinkedTxn></Line></Payment>"
    )
    (ident,) = texts(xml("/payment", body), "Payment/Id")
    assert qbo.read("Invoice", made["Id"])["Balance"] == 0
    assert qbo.read("Payment", ident)["TotalAmt"] == Decimal("12.00")


@pytest.mark.parametrize(
    "body",
    [
        "<Customer><DisplayName>open",
        '<!DOCTYPE c [<!ENTITY a "b">]><Customer><DisplayName>&a;</DisplayName></Customer>',
        "<Customer><Nonsense>1</Nonsense></Customer>",
    ],
)
def test_3_3_unreadable_xml(xml, body):
    root = xml("/customer", body, status=400)
    assert 'code="2010"' in ElementTree.tostring(root).decode()


def test_2_6_other_content_types_are_refused(qbo):
    reply = requests.post(
        f"{qbo.base}/customer",
        data="DisplayName=A",
        headers=dict(qbo.session.headers) | {"Content-Type": "application/x-www-form-urlencoded"},
        timeout=5,
    )
    qbo.fault(reply, "1050")
