from __future__ import annotations

from harness.linkage.contract.model import PromiseName
from harness.runs.linkage_draft import untraced, untraced_note, written
from tests.support.sample import Sample


def test_what_was_written_is_counted_without_reads_refusals_and_what_others_sent(sample: Sample) -> None:
    for url in ("/orders", "/orders", "/orders/find", "/log-in"):
        sample.exchange(None, source="harness", method="POST", url=url, status=201)
    sample.exchange(None, source="harness", method="POST", url="/orders", status=409)
    sample.exchange(None, source="harness", method="GET", url="/orders")
    sample.exchange(None, source="mall", method="POST", url="/orders", status=201)
    sample.finished()
    sample.log.close()
    reads = {"website: POST /orders/find", "website: POST /log-in"}
    assert written(sample.folder, reads) == {"website: POST /orders": 2}


SERVICES = ("site", "mini", "queue")


def test_a_service_that_passes_no_traceparent_on_is_seen_by_what_it_sends(sample: Sample) -> None:
    """What it sent before it had one itself says nothing; one that it passes on says all."""
    sample.exchange(None, source="queue", target="mini", method="POST")
    sample.exchange(None, source="mini", target="site", method="POST")
    for service in ("site", "mini"):
        sample.exchange(None, "a" * 32, "b" * 16, source="harness", target=service, method="POST")
    sample.exchange(None, source="site", target="mini", method="POST")
    sample.exchange(None, source="mini", target="site", method="POST")
    sample.exchange(None, "a" * 32, "c" * 16, source="mini", target="site", method="POST")
    sample.finished()
    sample.log.close()
    assert untraced(sample.folder, SERVICES) == {"site"}


def test_checks_that_a_lost_traceparent_keeps_from_running_are_counted() -> None:
    ways: list[tuple[PromiseName, str]] = [("nothing-lost", "site"), ("monotonic-reads", "site")]
    ways += [("nothing-lost", "mini"), ("monotonic-reads", "site")]
    note = untraced_note({"site"}, ways)
    assert note is not None
    assert note.en.startswith("site: no traceparent is passed on, so 3 checks")
    assert "monotonic-reads, nothing-lost" in note.zh
    assert untraced_note(set(), [("nothing-lost", "site")]) is None
    assert untraced_note({"mini"}, [("nothing-lost", "site")]) is None
