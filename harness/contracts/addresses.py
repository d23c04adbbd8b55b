"""What a path of a document asks of the target of a request, and how it is written in one.

OpenAPI has no query in a path. Where one front controller serves everything, exports have it all the same
(``/index.php?r=order/list``): it tells the operations apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from harness.contracts.raw_values import RawValues

VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Query:
    """The pairs that a request must have; of a name without a value any one will do."""

    pairs: tuple[tuple[str, str | None], ...] = ()

    @property
    def extent(self) -> tuple[int, int]:
        """How much it asks for: values before names of which any value will do."""
        return sum(wanted is not None for _, wanted in self.pairs), len(self.pairs)

    def admits(self, values: RawValues) -> bool:
        return all(
            name in values and (wanted is None or any(_decoded(value) == wanted for value in values[name]))
            for name, wanted in self.pairs
        )


def query_of(template: str) -> Query:
    """What a path template asks of a request's query."""
    pairs = []
    for name, value in _pairs(template):
        wanted = None if value is None or VARIABLE.search(value) else _decoded(value)
        pairs.append((_decoded(name), wanted))
    return Query(tuple(pairs))


def query_variables(template: str) -> dict[str, str]:
    """What is the whole value of a query parameter: the name of that by the name of the variable."""
    found = {name: VARIABLE.fullmatch(value or "") for name, value in _pairs(template)}
    return {variable[1]: _decoded(name) for name, variable in found.items() if variable}


def sent(template: str) -> str:
    """The template as requests have it: without what only parameters fill."""
    path = template.partition("?")[0]
    fixed = [
        name if value is None else f"{name}={value}"
        for name, value in _pairs(template)
        if value is None or not VARIABLE.search(value)
    ]
    return f"{path}?{'&'.join(fixed)}" if fixed else path


def with_query(path: str, query: str) -> str:
    """A path, which may have a query already, with more of it."""
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


def _pairs(template: str) -> list[tuple[str, str | None]]:
    found = []
    for pair in template.partition("?")[2].split("&"):
        name, equals, value = pair.partition("=")
        if name:
            found.append((name, value if equals else None))
    return found


def _decoded(text: str) -> str:
    return unquote(text.replace("+", "%20"))
