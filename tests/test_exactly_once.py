"""The fault matrix, first half: the worker dies before QuickBooks has executed anything, or not at
all. See ``exactly_once_matrix`` for how a cell is played, docs/chaos.md for what it proves."""

from contextlib import suppress

from odoo.tests import tagged

from ..simulator.faults import AFTER, BEFORE
from .exactly_once_matrix import MatrixCommon
from .exactly_once_subjects import ACTIONS, WITHOUT
from .exactly_once_tables import FAULTS, Death


@tagged("post_install", "-at_install")
class TestExactlyOnce(MatrixCommon):
    """The matrix, a method per boundary."""

    def test_before_the_business_commit(self):
        """The person's own process dies: nothing was promised. He does it again, and all is as if
        nobody had died, which is why not every fault is played once more."""
        for subject, action, record in self.cells():
            with self.subTest(entity=subject.name, action=action), suppress(Death):
                with self.env.cr.savepoint():
                    subject.act(record, action)
                    self.env.cr.flush()
                    raise Death
            self.forget()
        self.assertFalse(self.open_things())
        self.work()
        self.assertFalse(self.writes())
        self.act()
        self.play("nobody dies", only=("none", "drop after commit"))

    def test_nobody_dies(self):
        self.act()
        self.play("nobody dies")

    def test_changes_committed_t1_not(self):
        self.act()
        self.play("changes committed, T1 not")

    def test_t1_committed_nothing_left(self):
        self.act()
        self.play("T1 committed, nothing left")

    def test_sent_not_executed(self):
        self.act()
        self.play("sent, not executed")

    def test_tables_are_complete(self):
        """Every kind of fault the simulator has, every action of every subject."""
        kinds = {kind for fault in FAULTS for kind, _options in fault.rules}
        armed_around = {"rotate"}
        self.assertEqual(set(BEFORE + AFTER) - kinds, armed_around)
        played = {(subject.name, action) for subject, action, _record in self.cells()}
        cells = {(subject.name, action) for subject in self.subjects for action in ACTIONS}
        self.assertEqual(cells - played, set(WITHOUT))
