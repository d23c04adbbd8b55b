"""Accounts across the platforms: one person, one member (rows S3 and S4 of what the system must cover)."""

from __future__ import annotations

from collections.abc import Callable

from harness import scenario
from scenarios.actors.shopper import Shopper

WELCOME, BINDING = 100, 50  # points for signing up, and for binding WeChat

Meet = Callable[[str], Shopper]


@scenario("L01")
def test_sign_up_on_the_website_log_in_on_the_miniprogram(shopper: Meet) -> None:
    wang = shopper("王芳")
    wang.on_miniprogram.opens()
    wang.on_website.signs_up()
    wang.on_website.sees_points(WELCOME)

    wang.on_miniprogram.logs_in_with_phone()
    wang.on_miniprogram.sees_nickname(wang.person.nickname)
    wang.on_miniprogram.sees_points(WELCOME + BINDING)
    wang.on_website.sees_wechat_bound()
    wang.on_website.sees_points(WELCOME + BINDING)


@scenario("L02")
def test_nickname_changed_on_the_website(shopper: Meet) -> None:
    li = shopper("李雷")
    li.on_miniprogram.opens()
    li.on_website.signs_up()
    li.on_miniprogram.logs_in_with_phone()
    li.on_website.changes_nickname("橙小七")
    li.on_miniprogram.sees_nickname("橙小七")


@scenario("L03")
def test_two_wechat_users_at_once(shopper: Meet) -> None:
    han, zhao = shopper("韩梅"), shopper("赵敏")
    han.on_miniprogram.opens()
    zhao.on_miniprogram.opens()
    han.on_website.signs_up()
    zhao.on_website.signs_up()

    han.on_miniprogram.logs_in_with_phone()
    zhao.on_miniprogram.logs_in_with_phone()
    han.on_miniprogram.sees_nickname(han.person.nickname)
    zhao.on_miniprogram.sees_nickname(zhao.person.nickname)


@scenario("L04")
def test_become_a_member_on_the_miniprogram(shopper: Meet) -> None:
    sun = shopper("孙悦")
    sun.on_miniprogram.opens()
    sun.on_miniprogram.logs_in_with_phone()
    sun.on_miniprogram.sees_points(WELCOME + BINDING)

    sun.on_website.logs_in()
    sun.on_website.sees_wechat_bound()
    sun.on_website.sees_points(WELCOME + BINDING)
