"""Sites of one script each, ``/index.php?r=item/list``: a cookie's session, forms with a CSRF field, flash messages."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

Handler = Callable[["Visit"], Awaitable["str | web.StreamResponse"]]


class Site:
    """``links``: what the bar on top has, by text."""

    def __init__(self, script: str, brand: str, home: str, log_in: str, links: dict[str, str]) -> None:
        self.script, self.brand, self.home, self.log_in, self.links = script, brand, home, log_in, links
        name = {"index.php": "shop", "admin.php": "staff", "outlet.php": "outlet"}[script]
        self.style = (Path(__file__).with_name("style") / f"{name}.css").read_text(encoding="utf-8")
        self.cookie = f"{script.removesuffix('.php').upper()}SESSID"
        self.sessions: dict[str, dict[str, str]] = {}
        self.handlers: dict[str, tuple[Handler, bool]] = {}

    def on(self, route: str, *, all: bool = False) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            self.handlers[route] = (handler, all)
            return handler

        return keep

    def start(self, **values: str) -> str:
        sid = secrets.token_hex(16)
        self.sessions[sid] = {"csrf": secrets.token_hex(12), **values}
        return sid

    async def answer(self, request: web.Request) -> web.StreamResponse:
        sid = request.cookies.get(self.cookie, "")
        new = sid not in self.sessions
        if new:
            sid = self.start()
        visit = Visit(self, request, sid)
        try:
            response = await self.respond(visit)
        except web.HTTPNotFound:
            response = visit.page("404", "<h1>404</h1><p>您访问的页面不存在</p>", status=404)
        if new or visit.sid != sid:
            response.set_cookie(self.cookie, visit.sid, httponly=True, samesite="Lax")
        return response

    async def respond(self, visit: Visit) -> web.StreamResponse:
        route = visit.request.query.get("r", self.home)
        if route not in self.handlers:
            raise web.HTTPNotFound
        handler, all = self.handlers[route]
        if visit.request.method == "POST":
            visit.form = {key: str(value) for key, value in (await visit.request.post()).items()}
            if visit.form.get("_csrf") != visit.session["csrf"]:
                return visit.page("400", "<h1>400</h1><p>页面已过期，请刷新后重试</p>", status=400)
        if not all and not visit.user:
            visit.session["back"] = str(visit.request.rel_url) if visit.request.method == "GET" else ""
            return visit.go(self.log_in, "请先登录")
        shown = await handler(visit)
        return visit.page(self.brand, shown) if isinstance(shown, str) else shown


class Visit:
    def __init__(self, site: Site, request: web.Request, sid: str) -> None:
        self.site, self.request, self.sid = site, request, sid
        self.form: dict[str, str] = {}

    @property
    def session(self) -> dict[str, str]:
        return self.site.sessions[self.sid]

    @property
    def user(self) -> str:
        return self.session.get("user", "")

    @property
    def posted(self) -> bool:
        return self.request.method == "POST"

    def url(self, route: str, **query: Any) -> str:
        return f"/{self.site.script}?" + urlencode({"r": route, **query}, safe="/")

    def go(self, route: str, flash: str = "", **query: Any) -> web.Response:
        return self.back_to(self.url(route, **query), flash)

    def back_to(self, url: str, flash: str = "") -> web.Response:
        self.session["flash"] = flash
        return web.Response(status=302, headers={"Location": url})

    def enter(self, user: str, flash: str) -> web.Response:
        """Log in: a new session id, and on to where the person wanted to go."""
        back = self.session.get("back") or self.url(self.site.home)
        del self.site.sessions[self.sid]
        self.sid = self.site.start(user=user)
        return self.back_to(back, flash)

    def leave(self) -> web.Response:
        del self.site.sessions[self.sid]
        self.sid = self.site.start()
        return self.go(self.site.home, "您已退出")

    def post(self, route: str, inner: str, more: str = "", **query: Any) -> str:
        """A form that is posted to a route; ``more``: attributes of its tag."""
        csrf = f'<input type="hidden" name="_csrf" value="{self.session["csrf"]}">'
        return f'<form method="post" action="{escape(self.url(route, **query))}" {more}>{csrf}{inner}</form>'

    def link(self, text: str, route: str, **query: Any) -> str:
        return f'<a href="{escape(self.url(route, **query))}">{escape(text)}</a>'

    def page(self, title: str, body: str, status: int = 200) -> web.Response:
        flash = self.session.pop("flash", "")
        said = f'<div class="flash">{escape(flash)}</div>' if flash else ""
        bar = " ".join(self.link(text, route) for text, route in self.site.links.items())
        me = self.post("user/logout", f"<span>{self.user}</span><button>退出</button>", 'class="me"')
        text = (
            f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            f"<style>{self.site.style}</style></head><body><div class='top'><b>{self.site.brand}</b>{bar}"
            f"{me if self.user else self.link('登录', self.site.log_in)}</div>"
            f'<div class="body">{said}{body}</div></body></html>'
        )
        return web.Response(text=text, content_type="text/html", status=status)
