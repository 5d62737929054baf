"""What is asked: the questionnaire, its scales, its sources."""
