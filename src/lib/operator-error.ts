/** An error that the operator can fix: the program ends with its message; for a bug it shows the stack. */
export class OperatorError extends Error {}
