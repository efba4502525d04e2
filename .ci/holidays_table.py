"""Write the table of holidays that `stockctl plan` reads, from the library `holidays` (MIT).

The library is a tool of development only. Run by `make holidays`, once a year or
where the library has new dates; with countries' codes it shows their days.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parents[1] / "stockctl" / "plan" / "data" / "holidays.tsv"
YEARS = range(2026, 2036)
# What offices close for, and what shops sell for (the United States' Halloween, Mother's Day and the like).
CATEGORIES = {"public", "unofficial"}
ESTIMATED = " (estimated)"


def dates(country: str, years: range = YEARS) -> dict[tuple[str, str], bool]:
    """Return a country's days with their English names, and whether each is an estimate."""
    import holidays

    cls: Any = getattr(holidays, country)
    languages = set(cls.supported_languages or ())
    language = next((one for one in ("en_US", "en_GB") if one in languages), None)
    found: dict[tuple[str, str], bool] = {}
    with warnings.catch_warnings():
        # Some countries' days are known for fewer years.
        warnings.simplefilter("ignore")
        days = cls(
            years=years,
            observed=False,
            categories=CATEGORIES & set(cls.supported_categories),
            **({"language": language} if language else {}),
        )
    for day, names in days.items():
        for name in names.split("; "):
            found[day.isoformat(), name.removesuffix(ESTIMATED)] = name.endswith(ESTIMATED)
    return found


def shown(countries: list[str]) -> str:
    """Return the days of some countries as JSON: day, name, estimated."""
    found = {country: [[*day, estimated] for day, estimated in sorted(dates(country).items())] for country in countries}
    return json.dumps(found)


def main() -> None:
    """Write the table, or show the days of the countries named."""
    import holidays

    if sys.argv[1:]:
        sys.stdout.write(shown(sys.argv[1:]))
        return

    rows: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for country in holidays.list_supported_countries(include_aliases=False):
        for (day, name), estimated in dates(country).items():
            rows[day, name, estimated].add(country)
    head = (
        f"# Days of {YEARS[0]} to {YEARS[-1]} and the countries that keep them, made from the library holidays"
        f" {holidays.__version__}\n"
        "# (github.com/vacanza/holidays; MIT licence, copyright Vacanza Team and individual contributors, dr-prodigy,\n"
        "# ryanss). ~ after a day: it goes by a moon that was not seen yet, and may be a day or two off.\n"
    )
    lines = [
        f"{day}{'~' if estimated else ''}\t{name}\t{','.join(sorted(countries))}\n"
        for (day, name, estimated), countries in sorted(rows.items())
    ]
    TABLE.write_text(head + "".join(lines), encoding="utf-8")
    sys.stdout.write(f"{TABLE.name}: {len(lines)} days\n")


if __name__ == "__main__":
    main()
