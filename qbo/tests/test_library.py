"""What we rely on inside the two wire libraries; a new release must not move it."""

import inspect
import warnings
from importlib.metadata import version

import pytest
from quickbooks import QuickBooks
from requests_oauthlib import OAuth2Session

from qbo.http import endpoints
from qbo.http.client import MINOR_VERSION, Client

OVERRIDDEN = [
    "make_request", "process_request", "handle_exceptions", "batch_operation", "query",
    "download_pdf",
]  # fmt: skip
#: library methods that must end in one of the overridden ones
ON_TOP = {
    "get": "make_request", "post": "make_request", "get_single_object": "self.get",
    "create_object": "self.post", "update_object": "self.post", "delete_object": "self.post",
    "misc_operation": "self.post", "get_report": "self.get", "change_data_capture": "self.get",
}  # fmt: skip


def parameters(function):
    return [name for name in inspect.signature(function).parameters if name != "self"]


@pytest.mark.parametrize("name", OVERRIDDEN)
def test_overrides_take_what_the_library_passes(name):
    theirs, ours = parameters(getattr(QuickBooks, name)), parameters(getattr(Client, name))
    assert ours[: len(theirs)] == theirs


@pytest.mark.parametrize(("name", "target"), ON_TOP.items())
def test_the_rest_runs_on_top(name, target):
    assert name not in vars(Client)
    assert target in inspect.getsource(getattr(QuickBooks, name))


def test_pinned():
    assert version("python-quickbooks").startswith("0.9.")


def test_our_minor_version_is_the_librarys_and_quiet():
    assert QuickBooks.MINIMUM_MINOR_VERSION == MINOR_VERSION
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one, two = (
            Client(realm=realm, access_token="t", endpoints=endpoints.SANDBOX) for realm in "12"
        )
    assert one is not two  # the library's global instance stays off
    assert (one.company_id, two.company_id, one.minorversion) == ("1", "2", MINOR_VERSION)
    assert one.auth_client is None and one.use_decimal is True


def test_the_oauth_library_still_has_its_hooks():
    session = OAuth2Session("id")
    assert {"access_token_response", "refresh_token_response"} <= set(session.compliance_hook)
    for method in (OAuth2Session.fetch_token, OAuth2Session.refresh_token):
        assert {"timeout", "headers", "auth"} <= set(parameters(method))
    assert "withhold_token" in parameters(OAuth2Session.request)
