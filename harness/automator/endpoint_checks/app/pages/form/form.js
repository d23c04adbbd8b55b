Page({
  data: { name: 'Ming', city: 0, cities: ['Beijing', 'Shanghai', 'Guangzhou'] },
  events: [],
  onLoad() {
    this.events = []
  },
  typed(event) {
    this.events.push({ type: event.type, id: event.currentTarget.id, value: event.detail.value })
    if (event.currentTarget.id === 'name') this.setData({ name: event.detail.value })
  },
  heard(event) {
    this.events.push({ type: event.type, id: event.currentTarget.id, value: event.detail.value })
  },
  picked(event) {
    this.events.push({ type: event.type, id: event.currentTarget.id, value: event.detail.value })
    this.setData({ city: Number(event.detail.value) })
  },
  submitted(event) {
    this.events.push({ type: event.type, value: event.detail.value })
  },
  wasReset(event) {
    this.events.push({ type: event.type })
  },
})
