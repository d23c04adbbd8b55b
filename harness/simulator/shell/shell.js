// The phone around the app: draws the bars and reports touches on them. Knows nothing of mini-programs.
(() => {
  // Looked up late: the host puts it there once this page is loaded.
  const tell = (kind, text) => window.__simShell(`${kind}:${text}`)
  const part = (id) => document.getElementById(id)
  for (const id of ['back', 'home']) part(id).addEventListener('click', () => tell(id, '{}'))

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties)

  /** {text, icon, selected, badge, dot} as a button; `bar` has the colours. */
  const tabButton = (tab, index, bar) => {
    const button = make('button', { className: [tab.selected && 'selected', !tab.icon && 'bare'].filter(Boolean).join(' ') })
    button.style.color = tab.selected ? bar.selectedColor : bar.color
    if (tab.icon && !bar.top) button.append(make('img', { src: tab.icon, alt: '' }))
    button.append(make('span', { textContent: tab.text }))
    if (tab.dot || tab.badge) button.append(make('b', { className: tab.dot ? 'dot' : '', textContent: tab.badge }))
    button.addEventListener('click', () => tell('switchTab', JSON.stringify({ index })))
    return button
  }

  const drawTabs = (bar) => {
    const tabs = part('tabs')
    tabs.hidden = !bar
    tabs.className = bar?.top ? 'top' : ''
    tabs.style.background = bar?.background ?? ''
    tabs.style.borderColor = bar?.border ?? ''
    tabs.replaceChildren(...(bar?.items ?? []).map((tab, index) => tabButton(tab, index, bar)))
  }

  window.__shell = {
    /** Makes sure there is a frame for an app; the dialogs of the one before are gone. */
    mount: () => {
      document.body.classList.remove('shaded')
      if (document.querySelector('iframe')) return
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms')
      part('tabs').before(frame)
    },
    /** Takes the app's frame away without asking the app. */
    drop: () => document.querySelector('iframe')?.remove(),
    /** What the page runtime tells of the bars; the height that is left for the app's frame. */
    draw: (chrome) => {
      if ('shade' in chrome) {
        document.body.classList.toggle('shaded', chrome.shade)
        return {}
      }
      const bar = part('bar')
      bar.hidden = chrome.customNavigation === true
      bar.style.background = chrome.background || '#fff'
      document.body.classList.toggle('immersive', chrome.customNavigation === true)
      bar.style.color = chrome.frontColor === 'white' || /^#f{3,6}$/i.test(chrome.frontColor) ? '#fff' : '#000'
      part('title').textContent = chrome.title || ''
      part('back').hidden = !chrome.canGoBack
      part('home').hidden = !chrome.canGoHome
      part('loading').hidden = !chrome.loading
      document.body.style.background = chrome.windowBackground || '#fff'
      drawTabs(chrome.tabs)
      return { height: document.querySelector('iframe')?.getBoundingClientRect().height }
    },
    /** Where the app's frame begins, in pixels of the phone's screen. */
    origin: () => {
      const box = document.querySelector('iframe').getBoundingClientRect()
      return { x: box.left, y: box.top, width: box.width, height: box.height }
    },
  }
})()
