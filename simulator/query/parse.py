"""Text to a statement; errors are 4000 with the position of the offending token (FACTS 3.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import fault

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+)
  | (?P<STRING>'(?:[^'\\]|\\.)*')
  | (?P<DECIMAL>-?\d+\.\d+)
  | (?P<INTEGER>-?\d+)
  | (?P<IDENTIFIER>[A-Za-z_][\w.]*)
  | (?P<op><=|>=|!=|<>|=|<|>)
  | (?P<punct>[(),*;])
  | (?P<junk>.)
""",
    re.X | re.S,
)
_ESCAPE = re.compile(r"\\(.)", re.S)
_KEYWORDS = {
    "select",
    "from",
    "where",
    "and",
    "or",
    "not",
    "in",
    "like",
    "orderby",
    "order",
    "by",
    "asc",
    "desc",
    "startposition",
    "maxresults",
    "between",
    "contains",
    "iterator",
    "is",
    "null",
    "group",
    "join",
    "true",
    "false",
}


@dataclass
class Token:
    kind: str
    text: str
    line: int
    column: int

    @property
    def word(self):
        return self.text.lower() if self.kind == "IDENTIFIER" else ""


@dataclass
class Statement:
    entity: str = ""
    count: bool = False
    fields: list = field(default_factory=list)
    conditions: list = field(default_factory=list)  # (property, operator, [values])
    order: list = field(default_factory=list)  # (property, descending)
    start: int = 1
    limit: int | None = None


def tokenize(text):
    tokens, line, line_start = [], 1, 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind != "blank":
            tokens.append(Token(kind, match[0], line, match.start() - line_start + 1))
        newlines = match[0].count("\n")
        if newlines:
            line += newlines
            line_start = match.start() + match[0].rindex("\n") + 1
    tokens.append(Token("EOF", "", line, len(text) - line_start + 1))
    return tokens


def syntax_error(token):
    if token.kind == "EOF":
        shown = '"<EOF>"'
    elif token.kind in ("IDENTIFIER", "STRING", "INTEGER", "DECIMAL") and (
        token.word not in _KEYWORDS
    ):
        shown = f'" <{token.kind}> "{token.text} ""'
    elif token.word in _KEYWORDS:
        shown = f'" "{token.text}" "{token.text} ""'
    else:
        shown = f'" "{token.text}" "{token.text} ""'
    return fault(
        "4000",
        f"QueryParserError: Encountered {shown} at line {token.line}, column {token.column}.",
    )


class Parser:
    """Recursive descent over the tokens of one statement."""

    def __init__(self, text):
        self.tokens, self.position = tokenize(text), 0

    @property
    def token(self):
        return self.tokens[self.position]

    def take(self):
        token = self.token
        self.position += 1
        return token

    def accept(self, *words):
        if self.token.word in words or self.token.text in words and self.token.text:
            return self.take()
        return None

    def expect(self, *words):
        found = self.accept(*words)
        if not found:
            raise syntax_error(self.token)
        return found

    def identifier(self):
        if self.token.kind != "IDENTIFIER" or self.token.word in _KEYWORDS:
            raise syntax_error(self.token)
        return self.take().text

    def parse(self):
        statement = Statement()
        self.expect("select")
        self._what(statement)
        self.expect("from")
        statement.entity = self.identifier()
        if self.accept("where"):
            self._condition(statement)
            while self.accept("and"):
                self._condition(statement)
        self._order(statement)
        self._page(statement)
        self.accept(";")
        if self.token.kind != "EOF":
            raise syntax_error(self.token)
        return statement

    def _what(self, statement):
        if self.accept("*"):
            while self.accept(","):
                self.identifier()  # ``*, Sku``: everything is there anyway
            return
        first = self.identifier()
        if first.lower() == "count" and self.accept("("):
            self.expect("*")
            self.expect(")")
            statement.count = True
            return
        statement.fields.append(first)
        while self.accept(","):
            if not self.accept("*"):
                statement.fields.append(self.identifier())

    def _condition(self, statement):
        prop = self.identifier()
        if self.accept("in"):
            self.expect("(")
            values = [self._value()]
            while self.accept(","):
                values.append(self._value())
            self.expect(")")
            statement.conditions.append((prop, "in", values))
        elif self.accept("like"):
            statement.conditions.append((prop, "like", [self._value()]))
        else:
            if self.token.kind != "op" or self.token.text in ("!=", "<>"):
                raise syntax_error(self.token)
            operator = self.take().text
            statement.conditions.append((prop, operator, [self._value()]))

    def _value(self):
        token = self.token
        if token.kind == "STRING":
            self.take()
            return _ESCAPE.sub(r"\1", token.text[1:-1])
        if token.kind in ("INTEGER", "DECIMAL"):
            return self.take().text
        if token.word in ("true", "false"):
            return self.take().word == "true"
        raise syntax_error(token)

    def _order(self, statement):
        if self.accept("order"):
            self.expect("by")
        elif not self.accept("orderby"):
            return
        while True:
            prop = self.identifier()
            descending = bool(self.accept("desc"))
            if not descending:
                self.accept("asc")
            statement.order.append((prop, descending))
            if not self.accept(","):
                return

    def _page(self, statement):
        while word := self.accept("startposition", "maxresults"):
            if self.token.kind != "INTEGER":
                raise syntax_error(self.token)
            value = int(self.take().text)
            if word.word == "startposition":
                statement.start = value
            else:
                statement.limit = value


def parse(text):
    return Parser(text).parse()
