"""python-quickbooks 0.9: every object class against the simulator."""

from datetime import timedelta

from conftest import HERE, exercised, install_python, outcome, run

# Recurring templates are wrappers around the classes that are driven themselves.
COVERED_OTHERWISE = {
    "CompanyInfo",
    "Budget",
    "CustomerType",
    "TaxCode",
    "TaxRate",
    "CompanyCurrency",
    "ExchangeRate",
    "RecurringTransaction",
}


def test_every_class_lives_its_life(sim, environment):
    python = install_python("python-quickbooks", "python-quickbooks==0.9.12")
    since = sim.control.clock.now() - timedelta(hours=1)
    environment["SIM_SINCE"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    result = outcome(run([python, str(HERE / "drive_python_quickbooks.py")], environment))
    classes = {name for name in result.pop("classes") if not name.startswith("Recurring")}
    wrong = {
        name: steps
        for name, steps in result.items()
        if not all(value is True for value in steps.values())
    }
    assert wrong == {}
    assert classes - set(result) - COVERED_OTHERWISE == set()
    exercised("python-quickbooks", "0.9.12", result)
    assert sim.control.problems() == []


def test_intuit_oauth_through_the_discovery_document(sim, environment):
    python = install_python("intuit-oauth", "intuit-oauth==1.2.7")
    result = outcome(run([python, str(HERE / "drive_intuit_oauth.py")], environment))
    assert result == {
        "authorize": True,
        "bearer": True,
        "refresh": True,
        "user_info": True,
        "revoke": True,
        "refusal of a dead token": True,
    }
    exercised("intuit-oauth", "1.2.7", list(result))
