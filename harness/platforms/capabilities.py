"""What each driver of the mini-program can do. What it cannot is *not run, with the reason*, never green."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.errors import NotRun, UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing a scenario may need; a reason stands where a driver cannot."""

    name: str
    what: Text
    simulator: str | None = None
    devtools: str | None = None


FILE_DIALOGUE = (
    "DevTools open a file dialogue of the system, which no protocol reaches; mock the call instead"
)
WINDOW = "it is chosen by hand in the DevTools window"
NOT_SIMULATED = "the simulator does not simulate it"

CAPABILITIES = {
    capability.name: capability
    for capability in (
        Capability("login", Text(zh="登录", en="logging in")),
        Capability(
            "several-users",
            Text(zh="几个微信用户同时操作", en="several WeChat users at once"),
            devtools="one WeChat DevTools window is logged in as one WeChat user; several users need the simulator",
        ),
        Capability(
            "choose-person",
            Text(zh="由测试决定微信用户是谁", en="the test chooses who the WeChat user is"),
            devtools="WeChat DevTools log in as the account that is signed in there; a test cannot choose the person",
        ),
        Capability(
            "fresh-app",
            Text(zh="每个测试的存储都是空的", en="storage of its own for each test"),
            devtools="one DevTools window keeps one storage; clear it in the test, or use the simulator",
        ),
        Capability(
            "real-code",
            Text(zh="微信认可的登录凭证", en="log-in codes WeChat's platform knows"),
            simulator="its codes are known to the stand-in of WeChat's platform only",
        ),
        Capability(
            "attribute-traffic",
            Text(zh="请求能归到场景和步骤", en="requests told by scenario and step"),
            devtools="headers of wx.request cannot be added from outside DevTools; attribution falls back to tokens",
        ),
        Capability(
            "record-network",
            Text(zh="记录小程序的请求", en="requests recorded by the proxies"),
            devtools="DevTools send requests where the source says: record them by naming the proxy there (hosts file)",
        ),
        Capability(
            "payment",
            Text(zh="支付成功、取消、失败", en="payment: success, cancel, failure"),
            devtools="DevTools show a code that a phone has to scan; mock requestPayment instead",
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
            devtools="DevTools give the number of the account that is signed in",
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
            devtools="the automation protocol has no call for it",
        ),
        Capability("share", Text(zh="转发", en="sharing")),
        Capability("screenshots", Text(zh="截图", en="screenshots")),
        Capability(
            "app-exceptions",
            Text(zh="小程序抛出的异常使场景失败", en="exceptions of the app fail the scenario"),
            devtools="the DevTools driver does not collect them",
        ),
        Capability(
            "no-window",
            Text(zh="没有桌面的 Linux 机器", en="Linux without a desktop"),
            devtools="WeChat DevTools need Windows or macOS, a desktop, and an account that is signed in",
        ),
        Capability("plugins", Text(zh="插件", en="plugins"), simulator=NOT_SIMULATED),
        Capability("cloud", Text(zh="云开发", en="cloud development"), simulator=NOT_SIMULATED),
        Capability("skyline", Text(zh="Skyline 渲染", en="the Skyline renderer"), simulator=NOT_SIMULATED),
        Capability(
            "live-camera-map",
            Text(zh="直播、相机画面、地图绘制", en="live, the camera's picture, map drawing"),
            simulator="the simulator shows placeholders that say so",
        ),
    )
}


def require(driver: str, *needed: str) -> None:
    """Raise :class:`NotRun` naming the first capability that ``driver`` lacks.

    Errors: UsageError for a capability nobody defined.
    """
    for name in needed:
        if name not in CAPABILITIES:
            raise UsageError(
                f"no capability is called {name!r}", nearest=nearest(name, CAPABILITIES, alike=ANY)
            )
        capability = CAPABILITIES[name]
        reason = capability.simulator if driver == "simulator" else capability.devtools
        if reason is not None:
            raise NotRun(f"{driver} cannot {name}: {reason}")
