// What the app has heard: [name of the overlay, the result or event], in order; and touches of what is below.
App({ heard: [], touched: 0 })
