"""The console: what is late or due, the register and one thing's story, as pages for people in a browser."""
