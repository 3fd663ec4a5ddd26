/** What whoever runs the program can mend: its sentence ends the program, where a bug shows its stack. */
export class OperatorError extends Error {}
