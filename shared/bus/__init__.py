"""Facts flow to those who derive from them: consumers with a cursor, and read models in generations."""
