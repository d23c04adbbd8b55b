"""``harness fetch``: take over the contract a backend serves, such as springdoc's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands import Config, Profile, YesProduction, app, config_path, console
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest


@app.command()
def fetch(
    source: Annotated[str, typer.Argument(help="a service of harness.toml that is attached to, or a URL")],
    path: Annotated[str, typer.Argument(help="where the service has it")] = "/v3/api-docs",
    to: Annotated[str, typer.Option("--to", help="file among the contracts (default: SERVICE.json)")] = "",
    config: Config = None,
    profile: Profile = None,
    yes_production: YesProduction = None,
) -> None:
    """Fetch a contract from a running backend into the contracts folder, and say what changed."""
    from harness.config.settings import load_anyhow
    from harness.runs import fetching
    from harness.runs.environment_rules import refusal_of_read, require_permission

    settings = load_anyhow(config_path(config), profile=profile)
    if "://" in source:
        url, name = source, to or "fetched.json"
    else:
        service = settings.services.get(source)
        if service is None:
            close = nearest(source, settings.services, alike=ANY)
            raise UsageError(f"no service is called {source!r}", where="harness.toml", nearest=close)
        if service.url is None:
            raise UsageError(
                f"services.{source} is started by its command: start it, and fetch from its URL",
                where="harness.toml",
            )
        require_permission(settings, yes_production)
        if (reason := refusal_of_read(settings, source, path)) is not None:
            raise UsageError(fetching.REFUSED.format(path=path, reason=reason), where="harness.toml")
        url, name = service.url.rstrip("/") + path, to or f"{source}.json"
    if Path(name).name != name or Path(name).suffix not in (".json", ".yaml", ".yml"):
        raise UsageError(f"--to {name!r}: the name of a file that ends with .json or .yaml")
    found = fetching.fetch(url, settings.contract(name), settings.readable)
    contract = found.contract
    console.print(
        f"{found.path.name}: {contract.title} {contract.version}, {len(contract.operations)} operations",
        markup=False,
    )
    for mark, labels in (("+", found.added), ("-", found.gone), ("~", found.changed)):
        for label in labels:
            console.print(f"  {mark} {label}", markup=False)
