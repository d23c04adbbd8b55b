from __future__ import annotations

import pytest

from harness.core.proxy_variables import except_loopback, proxy_variables


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "intern.example"}, "intern.example,127.0.0.1,localhost,::1"),
        ({"no_proxy": "a, b", "NO_PROXY": "b,c"}, "a,b,c,127.0.0.1,localhost,::1"),
        ({"no_proxy": "*"}, "*,127.0.0.1,localhost,::1"),
        ({"no_proxy": "localhost"}, "localhost,127.0.0.1,::1"),
    ],
)
def test_loopback_is_excepted_and_the_rest_stays(given: dict[str, str], hosts: str) -> None:
    environ = {"HTTP_PROXY": "http://proxy.example:8080", **given}
    except_loopback(environ)
    assert environ == {"HTTP_PROXY": "http://proxy.example:8080", "no_proxy": hosts, "NO_PROXY": hosts}
    except_loopback(environ)
    assert environ["no_proxy"] == hosts


def test_variables_that_name_a_proxy() -> None:
    given = {"HTTP_PROXY": "http://p", "https_proxy": "", "All_Proxy": "socks5://p", "PATH": "/bin"}
    assert proxy_variables(given) == ["All_Proxy", "HTTP_PROXY"]
