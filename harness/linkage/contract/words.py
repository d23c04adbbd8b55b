"""What may be wrong with a linkage contract, in both languages."""

from __future__ import annotations

from harness.core import advice
from harness.core.text import Text

# the file
UPGRADE = advice.harness("linkage upgrade")
OLD_FORMAT = Text(
    zh=f"列表是第 1 版之前的格式；用 '{UPGRADE}' 改写成新格式",
    en=f"a list is the format of before version 1; '{UPGRADE}' writes the new one",
)
NO_BEGINNING = Text(zh="必须以 'linkage: 1' 开头", en="must begin with 'linkage: 1'")
NO_VERSION = Text(zh="缺少格式版本 'linkage: 1'", en="'linkage: 1', the version of the format, is missing")
OTHER_VERSION = Text(
    zh="linkage：这个版本的测试工具读取 1，而不是 {version!r}",
    en="linkage: this version of the harness reads 1, not {version!r}",
)
TWICE = Text(
    zh="{key!r} 在这里重复出现；第一次在第 {line} 行",
    en="{key!r} stands here a second time; the first is in line {line}",
)
BELONGS_IN = Text(zh="{key!r} 应写在 {places}", en="{key!r} belongs in {places}")
BELONGS_ABOVE = Text(
    zh="{key!r} 应与 'fields' 并列，写在实体下",
    en="{key!r} belongs beside 'fields', in the entity itself",
)

# keys that stand beside each other
ONE_WAY = Text(
    zh="'call'（operationId）、'sql'、'csv' 只能写一个", en="one of 'call' (an operationId), 'sql' and 'csv'"
)
NOTHING_BESIDE = Text(
    zh="{other!r} 旁的 {key!r} 不起作用；{why}", en="{key!r} says nothing beside {other!r}; {why}"
)
OF_SQL = Text(
    zh="行就是记录，语句需要的参数在语句里写成 ':id'、':same'、':person'",
    en="the rows are the records, and what the statement takes stands in it as ':id', ':same', ':person'",
)
OF_CSV = Text(zh="行就是记录，用 'where' 选出", en="the rows are the records, chosen by 'where'")
OF_CALL = Text(zh="接口用 'query'、'path'、'body'", en="an operation has 'query', 'path' and 'body'")
FOR_TIMES = Text(zh="'tolerance' 用于时间", en="'tolerance' is for times")
ONE_FORM = Text(
    zh="一个字段是金额、时间、若干词之一，或数字",
    en="a field is an amount, a time, one of several words or a number",
)
FORM_NOWHERE = Text(
    zh="{participant} 的 {form}：该字段在那里没有位置",
    en="{form} of {participant}: the field does not stand there",
)
MADE_WITHOUT_ID = Text(
    zh="能新建的实体需要 'id'：响应中的指针", en="what can be made needs an 'id', a pointer into the answer"
)
OF_PRIVATE = Text(
    zh="promises.{promise}：{key!r} 只用于 'private'", en="promises.{promise}: {key!r} is said of 'private'"
)
NOT_OF_PRIVATE = Text(
    zh="promises.private：没有 {key!r}，因为每个参与方各自遵守",
    en="promises.private: no {key!r}, for each participant keeps it by itself",
)
ACT_IS_KEY = Text(
    zh="acts.{act}：{act!r} 本身是一个键，与 'acts' 并列",
    en="acts.{act}: {act!r} is a key of its own; it stands beside 'acts'",
)
TWO_KEYS = Text(
    zh="'follows' 只用于同时给出手机号和微信账号的调用",
    en="'follows' is said of a call that is told the phone and the WeChat account",
)
ONE_SESSION = Text(zh="'token' 与 'cookie' 只能写一个", en="either 'token' or 'cookie'")
NO_DURATION = Text(
    zh="{value!r} 不是时长；请写成 500ms、5s、15m 或 2h",
    en="{value!r} is not a duration; write 500ms, 5s, 15m or 2h",
)
NO_ARITHMETIC = Text(zh="{line!r} 不是算式：{why}", en="{line!r} is no arithmetic: {why}")

# names
NO_ENTITY = Text(zh="没有名为 {name!r} 的实体", en="no entity is called {name!r}")
NO_FIELD = Text(zh="{entity} 没有字段 {name!r}", en="{entity} has no field {name!r}")
NO_ACT = Text(zh="{name} 没有 act {act!r}", en="{name} has no act {act!r}")
NO_USER = Text(
    zh="people.{person}：服务 {service} 没有用户 {user!r}",
    en="people.{person}: the service {service} has no user {user!r}",
)
NO_PERSON = Text(zh="'people' 中没有 {name!r}", en="nobody of 'people' is called {name!r}")
NOBODY_THERE = Text(
    zh="people.{person} 没有写明在 {participant} 上是谁",
    en="people.{person} does not say who that is on {participant}",
)
NAME_WHO = Text(
    zh="{told}；请用 'as' 写明在那里由谁执行 {act!r}", en="{told}; name who does {act!r} there by 'as'"
)

# operations
NOT_READ = Text(zh="{entity}：没有参与方读取它", en="{entity}: no participant reads it")
NOT_SERVED = Text(zh="没有参与方提供接口 {call!r}", en="no participant serves an operation {call!r}")
NO_VARIABLE = Text(zh="{operation} 的路径中没有 {{{name}}}", en="{operation} has no {{{name}}}")
VARIABLE_UNSAID = Text(
    zh="{operation}：请在 'path' 下写明 {{{name}}} 是什么",
    en="{operation}: say what {{{name}}} is under 'path'",
)
NO_PARAMETER = Text(zh="{operation} 没有查询参数 {name!r}", en="{operation} has no query parameter {name!r}")
NOT_IN_BODY = Text(zh="{operation} 的请求体没有 {place}", en="the body of {operation} has no {place}")
NULL_REQUIRED = Text(
    zh="null 会把 {place} 从 {operation} 的请求体中去掉，而规范要求它必须有，且不能为 null",
    en="null leaves {place} out of the body of {operation}, whose schema requires it and takes no null there",
)
NOT_IN_ANSWER = Text(
    zh="{name}：{participant} 的 {operation} 的响应中没有 {pointer}",
    en="{name}: the answer of {operation} on {participant} has no {pointer}",
)

# rows
NO_DATABASE = Text(
    zh='harness.toml 中没有写了 {what} 且 platform = "{participant}" 的 [databases.NAME]',
    en='harness.toml has no [databases.NAME] with a {what} and platform = "{participant}"',
)
NO_ID_IN_ROWS = Text(
    zh="这里不知道 id；行按 'same' 查找", en="the id is not known here; rows are found by 'same'"
)
NO_SAME = Text(
    zh="{entity} 没有 'same'；编号相同的参与方写 'id'",
    en="{entity} has no 'same'; participants with the same ids say 'id'",
)
NOBODY_ASKED = Text(
    zh="'as' 说明 '{sign}person' 是谁，而这条 {kind} 没有用到它；读取行时不区分身份",
    en="'as' says who '{sign}person' is, which this {kind} does not ask for; rows are read as nobody",
)
PERSON_UNSAID = Text(
    zh="'person' 没有指明是谁：请在 {kind!r} 旁用 'as' 写明 'people' 中的一个，或写在实体的 'of'",
    en="'person' is nobody: name one of 'people' by 'as' beside {kind!r}, or by 'of' of the entity",
)

# expressions
NOT_ITS_FIELD = Text(zh="${name} 不是它的字段", en="${name} is no field of it")
NOT_NEEDED = Text(
    zh="${name}.{part}：'needs' 中没有 {name!r}", en="${name}.{part}: 'needs' does not name {name!r}"
)
NO_PART = Text(zh="{name} 没有 {part!r}", en="{name} has no {part!r}")
NEEDED_WITHOUT_ID = Text(zh="${name}.id：{entity} 没有 'id'", en="${name}.id: {entity} has no 'id'")

# effects
ONLY_ITS_OWN = Text(
    zh="{what}；'always' 只用自己的字段计算：{names}",
    en="{what}; an 'always' calculates with its own: {names}",
)
OLD_IN_ALWAYS = Text(
    zh="{line!r}：'old' 用于 effects，那里才有之前的值",
    en="{line!r}: 'old' is for effects, where there is an act before which it was",
)

# accounts
NOT_ONE_EACH = Text(
    zh="one-account：{entity} 不是每人只有一个的实体（有 'of'，没有 'id'）",
    en="one-account: {entity} is not what each person has one of ('of', and no 'id')",
)
NONE_EACH = Text(
    zh="{place}：每人只有一个的实体中没有 {name!r}",
    en="{place}: each person has one of no entity that is called {name!r}",
)
NOT_KNOWN_OF_NEW = Text(
    zh="{written} 不是新用户的已知信息", en="{written} is nothing that is known of a new person"
)
NO_COOKIE = Text(
    zh="cookie：{participant} 没有名为 {name!r} 的 cookie 认证方式",
    en="cookie: no security scheme of {participant} is a cookie called {name!r}",
)

# what nothing reads
ITEMS_UNREAD = Text(
    zh="{entity} 没有 'id'，整个响应就是这条记录：'items' 不起作用。请写明 'id'，按它在列表中查找；"
    "或让 'fields' 的指针从响应顶层开始",
    en="{entity} has no 'id', so that the whole answer is the record: 'items' says nothing. Give it an 'id', by which "
    "it is found in that list, or let the pointers of 'fields' begin at the top of the answer",
)
LIST_UNREAD = Text(
    zh="{entity} 没有 'id'，整个响应就是这条记录：'list' 中无法分辨。请写明 'id'，或去掉 list",
    en="{entity} has no 'id', so that the whole answer is the record: nothing tells it apart in a 'list'. Give it an "
    "'id', or leave the list out",
)
REMOVED_UNREAD = Text(
    zh="{entity} 没有 'removed'：没有写明列表以哪些字段显示已移除的记录",
    en="{entity} has no 'removed', which says with which fields a list goes on showing what was removed",
)
FIND_UNREAD = Text(
    zh="'find' 不起作用：它按 'same' 的值查找，而 {entity} 没有。编号各不相同时，在 'same' 下写明各方都显示的值在哪里；"
    "编号处处相同时，去掉 'find'",
    en="'find' says nothing: it looks for the value of 'same', which {entity} has none of. Where each has ids of its "
    "own, say under 'same' where the value stands that all of them show; where ids are the same everywhere, leave "
    "'find' out",
)
FIND_LACKS = Text(
    zh="'find' 需要知道 {name!r} 在 {participant} 的位置，而 {entity} 的 {name!r} 没有写",
    en="'find' needs to know where {name!r} stands on {participant}; {name!r} of {entity} does not say it",
)
