"""Public names of minium the table leaves out, each with the reason."""

from __future__ import annotations

PHONE = "needs a phone: minium's own code for the IDE does nothing or raises NotImplementedError"
PLAYERS = "live streams are not simulated; the tag is drawn as a placeholder that says so"
CLOUD = "cloud functions and containers are not simulated"
OWN = "minium's own bookkeeping: nothing reaches the mini-program"
REPORT = "audits are made by WeChat DevTools itself; answered `Tool.stopAudits unimplemented` at once"
REMOTE = "connects a phone to DevTools; answered `unimplemented` at once"
LAUNCH = "starts, ends or closes WeChat DevTools; shown with the `cli` shim in test_simulator_shim.py"
BROKEN = "raises in minium 1.6.1 itself, whatever the other side answers"

LEFT_OUT: dict[str, str] = {
    "App.release": OWN,
    "App.exit": "ends the app: shown in test_simulator_minium.py on an app of its own",
    "App.stop_audits": REPORT,
    "App.mock_call_function": CLOUD,
    "App.mock_call_function_once": CLOUD,
    "App.mock_call_container": CLOUD,
    "App.mock_call_container_once": CLOUD,
    "App.restore_call_function": CLOUD,
    "App.restore_call_container": CLOUD,
    "App.edit_editor_text": "<editor> is not simulated; the tag is drawn as a placeholder that says so",
    "BaseElement.slide": BROKEN,
    "WXMinium.app": "every other row uses it",
    "WXMinium.native": "every row of IdeNative uses it",
    "WXMinium.enable_remote_debug": REMOTE,
    "WXMinium.reset_remote_debug": REMOTE,
    "WXMinium.stop_audits": REPORT,
    "WXMinium.launch_weapp": REMOTE,
    "WXMinium.close_project": LAUNCH,
    "WXMinium.launch_dev_tool": LAUNCH,
    "WXMinium.launch_dev_tool_with_login": LAUNCH,
    "WXMinium.connect_dev_tool": "every connection of the table makes it",
    "WXMinium.shutdown": "ends the connection: shown in test_simulator_minium.py on an app of its own",
    "WXMinium.release": OWN,
    "WXMinium.wait_app_relaunch": OWN,
    "WXMinium.is_app_relaunching": OWN,
    "IdeNative.mini": OWN,
    "IdeNative.release": OWN,
    **{f"AudioElement.{name}": PLAYERS for name in ("set_src", "play", "pause", "seek")},
    **{
        f"IdeNative.{name}": PHONE
        for name in (
            "start_wechat",
            "stop_wechat",
            "connect_weapp",
            "pick_media_file",
            "forward_miniprogram",
            "send_custom_message",
            "phone_call",
            "deactivate",
            "get_authorize_settings",
            "back_from_authorize_setting",
            "authorize_page_checkbox_enable",
        )
    },
}

CLASSES_LEFT_OUT = {"LivePlayerElement": PLAYERS, "LivePusherElement": PLAYERS}
