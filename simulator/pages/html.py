"""Building pages without a template engine."""

from __future__ import annotations

from html import escape

from ..wire import Reply

STYLE = """
:root{--ink:#1f2a37;--soft:#6b7280;--line:#e5e7eb;--tint:#f6f8fa;--green:#2ca01c;--red:#b42318}
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:var(--ink);
background:var(--tint)}header{background:#fff;border-bottom:1px solid var(--line);
padding:.7rem 1rem;display:flex;gap:.4rem 1.1rem;flex-wrap:wrap;align-items:center}
header b{color:var(--green)}b{overflow-wrap:anywhere}
summary{cursor:pointer;font-weight:600;color:#0d6b9a}
header form{margin-left:auto}header select{width:auto;padding:.2rem}
a{color:#0d6b9a;text-decoration:none}a:hover{text-decoration:underline}
main{max-width:70rem;margin:1.2rem auto;padding:0 1rem}h1{font-size:1.4rem;margin:.2rem 0 1rem}
h2{font-size:1.1rem;margin:1.4rem 0 .5rem}.card{background:#fff;border:1px solid var(--line);
border-radius:10px;padding:1rem;margin-bottom:1rem}.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.45rem .6rem;
border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600;
font-size:.85rem}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
label{display:block;margin:.6rem 0 .2rem;font-weight:600}input,select,textarea{width:100%;
max-width:26rem;padding:.45rem .6rem;border:1px solid #cbd2d9;border-radius:6px;font:inherit}
button,.button{display:inline-block;padding:.5rem 1rem;border-radius:20px;border:1px solid
var(--green);background:var(--green);color:#fff;font:inherit;font-weight:600;cursor:pointer}
button.plain{background:#fff;color:var(--ink);border-color:#cbd2d9}button.danger{background:#fff;
color:var(--red);border-color:var(--red)}.row{display:flex;gap:.6rem;flex-wrap:wrap;margin-top:1rem}
.note{color:var(--soft)}.bad{color:var(--red);background:#fef3f2;border-color:#fecdca}
.good{background:#ecfdf3;border-color:#abefc6}.card>h2:first-child{margin-top:0}
.card>p:last-child,.card>ul:last-child{margin-bottom:0}header a.here{color:var(--ink);
font-weight:600;border-bottom:2px solid var(--green)}header button{padding:.15rem .8rem}
.search{display:flex;gap:.5rem;margin-bottom:.6rem}.search input{max-width:18rem}
pre{white-space:pre-wrap;word-break:break-word;background:var(--tint);padding:.7rem;
border-radius:6px;font-size:.85rem}.narrow{max-width:30rem;margin:3rem auto}
@media (max-width:40rem){main{margin:.8rem auto;padding:0 .6rem}.narrow{margin:1rem auto}
header{gap:.5rem 1rem}header b{width:100%}header form{margin-left:0}a,summary{padding:.1rem 0}
.titled thead{display:none}.titled tr{display:block;padding:.5rem 0;
border-bottom:1px solid var(--line)}.titled td,.titled td.n{display:flex;gap:1rem;border:0;
justify-content:space-between;padding:.1rem 0;text-align:right}.titled td:empty{display:none}
.titled td::before{content:attr(data-label);color:var(--soft);text-align:left}
.titled td:first-child{font-weight:600}.titled td details{text-align:left;min-width:0;width:100%}}
"""


class Safe(str):
    """Markup that is not escaped again."""

    __slots__ = ()


def text(value):
    return (
        value if isinstance(value, Safe) else Safe(escape(str(value if value is not None else "")))
    )


def tag(element, /, *content, **attributes):
    inner = "".join(text(part) for part in content)
    marks = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if element in ("input", "br", "meta"):
        return Safe(f"<{element}{marks}>")
    return Safe(f"<{element}{marks}>{inner}</{element}>")


def link(url, label, **attributes):
    return tag("a", label, href=url, **attributes)


def table(heads, rows, numbers=()):
    """Rows of cells; the positions in ``numbers`` are right-aligned.

    On a phone each row becomes a block whose cells carry their column's title.
    """

    def cells(kind, row, titles):
        return "".join(
            tag(kind, cell, class_="n" if position in numbers else None, data_label=title or None)
            for position, (cell, title) in enumerate(zip(row, titles, strict=True))
        )

    titled, nothing = any(heads), [""] * len(heads)
    body = "".join(f"<tr>{cells('td', row, heads)}</tr>" for row in rows)
    head = f"<thead><tr>{cells('th', heads, nothing)}</tr></thead>" if titled else ""
    mark = ' class="titled"' if titled else ""
    return Safe(f'<div class="scroll"><table{mark}>{head}<tbody>{body}</tbody></table></div>')


def field(label, name, value="", kind="text", **attributes):
    return Safe(
        tag("label", label, for_=name)
        + tag("input", id=name, name=name, type=kind, value=value, **attributes)
    )


def page(title, *content, header="", status=200):
    body = "".join(text(part) for part in content)
    document = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>'
        f'{escape(title)}</title><meta name="viewport" content="width=device-width,'
        f'initial-scale=1"><link rel="icon" href="data:,"><style>{STYLE}</style></head>'
        f"<body>{header}<main>{body}</main></body></html>"
    )
    return Reply(status, document.encode(), "text/html; charset=utf-8")


def redirect(url, *headers):
    return Reply(302, b"", "text/html", [("Location", url), *headers])


def form(action, *content):
    return tag("form", *content, method="post", action=action)


def search(value, hint):
    """A field that asks the same page again, with ``q``."""
    return tag(
        "form",
        tag("input", name="q", type="search", value=value, placeholder=hint, aria_label=hint),
        button("Search", kind="plain"),
        method="get",
        class_="search",
    )


def button(label, name=None, value=None, kind=None):
    return tag("button", label, type="submit", name=name, value=value, class_=kind)


def card(*content, kind=""):
    return tag("div", *content, class_=f"card {kind}".strip())


def facts(pairs):
    """A two-column table of what is known; empty values are left out."""
    return table(
        ("", ""), [(label, value) for label, value in pairs if value not in (None, "", [], {})]
    )
