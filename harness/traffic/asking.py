"""Asking the recording proxies what they wait for: whether they answer at all, and who does not answer them."""

from __future__ import annotations

import http.client
import urllib.error
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.traffic.control import ask
from harness.traffic.edges import STATE

PATIENCE = 5.0  # seconds; on a very busy machine


class Pending(BaseModel):
    """A request that has not ended. ``status`` None: nothing of an answer has come. ``endless``: it may go on."""

    model_config = ConfigDict(frozen=True)

    source: str
    target: str
    method: str
    path: str
    trace_id: str = ""
    status: int | None = None
    received: int = 0
    endless: bool = False
    seconds: float

    @property
    def text(self) -> Text:
        what = f"{self.method} {self.path}"
        if self.status is None:
            return Text(
                zh=f"{self.source} 发往 {self.target} 的 {what} 已 {self.seconds:.1f} 秒没有响应",
                en=f"{what} from {self.source} to {self.target} has had no answer for {self.seconds:.1f} s",
            )
        return Text(
            zh=f"{self.source} 发往 {self.target} 的 {what}：响应 {self.status} 在 {self.seconds:.1f} 秒后仍没有传完"
            f"（{self.received} 字节）",
            en=f"{what} from {self.source} to {self.target}: its answer {self.status} has not ended after "
            f"{self.seconds:.1f} s ({self.received} bytes)",
        )


class ProxyState(BaseModel):
    """``pending``: on all edges of the process. ``lost``: exchanges that the record does not tell of yet."""

    model_config = ConfigDict(frozen=True)

    pending: Sequence[Pending]
    lost: int


def state_of(edge_url: str, *, within: float = PATIENCE) -> ProxyState:
    """What the process says that serves this edge. BrokenError where it says nothing."""
    try:
        return ProxyState.model_validate_json(ask(edge_url + STATE, within=within))
    except (OSError, http.client.HTTPException, ValidationError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise BrokenError(
            Text(zh=f"{within:g} 秒内没有响应：{reason}", en=f"no answer within {within:g} s: {reason}")
        ) from None
