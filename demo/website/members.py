"""Members: how they come to be, change, and are shown; and what events of the other backend do to them."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from typing import Any

from demo.website import clock, points, problems
from demo.website.accounts import masked
from demo.website.faults import planted, stale_at_times
from demo.website.outbox import Outbox
from demo.website.payloads import BoundData, CreatedData, UpdatedData

HERE = "website"


def shown(connection: sqlite3.Connection, member_id: str) -> dict[str, Any]:
    """A member as shared.yaml#/components/schemas/Member."""
    row = connection.execute("SELECT * FROM members WHERE member_id = ?", (member_id,)).fetchone()
    nickname = row["nickname"]
    if planted("linkage-nickname-two-workers"):
        stale = stale_at_times(("nickname", member_id), nickname)
        # Who changes it here is always sent to the worker that did it.
        nickname = nickname if row["nickname_set_by"] == HERE else stale
    return {
        "member_id": row["member_id"],
        "nickname": nickname,
        "phone_masked": masked(row["phone"]),
        "member_level": row["member_level"],
        "points": points.balance(connection, member_id),
        "wechat_bound": bool(row["wechat_bound"]),
        "created_at": row["created_at"],
    }


def id_by_phone(connection: sqlite3.Connection, phone: str) -> str | None:
    """Id of the member with this phone, None if there is none."""
    row = connection.execute("SELECT member_id FROM members WHERE phone = ?", (phone,)).fetchone()
    return row["member_id"] if row else None


def id_of_signed_up(connection: sqlite3.Connection, member_id: str) -> str | None:
    """The id if this member has chosen a nickname, which those who came by WeChat have not (a planted fault)."""
    row = connection.execute(
        "SELECT member_id FROM members WHERE member_id = ? AND nickname_set_at > '1971'", (member_id,)
    ).fetchone()
    return row["member_id"] if row else None


def register(
    connection: sqlite3.Connection, outbox: Outbox, phone: str, nickname: str, traceparent: str | None
) -> str:
    """A new member with the points of the welcome; returns the id. 409 if the phone has signed up before."""
    if id_by_phone(connection, phone):
        raise problems.conflict(
            "already-a-member", "Already a member", "This phone has signed up before. Log in instead."
        )
    moment = clock.now()
    data = CreatedData(
        member_id=clock.member_id_of(phone),
        phone=phone,
        nickname=nickname,
        nickname_set_at=moment,
        member_level="standard",
        created_at=moment,
    )
    _insert(connection, data, HERE)
    points.give_for_sign_up(connection, data.member_id)
    outbox.add(connection, "member.created", data.member_id, data.model_dump(), traceparent)
    return data.member_id


def rename(
    connection: sqlite3.Connection, outbox: Outbox, member_id: str, nickname: str, traceparent: str | None
) -> None:
    """Change the nickname here and tell the other backend."""
    row = connection.execute(
        "SELECT nickname_set_at FROM members WHERE member_id = ?", (member_id,)
    ).fetchone()
    data = UpdatedData(
        member_id=member_id, nickname=nickname, nickname_set_at=clock.later_than(row["nickname_set_at"])
    )
    take_nickname(connection, data, HERE)
    if not planted("linkage-nickname-change-untold"):
        outbox.add(connection, "member.updated", member_id, data.model_dump(), traceparent)


def apply_created(connection: sqlite3.Connection, data: CreatedData, source: str) -> None:
    """The other backend made a member. Raises 409."""
    if data.member_id != clock.member_id_of(data.phone):
        raise problems.conflict(
            "member-id-rule", "Member id against the rule", "The member id does not follow from the phone."
        )
    if planted("linkage-member-time-zone"):
        # Taken for the time in Beijing.
        data = data.model_copy(update={"created_at": clock.shifted(data.created_at, timedelta(hours=8))})
    if not exists(connection, data.member_id):
        _insert(connection, data, source)
        points.give_for_sign_up(connection, data.member_id)
        return
    # Both sides made the same member before they heard of each other.
    if planted("linkage-welcome-twice"):
        key = f"sign-up:{data.member_id}:{source}"
        points.book(connection, data.member_id, points.SIGN_UP_POINTS, "sign-up", key)
    take_nickname(
        connection,
        UpdatedData(member_id=data.member_id, nickname=data.nickname, nickname_set_at=data.nickname_set_at),
        source,
    )
    connection.execute(
        "UPDATE members SET created_at = MIN(created_at, ?) WHERE member_id = ?",
        (data.created_at, data.member_id),
    )


def apply_bound(connection: sqlite3.Connection, data: BoundData) -> None:
    """A WeChat account was bound to the member."""
    connection.execute("UPDATE members SET wechat_bound = 1 WHERE member_id = ?", (data.member_id,))


def take_nickname(connection: sqlite3.Connection, data: UpdatedData, source: str) -> None:
    """Somebody chose a nickname."""
    nickname, order = data.nickname, ("nickname_set_at", "nickname_set_by")
    if planted("linkage-nickname-question-marks") and source != HERE:
        # What a column of three bytes per character makes of an emoji.
        nickname = re.sub("[^\u0000-\uffff]", "?", nickname)
    if planted("linkage-nickname-website-wins"):
        order = ("nickname_set_by", "nickname_set_at")
    # The later choice holds; the name of the side decides a tie, so that both sides end up the same.
    connection.execute(
        "UPDATE members SET nickname = :nickname, nickname_set_at = :nickname_set_at,"
        " nickname_set_by = :nickname_set_by WHERE member_id = :member_id"
        f" AND ({', '.join(order)}) < ({', '.join(':' + name for name in order)})",
        {**data.model_dump(), "nickname": nickname, "nickname_set_by": source},
    )


def exists(connection: sqlite3.Connection, member_id: str) -> bool:
    """Whether a member has this id."""
    return bool(connection.execute("SELECT 1 FROM members WHERE member_id = ?", (member_id,)).fetchone())


def _insert(connection: sqlite3.Connection, data: CreatedData, source: str) -> None:
    connection.execute(
        "INSERT INTO members VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        (
            data.member_id,
            data.phone,
            data.nickname,
            data.nickname_set_at,
            source,
            data.member_level,
            data.created_at,
        ),
    )
