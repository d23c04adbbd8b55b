"""Whether harness.toml and the documents of a service fit together: base paths said once, envelopes opened once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from harness.config import words
from harness.config.settings import HarnessSettings
from harness.contracts import Contract, Operation, fields
from harness.contracts.envelope import EnvelopeSettings, envelope_of
from harness.core.errors import UsageError
from harness.core.text import Text
from harness.core.validation import PLACED

Where = Callable[[tuple[str, ...]], str]


def check(settings: HarnessSettings, contracts: Mapping[str, Contract], where: Where) -> None:
    """UsageError where the ``url`` of a service ends as the servers of its documents do: everything is asked for
    below the ``url``; and where its documents show the envelope that is taken off. ``contracts`` by file name.
    """
    for name, service in settings.services.items():
        for file in service.contracts:
            its = [each for each in contracts[file].operations if each.serves(name)]
            _path_once(name, file, urlsplit(service.url or "").path, its, where)
            if service.envelope is not None:
                _envelope_off(name, file, service.envelope, its, where)


def _path_once(service: str, file: str, path: str, operations: Iterable[Operation], where: Where) -> None:
    base = next((each.base for each in operations if each.base and path.endswith(each.base)), None)
    if base is not None:
        _refuse(service, "url", words.BASE_TWICE.format(base=base, file=file), where)


def _envelope_off(
    service: str, file: str, envelope: EnvelopeSettings, operations: Iterable[Operation], where: Where
) -> None:
    """What an envelope has in it is documented as the answer, or with ``wrapped`` the envelope is."""
    if envelope.wrapped:
        return
    schemas = [
        (each.contract.library, schema)
        for each in operations
        if envelope_of(each, envelope) is not None
        for schema in fields.answer_schemas(each).values()
    ]
    data = sum(fields.declares(library, schema, envelope.data) for library, schema in schemas)
    if data and all(fields.declares(library, schema, envelope.code) for library, schema in schemas):
        shown = words.ENVELOPE_SHOWN.format(file=file, code=envelope.code, data=envelope.data)
        _refuse(service, "envelope", shown, where)


def _refuse(service: str, key: str, what: Text, where: Where) -> None:
    place = f"services.{service}.{key}"
    raise UsageError(PLACED.format(place=place, what=what), where=where(("services", service, key)))
