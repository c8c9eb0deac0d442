from dataclasses import replace

from odoo import models

from ...qbo import canonical
from ...qbo.mapping.purchase import charged, uncharged
from ..plan import Hold


class QuickbooksPurchasesAdapter(models.AbstractModel):
    """What costs belong to: class and customer of a line, location of a document.

    Lines of purchases name the customer, not the document. A purchase form has no class of its own
    (FACTS 5.13), so where the company has one per document each line carries it. Lines are billable
    in QuickBooks only where the connection wants it, and never those that Odoo's sales invoice
    again: the customer would be charged twice. What he was charged for in QuickBooks is left alone
    there, because lines replace each other, and new ones could be billed once more.
    """

    _inherit = "quickbooks.purchases"

    def _prefetch(self, ctx, records):
        result = super()._prefetch(ctx, records)
        entries = self.env["account.move"].union(*(self._entry(record) for record in records))
        self.env["quickbooks.projects"]._prefetch_costs(ctx, entries.line_ids)
        return result

    def _preflight(self, ctx, record):
        problem = super()._preflight(ctx, record)
        return problem or self.env["quickbooks.analytics"]._problem(
            ctx, self._amount_lines(ctx, record)
        )

    def _missing_mappings(self, ctx, record):
        missing = super()._missing_mappings(ctx, record)
        lines = self._amount_lines(ctx, record)
        return missing | self.env["quickbooks.analytics"]._missing(ctx, lines)

    def _needed_operations(self, ctx, operation, record):
        needed = super()._needed_operations(ctx, operation, record)
        lines = self._amount_lines(ctx, record)
        return needed | self.env["quickbooks.projects"]._needed_costs(ctx, operation, lines)

    def _line(self, ctx, line):
        analytics = self.env["quickbooks.analytics"]
        customer, project = self.env["quickbooks.projects"]._cost_customer(ctx, line)
        class_ref = analytics._line_class(ctx, line)
        if not ctx.profile.class_per_line:
            class_ref = analytics._document_class(ctx, line.move_id.line_ids)
        return replace(
            super()._line(ctx, line),
            class_ref=class_ref,
            customer=customer,
            project=project,
            billable=bool(customer) and self._is_billable(ctx, line),
        )

    def _is_billable(self, ctx, line):
        """Whether people in QuickBooks are to charge the customer for it."""
        return (
            ctx.connection.purchase_customer == "billable"
            and ctx.profile.billable_expenses
            and self._sign > 0
            and line.display_type == "product"
            and not self._is_invoiced_again(line)
        )

    @staticmethod
    def _is_invoiced_again(line):
        """Whether Odoo's sales charge the customer, or did: expenses and bills of products with a
        policy become lines of his order, and stay it when the policy is changed afterwards (the
        addons sale and sale_expense are optional)."""
        product, costs = line.product_id, line.sudo().analytic_line_ids
        if "expense_policy" in product._fields and product.expense_policy not in (False, "no"):
            return True
        return "so_line" in costs._fields and bool(costs.so_line)

    # -- charged in QuickBooks -----------------------------------------------------------------

    @staticmethod
    def _charged_lines(link):
        """The lines as last agreed, of a document whose customer was charged there; else None."""
        known = (link.drift_remote, link.agreed_remote)
        if not any(charged(canonical.loads(body or "{}")) for body in known):
            return None
        return canonical.loads(link.agreed_payload or "{}").get("Line") or []

    def _write(self, operation, payload):
        lines = self._charged_lines(operation.binding_id)
        if lines is not None:
            if not canonical.same(uncharged(payload["Line"]), uncharged(lines)):
                return Hold("charged_there")
            payload = {**payload, "Line": lines}
        return super()._write(operation, payload)

    def _update_body(self, operation, payload):
        """Without the lines, which then stay as they are (FACTS 7.4)."""
        body = super()._update_body(operation, payload)
        if self._charged_lines(operation.binding_id) is None:
            return body
        return {key: value for key, value in body.items() if key not in ("Line", "TxnTaxDetail")}

    def _snapshot(self, ctx, record):
        lines = self._amount_lines(ctx, record)
        department = self.env["quickbooks.analytics"]._department(ctx, record, lines)
        return replace(super()._snapshot(ctx, record), department=department)
