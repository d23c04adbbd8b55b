"""What allure-pytest's raw results say of our tests; the only module that imports Allure.

Titles and labels of checks, the steps and attachments of scenarios, and the mask between allure-pytest and
the disk, which writes titles, messages, tracebacks, parameters and attachments as they are (allure_commons
2.16, ``AllureFileLogger``). What a report shows beside this is derived from events, in
:mod:`harness.reporting`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import allure
import pytest
from allure_commons import hookimpl, plugin_manager
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Parameter, StatusDetails

from harness.checks.item import CheckItem
from harness.core.masking import mask, mask_body, mask_text
from harness.core.text import Text
from harness.reporting.raw_results import TEST_LABEL

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1aE\xdf\xa3")
IDENTIFIERS = {
    "uuid",
    "id",
    "historyId",
    "testCaseId",
    "children",
    "source",
    "type",
    "status",
    "stage",
    "mode",
}
_allure: Any = allure


def identify(item: pytest.Item) -> None:
    """Let the result under way say which test it is of, whatever title it gets."""
    _allure.dynamic.label(TEST_LABEL, item.nodeid)


def describe(item: CheckItem) -> None:
    """Title and labels of a check that runs; the parameters make its history id one per end and test."""
    say, test = _allure.dynamic, item.test
    say.title(item.title)
    say.parameter("platform", test.facts["platform"])
    say.parameter("backend", item.end)
    say.parameter("operation", test.pointer)
    if test.kind != "generated":
        say.parameter("test", test.name)
    for name, value in test.categories(item.context.language).items():
        if value:
            say.label(name, value)


class StageResults:
    """The steps and attachments of a scenario; a :class:`harness.linkage.stage.StageListener`."""

    def step(self, words: str) -> AbstractContextManager[None]:
        step: AbstractContextManager[None] = _allure.step(words)
        return step

    def attach(self, content: bytes | str, title: str, media_type: str) -> None:
        kinds = _allure.attachment_type
        kind = next((each for each in kinds if each.mime_type == media_type), None)
        _allure.attach(content, title, kind)


class MaskedWriter:
    """Allure's writer of files, behind the mask. Pictures and other binary content are written as they are.

    A file that cannot be written (the disk is full) is lost and counted: it is shown, and decides nothing.
    """

    def __init__(self, writer: AllureFileLogger) -> None:
        self._writer: Any = writer
        self.lost, self.problem = 0, ""

    @hookimpl
    def report_result(self, result: Any) -> None:
        _mask(result)
        with self._counted():
            self._writer.report_result(result)

    @hookimpl
    def report_container(self, container: Any) -> None:
        _mask(container)
        with self._counted():
            self._writer.report_container(container)

    @hookimpl
    def report_attached_data(self, body: Any, file_name: str) -> None:
        with self._counted():
            self._writer.report_attached_data(body=_masked_body(body), file_name=file_name)

    @hookimpl
    def report_attached_file(self, source: Any, file_name: str) -> None:
        with self._counted():
            body = _masked_body(Path(source).read_bytes())
            self._writer.report_attached_data(body=body, file_name=file_name)

    @hookimpl
    def report_globals(self, globals_item: Any) -> None:
        _mask(globals_item)
        with self._counted():
            self._writer.report_globals(globals_item)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.lost += 1
            self.problem = self.problem or str(error)


@dataclass(frozen=True, slots=True)
class Mask:
    """The mask in place: allure-pytest's own writers wait, by their names, until :meth:`remove`."""

    _writers: dict[str, AllureFileLogger]
    _masked: tuple[MaskedWriter, ...]

    @property
    def lost(self) -> list[Text]:
        """What could not be written, in words; empty where all was."""
        return [
            Text(
                zh=f"{writer.lost} 个 Allure 结果文件无法写入：{writer.problem}",
                en=f"{writer.lost} files of Allure's results could not be written: {writer.problem}",
            )
            for writer in self._masked
            if writer.lost
        ]

    def remove(self) -> None:
        """Put them back: allure-pytest unregisters its own at the end, and fails where it is not there."""
        for name, writer in self._writers.items():
            plugin_manager.unregister(name=name)
            plugin_manager.register(writer, name)


def put_mask(config: pytest.Config) -> Mask:
    """Mask from now on, and keep captured output (a system's log lines) out.

    Allure's registry is one for all pytest sessions of a process, so there may be several writers; there is
    none where allure-pytest is switched off.
    """
    config.option.attach_capture = False
    writers = {
        name: plugin
        for name, plugin in plugin_manager.list_name_plugin()
        if isinstance(plugin, AllureFileLogger)
    }
    masked = {name: MaskedWriter(writer) for name, writer in writers.items()}
    for name, writer in masked.items():
        plugin_manager.unregister(name=name)
        plugin_manager.register(writer, name)
    return Mask(writers, tuple(masked.values()))


def _mask(item: Any) -> None:
    """Mask every text of one of Allure's models and of all models in it, but for what is only compared."""
    for name, value in vars(item).items():
        if name in IDENTIFIERS:
            continue
        if isinstance(item, Parameter) and name == "value":
            item.value = mask(str(value), name=str(item.name))
        elif isinstance(value, str):
            setattr(item, name, mask_text(value))
        elif isinstance(value, list):
            setattr(item, name, [mask_text(part) if isinstance(part, str) else part for part in value])
            for part in value:
                if not isinstance(part, str):
                    _mask(part)
        elif isinstance(value, StatusDetails):
            _mask(value)


def _masked_body(body: bytes | str) -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    if raw.startswith(PICTURES):
        return raw
    return mask_body(raw, "")
