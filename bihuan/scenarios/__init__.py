"""Scenario files: a course of events written down with what the law expects of it; see docs/scenarios.md."""
