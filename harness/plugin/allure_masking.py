"""Masking between allure-pytest and the disk: what it writes goes through ``harness.core.masking`` first.

Its file logger writes titles, messages, tracebacks and parameters as they are (allure_commons.logger 2.16);
ours takes its place in allure's own plugin manager.
"""

from __future__ import annotations

from typing import Any

import allure_commons
from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger

from harness.core.masking import mask_text

TEXT = ("name", "fullName", "description", "descriptionHtml")


class MaskingLogger(AllureFileLogger):
    """Writes what AllureFileLogger writes, masked."""

    @hookimpl
    def report_result(self, result: Any) -> None:
        _mask(result)
        self._report_item(result)  # type: ignore[no-untyped-call]

    @hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        text = mask_text(body) if isinstance(body, str) else body
        super().report_attached_data(text, file_name)  # type: ignore[no-untyped-call]


def install() -> None:
    """Put a masking logger where allure-pytest has registered its own; does nothing where it has none."""
    manager = allure_commons.plugin_manager
    for plugin in list(manager.get_plugins()):
        if type(plugin) is AllureFileLogger:
            manager.unregister(plugin)
            manager.register(MaskingLogger(plugin._report_dir))  # type: ignore[no-untyped-call]


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
