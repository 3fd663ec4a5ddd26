/** A command of the command line, as main.ts lists it. */
export interface Command {
  summary: string
  help: string
  /** Max number of arguments; 0 if absent. */
  takes?: number
  /** Options without a value, which are passed on as they are. */
  switches?: string[]
  /** Has options besides --help, and parses its arguments itself. */
  hasOptions?: true
  load(): Promise<(args: string[]) => Promise<void>>
}
