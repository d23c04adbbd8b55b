// The phone around the app: draws the bars and reports touches on them. Knows nothing of mini-programs.
(() => {
  // Looked up late: the host puts it there once this page is loaded.
  const tell = (kind, text) => window.__simShell(`${kind}:${text}`)
  const part = (id) => document.getElementById(id)
  part('back').addEventListener('click', () => tell('back', '{}'))

  const drawTabs = (tabs) => {
    const bar = part('tabs')
    bar.hidden = !tabs || tabs.length === 0
    bar.replaceChildren(
      ...(tabs || []).map((tab, index) => {
        const button = document.createElement('button')
        button.textContent = tab.text
        button.className = tab.selected ? 'selected' : ''
        button.addEventListener('click', () => tell('switchTab', JSON.stringify({ index })))
        return button
      }),
    )
  }

  window.__shell = {
    /** Makes sure there is a frame for an app. */
    mount: () => {
      if (document.querySelector('iframe')) return
      const frame = document.createElement('iframe')
      frame.setAttribute('sandbox', 'allow-scripts allow-same-origin')
      part('tabs').before(frame)
    },
    /** Takes the app's frame away without asking the app. */
    drop: () => document.querySelector('iframe')?.remove(),
    /** {title, background, frontColor, canGoBack, customNavigation, tabs} as the page runtime tells it. */
    draw: (chrome) => {
      if ('shade' in chrome) {
        document.body.classList.toggle('shaded', chrome.shade)
        return
      }
      const bar = part('bar')
      bar.hidden = chrome.customNavigation === true
      bar.style.background = chrome.background || '#fff'
      document.body.classList.toggle('immersive', chrome.customNavigation === true)
      bar.style.color = chrome.frontColor === 'white' || /^#f{3,6}$/i.test(chrome.frontColor) ? '#fff' : '#000'
      part('title').textContent = chrome.title || ''
      part('back').hidden = !chrome.canGoBack
      drawTabs(chrome.tabs)
    },
    /** Where the app's frame begins, in pixels of the phone's screen. */
    origin: () => {
      const box = document.querySelector('iframe').getBoundingClientRect()
      return { x: box.left, y: box.top, width: box.width, height: box.height }
    },
  }
})()
