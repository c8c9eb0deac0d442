"""Adopt, create or ask: the table of evidence, and properties that hold for any of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import names
from qbo.mapping.match import (
    Known,
    Match,
    Wanted,
    decide,
    keeps_name,
    suffix,
    with_suffix,
)


def known(ident, name="ann", mail="", **values):
    return Known(ident, name, frozenset(mail.split()), **values)


def wanted(name="ann", mail="", **values):
    return Wanted(name, frozenset(mail.split()), **values)


ADOPT, ASK, CREATE = "adopt", "ask", "create"


@pytest.mark.parametrize(
    ("who", "there", "decision", "ids"),
    [
        (wanted(), [], CREATE, ()),
        # by mark
        (wanted(mail="a@x"), [known("1", "other", "a@x")], ADOPT, ("1",)),
        (wanted(mail="a@x b@x"), [known("1", "other", "b@x c@x")], ADOPT, ("1",)),
        (wanted(mail="a@x"), [known("1", "other", "a@x", active=False)], CREATE, ()),
        (wanted(mail="a@x"), [known("1", "other", "a@x", linked=True)], CREATE, ()),
        (
            wanted(mail="a@x"),
            [known("1", "other", "a@x"), known("2", "third", "a@x")],
            ASK,
            ("1", "2"),
        ),
        # the name decides between several of the same mark
        (wanted(mail="a@x"), [known("1", "other", "a@x"), known("2", "ann", "a@x")], ADOPT, ("2",)),
        # several parties of Odoo have the address
        (wanted(mail="a@x", mark_shared=True), [known("1", "other", "a@x")], ASK, ("1",)),
        (wanted(mail="a@x", mark_shared=True), [known("1", "ann", "a@x")], ADOPT, ("1",)),
        (wanted(mail="a@x", mark_shared=True), [], CREATE, ()),
        # the mark says one, the name another
        (wanted(mail="a@x"), [known("1", "other", "a@x"), known("2", "ann")], ASK, ("1", "2")),
        (
            wanted(mail="a@x"),
            [known("1", "other", "a@x"), known("2", "ann", active=False)],
            ADOPT,
            ("1",),
        ),
        # by name
        (wanted(), [known("1")], ADOPT, ("1",)),
        (wanted(mail="a@x"), [known("1", "ann", "b@x")], ADOPT, ("1",)),
        (wanted(), [known("1", linked=True)], CREATE, ()),
        (wanted(), [known("1"), known("2")], ASK, ("1", "2")),
        (wanted(), [known("1", active=False)], ASK, ("1",)),
        (wanted(), [known("1"), known("2", active=False)], ADOPT, ("1",)),
        (wanted(name_shared=True), [known("1")], ASK, ("1",)),
        (wanted(name_shared=True), [], CREATE, ()),
        (wanted(name_shared=True), [known("1", linked=True)], CREATE, ()),
    ],
)
def test_decisions(who, there, decision, ids):
    assert decide(who, there) == Match(decision, ids)


marks = st.frozensets(st.sampled_from(["a@x", "b@x"]))
keys = st.sampled_from(["ann", "bob"])
candidates = st.lists(
    st.builds(
        Known,
        id=st.uuids().map(str),
        name_key=keys,
        marks=marks,
        active=st.booleans(),
        linked=st.booleans(),
    ),
    max_size=5,
)
wishes = st.builds(
    Wanted, name_key=keys, marks=marks, mark_shared=st.booleans(), name_shared=st.booleans()
)


@given(wishes, candidates)
def test_never_a_linked_one_and_never_without_evidence(who, there):
    decision = decide(who, there)
    chosen = [k for k in there if k.id in decision.ids]
    assert not [k for k in chosen if k.linked]
    assert all(k.name_key == who.name_key or k.marks & who.marks for k in chosen)
    assert bool(chosen) == (decision.decision != CREATE)
    if decision.decision == ADOPT:
        assert len(chosen) == 1 and chosen[0].active
    if decision.decision == CREATE:
        assert not [k for k in there if not k.linked and k.name_key == who.name_key]


@given(wishes, candidates, st.randoms())
def test_the_order_of_the_list_does_not_matter(who, there, random):
    shuffled = list(there)
    random.shuffle(shuffled)
    one, two = decide(who, there), decide(who, shuffled)
    assert (one.decision, set(one.ids)) == (two.decision, set(two.ids))


# --- names once made unique ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "base", "kept"),
    [
        ("Acme", "Acme", True),
        ("Acme (Customer)", "Acme", True),
        ("Acme (Customer 12)", "Acme", True),
        ("Acme (EUR)", "Acme", False),
        ("ACME (Customer)", "Acme", False),  # somebody changed the case: that is a new name
        ("Acme Inc (Customer)", "Acme", False),
        ("Acme (Customer)", "Acme Inc", False),
        ("Acme", "Acme (Customer)", False),
        ("", "Acme", False),
    ],
)
def test_keeps_name(current, base, kept):
    assert keeps_name(current, base, "Customer", 500) is kept


def test_keeps_a_name_that_was_cut_to_make_room():
    assert keeps_name("x" * 19 + " (Customer)", "x" * 30, "Customer", 30)
    assert not keeps_name("x" * 18 + " (Customer)", "x" * 30, "Customer", 30)


@pytest.mark.parametrize(
    ("name", "hint", "expected"),
    [
        ("Ann (EUR)", "EUR", " (EUR)"),
        ("Ann (EUR 2)", "EUR", " (EUR 2)"),
        ("Ann (EUR) Ltd", "EUR", ""),
        ("Ann (USD)", "EUR", ""),
        ("Ann", "EUR", ""),
        ("Ann ()", "", ""),
    ],
)
def test_what_tells_a_name_apart(name, hint, expected):
    assert suffix(name, hint) == expected
    assert with_suffix("Bea", expected, 500) == f"Bea{expected}"
    assert len(with_suffix("B" * 40, expected, 30)) == 30


@given(
    st.text(max_size=30).map(names.display_name).filter(bool),
    st.integers(0, 4),
    st.sampled_from(["Customer", "A.1 (x)"]),
    st.sampled_from([30, 500]),
)
def test_every_unique_name_is_kept(base, rivals, hint, limit):
    base, taken = names.clean_text(base, limit), set()
    for _rival in range(rivals):
        taken.add(names.name_key(names.unique_name(base, taken, hint, limit)))
    assert keeps_name(names.unique_name(base, taken, hint, limit), base, hint, limit)
