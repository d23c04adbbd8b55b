"""Puts the Flask application of the mini-program backend together."""

from __future__ import annotations

from flask import Flask, Response

from demo.miniprogram_backend import errors, fault_switch, faults, order_views, seed, sync_views, views
from demo.miniprogram_backend.config import Config
from demo.miniprogram_backend.gate import Services
from demo.miniprogram_backend.remote import Http, Ledger, Website, WeChat
from demo.miniprogram_backend.replication import Courier
from demo.miniprogram_backend.storage import Storage

MAX_BODY = 65536


def create_app(config: Config) -> Flask:
    """The application; its courier is made, but not started (`app.extensions["shop"].courier`)."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.compact = True  # type: ignore[attr-defined]
    http = Http()
    faults.FAULTS.replace(frozenset())
    storage = Storage(config.database, seed.plant)
    faults.FAULTS.replace(config.faults)
    app.extensions["shop"] = Services(
        config=config,
        storage=storage,
        courier=Courier(storage, http, config.website_url, config.sync_key),
        ledger=Ledger(http, config.website_url, config.sync_key),
        website=Website(http, config.website_url, config.sync_key),
        wechat=WeChat(http, config.wechat_url, config.wechat_appid, config.wechat_secret),
        faults=faults.FAULTS,
    )
    for blueprint in (views.views, order_views.views, sync_views.views, sync_views.doors):
        app.register_blueprint(blueprint)
    if config.fault_switch:
        app.register_blueprint(fault_switch.views)
    app.after_request(not_cached)
    faults.plant(app, faults.FAULTS)
    errors.install(app)
    return app


def not_cached(response: Response) -> Response:
    """Nobody keeps an answer of this API."""
    response.headers["Cache-Control"] = "no-store"
    return response
