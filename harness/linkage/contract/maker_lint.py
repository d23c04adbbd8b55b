"""Whether what is made by one participant can be acted on by another: ``made-on`` of acts, and who does ``after``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.linkage.contract.model import Entity
from harness.linkage.contract.reading import Document
from harness.linkage.participants.needed import tells_id
from harness.linkage.participants.participant import Participant

MAKES_NONE = Text(
    zh="made-on：{participant} 不新建 {entity}", en="made-on: {participant} makes no records of {entity}"
)
NO_ACT = Text(zh="没有参与方有 act {act!r}", en="no participant has an act {act!r}")
ID_UNKNOWN = Text(
    zh="made-on：{participant} 无从得知 {maker} 新建的 {entity} 在自己这里的编号：请在 {entity} 的 {participant} 下"
    "写 find（能按 same 找到它的列表）",
    en="made-on: nothing tells {participant} its own id of what {maker} makes: write a 'find' under {participant} of "
    "{entity} (the list in which the record with 'same' is found)",
)
ONLY_OWN = Text(
    zh="{entity}：各 act 只在执行它的一方新建的记录上检验（{acts}）；如果用户也会对另一方新建的记录这样做，请写 "
    "made-on: [{all}]",
    en="{entity}: acts are shown on records that whoever acts has made ({acts}); if people do them to those of others, "
    "too, write made-on: [{all}]",
)


def lint_makers(document: Document, id: str, entity: Entity, participants: Mapping[str, Participant]) -> None:
    """Errors: UsageError, the first that does not fit."""
    makers = makers_of(entity, participants)
    for participant in participants.values():
        for name, act in participant.acts(entity).items():
            own = (
                participant.name in entity.participants and name in entity.participants[participant.name].acts
            )
            keys = ("entities", id, *((participant.name,) if own else ()), "acts", name)
            if act.after is not None:
                known = [other for one in participants.values() for other in one.acts(entity)]
                if act.after not in known:
                    raise UsageError(
                        NO_ACT.format(act=act.after),
                        where=document.where(*keys, "after"),
                        nearest=nearest(act.after, known),
                    )
            for maker in act.made_on:
                where = document.where(*keys, "made-on")
                if maker not in makers:
                    near = nearest(maker, makers, alike=ANY)
                    raise UsageError(
                        MAKES_NONE.format(participant=maker, entity=id), where=where, nearest=near
                    )
                if maker != participant.name and not tells_id(participant, entity):
                    raise UsageError(
                        ID_UNKNOWN.format(participant=participant.name, maker=maker, entity=id), where=where
                    )


def only_own(entities: Mapping[str, Entity], participants: Mapping[str, Participant]) -> Iterator[Text]:
    """Which acts are shown on the records of one participant, though several make them."""
    for entity in entities.values():
        makers = makers_of(entity, participants)
        acts = [
            name
            for participant in participants.values()
            if participant.name in makers and tells_id(participant, entity)
            for name, act in participant.acts(entity).items()
            if not act.made_on
        ]
        if acts and len(makers) > 1 and "appears" in entity.promises:
            named = ", ".join(dict.fromkeys(acts))
            yield ONLY_OWN.format(entity=entity.title, acts=named, all=", ".join(makers))


def makers_of(entity: Entity, participants: Mapping[str, Participant]) -> list[str]:
    return [name for name, one in participants.items() if one.call(entity, "make") is not None]
