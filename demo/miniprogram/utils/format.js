// How times, levels and reasons read in Chinese.
const LEVELS = { standard: '普通会员' };
const REASONS = { 'sign-up': '注册奖励', 'wechat-binding': '绑定微信奖励' };

const two = (number) => String(number).padStart(2, '0');

function moment(text) {
  const time = new Date(text);
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

const level = (name) => LEVELS[name] || name;
const reason = (name) => REASONS[name] || name;
const signed = (amount) => (amount > 0 ? `+${amount}` : String(amount));

module.exports = { moment, level, reason, signed };
