"""A shopper on the website's pages."""

from __future__ import annotations

from harness import Actor, Text, WebsiteSession, appears, poll, shows, step

BOUND = "已绑定"


class WebsiteShopper(Actor[WebsiteSession]):
    @step(zh="{who} 在网站用手机号注册", en="{who} signs up on the website with a phone number")
    def signs_up(self) -> None:
        self.session.open("/sign-up")
        self._asks_for_a_code()
        self.session.fill("nickname-input", self.person.nickname)
        self.session.tap("sign-up-submit")
        self.session.arrive("/member", after=Text(zh="注册", en="signing up"))

    @step(zh="{who} 在网站登录", en="{who} logs in on the website")
    def logs_in(self) -> None:
        self.session.open("/log-in")
        self._asks_for_a_code()
        self.session.tap("log-in-submit")
        self.session.arrive("/member", after=Text(zh="登录", en="logging in"))

    @step(
        zh="{who} 在网站把昵称改为「{nickname}」",
        en="{who} changes the nickname on the website to “{nickname}”",
    )
    def changes_nickname(self, nickname: str) -> None:
        self.session.tap("nickname-edit")
        self.session.fill("nickname-input", nickname)
        self.session.tap("nickname-save")
        self.session.text("nickname-saved")

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
            read=lambda: self._refreshed("wechat-bound"),
            expected=BOUND,
        )

    def _asks_for_a_code(self) -> None:
        self.session.fill("phone-input", self.person.phone)
        self.session.tap("send-code")
        self.session.text("code-sent")
        self.session.fill("code-input", self.person.credentials["one_time_code"])

    def _refreshed(self, testid: str) -> str:
        """The text of an element of the member page, as the backend has it now."""
        self.session.tap("refresh")
        poll(
            lambda: self.session.attribute("member", "aria-busy"),
            lambda busy: busy == "false",
            within=self.session.settings.patience,
        )
        return self.session.text(testid)
