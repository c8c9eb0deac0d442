"""What Intuit leaves open, as switches of a company (FACTS 15 "switches to offer", 16)."""

DEFAULTS = {
    "over_application": "refuse",  # refuse, cap, allow (FACTS 7.6, 16#1)
    "bill_payment_expenses": "link",  # link, refuse: expenses among its lines (FACTS 5.14, 6)
    "delete_paid": "refuse",  # refuse, unlink (FACTS 7.5, 16#2)
    "duplicate_warning": True,  # 6140 for sales forms and journals (FACTS 7.3)
    "duplicate_detail": "id",  # id, text, null: wording of 6240 (FACTS 3.3)
    "inactive_names": "reserved",  # reserved, free (FACTS 7.5, 14#5, 16#9)
    "order_by_id": "ignore",  # ignore, error (FACTS 16#4)
    "max_results_over": "error",  # error, cap (FACTS 16#4)
    "cdc_age_check": True,  # refuse changedSince older than 30 days (FACTS 10.2)
    "requestid_seconds": 7 * 86400,  # how long an answer is replayed (FACTS 16#7)
    "requestid_faults": False,  # keep faulted answers too (FACTS 16#7)
    "batch_replay": "whole",  # whole, items, none (FACTS 16#7)
    "account_ref_name": "full",  # full, short (FACTS 2.7)
    "country_alpha3": True,  # Country in CompanyInfo addresses (FACTS 2.7)
    "lat_long": False,  # Lat/Long in CompanyInfo addresses (FACTS 2.7)
    "report_shape": "new",  # new, old (FACTS 12)
    "subscription": "active",  # active, suspended -> 6190 on writes (FACTS 3.3)
    "missing_features": "",  # comma separated entities answered with 5020
    "one_name_at_a_time": False,  # refuse parallel writes of names (FACTS 3.4)
    "reject_astral": True,  # 2040 for four-byte characters in the US (FACTS 2.6)
    "ast_override": True,  # AllowPartnerTaxOverride (FACTS 8.2)
    "vendor_term_on_create": True,  # False: Vendor.TermRef ignored on create (FACTS 14#59)
    "txn_date_on_full_update": "today",  # today, keep (FACTS 7.4)
    "query_lag_seconds": 0,  # query path lags behind writes (FACTS 14#13)
    "ar_ap_line_pairs": "one",  # one, many per journal entry (FACTS 5.18)
    "invoice_due_days": 30,  # due date of an invoice without term (FACTS 5.7)
    "online_payments": True,  # AllowOnline...Payment default (FACTS 7.1)
    "max_retries": 0,  # webhook attempts before giving up, 0 = never
    "emails_per_day": 40,  # sandbox (FACTS 11)
    "bill_duplicate_warning": True,  # WarnDuplicateBillNumber (FACTS 7.3)
    "check_duplicate_warning": False,  # WarnDuplicateCheckNumber (FACTS 7.3)
    "journal_duplicate_warning": False,  # WarnDuplicateJournalNumber (FACTS 7.3)
    "custom_check_numbers": False,  # True: checks are numbered by the caller (FACTS 7.3)
    "rounding": "line",  # line, total: non-US tax (FACTS 8.3, 16#6)
    "revoke_again": 400,  # status of revoking a dead token (FACTS 16#8)
    "customer_with_balance": "refuse",  # refuse, allow inactivation (FACTS 7.5)
    "merge_payload": "data",  # data, none: deletedId in CloudEvents (FACTS 16#10)
    "throttle_shape": "lower",  # lower, upper keys of 429 (FACTS 16#3)
    "retry_after": False,  # Retry-After header on 429 (FACTS 16#3)
}


def check(name, value):
    """The value in the type of its default; unknown names are an error of the caller."""
    if name not in DEFAULTS:
        raise KeyError(f"no such switch: {name}")
    default = DEFAULTS[name]
    if isinstance(default, bool):
        return value in (True, 1, "1", "true", "True", "on")
    return int(value) if isinstance(default, int) else str(value)
