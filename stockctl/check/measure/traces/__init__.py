"""What was done to a picture after it was taken: coded, enlarged, drawn, framed."""
