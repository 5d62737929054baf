"""What forms of the apps below say of networks without knowing that there are any."""
