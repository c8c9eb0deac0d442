"""The import rules of the core (DESIGN 4), read from the source itself."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [path for path in sorted(ROOT.rglob("*.py")) if "tests" not in path.relative_to(ROOT).parts]
WIRE = {"requests", "requests_oauthlib", "oauthlib", "quickbooks", "urllib3"}
#: clocks, chance, environment, files, processes, sockets
IMPURE = {
    "os", "time", "random", "secrets", "uuid", "socket", "ssl", "subprocess", "threading", "io",
    "pathlib", "tempfile", "logging", "http", "zoneinfo", "shutil", "asyncio", "select", "signal",
}  # fmt: skip
IDS = [str(path.relative_to(ROOT)) for path in FILES]


def is_wire(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] == "http"


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


def calls(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_the_source_was_found():
    assert len(FILES) > 20 and any(is_wire(path) for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_imports(path):
    depth = len(path.relative_to(ROOT).parts)
    for level, name in imports(path):
        top = name.partition(".")[0]
        if level:
            assert level <= depth, f"{name} is outside the core"
            target = path.parents[level - 1].relative_to(ROOT) / name.replace(".", "/")
            assert is_wire(path) or "http" not in target.parts[:1], f"{name} is the wire"
        elif top in WIRE:
            assert is_wire(path), f"{top} belongs to qbo/http"
        else:
            assert top in sys.stdlib_module_names, f"{top} is not of the standard library"
            assert is_wire(path) or top not in IMPURE, f"{top} reaches outside"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_one_serializer_and_no_clock(path):
    found = set(calls(path))
    assert "json.dumps" not in found or path.name == "canonical.py"
    assert not {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"} & found
    assert not {"open", "print", "input", "os.getenv"} & found
    if not is_wire(path):
        assert "float" not in found


# likeness of names is measured in floats; everything else here may be money
@pytest.mark.parametrize("path", [p for p in FILES if not is_wire(p) and p.name != "suggest.py"])
def test_no_float_in_the_pure_part(path):
    constants = [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
    ]
    assert not [value for value in constants if isinstance(value, float)]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_every_session_call_has_a_timeout(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        target = ast.unparse(node.func)
        if target.endswith("session.request") or target.startswith("requests."):
            if node.func.attr in {"request", "get", "post", "put", "delete"}:
                assert "timeout" in {keyword.arg for keyword in node.keywords}, target


def test_works_below_another_package(tmp_path):
    """As ``odoo.addons.quickbooks_online.qbo``: relative imports only, nothing named ``qbo``."""
    package = tmp_path / "somewhere" / "addon"
    package.mkdir(parents=True)
    for directory in (package.parent, package):
        (directory / "__init__.py").write_text("")
    (package / "qbo").symlink_to(ROOT)
    names = [
        ".".join(("somewhere.addon.qbo", *path.relative_to(ROOT).with_suffix("").parts))
        for path in FILES
        if path.name != "__init__.py"
    ]
    program = (
        f"import importlib, sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        f"[importlib.import_module(name) for name in {names!r}]\n"
        "assert 'qbo' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", program], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr


def test_the_pure_part_does_not_pull_in_the_wire():
    names = [
        ".".join(("qbo", *path.relative_to(ROOT).with_suffix("").parts))
        for path in FILES
        if path.name != "__init__.py" and not is_wire(path)
    ]
    program = (
        f"import importlib, sys; sys.path.insert(0, {str(ROOT.parent)!r})\n"
        f"[importlib.import_module(name) for name in {names!r}]\n"
        "assert not {'requests', 'quickbooks', 'urllib3'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-B", "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_public_things_are_documented(path):
    tree = ast.parse(path.read_text())
    if path.name != "__init__.py":
        assert ast.get_docstring(tree), "the module says what it is for"
    if "mapping" in path.parts:
        return
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_modules_import():
    for path in FILES:
        name = ".".join(("qbo", *path.relative_to(ROOT).with_suffix("").parts))
        importlib.import_module(name.removesuffix(".__init__"))
