"""Tables as text (RFC 4180): their first line names what stands in each column."""

from __future__ import annotations

import csv
import io

from harness.core.masking.names import Secrecy, secrecy_of
from harness.core.masking.pairs import mask_text
from harness.core.masking.values import mask

LONGEST = 2000  # characters of the line of names


def is_table(text: str) -> bool:
    """Whether the first lines have as many columns, and one of them is secret or personal by its name."""
    first, _, rest = text.partition("\n")
    second = rest.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    count = first.count(delimiter)
    if not count or len(first) > LONGEST or second.count(delimiter) < count or "=" in first or ":" in first:
        return False
    return any(secrecy_of(name.strip()) is not Secrecy.NONE for name in first.split(delimiter))


def mask_table(text: str) -> str:
    """As it is where there is nothing to mask."""
    first = text.partition("\n")[0]
    delimiter = max(",\t;|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return mask_text(text)
    names = [name.strip() for name in rows[0]] if rows else []
    if not any(secrecy_of(name) is not Secrecy.NONE for name in names):
        return mask_text(text)
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n")
    writer.writerow(names)
    for row in rows[1:]:
        named = zip((*names, *[""] * len(row)), row, strict=False)
        writer.writerow(str(mask(value, name=name)) for name, value in named)
    return written.getvalue()
