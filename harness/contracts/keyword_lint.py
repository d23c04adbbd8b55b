"""Keywords of schemas that say nothing where they stand, so that what they ask would silently not be checked."""

from __future__ import annotations

from collections.abc import Iterator

from harness.contracts import flaw_words as words
from harness.contracts.dialect import MANY, NAMED, ONE, Version
from harness.contracts.library import DocumentError, Place
from harness.contracts.walk import refers
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


def keywords(schema: Place, version: Version) -> Iterator[DocumentError]:
    """The flaws of one schema; none of them keeps anything from being tested."""
    alone = version == "3.0" and refers(schema)
    for keyword in schema.value:
        if alone and keyword in MEANT - {"type"}:
            yield schema.refuse(words.BESIDE_REF.format(keyword=keyword), keyword)
        elif keyword not in KNOWN and len(keyword) >= SHORTEST and not keyword.startswith("x-"):
            close = nearest(keyword.replace("_", ""), MEANT, alike=0.8)
            if close is not None:
                yield schema.refuse(words.NO_KEYWORD.format(keyword=keyword), keyword, nearest=close)


def is_nullable(schema: Place, version: Version) -> bool:
    """Whether a schema says it where it says nothing."""
    return schema.value.get("nullable") is True and (version != "3.0" or refers(schema))


def nullable_error(schemas: list[Place], version: Version) -> DocumentError:
    """Told once: a generator that writes it does so everywhere."""
    said = words.NULLABLE_BESIDE_REF if version == "3.0" else words.NULLABLE_GONE
    often = words.TIMES.format(count=len(schemas)) if len(schemas) > 1 else ""
    return schemas[0].refuse(said.format(often=often), "nullable")
