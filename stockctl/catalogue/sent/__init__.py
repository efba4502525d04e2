"""Tables of what was sent: submissions, what was decided of them, and the papers that go with them."""
