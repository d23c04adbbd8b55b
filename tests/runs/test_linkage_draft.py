from __future__ import annotations

from harness.runs.linkage_draft import written
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
