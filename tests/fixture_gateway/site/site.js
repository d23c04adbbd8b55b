const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const DAYS = ["2026-12-07", "2026-12-08", "2026-12-09"];
const STATUS = { booked: "已预约", cancelled: "已取消" };
const TEXTS = { 40100: "账号或密码不正确", 40300: "没有权限", 40400: "没有找到，可能已被删除", 50300: "系统繁忙，请稍后再试" };
const $ = (selector) => document.querySelector(selector);

async function api(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  const token = localStorage.getItem("token");
  if (token) headers["X-Auth-Token"] = token;
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const { code, data } = await answer.json();
  if (code === 40100 && path !== "/open/login") {
    leave();
    return new Promise(() => {}); // the page is left
  }
  if (code !== 0) throw Object.assign(new Error(TEXTS[code] || `操作失败（${code}）`), { code });
  return data;
}

function leave() {
  localStorage.removeItem("token");
  localStorage.removeItem("lastNo");
  location.href = "/site/index.html";
}

function say(text, where = $(".error")) {
  where.textContent = text;
  where.hidden = text === "";
}

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, more);
}

const dayText = (day) => `${day} ${WEEKDAYS[new Date(day).getUTCDay()]}`;

function login() {
  $("form").onsubmit = async (event) => {
    event.preventDefault();
    say("");
    try {
      const { token } = await api("/open/login", { account: $("#account").value, password: $("#password").value });
      localStorage.setItem("token", token);
      location.href = "/site/doctors.html";
    } catch (error) {
      say(error.message);
    }
  };
}

async function doctors() {
  const list = async () => {
    const { rows } = await api("/mini/doctor/find", { keyword: $("[name=keyword]").value });
    $(".empty").hidden = rows.length > 0;
    $("#doctors").replaceChildren(...rows.filter((one) => one.on).map((one) => {
      const row = element("tr", "");
      row.append(element("td", one.title), element("td", `￥${one.price}`, { className: "money" }), element("td", one.left));
      const last = element("td", one.left > 0 ? "" : "已约满");
      if (one.left > 0) last.append(element("a", "预约", { href: `/site/appoint.html?doctor=${one.code}`, className: "button" }));
      row.append(last);
      return row;
    }));
  };
  $("form").onsubmit = (event) => {
    event.preventDefault();
    list();
  };
  await list();
}

async function appoint() {
  const doctorNo = new URLSearchParams(location.search).get("doctor");
  const { profile, fee } = await api("/web/doctor/info", { doctorNo });
  $("#name").textContent = profile.name;
  $("#fee").textContent = `￥${(fee / 100).toFixed(2)}`;
  $("#day").append(element("option", "请选择", { value: "" }), ...DAYS.map((day) => element("option", dayText(day), { value: day })));
  $("#photo").onchange = ({ target }) => {
    $("#preview").hidden = target.files.length === 0;
    if (target.files.length > 0) $("#preview").src = URL.createObjectURL(target.files[0]);
  };
  $("form").onsubmit = async (event) => {
    event.preventDefault();
    say("");
    try {
      const { appointmentNo } = await api("/web/appointment/make", { doctorNo, day: $("#day").value });
      localStorage.setItem("lastNo", appointmentNo);
      location.href = "/site/mine.html?made=1";
    } catch (error) {
      say(error.code === 40900 ? "号已约满" : error.message);
    }
  };
}

async function listMine() {
  const { rows } = await api("/mini/booking/find");
  const lastNo = localStorage.getItem("lastNo"); // the front desk may not have heard of it yet
  const numbers = [...rows.map((one) => one.no), ...(lastNo ? [lastNo] : [])];
  const found = await Promise.all([...new Set(numbers)].map((appointmentNo) => api("/web/appointment/info", { appointmentNo })));
  const names = await Promise.all(found.map(({ doctorNo }) => api("/web/doctor/info", { doctorNo })));
  $(".empty").hidden = found.length > 0;
  $("#mine").replaceChildren(...found.map((one, index) => {
    const item = element("li", "");
    item.append(element("span", one.appointmentNo, { className: "no" }), element("b", names[index].profile.name));
    item.append(element("span", dayText(one.day)), element("em", STATUS[one.status], { className: one.status }));
    if (one.status === "booked") item.append(element("button", "取消预约", { className: "plain", onclick: () => ask(one.appointmentNo) }));
    return item;
  }));
}

function ask(appointmentNo) {
  $("#question").textContent = `确定取消预约 ${appointmentNo} 吗？`;
  say("");
  $("#keep").onclick = () => $("dialog").close();
  $("#sure").onclick = async () => {
    try {
      await api("/web/appointment/cancel", { appointmentNo });
      $("dialog").close();
      say(`预约 ${appointmentNo} 已取消`, $(".notice"));
      await listMine(); // cancelled
    } catch (error) {
      say(error.code === 40900 ? "该预约已取消" : error.message);
    }
  };
  $("dialog").showModal();
}

async function mine() {
  if (location.search === "?made=1") say("预约成功", $(".notice"));
  await listMine();
}

const { page } = document.body.dataset;
if (page !== "login") {
  $("#leave").onclick = leave;
  if (!localStorage.getItem("token")) leave();
}
({ login, doctors, appoint, mine })[page]();
