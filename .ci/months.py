"""Write the months' names of the languages in which agencies' sites speak, as Unicode's CLDR has them.

Needs Babel, which carries CLDR's data and is no dependency of the program:
    pip install babel && python .ci/months.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel import Locale
from babel import __version__ as babel

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from stockctl.earnings.terms.months import plain  # noqa: E402 - the program as it stands here

LANGUAGES = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "nn", "fi", "is", "pl", "cs", "sk", "sl", "hr"),
    *("sr", "sr_Latn", "hu", "ro", "bg", "ru", "uk", "el", "tr", "id", "ms", "fil", "vi", "th", "hi", "lt", "lv"),
    *("et", "ca", "he", "ar", "ko", "ja", "zh"),
)
HEAD = f"""\
# The names of the months, and their abbreviations, by language: without dots and accents, in lower case.
#
# Source: Unicode CLDR (https://cldr.unicode.org), by way of Babel {babel}; written by .ci/months.py.
# Licence of the data: Unicode License v3 (https://www.unicode.org/license.txt), © Unicode, Inc.
# Names that hold a number ("3月", "tháng 3") are left out: the number says it.

"""


def main() -> None:
    """Write the table."""
    lines = []
    for language in LANGUAGES:
        months = Locale.parse(language).months
        row = []
        for number in range(1, 13):
            names = [
                plain(months[form][width][number])
                for form in ("format", "stand-alone")
                for width in ("wide", "abbreviated")
            ]
            row.append(" ".join(name for name in dict.fromkeys(names) if not any(map(str.isdigit, name))))
        if any(row):
            lines.append(f"{language} = {row!r}".replace("'", '"') + "\n")
    (ROOT / "stockctl/earnings/terms/months.toml").write_text(HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
