// The forms of sign-up and log-in: both send a code, then the form.
import { call, complaint, element, say } from "/static/api.js";

const WAIT_SECONDS = 60;
const TARGETS = { "sign-up": "/api/members", "log-in": "/api/session" };

const form = document.querySelector("form");
const purpose = form.dataset.purpose;
const sendCode = element("send-code");
const value = (name) => form.elements[name].value.trim();

function mark(name, text) {
  form.elements[name].setAttribute("aria-invalid", String(Boolean(text)));
  say(element(`${name}-error`), text);
  return !text;
}

const check = (name) => mark(name, complaint(name, value(name)));

function explain(refusal) {
  const known = Object.keys(refusal.fields).filter((name) => form.elements[name]);
  for (const name of known) mark(name, complaint(name, value(name)) ?? "这里的内容不能用");
  if (known.length === 0) say(element("form-error"), refusal.message);
}

function countDown(seconds) {
  sendCode.disabled = seconds > 0;
  sendCode.textContent = seconds > 0 ? `${seconds} 秒后重发` : "重新获取";
  if (seconds > 0) setTimeout(countDown, 1000, seconds - 1);
}

sendCode.addEventListener("click", async () => {
  say(element("form-error"), null);
  if (!check("phone")) return form.elements.phone.focus();
  const phone = value("phone");
  sendCode.disabled = true;
  try {
    const { expires_in: seconds } = await call("POST", "/api/codes", { phone, purpose });
    const masked = `${phone.slice(0, 3)}****${phone.slice(-4)}`;
    say(element("code-sent"), `验证码已发送至 ${masked}，${Math.round(seconds / 60)} 分钟内有效`);
    countDown(WAIT_SECONDS);
    // Not away from where the person types meanwhile. (The button lost the focus as it was disabled.)
    if ([sendCode, document.body].includes(document.activeElement)) form.elements.code.focus();
  } catch (refusal) {
    sendCode.disabled = false;
    explain(refusal);
  }
});

form.addEventListener("input", (event) => mark(event.target.name, null));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  say(element("form-error"), null);
  const names = [...form.elements].map((control) => control.name).filter(Boolean);
  const wrong = names.filter((name) => !check(name));
  if (wrong.length > 0) return form.elements[wrong[0]].focus();
  const submit = form.querySelector("[type=submit]");
  submit.disabled = true;
  try {
    await call("POST", TARGETS[purpose], Object.fromEntries(names.map((name) => [name, value(name)])));
    location.assign("/member");
  } catch (refusal) {
    submit.disabled = false;
    explain(refusal);
  }
});
