"""A reader that has left changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from harness.cli.unread_output import UnreadOutput


@pytest.fixture
def unread() -> Iterator[UnreadOutput]:
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as stream:
        yield UnreadOutput(stream)


def test_what_nobody_reads_goes_nowhere(unread: UnreadOutput) -> None:
    for _ in range(3):
        assert unread.write("x" * 100_000) == 100_000
        unread.flush()


def test_it_is_the_stream_in_all_else(unread: UnreadOutput) -> None:
    assert unread.encoding == "utf-8"
    assert not unread.isatty()
