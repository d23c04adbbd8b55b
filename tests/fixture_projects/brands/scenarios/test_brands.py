from harness import Text, scenario

AFTER = Text(zh="提交", en="submitting")


@scenario("L01")
def test_an_order_of_the_shop(actor):
    li = actor("李雷", "website")
    login = li.page("登录")
    login.open()
    login.fill("用户名", "li")
    login.fill("密码", "li-2026")
    login.tap("登录")
    item = li.page("商品")
    item.open(id="i-1")
    item.choose("数量", "3")
    item.tap("购买")
    orders = li.page("订单")
    orders.arrive(after=AFTER)
    row = orders.row("订单", 商品="橡木台灯", 数量="3")
    assert row.text("金额") == "¥747.00"
    number = row.text("订单号")

    clerk = actor("店员", "staff")
    login = clerk.page("登录")
    login.open()
    login.fill("工号", "clerk")
    login.fill("口令", "clerk-2026")
    login.tap("进入")
    clerk.page("商品").arrive(after=AFTER)
    seen = clerk.page("订单")
    seen.open()
    assert seen.row("订单", 单号=number).text("金额") == "747.00"

    with li.session.dialog() as dialog:
        row.tap("取消")
    assert dialog.text == "确定取消该订单？"
    orders.row("订单", 订单号=number, 状态="已取消")

    outlet = actor("李雷", "outlet")
    login = outlet.page("登录")
    login.open()
    login.fill("会员名", "li")
    login.fill("密码", "li-2026")
    login.tap("进入")
    bought = outlet.page("已购")
    bought.open()
    bought.row("订单", 商品="橡木台灯", 状态="已关闭")


@scenario("L02")
def test_an_order_of_the_mini_program(actor):
    phone = actor("韩梅", "miniprogram")
    phone.page("首页").tap("订单")
    mine = phone.page("我的")
    mine.arrive(after=Text(zh="点我的订单", en="tapping my orders"))
    mine.fill("会员码", "han")
    mine.tap("绑定")
    home = phone.page("首页")
    home.arrive(after=Text(zh="绑定", en="binding"))
    home.fill("编号", "i-2")
    home.tap("查看")
    item = phone.page("商品")
    item.arrive(after=Text(zh="查看商品", en="looking at the item"))
    item.tap("多一件")
    assert item.text("合计") == "¥119.00"
    item.tap("下单")
    mine.arrive(after=Text(zh="下单", en="ordering"))
    mine.row("订单", 商品="亚麻抱枕 ×2", 状态="待发货")

    han = actor("韩梅", "website")
    login = han.page("登录")
    login.open()
    login.fill("用户名", "han")
    login.fill("密码", "han-2026")
    login.tap("登录")
    orders = han.page("订单")
    orders.open()
    orders.row("订单", 商品="亚麻抱枕", 数量="2", 金额="¥119.00")
