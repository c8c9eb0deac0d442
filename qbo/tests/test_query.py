import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import query
from qbo.errors import Malformed


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (False, "false"),
        ("Amy's", r"'Amy\'s'"),
        ("a\\b", r"'a\\b'"),
        ("\\'", r"'\\\''"),
        (5, "'5'"),
        (Decimal("300.00"), "'300.00'"),
        (Decimal("1E+2"), "'100'"),
        (date(2026, 1, 31), "'2026-01-31'"),
        (datetime(2026, 1, 31, 10, 20, 30), "'2026-01-31T10:20:30Z'"),
    ],
)
def test_literal(value, expected):
    assert query.literal(value) == expected


def test_literal_refuses_floats():
    with pytest.raises(TypeError):
        query.literal(1.5)


@given(st.text())
def test_no_text_leaves_its_quotes(text):
    quoted = query.literal(text)
    assert re.fullmatch(r"'(?:[^'\\]|\\['\\])*'", quoted, re.DOTALL)
    assert re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL) == text


def test_select():
    statement = query.select(
        "Customer",
        [
            ("DisplayName", "like", "A%"),
            ("Active", "in", [True, False]),
            ("MetaData.LastUpdatedTime", ">=", datetime(2026, 1, 1)),
        ],
        order=["DisplayName", "MetaData.CreateTime desc"],
        start=101,
        limit=100,
    )
    assert statement == (
        "SELECT * FROM Customer WHERE DisplayName LIKE 'A%' AND Active IN (true, false) "
        "AND MetaData.LastUpdatedTime >= '2026-01-01T00:00:00Z' "
        "ORDERBY DisplayName ASC, MetaData.CreateTime DESC STARTPOSITION 101 MAXRESULTS 100"
    )
    assert query.select("Invoice") == "SELECT * FROM Invoice"
    assert query.select("Invoice", [("Id", "IN", "55")], count=True) == (
        "SELECT COUNT(*) FROM Invoice WHERE Id IN ('55')"
    )
    assert query.select("Invoice", order="TxnDate") == "SELECT * FROM Invoice ORDERBY TxnDate ASC"


@pytest.mark.parametrize("operator", ["=", "<", ">", "<=", ">=", "LIKE"])
def test_operators(operator):
    statement = query.select("Invoice", [("TotalAmt", operator, 5)])
    assert statement == f"SELECT * FROM Invoice WHERE TotalAmt {operator} '5'"


def test_inactive_rows_are_asked_for_where_they_hide():
    assert query.select("Item", include_inactive=True).endswith("WHERE Active IN (true, false)")
    assert "Active" not in query.select("Invoice", include_inactive=True)


@pytest.mark.parametrize(
    "arguments",
    [
        {"where": [("Id", "!=", "1")]},
        {"where": [("Id'", "=", "1")]},
        {"where": [("Id", "IN", [])]},
        {"order": "Id"},
        {"order": "id DESC"},
        {"order": "TxnDate SIDEWAYS"},
        {"start": 0},
        {"limit": 1001},
        {"limit": 0},
        {"where": [("a b", "=", "1")]},
    ],
)
def test_what_the_server_refuses_is_refused_here(arguments):
    with pytest.raises(ValueError):
        query.select("Invoice", **arguments)


def test_entities_are_words():
    with pytest.raises(ValueError):
        query.select("Invoice WHERE")


def test_select_in_splits_and_drops_repetitions():
    ids = [str(number) for number in range(1100)] + ["5"]
    statements = query.select_in("Customer", "Id", ids)
    assert [statement.count("'") // 2 for statement in statements] == [500, 500, 100]
    assert all(s.endswith("AND Active IN (true, false) MAXRESULTS 1000") for s in statements)
    assert query.select_in("Invoice", "Id", []) == ()
    (one,) = query.select_in("Invoice", "DocNumber", ["A"], where=[("CustomerRef", "=", "1")])
    assert one == (
        "SELECT * FROM Invoice WHERE CustomerRef = '1' AND DocNumber IN ('A') MAXRESULTS 1000"
    )


def test_rows_and_total():
    assert query.rows({"QueryResponse": {"Invoice": [{"Id": "1"}]}}, "Invoice") == [{"Id": "1"}]
    assert query.rows({"QueryResponse": {}}, "Invoice") == []
    card = {"QueryResponse": {"CreditCardPaymentTxn": [1], "Strange": [2]}}
    assert query.rows(card, "CreditCardPayment") == [1] and query.rows(card, "Strange") == [2]
    assert query.total({"QueryResponse": {"totalCount": 41}}) == 41
    for broken in ({}, {"QueryResponse": []}, {"QueryResponse": {"Invoice": {}}}):
        with pytest.raises(Malformed):
            query.rows(broken, "Invoice")
    for broken in ({}, {"QueryResponse": {}}, {"QueryResponse": {"totalCount": "41"}}):
        with pytest.raises(Malformed):
            query.total(broken)


# --- paging --------------------------------------------------------------------------------------

START = datetime(2026, 3, 1)


class Table:
    """Rows as the server pages them: filtered, sorted by the timestamp, ties in changing order."""

    def __init__(self, entity, seconds, prop="CreateTime"):
        self.prop = prop
        self.entity = entity
        self.rows = [self.row(number, second) for number, second in enumerate(seconds)]
        self.asked = []

    def row(self, number, second):
        moment = (START + timedelta(seconds=second) - timedelta(hours=8)).isoformat()
        return {"Id": str(number), "SyncToken": "0", "MetaData": {self.prop: f"{moment}-08:00"}}

    def answer(self, statement):
        self.asked.append(statement)
        assert f"ORDERBY MetaData.{self.prop} ASC" in statement
        low = re.search(r">= '([^']+)Z'", statement)
        high = re.search(r"<= '([^']+)Z'", statement)
        start = int(re.search(r"STARTPOSITION (\d+)", statement)[1])
        size = int(re.search(r"MAXRESULTS (\d+)", statement)[1])

        def moment(row):
            return datetime.fromisoformat(row["MetaData"][self.prop][:-6]) + timedelta(hours=8)

        found = [
            row
            for row in self.rows
            if (not low or moment(row) >= datetime.fromisoformat(low[1]))
            and (not high or moment(row) <= datetime.fromisoformat(high[1]))
        ]
        return sorted(found, key=moment)[start - 1 : start - 1 + size]


def scan(table, **options):
    keyset = query.Keyset(table.entity, **options)
    got = []
    for _ in range(1000):
        statement = keyset.next_statement()
        if statement is None:
            return keyset, got
        got += keyset.feed(table.answer(statement))
    raise AssertionError("the scan never ends")


@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 9))
def test_every_row_once_in_order(seconds, limit):
    table = Table("Invoice", seconds)
    keyset, got = scan(table, limit=limit)
    assert sorted(int(row["Id"]) for row in got) == list(range(len(seconds)))
    assert keyset.count == len(seconds) and keyset.done


def test_statements_of_a_scan():
    table = Table("Customer", [0, 1, 1, 2])
    scan(table, limit=2)
    assert table.asked[0] == (
        "SELECT * FROM Customer WHERE Active IN (true, false) ORDERBY MetaData.CreateTime ASC "
        "STARTPOSITION 1 MAXRESULTS 2"
    )
    assert "WHERE MetaData.CreateTime >= '2026-03-01T00:00:01Z' AND Active" in table.asked[1]
    # both rows of page two are of the bound's second: only then does the position move
    assert "STARTPOSITION 3" in table.asked[2]


def test_since_and_until_bound_the_scan():
    table = Table("Invoice", range(20))
    since = START + timedelta(seconds=5, microseconds=900_000)
    _keyset, got = scan(table, since=since, until=START + timedelta(seconds=9), limit=2)
    assert [int(row["Id"]) for row in got] == [5, 6, 7, 8, 9]


def test_an_interrupted_scan_continues_from_its_bound():
    table = Table("Invoice", range(10))
    keyset = query.Keyset("Invoice", limit=4)
    first = keyset.feed(table.answer(keyset.next_statement()))
    _rest, got = scan(table, since=keyset.bound, limit=4)
    assert {row["Id"] for row in (*first, *got)} == {str(number) for number in range(10)}


def test_rows_added_during_the_scan_are_found():
    table = Table("Invoice", range(6))
    keyset = query.Keyset("Invoice", limit=3)
    got = keyset.feed(table.answer(keyset.next_statement()))
    table.rows.append(table.row(99, 50))
    while (statement := keyset.next_statement()) is not None:
        got += keyset.feed(table.answer(statement))
    assert {row["Id"] for row in got} == {"0", "1", "2", "3", "4", "5", "99"}


def test_changes_are_handed_out_again():
    table = Table("Invoice", range(6), prop="LastUpdatedTime")
    keyset = query.Keyset("Invoice", prop=query.UPDATED, limit=3)
    got = keyset.feed(table.answer(keyset.next_statement()))
    table.rows[0] = {**table.row(0, 40), "SyncToken": "1"}
    while (statement := keyset.next_statement()) is not None:
        got += keyset.feed(table.answer(statement))
    assert [row["SyncToken"] for row in got if row["Id"] == "0"] == ["0", "1"]


def test_a_change_of_the_time_alone_is_a_change():
    """A balance moves LastUpdatedTime but not the SyncToken (FACTS 14#14)."""
    table = Table("Customer", range(6), prop="LastUpdatedTime")
    keyset = query.Keyset("Customer", prop=query.UPDATED, limit=3)
    got = keyset.feed(table.answer(keyset.next_statement()))
    table.rows[0] = table.row(0, 40)
    while (statement := keyset.next_statement()) is not None:
        got += keyset.feed(table.answer(statement))
    assert [row["Id"] for row in got].count("0") == 2


def test_a_full_scan_hands_no_row_out_twice():
    table = Table("Invoice", [0, 1, 1, 2, 3])
    keyset = query.Keyset("Invoice", limit=3)
    got = keyset.feed(table.answer(keyset.next_statement()))
    table.rows = [{**row, "SyncToken": "9"} for row in table.rows]  # all edited meanwhile
    while (statement := keyset.next_statement()) is not None:
        got += keyset.feed(table.answer(statement))
    assert sorted(row["Id"] for row in got) == ["0", "1", "2", "3", "4"]


def test_a_full_page_without_timestamps_cannot_be_continued():
    keyset = query.Keyset("Term", limit=1)
    with pytest.raises(Malformed):
        keyset.feed([{"Id": "1"}])
    keyset = query.Keyset("Term", limit=2)
    assert keyset.feed([{"Id": "1"}]) == [{"Id": "1"}]  # the last page needs none
    assert keyset.next_statement() is None


def test_only_timestamps_carry_a_scan():
    with pytest.raises(ValueError):
        query.Keyset("Invoice", prop="TxnDate")
