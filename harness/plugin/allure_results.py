"""What allure-pytest's raw results say of our tests; the only module that imports Allure.

Titles and labels of checks, the steps and attachments of scenarios, and the mask between allure-pytest and
the disk, which writes titles, messages, tracebacks, parameters and attachments as they are (allure_commons
2.16, ``AllureFileLogger``). What a report shows beside this is derived from events, in
:mod:`harness.reporting`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import allure
import pytest
from allure_commons import hookimpl, plugin_manager
from allure_commons.logger import AllureFileLogger

from harness.checks.item import CheckItem
from harness.core.masking import mask_text

TEXT = ("name", "fullName", "description", "descriptionHtml")
TEST_LABEL = "harnessTest"
"""Label with the node id: Allure's full name leaves out what stands in brackets, and many of our tests differ
in nothing else."""
_allure: Any = allure


def describe(item: CheckItem) -> None:
    """Title and labels of a check that runs; the parameters make its history id one per end and test."""
    say, test = _allure.dynamic, item.test
    say.title(item.title)
    say.parameter("platform", test.facts["platform"])
    say.parameter("backend", item.end)
    say.parameter("operation", test.pointer)
    if test.kind != "generated":
        say.parameter("test", test.name)
    say.label(TEST_LABEL, item.nodeid)
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
    """Allure's writer of files, behind the mask. Pictures and other binary content are written as they are."""

    def __init__(self, writer: AllureFileLogger) -> None:
        self._writer: Any = writer

    @hookimpl
    def report_result(self, result: Any) -> None:
        _mask(result)
        self._writer.report_result(result)

    @hookimpl
    def report_container(self, container: Any) -> None:
        for part in (*container.befores, *container.afters):
            _mask(part)
        self._writer.report_container(container)

    @hookimpl
    def report_attached_data(self, body: Any, file_name: str) -> None:
        self._writer.report_attached_data(body=_masked(body), file_name=file_name)

    @hookimpl
    def report_attached_file(self, source: Any, file_name: str) -> None:
        self._writer.report_attached_data(body=_masked(Path(source).read_bytes()), file_name=file_name)

    @hookimpl
    def report_globals(self, globals_item: Any) -> None:
        for error in globals_item.errors:
            error.message, error.trace = mask_text(error.message or ""), mask_text(error.trace or "")
        self._writer.report_globals(globals_item)


@dataclass(slots=True)
class Mask:
    """The mask in place: allure-pytest's own writer waits until :meth:`remove`."""

    _name: str
    _own: AllureFileLogger

    def remove(self) -> None:
        plugin_manager.unregister(name=self._name)
        plugin_manager.register(self._own, self._name)


def put_mask(config: pytest.Config) -> Mask | None:
    """Mask from now on, and keep captured output (a system's log lines) out; None where Allure writes nothing."""
    config.option.attach_capture = False
    for name, plugin in plugin_manager.list_name_plugin():
        if isinstance(plugin, AllureFileLogger):
            plugin_manager.unregister(name=name)
            plugin_manager.register(MaskedWriter(plugin), name)
            return Mask(name, plugin)
    return None


def _masked(body: bytes | str) -> bytes:
    try:
        text = body if isinstance(body, str) else body.decode()
    except UnicodeDecodeError:
        return body if isinstance(body, bytes) else body.encode()
    return mask_text(text).encode()


def _mask(item: Any) -> None:
    for name in TEXT:
        value = getattr(item, name, None)
        if isinstance(value, str):
            setattr(item, name, mask_text(value))
    details = getattr(item, "statusDetails", None)
    if details is not None:
        details.message = mask_text(details.message or "")
        details.trace = mask_text(details.trace or "")
    for parameter in getattr(item, "parameters", None) or ():
        parameter.value = mask_text(str(parameter.value))
    for step in getattr(item, "steps", None) or ():
        _mask(step)
