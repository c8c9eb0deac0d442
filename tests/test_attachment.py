"""Files follow their documents: once each, replaced when they change, in nobody's way."""

import base64
from unittest.mock import patch

import requests

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..qbo import canonical
from ..qbo.http.client import Client
from ..qbo.mapping import attachment
from ..sync.engine.push import ROUND_ENVELOPES
from .test_customer import NamesCommon

PDF = b"%PDF-1.4 the invoice\n%%EOF\n"


class AttachmentCommon(NamesCommon):
    policy = "all"

    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        cls.connection.attachment_policy = cls.policy
        cls.run_worker()
        return prepared

    def attach(self, move, name="plan.png", content=b"\x89PNG picture", field=False, **values):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": move._name,
                "res_id": move.id,
                "res_field": field,
                **values,
            }
        )

    def print_pdf(self, move, content=PDF):
        """What sending leaves behind; rendering itself is core's."""
        name = f"{move.name.replace('/', '_')}.pdf"
        pdf = self.attach(move, name, content, "invoice_pdf_report_file")
        move.message_main_attachment_id = pdf
        move.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
        return pdf

    def files(self, move=None):
        """Attachables of a document in QuickBooks."""
        rows = self.remote("Attachable").values()
        if move is None:
            return list(rows)
        remote_id = self.binding(move, "Invoice").remote_id
        return [row for row in rows if row["AttachableRef"][0]["EntityRef"]["value"] == remote_id]

    def link(self, file):
        return self.binding(file, "Attachable")

    def uploads(self):
        return self.simulator.control.log(method="POST", path="/upload")

    def content(self, row):
        """The bytes QuickBooks stores."""
        return requests.get(row["TempDownloadUri"], timeout=10).content


@tagged("post_install", "-at_install")
class TestAttachment(AttachmentCommon):
    def test_a_file_that_was_there_before(self):
        """Its document goes first; then the file, byte for byte."""
        move = self.invoice()
        file = self.attach(move)
        self.run_worker()
        self.assert_synced(move)
        [row] = self.files(move)
        self.assertEqual((row["FileName"], row["ContentType"]), ("plan.png", "image/png"))
        self.assertEqual(row["Size"], file.file_size)
        self.assertEqual(self.content(row), file.raw)
        self.assertEqual(self.link(file).state, "synced")
        calls = [c.path.rsplit("/", 1)[-1] for c in self.writes()]
        self.assertEqual(calls[-2:], ["invoice", "upload"])

    def test_a_file_that_comes_later(self):
        move = self.synced_invoice()
        self.assertFalse(self.files())
        self.attach(move, "terms.txt", b"terms")
        self.run_worker()
        self.assertEqual([row["FileName"] for row in self.files(move)], ["terms.txt"])
        self.run_worker()
        self.assertEqual(len(self.uploads()), 1)

    def test_another_change_uploads_nothing(self):
        move = self.synced_invoice()
        self.attach(move)
        self.run_worker()
        move.ref = "PO 7"
        self.run_worker()
        self.assertEqual(len(self.uploads()), 1)

    def test_many(self):
        move = self.invoice()
        for number in range(5):
            self.attach(move, f"{number}.txt", b"%d" % number)
        self.run_worker()
        names = sorted(row["FileName"] for row in self.files(move))
        self.assertEqual(names, [f"{number}.txt" for number in range(5)])
        self.assertEqual(len(self.uploads()), 5)

    def test_files_of_others(self):
        """Drafts, records of other models, other binary fields and addresses of pages stay out."""
        draft = self.invoice(post=False)
        self.attach(draft)
        self.attach(self.partner_a)
        move = self.synced_invoice()
        self.attach(move, "ubl.xml", b"<xml/>", "ubl_cii_xml_file")
        self.attach(move, "page", False, type="url", url="https://example.org")
        self.commit()
        self.run_worker()
        self.assertFalse(self.files())
        self.assertFalse(
            self.env["quickbooks.binding"].search([("remote_type", "=", "Attachable")])
        )

    def test_what_quickbooks_does_not_take(self):
        """The document's history says so, and everything else goes on."""
        move = self.synced_invoice()
        self.attach(move, "virus.exe", b"x")
        self.attach(move, "empty.txt", b"")
        self.attach(move, "terms.txt", b"terms")
        self.run_worker()
        self.commit()
        self.assert_synced(move)
        self.assertEqual([row["FileName"] for row in self.files(move)], ["terms.txt"])
        notes = self.env["quickbooks.log"].search(
            [("binding_id", "=", self.binding(move, "Invoice").id), ("level", "=", "warning")]
        )
        text = " ".join(notes.mapped("message"))
        self.assertIn("virus.exe stays out of QuickBooks, which takes no files of this kind", text)
        self.assertIn("empty.txt", text)

    def test_too_large(self):
        self.patch(attachment, "MAX_BYTES", 10)
        move = self.synced_invoice()
        self.attach(move, "terms.txt", b"more than ten")
        self.run_worker()
        self.assertFalse(self.uploads())

    def test_a_changed_file_is_replaced(self):
        move = self.synced_invoice()
        file = self.attach(move, "terms.txt", b"old")
        self.run_worker()
        [before] = self.files(move)
        file.raw = b"new terms"
        self.run_worker()
        [after] = self.files(move)
        self.assertNotEqual(after["Id"], before["Id"])
        self.assertEqual(self.content(after), b"new terms")
        self.assertEqual(self.link(file).state, "synced")

    def test_moved_to_another_document(self):
        one, two = self.synced_invoice(), self.synced_invoice()
        file = self.attach(one, "terms.txt", b"terms")
        self.run_worker()
        file.res_id = two.id
        self.run_worker()
        self.assertFalse(self.files(one))
        self.assertEqual(len(self.files(two)), 1)

    def test_files_never_hold_up_documents(self):
        """While documents are to be sent, files wait; a file's trouble is its own."""
        move = self.synced_invoice()
        self.simulator.control.faults.add("status", status=500, path="/upload$", count=None)
        for number in range(4):
            self.attach(move, f"{number}.txt", b"x")
        self.run_worker()
        self.simulator.control.clear_log()
        other = self.invoice()
        self.run_worker()
        self.assert_synced(move, other)
        self.assertFalse(self.files())

    def test_a_backlog_of_files(self):
        """However many are waiting, documents are planned and sent."""
        move = self.synced_invoice()
        for number in range(ROUND_ENVELOPES + 2):
            self.attach(move, f"{number}.txt", b"x")
        with patch.object(type(self.env["quickbooks.push"]), "_collect_files", lambda *_args: None):
            self.run_worker()
            ready = [("lane", "=", "files"), ("state", "=", "ready")]
            waiting = self.env["quickbooks.envelope"].search_count(ready)
            self.assertEqual(waiting, ROUND_ENVELOPES + 2)
            self.assert_synced(self.billed(self.new_partner()))
        self.simulator.control.clear_log()
        other = self.invoice()
        self.run_worker()
        self.assert_synced(other)
        calls = [call.path.rsplit("/", 1)[-1] for call in self.writes()]
        self.assertEqual(calls[0], "invoice", "the document first, although it came last")
        self.assertEqual(len(self.files(move)), ROUND_ENVELOPES + 2)

    def test_a_refused_file(self):
        """People see it in the list of what needs attention, not on the document."""
        move = self.synced_invoice()
        self.simulator.control.faults.add("fault", code="6041", path="/upload$")
        file = self.attach(move, "terms.txt", b"terms")
        self.run_worker()
        self.assertEqual(self.link(file).state, "held")
        self.assert_synced(move)
        self.link(file).action_retry()
        self.run_worker()
        self.assertEqual(self.link(file).state, "synced")
        self.assertEqual(len(self.files(move)), 1)

    def test_a_file_that_changed_before_it_left(self):
        """What is frozen is one version; another one is another upload."""
        move = self.synced_invoice()
        self.simulator.control.faults.add("status", status=429, path="/upload$")
        file = self.attach(move, "terms.txt", b"old")
        self.run_worker()
        self.assertFalse(self.files())
        file.raw = b"new"
        self.skip_waiting()
        self.run_worker()
        self.skip_waiting()
        self.run_worker()
        [row] = self.files(move)
        self.assertEqual(self.content(row), b"new")

    def test_a_file_that_is_not_in_the_store(self):
        move = self.synced_invoice()
        file = self.attach(move, "terms.txt", b"terms")
        self.patch(type(file), "_file_read", lambda _self, _name, size=None: b"")
        self.env.invalidate_all()
        self.run_worker()
        link = self.link(file)
        self.assertEqual(link.state, "held")
        self.assertIn("Attach it again", link.error_text)

    def test_by_hand(self):
        """The files of a document that a person sent go with it."""
        self.connection.stage = "manual"
        move = self.invoice()
        self.attach(move)
        self.run_worker()
        self.assertFalse(self.files())
        move.action_qbo_sync()
        self.run_worker()
        self.assertEqual(len(self.files(move)), 1)

    def test_found_by_the_scan(self):
        self.connection.attachment_since = "2020-01-01"  # tests create in one long transaction
        move = self.synced_invoice()
        self.attach(move, "terms.txt", b"terms")
        self.commit()
        self.env["quickbooks.change"].sudo().search([]).unlink()  # noting it went wrong
        self.connection._wake(scan=True)
        self.run_worker()
        self.assertEqual(len(self.files(move)), 1)

    def test_what_was_there_before_the_setting_stays_out(self):
        self.connection.attachment_policy = "none"
        move = self.synced_invoice()
        file = self.attach(move, "old.txt", b"old")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = '2020-01-01' WHERE id = %s", [file.id]
        )
        self.connection.attachment_policy = "all"
        self.assertGreater(self.connection.attachment_since, file.create_date)
        self.connection._wake(scan=True)
        self.run_worker()
        self.assertFalse(self.files())

    def test_off_costs_nothing(self):
        self.connection.attachment_policy = "none"
        move = self.synced_invoice()
        self.env["quickbooks.connection"]._attachment_rules()
        file = self.attach(move)
        self.commit()
        self.assertFalse(self.env["quickbooks.change"].search([]))
        file.read(["res_model", "res_id"])
        with self.assertQueryCount(0):
            file._qbo_note_change()


@tagged("post_install", "-at_install")
class TestAttachmentOnce(AttachmentCommon):
    def lost(self, kind, **values):
        """An upload whose answer does not come back."""
        move = self.synced_invoice()
        self.simulator.control.faults.add(kind, path="/upload$", **values)
        file = self.attach(move, "terms.txt", b"terms")
        self.run_worker()
        return move, file

    def settle(self, times=4):
        for _time in range(times):
            self.skip_waiting()
            left = self.env["quickbooks.envelope"].sudo().search([("state", "=", "sent")])
            left.lease_until = "2020-01-01"
            self.run_worker()

    def test_it_arrived(self):
        """Found by its mark: neither repeated nor lost."""
        move, file = self.lost("drop_after")
        self.assertEqual(len(self.files(move)), 1)
        self.settle()
        self.assertEqual(len(self.files(move)), 1)
        self.assertEqual(self.link(file).remote_id, self.files(move)[0]["Id"])
        self.assertEqual(self.link(file).state, "synced")
        self.assertEqual(len(self.uploads()), 1, "looked up, never repeated blindly")

    def test_it_did_not_arrive(self):
        """Only after two look-ups found nothing is it sent once more."""
        move, file = self.lost("drop_before")
        self.assertFalse(self.files(move))
        self.skip_waiting()
        self.run_worker()
        self.skip_waiting()
        self.run_worker()
        self.settle()
        self.assertEqual(len(self.files(move)), 1)
        self.assertEqual(self.link(file).state, "synced")
        envelopes = self.env["quickbooks.envelope"].search([("lane", "=", "files")])
        self.assertEqual(len(envelopes), 2, "a new request, not the old one")

    def test_the_run_died_while_it_was_uploading(self):
        move = self.synced_invoice()
        file = self.attach(move, "terms.txt", b"terms")

        def die(*_args):
            raise SystemError("killed")

        with (
            patch.object(type(self.env["quickbooks.push"]), "_settle", die),
            self.assertRaisesRegex(SystemError, "killed"),
            mute_logger("odoo.addons.base.models.ir_cron"),
        ):
            self.run_worker()
        self.assertEqual(len(self.files(move)), 1)
        self.settle()
        self.assertEqual(len(self.files(move)), 1)
        self.assertEqual(self.link(file).state, "synced")
        self.assertEqual(len(self.uploads()), 1)

    def test_two_files_of_one_name(self):
        """The mark tells them apart, whichever answer is lost."""
        move = self.synced_invoice()
        self.simulator.control.faults.add("drop_after", path="/upload$", count=2)
        one = self.attach(move, "terms.txt", b"same")
        two = self.attach(move, "terms.txt", b"same")
        self.run_worker()
        self.settle()
        self.assertEqual(len(self.files(move)), 2)
        self.assertNotEqual(self.link(one).remote_id, self.link(two).remote_id)
        marks = {row["Id"]: row["Note"] for row in self.files(move)}
        for file in (one, two):
            self.assertIn(f"ir.attachment/{file.id}/", marks[self.link(file).remote_id])

    def test_the_answer_tells_another_size(self):
        move = self.synced_invoice()
        file = self.attach(move, "terms.txt", b"terms")
        upload = Client.upload

        def cut(client, metadata, name, content, *args):
            return upload(client, metadata, name, content[:-1], *args)

        self.patch(Client, "upload", cut)
        self.run_worker()
        link = self.link(file)
        self.assertEqual(link.state, "mismatch")
        self.assertIn("4 bytes of this file instead of 5", link.error_text)
        self.assert_synced(move)


@tagged("post_install", "-at_install")
class TestInvoicePdf(AttachmentCommon):
    policy = "pdf"

    def test_the_pdf_and_nothing_else(self):
        move = self.synced_invoice()
        self.attach(move)
        self.print_pdf(move)
        self.run_worker()
        [row] = self.files(move)
        self.assertEqual(row["FileName"], f"{move.name.replace('/', '_')}.pdf")
        self.assertEqual((row["Category"], row["ContentType"]), ("Document", "application/pdf"))
        self.assertEqual(self.content(row), PDF)

    def test_sent_by_odoo(self):
        """The real thing, as far as this machine can print."""
        move = self.synced_invoice()
        report = self.env["ir.actions.report"]
        self.patch(type(report), "_render_qweb_pdf", lambda _self, *_args, **_kwargs: (PDF, "pdf"))
        self.env["account.move.send"]._generate_and_send_invoices(move, sending_methods=[])
        pdf = move.invoice_pdf_report_id
        self.assertTrue(pdf)
        self.run_worker()
        [row] = self.files(move)
        self.assertEqual(self.content(row), base64.b64decode(pdf.datas))

    def test_a_new_pdf_takes_the_place_of_the_old_one(self):
        """Resetting to draft detaches it here; there it is replaced."""
        move = self.synced_invoice()
        old = self.print_pdf(move)
        self.run_worker()
        [before] = self.files(move)
        move.button_draft()
        self.assertFalse(old.res_field)
        self.run_worker()
        self.assertFalse(self.files(move), "a draft has no document")
        move.action_post()
        self.print_pdf(move, PDF + b"changed")
        self.run_worker()
        [after] = self.files(move)
        self.assertNotEqual(after["Id"], before["Id"])
        self.assertEqual(self.content(after), PDF + b"changed")

    def test_switched_off_later(self):
        move = self.synced_invoice()
        self.print_pdf(move)
        self.run_worker()
        self.connection.attachment_policy = "none"
        move.ref = "PO 7"
        self.run_worker()
        self.assertEqual(len(self.files(move)), 1, "what is there stays")

    def test_the_frozen_envelope(self):
        """Metadata as text, the file by its checksum, no bytes in our tables."""
        move = self.synced_invoice()
        pdf = self.print_pdf(move)
        self.run_worker()
        envelope = self.env["quickbooks.envelope"].search([("lane", "=", "files")])
        self.assertEqual((envelope.path, envelope.attachment_id), ("upload", pdf))
        self.assertEqual(envelope.attachment_checksum, pdf.checksum)
        metadata = canonical.loads(envelope.body)
        self.assertEqual(
            metadata["AttachableRef"][0]["EntityRef"],
            {"type": "Invoice", "value": self.binding(move, "Invoice").remote_id},
        )
        self.assertIn(f"/ir.attachment/{pdf.id}/{pdf.checksum[:12]}]", metadata["Note"])
