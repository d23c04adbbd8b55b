"""Elements of a website: a locator to Playwright's, and what a page has where it has not what is looked for."""

from __future__ import annotations

import json
from typing import Any

from harness.core.text import Text
from harness.platforms.locators import Element, Locator, there

TEST_ID = "data-testid"
# What elements of a page are called, by the way they are looked for. Playwright's aria snapshot would do for roles,
# and says nothing of placeholders and test ids.
NAMES = """([way, attribute]) => {
  const seen = (node) => node.checkVisibility?.({ visibilityProperty: true }) ?? true
  const short = (text) => (text ?? '').replace(/\\s+/g, ' ').trim().slice(0, 80)
  const all = (selector, name) => [...document.querySelectorAll(selector)].filter(seen).map(name).filter(Boolean)
  switch (way) {
    case 'label':
      return [
        ...all('label', (node) => short(node.textContent)), ...all('[aria-label]', (node) => short(node.ariaLabel)),
      ]
    case 'placeholder':
      return all('[placeholder]', (node) => short(node.placeholder))
    case 'test_id':
      return all(`[${attribute}]`, (node) => node.getAttribute(attribute))
    case 'id':
      return all('[id]', (node) => node.id)
    case 'data':
      return all('*', (node) => [...node.attributes].filter((each) => each.name.startsWith('data-'))
        .map((each) => `${each.name}="${each.value}"`).join(' '))
    default:
      return all('body *', (node) => node.children.length === 0 ? short(node.textContent) : '')
  }
}"""


def find(page: Any, element: Element, test_id_attribute: str = TEST_ID) -> Any:
    """Playwright's locator of an element."""
    if isinstance(element, str):
        return _by_test_id(page, element, test_id_attribute)
    base = page.frame_locator(element.frame) if element.frame else page
    if element.within is not None:
        base = find(base, element.within, test_id_attribute)
    found = _by_way(base, element, test_id_attribute)
    if element.has_text is not None:
        found = found.filter(has_text=element.has_text)
    return found if element.nth is None else found.nth(element.nth)


def _by_way(base: Any, element: Locator, test_id_attribute: str) -> Any:
    exact = element.exact
    match element.way:
        case "role":
            return base.get_by_role(element.role, name=element.name, exact=exact)
        case "label":
            return base.get_by_label(element.label, exact=exact)
        case "text":
            return base.get_by_text(element.text, exact=exact)
        case "placeholder":
            return base.get_by_placeholder(element.placeholder, exact=exact)
        case "test_id":
            return _by_test_id(base, element.test_id or "", test_id_attribute)
        case "id":
            return base.locator(f"[id={json.dumps(element.id)}]")
        case "data":
            pairs = (element.data or {}).items()
            return base.locator("".join(f"[data-{name}={json.dumps(value)}]" for name, value in pairs))
        case "css":
            return base.locator(f"css={element.css}")
        case _:
            return base.locator(f"xpath={element.xpath}")


def _by_test_id(base: Any, value: str, attribute: str) -> Any:
    """Playwright's own attribute is one for all pages of a process: another is looked for by CSS."""
    return (
        base.get_by_test_id(value)
        if attribute == TEST_ID
        else base.locator(f"[{attribute}={json.dumps(value)}]")
    )


def instead(page: Any, element: Element, test_id_attribute: str = TEST_ID) -> Text:
    """What the page has of the kind that is looked for, the most alike first; masked."""
    locator = element if isinstance(element, Locator) else Locator(test_id=element)
    while locator.within is not None and find(page, locator.within, test_id_attribute).count() == 0:
        locator = locator.within  # what it is to be in is not there either
    if locator.way == "role":
        wanted, names = locator.name or "", _roles(page, locator.role or "")
    else:
        wanted = str(getattr(locator, locator.way))
        names = page.evaluate(NAMES, [locator.way, test_id_attribute])
    return there(wanted, names)


def _roles(page: Any, role: str) -> list[str]:
    """The names of all elements with a role; where there is none, roles with their names."""
    lines = [line.strip().removeprefix("- ") for line in page.locator("body").aria_snapshot().splitlines()]
    same = [
        line.removeprefix(f"{role} ").rstrip(":").strip('"')
        for line in lines
        if line.split(" ")[0].rstrip(":") == role
    ]
    return same or [line.rstrip(":") for line in lines if '"' in line]
