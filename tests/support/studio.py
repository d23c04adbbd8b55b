"""A studio's website and mini-program, by two vendors, answered in this process.

Ids are numbers here and texts there, staff do what members may not, and a booking shows its course.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Request
from harness.api.users import User
from harness.contracts import Operation, load
from harness.contracts.violations import Checked
from harness.core.exchange import Exchange, Message
from harness.core.platforms import USUAL
from harness.linkage.draft import session
from harness.linkage.participants.participant import Participant

LATE = 4  # requests to the mini-program that see what was before
TEXT, NUMBER, ID = {"type": "string", "maxLength": 40}, {"type": "integer", "minimum": 1}, {"type": "integer"}
START = 1_900_000_000
OPEN = {"type": "string", "enum": ["open", "closed"]}

COURSE = {
    "id": ID,
    "title": TEXT,
    "seats": NUMBER,
    "left": NUMBER,
    "starts": {"type": "string", "format": "date-time"},
    "state": OPEN,
}
BOOKING = {
    "id": ID,
    "bookingNo": TEXT,
    "course": {"type": "object"},
    "count": NUMBER,
    "state": TEXT,
    "note": TEXT,
    "cost": ID,
}
ME = {"id": ID, "memberNo": TEXT, "nickname": TEXT}
KE_CHENG = {
    "keChengId": TEXT,
    "outId": TEXT,
    "mingCheng": TEXT,
    "mingE": NUMBER,
    "yuWei": NUMBER,
    "kaiKe": NUMBER,
    "zhuangTai": ID,
}
YU_YUE = {
    "yuYueId": TEXT,
    "yuYueHao": TEXT,
    "keChengId": TEXT,
    "keChengMing": TEXT,
    "renShu": NUMBER,
    "zhuangTai": ID,
}
YU_YUE |= {"beiZhu": TEXT, "kouJiFen": ID}
HUI_YUAN = {"kaHao": TEXT, "niCheng": TEXT}
STATES = {"pending": 10, "paid": 20, "attended": 40}
Properties = dict[str, Any]


def _page(entry: Properties, items: str, **more: Any) -> Properties:
    return {items: {"type": "array", "items": {"type": "object", "properties": entry}}, **more}


ENTRIES = _page({"change": NUMBER, "at": TEXT}, "items", page=NUMBER, total=NUMBER)
LIU_SHUI = _page({"bianDong": NUMBER, "shiJian": NUMBER}, "list", page=NUMBER, total=NUMBER)
NEW = {"title": "Yoga", "seats": 20, "starts": "2030-03-17T17:46:40+00:00"}
CHANGE = {name: COURSE[name] for name in (*NEW, "state")}
NOTE = {"note": "late"}
Call = tuple[str, str, Properties, Properties | None, Any]
SITE: dict[str, Call] = {
    "listCourses": ("get", "/courses", _page(COURSE, "items"), None, None),
    "createCourse": ("post", "/courses", COURSE, {k: COURSE[k] for k in NEW}, NEW),
    "getCourse": ("get", "/courses/{course_id}", COURSE, None, None),
    "updateCourse": ("patch", "/courses/{course_id}", COURSE, CHANGE, {"seats": 20}),
    "listBookings": ("get", "/bookings", _page(BOOKING, "items"), None, None),
    "createBooking": (
        "post",
        "/bookings",
        BOOKING,
        {"course_id": ID, "count": {**NUMBER, "maximum": 4}, "note": TEXT},
        {"course_id": 101, "count": 2, **NOTE},
    ),
    "getBooking": ("get", "/bookings/{booking_id}", BOOKING, None, None),
    "updateBooking": ("patch", "/bookings/{booking_id}", BOOKING, {"note": TEXT}, NOTE),
    "payBooking": ("post", "/bookings/{booking_id}/pay", BOOKING, None, None),
    "checkInBooking": ("post", "/bookings/{booking_id}/check-in", BOOKING, None, None),
    "getMe": ("get", "/me", ME, None, None),
    "updateMe": ("patch", "/me", ME, {"nickname": TEXT}, {"nickname": "Lei"}),
    "getCredits": ("get", "/me/credits", {"balance": ID}, None, None),
    "listEntries": ("get", "/me/entries", ENTRIES, None, None),
}
ONE, OWN = {"keChengId": TEXT}, {"yuYueId": TEXT}
MINI: dict[str, Call] = {
    "keChengList": ("post", "/keCheng/list", _page(KE_CHENG, "list"), {"outId": TEXT}, {}),
    "keChengDetail": ("post", "/keCheng/detail", KE_CHENG, ONE, {"keChengId": "kc_1"}),
    "yuYueList": ("post", "/yuYue/list", _page(YU_YUE, "list"), {"page": NUMBER}, {"page": 1}),
    "yuYueDetail": ("post", "/yuYue/detail", YU_YUE, OWN, {"yuYueId": "yy_1"}),
    "yuYueCreate": (
        "post",
        "/yuYue/create",
        YU_YUE,
        {**ONE, "renShu": {**NUMBER, "maximum": 4}, "beiZhu": TEXT},
        {"keChengId": "kc_1", "renShu": 2, "beiZhu": "x"},
    ),
    "yuYueUpdate": (
        "post",
        "/yuYue/update",
        YU_YUE,
        {**OWN, "beiZhu": TEXT},
        {"yuYueId": "yy_1", "beiZhu": "late"},
    ),
    "yuYuePay": ("post", "/yuYue/pay", YU_YUE, OWN, {"yuYueId": "yy_1"}),
    "huiYuanInfo": ("post", "/huiYuan/info", HUI_YUAN, {}, {}),
    "huiYuanUpdate": ("post", "/huiYuan/update", HUI_YUAN, {"niCheng": TEXT}, {"niCheng": "Lei"}),
    "jiFenBalance": ("post", "/jiFen/balance", {"yuE": ID}, {}, {}),
    "jiFenList": ("post", "/jiFen/list", LIU_SHUI, {"page": NUMBER}, {"page": 1}),
}


def _schema(properties: Properties, required: bool = True) -> Any:
    return {"type": "object", "properties": properties, "required": list(properties) if required else []}


def document(name: str, calls: dict[str, Call]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for id, (method, path, answer, body, example) in calls.items():
        content = {"application/json": {"schema": _schema(answer)}}
        operation: Properties = {
            "operationId": id,
            "responses": {"200": {"description": "well", "content": content}},
        }
        if "{" in path:
            parameter = path.partition("{")[2].partition("}")[0]
            operation["parameters"] = [{"name": parameter, "in": "path", "required": True, "schema": ID}]
        if body is not None:
            needed = method == "post" and not id.endswith("List")
            content = {"application/json": {"schema": _schema(body, needed), "example": example}}
            operation["requestBody"] = {"required": True, "content": content}
        paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.0.3",
        "info": {"title": name, "version": "1"},
        "security": [{"token": []}],
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


class Refused(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class Studio:
    """Both ends, with one set of records; the mini-program shows what was written some requests later."""

    def __init__(self) -> None:
        self.courses: dict[int, dict[str, Any]] = {}
        self.bookings: dict[int, dict[str, Any]] = {}
        self.names = {"li": "Li Lei from Beijing", "han": "Han Meimei of Xi'an"}
        self.shown = dict(self.names)
        self.waiting: list[list[Any]] = []
        self.sent: list[tuple[str, Request, str | None]] = []
        self.course({**NEW, "title": "Spinning", "seats": 30})

    def course(self, body: dict[str, Any]) -> dict[str, Any]:
        id = 101 + len(self.courses)
        self.courses[id] = {"id": id, "taken": 0, "state": "open", **body}
        return self.courses[id]

    def book(self, user: str, course: int, count: int, note: str) -> dict[str, Any]:
        if course not in self.courses:
            raise Refused(404)
        if self.courses[course]["state"] == "closed":
            raise Refused(409)
        id = 5001 + len(self.bookings)
        booking = {
            "id": id,
            "user": user,
            "course": course,
            "count": count,
            "state": "pending",
            "shown": "pending",
            "note": note,
            "cost": 137 * count,
        }
        self.bookings[id] = {**booking, "bookingNo": f"S20301130{id}"}
        self.courses[course]["taken"] += count
        return self.bookings[id]

    def pay(self, booking: dict[str, Any], now: str = "pending", then: str = "paid") -> dict[str, Any]:
        if booking["state"] != now:
            raise Refused(409)
        booking["state"] = then
        self.waiting.append([LATE, lambda: booking.update(shown=then)])
        return booking

    def own(self, user: str, id: int) -> dict[str, Any]:
        booking = self.bookings.get(id)
        if booking is None or user not in ("staff", booking["user"]):
            raise Refused(404)
        return booking

    # the website

    def site(self, id: str, request: Request, user: str) -> Any:
        path = [int(value) for value in request.path.values()]
        if user == "courier":
            raise Refused(403)
        if (user == "staff") != (id in ("createCourse", "updateCourse", "checkInBooking")):
            if not id.startswith(("get", "list")) or (
                user == "staff" and id in ("getMe", "getCredits", "listEntries")
            ):
                raise Refused(403)
        match id:
            case "listCourses":
                return {"items": [_course(one) for one in self.courses.values()]}
            case "createCourse":
                return _course(self.course(request.body))
            case "getCourse" | "updateCourse":
                course = self.courses.get(path[0])
                if course is None:
                    raise Refused(404)
                course |= request.body or {}
                return _course(course)
            case "listBookings":
                return {"items": [self.booking(one) for one in self.of(user)]}
            case "createBooking":
                body = request.body
                return self.booking(self.book(user, body["course_id"], body["count"], body.get("note", "")))
            case "getBooking":
                return self.booking(self.own(user, path[0]))
            case "updateBooking":
                self.own(user, path[0])["note"] = request.body["note"]
                return self.booking(self.own(user, path[0]))
            case "payBooking":
                return self.booking(self.pay(self.own(user, path[0])))
            case "checkInBooking":
                return self.booking(self.pay(self.own(user, path[0]), "paid", "attended"))
            case "updateMe":
                self.names[user] = name = request.body["nickname"]
                self.waiting.append([LATE, lambda: self.shown.update({user: name})])
            case "getCredits":
                return {"balance": self.balance(user)}
            case "listEntries":
                entries = [{"change": -one["count"], "at": _time(one["id"])} for one in self.of(user)]
                return {"items": entries[:10], "page": 1, "total": len(entries)}
        return {"id": 11, "memberNo": f"V0001{user}", "nickname": self.names[user]}

    def balance(self, user: str) -> int:
        return 100_000 - sum(int(one["cost"]) for one in self.bookings.values() if one["user"] == user)

    def of(self, user: str) -> list[dict[str, Any]]:
        return [one for one in reversed(self.bookings.values()) if user in ("staff", one["user"])]

    def booking(self, one: dict[str, Any]) -> dict[str, Any]:
        course = {key: self.courses[one["course"]][key] for key in ("id", "title", "starts")}
        return {**{key: value for key, value in one.items() if key in BOOKING}, "course": course}

    # the mini-program

    def mini(self, id: str, request: Request, user: str) -> Any:
        for one in list(self.waiting):
            one[0] -= 1
            if one[0] < 0:
                one[1]()
                self.waiting.remove(one)
        body = request.body or {}
        if any(name.endswith("Id") and not isinstance(value, str) for name, value in body.items()):
            raise Refused(400)
        match id:
            case "keChengList":
                found = [_ke_cheng(one) for one in self.courses.values()]
                return {"list": [one for one in found if body.get("outId") in (None, one["outId"])]}
            case "keChengDetail":
                return _ke_cheng(self.courses.get(_own(body["keChengId"], "kc_")) or _missing())
            case "yuYueList":
                return {"list": [self.yu_yue(one) for one in self.of(user)]}
            case "yuYueCreate":
                course = _own(body["keChengId"], "kc_")
                return self.yu_yue(self.book(user, course, body["renShu"], body.get("beiZhu", "")))
            case "yuYuePay":
                return self.yu_yue(self.pay(self.own(user, _own(body["yuYueId"], "yy_"))))
            case "yuYueUpdate":
                booking = self.own(user, _own(body["yuYueId"], "yy_"))
                booking["note"] = body["beiZhu"]
                return self.yu_yue(booking)
            case "yuYueDetail":
                return self.yu_yue(self.own(user, _own(body["yuYueId"], "yy_")))
            case "huiYuanUpdate":
                self.names[user] = self.shown[user] = body["niCheng"]
            case "jiFenBalance":
                return {"yuE": self.balance(user)}
            case "jiFenList":
                entries = [{"bianDong": -one["count"], "shiJian": START} for one in self.of(user)]
                return {"list": entries[:20], "page": 1, "total": len(entries)}
        return {"kaHao": f"V0001{user}", "niCheng": self.shown[user]}

    def yu_yue(self, one: dict[str, Any]) -> dict[str, Any]:
        course = _ke_cheng(self.courses[one["course"]])
        own = {"yuYueId": f"yy_{one['id'] + 25_000}", "yuYueHao": one["bookingNo"], "renShu": one["count"]}
        own |= {"kouJiFen": one["cost"], "zhuangTai": STATES[one["shown"]], "beiZhu": one["note"]}
        return {**own, "keChengId": course["keChengId"], "keChengMing": course["mingCheng"]}


def _course(one: dict[str, Any]) -> dict[str, Any]:
    return {**{k: v for k, v in one.items() if k in COURSE}, "left": one["seats"] - one["taken"]}


def _ke_cheng(one: dict[str, Any]) -> dict[str, Any]:
    shown = {"keChengId": f"kc_{one['id'] + 8900}", "outId": str(one["id"]), "mingCheng": one["title"]}
    return {
        **shown,
        "mingE": one["seats"],
        "yuWei": one["seats"] - one["taken"],
        "kaiKe": START * 1000,
        "zhuangTai": int(one["state"] == "open"),
    }


def _own(text: str, before: str) -> int:
    """The number behind an id of the mini-program; 0 where it is none of that kind."""
    number = text.removeprefix(before)
    gone = {"kc_": 8900, "yy_": 25_000}[before]
    return int(number) - gone if text.startswith(before) and number.isdecimal() else 0


def _missing() -> Any:
    raise Refused(404)


def _time(id: int) -> str:
    return f"2030-01-01T00:00:{id % 60:02d}Z"


class StudioClient:
    """What :class:`harness.api.client.Client` does, without HTTP."""

    def __init__(self, studio: Studio, service: str) -> None:
        self.studio, self.service = studio, service

    def send(self, operation: Operation, request: Request, *, user: str | None) -> Answer:
        self.studio.sent.append((operation.id, request, user))
        answers: Callable[[str, Request, str], Any] = getattr(self.studio, self.service)
        try:
            status, data = (200, answers(operation.id, request, user)) if user else (401, None)
        except Refused as refused:
            status, data = refused.status, None
        body, now = json.dumps(data).encode(), time.time()
        exchange = Exchange(
            id="1",
            source="harness",
            target=self.service,
            method=operation.method,
            path="/",
            request=Message((), b""),
            status=status,
            response=Message((), body),
            started=now,
            ended=now,
        )
        return Answer(exchange, Checked(operation, ()), data, "")

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def running(folder: Path) -> Iterator[tuple[Studio, dict[str, Participant]]]:
    """The studio, whose two participants a draft may ask."""
    studio, participants = Studio(), dict[str, Participant]()
    ends: dict[str, tuple[str, dict[str, Call], tuple[str, ...]]] = {
        "website": ("site", SITE, ("li", "han", "staff", "courier")),
        "miniprogram": ("mini", MINI, ("li", "han")),
    }
    for name, (service, calls, users) in ends.items():
        path = folder / f"{service}.json"
        path.write_text(json.dumps(document(service, calls)), encoding="utf-8")
        backend = BackendUnderTest(
            name=service,
            title=USUAL.title(name),
            platforms=(name,),
            contracts=(path,),
            base_url=lambda: "",
            users=tuple(User(name=user) for user in users),
        )
        people = {user: user for user in users}
        participants[name] = Participant(name, USUAL.title(name), backend, (load(path),), people)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "Client", lambda backend, index, timeout: StudioClient(studio, backend.name))
        yield studio, participants
