"""One test of a contract on a backend, whatever kind it is.

Kinds differ in what they send and compare; what is the same for all contract tests is here. A kind is a
function from a contract and a backend to such tests; making them reads the contract only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.api import curl_variables
from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Client
from harness.api.replay import Replay
from harness.checks.outcome import Outcome
from harness.conformance.kind_names import ONE_REQUEST, KindName
from harness.contracts import Contract, Index, Operation
from harness.core.errors import ContractViolation, ProductFault
from harness.core.text import Language, Text

BREAKS = Text(zh="违反接口规范", en="breaks its contract")
DIFFERS = Text(zh="两个后端不一致", en="is not the same on both backends")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTest:
    """A test, not yet run; a :class:`harness.checks.test.CheckTest`.

    ``name`` is the last part of its id (``getPoints``, ``getPoints[pagination]``, ``links``), unique among
    the tests of its backend. ``operation`` is the one it is about; None: several. ``about`` says in words
    what is tested. ``execute`` runs it; BrokenError where the harness cannot. ``beside``: the other backends
    it compares its own with. ``file``: the name of what it follows, where that is not the OpenAPI document.
    """

    name: str
    kind: KindName
    contract: Contract
    backend: BackendUnderTest
    operation: Operation | None
    about: Text
    execute: Callable[[], Outcome]
    alone: bool = False
    beside: tuple[BackendUnderTest, ...] = ()
    file: str | None = None

    @property
    def backends(self) -> tuple[BackendUnderTest, ...]:
        return (self.backend, *self.beside)

    @property
    def document(self) -> str:
        return self.file or self.contract.name

    @property
    def group(self) -> str:
        return "contract"

    @property
    def platforms(self) -> list[str]:
        return list(dict.fromkeys(name for backend in self.backends for name in backend.platforms))

    @property
    def pointer(self) -> str:
        return f"{self.contract.name}#/paths" if self.operation is None else self.operation.pointer

    @property
    def label(self) -> str:
        """``GET /api/points``; the contract's title where it is about several operations."""
        return self.contract.title if self.operation is None else self.operation.label

    @property
    def complaint(self) -> Text:
        return DIFFERS if self.kind == "parity" else BREAKS

    @property
    def fault(self) -> type[ProductFault]:
        return ContractViolation

    @property
    def place(self) -> tuple[Path, int | None]:
        if self.operation is None:
            return self.contract.path, None
        return self.operation.place.source.path, self.operation.line

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "backend": self.backend.name,
            "beside": [backend.name for backend in self.beside],
            "platform": None if self.beside else self.backend.platform,
            "contract": self.contract.name,
            "operation": self.operation.pointer if self.operation else None,
            "operation_id": self.operation.id if self.operation else None,
        }

    @property
    def tags(self) -> Mapping[str, set[str]]:
        operation = self.operation
        return {
            "backend": {backend.name for backend in self.backends},
            "contract": {self.contract.name},
            "operation": set() if operation is None else {operation.id},
            "tag": set() if operation is None else set(operation.place.value.get("tags") or ()),
            "kind": {self.kind},
        }

    def title(self, language: Language) -> str:
        """What people read: ``网站后端 · getPoints 读取积分``."""
        name = " / ".join(backend.title.say(language) for backend in self.backends)
        return f"{name} · {self.name} {self.about.say(language)}".rstrip()

    def categories(self, language: Language) -> Mapping[str, str]:
        return {
            "epic": self.contract.title,
            "feature": self.backend.title.say(language),
            "story": self.label,
            "owner": (self.operation.owner or "") if self.operation else "",
            "tag": self.backend.platform if len(self.backend.platforms) == 1 else "",
        }

    def refusal(self) -> Text | None:
        reasons = (backend.held_back(self.operation) for backend in self.backends)
        return next((reason for reason in reasons if reason), None)

    def variables(self, curl: str) -> Text | None:
        return curl_variables.in_words(curl, self.backends)

    def send_again(self, case: Replay, timeout: float) -> Answer | None:
        if self.operation is None or self.kind not in ONE_REQUEST:
            return None
        client = Client(self.backend, Index([self.contract], service=self.backend.name), timeout=timeout)
        try:
            return client.again(self.operation, case)
        finally:
            client.close()
