from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    """Merging contacts: core re-points foreign keys, our links are (model, id) pairs."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Take the links along: core would delete the sources, which are in QuickBooks."""
        result = super()._update_reference_fields(src_partners, dst_partner)
        self._move_quickbooks_links(src_partners, dst_partner)
        dst_partner._qbo_note_projects()
        return result

    @api.model
    def _move_quickbooks_links(self, src_partners, dst_partner):
        """Per connection and kind of object the destination keeps its link, else it takes the
        first source's; what is left over is unlinked with a note.

        QuickBooks merges customers in its own pages only, so a person is told to do it there.
        """
        owner = dst_partner.commercial_partner_id  # a contact has no link of its own
        sources = src_partners - owner
        domain = [("res_model", "=", owner._name)]
        links = (
            self.env["quickbooks.binding"]
            .sudo()
            .search(
                [
                    *domain,
                    ("res_id", "in", (sources | owner).ids),
                    ("state", "!=", "unlinked"),
                ],
                order="id",
            )
        )
        for rivals in links.grouped(
            lambda link: (link.connection_id, link.remote_type, link.variant)
        ).values():
            self._keep_one_link(rivals, owner)
        noted = (
            self.env["quickbooks.change"].sudo().search([*domain, ("res_id", "in", sources.ids)])
        )
        noted.res_id = owner.id

    def _keep_one_link(self, rivals, owner):
        """One of several links of the merged partners stays: the owner's, if it leads somewhere."""
        own = rivals.filtered(lambda link: link.res_id == owner.id)
        kept = (
            own.filtered("remote_id")
            or rivals.filtered("remote_id")
            or rivals.filtered(lambda link: self._is_in_flight(link))  # soon it is there
            or own
            or rivals
        )[:1]
        for link in rivals - kept:
            self._drop_link(link, kept, owner)
        rivals.flush_recordset()  # before the kept one moves: no two links of one partner
        if kept.res_id != owner.id:
            kept._log_note(
                "info", self.env._("%s was merged; its link stays.", kept.local_name or "")
            )
            moved = {"res_id": owner.id, "local_name": owner.display_name}
            kept.write(moved)
            kept.operation_ids.write(moved)

    @staticmethod
    def _is_in_flight(link):
        return any(op.state in ("prepared", "unknown") for op in link.operation_ids)

    def _drop_link(self, link, kept, owner):
        """Forget a link; what waited for it is planned anew, for the contact that stays."""
        link.operation_ids._supersede(self.env._("The contact was merged."))
        link.state = "unlinked"
        message = self.env._("The contact was merged into %s.", owner.display_name)
        if link.remote_id and kept.remote_id:
            message = self.env._(
                "%(local)s was merged into %(other)s in Odoo. In QuickBooks %(name)s (%(id)s) is "
                "still a customer of its own: merge the two there.",
                local=link.local_name or "",
                other=owner.display_name,
                name=link.remote_name or "",
                id=link.remote_id,
            )
        link._log_note("warning" if link.remote_id else "info", message)
