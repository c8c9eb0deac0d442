"""The lists of what is covered cannot go stale: they are held to the tests and to FACTS."""

import argparse
import re

import catalogue
import pytest

from simulator import __main__ as command
from simulator import control_http, faults, switches

needs_facts = pytest.mark.skipif(
    not catalogue.FACTS.exists(), reason="FACTS is not beside this checkout"
)


def test_every_named_test_exists():
    _titles, found = catalogue.catalogue()
    named = {name for one in found for name in one.tests}
    assert named - catalogue.existing_tests() == set()


def test_every_conformance_test_is_named():
    """Those of section 16 show switches for open questions."""
    _titles, found = catalogue.catalogue()
    named = {name for one in found for name in one.tests}
    numbered = {name for name in catalogue.existing_tests() if re.match(r"(?!16_)\d", name)}
    assert numbered - named == set()


def test_what_is_not_covered_has_a_reason():
    _titles, found = catalogue.catalogue()
    for one in found:
        assert one.tests or len(one.open_reason or one.told[1:].strip()) > 3, one


@needs_facts
def test_every_statement_of_facts_is_listed():
    wanted = catalogue.statements(catalogue.FACTS.read_text("utf-8"))
    titles, found = catalogue.catalogue()
    assert list(titles) == list(wanted)
    for section, keys in wanted.items():
        assert [one.key for one in found if one.section == section] == keys, section


@needs_facts
def test_every_attribute_of_facts_is_listed():
    from test_fields import KINDS, ROWS

    wanted = list(catalogue.fields(catalogue.FACTS.read_text("utf-8")).values())
    assert len(wanted) == len(KINDS)
    for kind, expected in zip(KINDS, wanted, strict=True):
        listed = {(r.name, r.required, r.max, r.access) for r in ROWS if r.entity == kind}
        assert listed == expected, kind


def test_the_tables_of_the_page_are_those_of_today():
    """``python simulator/tests/catalogue.py`` writes them."""
    text = catalogue.PAGE.read_text("utf-8")
    assert catalogue.page_with_tables(text) == text


def names(table_heading):
    """First cells, code words only, of a hand-written table of the page."""
    text = catalogue.PAGE.read_text("utf-8")
    part = text.split(f"\n{table_heading}\n", 1)[1].split("\n#", 1)[0]
    rows = [line for line in part.splitlines() if line.startswith("|")]
    return [
        word for row in rows for word in re.findall(r"`([^`]+)`", re.split(r"(?<!\\)\|", row)[1])
    ]


def test_every_switch_is_on_the_page():
    assert sorted(names("### Switches")) == sorted(switches.DEFAULTS)


def test_every_kind_of_fault_is_on_the_page():
    assert sorted(names("### Injected faults")) == sorted(faults.BEFORE + faults.AFTER)


def test_every_control_is_on_the_page():
    words = " ".join(names("## Control"))
    for name in control_http._HANDLERS:
        assert re.search(rf"\b{name}\b", words), name


def test_every_option_is_on_the_page():
    listed = " ".join(names("## Start it"))
    actions = command.parser()._actions
    options = [o for a in actions for o in a.option_strings if a.dest != argparse.SUPPRESS]
    for option in options:
        assert option in listed or option in ("-h", "--help"), option
