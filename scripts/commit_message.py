"""Git's commit-msg hook: a subject of at most 72 characters, then an empty line, and nobody's trailers.

Looks at the form only; whether the subject is imperative and the body says why is for a reviewer.
"""

from __future__ import annotations

import sys
from pathlib import Path

SUBJECT_AT_MOST = 72
WRITTEN_BY_GIT = ("Merge ", 'Revert "', "fixup! ", "squash! ", "amend! ")


def mistake_in(message: str) -> str | None:
    """What is wrong with the message, in one line; None where nothing is."""
    text = message.split("\n# ------------------------ >8", 1)[0]
    lines = [line.rstrip() for line in text.lstrip().splitlines() if not line.startswith("#")]
    subject, body = (lines[0], lines[1:]) if lines else ("", [])
    if subject.startswith(WRITTEN_BY_GIT):
        return None
    if not subject:
        return "the subject is empty"
    if len(subject) > SUBJECT_AT_MOST:
        return f"the subject has {len(subject)} characters, at most {SUBJECT_AT_MOST}: {subject}"
    if body and body[0]:
        return f"the line after the subject must be empty: {body[0]}"
    for line in body:
        if line.lower().startswith("co-authored-by:"):
            return f"no such trailer here: {line}"
    return None


if __name__ == "__main__":
    sys.exit(mistake_in(Path(sys.argv[1]).read_text(encoding="utf-8")))
