"""What the simulator may import, and where its sources may not point."""

import ast
import re
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_standard_library_werkzeug_and_itself(path):
    allowed = set(sys.stdlib_module_names) | {"werkzeug"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            assert {name.name.split(".")[0] for name in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom) and not node.level:
            assert node.module.split(".")[0] in allowed, node.module


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_is_too_long_and_none_names_a_machine(path):
    text = path.read_text()
    assert text.count("\n") < 500
    assert not re.search(r"/(home|root|work)/\w", text)


def test_no_floats_where_money_is():
    for name in ("money", "ledger", "settle", "numbers", "jsontext"):
        text = (PACKAGE / f"{name}.py").read_text()
        assert "float(" not in text, name
