const recorded = require('../../recorder')

recorded({
  data: {
    modes: ['scaleToFill', 'aspectFit', 'aspectFill', 'widthFix', 'heightFix', 'top left'],
    icons: ['success', 'success_no_circle', 'info', 'warn', 'waiting', 'cancel', 'download', 'search', 'clear'],
    nodes: [{ name: 'div', attrs: { class: 'x', style: 'font-size: 20px' }, children: [{ type: 'text', text: '大 字' }] }],
  },
})
