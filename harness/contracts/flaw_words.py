"""What may be wrong with an OpenAPI document, in both languages."""

from __future__ import annotations

from harness.core.text import Text

# the document
NO_MAPPING = Text(
    zh="不是 OpenAPI 接口规范：顶层不是对象", en="not an OpenAPI document: its top level is not a mapping"
)
OTHER_SWAGGER = Text(
    zh="这是 Swagger {version}；可读取 Swagger 2.0 和 OpenAPI 3.0 至 3.2，请先转换",
    en="this is Swagger {version}, read are Swagger 2.0 and OpenAPI 3.0 to 3.2; convert it",
)
NO_VERSION = Text(
    zh="不是 OpenAPI 接口规范：没有 'openapi' 字段", en="not an OpenAPI document: no 'openapi' field"
)
VERSION_NO_TEXT = Text(
    zh="openapi 必须是文本，如 '3.1.0'，而不是数字 {version}",
    en="openapi must be text, such as '3.1.0', not the number {version}",
)
UNKNOWN_VERSION = Text(zh="未知的 OpenAPI 版本 {version!r}", en="unknown OpenAPI version {version!r}")
OTHER_DIALECT = Text(zh="不读取以 {dialect!r} 写成的 schema", en="schemas in {dialect!r} are not read")
NO_INFO = Text(zh="info 必须有 title 和 version", en="info must have a title and a version")
NOTHING_IN_IT = Text(zh="既没有接口，也没有 components", en="has neither operations nor components")
OTHER_SHAPE = Text(
    zh="写法不符合 OpenAPI（{kind}: {seen}）", en="is not written as OpenAPI has it ({kind}: {seen})"
)
MUST_BE_MAPPING = Text(zh="必须是对象", en="must be a mapping")
NAMED_MAPPING = Text(zh="{name} 必须是对象", en="{name} must be a mapping")
REPEATED = Text(
    zh="键 {key!r} 在这里出现了两次，以后一个为准",
    en="the key {key!r} stands here twice, the last one counts",
)

# servers
SERVERS_NO_LIST = Text(zh="servers 必须是由对象组成的列表", en="servers must be a list of mappings")
NO_URL = Text(zh="server 必须有 url", en="a server needs a url")
NO_DEFAULT = Text(
    zh="这个 server 的变量 {name!r} 没有 default", en="the variable {name!r} of this server has no default"
)

# references
TO_ITSELF = Text(zh="这个 $ref 指回了它自己", en="this $ref leads back to itself")
CONTAINS_ITSELF = Text(
    zh="这个 $ref 包含它自己；请把它移到所在文件的 components 下",
    en="this $ref contains itself; put it under components of its document",
)
REMOTE = Text(
    zh="不会加载远程的 $ref {reference!r}；请把那份文件放在旁边",
    en="remote $ref {reference!r} is not loaded; keep the document beside",
)
NO_FILE = Text(zh="$ref {reference!r}：没有这个文件", en="$ref {reference!r}: no such file")
HOLDS_NOTHING = Text(
    zh="$ref {reference!r}：这个文件里没有对象", en="$ref {reference!r}: the file holds no mapping"
)
NO_ANCHOR = Text(
    zh="$ref {reference!r}：{file} 中没有唯一一个 $anchor 为 {anchor!r} 的 schema",
    en="$ref {reference!r}: {file} has no one schema with the $anchor {anchor!r}",
)
LEADS_NOWHERE = Text(
    zh="$ref {reference!r} 没有目标：{place} 中没有 {token!r}",
    en="$ref {reference!r} leads nowhere: {token!r} is not in {place}",
)
MEDIA_TYPE_REFERRED = Text(
    zh="不读取以 $ref 引用的媒体类型（OpenAPI 3.2）；请直接写出",
    en="a media type by $ref (OpenAPI 3.2) is not read; write it out",
)
DYNAMIC = Text(
    zh="{keyword} {value!r} 指向的 schema 不唯一；请用 $ref",
    en="{keyword} {value!r} does not lead to one schema; use $ref",
)

# paths
NO_SLASH = Text(zh="路径必须以 '/' 开头：{template!r}", en="a path begins with '/': {template!r}")
FRAGMENT = Text(
    zh="没有请求能对应 {template}：'#' 之后的内容不会发送",
    en="no request can be for {template}: what follows '#' is never sent",
)
NO_METHODS = Text(
    zh="路径 {template} 必须是由方法组成的对象", en="the path {template} must be a mapping of methods"
)
SAME_PATH = Text(zh="{template} 与 {first} 是同一个路径", en="{template} and {first} are the same path")
NO_METHOD = Text(zh="{key!r} 不是方法", en="{key!r} is not a method")

# operations
ID_NO_TEXT = Text(zh="operationId 必须是文本", en="operationId must be text")
ID_TAKEN = Text(zh="operationId {id!r} 已被使用，见 {place}", en="operationId {id!r} is taken, see {place}")
RESPONSES_NO_MAPPING = Text(
    zh="{operation} 的 responses 必须是对象", en="the responses of {operation} must be a mapping"
)
NO_FIELD_OF_OPERATION = Text(zh="接口没有 {key!r} 字段", en="{key!r} is no field of an operation")
NO_RESPONSES = Text(zh="{operation} 没有写 responses", en="{operation} has no responses")
NO_STATUS = Text(
    zh="{status!r} 不是状态码（200、4XX、default）", en="{status!r} is not a status (200, 4XX, default)"
)
REQUIREMENT_NO_MAPPING = Text(
    zh="security 中的每一项必须是对象", en="a security requirement must be a mapping"
)
NO_SCHEME = Text(zh="没有声明名为 {name!r} 的认证方式", en="security scheme {name!r} is not declared")

# parameters
NO_NAME = Text(zh="参数必须有 name", en="a parameter needs a name")
WHOLE_QUERY = Text(
    zh="参数 {name!r} 是整个查询串（OpenAPI 3.2），不会读取",
    en="parameter {name!r} is the whole query (OpenAPI 3.2), which is not read",
)
NO_LOCATION = Text(zh="参数 {name!r} 的 in 是 {where!r}", en="parameter {name!r} is in {where!r}")
NO_SCHEMA = Text(zh="参数 {name!r} 必须有 schema", en="parameter {name!r} needs a schema")
DECLARED_TWICE = Text(
    zh="{where} 中的参数 {name!r} 声明了两次", en="parameter {name!r} in {where} is declared twice"
)
PATH_UNDECLARED = Text(
    zh="没有声明 {operation} 的路径参数 {name!r}",
    en="path parameter {name!r} of {operation} is not declared",
)
IN_THE_QUERY = Text(
    zh="参数 {name!r} 位于 {template} 的查询串中，必须写 in: query",
    en="parameter {name!r} stands in the query of {template}; it must be in: query",
)
NOT_IN_PATH = Text(zh="{template} 中没有路径参数 {name!r}", en="path parameter {name!r} is not in {template}")
MUST_BE_REQUIRED = Text(
    zh="路径参数 {name!r} 必须写 required: true", en="path parameter {name!r} must be required: true"
)

# schemas
NO_SCHEMA_OF_JSON = Text(zh="不是 schema：{why}", en="not a schema: {why}")
TYPES = "array, boolean, integer, null, number, object, string"
UNKNOWN_TYPE = Text(zh=f"未知的 type {{seen}}（{TYPES}）", en=f"unknown type {{seen}} ({TYPES})")
NO_TYPE = Text(zh=f"type：{{seen}} 不是类型（{TYPES}）", en=f"type: {{seen}} is no type ({TYPES})")
NOT_UNIQUE = Text(zh="{keyword}：{seen} 中有重复的值", en="{keyword}: {seen} has non-unique elements")
EXPECTED = Text(zh="应为 {expected}，而不是 {seen}", en="expected {expected}, not {seen}")
UNREAD_PATTERN = Text(
    zh="模式 {pattern!r} 无法按 ECMA-262 读取，不会检查",
    en="the pattern {pattern!r} cannot be read as ECMA-262; it is not checked",
)
LARGE_PATTERN = Text(
    zh="模式 {pattern!r} 的重复次数过多，不会检查",
    en="the pattern {pattern!r} repeats too much; it is not checked",
)
DELIMITED_PATTERN = Text(
    zh="模式 {pattern!r} 不匹配任何文本；按 {inside!r} 读取",
    en="the pattern {pattern!r} matches no text; read is {inside!r}",
)
ANY_CASE = Text(zh="{words}，不区分大小写", en="{words}, in upper and lower case")
BESIDE_REF = Text(
    zh="$ref 旁的 {keyword} 不起作用，不会检查", en="{keyword} says nothing beside $ref; it is not checked"
)
NO_KEYWORD = Text(zh="schema 没有关键字 {keyword!r}", en="{keyword!r} is no keyword of schemas")
NULLABLE_BESIDE_REF = Text(
    zh="nullable 在 $ref 旁不起作用{often}；按本意读取，允许 null",
    en="nullable says nothing beside $ref{often}; read as meant, null is allowed",
)
NULLABLE_GONE = Text(
    zh="nullable 自 OpenAPI 3.1 起不再是关键字{often}；按本意读取，允许 null",
    en="nullable is no keyword since OpenAPI 3.1{often}; read as meant, null is allowed",
)
TIMES = Text(zh="（{count} 处）", en=" ({count} times)")
EXPANDS = Text(
    zh="对一个值要用 {many} 个 schema 判断，超过 {most} 个",
    en="stands for {many} schemas for one value, more than {most}",
)
