from harness import Text, scenario


def logs_in(page):
    page.fill("账号", "wang")
    page.fill("密码", "wang-2026")
    page.tap("登录")


def books(wang):
    wang.page("登录").open()
    logs_in(wang.page("登录"))
    doctors = wang.page("医生")
    doctors.arrive(after=Text(zh="登录", en="logging in"))
    assert doctors.row("医生", 姓名="吴晓明").text("挂号费") == "￥15.50"
    doctors.row("医生", 姓名="吴晓明").tap("预约")
    form = wang.page("预约")
    form.arrive(after=Text(zh="点预约", en="pressing book"))
    form.choose("日期", "2026-12-08")
    form.tap("确认")
    wang.page("我的").arrive(after=Text(zh="确认预约", en="confirming"))


@scenario("L01")
def test_book_and_cancel(actor):
    wang = actor("王芳", "website")
    books(wang)
    mine = wang.page("我的")
    booked = mine.rows("预约")
    assert len(booked) == 1
    mine.row("预约", **booked[0]).tap("取消")
    mine.tap("确定")
    mine.see("提示", f"预约 {booked[0]['单号']} 已取消")


@scenario("L02")
def test_linked(actor):
    wang = actor("王芳", "website")
    books(wang)
    phone = actor("王芳", "miniprogram")
    phone.page("登录").arrive(after=Text(zh="打开小程序", en="opening the mini-program"))
    logs_in(phone.page("登录"))
    phone.page("医生").arrive(after=Text(zh="登录", en="logging in"))
    phone.session.switch_tab("pages/bookings/bookings")
    mine = phone.page("我的")
    mine.row("预约", 姓名="吴晓明", 状态="已预约")
    with phone.session.dialog():
        mine.row("预约", 姓名="吴晓明", 状态="已预约").tap("取消")
    mine.row("预约", 状态="已取消")
