const recorded = require('../../recorder')

recorded({})
