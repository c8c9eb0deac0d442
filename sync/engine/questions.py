from odoo import api, models

from ...qbo import canonical, entities, query
from ...qbo.mapping.references import references

NAME_TYPES = ("Customer", "Vendor", "Employee")


class QuickbooksLookup(models.AbstractModel):
    """What QuickBooks is asked: by id, by number, party and day, or by name.

    Questions are plain data: ``{"entity", "id"}`` (read) or ``{"entity", "statement"}``.
    """

    _inherit = "quickbooks.lookup"

    @api.model
    def _questions(self, operation):
        """What to ask: list of ``{"entity", "id"}`` (read) or ``{"entity", "statement"}``."""
        lookup = canonical.loads(operation.lookup)
        return getattr(self, f"_ask_{lookup['purpose']}")(operation, lookup)

    def _ask_reread(self, operation, lookup):
        return [{"entity": operation.remote_type, "id": operation.binding_id.remote_id}]

    def _ask_dependencies(self, operation, lookup):
        """The objects the payload refers to, active or not, and the object itself."""
        payload = canonical.loads(operation.payload or "{}")
        wanted = {}
        for entity, remote_id in references(payload):
            wanted.setdefault(entity, set()).add(remote_id)
        questions = [
            {"entity": entity, "statement": statement}
            for entity, ids in wanted.items()
            for statement in query.select_in(entity, "Id", sorted(ids))
        ]
        if operation.binding_id.remote_id:
            questions.append(
                {"entity": operation.remote_type, "id": operation.binding_id.remote_id}
            )
        return questions

    def _ask_holder(self, operation, lookup):
        """Who has the name or number."""
        entity = entities.get(operation.remote_type)
        payload = canonical.loads(operation.payload or "{}")
        if entity.space == "txn":
            number = payload.get("DocNumber") or ""
            return [
                {
                    "entity": operation.remote_type,
                    "statement": query.select(
                        operation.remote_type, [("DocNumber", "=", number)], limit=100
                    ),
                }
            ]
        attribute = entity.natural_key
        types = NAME_TYPES if operation.remote_type in NAME_TYPES else (operation.remote_type,)
        condition = (attribute, "=", payload.get(attribute) or "")
        if lookup.get("holder"):
            condition = ("Id", "=", lookup["holder"])
        return [
            {
                "entity": kind,
                "statement": query.select(kind, [condition], limit=100, include_inactive=True),
            }
            for kind in types
        ]

    def _ask_after_unknown(self, operation, lookup):
        """The object by its id when it was known, else by number, party and day, or name."""
        if operation.binding_id.remote_id:
            return self._ask_reread(operation, lookup)
        payload = canonical.loads(operation.payload or "{}")
        own = self.env["quickbooks.adapter"]._for_link(operation)._search_questions(payload)
        if own is not None:
            return own
        if entities.get(operation.remote_type).space != "txn":
            return self._ask_holder(operation, {})
        conditions = [("TxnDate", "=", payload.get("TxnDate") or "")]
        if payload.get("DocNumber"):
            conditions = [("DocNumber", "=", payload["DocNumber"])]
        else:
            adapter = self.env["quickbooks.adapter"]._for_link(operation)
            party = adapter._party_attribute
            if payload.get(party) and adapter._party_queryable:
                conditions.append((party, "=", payload[party]["value"]))
        return [
            {
                "entity": operation.remote_type,
                "statement": query.select(operation.remote_type, conditions, limit=1000),
            }
        ]

    @api.model
    def _envelope_questions(self, envelope):
        """What to ask before an envelope without an answer is sent once more.

        A repeat is executed once as long as QuickBooks remembers its ``requestid``; nobody knows
        how long it does. So new documents, which unlike names have nothing that keeps them unique,
        are searched first. Names are protected by their uniqueness, updates by their SyncToken.
        """
        numbers, questions = {}, []
        for operation in self._new_documents(envelope):
            payload = canonical.loads(operation.payload or "{}")
            if payload.get("DocNumber"):
                numbers.setdefault(operation.remote_type, []).append(payload["DocNumber"])
            else:
                questions += self._ask_after_unknown(operation, {})
        for remote_type, values in numbers.items():
            questions += [
                {"entity": remote_type, "statement": statement}
                for statement in query.select_in(remote_type, "DocNumber", values)
            ]
        return questions
