from odoo import fields, models
from odoo.tools import SQL

from ...qbo import canonical, query
from ...qbo.dates import CLOCK_MARGIN, parse_utc
from ...qbo.mapping.time_activity import (
    TimeSnapshot,
    figures,
    minutes_of,
    time_activity,
    total_minutes,
)
from ...qbo.model import Ref
from ...qbo.money import dec
from ...qbo.names import name_key
from ..plan import Done, Hold, NeedLists, Wait, Write

#: Fields of lines that are absences, where the addon is installed.
ABSENCES = ("holiday_id", "global_leave_id")


class QuickbooksTimesheetAdapter(models.AbstractModel):
    """Line of a timesheet → TimeActivity of an employee or vendor, for the project's customer.

    Timesheets is an optional addon, so everything of it is asked for by field. A TimeActivity has
    no number and no memo that stays inside, so one whose answer was lost is known by what it says;
    two that say the same are interchangeable.
    """

    _name = "quickbooks.adapter.timeactivity"
    _inherit = "quickbooks.adapter"
    _description = "QuickBooks Adapter: Time Activity"

    _remote_type = "TimeActivity"
    _res_model = "account.analytic.line"
    _known_by_content = True
    _follows_deletion = True

    # -- which lines ---------------------------------------------------------------------------

    def _is_possible(self):
        return self.env["quickbooks.connection"]._are_timesheets_installed()

    def _concerns(self, record):
        if not self._is_possible() or not record.project_id or not record.employee_id:
            return False
        absent = any(record[name] for name in ABSENCES if name in record._fields)
        return not absent and bool(record.unit_amount)

    def _capture_targets(self, records):
        """Those of companies that send them, and whatever is there already."""
        targets = self._linked_targets(records)
        settings = self.env["quickbooks.connection"]
        rules = settings._timesheet_rules()
        for record in records.sudo().filtered(self._concerns) if rules else ():
            found = settings._capturing(record.company_id.id)
            if found and found[0] in rules and record.date >= found[1]:
                targets.append((found[0], record))
        return targets

    def _share(self, connection, records, released):
        mine = records.browse()
        if connection.timesheet_policy != "none":
            mine = records.filtered(self._concerns)
        return mine | super()._share(connection, records - mine, False)

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if key:
            return key, params
        if connection.timesheet_policy == "none":
            return "timesheets_off", {}
        if not self._concerns(record):
            return "not_a_timesheet", {}
        if record.date < connection.cutoff_date:
            return "before_cutoff", {"date": fields.Date.to_string(connection.cutoff_date)}
        return "", {}

    def _missed(self, connection, limit):
        """Also new ones, and those that were deleted here while nobody noted it."""
        missed = super()._missed(connection, limit)
        if connection.timesheet_policy == "none" or not self._is_possible():
            return missed
        rows = self.env.execute_query(
            SQL(
                """SELECT b.res_id FROM quickbooks_binding b
                     LEFT JOIN account_analytic_line t ON t.id = b.res_id
                    WHERE b.connection_id = %s AND b.res_model = %s AND b.remote_id IS NOT NULL
                      AND b.state NOT IN ('unlinked', 'gone') AND t.id IS NULL
                    ORDER BY b.id LIMIT %s""",
                connection.id,
                self._res_model,
                limit,
            )
        )
        linked = self.env["quickbooks.binding"]._search(
            [
                ("connection_id", "=", connection.id),
                ("res_model", "=", self._res_model),
                ("state", "!=", "unlinked"),
            ]
        )
        Line = self.env[self._res_model]
        new = Line.search(
            [
                ("company_id", "in", connection._own_companies().ids),
                ("project_id", "!=", False),
                ("employee_id", "!=", False),
                ("date", ">=", connection.cutoff_date),
                ("id", "not in", linked.subselect("res_id")),
            ],
            order="id",
            limit=limit,
        )
        return missed | new.filtered(self._concerns) | Line.browse(row_id for (row_id,) in rows)

    # -- planning ------------------------------------------------------------------------------

    def _label(self, record):
        day = fields.Date.to_string(record.date)
        return f"{record.employee_id.name or ''} {day}" if self._concerns(record) else day

    def _plan(self, ctx, operation, record):
        linked = bool(operation.binding_id.remote_id)
        if not self._concerns(record):
            return self._plan_gone(ctx, operation)
        if not linked:
            off = ctx.connection.timesheet_policy == "none"
            if off or record.date < ctx.connection.cutoff_date:
                return Done("nothing_to_do", None)
        minutes = self._minutes(record)
        if minutes < 0:
            return Hold("negative_time")
        if not minutes:
            return self._plan_gone(ctx, operation)
        worker = self._worker(ctx, record)
        if not worker:
            if "Employee" not in ctx.fresh_lists:
                return NeedLists(("Employee", "Vendor"))
            row = self.env["quickbooks.mapping"]._require(
                ctx.connection, "worker", record.employee_id
            )
            return Hold("worker_unknown", {"name": record.employee_id.name}, mappings=row)
        needed = self._needed_operations(ctx, operation, record)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        payload = time_activity(self._snapshot(ctx, record, worker, minutes), ctx.profile)
        return self._write(operation, payload)

    def _plan_gone(self, ctx, operation):
        """What is no timesheet any more goes away in QuickBooks as well."""
        binding = operation.binding_id
        if not binding.remote_id or binding.voided:
            return Done("nothing_to_do", "voided" if binding.voided else None)
        return Write("delete", {}, {"Id": binding.remote_id, "SyncToken": binding.sync_token})

    def _minutes(self, record):
        """Whole minutes; the line may count in days."""
        hour = self.env.ref("uom.product_uom_hour")
        hours = dec(str(record.unit_amount))
        unit = record.product_uom_id
        if unit and unit != hour and unit._has_common_reference(hour):
            hours = dec(str(unit._compute_quantity(record.unit_amount, hour, round=False)))
        return minutes_of(hours)

    def _worker(self, ctx, record):
        """The employee or vendor of QuickBooks as a Ref, or None: as people chose, else of the
        same name in the list of employees, else the vendor that his contact is, else of the same
        name among vendors."""
        employee = record.employee_id.sudo()
        mapping = ctx.mappings.get(("worker", "hr.employee", employee.id))
        chosen = mapping.reference_id if mapping else None
        if chosen and chosen.active:
            return Ref(chosen.remote_type, chosen.remote_id)
        found = self._named(ctx, "Employee", employee.name)
        contact = employee.work_contact_id
        if not found and contact:
            remote_id = ctx.remote_ids(contact, "Vendor").get(contact.id)
            found = Ref("Vendor", remote_id) if remote_id else None
        return found or self._named(ctx, "Vendor", employee.name)

    def _named(self, ctx, remote_type, name):
        rows = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "=", remote_type),
                ("name_key", "=", name_key(name or "")),
                ("active", "=", True),
            ],
            limit=2,
        )
        return Ref(remote_type, rows.remote_id) if len(rows) == 1 else None

    def _subject(self, ctx, record):
        """Who the time is for: the project, or its customer where projects are none there."""
        project = record.project_id.sudo()
        if not project.partner_id:
            return project.browse()
        if ctx.connection.project_policy == "project":
            return project
        return project.partner_id.commercial_partner_id

    def _item(self, record):
        """The service that is sold with the time, if Odoo knows it (addon ``sale_timesheet``)."""
        if "so_line" in record._fields and record.so_line:
            return record.so_line.product_id
        project = record.project_id.sudo()
        if "timesheet_product_id" in project._fields:
            return project.timesheet_product_id
        return self.env["product.product"]

    def _is_billable(self, ctx, record):
        """Whether QuickBooks' people are to charge for it: not for what Odoo's sales invoice."""
        sold = "so_line" in record._fields and record.so_line
        return ctx.connection.timesheet_policy == "billable" and not sold

    def _needed_operations(self, ctx, operation, record):
        documents = self.env["quickbooks.documents"]
        adapters = self.env["quickbooks.adapter"]
        names = {
            "project.project": self.env["quickbooks.adapter.customer.project"],
            "res.partner": adapters._for_type("Customer"),
        }
        needed = self.env["quickbooks.operation"]
        subject, item = self._subject(ctx, record), self._item(record)
        if subject and not ctx.remote_ids(subject, "Customer"):
            needed |= documents._dependency_operations(
                ctx, names[subject._name], subject, operation.released
            )
        if item and not ctx.remote_ids(item, "Item"):
            needed |= documents._dependency_operations(
                ctx, adapters._for_type("Item"), item, operation.released
            )
        return needed

    # -- snapshot ------------------------------------------------------------------------------

    def _snapshot(self, ctx, record, worker, minutes):
        subject, item = self._subject(ctx, record), self._item(record)
        customer = ctx.remote_ids(subject, "Customer").get(subject.id) if subject else None
        projects = self.env["quickbooks.projects"]
        ref = Ref("Customer", customer) if customer else None
        return TimeSnapshot(
            worker=worker,
            date=fields.Date.to_string(record.date),
            minutes=minutes,
            text=record.name if record.name and record.name != "/" else "",
            customer=ref,
            project=ref if ref and projects._is_project(ctx, customer) else None,
            item=Ref("Item", ctx.remote_ids(item, "Item")[item.id]) if item else None,
            billable=self._is_billable(ctx, record),
        )

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare the time, to the minute."""
        ours = total_minutes(canonical.loads(operation.payload or "{}"))
        if total_minutes(body) != ours:
            params = {"remote": total_minutes(body), "local": ours}
            return "mismatch", "time_differs", params
        return "synced", "", {}

    def _search_questions(self, payload):
        """Those of the day."""
        statement = query.select(
            self._remote_type, [("TxnDate", "=", payload["TxnDate"])], limit=1000
        )
        return [{"entity": self._remote_type, "statement": statement}]

    def _recognise(self, operation, payload, rows):
        """One that says the same and is not older than our request."""
        earliest = operation.create_date - CLOCK_MARGIN
        for row in rows:
            made = parse_utc((row.get("MetaData") or {}).get("CreateTime"))
            if figures(row) == figures(payload) and made.replace(tzinfo=None) >= earliest:
                return row
        return None
