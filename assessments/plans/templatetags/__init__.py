"""What pages of the apps below show of a plan without knowing that there are plans."""
