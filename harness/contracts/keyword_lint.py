"""Keywords of schemas that say nothing where they stand, so that what they ask would silently not be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.contracts import flaw_words as words
from harness.contracts.dialect import MANY, NAMED, ONE, Version
from harness.contracts.library import DocumentError, Place
from harness.contracts.walk import Kind, refers
from harness.core.nearest import nearest

ASKING = frozenset(
    "multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems "
    "uniqueItems maxProperties minProperties required enum const maxContains minContains dependentRequired".split()
)
MEANT = ASKING | ONE | MANY | NAMED | {"type", "format"}
KNOWN = MEANT | frozenset(
    "title description default nullable discriminator readOnly writeOnly xml externalDocs example "
    "examples deprecated contentEncoding contentMediaType dependencies $ref $id $schema $anchor $comment "
    "$dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $vocabulary id".split()
)
SHORTEST = 5  # letters of a name that is taken for a slip


def keywords(reached: Iterable[tuple[Place, Kind]], version: Version) -> Iterator[DocumentError]:
    """The flaws of all schemas among what is reached; none of them keeps anything from being tested."""
    schemas = [place for place, kind in reached if kind == "schema"]
    yield from _nullable(schemas, version)
    for place in schemas:
        alone = version == "3.0" and refers(place)
        for keyword in place.value:
            if alone and keyword in MEANT - {"type"}:
                yield place.refuse(words.BESIDE_REF.format(keyword=keyword), keyword)
            elif keyword not in KNOWN and len(keyword) >= SHORTEST and not keyword.startswith("x-"):
                close = nearest(keyword.replace("_", ""), MEANT, alike=0.8)
                if close is not None:
                    yield place.refuse(words.NO_KEYWORD.format(keyword=keyword), keyword, nearest=close)


def _nullable(schemas: list[Place], version: Version) -> Iterator[DocumentError]:
    """Told once: a generator that writes it does so everywhere."""
    found = [place for place in schemas if place.value.get("nullable") is True]
    if version == "3.0":
        found = [place for place in found if refers(place)]
    if found:
        said = words.NULLABLE_BESIDE_REF if version == "3.0" else words.NULLABLE_GONE
        often = words.TIMES.format(count=len(found)) if len(found) > 1 else ""
        yield found[0].refuse(said.format(often=often), "nullable")
