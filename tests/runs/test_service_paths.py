"""What is said of a path in the address of a service."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config.settings import HarnessSettings, load
from harness.contracts import load as contract_of
from harness.core.errors import UsageError
from harness.runs.service_paths import check

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
