"""A shopper on the website's pages."""

from __future__ import annotations

from harness import Actor, PageObject, Text, WebsiteSession, appears, poll, shows, step

BOUND = "已绑定"


class WebsiteShopper(Actor[WebsiteSession]):
    @step(zh="{who} 在网站用手机号注册", en="{who} signs up on the website with a phone number")
    def signs_up(self) -> None:
        page = self._asks_for_a_code("sign-up")
        page.fill("nickname", self.person.nickname)
        page.tap("submit")
        self.page("member").arrive(after=Text(zh="注册", en="signing up"))

    @step(zh="{who} 在网站登录", en="{who} logs in on the website")
    def logs_in(self) -> None:
        self._asks_for_a_code("log-in").tap("submit")
        self.page("member").arrive(after=Text(zh="登录", en="logging in"))

    @step(
        zh="{who} 在网站把昵称改为「{nickname}」",
        en="{who} changes the nickname on the website to “{nickname}”",
    )
    def changes_nickname(self, nickname: str) -> None:
        page = self.page("member")
        page.tap("edit")
        page.fill("nickname", nickname)
        page.tap("save")
        page.see("saved")

    @step(zh="{who} 在网站看到 {points} 积分", en="{who} sees {points} points on the website")
    def sees_points(self, points: int) -> None:
        what = Text(zh="网站上的积分", en="the points on the website")
        shows(self.stage, what, on="website", read=lambda: self._refreshed("points"), expected=str(points))

    @step(zh="{who} 在网站看到微信已绑定", en="{who} sees on the website that WeChat is bound")
    def sees_wechat_bound(self) -> None:
        appears(
            self.stage,
            Text(zh="网站上的微信绑定状态", en="whether WeChat is bound, on the website"),
            entity="member",
            source="miniprogram",
            target="website",
            read=lambda: self._refreshed("wechat"),
            expected=BOUND,
        )

    def _asks_for_a_code(self, name: str) -> PageObject:
        page = self.page(name)
        page.open()
        page.fill("phone", self.person.phone)
        page.tap("send-code")
        page.see("code-sent")
        page.fill("code", self.person.credentials["one_time_code"])
        return page

    def _refreshed(self, part: str) -> str:
        """The text of a part of the member page, as the backend has it now."""
        page = self.page("member")
        page.tap("refresh")
        poll(
            lambda: self.session.attribute(page.part("member"), "aria-busy"),
            lambda busy: busy == "false",
            within=self.session.settings.patience,
        )
        return page.text(part)
