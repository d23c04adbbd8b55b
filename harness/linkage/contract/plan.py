"""Which promises can be shown between which participants: the cells of the matrix, and why others cannot.

A cell is entity × writing participant × reading participant × promise. Reads the contract only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from harness.core.text import Text
from harness.linkage.contract.account import WECHAT_CODES
from harness.linkage.contract.arithmetic import names_of
from harness.linkage.contract.model import Entity, LinkageContract, PromiseName
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.translate import pointer_of
from harness.linkage.participants.participant import Participant

PROMISES: tuple[PromiseName, ...] = get_args(PromiseName)
OF_ONE_PARTICIPANT: frozenset[PromiseName] = frozenset({"private", "conserved"})
"""Promises that each participant keeps by itself."""
SAME_OPERATION = Text(
    zh="不适用：两端读同一服务的同一个接口",
    en="not applicable: both ends read the same operation of one service",
)
NOBODY_WRITES = Text(
    zh="没有哪个参与方写入它而由另一个参与方读取：需要 make、change，或一个说明结果（'sets'）的动作",
    en="no participant writes it that another one reads: it needs a 'make', a 'change', or an act that says what it "
    "'sets'",
)
NOTHING_TO_SHOW: Mapping[PromiseName, Text] = {
    "conserved": Text(
        zh="没有写明什么要账平：'always' 和 'effects' 都没有",
        en="it is not said what adds up: there is neither 'always' nor 'effects'",
    ),
    "private": Text(
        zh="只按行读取，不以某个用户的身份读取",
        en="only rows are read, which nobody reads as one of the users",
    ),
}
NOT_PROMISED = Text(
    zh="联动契约没有约定这个方向：'from' 只写了其他参与方",
    en="the linkage contract does not promise it in this direction: 'from' names others",
)
NOT_AGAIN = Text(
    zh="{reason}；如果某个动作（{acts}）可以对同一条记录做多次，请在它那里写 'times: 2'（或更多）",
    en="{reason}; where an act ({acts}) can be done more than once on one record, write 'times: 2' (or more) there",
)
NO_ACCOUNTS = Text(
    zh="契约没有写明 {participant} 上如何{what}（accounts）",
    en="'accounts' says no {what} of {participant}",
)
NOT_CALCULATED = Text(
    zh="{participant} 没有 {names}，无法计算 {line}",
    en="{line} cannot be calculated on {participant}, which has no {names}",
)
SIGN_UP, SIGN_IN = Text(zh="注册", en="sign-up"), Text(zh="登录", en="sign-in")
NO_CODES = Text(
    zh="没有微信挡板为 {participant} 发放登录码：请在 harness.toml 中写明 wechat",
    en="no stand-in gives {participant} WeChat's codes: name one in harness.toml ('wechat')",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One promise about one entity, from one participant to another; ``not_run``: why it cannot be shown."""

    entity: str
    promise: PromiseName
    writer: str
    reader: str
    within: float
    not_run: Text | None = None

    @property
    def direction(self) -> str:
        return self.writer if self.writer == self.reader else f"{self.writer}→{self.reader}"

    @property
    def name(self) -> str:
        return f"{self.direction}[{self.promise}]"


def cells(contract: LinkageContract, participants: Mapping[str, Participant]) -> Iterator[Cell]:
    """Every cell, in the order of the document."""
    for id, entity in contract.entities.items():
        for promise in PROMISES:
            if promise not in entity.promises:
                continue
            within = contract.within(id, promise)
            directions = list(_directions(entity, promise, participants))
            if not directions and promise == "appears" and moved_by(contract, id):
                continue  # its time is what 'conserved' of those gives each effect
            if not directions:  # said, so that nothing is left out silently
                name = next(name for name, one in participants.items() if one.call(entity, "read"))
                yield Cell(id, promise, name, name, within, NOTHING_TO_SHOW.get(promise, NOBODY_WRITES))
            for writer, reader in directions:
                ends = participants[writer], participants[reader]
                reason = (
                    _no_account(contract, *ends)
                    if promise == "one-account"
                    else _reason(entity, promise, *ends)
                )
                if writer not in (entity.promises[promise].from_ or (writer,)) and writer != reader:
                    reason = NOT_PROMISED
                yield Cell(id, promise, writer, reader, within, reason)


def moved_by(contract: LinkageContract, id: str) -> list[str]:
    """The entities that promise ``conserved`` and say what their acts change of this one."""
    return [
        name
        for name, entity in contract.entities.items()
        if "conserved" in entity.promises
        and any(
            entity_of(place.partition(".")[0], contract.entities) == id
            for places in entity.effects.values()
            for place in places
        )
    ]


def appears_elsewhere(
    contract: LinkageContract, id: str, participants: Mapping[str, Participant]
) -> list[str]:
    """The entities whose ``conserved`` shows that this one appears in time; empty where it has checks of its own."""
    entity = contract.entities[id]
    if "appears" not in entity.promises or any(_directions(entity, "appears", participants)):
        return []
    return moved_by(contract, id)


def writes(entity: Entity, participant: Participant) -> bool:
    """Whether a participant changes an entity in any way."""
    basic = any(participant.call(entity, act) for act in ("make", "change", "remove"))
    return basic or bool(participant.acts(entity))


def _directions(
    entity: Entity, promise: PromiseName, participants: Mapping[str, Participant]
) -> Iterator[tuple[str, str]]:
    for writer in participants.values():
        own = writer.call(entity, "read") if promise in OF_ONE_PARTICIPANT else None
        # Rows are read as the harness, never as one of the participant's people.
        if own is not None and (entity.always if promise == "conserved" else not own.reads_rows):
            yield writer.name, writer.name
        if promise == "private" or (promise == "conserved" and not entity.effects):
            continue
        if not (writer.call(entity, "read") if promise == "one-account" else writes(entity, writer)):
            continue
        for reader in participants.values():
            if reader.name != writer.name and reader.call(entity, "read"):
                yield writer.name, reader.name


def _reason(entity: Entity, promise: PromiseName, writer: Participant, reader: Participant) -> Text | None:
    """Why a promise cannot be shown here."""
    if writer.name == reader.name:
        return _not_calculated(entity, reader) if promise == "conserved" else None
    if not writer.call(entity, "read"):
        return writer.no_act(entity, "read")
    own, other = writer.call(entity, "read"), reader.call(entity, "read")
    assert own is not None
    assert other is not None
    alike = (own.call, own.sql, own.csv) == (other.call, other.sql, other.csv)
    if alike and writer.backend.name == reader.backend.name:
        return SAME_OPERATION
    if promise == "last-write-wins" and any(call.times > 1 for call in writer.acts(entity).values()):
        return None
    if promise == "last-write-wins" and not writer.call(entity, "change"):
        return written_once(entity, writer)
    needed = {
        "deletion-propagates": ("remove",),
        "nothing-lost": ("make",),
        "exactly-once": ("make",),
    }.get(promise, ())
    return next((writer.no_act(entity, act) for act in needed if not writer.call(entity, act)), None)


def written_once(entity: Entity, writer: Participant) -> Text:
    """Why a record cannot be written several times in a row: it is not changed, and no act says ``times``."""
    reason, acts = writer.no_act(entity, "change"), ", ".join(writer.acts(entity))
    return NOT_AGAIN.format(reason=reason, acts=acts) if acts else reason


def calculable(entity: Entity, participant: str) -> list[str]:
    """The lines of ``always`` whose fields a participant has, all of them."""
    return [line for line in entity.always if not _lacking(entity, participant, line)]


def _lacking(entity: Entity, participant: str, line: str) -> list[str]:
    rules = {name: entity.fields[name] for name in sorted(names_of(line)) if name in entity.fields}
    return [name for name, rule in rules.items() if pointer_of(name, rule, participant) is None]


def _not_calculated(entity: Entity, reader: Participant) -> Text | None:
    """Why no line of ``always`` can be calculated on a participant; None where one can be."""
    if not entity.always or calculable(entity, reader.name):
        return None
    line = entity.always[0]
    names = ", ".join(_lacking(entity, reader.name, line))
    return NOT_CALCULATED.format(line=repr(line), participant=reader.name, names=names)


def _no_account(contract: LinkageContract, first: Participant, second: Participant) -> Text | None:
    """Why nobody can become known on the first participant and come in on the second."""
    accounts = contract.accounts.participants if contract.accounts else {}
    for participant, what in ((first, SIGN_UP), (second, SIGN_IN)):
        account = accounts.get(participant.name)
        if account is None or (what is SIGN_UP and account.newcomers is None):
            return NO_ACCOUNTS.format(what=what, participant=participant.name)
        if participant.wechat is None and any(call.values & {*WECHAT_CODES} for call in account.calls):
            return NO_CODES.format(participant=participant.name)
    return None
