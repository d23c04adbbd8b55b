"""What findings of the linkage contract's checks say, in both languages."""

from __future__ import annotations

from harness.core.text import Text
from harness.linkage.participants.participant import NOT_LOGGED_IN
from harness.linkage.participants.record import RECORD

TITLE = Text(zh="{entity}：{what}", en="{entity}: {what}")
FIELD = Text(zh="{name} = {value}", en="{name} = {value}")
MADE_ON = Text(zh="{what}（记录由 {participant} 新建）", en="{what}, on a record that {participant} made")
REFUSES_OTHERS = Text(
    zh="{who}对{maker}新建的数据拒绝执行 {act}", en="the {who} refuses '{act}' on what the {maker} made"
)
TAKEN_OF_OWN = Text(
    zh="{status}，与 {participant} 自己新建的数据一样", en="{status}, as on what {participant} made itself"
)
NOW_ANSWERED = Text(zh="{participant} 返回 {answer}", en="{participant} answered {answer}")
WITHIN = Text(zh="{what}，在 {write} 之后 {within:g} 秒内", en="{what} within {within:g} s of {write}")
SEEN = Text(zh="{participant} 上是 {what}，读了 {reads} 次", en="{what} on {participant}, {reads} times")
HARNESS = Text(zh="测试工具", en="the harness")
AS = Text(zh="{participant}（身份：{user}）", en="{participant} as {user}")
SEEN_AND_HOP = Text(
    zh="{participant} 上是 {what}，读了 {reads} 次{more}；{hop}",
    en="{what} on {participant}, {reads} times{more}; {hop}",
)
COARSER = Text(
    zh="{who}的 {name} 精度不同：若是有意如此，请在 {place} 写 tolerance: 1s",
    en="the {who} keeps {name} with another precision: if that is meant, write 'tolerance: 1s' in {place}",
)
THERE = Text(zh="存在", en="there")
MORE = Text(zh="（还有 {fields}）", en=" (and {fields})")
_THE_RECORD = Text(zh="这条记录 {id}", en="the record {id}")
NO_RECORD = Text(zh="没有这条记录（{status}）", en="no such record ({status})")

NOT_SHOWN_ITSELF = Text(
    zh="{who}不向 {user} 显示在那里写入的记录",
    en="the {who} does not show {user} the record that was written there",
)
NOT_KEPT = Text(
    zh="{who}收下了新的 {name}，自己却不显示", en="the {who} took a new {name} and does not show it itself"
)
NOT_IN_TIME = Text(zh="{who}的 {name} 没有及时更新", en="{name} on the {who} is not the new one in time")
TWICE_THERE = Text(zh="{who}有 {times} 条这条记录", en="the {who} has it {times} times")
NOT_THERE = Text(zh="{who}没有这条记录", en="the {who} does not have it")
NOT_SHOWN = Text(zh="{who}不显示{entity}", en="the {who} does not show the {entity}")
AS_SHOWN = Text(
    zh="{name} = {value}（{participant} 显示的值）", en="{name} = {value} as {participant} shows it,"
)
NOT_AS_SHOWN = Text(
    zh="{name} = {value}，而 {participant} 显示的是 {wanted}",
    en="{name} = {value} and not {wanted} as {participant} shows it",
)
STILL_THERE = Text(zh="{who}仍显示已移除的记录", en="the {who} still shows what was removed")
WENT_BACK = Text(zh="{who}的 {name} 又变回了先前的值", en="{name} on the {who} went back to an earlier value")
THE_LAST = Text(zh="{name} = {value}，最后写入的值", en="{name} = {value}, the last one written")
WHEN_QUIET = Text(
    zh="数据都已送达之后，{participant} 上 {name} = {value}",
    en="{name} = {value} on {participant} when nothing was under way any more",
)
OLD_AGAIN = Text(
    zh="{who}已显示过新的 {name}，之后又显示了别的值",
    en="the {who} showed the new {name} and then another one",
)
AS_BEFORE = Text(zh="{name} = {value}，与之前显示的一样", en="{name} = {value}, as it was shown before")
NOW = Text(zh="{participant} 上 {name} = {value}", en="{name} = {value} on {participant}")
LOST = Text(zh="{all} 条里有 {lost} 条没有到{who}", en="{lost} of {all} did not come to the {who}")
ALL_WITHIN = Text(zh="{within:g} 秒内 {all} 条全部到达", en="all {all} within {within:g} s")
SOME = Text(zh="{all} 条到了 {some} 条；{record}：{example}", en="{some} of {all}; of {record}: {example}")
TWICE = Text(
    zh="同一请求发送两次，{who}生成了两条记录", en="the {who} makes two of one request that was sent twice"
)
SAME_AGAIN = Text(zh="仍是同一条记录：{id}", en="the same record again: {id}")
ANOTHER = Text(zh="另一条：{id}", en="another one: {id}")
NO_LIST = Text(zh="{who}不显示{entity}的列表", en="the {who} shows no list of {entity}")
A_LIST = Text(zh="一个列表", en="a list")
NOT_ONCE = Text(zh="{who}的列表里它出现了 {times} 次", en="it stands {times} times in the list of the {who}")
ONCE = Text(zh="{record}，一次", en="{record}, once")
TIMES = Text(zh="{participant} 的列表里有 {times} 条", en="{times} in the list of {participant}")
NOT_TOLD_APART = Text(
    zh="{participant} 的列表既不显示 id 也不显示 'same'：无法分辨是哪条记录",
    en="the list of {participant} shows neither the id nor 'same': nothing tells whose record each entry is",
)
STILL_LISTED = Text(zh="{who}的列表里还有已移除的记录", en="the list of the {who} still has what was removed")
NOT_LISTED_ANY_MORE = Text(zh="列表里没有它", en="not in the list")
NOT_THERE_OR = Text(zh="列表里没有它，或显示 {what}", en="not in the list, or there with {what}")
NOT_LISTED_AS_ON = Text(
    zh="列表里没有它，与 {participant} 一样（如果这个列表应当继续显示已移除的记录，请在它的 list 中写"
    " shows-removed: true）",
    en="not in the list, as on {participant} (if this list is to go on showing what was removed, write "
    "'shows-removed: true' in its 'list')",
)
NOT_AS_REMOVED = Text(zh="{record}，不再是 {what}", en="{record}, and no longer with {what}")
LISTED_AS_REMOVED = Text(
    zh="已恢复的记录，{who}的列表仍显示为已移除",
    en="the list of the {who} still shows as removed what was put back",
)
LISTED_WITH = Text(zh="{times}，{what}", en="{times}, with {what}")
EITHER = Text(zh="{one}，或 {other}", en="{one}, or {other}")
STILL_MADE = Text(
    zh="在{who}仍能对已移除的记录创建{what}", en="on the {who} {what} can still be made of what was removed"
)
A_REFUSAL = Text(zh="{write} 之后：拒绝", en="a refusal after {write}")
LISTED_OTHERWISE = Text(
    zh="{who}的列表里 {name} 没有及时更新", en="{name} in the list of the {who} is not the new one in time"
)
NOT_LISTED = Text(zh="{who}的列表里没有它", en="the list of the {who} does not have it")
TAKEN_TOO_MUCH = Text(zh="{who}收下的比有的多", en="the {who} takes more than there is")
TOO_LITTLE = Text(
    zh="{field} 是 {left}，不够 {wanted}：拒绝", en="{field} is {left}, too little for {wanted}: a refusal"
)
UNBALANCED = Text(zh="{who}的账不平：{line}", en="on the {who} it does not hold that {line}")
MOVED_WRONG = Text(
    zh="{act} 之后，{who}的{entity} {field} 变动不对",
    en="after {act!r}, {entity}'s {field} on the {who} is not what it must be",
)
MOVED_OTHERWISE = Text(
    zh="{who}的{entity} {field} 与另一端不同",
    en="{entity}'s {field} on the {who} is not that of the other end",
)
OVERSOLD = Text(
    zh="{one}与{other}同时下单，{field} 超卖或对不上",
    en="made on the {one} and the {other} at once, more is taken than there is",
)
ONE_TAKES_ALL = Text(
    zh="{field} 是 {left}，一单就取完：只成一单，{field} 为 0",
    en="{field} {left}, of which one takes all: one is made, {field} is 0",
)
ENOUGH_FOR_ONE = Text(
    zh="{field} 是 {left}，一单取 {amounts}：只够一单，只成一单",
    en="{field} {left}, and one takes {amounts}: enough for one, so one is made",
)
MADE = Text(
    zh="成了 {made} 单，{participant} 上 {field} = {left}",
    en="{made} made, {field} = {left} on {participant}",
)
LEAKED = Text(zh="{who}让别人（{other}）看到了它", en="the {who} shows it to another ({other})")
NOBODY = NOT_LOGGED_IN
CHANGED_BY_OTHERS = Text(
    zh="{who}让别人（{other}）对它做了 {act}", en="the {who} lets another ({other}) {act} it"
)
REFUSED_UNCHANGED = Text(zh="{statuses}，记录不变", en="{statuses}, and the record as it was")
CHANGED_TO = Text(
    zh="以 {other} 的身份得到 {status}，之后 {name} = {value}",
    en="{status} as {other}, then {name} = {value}",
)
REFUSED = Text(zh="{statuses}，或者他们自己的记录", en="{statuses}, or a record of their own")
ANSWERED = Text(zh="以 {other} 的身份得到 {status}：{reading}", en="{status} as {other}: {reading}")

ONE_SERVICE = Text(zh="两端由同一个服务 {source} 回答", en="one service, {source}, answers both")
LAST_SEEN = Text(zh="最后出现在 {edge}：{request} → {answer}", en="last seen on {edge}: {request} → {answer}")
NO_ANSWER = Text(zh="没有回答", en="no answer")
NOTHING_RECORDED = Text(
    zh="{source} 与 {target} 之间没有录制", en="between {source} and {target} nothing is recorded"
)
NO_DRAIN = Text(
    zh="无从得知数据何时都已送达：请为服务声明 drain，或在 defaults 中声明 settle",
    en="nothing tells when no data is under way: declare 'drain' of the services, or 'settle' under 'defaults'",
)
NOTHING_FOLLOWED = Text(
    zh="写入之后 {source} 与 {target} 之间没有带它的 traceparent 的请求：没有发送，或服务不传递 traceparent",
    en="no request between {source} and {target} with the traceparent of the write: none was sent, or the services "
    "do not pass it on",
)

# Why a promise is not run.
NO_EFFECTS = Text(
    zh="契约没有写明 {participant} 有副作用的操作",
    en="the contract says no act of {participant} that has effects",
)
ONE_USER = Text(
    zh="{participant} 只有一个用户，请在 harness.toml 中再写一个",
    en="{participant} has one user only; name another in harness.toml",
)
NOBODYS = Text(
    zh="没有写明这条记录是谁的，也就无从说起谁是别人：请写 of（一个 people 中的名字），或在 read 中写 as",
    en="nothing says whose it is, so that nobody is another: write 'of' (a name of 'people'), or 'as' in 'read'",
)
PUBLIC = Text(
    zh="{participant} 的 {operation} 在接口规范中是公开的（security: []）",
    en="{operation} on {participant} is public by its document (security: [])",
)
NEVER_CAME = Text(
    zh="{entity}没有从 {maker} 及时到 {reader}（{seen}）：见它的 appears",
    en="{entity} did not come from {maker} to {reader} in time ({seen}): see its 'appears'",
)
NO_NUMBER = Text(
    zh="{participant} 上的 {field} 不是数字：{reading}", en="{field} on {participant} is no number: {reading}"
)
UNREADABLE = Text(
    zh="{participant} 的回答既不是这条记录，也不是没有它：{seen}",
    en="the answer of {participant} is neither the record nor its absence: {seen}",
)
NEVER_REACHED = Text(
    zh="没有到达要检验的状态：{states}", en="the state that it is about was never reached: {states}"
)
STATES = {
    "appeared": Text(zh="写入在另一端显示", en="a write appears on the other side"),
    "read on": Text(zh="继续读取", en="it is read on"),
    "burst": Text(zh="连续写入", en="a burst of writes"),
    "repeated": Text(zh="重发或再次投递", en="something is sent or delivered twice"),
    "calculated": Text(zh="计算算式", en="the arithmetic is done"),
    "moved": Text(zh="动作引起变动", en="an act moves something"),
    "raced": Text(zh="同时取用时有一方得到", en="one of two who take at once gets it"),
    "able": Text(zh="两端在够用时都能取用", en="each of the two takes where there is enough"),
    "asked": Text(zh="以他人的身份询问", en="others ask for it"),
    "removed": Text(zh="移除数据", en="a record is removed"),
    "cut off": Text(zh="断开", en="it is cut off"),
    "let in": Text(zh="新用户进入", en="new people come in"),
    "apart": Text(zh="两个人的账号可以比较", en="accounts of two people are compared"),
    "lose": Text(zh="丢失", en="lost"),
    "lose-answer": Text(zh="丢失回答", en="answer lost"),
    "duplicate": Text(zh="重复", en="twice"),
    "delay": Text(zh="延迟", en="late"),
}
"""What a check brings about, and what goes wrong on the way."""
NEVER_WENT_WRONG = Text(
    zh="从 {writer} 到 {reader} 的途中没有可以出错的请求（{kinds}）：服务是否传递 traceparent？其余内容没有发现问题",
    en="nothing could go wrong on the way from {writer} to {reader} ({kinds}): do the services pass traceparent on? "
    "Nothing else was found",
)
NEVER_CUT_OFF = Text(
    zh="断开期间 {reader} 仍显示新写入的内容：数据走的是另一条路",
    en="{reader} shows what is written while it is cut off: data goes another way",
)
TAKES_NONE = Text(
    zh="{participant} 上 {field} 是 {left}，没有可取走的",
    en="{field} is {left} on {participant}: there is nothing to take",
)
REMOVED_ALREADY = Text(
    zh="{participant} 上的{entity}一创建就是已移除的样子",
    en="{entity} on {participant} looks removed as soon as it is made",
)
ALIKE = Text(
    zh="{participant}：记录中没有能与 {other} 的记录区分的内容",
    en="{participant}: nothing in the record tells it from that of {other}",
)
NO_KEY = Text(
    zh="{operation}（{participant}）没有声明 x-idempotency：两次请求可以生成两条",
    en="{operation} on {participant} declares no x-idempotency: two requests may make two",
)
TAKES_NOTHING = Text(
    zh="'make' 的 effects 没有写明它消耗什么（例如 '实体.字段': '- 1'）",
    en="no effect of 'make' says what it takes (for example 'ENTITY.FIELD': '- 1')",
)
TAKES_UNSAID = Text(
    zh="没有 'change' 能设定有多少，'always' 中也没有它能设定的总量（例如 'left <= total'），也没有写明如何取走全部"
    "（'make' 的 takes 与 undo）",
    en="no 'change' says how much there is, nor a total that 'always' names beside it ('left <= total'), nor is it "
    "said how to take all of it ('takes' and 'undo' of 'make')",
)
TOTAL_MOVES_NOT = Text(
    zh="{participant}：设定 {total} 之后，{field} 应为 {amount}，实际是 {left}：它不随总量变化",
    en="{participant}: {total} was set so that {field} is {amount}, and it is {left}: it does not move with the total",
)
TAKES_UNSAID_OF = Text(zh="{place}：{reason}", en="{place}: {reason}")
TAKES_OTHERWISE = Text(
    zh="{participant} 上一条记录这次取走 {taken}，之前是 {one}（{field}，按 '{by}'），无法判断够不够："
    "请在 'make' 的 body 里写明数量",
    en="one record takes {taken} of {field} on {participant}, and took {one} before (by '{by}'): nobody can tell "
    "what is enough. Say the amount in the body of 'make'",
)
TAKES_NOT_ALL = Text(
    zh="{participant} 不让一条记录取走全部 {field}（{left}）",
    en="{participant} does not let one record take all of {field}, {left}",
)
NO_PROXY = Text(
    zh="两个服务之间没有代理，无法把它们断开",
    en="no proxy stands between the two services, so that nothing can cut them off",
)
TAKES_NO_WRITE = Text(
    zh="连不上 {service} 时没有写入被接受，所以之后没有数据要送达。{refused}",
    en="no write is taken while {service} cannot be reached, so that nothing is to arrive later. {refused}",
)


def the_record(id: object) -> Text:
    """A record by its id, where it has one."""
    return RECORD if id is None else _THE_RECORD.format(id=id)
