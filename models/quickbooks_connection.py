from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ..qbo import budget
from ..qbo.model import CompanyProfile
from .quickbooks_binding import PROBLEM_STATES, SETTLED_STATES

ENVIRONMENTS = [
    ("sandbox", "Sandbox"),
    ("production", "Production"),
    ("simulator", "Simulator on this computer"),
]

#: The activity that asks somebody to reconnect; connecting closes it.
ATTENTION = "quickbooks_online.mail_activity_type_attention"

#: Fields whose change makes the cached answer of ``_capturing`` wrong.
CAPTURE_FIELDS = frozenset(
    {"active", "company_id", "stage", "state", "cutoff_date", "document_trigger", "realm_id"}
    | {"purchases_out"}
)
#: Fields whose change lets something arrive that did not before.
RECEIVING_FIELDS = frozenset({"stage", "payments_back", "customers_back", "vendors_back"})


class QuickbooksConnection(models.Model):
    """One QuickBooks company file, for one Odoo company.

    A realm stays with its record for life: connecting another realm archives this record, so that
    old links are never taken for links into the new books (FACTS 14#58). People edit this table;
    running state lives in ``quickbooks.channel`` and secrets in ``quickbooks.credential``, because
    two writers of one row would mean serialization failures.
    """

    _name = "quickbooks.connection"
    _description = "QuickBooks Connection"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    name = fields.Char(compute="_compute_name")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    environment = fields.Selection(ENVIRONMENTS, required=True, default="sandbox")
    simulator_url = fields.Char(
        string="Simulator Address",
        default="http://127.0.0.1:8390",
        help="Address of the QuickBooks simulator. Only this computer's own addresses work.",
    )
    realm_id = fields.Char(
        "QuickBooks Realm", readonly=True, copy=False, help="QuickBooks company id."
    )
    company_name = fields.Char(string="QuickBooks Company", readonly=True, copy=False)
    country_code = fields.Char(string="QuickBooks Country", readonly=True, copy=False)
    home_currency = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Not connected"),
            ("connected", "Connected"),
            ("attention", "Reconnect needed"),
            ("copy", "Copy of another database"),
            ("disconnected", "Disconnected"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    attention_reason = fields.Char(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        tracking=True,
        help="Who is told when the connection needs somebody.",
    )
    authorization_ends_at = fields.Datetime(
        string="Authorized Until",
        compute="_compute_authorization_ends_at",
        help="Until then Odoo renews the authorization by itself. Intuit wants a new consent after "
        "five years at the latest; somebody is asked to reconnect 14, 7 and 2 days before.",
    )
    stage = fields.Selection(
        [("off", "Off"), ("manual", "By hand"), ("automatic", "Automatic")],
        default="off",
        required=True,
        copy=False,
        tracking=True,
        help="Off: nothing is noted and nothing is sent.\n"
        "By hand: changes are noted, a person sends them.\n"
        "Automatic: changes are sent within seconds.",
    )
    cutoff_date = fields.Date(
        string="Cut-off Date",
        default=fields.Date.context_today,
        tracking=True,
        help="Documents dated before this day are never sent.",
    )
    document_trigger = fields.Selection(
        [("posted", "When it is confirmed"), ("sent", "When it is sent to the customer")],
        string="Send Invoices",
        default="posted",
        required=True,
    )
    number_policy = fields.Selection(
        [("odoo", "Odoo's number"), ("quickbooks", "QuickBooks' own numbering")],
        string="Document Number",
        default="odoo",
        required=True,
        help="QuickBooks takes at most 21 characters: longer numbers are shortened, and the full "
        "number goes into the memo.",
    )
    tax_policy = fields.Selection(
        [("odoo", "The tax as billed in Odoo"), ("quickbooks", "The tax QuickBooks computes")],
        string="Sales Tax",
        default="odoo",
        required=True,
        help="Where QuickBooks lets the tax be given: with automated sales tax in the US, and "
        "everywhere else. Either way the totals are compared.",
    )
    tax_rounding = fields.Selection(
        [
            ("line", "A line carries the cents"),
            ("ask", "Ask before sending"),
            ("show", "Send and show the difference"),
        ],
        string="Sales Tax Rounding",
        default="line",
        required=True,
        help="US sales tax by hand is computed by QuickBooks on the sum of the taxable lines, so "
        "it may differ by cents from the tax billed in Odoo.",
    )
    payment_origin = fields.Char(
        string="Mark of Payments",
        default="Odoo",
        help="Payments from Odoo are marked with this payment method in QuickBooks, so that "
        "accountants find them there. It is made there when it is missing. A payment method that "
        "is mapped goes first. Empty: no mark.",
    )
    payments_back = fields.Boolean(
        string="Payments from QuickBooks",
        default=True,
        tracking=True,
        help="What is paid, voided or applied in QuickBooks settles or opens the invoices here.",
    )
    customers_back = fields.Boolean(
        string="Customers from QuickBooks",
        default=True,
        tracking=True,
        help="Customers of QuickBooks become contacts here, after those were matched that are "
        "here already; later changes follow.",
    )
    purchases_out = fields.Boolean(
        string="Vendor Bills and Expenses",
        tracking=True,
        help="Vendor bills, refunds, their payments and posted expenses go to QuickBooks, from the "
        "cut-off date on; vendors go with their first bill. Off: none of them is noted or sent. "
        "What is in QuickBooks already is kept in step either way.",
    )
    payment_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Payments",
        check_company=True,
        domain="[('type', 'in', ('bank', 'cash', 'credit'))]",
        help="Where payments entered in QuickBooks are posted when no journal is mapped to their "
        "deposit account. Without one, the first bank journal.",
    )
    polling_minutes = fields.Integer(
        string="Ask for Changes Every (Minutes)",
        default=15,
        required=True,
        help="QuickBooks announces changes by itself within seconds; asking finds what was lost "
        "on the way. Each question is a read. Asked less often when the month's reads are short.",
    )
    app_tier = fields.Selection(
        [(key, f"{tier.name}: {tier.calls:,} a month") for key, tier in budget.TIERS.items()],
        string="Intuit Plan",
        default="builder",
        required=True,
        tracking=True,
        help="Plan of your Intuit app. Intuit counts what is read from QuickBooks, over all "
        "companies and databases that use apps of the same developer; only what this database "
        "reads is known here. Sending is free.",
    )
    reads_used = fields.Integer(string="Reads This Month", compute="_compute_reads")
    reads_allowance = fields.Integer(compute="_compute_reads")
    reads_sentence = fields.Char(compute="_compute_reads")
    profile = fields.Json(readonly=True, copy=False)
    profile_at = fields.Datetime(string="Company Read On", readonly=True, copy=False)
    channel_ids = fields.One2many("quickbooks.channel", "connection_id")
    mapping_ids = fields.One2many("quickbooks.mapping", "connection_id")
    references_at = fields.Datetime(
        string="Lists Read On", compute="_compute_channel", help="Accounts, taxes, terms, items."
    )
    last_exchange_at = fields.Datetime(string="Last Exchange", compute="_compute_channel")
    announced_at = fields.Datetime(
        string="Last Announced",
        compute="_compute_announcements",
        help="When QuickBooks last announced a change by webhook.",
    )
    is_silent = fields.Boolean(
        compute="_compute_announcements",
        help="QuickBooks changes without announcing it, although it did before.",
    )
    status_sentence = fields.Char(compute="_compute_status_sentence")
    attention_count = fields.Integer(compute="_compute_counts")
    waiting_count = fields.Integer(compute="_compute_counts")
    missing_mapping_count = fields.Integer(compute="_compute_counts")
    inbox_count = fields.Integer(compute="_compute_inbox_count")
    opening_count = fields.Integer(compute="_compute_opening")
    opening_compared = fields.Integer(compute="_compute_opening")
    opening_linked = fields.Integer(compute="_compute_opening")
    opening_sentence = fields.Char(compute="_compute_opening")

    _company_uniq = models.UniqueIndex(
        "(company_id) WHERE active", "This company already has a QuickBooks connection."
    )
    _realm_uniq = models.UniqueIndex(
        "(environment, realm_id) WHERE active AND realm_id IS NOT NULL",
        "This QuickBooks company is already connected to another Odoo company.",
    )

    @api.depends("company_name", "company_id", "environment")
    def _compute_name(self):
        for connection in self:
            connection.name = connection.company_name or connection.company_id.name

    @api.depends("channel_ids.references_at", "channel_ids.last_run_at")
    def _compute_channel(self):
        for connection in self:
            channel = connection.sudo()._channel()
            connection.references_at = channel.references_at
            connection.last_exchange_at = channel.last_run_at

    def _compute_announcements(self):
        """Whether notifications arrive."""
        Event = self.env["quickbooks.event"].sudo()
        for connection in self:
            channel = connection.sudo()._channel("pull")
            mine = [("connection_id", "=", connection.id), ("source", "=", "webhook")]
            newest = Event.search(mine, order="id desc", limit=1)
            connection.announced_at = newest.create_date or channel.webhook_at
            connection.is_silent = channel.silence_told

    def _compute_authorization_ends_at(self):
        for connection in self:
            credential = self.env["quickbooks.credential"]._find(connection)
            connection.authorization_ends_at = (
                credential.refresh_hard_expires_at or credential.refresh_expires_at
            )

    @api.depends("app_tier")
    def _compute_reads(self):
        usage = self.env["quickbooks.usage"]
        for connection in self:
            state = usage._budget(connection)
            connection.reads_used = state.used
            connection.reads_allowance = state.allowance or 0
            connection.reads_sentence = usage._sentence(connection, state)

    @api.depends("stage", "state")
    def _compute_status_sentence(self):
        for connection in self:
            on = connection.stage != "off" and connection.state == "connected"
            connection.status_sentence = (
                self.env._("Integration is currently on")
                if on
                else self.env._("Integration is currently off")
            )

    def _compute_counts(self):
        counts = dict.fromkeys(self.ids, (0, 0))
        rows = (
            self.env["quickbooks.binding"]
            .sudo()
            ._read_group(
                [
                    ("connection_id", "in", self.ids),
                    ("state", "not in", SETTLED_STATES),
                    "|",  # what was deleted there and may stay so has no reason any more
                    ("state", "!=", "gone"),
                    ("error_text", "!=", False),
                ],
                ["connection_id"],
                ["state:array_agg"],
            )
        )
        for connection, states in rows:
            troubled = sum(state in PROBLEM_STATES for state in states)
            counts[connection.id] = (troubled, len(states) - troubled)
        missing = dict(
            self.env["quickbooks.mapping"]
            .sudo()
            ._read_group(
                [("connection_id", "in", self.ids), ("state", "in", ("missing", "suggested"))],
                ["connection_id"],
                ["__count"],
            )
        )
        for connection in self:
            connection.attention_count, connection.waiting_count = counts[connection.id]
            connection.missing_mapping_count = missing.get(connection, 0)

    @api.constrains("payment_origin")
    def _check_payment_origin(self):
        for connection in self.filtered("payment_origin"):
            if len(connection.payment_origin.strip()) > 31:
                raise ValidationError(
                    self.env._("QuickBooks allows 31 characters for the name of a payment method.")
                )

    _polling_positive = models.Constraint(
        "CHECK (polling_minutes >= 1)", "Changes can be asked for once a minute at most."
    )

    def _compute_inbox_count(self):
        """Changes of QuickBooks that need somebody."""
        counts = dict(
            self.env["quickbooks.event"]
            .sudo()
            ._read_group(
                [("connection_id", "in", self.ids), ("state", "in", ("held", "failed"))],
                ["connection_id"],
                ["__count"],
            )
        )
        for connection in self:
            connection.inbox_count = counts.get(connection, 0)

    def _compute_opening(self):
        """How far the linking of documents before the cut-off has come."""
        rows = (
            self.env["quickbooks.opening.line"]
            .sudo()
            ._read_group(
                [("connection_id", "in", self.ids), ("state", "!=", "ignored")],
                ["connection_id", "state"],
                ["__count"],
            )
        )
        counts = {(connection.id, state): count for connection, state, count in rows}
        for connection in self:
            new, linked, doubtful, missing = (
                counts.get((connection.id, state), 0)
                for state in ("new", "linked", "doubtful", "missing")
            )
            connection.opening_count = new + linked + doubtful + missing
            connection.opening_compared = linked + doubtful + missing
            connection.opening_linked = linked
            connection.opening_sentence = self.env._(
                "%(linked)s linked, %(doubtful)s to decide, %(missing)s not in QuickBooks.",
                linked=linked,
                doubtful=doubtful,
                missing=missing,
            )

    @api.constrains("cutoff_date", "stage")
    def _check_cutoff(self):
        for connection in self:
            if connection.stage != "off" and not connection.cutoff_date:
                raise ValidationError(
                    self.env._(
                        "Choose a cut-off date first: documents dated before it stay out of "
                        "QuickBooks."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        connections._ensure_channels()
        self.env.registry.clear_cache()
        return connections

    def write(self, vals):
        result = super().write(vals)
        if CAPTURE_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        if vals.get("state") == "connected":
            self.activity_unlink([ATTENTION])
        if vals.get("active"):
            back = self.filtered(lambda c: c.state == "connected")
            back._activate_crons()
            back._wake(scan=True)
        if "app_tier" in vals:
            self._share_tier()
        if vals.get("purchases_out"):
            self._begin_purchases()
        if vals.get("stage") in ("manual", "automatic"):
            self.filtered(lambda c: c.state == "connected")._wake(scan=True)
        if RECEIVING_FIELDS & vals.keys():
            for channel in self.sudo().channel_ids:
                if channel.direction == "pull":
                    channel._trigger()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        self.sudo().channel_ids.unlink()  # with their crons, which no foreign key removes
        return super().unlink()

    # -- which connection is responsible -------------------------------------------------------

    @api.model
    def _of_company(self, company):
        """The connection of a company, or of its nearest parent; empty when there is none."""
        connections = self.sudo().search([("company_id", "in", company.sudo().parent_ids.ids)])
        by_company = {connection.company_id.id: connection for connection in connections}
        for candidate in reversed(company.sudo().parent_ids):
            if candidate.id in by_company:
                return by_company[candidate.id]
        return self.browse()

    def _own_companies(self):
        """The company and those of its branches that have no connection of their own."""
        self.ensure_one()
        branches = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        return branches.filtered(lambda company: self._of_company(company) == self)

    @api.model
    @tools.ormcache("company_id")
    def _capturing(self, company_id):
        """What capture must know about a company, without a query once it is cached.

        :return: ``(connection id, cut-off date, trigger)`` or None when nothing is captured. A
            lost or broken connection still captures: what changes meanwhile is sent once it works
            again.
        """
        connection = self._of_company(self.env["res.company"].browse(company_id))
        if not connection or connection.stage == "off" or not connection.realm_id:
            return None
        return connection.id, connection.cutoff_date, connection.document_trigger

    @api.model
    @tools.ormcache()
    def _capturing_ids(self):
        """Ids of all connections that note changes."""
        domain = [("stage", "!=", "off"), ("realm_id", "!=", False)]
        return tuple(self.sudo().search(domain).ids)

    @api.model
    @tools.ormcache("company_id")
    def _capturing_names(self, company_id):
        """Ids of the connections that note changes and may know names of this company: its own and
        its branches'; all when names belong to no company."""
        ids = self._capturing_ids()
        if not company_id:
            return ids
        family = self.env["res.company"].sudo().search([("id", "child_of", company_id)])
        own = {found[0] for found in map(self._capturing, family.ids) if found}
        return tuple(connection_id for connection_id in ids if connection_id in own)

    @api.model
    @tools.ormcache("company_id")
    def _purchases_captured(self, company_id):
        """Whether a company's bills and expenses are noted; no query once it is cached."""
        found = self._capturing(company_id)
        return bool(found and self.sudo().browse(found[0]).purchases_out)

    def _begin_purchases(self):
        """Show what has to be mapped, and look for the documents since the cut-off."""
        for connection in self.filtered("references_at"):
            self.env["quickbooks.mapping"].sudo()._propose_purchases(connection)
        self.filtered(lambda c: c.state == "connected" and c.stage != "off")._wake(scan=True)

    def _company_profile(self):
        """The company file's rules as plain data for the mapping functions."""
        self.ensure_one()
        return CompanyProfile(**(self.profile or {}))

    def _legal_tax_kinds(self):
        """Which tax codes a tax of Odoo may be mapped to (FACTS 8.1, 8.2).

        Automated sales tax finds the rate by itself and only wants to know whether to tax.
        """
        profile = self._company_profile()
        if not profile.us:
            return ("code",)
        if profile.automated_sales_tax or not profile.using_sales_tax:
            return ("taxable", "exempt")
        return ("code", "exempt")

    def _is_receiving(self):
        """Whether changes of QuickBooks may be applied now."""
        return self._is_sending()

    def _is_sending(self):
        """Whether documents may leave now."""
        self.ensure_one()
        return self.active and self.state == "connected" and self.stage != "off"

    # -- channels ------------------------------------------------------------------------------

    def _ensure_channels(self):
        for connection in self:
            there = set(connection.sudo().channel_ids.mapped("direction"))
            self.env["quickbooks.channel"].sudo().create(
                [
                    {"connection_id": connection.id, "direction": direction}
                    for direction in ("push", "pull")
                    if direction not in there
                ]
            )

    def _channel(self, direction="push"):
        return self.channel_ids.filtered(lambda channel: channel.direction == direction)[:1]

    def _activate_crons(self):
        """Switch the workers on again; one that runs right now ends by itself and is switched on
        by the daily care."""
        for cron in self.sudo().channel_ids.cron_id.filtered(lambda cron: not cron.active):
            cron.active = True

    def _set_attention(self, error):
        """The authorization is dead or the keys are wrong: a person must act."""
        key = "token_refused" if error.kind == "disconnected" else "wrong_company_or_keys"
        self._need_attention(self.env["quickbooks.messages"]._sentence(key))

    def _need_attention(self, sentence, state="attention"):
        """Stop until a person has reconnected, and tell one."""
        for connection in self.filtered(lambda c: c.state == "connected"):
            connection.write({"state": state, "attention_reason": sentence})
            connection.activity_schedule(
                ATTENTION,
                summary=self.env._("QuickBooks has stopped"),
                note=sentence,
                user_id=connection._responsible().id,
            )

    def _responsible(self):
        """Who is told: the responsible person as long as there is one who can do something."""
        self.ensure_one()
        candidates = self.user_id | self.create_uid
        able = candidates.filtered(lambda user: user.active and not user.share)
        managers = self.env.ref("quickbooks_online.group_manager").sudo().all_user_ids
        own = managers.filtered(lambda user: self.company_id in user.company_ids)
        return able[:1] or own[:1] or self.create_uid

    @api.model
    def _copy_sentence(self):
        return self.env._(
            "This database is a copy of the one that was connected to QuickBooks, or was moved to "
            "another database server. Nothing is sent from here: renewing the authorization here "
            "would end it there. If the other one is no longer used, say that this is the real "
            "one now; if this is a copy, disconnect it."
        )

    # -- the Intuit app ------------------------------------------------------------------------

    def _same_app(self):
        """Other connections that use the same Intuit app, of whichever company."""
        self.ensure_one()
        credentials = self.env["quickbooks.credential"].sudo()
        client_id = credentials._find(self).client_id
        if not client_id:
            return self.browse()
        return credentials.search(
            [
                ("client_id", "=", client_id),
                ("connection_id", "!=", self.id),
                ("connection_id.environment", "=", self.environment),
            ]
        ).connection_id

    def _share_tier(self):
        """The plan belongs to the app, so all who use the app have the same."""
        for connection in self:
            tier = connection.app_tier
            others = connection._same_app().filtered_domain([("app_tier", "!=", tier)])
            others.write({"app_tier": tier})

    def _metered_allowance(self):
        """Calls a month the app may read; None where reading is free (FACTS 13)."""
        self.ensure_one()
        return None if self.environment == "sandbox" else budget.TIERS[self.app_tier].calls

    def _wake(self, scan=False, refresh=False, opening=False):
        """Have the workers of these connections run now.

        :param scan: also look for documents that were missed while nothing was captured
        :param refresh: also read QuickBooks' lists again
        :param opening: also compare documents before the cut-off
        """
        for connection in self:
            channel = connection.sudo()._channel()
            channel._request(scan=scan, refresh=refresh, opening=opening)

    @api.model
    def _check_manager(self, records):
        """Decisions about records of the engine need the manager's group and their company."""
        if not self.env.user.has_group("quickbooks_online.group_manager"):
            raise AccessError(self.env._("Only QuickBooks managers may decide this."))
        records.check_access("read")
