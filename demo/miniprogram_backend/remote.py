"""Calls to other systems: the website (points, stock, catalogue) and WeChat. Nothing here touches the database."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
import time
import uuid
from typing import Any
from urllib.parse import quote, urljoin

import requests

from demo.miniprogram_backend.errors import Conflict, Missing, Unauthorized, Unavailable
from demo.miniprogram_backend.faults import kept, planted

TIMEOUT = 5.0

log = logging.getLogger("miniprogram.remote")


def sign(key: str, content: bytes) -> str:
    """Value of X-Sync-Signature."""
    return "sha256=" + hmac.digest(key.encode(), content, hashlib.sha256).hex()


class Http:
    """A `requests` session per thread, deaf to proxy settings of the machine."""

    def __init__(self) -> None:
        self._local = threading.local()

    def call(self, method: str, url: str, traceparent: str | None, **options: Any) -> requests.Response:
        """One call; raises requests.RequestException."""
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False
        headers = dict(options.pop("headers", {}))
        if traceparent:
            headers["traceparent"] = traceparent
        return session.request(
            method, url, headers=headers, timeout=TIMEOUT, allow_redirects=False, **options
        )


class _Signed:
    """Signed calls to the website."""

    def __init__(self, http: Http, website_url: str, key: str) -> None:
        self._http = http
        self._url = website_url
        self._key = key

    def _send(
        self, method: str, path: str, signature: str, traceparent: str | None, **options: Any
    ) -> requests.Response:
        headers = options.pop("headers", {})
        if signature:
            headers = {**headers, "X-Sync-Signature": signature}
        try:
            return self._http.call(method, self._url + path, traceparent, headers=headers, **options)
        except requests.RequestException as error:
            log.warning("website: %s", type(error).__name__)
            raise Unavailable from error

    @staticmethod
    def _content(response: requests.Response) -> dict[str, Any]:
        if not response.ok:
            log.error("website answered %s", response.status_code)
            raise Unavailable
        content: dict[str, Any] = response.json()
        return content


class Ledger(_Signed):
    """Points, as the website keeps them."""

    def read(self, member_id: str, traceparent: str | None) -> dict[str, Any]:
        """{balance, entries}; nothing for a member the website has not heard of yet. Raises Unavailable."""
        if planted("linkage-points-cached"):
            return kept(("ledger", member_id), 30, lambda: self._read(member_id, traceparent))
        if planted("linkage-points-cache-shared"):
            return kept("ledger", 2, lambda: self._read(member_id, traceparent))
        return self._read(member_id, traceparent)

    def _read(self, member_id: str, traceparent: str | None) -> dict[str, Any]:
        path = f"/sync/points/{member_id}"
        response = self._send("GET", path, sign(self._key, path.encode()), traceparent)
        if response.status_code == 404:
            return {"balance": 0, "entries": []}
        return self._content(response)

    def give(self, member_id: str, amount: int, reason: str, traceparent: str | None) -> int:
        """Give points once per member and reason; the new balance. Raises Unavailable."""
        body = json.dumps({"amount": amount, "reason": reason}).encode()
        key = f"{reason}:{member_id}"
        if planted("linkage-binding-points-twice"):
            key = str(uuid.uuid4())
        response = self._send(
            "POST",
            f"/sync/points/{member_id}/entries",
            sign(self._key, body),
            traceparent,
            data=body,
            headers={"Content-Type": "application/json", "Idempotency-Key": key},
        )
        balance: int = self._content(response)["balance"]
        return balance


class Website(_Signed):
    """What else only the website knows: stock, what orders take, and the catalogue."""

    def stock(self, product_id: str, traceparent: str | None) -> dict[str, Any]:
        """{product_id, in_stock}. Raises Missing, Unavailable."""
        path = f"/sync/stock/{quote(product_id, safe='')}"
        response = self._send("GET", path, sign(self._key, path.encode()), traceparent)
        if response.status_code == 404:
            raise Missing("No product has this id.")
        return self._content(response)

    def reserve(self, wanted: dict[str, Any], traceparent: str | None) -> None:
        """Take stock and points for an order, once. Raises Conflict as the website says, Unavailable."""
        body = json.dumps(wanted).encode()
        headers = {"Content-Type": "application/json"}
        response = self._send(
            "POST", "/sync/reservations", sign(self._key, body), traceparent, data=body, headers=headers
        )
        if planted("linkage-withdrawn-orderable") and "/not-on-sale" in response.text:
            return
        self._agreed(response)

    def commit(self, order_id: str, traceparent: str | None) -> int:
        """The order has been paid; the points it earned. Raises Conflict, Unavailable."""
        earned: int = self._agreed(self._about(order_id, "commit", traceparent))["points_earned"]
        return earned

    def release(self, order_id: str, traceparent: str | None) -> None:
        """What the order took goes back. Raises Unavailable."""
        self._agreed(self._about(order_id, "release", traceparent))

    def categories(self, traceparent: str | None) -> list[dict[str, Any]]:
        """All of them. Raises Unavailable."""
        response = self._send("GET", "/api/categories", "", traceparent)
        found: list[dict[str, Any]] = self._content(response)["categories"]
        return found

    def product(self, product_id: str, traceparent: str | None) -> dict[str, Any] | None:
        """One product, None where there is none. Raises Unavailable."""
        response = self._send("GET", f"/api/products/{product_id}", "", traceparent)
        return None if response.status_code == 404 else self._content(response)

    def _about(self, order_id: str, what: str, traceparent: str | None) -> requests.Response:
        path = f"/sync/reservations/{order_id}/{what}"
        return self._send("POST", path, sign(self._key, path.encode()), traceparent)

    def _agreed(self, response: requests.Response) -> dict[str, Any]:
        if response.status_code == 409:
            problem = response.json()
            raise Conflict(problem["detail"], problem["type"].rpartition("/")[2], problem["title"])
        return self._content(response)


class WeChat:
    """The two calls of WeChat's server API that log-in needs. WeChat reports errors with HTTP 200."""

    INVALID_TOKEN = (40001, 40014, 42001)

    def __init__(self, http: Http, url: str, appid: str, secret: str) -> None:
        self._http = http
        self._url = url
        self._app = {"appid": appid, "secret": secret}
        self._token = ""
        self._token_until = 0.0
        self._lock = threading.Lock()

    def identity(self, code: str, traceparent: str | None) -> tuple[str, str | None]:
        """(openid, unionid or None) behind a code of wx.login. Raises Unauthorized."""
        params = {**self._app, "js_code": code, "grant_type": "authorization_code"}
        answer = self._ask("GET", "/sns/jscode2session", traceparent, params=params)
        if answer.get("errcode", 0) != 0:
            raise self._refused(answer, "log-in")
        return answer["openid"], answer.get("unionid")

    def phone(self, code: str, traceparent: str | None) -> str:
        """The phone behind a code of a getPhoneNumber button. Raises Unauthorized."""
        answer = self._phone_answer(code, self._access_token(traceparent), traceparent)
        if answer.get("errcode") in self.INVALID_TOKEN:
            # WeChat invalidates a token when another is issued: one new token, one more try.
            answer = self._phone_answer(code, self._access_token(traceparent, fresh=True), traceparent)
        if answer.get("errcode", 0) != 0:
            raise self._refused(answer, "phone")
        number: str = answer["phone_info"]["purePhoneNumber"]
        return number

    def _phone_answer(self, code: str, token: str, traceparent: str | None) -> dict[str, Any]:
        return self._ask(
            "POST",
            "/wxa/business/getuserphonenumber",
            traceparent,
            params={"access_token": token},
            json={"code": code},
        )

    def _access_token(self, traceparent: str | None, fresh: bool = False) -> str:
        with self._lock:
            if fresh or time.monotonic() > self._token_until:
                params = {**self._app, "grant_type": "client_credential"}
                answer = self._ask("GET", "/cgi-bin/token", traceparent, params=params)
                if "access_token" not in answer:
                    log.error("WeChat gives no access token: %s", answer.get("errmsg"))
                    raise Unavailable
                self._token = answer["access_token"]
                self._token_until = time.monotonic() + answer["expires_in"] - 300
            return self._token

    def _ask(self, method: str, path: str, traceparent: str | None, **options: Any) -> dict[str, Any]:
        try:
            response = self._http.call(method, urljoin(self._url, path), traceparent, **options)
            answer = response.json()
        except requests.RequestException as error:
            log.warning("WeChat: %s", type(error).__name__)
            raise Unavailable from error
        if not response.ok or not isinstance(answer, dict) or answer.get("errcode") == -1:
            log.warning("WeChat answered %s", response.status_code)
            raise Unavailable
        return answer

    @staticmethod
    def _refused(answer: dict[str, Any], what: str) -> Exception:
        if answer["errcode"] in (40029, 40163, 40226):
            return Unauthorized(
                f"WeChat does not accept the {what} code.", "wechat-code", "WeChat code not valid"
            )
        log.error("WeChat refused the %s call: %s %s", what, answer["errcode"], answer.get("errmsg"))
        return Unavailable()
