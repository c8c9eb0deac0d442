"""The fault matrix, second half: the worker dies when QuickBooks has executed, answers come and are
lost, and what else is different then. See ``exactly_once_matrix``."""

from unittest.mock import patch

from odoo.tests import tagged

from ..sync.engine import freezing
from .exactly_once_matrix import MatrixCommon
from .exactly_once_tables import FAULTS

#: faults that mean something else without a batch
SINGLE_FAULTS = (
    "none",
    "drop after commit",
    "xml",
    "late, repeated meanwhile",
    "401",
    "5010",
    "6000 for now",
    "lost requestid",
    "refused after commit",
)
MEANWHILE_BOUNDARIES = ("nobody dies", "executed, not answered", "answered, T2 not committed")
#: faults after which our own change may pass for somebody else's
MEANWHILE_FAULTS = (
    "none",
    "drop after commit",
    "503 after commit",
    "5010",
    "lost requestid",
    "query lag",
    "refused after commit",
    "refused after commit, query lag",
)


@tagged("post_install", "-at_install")
class TestExactlyOnceAnswered(MatrixCommon):
    """A method per boundary, and what people and the other worker do meanwhile."""

    def test_executed_not_answered(self):
        self.act()
        self.play("executed, not answered")

    def test_answered_t2_not_committed(self):
        self.act()
        self.play("answered, T2 not committed")

    def test_t2_committed(self):
        self.act()
        self.play("T2 committed")

    def test_single_requests(self):
        """The same without batches, for what is different then: who is refused, what is looked
        for, what is repeated."""
        self.act()
        with patch.object(freezing, "SINGLES", 30):
            for boundary in ("nobody dies", "executed, not answered"):
                self.play(boundary, only=SINGLE_FAULTS)

    def test_edited_meanwhile(self):
        """People change the same records again before anybody knows what became of the first
        change: neither is lost."""
        self.editing = True
        self.act()
        for boundary in MEANWHILE_BOUNDARIES:
            self.play(boundary, only=MEANWHILE_FAULTS)

    def test_edited_and_received_meanwhile(self):
        """The same with the receiving worker looking after every run: what comes back is our own
        change, half of it known, and nobody else's."""
        self.editing = self.receiving = True
        self.act()
        for boundary in MEANWHILE_BOUNDARIES:
            self.play(boundary, only=MEANWHILE_FAULTS)

    def test_chosen_faults_exist(self):
        chosen = {*SINGLE_FAULTS, *MEANWHILE_FAULTS}
        self.assertLessEqual(chosen, {fault.name for fault in FAULTS})
