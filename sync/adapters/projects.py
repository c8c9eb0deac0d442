from dataclasses import dataclass, field

from odoo import api, models

from ...qbo import canonical
from ...qbo.mapping.analytic import accounts, values_of
from ...qbo.model import Ref
from ...qbo.money import dec

KEY = "quickbooks.projects"


@dataclass
class Projects:
    """What one planning round has read about the projects of its documents.

    :ivar by_account: analytic account → projects; those asked for already, with or without
    :ivar plans: analytic account → its root plan
    :ivar links: (remote type, document) → its link
    :ivar is_project: remote id → whether QuickBooks calls it a project
    """

    by_account: dict = field(default_factory=dict)
    plans: dict = field(default_factory=dict)
    links: dict = field(default_factory=dict)
    is_project: dict = field(default_factory=dict)


class QuickbooksProjects(models.AbstractModel):
    """Which customer of QuickBooks a document belongs to: its contact's, or one of its projects'.

    A document belongs to a project when all its lines with an analytic distribution point to the
    project's analytic account, and the project is its customer's. For documents of any adapter.
    """

    _name = "quickbooks.projects"
    _description = "QuickBooks Projects of Documents"

    @api.model
    def _is_on(self, ctx):
        return ctx.connection.project_policy == "project"

    @api.model
    def _prefetch(self, ctx, lines, documents, remote_type):
        """Read what these documents need at once; nothing where documents have no projects.

        :param lines: their lines, which have an analytic distribution
        """
        if not self._is_on(ctx):
            return
        book = self._book(ctx)
        self._read_accounts(ctx, lines)
        found = self.env["quickbooks.binding"]._of(ctx.connection, documents, remote_type)
        book.links.update(
            {(remote_type, document.id): found.get(document.id) for document in documents}
        )
        projects = self.env["project.project"].union(*book.by_account.values())
        ctx.remote_ids(projects, "Customer")

    @api.model
    def _of_document(self, ctx, lines, partner):
        """The project of a document, or none.

        :param partner: the document's commercial partner: an invoice to one customer never goes
            under another, though its costs may belong to the other's project
        """
        if not self._is_on(ctx) or self._is_foreign(ctx, lines):
            return self.env["project.project"]
        return self._only(
            ctx, lines, lambda project: project.partner_id.commercial_partner_id == partner
        )

    def _only(self, ctx, lines, takes):
        """The one project all distributions of these lines point to, or none.

        :param takes: which projects count
        """
        none = self.env["project.project"]
        self._read_accounts(ctx, lines)
        distributions = lines.mapped("analytic_distribution")
        book, own = self._book(ctx), {}
        for account in accounts(distributions):
            mine = book.by_account[account].filtered(takes)
            if len(mine) == 1:
                own[account] = mine
        plans = {book.plans.get(account) for account in own}
        # another account of the same plan is a part that belongs elsewhere
        others = {a for a in accounts(distributions) - own.keys() if book.plans.get(a) in plans}
        found = values_of(distributions, {**dict.fromkeys(others), **own})
        return found.pop() if len(found) == 1 and None not in found else none

    @staticmethod
    def _is_foreign(ctx, lines):
        """A name of QuickBooks has one currency (FACTS 9), and projects have the home one."""
        return any(currency.name != ctx.profile.home_currency for currency in lines.currency_id)

    @api.model
    def _needed(self, ctx, operation, lines, partner):
        """The open operation of the document's project, when that is not in QuickBooks yet."""
        project = self._of_document(ctx, lines, partner)
        if not project or ctx.remote_ids(project, "Customer"):
            return self.env["quickbooks.operation"]
        return self.env["quickbooks.documents"]._dependency_operations(
            ctx, self.env["quickbooks.adapter.customer.project"], project, operation.released
        )

    # -- costs ---------------------------------------------------------------------------------

    @api.model
    def _prefetch_costs(self, ctx, lines):
        """Read what the lines of purchases need at once."""
        if ctx.connection.purchase_customer != "none":
            self._read_accounts(ctx, lines)

    @api.model
    def _of_cost(self, ctx, line):
        """The record whose customer a purchase's line names: the project it is a cost of, or that
        project's customer where projects are none in QuickBooks; empty when there is none.

        A name of QuickBooks has one currency (FACTS 9), so a foreign purchase names nobody.
        """
        none = self.env["project.project"]
        off = ctx.connection.purchase_customer == "none" or not ctx.profile.track_customers
        if off or not line.analytic_distribution or self._is_foreign(ctx, line):
            return none
        project = self._only(ctx, line, lambda project: bool(project.partner_id))
        return project if self._is_on(ctx) else project.partner_id.commercial_partner_id

    @api.model
    def _needed_costs(self, ctx, operation, lines):
        """Open operations of projects and customers of these lines that are not there yet."""
        needed = self.env["quickbooks.operation"]
        names = {
            "project.project": "quickbooks.adapter.customer.project",
            "res.partner": "quickbooks.adapter.customer",
        }
        for subject in dict.fromkeys(self._of_cost(ctx, line) for line in lines):
            if subject and not ctx.remote_ids(subject, "Customer"):
                needed |= self.env["quickbooks.documents"]._dependency_operations(
                    ctx, self.env[names[subject._name]], subject, operation.released
                )
        return needed

    @api.model
    def _cost_customer(self, ctx, line):
        """:return: (Ref of the customer a purchase's line names or None, Ref of the project of
        QuickBooks that it is or None)"""
        subject = self._of_cost(ctx, line)
        remote_id = ctx.remote_ids(subject, "Customer").get(subject.id) if subject else None
        if not remote_id:
            return None, None
        ref = Ref("Customer", remote_id)
        return ref, ref if self._is_project(ctx, remote_id) else None

    # -- whose document it is ------------------------------------------------------------------

    @api.model
    def _customer(self, ctx, document, lines, partner, remote_type, variant=""):
        """The customer a document names.

        :param variant: the link of the partner that the document's currency needs
        :return: (Ref or None while it is not in QuickBooks, Ref of the project of QuickBooks that
            it is or None)
        """
        main = ctx.remote_ids(partner, "Customer", variant).get(partner.id)
        if not self._is_on(ctx):
            return Ref("Customer", main) if main else None, None
        project = self._of_document(ctx, lines, partner)
        wanted = ctx.remote_ids(project, "Customer").get(project.id) if project else main
        link = self._link(ctx, document, remote_type)
        customer = self._settled(ctx, link, partner, wanted) or wanted
        if not customer:
            return None, None
        ref = Ref("Customer", customer)
        return ref, ref if customer != main and self._is_project(ctx, customer) else None

    def _settled(self, ctx, link, partner, wanted):
        """The customer of a document that money is applied to in QuickBooks: it stays there, be it
        the contact's or a project's, because QuickBooks does not move it any more."""
        if not link or not link.remote_id or link.voided:
            return None
        agreed = canonical.loads(link.agreed_payload or "{}").get("CustomerRef") or {}
        before = agreed.get("value")
        if before in (None, wanted) or not self._has_money(link):
            return None
        return before if self._is_of(ctx, before, partner) else None

    def _has_money(self, link):
        """Whether money is applied to a document in QuickBooks, as far as we know."""
        if dec(link.remote_balance or 0) != dec(link.remote_total or 0):
            return True
        line = canonical.dumps({"TxnId": link.remote_id, "TxnType": link.remote_type})
        applied = [
            ("connection_id", "=", link.connection_id.id),
            ("remote_id", "!=", False),
            ("state", "!=", "unlinked"),
            ("agreed_payload", "like", line),
        ]
        return bool(link.search_count(applied, limit=1))

    def _is_of(self, ctx, remote_id, partner):
        """Whether a customer of QuickBooks is this contact's or one of its projects'."""
        inbound = self.env["quickbooks.inbound"]
        link = inbound._find(ctx.connection, "Customer", remote_id) if remote_id else None
        return bool(link) and inbound._contact(link).commercial_partner_id == partner

    # -- what was read -------------------------------------------------------------------------

    def _book(self, ctx):
        return ctx.evidence.setdefault(KEY, Projects())

    def _link(self, ctx, document, remote_type):
        book = self._book(ctx)
        if (remote_type, document.id) not in book.links:
            found = self.env["quickbooks.binding"]._of(ctx.connection, document, remote_type)
            book.links[remote_type, document.id] = found.get(document.id)
        return book.links[remote_type, document.id]

    def _read_accounts(self, ctx, lines):
        """The projects of the analytic accounts of these lines, each account asked for once."""
        by_account = self._book(ctx).by_account
        unknown = accounts(lines.mapped("analytic_distribution")) - by_account.keys()
        if not unknown:
            return
        Project = self.env["project.project"].with_context(active_test=False)
        by_account.update(dict.fromkeys(unknown, Project))
        domain = [("account_id", "in", list(unknown)), ("is_template", "=", False)]
        for account, projects in Project.search(domain).grouped("account_id").items():
            by_account[account.id] = projects
        records = self.env["account.analytic.account"].browse(unknown).exists()
        self._book(ctx).plans.update({r.id: r.root_plan_id.id for r in records})

    def _is_project(self, ctx, remote_id):
        known = self._book(ctx).is_project
        if remote_id not in known:
            Reference = self.env["quickbooks.reference"]
            row = Reference._find(ctx.connection, "Customer", remote_id)
            known[remote_id] = bool(row) and bool(row._body().get("IsProject"))
        return known[remote_id]
