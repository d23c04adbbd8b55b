const recorded = require('../../recorder')

recorded({
  data: {
    countries: [{ name: '中国' }, { name: '日本' }, { name: '新加坡' }],
    columns: [['热', '冰'], ['大', '中', '小']],
    chosen: [0, 0],
    years: [2022, 2023, 2024, 2025, 2026],
  },
  column(event) {
    this.record(event)
    const { column, value } = event.detail
    if (column === 0) this.setData({ 'columns[1]': value === 0 ? ['大', '中', '小'] : ['大冰', '小冰'] })
  },
})
