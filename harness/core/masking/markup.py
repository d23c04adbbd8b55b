"""HTML and XML: elements named after what they hold, and fields of forms with their values."""

from __future__ import annotations

import re
from html import unescape

from harness.core.masking.digests import digest
from harness.core.masking.named import mask_named
from harness.core.masking.names import Secrecy, reads_like, secrecy_of

_ELEMENT = re.compile(
    r"<((?:[\w-]{1,40}:)?([\w.-]{1,60}))((?:\s[^<>]*)?)>(\s*)(?:<!\[CDATA\[(.{0,4000}?)\]\]>|([^<]{1,4000}?))(\s*)</\1\s*>",
    re.DOTALL,
)
_FIELD = re.compile(
    r"<(?:input|textarea|option|picker|editor|meta|param|field|property|entry|button|data)\b[^<>]{1,4000}>",
    re.IGNORECASE,
)
# A label with its value beside it: rows of a table, lists of terms, views and texts of a mini-program.
_ROW = re.compile(
    r"(<(?P<label>th|td|dt|label|text|view)\b[^<>]{0,200}>\s{0,20}([^<>]{1,60}?)\s{0,20}</(?P=label)>\s{0,20}"
    r"<(?P<cell>td|dd|span|div|p|text|view)\b[^<>]{0,200}>\s{0,20})([^<>]{1,400}?)(?=\s{0,20}</(?P=cell)>)",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_TYPES = {
    "password": Secrecy.SECRET,
    "safe-password": Secrecy.SECRET,
    "tel": Secrecy.PHONE,
    "email": Secrecy.EMAIL,
}
_NAMES = ("name", "id", "key", "property", "field", "autocomplete", "placeholder", "aria-label")
_PASSWORD = re.compile(r"\spassword(?=[\s/>])")  # WXML has it as an attribute of its own


_START = re.compile(r"<((?:[\w-]{1,40}:)?([\w.-]{1,60}))((?:\s[^<>]{0,2000})?)(/?)>")
_TEXT = re.compile(r"(>\s{0,20})([^<>\s][^<>]{0,2000})(?=<)")
_ENTITY = re.compile(r"(<!ENTITY\s{1,9}[\w.-]{1,60}\s{1,9}([\"']))([^\"'<>]{4,2000})(?=\2)")
LONGEST = 4000  # characters of an element that holds others


def _inside(text: str) -> str:
    """Elements and lists of options whose name is secret or personal, and that hold further elements."""
    parts: list[str] = []
    done = 0
    for found in _START.finditer(text):
        if found.start() < done:
            continue
        secrecy = secrecy_of(found[2])
        if found[2].lower() == "select":
            secrecy = _secrecy(dict(_attributes(found[3])))
        if secrecy is Secrecy.NONE:
            continue
        end = -1 if found[4] else text.find(f"</{found[1]}", found.end(), found.end() + LONGEST)
        inner = text[found.start() : end] + "<" if end >= 0 else found[0]
        hidden = _TEXT.sub(lambda m, kind=secrecy: m[1] + mask_named(kind, unescape(m[2])), inner)  # type: ignore[misc]
        hidden = _hide_values(hidden, secrecy) if found[3] else hidden
        parts += (text[done : found.start()], hidden[:-1] if end >= 0 else hidden)
        done = end if end >= 0 else found.end()
    return "".join((*parts, text[done:])) if parts else text


def mask_markup(text: str) -> str:
    """Mask what elements and fields of forms hold; what else is there is text, and masked as that."""
    if "</" in text:
        text = _ELEMENT.sub(_element, text)
        text = _ROW.sub(_row, text)
    if "<!ENTITY" in text:
        text = _ENTITY.sub(lambda m: m[1] + digest(m[3]), text)
    return _FIELD.sub(_field, _inside(text))


def _row(found: re.Match[str]) -> str:
    said = unescape(found[5])
    masked = mask_labelled(found["label"], unescape(found[3]), said)
    return found[0] if masked == said else found[1] + masked


def _element(found: re.Match[str]) -> str:
    secrecy = secrecy_of(found[2])
    if secrecy is Secrecy.NONE:
        secrecy = _secrecy(dict(_attributes(found[3]))) if found[3] else Secrecy.NONE
        if found[2].lower() not in (
            "textarea",
            "field",
            "property",
            "entry",
            "param",
            "string",
            "item",
            "data",
        ):
            return found[0]
    kind = 5 if found[5] is not None else 6
    masked = mask_named(secrecy, unescape(found[kind])) if secrecy is not Secrecy.NONE else found[kind]
    if masked == unescape(found[kind]):
        return found[0]
    return (
        found[0][: found.start(kind) - found.start()] + masked + found[0][found.end(kind) - found.start() :]
    )


def _field(found: re.Match[str]) -> str:
    tag = found[0]
    attributes = dict(_attributes(tag))
    if _PASSWORD.search(tag):
        attributes["password"] = "true"
    secrecy = _secrecy(attributes)
    if secrecy is Secrecy.NONE:
        return tag

    return _hide_values(tag, secrecy)


def _hide_values(tag: str, secrecy: Secrecy) -> str:
    def hide(attribute: re.Match[str]) -> str:
        if attribute[1].lower() not in ("value", "content"):
            return attribute[0]
        said = next(group for group in attribute.groups()[1:] if group is not None)
        masked = mask_named(secrecy, unescape(said))
        return attribute[0] if masked == unescape(said) else f'{attribute[1]}="{masked}"'

    return _ATTRIBUTE.sub(hide, tag)


def _attributes(tag: str) -> list[tuple[str, str]]:
    return [(found[1].lower(), found[2] or found[3] or found[4] or "") for found in _ATTRIBUTE.finditer(tag)]


def _secrecy(attributes: dict[str, str]) -> Secrecy:
    if (known := _TYPES.get(attributes.get("type", "").lower())) is not None:
        return known
    if attributes.get("password", "false") not in ("", "false"):
        return Secrecy.SECRET
    found = (secrecy_of(attributes[name]) for name in _NAMES if name in attributes)
    return next((secrecy for secrecy in found if secrecy is not Secrecy.NONE), Secrecy.NONE)


def mask_field(attributes: dict[str, str], text: str) -> str:
    """What stands in a field of a form that has these attributes, their names in small letters."""
    secrecy = _secrecy(attributes)
    return text if secrecy is Secrecy.NONE else mask_named(secrecy, text)


def mask_labelled(tag: str, label: str, text: str) -> str:
    """What stands beside an element ``tag`` that says ``label``.

    Another label, as in the first row of a table, is no value. Of a mini-program both are texts or views.
    """
    name = label.rstrip(" ：:")
    secrecy = secrecy_of(name)
    if secrecy is Secrecy.NONE or secrecy_of(text) is not Secrecy.NONE:
        return text
    if tag.lower() in ("text", "view") and name == label and not reads_like(secrecy, text):
        return text
    return mask_named(secrecy, text)
