"""Elements of a mini-program: a locator to a selector as Minium takes it, CSS where it can be and else XPath.

CSS is what DevTools finds by most reliably; texts, and elements inside others that are looked for by text, need XPath.
"""

from __future__ import annotations

import json
import re

from harness.core.errors import UsageError
from harness.core.text import Text
from harness.platforms.locators import Element, Locator, there

NO_FRAME = Text(zh="小程序没有 iframe：去掉 frame", en="a mini-program has no iframes: leave out frame")
NO_XPATH = Text(
    zh="{css}：这样的 CSS 不能与 text、has_text 或 xpath 组合，请改用 xpath",
    en="{css}: CSS like this cannot be combined with text, has_text or xpath; use xpath",
)
# Compound selectors of a tag, ids, classes and attributes, with descendants and children.
SIMPLE = re.compile(r"(?P<tag>[\w-]+|\*)?(?P<rest>(?:[#.][\w-]+|\[[\w-]+(?:=(?:\"[^\"]*\"|'[^']*'))?\])*)")
PIECES = re.compile(
    r"#(?P<id>[\w-]+)|\.(?P<cls>[\w-]+)|\[(?P<attr>[\w-]+)(?:=(?P<value>\"[^\"]*\"|'[^']*'))?\]"
)


def selector(element: Element) -> str:
    """What ``Page.get_elements`` of Minium takes. UsageError for what a mini-program has not."""
    if isinstance(element, str):
        return element
    if element.frame is not None:
        raise UsageError(NO_FRAME)
    css = _css(element)
    return css if css is not None else _xpath(element)


def _css(element: Locator) -> str | None:
    """None where no CSS says it."""
    outer = element.within
    if element.has_text is not None or (outer is not None and (outer.nth is not None or _css(outer) is None)):
        return None
    match element.way:
        case "test_id":
            own: str | None = f"[data-testid={json.dumps(element.test_id, ensure_ascii=False)}]"
        case "id":
            own = f"#{element.id}"
        case "data":
            own = "".join(_attribute(f"data-{name}", value) for name, value in (element.data or {}).items())
        case "css":
            own = element.css
        case "role" if element.name is None:
            own = _attribute("role", element.role)
        case "label" if element.exact:
            own = _attribute("aria-label", element.label)
        case "placeholder" if element.exact:
            own = _attribute("placeholder", element.placeholder)
        case _:
            own = None
    if own is None or element.within is None:
        return own
    return f"{_css(element.within)} {own}"


def _attribute(name: str, value: str | None) -> str:
    return f"[{name}={json.dumps(value, ensure_ascii=False)}]"


def _xpath(element: Locator) -> str:
    outer = ""
    if element.within is not None:
        outer = _xpath(element.within)
        if (nth := element.within.nth) is not None:
            outer = f"({outer})[{nth + 1 if nth >= 0 else f'last() - {-nth - 1}'}]"
    own = _own_xpath(element)
    if element.has_text is not None:
        own += f"[contains(normalize-space(.), {_literal(element.has_text)})]"
    return outer + own


def _own_xpath(element: Locator) -> str:
    match element.way:
        case "text":
            if element.exact:
                holds = f"normalize-space(.) = {_literal(element.text)}"
            else:
                holds = f"contains(normalize-space(.), {_literal(element.text)})"
            return f"//*[{holds} and not(*[{holds}])]"
        case "xpath":
            return element.xpath or ""
        case "label" | "placeholder" as way:
            name, value = {"label": "aria-label"}.get(way, way), _literal(getattr(element, way))
            return f"//*[@{name} = {value}]" if element.exact else f"//*[contains(@{name}, {value})]"
        case "role":
            name = _literal(element.name)
            named = f"contains(@aria-label, {name}) or contains(normalize-space(.), {name})"
            return f"//*[@role = {_literal(element.role)}]" + ("" if element.name is None else f"[{named}]")
        case _:
            return _xpath_of_css(_css(element.model_copy(update={"within": None, "has_text": None})) or "")


def _xpath_of_css(css: str) -> str:
    """UsageError for CSS beyond tags, ids, classes, attributes, descendants and children."""
    path = ""
    for step in re.split(r"\s*(>)\s*|\s+", css.strip()):
        if step is None:
            continue
        if step == ">":
            path += "/"
            continue
        found = SIMPLE.fullmatch(step)
        if found is None:
            raise UsageError(NO_XPATH.format(css=css))
        path += ("" if path.endswith("/") else "//") + (found["tag"] or "*")
        for piece in PIECES.finditer(found["rest"]):
            if piece["id"]:
                path += f"[@id = {_literal(piece['id'])}]"
            elif piece["cls"]:
                path += f"[contains(concat(' ', normalize-space(@class), ' '), ' {piece['cls']} ')]"
            elif piece["value"]:
                path += f"[@{piece['attr']} = {piece['value']}]"
            else:
                path += f"[@{piece['attr']}]"
    return path


def _literal(text: str | None) -> str:
    """A string of XPath 1.0, which has no escapes (XPath 1.0, 3.7)."""
    text = text or ""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return "concat(" + ", '\"', ".join(f'"{part}"' for part in text.split('"')) + ")"


def instead(wxml: str, element: Element) -> Text:
    """What a page has of the kind that is looked for, of its WXML."""
    if isinstance(element, str):
        attribute = {"#": "id", ".": "class", "[": "data"}.get(element[:1], "text")
        wanted = element.lstrip("#.")
    else:
        attribute = {"label": "aria-label", "test_id": "data", "css": "class", "xpath": "text"}.get(
            element.way, element.way
        )
        wanted = str(element.name or getattr(element, element.way))
    if attribute == "text":
        return there(wanted, [line.strip() for line in wxml.splitlines() if not line.strip().startswith("<")])
    if attribute == "data":
        return there(wanted, re.findall(r'data-[\w-]+="[^"]*"', wxml))
    found = re.findall(rf' {attribute}="([^"]*)"', wxml)
    return there(
        wanted, [name for each in found for name in (each.split() if attribute == "class" else [each])]
    )
