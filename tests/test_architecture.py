"""The layers of docs/ARCHITECTURE.md, held by reading the source."""

import ast
from pathlib import Path

from odoo.tests import TransactionCase, tagged

ROOT = Path(__file__).resolve().parent.parent
STDLIB_NETWORK = {"socket", "http.client", "urllib.request", "smtplib", "ftplib"}
WIRE_LIBRARIES = {"requests", "requests_oauthlib", "oauthlib", "quickbooks", "urllib3"}


def modules(folder, exclude=("tests",)):
    """Python files below a folder of the addon."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).parts
        if not set(exclude) & set(parts[1:]):
            yield path


def tree_of(path):
    return ast.parse(path.read_text(), filename=str(path))


def imports(path):
    """(absolute module or dotted path from the addon's root, line) of every import."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                anchor = list(package[: len(package) - node.level + 1])
                base = ".".join(["@", *anchor, *([base] if base else [])])
                if not node.module:
                    for alias in node.names:
                        yield f"{base}.{alias.name}", node.lineno
                    continue
            yield base, node.lineno


def calls(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node


@tagged("post_install", "-at_install")
class TestArchitecture(TransactionCase):
    def assert_no_import(self, folder, forbidden, exclude=("tests",)):
        found = [
            f"{path.relative_to(ROOT)}:{line} imports {name}"
            for path in modules(folder, exclude)
            for name, line in imports(path)
            if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
        ]
        self.assertFalse(found, "\n".join(found))

    def test_the_reader_sees_imports(self):
        """Guards the guard: an import that exists is found."""
        names = {name for name, _line in imports(ROOT / "sync" / "access" / "gateway.py")}
        self.assertIn("@.qbo.http.client", names)
        self.assertIn("odoo", names)

    def test_pure_core_knows_neither_odoo_nor_network(self):
        forbidden = {"odoo", "os", "sys", "time", "logging", *STDLIB_NETWORK, *WIRE_LIBRARIES}
        self.assert_no_import("qbo", forbidden | {"@.qbo.http"}, exclude=("tests", "http"))

    def test_wire_client_does_not_know_odoo(self):
        self.assert_no_import("qbo", {"odoo", "@.models", "@.sync"})

    def test_simulator_shares_nothing_with_the_client(self):
        self.assert_no_import("simulator", {"odoo", "@.qbo", "qbo", "quickbooks", "@.models"})

    def test_tables_do_no_http(self):
        self.assert_no_import("models", {"@.qbo.http", "@.sync", *WIRE_LIBRARIES, *STDLIB_NETWORK})

    def test_controllers_use_entry_points_only(self):
        self.assert_no_import("controllers", {"@.qbo.http", *WIRE_LIBRARIES})

    def test_addon_does_not_import_its_tools(self):
        for folder in ("models", "sync", "controllers", "wizards", "qbo"):
            self.assert_no_import(folder, {"@.dev", "@.bench", "@.simulator"})

    def test_only_canonical_writes_json(self):
        found = [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for path in modules("qbo")
            if path.name != "canonical.py"
            for node in calls(path)
            if isinstance(node.func, ast.Attribute)
            and node.func.attr in ("dumps", "dump")
            and getattr(node.func.value, "id", "") == "json"
        ]
        self.assertFalse(found)

    def test_only_the_engine_commits(self):
        found = [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for folder in ("models", "controllers", "wizards", "sync")
            for path in modules(folder)
            for node in calls(path)
            if isinstance(node.func, ast.Attribute)
            and node.func.attr in ("commit", "_commit_progress")
            and (folder != "sync" or node.func.attr == "commit")
        ]
        self.assertFalse(found)

    def test_money_is_never_float(self):
        found = [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for folder in ("qbo", "sync")
            for path in modules(folder)
            for node in calls(path)
            if getattr(node.func, "id", "") == "float"
        ]
        self.assertFalse(found)

    def test_wire_tables_have_no_json_column(self):
        for model in ("quickbooks.envelope", "quickbooks.binding", "quickbooks.operation"):
            kinds = {name: f.type for name, f in self.env[model]._fields.items()}
            self.assertNotIn("json", kinds.values(), model)

    def test_hooks_call_super(self):
        """A hook on a host model that forgets super would break the host."""
        hooks = {"_post", "button_draft", "button_cancel", "write", "create", "unlink"}
        for path in modules("models"):
            for node in ast.walk(tree_of(path)):
                if isinstance(node, ast.FunctionDef) and node.name in hooks:
                    text = ast.unparse(node)
                    self.assertIn(f"super().{node.name}(", text, f"{path.name}: {node.name}")

    def test_host_fields_are_prefixed(self):
        for model in ("account.move", "res.partner", "product.product", "product.template"):
            ours = [
                name
                for name, field in self.env[model]._fields.items()
                if "quickbooks_online" in (field._modules or ())
            ]
            self.assertTrue(ours)
            for name in ours:
                self.assertTrue(name.startswith("qbo_"), f"{model}.{name}")
