"""Question bank -> dataset -> training job -> model version: datasets -> recipe -> training (job) -> registry."""
