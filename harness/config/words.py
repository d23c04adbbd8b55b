"""What may be wrong with harness.toml, in both languages."""

from __future__ import annotations

from harness.core.text import Text

# the file
TOO_DEEP = Text(zh="嵌套过深", en="it is nested too deep")
NOT_UTF8 = Text(zh="不是 UTF-8：请用该编码保存文件", en="not UTF-8: save the file in that encoding")
NO_TOML = Text(zh="不是 TOML：{why}", en="not TOML: {why}")
ONE_OF = Text(zh="{key} = {value!r}：必须是 {names} 之一", en="{key} = {value!r}: must be one of {names}")

# profiles and variables
NO_TABLE = Text(zh="{key!r} 不是表：请写 [profiles.NAME]", en="{key!r} is no table: write [profiles.NAME]")
NO_PROFILE = Text(
    zh="没有名为 {name!r} 的 profile{said}；现有 {have}",
    en="no profile is called {name!r}{said}; there are {have}",
)
SAID_BY = Text(zh="（来自 {place}）", en=" (said by {place})")
NO_PROFILES = Text(zh="0 个：请写 [profiles.NAME]", en="none: write [profiles.NAME]")
OVERRIDES_NOTHING = Text(
    zh="没有覆盖任何设置：{table} 没有键 {key!r}", en="overrides nothing: {table} has no key {key!r}"
)
NOT_SET = Text(zh="没有设置环境变量 {name}", en="the environment variable {name} is not set")

# names
NO_SERVICE = Text(zh="没有名为 {name!r} 的服务", en="no service is called {name!r}")
BASE_TWICE = Text(
    zh="以 {base} 结尾，而 {file} 的 servers 也写了它：请从 url 中去掉",
    en="ends in {base}, which the servers of {file} say, too: leave it out of the url",
)
ENVELOPE_SHOWN = Text(
    zh="{file} 的响应里写了整个信封（{code} 和 {data}），不必取出内容：请加上 wrapped = true",
    en="the answers in {file} are documented with their envelope ({code} and {data}), of which nothing is to be "
    "taken off: add wrapped = true",
)
NO_FILE = Text(zh="没有文件 {name!r}", en="no file {name!r}")
NO_FOLDER = Text(zh="没有文件夹 {name!r}", en="no folder {name!r}")
NO_CONTRACT = Text(zh="{folder}/ 中没有文件 {name!r}", en="no file {name!r} in {folder}/")
NO_DATABASE = Text(zh="没有名为 {name!r} 且写了 url 的数据库", en="no database with a url is called {name!r}")

PHONE_TWICE = Text(zh="第 {number} 个手机号写了两次", en="phone number {number} of the list is there twice")

# stand-ins
STAND_IN_ALONE = Text(
    zh="stand_in 已说明这个服务的一切，除 title、apps（或 url）外不要再写：{keys}",
    en="stand_in says all there is to this service: beside title, and apps or a url, leave out {keys}",
)
NO_APPS = Text(
    zh='stand_in 需要 apps，即每个 appid 及其 secret：apps = {wx0123456789abcdef = "secret"}',
    en='stand_in needs apps, the secret of each appid: apps = {wx0123456789abcdef = "secret"}',
)
APPS_OF_ANOTHER = Text(
    zh="连接已在运行的挡板（url）时不写 apps：它启动时已有自己的应用",
    en="a stand-in that runs already (url) takes no apps: it was started with its own",
)
APPS_ALONE = Text(zh='apps 只和 stand_in = "wechat" 一起写', en='apps go with stand_in = "wechat" only')

NOT_LED = Text(
    zh="连接已有的服务不能写 wechat：它已在运行；请在它那边设置代理或 hosts 文件（见 'harness wechat'）",
    en="an attached service takes no wechat: it is already running; set a proxy or the hosts file where it runs "
    "(see 'harness wechat')",
)
NOT_STAND_IN = Text(
    zh='{name!r} 不是由测试工具启动的 stand_in = "wechat"',
    en='{name!r} is no service with stand_in = "wechat" that the harness starts',
)

# platforms
PLATFORM_NAME = Text(
    zh="端的名称只用小写字母、数字和连字符，且不能是 {reserved}",
    en="a platform's name is of small letters, digits and hyphens, and neither of {reserved}",
)
DECLARED_TWICE = Text(zh="[{name}] 也声明了这个端", en="[{name}] declares this platform, too")
ONE_FILE_NAME = Text(
    zh="{first} 和 {second} 文件名相同：发现、豁免和覆盖率都以文件名指出接口规范，请改其中一个的文件名",
    en="{first} and {second} have the same file name, by which findings, waivers and coverage name a document: "
    "rename one of them",
)
NOT_ITS_PLATFORM = Text(zh="{name!r} 不是它的端", en="{name!r} is none of its platforms")
HELD_TWICE = Text(
    zh="databases.{other} 也存放 {platform} 的数据", en="databases.{other} holds the data of {platform}, too"
)
NO_PLATFORM = Text(
    zh="services.{name} 写了 contracts 却没有 platform，不会执行任何契约测试。请写明它是谁的后端：platform = {ends}；"
    '独立的系统也是端：[platforms.{name}]，driver = "none"；platform = [] 表示只按接口规范校验录制的流量',
    en="services.{name} lists contracts and no platform, so no contract test would run. Say platform = {ends}, whose "
    'backend it is; a system of its own is a platform, too: [platforms.{name}] with driver = "none"; platform = [] '
    "means that only recorded traffic is judged by its contracts",
)
TABLE_NEEDED = Text(zh="场景需要表 [{table}]", en="scenarios need the table [{table}]")
SERVICE_NEEDED = Text(
    zh="场景需要 {table}.service，即它的后端", en="scenarios need {table}.service, the backend"
)
NOBODY_ANSWERS = Text(
    zh='[{table}]：没有服务写明 platform = "{platform}"',
    en='[{table}]: no service says platform = "{platform}"',
)
ONLY_READ = Text(
    zh="environment_rules.allow：生产环境只读，不能放行任何写入",
    en="environment_rules.allow: production is only read from: nothing can be allowed there",
)
