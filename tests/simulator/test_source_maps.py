"""The source maps of a built mini-program: where they are looked for, what is never read, how a source is called."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.core.errors import UsageError
from harness.simulator.source import source_maps
from harness.simulator.source.project import load_project
from tests.support.mini_program_tree import tree, write

HOME = "pages/home/home.js"
STACK = (
    "TypeError: no\n    at async go (pages/home/home.js:1:10)\n    at pages/home/home.js:1:2\n    at x.js:1:1"
)


def made_from(*sources: str, **more: object) -> str:
    """Column 1 is line 1 of the first source, column 10 line 2 of it."""
    return json.dumps({"version": 3, "sources": list(sources), "mappings": "AAAA,SACA", **more})


def built(folder: Path, code: str = "Page({})", **files: str) -> Path:
    """A package with its build in dist."""
    named = {name.replace("__", "/").replace("_map", ".js.map"): text for name, text in files.items()}
    write(folder / "dist", tree(**{HOME: code}))
    return write(folder, named) / "dist"


def named(project: Path, maps: Path | None = None) -> tuple[str, list[str]]:
    """The second line of the stack, and what is told of the maps."""
    found = load_project(project, maps).maps
    return found.named(STACK).split("\n")[1].strip(), list(found.problems.values())


def test_a_map_beside_its_file(tmp_path: Path) -> None:
    project = built(tmp_path, dist__pages__home__home_map=made_from("../../../src/home.vue"))
    assert load_project(project).maps.named(STACK) == (
        "TypeError: no\n    at async go (src/home.vue:2:1)\n    at src/home.vue:1:1\n    at x.js:1:1"
    )


@pytest.mark.parametrize(
    "url",
    [
        "../../maps/home.js.map",
        "../../maps/home.js.map?v=1",
        "../../maps/h%6Fme.js.map",
        "data:application/json;charset=utf-8;base64,"
        + base64.b64encode(made_from("/x/home.vue").encode()).decode(),
        "data:application/json," + quote(made_from("/x/home.vue")),
    ],
)
def test_a_map_that_the_file_names(tmp_path: Path, url: str) -> None:
    code = f"Page({{}})\n//# sourceMappingURL=old.map\n//# sourceMappingURL={url}"
    project = built(tmp_path, code, dist__maps__home_map=made_from("/x/home.vue"))
    assert named(project) == ("at async go (/x/home.vue:2:1)", [])


def test_a_folder_of_maps_alone(tmp_path: Path) -> None:
    """As uni-app's CLI writes them: names from the folder of the sources."""
    code = "Page({})\n//# sourceMappingURL=../../../.sourcemap/pages/home/home.js.map"
    content = made_from("pages/home/home.vue", "pages/home/home.vue?type=page")
    project = built(tmp_path, code, **{".sourcemap__pages__home__home_map": content})
    assert named(project, tmp_path / ".sourcemap") == ("at async go (pages/home/home.vue:2:1)", [])
    place, problems = named(project)
    assert place == "at async go (pages/home/home.js:1:10)"
    assert problems == [
        "pages/home/home.js: warning: its source map lies outside of the project folder: name the folder of the maps "
        "with --source-maps"
    ]


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", {"home.js.map": made_from("stolen.vue")})
    project = built(tmp_path / "package", "Page({})\n//# sourceMappingURL=map")
    (project / "pages/home/map").symlink_to(secret / "home.js.map")
    for url in (
        "map",
        f"../../../../{secret.name}/home.js.map",
        str(secret / "home.js.map"),
        "https://a.example/b.map",
    ):
        write(project, {HOME: f"Page({{}})\n//# sourceMappingURL={url}"})
        assert named(project)[0] == "at async go (pages/home/home.js:1:10)", url
    write(project, {HOME: "Page({})"})
    (project / "pages/home/home.js.map").symlink_to(secret / "home.js.map")
    place, problems = named(project)
    assert (place, len(problems)) == ("at async go (pages/home/home.js:1:10)", 1)


@pytest.mark.parametrize("content", ["", "{}", '{"sources": [], "mappings": "AAAA"}', "\x00", "[" * 100_000])
def test_a_broken_map_is_told_once_and_places_stay(tmp_path: Path, content: str) -> None:
    project = built(tmp_path, dist__pages__home__home_map=content)
    place, problems = named(project)
    assert place == "at async go (pages/home/home.js:1:10)"
    [problem] = problems
    assert problem.startswith("pages/home/home.js: warning: its source map cannot be read: ")
    assert problem.endswith("; places in it are told as they are in the built file")


@pytest.mark.parametrize(
    ("sources", "more", "name"),
    [
        (["webpack:///./src/home.vue"], {}, "src/home.vue:2:1"),
        (["webpack://shop/./src/a_b/home.tsx"], {}, "src/a_b/home.tsx:2:1"),
        # Taro, which names no folder; the second is the same file once more.
        (["webpack://shop/._src_pages_home.tsx"], {}, "src/pages/home.tsx:2:1"),
        (
            ["webpack://shop/._src_a_b_home.tsx", "webpack://shop/./src/a_b/home.tsx?1f"],
            {},
            "src/a_b/home.tsx:2:1",
        ),
        (["webpack://shop/._node_modules_x_y.js"], {}, "node_modules/x/y.js:2:1"),
        (["./home.ts"], {}, "dist/pages/home/home.ts:2:1"),
        (["home.ts"], {}, "dist/pages/home/home.ts:2:1"),
        (["home.ts"], {"sourceRoot": "../../../src/pages"}, "src/pages/home.ts:2:1"),
        # What a compiler made of a source on its way is no place in it.
        (["webpack:///./src/home.vue?5304", "webpack:///src/home.vue"], {}, "src/home.vue"),
        (
            ["webpack:///./src/home.vue?5304"],
            {"sourcesContent": ["<template/><script>a</script>"]},
            "src/home.vue:2:1",
        ),
        (["webpack:///./src/home.vue"], {"sourcesContent": ["import a from 'b'"]}, "src/home.vue"),
    ],
)
def test_a_source_has_a_name_to_find_it_by(
    tmp_path: Path, sources: list[str], more: dict[str, object], name: str
) -> None:
    write(tmp_path, {"project.config.json": '{"miniprogramRoot": "dist/"}'})
    built(tmp_path, dist__pages__home__home_map=made_from(*sources, **more))
    assert named(tmp_path) == (f"at async go ({name})", [])


def test_a_source_of_this_machine_is_named_from_the_folder_it_has_in_common(tmp_path: Path) -> None:
    source = tmp_path / "src" / "home.vue"
    project = built(tmp_path, dist__pages__home__home_map=made_from(str(source)))
    assert named(project)[0] == "at async go (src/home.vue:2:1)"


def test_a_folder_of_maps_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the folder of the source maps does not exist"):
        load_project(built(tmp_path), tmp_path / "none")


def test_all_maps_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_maps, "MAX_SOURCE", 150)
    content = made_from("../../../src/home.vue")
    project = built(tmp_path, dist__pages__home__home_map=content, dist__app_map=content)
    found = load_project(project).maps
    assert found.place(HOME, 1, 1) == "src/home.vue:1:1"
    assert found.place("app.js", 1, 1) is None
    assert "all maps together have more than" in found.problems["app.js"]


def test_a_text_that_is_too_long_for_a_stack_stays_as_it_is(tmp_path: Path) -> None:
    found = load_project(built(tmp_path, dist__pages__home__home_map=made_from("../../../src/home.vue"))).maps
    long = STACK + " " * 100_000
    assert (found.is_new(long), found.named(long)) == (False, long)
    assert found.is_new(STACK)
