"""One promise on one cell, as :class:`harness.checks.item.CheckItem` runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.api import curl_variables
from harness.api.client import Answer
from harness.api.replay import Replay
from harness.checks.outcome import Outcome
from harness.core.errors import LinkageFault, ProductFault
from harness.core.text import Language, Text
from harness.linkage.contract.model import Entity
from harness.linkage.contract.plan import Cell
from harness.linkage.participants.newcomer import USER
from harness.linkage.participants.participant import Participant

KIND = "linkage"
GROUP = "promise"
BREAKS = Text(zh="违反联动契约", en="breaks the linkage contract")
NOTICED = Text(zh="{breaks}（用户会注意到：{notice}）", en="{breaks} (people would notice: {notice})")
WORDS: Mapping[str, Text] = {
    "appears": Text(zh="及时可见", en="appears in time"),
    "monotonic-reads": Text(zh="不会变回旧值", en="never shows the old value again"),
    "last-write-wins": Text(zh="后写为准", en="ends on the last write"),
    "nothing-lost": Text(zh="一条不丢", en="loses nothing"),
    "exactly-once": Text(zh="重发只算一次", en="happens once however often it is sent"),
    "conserved": Text(zh="账平", en="adds up"),
    "never-below": Text(zh="不超卖", en="is never oversold"),
    "private": Text(zh="别人看不到", en="is nobody else's to see"),
    "deletion-propagates": Text(zh="移除后各端消失", en="disappears everywhere once it is removed"),
    "converges": Text(zh="断连恢复后一致", en="agrees again after an outage"),
    "one-account": Text(zh="账号打通", en="is one account for one person"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageTest:
    """A cell, not yet played; a :class:`harness.checks.test.CheckTest`."""

    cell: Cell
    name: str
    entity: Entity
    writer: Participant
    reader: Participant
    path: Path
    line: int
    execute: Callable[[], Outcome]
    refused: Callable[[], Text | None]
    language: Language
    alone: bool = False

    @property
    def kind(self) -> str:
        return KIND

    @property
    def document(self) -> str:
        return self.path.name

    @property
    def pointer(self) -> str:
        return f"{self.document}#/entities/{self.cell.entity}/promises/{self.cell.promise}"

    @property
    def label(self) -> str:
        return f"{self.cell.entity} {self.cell.direction}"

    @property
    def group(self) -> str:
        return GROUP

    @property
    def platforms(self) -> list[str]:
        return list(dict.fromkeys((self.writer.name, self.reader.name)))

    @property
    def complaint(self) -> Text:
        if self.entity.notice is None:
            return BREAKS
        return NOTICED.format(breaks=BREAKS, notice=self.entity.notice)

    @property
    def fault(self) -> type[ProductFault]:
        return LinkageFault

    @property
    def place(self) -> tuple[Path, int | None]:
        return self.path, self.line

    @property
    def facts(self) -> Mapping[str, Any]:
        beside = {self.reader.backend.name} - {self.writer.backend.name}
        return {
            "backend": self.writer.backend.name,
            "beside": sorted(beside),
            "platform": self.reader.name,
            "contract": self.document,
            "operation": None,
            "operation_id": None,
            "cell": {
                "entity": self.cell.entity,
                "title": self.entity.title,
                "writer": self.cell.writer,
                "reader": self.cell.reader,
                "promise": self.cell.promise,
            },
        }

    @property
    def tags(self) -> Mapping[str, set[str]]:
        return {
            "backend": {self.writer.backend.name, self.reader.backend.name},
            "contract": {self.document},
            "operation": set(),
            "tag": {self.cell.entity, self.cell.promise},
            "kind": {KIND},
        }

    def title(self, language: Language) -> str:
        """``商品 · 网站→小程序 及时可见``."""
        names = [one.title.say(language) for one in dict.fromkeys((self.writer, self.reader))]
        return (
            f"{self.entity.title.say(language)} · {'→'.join(names)} {WORDS[self.cell.promise].say(language)}"
        )

    def categories(self, language: Language) -> Mapping[str, str]:
        return {
            "epic": Text(zh="联动契约", en="Linkage contract").say(language),
            "feature": self.entity.title.say(language),
            "story": WORDS[self.cell.promise].say(language),
            "owner": self.entity.owner or "",
            "tag": "",
        }

    def refusal(self) -> Text | None:
        return self.cell.not_run or self.refused()

    def variables(self, curl: str) -> Text | None:
        known = [each.with_user(USER, ()) for each in (self.writer, self.reader)]
        backends = {each.backend.name: each.backend for each in known if each.answers}
        return curl_variables.in_words(curl, backends.values())

    def send_again(self, case: Replay, timeout: float) -> Answer | None:
        """No single request shows a broken promise again."""
        return None
