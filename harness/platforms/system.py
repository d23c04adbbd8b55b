"""A system without a screen, as a scenario asks it: by requests, which a recording proxy sees like any other."""

from __future__ import annotations

from typing import Any

import httpx

from harness.core import http_client
from harness.core.actors import Person
from harness.core.errors import DriverError, Evidence, PageFault, ProcessDied
from harness.core.exchange import TRACE_HEADER
from harness.core.platforms import Platform
from harness.core.text import Text
from harness.platforms import capabilities
from harness.platforms.session import Shown, Thrown

ANSWERS_WITHIN = 10.0  # seconds


class SystemDriver:
    """Opens a system for whoever asks it."""

    def __init__(self, base_url: str, about: Platform) -> None:
        self.base_url, self.about = base_url, about

    @property
    def capabilities(self) -> frozenset[str]:
        return capabilities.of("none")

    def prepare(self) -> None:
        pass

    def open(self, person: Person) -> SystemSession:
        return SystemSession(self.base_url, self.about)

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        return None  # its service is watched with all others

    def close(self) -> None:
        pass


class SystemSession:
    """Requests to one system, each with the trace of the step that sends it."""

    def __init__(self, base_url: str, about: Platform) -> None:
        self.about, self.platform = about, about.name
        self._client = http_client.client(ANSWERS_WITHIN, base_url=base_url)
        self._last = ""

    def send(self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Any:
        """The answer's JSON; None where it has no body.

        Errors: PageFault for an answer that is no success; DriverError where none came.
        """
        self._last = f"{method} {path}"
        try:
            answer = self._client.request(method, path, json=body, headers=headers)
            if answer.is_success:
                return answer.json() if answer.content else None
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            words = Text(
                zh="无法访问{title}：{asked}：{error}", en="the {title} cannot be asked: {asked}: {error}"
            )
            raise DriverError(
                words.format(title=self.about.title, asked=self._last, error=http_client.seen(error))
            ) from None
        raise PageFault(
            Text(
                zh=f"{self.about.title.zh}拒绝了 {self._last}，返回 {answer.status_code}",
                en=f"The {self.about.title.en} answers {answer.status_code} to {self._last}",
            ),
            Evidence(
                platform=self.platform,
                expected=Text(zh="成功", en="a success"),
                seen=f"HTTP {answer.status_code}",
            ),
        )

    # what the layers above need

    def trace(self, traceparent: str | None) -> None:
        self._client.headers.pop(TRACE_HEADER, None)
        if traceparent:
            self._client.headers[TRACE_HEADER] = traceparent

    def thrown(self) -> list[Thrown]:
        return []

    def where(self) -> str:
        return self._last

    def screenshot(self) -> bytes:
        title = self.about.title
        raise DriverError(Text(zh=f"{title.zh}没有界面", en=f"the {title.en} has no screen"))

    def texts(self) -> list[Shown]:
        return []

    def close(self) -> None:
        self._client.close()
