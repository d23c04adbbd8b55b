"""A shopper on the mini-program's pages."""

from __future__ import annotations

from harness import Actor, MiniProgramSession, Text, appears, poll, shows, step


class MiniProgramShopper(Actor[MiniProgramSession]):
    @step(zh="{who} 打开小程序", en="{who} opens the mini-program")
    def opens(self) -> None:
        mine = self.page("mine")
        mine.arrive(after=Text(zh="打开小程序", en="opening the mini-program"))
        mine.see("welcome")

    @step(zh="{who} 在小程序用手机号快捷登录", en="{who} logs in on the mini-program with the phone's number")
    def logs_in_with_phone(self) -> None:
        self.page("mine").tap("to-login")
        login = self.page("login")
        login.arrive(after=Text(zh="点「登录 / 注册」", en="tapping “log in”"))
        login.tap("agree")
        login.tap("login")
        after = Text(zh="点「手机号快捷登录」", en="tapping the log-in button")
        self.session.arrive(self.page("mine").about.address, after=after, notice="#error")
        self.page("mine").see("nickname")

    @step(
        zh="{who} 在小程序看到昵称「{nickname}」",
        en="{who} sees the nickname “{nickname}” on the mini-program",
    )
    def sees_nickname(self, nickname: str) -> None:
        appears(
            self.stage,
            Text(zh="小程序上的昵称", en="the nickname on the mini-program"),
            entity="member",
            source="website",
            target="miniprogram",
            read=lambda: self._refreshed("nickname"),
            expected=nickname,
        )

    @step(zh="{who} 在小程序看到 {points} 积分", en="{who} sees {points} points on the mini-program")
    def sees_points(self, points: int) -> None:
        what = Text(zh="小程序上的积分", en="the points on the mini-program")
        shows(
            self.stage, what, on="miniprogram", read=lambda: self._refreshed("points"), expected=str(points)
        )

    def _refreshed(self, part: str) -> str:
        """The text of a part of the member page, as the backend has it now."""
        mine = self.page("mine")
        mine.tap("refresh")
        poll(self.session.data, lambda data: data["loading"] is False, within=self.session.settings.patience)
        return mine.text(part)
