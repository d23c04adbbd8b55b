"""Requests that keep to the contract, generated: schemathesis' strategies, drawn with a seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import hypothesis
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NOT_SET

from harness.conformance.fuzzing.run_operation import document_of, quiet
from harness.contracts import Operation
from harness.contracts.addresses import sent
from harness.core.errors import BrokenError
from harness.core.text import Text


@dataclass(frozen=True, slots=True)
class ValidCase:
    """The parts of a generated request; None where the operation has no such part."""

    path_parameters: dict[str, Any] | None
    query: dict[str, Any] | None
    headers: dict[str, Any] | None
    body: Any
    media_type: str | None


def valid_cases(operation: Operation, seed: int, most: int) -> list[ValidCase]:
    """Up to ``most`` requests, equal for equal seeds; none where schemathesis does not know the method. BrokenError
    where the contract cannot be read.
    """
    if operation.is_additional:
        return []
    return list(_cases(operation, seed, most))


@lru_cache(maxsize=256)
def _cases(operation: Operation, seed: int, most: int) -> tuple[ValidCase, ...]:
    found: list[ValidCase] = []
    with quiet():
        try:
            chosen = _schema(operation)
        except Exception as error:
            words = Text(
                zh="schemathesis 无法读取 {document}：{error}",
                en="schemathesis cannot read {document}: {error}",
            )
            raise BrokenError(words.format(document=operation.document, error=error)) from error

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=most,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(chosen.as_strategy())
        def gather(case: Any) -> None:
            found.append(
                ValidCase(
                    dict(case.path_parameters or {}),
                    dict(case.query or {}),
                    dict(case.headers or {}),
                    None if case.body is NOT_SET else case.body,
                    case.media_type,
                )
            )

        try:
            gather()
        except hypothesis.errors.HypothesisException as error:
            words = Text(
                zh="{operation}：无法生成请求：{error}",
                en="{operation}: no request can be generated: {error}",
            )
            raise BrokenError(words.format(operation=operation.label, error=error)) from None
    return tuple(found)


def _schema(operation: Operation) -> Any:
    settings = {"generation": {"mode": "positive", "with-security-parameters": False}}
    config = SchemathesisConfig.from_dict(settings)
    document: Any = schemathesis.openapi.from_dict(document_of(operation), config=config)
    return document[sent(operation.template)][operation.method]
