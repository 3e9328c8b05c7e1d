"""CSV that a spreadsheet opens with its accents and executes nothing of."""

import csv
import io
from collections.abc import Iterable

# What a spreadsheet would take for a formula if a cell began with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = b"\xef\xbb\xbf"  # begins a file: by it spreadsheets know UTF-8


def csv_lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def harmless(cell: str) -> str:
    """The cell as text: an apostrophe before what a spreadsheet would execute (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
