from collections import defaultdict

from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

#: One sentence per key: what happened and what to do. Keys of refusals come from
#: ``qbo.faults.KEYS``, the others from the engine itself; a test holds the two together.
SENTENCES = {
    # -- the connection
    "token_refused": _lt("QuickBooks no longer accepts our authorization. Reconnect in Settings."),
    "wrong_company_or_keys": _lt(
        "QuickBooks says these keys may not use this company. Check that the keys belong to this "
        "environment, then reconnect in Settings."
    ),
    "throttled": _lt("QuickBooks asks us to slow down. This is sent again by itself."),
    "permission_lost": _lt(
        "The person who connected no longer has full access in QuickBooks. Reconnect with an "
        "administrator of the QuickBooks company."
    ),
    "company_unavailable": _lt(
        "The QuickBooks company is being maintained. This is sent again by itself."
    ),
    "permission_denied": _lt(
        "The QuickBooks plan of this company does not include this. Upgrade the plan in QuickBooks."
    ),
    "feature_not_supported": _lt(
        "QuickBooks does not support this for this company. Switch the feature on in QuickBooks."
    ),
    "subscription_ended": _lt(
        "The QuickBooks subscription has ended, so nothing can be added there. Renew it, then "
        "retry."
    ),
    "company_reset": _lt("The QuickBooks company was reset. Reconnect and check the links."),
    # -- a mistake of ours
    "unsupported_operation": _lt("QuickBooks does not know this request: %(text)s"),
    "batch_too_large": _lt("Too many documents were sent at once. Report this to your developer."),
    "unsupported_property": _lt(
        "QuickBooks does not know the field %(property)s. Report this to your developer."
    ),
    "invalid_id": _lt(
        "QuickBooks does not accept the id %(supplied)s. Report this to your developer."
    ),
    "invalid_date": _lt(
        "QuickBooks does not accept the date %(supplied)s in %(element)s. Correct the date."
    ),
    "invalid_value": _lt(
        "QuickBooks does not accept the value %(supplied)s of %(element)s. Correct the record."
    ),
    "invalid_request_id": _lt(
        "QuickBooks did not accept our request number. Report this to your developer."
    ),
    "invalid_enumeration": _lt(
        "QuickBooks does not know the choice %(supplied)s. Report this to your developer."
    ),
    "journal_line_incomplete": _lt("A journal line is incomplete. Report this to your developer."),
    "conflicting_elements": _lt("QuickBooks found a contradiction: %(text)s"),
    "query_refused": _lt(
        "QuickBooks did not understand a question of ours: %(text)s Report this to your developer."
    ),
    "query_data_broken": _lt(
        "QuickBooks cannot read its own data: %(text)s Correct the record in QuickBooks."
    ),
    "deprecated_field": _lt("QuickBooks no longer knows the field %(element)s. Update this app."),
    "result_too_big": _lt("QuickBooks' answer was too big. Report this to your developer."),
    "required_missing": _lt(
        "QuickBooks needs %(element)s, which was not sent. Report this to your developer."
    ),
    "wrong_name_type": _lt(
        "QuickBooks has this name as another kind of party. Report this to your developer."
    ),
    "unknown_fault": _lt("QuickBooks refused this: %(text)s"),
    "unexplained_refusal": _lt(
        "QuickBooks refused this without a reason. Retry, or open it in QuickBooks."
    ),
    # -- passing trouble
    "system_failure": _lt("QuickBooks had a problem of its own. This is sent again by itself."),
    "names_busy": _lt("QuickBooks was busy with another name. This is sent again by itself."),
    "temporary_failure": _lt("QuickBooks asks to try later. This is sent again by itself."),
    # -- the other side moved
    "changes_too_old": _lt("The changes asked for are too old for QuickBooks' change list."),
    "stale": _lt(
        "It was changed in QuickBooks in the meantime. Compare both, then send ours again or "
        "correct it here."
    ),
    "duplicate_request": _lt("QuickBooks had received this before; it is being looked up."),
    "remote_deleted": _lt(
        "It was deleted in QuickBooks. Send ours again to have it made anew, or cancel it here, or "
        "ignore it."
    ),
    "object_not_found": _lt(
        "QuickBooks no longer has something this needs, or it is inactive there. Make it active "
        "again in QuickBooks, or remove its link here."
    ),
    "invalid_parent": _lt("The parent is missing in QuickBooks. Sync the parent first."),
    "inactive_reference": _lt(
        "Something this uses is inactive in QuickBooks: its customer, an item or an account. Make "
        "it active again, then retry."
    ),
    "invalid_reference": _lt(
        "QuickBooks no longer has the %(entity)s %(id)s this uses. Choose another in the mapping, "
        "or remove its link here."
    ),
    "customer_inactive": _lt(
        "The customer is inactive in QuickBooks. Make it active again, then retry."
    ),
    "inactive_object": _lt("It is inactive in QuickBooks. Make it active again there, then retry."),
    "item_inactive": _lt("An item is inactive in QuickBooks. Make it active again, then retry."),
    "link_target_gone": _lt("The %(entity)s %(id)s to be linked is gone in QuickBooks."),
    "reference_vanished": _lt(
        "Something this uses was deleted in QuickBooks. Read the lists again and check the mapping."
    ),
    # -- taken
    "duplicate_name": _lt(
        "QuickBooks has this name already. Choose which customer or item it is, or rename it here."
    ),
    "duplicate_number": _lt(
        "QuickBooks has a different document with the number %(number)s. Change the number on one "
        "side, then retry."
    ),
    "duplicate_object": _lt("QuickBooks has this already. Rename it on one side, then retry."),
    # -- mapping
    "item_is_category": _lt(
        "The item chosen is a category in QuickBooks. Choose a product or service in the mapping."
    ),
    "inventory_account_missing": _lt(
        "The item is tracked as inventory in QuickBooks and lacks its asset account. Complete it "
        "there."
    ),
    "mapping_missing": _lt("QuickBooks needs %(element)s. Complete the mapping."),
    "invalid_custom_field": _lt("A custom field does not fit QuickBooks. Check its definition."),
    "tax_code_not_usable": _lt(
        "QuickBooks does not accept this tax code here. Choose another one in the mapping."
    ),
    "tax_account_error": _lt(
        "The tax code has no working tax account or rate in QuickBooks. Correct it there."
    ),
    "wrong_account_type": _lt(
        "An account of the wrong type is mapped. Choose another one in the mapping. (%(text)s)"
    ),
    "line_account_missing": _lt("A line lacks its item or account. Complete the mapping."),
    "tax_code_missing": _lt("QuickBooks wants a tax code on every line. Complete the tax mapping."),
    "tax_calculation_failed": _lt(
        "QuickBooks could not compute the tax. Check the tax code's rates and the address."
    ),
    # -- the record
    "field_too_long": _lt(
        "%(element)s is too long for QuickBooks: %(supplied)s characters, %(max)s allowed. Shorten "
        "it."
    ),
    "illegal_character": _lt(
        "%(element)s has a character QuickBooks does not accept. Remove it and retry."
    ),
    "invalid_email": _lt("QuickBooks does not accept the e-mail address. Correct it."),
    "invalid_web_address": _lt("QuickBooks does not accept the website. Correct it."),
    "number_not_supported": _lt(
        "QuickBooks does not accept the number %(supplied)s in %(element)s. Correct it."
    ),
    "invalid_amount": _lt("QuickBooks does not accept the amount %(supplied)s. Correct it."),
    "value_out_of_range": _lt("%(element)s is out of QuickBooks' range. Correct it."),
    "invalid_currency": _lt(
        "QuickBooks does not know the currency %(supplied)s. Add it to its currency list."
    ),
    "amount_mismatch": _lt(
        "QuickBooks computes another line amount from quantity and price. Report this to your "
        "developer."
    ),
    "missing_lines": _lt("QuickBooks wants at least one line. Add a line."),
    "negative_amount": _lt("QuickBooks accepts no negative amount here."),
    "unbalanced_entry": _lt("Debit and credit are not equal."),
    "parent_loop": _lt("The parent is below its own child. Correct the hierarchy."),
    "too_many_levels": _lt("QuickBooks allows five levels. Flatten the hierarchy."),
    "name_missing": _lt("QuickBooks needs a name. Fill it in and retry."),
    "file_too_large": _lt("The file is too large for QuickBooks."),
    "invalid_file": _lt("QuickBooks does not accept this file."),
    "before_inventory_start": _lt(
        "The date lies before the item's inventory start in QuickBooks. Change one of the two."
    ),
    "customer_missing": _lt("QuickBooks wants a customer. Fill it in and retry."),
    "email_required": _lt("QuickBooks wants an e-mail address. Fill it in and retry."),
    "deposit_mismatch": _lt("The deposit differs from the card payment. Correct it."),
    "quantity_missing": _lt("A stocked item lacks its quantity. Fill it in and retry."),
    "card_number_found": _lt(
        "QuickBooks found something like a card number in a text. Remove it and retry."
    ),
    "amount_missing": _lt("QuickBooks wants an amount. Fill it in and retry."),
    "negative_total": _lt(
        "The total is below zero, which QuickBooks does not allow. Use a credit note."
    ),
    "amount_too_large": _lt("An amount is too large for QuickBooks."),
    "entity_missing": _lt("QuickBooks wants a name on this line: %(text)s"),
    "currency_mismatch": _lt(
        "The customer has another currency in QuickBooks. A customer there has one currency for "
        "life; use another customer."
    ),
    # -- the books
    "paid_document": _lt(
        "It is paid in QuickBooks, so it cannot be voided. Remove the payment there first, then "
        "retry."
    ),
    "settled_transaction": _lt("It is settled in QuickBooks, so it cannot be voided."),
    "period_closed": _lt(
        "The books are closed for this date in QuickBooks. Open the period there, or change the "
        "date here, then retry."
    ),
    "deposited": _lt(
        "It is part of a bank deposit in QuickBooks. Take it out of the deposit there, then retry."
    ),
    "bank_matched": _lt(
        "It is matched with the bank in QuickBooks. Undo the match there, then retry."
    ),
    "merchant_transaction": _lt("It was paid through QuickBooks and can only be changed there."),
    "link_refused": _lt("QuickBooks refuses to link these documents. Check them there."),
    "has_dependants": _lt("Other QuickBooks documents depend on it. Change them there first."),
    "bill_with_parent_locked": _lt(
        "Who is billed can no longer change in QuickBooks: documents are linked."
    ),
    "has_balance": _lt("It still has a balance in QuickBooks. Settle it there, then retry."),
    "unbilled_charges": _lt("The customer has unbilled charges in QuickBooks. Bill them first."),
    "business_rule": _lt("A rule of QuickBooks stands against it: %(text)s"),
    # -- the engine's own
    "missing_mapping": _lt(
        "Missing in the mapping: %(names)s. Choose it there; this then goes on."
    ),
    "several_tax_codes": _lt(
        "The lines have different taxes, and a QuickBooks invoice in the US has one tax code. Map "
        "these taxes to one code, or split the invoice."
    ),
    "tax_of_another_rate": _lt(
        "Odoo billed a tax of %(local)s; with the codes its taxes are mapped to, QuickBooks would "
        "compute %(remote)s. One of them is mapped to a code of another rate: correct the mapping, "
        "then try again."
    ),
    "tax_rounding": _lt(
        "QuickBooks rounds the tax to %(remote)s, Odoo billed %(local)s. Choose in the "
        "connection's settings that a line carries the cents or that the difference is shown, "
        "then try again."
    ),
    "ambiguous_match": _lt(
        "QuickBooks has this name, e-mail address or reference already, but it is not certain "
        "which entry is meant. Choose which, or create a new one."
    ),
    "waiting_for": _lt("Waits for %(names)s."),
    "waiting_for_trouble": _lt("Waits for %(names)s, which needs attention: %(reason)s"),
    "foreign_currency": _lt(
        "The invoice is in %(currency)s, but the QuickBooks company has only %(home)s. Switch on "
        "multicurrency there, or bill in %(home)s."
    ),
    "fraction_of_cent": _lt(
        "An amount in %(currency)s has more than two decimals, and QuickBooks keeps two. Round the "
        "amounts here, or enter it in QuickBooks by hand."
    ),
    "sales_tax_off": _lt(
        "The invoice has sales tax, but sales tax is not set up in QuickBooks, which would drop "
        "it. Set it up there under Taxes, then retry."
    ),
    "period_closed_here": _lt(
        "QuickBooks' books are closed up to %(date)s. Open the period there, or change the date "
        "here."
    ),
    "before_cutoff": _lt("It is dated before the cut-off date %(date)s and stays out."),
    "not_confirmed": _lt("It is not confirmed yet."),
    "not_sent_yet": _lt("It goes to QuickBooks when it is sent to the customer."),
    "not_a_customer_invoice": _lt(
        "Only invoices, bills and their credit notes go to QuickBooks so far."
    ),
    "not_a_customer_payment": _lt("Only payments of customers and vendors go to QuickBooks."),
    "not_a_matched_line": _lt(
        "Only bank lines that are matched with invoices, bills or their credit notes go to "
        "QuickBooks."
    ),
    "payment_of_draft": _lt(
        "%(names)s is a draft here. The payment goes to QuickBooks when it is confirmed, or when "
        "the payment is taken off it."
    ),
    "pos_session_money": _lt(
        "%(name)s posted this money when it was closed. It is that of the session's orders, which "
        "go to QuickBooks themselves, so it stays in Odoo."
    ),
    "not_a_pos_sale": _lt("Another kind of receipt stands for this order in QuickBooks."),
    "not_a_pos_payment": _lt(
        "Only money of orders that are invoiced goes to QuickBooks from the till by itself."
    ),
    "pos_off": _lt(
        "Orders of the point of sale do not go to QuickBooks. Choose it in Settings, or invoice it."
    ),
    "pos_invoiced": _lt("The order is invoiced, so its invoice goes to QuickBooks: %(name)s."),
    "pos_pay_later": _lt(
        "%(name)s is on the customer's account, so no money has come in that a receipt could stand "
        "for. Invoice the order; the invoice then goes to QuickBooks."
    ),
    "pos_uneven": _lt(
        "%(paid)s was paid for an order of %(total)s, and the till does not round. Correct "
        "its payments while the session is open, or invoice it."
    ),
    "statement_line_mixed": _lt(
        "This bank line settles several customers, vendors or currencies. A payment in QuickBooks "
        "is of one customer or vendor and in one currency: split the line, or register the "
        "payments and match those."
    ),
    "statement_line_offset": _lt(
        "This bank line also takes off %(names)s, which runs against its money. Undo the match, "
        "reconcile those documents with each other, then match the line with what is left."
    ),
    "refund_write_off": _lt(
        "Besides what the customer gets back it books to %(names)s. Book that apart: QuickBooks "
        "pays back exactly what is owed."
    ),
    "payment_without_entry": _lt(
        "The payment has no journal entry, so its invoices are not paid yet. It goes to QuickBooks "
        "when the bank line is matched with them."
    ),
    "payment_of_others": _lt(
        "It also pays %(names)s, which is not in QuickBooks and stays out. Link that document, or "
        "split the payment."
    ),
    "refund_accounts": _lt(
        "To pay a customer back, QuickBooks needs the bank account the money left and the account "
        "of receivables: %(names)s. Choose both in the mapping; of a journal a bank account."
    ),
    "credit_of_others": _lt(
        "It also settles %(names)s, which is not in QuickBooks and stays out. Link that document, "
        "or split the credit note."
    ),
    "credit_of_other_customer": _lt(
        "It settles %(names)s of another customer. QuickBooks applies a credit memo only to "
        "documents of the same customer; enter this there."
    ),
    "application_of_others": _lt(
        "In QuickBooks it is also applied to %(names)s, which Odoo does not have. Change it in "
        "QuickBooks, or link that document."
    ),
    "payment_currency": _lt(
        "Its currency differs from that of %(names)s. QuickBooks pays an invoice in its own "
        "currency only; enter this payment there."
    ),
    "payment_of_other_customer": _lt(
        "It pays %(names)s of another customer. QuickBooks pays only invoices of the same "
        "customer; enter this payment there."
    ),
    "payment_write_off": _lt(
        "It settles more than was received and written off. Reset it to draft, correct its "
        "amounts, and confirm it again."
    ),
    "purchases_off": _lt(
        "Vendor bills and expenses do not go to QuickBooks. Switch them on in Settings."
    ),
    "vendor_missing": _lt("QuickBooks wants a vendor. Fill it in and retry."),
    "negative_bill": _lt(
        "The total is below zero, which QuickBooks does not allow. Use a vendor refund."
    ),
    "bill_payment_currency": _lt(
        "Its currency differs from that of %(names)s. QuickBooks pays a bill in its own currency "
        "only; enter this payment there."
    ),
    "bill_payment_of_other_vendor": _lt(
        "It pays %(names)s of another vendor. QuickBooks pays only bills of the same vendor; enter "
        "this payment there."
    ),
    "bill_payment_exceeds": _lt(
        "It settles more than was paid and written off. Reset it to draft, correct its amounts, "
        "and confirm it again."
    ),
    "receipt_grace": _lt(
        "It becomes a sales receipt at %(time)s, unless it is invoiced before. Sync it to have "
        "that now."
    ),
    "refund_receipt_account": _lt(
        "A refund receipt needs the account the money left, which is missing in the mapping of "
        "%(name)s. Choose it there; this then goes on."
    ),
    "charged_there": _lt(
        "Its customer was charged for it in QuickBooks already, and what changed here would let "
        "that happen again. Take it off the customer's invoice there, or undo the change here, "
        "then retry."
    ),
    "applied_differs": _lt(
        "QuickBooks applies %(remote)s of it to invoices, Odoo %(local)s. Check it there, then "
        "send again or accept."
    ),
    "no_connection": _lt("QuickBooks is not connected. Connect it in Settings."),
    "integration_off": _lt("The QuickBooks integration is off. Switch it on in Settings."),
    "record_gone": _lt("The record was deleted in Odoo."),
    "archived_party": _lt("The customer is archived in Odoo."),
    "no_number": _lt("The invoice has no number yet."),
    "total_differs": _lt(
        "QuickBooks has a total of %(remote)s, Odoo %(local)s. Check taxes and rounding, then send "
        "again or accept."
    ),
    "tax_differs": _lt(
        "QuickBooks computed a tax of %(remote)s, Odoo %(local)s. Check the tax mapping, then send "
        "again or accept."
    ),
    "conflict": _lt(
        "Changed on both sides: %(attributes)s. Send ours again, or correct it in Odoo."
    ),
    "outcome_unknown": _lt(
        "The line broke while sending. The same request is repeated; QuickBooks does not execute "
        "it twice."
    ),
    "not_found_after_unknown": _lt(
        "It never arrived in QuickBooks and is being sent as a new request."
    ),
    "unreachable": _lt("QuickBooks cannot be reached. This is sent again by itself."),
    "missing_answer": _lt("QuickBooks' answer did not mention this. It is being looked up."),
    "malformed_answer": _lt("QuickBooks' answer could not be read. The request is repeated."),
    "question_refused": _lt(
        "QuickBooks did not say whether it has this already, so nothing was sent: %(reason)s. "
        "Retry; if it stays, tell your developer."
    ),
    "internal_error": _lt(
        "An unexpected error stopped this record: %(error)s. Retry; if it stays, tell your "
        "developer."
    ),
    "too_many_tries": _lt("Given up after %(attempts)s tries. Last reason: %(reason)s"),
    "name_taken_by_other": _lt(
        "The name is taken in QuickBooks by %(holder)s. Rename it on one side, then retry."
    ),
    "number_taken_by_other": _lt(
        "The number %(number)s belongs to a different document in QuickBooks (%(type)s %(id)s). "
        "Change the number on one side, then retry."
    ),
    "inactive_dependency": _lt(
        "%(names)s is inactive in QuickBooks. Make it active again there, or use the button here."
    ),
    "deleted_dependency": _lt(
        "%(names)s no longer exists in QuickBooks. Remove its link, and it is created anew."
    ),
    # -- coming back
    "inbound_echo": _lt("Known already."),
    "inbound_older": _lt("A newer change took its place."),
    "inbound_nothing_ours": _lt("Nothing changed that Odoo keeps too."),
    "inbound_not_ours": _lt("Not an invoice of Odoo."),
    "inbound_not_linked": _lt("Not a document of Odoo."),
    "inbound_not_our_credit": _lt("Not a credit note of Odoo."),
    "inbound_gone": _lt("It was deleted in QuickBooks."),
    "inbound_off": _lt("This does not come back: it is switched off in the settings."),
    "inbound_inactive": _lt("It is inactive in QuickBooks."),
    "inbound_in_flight": _lt("A change of ours is on its way to it; looked at again after that."),
    "inbound_on_its_way": _lt("What explains the balance is on its way to QuickBooks."),
    "inbound_needs": _lt("Something it depends on is read first."),
    "inbound_refused": _lt("Odoo does not allow it: %(reason)s"),
    "inbound_error": _lt(
        "An unexpected error stopped this change: %(error)s. Retry; if it stays, tell your "
        "developer."
    ),
    "inbound_unreadable": _lt(
        "QuickBooks does not let this be read: %(error)s. Retry; if it stays, tell your developer."
    ),
    "inbound_locked": _lt(
        "It is dated %(date)s, and the books are locked up to %(lock)s. Open the period and retry, "
        "or ignore it."
    ),
    "inbound_no_journal": _lt(
        "There is no bank journal for payments entered in QuickBooks. Choose one in the settings."
    ),
    "inbound_currency": _lt(
        "The payment is in %(currency)s, which is not active here or not the currency of "
        "%(names)s. Activate it, or enter this payment by hand and ignore it here."
    ),
    "inbound_customer_unknown": _lt(
        "The payment's customer %(id)s could not be linked to a contact. Link the contact, then "
        "retry."
    ),
    "inbound_parent_unknown": _lt(
        "The parent of %(name)s could not be linked to a contact. Link the parent, then retry."
    ),
    "inbound_ambiguous": _lt(
        "%(name)s could be several contacts. Press Sync on the right one, or merge the doubles, "
        "then retry."
    ),
    "inbound_voided_before": _lt("The payment was voided before it was seen here."),
    "inbound_credit_only": _lt("No money was received and no credit applied."),
    "inbound_application_unknown": _lt("Credits were applied to documents Odoo does not have."),
    "inbound_application_applied": _lt("Credit of %(applied)s was applied as in QuickBooks."),
    "inbound_application_open": _lt(
        "QuickBooks applies credit to or from %(names)s, which Odoo could not follow: it is not "
        "here, or not open any more. Apply the credit note by hand, or change it in QuickBooks."
    ),
    "inbound_application_voided": _lt(
        "The application of the credit was undone in QuickBooks and is undone here."
    ),
    "inbound_payment_applied": _lt(
        "Payment of %(total)s from QuickBooks, %(applied)s of it applied to invoices."
    ),
    "inbound_payment_open": _lt(
        "Payment of %(total)s from QuickBooks, %(applied)s of it applied to invoices. QuickBooks "
        "also applies it to %(names)s, which is not known or not open here. Apply the rest by "
        "hand, then accept the difference."
    ),
    "inbound_payment_voided": _lt("The payment was voided in QuickBooks and is cancelled here."),
    "payment_deleted_there": _lt("The payment was deleted in QuickBooks and is cancelled here."),
    "inbound_balance_equal": _lt("Open on both sides: %(balance)s."),
    "inbound_balance_noted": _lt("The balance was noted."),
    "inbound_matched": _lt("A contact was there already and is linked."),
    "inbound_created": _lt("A contact was made from the name in QuickBooks."),
    "inbound_customer": _lt("Taken from QuickBooks: %(attributes)s."),
    "inbound_insisted": _lt(
        "Changed in QuickBooks, but kept in Odoo: %(attributes)s. Ours is sent again."
    ),
    "inbound_merged": _lt("Merged in QuickBooks into the name with id %(id)s."),
    "balance_differs": _lt(
        "Open in QuickBooks: %(remote)s, in Odoo: %(local)s. Compare the payments on both sides, "
        "or accept the difference."
    ),
    "webhooks_silent": _lt(
        "QuickBooks has changed, but did not tell, although it did before. Check the webhooks page "
        "of your Intuit app and that this server can be reached from outside. Until then changes "
        "are found by asking, every %(minutes)s minutes."
    ),
    "drift_invoice": _lt(
        "Changed in QuickBooks: %(attributes)s. Compare both versions, then send ours again, "
        "accept theirs or ignore it."
    ),
    "drift_application": _lt(
        "What the credit is applied to was changed on both sides. Compare both versions, then send "
        "ours again or accept theirs."
    ),
    "drift_application_money": _lt(
        "In QuickBooks money was added to a Payment that only applied a credit. Enter the money as "
        "a payment of its own there, or record it here and ignore the difference."
    ),
    "drift_voided": _lt(
        "It was voided in QuickBooks. Cancel it here, or send ours again, or ignore it."
    ),
    "drift_revived": _lt(
        "It is cancelled here, but was filled in again in QuickBooks. Void it there, or ignore it."
    ),
    "drift_over": _lt("QuickBooks' version is the agreed one again."),
    "drift_payment": _lt(
        "The payment was changed on both sides. Compare both versions, then send ours again, "
        "accept theirs or ignore it."
    ),
    "drift_bank": _lt(
        "The payment was changed or voided in QuickBooks, but is matched with the bank here. Undo "
        "the match first and accept theirs, or send ours again."
    ),
    "drift_pos": _lt(
        "The payment was changed or voided in QuickBooks, but was received at the till. Send ours "
        "again, or ignore the difference with a reason."
    ),
    "drift_write_off": _lt(
        "The payment was changed in QuickBooks, but carries a write-off here. Change it by hand, "
        "then ignore the difference."
    ),
    "drift_customer_unknown": _lt(
        "The payment was given to a customer that is not linked here. Link the contact, then "
        "accept theirs."
    ),
    "drift_customer": _lt(
        "Changed on both sides: %(attributes)s. Send ours again, or accept theirs."
    ),
    "drift_insisted": _lt(
        "%(attributes)s belongs to Odoo, but is changed in QuickBooks again and again. Find out "
        "who does it there, then send ours again, or accept theirs."
    ),
    "drift_money": _lt(
        "Amounts of a posted document are never changed from outside. Reset it to draft and "
        "correct it here, or send ours again, or ignore the difference."
    ),
    "drift_cancel_here": _lt(
        "It was voided in QuickBooks. To accept that, cancel it here, after its payments."
    ),
    "drift_cancel_deleted": _lt(
        "It was deleted in QuickBooks. To accept that, cancel it here, after its payments."
    ),
    "drift_accepted": _lt("QuickBooks' version was accepted by %(user)s."),
    "drift_made_anew": _lt("It was deleted in QuickBooks (%(id)s); %(user)s has it made anew."),
    "drift_ignored": _lt("Difference ignored by %(user)s: %(reason)s"),
    # -- documents of before the cut-off
    "opening_differs": _lt(
        "Differs: %(names)s. Correct one side and compare again, or link it anyway."
    ),
    "opening_party": _lt(
        "It is not certain which QuickBooks name %(name)s is. Press Sync on the contact or choose "
        "there, then compare again."
    ),
    "opening_several": _lt(
        "QuickBooks has several documents of this number that fit equally well. Number them "
        "differently there and compare again, or link the one shown."
    ),
    "opening_taken": _lt("QuickBooks' document %(id)s is linked to another record already."),
    "opening_voided": _lt("It is voided in QuickBooks. Cancel it here, or enter it there again."),
    "opening_missing": _lt("QuickBooks has no %(type)s with the number %(numbers)s."),
    "opening_linked": _lt("%(number)s was linked to the document QuickBooks had already."),
    "opening_forced": _lt("Linked by %(user)s although it differs: %(names)s."),
    "opening_never_sent": _lt(
        "It is older than the cut-off date and was only linked, so its content is never sent. "
        "Correct it in QuickBooks, or remove the link."
    ),
    "opening_cancelled": _lt(
        "It is cancelled here, but stands in QuickBooks, where Odoo leaves earlier documents "
        "alone. Void it there, or accept the difference."
    ),
    "opening_total": _lt(
        "Its total is %(local)s here and %(remote)s in QuickBooks, where Odoo leaves earlier "
        "documents alone. Correct it there, or accept the difference."
    ),
    "opening_deleted": _lt(
        "It was deleted in QuickBooks. Remove the link, or cancel it here as well."
    ),
    "opening_payment": _lt(
        "It paid %(names)s before that was linked, so QuickBooks has this money already. Apply the "
        "rest of it there."
    ),
    "opening_before": _lt("It was there before the documents it pays were linked."),
    "opening_before_mixed": _lt(
        "It paid %(names)s before that was linked, so this money is in Odoo already. Apply the "
        "rest of it here by hand, then ignore this."
    ),
    # -- done
    "projects_off": _lt(
        "Documents go to their contact's customer, so projects stay out of QuickBooks. Choose "
        "“A sub-customer per project” in Settings first."
    ),
    "project_template": _lt("This is a template, which stays out of QuickBooks."),
    "project_without_customer": _lt(
        "The project has no customer, so it has no place in QuickBooks. Choose its customer."
    ),
    "project_of_other_customer": _lt(
        "In QuickBooks the project %(name)s belongs to another customer, and QuickBooks does not "
        "move its projects. Choose that customer here, or remove the link to get a new one."
    ),
    "timesheets_off": _lt("Timesheets do not go to QuickBooks. Choose it in Settings."),
    "not_a_timesheet": _lt("Only work on a project, by an employee, goes to QuickBooks."),
    "negative_time": _lt(
        "Its time is below zero, which QuickBooks does not know. Reduce the line it corrects."
    ),
    "worker_unknown": _lt(
        "QuickBooks has no single employee or vendor called %(name)s. Choose who that is in the "
        "mapping, or add the employee there."
    ),
    "time_differs": _lt(
        "QuickBooks has %(remote)s minutes, Odoo %(local)s. Check it there, then send again or "
        "accept."
    ),
    "several_classes": _lt(
        "These lines are shared between several classes, and QuickBooks has one per line: "
        "%(names)s. Split the lines, or let documents go without a class in Settings."
    ),
    "several_classes_on_document": _lt(
        "The lines belong to several classes, and this QuickBooks company has one per document. "
        "Split the document, or let documents go without a class in Settings."
    ),
    "several_locations": _lt(
        "The lines belong to several locations, and QuickBooks has one per document. Split the "
        "document, or let documents go without a location in Settings."
    ),
    "drift_project": _lt(
        "A project's name and customer are kept in Odoo. Change the project here, or send our "
        "version again."
    ),
    "file_missing": _lt(
        "The file is missing in Odoo's file store, so it cannot be uploaded. Attach it again."
    ),
    "file_kind": _lt("%(name)s stays out of QuickBooks, which takes no files of this kind."),
    "file_empty": _lt("%(name)s stays out of QuickBooks, because it is empty."),
    "file_size": _lt("%(name)s stays out of QuickBooks, because it is larger than 20 MB."),
    "file_differs": _lt(
        "QuickBooks received %(remote)s bytes of this file instead of %(local)s. Send it again."
    ),
    "contact_gave_way": _lt("The link of this contact went over to the project %(name)s."),
    "created": _lt("Created in QuickBooks."),
    "updated": _lt("Updated in QuickBooks."),
    "voided": _lt("Voided in QuickBooks."),
    "deleted": _lt("Deleted in QuickBooks (%(type)s %(id)s)."),
    "linked": _lt("Linked to an existing record of QuickBooks."),
    "already_there": _lt("Already up to date in QuickBooks."),
    "found_again": _lt("Found in QuickBooks after a broken line, and linked."),
    "nothing_to_do": _lt("Nothing to send."),
}


class QuickbooksMessages(models.AbstractModel):
    """Turns keys into sentences in the reader's language."""

    _name = "quickbooks.messages"
    _description = "QuickBooks Messages"

    @api.model
    def _sentence(self, key, **params):
        """The sentence of a key, parameters filled in; unknown ones stay empty."""
        text = SENTENCES[key]._translate(self.env.lang or "en_US")
        return text % defaultdict(str, params) if "%(" in text else text
