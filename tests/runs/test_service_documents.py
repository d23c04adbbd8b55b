"""What is said of a path in the address of a service, and of an envelope."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config.settings import HarnessSettings, load
from harness.contracts import load as contract_of
from harness.contracts.envelope import EnvelopeSettings
from harness.core.errors import UsageError
from harness.runs.service_documents import check

DOCUMENT = """\
openapi: 3.0.3
info: {title: Site, version: 1.2.0}
servers: [{url: "https://api.example.com/v1"}]
paths:
  /in: {post: {operationId: logIn, responses: {"201": {description: in}}}}
"""


def at(project: Path, url: str) -> HarnessSettings:
    settings = load(project)
    name = next(name for name, service in settings.services.items() if service.contracts)
    service = settings.services[name].model_copy(update={"url": url, "contracts": ("shared.yaml",)})
    return settings.model_copy(update={"services": {name: service}})


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://test.example.com/v1", True),
        ("https://test.example.com/gateway/v1", True),
        ("https://test.example.com/gateway", False),
        ("https://test.example.com", False),
        ("https://test.example.com/v10", False),
    ],
)
def test_what_the_documents_say_is_not_said_twice(project: Path, url: str, refused: bool) -> None:
    document = project.parent / "contracts" / "shared.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    contracts = {"shared.yaml": contract_of(document)}
    settings = at(project, url)
    if not refused:
        check(settings, contracts, "/".join)
        return
    with pytest.raises(
        UsageError, match=r"url: ends in /v1, which the servers of shared.yaml say, too"
    ) as caught:
        check(settings, contracts, "/".join)
    assert "/url" in str(caught.value)


def test_a_base_of_operations_that_another_service_serves_does_not_count(project: Path) -> None:
    document = project.parent / "contracts" / "shared.yaml"
    operation = '{post: {operationId: logIn, x-served-by: [other], responses: {"201": {description: in}}}}'
    text = DOCUMENT.partition("  /in")[0] + f"  /in: {operation}\n"
    document.write_text(text, encoding="utf-8")
    check(at(project, "https://test.example.com/v1"), {"shared.yaml": contract_of(document)}, "/".join)


WHOLE = "{type: object, properties: {errno: {type: integer}, errmsg: {type: string}, result: {type: object}}}"
EMPTY = "{type: object, properties: {errno: {type: integer}, errmsg: {type: string}}}"
COUPON = "{type: object, properties: {errno: {type: integer}, worth: {type: integer}}}"
OPEN = "{type: object}"
ENVELOPE = EnvelopeSettings(code="/errno", message="/errmsg", data="/result")


def answers(*schemas: str) -> str:
    operations = "".join(
        f'  /p{number}: {{get: {{operationId: p{number}, responses: {{"200": {{description: ok, content: '
        f"{{application/json: {{schema: {schema}}}}}}}}}}}}}\n"
        for number, schema in enumerate(schemas)
    )
    return f"openapi: 3.0.3\ninfo: {{title: Mini, version: 1.0.0}}\npaths:\n{operations}"


@pytest.mark.parametrize(
    ("schemas", "envelope", "refused"),
    [
        ((WHOLE, EMPTY), ENVELOPE, True),
        ((WHOLE, EMPTY), ENVELOPE.model_copy(update={"wrapped": True}), False),
        ((WHOLE, COUPON, OPEN), ENVELOPE, False),  # then some of it is what an envelope has in it
        ((COUPON,), ENVELOPE, False),
        ((OPEN,), ENVELOPE, False),
        ((), ENVELOPE, False),
        ((WHOLE,), None, False),
    ],
)
def test_an_envelope_that_the_documents_show_is_not_taken_off(
    project: Path, schemas: tuple[str, ...], envelope: EnvelopeSettings | None, refused: bool
) -> None:
    """Each answer was a product fault: it has no errno."""
    document = project.parent / "contracts" / "shared.yaml"
    document.write_text(
        answers(*schemas) if schemas else answers(OPEN).replace("200", "400"), encoding="utf-8"
    )
    settings = at(project, "https://test.example.com")
    [(name, service)] = settings.services.items()
    services = {name: service.model_copy(update={"envelope": envelope})}
    settings = settings.model_copy(update={"services": services})
    contracts = {"shared.yaml": contract_of(document)}
    if not refused:
        check(settings, contracts, "/".join)
        return
    with pytest.raises(UsageError, match=r"envelope \(/errno and /result\).*wrapped = true"):
        check(settings, contracts, "/".join)
