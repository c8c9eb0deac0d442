"""Which statement of FACTS is shown by which test, and what the clients of others exercised.

``facts.txt`` names the tests of every statement, ``fields.txt`` holds the attribute tables,
``clients/exercised.json`` what each client did in its last run.

``python simulator/tests/catalogue.py`` writes the tables of docs/simulator.md that follow from
them; ``test_catalogue.py`` holds it all to the tests that exist and, where it lies beside the
checkout, to FACTS itself.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FACTS = ROOT.parent / "shared" / "qbo" / "FACTS.md"
EXERCISED = HERE / "clients" / "exercised.json"
PAGE = ROOT / "docs" / "simulator.md"
LAST = 15  # section 16 lists open questions, which are switches
WIDTH = 72  # characters of a statement that make its key
FIELDS = ["field", "type", "req"]


# FACTS ------------------------------------------------------------------------------------------


def plain(cell):
    """Text of a cell without markup."""
    bare = re.sub(r"[`*]|\[(?:sdk|rec|rec26|doc|forum|unsure)\]", "", cell)
    return re.sub(r"\s+", " ", bare).strip()


def cells(line):
    return [plain(cell.replace("\\|", "/")) for cell in re.split(r"(?<!\\)\|", line.strip("| \n"))]


def rows(text):
    """``(section, heading cells or None, cells)`` of every table row and sentence."""
    section, head, fenced, sentence = None, None, False, None
    for line in text.splitlines():
        title = re.match(r"#{2,3} (\d+(?:\.\d+)?)[. ]", line)
        fenced = fenced != line.startswith("```")
        if title:
            section, head, sentence = title[1], None, None
        elif section is None or fenced or line.startswith("```") or not line.strip():
            head, sentence = (head if line.strip() else None), None
        elif not line.startswith("|"):
            head, said = None, plain(line.lstrip("- "))
            if sentence and goes_on(sentence[0], said):
                sentence[0] += " " + said
                continue
            sentence = [said]
            yield section, None, sentence
        elif not set(line) <= set("|-: "):
            if head is None:
                head = cells(line)
            else:
                yield section, head, cells(line)


def goes_on(before, said):
    """Whether a line continues the sentence of the line before."""
    return before.endswith(",") or not before.endswith((".", ":")) and not said[:1].isupper()


def statements(text):
    """``{section: [key]}``: every row and sentence; a table of attributes counts as one."""
    found = {}
    for section, head, row in list(rows(text)):
        if int(section.split(".")[0]) > LAST:
            break
        known = found.setdefault(section, [])
        if head is None or head[:2] != FIELDS[:2]:
            known.append(row)
        elif ["fields"] not in known:
            known.append(["fields"])
    return {section: keys(group) for section, group in found.items()}


def keys(group):
    """The first cell, and the next ones where it alone is not unique."""
    first = [row[0] for row in group]
    longer = [first.count(row[0]) > 1 or row[0].isdigit() for row in group]
    return [
        " ".join(row[: 3 if more else 1])[:WIDTH].strip()
        for row, more in zip(group, longer, strict=True)
    ]


def fields(text):
    """``{(attribute, required, longest, access)}`` per section with an attribute table."""
    found = {}
    for section, head, row in rows(text):
        if head and head[:3] == FIELDS:
            name, _kind, *rest = row + [""] * (5 - len(row))
            marks = tuple((rest + ["", "", ""])[:3])
            found.setdefault(section, set()).add((name, *(mark or "-" for mark in marks)))
    return found


# tests ------------------------------------------------------------------------------------------


def existing_tests():
    """Names of all test functions of the simulator without ``test_``."""
    found = set()
    for path in HERE.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found.add(node.name[len("test_") :])
    return found


@dataclass
class Statement:
    section: str
    key: str
    told: str  # names of tests, or a mark with a reason

    @property
    def tests(self):
        return [] if self.told[:1] in "~-" else self.told.split()

    @property
    def open_reason(self):
        return self.told[1:].strip() if self.told.startswith("-") else None

    @property
    def silent(self):
        """It says nothing about the server."""
        return self.told.startswith("~")


def catalogue():
    """``({section: title}, [Statement])`` of facts.txt."""
    titles, found, section = {}, [], None
    for line in (HERE / "facts.txt").read_text("utf-8").splitlines():
        head = re.match(r"\[([\d.]+)\] (.*)", line)
        if head:
            section = head[1]
            titles[section] = head[2]
        elif line.strip() and not line.startswith("#"):
            key, _, told = line.rpartition(" = ")
            found.append(Statement(section, key, told))
    return titles, found


# page -------------------------------------------------------------------------------------------


def table(heads, lines):
    return "\n".join(
        f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |"
        for line in (heads, ["---"] * len(heads), *lines)
    )


def conformance_table():
    titles, found = catalogue()
    lines = []
    for section, title in titles.items():
        mine = [one for one in found if one.section == section]
        tests = {name for one in mine for name in one.tests}
        uncovered = sum(one.open_reason is not None for one in mine)
        server = [one for one in mine if not one.silent]
        shown = f"{len(server) - uncovered} of {len(server)}"
        lines.append((section, title, shown, len(tests)))
    server = [one for one in found if not one.silent]
    covered = [one for one in server if one.tests]
    tests = {name for one in found for name in one.tests}
    lines.append(("", "all", f"{len(covered)} of {len(server)}", len(tests)))
    return table(("FACTS", "about", "statements shown", "test functions"), lines)


def uncovered_table():
    _titles, found = catalogue()
    groups = {}
    for one in found:
        if one.open_reason is not None:
            groups.setdefault((one.section, one.open_reason), []).append(short(one.key))
    lines = [(section, "; ".join(names), reason) for (section, reason), names in groups.items()]
    return table(("FACTS", "statement", "why"), lines)


def short(key):
    """Enough of a statement to find it: its code, or its first words."""
    code = re.match(r"\d[\d/ ]*(?= |$)", key)
    return code[0].strip() if code else key if len(key) < 50 else key[:47].rstrip(" ,;:") + "..."


def clients_table():
    lines = []
    for name, done in exercised().items():
        lines.append((f"{name} {done['version']}", described(done["steps"]), done["not"] or "-"))
    return table(("client", "exercised", "does not pass, and why"), lines)


def exercised():
    return json.loads(EXERCISED.read_text("utf-8"))


def described(steps):
    """What was done, by how many entities; groups in lower case are lists of their own."""
    if isinstance(steps, list):
        return ", ".join(steps)
    entities = [thing for thing in steps if thing[0].isupper()]
    counts = {}
    for thing in entities:
        for name in steps[thing]:
            counts[name] = counts.get(name, 0) + 1
    verbs = sorted(counts, key=lambda name: (-counts[name], name))
    parts = [", ".join(f"{name} {counts[name]}" for name in verbs)]
    parts.append(f"with {len(entities)} entities ({', '.join(entities)})")
    for group in steps:
        if group not in entities:
            names = ", ".join(name.removeprefix("report") or name for name in steps[group])
            parts.append(f"{group.replace('_', ' ')}: {names}")
    return "; ".join(parts)


BLOCKS = {
    "clients": clients_table,
    "conformance": conformance_table,
    "uncovered": uncovered_table,
}


def page_with_tables(text):
    """The page with its generated tables as they have to be."""
    for name, build in BLOCKS.items():
        begin, end = f"<!-- {name}: catalogue.py -->\n", f"\n<!-- {name} end -->"
        head, _, rest = text.partition(begin)
        _old, _, tail = rest.partition(end)
        if not tail and end not in text:
            raise ValueError(f"{PAGE.name} has no place for {name}")
        text = head + begin + build() + end + tail
    return text


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text("utf-8")), "utf-8")
