"""The rows and columns of the fault matrix: where a run dies, and what goes wrong on the line.

A boundary kills the worker once, at one place. A fault strikes the first request that carries the
change: in the run that dies when its requests still leave, else in the run after it.
"""

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from unittest.mock import patch

from .exactly_once_subjects import CREATE, UPDATE, VOID

#: Requests that write. Reads have faults of their own kind (``strikes_reads``).
WRITES = r"/(batch|customer|item|invoice|payment)$"
READS = r"/(query|customer/\d+|item/\d+|invoice/\d+|payment/\d+)$"

ENTITIES = ("Customer", "Item", "Invoice", "Payment")


class Death(BaseException):
    """The process is gone: nothing after this line happens.

    Not an ``Exception``, because no handler of the engine may get to see a SIGKILL.
    """


# -- boundaries ------------------------------------------------------------------------------------


@contextmanager
def _dies(test, method, *, before=False, after=False):
    """The worker dies around one of the engine's steps."""
    push = type(test.env["quickbooks.push"])
    original = getattr(push, method)

    def step(self, *args):
        if before:
            raise Death
        result = original(self, *args)
        if after and _did_something(method, result, args):
            raise Death
        return result

    with patch.object(push, method, step):
        yield


def _did_something(method, result, args):
    """A step that had nothing to send is not the one the table means."""
    if method == "_prepare":
        return bool(result[0])
    if method == "_exchange":
        return bool(args[1].sends)
    return True


@contextmanager
def _broken_line(test, kind):
    """Every writing request ends so, and then the process dies."""
    test.faults.add(kind, path=WRITES, method="POST", count=None)
    with _dies(test, "_exchange", after=True):
        yield
    test.faults.clear()


@contextmanager
def _dies_after_settling(test):
    """T2 is committed; the next step is the one that is not reached."""
    push = type(test.env["quickbooks.push"])
    settle, round_ = push._settle, push._round
    settled = []

    def note(self, *args):
        settle(self, *args)
        settled.append(True)

    def step(self, run):
        again = round_(self, run)
        if settled:
            raise Death
        return again

    with patch.object(push, "_settle", note), patch.object(push, "_round", step):
        yield


@dataclass(frozen=True)
class Boundary:
    """Where the process dies.

    :ivar dying: context manager in which the worker dies there; None: it lives
    :ivar answered: requests leave and are answered before it dies, so the fault strikes them; else
        it strikes the run after the death
    """

    name: str
    dying: object = None
    answered: bool = False


_BOUNDARIES = (
    Boundary("nobody dies"),
    # before the business commit nothing is there to be run: a test of its own
    Boundary("changes committed, T1 not", lambda t: _dies(t, "_prepare", after=True)),
    Boundary("T1 committed, nothing left", lambda t: _dies(t, "_exchange", before=True)),
    Boundary("sent, not executed", lambda t: _broken_line(t, "drop_before")),
    Boundary("executed, not answered", lambda t: _broken_line(t, "drop_after")),
    Boundary(
        "answered, T2 not committed", lambda t: _dies(t, "_settle", after=True), answered=True
    ),
    Boundary("T2 committed", _dies_after_settling, answered=True),
)
BOUNDARIES = {boundary.name: boundary for boundary in _BOUNDARIES}


# -- faults ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What goes wrong once.

    :ivar rules: rules of the simulator, as (kind, options); one of each per entity, or with
        ``per_item`` per cell
    :ivar actions: actions it can strike; QuickBooks cannot call a new object stale
    :ivar entities: entities it can strike
    :ivar per_item: refuse the single items of a batch, as single calls are refused
    :ivar person: the product says that a person must decide, and he does: reconnect, or try again
    :ivar around: context manager of what is not a rule of the simulator
    :ivar meanwhile: the repeat does not wait until QuickBooks has executed what it was slow with
    """

    name: str
    rules: tuple = ()
    actions: tuple = (CREATE, UPDATE, VOID)
    entities: tuple = ENTITIES
    per_item: bool = False
    person: bool = False
    around: object = None
    meanwhile: bool = False

    @contextmanager
    def armed(self, test):
        """In force."""
        with self.around(test) if self.around else nullcontext():
            for kind, options in self.rules:
                options = {"path": WRITES, "method": "POST", **options}
                for target in self._targets(test):
                    test.faults.add(kind, **{**target, **options})
            yield

    def _targets(self, test):
        if not self.per_item:
            return [{"entity": entity} for entity in self.entities]
        return [
            {
                "entity": subject.remote_type,
                "operation": subject.operations[action],
                "per_item": True,
            }
            for subject, action, _record in test.cells()
            if subject.struck and subject.remote_type in self.entities and action in self.actions
        ]


@contextmanager
def _token_answer_lost(test):
    """The token has expired; the refresh token is exchanged for a new one, which ends the old one,
    and that answer is lost on the way: only a new consent helps."""
    test.simulator.control.expire_token()
    test.faults.add("rotate", operation="token")
    test.faults.add("drop_after", operation="token")
    yield


@contextmanager
def _unreachable(test):
    """Nobody listens at QuickBooks' address, for one run."""
    test.connection.simulator_url = "http://127.0.0.1:9"
    test.commit()
    yield
    test.connection.simulator_url = test.simulator.url


@contextmanager
def _impatient(test):
    """Answers that take longer than we wait."""
    gateway = type(test.env["quickbooks.gateway"])
    original = gateway._client_arguments

    def arguments(self, *args, **options):
        return {**original(self, *args, **options), "timeout": (5, 0.15)}

    with patch.object(gateway, "_client_arguments", arguments):
        yield


@contextmanager
def _switched(test, name, value):
    test.simulator.control.switch(name, value)
    yield


DELAY = {"seconds": 0.3}
PASSING = "An unexpected error occurred while saving your data. Please wait a few minutes."
#: executed, the answer is lost, and the repetition is refused
REFUSED_AFTERWARDS = (
    ("drop_after", {}),
    ("fault", {"code": "6000", "detail": PASSING, "skip": 1}),
)

FAULTS = (
    Fault("none"),
    Fault("drop before commit", (("drop_before", {}),)),
    Fault("drop after commit", (("drop_after", {}),)),
    Fault("truncate", (("truncate", {}),)),
    Fault("malformed", (("malformed", {}),)),
    Fault("xml", (("xml", {}),)),
    Fault("html", (("html", {}),)),
    Fault(
        "late, repeated meanwhile",
        (("delay", DELAY),),
        around=_impatient,
        meanwhile=True,
    ),
    Fault("401", (("status", {"status": 401}),), person=True),
    Fault("403", (("status", {"status": 403}),), person=True),
    Fault("429", (("status", {"status": 429}),)),
    Fault("500", (("status", {"status": 500}),)),
    Fault("503", (("status", {"status": 503}),)),
    Fault("late answer", (("delay_after", DELAY),), around=_impatient),
    Fault("503 after commit", (("status_after", {"status": 503}),)),
    Fault("refused whole", (("fault", {"code": "6000", "detail": PASSING}),)),
    Fault("5010", (("stale", {}),), actions=(UPDATE, VOID), per_item=True),
    Fault("6000 for now", (("fault", {"code": "6000", "detail": PASSING}),), per_item=True),
    Fault("600", (("fault", {"code": "600", "detail": "Duplicate"}),), per_item=True),
    Fault(
        "610",
        (("fault", {"code": "610", "detail": "Object Not Found"}),),
        actions=(UPDATE, VOID),
        per_item=True,
    ),
    Fault(
        "2500",
        (("fault", {"code": "2500", "detail": "Invalid Reference Id"}),),
        entities=("Item", "Invoice", "Payment"),
        per_item=True,
    ),
    Fault(
        "6240",
        (("fault", {"code": "6240", "detail": "The name supplied already exists."}),),
        actions=(CREATE,),
        entities=("Customer", "Item"),
        per_item=True,
    ),
    Fault(
        "6140",
        (("fault", {"code": "6140", "detail": "Duplicate Document Number Error"}),),
        actions=(CREATE,),
        entities=("Invoice",),
        per_item=True,
        person=True,
    ),
    Fault(
        "6210",
        (("fault", {"code": "6210", "detail": "The account period has closed"}),),
        per_item=True,
        person=True,
    ),
    Fault(
        "lost requestid",
        (("drop_after", {}), ("forget", {"count": 3})),
    ),
    Fault(
        "batch repeated in full",
        (("drop_after", {}),),
        around=lambda test: _switched(test, "batch_replay", "none"),
    ),
    Fault(
        "query lag",
        (("drop_after", {}),),
        around=lambda test: _switched(test, "query_lag_seconds", 200),
    ),
    Fault("refused after commit", REFUSED_AFTERWARDS),
    Fault(
        "refused after commit, query lag",
        REFUSED_AFTERWARDS,
        around=lambda test: _switched(test, "query_lag_seconds", 200),
    ),
    Fault(
        "reads drop too",
        (("drop_after", {}), ("drop_before", {"path": READS, "method": "", "entity": ""})),
    ),
    Fault("lost token answer", around=_token_answer_lost, person=True),
    Fault("unreachable", around=_unreachable),
)
