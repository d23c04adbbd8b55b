"""One participant as the draft asks it: reads that may be refused, writes as the first user they are taken from.

Not for sharing between threads.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.api.client import Answer, Client, Request
from harness.api.examples import fresh, from_examples
from harness.api.known_ids import KnownIds
from harness.conformance.fuzzing.valid_requests import valid_requests
from harness.contracts import Operation
from harness.contracts.declarations import declarations
from harness.core.errors import BrokenError, NoAnswer
from harness.core.text import Text, text_of
from harness.linkage.draft import words
from harness.linkage.draft.resources import signed_in
from harness.linkage.participants.clocks import monotonic
from harness.linkage.participants.participant import Participant

REFUSED_PERSON = (401, 403)


@dataclass(frozen=True, slots=True)
class Sent:
    """A write that was taken at ``answered`` (monotonic), from ``user``."""

    operation: Operation
    request: Request
    answer: Answer
    user: str | None
    answered: float


class NotAccepted(Exception):
    """A write that nobody may send, or that was refused; ``seen`` is the last answer, to the body ``sent``."""

    def __init__(self, operation: Operation, seen: Text | str, status: int = 0, sent: Any = None) -> None:
        self.operation, self.seen, self.status, self.sent = operation, text_of(seen), status, sent
        super().__init__(f"{operation.label}: {seen}")

    @property
    def said(self) -> Text:
        """The answer, and what it was to."""
        if self.sent is None:
            return self.seen
        return words.SENT.format(seen=self.seen, sent=json.dumps(self.sent, ensure_ascii=False))


class DraftSession:
    """One participant, for one draft."""

    def __init__(self, participant: Participant, *, seed: int, timeout: float) -> None:
        self.participant = participant
        self._client = Client(participant.backend, participant.index, timeout=timeout)
        self._seed = seed

    @property
    def name(self) -> str:
        return self.participant.name

    @property
    def users(self) -> tuple[str, ...]:
        return tuple(user.name for user in self.participant.backend.users)

    def read(self, operation: Operation, request: Request, user: str | None) -> Answer | None:
        """The answer; None where there is none, or where the person is nobody here."""
        if signed_in(operation) and user is not None and user != "" and user not in self.users:
            return None
        known = user if user in self.users or user == "" else None
        example = next(from_examples(operation, lambda name: ["-"]), Request())
        request = replace(request, headers={**fresh(example.headers), **request.headers})
        try:
            return self._client.send(operation, request, user=known)
        except NoAnswer:
            return None

    def read_as_any(
        self, operation: Operation, request: Request, person: str | None
    ) -> tuple[Answer | None, str | None]:
        """As :meth:`read`, else as the first user who may; and who that was."""
        answer = self.read(operation, request, person)
        if not signed_in(operation) or not (answer is None or answer.status in REFUSED_PERSON):
            return answer, person
        for user in self.users:
            other = self.read(operation, request, user) if user != person else None
            if other is not None and other.ok:
                return other, user
        return answer, person

    def write(self, operation: Operation, request: Request, users: Sequence[str]) -> Sent:
        """Send as each of ``users`` until one may. NotAccepted where nobody may, or where it is refused."""
        request = _with_key(operation, request)
        able = [user for user in users if user in self.users and not self._forbidden(user, operation)]
        seen: Text | str = words.NOBODY_MAY
        status = 0
        for user in able if signed_in(operation) else [None]:
            try:
                answer = self._client.send(operation, request, user=user)
            except NoAnswer as error:
                raise NotAccepted(operation, error.text) from None
            seen, status = answer.seen[:200], answer.status
            if answer.ok:
                return Sent(operation, request, answer, user, monotonic(answer.exchange.ended))
            if answer.status not in REFUSED_PERSON:
                break
        raise NotAccepted(operation, seen, status, request.body if status else None)

    def _forbidden(self, name: str, operation: Operation) -> bool:
        user = self.participant.backend.user(name)
        return user is not None and operation.id in user.forbidden

    def request(self, operation: Operation, user: str | None) -> Request:
        """What the OpenAPI document says a request looks like, with ids that are there; NotAccepted where nothing."""
        example = next(from_examples(operation, lambda name: ["-"]), None)
        backend = self.participant.backend
        if example is not None:
            known = KnownIds(self._client, backend, operation.contract, user=user)
            return replace(known.fill(operation, example), headers=fresh(example.headers))
        if "requestBody" not in operation.place.value:
            return Request()
        try:
            return next(valid_requests(operation, backend, self._seed, client=self._client, user=user))
        except BrokenError as error:
            raise NotAccepted(operation, error.text) from None

    def close(self) -> None:
        self._client.close()


def _with_key(operation: Operation, request: Request) -> Request:
    """With an idempotency key of its own: an example's would make every record the first one again."""
    declared = declarations(operation).idempotency
    if declared is None:
        return request
    others = {
        name: value for name, value in request.headers.items() if name.lower() != declared.header.lower()
    }
    return replace(request, headers={**others, declared.header: f"harness-{uuid.uuid4()}"})
