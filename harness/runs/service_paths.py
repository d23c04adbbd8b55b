"""Whether the path of a service's address and the base paths of its documents are each said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from harness.config import words
from harness.config.settings import HarnessSettings
from harness.contracts import Contract
from harness.core.errors import UsageError
from harness.core.validation import PLACED


def check(
    settings: HarnessSettings, contracts: Mapping[str, Contract], where: Callable[[tuple[str, ...]], str]
) -> None:
    """UsageError where the ``url`` of a service ends as the servers of its documents do: everything is asked for
    below the ``url``. ``contracts`` by file name.
    """
    for name, service in settings.services.items():
        path = urlsplit(service.url or "").path
        for file in service.contracts if path else ():
            bases = [each.base for each in contracts[file].operations if each.base and each.serves(name)]
            base = next((each for each in bases if path.endswith(each)), None)
            if base is not None:
                twice = words.BASE_TWICE.format(base=base, file=file)
                raise UsageError(
                    PLACED.format(place=f"services.{name}.url", what=twice),
                    where=where(("services", name, "url")),
                )
