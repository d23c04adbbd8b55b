"""Page objects: the address of a page and its named parts, written once in ``scenarios/pages/PLATFORM.yaml``.

Owns the file and what people do with parts by name. How an element is found is the session's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.core.errors import Evidence, Explained, PageFault, UsageError
from harness.core.masking import mask_text
from harness.core.nearest import ANY, nearest
from harness.core.platforms import Platform, Platforms
from harness.core.polling import in_time
from harness.core.records import compose, line_of
from harness.core.text import Text, text_of
from harness.core.validation import UNKNOWN_KEY, first_invalid, unknown
from harness.core.yaml_core import construct
from harness.platforms.addresses import filled
from harness.platforms.locators import Element, Locator

FOLDER = "pages"  # in the folder of the scenarios
SHOWN = 5  # rows in a message

NO_PLATFORM = Text(
    zh="文件名必须是一个端的名称，而不是 {name!r}", en="the file's name must be a platform's, not {name!r}"
)
NO_PAGES = Text(zh="文件必须是页面名称和页面内容", en="the file must be names of pages with what they are")
NO_FILE = Text(
    zh="{platform} 没有页面对象：请写 {file}", en="there are no page objects for {platform}: write {file}"
)
NO_PAGE = Text(zh="{file} 中没有页面 {name!r}", en="{file} has no page {name!r}")
NO_PART = Text(
    zh="{file} 的页面 {page!r} 没有部分 {name!r}", en="the page {page!r} of {file} has no part {name!r}"
)
NO_CELLS = Text(
    zh="{file} 的 {page}.{name} 不是行：请为它写 cells",
    en="{page}.{name} of {file} is of no rows: give it cells",
)
NO_VALUE = Text(zh="页面 {page!r} 的地址需要 {name!r}", en="the address of the page {page!r} needs {name!r}")
READING_ROWS = Text(zh="读取 '{name}' 的各行", en="reading the rows '{name}'")
THE_LAST_STEP = Text(zh="上一步", en="the last step")
OPENS = Text(zh="打开{platform}页面「{page}」", en="opens the page “{page}” of the {platform}")
ARRIVES = Text(zh="来到{platform}页面「{page}」", en="comes to the page “{page}” of the {platform}")
TAPS = Text(
    zh="在{platform}页面「{page}」点击「{part}」",
    en="presses “{part}” on the page “{page}” of the {platform}",
)
FILLS = Text(
    zh="在{platform}页面「{page}」填写「{part}」",
    en="fills in “{part}” on the page “{page}” of the {platform}",
)
LOOKS = Text(
    zh="在{platform}页面「{page}」查看「{part}」",
    en="looks at “{part}” on the page “{page}” of the {platform}",
)
NO_ROW = Text(
    zh="页面 {where} 的 '{name}' 中没有 {wanted} 的行", en="No row of '{name}' on {where} has {wanted}"
)
NAMED = Text(
    zh="它是 {file} 中页面「{page}」的「{part}」", en="it is “{part}” of the page “{page}” in {file}"
)
OTHER_TEXT = Text(zh="页面 {where} 的 '{name}' 不是预期的文字", en="'{name}' on {where} has another text")
THESE_ROWS = Text(zh="有 {count} 行：{rows}", en="{count} rows: {rows}")


class Part(Locator):
    """A named part; with ``cells`` it is the rows of a list or table."""

    cells: dict[str, Locator] = Field(
        default_factory=dict, description="in each row, by name; the part itself then finds all rows"
    )


class Page(BaseModel):
    """``address`` is a path as the session opens it; ``{name}`` in it is filled in when it is opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = Field(min_length=1)
    ready: str | None = Field(default=None, description="the part that is to be seen once the page is there")
    parts: dict[str, Part] = Field(default_factory=dict)


class PageSession(Protocol):
    """What page objects need of a session."""

    @property
    def platform(self) -> str: ...
    @property
    def about(self) -> Platform: ...
    @property
    def settings(self) -> Any: ...
    def open(self, path: str) -> None: ...
    def arrive(self, path: str, *, after: Text) -> None: ...
    def where(self) -> str: ...
    def tap(self, element: Element) -> None: ...
    def fill(self, element: Element, value: str) -> None: ...
    def choose(self, element: Element, option: str) -> None: ...
    def see(self, element: Element) -> None: ...
    def text(self, element: Element) -> str: ...
    def text_now(self, element: Element) -> str | None: ...
    def texts_of(self, element: Element) -> list[str]: ...
    def settle(self) -> None: ...
    def wait_until(self, condition: Callable[[], bool]) -> bool: ...
    def value(self, element: Element) -> str: ...
    def scroll_to(self, element: Element) -> None: ...


def _no_step(_: Text) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass(frozen=True, slots=True)
class Pages:
    """The page objects of a project, by platform and name."""

    folder: Path
    of: Mapping[str, Mapping[str, Page]] = field(default_factory=dict)

    def page(
        self,
        name: str,
        session: PageSession,
        step: Callable[[Text], AbstractContextManager[None]] = _no_step,
    ) -> PageObject:
        """The page called ``name`` as the session's platform has it. UsageError with the nearest name."""
        file = self.folder / f"{session.platform}.yaml"
        if session.platform not in self.of:
            raise UsageError(NO_FILE.format(platform=session.platform, file=_short(file)))
        pages = self.of[session.platform]
        if name not in pages:
            near = nearest(name, pages, alike=ANY)
            raise UsageError(NO_PAGE.format(file=_short(file), name=name), nearest=near)
        return PageObject(name, pages[name], session, file, step)


def load(folder: Path, platforms: Platforms) -> Pages:
    """Those of ``folder``, a file for each of ``platforms``. UsageError with file, line and nearest word."""
    found: dict[str, dict[str, Page]] = {}
    for file in sorted(folder.glob("*.yaml")):
        if file.stem not in platforms:
            near = nearest(file.stem, platforms.names, alike=ANY)
            raise UsageError(NO_PLATFORM.format(name=file.stem), where=str(file), nearest=near)
        found[file.stem] = _read(file)
    return Pages(folder, found)


def _read(file: Path) -> dict[str, Page]:
    root = compose(file)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise UsageError(NO_PAGES, where=f"{file}:1")
    pages: dict[str, Page] = {}
    for name, said in construct(root).items():
        try:
            page = Page.model_validate(said)
        except ValidationError as error:
            first = first_invalid(error)
            where = f"{file}:{line_of(root, (name, *first.keys))}"
            if first.kind == UNKNOWN_KEY:
                known = Page.model_fields if len(first.keys) == 1 else Part.model_fields
                near = nearest(first.keys[-1], known)
                raise UsageError(
                    unknown(f"{name}.{first.place}", near, known), where=where, nearest=near
                ) from None
            raise UsageError(first.said_of(".".join((name, *first.keys))), where=where) from None
        if page.ready is not None and page.ready not in page.parts:
            raise UsageError(
                NO_PART.format(file=_short(file), page=name, name=page.ready),
                where=f"{file}:{line_of(root, (name, 'ready'))}",
                nearest=nearest(page.ready, page.parts, alike=ANY),
            )
        pages[name] = page
    return pages


@dataclass(frozen=True, slots=True)
class PageObject:
    """One page in front of one person; parts are named as the file names them."""

    name: str
    about: Page
    session: PageSession
    file: Path
    step: Callable[[Text], AbstractContextManager[None]] = field(default=_no_step, repr=False)
    """What a verb is done in: a step of a scenario, where it is not part of one already."""

    def part(self, name: str) -> Part:
        """UsageError with the nearest name."""
        if name not in self.about.parts:
            raise UsageError(
                NO_PART.format(file=_short(self.file), page=self.name, name=name),
                nearest=nearest(name, self.about.parts, alike=ANY),
            )
        return self.about.parts[name]

    def open(self, **values: object) -> None:
        """Go there by its address, whose ``{name}`` are filled with ``values``, and wait until it is ready."""
        try:
            address = filled(self.about.address, values)
        except KeyError as error:
            raise UsageError(NO_VALUE.format(page=self.name, name=error.args[0])) from None
        with self._step(OPENS):
            self.session.open(address)
            self._ready()

    def arrive(self, *, after: Text | str = THE_LAST_STEP) -> None:
        """Wait until the person is there; ``after`` says what should have brought them there."""
        with self._step(ARRIVES):
            self.session.arrive(self.about.address, after=text_of(after))
            self._ready()

    def tap(self, part: str) -> None:
        with self._step(TAPS, part):
            self.session.tap(self.part(part))

    def fill(self, part: str, value: str) -> None:
        with self._step(FILLS, part):
            self.session.fill(self.part(part), value)

    def choose(self, part: str, option: str) -> None:
        with self._step(FILLS, part):
            self.session.choose(self.part(part), option)

    def see(self, part: str, text: str | None = None) -> None:
        """Wait until a part is to be seen, and has this text if one is given. PageFault with what was seen last."""
        with self._step(LOOKS, part):
            its = self.part(part)
            self.session.see(its)
            if text is None:
                return
            if not self.session.wait_until(lambda: self.session.text_now(its) == text):
                raise PageFault(
                    OTHER_TEXT.format(where=self.session.where(), name=part),
                    Evidence(
                        platform=self.session.platform,
                        expected=in_time(text_of(text), self.session.settings.patience),
                        seen=text_of(mask_text(str(self.session.text_now(its)))),
                    ),
                )

    def scroll_to(self, part: str) -> None:
        with self._step(LOOKS, part):
            self.session.scroll_to(self.part(part))

    def text(self, part: str) -> str:
        with self._step(LOOKS, part):
            return self.session.text(self.part(part))

    def text_now(self, part: str) -> str | None:
        with self._step(LOOKS, part):
            return self.session.text_now(self.part(part))

    def value(self, part: str) -> str:
        with self._step(LOOKS, part):
            return self.session.value(self.part(part))

    def rows(self, part: str) -> list[dict[str, str]]:
        """The texts of the cells of each row, once the page loads no more."""
        its = self._rows_part(part)
        with self._step(LOOKS, part):
            self.session.settle()
            return self._rows(its)

    def _rows(self, its: Part) -> list[dict[str, str]]:
        count = len(self.session.texts_of(its))
        return [
            {
                name: next(iter(self.session.texts_of(_inside(cell, _nth(its, at)))), "")
                for name, cell in its.cells.items()
            }
            for at in range(count)
        ]

    def row(self, part: str, **cells: str) -> RowObject:
        """The first row whose cells have these texts, once it is there. PageFault with the rows that are."""
        its = self._rows_part(part)
        self.require_cells(part, its, cells)
        with self._step(LOOKS, part):
            self.find_row(part, cells)
        return RowObject(self, part, cells)

    def find_row(self, part: str, cells: Mapping[str, str]) -> Locator:
        """The first row whose cells have these texts, as it is now. PageFault with the rows that are there."""
        its, seen = self._rows_part(part), list[dict[str, str]]()

        def look() -> bool:
            seen[:] = self._rows(its)
            return _index(seen, cells) is not None

        self.session.wait_until(look)
        at = _index(seen, cells)
        if at is None:
            wanted = ", ".join(f"{name} = {value}" for name, value in cells.items())
            shown = "; ".join(" | ".join(row.values()) for row in seen[:SHOWN])
            raise PageFault(
                NO_ROW.format(where=self.session.where(), name=part, wanted=wanted),
                Evidence(
                    platform=self.session.platform,
                    expected=in_time(text_of(wanted), self.session.settings.patience),
                    seen=THESE_ROWS.format(count=len(seen), rows=mask_text(shown)),
                ),
            )
        return _nth(its, at)

    @contextmanager
    def _step(self, words: Text, part: str = "") -> Iterator[None]:
        with self.step(words.format(platform=self.session.about.title, page=self.name, part=part)):
            try:
                yield
            except Explained as fault:
                if part:
                    fault.add(NAMED.format(part=part, page=self.name, file=_short(self.file)))
                raise

    def _ready(self) -> None:
        if self.about.ready is not None:
            its = self.part(self.about.ready)
            self.session.see(its.model_copy(update={"nth": 0}) if its.cells else its)

    def _rows_part(self, name: str) -> Part:
        part = self.part(name)
        if not part.cells:
            raise UsageError(NO_CELLS.format(file=_short(self.file), page=self.name, name=name))
        return part

    def require_cells(self, part: str, its: Part, names: Iterable[str]) -> None:
        """UsageError for a cell that the rows have not."""
        for name in names:
            if name not in its.cells:
                raise UsageError(
                    NO_PART.format(file=_short(self.file), page=f"{self.name}.{part}", name=name),
                    nearest=nearest(name, its.cells, alike=ANY),
                )


@dataclass(frozen=True, slots=True)
class RowObject:
    """The row of a list or table whose ``cells`` have these texts: looked for anew each time, since rows move."""

    page: PageObject
    part: str
    cells: Mapping[str, str]

    def cell(self, name: str) -> Locator:
        """UsageError with the nearest name, PageFault where no row has the texts any more."""
        its = self.page.part(self.part)
        self.page.require_cells(self.part, its, (name,))
        return _inside(its.cells[name], self.page.find_row(self.part, self.cells))

    def text(self, cell: str) -> str:
        with self.page._step(LOOKS, f"{self.part}.{cell}"):
            return self.page.session.text(self.cell(cell))

    def tap(self, cell: str) -> None:
        with self.page._step(TAPS, f"{self.part}.{cell}"):
            self.page.session.tap(self.cell(cell))


def _nth(rows: Part, at: int) -> Locator:
    own = Locator.model_validate(rows.model_dump(exclude={"cells"}, exclude_none=True))
    return own.model_copy(update={"nth": at})


def _inside(cell: Locator, row: Locator) -> Locator:
    """A cell, and what it is itself to be in, in its row."""
    outer = row if cell.within is None else _inside(cell.within, row)
    return cell.model_copy(update={"within": outer})


def _index(rows: list[dict[str, str]], cells: Mapping[str, str]) -> int | None:
    for at, row in enumerate(rows):
        if all(re.sub(r"\s+", " ", row[name]) == value for name, value in cells.items()):
            return at
    return None


def _short(file: Path) -> str:
    """The file as the project names it: ``scenarios/pages/website.yaml``."""
    return "/".join(file.parts[-3:])
