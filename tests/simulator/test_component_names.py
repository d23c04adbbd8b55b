"""The components the platform publishes, against those of the page runtime: each is there, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import harness.simulator

BUILTINS = Path(harness.simulator.__file__).parent / "runtime" / "src" / "builtins"

# The component reference of the platform's documentation, by its chapters.
PUBLISHED = {
    *("cover-image", "cover-view", "match-media", "movable-area", "movable-view", "page-container"),
    *("root-portal", "scroll-view", "swiper", "swiper-item", "view"),
    *("draggable-sheet", "grid-builder", "grid-view", "list-builder", "list-view", "nested-scroll-body"),
    *("nested-scroll-header", "open-container", "share-element", "snapshot", "span", "sticky-header"),
    *("sticky-section",),
    *("icon", "progress", "rich-text", "selection", "text"),
    *("button", "checkbox", "checkbox-group", "editor", "editor-portal", "form", "input"),
    *("keyboard-accessory", "label", "picker", "picker-view", "picker-view-column", "radio", "radio-group"),
    *("slider", "switch", "textarea"),
    *("functional-page-navigator", "navigator"),
    *("animation-video", "audio", "camera", "channel-live", "channel-video", "image", "live-player"),
    *("live-pusher", "video", "voip-room"),
    *("map", "canvas", "web-view", "ad", "ad-custom", "official-account", "official-account-publish"),
    *("open-data", "open-data-list", "open-data-item", "store-home", "store-product", "xr-scene"),
    *("page-meta", "navigation-bar"),
}


def tags_in(name: str) -> list[str]:
    text = (BUILTINS / "native.ts").read_text("utf-8")
    found = re.search(rf"{name}[^=]*= \[(.*?)\]", text, re.DOTALL)
    assert found, f"native.ts has no {name}"
    return re.findall(r"'([a-z0-9-]+)'", found.group(1))


def declared() -> list[str]:
    return [
        tag
        for path in sorted(BUILTINS.glob("*.ts"))
        for tag in re.findall(r"^  tag: '([a-z-]+)'", path.read_text("utf-8"), re.MULTILINE)
    ]


def test_every_published_component_is_there_and_no_other() -> None:
    everything = [*tags_in("PLAIN"), *tags_in("BARE"), *tags_in("PLACEHOLDERS"), *declared()]
    assert sorted(everything) == sorted(set(everything)), "a tag is declared twice"
    assert set(everything) == PUBLISHED


def test_every_component_that_is_declared_is_registered() -> None:
    index = (BUILTINS / "index.ts").read_text("utf-8")
    listed = re.search(r"BUILTINS[^=]*= \[(.*?)\]", index, re.DOTALL)
    assert listed
    assert len(re.findall(r"\w+", listed.group(1))) == len(declared())


def test_each_component_cites_the_page_of_the_reference_that_it_follows() -> None:
    missing = []
    for path in sorted(BUILTINS.glob("*.ts")):
        text = path.read_text("utf-8")
        for tag in re.findall(r"^  tag: '([a-z-]+)'", text, re.M):
            if f"https://developers.weixin.qq.com/miniprogram/dev/component/{tag}.html" not in text:
                missing.append(f"{path.name}: {tag}")
    assert missing == []
    assert len(declared()) > 30
