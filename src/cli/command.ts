/** A command of the command line, as main.ts lists it. */
export interface Command {
  summary: string
  help: string
  /** Most arguments it takes; none unless it says so. */
  takes?: number
  /** Options without a value, which it is given as they are. */
  switches?: string[]
  /** It has options beside --help, and reads its arguments itself. */
  hasOptions?: true
  load(): Promise<(args: string[]) => Promise<void>>
}
