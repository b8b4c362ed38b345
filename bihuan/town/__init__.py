"""The township of the reports: a campaign of inspections, made by the simulator through the decisions of real use."""
