"""``harness wechat``: the stand-in for WeChat's platform, under WeChat's own host names, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.commands import Config, LanguageOption, Profile, app, config_path, console
from harness.core.errors import BrokenError, UsageError
from harness.core.text import Text

if TYPE_CHECKING:
    from harness.core.text import Language
    from harness.wechat.authority import Authority
    from harness.wechat.server import Opened

HERE, HTTPS = "127.0.0.1", 443
APP = re.compile("([A-Za-z0-9_-]{1,64})=(.+)")

NO_APP = Text(zh="--app {given!r}：请写作 APPID=SECRET", en="--app {given!r}: write APPID=SECRET")
NO_STAND_IN = Text(
    zh='{file} 中没有写了 stand_in = "wechat" 和 apps 的服务：请用 --app APPID=SECRET',
    en='no service of {file} has stand_in = "wechat" with apps: give --app APPID=SECRET',
)
TAKEN = Text(zh="{option} {port}：无法监听：{why}", en="{option} {port}: cannot be listened on: {why}")
APPS = Text(zh="微信挡板，应用：{apps}；按 Ctrl-C 结束", en="WeChat stand-in for {apps}; Ctrl-C ends it")
PLAIN = Text(zh="HTTP      {url}", en="HTTP      {url}")
BY_TLS = Text(
    zh="TLS       {host}:{port}，证书对应微信的各个域名",
    en="TLS       {host}:{port}, for WeChat's host names",
)
NOT_443 = Text(
    zh="          端口 443 无法监听（{why}），固定地址的 SDK 请用下面的代理",
    en="          port 443 cannot be listened on ({why}): SDKs with fixed addresses take the proxy below",
)
HOSTS_LINE = Text(zh="hosts 文件加一行（端口 443）：", en="line for the hosts file (with port 443):")
PROXY = Text(
    zh="或者不改 hosts 文件，用环境变量让程序走代理（{others}）：",
    en="or without the hosts file, a proxy by environment variables ({others}):",
)
AS_EVER = Text(zh="其他域名照常直连", en="other hosts are reached as ever")
REFUSED = Text(
    zh="监听的不是本机地址，只通向微信的域名", en="as others can ask it, for WeChat's host names alone"
)
TRUST = Text(
    zh="让程序信任它的环境变量（文件中也有原来信任的 CA；挡板自己的 CA：{ca}）：",
    en="environment variables that have programs trust it, beside what they trust already (its own CA: {ca}):",
)


@app.command()
def wechat(
    apps: Annotated[
        list[str] | None,
        typer.Option("--app", help="APPID=SECRET (may be repeated; default: those of harness.toml)"),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="of plain HTTP")] = 8003,
    tls_port: Annotated[
        int | None,
        typer.Option(
            "--tls-port", min=1, max=65535, help="default: 443, or a free one where that cannot be had"
        ),
    ] = None,
    proxy_port: Annotated[
        int, typer.Option("--proxy-port", min=1, max=65535, help="of the proxy for HTTPS_PROXY")
    ] = 8004,
    listen: Annotated[str, typer.Option("--listen", help="address to listen on")] = HERE,
    plain: Annotated[bool, typer.Option("--plain", help="HTTP only: no TLS, no proxy")] = False,
    folder: Annotated[
        Path | None, typer.Option("--ca-folder", help="where its CA is kept (default: the user's cache)")
    ] = None,
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
) -> None:
    """Serve the stand-in for WeChat's platform under WeChat's own host names, with a CA of its own, until Ctrl-C."""
    from harness.wechat.server import Listener, StandIn, serve, tell_on_stderr
    from harness.wechat.state import Wechat
    from harness.wechat.tunnel import LOOPBACK, Tunnel

    known = _given(apps) if apps else _configured(config, profile)
    said = language or _language(config)
    if why := _not_free(listen, port):
        raise UsageError(TAKEN.format(option="--port", port=port, why=why))
    opened: list[Opened] = [Listener(listen, port)]
    lines = [APPS.format(apps=", ".join(known)), PLAIN.format(url=f"http://{_shown(listen)}:{port}")]
    if not plain:
        authority = _authority(folder)
        chosen, why = _tls_port(listen, tls_port)
        if taken := _not_free(listen, proxy_port):
            raise UsageError(TAKEN.format(option="--proxy-port", port=proxy_port, why=taken))
        opened += [Listener(listen, chosen, authority.server_context()), Tunnel(listen, proxy_port, chosen)]
        lines += [BY_TLS.format(host=_shown(listen), port=chosen)]
        lines += [NOT_443.format(why=why)] if why else []
        lines += _how_to_use(
            authority, _shown(listen), proxy_port, chosen, for_this_machine=listen in LOOPBACK
        )
    try:
        asyncio.run(serve(StandIn(Wechat(known), tell_on_stderr), opened, lambda: _print(lines, said)))
    except OSError as error:
        raise BrokenError(f"{error.strerror or error}") from None


def _how_to_use(
    authority: Authority, host: str, proxy_port: int, tls_port: int, *, for_this_machine: bool
) -> Iterator[Text]:
    from harness.core.text import text_of
    from harness.wechat.hosts import HOSTS

    if tls_port == HTTPS:
        yield HOSTS_LINE
        yield text_of(f"  {host} {' '.join(HOSTS)}")
    yield PROXY.format(others=AS_EVER if for_this_machine else REFUSED)
    yield text_of(
        f"  export HTTPS_PROXY=http://{host}:{proxy_port} NO_PROXY=127.0.0.1,localhost NODE_USE_ENV_PROXY=1"
    )
    yield TRUST.format(ca=authority.certificate)
    yield text_of("  export " + " ".join(f"{name}={file}" for name, file in authority.variables.items()))


def _given(apps: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in apps:
        match = APP.fullmatch(each)
        if match is None:
            raise UsageError(NO_APP.format(given=each.partition("=")[0]))
        found[match[1]] = match[2]
    return found


def _configured(config: Path | None, profile: str | None) -> dict[str, str]:
    from harness.config.settings import load

    path = config_path(config)
    services = load(path, profile=profile).services.values()
    apps = {appid: secret for service in services for appid, secret in service.apps.items()}
    if not apps:
        raise UsageError(NO_STAND_IN.format(file=path.name))
    return apps


def _authority(folder: Path | None) -> Authority:
    from harness.contracts import cache
    from harness.wechat.authority import open_authority

    return open_authority((folder or cache.folder().parent / "wechat").resolve())


def _tls_port(listen: str, asked: int | None) -> tuple[int, str | None]:
    """The port, and why it is not 443 where nobody asked for another."""
    from harness.processes.ports import free_ports

    why = _not_free(listen, asked or HTTPS)
    if why is None:
        return asked or HTTPS, None
    if asked is not None:
        raise UsageError(TAKEN.format(option="--tls-port", port=asked, why=why))
    return free_ports(1)[0], why


def _not_free(host: str, port: int) -> str | None:
    """Why nobody can listen there now; None where one can."""
    try:
        with socket.create_server((host, port), reuse_port=False):
            return None
    except OSError as error:
        return os.strerror(error.errno) if error.errno else str(error)  # Python's own names the address again


def _shown(listen: str) -> str:
    """Where it is reached from this machine."""
    return HERE if listen in ("0.0.0.0", "::") else listen


def _language(config: Path | None) -> Language:
    from harness.config.location import find
    from harness.config.settings import language_of

    return language_of(config or find(Path.cwd()))


def _print(lines: list[Text], language: Language) -> None:
    for line in lines:
        console.print(line.say(language), markup=False, soft_wrap=True)
