from odoo import api, fields, models
from odoo.exceptions import AccessError

from .quickbooks_connection import ENVIRONMENTS

#: Settings that are columns of the connection itself.
RULES = frozenset(
    {
        "qbo_cutoff_date",
        "qbo_document_trigger",
        "qbo_number_policy",
        "qbo_stage",
        "qbo_tax_policy",
        "qbo_polling_minutes",
        "qbo_owner_name",
        "qbo_owner_address",
        "qbo_owner_contact",
        "qbo_owner_term",
        "qbo_owner_notes",
        "qbo_conflict_policy",
    }
)

#: Of these an empty value is a choice, once there is a connection.
SWITCHES = frozenset(
    {
        "qbo_payments_back",
        "qbo_customers_back",
        "qbo_payment_journal_id",
        "qbo_payment_origin",
        "qbo_purchases_out",
        "qbo_vendors_back",
        "qbo_review_requests",
        "qbo_review_url",
        "qbo_review_template_id",
    }
)


class ResConfigSettings(models.TransientModel):
    """The QuickBooks card of the general settings.

    The client secret is written, never read: its field is always empty, and an empty value leaves
    the stored one alone.
    """

    _inherit = "res.config.settings"

    qbo_connection_id = fields.Many2one(
        "quickbooks.connection", compute="_compute_qbo_connection_id"
    )
    qbo_environment = fields.Selection(
        ENVIRONMENTS,
        string="Environment",
        compute="_compute_qbo_settings",
        inverse="_inverse_qbo_settings",
    )
    qbo_simulator_url = fields.Char(
        string="Simulator Address",
        compute="_compute_qbo_settings",
        inverse="_inverse_qbo_settings",
    )
    qbo_client_id = fields.Char(
        string="Client ID", compute="_compute_qbo_settings", inverse="_inverse_qbo_settings"
    )
    qbo_client_secret = fields.Char(
        string="Client Secret", compute="_compute_qbo_settings", inverse="_inverse_qbo_settings"
    )
    qbo_has_secret = fields.Boolean(compute="_compute_qbo_settings")
    qbo_verifier = fields.Char(
        string="Verifier Token", compute="_compute_qbo_settings", inverse="_inverse_qbo_settings"
    )
    qbo_has_verifier = fields.Boolean(compute="_compute_qbo_settings")
    qbo_webhook_uri = fields.Char(string="Webhook Address", compute="_compute_qbo_settings")
    qbo_redirect_uri = fields.Char(string="Redirect URI", compute="_compute_qbo_settings")
    qbo_state = fields.Selection(related="qbo_connection_id.state")
    qbo_attention_reason = fields.Char(related="qbo_connection_id.attention_reason")
    qbo_company_name = fields.Char(related="qbo_connection_id.company_name")
    qbo_realm_id = fields.Char(related="qbo_connection_id.realm_id")
    qbo_country_code = fields.Char(related="qbo_connection_id.country_code")
    qbo_home_currency = fields.Char(related="qbo_connection_id.home_currency")
    qbo_status_sentence = fields.Char(related="qbo_connection_id.status_sentence")
    qbo_stage = fields.Selection(related="qbo_connection_id.stage", readonly=False)
    qbo_cutoff_date = fields.Date(related="qbo_connection_id.cutoff_date", readonly=False)
    qbo_document_trigger = fields.Selection(
        related="qbo_connection_id.document_trigger", readonly=False
    )
    qbo_number_policy = fields.Selection(related="qbo_connection_id.number_policy", readonly=False)
    qbo_tax_policy = fields.Selection(related="qbo_connection_id.tax_policy", readonly=False)
    qbo_payment_origin = fields.Char(related="qbo_connection_id.payment_origin", readonly=False)
    qbo_payments_back = fields.Boolean(related="qbo_connection_id.payments_back", readonly=False)
    qbo_customers_back = fields.Boolean(related="qbo_connection_id.customers_back", readonly=False)
    qbo_vendors_back = fields.Boolean(related="qbo_connection_id.vendors_back", readonly=False)
    qbo_owner_name = fields.Selection(related="qbo_connection_id.owner_name", readonly=False)
    qbo_owner_address = fields.Selection(related="qbo_connection_id.owner_address", readonly=False)
    qbo_owner_contact = fields.Selection(related="qbo_connection_id.owner_contact", readonly=False)
    qbo_owner_term = fields.Selection(related="qbo_connection_id.owner_term", readonly=False)
    qbo_owner_notes = fields.Selection(related="qbo_connection_id.owner_notes", readonly=False)
    qbo_conflict_policy = fields.Selection(
        related="qbo_connection_id.conflict_policy", readonly=False
    )
    qbo_review_requests = fields.Boolean(
        related="qbo_connection_id.review_requests", readonly=False
    )
    qbo_review_url = fields.Char(related="qbo_connection_id.review_url", readonly=False)
    qbo_review_template_id = fields.Many2one(
        related="qbo_connection_id.review_template_id", readonly=False
    )
    qbo_purchases_out = fields.Boolean(related="qbo_connection_id.purchases_out", readonly=False)
    qbo_payment_journal_id = fields.Many2one(
        related="qbo_connection_id.payment_journal_id", readonly=False
    )
    qbo_polling_minutes = fields.Integer(
        related="qbo_connection_id.polling_minutes", readonly=False
    )
    qbo_missing_mapping_count = fields.Integer(related="qbo_connection_id.missing_mapping_count")
    qbo_attention_count = fields.Integer(related="qbo_connection_id.attention_count")
    qbo_references_at = fields.Datetime(related="qbo_connection_id.references_at")
    qbo_income_account_id = fields.Many2one(
        "quickbooks.reference",
        string="Default Income Account",
        compute="_compute_qbo_defaults",
        inverse="_inverse_qbo_defaults",
        domain="[('connection_id', '=', qbo_connection_id), ('remote_type', '=', 'Account'),"
        " ('kind', '=', 'Income')]",
    )
    qbo_receivable_account_id = fields.Many2one(
        "quickbooks.reference",
        string="Receivable Account",
        compute="_compute_qbo_defaults",
        inverse="_inverse_qbo_defaults",
        domain="[('connection_id', '=', qbo_connection_id), ('remote_type', '=', 'Account'),"
        " ('kind', '=', 'Accounts Receivable')]",
    )
    qbo_default_item_id = fields.Many2one(
        "quickbooks.reference",
        string="Item for Lines Without Product",
        compute="_compute_qbo_defaults",
        inverse="_inverse_qbo_defaults",
        domain="[('connection_id', '=', qbo_connection_id), ('remote_type', '=', 'Item'),"
        " ('kind', 'in', ('Service', 'NonInventory', 'Inventory'))]",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._qbo_without_empty_rules(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._qbo_without_empty_rules(vals))

    def _qbo_without_empty_rules(self, vals):
        """Before a connection exists the form sends its rules as False, which would overwrite the
        defaults of the connection that the keys are about to create."""
        company = self.company_id[:1] or self.env.company
        known = self.env["quickbooks.connection"].search_count([("company_id", "=", company.id)])
        rules = RULES if known else RULES | SWITCHES
        return {key: value for key, value in vals.items() if value or key not in rules}

    def _compute_qbo_connection_id(self):
        for settings in self:
            settings.qbo_connection_id = self.env["quickbooks.connection"].search(
                [("company_id", "=", settings.company_id.id)], limit=1
            )

    @api.depends("company_id")
    def _compute_qbo_settings(self):
        for settings in self:
            connection = settings.qbo_connection_id
            credential = self.env["quickbooks.credential"]
            if connection:
                credential = credential.sudo().search([("connection_id", "=", connection.id)])
            settings.qbo_environment = connection.environment or "sandbox"
            settings.qbo_simulator_url = connection.simulator_url or "http://127.0.0.1:8390"
            settings.qbo_client_id = credential.client_id
            settings.qbo_client_secret = False
            settings.qbo_has_secret = bool(credential.client_secret)
            settings.qbo_verifier = False
            settings.qbo_has_verifier = bool(credential.verifier)
            gateway = self.env["quickbooks.gateway"]
            somebody = connection or self.env["quickbooks.connection"]
            settings.qbo_redirect_uri = gateway._redirect_uri(somebody)
            settings.qbo_webhook_uri = gateway._webhook_uri(somebody)

    def _inverse_qbo_settings(self):
        """Keep keys and environment. Only administrators get here; what is empty stays as it is."""
        for settings in self:
            typed = settings.qbo_client_id or settings.qbo_client_secret or settings.qbo_verifier
            if settings.qbo_connection_id or typed:
                settings._qbo_store_keys()

    def _qbo_store_keys(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators may change the QuickBooks keys."))
        connection = self._qbo_ensure_connection()
        values = {}
        if connection.state in ("draft", "disconnected", "attention"):
            if connection.environment != self.qbo_environment and not connection.realm_id:
                values["environment"] = self.qbo_environment
            if self.qbo_simulator_url and connection.simulator_url != self.qbo_simulator_url:
                values["simulator_url"] = self.qbo_simulator_url
        if values:
            connection.write(values)
        credential = self.env["quickbooks.credential"]._of(connection)
        keys = {}
        if self.qbo_client_id and self.qbo_client_id != credential.client_id:
            keys["client_id"] = self.qbo_client_id
        if self.qbo_client_secret:
            vault = self.env["quickbooks.vault"]
            keys["client_secret"] = vault._encrypt(self.qbo_client_secret.strip())
            keys["key_fingerprint"] = vault._fingerprint()
        if self.qbo_verifier:
            vault = self.env["quickbooks.vault"]
            keys["verifier"] = vault._encrypt(self.qbo_verifier.strip())
        if keys:
            credential.write(keys)

    def _qbo_ensure_connection(self):
        connection = self.qbo_connection_id
        if not connection:
            connection = self.env["quickbooks.connection"].create(
                {
                    "company_id": self.company_id.id,
                    "environment": self.qbo_environment,
                    "simulator_url": self.qbo_simulator_url,
                }
            )
            self.invalidate_recordset(["qbo_connection_id"])
        return connection

    @api.depends("company_id")
    def _compute_qbo_defaults(self):
        Mapping = self.env["quickbooks.mapping"]
        for settings in self:
            index = Mapping._index(settings.qbo_connection_id) if settings.qbo_connection_id else {}
            for field, kind in self._qbo_default_fields():
                row = index.get((kind, "", 0), Mapping)
                settings[field] = row.reference_id or row.suggested_id

    def _inverse_qbo_defaults(self):
        Mapping = self.env["quickbooks.mapping"]
        for settings in self.filtered("qbo_connection_id"):
            for field, kind in self._qbo_default_fields():
                chosen = settings[field]
                if not chosen:
                    continue
                row = Mapping._require(settings.qbo_connection_id, kind)
                if row.reference_id != chosen:
                    row.reference_id = chosen

    @staticmethod
    def _qbo_default_fields():
        return (
            ("qbo_income_account_id", "income_account"),
            ("qbo_receivable_account_id", "receivable_account"),
            ("qbo_default_item_id", "default_item"),
        )

    # -- buttons -------------------------------------------------------------------------------

    def action_qbo_connect(self):
        """Keep what was typed and go to QuickBooks."""
        self._inverse_qbo_settings()
        return self._qbo_ensure_connection().action_connect()

    def action_qbo_connect_other(self):
        self._inverse_qbo_settings()
        return self.qbo_connection_id.action_connect_other()

    def action_qbo_disconnect(self):
        return self.qbo_connection_id.action_disconnect()

    def action_qbo_test(self):
        return self.qbo_connection_id.action_test()

    def action_qbo_enable(self):
        self.qbo_connection_id.action_enable()
        return self._qbo_reload()

    def action_qbo_disable(self):
        self.qbo_connection_id.action_disable()
        return self._qbo_reload()

    def action_qbo_refresh_lists(self):
        return self.qbo_connection_id.action_refresh_lists()

    def action_qbo_mappings(self):
        return self.qbo_connection_id.action_view_mappings()

    def action_qbo_attention(self):
        return self.qbo_connection_id.action_view_attention()

    def action_qbo_manage(self):
        return self.qbo_connection_id._get_records_action(name=self.env._("QuickBooks"))

    @staticmethod
    def _qbo_reload():
        return {"type": "ir.actions.client", "tag": "reload"}
