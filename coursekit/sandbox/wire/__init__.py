"""What both sides of the wall read: frames, messages, and the values in them."""
