"""Which lines of a log are an error, which of them are shown, and when two of them are one."""

from __future__ import annotations

import pytest

from harness.core.logged_error import MOST, LoggedError, error_blocks, excerpt, logged_error

PYTHON = """\
ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "/srv/venv/lib/python3.12/site-packages/uvicorn/protocols/http/h11_impl.py", line 403, in run_asgi
    result = await app(
             ^^^^^^^^^^
  File "/srv/shop/orders.py", line 88, in refunds
    return order["refunds"]
           ~~~~~^^^^^^^^^^^
TypeError: 'NoneType' object is not subscriptable"""
CHAINED = """\
Traceback (most recent call last):
  File "/srv/shop/orders.py", line 12, in total
    return prices[name]
KeyError: 'pr_1'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/shop/api.py", line 40, in cart
    raise shop.errors.Gone(name)
shop.errors.Gone: pr_1"""
NODE = """\
TypeError: Cannot read properties of undefined (reading 'id')
    at toOrder (/srv/shop/src/orders.js:41:18)
    at Layer.handle [as handle_request] (/srv/shop/node_modules/express/lib/router/layer.js:95:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"""
JAVA = """\
2026-03-02 10:00:00.125 ERROR 1 --- [nio-8080] c.s.OrderController : failed
java.lang.NullPointerException: Cannot invoke "Order.id()" because "order" is null
\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)
\tat com.shop.OrderController.refunds(OrderController.java:57)
Caused by: java.lang.IllegalStateException: no order
\tat com.shop.Orders.find(Orders.java:12)
\t... 40 more"""
GO = """\
panic: runtime error: index out of range [3] with length 3

goroutine 7 [running]:
main.refunds(0xc000012345)
\t/srv/shop/orders.go:31 +0x1d"""
PHP = """\
PHP Fatal error:  Uncaught TypeError: count(): Argument #1 must be of type array, null given in /srv/shop/orders.php:19
Stack trace:
#0 /srv/shop/index.php(7): refunds(NULL)
#1 {main}"""
LEVEL = "miniprogram ERROR website answered 502"


@pytest.mark.parametrize(("text", "error"), [
    (PYTHON, LoggedError("TypeError", "/srv/shop/orders.py:88")),
    (CHAINED, LoggedError("shop.errors.Gone", "/srv/shop/api.py:40")),
    (NODE, LoggedError("TypeError", "/srv/shop/src/orders.js:41")),
    (JAVA, LoggedError("java.lang.NullPointerException", "OrderController.java:57")),
    (PHP, LoggedError("TypeError", "/srv/shop/orders.php:19")),
    (GO, LoggedError("panic: runtime error: index out of range [*] with length *", "")),
    (LEVEL, LoggedError("miniprogram ERROR website answered *", "")),
    ('{"level":50,"msg":"cannot reach 10.0.0.7"}', LoggedError('{*:*,*:"cannot reach *.*.*.*"}', "")),
])  # fmt: skip
def test_an_error_is_one_block_and_has_a_name(text: str, error: LoggedError) -> None:
    lines = ["website INFO started", *text.splitlines(), "website INFO GET /api/orders 200"]
    assert error_blocks(lines) == [range(1, 1 + len(text.splitlines()))]
    assert logged_error(text.splitlines()) == error


@pytest.mark.parametrize("text", [PYTHON, CHAINED, NODE, JAVA, GO, PHP, LEVEL])
def test_two_errors_in_a_row_are_two(text: str) -> None:
    lines = text.splitlines()
    assert error_blocks(lines * 2) == [range(len(lines)), range(len(lines), 2 * len(lines))]


def test_what_varies_from_request_to_request_makes_no_other_error() -> None:
    once, again = PYTHON, PYTHON.replace("'NoneType' object", "'int' object")
    assert logged_error(once.splitlines()) == logged_error(again.splitlines())
    level = "website ERROR order 1 of 'pr_1'", "website ERROR order 22 of 'pr_2'"
    assert logged_error(level[:1]) == logged_error(level[1:])


def test_the_same_exception_at_another_line_is_another_error() -> None:
    other = PYTHON.replace("line 88", "line 90")
    assert logged_error(PYTHON.splitlines()) != logged_error(other.splitlines())


def test_a_log_without_an_error() -> None:
    lines = ["website INFO started", "GET /api/errors 500", ""]
    assert error_blocks(lines) == []
    assert logged_error(lines) is None


def test_a_short_error_is_shown_as_it_is() -> None:
    assert excerpt(PYTHON.splitlines()) == PYTHON.splitlines()


def test_frames_of_libraries_are_left_out_first() -> None:
    library = (
        '  File "/srv/venv/lib/python3.12/site-packages/starlette/app.py", line {}, in call\n    await app()'
    )
    frames = [line for number in range(20) for line in library.format(number).splitlines()]
    lines = PYTHON.splitlines()
    shown = excerpt([*lines[:2], *frames, *lines[2:]])
    assert shown == [*lines[:2], *lines[5:]]


@pytest.mark.parametrize(("text", "first", "last"), [
    (PYTHON, "ERROR:    Exception in ASGI application", "TypeError: 'NoneType' object is not subscriptable"),
    (NODE, "TypeError: Cannot read properties of undefined (reading 'id')", "… ("),
])  # fmt: skip
def test_a_long_error_keeps_what_names_it(text: str, first: str, last: str) -> None:
    lines = text.splitlines()
    frame = (
        '  File "/srv/shop/deep.py", line 1, in deep'
        if text is PYTHON
        else "    at deep (/srv/shop/deep.js:1:1)"
    )
    shown = excerpt([*lines[:2], *[frame] * 30, *lines[2:]])
    assert len(shown) == MOST
    assert shown[0] == first
    assert shown[-1].startswith(last)
