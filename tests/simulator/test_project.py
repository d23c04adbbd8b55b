from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.simulator.source.project import DEFAULT_APP_ID, load_project
from tests.support.mini_program_tree import tree, write


def test_a_tree_is_read_without_what_is_not_the_apps(tmp_path: Path) -> None:
    more = {
        "project.config.json": '{"appid": "wx0123456789abcdef"}',
        "project.private.config.json": "{}",
        ".git/x.js": "",
        "node_modules/left/index.js": "",
        "logo.png": "",
    }
    project = load_project(write(tmp_path, tree(**more)))
    assert set(project.files) == set(tree())
    assert project.app_id == "wx0123456789abcdef"
    assert project.pages == ("pages/home/home",)


def test_mini_program_root_is_followed(tmp_path: Path) -> None:
    files = {f"src/{name}": text for name, text in tree().items()}
    write(tmp_path, files | {"project.config.json": '{"miniprogramRoot": "src/"}'})
    project = load_project(tmp_path)
    assert project.root == tmp_path / "src"
    assert project.app_id == DEFAULT_APP_ID
    assert "pages/home/home.wxml" in project.files


def test_packages_appear_where_build_npm_puts_them(tmp_path: Path) -> None:
    more = {
        "node_modules/vant/package.json": '{"miniprogram": "lib"}',
        "node_modules/vant/lib/button/index.wxml": "<button/>",
        "node_modules/vant/src/index.js": "",
        "node_modules/@scope/kit/package.json": "{}",
        "node_modules/@scope/kit/miniprogram_dist/index.js": "",
        "node_modules/lodash/package.json": '{"main": "index.js"}',
        "node_modules/lodash/index.js": "",
        "node_modules/built/package.json": '{"miniprogram": "lib"}',
        "node_modules/built/lib/index.js": "new",
        "miniprogram_npm/built/index.js": "old",
    }
    project = load_project(write(tmp_path, tree(**more)))
    mounted = {name for name in project.files if name.startswith("miniprogram_npm/")}
    assert mounted == {
        "miniprogram_npm/vant/button/index.wxml",
        "miniprogram_npm/@scope/kit/index.js",
        "miniprogram_npm/built/index.js",
    }
    assert project.files["miniprogram_npm/built/index.js"] == "old"


def test_packages_not_made_for_mini_programs_bring_what_their_main_needs(tmp_path: Path) -> None:
    more = {
        "package.json": '{"dependencies": {"dayjs": "1", "@scope/plain": "1"}, "devDependencies": {"tool": "1"}}',
        "node_modules/dayjs/package.json": '{"main": "dist/day.min.js"}',
        "node_modules/dayjs/dist/day.min.js": "require('./locale'); require('left-pad')",
        "node_modules/dayjs/dist/locale.js": "module.exports = 'zh'",
        "node_modules/dayjs/src/unused.js": "",
        "node_modules/left-pad/package.json": "{}",
        "node_modules/left-pad/index.js": "module.exports = require('./pad.json')",
        "node_modules/left-pad/pad.json": "{}",
        "node_modules/@scope/plain/package.json": "{}",
        "node_modules/@scope/plain/index.js": "import x from '@scope/deep/sub'",
        "node_modules/@scope/plain/node_modules/@scope/deep/package.json": "{}",
        "node_modules/@scope/plain/node_modules/@scope/deep/index.js": "",
        "node_modules/tool/package.json": "{}",
        "node_modules/tool/index.js": "",
    }
    files = load_project(write(tmp_path, tree(**more))).files
    packages = {
        name.removeprefix("miniprogram_npm/") for name in files if name.startswith("miniprogram_npm/")
    }
    assert packages == {
        "dayjs/index.js",
        "dayjs/dist/day.min.js",
        "dayjs/dist/locale.js",
        "left-pad/index.js",
        "left-pad/pad.json",
        "@scope/plain/index.js",
        "@scope/plain/miniprogram_npm/@scope/deep/index.js",
    }
    assert files["miniprogram_npm/dayjs/index.js"] == "module.exports = require('./dist/day.min.js')"


def test_a_package_for_mini_programs_brings_the_packages_it_depends_on(tmp_path: Path) -> None:
    more = {
        "package.json": '{"dependencies": {"computed": "1"}}',
        # As npm installs it: beside, and within where versions differ.
        "node_modules/computed/package.json": '{"miniprogram": "dist", "dependencies": {"rfdc": "1", "equal": "2"}}',
        "node_modules/computed/dist/index.js": "require('rfdc'); require('equal'); require('kit')",
        "node_modules/computed/node_modules/equal/package.json": "{}",
        "node_modules/computed/node_modules/equal/index.js": "module.exports = require('deep')",
        "node_modules/computed/node_modules/kit/package.json": '{"miniprogram": "dist", "dependencies": {"far": "1"}}',
        "node_modules/computed/node_modules/kit/dist/a.wxml": "",
        "node_modules/rfdc/package.json": "{}",
        "node_modules/rfdc/index.js": "",
        "node_modules/deep/package.json": "{}",
        "node_modules/deep/index.js": "",
        "node_modules/far/package.json": "{}",
        "node_modules/far/index.js": "",
        "node_modules/tool/package.json": "{}",
        "node_modules/tool/index.js": "",
    }
    files = load_project(write(tmp_path, tree(**more))).files
    packages = {
        name.removeprefix("miniprogram_npm/") for name in files if name.startswith("miniprogram_npm/")
    }
    assert packages == {
        "computed/index.js",
        "computed/miniprogram_npm/equal/index.js",
        "computed/miniprogram_npm/kit/a.wxml",
        "rfdc/index.js",
        "deep/index.js",
        "far/index.js",
    }


def test_pnpm_places_what_a_package_depends_on_beside_it(tmp_path: Path) -> None:
    store = "node_modules/.pnpm/computed@1/node_modules"
    more = {
        "package.json": '{"dependencies": {"computed": "1"}}',
        f"{store}/computed/package.json": '{"miniprogram": "dist", "dependencies": {"rfdc": "1"}}',
        f"{store}/computed/dist/index.js": "require('rfdc')",
        f"{store}/rfdc/package.json": "{}",
        f"{store}/rfdc/index.js": "",
    }
    write(tmp_path, tree(**more))
    (tmp_path / "node_modules/computed").symlink_to(tmp_path / store / "computed")
    files = load_project(tmp_path).files
    assert {
        "miniprogram_npm/computed/index.js",
        "miniprogram_npm/computed/miniprogram_npm/rfdc/index.js",
    } <= set(files)


def test_packages_that_link_to_each_other_come_to_an_end(tmp_path: Path) -> None:
    package = '{"miniprogram": "dist", "dependencies": {"a": "1", "b": "1"}}'
    files = {f"node_modules/{name}/package.json": package for name in "ab"}
    write(tmp_path, tree(**files, **{f"node_modules/{name}/dist/{name}.js": "" for name in "ab"}))
    for name, other in ("ab", "ba", "aa"):
        (tmp_path / f"node_modules/{name}/node_modules").mkdir(exist_ok=True)
        (tmp_path / f"node_modules/{name}/node_modules/{other}").symlink_to(tmp_path / "node_modules" / other)
    found = load_project(tmp_path).files
    assert {"miniprogram_npm/a/a.js", "miniprogram_npm/a/miniprogram_npm/b/b.js"} <= set(found)


def test_packages_appear_where_the_project_relates_them(tmp_path: Path) -> None:
    relation = [{"packageJsonPath": "./package.json", "miniprogramNpmDistDir": "./mini/shop"}]
    config = {
        "miniprogramRoot": "mini",
        "setting": {"packNpmManually": True, "packNpmRelationList": relation},
    }
    files = {f"mini/{name}": text for name, text in tree().items()} | {
        "project.config.json": json.dumps(config),
        "package.json": "{}",
        "node_modules/kit/package.json": '{"miniprogram": "dist"}',
        "node_modules/kit/dist/a.js": "",
        "mini/part/node_modules/own/package.json": '{"miniprogram": "dist"}',
        "mini/part/node_modules/own/dist/b.js": "",
    }
    project = load_project(write(tmp_path, files))
    assert {"shop/miniprogram_npm/kit/a.js", "part/miniprogram_npm/own/b.js"} <= set(project.files)
    relation[0]["miniprogramNpmDistDir"] = "../elsewhere"
    config["setting"] = {"packNpmManually": False, "packNpmRelationList": relation}
    write(tmp_path, {"project.config.json": json.dumps(config)})
    assert "miniprogram_npm/kit/a.js" in load_project(tmp_path).files
    config["setting"] = {"packNpmManually": True, "packNpmRelationList": relation}
    write(tmp_path, {"project.config.json": json.dumps(config)})
    with pytest.raises(UsageError, match=r'"packNpmRelationList" leaves the mini-program'):
        load_project(tmp_path)


def test_private_settings_win_over_shared_ones(tmp_path: Path) -> None:
    more = {
        "project.config.json": '{"appid": "wx1111111111111111", "miniprogramRoot": "nowhere"}',
        "project.private.config.json": '{"appid": "wx2222222222222222", "miniprogramRoot": "."}',
    }
    assert load_project(write(tmp_path, tree(**more))).app_id == "wx2222222222222222"


def test_equal_trees_have_equal_digests(tmp_path: Path) -> None:
    one = load_project(write(tmp_path / "a", tree()))
    same = load_project(write(tmp_path / "b", tree()))
    other = load_project(write(tmp_path / "c", tree(**{"app.js": "App({ })"})))
    assert one.digest == same.digest != other.digest


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"app.json": '{\n"pages": [\n}'}, r"app.json:3: not valid JSON: .* \(column 1\)"),
        ({"app.json": "[]"}, r"app.json:1: expected one JSON object"),
        ({"app.json": '{"window": {},\n"pages": []}'}, r'app.json:2: "pages" names no page'),
        ({"project.config.json": "{\n\n,}"}, r"project.config.json:3: not valid JSON"),
        ({"project.config.json": '{"miniprogramRoot": "../.."}'}, r"leaves the project folder"),
        ({"project.config.json": '{"miniprogramRoot": "nowhere"}'}, r"'nowhere' is not a folder"),
        ({"node_modules/x/package.json": "{"}, r"node_modules/x/package.json:1: not valid JSON"),
        (
            {"node_modules/x/package.json": '{"miniprogram": "gone"}'},
            r"x/package.json:1: \"miniprogram\" names 'gone', which is not a folder",
        ),
    ],
)
def test_a_broken_tree_is_told_with_file_and_line(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        load_project(write(tmp_path, tree(**files)))


@pytest.mark.parametrize(
    ("files", "file", "said"),
    [
        (
            {"app.json": '{"pages": [\n"pages/home/home",\n"pages/hom/home"]}', "pages/hom/home.js": ""},
            "pages/hom/home.wxml",
            "page 'pages/hom/home' has no file pages/hom/home.wxml: create it or remove the page; "
            "did you mean 'pages/home/home.wxml'?",
        ),
        (
            {
                "app.json": '{"pages": ["pages/home/home"],\n'
                '"subPackages": [{"root": "shop/",\n"pages": ["a/a"]}]}',
                "shop/a/a.wxml": "",
            },
            "shop/a/a.js",
            "page 'shop/a/a' has no file shop/a/a.js: create it or remove the page",
        ),
    ],
)
def test_what_the_app_can_do_without_is_an_error_of_its_users(
    tmp_path: Path, files: dict[str, str], file: str, said: str
) -> None:
    (error,) = load_project(write(tmp_path, tree(**files))).errors
    assert (error.path, error.line, error.file, error.message.en) == ("app.json", 3, file, said)
    assert error.message.zh.startswith("页面 ")


def test_a_page_that_is_no_text_counts_as_empty(tmp_path: Path) -> None:
    write(tmp_path, tree())
    (tmp_path / "pages/home/home.wxml").write_bytes(b"<view/>\n\xff")
    project = load_project(tmp_path)
    assert project.files["pages/home/home.wxml"] == ""
    (error,) = project.errors
    assert (error.path, error.line, error.file) == (
        "pages/home/home.wxml",
        2,
        "pages/home/home.wxml",
    )


def test_a_folder_without_app_json_says_where_one_is(tmp_path: Path) -> None:
    write(tmp_path, {f"miniprogram/{name}": text for name, text in tree().items()})
    with pytest.raises(UsageError, match=r"no app.json here, .*miniprogram has one: name that folder"):
        load_project(tmp_path)
    with pytest.raises(UsageError, match="does not exist"):
        load_project(tmp_path / "nowhere")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    write(tmp_path, tree())
    (tmp_path / "app.js").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"app.js:1: not valid UTF-8"):
        load_project(tmp_path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.js"
    secret.write_text("key")
    folder = write(tmp_path / "app", tree())
    (folder / "pages" / "stolen.js").symlink_to(secret)
    with pytest.raises(UsageError, match=r"stolen.js: a symbolic link leaves the project folder"):
        load_project(folder)


def test_assets_come_from_the_project_and_its_packages(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        tree(
            **{
                "img/logo.png": "png",
                "node_modules/kit/package.json": json.dumps({"miniprogram": "dist"}),
                "node_modules/kit/dist/icon.png": "icon",
            }
        ),
    )
    project = load_project(folder)
    assert project.asset("/img/logo.png") == b"png"
    assert project.asset("miniprogram_npm/kit/icon.png") == b"icon"


PLUGINS = '{"setting": {"useCompilerPlugins": ["less", "sass"]}}'


@pytest.mark.parametrize(
    ("sheet", "package"), [("app.less", "less"), ("a/b.scss", "sass"), ("a/b.sass", "sass")]
)
def test_sheets_of_a_plugin_whose_package_is_not_installed_are_refused(
    tmp_path: Path, sheet: str, package: str
) -> None:
    files = tree(**{sheet: "", "a/b.wxml": "", "project.config.json": PLUGINS})
    with pytest.raises(UsageError, match=rf"{sheet}:1: .*npm install --save-dev {package} in the project"):
        load_project(write(tmp_path, files))


def test_all_packages_that_are_not_installed_are_named_at_once(tmp_path: Path) -> None:
    files = tree(**{"app.less": "", "a/b.scss": "", "a/b.wxml": "", "project.config.json": PLUGINS})
    with pytest.raises(UsageError, match=r"app.less:1: .*npm install --save-dev less sass in the project"):
        load_project(write(tmp_path, files))


def test_sheets_that_were_built_or_are_only_imported_need_no_package(tmp_path: Path) -> None:
    files = tree(**{"app.less": "", "app.wxss": "", "a/_vars.scss": "", "project.config.json": PLUGINS})
    assert load_project(write(tmp_path, files)).preprocessors == {}


def test_sheets_that_no_plugin_is_asked_to_build_are_none_of_the_app(tmp_path: Path) -> None:
    project = load_project(write(tmp_path, tree(**{"app.less": "", "app.scss": ""})))
    assert not {"app.less", "app.scss"} & set(project.files)


def test_the_projects_packages_build_its_sheets(tmp_path: Path) -> None:
    packages = {
        "node_modules/less/dist/less.js": "L",
        "node_modules/sass/sass.dart.js": "S",
        "node_modules/immutable/dist/immutable.js": "I",
    }
    sheets = {"app.less": "", "a.scss": "", "a.wxml": "", "project.config.json": PLUGINS}
    project = load_project(write(tmp_path, tree(**packages, **sheets)))
    assert project.preprocessors == {"less": ["L"], "sass": ["I", "S"]}
    assert {"app.less", "a.scss"} <= set(project.files)
