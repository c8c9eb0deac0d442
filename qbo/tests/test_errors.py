import pickle

import pytest

from qbo import errors
from qbo.fault import Fault
from qbo.http import exceptions

TREE = [
    errors.Refused,
    errors.Throttled,
    errors.AuthExpired,
    errors.Forbidden,
    errors.Disconnected,
    errors.WrongKeys,
    errors.Unknown,
    errors.Unsent,
    errors.Malformed,
]


@pytest.mark.parametrize("cls", TREE)
def test_every_error_keeps_what_support_asks_for(cls):
    faults = [Fault("6240", "Duplicate", "Id=1"), Fault("2020", "Required")]
    error = cls("text", faults, "1-tid", 400)
    assert isinstance(error, errors.QboError)
    assert error.faults == tuple(faults) and error.tid == "1-tid" and error.status == 400
    assert str(error) == "text | [6240] Id=1 | [2020] Required | HTTP 400 | tid 1-tid"
    assert repr(error) == f"{cls.__name__}({str(error)!r})"


def test_kinds():
    assert errors.QboError.kind == "error"
    assert [cls.kind for cls in TREE] == [
        "refused",
        "throttled",
        "auth",
        "forbidden",
        "disconnected",
        "wrong_keys",
        "unknown",
        "unsent",
        "malformed",
    ]


def test_only_what_was_certainly_not_executed_is_retryable():
    assert {cls for cls in TREE if cls.retryable} == {errors.Throttled, errors.Unsent}


def test_an_error_without_anything_still_says_its_name():
    assert str(errors.Unsent()) == "Unsent"
    assert errors.Unsent().faults == ()


@pytest.mark.parametrize("cls", [errors.Refused, exceptions.WireRefused])
def test_errors_cross_processes(cls):
    error = pickle.loads(pickle.dumps(cls("text", [Fault("1")], "tid", 400)))
    assert type(error) is cls
    assert (str(error), error.faults) == ("text | [1]  | HTTP 400 | tid tid", (Fault("1"),))
