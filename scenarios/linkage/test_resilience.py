"""What people see while the connection between the two backends loses, repeats or delays a message."""

from __future__ import annotations

from collections.abc import Callable

from harness import World, scenario
from scenarios.actors.shopper import Shopper
from scenarios.linkage.test_account import BINDING, WELCOME

Meet = Callable[[str], Shopper]


@scenario("L05")
def test_sign_up_whose_message_is_lost_three_times(shopper: Meet, world: World) -> None:
    wang = shopper("王芳")
    wang.on_miniprogram.opens()
    world.lose("website", "miniprogram", times=3)
    wang.on_website.signs_up()

    wang.on_miniprogram.logs_in_with_phone()
    wang.on_miniprogram.sees_nickname(wang.person.nickname)
    wang.on_miniprogram.sees_points(WELCOME + BINDING)


@scenario("L06")
def test_binding_whose_message_comes_twice(shopper: Meet, world: World) -> None:
    li = shopper("李雷")
    li.on_miniprogram.opens()
    li.on_website.signs_up()
    li.on_website.sees_points(WELCOME)

    world.duplicate("miniprogram", "website", after=0.2)
    li.on_miniprogram.logs_in_with_phone()
    li.on_website.sees_wechat_bound()
    li.on_website.sees_points(WELCOME + BINDING)
    li.on_miniprogram.sees_points(WELCOME + BINDING)
