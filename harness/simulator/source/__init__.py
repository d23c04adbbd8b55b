"""The source tree of a mini-program: app.json, npm packages, JSON with comments."""
