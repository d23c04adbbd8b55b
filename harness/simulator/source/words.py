"""Why a folder is not run as a mini-program, in both languages."""

from __future__ import annotations

from harness.core.text import Text

# files
NO_UTF8 = Text(zh="不是 UTF-8：请用该编码保存文件", en="not valid UTF-8: save the file as UTF-8")
NO_JSON = Text(
    zh="不是 JSON：{why}（第 {column} 列）；请改正，JSON 不能有注释",
    en="not valid JSON: {why} (column {column}); correct the file, JSON has no comments",
)
TOO_DEEP = Text(zh="无法使用：嵌套过深", en="not usable: it is nested too deep")
NOT_USABLE = Text(zh="无法使用：{why}", en="not usable: {why}")
NO_OBJECT = Text(
    zh="应为一个 JSON 对象：请把设置写在 { } 中", en="expected one JSON object: put the settings in { }"
)
NOT_ITS_FILE = Text(
    zh="{path!r} 不属于小程序，没有加载", en="{path!r} is not the mini-program's: it was not loaded"
)
MANY_FILES = Text(
    zh="加上这个文件，源代码超过了小程序的上限（最多 {files} 个文件、{size} MB）：这是小程序的文件夹吗？",
    en="with this file the source files are more than a mini-program has (at most {files} and {size} MB): is this its "
    "folder?",
)
LARGE_FILE = Text(
    zh="对小程序来说过大：最多加载 {size} MB",
    en="too large for a mini-program: at most {size} MB are loaded",
)
LEAVES = Text(
    zh="{what}指向项目文件夹之外：请把文件本身放进来",
    en="{what} leaves the project folder: put the file itself there",
)
LINK = Text(zh="符号链接", en="a symbolic link")
NO_FILE = Text(zh="不是普通文件", en="not a regular file")

# the folder
NO_FOLDER = Text(zh="没有小程序的文件夹", en="the mini-program's folder does not exist")
NO_APP_JSON = Text(
    zh="这里没有 app.json，不是小程序的文件夹：请指定有它的文件夹",
    en="no app.json here, this is not a mini-program's folder: name the folder that has one",
)
APP_JSON_BELOW = Text(
    zh="这里没有 app.json，不是小程序的文件夹；{folder} 中有，请指定它",
    en="no app.json here, this is not a mini-program's folder; {folder} has one: name that folder",
)
ROOT_NO_TEXT = Text(zh='"miniprogramRoot" 必须是文本', en='"miniprogramRoot" must be a string')
ROOT_LEAVES = Text(
    zh='"miniprogramRoot" {said!r} 指向项目文件夹之外',
    en='"miniprogramRoot" {said!r} leaves the project folder',
)
ROOT_NO_FOLDER = Text(
    zh='"miniprogramRoot" {said!r} 不是文件夹', en='"miniprogramRoot" {said!r} is not a folder'
)

MAPS_NO_FOLDER = Text(zh="没有 source map 的文件夹", en="the folder of the source maps does not exist")

# packages
RELATION_LEAVES = Text(
    zh='"packNpmRelationList" 指向小程序之外：{entry}',
    en='"packNpmRelationList" leaves the mini-program: {entry}',
)
PACKAGE_LEAVES = Text(
    zh='"miniprogram" 写的 {said!r} 指向包之外：请重新安装这个包',
    en='"miniprogram" names {said!r}, which leads out of the package: reinstall the package',
)
PACKAGE_NO_FOLDER = Text(
    zh='"miniprogram" 写的 {said!r} 不是文件夹：请重新安装这个包',
    en='"miniprogram" names {said!r}, which is not a folder: reinstall the package',
)
NO_PACKAGE_NAME = Text(
    zh='"dependencies" 中的 {name!r} 不是包名',
    en='"dependencies" names {name!r}, which is no name of a package',
)
SCRIPT_LEAVES = Text(
    zh="{request!r} 指向包之外的 {path}：请重新安装这个包",
    en="{request!r} leads out of the package, to {path}: reinstall the package",
)

NO_PREPROCESSOR = Text(
    zh="由开发者工具的编译插件编译（useCompilerPlugins），模拟器用项目中安装的 npm 包编译：请在项目中运行 "
    "npm install --save-dev {packages}，或先编译成 .wxss",
    en="DevTools' compiler plugins build this (useCompilerPlugins), the simulator builds it with packages of the "
    "project: run npm install --save-dev {packages} in the project, or build the .wxss files beforehand",
)

# app.json
NO_PAGES = Text(zh='"pages" 中没有页面：至少写一个', en='"pages" names no page: list at least one')
IN_SUBPACKAGE = Text(
    zh="页面 {page!r} 位于分包 {root!r} 中：请写在那里",
    en="page {page!r} lies in the sub-package {root!r}: list it there",
)
NO_APP_JS = Text(
    zh="缺少 app.js：请新建，并在其中调用 App({})", en="app.js is missing: create it with a call of App({})"
)
NO_ROOT = Text(zh='分包没有 "root"：请写明它的文件夹', en='a sub-package has no "root": give its folder')
EMPTY_ROOT = Text(
    zh="分包的文件夹 {root!r} 不存在，或其中没有代码",
    en="the sub-package's folder {root!r} does not exist or holds no code",
)
NESTED = Text(
    zh="分包 {root!r} 位于分包 {other!r} 中：请各用一个文件夹",
    en="sub-package {root!r} lies in sub-package {other!r}: give each a folder of its own",
)
NO_PATH = Text(zh="页面必须是路径，而不是 {name!r}", en="a page must be a path, got {name!r}")
SLASH = Text(zh="页面 {name!r} 不能以斜杠开头", en="page {name!r} must not start with a slash")
TWICE = Text(
    zh="页面 {page!r} 写了两次：请去掉其中一个", en="page {page!r} is listed twice: remove one of the two"
)
NO_PAGE_FILE = Text(
    zh="页面 {page!r} 没有文件 {file}：请新建，或去掉这个页面",
    en="page {page!r} has no file {file}: create it or remove the page",
)
NO_ENTRY = Text(
    zh='"entryPagePath" {entry!r} 不是其中的页面', en='"entryPagePath" {entry!r} is not one of the pages'
)
TAB_COUNT = Text(
    zh="tabBar 应有 {least} 至 {most} 项，这里有 {count} 项：请增减",
    en="a tab bar has {least} to {most} items, this one {count}: add or remove some",
)
NO_PAGE_PATH = Text(zh='tab 没有 "pagePath"：请写明页面', en='a tab has no "pagePath": name its page')
TAB_TWICE = Text(zh="tab 页面 {page!r} 写了两次", en="tab page {page!r} is listed twice")
TAB_IN_SUBPACKAGE = Text(
    zh="tab 页面 {page!r} 在分包中：tab 只能显示主包的页面",
    en="tab page {page!r} is in a sub-package: a tab shows a page of the main package",
)
TAB_NO_PAGE = Text(
    zh='tab 页面 {page!r} 不在 "pages" 中：tab 只能显示主包的页面',
    en='tab page {page!r} is not in "pages": a tab shows a page of the main package',
)
NO_CUSTOM = Text(
    zh='"custom" 为 true，但没有 {file}：请新建这个组件',
    en='"custom" is true, but {file} does not exist: create the component',
)
NO_TEXT = Text(zh='tab {page!r} 没有 "text"：请写上', en='tab {page!r} has no "text": give it one')
NO_ICON = Text(
    zh="tab 的 {key} {icon!r} 不存在：请改正路径",
    en="the tab's {key} {icon!r} does not exist: correct the path",
)
LARGE_ICON = Text(
    zh="tab 的 {key} {icon!r} 有 {size} KB：最多 40 KB",
    en="the tab's {key} {icon!r} has {size} KB: at most 40 are allowed",
)
