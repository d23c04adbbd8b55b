"""An answer in a message: its status, then the beginning of its body."""

from __future__ import annotations


def status_and_body(status: object, body: str) -> str:
    """``404 Not Found``. Many servers begin the body with the status, too; it is not said twice."""
    head, text = str(status), body.strip()
    rest = text.removeprefix(head.partition(" ")[0].rstrip(":"))
    if rest != text and not rest[:1].isalnum():
        text = rest.lstrip(" :-")
    return head if not text or head.endswith(f" {text}") else f"{head} {text}"
