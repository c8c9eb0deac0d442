from odoo import api, models

from ..qbo.money import dec

#: Context key: (id of the debit line, id of the credit line, amount as text) to reconcile.
EXACTLY = "qbo_reconcile_exactly"


class AccountMoveLine(models.Model):
    """What a posted line is distributed to may still change: its class, location or project.

    And two lines can be reconciled for less than what is open of both. Core always takes as much
    as it can; in QuickBooks a person applies any part of a credit, and Odoo's books must then show
    just that part.
    """

    _inherit = "account.move.line"

    def write(self, vals):
        result = super().write(vals)
        if "analytic_distribution" in vals and self.env["quickbooks.connection"]._has_analytics():
            posted = self.filtered(lambda line: line.parent_state == "posted").move_id
            for records in (posted, posted.origin_payment_id):  # an expense paid by the company
                self.env["quickbooks.capture"]._mark(
                    records, self.env._("The analytic distribution was changed")
                )
        return result

    @api.model
    def _qbo_reconcile_exactly(self, debit, credit, amount):
        """Reconcile two open lines of one account for this amount.

        :param amount: positive Decimal in the currency of both lines, not more than is open
        """
        exactly = (debit.id, credit.id, str(amount))
        (debit | credit).with_context(**{EXACTLY: exactly}).reconcile()

    @api.model
    def _prepare_reconciliation_single_partial(
        self, debit_values, credit_values, shadowed_aml_values=None
    ):
        debit_id, credit_id, amount = self.env.context.get(EXACTLY) or (None, None, None)
        if (debit_values["aml"].id, credit_values["aml"].id) == (debit_id, credit_id):
            debit_values = _limited(debit_values, dec(amount))
            credit_values = _limited(credit_values, dec(amount))
        return super()._prepare_reconciliation_single_partial(
            debit_values, credit_values, shadowed_aml_values=shadowed_aml_values
        )


def _limited(values, amount):
    """What is open of a line, as if it were this amount (``_prepare_reconciliation_amls``)."""
    line = values["aml"]
    open_amount = dec(str(values["amount_residual_currency"]))
    if amount >= abs(open_amount):
        return values
    digits = dec(1).scaleb(-line.company_currency_id.decimal_places)
    home = (dec(str(values["amount_residual"])) * amount / abs(open_amount)).quantize(digits)
    return {
        **values,
        "amount_residual_currency": float(amount.copy_sign(open_amount)),
        "amount_residual": float(home),
    }
