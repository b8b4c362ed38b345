"""The real parts we run on: found or obtained, started, watched and stopped by us, and never anybody else's."""
