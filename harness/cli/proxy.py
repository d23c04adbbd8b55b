"""``harness proxy``: record and judge whoever goes through, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands import Config, Profile, YesProduction, app, config_path, console
from harness.core.errors import UsageError

EVERY = 0.2  # seconds between two looks at the record


@app.command()
def proxy(
    upstream: Annotated[
        str, typer.Option("--upstream", help="address of the service, http://host:port")
    ] = "",
    contract: Annotated[
        list[Path] | None, typer.Option("--contract", help="document to judge by (may be repeated)")
    ] = None,
    service: Annotated[
        str,
        typer.Option(
            "--service", help="a service of harness.toml that has a url; beside --upstream: its name"
        ),
    ] = "",
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="default: a free one")] = None,
    config: Config = None,
    profile: Profile = None,
    yes_production: YesProduction = None,
) -> None:
    """Stand before a service: record and check every exchange, tell each violation once, exit 1 if any."""
    from harness.config.settings import load
    from harness.core.polling import pause
    from harness.runs import proxying

    if upstream:
        target = proxying.upstream(upstream, contract or [], service or "service")
    elif service:
        target = proxying.named(load(config_path(config), profile=profile), service, yes_production)
    else:
        raise UsageError("give --upstream URL with --contract FILE, or --service NAME of harness.toml")
    session = proxying.ProxySession.begin(target, port)
    try:
        _say(f"http://127.0.0.1:{session.port} → {target.upstream} ({target.name}); Ctrl-C ends it")
        while True:
            for line in session.news():
                _say(line)
            session.system.check()
            pause(EVERY)
    except KeyboardInterrupt:
        pass
    finally:
        session.stop()
    for line in session.news():
        _say(line)
    for line in session.summary():
        _say(line)
    _say(f"record    {session.folder}")
    raise typer.Exit(session.exit_code)


def _say(line: str) -> None:
    console.print(line, markup=False, soft_wrap=True)
