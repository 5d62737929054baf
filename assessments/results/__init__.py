"""What is shown: closing a round, frozen results, the dashboard, the practice run."""
