"""Puts the Flask application of the mini-program backend together."""

from __future__ import annotations

from flask import Flask

from demo.miniprogram_backend import errors
from demo.miniprogram_backend.config import Config
from demo.miniprogram_backend.remote import Http, Ledger, WeChat
from demo.miniprogram_backend.replication import Courier
from demo.miniprogram_backend.storage import Storage
from demo.miniprogram_backend.views import Services, views

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
    storage = Storage(config.database)
    app.extensions["shop"] = Services(
        config=config,
        storage=storage,
        courier=Courier(storage, http, config.website_url, config.sync_key),
        ledger=Ledger(http, config.website_url, config.sync_key),
        wechat=WeChat(http, config.wechat_url, config.wechat_appid, config.wechat_secret),
    )
    app.register_blueprint(views)
    errors.install(app)
    return app
