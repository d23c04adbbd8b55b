"""The comments of a draft, for whoever completes it."""

from __future__ import annotations

from harness.core.text import Text

NOBODY_MAY = Text(zh="harness.toml 中没有用户可以发送它", en="no user of harness.toml may send it")
SENT = Text(zh="{seen}；发送的是：{sent}", en="{seen}; sent: {sent}")
NO_ID = Text(zh="响应中没有编号：{answer}", en="no id in the answer: {answer}")
NOTHING_KNOWN = Text(zh="不知道 {name} 的值", en="nothing is known for {name}")
NOTHING_READS = Text(
    zh="各参与方没有读取 {name!r} 的接口", en="no operation of the participants reads a {name!r}"
)
NOT_SEEN = Text(
    zh="{reader}：{seconds:g} 秒内没有读到这条记录",
    en="{reader}: the record was in no answer within {seconds:g} s",
)
UNSURE = Text(
    zh="不确定：{field} 在 {reader} 上可能是 {pointer}，取值不足以确认",
    en="not sure: {field} is perhaps {pointer} on {reader}; its values do not show it",
)
NOT_AS_SENT = Text(
    zh="{field} 不作为字段：写入的是 {sent}，显示的是 {shown}",
    en="{field} is no field: it is sent as {sent} and shown as {shown}",
)
MISSING = Text(zh="{reader} 上没有找到：{fields}", en="not found on {reader}: {fields}")
MISSING_BESIDE = Text(
    zh="{reader} 上没有找到：{fields}；{reader} 显示、但没有比较的：{others}",
    en="not found on {reader}: {fields}; {reader} shows, and nothing compares: {others}",
)
REFUSED = Text(zh="act {act} 未被接受：{seen}", en="act {act} was not accepted: {seen}")
NOT_REMOVED = Text(
    zh="{call} 没有被接受，或记录没有在各端消失",
    en="{call} was not accepted, or the record did not disappear everywhere",
)
PERHAPS_REMOVES = Text(
    zh="下架是不是 remove: {{call: {call}, body: {{{field}: false}}}} 和 removed: {{{field}: false}}？",
    en="taken off by remove: {{call: {call}, body: {{{field}: false}}}} with removed: {{{field}: false}}?",
)
IN_PAGES = Text(
    zh="{participant} 的 list（{call}）是分页的（{parameters}），看不到后面几页："
    "请写 query，或声明 x-pagination（limit 与 offset 或 page）",
    en="'list' on {participant}, {call}, comes in pages ({parameters}), of which one is seen: add a query, or declare "
    "x-pagination (limit, and offset or page)",
)
NOT_MADE = Text(zh="{name}（{participant} 的 {call}）：{seen}", en="{name} ({call} on {participant}): {seen}")
NOWHERE = Text(
    zh="{name}（{participant} 的 {call}）：其他参与方没有显示它",
    en="{name} ({call} on {participant}): no other participant showed it",
)
ALONE = Text(
    zh="{name}（{participant} 的 {call}）：试的时候值没有变化，无法确认对应关系；会改变它的实体要一起起草",
    en="{name} ({call} on {participant}): its values did not change, so nothing shows what they are elsewhere; "
    "what moves it is to be drafted, too",
)
ONLY_COUNTED = Text(
    zh="{name}（{participant} 的 {call}）：是列表，除了条目数，其他参与方上没有找到相同的内容",
    en="{name} ({call} on {participant}): a list, of which nothing but how long it is was found elsewhere",
)
MOVED_BY_OTHERS = Text(
    zh="只被 {movers} 改变：是否及时显示，由 {movers} 的 'conserved' 检验；要单独检验 appears，"
    "写一个说明结果（sets）的动作，例如 "
    'earn: {{call: …, sets: {{balance: "= old.balance + 39"}}}}',
    en="only {movers} moves it: that it is shown in time is tested by 'conserved' of {movers}; for 'appears' of its "
    'own, write an act that says what it sets, such as earn: {{call: …, sets: {{balance: "= old.balance + 39"}}}}',
)
DOES_NOT_FIT = Text(zh="{name}：草稿未通过检查：{seen}", en="{name}: what was drafted does not fit: {seen}")
NOT_HELD = Text(
    zh="{promise}（{direction}）试了一次，没有成立：{seen}",
    en="{promise} ({direction}) was tried once and did not hold: {seen}",
)
NOT_WRITTEN_THERE = Text(
    zh="{participant} 的 {call} 试了一次，没有成立：{seen}",
    en="{call} on {participant} was tried once and did not hold: {seen}",
)
NOT_EQUAL = Text(zh="{field} 试的时候各端不同：{seen}", en="{field} differed when it was tried: {seen}")
FURTHER = Text(
    zh="没有试过、可以检验的承诺，双方有约定就加上：{promises}",
    en="not tried, and can be shown; add what the ends owe each other: {promises}",
)
LAG = Text(
    zh="试的时候最慢 {seconds:.2f} 秒，共 {times} 次", en="{seconds:.2f} s at the slowest of {times} writes"
)
HELD = Text(zh="试了一次，成立", en="tried once, and held")
STAFF = Text(
    zh="试了一次，成立；{staff} 能做顾客被拒绝的操作，也能看到每个人的数据，因此视为店员：请核对",
    en="tried once, and held; {staff} may do what customers are refused, and is shown everybody's: taken for staff",
)
# What 'try' says of fields that are not equal.
MISSING_AT = Text(
    zh="{participant} 的 {pointer} 处什么也没有{where}",
    en="nothing stands at {pointer} on {participant}{where}",
)
PERHAPS_AT = Text(zh="；是不是 {participant}: {pointer}？", en="; is it {participant}: {pointer}?")
ONE_IS_NULL = Text(
    zh="{writer} 上是 {value}，{participant} 上是 {shown}{where}",
    en="{value} on {writer}, {shown} on {participant}{where}",
)
UNLIKE = Text(
    zh="{writer} 上是 {value}，{participant} 上是 {shown}：不是单位或写法不同；可能还没有到，或是另一个字段{where}",
    en="{value} on {writer}, {shown} on {participant}: no unit or form makes them equal; it has not come in time, or "
    "is another field{where}",
)
KEY = Text(
    zh="{writer} 上是 {value}，{participant} 上是 {shown}：是不是缺 {key}？",
    en="{value} on {writer}, {shown} on {participant}: perhaps it needs {key}",
)
SETS = Text(
    zh="act 的 sets 写的是 {word}，{participant} 上是 {value}：请核对 sets 或 values",
    en="'sets' of the act says {word}, and {participant} shows {value}: see 'sets' or 'values'",
)
NOT_FOUND = Text(
    zh="{participant}：{seen}；询问的是 {asked}。请核对 id、same、find",
    en="{participant}: {seen}, asked by {asked}: see 'id', 'same' and 'find'",
)
HEADING = (
    Text(
        zh="由 harness linkage draft 起草，种子 {seed}。每一项都试过一次；不确定的写成注释。",
        en="Drafted by 'harness linkage draft', seed {seed}. Everything was tried once; what is not sure is a comment.",
    ),
    Text(
        zh="接下来：改好名称和时限，再执行 harness linkage explain 和 harness check --kind linkage。",
        en="Next: mend titles and times, then 'harness linkage explain' and 'harness check --kind linkage'.",
    ),
)
DIVIDED = Text(
    zh="{service} 回答几个端；按路径，{participant} 用 {paths}",
    en="{service} answers several platforms; by their paths, those of {participant} are {paths}",
)
NOTHING_WRITTEN = Text(
    zh="{participant}：没有哪个读取接口的内容能由另一个接口新建或修改；请在接口规范中写明 x-reads-back，或手写",
    en="{participant}: no operation makes or changes what another one reads; say it by x-reads-back, or by hand",
)
SETTLES = Text(
    zh="没有服务声明 drain：过了这么久就视为没有数据在途，请核对",
    en="no service has a 'drain': after so long nothing is taken to be under way; is it so?",
)
SAME_HUMAN = Text(zh="各服务中同名的用户视为同一个人", en="users of one name are taken for one human")
NOT_DRAFTED = Text(zh="没有起草：", en="Not drafted:")
