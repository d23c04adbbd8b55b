"""A mini-program reads its own project and nothing else: every way to a file outside is refused with its place."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.simulator.source import project_folder
from harness.simulator.source.project import load_project
from tests.support.mini_program_tree import tree, write

SECRET = "what only the machine's owner may read"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A mini-program with a package, and secrets beside it."""
    write(tmp_path, {"secret.js": SECRET, "secret.json": json.dumps({"appid": SECRET}), "secret.png": SECRET})
    write(tmp_path / "outside", {"package.json": "{}", "index.js": SECRET, "deep/key.js": SECRET})
    more = {
        "package.json": '{\n"dependencies": {\n"kit": "1"}}',
        "node_modules/kit/package.json": '{\n"main": "index.js"}',
        "node_modules/kit/index.js": "",
    }
    return write(tmp_path / "app", tree(**more))


def link(place: str, target: str) -> Callable[[Path], None]:
    def plant(app: Path) -> None:
        path = app / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    return plant


def text(place: str, said: str) -> Callable[[Path], None]:
    return lambda app: void(write(app, {place: said}))


def void(_: object) -> None:
    return None


def package_linked(app: Path) -> None:
    (app / "node_modules/out").symlink_to(app.parent / "outside")
    write(app, {"package.json": '{"dependencies": {\n"out": "1"}}'})


def modules_linked(app: Path) -> None:
    (app / "part").mkdir()
    (app / "part/node_modules").symlink_to(app.parent)


ESCAPES = {
    "a file": (link("pages/home/home.js", "../../../secret.js"), "pages/home/home.js"),
    "the environment": (link("node_modules/kit/index.js", "/proc/self/environ"), "kit/package.json:2"),
    "what main requires": (
        lambda app: (
            text("node_modules/kit/index.js", "//\nrequire('./key')")(app),
            link("node_modules/kit/key.js", "../../../secret.js")(app),
        ),
        "kit/index.js:2",
    ),
    "a folder": (link("pages/more", "../../outside"), "pages/more"),
    "app.json": (link("app.json", "../secret.json"), "app.json"),
    "project.config.json": (link("project.config.json", "../secret.json"), "project.config.json"),
    "a package's package.json": (
        link("node_modules/kit/package.json", "../../../secret.json"),
        "kit/package.json",
    ),
    "main upwards": (
        text("node_modules/kit/package.json", '{\n"main": "../../../secret.js"}'),
        "kit/package.json:2",
    ),
    "main absolute": (
        text("node_modules/kit/package.json", '{"main":\n"/proc/self/environ"}'),
        "kit/package.json:1",
    ),
    "miniprogram upwards": (
        text("node_modules/kit/package.json", '{\n"miniprogram": "../../.."}'),
        "kit/package.json:2",
    ),
    "miniprogram absolute": (
        text("node_modules/kit/package.json", '{"miniprogram": "/proc/self"}'),
        "kit/package.json:1",
    ),
    "miniprogram_dist": (
        link("node_modules/kit/miniprogram_dist", "../../../outside"),
        "kit/miniprogram_dist",
    ),
    "a package": (package_linked, "node_modules/out"),
    "node_modules": (modules_linked, "part/node_modules"),
    "a dependency's name": (
        text("package.json", '{"dependencies": {\n"../../outside": "1"}}'),
        "package.json:2",
    ),
    "a dependency's absolute name": (
        text("package.json", '{"dependencies": {\n"/proc/self": "1"}}'),
        "package.json:2",
    ),
    "a required package's name": (
        text("node_modules/kit/index.js", "\nrequire('@x/../../../../outside')\nrequire('@../outside')"),
        None,
    ),
    "a tab's icon": (
        text(
            "app.json",
            '{"pages": ["pages/home/home", "pages/home/home2"], "tabBar": {"list": [\n'
            '{"pagePath": "pages/home/home", "text": "a", "iconPath": "../secret.png"},'
            '{"pagePath": "pages/home/home2", "text": "b"}]}}',
        ),
        "app.json:2",
    ),
    "a path with a NUL": (
        text("project.config.json", '{"miniprogramRoot": "a\\u0000b"}'),
        "project.config.json:1",
    ),
    "a relation with a NUL": (
        text(
            "project.config.json",
            '{"setting": {"packNpmManually": true,\n"packNpmRelationList": [{"packageJsonPath": "a\\u0000"}]}}',
        ),
        "project.config.json:2",
    ),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_what_leads_out_of_the_project_is_refused_with_its_place(name: str, app: Path) -> None:
    plant, place = ESCAPES[name]
    write(app, {"pages/home/home2.js": "", "pages/home/home2.wxml": ""})
    plant(app)
    if place is None:
        assert SECRET not in "".join(load_project(app).files.values())
        return
    with pytest.raises(UsageError) as refused:
        load_project(app)
    assert str(refused.value.where).endswith(place), refused.value
    assert "\n" not in str(refused.value)
    assert SECRET not in str(refused.value)


def test_assets_that_lead_out_are_refused_and_others_are_absent(app: Path) -> None:
    link("img/out.png", "../../secret.png")(app)
    link("img/git.png", "../.git/config")(app)
    write(
        app, {".git/config": SECRET, ".env": SECRET, "node_modules/kit/icon.png": "", "img/a.png": "picture"}
    )
    write(app, {"pages/home/home.wxml": '<view/>\n<image src="/img/out.png"/>'})
    project = load_project(app)
    for path in (
        "../secret.png",
        "img/../../secret.png",
        "img/out.png",
        "img/git.png",
        ".git/config",
        ".env",
        "node_modules/kit/icon.png",
    ):
        with pytest.raises(UsageError, match=r"is not the mini-program's"):
            project.asset(path)
    with pytest.raises(UsageError, match=r"pages/home/home.wxml:2: "):
        project.asset("img/out.png")
    for path in ("img", "", "no.png", "a\0b", "x" * 5000):
        assert project.asset(path) is None, path
    assert project.asset("/img/a.png") == b"picture"


def test_the_main_of_a_folder_in_a_package_is_followed_and_never_around(app: Path) -> None:
    write(
        app,
        {
            "node_modules/kit/index.js": "require('./sub'); require('./round'); require('./plain')",
            "node_modules/kit/sub/package.json": '{"main": "../lib/a"}',
            "node_modules/kit/lib/a.js": "a",
            "node_modules/kit/round/package.json": '{"main": "../other"}',
            "node_modules/kit/other/package.json": '{"main": "../round"}',
            "node_modules/kit/other/index.js": "other",
            "node_modules/kit/plain/package.json": '{"main": "."}',
            "node_modules/kit/plain/index.js": "plain",
        },
    )
    files = load_project(app).files
    said = {
        name.removeprefix("miniprogram_npm/kit/"): text for name, text in files.items() if "/kit/" in name
    }
    assert said["sub/index.js"] == "module.exports = require('./../lib/a.js')"
    assert (said["lib/a.js"], said["plain/index.js"]) == ("a", "plain")
    assert "round/index.js" not in said


def test_links_inside_the_project_are_followed(app: Path) -> None:
    """As pnpm installs packages, and as a folder that two pages share."""
    write(
        app,
        {
            "package.json": '{"dependencies": {"plain": "1", "made": "1"}}',
            "node_modules/.pnpm/plain@1/node_modules/plain/package.json": "{}",
            "node_modules/.pnpm/plain@1/node_modules/plain/index.js": "plain",
            "node_modules/.pnpm/made@1/node_modules/made/package.json": '{"miniprogram": "dist"}',
            "node_modules/.pnpm/made@1/node_modules/made/dist/a.wxml": "made",
            "node_modules/.pnpm/made@1/node_modules/made/dist/a.png": "picture",
            "common/shared.js": "shared",
        },
    )
    for name in ("plain", "made"):
        link(f"node_modules/{name}", f".pnpm/{name}@1/node_modules/{name}")(app)
    link("pages/common", "../common")(app)
    link("pages/home/up", "..")(app)
    project = load_project(app)
    assert project.files["miniprogram_npm/plain/index.js"] == "plain"
    assert project.files["miniprogram_npm/made/a.wxml"] == "made"
    assert project.asset("miniprogram_npm/made/a.png") == b"picture"
    assert project.files["pages/common/shared.js"] == "shared"
    assert not [name for name in project.files if name.startswith("pages/home/up/home/up")]


@pytest.mark.parametrize(
    "root",
    [
        {"pnpm-workspace.yaml": "packages:\n  - 'apps/*'\n  - 'packages/*'\n"},
        {"package.json": '{"workspaces": ["apps/*", "packages/*"]}'},
        {"package.json": '{"workspaces": {"packages": ["apps/**", "packages/**"]}}'},
    ],
)
def test_packages_of_the_workspace_may_lie_above_the_project(root: dict[str, str], tmp_path: Path) -> None:
    write(
        tmp_path,
        root
        | {
            "node_modules/plain/package.json": "{}",
            "node_modules/plain/index.js": "plain",
            "packages/own/package.json": "{}",
            "packages/own/index.js": "own",
            "secret/package.json": "{}",
            "secret/index.js": SECRET,
        },
    )
    app = write(
        tmp_path / "apps/mini", tree(**{"package.json": '{"dependencies": {"plain": "1", "own": "1"}}'})
    )
    link("node_modules/plain", "../../../node_modules/plain")(app)
    link("node_modules/own", "../../../packages/own")(app)
    files = load_project(app).files
    assert (files["miniprogram_npm/plain/index.js"], files["miniprogram_npm/own/index.js"]) == (
        "plain",
        "own",
    )
    for target in ("../../../secret", "../../..", "../../../.."):
        link("node_modules/own", target)(app)
        with pytest.raises(UsageError, match=r"node_modules/own: a symbolic link leaves the project"):
            load_project(app)


def test_a_package_of_a_workspace_reads_no_other_folder(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pnpm-workspace.yaml": "packages: ['apps/*', 'packages/*']",
            "packages/own/package.json": '{"miniprogram": "../other"}',
            "packages/other/key.js": SECRET,
        },
    )
    app = write(tmp_path / "apps/mini", tree())
    link("node_modules/own", "../../../packages/own")(app)
    with pytest.raises(UsageError, match=r'own/package.json:1: "miniprogram"'):
        load_project(app)


def test_what_is_more_than_a_mini_program_is_not_read(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (app / "pages/home/home.js").open("wb") as file:
        os.truncate(file.fileno(), 10_000_000_000)
    with pytest.raises(UsageError, match=r"home.js: .* more than a mini-program has"):
        load_project(app)
    (app / "pages/home/home.js").write_text("", "utf-8")
    with (app / "big.png").open("wb") as file:
        os.truncate(file.fileno(), 10_000_000_000)
    with pytest.raises(UsageError, match=r"big.png: .* at most 32 MB"):
        load_project(app).asset("big.png")
    monkeypatch.setattr(project_folder, "MAX_FILES", 3)
    with pytest.raises(UsageError, match=r"more than a mini-program has"):
        load_project(app)


def test_a_chain_of_scripts_has_no_end_but_the_limit(app: Path) -> None:
    chain = {f"node_modules/kit/a{n}.js": f"require('./a{n + 1}')" for n in range(1500)}
    write(app, chain | {"node_modules/kit/index.js": "require('./a0')", "node_modules/kit/a1500.js": "end"})
    assert load_project(app).files["miniprogram_npm/kit/a1500.js"] == "end"


@pytest.mark.skipif(os.name != "posix", reason="named pipes are POSIX's")
def test_a_pipe_is_not_waited_for(app: Path) -> None:
    os.mkfifo(app / "pipe.js")
    os.mkfifo(app / "pipe.png")
    project = load_project(app)
    assert "pipe.js" not in project.files
    assert project.asset("pipe.png") is None
