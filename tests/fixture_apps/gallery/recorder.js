// Every page of the gallery notes the events it receives, for a test to read.
module.exports = (options) =>
  Page({
    ...options,
    data: { top: 0, ...options.data, events: [] },
    note(type, detail, id = '') {
      this.data.events.push({ type, id, detail: detail === undefined ? null : detail })
    },
    record(event) {
      this.note(event.type, event.detail, event.currentTarget.id)
    },
  })
