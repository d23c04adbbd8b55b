// The member's page: shows the member and the points, changes the nickname, logs out.
import { call, complaint, element, say } from "/static/api.js";

const LEVELS = { standard: "普通会员" };
const REASONS = { "sign-up": "注册奖励", "wechat-binding": "绑定微信奖励" };

const page = element("member");
const form = document.getElementById("rename");
const day = (time) => new Date(time).toLocaleDateString("zh-CN", { year: "numeric", month: "long", day: "numeric" });
const moment = (time) => new Date(time).toLocaleString("zh-CN", { hour12: false });

function showMember(member) {
  const level = LEVELS[member.member_level] ?? member.member_level;
  element("nickname").textContent = member.nickname;
  element("phone").textContent = member.phone_masked;
  element("level").textContent = level;
  document.getElementById("level-again").textContent = level;
  document.getElementById("avatar").textContent = [...member.nickname][0];
  document.getElementById("since").textContent = `${day(member.created_at)} 加入`;
  const bound = element("wechat-bound");
  bound.textContent = member.wechat_bound ? "已绑定" : "未绑定";
  bound.classList.toggle("yes", member.wechat_bound);
}

function showPoints(points) {
  element("points").textContent = points.balance;
  element("points-entries").replaceChildren(...points.entries.map(entryLine));
}

function entryLine(entry) {
  const line = document.createElement("li");
  line.dataset.testid = "points-entry";
  const what = document.createElement("span");
  const when = document.createElement("time");
  const amount = document.createElement("b");
  what.textContent = REASONS[entry.reason] ?? entry.reason;
  when.dateTime = entry.created_at;
  when.textContent = moment(entry.created_at);
  amount.textContent = entry.amount > 0 ? `+${entry.amount}` : String(entry.amount);
  what.append(when);
  line.append(what, amount);
  return line;
}

function refused(refusal) {
  if (refusal.status === 401) location.replace("/log-in");
  else say(element("page-error"), refusal.message);
}

async function load() {
  page.setAttribute("aria-busy", "true");
  try {
    const [member, points] = await Promise.all([call("GET", "/api/member"), call("GET", "/api/member/points")]);
    say(element("page-error"), null);
    showMember(member);
    showPoints(points);
    page.hidden = false;
    page.setAttribute("aria-busy", "false");
  } catch (refusal) {
    refused(refusal);
  }
}

function openRename(open) {
  form.hidden = !open;
  element("nickname-edit").setAttribute("aria-expanded", String(open));
  say(element("nickname-error"), null);
  if (!open) return;
  element("nickname-saved").hidden = true;
  element("nickname-input").value = element("nickname").textContent;
  element("nickname-input").focus();
}

element("nickname-edit").addEventListener("click", () => openRename(form.hidden));
element("refresh").addEventListener("click", load);
element("nickname-input").addEventListener("input", () => say(element("nickname-error"), null));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const nickname = element("nickname-input").value.trim();
  const wrong = complaint("nickname", nickname);
  say(element("nickname-error"), wrong);
  if (wrong) return;
  try {
    showMember(await call("PATCH", "/api/member", { nickname }));
    openRename(false);
    element("nickname-saved").hidden = false;
  } catch (refusal) {
    if (refusal.status === 422) say(element("nickname-error"), "昵称里有不能用的字符");
    else refused(refusal);
  }
});

element("log-out").addEventListener("click", async () => {
  try {
    await call("DELETE", "/api/session");
  } catch (refusal) {
    if (refusal.status !== 401) return refused(refusal);
  }
  location.assign("/log-in");
});

load();
