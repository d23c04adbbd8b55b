exports.price = 42
