"""CONFIDENTIAL: therapists' invitations, drafts and submissions. Nothing outside reads them but closing."""
