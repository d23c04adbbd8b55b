"""What a comparison writes: SARIF, and what was read as HAR."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.text import Language, Text
from harness.drift.comparison import compare
from harness.drift.findings import Drift
from harness.drift.judging import Judged
from harness.drift.sarif import log
from harness.drift.summary import sentence
from harness.traffic.har import HarWriter, moment, writing

READ_TOO = Text(zh="既要读取又要写入", en="would be written over while it is read")
NO_FOLDER = Text(zh="所在的文件夹不存在", en="the folder for it does not exist")


def run(
    files: Iterable[Path],
    contracts: Iterable[Path],
    servers: Sequence[str] = (),
    *,
    language: Language,
    sarif: Path | None = None,
    har: Path | None = None,
) -> Drift:
    """Compare, and write the files that are asked for."""
    files, contracts = tuple(files), tuple(contracts)
    for output in filter(None, (sarif, har)):
        if output.resolve() in {file.resolve() for file in (*files, *contracts)}:
            raise UsageError(READ_TOO, where=str(output))
        if not output.resolve().parent.is_dir():
            raise UsageError(NO_FOLDER, where=str(output))
    with ExitStack() as open_files:
        writer = None if har is None else open_files.enter_context(writing(har))
        drift = compare(files, contracts, servers, None if writer is None else _Archive(writer, language))
    if sarif is not None:
        text = json.dumps(log(drift, language), ensure_ascii=False, indent=1)
        sarif.write_text(text.encode("utf-8", "replace").decode() + "\n", encoding="utf-8")
    return drift


class _Archive:
    """Keeps what is the API's: neither what is out of scope nor what a cache answered."""

    def __init__(self, writer: HarWriter, language: Language) -> None:
        self._writer, self._language = writer, language

    def __call__(self, judged: Judged) -> None:
        recorded = judged.recorded
        if judged.excluded is not None or any(gap == "cache" for gap, _ in judged.gaps):
            return
        scheme = "http" if recorded.address is None else recorded.address.scheme
        self._writer.add(
            recorded.exchange,
            f"{scheme}://{recorded.host}",
            moment(recorded.started),
            unsaved=recorded.unsaved,
            bare=recorded.bare,
            comment=self._comment(judged),
        )

    def _comment(self, judged: Judged) -> str:
        if judged.operation is None:
            return ""
        said = (sentence(judged.operation, violation) for violation in judged.violations)
        return "\n".join(text.say(self._language) for text in said)
