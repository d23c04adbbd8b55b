"""Members as the mini-program backend keeps them: finding, naming, binding, and the website's events of them."""

from __future__ import annotations

import time
from typing import Any

from demo.miniprogram_backend import validation as v
from demo.miniprogram_backend.config import DEFAULT_NICKNAME, NOBODY_CHOSE
from demo.miniprogram_backend.errors import Conflict
from demo.miniprogram_backend.faults import FAULTS, planted
from demo.miniprogram_backend.replication import Courier
from demo.miniprogram_backend.storage import Connection, just_after, member_id_for, timestamp

PLATFORM = "miniprogram"

#: Events about members and what they carry.
EVENTS: dict[str, dict[str, v.Check]] = {
    "member.created": {
        "member_id": v.member_id,
        "phone": v.phone,
        "nickname": v.nickname,
        "nickname_set_at": v.time,
        "member_level": v.one_of("standard"),
        "created_at": v.time,
    },
    "member.updated": {"member_id": v.member_id, "nickname": v.nickname, "nickname_set_at": v.time},
    "member.bound": {"member_id": v.member_id, "bound_at": v.time},
}


def view(db: Connection, member_id: str, points: int) -> dict[str, Any]:
    """A member as the contract shows one; points come from the website's ledger."""
    row = db.execute("SELECT * FROM member WHERE id = ?", (member_id,)).fetchone()
    # A planted fault writes the country code before it.
    phone = row["phone"][-11:]
    return {
        "member_id": member_id,
        "nickname": _nickname_shown(row),
        "phone_masked": phone[:3] + "****" + phone[7:],
        "member_level": row["level"],
        "points": points,
        "wechat_bound": row["bound"] == 1,
        "created_at": row["created"],
    }


def _nickname_shown(row: Any) -> str:
    nickname: str = row["nickname"]
    if planted("linkage-nickname-replay"):
        # A retry applies the older message once more, until the newer one comes again as well.
        before, moment = FAULTS.memory.get(("nickname", row["id"]), (nickname, 0.0))
        if 0.4 < time.monotonic() - moment < 1.4:
            nickname = before
    return nickname


def with_phone(db: Connection, phone: str) -> str | None:
    """Id of the member with this phone."""
    row = db.execute("SELECT id FROM member WHERE phone = ?", (phone,)).fetchone()
    return row["id"] if row else None


def oldest(db: Connection) -> str:
    """Id of the member who has been one for longest."""
    member_id: str = db.execute("SELECT id FROM member ORDER BY created, phone LIMIT 1").fetchone()["id"]
    return member_id


def with_openid(db: Connection, openid: str) -> str | None:
    """Id of the member this WeChat account is bound to."""
    row = db.execute("SELECT member_id FROM wechat_account WHERE openid = ?", (openid,)).fetchone()
    return row["member_id"] if row else None


def openid_of(db: Connection, member_id: str) -> str | None:
    """The WeChat account that is bound to the member."""
    row = db.execute("SELECT openid FROM wechat_account WHERE member_id = ?", (member_id,)).fetchone()
    return row["openid"] if row else None


def refuse_second_account(db: Connection, member_id: str, openid: str) -> None:
    """Raise Conflict if another WeChat account is bound to the member already."""
    if openid_of(db, member_id) not in (None, openid):
        raise Conflict(
            "The member with this phone is bound to another WeChat account.",
            "bound-elsewhere",
            "Bound elsewhere",
        )


def create(db: Connection, courier: Courier, phone: str, trace: str | None) -> str:
    """A member who came by WeChat and has not chosen a nickname yet."""
    data = {
        "member_id": member_id_for(phone),
        "phone": phone,
        "nickname": DEFAULT_NICKNAME,
        "nickname_set_at": NOBODY_CHOSE,
        "member_level": "standard",
        "created_at": timestamp(),
    }
    _store(db, data, PLATFORM)
    courier.post(db, "member.created", data["member_id"], data, trace)
    return data["member_id"]


def bind(
    db: Connection, courier: Courier, member_id: str, openid: str, unionid: str | None, trace: str | None
) -> None:
    """Tie a WeChat account to a member."""
    moment = timestamp()
    verb = "INSERT OR REPLACE" if planted("linkage-openid-rebound") else "INSERT"
    db.execute(f"{verb} INTO wechat_account VALUES (?, ?, ?, ?)", (openid, unionid, member_id, moment))
    db.execute("UPDATE member SET bound = 1 WHERE id = ?", (member_id,))
    origin = db.execute("SELECT nickname_from FROM member WHERE id = ?", (member_id,)).fetchone()[0]
    if planted("linkage-binding-untold") and origin != PLATFORM:
        return
    courier.post(db, "member.bound", member_id, {"member_id": member_id, "bound_at": moment}, trace)


def rename(db: Connection, courier: Courier, member_id: str, nickname: str, trace: str | None) -> None:
    """The member chose another nickname here."""
    before = db.execute("SELECT nickname, nickname_at FROM member WHERE id = ?", (member_id,)).fetchone()
    moment = max(timestamp(), just_after(before["nickname_at"]))
    _choose(db, member_id, nickname, moment, PLATFORM)
    data = {"member_id": member_id, "nickname": nickname, "nickname_set_at": moment}
    if planted("linkage-nickname-return-lost"):
        # The same content seems to be the same message.
        told = FAULTS.memory.setdefault(("told", member_id), {before["nickname"]})
        if nickname in told:
            return
        told.add(nickname)
    courier.post(db, "member.updated", member_id, data, trace)


def is_known(db: Connection, member_id: str) -> bool:
    """Whether a member has this id."""
    return db.execute("SELECT 1 FROM member WHERE id = ?", (member_id,)).fetchone() is not None


def take_in(db: Connection, kind: str, data: dict[str, Any], source: str) -> bool:
    """Apply an event about a member; whether it changed the nickname of one known here. Raises Conflict."""
    member_id = data["member_id"]
    known = is_known(db, member_id)
    if kind == "member.created":
        if member_id != member_id_for(data["phone"]):
            raise Conflict(
                "The member id does not follow from the phone.",
                "member-id-rule",
                "Member id against the rule",
            )
        if known:
            # Made on both sides at once: the earlier date and the nickname somebody chose last are right.
            if not planted("linkage-merge-keeps-default"):
                _choose(db, member_id, data["nickname"], data["nickname_set_at"], source)
            db.execute(
                "UPDATE member SET created = MIN(created, ?) WHERE id = ?", (data["created_at"], member_id)
            )
        else:
            _store(db, data, source)
    elif not known:
        raise Conflict("No member has this id.", "unknown-member", "Unknown member")
    elif kind == "member.updated":
        return _choose(db, member_id, data["nickname"], data["nickname_set_at"], source)
    else:
        db.execute("UPDATE member SET bound = 1 WHERE id = ?", (member_id,))
    return False


def _store(db: Connection, data: dict[str, Any], source: str) -> None:
    data = {**data, "nickname": _fitting(data["nickname"], source)}
    db.execute(
        "INSERT INTO member VALUES (:member_id, :phone, :nickname, :member_level, :nickname_set_at,"
        " :source, 0, :created_at)",
        {**data, "source": source},
    )


def _choose(db: Connection, member_id: str, nickname: str, moment: str, source: str) -> bool:
    # Later wins; at the same millisecond the platform's name decides, on both sides alike.
    row = db.execute("SELECT * FROM member WHERE id = ?", (member_id,)).fetchone()
    new, known = (moment, source), (row["nickname_at"], row["nickname_from"])
    if planted("linkage-nickname-coarse-time") and source != PLATFORM:
        new, known = (moment[:19], source), (known[0][:19], known[1])
    arrived_last = planted("linkage-nickname-arrival-order") and source != PLATFORM
    if new > known or arrived_last:
        if planted("linkage-nickname-replay"):
            FAULTS.memory["nickname", member_id] = (row["nickname"], time.monotonic())
        db.execute(
            "UPDATE member SET nickname = ?, nickname_at = ?, nickname_from = ? WHERE id = ?",
            (_fitting(nickname, source), moment, source, member_id),
        )
        return True
    return False


def _fitting(nickname: str, source: str) -> str:
    """The nickname as it fits into the column: whole, unless a planted fault makes the column short."""
    cut = planted("linkage-nickname-cut") and source != PLATFORM
    return nickname[:16].rstrip() if cut else nickname
