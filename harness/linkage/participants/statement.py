"""SQL in a linkage contract: one SELECT statement whose parameters are expressions, ``:same``, ``:product.id``."""

from __future__ import annotations

import re

from harness.core.errors import UsageError
from harness.core.text import Text

QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|--[^\n]*|/\*.*?\*/"
# Not '::', with which PostgreSQL casts.
PARAMETER = r"(?<![:\w\\]):(?P<name>[A-Za-z_][\w-]*)(?:\.(?P<part>[A-Za-z_][\w-]*))?"
PARTS = re.compile(rf"(?P<quoted>{QUOTED})|{PARAMETER}", re.DOTALL)
WRITES = re.compile(
    r"\b(insert|update|delete|merge|drop|alter|create|truncate|into|exec|execute|grant|revoke|attach|pragma)\b",
    re.IGNORECASE,
)

ONE_SELECT = Text(
    zh="'sql' 是一条 SELECT 语句：数据库只读", en="'sql' is one SELECT statement: databases are only read"
)
ONLY_READS = Text(
    zh="'sql' 只读取，而 {word!r} 不是；同名的列请加引号",
    en="'sql' only reads, and {word!r} does not; a column of that name is put in quotes",
)


def parameters(sql: str) -> list[tuple[str, str | None]]:
    """The expressions in a statement, as ``(name, field)``, each once."""
    found = [(match["name"], match["part"]) for match in PARTS.finditer(sql) if not match["quoted"]]
    return list(dict.fromkeys(found))


def bound_name(name: str, part: str | None) -> str:
    """The name of a parameter as databases take it: that of ``product.id`` is ``product_id_``."""
    return (name if part is None else f"{name}_{part}_").replace("-", "_")


def statement(sql: str) -> str:
    """The statement as SQLAlchemy's ``text`` takes it."""

    def replace(match: re.Match[str]) -> str:
        if match["quoted"]:
            return match["quoted"].replace(":", "\\:")
        return f":{bound_name(match['name'], match['part'])}"

    return PARTS.sub(replace, sql)


def require_select(sql: str) -> None:
    """UsageError for what is not one SELECT statement."""
    bare = re.sub(QUOTED, " ", sql, flags=re.DOTALL).strip().rstrip(";").strip()
    if not re.match(r"(select|with)\b", bare, re.IGNORECASE) or ";" in bare:
        raise UsageError(ONE_SELECT)
    if (word := WRITES.search(bare)) is not None:
        raise UsageError(ONLY_READS.format(word=word[0]))
