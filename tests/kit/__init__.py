"""The kit of the tests: clients that record what they do and see, and the checker that judges the record afterwards."""
