"""chainrule's autograder: compares a student's answers with the reference, outside the student's process."""
