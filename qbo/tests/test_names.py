import string
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qbo import names

texts = st.text(max_size=80)
countries = st.sampled_from(["US", "GB", ""])


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "country", "expected"),
    [
        (None, "US", ""),
        (False, "GB", ""),
        ("  a\tb\x00\x07c  ", "GB", "a bc"),
        ("line\r\nnext\x85end", "GB", "line next end"),
        ("party 🎉 time", "GB", "party  time"),
        ("👨‍👩‍👧 family", "GB", "family"),
        ("❤️ heart", "GB", "❤ heart"),
        ("\u200bzero\ufeff\u202ewidth", "GB", "zerowidth"),
        ("می‌خواهم", "GB", "می‌خواهم"),
        ("‘a’ “b” – c…", "GB", "‘a’ “b” – c…"),
        ("‘a’ “b” – c…", "US", "'a' \"b\" - c..."),
        ("10 € Łódź ﬁn ™ ½", "US", "10 EUR Lódz fin TM ½"),
        ("Ünïcode ñ ß", "US", "Ünïcode ñ ß"),
        ("ABC 株式会社", "US", "ABC"),
        ("株式会社", "US", "株式会社"),
        ("Ελλάδα", "US", "Ελλάδα"),
        ("e\u0301te\u0301", "US", "été"),
    ],
)
def test_clean_text(raw, country, expected):
    assert names.clean_text(raw, None, country) == expected


def test_every_typographic_mark_has_its_typewriter_form():
    raw = "\u2018\u2019\u201a\u201b\u2032\u02bc\u2039\u203a|\u201c\u201d\u201e\u201f\u2033|"
    raw += "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043|\u2022\u2026\u2044|\u20ac"
    expected = "'" * 8 + "|" + '"' * 5 + "|" + "-" * 8 + "|*.../|EUR"
    assert names.clean_text(raw, None, "US") == expected


def test_letters_without_decomposition():
    raw = "Œœ Łł Đđ ı Ŧŧ Ħħ ẞ ƒ Āā Čč"
    assert names.clean_text(raw, None, "US") == "OEoe Ll Dd i Tt Hh SS f Aa Cc"


@pytest.mark.parametrize("char", ["\u0378", "\ue000", "\ud800", "\U00010000", "\x85", "\x7f"])
def test_what_is_no_character_vanishes(char):
    assert names.clean_text(f"a{char}b", None, "GB") in ("ab", "a b")


def test_lines_survive_only_where_allowed():
    raw = "one  \r\ntwo\r\x0bthree"
    assert names.clean_text(raw, multiline=True) == "one\ntwo\n\nthree"
    assert names.clean_text(raw) == "one   two  three"


def test_clean_text_cuts_whole_letters():
    assert names.clean_text("abc def", 4) == "abc"
    # no single character exists for x with acute: letter and accent stay together
    assert names.clean_text("ax\u0301", 2) == "a"
    assert names.clean_text("abcd", 4) == "abcd"


@given(texts, st.none() | st.integers(1, 60), countries, st.booleans())
@example("\u09c7\U0001f600\u09be", None, "", False)
@example("e\U0001f600\u0301", None, "", False)
def test_clean_text_is_harmless_and_idempotent(raw, limit, country, multiline):
    text = names.clean_text(raw, limit, country, multiline)
    assert len(text) <= (limit or 10**9)
    assert text == text.strip()
    assert all(ord(char) <= 0xFFFF for char in text)
    assert not any(unicodedata.category(char) == "Cc" and char != "\n" for char in text)
    assert multiline or "\n" not in text
    assert names.clean_text(text, limit, country, multiline) == text


@given(texts)
def test_us_text_is_latin_unless_nothing_would_be_left(raw):
    text = names.clean_text(raw, None, "US")
    if any(ord(char) > 0xFF for char in text):
        assert not any(char.isalnum() and ord(char) < 0x80 for char in text)


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "entity", "expected"),
    [
        ("A: B", "Customer", "A - B"),
        ("12:30", "Customer", "12-30"),
        ("Dept : Sales", "Item", "Dept - Sales"),
        (":x:", "Customer", "x"),
        (" tab\tand  two\nlines ", "Vendor", "tab and two lines"),
        ('The "Shop"', "Customer", 'The "Shop"'),
        ('The "Shop"', "Account", "The 'Shop'"),
        ("-dashed-", "Customer", "-dashed-"),
        (None, "Customer", ""),
    ],
)
def test_display_name(raw, entity, expected):
    assert names.display_name(raw, "GB", entity) == expected


@given(texts, countries, st.sampled_from(["Customer", "Item", "Account", "Term"]))
def test_display_name_is_always_acceptable(raw, country, entity):
    name = names.display_name(raw, country, entity)
    assert not set(name) & set(":\t\n\r") and "  " not in name and name == name.strip()
    assert entity != "Account" or '"' not in name
    assert len(name) <= names.name_limit(entity)
    assert names.display_name(name, country, entity) == name


@pytest.mark.parametrize(
    ("entity", "limit"),
    [
        ("Customer", 500),
        ("Employee", 500),
        ("Vendor", 500),
        ("Item", 100),
        ("Account", 100),
        ("Term", 31),
        ("PaymentMethod", 31),
        ("TaxAgency", 100),
        ("Class", 100),
    ],
)
def test_name_limits(entity, limit):
    assert names.name_limit(entity) == limit
    assert names.display_name("x" * 600, "GB", entity) == "x" * limit
    assert len(names.display_name("x" * 600)) == 500


@pytest.mark.parametrize(
    ("entity", "attribute", "limit"),
    [
        ("Invoice", "DocNumber", 21),
        ("Invoice", "PrivateNote", 4000),
        ("Item", "PurchaseDesc", 1000),
        ("RefundReceipt", "PaymentRefNum", 100),
        ("Payment", "PaymentRefNum", 21),
        ("Customer", "Notes", 2000),
        ("Account", "Description", 100),
        ("Invoice", "Balance", None),
    ],
)
def test_limits_prefer_the_entity(entity, attribute, limit):
    assert names.limit(entity, attribute) == limit


@pytest.mark.parametrize(
    "other",
    [
        "amy's  bird sanctuary",
        " AMY'S BIRD SANCTUARY ",
        "Amy's Bird Sanctuary (deleted)",
        "Amy's Bird Sanctuary (deleted 2)",
        "Amy's Bird Sanctuary (deleted) (Deleted 3)",
    ],
)
def test_name_key_folds(other):
    assert names.name_key(other) == names.name_key("Amy's Bird Sanctuary")


def test_name_key_tells_apart():
    assert names.name_key("A (deleted by me)") != names.name_key("A")
    assert names.name_key("A B") != names.name_key("AB")
    assert names.name_key(None) == ""


@given(texts)
def test_name_key_is_idempotent(name):
    key = names.name_key(name)
    assert names.name_key(key) == key


def test_unique_name_counts_up():
    taken = set()
    made = []
    for _ in range(4):
        name = names.unique_name("Acme", taken, "Customer")
        made.append(name)
        taken.add(names.name_key(name))
    assert made == ["Acme", "Acme (Customer)", "Acme (Customer 2)", "Acme (Customer 3)"]


@given(
    st.text(string.ascii_letters + " ", min_size=1, max_size=40),
    st.integers(20, 40),
    st.integers(1, 12),
)
def test_unique_name_is_free_short_and_deterministic(base, limit, rounds):
    assume(base.strip())
    taken = set()
    for _ in range(rounds):
        name = names.unique_name(base, taken, "Vendor", limit)
        assert names.name_key(name) not in taken and len(name) <= limit
        assert name == names.unique_name(base, taken, "Vendor", limit)
        taken.add(names.name_key(name))


def test_unique_name_needs_room():
    suffix = len(" (Customer)")
    for limit in (8, suffix):
        with pytest.raises(ValueError):
            names.unique_name("Acme", {"acme"}, "Customer", limit)
    assert names.unique_name("Acme", {"acme"}, "Customer", suffix + 1) == "A (Customer)"


# --- numbers -------------------------------------------------------------------------------------


def test_doc_number_keeps_what_fits():
    assert names.doc_number("INV/2026/00001") == "INV/2026/00001"
    assert names.doc_number("x" * 21) == "x" * 21
    assert names.doc_number(None) == ""


def test_doc_number_shortens_recognisably():
    short = names.doc_number("CUSTOMER-INVOICES/2026/11/00042")
    assert len(short) == 21 and short.endswith("2026/11/00042")
    assert short == names.doc_number("CUSTOMER-INVOICES/2026/11/00042")
    assert short != names.doc_number("CUSTOMER-REFUNDS/2026/11/00042")


def test_doc_number_hash_is_stable_over_releases():
    # a different shortening tomorrow would not find today's documents again
    assert names.doc_number("CUSTOMER-INVOICES/2026/11/00042") == "BW63KE-/2026/11/00042"


@given(st.lists(st.text(string.printable, max_size=60), unique_by=names.clean_text, max_size=50))
def test_doc_numbers_do_not_collide(numbers):
    short = [names.doc_number(number) for number in numbers]
    assert len(set(short)) == len(short)
    assert all(len(number) <= 21 for number in short)


# --- mail and phone ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('"Ann, Dr." <ann@x.org>; bob@y.co.uk', "ann@x.org,bob@y.co.uk"),
        ("a@b.org a@B.org, nonsense, x@y, @z.org, q@-a.org", "a@b.org"),
        ("mailto:me@here.org.", "me@here.org"),
        ("'me@here.org'", "me@here.org"),
        ("dot..dot@x.org", ""),
        ("ü@x.org", ""),
        (None, ""),
        ("", ""),
    ],
)
def test_email_list(raw, expected):
    assert names.email_list(raw) == expected


def test_email_list_holds_whole_addresses():
    long = ",".join(f"person{number:02}@example.org" for number in range(9))
    kept = names.email_list(long)
    assert len(kept) <= 100 and kept.split(",") == long.split(",")[:4]
    exact = "a" * 93 + "@b.org"
    assert names.email_list(exact + "x") == exact + "x" and len(exact) == 99
    assert names.email_list(exact + "xy") == ""
    # a long one in front does not keep a short one out
    assert names.email_list("x" * 95 + "@b.org, a@b.org") == "a@b.org"


def test_search_email_key():
    assert names.search_email_key("Ann <Ann@X.org>, b@y.org") == "ann@x.org"
    assert names.search_email_key("none") == ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+1 (555) 010-0000", "+1 (555) 010-0000"),
        ("+1 (555) 010-0000 (call before noon) ext. 42", "+15550100000callbeforenoonext4"),
        ("  555\n0100 ", "555 0100"),
        ("555–0100", "555-0100"),
        (None, ""),
    ],
)
def test_phone(raw, expected):
    assert names.phone(raw) == expected
    assert len(names.phone(raw)) <= 30
