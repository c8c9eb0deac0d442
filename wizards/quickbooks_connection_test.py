from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..qbo import dates, query
from ..qbo.errors import QboError
from ..qbo.http.client import MINOR_VERSION
from ..qbo.mapping.profile import read_profile
from ..sync.access.connector import PATIENCE

#: Odoo's clock and QuickBooks' may differ by this much.
CLOCK_TOLERANCE = timedelta(minutes=2)


class QuickbooksConnectionTest(models.TransientModel):
    """Reads from QuickBooks and lists what is well and what is not."""

    _name = "quickbooks.connection.test"
    _description = "QuickBooks Connection Test"

    connection_id = fields.Many2one("quickbooks.connection", required=True, ondelete="cascade")
    line_ids = fields.One2many("quickbooks.connection.test.line", "test_id")
    failed_count = fields.Integer(compute="_compute_failed_count")

    @api.depends("line_ids.ok")
    def _compute_failed_count(self):
        for test in self:
            test.failed_count = len(test.line_ids.filtered(lambda line: not line.ok))

    @api.model
    def _run(self, connection):
        """Check a connection.

        :return: the action that shows the result
        """
        test = self.create(
            {
                "connection_id": connection.id,
                "line_ids": [fields.Command.create(vals) for vals in self._checks(connection)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connection Test"),
            "res_model": self._name,
            "res_id": test.id,
            "view_mode": "form",
            "target": "new",
        }

    def _checks(self, connection):
        """Lines of the result; reading stops at the first failure that makes the rest pointless."""
        token, line = self._check_credentials(connection)
        lines = [line]
        if not token:
            return lines
        client = self.env["quickbooks.gateway"]._client(connection, token, timeout=PATIENCE)
        try:
            company_answer = client.call("GET", f"companyinfo/{connection.realm_id}")
            lines.append(self._check_permission(company_answer))
            if not company_answer.ok:
                return lines
            preferences = client.call("GET", "preferences").raise_for_fault().body["Preferences"]
            client.query(query.select("Account", limit=1))
        except QboError as error:
            plain = self.env["quickbooks.connector"]._plain(error)
            return [*lines, self._line(self.env._("Company file"), False, plain)]
        finally:
            client.close()
        company = company_answer.body["CompanyInfo"]
        return lines + self._company_lines(connection, company, preferences, company_answer.body)

    @staticmethod
    def _line(name, ok, detail):
        return {"name": name, "ok": ok, "detail": detail}

    def _check_credentials(self, connection):
        name = self.env._("Credentials")
        try:
            token = self.env["quickbooks.tokens"]._access_token(connection)
        except (QboError, UserError) as error:
            detail = (
                self.env["quickbooks.connector"]._plain(error)
                if isinstance(error, QboError)
                else str(error)
            )
            return "", self._line(name, False, detail)
        return token, self._line(name, True, self.env._("Accepted by QuickBooks."))

    def _check_permission(self, outcome):
        name = self.env._("Permission")
        if outcome.ok:
            return self._line(name, True, self.env._("The company may be read."))
        try:
            outcome.raise_for_fault()
        except QboError as error:
            return self._line(name, False, self.env["quickbooks.connector"]._plain(error))
        return self._line(name, False, outcome.reason)

    def _company_lines(self, connection, company, preferences, answer):
        profile = read_profile(company, preferences)
        ours = connection.company_id
        home = profile["home_currency"]
        country = ours.country_id.code or ""
        closed = profile["book_close_date"]
        return [
            self._line(
                self.env._("Company file"),
                True,
                self.env._(
                    "%(name)s, realm %(realm)s",
                    name=company["CompanyName"],
                    realm=connection.realm_id,
                ),
            ),
            self._line(
                self.env._("Home currency"),
                home == ours.currency_id.name,
                self.env._(
                    "QuickBooks %(theirs)s, Odoo %(ours)s", theirs=home, ours=ours.currency_id.name
                ),
            ),
            self._line(
                self.env._("Country"),
                not country or profile["country"] == country,
                self.env._(
                    "QuickBooks %(theirs)s, Odoo %(ours)s",
                    theirs=profile["country"],
                    ours=country or "-",
                ),
            ),
            self._line(
                self.env._("Minor version"),
                True,
                self.env._("%s, accepted by QuickBooks", MINOR_VERSION),
            ),
            self._line(
                self.env._("Sales tax"), profile["using_sales_tax"], self._tax_sentence(profile)
            ),
            self._line(
                self.env._("Multicurrency"),
                profile["multicurrency"] or not self._foreign_in_use(ours),
                self.env._("On")
                if profile["multicurrency"]
                else self.env._("Off: only %s can be sent.", home),
            ),
            self._line(
                self.env._("Custom transaction numbers"),
                profile["custom_txn_numbers"] or connection.number_policy == "quickbooks",
                self._number_sentence(profile),
            ),
            self._line(
                self.env._("Closing date"),
                not closed
                or not connection.cutoff_date
                or closed < fields.Date.to_string(connection.cutoff_date),
                self.env._("Closed up to %s", closed)
                if closed
                else self.env._("No period is closed."),
            ),
            self._line(
                self.env._("Automatic application of credits"),
                not profile["auto_apply_credit"],
                self.env._(
                    "On: QuickBooks may pay new invoices from open credits by itself. Switch it "
                    "off in QuickBooks under Account and settings, Advanced, Automation."
                )
                if profile["auto_apply_credit"]
                else self.env._("Off"),
            ),
            self._clock_line(answer),
        ]

    def _tax_sentence(self, profile):
        if not profile["using_sales_tax"]:
            return self.env._("Sales tax is not set up in QuickBooks: tax cannot be sent.")
        if profile["automated_sales_tax"]:
            return self.env._("Automated sales tax")
        return self.env._("Own tax codes")

    def _number_sentence(self, profile):
        if profile["custom_txn_numbers"]:
            return self.env._("On: QuickBooks refuses duplicate numbers.")
        return self.env._(
            "Off: Odoo's numbers are taken, but duplicates are not refused. Switch on “Custom "
            "transaction numbers” in QuickBooks under Account and settings, Sales."
        )

    def _foreign_in_use(self, company):
        """Whether Odoo bills in other currencies."""
        return bool(
            self.env["account.move"].search_count(
                [
                    ("company_id", "=", company.id),
                    ("move_type", "=", "out_invoice"),
                    ("currency_id", "!=", company.currency_id.id),
                ],
                limit=1,
            )
        )

    def _clock_line(self, answer):
        name = self.env._("Clock difference")
        theirs = dates.naive_utc(answer["time"])
        difference = abs(theirs - fields.Datetime.now())
        return self._line(
            name,
            difference <= CLOCK_TOLERANCE,
            self.env._("%s seconds", int(difference.total_seconds())),
        )


class QuickbooksConnectionTestLine(models.TransientModel):
    _name = "quickbooks.connection.test.line"
    _description = "QuickBooks Connection Test Line"

    test_id = fields.Many2one(
        "quickbooks.connection.test", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    ok = fields.Boolean()
    detail = fields.Char()
