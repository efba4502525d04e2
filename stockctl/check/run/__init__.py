"""The run of `check`: inspect, judge, remember."""
