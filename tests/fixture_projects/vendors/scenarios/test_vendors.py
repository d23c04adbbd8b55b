from harness import scenario


def sign_in(li):
    li.page("login").open()
    li.page("login").fill("key", "li")
    li.page("login").tap("enter")
    li.page("products").arrive(after="signing in")


@scenario("V01")
def test_buy_and_pay(actor):
    li = actor("Li", "website")
    sign_in(li)
    tea = li.page("products").row("product", name="Green Tea")
    assert tea.text("price") == "¥19.90"
    tea.tap("buy")
    orders = li.page("orders")
    orders.arrive(after="buying")
    number = orders.text("message").split()[1]
    orders.row("order", number=number).tap("pay")
    orders.see("message", "Payment received 支付成功")
    orders.row("order", number=number, status="Paid 已付款")


@scenario("V02")
def test_paid_on_the_site(actor):
    phone = actor("Li", "miniprogram")
    phone.page("goods").row("goods", title="Green Tea").tap("buy")
    phone.page("auth").arrive(after="buying without a log-in")
    phone.page("auth").fill("mobile", "13900000011")
    phone.page("auth").tap("enter")
    phone.page("goods").arrive(after="signing in")
    phone.page("goods").row("goods", title="Green Tea").tap("buy")
    phone.page("trades").arrive(after="buying")
    phone.page("trades").row("trade", state="待付款")

    li = actor("Li", "website")
    sign_in(li)
    li.page("orders").open()
    li.page("orders").row("order", total="¥19.90", status="Unpaid 待付款")
