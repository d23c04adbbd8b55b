"""app.json as WeChat DevTools checks it before it starts anything: pages, sub-packages, tab bar, entry page.

What app.json itself says wrongly is refused. A file that it names and that is not there is an error of those who
use it: the app starts without. Each names the line, what to do about it, and the nearest valid value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.text import Text
from harness.simulator.source import words
from harness.simulator.source.json_text import line_of, parse
from harness.simulator.source.source_errors import SourceError

TAB_ITEMS = range(2, 6)
MAX_ICON = 40 * 1024
CUSTOM_TAB_BAR = "custom-tab-bar/index"
Step = str | int
Asset = Callable[[str, str], bytes | None]
"""A file's content by its path in the app, and the place that names it."""


@dataclass(frozen=True, slots=True)
class SubPackage:
    """A part of the app that is loaded on its own; ``root`` without slashes at its ends."""

    root: str
    pages: list[Any]
    at: tuple[Step, ...]


def check_manifest(
    path: Path, files: Mapping[str, str], asset: Asset
) -> tuple[tuple[str, ...], tuple[SourceError, ...]]:
    """The pages of the app at ``path`` (app.json), and what it lacks; UsageError when it cannot start."""
    manifest = _Manifest(path, files, asset)
    return manifest.check(), tuple(manifest.errors)


class _Manifest:
    def __init__(self, path: Path, files: Mapping[str, str], asset: Asset) -> None:
        self._path, self._files, self._asset = path, files, asset
        self._text = files["app.json"]
        self._app = parse(path, self._text)
        self._pages: dict[str, tuple[Step, ...]] = {}
        self.errors: list[SourceError] = []

    def check(self) -> tuple[str, ...]:
        packages = self._packages()
        self._check_roots(packages)
        self._add_pages("", _list(self._app.get("pages")), ("pages",))
        if not self._pages:
            raise self._refuse(words.NO_PAGES, "pages")
        for page, at in self._pages.items():
            for package in packages:
                if page.startswith(package.root + "/"):
                    said = words.IN_SUBPACKAGE.format(page=page, root=package.root)
                    raise self._refuse(said, *at)
        main = set(self._pages)
        for package in packages:
            self._add_pages(package.root + "/", package.pages, (*package.at, "pages"))
        self._check_entry()
        self._check_tab_bar(main)
        if not {"app.js", "app.ts"} & set(self._files):
            raise UsageError(words.NO_APP_JS, where=str(self._path.parent))
        return tuple(self._pages)

    def _packages(self) -> list[SubPackage]:
        key = "subPackages" if "subPackages" in self._app else "subpackages"
        found = []
        for index, given in enumerate(_list(self._app.get(key))):
            at = (key, index)
            if not isinstance(given, dict) or not isinstance(given.get("root"), str):
                raise self._refuse(words.NO_ROOT, *at)
            root = given["root"].strip("/")
            if not root or not any(name.startswith(root + "/") for name in self._files):
                folders = {name.rpartition("/")[0] for name in self._files} - {""}
                said = words.EMPTY_ROOT.format(root=given["root"])
                if not root:
                    raise self._refuse(said, *at, "root", near=nearest(root, folders))
                self._miss(said, *at, "root", near=nearest(root, folders))
            found.append(SubPackage(root, _list(given.get("pages")), at))
        return found

    def _check_roots(self, packages: list[SubPackage]) -> None:
        for package in packages:
            for other in packages:
                if package is not other and (package.root + "/").startswith(other.root + "/"):
                    said = words.NESTED.format(root=package.root, other=other.root)
                    raise self._refuse(said, *package.at, "root")

    def _add_pages(self, prefix: str, pages: list[Any], at: tuple[Step, ...]) -> None:
        for index, name in enumerate(pages):
            if not isinstance(name, str):
                raise self._refuse(words.NO_PATH.format(name=name), *at, index)
            page = prefix + name.removesuffix(".wxml")
            if name.startswith("/"):
                raise self._refuse(words.SLASH.format(name=name), *at, index, near=name[1:])
            if page in self._pages:
                raise self._refuse(words.TWICE.format(page=page), *at, index)
            self._check_files(page, (*at, index))
            self._pages[page] = (*at, index)

    def _check_files(self, page: str, at: tuple[Step, ...]) -> None:
        for endings in ((".wxml",), (".js", ".ts")):
            if not any(page + ending in self._files for ending in endings):
                alike = [name for name in self._files if name.endswith(endings)]
                said = words.NO_PAGE_FILE.format(page=page, file=page + endings[0])
                file = page + endings[0]
                if ".." in page.split("/"):
                    raise self._refuse(said, *at)
                self._miss(said, *at, near=nearest(file, alike), file=file)

    def _check_entry(self) -> None:
        entry = self._app.get("entryPagePath")
        if entry is not None and entry not in self._pages:
            said = words.NO_ENTRY.format(entry=entry)
            raise self._refuse(said, "entryPagePath", near=nearest(str(entry), self._pages))

    def _check_tab_bar(self, main: set[str]) -> None:
        bar = self._app.get("tabBar")
        if bar is None:
            return
        items = _list(bar.get("list")) if isinstance(bar, dict) else []
        if len(items) not in TAB_ITEMS:
            least, most = TAB_ITEMS.start, TAB_ITEMS.stop - 1
            said = words.TAB_COUNT.format(least=least, most=most, count=len(items))
            raise self._refuse(said, "tabBar", "list")
        seen: set[str] = set()
        for index, item in enumerate(items):
            at = ("tabBar", "list", index)
            page = item.get("pagePath") if isinstance(item, dict) else None
            if not isinstance(page, str):
                raise self._refuse(words.NO_PAGE_PATH, *at)
            if page in seen:
                raise self._refuse(words.TAB_TWICE.format(page=page), *at, "pagePath")
            if page not in main:
                said = words.TAB_IN_SUBPACKAGE if page in self._pages else words.TAB_NO_PAGE
                raise self._refuse(said.format(page=page), *at, "pagePath", near=nearest(page, main))
            seen.add(page)
            self._check_tab(item, at, custom=bar.get("custom") is True)
        if bar.get("custom") is True and f"{CUSTOM_TAB_BAR}.wxml" not in self._files:
            said = words.NO_CUSTOM.format(file=f"{CUSTOM_TAB_BAR}.wxml")
            self._miss(said, "tabBar", "custom")

    def _check_tab(self, item: Mapping[str, Any], at: tuple[Step, ...], *, custom: bool) -> None:
        if not isinstance(item.get("text"), str) and not custom:
            self._miss(words.NO_TEXT.format(page=item["pagePath"]), *at)
        for name in ("iconPath", "selectedIconPath"):
            icon = item.get(name)
            if not isinstance(icon, str) or icon.startswith("@"):
                continue
            content = self._asset(icon, self._place(*at, name))
            if content is None:
                said = words.NO_ICON.format(key=name, icon=icon)
                self._miss(said, *at, name, near=self._image(icon))
            elif len(content) > MAX_ICON:
                said = words.LARGE_ICON.format(key=name, icon=icon, size=len(content) // 1024)
                self._miss(said, *at, name)

    def _image(self, wanted: str) -> str | None:
        root = self._path.parent
        pictures = (path for ending in ("png", "jpg", "jpeg") for path in root.rglob(f"*.{ending}"))
        return nearest(wanted, (path.relative_to(root).as_posix() for path in pictures))

    def _refuse(self, message: Text, *at: Step, near: str | None = None) -> UsageError:
        return UsageError(message, where=self._place(*at), nearest=near)

    def _miss(self, message: Text, *at: Step, near: str | None = None, file: str = "app.json") -> None:
        said = UsageError(message, nearest=near).text
        self.errors.append(SourceError("app.json", line_of(self._text, *at), said, file))

    def _place(self, *at: Step) -> str:
        return f"{self._path}:{line_of(self._text, *at)}"


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
