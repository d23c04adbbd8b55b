// What a page of the app shows, as text.
() => {
  const { document, getComputedStyle, hit } = Function('return this')()
  const home = document.querySelector('#home') || document.body
  return JSON.stringify({
    text: document.body.innerText + getComputedStyle(home, '::after').content,
    pictures: [...document.images].map((each) => `${each.naturalWidth}x${each.naturalHeight}`),
    hit: String(hit || ''),
    polluted: String({}.polluted || ''),
  })
}
