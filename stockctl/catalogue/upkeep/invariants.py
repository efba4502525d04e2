"""What always holds in a sound catalogue beyond what SQLite sees to; each with the way to tell, and to mend."""

from __future__ import annotations

from dataclasses import dataclass

from stockctl.catalogue.sent.ledger import State
from stockctl.catalogue.sold import sales

# What a person does about that which no other table tells anew.
RESTORE = "restore a backup from before, or send a report of how it came to this"


@dataclass(frozen=True)
class Invariant:
    """One thing that holds: `broken` counts where it does not.

    `message` says what is wrong, after that number. `mend` are the statements
    that make it hold again from what other tables say; empty where nothing
    tells it, and `hint` says what a person can do.
    """

    name: str
    broken: str
    message: str
    mend: tuple[str, ...] = ()
    hint: str = RESTORE


def _differs(table: str, columns: str, rebuilt: str, amounts: str) -> str:
    """Count the rows of a roll-up that are not what its sources add up to; rows of nothing count for none."""
    kept = f"SELECT {columns} FROM {table} WHERE {amounts}"  # noqa: S608 - here and below: our own texts
    wanted = f"SELECT {columns} FROM rebuilt WHERE {amounts}"  # noqa: S608
    return (
        f"WITH rebuilt ({columns}) AS MATERIALIZED ({rebuilt}) SELECT (SELECT count(*) FROM ({kept} EXCEPT {wanted}))"  # noqa: S608
        f" + (SELECT count(*) FROM ({wanted} EXCEPT {kept}))"
    )


def _sums() -> list[Invariant]:
    found = []
    for table, (columns, rebuilt) in sales.roll_ups().items():
        query = rebuilt.replace(":sign", "1")
        amounts = " OR ".join(f"{name} <> 0" for name in columns if name in {"downloads", "amount", "refunds", "large"})
        found.append(
            Invariant(
                f"sums-of-{table.replace('_', '-')}",
                _differs(table, ", ".join(columns), query, amounts),
                "sums of sales are not what the sales add up to",
                (
                    f"DELETE FROM {table}",  # noqa: S608
                    f"INSERT INTO {table} {query}",
                    "DELETE FROM worked_out",
                    "DELETE FROM year_sums",
                    "DELETE FROM month_sums",
                ),
            )
        )
    return found


_CHANGED = (
    "(SELECT count(*), coalesce(sum(splices IS NULL AND state <> 'restored'), 0), coalesce(sum(length(splices)), 0)"
    " FROM changes WHERE changes.batch = batches.batch)"
)
_COUNTED = "SELECT agency, state, count(*) AS pictures FROM uploads WHERE part = 0 GROUP BY 1, 2"
_SHOWN = "(SELECT min(o.id) FROM sold o WHERE o.name = sold.name)"
_STATES = ", ".join(f"'{state.value}'" for state in State)


def _json(table: str, column: str, mend: str = "", hint: str = RESTORE) -> Invariant:
    return Invariant(
        f"text-of-{table}",
        f"SELECT count(*) FROM {table} WHERE NOT json_valid({column})",  # noqa: S608
        f"kept texts of {table} cannot be read",
        (mend,) if mend else (),
        hint,
    )


def invariants() -> list[Invariant]:
    """Return all that is examined, in the order of the tables."""
    return [
        _json("files", "facts", "DELETE FROM files WHERE NOT json_valid(facts)"),
        _json("verdicts", "findings", "DELETE FROM verdicts WHERE NOT json_valid(findings)"),
        Invariant(
            "sums-of-batches",
            f"SELECT count(*) FROM batches WHERE (files, lost, bytes) <> {_CHANGED}",  # noqa: S608
            "batches of changes are not as large as the changes that they hold",
            (f"UPDATE batches SET (files, lost, bytes) = {_CHANGED}",),  # noqa: S608
        ),
        Invariant(
            "states-of-uploads",
            f"SELECT count(*) FROM uploads WHERE state NOT IN ({_STATES})",  # noqa: S608
            "uploads are in a state that does not exist",
        ),
        Invariant(
            "sums-of-uploads",
            _differs("upload_counts", "agency, state, pictures", _COUNTED, "pictures <> 0"),
            "counts of uploads are not what the uploads add up to",
            ("DELETE FROM upload_counts", f"INSERT INTO upload_counts {_COUNTED}"),
        ),
        Invariant(
            "days-of-decisions",
            "SELECT count(*) FROM decisions WHERE day IS NOT date(day)",
            "decisions have a day that is none",
        ),
        Invariant(
            "sales-of-nothing",
            "SELECT count(*) FROM sales WHERE NOT EXISTS (SELECT 1 FROM units WHERE id = unit)"
            " OR NOT EXISTS (SELECT 1 FROM facets WHERE id = facet) OR NOT EXISTS (SELECT 1 FROM sold WHERE id = sold)",
            "sales belong to no day, no kind or no file",
        ),
        Invariant(
            "amounts-of-sales",
            "SELECT count(*) FROM sales WHERE typeof(amount) <> 'integer' OR typeof(downloads) <> 'integer'",
            "sales have an amount or a count that is no whole number",
        ),
        Invariant(
            "days-of-sales", "SELECT count(*) FROM units WHERE day IS NOT date(day)", "sales have a day that is none"
        ),
        Invariant(
            "names-of-sold-files",
            f"SELECT count(*) FROM sold WHERE shown <> {_SHOWN}",  # noqa: S608
            "sold files are not shown under the first file of their name",
            (f"UPDATE sold SET shown = {_SHOWN} WHERE shown <> {_SHOWN}",),  # noqa: S608
        ),
        *_sums(),
        _json("worked_out", "rows", "DELETE FROM worked_out"),
        Invariant(
            "sizes-of-year-sums",
            "SELECT count(*) FROM year_sums y WHERE length(sums) <> 20 * (SELECT count(DISTINCT shown)"
            " FROM asset_totals t WHERE t.year = y.year AND t.currency = y.currency)",
            "kept sums of a year do not hold the files that the year's sales tell of",
            ("DELETE FROM year_sums",),
        ),
        Invariant(
            "sizes-of-month-sums",
            "SELECT count(*) FROM month_sums WHERE length(sums) % 20 <> 0"
            " OR NOT EXISTS (SELECT 1 FROM month_sums k WHERE k.month = month_sums.month AND k.currency = '')",
            "kept sums of a month have a wrong size",
            ("DELETE FROM month_sums",),
        ),
        Invariant(
            "sums-of-linked-sold",
            "SELECT count(*) FROM linked_sold WHERE files <> (SELECT count(*) FROM sold WHERE media_id IS NOT NULL)",
            "the count of sold files that are pictures of the catalogue is not what they add up to",
            ("UPDATE linked_sold SET files = (SELECT count(*) FROM sold WHERE media_id IS NOT NULL)",),
        ),
        Invariant(
            "sizes-of-month-words",
            "SELECT count(*) FROM month_words WHERE length(sums) % 12 <> 0",
            "kept sums of a month's words have a wrong size",
            ("DELETE FROM month_words", "DELETE FROM month_added"),
        ),
        Invariant(
            "sizes-of-arrived-files",
            "SELECT count(*) FROM arrived_files WHERE length(files) <> 1 << 16",
            "what is kept of files that have arrived has a wrong size",
            ("DELETE FROM arrived_files",),
        ),
        Invariant(
            "sizes-of-sold-files",
            "SELECT count(*) FROM sold_files WHERE length(files) <> 4 << 16",
            "the kept pictures of sold files have a wrong size",
            ("DELETE FROM sold_files",),
        ),
        Invariant(
            "sizes-of-hashes",
            "SELECT count(*) FROM hashes WHERE length(coarse) <> 8 OR length(fine) <> 24",
            "perceptual hashes have a wrong size",
            ("DELETE FROM hashes WHERE length(coarse) <> 8 OR length(fine) <> 24",),
        ),
        Invariant(
            "packs-of-hashes",
            "SELECT count(*) FROM packs WHERE length(ids) * 4 <> length(hashes) OR length(ids) % 8 <> 0",
            "packs of perceptual hashes have a wrong size",
            ("DELETE FROM packs",),
        ),
        Invariant(
            "numbers-in-packs",
            "SELECT (SELECT coalesce(sum(length(ids) / 8), 0) FROM packs p WHERE version = v.version)"
            " <> (SELECT count(*) FROM hashes WHERE version = v.version AND id <= v.last)"
            " FROM (SELECT version, max(last) AS last FROM packs GROUP BY version) v",
            "packs of perceptual hashes do not hold what the index holds",
            ("DELETE FROM packs",),
        ),
        _json("works", "keywords"),
        _json("answers", "answer", "DELETE FROM answers WHERE NOT json_valid(answer)"),
    ]
