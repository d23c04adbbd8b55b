// Calls of the shop's API and what its refusals mean to a person. Knows nothing of any page.

/** A refusal of the API: `kind` is the last part of the problem's type, `fields` maps a field to what is wrong. */
export class Refusal extends Error {
  constructor(kind, status, fields) {
    super(MESSAGES[kind] ?? MESSAGES.unavailable);
    this.kind = kind;
    this.status = status;
    this.fields = fields;
  }
}

const MESSAGES = {
  "wrong-code": "验证码不正确或已失效，请重新获取。",
  "not-a-member": "这个手机号还没有注册，请先注册。",
  "already-a-member": "这个手机号已经注册，请直接登录。",
  "invalid-request": "请检查填写的内容。",
  unauthorized: "请先登录。",
  unavailable: "服务暂时不可用，请稍后再试。",
};

/** Call the API; the parsed answer, or null for an answer without content. Throws Refusal. */
export async function call(method, path, body) {
  const options = { method, headers: {}, credentials: "same-origin" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refusal("unavailable", 0, {});
  }
  if (response.status === 204) return null;
  const answer = await response.json();
  if (response.ok) return answer;
  const fields = Object.fromEntries((answer.errors ?? []).map((error) => [error.field, error.detail]));
  throw new Refusal(answer.type.split("/").pop(), response.status, fields);
}

export const element = (testid) => document.querySelector(`[data-testid="${testid}"]`);

/** Show `text` in an element, or hide it when there is none. */
export function say(target, text) {
  target.textContent = text ?? "";
  target.hidden = !text;
}

// Invisible and control characters that the API refuses in a nickname, and white space at its ends.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/** What is wrong with the value of a field, or null. */
export function complaint(field, value) {
  if (field === "phone") return /^1[3-9][0-9]{9}$/.test(value) ? null : "请输入 11 位手机号";
  if (field === "code") return /^[0-9]{6}$/.test(value) ? null : "请输入 6 位数字验证码";
  if (value === "") return "请输入昵称";
  if ([...value].length > 20) return "昵称最多 20 个字";
  return UNSEEN.test(value) ? "昵称里有不能显示的字符" : null;
}
