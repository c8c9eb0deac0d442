"""The table a person reads and the file a program reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.confirm import Overhead
from bench.customers import Import
from bench.latency import Latency
from bench.payback import PayBack
from bench.plain import PlainRun
from bench.throughput import CEILING, Throughput
from bench.unlimited import Unlimited
from dev import paths

FILE = paths.CACHE / "bench.json"
#: what is promised: the figure may not be below, or above
AT_LEAST = {"throughput_ratio_to_ceiling": 0.95, "documents_per_second_unlimited": 60}
AT_MOST = {
    "metered_reads_per_document": 0.01,
    "confirm_overhead_ratio_1": 1.05,
    "confirm_overhead_ratio_200": 1.05,
    "extra_queries_1": 6,
    "extra_queries_200": 40,
    "confirm_to_qbo_p50_s": 3,
    "confirm_to_qbo_p95_s": 6,
    "payment_to_paid_p95_s": 5,
    "webhook_answer_p95_s": 3,
    "peak_rss_growth_mb": 25,
    "customers_import_s": 300,
    "customers_import_metered_reads": 10,
}


#: statements of the addon that are listed
SHOWN = 12


@dataclass
class Findings:
    """What all parts of a run have measured.

    :ivar announced: throughput while QuickBooks announces what is sent; None = left out
    :ivar echoed: a backlog without limits, in the same way
    """

    slow_plain: PlainRun
    throughput: Throughput
    announced: Throughput | None
    latency: Latency
    payback: PayBack
    fast_plain: PlainRun
    unlimited: Unlimited
    echoed: Unlimited
    one: Overhead
    many: Overhead
    imported: Import


def figures(found: Findings) -> dict[str, Any]:
    unlimited, used = found.unlimited, found.unlimited.used
    count = unlimited.documents
    echoed, echoes = found.echoed, found.echoed.documents
    per_minute = found.throughput.per_minute
    return {
        "throughput_ratio_to_ceiling": round(found.throughput.ratio, 4),
        "documents_per_second_unlimited": round(unlimited.per_second, 2),
        "speedup_over_plain_loop": round(per_minute / 60 / found.slow_plain.per_second, 2),
        "cpu_ms_per_document": round(1000 * used.cpu / count, 2),
        "metered_reads_per_document": round((used.reads + echoed.used.reads) / (count + echoes), 4),
        "confirm_overhead_ratio_1": round(found.one.ratio, 4),
        "confirm_overhead_ratio_200": round(found.many.ratio, 4),
        "extra_queries_1": found.one.extra_queries,
        "extra_queries_200": found.many.extra_queries,
        "confirm_to_qbo_p50_s": round(found.latency.percentile(50), 2),
        "confirm_to_qbo_p95_s": round(found.latency.percentile(95), 2),
        "payment_to_paid_p50_s": round(found.payback.percentile(50), 2),
        "payment_to_paid_p95_s": round(found.payback.percentile(95), 2),
        "webhook_answer_p95_s": round(found.payback.answer(95), 3),
        "peak_rss_growth_mb": round(unlimited.growth_mb, 1) or 0.0,
        # beyond what was asked for
        "documents_per_minute": round(per_minute, 1),
        "announced_ratio_to_ceiling": found.announced and round(found.announced.ratio, 4),
        "plain_documents_per_minute": round(60 * found.slow_plain.per_second, 1),
        "busiest_minute": found.throughput.busiest,
        "quietest_minute": found.throughput.quietest,
        "refused_429": found.throughput.refused,
        "plain_documents_per_second_unlimited": round(found.fast_plain.per_second, 2),
        "plain_cpu_ms_per_document": round(
            1000 * found.fast_plain.cpu / found.fast_plain.documents, 2
        ),
        "postgres_cpu_ms_per_document": round(1000 * used.backend / count, 2),
        "documents_per_cpu_second": round(count / (used.cpu + used.backend), 2),
        "queries_per_document": round(used.queries / count, 2),
        "documents_drained": count,
        "announced_documents_per_second": round(echoed.per_second, 2),
        "announced_cpu_ms_per_document": round(1000 * echoed.used.cpu / echoes, 2),
        "announced_queries_per_document": round(echoed.used.queries / echoes, 2),
        "announced_reads_per_document": round(echoed.used.reads / echoes, 4),
        "peak_rss_mb": round(unlimited.peak_mb, 1),
        "confirm_wall_ratio_1": round(found.one.wall_ratio, 4),
        "confirm_wall_ratio_200": round(found.many.wall_ratio, 4),
        **import_figures(found.imported),
    }


def import_figures(imported: Import) -> dict[str, Any]:
    return {
        "customers_imported": imported.customers,
        "customers_import_s": round(imported.took, 1),
        "customers_import_metered_reads": imported.reads,
        "customers_connect_metered_reads": imported.all_reads,
    }


def import_table(all_: dict[str, Any]) -> Iterator[str]:
    yield _row(f"first import, {all_['customers_imported']} customers", "", "engine", "wanted")
    yield _judged("  seconds from the consent", all_, "customers_import_s")
    yield _judged("  metered reads for customers", all_, "customers_import_metered_reads")
    yield _row("  with all other lists", "", all_["customers_connect_metered_reads"])


def table(found: Findings) -> str:
    return "\n".join(_lines(found, figures(found)))


def _lines(found: Findings, all_: dict[str, Any]) -> Iterator[str]:
    yield _row("Intuit's limits, 300 ms latency", "plain loop", "engine", "wanted")
    yield _row(
        "  documents per minute", all_["plain_documents_per_minute"], all_["documents_per_minute"]
    )
    plain_ratio = round(all_["plain_documents_per_minute"] / CEILING, 4)
    yield _judged("  of the ceiling", all_, "throughput_ratio_to_ceiling", plain_ratio)
    if found.announced:
        yield _row("    announced by webhook", "", all_["announced_ratio_to_ceiling"])
    yield _row("  times as fast", 1, all_["speedup_over_plain_loop"])
    yield _row("  busiest 60 seconds", "", all_["busiest_minute"])
    yield _row("  quietest 60 seconds", "", all_["quietest_minute"])
    yield _row("  requests refused (429)", "", all_["refused_429"])
    yield _judged("  Confirm to QuickBooks, p50 s", all_, "confirm_to_qbo_p50_s")
    yield _judged("  Confirm to QuickBooks, p95 s", all_, "confirm_to_qbo_p95_s")
    yield _row("  paid there to paid in Odoo, p50 s", "", all_["payment_to_paid_p50_s"])
    yield _judged("  paid there to paid in Odoo, p95 s", all_, "payment_to_paid_p95_s")
    yield _judged("  answer to a webhook, p95 s", all_, "webhook_answer_p95_s")
    yield ""
    title = f"no limits, no latency, {all_['documents_drained']} documents"
    yield _row(title, "plain loop", "engine", "wanted")
    plain = all_["plain_documents_per_second_unlimited"]
    yield _judged("  documents per second", all_, "documents_per_second_unlimited", plain)
    plain = all_["plain_cpu_ms_per_document"]
    yield _row("  CPU ms per document", plain, all_["cpu_ms_per_document"])
    yield _row("  PostgreSQL CPU ms per document", "", all_["postgres_cpu_ms_per_document"])
    yield _row("  documents per second of both", "", all_["documents_per_cpu_second"])
    yield _row("  queries per document", "", all_["queries_per_document"])
    yield _judged("  metered reads per document", all_, "metered_reads_per_document", 0)
    yield _row(f"  {found.echoed.documents} announced by webhook:")
    yield _row("    documents per second", "", all_["announced_documents_per_second"])
    yield _row("    CPU ms per document", "", all_["announced_cpu_ms_per_document"])
    yield _row("    queries per document", "", all_["announced_queries_per_document"])
    yield _row("    metered reads per document", "", all_["announced_reads_per_document"])
    yield _row("  peak memory MB", "", all_["peak_rss_mb"])
    yield _judged("  its growth after the first tenth", all_, "peak_rss_growth_mb")
    for part in (found.one, found.many):
        yield ""
        yield from _confirming(part, all_)
    yield ""
    yield from import_table(all_)


def _confirming(part: Overhead, all_: dict[str, Any]) -> Iterator[str]:
    size = part.invoices
    title = f"confirming {size}, {part.repetitions} times each"
    yield _row(title, "without", "with", "wanted")
    yield _row("  wall-clock ms", round(part.base_ms, 1), round(part.base_ms * part.wall_ratio, 1))
    yield _judged("  processor time, ratio", all_, f"confirm_overhead_ratio_{size}", 1)
    low, high = part.interval
    yield _row("    with 95 % certainty between", "", f"{low:.3f}-{high:.3f}")
    yield _row("  wall-clock, ratio", 1, all_[f"confirm_wall_ratio_{size}"])
    queries = part.base_queries
    yield _row("  queries", queries, queries + part.extra_queries)
    yield _judged("  queries more", all_, f"extra_queries_{size}")
    for count, statement in part.extra[:SHOWN]:
        yield f"    {count:+4} {statement}"


def _judged(title: str, all_: dict[str, Any], key: str, plain: Any = "") -> str:
    value, wanted = all_[key], ""
    if key in AT_LEAST:
        wanted = f">= {AT_LEAST[key]}{'' if value >= AT_LEAST[key] else '  MISSED'}"
    elif key in AT_MOST:
        wanted = f"<= {AT_MOST[key]}{'' if value <= AT_MOST[key] else '  MISSED'}"
    return _row(title, plain, value, wanted)


def _row(title: str, plain: Any = "", engine: Any = "", wanted: str = "") -> str:
    return f"{title:38}{plain!s:>12}{engine!s:>14}   {wanted}".rstrip()


def save(found: Findings, **about: Any) -> None:
    """:param about: under which conditions it was measured"""
    text = json.dumps({**figures(found), **about}, indent=2)
    paths.write_if_changed(FILE, text + "\n")


def add(**figures_: Any) -> None:
    """Put the figures of one part beside those of the last full run."""
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    paths.write_if_changed(FILE, json.dumps({**known, **figures_}, indent=2) + "\n")
