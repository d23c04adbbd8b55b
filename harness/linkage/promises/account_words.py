"""What findings of ``one-account`` say, in both languages."""

from __future__ import annotations

from harness.core.text import Text

NOBODY_SIGNS_UP = Text(
    zh="{participant}：谁都无法注册：{answer}", en="{participant}: nobody can sign up: {answer}"
)
NOBODY_SIGNS_IN = Text(
    zh="{participant}：谁都无法登录：{answer}", en="{participant}: nobody can sign in: {answer}"
)
NOT_LET_IN = Text(zh="{who}不让已有账号的人登录", en="the {who} does not let in who has an account")
LET_IN = Text(
    zh="{way} 成功（{other} 上已注册），{within:g} 秒内",
    en="{way} taken within {within:g} s, for who signed up on {other}",
)
ANSWERED = Text(
    zh="{participant} 的回答：{answer}，问了 {reads} 次；{hop}",
    en="{answer} from {participant}, asked {reads} times; {hop}",
)
NOT_SHOWN = Text(zh="{who}登录后没有这条记录", en="the {who} does not have it for who has just signed in")
OTHER_ACCOUNT = Text(
    zh="{who}把同一个人当成了另一个账号（{name}）",
    en="the {who} takes one person for two accounts ({name})",
)
UNLIKE = Text(
    zh="同一个人在{who}的 {name} 与{other}不同",
    en="{name} of one person on the {who} is not that on the {other}",
)
NOT_AS_ANSWERED = Text(
    zh="{who}的 {name} 与登录时的回答不同", en="{name} on the {who} is not what the sign-in answered"
)
AS_ANSWERED = Text(zh="{name} = {value}（{way} 的回答）", en="{name} = {value} as {way} answered,")
COUNTED = Text(zh="{how}之后，{who}的 {name} 与别人不同", en="{name} on the {who} is another after {how}")
AS_OTHERS = Text(
    zh="{name}：{wanted}，与正常注册、登录的人一样",
    en="{name}: {wanted}, as of people who came in one by one",
)
COUNT = Text(
    zh="{participant} 上 {name}：{count}，读了 {reads} 次",
    en="{name}: {count} on {participant}, {reads} times",
)
AGAIN = Text(zh="再次登录", en="signing in again")
LOST = Text(
    zh="登录途中服务之间的回答丢失、重试登录",
    en="a sign-in during which an answer between the services was lost",
)
AT_ONCE = Text(zh="在两端同时注册", en="signing up on both at once")
SHARED = Text(
    zh="{who}让两个人进了同一个账号（{name}）", en="the {who} lets two people into one account ({name})"
)
NOT_ITS_OWN = Text(zh="不是 {name} = {value}", en="another than {name} = {value}")
OTHER_PHONE = Text(
    zh="{who}上已绑定的微信号带另一个手机号登录，换了账号",
    en="on the {who}, a WeChat account that is bound and comes with another phone is let into another account",
)
OTHER_OPENID = Text(
    zh="{who}上同一手机号带另一个微信号登录，换了账号",
    en="on the {who}, a phone that has an account and comes with another WeChat account is let into another one",
)
NOT_MOVED = Text(
    zh="{who}上已绑定的微信号带另一个手机号登录，没有换到手机号的账号（follows: phone）",
    en="on the {who}, a WeChat account with another phone does not go over to the phone's account (follows: phone)",
)
OWN_OR_REFUSED = Text(zh="{name} = {value}，或者拒绝", en="{name} = {value}, or a refusal")
