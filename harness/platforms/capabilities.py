"""What each driver can do. What it cannot is *not run, with the reason*, never green.

Only drivers of mini-programs lack anything: a website in Chromium is driven as people use it.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.errors import NotRun, UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import DriverKind
from harness.core.text import Text


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing a scenario may need; a reason stands where a driver cannot."""

    name: str
    what: Text
    simulator: Text | None = None
    devtools: Text | None = None

    def reason_against(self, driver: DriverKind) -> Text | None:
        """Why ``driver`` cannot do it; None where it can."""
        return {"simulator": self.simulator, "devtools": self.devtools}.get(driver)


FILE_DIALOGUE = Text(
    zh="开发者工具会打开系统的文件对话框，协议无法操作；请改为模拟该调用",
    en="DevTools open a file dialogue of the system, which no protocol reaches; mock the call instead",
)
WINDOW = Text(zh="只能在开发者工具窗口中手动选择", en="it is chosen by hand in the DevTools window")
NOT_SIMULATED = Text(zh="模拟器没有模拟它", en="the simulator does not simulate it")

CAPABILITIES = {
    capability.name: capability
    for capability in (
        Capability("login", Text(zh="登录", en="logging in")),
        Capability(
            "several-users",
            Text(zh="几个微信用户同时操作", en="several WeChat users at once"),
            devtools=Text(
                zh="一个开发者工具窗口只登录一个微信用户；多个用户请用模拟器",
                en="one WeChat DevTools window is logged in as one WeChat user; several users need the simulator",
            ),
        ),
        Capability(
            "choose-person",
            Text(zh="由测试决定微信用户是谁", en="the test chooses who the WeChat user is"),
            devtools=Text(
                zh="开发者工具以其中已登录的账号登录；测试无法选择用户",
                en="WeChat DevTools log in as the account that is signed in there; a test cannot choose the person",
            ),
        ),
        Capability(
            "fresh-app",
            Text(zh="每个测试的存储都是空的", en="storage of its own for each test"),
            devtools=Text(
                zh="一个开发者工具窗口只有一份存储；请在测试中清空，或用模拟器",
                en="one DevTools window keeps one storage; clear it in the test, or use the simulator",
            ),
        ),
        Capability(
            "real-code",
            Text(zh="微信认可的登录凭证", en="log-in codes WeChat's platform knows"),
            simulator=Text(
                zh="它给出的凭证只有微信挡板认识",
                en="its codes are known to the stand-in of WeChat's platform only",
            ),
        ),
        Capability(
            "attribute-traffic",
            Text(zh="请求能归到场景和步骤", en="requests told by scenario and step"),
            devtools=Text(
                zh="无法从开发者工具外部给 wx.request 加请求头；改按令牌归属",
                en="headers of wx.request cannot be added from outside DevTools; attribution falls back to tokens",
            ),
        ),
        Capability(
            "record-network",
            Text(zh="记录小程序的请求", en="requests recorded by the proxies"),
            devtools=Text(
                zh="开发者工具按源码中的地址发请求：要录制，请在那里指向代理（hosts 文件）",
                en="DevTools send requests where the source says: record them by naming the proxy there (hosts file)",
            ),
        ),
        Capability(
            "payment",
            Text(zh="支付成功、取消、失败", en="payment: success, cancel, failure"),
            devtools=Text(
                zh="开发者工具显示需要手机扫描的二维码；请改为模拟 requestPayment",
                en="DevTools show a code that a phone has to scan; mock requestPayment instead",
            ),
        ),
        Capability(
            "scan",
            Text(zh="扫码结果由测试给出", en="scanning: the test says what was scanned"),
            devtools=FILE_DIALOGUE,
        ),
        Capability(
            "choose-media",
            Text(zh="选择图片、视频、文件", en="choosing pictures, videos and files"),
            devtools=FILE_DIALOGUE,
        ),
        Capability(
            "phone-number",
            Text(zh="手机号由测试给出", en="the phone number the test gives"),
            devtools=Text(
                zh="开发者工具给出已登录账号的手机号",
                en="DevTools give the number of the account that is signed in",
            ),
        ),
        Capability("authorise", Text(zh="授权框的同意与拒绝", en="allowing and refusing permissions")),
        Capability("privacy", Text(zh="隐私协议的同意", en="consent to the privacy statement")),
        Capability(
            "location",
            Text(zh="位置由测试给出", en="the location the test gives"),
            devtools=WINDOW,
        ),
        Capability(
            "network-type",
            Text(zh="网络类型、断网", en="network type, being offline"),
            devtools=WINDOW,
        ),
        Capability("device", Text(zh="机型、屏幕尺寸", en="model and screen of the phone"), devtools=WINDOW),
        Capability(
            "background",
            Text(zh="切到后台再回来", en="leaving for another app and coming back"),
            devtools=Text(zh="自动化协议没有这样的调用", en="the automation protocol has no call for it"),
        ),
        Capability("share", Text(zh="转发", en="sharing")),
        Capability("screenshots", Text(zh="截图", en="screenshots")),
        Capability(
            "app-exceptions",
            Text(zh="小程序抛出的异常使场景失败", en="exceptions of the app fail the scenario"),
            devtools=Text(zh="开发者工具驱动不收集它们", en="the DevTools driver does not collect them"),
        ),
        Capability(
            "no-window",
            Text(zh="没有桌面的 Linux 机器", en="Linux without a desktop"),
            devtools=Text(
                zh="微信开发者工具需要 Windows 或 macOS、桌面，以及已登录的账号",
                en="WeChat DevTools need Windows or macOS, a desktop, and an account that is signed in",
            ),
        ),
        Capability("plugins", Text(zh="插件", en="plugins"), simulator=NOT_SIMULATED),
        Capability("cloud", Text(zh="云开发", en="cloud development"), simulator=NOT_SIMULATED),
        Capability("skyline", Text(zh="Skyline 渲染", en="the Skyline renderer"), simulator=NOT_SIMULATED),
        Capability(
            "live-camera-map",
            Text(zh="直播、相机画面、地图绘制", en="live, the camera's picture, map drawing"),
            simulator=Text(
                zh="模拟器显示注明这一点的占位内容", en="the simulator shows placeholders that say so"
            ),
        ),
    )
}


def of(driver: DriverKind) -> frozenset[str]:
    """The names of what ``driver`` can do."""
    return frozenset(name for name, each in CAPABILITIES.items() if each.reason_against(driver) is None)


def require(driver: DriverKind, *needed: str) -> None:
    """Raise :class:`NotRun` naming the first capability that ``driver`` lacks.

    Errors: UsageError for a capability nobody defined.
    """
    for name in needed:
        if name not in CAPABILITIES:
            raise UsageError(
                f"no capability is called {name!r}", nearest=nearest(name, CAPABILITIES, alike=ANY)
            )
        reason = CAPABILITIES[name].reason_against(driver)
        if reason is not None:
            words = Text(zh="{driver} 不能 {name}：{reason}", en="{driver} cannot {name}: {reason}")
            raise NotRun(words.format(driver=driver, name=name, reason=reason))
