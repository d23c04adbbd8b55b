"""Forms and queries (``application/x-www-form-urlencoded``): known by the names of their fields."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote, urlencode

from harness.core.masking.digests import digest, is_masked
from harness.core.masking.named import is_one_time
from harness.core.masking.names import Secrecy, secrecy_of
from harness.core.masking.pairs import mask_text
from harness.core.masking.rules import current, spelled
from harness.core.masking.shapes import plain_numbers
from harness.core.masking.values import mask

SHORTEST = 8  # characters of a token in a path


def mask_query(target: str) -> str:
    """A path or URL whose query is masked by the names of its fields."""
    route, mark, query = target.partition("?")
    route = _behind_names(route)
    if not mark:
        return route
    query, hash_, fragment = query.partition("#")
    return route + mark + mask_form(query) + (hash_ + mask_form(fragment) if hash_ else "")


def _behind_names(route: str) -> str:
    """A path with what stands behind the name of a secret (``/token/…``), where it is long and random."""
    segments = route.split("/")
    for number in range(1, len(segments)):
        value = segments[number]
        if (
            len(value) >= SHORTEST
            and any(map(str.isdigit, value))
            and secrecy_of(segments[number - 1]) is Secrecy.SECRET
        ):
            segments[number] = value if is_masked(value) else digest(value)
    return "/".join(segments)


def mask_target(target: str, template: str = "") -> str:
    """A path or URL as it may be written: its parameters by their names in the template, its query, what is left."""
    return mask_text(mask_query(mask_path(target, template)))


def mask_path(path: str, template: str) -> str:
    """A path whose parameters are masked by their names in the template (``/people/{realName}``)."""
    if "{" not in template:
        return path
    route, mark, query = path.partition("?")
    segments, names = route.split("/"), template.split("/")
    for number in range(1, min(len(segments), len(names)) + 1):  # from the end: a base path may stand before
        name = names[-number]
        if name.startswith("{") and name.endswith("}") and (value := segments[-number]):
            if is_masked(value):
                continue
            said = unquote(value)
            masked = str(mask(said, name=name[1:-1]))
            segments[-number] = value if masked == said else quote(masked, safe="*@:")
    return "/".join(segments) + mark + query


def mask_form(text: str) -> str:
    """As it is where there is nothing to mask."""
    if "=" not in text:
        return text
    fields = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
    # As one object, so that names that are secret only beside others are known; values may repeat.
    names = {name: "" for name, _ in fields}
    hidden = [(name, _masked(names, name, value)) for name, value in fields]
    if hidden == fields:
        return plain_numbers(text)
    return urlencode(hidden, safe="*{}$\0", errors="surrogateescape")


def _masked(names: dict[str, str], name: str, value: str) -> str:
    if is_masked(value):
        return value
    if value and spelled(name) in current().parameters:
        return digest(value)
    if name.lower() == "code" and (
        is_one_time(value) or (len(names) == 1 and value.isdigit() and len(value) >= 4)
    ):
        return digest(value)
    return str(mask({**names, name: value})[name])
