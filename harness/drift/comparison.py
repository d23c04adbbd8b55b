"""Recorded traffic against contracts: from files to what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from harness.contracts import load
from harness.core.masking import mask_path
from harness.core.text import Text
from harness.drift.findings import Collector, Drift
from harness.drift.judging import Judge, Judged
from harness.drift.reading import Spot, read
from harness.drift.reading.recorded import GAPS
from harness.drift.servers import Api

AT = Text(zh="{file} 第 {line} 行：{said}", en="{file}, line {line}: {said}")


def compare(
    files: Iterable[Path],
    contracts: Iterable[Path],
    servers: Sequence[str] = (),
    each: Callable[[Judged], None] | None = None,
) -> Drift:
    """Judge all that the files hold. UsageError for a file or a contract that cannot be read.

    ``servers`` stand for those of the contracts; ``each`` is called with every exchange as soon as it is judged.
    """
    apis = [Api(load(path), servers) for path in dict.fromkeys(contracts)]
    judge, collector = Judge(apis), Collector(api.contract for api in apis)
    for file in files:
        for recorded in read(file):
            if isinstance(recorded, Spot):
                said = {"file": recorded.file.name, "line": recorded.line, "said": GAPS["too large"]}
                collector.too_large(AT.format(**said))
                continue
            judged = _masked(judge(recorded))
            collector.add(judged)
            if each is not None:
                each(judged)
    return collector.result()


def _masked(judged: Judged) -> Judged:
    """What its path says of people masked, as the template of its operation names it: only now is that known."""
    if judged.operation is None:
        return judged
    exchange = judged.recorded.exchange
    path = mask_path(exchange.path, judged.operation.path)
    if path == exchange.path:
        return judged
    return replace(judged, recorded=replace(judged.recorded, exchange=replace(exchange, path=path)))
