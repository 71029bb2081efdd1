"""The same ports on AWS."""
