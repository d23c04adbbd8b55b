"""Puts the website together: routes, pages, refusals, and the life of the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.staticfiles import StaticFiles

from demo.website import api, fault_switch, orders_api, problems, seed, staff_api, sync_api
from demo.website.database import Database
from demo.website.faults import PLANTED, ChangedAnswers, planted
from demo.website.outbox import Outbox
from demo.website.settings import Settings
from demo.website.shop import COOKIE, Doors, Shop

_ROUTERS = (api.router, orders_api.router, staff_api.router, sync_api.router, sync_api.doors)
_STATIC = Path(__file__).parent / "static"
_PAGE_HEADERS = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'self'"}
_PAGES = ("sign-up", "log-in", "member")


def create_app(settings: Settings) -> FastAPI:
    """The website as an ASGI application; its database is made and seeded here."""
    PLANTED.plant(frozenset())
    database = Database(settings.data_dir / "website.sqlite3")
    database.prepare(seed.plant)
    PLANTED.plant(settings.faults)

    def skip(kind: str) -> bool:
        return kind == "member.created" and planted("sync-member-lost")

    outbox = Outbox(database, settings.peer_url, settings.sync_key, skip)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        outbox.start()
        yield
        outbox.stop()
        database.close()

    app = FastAPI(openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.shop = Shop(settings, database, outbox, Doors(), PLANTED)
    for router in _ROUTERS:
        app.include_router(router)
    if settings.fault_switch:
        app.include_router(fault_switch.router)
    _add_pages(app)
    app.add_exception_handler(problems.Problem, _problem)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(ClientDisconnect, _client_gone)
    app.add_exception_handler(sqlite3.OperationalError, _database_busy)
    app.add_middleware(ChangedAnswers, faults=PLANTED)
    return app


def _add_pages(app: FastAPI) -> None:
    def home(request: Request) -> Response:
        return RedirectResponse("/member" if COOKIE in request.cookies else "/log-in", 302)

    def page(request: Request) -> Response:
        name = request.url.path.strip("/")
        return FileResponse(_STATIC / f"{name}.html", headers=_PAGE_HEADERS)

    app.add_api_route("/", home, methods=["GET", "HEAD"])
    for name in _PAGES:
        app.add_api_route(f"/{name}", page, methods=["GET", "HEAD"])
    app.mount("/static", StaticFiles(directory=_STATIC))


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, problems.Problem)
    return error.response()


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return problems.method_not_allowed(_methods_at(request)).response()
    if error.status_code == 404:
        return problems.not_found().response()
    return problems.Problem(error.status_code, "refused", "Refused", str(error.detail)).response()


async def _client_gone(_: Request, error: Exception) -> Response:
    return problems.malformed("The body ended too early.").response()


async def _database_busy(_: Request, error: Exception) -> Response:
    return problems.unavailable().response()


def _methods_at(request: Request) -> list[str]:
    # Starlette puts only the methods of the first route of an address into Allow.
    methods: set[str] = set()
    for route in (*(route for router in _ROUTERS for route in router.routes), *request.app.router.routes):
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return sorted(methods)
