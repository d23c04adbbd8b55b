"""Mini-programs whose pages each show one component of a UI library from npm.

Owns the tables of ``tests/libraries`` (what a page holds and what must be seen on it) and writing them as a
source tree. The libraries come from ``tests/libraries/package.json``; nothing of them is in this repository.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import Any

import yaml

from tests.support.libraries import BESIDE, FOLDER, PACKAGES, library
from tests.support.libraries import LIBRARIES as FOLDERS

# Where libraries have fonts and pictures of theirs; only Vant's icon font is there in the tests.
MAKERS_HOSTS = ("https://at.alicdn.com", "https://tdesign.gtimg.com", "https://img.yzcdn.cn")
# Pages log what their handlers are given; `set` also keeps it, as an app does with a controlled component.
SCRIPT = """%sPage({
  data: %s,
  events: [],
  on(event) {
    this.events.push({ type: event.type, detail: event.detail })
  },
  set(event) {
    this.on(event)
    const { key, of } = event.currentTarget.dataset
    this.setData({ [key]: of === undefined ? event.detail : event.detail[of] })
  },
  seen() {
    return this.events
  },
%s})
"""


@dataclass(frozen=True, slots=True)
class Library:
    """A UI library: its npm package, the prefix of its tags, and where a component's files are in it."""

    name: str
    package: str
    prefix: str
    file: str
    virtual: bool
    """Its components have no node of their own (``virtualHost``)."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What it wants in app.json."""

    @property
    def packages(self) -> tuple[str, ...]:
        """What a project with it has installed."""
        return (self.package,)

    def components(self) -> list[str]:
        """Every component the package holds: each folder with a template of the expected name."""
        home = library(self.package)
        pattern = "*/" + self.file.format("*") + ".wxml"
        names = {path.parent.name for path in home.glob(pattern)}
        return sorted(name for name in names if (home / name / f"{self.file.format(name)}.json").is_file())


class Beside(Library):
    """Packages that are used beside a library: each has a page."""

    @property
    def packages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*BESIDE, *chain(*BESIDE.values())]))

    def components(self) -> list[str]:
        return sorted(BESIDE)


LIBRARIES = {
    "tdesign": Library("tdesign", "tdesign-miniprogram", "t", "{}", True),
    "vant": Library("vant", "@vant/weapp", "van", "index", False),
    "weui": Library("weui", "weui-miniprogram", "mp", "{}", False, {"useExtendedLib": {"weui": True}}),
    "wux": Library("wux", "wux-weapp", "wux", "index", False),
    "lin": Library("lin", "lin-ui", "l", "index", False),
    "beside": Beside("beside", "", "", "", True),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A page for one component. ``drawn`` is seen at once, ``does`` are the steps of its main interaction."""

    component: str
    wxml: str
    data: Mapping[str, Any]
    script: str
    wxss: str
    drawn: Mapping[str, Any]
    does: tuple[Mapping[str, Any], ...]
    imports: str
    """What its script begins with."""
    settings: Mapping[str, Any]
    """What its JSON file holds beside the library's components."""
    files: Mapping[str, str]
    """More files of its folder."""


KEYS = frozenset({"wxml", "data", "script", "wxss", "drawn", "does", "imports", "settings", "files"})


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice: the first value would be looked for no more."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        assert not twice, f"{node.start_mark}: twice {', '.join(twice)}"
        return super().construct_mapping(node, deep)


def load_samples(of: Library) -> dict[str, Sample]:
    """The tables of a library, component → page."""
    samples: dict[str, Sample] = {}
    for table in sorted((FOLDER / of.name).glob("*.yaml")):
        for component, entry in yaml.load(table.read_text("utf-8"), _Loader).items():
            assert component not in samples, f"{component} stands in two tables"
            unknown = entry.keys() - KEYS
            assert not unknown, f"{component}: unknown {', '.join(sorted(unknown))}"
            samples[component] = Sample(
                component=component,
                wxml=entry["wxml"],
                data=entry.get("data", {}),
                script=entry.get("script", ""),
                wxss=entry.get("wxss", ""),
                drawn=entry["drawn"],
                does=tuple(entry.get("does", ())),
                imports=entry.get("imports", ""),
                settings=entry.get("settings", {}),
                files=entry.get("files", {}),
            )
    return samples


@dataclass(frozen=True, slots=True)
class Gap:
    """What is known not to work on a component's page; without steps, the page as a whole."""

    component: str
    because: str
    fails: tuple[Mapping[str, Any], ...]


def load_gaps(of: Library) -> list[Gap]:
    said = yaml.safe_load((FOLDER / "gaps.yaml").read_text("utf-8"))[of.name]
    return [Gap(name, gap["because"], tuple(gap.get("fails", ()))) for name, gap in said.items()]


def write_app(folder: Path, of: Library, samples: Mapping[str, Sample]) -> Path:
    """A mini-program with one page per sample; the library lies in its node_modules, not built."""
    _write(folder, "project.config.json", {"appid": "wx1ibraryfixture00", "miniprogramRoot": "./"})
    _write(folder, "package.json", {"private": True, "dependencies": dict.fromkeys(of.packages, "*")})
    pages = [f"pages/{name}/index" for name in samples]
    app = {"pages": ["pages/start/index", *pages], "sitemapLocation": "sitemap.json", **of.settings}
    _write(folder, "app.json", app)
    _write(folder, "app.js", "App({})\n")
    _write(folder, "app.wxss", "page { background: #f5f5f5; }\n")
    _write(folder, "pages/start/index.js", "Page({})\n")
    _write(folder, "pages/start/index.wxml", f"<view>{of.name}</view>\n")
    for name, sample in samples.items():
        _write_page(folder, f"pages/{name}", of, sample)
    for package in of.packages:
        _install(package, folder / "node_modules")
    return folder


def _write_page(folder: Path, at: str, of: Library, sample: Sample) -> None:
    tags = sorted(set(re.findall(rf"<{of.prefix}-([a-z-]+)", sample.wxml))) if of.prefix else []
    using = {f"{of.prefix}-{tag}": f"{of.package}/{tag}/{of.file.format(tag)}" for tag in tags}
    using |= sample.settings.get("usingComponents", {})
    settings = {"navigationBarTitleText": sample.component, **sample.settings, "usingComponents": using}
    script = "".join(f"  {line}\n" if line else "\n" for line in sample.script.splitlines())
    data = json.dumps(sample.data, ensure_ascii=False)
    _write(folder, f"{at}/index.json", settings)
    _write(folder, f"{at}/index.wxml", sample.wxml)
    _write(folder, f"{at}/index.wxss", sample.wxss)
    _write(folder, f"{at}/index.js", SCRIPT % (sample.imports, data, script))
    for name, content in sample.files.items():
        _write(folder, f"{at}/{name}", content)


def _install(package: str, modules: Path) -> None:
    # Copied, not linked: the simulator reads nothing outside the project's folder.
    if package in FOLDERS:
        shutil.copytree(library(package), modules / package / FOLDERS[package])
        shutil.copy(PACKAGES / package / "package.json", modules / package)
    else:
        shutil.copytree(PACKAGES / package, modules / package)


@contextmanager
def font_server() -> Iterator[str]:
    """Where Vant's icon font is served, which an app loads from the first of ``MAKERS_HOSTS``; npm has it as base64."""
    sheet = (PACKAGES / "@vant" / "icons" / "src" / "encode-woff2.less").read_text("utf-8")
    found = re.search(r"data:font/woff2;charset=utf-8;base64,([^']+)'", sheet)
    assert found is not None
    font = base64.b64decode(found[1])

    class Font(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "font/woff2")
            self.send_header("Content-Length", str(len(font)))
            self.end_headers()
            self.wfile.write(font)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Font)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _write(folder: Path, name: str, content: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text, "utf-8")
