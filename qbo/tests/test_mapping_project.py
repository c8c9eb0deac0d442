"""Projects, analytic distributions, classes and locations."""

from dataclasses import replace
from decimal import Decimal

import pytest
from test_mapping_schema import DOCUMENT as FULL

from qbo.mapping.analytic import accounts, values_of
from qbo.mapping.invoice import invoice
from qbo.mapping.project import sub_customer
from qbo.model import CompanyProfile, ProjectSnapshot, Ref

DOCUMENT = replace(
    FULL,
    lines=tuple(replace(line, class_ref=None) for line in FULL.lines),
    project=None,
    class_ref=None,
    department=None,
)


def test_sub_customer():
    project = ProjectSnapshot("Garden", Ref("Customer", "7"), active=False)
    assert sub_customer(project) == {
        "DisplayName": "Garden",
        "Job": True,
        "ParentRef": {"value": "7"},
        "BillWithParent": True,
        "Active": False,
    }


@pytest.mark.parametrize(
    ("distributions", "expected"),
    [
        ([], set()),
        ([None, False, {}], set()),
        ([{"5": 100}], {5}),
        ([{"5": 60, "5,9": 40}, {"7": 100}], {5, 7, 9}),
        ([{"__update__": ["x"], "5": 100}], {5}),
    ],
)
def test_accounts(distributions, expected):
    assert accounts(distributions) == expected


@pytest.mark.parametrize(
    ("distributions", "expected"),
    [
        ([], set()),
        ([None, {"1": 100}], {"a"}),
        ([{"1": 60, "1,9": 40}], {"a"}),
        ([{"1": 100, "9": 100}], {"a"}),  # another plan's share in a key of its own
        ([{"1": 60, "2": 40}], {"a", "b"}),
        ([{"1": 100}, {"2": 100}], {"a", "b"}),
        ([{"1": 100}, {"9": 100}], {"a", None}),
        ([{"3": 100}], {""}),
        ([{"1": 50}], {"a", None}),  # half of it belongs to nobody
        ([{"1": 60, "9": 40}], {"a", None}),
        ([{"1": 33.33, "1,8": 33.33, "1,9": 33.33}], {"a"}),
        ([{"1": 100, "__update__": ["x"]}], {"a"}),
    ],
)
def test_values_of(distributions, expected):
    assert values_of(distributions, {1: "a", 2: "b", 3: ""}) == expected


TRACKED = replace(
    DOCUMENT,
    lines=tuple(replace(line, class_ref=Ref("Class", "11")) for line in DOCUMENT.lines),
    class_ref=Ref("Class", "12"),
    department=Ref("Department", "13"),
    project=Ref("Customer", "14"),
)


@pytest.mark.parametrize(
    ("profile", "on_line", "on_document", "location"),
    [
        (CompanyProfile(), None, None, None),
        (CompanyProfile(class_per_line=True), "11", None, None),
        (CompanyProfile(class_per_txn=True), None, "12", None),
        (CompanyProfile(track_departments=True), None, None, "13"),
        (
            CompanyProfile(class_per_line=True, class_per_txn=True, track_departments=True),
            "11",
            "12",
            "13",
        ),
    ],
)
def test_what_the_company_keeps_is_sent(profile, on_line, on_document, location):
    """Sending a class while tracking is off is ignored or refused (FACTS 14#47)."""
    payload = invoice(TRACKED, profile)
    detail = payload["Line"][0]["SalesItemLineDetail"]
    assert detail.get("ClassRef", {}).get("value") == on_line
    assert payload.get("ClassRef", {}).get("value") == on_document
    assert payload.get("DepartmentRef", {}).get("value") == location
    assert payload["ProjectRef"] == {"value": "14"}
    assert payload["Line"][1]["DescriptionLineDetail"] == {}, "text has no class"


def test_documents_without_any_are_as_before():
    """No empty attributes, so that nothing is sent again because of an update of this addon."""
    everything = CompanyProfile(class_per_line=True, class_per_txn=True, track_departments=True)
    payload = invoice(DOCUMENT, everything)
    assert not {"ClassRef", "DepartmentRef", "ProjectRef"} & payload.keys()
    assert payload["Line"][0]["Amount"] == Decimal(10)
