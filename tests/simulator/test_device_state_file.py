from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.simulator.command_line import parse_arguments
from harness.simulator.device.device_state_file import read_device_state_file
from harness.simulator.device.wechat_users import WeChatUser
from harness.simulator.host.host import SimulatorHost

FILE = """
networkType = "4g"
payment = "cancel"
pictures = [{path = "cat.png"}]
[answers]
chooseAddress = {userName = "小明"}
[device]
model = "Pixel 9"
width = 412
[people."小红"]
payment = "success"
"""


def written(folder: Path, text: str = FILE, name: str = "device_state.toml") -> Path:
    (folder / "cat.png").write_bytes(b"cat")
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_a_file_says_everybodys_world_and_one_persons(tmp_path: Path) -> None:
    settings, _ = parse_arguments(["--project", ".", "--device-state", str(written(tmp_path))])
    assert (settings.device.model, settings.device.width, settings.device.height) == ("Pixel 9", 412, 667)
    assert settings.answers == {"chooseAddress": {"userName": "小明"}}
    picture = {"base64": base64.b64encode(b"cat").decode(), "name": "cat.png"}
    assert settings.device_state.answer("chooseImage") == {"chosen": [picture]}
    host = SimulatorHost.__new__(SimulatorHost)
    host._settings = settings
    ming = host.device_state(WeChatUser(openid="o1", nick_name="小明"), {"networkType": "2g"})
    hong = host.device_state(WeChatUser(openid="o2", nick_name="小红"), {})
    assert (ming.network_type, ming.answer("requestPayment")) == ("2g", {"error": "cancel"})
    assert (hong.network_type, hong.answer("requestPayment")) == ("4g", {"confirm": True})


def test_json_as_well(tmp_path: Path) -> None:
    said = read_device_state_file(written(tmp_path, '{"scan": "692"}', "device_state.json"))
    assert said["device_state"].answer("scanCode")["result"] == "692"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("networkType = ", "not valid TOML: "),
        ("netwrok = 1", "device_state.netwrok: no fact of a device; did you mean 'networkType'?"),
        ('[people."小红"]\npayment = 3', "people.小红: device_state.payment"),
        ("answers = 3", "answers: expected a table"),
        ("[answers]\nshowModal = 3", "answer to showModal: expected object, boolean or null, got int"),
        ('pictures = [{path = "no.png"}]', "device_state.pictures[0]: "),
    ],
)
def test_mistakes_are_named_with_the_file(tmp_path: Path, text: str, words: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError, match=re.escape(words)) as wrong:
        read_device_state_file(path)
    assert str(wrong.value).startswith(str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"device_state\.toml: cannot be read: No such file"):
        read_device_state_file(tmp_path / "device_state.toml")


def test_the_domain_lists_of_the_command_line() -> None:
    words = ["--project", ".", "--domain", "request=https://a.example", "--domain", "socket=wss://a.example/"]
    settings, _ = parse_arguments([*words, "--no-domain-check"])
    assert settings.domains is not None
    assert settings.domains.of("socket") == ("wss://a.example",)
    assert settings.check_domains is False
    with pytest.raises(UsageError, match=r"--domains.fly: Extra inputs|--domain"):
        parse_arguments(["--project", ".", "--domain", "fly=https://a.example"])
    with pytest.raises(UsageError, match=r"'a.example' is not an address such as https://api.example"):
        parse_arguments(["--project", ".", "--domain", "request=a.example"])
