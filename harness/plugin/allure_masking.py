"""Masking between allure-pytest and the disk: a result passes ``harness.core.masking`` before it is written.

allure-pytest writes titles, messages, tracebacks and parameters as they are; a hook that is called before its
file logger's can still change the result (allure_commons 2.16, ``report_result``).
"""

from __future__ import annotations

from typing import Any

from allure_commons import hookimpl, plugin_manager

from harness.core.masking import mask_text

TEXT = ("name", "fullName", "description", "descriptionHtml")


class Masking:
    """Called before allure's file logger; attachments are pictures only (see ``attach_capture``)."""

    @hookimpl(tryfirst=True)
    def report_result(self, result: Any) -> None:
        _mask(result)

    @hookimpl(tryfirst=True)
    def report_container(self, container: Any) -> None:
        for part in (*container.befores, *container.afters):
            _mask(part)


def install(config: Any) -> Masking:
    """Mask from now on, and keep captured output (a system's log lines) out of the report."""
    config.option.attach_capture = False
    masking = Masking()
    plugin_manager.register(masking)
    return masking


def uninstall(masking: Masking) -> None:
    plugin_manager.unregister(masking)


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
