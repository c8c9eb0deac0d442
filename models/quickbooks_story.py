from odoo import api, fields, models
from odoo.tools import float_repr, format_date

from ..qbo import canonical
from ..qbo.money import dec

#: Lines of the history that are shown.
SHOWN = 60

MANAGER = "quickbooks_online.group_manager"


class QuickbooksStory(models.AbstractModel):
    """Both sides of an invoice as people read them: balances, payments, and what went to and fro.

    Everything follows from links, the ledger and the log; nothing is stored. What the reader may
    not see of Odoo's own records is left out, because the engine's tables are read without his
    rights.
    """

    _name = "quickbooks.story"
    _description = "QuickBooks Story"

    @api.model
    def _tell(self, move):
        """The story of one invoice the reader may see.

        :return: dict for the page (``static/src/quickbooks_story``), or False when QuickBooks has
            nothing to do with it
        """
        links = self._links(move)
        if not links:
            return False
        invoice = links._worst_first()._main_first()[:1]
        paid_here, payment_links = self._paid_here(move, invoice.connection_id)
        return {
            "balances": self._balances(move, invoice),
            "payments": paid_here + self._only_there(move, invoice),
            "lines": self._lines(links | payment_links),
        }

    def _links(self, records):
        """Live links of records of one model, in whichever connection."""
        return (
            self.env["quickbooks.binding"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("state", "!=", "unlinked"),
                    ("connection_id.active", "=", True),
                ]
            )
        )

    # -- balances ------------------------------------------------------------------------------

    def _balances(self, move, link):
        """What is open on both sides; theirs is what QuickBooks answered last."""
        currency = move.currency_id
        theirs = link.remote_balance
        here = dec(float_repr(move.amount_residual, currency.decimal_places))
        return {
            "here": currency.format(move.amount_residual),
            "there": currency.format(float(theirs)) if theirs else "",
            "same": not theirs or here == dec(theirs),
            "at": fields.Datetime.to_string(link.last_sync_at) or "",
            "url": link.url or "",
        }

    # -- payments ------------------------------------------------------------------------------

    def _paid_here(self, move, connection):
        """What settles the invoice in Odoo, each with its object in QuickBooks.

        :return: (rows, links of the payments)
        """
        partials = move._get_all_reconciled_invoice_partials() or []
        settled = [(p, p["aml"].move_id) for p in partials if not p["is_exchange"]]
        entries = move.browse().union(*(entry for _partial, entry in settled))
        payers, links = self._payers(entries), self.env["quickbooks.binding"].sudo()
        by_model = {}
        for payer in payers.values():
            by_model.setdefault(payer._name, []).append(payer.id)
        for model, ids in by_model.items():
            links |= self._links(self.env[model].browse(ids))
        by_record = {(link.res_model, link.res_id): link for link in links}
        rows = []
        for partial, entry in settled:
            record = entry.origin_payment_id or entry
            payer = payers[entry]
            link = by_record.get((payer._name, payer.id), links.browse())
            rows.append(self._row_here(move, partial, record, link))
        return rows, links

    @staticmethod
    def _payers(entries):
        """Entry → the record that QuickBooks has as the payment: of many it is not the entry."""
        result = {}
        for entry in entries:
            payer = entry.origin_payment_id or entry.statement_line_id
            if not payer and "pos_payment_ids" in entry._fields:
                payer = entry.sudo().pos_payment_ids.filtered(lambda p: not p.is_change)[:1]
            result[entry] = payer or entry
        return result

    def _row_here(self, move, partial, record, link):
        readable = record.has_access("read")
        amount = partial["currency"].format(partial["amount"])
        return {
            "key": f"{record._name}/{record.id}/{partial['partial_id']}",
            "date": format_date(self.env, partial["aml"].date),
            "name": record.display_name if readable else "",
            "model": record._name if readable else "",
            "id": record.id,
            "amount": amount,
            **self._remote_part(link),
        }

    def _remote_part(self, link):
        """What a row says about QuickBooks."""
        state = dict(link._fields["state"]._description_selection(self.env))
        return {
            "remote_id": link.remote_id or "",
            "remote_type": link.remote_type or "",
            "url": link.url or "",
            "state": link.state or "none",
            "state_name": state.get(link.state) or self.env._("Not in QuickBooks"),
            "reason": link.error_text or "",
        }

    def _only_there(self, move, invoice):
        """What QuickBooks applies to the invoice and Odoo does not know as a payment of it."""
        body = canonical.loads(invoice.drift_remote or invoice.agreed_remote or "{}")
        applied = {
            (link["TxnType"], link["TxnId"])
            for link in body.get("LinkedTxn") or ()
            if link.get("TxnType") in ("Payment", "CreditMemo")
        }
        known = (
            self.env["quickbooks.binding"]
            .sudo()
            .search(
                [
                    ("connection_id", "=", invoice.connection_id.id),
                    ("remote_type", "in", ("Payment", "CreditMemo")),
                    ("remote_id", "in", [remote_id for _kind, remote_id in applied]),
                    ("state", "!=", "unlinked"),
                ]
            )
        )
        applied -= {(link.remote_type, link.remote_id) for link in known}
        return [self._row_there(invoice, *pair) for pair in sorted(applied)]

    def _row_there(self, invoice, remote_type, remote_id):
        event = (
            self.env["quickbooks.event"]
            .sudo()
            .search(
                [
                    ("connection_id", "=", invoice.connection_id.id),
                    ("remote_type", "=", remote_type),
                    ("remote_id", "=", remote_id),
                ],
                limit=1,
            )
        )
        connector = self.env["quickbooks.connector"]
        return {
            "key": f"{remote_type}/{remote_id}",
            "date": "",
            "name": "",
            "model": "",
            "id": False,
            "amount": "",
            "remote_id": remote_id,
            "remote_type": remote_type,
            "url": connector._deep_link(invoice.connection_id, remote_type, remote_id) or "",
            "state": "only_there",
            "state_name": self.env._("Only in QuickBooks"),
            "reason": event.reason or "",
        }

    # -- history -------------------------------------------------------------------------------

    def _lines(self, links):
        """What was sent and received, the newest first."""
        logs = (
            self.env["quickbooks.log"]
            .sudo()
            .search([("binding_id", "in", links.ids)], limit=SHOWN, order="id desc")
        )
        manager = self.env.user.has_group(MANAGER)
        return [
            {
                "id": log.id,
                "at": fields.Datetime.to_string(log.create_date),
                "level": log.level,
                "about": " ".join(filter(None, (log.local_name, log.binding_id.remote_id))),
                "type": log.remote_type or "",
                "message": log.message,
                "url": log.binding_id.url or "",
                "trace": (log.intuit_tid or "") if manager else "",
            }
            for log in logs
        ]
