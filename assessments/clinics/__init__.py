"""Who people are: accounts, clinics, and who belongs to which clinic in what role."""
