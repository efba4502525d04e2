"""What the lens, the sensor and the hand that held them left in a picture."""
