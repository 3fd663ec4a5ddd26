/** Uses the thread of powers, and should end by itself. */
import { startSrpAside } from '../../src/lib/srp-powers.ts'

const { B } = await startSrpAside({}, Buffer.alloc(384, 7))
console.log(B.length > 700)
