"""The same document in both books, or not: the table of what may differ."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo.mapping.opening import Decision, Ours, decide, differences, numbers
from qbo.model import RemoteDoc

OURS = Ours(
    numbers=("INV/2025/00012",),
    party_id="7",
    date="2025-12-03",
    currency="USD",
    total=Decimal("120.00"),
    balance=Decimal("70.00"),
)


def ours(**values):
    return Ours(**{**vars(OURS), **values})


def doc(ident="1", **values):
    """QuickBooks' copy of ``OURS``."""
    figures = {
        "id": ident,
        "sync_token": "0",
        "number": "INV/2025/00012",
        "date": "2025-12-03",
        "due_date": "2026-01-02",
        "party_id": "7",
        "currency": "USD",
        "total": Decimal("120.0"),
        "tax": Decimal(0),
        "balance": Decimal("70"),
        "voided": False,
    }
    return RemoteDoc(**{**figures, **values})


@pytest.mark.parametrize(
    ("mine", "found", "taken", "state", "key", "differs"),
    [
        (OURS, [doc()], (), "linked", "", ()),
        (OURS, [], (), "missing", "", ()),
        (OURS, [doc(number="INV/2025/00013")], (), "missing", "", ()),
        (OURS, [doc(number="inv/2025/00012")], (), "missing", "", ()),  # numbers are exact there
        # a document without a number is nobody's, whatever else agrees
        (ours(numbers=()), [doc(number="")], (), "missing", "", ()),
        # one thing differs
        (OURS, [doc(party_id="8")], (), "doubtful", "differs", ("party",)),
        (OURS, [doc(date="2025-12-04")], (), "doubtful", "differs", ("date",)),
        (OURS, [doc(currency="EUR")], (), "doubtful", "differs", ("currency",)),
        (OURS, [doc(total=Decimal("120.01"))], (), "doubtful", "differs", ("total",)),
        (OURS, [doc(balance=Decimal("70.01"))], (), "doubtful", "differs", ("balance",)),
        (OURS, [doc(balance=Decimal(0))], (), "doubtful", "differs", ("balance",)),
        # whose document it is must be certain, even when QuickBooks' has no party either
        (ours(party_id=""), [doc()], (), "doubtful", "differs", ("party",)),
        (ours(party_id=""), [doc(party_id="")], (), "doubtful", "differs", ("party",)),
        # several things
        (
            OURS,
            [doc(total=Decimal(99), balance=Decimal(49))],
            (),
            "doubtful",
            "differs",
            ("total", "balance"),
        ),
        # money of ours that is on its way explains a balance
        (ours(balance=Decimal(20), coming=Decimal(50)), [doc()], (), "linked", "", ()),
        (
            ours(balance=Decimal(20), coming=Decimal("49.99")),
            [doc()],
            (),
            "doubtful",
            "differs",
            ("balance",),
        ),
        # without multicurrency QuickBooks does not say the currency
        (OURS, [doc(currency="")], (), "linked", "", ()),
        (ours(currency="EUR"), [doc(currency="")], (), "doubtful", "differs", ("currency",)),
        # others have it, or it stands no more
        (OURS, [doc()], ("1",), "doubtful", "taken", ()),
        (OURS, [doc(voided=True, total=Decimal(0))], (), "doubtful", "voided", ()),
        # several of one number
        (OURS, [doc(date="2024-12-03"), doc("2")], (), "linked", "", ()),
        (OURS, [doc(), doc("2")], ("1",), "linked", "", ()),
        (OURS, [doc(voided=True), doc("2")], (), "linked", "", ()),
        (OURS, [doc(), doc("2")], (), "doubtful", "several", ()),
        (
            OURS,
            [doc(total=Decimal(1)), doc("2", party_id="9")],
            (),
            "doubtful",
            "several",
            ("total",),
        ),
        # the nearer one is shown
        (
            OURS,
            [doc(total=Decimal(1), date="2024-01-01"), doc("2", date="2024-12-03")],
            (),
            "doubtful",
            "differs",
            ("date",),
        ),
    ],
)
def test_decision(mine, found, taken, state, key, differs):
    decision = decide(mine, found, taken, home="USD")
    assert (decision.state, decision.key, decision.differs) == (state, key, differs)
    if state == "linked":
        assert decision.remote.id not in taken
        assert not decision.remote.voided


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("INV/2025/00012", ("INV/2025/00012",)),
        (" INV/2025/00012 ", ("INV/2025/00012",)),
        ("", ()),
        (False, ()),
        ("123456789012345678901", ("123456789012345678901",)),
    ],
)
def test_numbers(number, expected):
    assert numbers(number) == expected


def test_a_long_number_may_have_been_cut():
    shortened, cut = numbers("WHOLESALE-EUROPE/2025/12/00001")
    assert cut == "WHOLESALE-EUROPE/2025"
    assert shortened.endswith("/12/00001")
    assert len(shortened) <= 21


amounts = st.decimals(min_value=0, max_value=200, places=2)


@given(
    total=amounts,
    balance=amounts,
    date=st.sampled_from(["2025-12-03", "2025-12-04"]),
    party=st.sampled_from(["7", "8", ""]),
    currency=st.sampled_from(["USD", "EUR", ""]),
    number=st.sampled_from(["INV/2025/00012", "INV/2025/0001", ""]),
)
def test_only_what_is_equal_is_linked(total, balance, date, party, currency, number):
    found = doc(
        total=total, balance=balance, date=date, party_id=party, currency=currency, number=number
    )
    equal = (
        total == OURS.total
        and balance == OURS.balance
        and (date, party, number) == (OURS.date, OURS.party_id, OURS.numbers[0])
        and currency in ("USD", "")
    )
    decision = decide(OURS, [found], home="USD")
    assert (decision == Decision("linked", found)) == equal
    assert bool(differences(OURS, found, "USD")) == (not equal) or number != OURS.numbers[0]
