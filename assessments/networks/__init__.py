"""Consultants, and the clinics that let them in: who needs them, who is weak where, what is common."""
